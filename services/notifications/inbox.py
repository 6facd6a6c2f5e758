"""What becomes of an event: an item in somebody's inbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from cairn.notifications.v1 import service_pb2 as api
from cairn.progress.v1 import events_pb2 as progress
from cairn.progress.v1.events_pb2 import ObjectiveStatusTurned
from chassis.days import Microseconds, instant_of
from chassis.events import EventTypes, RecordedEvent
from chassis.ids import Id, id_of_name, id_text
from shared.figures import percent
from shared.upcasters import UPCASTERS

EVENT_TYPES: Final = EventTypes(progress, upcasters=UPCASTERS)

_INSERT: Final = """
INSERT INTO notification (notification_id, tenant_id, person_id, kind, objective_id, subject, caused_by, created_at)
VALUES (%(notification_id)s, %(tenant_id)s, %(person_id)s, %(kind)s, %(objective_id)s, %(subject)s, %(caused_by)s, %(created_at)s)
ON CONFLICT (notification_id) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Notification:
    """An item of an inbox."""

    notification_id: Id
    tenant_id: Id
    person_id: Id  # whose inbox it is in
    kind: api.NotificationKind.ValueType
    objective_id: Id
    subject: str  # one line
    caused_by: Id  # the event that it tells of
    created_at: Microseconds


async def deliver(connection: psycopg.AsyncConnection[Any], events: Sequence[RecordedEvent]) -> None:
    """Puts what the events give rise to into the inboxes, in the transaction that moves the consumer on."""
    notifications = [notification for event in events if (notification := notification_of(event)) is not None]
    if not notifications:
        return
    async with connection.cursor() as cursor:
        await cursor.executemany(_INSERT, list(map(_row, notifications)))


def _row(notification: Notification) -> dict[str, Any]:
    return {
        "notification_id": id_text(notification.notification_id),
        "tenant_id": id_text(notification.tenant_id),
        "person_id": id_text(notification.person_id),
        "kind": notification.kind,
        "objective_id": id_text(notification.objective_id),
        "subject": notification.subject,
        "caused_by": id_text(notification.caused_by),
        "created_at": instant_of(notification.created_at),
    }


def notification_of(recorded: RecordedEvent) -> Notification | None:
    """What an event gives rise to. Raises TypeError for one that this function does not name."""
    event = EVENT_TYPES.decode(recorded.event_type, recorded.payload)
    match event:
        case ObjectiveStatusTurned():
            return _of_a_turn(event, recorded)
        case _:
            raise TypeError(f"{recorded.event_type} is no event that inboxes know: say what it gives rise to")


def _of_a_turn(turned: ObjectiveStatusTurned, recorded: RecordedEvent) -> Notification | None:
    """Where an objective's status turned, its owner is told.

    A first status of "not started" is no turn: that is how every objective begins.
    """
    if not turned.owner_id:
        return None
    before = getattr(turned, "from") or progress.STATUS_NOT_STARTED
    if turned.to == before:
        return None
    return Notification(
        notification_id=id_of_name("notification", "status-turned", recorded.event_id, turned.owner_id),
        tenant_id=recorded.tenant_id,
        person_id=turned.owner_id,
        kind=api.NOTIFICATION_KIND_STATUS_TURNED,
        objective_id=turned.objective_id,
        subject=_subject(turned, before),
        caused_by=recorded.event_id,
        created_at=recorded.recorded_at,
    )


def _subject(turned: ObjectiveStatusTurned, before: progress.Status.ValueType) -> str:
    name = f"{turned.reference} {turned.title}".strip()
    return f"{name}: {_status_name(before)} → {_status_name(turned.to)}, at {percent(turned.progress)}"


def _status_name(status: progress.Status.ValueType) -> str:
    """As a person reads it: "on track" for STATUS_ON_TRACK."""
    return progress.Status.Name(status).removeprefix("STATUS_").lower().replace("_", " ")
