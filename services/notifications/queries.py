"""What notifications answers, and the one thing that a reader changes: that an item was read."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import psycopg
from google.protobuf.timestamp_pb2 import Timestamp
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from cairn.notifications.v1 import service_pb2 as api
from chassis.calls import Call
from chassis.days import instant_of, microseconds_of
from chassis.errors import invalid
from chassis.ids import id_text, parse_id
from chassis.runtime import Clock

Pool = AsyncConnectionPool[psycopg.AsyncConnection[Any]]

_PAGE: Final = 50

_ITEMS: Final = """
SELECT notification_id, kind, objective_id, subject, caused_by, created_at, read_at
  FROM notification
 WHERE tenant_id = %(tenant)s AND person_id = %(person)s {unread} {after}
 ORDER BY created_at DESC, notification_id DESC
 LIMIT %(limit)s
"""
_UNREAD: Final = "AND read_at IS NULL"
_AFTER: Final = "AND (created_at, notification_id) < (%(after_time)s, %(after_id)s::uuid)"
_COUNT_UNREAD: Final = """
SELECT count(*) AS unread FROM notification WHERE tenant_id = %(tenant)s AND person_id = %(person)s AND read_at IS NULL
"""
_MARK: Final = """
UPDATE notification SET read_at = %s
 WHERE tenant_id = %s AND person_id = %s AND notification_id = ANY (%s::uuid[]) AND read_at IS NULL
"""


async def list_inbox(pool: Pool, call: Call, request: api.ListInboxRequest) -> api.ListInboxResponse:
    """The caller's own inbox, newest first, a page at a time; `unread` counts all that is unread.

    Raises Refused (INVALID) for a page token that no answer gave.
    """
    limit = request.page_size or _PAGE
    wanted = {**_whose(call), **_place(request.page_token), "limit": limit + 1}
    statement = _ITEMS.format(unread=_UNREAD if request.unread_only else "", after=_AFTER if request.page_token else "")
    async with pool.connection() as connection, connection.cursor(row_factory=dict_row) as cursor:
        rows = await (await cursor.execute(statement.encode(), wanted)).fetchall()
        counted = await (await cursor.execute(_COUNT_UNREAD, wanted)).fetchone()
    page = rows[:limit]
    return api.ListInboxResponse(
        notifications=map(_notification, page),
        next_page_token=_page_token(page[-1]) if len(rows) > limit else "",
        unread=counted["unread"] if counted else 0,
    )


async def mark_read(pool: Pool, clock: Clock, call: Call, request: api.MarkReadRequest) -> api.MarkReadResponse:
    """Marks items of the caller's own inbox as read; those of others, and those read before, are passed over."""
    whose = _whose(call)
    parameters = (clock.now(), whose["tenant"], whose["person"], list(map(id_text, request.notification_ids)))
    async with pool.connection() as connection:
        marked = await connection.execute(_MARK, parameters)
    return api.MarkReadResponse(marked=marked.rowcount)


def _whose(call: Call) -> dict[str, Any]:
    return {"tenant": id_text(call.identity.tenant_id), "person": id_text(call.identity.person_id)}


def _place(page_token: str) -> dict[str, Any]:
    if not page_token:
        return {}
    try:
        microseconds, _, notification_id = page_token.partition(".")
        return {"after_time": instant_of(int(microseconds)), "after_id": id_text(parse_id(notification_id))}
    except (ValueError, OverflowError):
        raise invalid("page_token", "hand in next_page_token as the answer before gave it", "PAGE_TOKEN_UNKNOWN") from None


def _page_token(row: dict[str, Any]) -> str:
    return f"{microseconds_of(row['created_at'])}.{row['notification_id']}"


def _notification(row: dict[str, Any]) -> api.Notification:
    return api.Notification(
        notification_id=row["notification_id"].bytes,
        kind=row["kind"],
        objective_id=row["objective_id"].bytes,
        subject=row["subject"],
        caused_by=row["caused_by"].bytes,
        created_at=_timestamp(row["created_at"]),
        read_at=None if row["read_at"] is None else _timestamp(row["read_at"]),
    )


def _timestamp(instant: datetime) -> Timestamp:
    timestamp = Timestamp()
    timestamp.FromDatetime(instant)
    return timestamp
