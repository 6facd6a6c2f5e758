"""What audit does with an event: it stores it, whole, and what it was done to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, Final

import psycopg

from audit.things import THINGS, other_things
from chassis.events import RecordedEvent
from chassis.postgres import copy_rows_async
from chassis.postgres.binary import row_packer

_COLUMNS: Final = {
    "log": "text",
    "position": "bigint",
    "recorded_at": "timestamptz",
    "event_id": "uuid",
    "tenant_id": "uuid",
    "aggregate_id": "uuid",
    "aggregate_version": "bigint",
    "actor_id": "uuid",
    "on_behalf_of": "uuid",
    "correlation_id": "uuid",
    "causation_id": "uuid",
    "partition_key": "uuid",
    "event_type": "text",
    "payload": "bytea",
}
"""Of the table of actions, in their order there; an event's fields have the same names."""

_pack_action: Final = row_packer([*_COLUMNS.values()])
_VALUES: Final[Callable[[RecordedEvent], tuple[Any, ...]]] = attrgetter(*_COLUMNS)
_pack_other_thing: Final = row_packer(["uuid", "text", "bigint"])
_READABLE: Final[Callable[[RecordedEvent], tuple[str, int, str, bytes]]] = attrgetter("log", "position", "event_type", "payload")
_FILLED_AT_ONCE: Final = 5_000


async def store_actions(connection: psycopg.AsyncConnection[Any], events: Sequence[RecordedEvent]) -> None:
    """Stores a batch of events.

    An event that is stored already would violate the primary key: that the consumer hands each one over once is relied on, and checked.
    """
    await copy_rows_async(connection, "action", [_pack_action(_VALUES(event)) for event in events])
    await _store_other_things(connection, map(_READABLE, events))


async def fill_other_things(connection: psycopg.AsyncConnection[Any]) -> None:
    """Stores what else all actions were done to: of an installation that had none of it before."""
    async with connection.cursor("actions") as actions:
        await actions.execute("SELECT log, position, event_type, payload FROM action WHERE event_type = ANY(%s)", (list(THINGS),))
        while rows := await actions.fetchmany(_FILLED_AT_ONCE):
            await _store_other_things(connection, rows)


async def _store_other_things(connection: psycopg.AsyncConnection[Any], events: Iterable[tuple[str, int, str, bytes]]) -> None:
    rows = [
        _pack_other_thing((thing_id, log, position))
        for log, position, event_type, payload in events
        for thing_id in other_things(event_type, payload)
    ]
    await copy_rows_async(connection, "action_on_other_thing", rows)
