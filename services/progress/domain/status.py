"""Where a key result or an objective stands against the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, TypeAlias

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.progress.v1 import events_pb2 as progress
from chassis.days import Day, Microseconds
from chassis.ids import Id
from progress.domain.formulas import NEWEST, Formula, State
from progress.domain.measures import BASELINE, MAINTAIN, SUM
from progress.domain.points import AFTER_ALL_DAYS, BEFORE_ALL_DAYS, LAST_INSTANT, Point
from progress.domain.roll_up import Numbers, is_started
from progress.domain.settings import DEFAULTS, HAIR, NOTHING_SETTLED, Settings, SettingsInTime
from progress.domain.stale import oldest_fresh
from progress.domain.tree import Marked, Planned, RollUpInput, RollUpNode
from shared.settings import STRAIGHT

Status: TypeAlias = "progress.Status.ValueType"

NOT_STARTED: Final = progress.STATUS_NOT_STARTED
ON_TRACK: Final = progress.STATUS_ON_TRACK
BEHIND: Final = progress.STATUS_BEHIND
AT_RISK: Final = progress.STATUS_AT_RISK
ACHIEVED: Final = progress.STATUS_ACHIEVED

SAID: Final[dict[int, Status]] = {
    checkins.SAID_STATUS_ON_TRACK: ON_TRACK,
    checkins.SAID_STATUS_BEHIND: BEHIND,
    checkins.SAID_STATUS_AT_RISK: AT_RISK,
    checkins.SAID_STATUS_ACHIEVED: ACHIEVED,
}
"""What a status said by hand in a check-in is called here."""

_MAINTAIN: Final = MAINTAIN.number
_WITHOUT_PACE: Final = frozenset({_MAINTAIN, BASELINE.number})


def expected_pace(start_day: Day, due_day: Day, day: Day, curve: Sequence[float] = STRAIGHT) -> float:
    """E: days since the start / days of the whole span; 0 on the first day, 1 on the last. Source: domain 7.

    A span of a single day, or one that ends before it starts, is over on its due day. A curve, shares at equal steps of the span with both
    ends included, is straight between its shares.
    """
    if day >= due_day:
        return 1.0
    if day <= start_day:
        return 0.0
    share = (day - start_day) / (due_day - start_day)
    if curve is STRAIGHT:
        return share
    steps = len(curve) - 1
    step = min(int(share * steps), steps - 1)
    return curve[step] + (curve[step + 1] - curve[step]) * (share * steps - step)


def planned_pace(start_day: Day, due_day: Day, day: Day, plan: Sequence[Planned]) -> float:
    """E by a plan: straight lines through (start, 0), its points, (due, 1). Source: formulas, Pace and status.

    Points outside of the span, which may be there where a first day was moved, are passed over.
    """
    if day >= due_day or day <= start_day:
        return expected_pace(start_day, due_day, day)
    points = [(start_day, 0.0), *(point for point in plan if start_day < point[0] < due_day), (due_day, 1.0)]
    (left, low), (right, high) = next(pair for pair in pairwise(points) if pair[0][0] <= day <= pair[1][0])
    return low + (high - low) * (day - left) / (right - left)


class Paces(dict[tuple[Day, Day], float]):
    """The expected pace of each span on one day, worked out once: a tree has thousands of key results and few spans.

    And by what settings and formulas things are looked at on that day.
    """

    def __init__(self, day: Day, settings: Settings = DEFAULTS, formula: Formula = NEWEST) -> None:
        super().__init__()
        self.day = day
        self.settings = settings
        self.formula = formula
        self._oldest_fresh: dict[Id, Day] = {}

    def oldest_fresh(self, cycle_id: Id, settings: SettingsInTime) -> Day:
        """The earliest day of which what was heard on it is fresh in a cycle of a tenant: these are its settings."""
        if (found := self._oldest_fresh.get(cycle_id)) is None:
            fresh = oldest_fresh(self.day, settings.cadence_of(cycle_id, self.settings))
            found = self._oldest_fresh[cycle_id] = BEFORE_ALL_DAYS if fresh is None else fresh
        return found

    def __missing__(self, span: tuple[Day, Day]) -> float:
        pace = self[span] = expected_pace(*span, self.day, self.settings.pace)
        return pace

    def of_objective(self, objective: RollUpNode) -> float:
        """An objective's: that of its own span."""
        return self[objective.start_day, objective.due_day]

    def of_key_result(self, key_result: RollUpInput, home: RollUpNode) -> float:
        """A key result's: from its home's first day to its own due day, else its home's; by its plan, where it has one."""
        due_day = key_result.due_day or home.due_day
        if key_result.plan:
            return planned_pace(home.start_day, due_day, self.day, key_result.plan)
        return self[home.start_day, due_day]


