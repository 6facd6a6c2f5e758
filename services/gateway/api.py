"""The API as a table of operations, and the way of a request through it: who, what, carried out, answered.

Starlette gives requests and responses; the rest is here because every status, header and field of an operation is
declared once, checked against what arrives, and written into the OpenAPI document from the same place.
"""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import parse_qsl

from prometheus_client import Histogram
from pydantic import ValidationError
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from chassis.calls import Identity
from chassis.errors import Refused
from chassis.ids import Id, id_text, new_id, parse_id
from chassis.positions import Position, parse_positions
from chassis.rpc import Metadata, metadata
from chassis.runtime import telemetry
from gateway.allowance import Allowance, Left
from gateway.fields import Answer, Body, Query
from gateway.identity import Session
from gateway.problems import Problem, malformed, of_refusal, of_validation

if TYPE_CHECKING:
    from gateway.edge import Edge

JSON: Final = "application/json"
LINES: Final = "application/x-ndjson"
BODY_LIMIT: Final = 1 << 20
"""Bytes that a body may have unless its operation says otherwise."""

CORRELATION_HEADER: Final = "X-Correlation-Id"
_RAW_CORRELATION: Final = CORRELATION_HEADER.lower().encode()
_DRAINED: Final = 64 << 20  # of a body that is too large, so much is read and thrown away, so that its sender hears why
_KEY: Final = re.compile(r"[\x21-\x7e]{1,128}")
_ETAG: Final = re.compile(r'"([1-9][0-9]{0,17})"')

_log = telemetry.logger()

Handler = Callable[..., Awaitable[Response]]
H = TypeVar("H", bound=Handler)
Q = TypeVar("Q", bound=Query)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that can be asked for: what it takes, what it answers."""

    method: str
    path: str
    handler: Handler
    tag: str
    summary: str
    description: str
    body: type[Body] | None = None
    body_optional: bool = False
    body_limit: int = BODY_LIMIT
    example: Mapping[str, Any] | None = None  # of the body
    query: type[Query] | None = None
    answer: type[Answer] | None = None  # None: not JSON, or JSON that is described elsewhere
    media_type: str = JSON
    status: int = 200
    command: bool = False  # appends events: takes Idempotency-Key, answers Cairn-Position
    versioned: bool = False  # takes If-Match, or answers ETag
    waits: bool = False  # takes Cairn-After
    signed_in: bool = True
    local: bool = False  # asks no service

    @property
    def name(self) -> str:
        """The operation's id in the document."""
        return self.handler.__name__


class Routes:
    """The operations of one resource, in the order that the document tells them."""

    def __init__(self, tag: str, about: str) -> None:
        self.tag: Final = tag
        self.about: Final = about
        self.operations: Final[list[Operation]] = []

    def operation(self, method: str, path: str, **declared: Any) -> Callable[[H], H]:
        """Declares the decorated function as an operation; its docstring is the summary and the description."""

        def declare(handler: H) -> H:
            summary, _, description = (handler.__doc__ or "").strip().partition("\n")
            self.operations.append(
                Operation(
                    method=method,
                    path=path,
                    handler=handler,
                    tag=self.tag,
                    summary=summary.rstrip("."),
                    description=" ".join(description.split()),
                    **declared,
                )
            )
            return handler

        return declare

    def get(self, path: str, **declared: Any) -> Callable[[H], H]:
        """A question."""
        return self.operation("GET", path, **declared)

    def post(self, path: str, **declared: Any) -> Callable[[H], H]:
        """A command, or a question too large for a GET."""
        return self.operation("POST", path, **declared)

    def put(self, path: str, **declared: Any) -> Callable[[H], H]:
        """A command that sets something to a value."""
        return self.operation("PUT", path, **declared)

    def patch(self, path: str, **declared: Any) -> Callable[[H], H]:
        """A command that changes what it names and leaves the rest."""
        return self.operation("PATCH", path, **declared)

    def delete(self, path: str, **declared: Any) -> Callable[[H], H]:
        """A command that takes something away."""
        return self.operation("DELETE", path, **declared)


