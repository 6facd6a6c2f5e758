"""What lists are filtered and ordered by: whatever a filter names has to be there, and names are ordered as people order them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from chassis.calls import Identity
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id, id_text
from progress.projection import ids
from progress.queries.reading import Cursor, fetched
from progress.queries.visibility import unknown_objective, visible_of


def natural(text: str) -> str:
    """SQL: a text as people order names: by letters whatever their case, O2 before O10."""
    padded = rf"regexp_replace(lower({text}), '([0-9]+)', '00000000000000000000\1', 'g')"
    return rf"""regexp_replace({padded}, '[0-9]*([0-9]{{20}})', '\1', 'g') COLLATE "C" """.rstrip()


def texts_or_numbers(name: str, values: Iterable[Any]) -> list[Any]:
    """The values of a filter, for a statement. Raises Refused (INVALID) for a text that PostgreSQL does not keep."""
    if any(isinstance(value, str) and "\0" in value for value in values):
        raise invalid(name, "a text without NUL is wanted")
    return list(values)


async def require_objectives(cursor: Cursor, identity: Identity, objective_ids: Sequence[Id], field: str) -> None:
    """Raises Refused (UNKNOWN) for an objective of a filter that there is not, or that the caller may not see."""
    if objective_ids:
        seen = await visible_of(cursor, identity, "o.objective_id = ANY(%(objectives)s)", {"objectives": ids(objective_ids)})
        for number, objective_id in enumerate(objective_ids):
            if objective_id not in seen:
                refused = unknown_objective(objective_id)
                raise Refused(refused.reason, refused.message, kind=refused.kind, field=f"{field}[{number}]")


async def require_cycles(cursor: Cursor, identity: Identity, cycle_ids: Sequence[Id]) -> None:
    """Raises Refused (UNKNOWN) for a cycle of a filter that the tenant does not have."""
    if cycle_ids:
        statement = b"SELECT cycle_id FROM cycle_now WHERE cycle_id = ANY(%(cycles)s) AND tenant_id = %(tenant)s::uuid"
        rows = await fetched(cursor, statement, {"cycles": ids(cycle_ids), "tenant": identity.tenant_id.hex()})
        known = {row[0] for row in rows}
        for number, cycle_id in enumerate(cycle_ids):
            if cycle_id not in known:
                message = f"there is no cycle {id_text(cycle_id)}"
                raise Refused("CYCLE_UNKNOWN", message, kind=Kind.UNKNOWN, field=f"cycle_ids[{number}]")