class Calendar:
    """The paces of all days that things of one tree are looked at on: the day asked about, and of what ended, that of its end."""

    def __init__(
        self, day: Day, known_at: Microseconds = LAST_INSTANT, settings: SettingsInTime = NOTHING_SETTLED, formula: Formula = NEWEST
    ) -> None:
        self.settings: Final = settings
        self._asked: Final = Point(day, known_at)
        self._formula: Final = formula
        self.present: Final = Paces(day, settings.at(self._asked), formula)
        self._paces: Final[dict[Point, Paces]] = {self._asked: self.present}

    def at(self, point: Point | None = None) -> Paces:
        """Those of a point, which is no later than the one asked about; None: of that one."""
        if point is None:
            return self.present
        asked = self._asked
        at = Point(min(asked.true_on, point.true_on), min(asked.known_at, point.known_at))
        if (paces := self._paces.get(at)) is None:
            paces = self._paces[at] = Paces(at.true_on, self.settings.at(at), self._formula)
        return paces


def status_of(progress_raw: float | None, pace: float, started: bool, bounds: tuple[float, float] = DEFAULTS.bounds) -> Status:
    """The computed status, by d = E − p: up to the first bound on track, up to the second behind, above at risk; p ≥ 1 achieved.

    `progress_raw` is p: None where nothing counts. Without a check-in the status is not started, whatever the calendar says.
    Source: domain 7.
    """
    if not started or progress_raw is None:
        return NOT_STARTED
    if progress_raw >= 1.0:
        return ACHIEVED
    return _by_distance(pace - progress_raw, bounds)


def maintained_status(progress: float, *, due: bool, started: bool, bounds: tuple[float, float] = DEFAULTS.bounds) -> Status:
    """Of what is maintained, whatever the calendar says: met, on track until it is due, and achieved then; else by d = 1 − p.

    Source: formulas, Key results.
    """
    if not started:
        return NOT_STARTED
    if progress >= 1.0:
        return ACHIEVED if due else ON_TRACK
    return _by_distance(1.0 - progress, bounds)


def _by_distance(behind: float, bounds: tuple[float, float]) -> Status:
    distance = behind - HAIR
    if distance <= bounds[0]:
        return ON_TRACK
    return BEHIND if distance <= bounds[1] else AT_RISK


def objective_status(objective: RollUpNode, numbers: Numbers, paces: Paces) -> Status:
    """Of an objective, on the day of the paces."""
    started = numbers.not_started_share is not None and numbers.not_started_share < 1.0
    return status_of(numbers.progress, paces.of_objective(objective), started, paces.settings.bounds)


def key_result_status(key_result: RollUpInput, raw: float | None, home: RollUpNode | None, paces: Paces) -> tuple[Status, bool]:
    """Of a key result, and whether it was said by hand: what was said stands until the next check-in. Source: domain 7.

    `paces` are of the day in question.
    """
    if key_result.said_status:
        return SAID[key_result.said_status], True
    return _computed_status(key_result, raw, home, paces), False


def _computed_status(key_result: RollUpInput, raw: float | None, home: RollUpNode | None, paces: Paces) -> Status:
    if raw is None:  # a baseline: measured, and no more
        return NOT_STARTED if key_result.value is None else ON_TRACK
    bounds = paces.settings.bounds
    if key_result.measure == _MAINTAIN:
        due_day = key_result.due_day or (home.due_day if home is not None else AFTER_ALL_DAYS)
        return maintained_status(raw, due=paces.day >= due_day, started=key_result.value is not None, bounds=bounds)
    started = is_started(key_result, paces.formula)
    pace = paces.of_key_result(key_result, home) if started and home is not None else 0.0
    return status_of(raw, pace, started, bounds)


def pace_of_key_result(key_result: RollUpInput, home: RollUpNode, paces: Paces) -> float | None:
    """The expected pace of a key result; None of what is maintained, it has no calendar, and of a baseline: it has no number."""
    return None if key_result.measure in _WITHOUT_PACE else paces.of_key_result(key_result, home)


def marks_reached(key_result: Marked) -> list[str]:
    """Of the marks beside the target, commit and stretch, those that the value has reached, in the direction of the target."""
    value, start = key_result.value, key_result.start
    if value is None or start is None or key_result.measure == BASELINE.number:  # there is no way to a target
        return []
    down = key_result.target < start
    marks = {"commit": key_result.commit, "stretch": key_result.stretch}
    return [name for name, mark in marks.items() if mark is not None and (value <= mark if down else value >= mark)]


def is_stale(key_result: RollUpInput, home: RollUpNode | None, paces: Paces, settings: SettingsInTime) -> bool:
    """Whether nothing was heard of a key result for more than two cadences: of its home's cycle, else of the tenant. Source: formulas.

    It begins with its home's first day, or with its own, where that is later. What belongs to a draft, or has ended, is never stale, nor
    is a sum, of which nothing is heard itself.
    """
    if home is None or key_result.cancelled or home.state != State.ACTIVE or key_result.measure == SUM.number:
        return False
    heard_on = home.start_day if key_result.newest_on is None else key_result.newest_on
    fresh = paces.oldest_fresh(home.cycle_id, settings)
    return heard_on < fresh and key_result.first_day < fresh