@dataclass(slots=True)
class Visit:
    """One request on its way."""

    edge: Edge
    resources: tuple[Routes, ...]  # all of the API
    operation: Operation
    path: Mapping[str, str]
    headers: Mapping[bytes, bytes]
    query_string: bytes
    correlation_id: Id
    body: bytes = b""
    left: Left | None = None  # of what the person may ask for
    _session: Session | None = field(default=None)

    def header(self, name: bytes) -> str:
        """The value of a header, by its name in lower case; empty when it is not there."""
        return self.headers.get(name, b"").decode("latin-1").strip()

    @property
    def session(self) -> Session:
        """Who is asking. Raises Refused (UNAUTHENTICATED) when nobody known is."""
        if self._session is None:
            scheme, _, token = self.header(b"authorization").partition(" ")
            self._session = self.edge.sessions.of(token.strip() if scheme.lower() == "bearer" else "")
        return self._session

    @property
    def identity(self) -> Identity:
        """Who is asking."""
        return self.session.identity

    @property
    def after(self) -> tuple[Position, ...]:
        """The positions that the answer must have seen (`Cairn-After`). Raises Problem (400)."""
        try:
            return parse_positions(self.header(b"cairn-after"))
        except Refused as refused:
            raise malformed(refused.reason, refused.message, "Cairn-After") from None

    @property
    def expected_version(self) -> int:
        """The version that the caller decided on (`If-Match`); 0: whatever it is. Raises Problem (400)."""
        text = self.header(b"if-match")
        if text in ("", "*"):
            return 0
        match = _ETAG.fullmatch(text)
        if match is None:
            raise malformed("IF_MATCH_MALFORMED", f'{text[:60]!r} is not an ETag of ours; one looks like "12", quotes included', "If-Match")
        return int(match[1])

    @property
    def idempotency_key(self) -> str:
        """The caller's name for this very request (`Idempotency-Key`); empty: none. Raises Problem (400)."""
        key = self.header(b"idempotency-key")
        if key and not _KEY.fullmatch(key):
            raise malformed("IDEMPOTENCY_KEY_MALFORMED", "a key has 1 to 128 visible ASCII characters and no space", "Idempotency-Key")
        return key

    def metadata(self) -> Metadata:
        """What travels with a call to a service."""
        token = self.edge.sessions.internal_token(self.session)
        if self.operation.command:
            return metadata(token, correlation_id=self.correlation_id, idempotency_key=self.idempotency_key)
        return metadata(token, correlation_id=self.correlation_id)

    def query(self, model: type[Q]) -> Q:
        """The parameters behind the question mark. Raises Problem (400, 422) when they do not fit."""
        try:
            pairs = parse_qsl(self.query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100)
        except ValueError:
            raise malformed("QUERY_MALFORMED", "the query is not UTF-8 in percent-encoding, or has over 100 parameters", "query") from None
        parameters = dict(pairs)
        if len(parameters) < len(pairs):
            raise Problem(422, "INVALID_ARGUMENT", "a parameter is given more than once; give each once")
        try:
            return model.model_validate_strings(parameters)
        except ValidationError as error:
            raise of_validation(error, "query") from None


