"""An API as a table of operations, and the way from a path to one of them."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, TypeVar

from starlette.responses import Response

from gateway.http.at_once import AtOnce
from gateway.http.kinds import OneOf
from gateway.http.limits import BODY_LIMIT
from gateway.http.models import Answer, Body, Change, Query
from gateway.http.problems import Problem
from gateway.http.responses import EVENT_STREAM, JSON, LINES, MERGE_PATCH

Handler = Callable[..., Awaitable[Response]]
"""Answers a request: `handler(request)`, or `handler(request, body)` where the operation takes a body."""
H = TypeVar("H", bound=Handler)


class Header(NamedTuple):
    """A header, as the document tells of it."""

    name: str
    description: str
    schema: Mapping[str, Any]


class PathParameter(NamedTuple):
    """What stands in the braces of a path, as the document tells of it."""

    description: str
    example: str
    may_hold_slashes: bool = False


class ProblemExample(NamedTuple):
    """A problem that a status can be, as the document shows it."""

    reason: str
    detail: str
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that can be asked for: what it takes, what it answers."""

    method: str
    path: str
    handler: Handler
    tag: str
    summary: str
    description: str
    body: type[Body | OneOf] | None = None
    body_optional: bool = False
    body_limit: int = BODY_LIMIT
    """In bytes."""
    other_bodies: Mapping[str, str] = field(default_factory=dict)
    """By media type: what else than JSON a body may be, in words. The handler gets None for it, and finds it in the request."""
    example: Mapping[str, Any] | None = None
    """Of the body."""
    query: type[Query] | None = None
    answer: type[Answer] | None = None
    """None: the answer is no JSON, or JSON that is described elsewhere."""
    answer_example: str = ""
    """Of an answer without a model."""
    media_type: str = JSON
    status: int = 200
    command: bool = False
    """It changes something: it takes Idempotency-Key, and If-Match where it is versioned."""
    versioned: bool = False
    """A command takes If-Match; every answer bears an ETag."""
    request_headers: tuple[Header, ...] = ()
    """Further headers that it takes."""
    response_headers: tuple[Header, ...] = ()
    """Further headers that its answer bears."""
    resource: str = ""
    """Of a command: the path at which GET answers what it makes or changes. `{id}` stands for the id of that, `{made}` for the id that the
    command answers where it is another one's; and the parameters of its own path for themselves.
    """
    at_once: AtOnce | None = None
    """How many of it, and of what else bears the same limit, may be under way at once. None: as many as of all requests."""
    signed_in: bool = True
    """Only those who are known may ask."""
    unattended: bool = False
    """A program asks it by itself, again and again: nobody's session is used by that."""
    personal: bool = False
    """Anybody may ask, and the answer is about who does."""
    tells_what_is_away: bool = False
    """It is answered to whoever shows a good token, also while nobody can tell what they may."""
    any_host: bool = False
    """It is answered whatever name it is called by: whoever watches over processes has only their addresses."""
    local: bool = False
    """It is answered without asking anything else, so nothing can be away."""

    @property
    def name(self) -> str:
        """The operation's id in the document."""
        return self.handler.__name__

    @property
    def tagged(self) -> bool:
        """Its answers bear entity tags, and are not sent to who has them: whole answers to questions."""
        return self.method == "GET" and self.status == 200 and self.media_type not in (LINES, EVENT_STREAM)

    @property
    def lasts(self) -> bool:
        """Its answer goes on for as long as its reader likes: it is no request under way, and counted by a limit of its own."""
        return self.media_type == EVENT_STREAM

    @property
    def json_types(self) -> tuple[str, ...]:
        """The media types of the bodies that fit its model; none where it takes no body."""
        if self.body is None:
            return ()
        return (JSON, MERGE_PATCH) if issubclass(self.body, Change) else (JSON,)


class Resource:
    """The operations on one kind of thing, in the order in which the document tells of them."""

    def __init__(self, tag: str, description: str) -> None:
        self.tag: Final = tag
        self.description: Final = description
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


