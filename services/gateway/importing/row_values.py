"""What several cells of a row say together: an objective's level, a key result's measure, a check-in's value."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from typing import Final, TypeVar, assert_never

from gateway.importing import cell_values as cells
from gateway.importing.cell_values import CellRefused
from gateway.importing.lists import each_once_in
from gateway.importing.plan import KeyResult, Level, Measure, Mode
from gateway.importing.tables import Row
from gateway.schemas.enums import OBJECTIVE_STATES, ROLES, EnumWords, ObjectiveStateWord, RoleWord
from shared.cells import YES_OR_NO
from shared.figures import written
from shared.limits import MOST_MILESTONES

W = TypeVar("W", bound=str)

_MEASURES: Final[Mapping[str, Measure]] = {
    "number": "metric",
    "metric": "metric",
    "score": "graded",
    "graded": "graded",
    "binary": "binary",
    "maintain": "maintain",
    "milestones": "milestones",
    "baseline": "baseline",
    "sum": "sum",
}
"""By the kind that a row names."""
_KINDS: Final = ("number", "maintain", "binary", "milestones", "score", "baseline", "sum")
"""As tables are written."""
_MODES: Final[Mapping[str, Mode]] = {"latest": "latest", "share": "share"}
_COMPANY: Final = "company"
_ENDS: Final = ("closed", "cancelled")
_SUREST: Final = 10
_ROLES: Final[Mapping[str, RoleWord]] = {word: word for word in ROLES.all}


def begins_of(row: Row, contribution: Row) -> date | None:
    """From which day on a key result counts: the later of those that its row and its home's say; None: since ever. Raises CellRefused."""
    days = [cells.optional(one, "from", cells.day) for one in (row, contribution)]
    return max((day for day in days if day is not None), default=None)


def level_of(row: Row) -> tuple[Level, str | None, str]:
    """Level, person and team of an objective's row: from `level` ("company", "team", "individual:Bedeho"), or else from `team`.

    The team `Company` is the whole company. Raises CellRefused for another level.
    """
    team = row.said("team")
    text, _, person = row.said("level").partition(":")
    match text.strip().lower():
        case "":
            return (_COMPANY, None, "") if not team or team.lower() == _COMPANY else ("team", None, team)
        case "company":
            return "company", None, team
        case "team":
            return "team", None, team or person.strip()
        case "individual":
            return "individual", person.strip() or None, team
    raise CellRefused("level", f"{cells.shown(row.cell('level'))} is not a level; they are company, team and individual (individual:NAME)")


def roles_of(row: Row) -> tuple[RoleWord, ...]:
    """What somebody of people.csv may do; `member`, where nothing is said. Raises CellRefused."""
    roles = []
    for word in each_once_in(row, "roles"):
        role = _ROLES.get(word.lower())
        if role is None:
            raise CellRefused("roles", f"{cells.shown(word)} is not a role; they are {', '.join(_ROLES)}")
        roles.append(role)
    return tuple(roles) or ("member",)


def state_of(row: Row) -> ObjectiveStateWord:
    """The state that an objective's row says: active where it is empty, and closed beside an `ended_on`.

    Raises CellRefused for another word, and where the days beside it say otherwise.
    """
    ended_on, active_from = row.said("ended_on"), row.said("active_from")
    state = word_of(row, "state", OBJECTIVE_STATES) or ("closed" if ended_on else "active")
    if ended_on and state not in _ENDS:
        raise CellRefused("state", f"{cells.shown(row.cell('state'))} is no end; they are closed and cancelled")
    if state in _ENDS and not ended_on:
        raise CellRefused("ended_on", f"is empty; what is {state} has the day on which it ended")
    if active_from and state == "draft":
        raise CellRefused("active_from", f"{cells.shown(active_from)} stands beside draft; what is a draft is not active yet")
    return state


def word_of(row: Row, column: str, words: EnumWords[W]) -> W | None:
    """The word of a cell, however it is written: `On track` is on_track; None where it is empty. Raises CellRefused for another one."""
    said = row.said(column).lower().replace(" ", "_").replace("-", "_")
    found = next((word for word in words.all if word == said), None)
    if said and found is None:
        raise CellRefused(column, f"{cells.shown(row.cell(column))} is none of these: {', '.join(words.all)}")
    return found


def confidence_of(row: Row) -> int | None:
    """How sure a check-in is, from 0 to 10. Raises CellRefused."""
    said = cells.optional(row, "confidence", cells.number)
    if said is not None and not (0 <= said <= _SUREST and said == int(said)):
        raise CellRefused("confidence", f"{written(said)} is no whole number from 0 to {_SUREST}")
    return None if said is None else int(said)


def retraction_of(row: Row) -> str | None:
    """Why a check-in was taken back, empty where the row says no more than that it was; None: it stands."""
    said = row.said("retracted")
    was_retracted = bool(said) if (word := YES_OR_NO.get(said.lower())) is None else word
    if not was_retracted:
        return None
    return "" if word else said


def measure_of(row: Row) -> Measure:
    """The measure of a key result's row, by its `kind`; without one, it is graded. Raises CellRefused."""
    kind = row.said("kind")
    measure = _MEASURES.get(kind.lower() or "score")
    if measure is None:
        raise CellRefused("kind", f"{cells.shown(kind)} is not a kind; they are {', '.join(_KINDS)}")
    return measure


