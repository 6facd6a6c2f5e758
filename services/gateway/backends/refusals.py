"""What a service's refusal is to somebody who speaks HTTP: the one table from kinds of refusal to statuses."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any, Final, get_args

from chassis.errors import Kind, Refused
from chassis.rpc import InvalidRequest
from gateway.http import OneOf, Operation, Problem

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

_NOUNS: Final[Mapping[str, str]] = {
    "page_token": "cursor",
    "page_size": "limit",
    "named_person_ids": "named_people",
    "day_from": "from",
    "day_to": "to",
    "first_day": "from",
    "last_day": "to",
}
"""What REST calls otherwise, but for ids."""
_HEADERS: Final[Mapping[str, str]] = {"after": "Cairn-After", "expected_version": "If-Match", "idempotency_key": "Idempotency-Key"}
"""What REST takes in a header."""
_FLAT: Final = ("check_in", "metric", "as_of")
"""Messages in the request of a service whose fields lie flat in REST's."""
_LIST: Final = re.compile(r"\b(\w+)\.(?:person_ids|numbers|\1)\b")
"""A list in a message of its own, so that a service sees whether it was given; in REST it is the list."""


def problem_of_refusal(refused: Refused) -> Problem:
    """The problem that a refusal is."""
    if refused.reason == "UNAVAILABLE":  # of the transport, whose words may name addresses, which are nobody's business outside
        return Problem(503, refused.reason, "a service that this needs does not answer now; send the same request again")
    status = STATUSES_BY_REASON.get(refused.reason, STATUSES[refused.kind])
    if isinstance(refused, InvalidRequest):
        return Problem(status, refused.reason, refused.message, refused.violations)
    return Problem(status, refused.reason, refused.message, [(refused.field, refused.message)] if refused.field else [])


def problem_of(error: Exception, operation: Operation | None) -> Problem | None:
    """The problem that an exception is, to whoever asked for the operation; None: it is a defect."""
    if not isinstance(error, Refused):
        return None
    problem = problem_of_refusal(error)
    if operation is None:
        return problem
    named = [(field_asked(operation, field), message) for field, message in problem.errors]
    return Problem(problem.status, problem.reason, problem.detail, [(field, message) for field, message in named if field])


def field_asked(operation: Operation, field: str) -> str:
    """What a caller of the operation calls a field of the request that a service was sent; empty: it is nothing that they said.

    A service says `metric.unit`, `owner_id`, `page_token` and `after`, where REST has `unit`, `owner`, `cursor` and `Cairn-After`.
    """
    names = names_taken(operation)
    parts = _LIST.sub(r"\1", field).split(".")
    while len(parts) > 1 and parts[0] in _FLAT:
        del parts[0]
    called = [_called(part, names) for part in parts]
    return ".".join(called) if called[0].partition("[")[0] in names else _HEADERS.get(field, "")


def names_taken(operation: Operation) -> frozenset[str]:
    """What an operation takes by name: in the path, the query and the body."""
    return _names(operation.path, operation.query, operation.body)


@cache
def _names(path: str, query: Any, body: Any) -> frozenset[str]:
    if body is not None and issubclass(body, OneOf):
        kinds: tuple[Any, ...] = get_args(body.model_fields["root"].annotation)
    else:
        kinds = (body,)
    models = [model for model in (query, *kinds) if model is not None]
    taken = {field.alias or name for model in models for name, field in model.model_fields.items()}
    return frozenset(taken.union(re.findall(r"{(\w+)}", path)))


def _called(part: str, names: Collection[str]) -> str:
    """What REST calls what a service calls by an id: `owner_id` is `owner`, `contributor_ids[1]` is `contributors[1]`."""
    name, bracket, number = part.partition("[")
    noun = _NOUNS.get(name, name.removesuffix("_id").removesuffix("_ids"))
    plural = f"{noun}s" if name.endswith("_ids") and name not in _NOUNS else noun
    called = next((one for one in (name, plural, noun) if one in names), plural)
    return f"{called}{bracket}{number}"
