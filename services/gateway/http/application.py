"""The ASGI application: finds the operation, lets it answer, turns what went wrong into a problem."""

from __future__ import annotations

import time
from collections.abc import AsyncIterable, AsyncIterator, Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar

from prometheus_client import Histogram
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from chassis.ids import Id, id_text, new_id, parse_id
from chassis.runtime import telemetry, tracing
from gateway.http.at_once import REQUESTS, AtOnce, UnderWay
from gateway.http.caching import say_who_may_keep, shown
from gateway.http.fair_queue import FairQueue
from gateway.http.gone import while_asked
from gateway.http.hosts import AllowedHosts
from gateway.http.limits import (
    UNKNOWN_BODIES_OF_ONE,
    UNKNOWN_BODIES_TOTAL,
    UNKNOWN_BODY_LIMIT,
    BodyBudget,
    BodyRoom,
    RateLimiter,
    read_body,
)
from gateway.http.models import Query
from gateway.http.openapi.headers import PREFER, of_request
from gateway.http.problems import Problem, malformed
from gateway.http.request import Request
from gateway.http.responses import CONTENT_LOCATION, LOCATION
from gateway.http.routing import Api, Operation, Router, allowed_methods
from gateway.http.sending import send_answer
from gateway.http.server import HEADER_BYTES

CORRELATION_HEADER: Final = "X-Correlation-Id"
_RAW_CORRELATION_HEADER: Final = CORRELATION_HEADER.lower().encode()
_RAW_TRACE_HEADER: Final = tracing.HEADER.encode()
_SERVER_ERROR: Final = 500
_FOR_BROWSERS: Final = ((b"x-content-type-options", b"nosniff"), (b"cross-origin-resource-policy", b"same-origin"))
"""That an answer is what it says, and nothing for a page of elsewhere to embed."""

_log = telemetry.logger()

R = TypeVar("R", bound=Request)
_Counted = tuple[AtOnce, Sequence[Hashable]]
"""What a request is counted as, and whose."""
NewRequest = Callable[[Api, Operation, Mapping[str, str], Mapping[bytes, bytes], bytes, Id], R]


Pages = Callable[[str, Mapping[bytes, bytes]], Response | None]
"""What is shown to browsers at a path, to a request with these headers; None, where it is an operation's: nothing."""


def _no_pages(_path: str, _headers: Mapping[bytes, bytes]) -> None:
    return None


