"""How an API says no: problems (RFC 9457), each with a stable reason, what was wrong with which value, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

import orjson
from pydantic import ValidationError
from starlette.responses import Response

from gateway.http.models import Answer

MEDIA_TYPE: Final = "application/problem+json"

TITLES: Final[Mapping[int, str]] = {
    400: "The request is malformed",
    401: "Nobody known is asking",
    403: "You may not do this",
    404: "There is no such thing",
    405: "This path has no such method",
    409: "The state of things does not allow this",
    412: "The thing has changed since you read it",
    413: "The body is too large",
    415: "The body is not JSON",
    421: "This is not called so",
    422: "The request holds a wrong value",
    429: "Too much at once",
    500: "Something went wrong here",
    503: "Something that this needs does not answer now",
}
"""Every status that a problem can have, and its title."""

_RETRY_AFTER: Final = {429: "1", 503: "1"}
"""Seconds to wait, by status, where the problem itself does not say."""
_MOST_FIELDS: Final = 50
_MOST_FIELDS_IN_DETAIL: Final = 5
_LONGEST_VALUE_SHOWN: Final = 60


class FieldError(Answer):
    """One field that is wrong."""

    field: str
    """Where it stands: a path with dots, or the name of a header."""
    message: str
    """What is wrong with it, and what would be right."""


class ProblemDocument(Answer):
    """What went wrong (RFC 9457)."""

    type: str
    """A stable URI of the reason."""
    title: str
    status: int
    detail: str
    """What was wrong, with what value, and what would be right."""
    reason: str
    """Stable and machine-readable: CHECK_IN_UNKNOWN."""
    errors: list[FieldError]
    """The fields that are wrong, where fields are."""
    correlation_id: str
    """Names this request in the logs and in the audit."""


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it so
    """Why a request is not carried out. `headers` are those of its answer beside, or instead of, what its status brings."""

    def __init__(
        self,
        status: int,
        reason: str,
        detail: str,
        errors: Iterable[tuple[str, str]] = (),
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        super().__init__(detail)
        self.status: Final = status
        self.reason: Final = reason
        self.detail: Final = detail
        self.errors: Final = tuple(errors)
        """(field, message) of each field that is wrong."""
        self.headers: Final = headers

    def response(self, namespace: str, correlation_id: str) -> Response:
        """The problem as an answer; `namespace` is the API's, in its type and as the realm of its tokens."""
        document = {
            "type": problem_type(namespace, self.reason),
            "title": TITLES[self.status],
            "status": self.status,
            "detail": self.detail,
            "reason": self.reason,
            "errors": [{"field": field, "message": message} for field, message in self.errors],
            "correlation_id": correlation_id,
        }
        response = Response(orjson.dumps(document), self.status, media_type=MEDIA_TYPE)
        if self.status in _RETRY_AFTER:
            response.headers["Retry-After"] = _RETRY_AFTER[self.status]
        if self.status == 401:
            response.headers["WWW-Authenticate"] = f'Bearer realm="{namespace}", error="invalid_token"'
        response.headers.update(self.headers)
        return response


def problem_type(namespace: str, reason: str) -> str:
    """The URI of a reason."""
    return f"urn:{namespace}:problem:{reason.lower().replace('_', '-')}"


def malformed(reason: str, detail: str, field: str) -> Problem:
    """A request that cannot be read at all (400)."""
    return Problem(400, reason, detail, [(field, detail)])


def problem_of_validation(error: ValidationError, where: str, pattern_words: Mapping[str, str]) -> Problem:
    """The problem of a body or a query that does not fit its model: 400 when it is no JSON, else 422 with every field that is wrong.

    `pattern_words` says in words what a text is that fits each pattern of the models.
    """
    faults = error.errors(include_url=False)
    if faults[0]["type"] == "json_invalid":
        return malformed("JSON_MALFORMED", f"the {where} is not JSON: {faults[0]['msg']}", where)
    errors = [(".".join(map(str, fault["loc"])) or where, _message(fault, pattern_words)) for fault in faults[:_MOST_FIELDS]]
    detail = "; ".join(f"{field}: {message}" for field, message in errors[:_MOST_FIELDS_IN_DETAIL])
    return Problem(422, "INVALID_ARGUMENT", detail, errors)


def _message(fault: Mapping[str, Any], pattern_words: Mapping[str, str]) -> str:
    if fault["type"] == "extra_forbidden":
        return "there is no such field here"
    if fault["type"] == "missing":
        return "is missing"
    message = str(fault["msg"]).removeprefix("Value error, ")
    if fault["type"] == "string_pattern_mismatch":
        message = f"must be {pattern_words[fault['ctx']['pattern']]}"
    if isinstance(fault["input"], dict | list):
        return message
    given = repr(fault["input"])
    return f"{message}; got {given if len(given) <= _LONGEST_VALUE_SHOWN else given[:_LONGEST_VALUE_SHOWN] + '…'}"
