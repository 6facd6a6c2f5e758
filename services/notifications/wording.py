"""An item in words, as people read it."""

from __future__ import annotations

from typing import Final

from cairn.notifications.v1 import service_pb2 as api
from cairn.progress.v1 import events_pb2 as progress
from shared.figures import percent


def subject(name: str, status_from: progress.Status.ValueType, status_to: progress.Status.ValueType, share: float) -> str:
    """One line: what turned, from what to what, and where it stood then."""
    return f"{name}: {status_name(status_from)} → {status_name(status_to)}, at {percent(share)}"


def lost_sight(thing: str) -> str:
    """What stands for the name of an objective, or a task, that its reader may not know of now."""
    return f"{thing} that you can no longer see"


def not_to_be_had(thing: str) -> str:
    """What stands for the name of an objective, or a task, while it cannot be looked up."""
    return f"{thing} that cannot be looked up now"


def without_figures(name: str, kind: api.NotificationKind.ValueType, *, of_key_result: bool = False) -> str:
    """One line that tells what happened, and no numbers."""
    return f"{name}: {_happened(kind, of_key_result)}"


def _happened(kind: api.NotificationKind.ValueType, of_key_result: bool) -> str:
    return _OF_KEY_RESULTS.get(kind, _HAPPENED[kind]) if of_key_result else _HAPPENED[kind]


_HAPPENED: Final[dict[api.NotificationKind.ValueType, str]] = {
    api.NOTIFICATION_KIND_STATUS_TURNED: "its status turned",
    api.NOTIFICATION_KIND_MENTIONED: "you were mentioned",
    api.NOTIFICATION_KIND_REPLIED: "your comment was answered",
    api.NOTIFICATION_KIND_ASSIGNED: "it was assigned to you",
    api.NOTIFICATION_KIND_FEEDBACK_ASKED: "you were asked for feedback",
    api.NOTIFICATION_KIND_FEEDBACK_GIVEN: "the feedback that you asked for was given",
    api.NOTIFICATION_KIND_FEEDBACK_DECLINED: "the feedback that you asked for was declined",
    api.NOTIFICATION_KIND_KUDOS: "you were thanked",
    api.NOTIFICATION_KIND_TASK_GIVEN: "it was given to you",
    api.NOTIFICATION_KIND_TASK_REASSIGNED: "it was given to somebody else",
    api.NOTIFICATION_KIND_TASK_DONE: "it is done",
    api.NOTIFICATION_KIND_APPROVAL_ASKED: "you are asked to approve it",
    api.NOTIFICATION_KIND_APPROVED: "it was approved",
    api.NOTIFICATION_KIND_SENT_BACK: "it was sent back",
    api.NOTIFICATION_KIND_MOVED_TO_CYCLE: "it was moved to another cycle",
    api.NOTIFICATION_KIND_KEY_RESULT_MOVED: "a key result was moved to it",
}
_OF_KEY_RESULTS: Final[dict[api.NotificationKind.ValueType, str]] = {api.NOTIFICATION_KIND_ASSIGNED: "a key result was assigned to you"}


def status_name(status: progress.Status.ValueType) -> str:
    """As a person reads it: "on track" for STATUS_ON_TRACK."""
    return progress.Status.Name(status).removeprefix("STATUS_").lower().replace("_", " ")