class Application(Generic[R]):
    """Answers an API's requests.

    `new_request` makes the product's own request, of what `Request` takes. `problem_of` says what problem an exception is to somebody who
    speaks HTTP, and asked for this operation; None: it is a defect, which is logged, and answered (500) without what it says. `at_once` are
    limits in the place of those that operations declare, by what they limit. `pages` answers where no operation is.
    """

    def __init__(
        self,
        api: Api,
        new_request: NewRequest[R],
        problem_of: Callable[[Exception, Operation | None], Problem | None],
        rate_limiter: RateLimiter,
        hosts: AllowedHosts,
        at_once: Mapping[str, AtOnce] = MappingProxyType({}),
        pages: Pages = _no_pages,
    ) -> None:
        self.api: Final = api
        self._new_request: Final = new_request
        self._problem_of: Final = problem_of
        self._rate_limiter: Final = rate_limiter
        self._hosts: Final = hosts
        self._router: Final = Router(api)
        heeded = {operation.name: {header.name for header in of_request(operation)} for operation in api.operations}
        self._header_names: Final = {name.lower().encode(): name for name in set().union(*heeded.values()) - {PREFER.name}}
        self._unheeded: Final = {
            operation: frozenset(raw for raw, name in self._header_names.items() if name not in names)
            for operation, names in heeded.items()
        }
        self._body_budget: Final = BodyBudget()
        self._unknown_body_budget: Final = BodyBudget(UNKNOWN_BODIES_TOTAL, UNKNOWN_BODIES_OF_ONE)
        self._at_once: Final = at_once
        self._pages: Final = pages
        self._under_way: Final = UnderWay()
        self._fair_queue: Final = FairQueue()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one HTTP request."""
        if scope["type"] != "http":
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1003})
            return
        counted: list[_Counted] = []
        try:
            response = await self._answer(scope, receive, counted)
            if isinstance(response, StreamingResponse):
                response.body_iterator = self._uncounted_at_its_end(response.body_iterator, counted)
            await send_answer(response, scope, receive, send)
        finally:
            self._uncount(counted)

    async def _uncounted_at_its_end(self, pages: AsyncIterable[Any], counted: list[_Counted]) -> AsyncIterator[Any]:
        """The pages of an answer. Whoever has read the last one may ask for the next: it is under way no longer before its end is sent."""
        try:
            async for page in pages:
                yield page
        finally:
            if (close := getattr(pages, "aclose", None)) is not None:
                await close()
            self._uncount(counted)

    def _uncount(self, counted: list[_Counted]) -> None:
        while counted:
            self._under_way.end(*counted.pop())

    async def _answer(self, scope: Scope, receive: Receive, counted: list[_Counted]) -> Response:
        """The answer, whatever happens. What it counts as under way it adds to `counted`."""
        started = time.perf_counter()
        operation: Operation | None = None
        request: R | None = None
        headers = _headers_of(scope)
        await self._fair_queue.turn(headers.get(b"authorization") or headers.get(b"cookie") or (scope.get("client") or ("",))[0])
        correlation_id, malformed_name = _named(headers)
        telemetry.CORRELATION.set(correlation_id)
        try:
            if malformed_name is not None:
                raise malformed_name
            _require_small(scope)
            if (page := self._page(scope, headers)) is not None:
                page.raw_headers.append((_RAW_CORRELATION_HEADER, id_text(correlation_id).encode()))
                return page
            if scope["method"] == "OPTIONS":
                response = self._options(scope["path"], headers)
            else:
                operation, path_params = self._router.find(scope["method"], scope["path"])
                if not operation.any_host:
                    self._hosts.require(headers)
                tracing.begin(operation.name, correlation_id, headers.get(_RAW_TRACE_HEADER, b"").decode("latin-1"))
                request = self._new_request(self.api, operation, path_params, headers, scope["query_string"], correlation_id)
                request.address = scope["client"][0] if scope.get("client") else ""
                response = await self._respond(request, receive, counted)
        except Exception as error:  # noqa: BLE001 - the last line of defence: whatever it is becomes a problem
            problem = self._problem(error, operation)
            if request is not None:
                request.was_refused(problem)
            response = problem.response(self.api.namespace, id_text(correlation_id))
        response.raw_headers += _FOR_BROWSERS
        response.raw_headers.append((_RAW_CORRELATION_HEADER, id_text(correlation_id).encode()))
        if operation is None:
            say_who_may_keep(response, tagged=False, private=False)
        else:
            say_who_may_keep(response, tagged=operation.tagged, private=operation.signed_in or operation.personal)
        if request is not None:
            response.raw_headers += request.answer_headers
            if request.quotas:
                response.raw_headers += self._rate_limiter.headers(request.quotas)
        _latency(_name(operation), response.status_code).observe(time.perf_counter() - started)
        tracing.end(str(response.status_code) if response.status_code >= _SERVER_ERROR else "")
        return response

    async def _respond(self, request: R, receive: Receive, counted: list[_Counted]) -> Response:
        """The order of the checks: who is asking, how often, how much at once, the body's size, the headers, the parameters,
        the body; then the operation.
        """
        operation = request.operation
        if operation.signed_in:
            await request.identify()
            request.quotas = self._rate_limiter.take(request.callers)
            if request.quotas and not request.quotas[-1].granted:
                raise self._rate_limiter.exceeded(request.quotas[-1])
            for limit in (None if operation.lasts else REQUESTS, operation.at_once):
                if limit is not None:
                    limit = self._at_once.get(limit.what, limit)
                    self._under_way.begin(limit, request.callers)
                    counted.append((limit, request.callers))
        if operation.method == "GET":
            async with while_asked(receive):
                return shown(await self._handled(request), request.tags_known)
        if operation.signed_in:
            room, most = BodyRoom(self._body_budget, request.account), operation.body_limit
        else:
            room, most = BodyRoom(self._unknown_body_budget, request.address), min(operation.body_limit, UNKNOWN_BODY_LIMIT)
        try:
            request.body = await read_body(request.headers, receive, most, room, drained=operation.signed_in)
            response = await self._handled(request)
            return await self._represented(request, response) if request.wants_representation else response
        finally:
            room.give_back()

    async def _handled(self, request: R) -> Response:
        operation = request.operation
        self._require_effect(request)
        await request.require_reached()
        if operation.query is None and request.query_string:
            request.query(Query)
        if operation.body is None:
            request.require_no_body()
            return await operation.handler(request)
        if request.media_type in operation.other_bodies:
            return await operation.handler(request, None)
        return await operation.handler(request, request.body_as(operation.body))

    async def _represented(self, request: R, done: Response) -> Response:
        """In place of what a command answers the resource itself, as the caller prefers it (RFC 7240).

        What was done is answered as ever where the resource cannot be shown: the command is carried out all the same.
        """
        path = done.headers.get(CONTENT_LOCATION, done.headers.get(LOCATION))
        if path is None:
            return done
        operation, in_braces = self._router.find("GET", path)
        try:
            question = request.asking(operation, in_braces)
            question.comes_after(done)
            resource = await operation.handler(question)
        except Exception as error:  # noqa: BLE001 - whatever it is: the command is carried out
            if self._problem_of(error, operation) is None and not isinstance(error, Problem):
                _log.error("representation.failed", operation=operation.name, exc_info=error)
            return done
        answer = Response(resource.body, done.status_code, media_type=resource.media_type)
        answer.raw_headers += [(name, value) for name, value in done.raw_headers if name not in (b"content-length", b"content-type")]
        answer.headers[CONTENT_LOCATION] = path
        answer.headers["Preference-Applied"] = "return=representation"
        return answer

    def _require_effect(self, request: R) -> None:
        """Raises Problem (400) for a header that other operations heed and this one does not, and for one that is none."""
        for raw in self._unheeded[request.operation.name] & request.headers.keys():
            if (raw, request.headers[raw], request.operation.command) != (b"if-match", b"*", True):  # any version, so this one, too
                name = self._header_names[raw]
                raise malformed("HEADER_UNUSED", f"{name} has no effect here; leave it out", name)
        request.require_headers()

    def _page(self, scope: Scope, headers: Mapping[bytes, bytes]) -> Response | None:
        """What stands beside the API at a path; None: nothing does. Raises Problem as `AllowedHosts.require` does."""
        if scope["method"] not in ("GET", "HEAD"):
            return None
        page = self._pages(scope["path"], headers)
        if page is not None:
            self._hosts.require(headers)
        return page

    def _options(self, path: str, headers: Mapping[bytes, bytes]) -> Response:
        """What can be done at a path."""
        methods = self._router.methods_at(path)
        if not any(operation.any_host for operation in methods.values()):
            self._hosts.require(headers)
        allowed = {"Allow": ", ".join(allowed_methods(methods))}
        if (change := methods.get("PATCH")) is not None:
            allowed["Accept-Patch"] = ", ".join(change.json_types)
        return Response(status_code=204, headers=allowed)

    def _problem(self, error: Exception, operation: Operation | None) -> Problem:
        problem = error if isinstance(error, Problem) else self._problem_of(error, operation)
        if problem is not None:
            return problem
        _log.error("request.failed", operation=_name(operation), exc_info=error)
        return Problem(500, "INTERNAL", "this was not your fault; the correlation id names it in our logs")


def _name(operation: Operation | None) -> str:
    return "none" if operation is None else operation.name


@lru_cache(maxsize=4096)
def _latency(operation: str, status: int) -> Histogram:
    return telemetry.REQUESTS.labels("gateway", operation, str(status))


def _named(headers: Mapping[bytes, bytes]) -> tuple[Id, Problem | None]:
    """The caller's correlation id, else the id of the trace that it brings, else a new one; and what is wrong with either."""
    id_given, trace_given = headers.get(_RAW_CORRELATION_HEADER), headers.get(_RAW_TRACE_HEADER)
    place = None if trace_given is None else tracing.read_place(trace_given.decode("latin-1"))
    if trace_given is not None and place is None:
        given = trace_given.decode("latin-1")[:60]
        wrong = f"{given!r} names no span; one looks like 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        return new_id(), malformed("TRACEPARENT_MALFORMED", wrong, tracing.HEADER)
    if id_given is None:
        return (new_id() if place is None else place.trace_id), None
    text = id_given.decode("latin-1")
    try:
        correlation_id = parse_id(text)
        if not any(correlation_id):  # where a log is read in one go zeros stand for none
            raise ValueError(text)
        return correlation_id, None
    except ValueError:
        wrong = f"{text[:60]!r} is not a UUID, or one of zeros; leave the header out, and one is made"
        return new_id(), malformed("CORRELATION_ID_MALFORMED", wrong, CORRELATION_HEADER)


def _require_small(scope: Scope) -> None:
    """Raises Problem (431): the server lets some more pass than it is told to, as it reads what comes at once."""
    line = len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"])
    if line + sum(len(name) + len(value) for name, value in scope["headers"]) > HEADER_BYTES:
        detail = f"a request line and its headers have at most {HEADER_BYTES} bytes together; send less"
        raise Problem(431, "HEADERS_TOO_LARGE", detail)


def _headers_of(scope: Scope) -> dict[bytes, bytes]:
    """The request's headers, by their names in small letters; what is said in several lines is a list, as RFC 9110 has it."""
    lines: list[tuple[bytes, bytes]] = scope["headers"]
    headers = dict(lines)
    if len(headers) < len(lines):
        headers = {name: b", ".join(value for also, value in lines if also == name) for name in headers}
    return headers
