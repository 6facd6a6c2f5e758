"""How the gateway says no: RFC 9457 problems, and the one table from kinds of refusal to HTTP statuses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

import orjson
from pydantic import ValidationError
from starlette.responses import Response

from chassis.errors import Kind, Refused
from chassis.rpc import InvalidRequest
from gateway.fields import PATTERNS, Answer

MEDIA_TYPE: Final = "application/problem+json"

STATUSES: Final[Mapping[Kind, int]] = {
    Kind.INVALID: 422,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.UNKNOWN: 404,
    Kind.TAKEN: 409,
    Kind.REFUSED: 409,
    Kind.STALE: 412,
    Kind.BUSY: 429,
    Kind.UNAVAILABLE: 503,
}
"""Which status a refusal has."""

STATUSES_BY_REASON: Final[Mapping[str, int]] = {"IDEMPOTENCY_KEY_REUSED": 422}
"""Reasons whose status is not that of their kind."""

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
    422: "The request holds a wrong value",
    429: "Too much at once",
    500: "Something went wrong here",
    503: "Something that this needs does not answer now",
}
"""Every status that a problem can have, and its title."""

_RETRY_AFTER: Final = {429: b"1", 503: b"1"}
_MESSAGE_PREFIXES: Final = ("check_in.",)  # names of messages that REST callers do not see


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
    """A problem that the gateway itself found. `headers` are those of its answer beside, or instead of, what its status brings."""

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
        self.headers: Final = headers

    def answer(self, correlation_id: str) -> Response:
        """The problem as a response."""
        document = {
            "type": f"urn:cairn:problem:{self.reason.lower().replace('_', '-')}",
            "title": TITLES[self.status],
            "status": self.status,
            "detail": self.detail,
            "reason": self.reason,
            "errors": [{"field": field, "message": message} for field, message in self.errors],
            "correlation_id": correlation_id,
        }
        response = Response(orjson.dumps(document), self.status, media_type=MEDIA_TYPE)
        if self.status in _RETRY_AFTER:
            response.headers["Retry-After"] = _RETRY_AFTER[self.status].decode()
        if self.status == 401:
            response.headers["WWW-Authenticate"] = 'Bearer realm="cairn", error="invalid_token"'
        response.headers.update(self.headers)
        return response


def malformed(reason: str, detail: str, field: str) -> Problem:
    """A request that cannot be read at all."""
    return Problem(400, reason, detail, [(field, detail)])


def of_refusal(refused: Refused) -> Problem:
    """The problem that a refusal is to somebody who speaks HTTP."""
    if refused.reason == "UNAVAILABLE":  # of the transport: what it says names addresses, which are nobody's business outside
        return Problem(503, refused.reason, "a service that this needs does not answer now; send the same request again")
    status = STATUSES_BY_REASON.get(refused.reason, STATUSES[refused.kind])
    if isinstance(refused, InvalidRequest):
        errors = [(_rest_name(field), message) for field, message in refused.violations]
    else:
        errors = [(_rest_name(refused.field), refused.message)] if refused.field else []
    return Problem(status, refused.reason, refused.message, errors)


def of_validation(error: ValidationError, where: str) -> Problem:
    """The problem that a body or a query is that does not fit its model."""
    faults = error.errors(include_url=False)
    if faults[0]["type"] == "json_invalid":
        return malformed("JSON_MALFORMED", f"the {where} is not JSON: {faults[0]['msg']}", where)
    errors = [(".".join(map(str, fault["loc"])) or where, _told(fault)) for fault in faults[:50]]
    return Problem(422, "INVALID_ARGUMENT", "; ".join(f"{field}: {message}" for field, message in errors[:5]), errors)


def _told(fault: Mapping[str, Any]) -> str:
    if fault["type"] == "extra_forbidden":
        return "there is no such field here"
    if fault["type"] == "missing":
        return "is missing"
    message = str(fault["msg"]).removeprefix("Value error, ")
    if fault["type"] == "string_pattern_mismatch":
        message = f"must be {PATTERNS[fault['ctx']['pattern']]}"
    if isinstance(fault["input"], dict | list):
        return message
    given = repr(fault["input"])
    return f"{message}; got {given if len(given) <= 60 else given[:60] + '…'}"


def _rest_name(field: str) -> str:
    for prefix in _MESSAGE_PREFIXES:
        field = field.removeprefix(prefix)
    return field
