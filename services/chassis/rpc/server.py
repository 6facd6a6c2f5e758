"""A service's gRPC server, and what stands before each of its methods: who calls, is the request well-formed, what became of it."""

from __future__ import annotations

import functools
import hashlib
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import grpc
import protovalidate
import psycopg
from google.protobuf.message import DecodeError, Message
from grpc_health.v1 import health, health_pb2_grpc
from grpc_reflection.v1alpha import reflection, reflection_pb2, reflection_pb2_grpc
from psycopg_pool import PoolTimeout, TooManyRequests

from chassis.calls import Call, Violations
from chassis.errors import Kind, Refused, invalid
from chassis.events import UnknownEventType
from chassis.ids import Id, id_text, new_id, parse_id
from chassis.positions import parse_positions
from chassis.rpc.at_once import CallsAtOnce
from chassis.rpc.credentials import server_credentials
from chassis.rpc.identity import IdentityVerifier
from chassis.rpc.readiness import DatabaseNeed, Need, Readiness
from chassis.rpc.status import CODES, DETAILS, InvalidRequest, to_status
from chassis.rpc.wire import AFTER, CAUSATION, CORRELATION, IDEMPOTENCY, IDENTITY, MAX_MESSAGE_BYTES
from chassis.runtime import Settings, telemetry, tracing

_MAX_KEY = 128
_GRACE_SECONDS = 8.0  # that calls under way have to be answered when the server ends; the gateway gives its callers 10

_log = telemetry.logger()

Request = TypeVar("Request", bound=Message)
Answer = TypeVar("Answer")
Sv = TypeVar("Sv", bound="Servicer")
P = ParamSpec("P")

StreamMethod = Callable[[Sv, Request, "grpc.aio.ServicerContext[Any, Any]"], AsyncIterator[Answer]]
"""As gRPC calls a method that answers with a stream."""


class Servicer:
    """What every servicer of ours is: it can tell who calls.

    A method is written as `async def Method(self, request, call)` under `@handler`.
    """

    def __init__(self, service: str, verifier: IdentityVerifier) -> None:
        self.service = service
        self.verifier = verifier
        self.validator = protovalidate.Validator()
        self.calls = CallsAtOnce()
        """Those of the server that it is a part of."""

    def call(
        self,
        method: str,
        request: Message,
        *,
        token: str,
        correlation: str = "",
        causation: str = "",
        key: str = "",
        after: str = "",
    ) -> Call:
        """The call that carries a request, once its caller is verified. Raises Refused (UNAUTHENTICATED, INVALID)."""
        correlation_id = _id_or_new(correlation)
        telemetry.CORRELATION.set(correlation_id)
        identity = self.verifier.verify(token, self.service)
        if len(key) > _MAX_KEY:
            message = f"an idempotency key has at most {_MAX_KEY} characters; this one has {len(key)}"
            raise Refused("IDEMPOTENCY_KEY_TOO_LONG", message, kind=Kind.INVALID, field=IDEMPOTENCY)
        return Call(
            identity=identity,
            correlation_id=correlation_id,
            causation_id=_causation(causation) if causation else None,
            operation=method,
            idempotency_key=key,
            fingerprint=fingerprint(method, request) if key else b"",
            after=parse_positions(after) if after else (),
            token=token,
        )


def _wrong_rows(violations: Sequence[protovalidate.Violation], rows: str) -> dict[int, Violations]:
    """What is wrong inside the rows, by row. Raises InvalidRequest when something else is wrong."""
    of_request: list[tuple[str, str]] = []
    of_rows: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for violation in violations:
        said = violation.proto
        path = list(said.field.elements) if said.field is not None else []
        row = path[0].subscript if rows and path and path[0].field_name == rows else None
        found = of_request if row is None else of_rows[int(row.value)]
        found.append((".".join(map(_step, path[row is not None :])), said.message))
    if of_request:
        raise InvalidRequest(of_request)
    return {number: tuple(wrong) for number, wrong in of_rows.items()}


def _step(element: Any) -> str:
    """A step on the way to a field: its name, and its place where it is one of a list."""
    return element.field_name if element.subscript is None else f"{element.field_name}[{int(element.subscript.value)}]"


def _malformed(method: str) -> Refused:
    message = f"the request is no message that {method} takes: not protobuf, or text in it that is not UTF-8"
    return Refused("REQUEST_MALFORMED", message, kind=Kind.INVALID)


