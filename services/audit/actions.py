"""What audit does with an event: it stores it, whole, and what else it was done to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, Final, NamedTuple

import psycopg
from psycopg.rows import class_row

from audit.things import NAMING_FIELDS, other_things
from chassis.events import RecordedEvent
from chassis.ids import Id
from chassis.postgres import copy_rows_async
from chassis.postgres.binary import rows_packer

LOGS: Final = ("directory", "goals", "checkins", "progress", "notifications")
"""Whose events are stored: every log there is."""

_ACTION: Final = {
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
    "generation": "integer",
}
"""The columns of the table of actions, in their order there; an event's fields have the same names."""

_pack_actions: Final = rows_packer([*_ACTION.values()])
_columns_of: Final[Callable[[RecordedEvent], tuple[Any, ...]]] = attrgetter(*_ACTION)
_pack_actions_on_other_things: Final = rows_packer(["uuid", "text", "bigint"])
_FILLED_AT_ONCE: Final = 5_000


class _StoredEvent(NamedTuple):
    """Of an action that is stored: where it is, and what says what it was done to."""

    log: str
    position: int
    event_type: str
    payload: bytes


class _ActionOnOtherThing(NamedTuple):
    """A row of that table."""

    thing_id: Id
    log: str
    position: int


async def store_actions(connection: psycopg.AsyncConnection[Any], events: Sequence[RecordedEvent]) -> None:
    """Stores a batch of events.

    An event that is stored already would violate the primary key: that the consumer hands each one over once is relied on, and checked.
    """
    await copy_rows_async(connection, "action", _pack_actions(map(_columns_of, events)))
    await _store_other_things(connection, events)


async def fill_other_things(connection: psycopg.AsyncConnection[Any]) -> None:
    """Stores what else all actions were done to: of an installation that had none of it before."""
    async with connection.cursor("actions", row_factory=class_row(_StoredEvent)) as actions:
        await actions.execute("SELECT log, position, event_type, payload FROM action WHERE event_type = ANY(%s)", (list(NAMING_FIELDS),))
        while stored := await actions.fetchmany(_FILLED_AT_ONCE):
            await _store_other_things(connection, stored)


async def _store_other_things(connection: psycopg.AsyncConnection[Any], events: Iterable[RecordedEvent | _StoredEvent]) -> None:
    rows = [
        _ActionOnOtherThing(thing_id, event.log, event.position)
        for event in events
        for thing_id in other_things(event.event_type, event.payload)
    ]
    await copy_rows_async(connection, "action_on_other_thing", _pack_actions_on_other_things(rows))
