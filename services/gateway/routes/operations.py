"""How the installation runs: health, what is relayed and consumed, dead letters, rebuilding a projection."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Annotated, Final

import orjson
from pydantic import Field, model_validator
from starlette.responses import Response

from cairn.directory.v1.events_pb2 import SECURITY_EVENT_KIND_LOG_READ
from cairn.operations.v1 import operations_pb2
from cairn.progress.v1 import service_pb2 as progress_pb2
from chassis.errors import Kind, Refused
from chassis.rpc import DEADLINE, position_messages
from gateway.backends import BACKENDS, REBUILT, BackendName, LogName, RebuiltName
from gateway.http import LINES, Answer, AnyOf, Body, Query, json_response
from gateway.routes.limits import CATCH_UPS, DIGESTS, LISTS, STATUS
from gateway.routes.request import Request, Resource
from gateway.routes.responses import line_response, page_response, page_token
from gateway.routes.service_names import ServiceWord
from gateway.routes.service_status import ServiceStatus, caught_up, service_status
from gateway.schemas.fields import ONE_LINE, WHOLE, IdText, InstantText
from gateway.schemas.mapping import Json, JsonMapping, read
from gateway.schemas.pages import Page, PageOf
from gateway.schemas.values import instant_text, optional_id
from shared.roles import require_operator

operations: Final = Resource(
    "Running", "Whether all is well: what is relayed, consumed, parked, and how to make anew what is made from logs."
)

_DIGEST_DEADLINE: Final = 6 * DEADLINE
_REPLAY_DEADLINE: Final = 6 * DEADLINE
_REBUILD_EXAMPLE: Final = '{"phase":"events","events":250000,"total":1000000}\n{"phase":"done","events":1000000,"total":1000000}\n'
_LARGEST_FORMULA: Final = 2**32 - 1
_LARGEST_ID: Final = 2**53
"""JSON numbers are exact so far."""


class Status(Answer):
    """How every service is."""

    healthy: bool
    """All of them are."""
    directory_copy_age_seconds: float | None
    """Seconds since directory last confirmed what the gateway knows of people and their roles; null: never yet."""
    services: list[ServiceStatus]


class CaughtUp(Answer):
    """Everything that was appended when you asked is relayed and consumed."""

    heads: dict[str, int]
    """Per log, the position that all have reached."""


class DigestQuery(Query):
    """By which formulas."""

    formula: Annotated[int, Field(ge=1, le=_LARGEST_FORMULA)] | None = None
    """The version of the formulas that the numbers are computed by; none: the newest. An older one gives an old digest anew."""


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

    id: Annotated[int, read("dead_letter_id")]
    service: ServiceWord
    topic: Annotated[str, read("kafka_topic")]
    partition: int
    offset: int
    event: Annotated[str, read("event_type")]
    """Its type."""
    event_id: Annotated[IdText | None, read("event_id", write=optional_id)]
    aggregate_id: Annotated[IdText | None, read("aggregate_id", write=optional_id)]
    reason: str
    failed_at: Annotated[InstantText, read("failed_at", write=instant_text)]
    attempts: int


class DeadLettersPage(PageOf[DeadLetter]):
    """A page of dead letters, service by service, of each the oldest first."""


class DeadLettersQuery(Page):
    """Whose dead letters."""

    service: ServiceWord | None = None
    """None: everyone's."""
    log: AnyOf[LogName] = Field(default_factory=list)
    """Whose message it is."""
    reason: Annotated[str, Field(max_length=100, pattern=ONE_LINE, examples=["NOT_IN_LOG"])] = ""
    """What their reason begins with."""


class Replay(Body):
    """Which dead letters to hand to their consumers once more."""

    service: ServiceWord | None = None
    """None: everyone's."""
    ids: Annotated[list[Annotated[int, Field(ge=1, le=_LARGEST_ID), WHOLE]], Field(max_length=10_000)] = Field(default_factory=list)
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


_DIGEST: Final = JsonMapping(Digest, progress_pb2.GetDigestResponse)
_DEAD_LETTER: Final = JsonMapping(DeadLetter, operations_pb2.DeadLetter, added={"service"})


@operations.get("/v1/status", at_once=STATUS, answer=Status, tells_what_is_away=True)
async def get_status(request: Request) -> Response:
    """Get how every service is.

    Whether it answers, how far its log and its consumers are, and what is wrong where something is. What one tenant did is not told.
    """
    dependencies = request.dependencies
    services = await dependencies.statuses.answer(lambda: asyncio.gather(*(service_status(dependencies, name) for name in BACKENDS)))
    await request.require_present()
    age = dependencies.sessions.standings.age
    copy_age = round(age, 3) if math.isfinite(age) else None
    return json_response(Status(healthy=all(s.healthy for s in services), directory_copy_age_seconds=copy_age, services=list(services)))


