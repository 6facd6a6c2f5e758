"""Which events somebody is told of, and what."""

from __future__ import annotations

from cairn.notifications.v1.service_pb2 import NOTIFICATION_KIND_STATUS_TURNED
from cairn.progress.v1.events_pb2 import (
    STATUS_BEHIND,
    STATUS_NOT_STARTED,
    STATUS_ON_TRACK,
    STATUS_UNSPECIFIED,
    ObjectiveStatusTurned,
    Status,
)
from chassis.ids import Id, new_id
from notifications.inbox import notification_of
from tests.support.recorded import Log

OWNER, OBJECTIVE = new_id(), new_id()


def turned(before: Status.ValueType, to: Status.ValueType, owner: Id = OWNER) -> ObjectiveStatusTurned:
    event = ObjectiveStatusTurned(to=to, objective_id=OBJECTIVE, owner_id=owner, title="Expand the team", reference="J1", progress=0.4125)
    setattr(event, "from", before)
    return event


def test_the_owner_is_told_when_a_status_turns() -> None:
    event = Log("progress").append(turned(STATUS_ON_TRACK, STATUS_BEHIND))
    told = notification_of(event)
    assert told is not None
    assert (told.person_id, told.objective_id, told.tenant_id, told.caused_by) == (OWNER, OBJECTIVE, event.tenant_id, event.event_id)
    assert told.kind == NOTIFICATION_KIND_STATUS_TURNED
    assert told.subject == "J1 Expand the team: on track → behind, at 41.3 %"
    assert told.created_at == event.recorded_at


def test_the_same_event_gives_the_same_notification() -> None:
    log = Log("progress")
    event, another = log.append(turned(STATUS_ON_TRACK, STATUS_BEHIND)), log.append(turned(STATUS_ON_TRACK, STATUS_BEHIND))
    first, again, other = notification_of(event), notification_of(event), notification_of(another)
    assert first is not None
    assert other is not None
    assert first == again
    assert first.notification_id != other.notification_id


def test_a_first_status_is_a_turn_unless_it_says_not_started() -> None:
    log = Log("progress")
    begun = notification_of(log.append(turned(STATUS_UNSPECIFIED, STATUS_ON_TRACK)))
    assert begun is not None
    assert begun.subject.endswith("not started → on track, at 41.3 %")
    assert notification_of(log.append(turned(STATUS_UNSPECIFIED, STATUS_NOT_STARTED))) is None


def test_nobody_is_told_of_an_objective_without_an_owner() -> None:
    assert notification_of(Log("progress").append(turned(STATUS_ON_TRACK, STATUS_BEHIND, owner=b""))) is None
