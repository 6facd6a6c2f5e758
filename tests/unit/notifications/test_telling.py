"""Who is told of what others say to them, and of what becomes theirs."""

from __future__ import annotations

from typing import Any

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.notifications.v1 import service_pb2 as api
from chassis.ids import Id, id_of_name
from notifications.items import Item, said_items
from tests.support.recorded import Log

ANN, BOB, CYD = (id_of_name(name) for name in ("ann", "bob", "cyd"))
COMMENT, OBJECTIVE = id_of_name("comment"), id_of_name("objective")


def told(event: Any) -> dict[Id, api.NotificationKind.ValueType]:
    """Who, and of what."""
    return {item.person_id: item.kind for item in items(event)}


def items(event: Any) -> list[Item]:
    event.comment_id, event.objective_id, event.author_id = COMMENT, OBJECTIVE, ANN
    return said_items(event, Log("checkins").append(event))


def mentions(*people: Id) -> list[checkins.Mention]:
    return [checkins.Mention(at=at, person_id=person_id) for at, person_id in enumerate(people)]


def test_whoever_is_mentioned_is_told_but_for_the_author() -> None:
    assert told(checkins.CommentWritten(mentions=mentions(BOB, ANN, BOB))) == {BOB: api.NOTIFICATION_KIND_MENTIONED}


def test_whoever_is_answered_is_told_once_also_where_the_answer_mentions_them() -> None:
    event = checkins.CommentWritten(replied_person_id=BOB, mentions=mentions(BOB, CYD))
    assert told(event) == {BOB: api.NOTIFICATION_KIND_REPLIED, CYD: api.NOTIFICATION_KIND_MENTIONED}


def test_whoever_answers_themselves_is_not_told() -> None:
    assert told(checkins.CommentWritten(replied_person_id=ANN)) == {}


def test_an_edit_tells_nobody_twice() -> None:
    (first,) = items(checkins.CommentWritten(mentions=mentions(BOB)))
    (again,) = items(checkins.CommentEdited(mentions=mentions(BOB)))
    assert first.notification_id == again.notification_id


def test_kudos_and_feedback_are_told_to_whom_they_are_for() -> None:
    assert told(checkins.AppreciationGiven(to_person_ids=[BOB, CYD])) == dict.fromkeys((BOB, CYD), api.NOTIFICATION_KIND_KUDOS)
    assert told(checkins.FeedbackAsked(of_person_id=BOB)) == {BOB: api.NOTIFICATION_KIND_FEEDBACK_ASKED}
    assert told(checkins.FeedbackGiven(asked_by_id=BOB)) == {BOB: api.NOTIFICATION_KIND_FEEDBACK_GIVEN}
    assert told(checkins.FeedbackDeclined(asked_by_id=BOB)) == {BOB: api.NOTIFICATION_KIND_FEEDBACK_DECLINED}


def test_what_was_imported_was_said_long_ago() -> None:
    assert told(checkins.CommentWritten(mentions=mentions(BOB), source=checkins.SOURCE_IMPORT)) == {}
    assert told(checkins.CommentEdited(mentions=mentions(BOB), source=checkins.SOURCE_IMPORT)) == {}
