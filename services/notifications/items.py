"""What becomes of an event: an item in somebody's inbox, or the mark that items were read. Ids and figures; words are made when it is read.

Items come from progress's log and marks from this service's own, between which there is no order: each has rows of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import psycopg

from cairn.notifications.v1 import events_pb2 as own
from cairn.notifications.v1 import service_pb2 as api
from cairn.notifications.v1.events_pb2 import NotificationsRead
from cairn.progress.v1 import events_pb2 as progress
from cairn.progress.v1.events_pb2 import FormulaSwitched, ObjectiveStatusTurned
from chassis.days import Microseconds, instant_of
from chassis.events import EventTypes, RecordedEvent
from chassis.ids import Id, id_of_name, id_text
from shared.upcasters import UPCASTERS

EVENT_TYPES: Final = EventTypes(progress, own, upcasters=UPCASTERS)
LOGS: Final = ("progress", "notifications")
"""Whose events make inboxes."""


class Item(NamedTuple):
    """An item of an inbox, as its row."""

    notification_id: Id
    tenant_id: Id
    person_id: Id  # whose inbox it is in
    kind: api.NotificationKind.ValueType
    objective_id: Id
    status_from: progress.Status.ValueType
    status_to: progress.Status.ValueType
    progress: float  # 0 to 1, when it turned
    caused_by: Id  # the event that it tells of
    created_at: Microseconds


class ReadMark(NamedTuple):
    """That an item was read, as its row."""

    tenant_id: Id
    person_id: Id
    notification_id: Id
    read_at: Microseconds


_ITEM: Final = f"""
INSERT INTO item ({", ".join(Item._fields)}) VALUES ({", ".join(["%s"] * len(Item._fields))}) ON CONFLICT (notification_id) DO NOTHING
"""  # noqa: S608 - of constants
_READ_MARK: Final = f"""
INSERT INTO read_mark ({", ".join(ReadMark._fields)}) VALUES (%s, %s, %s, %s) ON CONFLICT (person_id, notification_id) DO NOTHING
"""  # noqa: S608 - of constants


async def deliver(connection: psycopg.AsyncConnection[Any], events: Sequence[RecordedEvent]) -> None:
    """Puts what the events give rise to into the inboxes, in the transaction that moves the consumer on.

    Raises TypeError for an event that this function does not name.
    """
    items: list[Item] = []
    marks: list[ReadMark] = []
    for recorded in events:
        match event := EVENT_TYPES.decode(recorded.event_type, recorded.payload):
            case ObjectiveStatusTurned():
                items += items_of(event, recorded)
            case FormulaSwitched():
                pass  # nobody is told of it
            case NotificationsRead():
                marks += marks_of(event, recorded)
            case _:
                raise TypeError(f"{recorded.event_type} is no event that inboxes know: say what it gives rise to")
    async with connection.cursor() as cursor:
        if items:
            await cursor.executemany(_ITEM, map(_columns, items))
        if marks:
            await cursor.executemany(_READ_MARK, map(_columns, marks))


def items_of(turned: ObjectiveStatusTurned, recorded: RecordedEvent) -> list[Item]:
    """Where an objective's status turned, its owner is told.

    A first status of "not started" is no turn: that is how every objective begins. The item's id follows from the event, so that a
    second time is the same time.
    """
    before = getattr(turned, "from") or progress.STATUS_NOT_STARTED
    if not turned.owner_id or turned.to == before:
        return []
    return [
        Item(
            notification_id=id_of_name("notification", "status-turned", recorded.event_id, turned.owner_id),
            tenant_id=recorded.tenant_id,
            person_id=turned.owner_id,
            kind=api.NOTIFICATION_KIND_STATUS_TURNED,
            objective_id=turned.objective_id,
            status_from=before,
            status_to=turned.to,
            progress=turned.progress,
            caused_by=recorded.event_id,
            created_at=recorded.recorded_at,
        )
    ]


def marks_of(read: NotificationsRead, recorded: RecordedEvent) -> Iterator[ReadMark]:
    """A mark for each item that a person has read."""
    instants = read.read_at or [recorded.recorded_at] * len(read.notification_ids)
    for notification_id, read_at in zip(read.notification_ids, instants, strict=True):
        yield ReadMark(recorded.tenant_id, read.person_id, notification_id, read_at)


def _columns(row: Item | ReadMark) -> list[Any]:
    values = row._asdict()
    instant = "created_at" if isinstance(row, Item) else "read_at"
    values[instant] = instant_of(values[instant])
    return [id_text(value) if isinstance(value, bytes) else value for value in values.values()]
