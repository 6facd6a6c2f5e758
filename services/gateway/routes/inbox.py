"""The caller's own inbox."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, WithJsonSchema
from starlette.responses import Response

from cairn.notifications.v1 import service_pb2
from chassis.ids import id_text, parse_id
from gateway.http import Answer, Body, Problem, json_response
from gateway.routes.limits import LISTS
from gateway.routes.request import Request, Resource
from gateway.routes.responses import page_response, page_token
from gateway.schemas.enums import NOTIFICATION_KINDS, NotificationKindWord
from gateway.schemas.fields import IdText, InstantText
from gateway.schemas.mapping import JsonMapping, part, person, read
from gateway.schemas.names import OBJECTIVE_NAME, TASK_NAME, ObjectiveName, PersonName, TaskName
from gateway.schemas.pages import Page, PageOf
from gateway.schemas.values import instant_text, optional_id, optional_instant

inbox: Final = Resource("Inbox", "What you were told.")

NotificationId = Annotated[str, Field(max_length=36), WithJsonSchema({"type": "string", "format": "uuid"})]


class InboxQuery(Page):
    """Which part of the inbox."""

    unread_only: bool = False
    """Without what was marked as read."""


class ReadNotifications(Body):
    """What was read."""

    notification_ids: Annotated[list[NotificationId], Field(min_length=1, max_length=1000)]


class Notification(Answer):
    """Something you were told."""

    id: Annotated[IdText, read("notification_id", write=id_text)]
    kind: Annotated[NotificationKindWord, read("kind", write=NOTIFICATION_KINDS.word)]
    objective: Annotated[ObjectiveName | None, part("objective", OBJECTIVE_NAME)]
    """null: it is about a task, or about one that you may not know of now, or that cannot be looked up now."""
    task: Annotated[TaskName | None, part("task", TASK_NAME)]
    """As of the objective."""
    subject: str
    by: Annotated[PersonName | None, person("by_id")]
    """Who said or did it; null: nobody did, or as of the objective."""
    comment: Annotated[IdText | None, read("comment_id", write=optional_id)]
    """The comment that it tells of."""
    caused_by: Annotated[IdText | None, read("caused_by", write=optional_id)]
    """The event that it tells of."""
    created_at: Annotated[InstantText, read("created_at", write=instant_text)]
    read_at: Annotated[InstantText | None, read("read_at", write=optional_instant)]


class InboxPage(PageOf[Notification]):
    """A page of your inbox, newest first."""

    unread: int
    """In the whole inbox."""


class Marked(Answer):
    """How many were marked as read now."""

    marked: int


_NOTIFICATION: Final = JsonMapping(Notification, service_pb2.Notification)


@inbox.get("/v1/inbox", at_once=LISTS, query=InboxQuery, answer=InboxPage)
async def list_inbox(request: Request) -> Response:
    """List your inbox, newest first.

    What turned on objectives of yours, what was assigned to you, what became of your tasks and approvals, what others said to you. Nobody
    sees somebody else's inbox, and what you may no longer see says no more which objective it was.
    """
    question = request.query(InboxQuery)
    message = service_pb2.ListInboxRequest(
        unread_only=question.unread_only, page_size=question.limit, page_token=page_token(request, question)
    )
    answer = await request.ask(request.backends.notifications.ListInbox, message)
    notifications = await request.all_written(_NOTIFICATION, answer.notifications)
    return page_response(request, question, answer.next_page_token, items=notifications, unread=answer.unread)


@inbox.post("/v1/inbox/read", body=ReadNotifications, example={"notification_ids": ["01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10"]}, answer=Marked)
async def mark_read(request: Request, body: ReadNotifications) -> Response:
    """Mark notifications of yours as read.

    Those that are read already, or are none of yours, are passed over; sent again, it does no harm.
    """
    try:
        ids = [parse_id(text) for text in body.notification_ids]
    except ValueError as error:
        raise Problem(422, "INVALID_ARGUMENT", str(error), [("notification_ids", str(error))]) from None
    message = service_pb2.MarkReadRequest(notification_ids=ids)
    answer = await request.ask(request.backends.notifications.MarkRead, message)
    return json_response(Marked(marked=answer.marked))
