"""What audit answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final, Literal
from uuid import UUID

import orjson
import psycopg
from google.protobuf.timestamp_pb2 import Timestamp
from psycopg.rows import dict_row

from audit.actions import LOGS
from audit.readable import readable_event
from audit.service import Audit
from audit.things import subject_of
from cairn.audit.v1 import service_pb2 as api
from chassis.calls import Call, Identity
from chassis.days import instant_of, microseconds_of
from chassis.errors import Kind, Refused, invalid
from chassis.eventstore import require_not_outdated
from chassis.ids import Id
from chassis.partitions import partition_of
from chassis.positions import Position
from chassis.rpc import PAGE_BYTES, fitting, following_token, instant_since, place_and_positions, position_messages, positions_of
from shared.roles import ADMIN, AUDITOR

_PAGE: Final = 50
_WORD: Final = re.compile(r"[A-Za-z0-9_.]{1,200}")
_PLACE: Final = re.compile(r"([0-9]{1,16})\.([a-z]{1,20})\.([0-9]{1,18})")

# Of the page and one more: how many they are, and of these as many as may fit. The length of a payload is known without its being read.
_SELECT: Final = """
SELECT * FROM (
    SELECT *, count(*) OVER () AS found, sum(octet_length(payload)) OVER in_order - octet_length(payload) AS bytes_before FROM (
        SELECT log, position, recorded_at, event_id, aggregate_id, aggregate_version, actor_id, on_behalf_of,
               correlation_id, causation_id, partition_key, event_type, payload
          FROM action
         WHERE {conditions}
         ORDER BY {order}
         LIMIT %(limit)s
    ) AS page
    WINDOW in_order AS (ORDER BY {order})
) AS measured
 WHERE bytes_before < %(page_bytes)s
 ORDER BY {order}
"""

_AT: Final = """
SELECT log, partition_key, position, generation FROM action
  JOIN unnest(%s::text[], %s::bigint[]) AS head (log, position) USING (log, position) ORDER BY log
