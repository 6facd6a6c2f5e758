"""What a row of settings.csv or cycles.csv says."""

from __future__ import annotations

from typing import Any, Final, TypeVar, get_args

from gateway.importing import cell_values as cells
from gateway.importing.cell_values import CellRefused
from gateway.importing.plan import Cycle, CycleKind, CycleState, Setting
from gateway.importing.tables import Row
from shared.settings import CADENCE, SETTINGS, WEEKDAY
from shared.settings import Setting as Declared

W = TypeVar("W", bound=str)

_KINDS: Final[tuple[CycleKind, ...]] = get_args(CycleKind)
_STATES: Final[tuple[CycleState, ...]] = get_args(CycleState)
_CADENCES: Final = {"every week": "weekly", "every 2 weeks": "two-weekly", "every two weeks": "two-weekly"}
"""As people write them, by what they are called."""


def setting_of(row: Row) -> Setting:
    """What a row says of a setting. Raises CellRefused for a setting that there is not, and for what is no value of it."""
    name = cells.required(row, "setting").lower()
    if name not in SETTINGS:
        raise CellRefused("setting", f"{cells.shown(name)} is no setting; they are {', '.join(SETTINGS)}")
    return Setting(row, name, _value(row, "value", SETTINGS[name]), cells.optional(row, "day", cells.day))


def cycle_of(row: Row) -> Cycle:
    """What a row says of a cycle. Raises CellRefused."""
    first, last = cells.day(row, "first_day"), cells.day(row, "last_day")
    if last < first:
        raise CellRefused("last_day", f"{last} lies before first_day, {first}")
    return Cycle(
        name=cells.one_line(row, "cycle"),
        first_day=first,
        last_day=last,
        row=row,
        kind=_one_of(row, "kind", _KINDS) or "custom",
        enclosing=row.said("enclosing") or None,
        cadence=_value(row, "cadence", CADENCE) if row.said("cadence") or row.cell("cadence") == "none" else "",
        weekday=_value(row, "weekday", WEEKDAY) if row.said("weekday") else "",
        state=_one_of(row, "state", _STATES),
    )


def _one_of(row: Row, column: str, words: tuple[W, ...]) -> W | None:
    said = row.said(column).lower()
    found = next((word for word in words if word == said), None)
    if said and found is None:
        raise CellRefused(column, f"{cells.shown(row.cell(column))} is none of {', '.join(words)}")
    return found


def _value(row: Row, column: str, setting: Declared[Any]) -> str:
    said = cells.required(row, column)
    if setting is CADENCE:
        said = _CADENCES.get(" ".join(said.lower().split()), said)
    try:
        return setting.canonical(said)
    except ValueError as wrong:
        raise CellRefused(column, str(wrong)) from None
