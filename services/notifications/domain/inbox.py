"""What a person has read of their inbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from google.protobuf.message import Message

from cairn.notifications.v1.events_pb2 import NotificationsRead
from chassis.days import Microseconds
from chassis.ids import Id


@dataclass(slots=True)
class Inbox:
    """The items that were read."""

    read: set[Id] = field(default_factory=set)


def apply(inbox: Inbox, event: Message) -> None:
    """Folds one event. Raises TypeError for one that is not of an inbox."""
    match event:
        case NotificationsRead():
            inbox.read.update(event.notification_ids)
        case _:
            raise TypeError(f"{type(event).__name__} is no event of an inbox")


def copy(inbox: Inbox) -> Inbox:
    """An independent copy."""
    return Inbox(set(inbox.read))


def read(inbox: Inbox, person_id: Id, notification_ids: Sequence[Id]) -> list[NotificationsRead]:
    """Items are read that were not read before; nothing, where all of them were."""
    unread = [notification_id for notification_id in dict.fromkeys(notification_ids) if notification_id not in inbox.read]
    return [NotificationsRead(person_id=person_id, notification_ids=unread)] if unread else []


def read_before_there_was_a_log(inbox: Inbox, person_id: Id, read_at: Sequence[tuple[Id, Microseconds]]) -> list[NotificationsRead]:
    """What a person had read, and when, in the time in which it was kept beside the items; nothing, where the log has it already."""
    unread = [(notification_id, instant) for notification_id, instant in read_at if notification_id not in inbox.read]
    if not unread:
        return []
    ids, instants = zip(*unread, strict=True)
    return [NotificationsRead(person_id=person_id, notification_ids=ids, read_at=instants)]