"""

# A filter takes part only where it is set, so that each statement is planned for the filters that it has.
_CONDITIONS: Final = {
    "tenant": "tenant_id = %(tenant)s",
    "actor": "actor_id = %(actor)s",
    # Closing or reopening a cycle ends or reopens objectives that whoever did it may not know of.
    "themselves": """(event_type NOT IN ('cairn.goals.v1.ObjectiveClosed', 'cairn.goals.v1.ObjectiveReopened') OR NOT EXISTS (
        SELECT 1 FROM action AS of_cycle WHERE of_cycle.correlation_id = action.correlation_id AND of_cycle.tenant_id = %(tenant)s
           AND of_cycle.event_type IN ('cairn.goals.v1.CycleClosed', 'cairn.goals.v1.CycleReopened')))""",
    "on_behalf_of": "on_behalf_of = %(on_behalf_of)s",
    # Each of the three by its own index; as an OR, it would be tried on every action of the tenant.
    "thing": """(log, position) IN (
        SELECT log, position FROM action WHERE tenant_id = %(tenant)s AND aggregate_id = %(thing)s
        UNION SELECT log, position FROM action WHERE tenant_id = %(tenant)s AND partition_key = %(thing)s
        UNION SELECT log, position FROM action_on_other_thing WHERE thing_id = %(thing)s)""",
    "event_type": "(event_type = %(event_type)s OR split_part(event_type, '.', -1) = %(event_type)s)",
    "from_time": "recorded_at >= %(from_time)s",
    "to_time": "recorded_at < %(to_time)s",
    "log": "log = %(log)s",
    "correlation": "correlation_id = %(correlation)s",
    "after_time": "(recorded_at, log, position) {beyond} (%(after_time)s, %(after_log)s, %(after_position)s)",
    "since_time": "recorded_at >= %(since_time)s",
    # What came first of what has come since then bounds what is looked through.
    "since_logs": """recorded_at >= (
        SELECT min(came.recorded_at) FROM unnest(%(since_logs)s::text[], %(since)s::bigint[]) AS s (of_log, after)
            CROSS JOIN LATERAL (SELECT recorded_at FROM action WHERE tenant_id = %(tenant)s AND log = of_log AND position > after
                                 ORDER BY position LIMIT 1) AS came)
        AND position > (SELECT after FROM unnest(%(since_logs)s::text[], %(since)s::bigint[]) AS s (of_log, after) WHERE of_log = log)""",
}
_NEWEST_FIRST: Final = {"order": "recorded_at DESC, log DESC, position DESC", "beyond": "<"}
_OLDEST_FIRST: Final = {"order": "recorded_at, log, position", "beyond": ">"}


async def list_actions(audit: Audit, call: Call, request: api.ListActionsRequest) -> api.ListActionsResponse:
    """The tenant's actions, newest first unless asked otherwise, a page at a time; or those that were recorded since then.

    Admins and auditors see everyone's, others what they did themselves, and not what that did to other things. Raises Refused (FORBIDDEN)
    to others who ask for somebody else's, and (INVALID) for a filter that cannot be one or a page token that no answer gave;
    CHANGED_SINCE_OUTDATED where a log was restored.
    """
    limit = request.page_size or _PAGE
    place, positions = place_and_positions(request.page_token)
    if positions is None:
        positions = await _told_at(audit)
    wanted: dict[str, Any] = {
        "tenant": call.identity.tenant_id.hex(),
        "actor": _id("actor_id", actor_to_show(call.identity, request.actor_id)),
        "themselves": not call.identity.has(ADMIN, AUDITOR),
        "on_behalf_of": _id("on_behalf_of", request.on_behalf_of),
        "thing": _id("thing_id", request.thing_id),
        "event_type": _word("event_type", request.event_type),
        "from_time": _instant(request, "from_time"),
        "to_time": _instant(request, "to_time"),
        "log": _word("log", request.log),
        "correlation": _id("correlation_id", request.correlation_id),
        **_since(request, positions),
        **_place(place),
    }
    given = {name: value for name, value in wanted.items() if value}
    way = _OLDEST_FIRST if request.oldest_first else _NEWEST_FIRST
    conditions = " AND ".join(condition.format(**way) for name, condition in _CONDITIONS.items() if name in given)
    statement = _SELECT.format(conditions=conditions, **way)
    async with audit.connections.of(call.identity.tenant_id) as connection, connection.cursor(row_factory=dict_row, binary=True) as cursor:
        await cursor.execute(statement.encode(), {**given, "limit": limit + 1, "page_bytes": PAGE_BYTES})
        rows = await cursor.fetchall()
    actions = fitting(map(_action, rows[:limit]))
    token = _page_token(rows[len(actions) - 1]) if rows and rows[0]["found"] > len(actions) else ""
    return api.ListActionsResponse(
        actions=actions, next_page_token=following_token(token, positions), positions=position_messages(positions)
    )


async def _told_at(audit: Audit) -> tuple[Position, ...]:
    """The event of each log up to which there is all: what is read after this has seen as much, or more."""
    async with await psycopg.AsyncConnection.connect(audit.database_url) as connection:
        heads = await audit.complete.heads(connection)
        found = await connection.execute(_AT, (list(heads), list(heads.values())))
        return tuple(
            Position(log, partition_of(partition_key.bytes, audit.partitions), position, generation)
            for log, partition_key, position, generation in await found.fetchall()
        )


def _since(request: api.ListActionsRequest, told_at: Iterable[Position]) -> dict[str, Any]:
    """The parameters of since when; of each log after the lowest of the positions that are handed in. Raises Refused (INVALID)."""
    if not request.HasField("changed_since"):
        return {}
    if request.changed_since.HasField("instant"):
        return {"since_time": instant_of(instant_since(request.changed_since))}
    generations = {position.log: position.generation for position in told_at}
    lowest = dict.fromkeys(sorted(LOGS), 0)
    for position in sorted(positions_of(request.changed_since.positions), key=lambda each: each.position, reverse=True):
        if position.log in lowest:
            require_not_outdated(position, is_lost=position.generation != generations.get(position.log, position.generation))
            lowest[position.log] = position.position
    return {"since_logs": list(lowest), "since": list(lowest.values())}


def actor_to_show(identity: Identity, actor_id: Id) -> Id:
    """Whose actions the caller gets when asking for those of `actor_id` (empty: anyone's).

    Raises Refused (FORBIDDEN) when they are not the caller's own, unless the caller is an admin or an auditor.
    """
    if identity.has(ADMIN, AUDITOR):
        return actor_id
    if actor_id not in (b"", identity.person_id):
        raise Refused("ROLE_REQUIRED", "what others did takes the role admin or auditor; ask for your own actions", kind=Kind.FORBIDDEN)
    return identity.person_id


def _id(field: str, value: Id) -> str:
    if len(value) not in (0, 16):
        raise invalid(field, f"an id has 16 bytes; this has {len(value)}")
    return value.hex()


def _word(field: str, value: str) -> str:
    if value and not _WORD.fullmatch(value):
        raise invalid(field, f"{value[:60]!r} is none; one has letters, digits, dots and underscores, as in cairn.goals.v1.CycleDefined")
    return value


def _instant(request: api.ListActionsRequest, field: Literal["from_time", "to_time"]) -> datetime | None:
    if not request.HasField(field):
        return None
    instant: Timestamp = getattr(request, field)
    try:
        return instant.ToDatetime(UTC)
    except (ValueError, OverflowError):
        raise invalid(field, "not an instant of the years 1 to 9999") from None


def _page_token(row: dict[str, Any]) -> str:
    return f"{microseconds_of(row['recorded_at'])}.{row['log']}.{row['position']}"


def _place(page_token: str) -> dict[str, Any]:
    if not page_token:
        return {}
    place = _PLACE.fullmatch(page_token)
    if place is None:
        raise invalid("page_token", "hand in next_page_token as the answer before gave it", "PAGE_TOKEN_UNKNOWN")
    microseconds, log, position = place.groups()
    return {"after_time": instant_of(int(microseconds)), "after_log": log, "after_position": int(position)}


def _action(row: dict[str, Any]) -> api.Action:
    recorded_at = Timestamp()
    recorded_at.FromDatetime(row["recorded_at"])
    event = readable_event(row["event_type"], row["payload"])
    return api.Action(
        event_id=row["event_id"].bytes,
        event_type=row["event_type"],
        log=row["log"],
        position=row["position"],
        recorded_at=recorded_at,
        actor_id=row["actor_id"].bytes,
        on_behalf_of=_optional(row["on_behalf_of"]),
        aggregate_id=row["aggregate_id"].bytes,
        aggregate_version=row["aggregate_version"],
        partition_key=row["partition_key"].bytes,
        correlation_id=row["correlation_id"].bytes,
        causation_id=_optional(row["causation_id"]),
        event_json="" if event is None else orjson.dumps(event).decode(),
        **subject_of(row["event_type"], row["payload"]),
    )


def _optional(value: UUID | None) -> Id:
    return b"" if value is None else value.bytes
