"""What a person has read of their inbox is read once."""

from __future__ import annotations

from cairn.notifications.v1.events_pb2 import NotificationsRead
from chassis.ids import id_of_name
from notifications.domain.inbox import Inbox, apply, read, read_before_there_was_a_log

ANN, A, B, C = (id_of_name(name) for name in ("ann", "a", "b", "c"))


def inbox_of(*events: NotificationsRead) -> Inbox:
    inbox = Inbox()
    for event in events:
        apply(inbox, event)
    return inbox


def test_what_is_read_for_the_first_time_is_one_event() -> None:
    assert read(Inbox(), ANN, [A, B, A]) == [NotificationsRead(person_id=ANN, notification_ids=[A, B])]


def test_what_was_read_before_is_passed_over() -> None:
    (first,) = read(Inbox(), ANN, [A])
    assert read(inbox_of(first), ANN, [A, B]) == [NotificationsRead(person_id=ANN, notification_ids=[B])]
    assert read(inbox_of(first), ANN, [A]) == []


def test_what_was_read_before_there_was_a_log_keeps_its_instant_and_is_brought_in_once() -> None:
    (brought,) = read_before_there_was_a_log(Inbox(), ANN, [(A, 5), (B, 7)])
    assert brought == NotificationsRead(person_id=ANN, notification_ids=[A, B], read_at=[5, 7])
    assert read_before_there_was_a_log(inbox_of(brought), ANN, [(A, 5), (B, 7)]) == []
    assert read_before_there_was_a_log(inbox_of(brought), ANN, [(B, 7), (C, 9)])[0].notification_ids == [C]
