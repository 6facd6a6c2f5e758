"""What a service's refusal is to somebody who speaks HTTP: the one table from kinds of refusal to statuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chassis.errors import Kind, Refused
from chassis.rpc import InvalidRequest
from gateway.http import Problem

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
_MESSAGES_OF_REQUESTS: Final = ("check_in.",)
"""Parts of a field's path that REST callers do not know: their bodies are flat where a service's request holds a message."""


def problem_of_refusal(refused: Refused) -> Problem:
    """The problem that a refusal is."""
    if refused.reason == "UNAVAILABLE":  # of the transport, whose words may name addresses, which are nobody's business outside
        return Problem(503, refused.reason, "a service that this needs does not answer now; send the same request again")
    status = STATUSES_BY_REASON.get(refused.reason, STATUSES[refused.kind])
    if isinstance(refused, InvalidRequest):
        errors = [(_field_of_the_body(field), message) for field, message in refused.violations]
    else:
        errors = [(_field_of_the_body(refused.field), refused.message)] if refused.field else []
    return Problem(status, refused.reason, refused.message, errors)


def problem_of(error: Exception) -> Problem | None:
    """The problem that an exception is; None: it is a defect."""
    return problem_of_refusal(error) if isinstance(error, Refused) else None


def _field_of_the_body(field: str) -> str:
    for message in _MESSAGES_OF_REQUESTS:
        field = field.removeprefix(message)
    return field
