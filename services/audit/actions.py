"""What audit does with an event: it stores it, whole, and what it was done to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, Final

import psycopg

from audit.things import THINGS, other_things
from chassis.copying import RowPacker, copy_rows_async
from chassis.events import RecordedEvent

# In the order of the columns of the tables.
_ACTION: Final = RowPacker(
    *("text", "bigint", "timestamptz", "uuid", "uuid", "uuid", "bigint", "uuid", "uuid", "uuid", "uuid", "uuid", "text", "bytea")
)
_OTHER_THING: Final = RowPacker("uuid", "text", "bigint")
_COLUMNS: Final[Callable[[RecordedEvent], tuple[Any, ...]]] = attrgetter(
    "log", "position", "recorded_at", "event_id", "tenant_id", "aggregate_id", "aggregate_version", "actor_id", "on_behalf_of",
    "correlation_id", "causation_id", "partition_key", "event_type", "payload",
)  # fmt: skip

_READABLE: Final[Callable[[RecordedEvent], tuple[str, int, str, bytes]]] = attrgetter("log", "position", "event_type", "payload")
_FILLED_AT_ONCE: Final = 5_000


async def store_actions(connection: psycopg.AsyncConnection[Any], events: Sequence[RecordedEvent]) -> None:
    """Stores a batch of events.

    An event that is stored already would violate the primary key: that the consumer hands each one over once is relied on, and checked.
    """
    await copy_rows_async(connection, "action", [_ACTION.pack(_COLUMNS(event)) for event in events])
    await _store_other_things(connection, map(_READABLE, events))


async def fill_other_things(connection: psycopg.AsyncConnection[Any]) -> None:
    """Stores what else all actions were done to: of an installation that had none of it before."""
    async with connection.cursor("actions") as actions:
        await actions.execute("SELECT log, position, event_type, payload FROM action WHERE event_type = ANY(%s)", (list(THINGS),))
        while rows := await actions.fetchmany(_FILLED_AT_ONCE):
            await _store_other_things(connection, rows)


async def _store_other_things(connection: psycopg.AsyncConnection[Any], events: Iterable[tuple[str, int, str, bytes]]) -> None:
    rows = [
        _OTHER_THING.pack((thing_id, log, position))
        for log, position, event_type, payload in events
        for thing_id in other_things(event_type, payload)
    ]
    await copy_rows_async(connection, "action_on_other_thing", rows)