def _well_formed(servicer: Servicer, method: str, request: Request | _Malformed) -> Request:
    """The request, if it is one that breaks no rule. Raises Refused and InvalidRequest."""
    if isinstance(request, _Malformed):
        raise _malformed(method)
    require_well_formed(servicer.validator, request)
    return request


def require_well_formed(validator: protovalidate.Validator, message: Message) -> None:
    """Raises InvalidRequest for a message that breaks one of its rules."""
    if violations := validator.collect_violations(message):
        _wrong_rows(violations, "")


def _admitted(
    servicer: Servicer, method: str, request: Message | _Malformed, context: grpc.aio.ServicerContext[Any, Any], rows: str = ""
) -> Call:
    """The call of whoever may call at all: who it is comes before what is wrong with the request. Raises Refused."""
    token = correlation = causation = key = after = traceparent = ""
    for name, value in context.invocation_metadata() or ():
        if name == IDENTITY:
            token = cast(str, value)
        elif name == CORRELATION:
            correlation = cast(str, value)
        elif name == CAUSATION:
            causation = cast(str, value)
        elif name == IDEMPOTENCY:
            key = cast(str, value)
        elif name == AFTER:
            after = cast(str, value)
        elif name == tracing.HEADER:
            traceparent = cast(str, value)
    if tracing.is_on():
        correlation = id_text(correlation_id := _id_or_new(correlation))
        tracing.begin(f"{servicer.service}/{method}", correlation_id, traceparent)
    if isinstance(request, _Malformed):
        servicer.verifier.verify(token, servicer.service)
        raise _malformed(method)
    call = servicer.call(method, request, token=token, correlation=correlation, causation=causation, key=key, after=after)
    violations = servicer.validator.collect_violations(request)
    return replace(call, wrong_rows=_wrong_rows(violations, rows)) if violations else call


def _id_or_new(text: str) -> Id:
    try:
        return _no_nil(parse_id(text)) if text else new_id()
    except ValueError:
        return new_id()


def _no_nil(value: Id) -> Id:
    """The same id. Raises ValueError of zeros, which a log that is read in one go has for none."""
    if not any(value):
        raise ValueError("an id of zeros is nobody's")
    return value


def _causation(text: str) -> Id:
    try:
        return _no_nil(parse_id(text))
    except ValueError:
        message = f"{text[:60]!r} is not the id of an event: a UUID of the form 8-4-4-4-12, not of zeros"
        raise invalid(CAUSATION, message, "CAUSATION_ID_MALFORMED") from None


def fingerprint(method: str, request: Message) -> bytes:
    """What tells one request from another under the same idempotency key: 16 bytes over the method and the message."""
    return hashlib.blake2b(method.encode() + b"\0" + request.SerializeToString(deterministic=True), digest_size=16).digest()


def handler(
    method: Callable[[Sv, Request, Call], Awaitable[Answer]],
) -> Callable[[Sv, Request, grpc.aio.ServicerContext[Any, Any]], Awaitable[Answer]]:
    """A gRPC method from one that takes the verified call: identity, validation, refusals, time and log lines, in one place for all."""
    return _identified(method, "")


def open_handler(
    method: Callable[[Sv, Request], Awaitable[Answer]],
) -> Callable[[Sv, Request, grpc.aio.ServicerContext[Any, Any]], Awaitable[Answer]]:
    """As `handler`, for a method that services ask of each other in nobody's name: `async def Method(self, request)`, without an identity.

    Whoever reaches the port is answered, so it tells nothing that is anybody's.
    """
    name = method.__name__
    return _answering(method, lambda servicer, request, _: method(servicer, _well_formed(servicer, name, request)))


def rows_handler(
    rows: str,
) -> Callable[
    [Callable[[Sv, Request, Call], Awaitable[Answer]]], Callable[[Sv, Request, grpc.aio.ServicerContext[Any, Any]], Awaitable[Answer]]
]:
    """As `handler`, for a request with a list whose members are answered each by itself: `call.wrong_rows` says which break a rule."""
    return lambda method: _identified(method, rows)


