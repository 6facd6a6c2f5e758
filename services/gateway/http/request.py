"""One request on its way to its operation."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from copy import copy
from typing import Final, Self, TypeVar
from urllib.parse import parse_qsl

from pydantic import ValidationError
from starlette.responses import Response

from chassis.ids import Id
from gateway.http.caching import tags_given
from gateway.http.kinds import OneOf
from gateway.http.limits import Quota
from gateway.http.models import SEPARATOR, Body, Query
from gateway.http.problems import Problem, malformed, problem_of_validation
from gateway.http.routing import Api, Operation

_IDEMPOTENCY_KEY: Final = re.compile(r"[\x21-\x7e]{1,128}")
_ETAGS_LOOK: Final = 'hand in the ETag of a GET ("4.p3Xk0aQZb1rD") or of a command ("4") as it came, quotes included'
_ETAG: Final = re.compile(r'"([1-9][0-9]{0,17})(?:\.[0-9A-Za-z_-]{1,64})?"')
"""The version of a thing's definition, and what follows it in an answer that shows more than its definition."""
_REPRESENTATION: Final = re.compile(r'(?:^|[,;\s])return\s*=\s*"?representation"?(?:[,;\s]|$)', re.IGNORECASE)
_OF_COMMANDS: Final = frozenset({b"if-match", b"idempotency-key", b"prefer"})
_ACCEPTED: Final = {"PATCH": "Accept-Patch", "POST": "Accept-Post", "PUT": "Accept"}
"""By method: the header that says which media types a body may have (RFC 5789, LDP, RFC 9110)."""
MOST_PARAMETERS: Final = 100
"""Behind the question mark."""

Q = TypeVar("Q", bound=Query)