@dataclass(frozen=True, kw_only=True, eq=False)
class Api:
    """All that an API offers, and what its document says of the whole."""

    resources: tuple[Resource, ...]
    namespace: str
    """In the URIs of problems, and the realm of tokens."""
    title: str
    version: str
    summary: str
    description: str
    license: str
    """An SPDX identifier."""
    token_description: str = ""
    """How one comes by a bearer token."""
    cookie_description: str = ""
    """How a browser comes by its cookie."""
    csrf_description: str = ""
    """What a browser sends beside it."""
    path_parameters: Mapping[str, PathParameter] = field(default_factory=dict)
    pattern_words: Mapping[str, str] = field(default_factory=dict)
    """By the pattern of a text: what fits it, in words."""
    problem_examples: Mapping[int, ProblemExample] = field(default_factory=dict)
    """By status, where the document shall show one of the API's own."""

    @property
    def operations(self) -> list[Operation]:
        """Every operation, in the order in which the document tells of them."""
        return [operation for resource in self.resources for operation in resource.operations]


_Place = tuple[str, str]
_Methods = dict[str, Operation]
_ANY: Final = ""
_NAME: Final = "[^/]+"


class Router:
    """Finds the operation at a path. Paths are kept by the resource that they begin with and their last word, so that few are tried."""

    def __init__(self, api: Api) -> None:
        self._paths: Final[dict[_Place, list[tuple[re.Pattern[str], _Methods]]]] = {}
        by_path: dict[str, _Methods] = {}
        for operation in api.operations:
            by_path.setdefault(operation.path, {})[operation.method] = operation
        with_slashes = _name_with_slashes(path_words(api))
        for path, methods in by_path.items():

            def group(parameter: re.Match[str]) -> str:
                may_hold_slashes = api.path_parameters[parameter[1]].may_hold_slashes
                return f"(?P<{parameter[1]}>{with_slashes if may_hold_slashes else _NAME})"

            pattern = re.sub(r"{(\w+)}", group, path.replace(".", r"\."))
            last_word = path.rpartition("/")[2]
            place = (_beginning(path), _ANY if "{" in last_word else last_word)
            self._paths.setdefault(place, []).append((re.compile(pattern), methods))

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]]:
        """The operation, and what stands in the braces of its path. Raises Problem: 404 (no such path), 405 (no such method).

        Whatever answers GET answers HEAD: the same without a body (RFC 9110).
        """
        methods, in_braces = self._at(path)
        operation = methods.get("GET" if method == "HEAD" else method)
        if operation is None:
            raise _method_not_allowed(method, methods)
        return operation, in_braces

    def methods_at(self, path: str) -> Mapping[str, Operation]:
        """The operations at a path, by their methods. Raises Problem (404)."""
        return self._at(path)[0]

    def _at(self, path: str) -> tuple[_Methods, dict[str, str]]:
        beginning, last_word = _beginning(path), path.rpartition("/")[2]
        for pattern, methods in (*self._paths.get((beginning, last_word), ()), *self._paths.get((beginning, _ANY), ())):
            match = pattern.fullmatch(path)
            if match is not None:
                return methods, match.groupdict()
        raise Problem(404, "PATH_UNKNOWN", f"nothing answers at {path[:200]!r}; /docs tells what does")


def allowed_methods(methods: Collection[str]) -> list[str]:
    """The methods that a path answers, where it has these: HEAD beside GET, and OPTIONS at all."""
    return sorted({*methods, "OPTIONS", *(("HEAD",) if "GET" in methods else ())})


def path_words(api: Api) -> set[str]:
    """The words that follow a name in a path: what a name holds after a slash cannot be one of them."""
    return {word for operation in api.operations for word in re.findall(r"/([a-z-]+)", operation.path.partition("}")[2])}


def _name_with_slashes(words: Iterable[str]) -> str:
    """A pattern for a name that may hold slashes (J1/3), whose parts after the first are none of the words of paths."""
    return rf"{_NAME}(?:/(?!(?:{'|'.join(sorted(words))})(?:/|$)){_NAME})*"


def _beginning(path: str) -> str:
    return "/".join(path.split("/", 3)[:3])


def _method_not_allowed(method: str, methods: _Methods) -> Problem:
    names = ", ".join(allowed_methods(methods))
    return Problem(405, "METHOD_NOT_ALLOWED", f"{method[:20]} does nothing here; {names} do", headers={"Allow": names})
