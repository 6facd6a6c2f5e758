"""What holds at a point of both time axes, from facts in memory: in Python what `progress.queries` says in SQL, over the same rows.

A point is (true on a day, known at an instant). Of the versions of a thing that are true by that day and known by that instant the one
with the highest position holds; of a place in the tree, and of a contribution, the one from the latest day on. A check-in's row holds from
its day on while it is known.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine, Hashable, Iterable, Sequence
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Any, Final, Protocol, TypeVar

from chassis.days import Day, Microseconds
from chassis.ids import Id
from progress.domain import settings
from progress.domain.evaluation import Evaluated, Surroundings, evaluated
from progress.domain.formulas import NEWEST, Formula
from progress.domain.kpis import FeedingKpi, Kpi
from progress.domain.measures import Mode, lies_between
from progress.domain.points import AFTER_ALL_DAYS, LAST_INSTANT, At, End, Ends, Point
from progress.domain.roll_up import RollUp
from progress.domain.settings import SettingsInTime
from progress.domain.tree import KeyResult, Objective, Tree, arrange
from progress.domain.values import Further, Said
from progress.domain.work import Work
from progress.facts.conversations import said_now, standing_reactions
from progress.facts.effort import standing_efforts
from progress.facts.facts import Facts
from progress.facts.rows import (
    ABSTENTIONS,
    Alignment,
    CheckInFact,
    CheckInKind,
    CountsFor,
    Grade,
    KeyResultMove,
    KeyResultVersion,
    KpiValue,
    Recording,
)


class _Dated(Protocol):
    @property
    def true_from(self) -> Day: ...
    @property
    def recording(self) -> Recording: ...


class _Version(_Dated, Protocol):
    @property
    def definition(self) -> Any: ...


D = TypeVar("D", bound=_Dated)
V = TypeVar("V", bound="_Version")
L = TypeVar("L", Alignment, CountsFor)
T = TypeVar("T")


def _known(facts: Iterable[D], point: Point) -> list[D]:
    return [f for f in facts if f.true_from <= point.true_on and f.recording.known_from <= point.known_at]


def version_at(versions: Iterable[V], point: Point) -> V | None:
    """The version that holds: what was said last, and of that what is from the latest day on."""
    return max(_known(versions, point), key=lambda v: (v.recording.position, v.true_from), default=None)


def link_at(links: Iterable[L], point: Point) -> L | None:
    """The link that holds: from the latest day on, and of that day what was said last."""
    return max(_known(links, point), key=lambda v: (v.true_from, v.recording.position), default=None)


def standing_at(check_ins: Iterable[CheckInFact], point: Point) -> list[CheckInFact]:
    """What is known of check-ins, in the order of days and of places within a day."""
    known = [c for c in check_ins if c.true_on <= point.true_on and c.known_from <= point.known_at < c.known_to]
    return sorted(known, key=lambda c: (c.true_on, c.place))


def newest_grade_at(grades: Iterable[Grade], point: Point) -> Grade | None:
    """The grade of the latest day; of several, the one given last."""
    known = [g for g in grades if g.true_on <= point.true_on and g.recording.known_from <= point.known_at]
    return max(known, key=lambda g: (g.true_on, g.recording.position), default=None)


def kpi_value_at(values: Iterable[KpiValue], point: Point) -> KpiValue | None:
    """The value of the latest day; of several, the one said last."""
    known = [v for v in values if v.recording.known_from <= point.known_at]
    taken_back = {v.measurement_id for v in known if v.value is None}
    standing = [v for v in known if v.true_on <= point.true_on and v.measurement_id not in taken_back]
    return max(standing, key=lambda v: (v.true_on, v.recording.position), default=None)


def met_share(valued: Sequence[CheckInFact], versions: Iterable[KeyResultVersion], point: Point) -> float:
    """Of check-ins with a value, those that met the bounds of their own day; of a day before the first, its first bounds."""
    known = _known(versions, Point(AFTER_ALL_DAYS, point.known_at))
    first = min(v.true_from for v in known)
    met = 0
    for check_in in valued:
        version = version_at(known, Point(max(check_in.true_on, first), point.known_at))
        assert version is not None
        assert check_in.value is not None
        met += lies_between(version.definition.low, check_in.value, version.definition.high)
    return met / len(valued)


class FactsInMemory:
    """Every fact of both logs, found by what it is about."""

    def __init__(self, facts: Facts) -> None:
        self._objective_versions: Final = _by(lambda v: v.definition.objective_id, facts.objective_versions)
        self._key_result_versions: Final = _by(lambda v: v.definition.key_result_id, facts.key_result_versions)
        self._own_key_results: Final = _ever_own(self._key_result_versions.values(), facts.key_result_moves)
        self._alignments: Final = _by(lambda a: a.objective_id, facts.alignments)
        self._aligned_to: Final = _by(lambda a: a.parent_objective_id, facts.alignments)
        self._shares: Final = _by(lambda s: (s.objective_id, s.key_result_id), facts.shares)
        self._shares_of: Final = _by(lambda s: s.objective_id, facts.shares)
        self._endings: Final = _by(lambda e: e.ended_id, facts.endings)
        self._check_ins: Final = _by(lambda c: c.key_result_id, settled(facts.check_ins))
        self._grades: Final = _by(lambda g: g.key_result_id, facts.grades)
        self._kpi_versions: Final = _by(lambda v: v.definition.kpi_id, facts.kpi_versions)
        self._kpi_values: Final = _by(lambda v: v.kpi_id, facts.kpi_values)
        versions = (facts.task_versions, facts.initiative_versions, facts.milestone_versions)
        self._work: Final = _by(lambda v: v.definition[0], [version for of_a_kind in versions for version in of_a_kind])
        self._at_version: Final = facts.objective_at_version
        self.settings: Final = SettingsInTime(
            [settings.Said(s.setting, s.value, s.true_from, s.recording.known_from) for s in facts.settings],
            {cycle_id: cycle.cadence for cycle_id, cycle in facts.cycles.items() if cycle.cadence},
        )
        self.check_ins: Final = len({(c.key_result_id, c.check_in_id) for c in facts.check_ins})
        """Recorded or abstained, whatever became of them."""

        self.efforts: Final = standing_efforts(facts.efforts)
        self.comments: Final = said_now(facts.comments)
        self.reactions: Final = standing_reactions(facts.reactions)

    def evaluated(
        self, true_on: Day | None = None, known_at: Microseconds | None = None, formula: Formula = NEWEST
    ) -> Evaluated[Objective, KeyResult]:
        """Everything at a point of both axes, with its numbers; None is without limit."""
        point = _point(true_on, known_at)
        return _finished(evaluated(self.tree(true_on, known_at), point, _Elsewhere(self, point), formula, settings=self.settings))

    def tree(self, true_on: Day | None = None, known_at: Microseconds | None = None) -> Tree[Objective, KeyResult]:
        """Everything that holds at a point of both axes, whatever ended; None is without limit."""
        point = _point(true_on, known_at)
        objectives = {i: o for i in self._objective_versions if (o := self.objective(i, point)) is not None}
        key_results = [k for i in self._key_result_versions if (k := self.key_result(i, point)) is not None]
        shares = [link_at(links, point) for links in self._shares.values()]
        links = [(s.objective_id, s.key_result_id) for s in shares if s is not None and s.counts and s.objective_id in objectives]
        return arrange(objectives.values(), key_results, links)

    def objective(self, objective_id: Id, point: Point) -> Objective | None:
        """An objective at a point, if there is it."""
        version = version_at(self._objective_versions.get(objective_id, ()), point)
        if version is None:
            return None
        live = point == Point(AFTER_ALL_DAYS, LAST_INSTANT)
        alignment = link_at(self._alignments.get(objective_id, ()), point)
        return Objective(
            **version.definition._asdict(),
            event_id=version.recording.event_id,
            version=self._at_version[objective_id] if live else version.version,
            parent_objective_id=None if alignment is None else alignment.parent_objective_id,
            parent_key_result_id=None if alignment is None else alignment.parent_key_result_id,
        )

    def key_result(self, key_result_id: Id, point: Point) -> KeyResult | None:
        """A key result at a point, if there is it."""
        version = version_at(self._key_result_versions.get(key_result_id, ()), point)
        if version is None:
            return None
        key_result = KeyResult(**version.definition._asdict(), event_id=version.recording.event_id)
        standing = standing_at(self._check_ins.get(key_result_id, ()), point)
        if standing:
            newest = standing[-1]
            key_result = key_result._replace(
                newest_abstained=newest.kind in ABSTENTIONS,
                said_status=newest.said_status,
                newest_on=newest.true_on,
                newest_confidence=next((c.confidence for c in reversed(standing) if c.confidence is not None), None),
            )
        valued = [c for c in standing if c.kind not in ABSTENTIONS]
        if valued:
            current = valued[-1]
            key_result = key_result._replace(
                value=current.value,
                milestones_done=current.milestones_done,
                as_of=current.true_on,
                confidence=current.confidence,
                check_in_id=current.check_in_id,
                check_in_event_id=current.event_id,
                met_share=met_share(valued, self._key_result_versions[key_result_id], point) if key_result.mode == Mode.SHARE else None,
            )
        key_result = key_result._replace(further=self._further(key_result, valued, point))
        grade = newest_grade_at(self._grades.get(key_result_id, ()), point)
        return key_result if grade is None else key_result._replace(grade=grade.grade, grade_event_id=grade.recording.event_id)

    def _further(self, k: KeyResult, valued: Sequence[CheckInFact], point: Point) -> Further | None:
        """What the value takes beside the columns of a key result."""
        parts = bool(valued) and valued[-1].part_id is not None
        start_of_target = k.targeted_on is not None and k.start is None
        if not parts and not start_of_target and k.feeds is None:
            return None
        at_target = None
        if start_of_target and k.targeted_on is not None:
            at_target = version_at(self._key_result_versions[k.key_result_id], Point(k.targeted_on, point.known_at))
        return Further(
            said=_newest_of_each(valued) if parts else None,
            owner_ids=k.owner_ids,
            owner_shares=k.owner_shares,
            said_at_target=_newest_of_each([c for c in valued if c.true_on <= (k.targeted_on or 0)]) if start_of_target else None,
            owner_ids_at_target=None if at_target is None else at_target.definition.owner_ids,
            owner_shares_at_target=None if at_target is None else at_target.definition.owner_shares,
            feeds=k.feeds,
        )

    def kpis(self, true_on: Day | None = None, known_at: Microseconds | None = None) -> list[Kpi]:
        """The KPIs that there are at a point of both axes; None is without limit."""
        point = _point(true_on, known_at)
        return [kpi for i in self._kpi_versions if (kpi := self._kpi(i, point)) is not None]

    def _kpi(self, kpi_id: Id, point: Point) -> Kpi | None:
        versions, values = self._kpi_versions[kpi_id], self._kpi_values.get(kpi_id, ())
        version, value = version_at(versions, point), kpi_value_at(values, point)
        if version is None:
            return None
        return Kpi(
            **version.definition._asdict(),
            event_id=version.recording.event_id,
            version=max(v.version for v in (*versions, *values) if v.recording.known_from <= point.known_at),
            value=None if value is None else value.value,
            as_of=None if value is None else value.true_on,
            measurement_id=None if value is None else value.measurement_id,
        )

    def feeding_kpi(self, kpi_id: Id, point: Point) -> FeedingKpi | None:
        """A KPI at a point, with its value, if there is it."""
        kpi = self._kpi(kpi_id, point) if kpi_id in self._kpi_versions else None
        return None if kpi is None else FeedingKpi(kpi.kpi_id, kpi.reference, kpi.title, kpi.value, kpi.measurement_id)

    def work(self, true_on: Day | None = None, known_at: Microseconds | None = None) -> list[Work]:
        """The tasks, initiatives and milestones that there are at a point of both axes; None is without limit."""
        point = _point(true_on, known_at)
        found = []
        for versions in self._work.values():
            if (version := version_at(versions, point)) is not None:
                known = [v.version for v in versions if v.recording.known_from <= point.known_at]
                found.append(Work(version.definition, version.recording.event_id, max(known)))
        return found

    def counting(self, objective_id: Id, point: Point) -> list[tuple[Id, Id]]:
        """The key results that are an objective's own, at any time, or shared with it at a point; each with its home."""
        own = [(k, objective_id) for k in self._own_key_results.get(objective_id, ()) if self._home(k, point) in (objective_id, None)]
        shares = [link_at(self._shares[objective_id, k], point) for k in {s.key_result_id for s in self._shares_of.get(objective_id, ())}]
        shared = [s.key_result_id for s in shares if s is not None and s.counts and s.key_result_id in self._key_result_versions]
        return own + [(k, home) for k in shared if (home := self._home(k, point)) not in (objective_id, None)]

    def _home(self, key_result_id: Id, point: Point) -> Id | None:
        """The objective that a key result belongs to at a point; None: it is not there yet."""
        version = version_at(self._key_result_versions[key_result_id], point)
        return None if version is None else version.definition.objective_id

    def children(self, objective_id: Id, point: Point) -> list[Id]:
        """The objectives that are aligned to one at a point."""
        ever = {a.objective_id for a in self._aligned_to.get(objective_id, ())}
        return [i for i in ever if (a := link_at(self._alignments[i], point)) is not None and a.parent_objective_id == objective_id]

    def ends(self, objective_ids: Collection[Id], point: Point) -> Ends:
        """What of some objectives and their key results ended, as far as it is known at a point."""
        things = [thing for i in objective_ids for thing in (i, *self._own_key_results.get(i, ()))]
        known = [e for i in things for e in self._endings.get(i, ()) if e.recording.known_from <= point.known_at]
        return Ends(
            (e.ended_id, End(e.ended_on, e.recording.known_from, e.ends)) for e in sorted(known, key=lambda e: e.recording.position)
        )