class Request:
    """What arrived, and what every operation may ask of it. A product derives its own, which knows who is asking.

    Starlette's own request finds a header by walking through all of them, which makes a request here cost a third more (decision 8).
    """

    __slots__ = (
        "address",
        "answer_headers",
        "api",
        "body",
        "correlation_id",
        "headers",
        "operation",
        "path_params",
        "query_string",
        "quotas",
    )

    def __init__(
        self,
        api: Api,
        operation: Operation,
        path_params: Mapping[str, str],
        headers: Mapping[bytes, bytes],
        query_string: bytes,
        correlation_id: Id,
    ) -> None:
        self.api = api
        self.operation = operation
        self.path_params = path_params
        """What stands in the braces of the operation's path."""
        self.correlation_id = correlation_id
        self.query_string = query_string
        self.headers = headers
        """By their names in small letters."""
        self.address = ""
        """From which the request came, as far as the server knows."""
        self.body = b""
        """The whole body, once it is read."""
        self.answer_headers: list[tuple[bytes, bytes]] = []
        """What its answer bears beside its own headers, whatever that is: cookies."""
        self.quotas: tuple[Quota, ...] = ()
        """What the caller has left of each limit; empty: nothing is limited, or it is not counted yet."""

    def header(self, name: bytes) -> str:
        """The value of a header, by its name in small letters; empty when it is not there."""
        return self.headers.get(name, b"").decode("latin-1").strip()

    async def identify(self) -> None:
        """Finds out who is asking, where only those who are known may: the product knows how. Raises Problem, or what it has for it."""

    def require_headers(self) -> None:
        """Raises Problem (400) unless every header that the operation heeds says something. The product may have more of them."""
        if self.operation.command:
            _ = self.idempotency_key
        if self.operation.command and self.operation.versioned:
            _ = self.expected_version
        _ = self.tags_known

    async def require_reached(self) -> None:
        """Raises Problem, or what the product has for it, where what the answer is to come after does not exist."""

    def was_refused(self, problem: Problem) -> None:
        """Hears of the problem that it is answered with; the product may want to."""

    @property
    def callers(self) -> Sequence[Hashable]:
        """Who is asking, once it is known, as each kind of caller that is counted: the person, and their tenant."""
        raise Problem(401, "CALLER_UNKNOWN", "nobody is known here")

    @property
    def account(self) -> Hashable:
        """Whose requests are counted together, as far as it is known: those of people who have not signed in are."""
        return None

    @property
    def tags_known(self) -> list[str]:
        """The entity tags of answers that the caller has (`If-None-Match`). Raises Problem (400)."""
        return tags_given(self.header(b"if-none-match")) if b"if-none-match" in self.headers else []

    @property
    def wants_representation(self) -> bool:
        """Whether the caller prefers the resource to what a command answers (`Prefer`, RFC 7240)."""
        return self.operation.command and _REPRESENTATION.search(self.header(b"prefer")) is not None

    def asking(self, operation: Operation, path_params: Mapping[str, str]) -> Self:
        """The question for what a command was about, as asked by whoever gave the command."""
        question = copy(self)
        question.operation, question.path_params = operation, path_params
        question.headers = {name: value for name, value in self.headers.items() if name not in _OF_COMMANDS}
        question.query_string, question.body = b"", b""
        return question

    def comes_after(self, done: Response) -> None:
        """Hears of the answer to the command that it asks about; the product may have to wait for what was done."""

    @property
    def expected_version(self) -> int:
        """The version that the caller decided on (`If-Match`); 0: whatever it is. Raises Problem (400)."""
        text = self.header(b"if-match") if b"if-match" in self.headers else "*"
        if text == "*":
            return 0
        match = _ETAG.fullmatch(text)
        if match is None:
            raise malformed("IF_MATCH_MALFORMED", f"{text[:60]!r} is not an ETag of ours; {_ETAGS_LOOK}", "If-Match")
        return int(match[1])

    @property
    def idempotency_key(self) -> str:
        """The caller's name for this very request (`Idempotency-Key`); empty: none. Raises Problem (400)."""
        if b"idempotency-key" not in self.headers:
            return ""
        key = self.header(b"idempotency-key")
        if not _IDEMPOTENCY_KEY.fullmatch(key):
            raise malformed("IDEMPOTENCY_KEY_MALFORMED", "a key has 1 to 128 visible ASCII characters and no space", "Idempotency-Key")
        return key

    def query(self, model: type[Q]) -> Q:
        """The parameters behind the question mark. Raises Problem (400, 422) when they do not fit."""
        try:
            query = self.query_string.decode("ascii")
            pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
        except ValueError:
            wrong = f"the query is not UTF-8 in percent-encoding, or has over {MOST_PARAMETERS} parameters"
            raise malformed("QUERY_MALFORMED", wrong, "query") from None
        parameters: dict[str, str] = {}
        for name, value in pairs:
            if name in parameters and not model.may_repeat(name):
                detail = f"{name[:60]} is given more than once; give it once"
                raise Problem(422, "INVALID_ARGUMENT", detail, [(name[:60], detail)])
            parameters[name] = f"{parameters[name]}{SEPARATOR}{value}" if name in parameters else value
        try:
            return model.model_validate_strings(parameters)
        except ValidationError as error:
            raise problem_of_validation(error, "query", self.api.pattern_words) from None

    @property
    def media_type(self) -> str:
        """What the body says that it is."""
        return self.header(b"content-type").partition(";")[0].rstrip().lower()

    def require_no_body(self) -> None:
        """Raises Problem (400) for a body where none has an effect; an empty object says nothing, and may stand."""
        is_announced = self.headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in self.headers
        if is_announced if self.operation.method == "GET" else self.body.strip() not in (b"", b"{}"):
            raise malformed("BODY_UNUSED", "a body has no effect here; leave it out", "body")

    def body_as(self, model: type[Body | OneOf]) -> Body:
        """The body, of whichever kind it is. Raises Problem: 415 when it is of another type than JSON, 400 and 422 when it does not fit."""
        if not self.body and self.operation.body_optional and issubclass(model, Body):
            return model()
        if self.media_type not in self.operation.json_types:
            wanted = (*self.operation.json_types, *self.operation.other_bodies)
            detail = f"the body must be {' or '.join(wanted)}, this one is {self.media_type[:60] or 'of no stated type'}"
            raise Problem(415, "NOT_JSON", detail, headers={_ACCEPTED[self.operation.method]: ", ".join(wanted)})
        try:
            body = model.model_validate_json(self.body)
        except ValidationError as error:
            raise problem_of_validation(error, "body", self.api.pattern_words) from None
        return body.root if isinstance(body, OneOf) else body