def _identified(
    method: Callable[[Sv, Request, Call], Awaitable[Answer]], rows: str
) -> Callable[[Sv, Request, grpc.aio.ServicerContext[Any, Any]], Awaitable[Answer]]:
    name = method.__name__
    return _answering(
        method, lambda servicer, request, context: method(servicer, request, _admitted(servicer, name, request, context, rows))
    )


def _answering(
    method: Callable[..., Awaitable[Answer]], answer: Callable[[Sv, Request, grpc.aio.ServicerContext[Any, Any]], Awaitable[Answer]]
) -> Callable[[Sv, Request, grpc.aio.ServicerContext[Any, Any]], Awaitable[Answer]]:
    name = method.__name__

    @functools.wraps(method)
    async def answered(self: Sv, request: Request, context: grpc.aio.ServicerContext[Any, Any]) -> Answer:
        started = time.perf_counter()
        code = "OK"
        try:
            with self.calls.one():
                return await answer(self, request, context)
        except grpc.aio.AbortError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller hears of it, and not in its own words
            failure = _failure(self.service, name, error)
            code = failure[0].name
            await context.abort(*failure)
            raise AssertionError("abort raises") from None
        finally:
            _observe(self.service, name, code, time.perf_counter() - started)
            tracing.end("" if code == "OK" else code)

    return answered


def stream_handler(
    method: Callable[Concatenate[Sv, Request, Call, P], AsyncIterator[Answer]],
) -> StreamMethod[Sv, Request, Answer]:
    """As `handler`, for a method that answers with a stream."""
    return _streaming(method, "")


def rows_stream_handler(rows: str) -> Callable[[Callable[[Sv, Request, Call], AsyncIterator[Answer]]], StreamMethod[Sv, Request, Answer]]:
    """As `rows_handler`, for a method that answers with a stream."""
    return lambda method: _streaming(method, rows)


def _streaming(method: Callable[Concatenate[Sv, Request, Call, P], AsyncIterator[Answer]], rows: str) -> StreamMethod[Sv, Request, Answer]:
    name = method.__name__

    @functools.wraps(method)
    async def answered(self: Sv, request: Request, context: grpc.aio.ServicerContext[Any, Any]) -> AsyncIterator[Answer]:
        started = time.perf_counter()
        code = "OK"
        try:
            with self.calls.one():
                async for answer in method(self, request, _admitted(self, name, request, context, rows)):  # type: ignore[call-arg]
                    yield answer
        except grpc.aio.AbortError:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            failure = _failure(self.service, name, error)
            code = failure[0].name
            await context.abort(*failure)
        finally:
            _observe(self.service, name, code, time.perf_counter() - started)
            tracing.end("" if code == "OK" else code)

    return answered


def _failure(service: str, method: str, error: Exception) -> tuple[grpc.StatusCode, str, tuple[tuple[str, bytes], ...]]:
    """What a call that ends with `error` is answered: code, words, details. An unexpected error goes to the log alone."""
    match error:
        case Refused():
            refusal = error
        case TooManyRequests():
            _log.warning("rpc.connections_busy", method=method)
            refusal = Refused("BUSY", "more is asked of this service's database now than it can answer; ask again", kind=Kind.UNAVAILABLE)
        case psycopg.OperationalError() | PoolTimeout():
            _log.warning("rpc.database_unavailable", reason=f"{type(error).__name__}: {error}")
            refusal = Refused("DATABASE_UNAVAILABLE", "this service's database does not answer now; ask again", kind=Kind.UNAVAILABLE)
        case UnknownEventType():
            _log.error("rpc.event_type_unknown", method=method, event_type=str(error))
            message = "a newer release of Cairn wrote events of this that the one that runs cannot read; ask again after its upgrade"
            refusal = Refused("EVENT_TYPE_UNKNOWN", message, kind=Kind.UNAVAILABLE)
        case _:
            _log.error("rpc.failed", method=method, exc_info=error)
            # Left to gRPC, the exception's own words would be the answer: addresses, statements, values.
            return grpc.StatusCode.INTERNAL, "this was not your fault; the correlation id names it in our logs", ()
    telemetry.REFUSALS.labels(service, refusal.reason).inc()
    _log.debug("rpc.refused", method=method, reason=refusal.reason, message=refusal.message)
    return CODES[refusal.kind], refusal.message, ((DETAILS, to_status(refusal).SerializeToString()),)


@functools.lru_cache(maxsize=1024)
def _series(service: str, method: str, code: str) -> Any:
    return telemetry.REQUESTS.labels(service, method, code)