def bounds_of(row: Row) -> tuple[float | None, float | None, Mode | None]:
    """What the row of a key result of measure maintain keeps: `low`, `high` and the `mode`. Raises CellRefused."""
    low, high = (cells.optional(row, column, cells.number_in(row.said("unit"))) for column in ("low", "high"))
    if low is None and high is None:
        raise CellRefused("low", "low and high are both empty; what is maintained has one of them, or both")
    if low is not None and high is not None and low > high:
        raise CellRefused("high", f"low {written(low)} lies above high {written(high)}")
    mode = _MODES.get(row.said("mode").lower())
    if mode is None and row.said("mode"):
        raise CellRefused("mode", f"{cells.shown(row.cell('mode'))} is not a mode; they are latest and share")
    return low, high, mode


def plan_by_dates_of(row: Row, column: str = "plan") -> tuple[tuple[date, float], ...]:
    """The plan of a key result: `day:share`, semicolons between. Raises CellRefused."""
    return tuple(_planned(column, item.strip()) for item in row.said(column).split(";") if item.strip())


def _planned(column: str, item: str) -> tuple[date, float]:
    day, colon, share = item.rpartition(":")
    try:
        if not colon:
            raise ValueError
        return date.fromisoformat(day.strip()), float(share)
    except ValueError:
        raise CellRefused(column, f"{cells.shown(item)} is no day with a share; one looks like 2026-02-28:0.3") from None


def value_of(row: Row, key_result: KeyResult) -> float | None:
    """The value that a check-in's row reports of its key result; None where it has neither score nor value.

    On a metric `value` is the value, and `score` alone the share of the way: start + score · (target − start). A score lies from 0 to 1
    whatever the measure; what lies beyond the target, or behind the start, is said by `value`.
    Raises CellRefused for what cannot be such a value.
    """
    value = cells.optional(row, "value", cells.number_in(key_result.unit))
    match key_result.measure:
        case "metric":
            score = cells.optional(row, "score", _share_of_the_way)
            if value is not None or score is None:
                return value
            assert key_result.start is not None
            assert key_result.target is not None
            reached = key_result.start + score * (key_result.target - key_result.start)
            if not math.isfinite(reached):
                way = f"from {written(key_result.start)} to {written(key_result.target)}"
                raise CellRefused("score", f"{written(score)} of the way {way} is too far for a number")
            return reached
        case "binary":
            score = cells.optional(row, "score", cells.share)
            column, said = ("value", value) if score is None else ("score", score)
            if said not in (None, 0, 1):
                raise CellRefused(column, f"{written(said)} is neither 0 nor 1, and {cells.short(key_result.reference)} is binary")
            return said
        case "maintain" | "baseline":
            return _measured(row, key_result, value)
        case "milestones" | "sum":
            _require_no_value(row, key_result)
            return None
        case "graded":
            score = cells.optional(row, "score", cells.share)
            if score is None and value is not None:
                raise CellRefused("score", f"is empty; {cells.short(key_result.reference)} is graded, and needs a score from 0 to 1")
            return score
        case unknown_measure:
            assert_never(unknown_measure)


def _measured(row: Row, key_result: KeyResult, value: float | None) -> float | None:
    if value is None and row.said("score"):
        raise CellRefused("value", f"is empty; {cells.short(key_result.reference)} is measured, and needs a value")
    return value


def _require_no_value(row: Row, key_result: KeyResult) -> None:
    """Raises CellRefused where a row says a value of what has none of its own."""
    if key_result.measure == "sum":
        raise CellRefused("key_result", f"{cells.short(key_result.reference)} is the sum of those that feed it; report of them")
    if row.said("value") or row.said("score"):
        raise CellRefused("done", f"{cells.short(key_result.reference)} has milestones: say the numbers of those that are done")


def way_of(row: Row, measure: Measure) -> tuple[float | None, float | None]:
    """Start and target of a key result's row, as far as its measure has them. Raises CellRefused."""
    number = cells.number_in(row.said("unit"))
    match measure:
        case "metric":
            start, target = number(row, "start"), number(row, "target")
        case "sum":
            start, target = cells.optional(row, "start", number) or 0.0, number(row, "target")
        case "baseline":
            return cells.optional(row, "start", number), None
        case _:
            return None, None
    if start == target:
        raise CellRefused("target", f"start and target are both {written(start)}; a {measure} needs a way to go")
    return start, target


def done_of(row: Row, key_result: KeyResult) -> tuple[int, ...] | None:
    """The numbers of the milestones that are done, `none` of them perhaps; None: the row says nothing of them. Raises CellRefused."""
    text = row.said("done")
    if not text:
        return None
    if key_result.measure != "milestones":
        raise CellRefused("done", f"{cells.short(key_result.reference)} has no milestones")
    if text.lower() == "none":
        return ()
    numbers = [one.strip() for one in re.split("[;,]", text) if one.strip()]
    if any(not (one.isascii() and one.isdecimal() and 1 <= int(one) <= MOST_MILESTONES) for one in numbers):
        raise CellRefused("done", f"{cells.shown(text)} are no numbers of milestones; write 1;3, or none")
    return tuple(dict.fromkeys(map(int, numbers)))


def _share_of_the_way(row: Row, column: str) -> float:
    return cells.share(row, column, beyond=", and what lies beyond the target, or behind the start, is said by value")
