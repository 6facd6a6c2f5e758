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
VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (notification_id) DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Notification:
    """An item of an inbox."""

    notification_id: Id
    tenant_id: Id
    person_id: Id
    kind: api.NotificationKind.ValueType
    objective_id: Id
    subject: str
    caused_by: Id
    created_at: Microseconds


async def deliver(connection: psycopg.AsyncConnection[Any], events: Sequence[RecordedEvent]) -> None:
    """Puts what the events give rise to into the inboxes, in the transaction that moves the consumer on."""
    notifications = [notification for event in events if (notification := notification_of(event)) is not None]
    if not notifications:
        return
    async with connection.cursor() as cursor:
        await cursor.executemany(
            _INSERT,
            [
                (
                    id_text(n.notification_id),
                    id_text(n.tenant_id),
                    id_text(n.person_id),
                    n.kind,
                    id_text(n.objective_id),
                    n.subject,
                    id_text(n.caused_by),
                    instant_of(n.created_at),
                )
                for n in notifications
            ],
        )


def notification_of(event: RecordedEvent) -> Notification | None:
    """What an event gives rise to: where an objective's status turned, its owner is told.

    A first status of "not started" is no turn: that is how every objective begins.
    """
    turned = EVENT_TYPES.decode(event.event_type, event.payload)
    if not isinstance(turned, ObjectiveStatusTurned) or not turned.owner_id:
        return None
    before = getattr(turned, "from") or progress.STATUS_NOT_STARTED
    if turned.to == before:
        return None
    return Notification(
        notification_id=id_of_name("notification", "status-turned", event.event_id, turned.owner_id),
        tenant_id=event.tenant_id,
        person_id=turned.owner_id,
        kind=api.NOTIFICATION_KIND_STATUS_TURNED,
        objective_id=turned.objective_id,
        subject=_subject(turned, before),
        caused_by=event.event_id,
        created_at=event.recorded_at,
    )


def _subject(turned: ObjectiveStatusTurned, before: progress.Status.ValueType) -> str:
    name = f"{turned.reference} {turned.title}".strip()
    return f"{name}: {_word(before)} → {_word(turned.to)}, at {percent(turned.progress)}"


def _word(status: progress.Status.ValueType) -> str:
    return progress.Status.Name(status).removeprefix("STATUS_").lower().replace("_", " ")
