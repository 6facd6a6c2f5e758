"""Where a key result or an objective stands against the calendar."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.progress.v1 import events_pb2 as progress
from chassis.days import Day
from chassis.ids import Id
from progress.domain.measures import MAINTAIN
from progress.domain.points import LAST_DAY
from progress.domain.roll_up import Numbers
from progress.domain.tree import RollUpInput, RollUpNode

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

ON_TRACK_BOUND: Final = 0.10
BEHIND_BOUND: Final = 0.25
_MAINTAIN: Final = MAINTAIN.number
_HAIR: Final = 1e-9  # 0.8 − 0.7 is 0.1000…9 in binary: the bounds are decimal figures


def expected_pace(start_day: Day, due_day: Day, day: Day) -> float:
    """E: days since the start / days of the whole span; 0 on the first day, 1 on the last. Source: domain 7.

    A span of a single day, or one that ends before it starts, is over on its due day.
    """
    if day >= due_day:
        return 1.0
    return 0.0 if day <= start_day else (day - start_day) / (due_day - start_day)


def status_of(progress_raw: float | None, pace: float, started: bool) -> Status:
    """The computed status, by d = E − p: at most 0.10 on track, at most 0.25 behind, above at risk; p ≥ 1 achieved. Source: domain 7.

    `progress_raw` is p: None where nothing counts. Without a check-in the status is not started, whatever the calendar says.
    """
    if not started or progress_raw is None:
        return NOT_STARTED
    if progress_raw >= 1.0:
        return ACHIEVED
    return _by_distance(pace - progress_raw)


def maintained_status(progress: float, *, due: bool, started: bool) -> Status:
    """Of what is maintained, whatever the calendar says: met, on track until it is due, and achieved then; else by d = 1 − p.

    Source: formulas, Key results.
    """
    if not started:
        return NOT_STARTED
    if progress >= 1.0:
        return ACHIEVED if due else ON_TRACK
    return _by_distance(1.0 - progress)


def _by_distance(behind: float) -> Status:
    distance = behind - _HAIR
    if distance <= ON_TRACK_BOUND:
        return ON_TRACK
    return BEHIND if distance <= BEHIND_BOUND else AT_RISK


class Paces(dict[tuple[Day, Day], float]):
    """The expected pace of each span on one day, worked out once: a tree has thousands of key results and few spans."""

    def __init__(self, day: Day) -> None:
        super().__init__()
        self.day = day

    def __missing__(self, span: tuple[Day, Day]) -> float:
        pace = self[span] = expected_pace(*span, self.day)
        return pace


def objective_status(objective: RollUpNode, numbers: Numbers, day: Day) -> Status:
    """Of an objective, on a day."""
    started = numbers.not_started_share is not None and numbers.not_started_share < 1.0
    return status_of(numbers.progress, expected_pace(objective.start_day, objective.due_day, day), started)


def key_result_status(key_result: RollUpInput, raw: float, home: RollUpNode | None, paces: Paces) -> tuple[Status, bool]:
    """Of a key result, and whether it was said by hand: what was said stands until the next check-in. Source: domain 7.

    Its pace runs from its objective's first day to its own due day, or else its objective's; `paces` are of the day in question.
    """
    if key_result.said_status:
        return SAID[key_result.said_status], True
    return _computed_status(key_result, raw, home, paces), False


def key_result_statuses(
    key_results: Iterable[RollUpInput], raws: Iterable[float], homes: Mapping[Id, RollUpNode], paces: Paces
) -> list[Status]:
    """Of many key results: what key_result_status says of each."""
    return [
        SAID[k.said_status] if k.said_status else _computed_status(k, raw, homes.get(k.objective_id), paces)
        for k, raw in zip(key_results, raws, strict=True)
    ]


def _computed_status(key_result: RollUpInput, raw: float, home: RollUpNode | None, paces: Paces) -> Status:
    if key_result.measure == _MAINTAIN:
        due_day = key_result.due_day or (home.due_day if home is not None else LAST_DAY)
        return maintained_status(raw, due=paces.day >= due_day, started=key_result.value is not None)
    started = key_result.newest_abstained is not None
    pace = paces[home.start_day, key_result.due_day or home.due_day] if started and home is not None else 0.0
    return status_of(raw, pace, started)
