"""The caller's own inbox."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, WithJsonSchema
from starlette.responses import Response

from cairn.notifications.v1 import service_pb2
from chassis.ids import id_text, parse_id
from chassis.rpc import DEADLINE, asked
from gateway.answers import instant_text, json_answer, optional_id, optional_instant
from gateway.api import Routes, Visit
from gateway.fields import Answer, Body, IdText, Page
from gateway.problems import Problem
from gateway.words import NOTIFICATION_KINDS, NotificationKindWord

inbox: Final = Routes("Inbox", "What you were told.")

NotificationId = Annotated[str, Field(max_length=36), WithJsonSchema({"type": "string", "format": "uuid"})]


class InboxQuery(Page):
    """Which part of the inbox."""

    unread_only: bool = False


class ReadNotifications(Body):
    """What was read."""

    notification_ids: Annotated[list[NotificationId], Field(min_length=1, max_length=1000)]


class Notification(Answer):
    """Something you were told."""

    id: IdText
    kind: NotificationKindWord
    objective_id: IdText | None
    subject: str
    caused_by: IdText | None
    """The event that it tells of."""
    created_at: str
    read_at: str | None


class Inbox(Answer):
    """A page of your inbox, newest first."""

    notifications: list[Notification]
    unread: int
    next_cursor: str | None


class Marked(Answer):
    """How many were marked as read now."""

    marked: int


@inbox.get("/v1/inbox", query=InboxQuery, answer=Inbox)
async def list_inbox(visit: Visit) -> Response:
    """List your inbox, newest first."""
    question = visit.query(InboxQuery)
    listing = f"inbox {visit.identity.person_id.hex()} {question.unread_only}"
    request = service_pb2.ListInboxRequest(
        unread_only=question.unread_only, page_size=question.limit, page_token=visit.edge.cursors.opened(listing, question.cursor)
    )
    answer = await asked(visit.edge.services.notifications.ListInbox(request, metadata=visit.metadata(), timeout=DEADLINE))
    return json_answer(
        Inbox(
            notifications=[_shown(notification) for notification in answer.notifications],
            unread=answer.unread,
            next_cursor=visit.edge.cursors.sealed(listing, answer.next_page_token),
        )
    )


@inbox.post("/v1/inbox/read", body=ReadNotifications, example={"notification_ids": ["01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10"]}, answer=Marked)
async def mark_read(visit: Visit, body: ReadNotifications) -> Response:
    """Mark notifications of yours as read."""
    try:
        ids = [parse_id(text) for text in body.notification_ids]
    except ValueError as error:
        raise Problem(422, "INVALID_ARGUMENT", str(error), [("notification_ids", str(error))]) from None
    request = service_pb2.MarkReadRequest(notification_ids=ids)
    answer = await asked(visit.edge.services.notifications.MarkRead(request, metadata=visit.metadata(), timeout=DEADLINE))
    return json_answer(Marked(marked=answer.marked))


def _shown(notification: service_pb2.Notification) -> Notification:
    return Notification(
        id=id_text(notification.notification_id),
        kind=NOTIFICATION_KINDS.word(notification.kind) or "status_turned",
        objective_id=optional_id(notification.objective_id),
        subject=notification.subject,
        caused_by=optional_id(notification.caused_by),
        created_at=instant_text(notification.created_at),
        read_at=optional_instant(notification.read_at),
    )
