"""Who is told of what others say to them, and of what becomes theirs."""

from __future__ import annotations

from typing import Any

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.goals.v1 import events_pb2 as goals
from cairn.notifications.v1 import service_pb2 as api
from chassis.ids import Id, id_of_name
from notifications.items import Item, said_items, work_items
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


# -- tasks and approvals


def of_work(event: Any, actor_id: Id = ANN, on_behalf_of: Id | None = None) -> dict[Id, api.NotificationKind.ValueType]:
    recorded = Log("goals").append(event, actor_id=actor_id, on_behalf_of=on_behalf_of)
    return {item.person_id: item.kind for item in work_items(event, recorded)}


def test_a_task_is_told_to_whom_it_is_given_and_to_nobody_who_gives_it_to_themselves() -> None:
    assert of_work(goals.TaskGiven(assignee_id=BOB, giver_id=ANN)) == {BOB: api.NOTIFICATION_KIND_TASK_GIVEN}
    assert of_work(goals.TaskGiven(assignee_id=ANN, giver_id=ANN)) == {}
    assert of_work(goals.TaskGiven(assignee_id=BOB, giver_id=CYD), on_behalf_of=BOB) == {}, "it was given in their own name"


def test_a_task_that_goes_to_somebody_else_is_told_to_both() -> None:
    both = {BOB: api.NOTIFICATION_KIND_TASK_REASSIGNED, CYD: api.NOTIFICATION_KIND_TASK_GIVEN}
    assert of_work(goals.TaskReassigned(assignee_id=CYD, from_assignee_id=BOB)) == both
    assert of_work(goals.TaskReassigned(assignee_id=ANN, from_assignee_id=BOB)) == {BOB: api.NOTIFICATION_KIND_TASK_REASSIGNED}
    assert of_work(goals.TaskReassigned(assignee_id=CYD)) == {CYD: api.NOTIFICATION_KIND_TASK_GIVEN}, "before it was said who had it"


def test_a_task_is_told_to_be_done_to_the_other_one() -> None:
    done = goals.TaskDone(assignee_id=ANN, giver_id=BOB)
    assert of_work(done) == {BOB: api.NOTIFICATION_KIND_TASK_DONE}
    assert of_work(done, actor_id=BOB) == {ANN: api.NOTIFICATION_KIND_TASK_DONE}
    assert of_work(done, actor_id=CYD, on_behalf_of=ANN) == {BOB: api.NOTIFICATION_KIND_TASK_DONE}
    assert of_work(goals.TaskDone(assignee_id=ANN, giver_id=ANN)) == {}


def test_an_approval_is_told_to_who_is_asked_and_what_came_of_it_to_whom_it_concerns() -> None:
    assert of_work(goals.ObjectiveSubmitted(asked=goals.People(person_ids=[BOB, ANN]))) == {BOB: api.NOTIFICATION_KIND_APPROVAL_ASKED}
    for event, kind in (
        (goals.ObjectiveApproved(concerned=goals.People(person_ids=[BOB, ANN])), api.NOTIFICATION_KIND_APPROVED),
        (goals.ObjectiveSentBack(concerned=goals.People(person_ids=[BOB, ANN])), api.NOTIFICATION_KIND_SENT_BACK),
    ):
        assert of_work(event) == {BOB: kind}


def test_nobody_is_told_of_the_tasks_of_an_import() -> None:
    assert of_work(goals.TaskGiven(assignee_id=BOB, imported=True)) == {}
    assert of_work(goals.TaskDone(assignee_id=ANN, giver_id=BOB, imported=True)) == {}
