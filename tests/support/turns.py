"""Made-up announcements of statuses that turned, and what people read of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from cairn.notifications.v1.events_pb2 import NotificationsRead
from cairn.progress.v1.events_pb2 import ObjectiveStatusTurned, Status
from chassis.events import RecordedEvent
from chassis.ids import Id, id_of_name
from notifications.items import items_of
from tests.support.recorded import Log

PEOPLE = [id_of_name(f"person {number}") for number in range(5)]
OBJECTIVES = [id_of_name(f"objective {number}") for number in range(12)]
_STATUSES = [number for number in Status.values() if number]


@dataclass
class Announced(Log):
    """A log of progress, and the events themselves by their ids."""

    messages: dict[Id, ObjectiveStatusTurned] = field(default_factory=dict)


def announced(r: Random, count: int) -> Announced:
    """So many turns; now and then of an objective without an owner, or of one that has not turned."""
    log = Announced("progress")
    for _ in range(count):
        owner = b"" if r.random() < 0.1 else r.choice(PEOPLE)
        turned = ObjectiveStatusTurned(objective_id=r.choice(OBJECTIVES), owner_id=owner, to=r.choice(_STATUSES), progress=r.random())
        setattr(turned, "from", r.choice([0, *_STATUSES]))
        log.messages[log.append(turned, aggregate_id=turned.objective_id).event_id] = turned
    return log


def read_of(r: Random, log: Announced) -> Iterable[RecordedEvent]:
    """What people read of it, each item once at most, some together."""
    own = Log("notifications", tenant_id=log.tenant_id)
    unread: dict[Id, list[Id]] = {}
    for event in log.events:
        for item in items_of(log.messages[event.event_id], event):
            unread.setdefault(item.person_id, []).append(item.notification_id)
    for person_id, ids in unread.items():
        r.shuffle(ids)
        while ids and r.random() < 0.8:
            read, ids = ids[: (size := r.randint(1, 4))], ids[size:]
            own.append(NotificationsRead(person_id=person_id, notification_ids=read), aggregate_id=person_id, actor_id=person_id)
    return own.events
