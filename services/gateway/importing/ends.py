"""In which order the objectives of an import end that end on one day: each after whatever counts for it, since that end holds for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from chassis.texts import name_key
from gateway.importing.plan import ImportPlan


def innermost_first(plan: ImportPlan) -> dict[str, int]:
    """The places of the objectives, from 1, by `name_key`: children, and homes of shared key results, before what they count for.

    Whatever they have counted for at any time. Where two count for each other, what is cancelled comes first.
    """
    below = _counting(plan)
    cancelled = {name_key(end.reference) for end in plan.ends if end.says == "cancelled"}
    cancelled |= {name_key(one.reference) for one in plan.objectives if one.state == "cancelled"}
    names = sorted((name_key(one.reference) for one in plan.objectives), key=lambda name: name not in cancelled)
    return {name: place for place, name in enumerate(_after_what_is_below(names, below), 1)}


def _counting(plan: ImportPlan) -> dict[str, list[str]]:
    """By objective: the objectives that count for it, or a key result of which does."""
    homes = {name_key(one.reference): name_key(one.home) for one in plan.key_results}
    pairs = [(one.parent, one.reference) for one in plan.objectives if one.parent is not None]
    pairs += [(other, one.home) for one in plan.key_results for other in one.counts_for]
    for row in plan.redefinitions:
        if row.field == "parent" and row.says is not None:
            pairs.append((row.says, row.reference))
        elif row.field == "counts_for+":
            pairs.append((row.says, homes[name_key(row.reference)]))
    below: dict[str, list[str]] = {}
    for above, counted in pairs:
        name = name_key(above)
        below.setdefault(homes.get(name, name), []).append(name_key(counted))
    return below


def _after_what_is_below(names: Iterable[str], below: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Each name once, after all that is below it; a tree may be as deep as it has objectives."""
    seen = set[str]()
    for top in names:
        if top in seen:
            continue
        seen.add(top)
        path = [(top, iter(below.get(top, ())))]
        while path:
            name, rest = path[-1]
            following = next((one for one in rest if one not in seen), None)
            if following is None:
                yield name
                path.pop()
            else:
                seen.add(following)
                path.append((following, iter(below.get(following, ()))))
