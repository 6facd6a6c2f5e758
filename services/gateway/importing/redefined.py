"""What a row of changes.csv says: the value of one field, read as that field is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from gateway.importing import cell_values as cells
from gateway.importing.cell_values import CellRefused
from gateway.importing.lists import milestones_in, names_in, owners_in
from gateway.importing.plan import KeyResult, Redefinition
from gateway.importing.row_values import plan_by_dates_of
from gateway.importing.tables import Row
from shared.figures import written

_VALUE: Final = "value"
Read = Callable[[Row, KeyResult | None], Any]


def redefined(row: Row, field: str, key_result: KeyResult | None) -> Any:
    """The value of a field of a key result, or, without one, of an objective. Raises CellRefused."""
    fields = _OF_OBJECTIVES if key_result is None else _OF_KEY_RESULTS
    if field not in fields:
        raise CellRefused("field", f"{cells.shown(field)} is no field that changes here; they are {', '.join(sorted(fields))}")
    return fields[field](row, key_result)


def people_in(said: Redefinition) -> Iterator[str]:
    """Whom a row names."""
    if said.field == "owner":
        yield said.says
    elif said.field == "owners":
        yield from (owner.person for owner in said.says)


def _number(row: Row, key_result: KeyResult | None) -> float:
    return cells.number_in("" if key_result is None else key_result.unit)(row, _VALUE)


def _bound(row: Row, key_result: KeyResult | None) -> float | None:
    return _number(row, key_result) if row.said(_VALUE) else None


def _weight(row: Row, _: KeyResult | None) -> float:
    weight = cells.optional(row, _VALUE, cells.number)
    if weight is not None and weight < 0:
        raise CellRefused(_VALUE, f"{written(weight)} lies below 0")
    return 1.0 if weight is None else weight


def _word(*words: str, otherwise: str = "") -> Read:
    def read(row: Row, _: KeyResult | None) -> str:
        said = row.said(_VALUE).lower() or otherwise
        if said not in words:
            raise CellRefused(_VALUE, f"{cells.shown(row.cell(_VALUE))} is none of these: {', '.join(words)}")
        return said

    return read


def _required(row: Row, _: KeyResult | None) -> str:
    return cells.required(row, _VALUE)


_OF_KEY_RESULTS: Final[Mapping[str, Read]] = {
    "title": lambda row, _: cells.one_line(row, _VALUE),
    "target": _number,
    "start": _number,
    "low": _bound,
    "high": _bound,
    "weight": _weight,
    "due": lambda row, _: cells.optional(row, _VALUE, cells.day),
    "mode": _word("latest", "share", otherwise="latest"),
    "owners": lambda row, _: owners_in(row, _VALUE),
    "milestones": lambda row, _: milestones_in(row, _VALUE),
    "feeds": lambda row, _: names_in(row, _VALUE),
    "plan": lambda row, _: plan_by_dates_of(row, _VALUE),
    "counts_for+": _required,
    "counts_for-": _required,
    "home": _required,
    "state": _word("cancelled"),
}
_OF_OBJECTIVES: Final[Mapping[str, Read]] = {
    "title": lambda row, _: cells.one_line(row, _VALUE),
    "owner": _required,
    "due": lambda row, _: cells.optional(row, _VALUE, cells.day),
    "parent": lambda row, _: row.said(_VALUE),
    "child_weight": _weight,
    "roll_up": _word("key_results", "children", "both", otherwise="key_results"),
    "state": _word("active", "closed", "cancelled"),
}