def _newest_of_each(valued: Iterable[CheckInFact]) -> list[Said]:
    """The newest whole check-in and the newest of each part, of standing ones with a value in their order."""
    newest = {c.part_id: c for c in valued if c.value is not None}
    return [Said(c.part_id, c.value, c.true_on, c.place, c.check_in_id, c.event_id) for c in newest.values() if c.value is not None]


def _ever_own(versions: Iterable[Sequence[KeyResultVersion]], moves: Iterable[KeyResultMove]) -> dict[Id, list[Id]]:
    """By objective: the key results that belonged to it at any time."""
    of: dict[Id, dict[Id, None]] = {}
    for first, *_ in versions:
        of.setdefault(first.definition.objective_id, {})[first.definition.key_result_id] = None
    for move in moves:
        of.setdefault(move.to_objective_id, {})[move.key_result_id] = None
    return {objective_id: list(key_results) for objective_id, key_results in of.items()}


class _Elsewhere:
    """Facts in memory, as an evaluation asks for them. Nothing is waited for."""

    def __init__(self, facts: FactsInMemory, asked: Point) -> None:
        self._facts = facts
        self._asked = asked

    async def ends(self, objective_ids: Collection[Id]) -> Ends:
        return self._facts.ends(objective_ids, self._asked)

    async def objectives(self, at: Collection[At]) -> dict[At, Objective]:
        return {where: o for where in at if (o := self._facts.objective(*where)) is not None}

    async def key_results(self, at: Collection[At]) -> dict[At, KeyResult]:
        return {where: k for where in at if (k := self._facts.key_result(*where)) is not None}

    async def kpis(self, at: Collection[At]) -> dict[At, FeedingKpi]:
        return {where: kpi for where in at if (kpi := self._facts.feeding_kpi(*where)) is not None}

    async def surroundings(self, at: Collection[At]) -> dict[At, Surroundings[Objective]]:
        there = await self.objectives(at)
        children = {where: self._facts.children(*where) for where, o in there.items() if o.roll_up != RollUp.KEY_RESULTS}
        return {where: Surroundings(o, self._facts.counting(*where), children.get(where, ())) for where, o in there.items()}

    async def surroundings_and_key_results(
        self, objectives: Collection[At], key_results: Collection[At]
    ) -> tuple[dict[At, Surroundings[Objective]], dict[At, KeyResult]]:
        return await self.surroundings(objectives), await self.key_results(key_results)