def _observe(service: str, method: str, code: str, seconds: float) -> None:
    _series(service, method, code).observe(seconds)


class _Malformed:
    """Stands for a request that is no such message; it is refused as the caller's fault."""


def _tolerant(deserialize: Callable[[bytes], Message]) -> Callable[[bytes], Message | _Malformed]:
    def read(request: bytes) -> Message | _Malformed:
        try:
            return deserialize(request)
        except DecodeError:  # gRPC itself would answer INTERNAL, as if it were our fault
            return _Malformed()

    return read


class _Tolerant:
    """Where generated code expects a server: registers its methods so that what cannot be parsed reaches our wrapper."""

    def __init__(self, server: grpc.aio.Server) -> None:
        self._server = server

    def add_generic_rpc_handlers(self, handlers: Any) -> None:
        """Nothing: the same methods are registered by name, next."""

    def add_registered_method_handlers(self, service: str, methods: dict[str, Any]) -> None:
        """Registers a service's methods."""
        tolerant = {name: method._replace(request_deserializer=_tolerant(method.request_deserializer)) for name, method in methods.items()}
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, tolerant),))


class _Reflection:
    """What a server's methods take and answer: told, as everything else, to whoever shows an identity for it."""

    def __init__(self, names: Iterable[str], servicer: Servicer) -> None:
        self._told: Any = reflection.aio.ReflectionServicer(names)  # its types say a coroutine of what is a generator
        self._servicer = servicer

    async def ServerReflectionInfo(  # noqa: N802 - gRPC's name for it
        self, requests: AsyncIterator[reflection_pb2.ServerReflectionRequest], context: grpc.aio.ServicerContext[Any, Any]
    ) -> AsyncIterator[reflection_pb2.ServerReflectionResponse]:
        """As gRPC defines it."""
        shown = [value for name, value in context.invocation_metadata() or () if name == IDENTITY]
        try:
            self._servicer.verifier.verify(cast(str, shown[-1]) if shown else "", self._servicer.service)
        except Refused as refusal:
            await context.abort(*_failure(self._servicer.service, "ServerReflectionInfo", refusal))
        async for answer in self._told.ServerReflectionInfo(requests, context):
            yield answer


@asynccontextmanager
async def serving(
    settings: Settings,
    services: Sequence[tuple[Callable[[Any, grpc.aio.Server], None], Servicer]],
    names: Sequence[str],
    needs: Mapping[str, Need] | None = None,
) -> AsyncIterator[grpc.aio.Server]:
    """A gRPC server that answers while the context lasts, with health, and reflection for whoever shows an identity; then answers
    what it has taken.

    `services` are pairs of a generated `add_…Servicer_to_server` and the servicer; `names` their full names, as
    "cairn.goals.v1.GoalsService". Under these names the health service says whether it is ready: while its database, and what else it
    `needs`, is there. Under no name it says that the process is alive.
    Raises SystemExit with one line when the port is taken.
    """
    server = grpc.aio.server(
        options=[
            ("grpc.so_reuseport", 0),
            ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
            ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
        ]
    )
    calls = CallsAtOnce(settings.calls_at_once)
    for add, servicer in services:
        servicer.calls = calls
        add(servicer, cast(grpc.aio.Server, _Tolerant(server)))
    healthy = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(healthy, server)
    all_names = (*names, health.SERVICE_NAME, reflection.SERVICE_NAME)
    for _, servicer in services[:1]:  # without any, there is nothing to tell
        cast(Any, reflection_pb2_grpc).add_ServerReflectionServicer_to_server(_Reflection(all_names, servicer), server)
    address = f"{settings.host}:{settings.port}"
    try:
        if (credentials := server_credentials(settings)) is not None:
            server.add_secure_port(address, credentials)
        else:
            server.add_insecure_port(address)
    except RuntimeError:
        raise SystemExit(f"cannot listen on {address}: the port is in use; set CAIRN_PORT to another") from None
    await server.start()
    database = DatabaseNeed(settings)
    readiness = Readiness(healthy, names, {**({"the database": database} if settings.database_url else {}), **(needs or {})})
    await readiness.start()
    try:
        yield server
    finally:
        await readiness.stop()
        await server.stop(grace=_GRACE_SECONDS)
        await database.close()
