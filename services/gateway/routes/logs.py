"""The logs of the services: what is done when one is older than what Kafka has of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final

import orjson
from starlette.responses import Response

from cairn.operations.v1 import operations_pb2 as pb
from chassis.errors import Kind, Refused
from chassis.ids import id_text
from chassis.rpc import streamed
from gateway.backends import LOGS
from gateway.http import LINES, Query
from gateway.routes.request import Request, Resource
from gateway.routes.responses import line_response
from gateway.schemas.values import instant_text
from shared.roles import require_operator

logs: Final = Resource("Logs", "The logs of the services, which everything else is made from.")

_DEADLINE: Final = 3600.0
_EXAMPLE: Final = (
    '{"lost":true,"why":"the events from position 131 on do not follow","partition":2,"offset":60,"position":132,"type":"cairn.goals.v1.'
    'CycleDefined","…":"…"}\n{"log":"goals","generation":2,"first_position":131,"taken_back":30,"lost":1,"foreign":0,"dry_run":false}\n'
)


class Recovering(Query):
    """How."""

    dry_run: bool = False
    """Only tell what would be done."""
    take_back: bool = True
    """Whether newer events are taken back from Kafka where they follow on from the log."""


@logs.post("/v1/logs/{log}/recovery", query=Recovering, media_type=LINES, answer_example=_EXAMPLE)
async def recover_log(request: Request) -> Response:
    """Recover a log that is older than what Kafka has of it, restored or made anew. For the operator.

    Newer events are taken back from Kafka where they follow on from the log's newest one. A line tells each one that is not, with "lost",
    and each message that is none of the log's, without. Then the log begins a new generation, and takes events again; the last line says
    what was done. A log that is not behind is left as it is.
    """
    require_operator(request.identity)
    wanted, how = request.path_params["log"], request.query(Recovering)
    for name in LOGS:
        if name == wanted:
            message = pb.RecoverLogRequest(dry_run=how.dry_run, take_nothing_back=not how.take_back)
            recovering = request.backends.operations[name].RecoverLog(message, metadata=await request.metadata(), timeout=_DEADLINE)
            return await line_response(request, _lines(aiter(recovering), dry_run=how.dry_run))
    raise Refused("LOG_UNKNOWN", f"{wanted[:60]!r} is no log; {', '.join(LOGS)} are", kind=Kind.UNKNOWN)


async def _lines(answers: AsyncIterator[pb.RecoverLogResponse], *, dry_run: bool) -> AsyncIterator[bytes]:
    async for answer in streamed(answers):
        lines = [_not_taken(message) for message in answer.not_taken]
        if answer.HasField("recovery"):
            lines.append(_recovery(answer.recovery, dry_run=dry_run))
        yield b"".join(orjson.dumps(line) + b"\n" for line in lines)


def _recovery(recovery: pb.LogRecovery, *, dry_run: bool) -> dict[str, Any]:
    return {
        "log": recovery.log,
        "generation": recovery.generation,
        "first_position": recovery.first_position,
        "taken_back": recovery.taken_back,
        "lost": recovery.lost,
        "foreign": recovery.foreign,
        "dry_run": dry_run,
    }


def _not_taken(message: pb.MessageNotTaken) -> dict[str, Any]:
    return {
        "lost": message.lost,
        "why": message.why,
        "partition": message.partition,
        "offset": message.offset,
        "position": message.position or None,
        "type": message.event_type or None,
        "event_id": _optional_id_text(message.event_id),
        "tenant_id": _optional_id_text(message.tenant_id),
        "aggregate_id": _optional_id_text(message.aggregate_id),
        "aggregate_version": message.aggregate_version or None,
        "recorded_at": instant_text(message.recorded_at) if message.HasField("recorded_at") else None,
    }


def _optional_id_text(value: bytes) -> str | None:
    return id_text(value) if value else None
