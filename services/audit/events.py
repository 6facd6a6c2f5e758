"""A tenant's events page by page, each as its line of an export: for who follows along."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import orjson
import psycopg

from audit.export import ExportedEvent, event_line
from audit.service import Audit
from cairn.audit.v1 import service_pb2 as api
from cairn.directory.v1.events_pb2 import SecurityEventNoted
from chassis.calls import Call
from chassis.errors import invalid
from chassis.eventstore import position_lost
from chassis.ids import Id
from chassis.partitions import partition_of
from chassis.positions import Position
from chassis.rpc import PAGE_BYTES, position_messages, positions_of
from shared.roles import ADMIN, AUDITOR

_PAGE: Final = 50
_NOTED: Final = SecurityEventNoted.DESCRIPTOR.full_name
_COLUMNS: Final = ", ".join(ExportedEvent._fields)

# Of each log the first that follow, of these the first of all: within a log, the order of recording is that of positions.
_NEXT: Final = f"""
SELECT {_COLUMNS}, found FROM (
    SELECT *, count(*) OVER () AS found, sum(octet_length(payload)) OVER in_order - octet_length(payload) AS bytes_before FROM (
        SELECT {_COLUMNS} FROM unnest(%(logs)s::text[], %(after)s::bigint[], %(heads)s::bigint[]) AS place (of_log, after, reaches)
         CROSS JOIN LATERAL (
            SELECT {_COLUMNS} FROM action
             WHERE tenant_id = %(tenant)s AND log = of_log AND position > after AND position <= reaches ORDER BY position LIMIT %(limit)s
         ) AS following
         ORDER BY recorded_at, log, position LIMIT %(limit)s
    ) AS page
    WINDOW in_order AS (ORDER BY recorded_at, log, position)
) AS measured
 WHERE bytes_before < %(page_bytes)s
 ORDER BY recorded_at, log, position
"""  # noqa: S608 - names of columns

_KNOWN: Final = "SELECT generation FROM action WHERE tenant_id = %s AND log = %s AND position = %s"


async def list_events(audit: Audit, call: Call, request: api.ListEventsRequest) -> api.ListEventsResponse:
    """The tenant's events that follow on some positions, in the order in which they were recorded, as far as their logs have no hole.

    `reached` names of each log the newest position that was handed in or answered: whoever goes on from there misses nothing, whatever
    comes to which log meanwhile. Raises Refused: FORBIDDEN unless the caller is an admin or an auditor; INVALID (POSITION_UNKNOWN) for a
    log that there is not; POSITION_LOST where a log was restored to a state before a position that is handed in; and UNAVAILABLE where
    that log's service does not say.
    """
    call.identity.require(ADMIN, AUDITOR)
    tenant_id = call.identity.tenant_id
    known = newest_of_each(positions_of(request.after))
    limit = request.page_size or _PAGE
    following, found = await events_after(audit, tenant_id, known, await complete_heads(audit), limit)
    lines = list(_fitting(orjson.dumps(event_line(tenant_id, event)) for event in following[:limit]))
    told = following[: len(lines)]
    return api.ListEventsResponse(
        lines=lines,
        reached=position_messages(reached_by(audit, known, told)),
        more=found > len(told),
        notes_alone=all(event.event_type == _NOTED for event in told),
    )


async def complete_heads(audit: Audit) -> dict[str, int]:
    """Of each log the position up to which there is all."""
    async with await psycopg.AsyncConnection.connect(audit.database_url) as connection:
        return await audit.complete.heads(connection)


async def events_after(
    audit: Audit, tenant_id: Id, known: Mapping[str, Position], heads: Mapping[str, int], limit: int
) -> tuple[list[ExportedEvent], int]:
    """A tenant's events that follow on what is known of each log, and one more than `limit` where there are more; and how many those are.

    Raises Refused as `list_events` does.
    """
    wanted = {
        "tenant": tenant_id.hex(),
        "logs": list(heads),
        "after": [known[log].position if log in known else 0 for log in heads],
        "heads": list(heads.values()),
        "limit": limit + 1,
        "page_bytes": PAGE_BYTES,
    }
    async with audit.connections.of(tenant_id) as connection:
        for position in known.values():
            await _require_not_lost(audit, connection, tenant_id.hex(), position)
        async with connection.cursor(binary=True) as cursor:
            await cursor.execute(_NEXT.encode(), wanted)
            rows = await cursor.fetchall()
    return [ExportedEvent(*columns) for *columns, _ in rows], rows[0][-1] if rows else 0


def reached_by(audit: Audit, known: Mapping[str, Position], told: Iterable[ExportedEvent]) -> list[Position]:
    """How far each log is known once these events were told."""
    reached = dict(known)
    for event in told:
        partition = partition_of(event.partition_key.bytes, audit.partitions)
        reached[event.log] = Position(event.log, partition, event.position, event.generation)
    return [reached[log] for log in sorted(reached)]


def newest_of_each(positions: Sequence[Position]) -> dict[str, Position]:
    """Of each log the newest."""
    return {position.log: position for position in sorted(positions, key=lambda each: (each.generation, each.position))}


async def _require_not_lost(audit: Audit, connection: psycopg.AsyncConnection[Any], tenant: str, position: Position) -> None:
    if position.log not in audit.logs:
        raise invalid("after", f"{position.log[:20]!r} is no log of ours; there are {', '.join(audit.logs)}", "POSITION_UNKNOWN")
    found = await (await connection.execute(_KNOWN, (tenant, position.log, position.position))).fetchone()
    if found is not None and found[0] == position.generation:
        return  # mostly: it was answered to this tenant
    if (await audit.logs[position.log].checksums([])).identity.has_lost(position):
        raise position_lost(position)


def _fitting(lines: Iterator[bytes]) -> Iterator[bytes]:
    """The first of the lines, as many as fit on a page; one that is larger by itself is a page."""
    left = PAGE_BYTES
    for line in lines:
        left -= len(line)
        if left < 0 and left + len(line) < PAGE_BYTES:
            return
        yield line
