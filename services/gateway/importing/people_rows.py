"""What rows of people.csv say: the first one of somebody who they are, each the teams that they are in on its days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chassis.texts import name_key
from gateway.importing import cell_values as cells
from gateway.importing.cell_values import CellRefused, shown
from gateway.importing.lists import each_once_in
from gateway.importing.plan import PersonRow
from gateway.importing.row_values import roles_of
from gateway.importing.tables import Row


def person_of(row: Row) -> PersonRow:
    """Raises CellRefused."""
    first_day, last_day = cells.optional(row, "from", cells.day), cells.optional(row, "to", cells.day)
    if first_day and last_day and last_day < first_day:
        raise CellRefused("to", f"{last_day} lies before from, {first_day}")
    return PersonRow(
        row=row,
        handle=cells.required(row, "person"),
        name=row.said("name"),
        email=row.said("email"),
        roles=roles_of(row),
        teams=each_once_in(row, "team"),
        manager=row.said("manager") or None,
        first_day=first_day,
        last_day=last_day,
    )


def require_further_row(said: PersonRow, before: Sequence[PersonRow]) -> None:
    """Raises CellRefused unless the row says when somebody of whom there are rows before is, or was, in other teams or on other days."""
    first, row = before[0], said.row
    otherwise = {
        "name": bool(said.name) and said.name != first.name,
        "email": bool(said.email) and said.email != first.email,
        "roles": bool(row.said("roles")) and set(said.roles) != set(first.roles),
        "manager": said.manager is not None and name_key(said.manager) != name_key(first.manager or ""),
    }
    if (column := next((column for column, is_so in otherwise.items() if is_so), None)) is not None:
        told = f"{shown(row.cell(column))} is not what line {first.row.line}, the first of {cells.short(said.handle)}, says; leave it empty"
        raise CellRefused(column, told)
    who = cells.short(said.handle)
    if not said.teams:
        raise CellRefused("person", f"{who} is there already, in line {first.row.line}; a further row names teams that they are or were in")
    for one in before:
        twice = {name_key(team) for team in one.teams}
        team = next((team for team in said.teams if name_key(team) in twice), None)
        if team is not None and _meet(one, said):
            raise CellRefused("team", f"line {one.row.line} has {who} in {cells.short(team)} on some of these days, too")


def _meet(one: PersonRow, other: PersonRow) -> bool:
    """Whether two spans have a day in common."""
    begins = max(one.first_day or date.min, other.first_day or date.min)
    return begins <= min(one.last_day or date.max, other.last_day or date.max)
