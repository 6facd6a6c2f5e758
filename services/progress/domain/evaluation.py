"""The numbers of a tree at a point of both time axes. What ended is looked at as it was at its end, with all that its number comes from.

A tree is rows that hold at the point that is asked about. Whatever of it is to be looked at from another one, since it ended, or since
what it is seen from did, is asked of `Elsewhere`: mostly nothing. Source: docs/domain.md, "What ended".
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from chassis.days import Day
from chassis.ids import Id
from progress.domain import values
from progress.domain.formulas import COUNTING, Formula, State
from progress.domain.kpis import FeedingKpi
from progress.domain.points import AFTER_ALL_DAYS, At, Ends, Point
from progress.domain.roll_up import Numbers, own_numbers, raw_of, roll_up
from progress.domain.roll_up import RollUp as From
from progress.domain.settings import NOTHING_SETTLED, SettingsInTime
from progress.domain.status import Calendar, Paces, is_stale
from progress.domain.tree import Kr, Obj, RollUpInput, RollUpNode, Tree

_ENDED = frozenset({State.CLOSED, State.CANCELLED})
_KEY_RESULT_ID = attrgetter("key_result_id")
_COUNT_FOR_NO_OTHER = frozenset({State.DRAFT, State.CANCELLED})

O_co = TypeVar("O_co", covariant=True)
K_co = TypeVar("K_co", covariant=True)


class Surroundings(NamedTuple, Generic[O_co]):
    """An objective at a point, and what its number comes from there."""

    objective: O_co
    counting: Sequence[tuple[Id, Id]]  # its own key results and those shared with it, each with its home; some may not be there yet
    children: Sequence[Id]  # those aligned to it, where its number comes from them


class Elsewhere(Protocol[O_co, K_co]):
    """What holds at other points than the one that a tree was asked for."""

    async def ends(self, objective_ids: Collection[Id]) -> Ends:
        """Of these objectives and their key results, as far as they are known."""
        ...

    async def objectives(self, at: Collection[At]) -> Mapping[At, O_co]:
        """The objectives that there are; where in the tree they stand is left out."""
        ...

    async def key_results(self, at: Collection[At]) -> Mapping[At, K_co]:
        """The key results that there are."""
        ...

    async def kpis(self, at: Collection[At]) -> Mapping[At, FeedingKpi]:
        """The KPIs that there are, each with its value."""
        ...

    async def surroundings(self, at: Collection[At]) -> Mapping[At, Surroundings[O_co]]:
        """The objectives that there are, with what their numbers come from."""
        ...

    async def surroundings_and_key_results(
        self, objectives: Collection[At], key_results: Collection[At]
    ) -> tuple[Mapping[At, Surroundings[O_co]], Mapping[At, K_co]]:
        """Both, of those that there are: what has two ways to find them may go both at once."""
        ...


class Apart(NamedTuple):
    """A key result as an objective sees it, where that is not as it is by itself, at the point asked about."""

    key_result: Any
    raw: float | None
    home: RollUpNode | None
    counts: bool
    at: Point  # where it is looked at
    silent: bool = False  # it belongs to another objective, which is a draft there, or was cancelled


@dataclass(slots=True)
class Evaluated(Generic[Obj, Kr]):
    """A tree with its numbers."""

    tree: Tree[Obj, Kr]  # what ended as it was at its end
    formula: Formula
    raw: dict[Id, float | None]  # of key results, as their home sees them; None of a baseline
    numbers: dict[Id, Numbers]
    homes: Mapping[Id, Obj]  # of the key results
    asked: Point  # about
    settings: SettingsInTime  # of the tenant
    cut: dict[Id, Point] = field(default_factory=dict)  # of objectives that ended: where they are looked at
    apart: dict[Id, dict[Id, Apart]] = field(default_factory=dict)  # by objective and key result
    counted: Mapping[Any, Sequence[Hashable]] = field(default_factory=dict)  # as `RolledUp.counted`; of a node, `objective_of` it

    def calendar(self, day: Day) -> Calendar:
        """The paces of the days that things are looked at on, where this is the day that is asked about."""
        return Calendar(day, self.asked.known_at, self.settings, self.formula)


class AsSeen(NamedTuple):
    """A key result as an objective sees it."""

    raw: float | None  # its progress; None of a baseline
    home: RollUpNode | None
    paces: Paces  # of the day that it is looked at on
    counts: bool


def as_seen(evaluated: Evaluated[Any, Any], key_result: RollUpInput, apart: Mapping[Id, Apart], calendar: Calendar) -> AsSeen:
    """A key result as an objective sees it; `apart` is what that one sees otherwise than it is by itself."""
    if apart and (its := apart.get(key_result.key_result_id)) is not None:
        return AsSeen(its.raw, its.home, calendar.at(its.at), its.counts)
    raw, home = evaluated.raw[key_result.key_result_id], evaluated.homes.get(key_result.objective_id)
    return AsSeen(raw, home, calendar.present, not key_result.cancelled and raw is not None)


def shown_by(evaluated: Evaluated[Obj, Kr], objective_id: Id) -> list[Kr]:
    """The key results that an objective shows, in the order of their definition: its own, and those shared with it.

    Without those of a draft, and of an objective that was cancelled, where it looks at them. Source: formulas, Small print.
    """
    seen = sorted(evaluated.tree.counting.get(objective_id, ()), key=_KEY_RESULT_ID)
    if (apart := evaluated.apart.get(objective_id)) is None:  # as mostly; what ended sees apart whatever it had at its end
        return [] if objective_id in evaluated.cut else seen
    return [key_result for key_result in seen if (its := apart.get(key_result.key_result_id)) is None or not its.silent]


def has_ended(objective: RollUpNode) -> bool:
    """Whether an objective was closed or cancelled."""
    return objective.state in _ENDED


def ended_on(evaluated: Evaluated[Any, Any], objective_id: Id) -> Day | None:
    """The day on which an objective ended; None: it has not, or by formulas that do not look at ends."""
    if not has_ended(evaluated.tree.objectives[objective_id]) or not evaluated.formula.ends:
        return None
    return evaluated.cut.get(objective_id, evaluated.asked).true_on  # looked at where it ended, nothing is cut off


def is_objective_stale(evaluated: Evaluated[Any, Any], objective_id: Id, calendar: Calendar) -> bool:
    """Whether any key result that counts for an active objective is stale. Source: formulas, Pace and status."""
    if evaluated.tree.objectives[objective_id].state != State.ACTIVE:
        return False
    apart = evaluated.apart.get(objective_id, {})
    for key_result in evaluated.tree.counting.get(objective_id, ()):
        seen = as_seen(evaluated, key_result, apart, calendar)
        if seen.counts and is_stale(key_result, seen.home, seen.paces, evaluated.settings):
            return True
    return False


async def evaluated(
    tree: Tree[Obj, Kr],
    asked: Point,
    elsewhere: Elsewhere[Obj, Kr],
    formula: Formula,
    homes: Mapping[Id, Obj] | None = None,
    ends: Ends | None = None,
    settings: SettingsInTime = NOTHING_SETTLED,
) -> Evaluated[Obj, Kr]:
    """A tree that holds at a point, with its numbers.

    `homes` are the objectives of the tree and all homes of its key results that hold there, and `ends` what ended of these: if it is known.
    """
    tree = await _with_values(tree, asked, elsewhere)
    if homes is None:
        homes = await _homes(tree, asked, elsewhere)
    if not formula.ends:
        return _nothing_apart(tree, asked, formula, homes, settings)
    if ends is None:
        asked_of = _may_have_ended(tree, homes, asked)
        ends = await elsewhere.ends(asked_of) if asked_of else Ends()
    see_silent = _see_silent(tree, homes)
    if not ends and not see_silent:
        return _nothing_apart(tree, asked, formula, homes, settings)
    return await _Evaluation(tree, asked, elsewhere, formula, homes, ends, see_silent, settings).run()


async def _with_values(tree: Tree[Obj, Kr], asked: Point, elsewhere: Elsewhere[Obj, Kr]) -> Tree[Obj, Kr]:
    """The same, where few have a value of parts, a start that follows from their values, or the sum of others."""
    few = {i: values.resolved(k) for i, k in tree.key_results.items() if k.further is not None}
    if not few:
        return tree
    if summing := [(i, asked) for i, k in few.items() if values.is_sum(k)]:
        there = values.points_of((tree.key_results | few).values(), asked)
        sums = values.Sums(elsewhere, COUNTING, there)
        few |= {i: row for (i, _), row in (await sums.added_up(summing)).items()}
    key_results = tree.key_results | few
    counting = {i: [few.get(k.key_result_id, k) for k in seen] for i, seen in tree.counting.items()}
    return Tree(tree.objectives, key_results, counting)


async def _homes(tree: Tree[Obj, Kr], asked: Point, elsewhere: Elsewhere[Obj, Kr]) -> Mapping[Id, Obj]:
    outside = {k.objective_id for k in tree.key_results.values()} - tree.objectives.keys()
    if not outside:
        return tree.objectives
    found = await elsewhere.objectives([(i, asked) for i in sorted(outside)])
    return tree.objectives | {i: row for (i, _), row in found.items()}


def _nothing_apart(
    tree: Tree[Obj, Kr], asked: Point, formula: Formula, homes: Mapping[Id, Obj], settings: SettingsInTime
) -> Evaluated[Obj, Kr]:
    """Every objective and key result as it is at the point asked about, counting for whatever it is shared with or aligned to.

    What `_Evaluation` comes to where nothing is apart, as of most objectives that are asked for alone, without what that has to note.
    """
    raw = raw_of(tree.key_results, formula)
    own: dict[Any, Numbers] = {i: own_numbers(tree.counting.get(i, ()), raw, formula) for i in tree.objectives}
    numbers, counted = roll_up(own, tree.objectives, _children(tree), formula)
    return Evaluated(tree, formula, raw, dict(numbers), homes, asked, settings, counted=counted)


def _children(tree: Tree[Obj, Kr], but_of: Collection[Id] = ()) -> dict[Hashable, list[Hashable]]:
    """By objective that rolls up from its children, but for some: those of the tree that are aligned to it."""
    with_children = {i for i, o in tree.objectives.items() if o.roll_up != From.KEY_RESULTS}.difference(but_of)
    children: dict[Hashable, list[Hashable]] = {}
    if with_children:
        for i, o in tree.objectives.items():
            if o.parent_objective_id in with_children:
                children.setdefault(o.parent_objective_id, []).append(i)
    return children


def _see_silent(tree: Tree[Obj, Kr], homes: Mapping[Id, Obj]) -> set[Id]:
    """The objectives that see key results of others which do not count for them: those of drafts, and of what was cancelled."""
    silent = {i for i, o in homes.items() if o.state in _COUNT_FOR_NO_OTHER}
    if not silent:
        return silent
    return {i for i, seen in tree.counting.items() for k in seen if k.objective_id in silent and k.objective_id != i}


def _may_have_ended(tree: Tree[Obj, Kr], objectives: Mapping[Id, Obj], asked: Point) -> set[Id]:
    """Objectives that ended, or a key result of which did. What is looked at on an earlier day may have ended since, which is known."""
    if asked.true_on < AFTER_ALL_DAYS:
        return set(objectives)
    ended = {i for i, o in objectives.items() if o.state in _ENDED}
    return ended | {k.objective_id for k in tree.key_results.values() if k.cancelled}


class _Evaluation(Generic[Obj, Kr]):
    """One tree on its way to its numbers.

    A node is an objective at a point: by its id where it is looked at as the tree shows it, else by its id and the point.
    """

    def __init__(
        self,
        tree: Tree[Obj, Kr],
        asked: Point,
        elsewhere: Elsewhere[Obj, Kr],
        formula: Formula,
        homes: Mapping[Id, Obj],
        ends: Ends,
        see_silent: set[Id],
        settings: SettingsInTime,
    ) -> None:
        self._asked, self._elsewhere, self._formula, self._homes, self._ends = asked, elsewhere, formula, homes, ends
        self._tree, self._see_silent, self._settings = tree, see_silent, settings
        self._cut: dict[Id, Point] = {i: p for i in tree.objectives.keys() & ends.things if (p := ends.cut(asked, i)) != asked}
        self._children = _children(tree, but_of=self._cut)
        self._seen_at: dict[Hashable, list[tuple[Id, Id, Point]]] = {}  # by node: key results, their homes, and where they are looked at
        self._from: dict[Hashable, Point] = {}  # by node that is not looked at where it was asked about: where it is
        self._rows: dict[Hashable, Obj] = {}
        self._at: dict[At, Kr] = {}
        self._looked_up: set[At] = set()  # key results, those among them that were not there, too
        self._homes_at: dict[At, Obj] = {}

    async def run(self) -> Evaluated[Obj, Kr]:
        self._as_asked()
        await self._as_they_ended()
        await self._look_up()
        return self._evaluated()

    def _as_asked(self) -> None:
        """The nodes that are looked at at the point asked about, and what they see elsewhere."""
        tree, ended = self._tree, self._ends.things
        if not ended:
            return
        may_be_apart = [(i, k) for i, seen in tree.counting.items() for k in seen if k.key_result_id in ended or k.objective_id in ended]
        for i, k in may_be_apart:
            if i not in self._cut and (point := self._ends.cut(self._asked, k.objective_id, k.key_result_id)) != self._asked:
                self._seen_at.setdefault(i, []).append((k.key_result_id, k.objective_id, point))

    async def _as_they_ended(self) -> None:
        """The nodes that ended, with whatever their numbers come from, level by level."""
        level: dict[Hashable, At] = {i: (i, point) for i, point in self._cut.items()}
        while level:
            found = await self._surroundings(set(level.values()))
            level = {node: at for node, at in level.items() if at in found}
            self._rows |= {node: found[at].objective for node, at in level.items()}
            self._homes_at |= {at: its.objective for at, its in found.items()}
            homes = [home for its in found.values() for _, home in its.counting]
            await self._learn_ends(homes, [child for its in found.values() for child in its.children])
            following: dict[Hashable, At] = {}
            for node, at in level.items():
                self._from[node] = at[1]
                self._seen_at[node] = [(k, home, self._ends.cut(at[1], home, k)) for k, home in found[at].counting]
                self._children[node] = [self._node(child, at[1], following) for child in found[at].children]
            level = following

    async def _surroundings(self, level: Collection[At]) -> Mapping[At, Surroundings[Obj]]:
        """With them come the key results that the tree shows beside these objectives: mostly they are what they had at their end."""
        expected = {
            (k.key_result_id, self._ends.cut(point, k.objective_id, k.key_result_id))
            for objective_id, point in level
            for k in self._tree.counting.get(objective_id, ())
        } - self._looked_up
        found, key_results = await self._elsewhere.surroundings_and_key_results(level, expected)
        self._take(expected, key_results)
        return found

    def _take(self, asked_for: Collection[At], key_results: Mapping[At, Kr]) -> None:
        self._looked_up.update(asked_for)
        self._at |= {at: row if row.further is None else values.resolved(row) for at, row in key_results.items()}

    async def _learn_ends(self, *objective_ids: Iterable[Id]) -> None:
        unknown = {i for some in objective_ids for i in some} - self._tree.objectives.keys() - self._homes.keys()
        if unknown:
            self._ends.include(await self._elsewhere.ends(unknown))

    def _node(self, child: Id, point: Point, following: dict[Hashable, At]) -> Hashable:
        """The node of a child that is seen from a point; one that nobody has looked at yet is among the following."""
        at = child, self._ends.cut(point, child)
        shown = self._cut.get(child, self._asked) if child in self._tree.objectives else None
        node: Hashable = child if shown == at[1] else at
        if node is not child and node not in self._rows and node not in following:
            following[node] = at
        return node

    async def _look_up(self) -> None:
        """The key results that are seen elsewhere, and their homes there."""
        seen = [at for found in self._seen_at.values() for at in found]
        if seen:
            if unexpected := {(k, point) for k, _, point in seen} - self._looked_up:
                self._take(unexpected, await self._elsewhere.key_results(unexpected))
            if summing := [at for at, row in self._at.items() if values.is_sum(row)]:
                sums = values.Sums(self._elsewhere, COUNTING, self._at)
                self._at |= await sums.added_up(summing)
            homes = {(home, point) for _, home, point in seen}
            homes |= {
                self._others_home(node, home) for node, its in self._seen_at.items() for _, home, _ in its if home != objective_of(node)
            }
            homes |= {(row.objective_id, point) for (_, point), row in self._at.items()}  # one that was moved after its end
            if unknown := homes - self._homes_at.keys():
                self._homes_at |= await self._elsewhere.objectives(unknown)

    def _others_home(self, node: Hashable, home_id: Id) -> At:
        """The home of a key result of another objective, as a node sees it: it may have ended after the key result."""
        return home_id, self._ends.cut(self._from.get(node, self._asked), home_id)

    def _evaluated(self) -> Evaluated[Obj, Kr]:
        tree = self._tree
        raw = raw_of(tree.key_results, self._formula)
        objectives = tree.objectives | {i: _in_its_place(self._rows[i], tree.objectives[i]) for i in self._cut if i in self._rows}
        key_results, counting, apart = dict(tree.key_results), dict(tree.counting), dict[Id, dict[Id, Apart]]()
        apart_from_asked = self._cut.keys() | self._seen_at.keys() | self._see_silent
        own_of: dict[Hashable, Numbers] = {
            i: own_numbers(tree.counting.get(i, ()), raw, self._formula) for i in objectives if i not in apart_from_asked
        }
        for i in objectives.keys() & apart_from_asked:
            seen_apart = self._apart(i, raw)
            seen = self._seen(i, seen_apart, raw)
            own_of[i] = self._numbers_of(seen)
            if seen_apart:
                apart[i] = seen_apart
                counting[i] = [its.key_result for its in seen]
                own = {k: its for k, its in seen_apart.items() if its.key_result.objective_id == i}
                key_results |= {k: its.key_result for k, its in own.items()}
                raw |= {k: its.raw for k, its in own.items()}
        for node in self._rows.keys() - objectives.keys():
            own_of[node] = self._numbers_of(self._apart(node, raw).values())
        children = {node: [child for child in below if child in own_of] for node, below in self._children.items()}
        numbers, counted = roll_up(own_of, {**self._rows, **objectives}, children, self._formula)
        return Evaluated(
            Tree(objectives, key_results, counting),
            self._formula,
            raw,
            {i: numbers[i] for i in objectives},
            {**self._homes, **objectives},
            self._asked,
            self._settings,
            self._cut,
            apart,
            counted,
        )

    def _apart(self, node: Hashable, raw: Mapping[Id, float | None]) -> dict[Id, Apart]:
        """The key results that a node sees otherwise than they are by themselves, at the point asked about; an ended one, all of them."""
        apart = {}
        for k, home_id, point in self._seen_at.get(node, ()):
            if (key_result := self._at.get((k, point))) is not None:
                home = self._homes_at.get((home_id, point))
                p = self._formula.raw_progress[key_result.measure](key_result)
                at_home = home_id == objective_of(node)
                counts = p is not None and self._count(key_result, home, at_home)
                its_home = None if at_home else self._homes_at.get(self._others_home(node, home_id))
                silent = its_home is not None and its_home.state in _COUNT_FOR_NO_OTHER
                span_of = self._homes_at.get((key_result.objective_id, point), home)
                apart[k] = Apart(_at_home(key_result, home_id), p, span_of, counts, point, silent)
        if node in self._see_silent and node not in self._cut:
            for key_result in self._tree.counting[node]:
                if key_result.objective_id != node and key_result.key_result_id not in apart:
                    home = self._homes.get(key_result.objective_id)
                    if not self._count(key_result, home, at_home=False):
                        k = key_result.key_result_id
                        silent = home is not None and home.state in _COUNT_FOR_NO_OTHER
                        apart[k] = Apart(key_result, raw[k], home, counts=False, at=self._asked, silent=silent)
        return apart

    @staticmethod
    def _count(key_result: Kr, home: RollUpNode | None, at_home: bool) -> bool:
        return not key_result.cancelled and (at_home or home is None or home.state not in _COUNT_FOR_NO_OTHER)

    def _seen(self, node: Id, apart: Mapping[Id, Apart], raw: Mapping[Id, float | None]) -> list[Apart]:
        """All key results that an objective of the tree sees; what was none yet where it looks is not there."""
        if node in self._cut:
            return list(apart.values())
        elsewhere = {k for k, _, _ in self._seen_at.get(node, ())}
        as_they_are = [k for k in self._tree.counting.get(node, ()) if k.key_result_id not in elsewhere and k.key_result_id not in apart]
        return [
            *apart.values(),
            *(Apart(k, p := raw[k.key_result_id], None, counts=p is not None, at=self._asked) for k in as_they_are),
        ]

    def _numbers_of(self, seen: Iterable[Apart]) -> Numbers:
        counted = [its for its in seen if its.counts]
        return own_numbers([its.key_result for its in counted], {its.key_result.key_result_id: its.raw for its in counted}, self._formula)


def _at_home(row: Any, home_id: Id) -> Any:
    """A row of a key result as it ended, in the objective that it belongs to at the point that it is seen from."""
    return row if row.objective_id == home_id else row._replace(objective_id=home_id)


def objective_of(node: Any) -> Id:
    """The objective that a node is of."""
    return node if isinstance(node, bytes) else node[0]


def _in_its_place(row: Any, shown: Any) -> Any:
    """A row of an objective as it ended, at the place in the tree that it has at the point asked about."""
    kept = {name: getattr(shown, name) for name in ("parent_objective_id", "parent_key_result_id", "version") if hasattr(shown, name)}
    return row._replace(**kept)