def _point(true_on: Day | None, known_at: Microseconds | None) -> Point:
    return Point(AFTER_ALL_DAYS if true_on is None else true_on, LAST_INSTANT if known_at is None else known_at)


def _finished(evaluation: Coroutine[Any, Any, T]) -> T:
    """The result of what waits for nothing."""
    try:
        evaluation.send(None)
    except StopIteration as stop:
        result: T = stop.value
        return result
    raise RuntimeError("an evaluation over facts in memory has waited for something")


def settled(check_ins: Iterable[CheckInFact]) -> list[CheckInFact]:
    """The facts on each check-in, in order: all have the place and the said status of the first, and each is known until the next."""
    facts: list[CheckInFact] = []
    of_one = attrgetter("key_result_id", "check_in_id")
    for _, group in groupby(sorted(check_ins, key=lambda c: (*of_one(c), c.position)), of_one):
        first, *others = group
        on_it = [first, *(_as_placed(c, first) for c in others)]
        facts += [earlier._replace(known_to=min(earlier.known_to, later.known_from)) for earlier, later in pairwise(on_it)]
        facts.append(on_it[-1])
    return facts


def _as_placed(later: CheckInFact, first: CheckInFact) -> CheckInFact:
    """A later fact on the same check-in; an abstention carries no status, whatever was said before."""
    status = 0 if later.kind is CheckInKind.ABSTENTION_RESTORED else first.said_status
    return later._replace(place=first.place, said_status=status, part_id=first.part_id)


K = TypeVar("K", bound=Hashable)


def _by(key: Callable[[T], K], rows: Sequence[T]) -> dict[K, list[T]]:
    found: dict[K, list[T]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found
