"""How the installation runs: health, what is relayed and consumed, dead letters, rebuilding."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterable
from typing import Annotated, Final, Literal, TypeVar

import grpc
import orjson
from grpc_health.v1 import health_pb2
from pydantic import Field, model_validator
from starlette.responses import Response

from cairn.operations.v1 import operations_pb2
from cairn.progress.v1 import service_pb2 as progress_pb2
from chassis.errors import Kind, Refused
from chassis.positions import to_proto
from chassis.rpc import DEADLINE, asked, from_error, streamed
from gateway.answers import instant_text, json_answer, lines, optional_id
from gateway.api import LINES, Routes, Visit
from gateway.fields import Answer, Body, IdText, Page
from gateway.identity import require_operations
from gateway.services import NAMES

running: Final = Routes("Running", "Whether all is well: what is relayed, consumed, parked, and how to build a projection anew.")

ServiceName = Literal["directory", "goals", "checkins", "progress", "notifications", "audit"]
_PROBE: Final = 2.0  # seconds that a service has to say how it is
_CATCH_UP: Final = 60.0
_REBUILD: Final = 3600.0
_AGAIN: Final = 0.02
_LARGEST: Final = 2**53

T = TypeVar("T")


class ServiceStatus(Answer):
    """How one service is."""

    service: ServiceName
    healthy: bool
    problem: str | None
    """What is wrong with it, or with what it needs: its database, Kafka; null when it is healthy."""
    head: int | None
    """Position of the newest event of its log; null: it has no log, or does not answer."""
    relayed: int | None
    """Position up to which Kafka has acknowledged its log."""
    lag: int | None
    """Messages that it has not consumed yet; null: it consumes nothing, or does not answer."""
    dead_letters: int | None


class Status(Answer):
    """How every service is."""

    healthy: bool
    """All of them are."""
    services: list[ServiceStatus]


class CaughtUp(Answer):
    """Everything that was appended when you asked is relayed and consumed."""

    heads: dict[str, int]
    """Per log, the position that all have reached."""


class Digest(Answer):
    """A fingerprint of the tenant's rows and of every number computed from them."""

    digest: str
    """SHA-256, hex."""
    objectives: int
    key_results: int
    check_ins: int
    formula_version: int


class DeadLetter(Answer):
    """A message that could not be consumed, kept with why."""

    id: int
    service: ServiceName
    topic: str
    partition: int
    offset: int
    event: str
    """Its type."""
    event_id: IdText | None
    aggregate_id: IdText | None
    reason: str
    failed_at: str
    attempts: int


class DeadLetters(Answer):
    """Dead letters, oldest first, of one service or of all."""

    dead_letters: list[DeadLetter]
    next_cursor: str | None


class DeadLettersQuery(Page):
    """Whose dead letters."""

    service: ServiceName | None = None
    """None: everyone's. Further pages are had of one service at a time."""


class Replay(Body):
    """Which dead letters to hand to their consumers once more."""

    service: ServiceName | None = None
    """None: everyone's."""
    ids: Annotated[list[Annotated[int, Field(ge=1, le=_LARGEST)]], Field(max_length=10_000)] = Field(default_factory=list)
    """None: all; ids need a service."""

    @model_validator(mode="after")
    def _ids_of_a_service(self) -> Replay:
        if self.ids and self.service is None:
            raise ValueError("ids are those of one service; name it in service")
        return self


class Replayed(Answer):
    """What became of the dead letters."""

    replayed: int
    remaining: int


@running.get("/v1/status", answer=Status)
async def get_status(visit: Visit) -> Response:
    """Get how every service is."""
    services = await asyncio.gather(*(_status(visit, name) for name in NAMES))
    return json_answer(Status(healthy=all(s.healthy for s in services), services=list(services)))


@running.post("/v1/catch-up", answer=CaughtUp)
async def catch_up(visit: Visit) -> Response:
    """Wait until everything appended so far is relayed and consumed everywhere.

    A problem (503) after 60 seconds.
    """
    try:
        async with asyncio.timeout(_CATCH_UP):
            heads = await _relayed_to_the_head(visit)
            await _consumed(visit)
            # What progress found out while it caught up is a log of its own, and feeds notifications and audit.
            heads |= await _relayed_to_the_head(visit)
            await _consumed(visit)
    except TimeoutError:
        message = f"not everything was relayed and consumed within {_CATCH_UP:g} seconds; GET /v1/status says what lags"
        raise Refused("NOT_CAUGHT_UP", message, kind=Kind.UNAVAILABLE) from None
    return json_answer(CaughtUp(heads=heads))


@running.post("/v1/projections/progress/rebuild", media_type=LINES)
async def rebuild_progress(visit: Visit) -> Response:
    """Build the progress projection anew from the logs, beside the live one, and swap. Queries never stop.

    A line for each step: {"phase", "events", "total"}; the last one has the phase "done".
    """
    require_operations(visit.identity)
    request = progress_pb2.RebuildRequest()
    answers = streamed(aiter(visit.edge.services.progress.Rebuild(request, metadata=visit.metadata(), timeout=_REBUILD)))

    async def steps() -> AsyncIterator[bytes]:
        async for step in answers:
            yield orjson.dumps({"phase": step.phase, "events": step.events, "total": step.total}) + b"\n"

    return await lines(steps())


@running.get("/v1/projections/progress/digest", answer=Digest, waits=True)
async def get_digest(visit: Visit) -> Response:
    """Get the digest of the tenant's state: live, rebuilt or replayed, it is the same."""
    request = progress_pb2.GetDigestRequest(after=to_proto(visit.after))
    answer = await asked(visit.edge.services.progress.GetDigest(request, metadata=visit.metadata(), timeout=6 * DEADLINE))
    return json_answer(
        Digest(
            digest=answer.digest,
            objectives=answer.objectives,
            key_results=answer.key_results,
            check_ins=answer.check_ins,
            formula_version=answer.formula_version,
        )
    )


