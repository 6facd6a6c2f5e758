"""A tenant's events as they come, for the gateway, which tells its readers what has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

from audit.events import complete_heads, events_after, newest_of_each, reached_by
from audit.export import ExportedEvent
from audit.service import Audit
from cairn.audit.v1 import service_pb2 as api
from chassis.calls import Call
from chassis.ids import Id
from chassis.partitions import partition_of
from chassis.positions import Position
from chassis.rpc import position_messages, positions_of
from shared.roles import GATEWAY

_PAGE: Final = 50
_LOOK_AGAIN_SECONDS: Final = 5.0
"""While nothing was heard: another process may have taken something in."""
_HOLE_SECONDS: Final = 0.1
"""After which it is looked again for what was heard of and stands behind a hole: other partitions are on their way."""
_MOST_LOOKS: Final = 20

_NEWEST: Final = """
SELECT log, partition_key, position, generation FROM unnest(%(logs)s::text[], %(heads)s::bigint[]) AS place (of_log, reaches)
 CROSS JOIN LATERAL (
    SELECT log, partition_key, position, generation FROM action
     WHERE tenant_id = %(tenant)s AND log = of_log AND position <= reaches ORDER BY position DESC LIMIT 1
 ) AS newest
"""


async def tail_events(audit: Audit, call: Call, request: api.TailEventsRequest) -> api.TailEventsResponse:
    """The events of a tenant that follow on some positions; where there are none, it is waited for one as long as was asked for.

    Raises Refused: FORBIDDEN unless the gateway asks in its own name, and as `list_events` does.
    """
    call.identity.require(GATEWAY)
    if request.from_here:
        return api.TailEventsResponse(reached=position_messages(await _newest(audit, request.tenant_id)))
    known = newest_of_each(positions_of(request.after))
    loop = asyncio.get_running_loop()
    until, looks = loop.time() + request.wait_milliseconds / 1000, 0
    while True:
        rung = audit.bell.rung(request.tenant_id)
        answer = await _following(audit, request, known)
        left = until - loop.time()
        if answer.events or left <= 0:
            return answer
        patience = _HOLE_SECONDS if looks else _LOOK_AGAIN_SECONDS
        looks = _MOST_LOOKS if await audit.bell.wait(request.tenant_id, rung, min(left, patience)) else max(0, looks - 1)


async def _following(audit: Audit, request: api.TailEventsRequest, known: Mapping[str, Position]) -> api.TailEventsResponse:
    limit = request.page_size or _PAGE
    events, found = await events_after(audit, request.tenant_id, known, await complete_heads(audit), limit)
    told = events[:limit]
    reached = position_messages(reached_by(audit, known, told))
    return api.TailEventsResponse(events=map(_message, told), reached=reached, more=found > len(told))


async def _newest(audit: Audit, tenant_id: Id) -> list[Position]:
    """The newest event of each log, up to which there is all."""
    heads = await complete_heads(audit)
    parameters = {"logs": list(heads), "heads": list(heads.values()), "tenant": tenant_id.hex()}
    async with audit.connections.of(tenant_id) as connection:
        rows = await (await connection.execute(_NEWEST.encode(), parameters)).fetchall()
    return [Position(log, partition_of(key.bytes, audit.partitions), position, generation) for log, key, position, generation in rows]


def _message(event: ExportedEvent) -> api.TailedEvent:
    message = api.TailedEvent(
        log=event.log,
        position=event.position,
        event_type=event.event_type,
        aggregate_id=event.aggregate_id.bytes,
        partition_key=event.partition_key.bytes,
        actor_id=event.actor_id.bytes,
        payload=event.payload,
    )
    message.recorded_at.FromDatetime(event.recorded_at)
    return message
