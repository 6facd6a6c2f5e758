"""In which order things of an import end that end on one day: each after whatever its number comes from, since that end holds for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from chassis.texts import name_key
from gateway.importing.plan import ImportPlan
from gateway.importing.tables import Named

OBJECTIVE: Final = "objective"
KEY_RESULT: Final = "key result"


def innermost_first(plan: ImportPlan) -> dict[Named, int]:
    """The places of objectives and key results: each after what its number comes from, whenever it has come from that.

    A number comes from key results, children and homes of shared key results, and that of a sum from its feeds and from where those belong.
    Where two count for each other, what is cancelled comes first.
    """
    below = _Below(plan).things
    cancelled = {name_key(end.reference) for end in plan.ends if end.says == "cancelled"}
    cancelled |= {name_key(one.reference) for one in plan.objectives if one.state == "cancelled"}
    names = sorted((name_key(one.reference) for one in plan.objectives), key=lambda name: name not in cancelled)
    things = [Named(OBJECTIVE, name) for name in names]
    things += [Named(KEY_RESULT, name_key(one.reference)) for one in plan.key_results]
    return {thing: place for place, thing in enumerate(_after_what_is_below(things, below), 1)}


class _Below:
    """By what a number is of: what it comes from, whatever that was at any time."""

    def __init__(self, plan: ImportPlan) -> None:
        self.things: Final[defaultdict[Named, list[Named]]] = defaultdict(list)
        self._homes: Final = {name_key(one.reference): [name_key(one.home)] for one in plan.key_results}
        for row in plan.redefinitions:
            if row.field == "home":
                self._homes[name_key(row.reference)].append(name_key(row.says))
        self._take_what_holds_first(plan)
        self._take_what_holds_later(plan)

    def _take_what_holds_first(self, plan: ImportPlan) -> None:
        for objective in plan.objectives:
            if objective.parent is not None:
                self._child(objective.parent, objective.reference)
        for one in plan.key_results:
            for home in self._homes[name_key(one.reference)]:
                self.things[Named(OBJECTIVE, home)].append(Named(KEY_RESULT, name_key(one.reference)))
            for other in one.counts_for:
                self._counts_for(one.reference, other)
            self._fed(one.reference, one.feeds)

    def _take_what_holds_later(self, plan: ImportPlan) -> None:
        for row in plan.redefinitions:
            if row.field == "parent" and row.says is not None:
                self._child(row.says, row.reference)
            elif row.field == "counts_for+":
                self._counts_for(row.reference, row.says)
            elif row.field == "feeds":
                self._fed(row.reference, row.says)

    def _child(self, parent: str, child: str) -> None:
        """Of an objective, or of a key result: then of what that belongs to."""
        for above in self._homes.get(name_key(parent), [name_key(parent)]):
            self.things[Named(OBJECTIVE, above)].append(Named(OBJECTIVE, name_key(child)))

    def _counts_for(self, key_result: str, other: str) -> None:
        above = self.things[Named(OBJECTIVE, name_key(other))]
        above.append(Named(KEY_RESULT, name_key(key_result)))
        above += [Named(OBJECTIVE, home) for home in self._homes[name_key(key_result)]]

    def _fed(self, key_result: str, feeds: Iterable[str]) -> None:
        """A feed that is no key result is a KPI, which has no end here."""
        name = name_key(key_result)
        for feed in map(name_key, feeds):
            if feed in self._homes:
                others = [home for home in self._homes[feed] if home not in self._homes[name]]
                self.things[Named(KEY_RESULT, name)] += [Named(KEY_RESULT, feed), *(Named(OBJECTIVE, home) for home in others)]


def _after_what_is_below(things: Iterable[Named], below: Mapping[Named, Iterable[Named]]) -> Iterator[Named]:
    """Each thing once, after all that is below it; a tree may be as deep as it has objectives."""
    seen = set[Named]()
    for top in things:
        if top in seen:
            continue
        seen.add(top)
        path = [(top, iter(below.get(top, ())))]
        while path:
            thing, rest = path[-1]
            following = next((one for one in rest if one not in seen), None)
            if following is None:
                yield thing
                path.pop()
            else:
                seen.add(following)
                path.append((following, iter(below.get(following, ()))))
