"""What notifications answers: a person's own inbox, put into words as things are called now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from google.protobuf.timestamp_pb2 import Timestamp
from psycopg.rows import dict_row

from cairn.notifications.v1 import service_pb2 as api
from cairn.progress.v1.service_pb2 import Name
from chassis.calls import Call
from chassis.days import instant_of, microseconds_of
from chassis.errors import invalid
from chassis.ids import Id, id_text, parse_id
from chassis.rpc import fitting
from notifications.names import Named
from notifications.service import Notifications
from notifications.wording import lost_sight, not_to_be_had, subject, without_figures

_PAGE: Final = 50

_READ: Final = "read_mark r WHERE r.person_id = item.person_id AND r.notification_id = item.notification_id"
_UNREAD: Final = f"AND NOT EXISTS (SELECT FROM {_READ})"
_BEFORE_IT_BEGAN: Final = "SELECT FROM began b WHERE b.tenant_id = item.tenant_id AND item.created_at <= b.began_at"
_OWN: Final = f"""tenant_id = %(tenant)s AND person_id = %(person)s
   AND (kind = {api.NOTIFICATION_KIND_STATUS_TURNED} OR NOT EXISTS ({_BEFORE_IT_BEGAN}))"""
_ITEMS: Final = f"""
SELECT notification_id, kind, objective_id, status_from, status_to, progress, caused_by, created_at,
       key_result_id, comment_id, by_id, task_id,
       (SELECT read_at FROM {_READ}) AS read_at
  FROM item
 WHERE {_OWN} {{unread}} {{after}}
 ORDER BY created_at DESC, notification_id DESC
 LIMIT %(limit)s
"""  # noqa: S608 - of constants
_AFTER: Final = "AND (created_at, notification_id) < (%(after_time)s, %(after_id)s::uuid)"
_COUNT_UNREAD: Final = f"""
SELECT CASE WHEN kind = {api.NOTIFICATION_KIND_STATUS_TURNED} THEN objective_id END AS turned, count(*) AS unread
  FROM item WHERE {_OWN} {_UNREAD} GROUP BY 1
"""  # noqa: S608 - of constants
"""How many are unread: those that tell of a turned status by objective, all others together."""
_UNREAD_AMONG: Final = f"""
SELECT uuid_send(notification_id) FROM item WHERE {_OWN} AND notification_id = ANY (%(ids)s::uuid[]) {_UNREAD}
"""  # noqa: S608 - of constants


async def list_inbox(service: Notifications, call: Call, request: api.ListInboxRequest) -> api.ListInboxResponse:
    """The caller's own inbox, newest first, a page at a time; `unread` counts all that is unread.

    An objective is called what it is called now, for this reader. Of one that they may not see now neither id, name nor figures are told,
    nor while that cannot be looked up; nor figures that would tell those of something hidden. That a status turned which the reader is
    not told would tell them, too: on which side of a bound a figure lies. It is left out, of `unread` as well. Raises Refused (INVALID)
    for a page token that no answer gave.
    """
    limit = request.page_size or _PAGE
    wanted = {**_whose(call), **_place(request.page_token), "limit": limit + 1}
    statement = _ITEMS.format(unread=_UNREAD if request.unread_only else "", after=_AFTER if request.page_token else "")
    async with service.connections.of(call.identity.tenant_id) as connection, connection.cursor(row_factory=dict_row) as cursor:
        rows = await (await cursor.execute(statement.encode(), wanted)).fetchall()
        unread = await (await cursor.execute(_COUNT_UNREAD.encode(), wanted)).fetchall()
    page = rows[:limit]
    of = {field: [row[field].bytes for row in page if row[field] is not None] for field in ("objective_id", "task_id")}
    turned = [group["turned"].bytes for group in unread if group["turned"] is not None]
    names = await service.names(call, [*of["objective_id"], *turned], of["task_id"])
    told = [row for row in page if not _withheld(row["objective_id"] if _tells_a_status(row) else None, names)]
    notifications = fitting(_notification(row, names) for row in told)
    last = told[len(notifications) - 1] if len(notifications) < len(told) else page[-1] if len(rows) > limit else None
    return api.ListInboxResponse(
        notifications=notifications,
        next_page_token="" if last is None else _page_token(last),
        unread=sum(group["unread"] for group in unread if not _withheld(group["turned"], names)),
    )


def _tells_a_status(row: dict[str, Any]) -> bool:
    return bool(row["kind"] == api.NOTIFICATION_KIND_STATUS_TURNED)


def _withheld(turned: UUID | None, names: Mapping[Id, Named] | None) -> bool:
    """Whether the reader is not told the status of an objective that they may know of."""
    named = None if turned is None or names is None else names.get(turned.bytes)
    return named is not None and named.numbers_withheld


async def unread_among(service: Notifications, call: Call, notification_ids: Sequence[Id]) -> list[Id]:
    """Those of the items that are in the caller's own inbox, and unread."""
    wanted = {**_whose(call), "ids": list(map(id_text, notification_ids))}
    async with service.connections.of(call.identity.tenant_id) as connection:
        found = {row[0] for row in await (await connection.execute(_UNREAD_AMONG.encode(), wanted)).fetchall()}
    return [notification_id for notification_id in dict.fromkeys(notification_ids) if notification_id in found]


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


def _notification(row: dict[str, Any], names: Mapping[Id, Named] | None) -> api.Notification:
    of_task, kind = row["task_id"] is not None, row["kind"]
    about = (row["task_id"] if of_task else row["objective_id"]).bytes
    named = None if names is None else names.get(about)
    name = None if named is None else Name(id=about, reference=named.reference, title=named.title)
    if named is None or kind != api.NOTIFICATION_KIND_STATUS_TURNED:
        thing = "a task" if of_task else "an objective"
        called = named.name if named is not None else not_to_be_had(thing) if names is None else lost_sight(thing)
        said = without_figures(called, kind, of_key_result=row["key_result_id"] is not None)
    else:
        said = subject(named.name, row["status_from"], row["status_to"], row["progress"])
    return api.Notification(
        notification_id=row["notification_id"].bytes,
        kind=kind,
        objective_id=b"" if named is None or of_task else about,
        objective=None if of_task else name,
        task=name if of_task else None,
        subject=said,
        caused_by=row["caused_by"].bytes,
        created_at=_timestamp(row["created_at"]),
        by_id=b"" if named is None or row["by_id"] is None else row["by_id"].bytes,
        comment_id=b"" if named is None or row["comment_id"] is None else row["comment_id"].bytes,
        read_at=None if row["read_at"] is None else _timestamp(row["read_at"]),
    )


def _timestamp(instant: datetime) -> Timestamp:
    timestamp = Timestamp()
    timestamp.FromDatetime(instant)
    return timestamp