class Api:
    """The ASGI application: finds the operation, lets it answer, turns what went wrong into a problem."""

    def __init__(self, edge: Edge, resources: Iterable[Routes]) -> None:
        self._edge: Final = edge
        self.resources: Final = tuple(resources)
        self._paths: Final[dict[_Place, list[_Pattern]]] = _paths(
            [operation for routes in self.resources for operation in routes.operations]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one HTTP request."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1003})
            return
        started = time.perf_counter()
        headers: dict[bytes, bytes] = dict(scope["headers"])
        correlation_id, wrong = _correlation(headers)
        telemetry.CORRELATION.set(correlation_id)
        name = "none"
        visit: Visit | None = None
        try:
            if wrong is not None:
                raise wrong
            operation, path = self._found(scope["path"], scope["method"])
            name = operation.name
            visit = Visit(self._edge, self.resources, operation, path, headers, scope["query_string"], correlation_id)
            if operation.method != "GET":
                visit.body = await _body(headers, operation.body_limit, receive)
            response = await self._answered(visit)
        except Problem as problem:
            response = problem.answer(id_text(correlation_id))
        except Refused as refused:
            response = of_refusal(refused).answer(id_text(correlation_id))
        except Exception:  # noqa: BLE001 - the last line of defence: logged, and answered without internals
            _log.error("request.failed", operation=name, exc_info=True)
            detail = "this was not your fault; the correlation id names it in our logs"
            response = Problem(500, "INTERNAL", detail).answer(id_text(correlation_id))
        response.raw_headers.append((_RAW_CORRELATION, id_text(correlation_id).encode()))
        if visit is not None and visit.left is not None:
            response.raw_headers += self._edge.allowance.headers(visit.left)
        _series(name, response.status_code).observe(time.perf_counter() - started)
        await response(scope, receive, send)

    def _found(self, path: str, method: str) -> tuple[Operation, dict[str, str]]:
        resource, ending = _resource(path), path.rpartition("/")[2]
        for pattern, operations in (*self._paths.get((resource, ending), ()), *self._paths.get((resource, _ANY), ())):
            match = pattern.fullmatch(path)
            if match is not None:
                operation = operations.get(method)
                if operation is None:
                    raise _method_not_allowed(method, sorted(operations))
                return operation, match.groupdict()
        raise Problem(404, "PATH_UNKNOWN", f"nothing answers at {path[:200]!r}; /docs tells what does")

    async def _answered(self, visit: Visit) -> Response:
        operation = visit.operation
        if operation.signed_in:
            visit.left = self._edge.allowance.take(visit.identity)
            if visit.left is not None and not visit.left.granted:
                raise _too_many_requests(self._edge.allowance, visit.left)
        if operation.command and not operation.versioned and visit.headers.get(b"if-match", b"*") != b"*":
            raise malformed("IF_MATCH_UNUSED", "nothing is overwritten here, so no version can be stale; leave the header out", "If-Match")
        if operation.query is None and visit.query_string:
            visit.query(Query)
        if operation.body is None:
            return await operation.handler(visit)
        return await operation.handler(visit, _read(visit, operation.body))


@lru_cache(maxsize=4096)
def _series(operation: str, status: int) -> Histogram:
    return telemetry.REQUESTS.labels("gateway", operation, str(status))


def _method_not_allowed(method: str, allowed: list[str]) -> Problem:
    names = ", ".join(allowed)
    return Problem(405, "METHOD_NOT_ALLOWED", f"{method[:20]} does nothing here; {names} does", headers={"Allow": names})


def _too_many_requests(allowance: Allowance, left: Left) -> Problem:
    detail = f"one person may make {allowance.per_second:g} requests a second here; ask again in {left.retry_after} s"
    return Problem(429, "TOO_MANY_REQUESTS", detail, headers={"Retry-After": str(left.retry_after)})


_Pattern = tuple[re.Pattern[str], dict[str, Operation]]
_Place = tuple[str, str]
_ANY: Final = ""


def path_words(operations: Iterable[Operation]) -> set[str]:
    """The words that follow a reference in a path: what a reference holds after a slash cannot be one of them."""
    return {word for operation in operations for word in re.findall(r"/([a-z-]+)", operation.path.partition("}")[2])}


def _paths(operations: list[Operation]) -> dict[_Place, list[_Pattern]]:
    """Every path once, with its methods, by the resource that it begins with and its last word, or _ANY where it ends in a name."""
    words = path_words(operations)
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in operations:
        by_path.setdefault(operation.path, {})[operation.method] = operation
    # A reference may hold slashes ("J1/3"), but a part after its first is never one of the fixed words.
    reference = rf"[^/]+(?:/(?!(?:{'|'.join(sorted(words))})(?:/|$))[^/]+)*"
    found: dict[_Place, list[_Pattern]] = {}
    for path, methods in by_path.items():
        pattern = re.sub(r"{(\w+)}", lambda name: f"(?P<{name[1]}>{reference if name[1] == 'ref' else '[^/]+'})", path.replace(".", r"\."))
        ending = path.rpartition("/")[2]
        found.setdefault((_resource(path), _ANY if "{" in ending else ending), []).append((re.compile(pattern), methods))
    return found


def _resource(path: str) -> str:
    return "/".join(path.split("/", 3)[:3])


def _correlation(headers: Mapping[bytes, bytes]) -> tuple[Id, Problem | None]:
    text = headers.get(b"x-correlation-id", b"").decode("latin-1")
    if not text:
        return new_id(), None
    try:
        return parse_id(text), None
    except ValueError:
        wrong = f"{text[:60]!r} is not a UUID; leave the header out, and one is made"
        return new_id(), malformed("CORRELATION_ID_MALFORMED", wrong, CORRELATION_HEADER)


def _read(visit: Visit, model: type[Body]) -> Body:
    if not visit.body and visit.operation.body_optional:
        return model()
    media_type = visit.header(b"content-type").partition(";")[0].strip().lower()
    if media_type != JSON:
        raise Problem(415, "NOT_JSON", f"the body must be {JSON}, this one is {media_type[:60] or 'of no stated type'}")
    try:
        return model.model_validate_json(visit.body)
    except ValidationError as error:
        raise of_validation(error, "body") from None


async def _body(headers: Mapping[bytes, bytes], limit: int, receive: Receive) -> bytes:
    announced = headers.get(b"content-length", b"0")
    too_large = announced.isdigit() and int(announced) > limit
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise malformed("BODY_CUT_OFF", "the connection ended before the body did", "body")
        part = message.get("body", b"")
        size += len(part)
        too_large = too_large or size > limit
        if not too_large:
            parts.append(part)
        if not message.get("more_body", False) or size > _DRAINED:
            break
    if too_large:
        raise Problem(413, "BODY_TOO_LARGE", f"a body here has at most {limit} bytes; send less, or in several requests")
    return parts[0] if len(parts) == 1 else b"".join(parts)
