"""What holds at a point of both time axes, from facts in memory: in Python what `progress.queries` says in SQL, over the same rows.

A point is (true on a day, known at an instant). Of the versions of a thing that are true by that day and known by that instant the one
with the highest position holds. A check-in's row holds from its day on while it is known.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Final, NamedTuple, Protocol, TypeVar

from chassis.days import Day, Microseconds
from progress.domain.tree import KeyResult, Objective, Tree, arrange
from progress.facts.facts import Facts
from progress.facts.rows import ABSTENTIONS, CheckInFact, CheckInKind, Grade, KeyResultVersion, ObjectiveVersion, Recording

ALWAYS: Final = 2**62
"""Beyond any day and any instant."""


class _Versioned(Protocol):
    @property
    def true_from(self) -> Day: ...
    @property
    def recording(self) -> Recording: ...


V = TypeVar("V", bound=_Versioned)
T = TypeVar("T")


class Point(NamedTuple):
    """A point of both time axes."""

    true_on: Day
    known_at: Microseconds

    def holding(self, versions: Iterable[V]) -> V | None:
        """The version that holds."""
        known = [v for v in versions if v.true_from <= self.true_on and v.recording.known_from <= self.known_at]
        return max(known, key=lambda v: v.recording.position, default=None)

    def standing(self, check_ins: Iterable[CheckInFact]) -> list[CheckInFact]:
        """What is known of check-ins, in the order of days and of places within a day."""
        known = [c for c in check_ins if c.true_on <= self.true_on and c.known_from <= self.known_at < c.known_to]
        return sorted(known, key=lambda c: (c.true_on, c.place))

    def newest_grade(self, grades: Iterable[Grade]) -> Grade | None:
        """The grade of the latest day; of several, the one given last."""
        known = [g for g in grades if g.true_on <= self.true_on and g.recording.known_from <= self.known_at]
        return max(known, key=lambda g: (g.true_on, g.recording.position), default=None)


class FactsInMemory:
    """Every fact of both logs, found by what it is about."""

    def __init__(self, facts: Facts) -> None:
        self._objective_versions: Final = _by(lambda v: v.definition.objective_id, facts.objective_versions)
        self._key_result_versions: Final = _by(lambda v: v.definition.key_result_id, facts.key_result_versions)
        self._alignments: Final = _by(lambda a: a.objective_id, facts.alignments)
        self._shares: Final = _by(lambda s: (s.objective_id, s.key_result_id), facts.shares)
        self._check_ins: Final = _by(lambda c: c.key_result_id, settled(facts.check_ins))
        self._grades: Final = _by(lambda g: g.key_result_id, facts.grades)
        self._at_version: Final = facts.objective_at_version
        self.check_ins: Final = len({(c.key_result_id, c.check_in_id) for c in facts.check_ins})
        """Recorded or abstained, whatever became of them."""

    def tree(self, true_on: Day | None = None, known_at: Microseconds | None = None) -> Tree[Objective, KeyResult]:
        """Everything that holds at a point of both axes; None is without limit."""
        point = Point(ALWAYS if true_on is None else true_on, ALWAYS if known_at is None else known_at)
        live = true_on is None and known_at is None
        versions = filter(None, map(point.holding, self._objective_versions.values()))
        objectives = {v.definition.objective_id: self._objective(v, point, live=live) for v in versions}
        key_results = [self._key_result(v, point) for v in filter(None, map(point.holding, self._key_result_versions.values()))]
        shares = filter(None, map(point.holding, self._shares.values()))
        links = [(s.objective_id, s.key_result_id) for s in shares if s.counts and s.objective_id in objectives]
        return arrange(objectives.values(), key_results, links)

    def _objective(self, version: ObjectiveVersion, point: Point, *, live: bool) -> Objective:
        objective_id = version.definition.objective_id
        alignment = point.holding(self._alignments.get(objective_id, ()))
        return Objective(
            **version.definition._asdict(),
            event_id=version.recording.event_id,
            version=self._at_version[objective_id] if live else version.version,
            parent_objective_id=None if alignment is None else alignment.parent_objective_id,
            parent_key_result_id=None if alignment is None else alignment.parent_key_result_id,
        )

    def _key_result(self, version: KeyResultVersion, point: Point) -> KeyResult:
        key_result_id = version.definition.key_result_id
        key_result = KeyResult(**version.definition._asdict(), event_id=version.recording.event_id)
        standing = point.standing(self._check_ins.get(key_result_id, ()))
        if standing:
            newest = standing[-1]
            key_result = key_result._replace(newest_abstained=newest.kind in ABSTENTIONS, said_status=newest.said_status)
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
            )
        grade = point.newest_grade(self._grades.get(key_result_id, ()))
        return key_result if grade is None else key_result._replace(grade=grade.grade, grade_event_id=grade.recording.event_id)


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
    return later._replace(place=first.place, said_status=status)


K = TypeVar("K", bound=Hashable)


def _by(key: Callable[[T], K], rows: Sequence[T]) -> dict[K, list[T]]:
    found: dict[K, list[T]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found
