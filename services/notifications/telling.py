"""Who is told of what people say to each other, of tasks and of approvals: at once, once, and never of what they did themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from google.protobuf.message import Message

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.goals.v1 import events_pb2 as goals
from cairn.notifications.v1 import service_pb2 as api
from chassis.events import RecordedEvent
from chassis.ids import Id

Told = tuple[Id, api.NotificationKind.ValueType, Id]
"""Who is told, of what kind, and of which comment."""

SAYS_NOTHING: Final = (
    checkins.CheckInRecorded,
    checkins.CheckInAbstained,
    checkins.CheckInCorrected,
    checkins.CheckInRetracted,
    checkins.CheckInRestored,
    checkins.KeyResultGraded,
    checkins.CommentTakenBack,
    checkins.ReactionAdded,
    checkins.ReactionRemoved,
)
"""Events of checkins that nobody is told of."""


def told_of(event: Message, recorded: RecordedEvent) -> list[Told]:
    """Whom an event of checkins concerns; each once, by what concerns them most. What was imported was said long ago.

    Raises TypeError for an event that this function does not name.
    """
    match event:
        case checkins.CommentWritten():
            told = [
                (event.replied_person_id, api.NOTIFICATION_KIND_REPLIED, event.comment_id),
                *_mentioned(event.mentions, event.comment_id),
            ]
            return [] if event.source == checkins.SOURCE_IMPORT else _others(told, event.author_id, recorded)
        case checkins.AppreciationGiven():
            kudos = [(person_id, api.NOTIFICATION_KIND_KUDOS, event.comment_id) for person_id in event.to_person_ids]
            return _others([*kudos, *_mentioned(event.mentions, event.comment_id)], event.author_id, recorded)
        case checkins.FeedbackAsked():
            asked = (event.of_person_id, api.NOTIFICATION_KIND_FEEDBACK_ASKED, event.comment_id)
            return _others([asked, *_mentioned(event.mentions, event.comment_id)], event.author_id, recorded)
        case checkins.FeedbackGiven():
            given = (event.asked_by_id, api.NOTIFICATION_KIND_FEEDBACK_GIVEN, event.feedback_id)
            return _others([given, *_mentioned(event.mentions, event.feedback_id)], event.author_id, recorded)
        case checkins.FeedbackDeclined():
            declined = (event.asked_by_id, api.NOTIFICATION_KIND_FEEDBACK_DECLINED, event.comment_id)
            return _others([declined], event.author_id, recorded)
        case checkins.CommentEdited():
            mentioned = [] if event.source == checkins.SOURCE_IMPORT else _mentioned(event.mentions, event.comment_id)
            return _others(mentioned, event.author_id, recorded)
        case _:
            raise TypeError(f"{type(event).__name__} is no event that inboxes know: say who is told of it")


OF_WORK: Final = (
    goals.TaskGiven,
    goals.TaskReassigned,
    goals.TaskDone,
    goals.ObjectiveSubmitted,
    goals.ObjectiveApproved,
    goals.ObjectiveSentBack,
)
"""Events of goals that tell somebody of a task, or of an approval."""


def told_of_work(event: Message, recorded: RecordedEvent) -> dict[Id, api.NotificationKind.ValueType]:
    """Whom a task or an approval concerns, and how; not whoever did it, nor in whose name. What was imported is told nobody.

    Raises TypeError for an event that this function does not name.
    """
    if isinstance(event, goals.TaskGiven | goals.TaskDone) and event.imported:
        return {}
    told: dict[Id, api.NotificationKind.ValueType]
    match event:
        case goals.TaskGiven():
            told = {event.assignee_id: api.NOTIFICATION_KIND_TASK_GIVEN}
        case goals.TaskReassigned():
            before = {event.from_assignee_id: api.NOTIFICATION_KIND_TASK_REASSIGNED}
            told = before | {event.assignee_id: api.NOTIFICATION_KIND_TASK_GIVEN}
        case goals.TaskDone():
            told = dict.fromkeys((event.assignee_id, event.giver_id), api.NOTIFICATION_KIND_TASK_DONE)
        case goals.ObjectiveSubmitted():
            told = dict.fromkeys(event.asked.person_ids, api.NOTIFICATION_KIND_APPROVAL_ASKED)
        case goals.ObjectiveApproved():
            told = dict.fromkeys(event.concerned.person_ids, api.NOTIFICATION_KIND_APPROVED)
        case goals.ObjectiveSentBack():
            told = dict.fromkeys(event.concerned.person_ids, api.NOTIFICATION_KIND_SENT_BACK)
        case _:
            raise TypeError(f"{type(event).__name__} tells nobody of a task or an approval")
    themselves = {b"", recorded.actor_id, recorded.on_behalf_of}
    return {person_id: kind for person_id, kind in told.items() if person_id not in themselves}


def _mentioned(mentions: Iterable[checkins.Mention], comment_id: Id) -> list[Told]:
    return [(mention.person_id, api.NOTIFICATION_KIND_MENTIONED, comment_id) for mention in mentions]


def _others(told: Iterable[Told], author_id: Id, recorded: RecordedEvent) -> list[Told]:
    """Without whoever said it, each person once."""
    themselves = {b"", author_id, recorded.actor_id}
    first: dict[Id, Told] = {}
    for one in told:
        if one[0] not in themselves:
            first.setdefault(one[0], one)
    return list(first.values())
