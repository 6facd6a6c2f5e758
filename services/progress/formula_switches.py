"""By which version of the formulas a tenant's numbers are computed: the newest, and what was known before a switch, by the version of then.

A switch is an event in the tenant's part of progress's own log. The upgrade that brings a version leaves the tenants that are older than it
on a list, in the transaction that brings the tables forward; whichever process starts next switches them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import psycopg
from google.protobuf.message import Message

from cairn.progress.v1.events_pb2 import FormulaSwitched
from chassis.calls import Call, Identity
from chassis.days import Microseconds
from chassis.eventstore import ANYONE, Aggregate, Aggregates, AggregateType
from chassis.ids import Id, id_of_name, new_id
from progress.domain.formulas import NEWEST, Formula, formula_of
from progress.projection.statements import STATES_OWED_OF_TENANT
from shared.roles import SERVICE
from shared.services import PROGRESS

_WAITING: Final = "SELECT tenant_id::text, version FROM public.formula_to_switch ORDER BY tenant_id"
_DONE: Final = "DELETE FROM public.formula_to_switch WHERE tenant_id = %s::uuid"


@dataclass(slots=True)
class Formulas:
    """The version that a tenant was last switched to; 0: it never was."""

    version: int = 0


def apply(formulas: Formulas, event: Message) -> None:
    """Folds one event. Raises TypeError for another than a switch."""
    match event:
        case FormulaSwitched():
            formulas.version = event.to
        case _:
            raise TypeError(f"{type(event).__name__} is no event of a tenant's formulas")


FORMULAS: Final = AggregateType("formulas", Formulas, apply, copy=replace)


def switch(formulas: Formulas, before: int, to: int) -> list[FormulaSwitched]:
    """From the version before to another one; nothing when that was done already."""
    if formulas.version >= to:
        return []
    switched = FormulaSwitched(to=to)
    setattr(switched, "from", formulas.version or before)
    return [switched]


def formulas_id(tenant_id: Id) -> Id:
    """The aggregate that holds a tenant's formulas."""
    return id_of_name(tenant_id, "formulas")


class FormulaSwitches:
    """The switches in progress's log, made and read through `aggregates`."""

    def __init__(self, conninfo: str, aggregates: Aggregates) -> None:
        self._conninfo: Final = conninfo
        self._aggregates: Final = aggregates
        self._known: Final[dict[Id, list[tuple[Microseconds, FormulaSwitched]]]] = {}  # they are made before anybody asks

    async def switch_all(self) -> int:
        """Switches the tenants that are older than the newest version; answers how many. Raises Refused (LOG_UNAVAILABLE)."""
        async with await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True) as connection:
            waiting = await (await connection.execute(_WAITING.encode())).fetchall()
            for tenant, before in waiting:
                tenant_id = bytes.fromhex(tenant.replace("-", ""))
                identity = Identity(tenant_id, PROGRESS, frozenset({SERVICE}))
                formulas = Aggregate(FORMULAS, formulas_id(tenant_id), may=ANYONE)
                await self._aggregates.decide(Call(identity, correlation_id=new_id()), formulas.decision(switch, before, NEWEST.version))
                async with connection.transaction():
                    await connection.execute(_DONE.encode(), (tenant,))
                    await connection.execute(STATES_OWED_OF_TENANT.encode(), (tenant,))
        return len(waiting)

    async def known_at(self, tenant_id: Id, instant: Microseconds | None) -> Formula:
        """The version of an instant; None: the newest. Raises Refused (FORMULA_UNKNOWN) when a newer program has switched since."""
        if instant is None:
            return NEWEST
        if (switches := self._known.get(tenant_id)) is None:
            switches = self._known[tenant_id] = await self._read(tenant_id)
        later = [switched for at, switched in switches if at > instant]
        return formula_of(getattr(later[0], "from")) if later else NEWEST

    async def _read(self, tenant_id: Id) -> list[tuple[Microseconds, FormulaSwitched]]:
        aggregate_id = formulas_id(tenant_id)
        events = (await self._aggregates.streams((aggregate_id,))).get(aggregate_id, [])
        return [(event.recorded_at, FormulaSwitched.FromString(event.payload)) for event in events]
