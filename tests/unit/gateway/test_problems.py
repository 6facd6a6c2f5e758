"""What goes wrong, as HTTP says it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from pydantic import Field, ValidationError

from chassis.errors import Kind, Refused
from chassis.rpc import InvalidRequest
from gateway.fields import PATTERNS, TENANT, Body
from gateway.problems import STATUSES, TITLES, Problem, of_refusal, of_validation
from gateway.routes.check_ins import CheckIn
from gateway.routes.table import RESOURCES


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_of_refusal_has_a_status_with_a_title(kind: Kind) -> None:
    assert STATUSES[kind] in TITLES


def test_a_refusal_keeps_its_reason_its_words_and_its_field() -> None:
    problem = of_refusal(Refused("CHECK_IN_UNKNOWN", "no such check-in", kind=Kind.UNKNOWN, field="check_in.value"))
    document = json.loads(bytes(problem.answer("c-1").body))
    assert document == {
        "type": "urn:cairn:problem:check-in-unknown",
        "title": "There is no such thing",
        "status": 404,
        "detail": "no such check-in",
        "reason": "CHECK_IN_UNKNOWN",
        "errors": [{"field": "value", "message": "no such check-in"}],
        "correlation_id": "c-1",
    }


def test_an_idempotency_key_with_another_body_is_a_wrong_value_and_not_a_conflict() -> None:
    assert of_refusal(Refused("IDEMPOTENCY_KEY_REUSED", "…")).status == 422


def test_every_wrong_field_is_named() -> None:
    assert of_refusal(InvalidRequest([("title", "too long"), ("weight", "below zero")])).errors == (
        ("title", "too long"),
        ("weight", "below zero"),
    )


def test_what_the_transport_says_of_addresses_stays_inside() -> None:
    problem = of_refusal(Refused("UNAVAILABLE", "connect to 10.0.0.7:8602 failed", kind=Kind.UNAVAILABLE))
    response = problem.answer("c-1")
    assert b"10.0.0.7" not in response.body
    assert (response.status_code, response.headers["Retry-After"]) == (503, "1")


def test_who_is_nobody_is_told_how_to_say_who_they_are() -> None:
    assert Problem(401, "TOKEN_MISSING", "…").answer("c-1").headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"", 400, "body"),
        (b"{", 400, "body"),
        (b'{"value": 1', 400, "body"),
        (b'{"comment": "\xff"}', 400, "body"),
        (b'{"comment": "\\ud800"}', 400, "body"),
        (b"[" * 100_000, 400, "body"),
        (b'{"value": NaN}', 422, "value"),
        (b'{"value": Infinity}', 422, "value"),
        (b'{"value": -1e999}', 422, "value"),
        (b'{"value": "1"}', 422, "value"),
        (b'{"value": true}', 422, "value"),
        (b'{"value": 1, "as_of": "2026-02-30"}', 422, "as_of"),
        (b'{"value": 1, "as_of": "0000-01-01"}', 422, "as_of"),
        (b'{"value": 1, "as_of": "12026-01-01"}', 422, "as_of"),
        (b'{"value": 1, "as_of": 20000}', 422, "as_of"),
        (b'{"value": 1, "confidence": 11}', 422, "confidence"),
        (b'{"value": 1, "confidence": 5.5}', 422, "confidence"),
        (b'{"value": 1, "comment": "a\\u0000b"}', 422, "comment"),
        (b'{"value": 1, "colour": "red"}', 422, "colour"),
        (b'{"milestones_done": [0]}', 422, "milestones_done.0"),
        (b'{"value": 1, "abstention": "why"}', 422, "body"),
        (b"{}", 422, "body"),
        (b"null", 422, "body"),
        (b"[]", 422, "body"),
        (b'"x"', 422, "body"),
    ],
)
def test_a_body_that_does_not_fit_says_where(body: bytes, status: int, field: str) -> None:
    with pytest.raises(ValidationError) as error:
        CheckIn.model_validate_json(body)
    problem = of_validation(error.value, "body")
    assert (problem.status, problem.errors[0][0]) == (status, field)
    assert len(problem.detail) < 1000


def patterns(schema: Any) -> Iterator[str]:
    match schema:
        case dict():
            if isinstance(schema.get("pattern"), str):
                yield schema["pattern"]
            for part in schema.values():
                yield from patterns(part)
        case list():
            for part in schema:
                yield from patterns(part)


def test_whoever_sends_a_text_that_does_not_fit_reads_words_and_no_pattern() -> None:
    operations = [operation for routes in RESOURCES for operation in routes.operations]
    asked_for = [model for operation in operations for model in (operation.body, operation.query) if model is not None]
    found = {pattern for model in asked_for for pattern in patterns(model.model_json_schema())}
    assert found == set(PATTERNS)

    class Named(Body):
        name: Annotated[str, Field(pattern=TENANT)]

    with pytest.raises(ValidationError) as caught:
        Named.model_validate_json('{"name": "t-S", "colour": "red"}')
    problem = of_validation(caught.value, "body")
    assert problem.errors == (
        ("name", "must be of lower-case letters, digits and hyphens, no hyphen first; got 't-S'"),
        ("colour", "there is no such field here"),
    )
    with pytest.raises(ValidationError) as caught:
        Named.model_validate_json("{}")
    assert of_validation(caught.value, "body").errors == (("name", "is missing"),)
