"""Which events somebody is told of, and what; and in which words they read it."""

from __future__ import annotations

from cairn.notifications.v1.events_pb2 import NotificationsRead
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
from notifications.items import Item, items_of, marks_of
from notifications.wording import subject
from tests.support.recorded import Log

OWNER, OBJECTIVE = new_id(), new_id()


def turned(before: Status.ValueType, to: Status.ValueType, owner: Id = OWNER) -> ObjectiveStatusTurned:
    event = ObjectiveStatusTurned(to=to, objective_id=OBJECTIVE, owner_id=owner, title="Expand the team", reference="J1", progress=0.4125)
    setattr(event, "from", before)
    return event


def told(before: Status.ValueType, to: Status.ValueType, owner: Id = OWNER) -> list[Item]:
    event = turned(before, to, owner)
    return items_of(event, Log("progress").append(event))


def test_the_owner_is_told_when_a_status_turns() -> None:
    event = turned(STATUS_ON_TRACK, STATUS_BEHIND)
    recorded = Log("progress").append(event)
    (item,) = items_of(event, recorded)
    assert (item.person_id, item.objective_id, item.tenant_id, item.caused_by) == (OWNER, OBJECTIVE, recorded.tenant_id, recorded.event_id)
    assert (item.kind, item.created_at) == (NOTIFICATION_KIND_STATUS_TURNED, recorded.recorded_at)
    assert (item.status_from, item.status_to, item.progress) == (STATUS_ON_TRACK, STATUS_BEHIND, 0.4125)


def test_the_same_event_gives_the_same_item() -> None:
    log, event = Log("progress"), turned(STATUS_ON_TRACK, STATUS_BEHIND)
    first, another = log.append(event), log.append(event)
    assert items_of(event, first) == items_of(event, first)
    assert items_of(event, first)[0].notification_id != items_of(event, another)[0].notification_id


def test_a_first_status_is_a_turn_unless_it_says_not_started() -> None:
    (begun,) = told(STATUS_UNSPECIFIED, STATUS_ON_TRACK)
    assert begun.status_from == STATUS_NOT_STARTED
    assert told(STATUS_UNSPECIFIED, STATUS_NOT_STARTED) == []


def test_nobody_is_told_of_an_objective_without_an_owner() -> None:
    assert told(STATUS_ON_TRACK, STATUS_BEHIND, owner=b"") == []


def test_what_was_read_is_read_when_it_was_recorded_unless_the_event_says_when() -> None:
    a, b = new_id(), new_id()
    event = NotificationsRead(person_id=OWNER, notification_ids=[a, b])
    recorded = Log("notifications").append(event)
    assert [(m.notification_id, m.read_at) for m in marks_of(event, recorded)] == [(a, recorded.recorded_at), (b, recorded.recorded_at)]
    event.read_at.extend((5, 7))
    assert [m.read_at for m in marks_of(event, recorded)] == [5, 7]


def test_an_item_reads_as_one_line() -> None:
    assert subject("J1 Expand the team", STATUS_ON_TRACK, STATUS_BEHIND, 0.4125) == "J1 Expand the team: on track → behind, at 41.3 %"