@operations.post("/v1/catch-up", at_once=CATCH_UPS, answer=CaughtUp)
async def catch_up(request: Request) -> Response:
    """Wait until everything appended so far is relayed and consumed everywhere.

    Whoever asks while somebody waits already waits together with all others who do. A problem (503) after 60 seconds, and at once, by the
    name of the service, where one does not answer (SERVICE_AWAY).
    """
    return json_response(CaughtUp(heads=await caught_up(request)))


@operations.post("/v1/rebuild/{service}", media_type=LINES, answer_example=_REBUILD_EXAMPLE)
async def rebuild(request: Request) -> Response:
    """Make what a service keeps from the logs anew, beside the live tables, and swap. Queries never stop.

    A line for each step: {"phase", "events", "total"}; the last one has the phase "done". For the operator, since it is of all tenants.
    One at a time of a service, and a few of all services: 429 to who comes then. Whoever stops listening ends it, and the live tables are
    as they were.
    """
    require_operator(request.identity)
    wanted = request.path_params["service"]
    for service in REBUILT:
        if service == wanted:
            return await _rebuild(request, service)
    message = f"{wanted[:60]!r} is not made from logs; {', '.join(REBUILT)} are"
    raise Refused("SERVICE_NOT_REBUILT", message, kind=Kind.UNKNOWN)


@operations.post("/v1/projections/progress/rebuild", media_type=LINES, answer_example=_REBUILD_EXAMPLE)
async def rebuild_progress(request: Request) -> Response:
    """Make the progress projection anew. For the operator.

    POST /v1/rebuild/progress by its earlier name.
    """
    require_operator(request.identity)
    return await _rebuild(request, "progress")


async def _rebuild(request: Request, service: RebuiltName) -> Response:
    async def lines() -> AsyncIterator[bytes]:
        async with aclosing(request.dependencies.rebuilds.steps(service, await request.metadata())) as steps:
            async for step in steps:
                yield orjson.dumps({"phase": step.phase, "events": step.events, "total": step.total}) + b"\n"

    return await line_response(request, lines())


@operations.get("/v1/projections/progress/digest", at_once=DIGESTS, query=DigestQuery, answer=Digest, waits=True)
async def get_digest(request: Request) -> Response:
    """Get the digest of the tenant's state. For admins and auditors.

    Live, rebuilt or replayed, it is the same, by one version of the formulas. It is of all there is, private objectives too.
    """
    formula = request.query(DigestQuery).formula or 0
    message = progress_pb2.GetDigestRequest(after=position_messages(request.after), formula=formula)
    answer = await request.ask(request.backends.progress.GetDigest, message, timeout=_DIGEST_DEADLINE)
    return json_response(_DIGEST.json(answer))


@operations.get("/v1/dead-letters", at_once=LISTS, query=DeadLettersQuery, answer=DeadLettersPage)
async def list_dead_letters(request: Request) -> Response:
    """List the messages that could not be consumed: an admin and an auditor hear of their tenant's, the operator of everybody's.

    Those that do not tell whose they are, since nobody can read them, are the operator's.
    """
    question = request.query(DeadLettersQuery)
    names = BACKENDS if question.service is None else (question.service,)
    begun, _, token = page_token(request, question).partition(" ")
    letters: list[Json] = []
    next_page = ""
    for name in names[names.index(begun) if begun in names else 0 :]:
        message = operations_pb2.ListDeadLettersRequest(
            page_size=question.limit - len(letters), page_token=token, logs=question.log, reason=question.reason
        )
        answer = await request.ask(request.backends.operations[name].ListDeadLetters, message)
        letters += [_DEAD_LETTER.json(letter, service=name) for letter in answer.dead_letters]
        token = answer.next_page_token
        if token or len(letters) == question.limit:
            next_page = _rest_of(names, name, token)
            break
    request.note(SECURITY_EVENT_KIND_LOG_READ)
    return page_response(request, question, next_page, items=letters)


def _rest_of(names: Sequence[BackendName], name: BackendName, token: str) -> str:
    """The page token of what comes after a page that has ended within the dead letters of a service, or with them."""
    if token:
        return f"{name} {token}"
    following = names[names.index(name) + 1 :]
    return f"{following[0]} " if following else ""


@operations.post("/v1/dead-letters/replay", body=Replay, body_optional=True, example={"service": "progress", "ids": [17]}, answer=Replayed)
async def replay_dead_letters(request: Request, body: Replay) -> Response:
    """Hand dead letters to their consumers once more, oldest first: an admin their tenant's, the operator everybody's.

    Those that fail again stay; `remaining` counts those of whoever asks.
    """
    message = operations_pb2.ReplayDeadLettersRequest(dead_letter_ids=body.ids)
    names = BACKENDS if body.service is None else (body.service,)
    answers = [await request.ask(request.backends.operations[name].ReplayDeadLetters, message, timeout=_REPLAY_DEADLINE) for name in names]
    return json_response(Replayed(replayed=sum(a.replayed for a in answers), remaining=sum(a.remaining for a in answers)))