@running.get("/v1/dead-letters", query=DeadLettersQuery, answer=DeadLetters)
async def list_dead_letters(visit: Visit) -> Response:
    """List the messages that could not be consumed. For admins, auditors and the operator."""
    question = visit.query(DeadLettersQuery)
    if question.cursor and question.service is None:
        raise Refused("SERVICE_MISSING", "a cursor belongs to the dead letters of one service; name it", kind=Kind.INVALID, field="service")
    listing = f"dead-letters {question.service}"
    request = operations_pb2.ListDeadLettersRequest(
        page_size=question.limit, page_token=visit.edge.cursors.opened(listing, question.cursor)
    )
    names = NAMES if question.service is None else (question.service,)
    calls = (visit.edge.services.operations[n].ListDeadLetters(request, metadata=visit.metadata(), timeout=DEADLINE) for n in names)
    answers = await asyncio.gather(*map(asked, calls))
    letters = [_letter(name, letter) for name, answer in zip(names, answers, strict=True) for letter in answer.dead_letters]
    page_token = answers[0].next_page_token if question.service else ""
    return json_answer(DeadLetters(dead_letters=letters, next_cursor=visit.edge.cursors.sealed(listing, page_token)))


@running.post("/v1/dead-letters/replay", body=Replay, body_optional=True, example={"service": "progress", "ids": [17]}, answer=Replayed)
async def replay_dead_letters(visit: Visit, body: Replay) -> Response:
    """Hand dead letters to their consumers once more, oldest first. Those that fail again stay. For admins."""
    request = operations_pb2.ReplayDeadLettersRequest(dead_letter_ids=body.ids)
    names = NAMES if body.service is None else (body.service,)
    answers = [
        await asked(visit.edge.services.operations[name].ReplayDeadLetters(request, metadata=visit.metadata(), timeout=6 * DEADLINE))
        for name in names
    ]
    return json_answer(Replayed(replayed=sum(a.replayed for a in answers), remaining=sum(a.remaining for a in answers)))


async def _status(visit: Visit, name: str) -> ServiceStatus:
    services, metadata = visit.edge.services, visit.metadata()
    operations = services.operations[name]
    health, head, consumption = await asyncio.gather(
        services.health[name](health_pb2.HealthCheckRequest(), timeout=_PROBE),
        operations.GetLogHead(operations_pb2.GetLogHeadRequest(), metadata=metadata, timeout=_PROBE),
        operations.GetConsumption(operations_pb2.GetConsumptionRequest(), metadata=metadata, timeout=_PROBE),
        return_exceptions=True,
    )
    if isinstance(health, BaseException) or health.status != health_pb2.HealthCheckResponse.SERVING:
        return _ill(name, "it does not answer")
    if isinstance(head, BaseException):
        return _ill(name, _said(head, "its database does not answer"))
    if isinstance(consumption, BaseException):
        return _ill(name, _said(consumption, "Kafka does not answer"))
    return ServiceStatus(
        service=_name(name),
        healthy=True,
        problem=None,
        head=head.head if head.log else None,
        relayed=head.relayed if head.log else None,
        lag=sum(c.lag for c in consumption.consumptions) if consumption.consumptions else None,
        dead_letters=consumption.dead_letters,
    )


def _ill(name: str, problem: str) -> ServiceStatus:
    return ServiceStatus(service=_name(name), healthy=False, problem=problem, head=None, relayed=None, lag=None, dead_letters=None)


def _said(error: BaseException, otherwise: str) -> str:
    """What a service said of why it cannot tell; `otherwise` where it waited for longer than it may. Raises what is no answer at all."""
    if not isinstance(error, grpc.aio.AioRpcError):
        raise error
    if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
        return otherwise
    try:
        return from_error(error).message
    except grpc.aio.AioRpcError:
        return "it fails; its log says why"


def _name(name: str) -> ServiceName:
    return name  # type: ignore[return-value]


async def _relayed_to_the_head(visit: Visit) -> dict[str, int]:
    """Waits until each log is relayed as far as it reaches now."""
    return {log: head for log, head in await _of_all(_log_relayed(visit, name) for name in NAMES) if log}


async def _log_relayed(visit: Visit, name: str) -> tuple[str, int]:
    operations, request = visit.edge.services.operations[name], operations_pb2.GetLogHeadRequest()
    present = await asked(operations.GetLogHead(request, metadata=visit.metadata(), timeout=DEADLINE))
    wanted = present.head
    while present.log and present.relayed < wanted:
        await asyncio.sleep(_AGAIN)
        present = await asked(operations.GetLogHead(request, metadata=visit.metadata(), timeout=DEADLINE))
    return present.log, wanted


async def _consumed(visit: Visit) -> None:
    request = operations_pb2.CatchUpRequest()
    operations = visit.edge.services.operations
    await _of_all(asked(operations[name].CatchUp(request, metadata=visit.metadata(), timeout=_CATCH_UP)) for name in NAMES)


async def _of_all(waits: Iterable[Awaitable[T]]) -> list[T]:
    return list(await asyncio.gather(*waits))


def _letter(service: str, letter: operations_pb2.DeadLetter) -> DeadLetter:
    return DeadLetter(
        id=letter.dead_letter_id,
        service=_name(service),
        topic=letter.kafka_topic,
        partition=letter.partition,
        offset=letter.offset,
        event=letter.event_type,
        event_id=optional_id(letter.event_id),
        aggregate_id=optional_id(letter.aggregate_id),
        reason=letter.reason,
        failed_at=instant_text(letter.failed_at),
        attempts=letter.attempts,
    )
