"""What a service refuses, as HTTP says it."""

from __future__ import annotations

import json

import pytest

from chassis.errors import Kind, Refused
from chassis.rpc import InvalidRequest
from gateway.backends import problem_of_refusal
from gateway.backends.refusals import STATUSES
from gateway.http.problems import TITLES


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_problem_of_refusal_has_a_status_with_a_title(kind: Kind) -> None:
    assert STATUSES[kind] in TITLES


def test_a_refusal_keeps_its_reason_its_words_and_its_field() -> None:
    problem = problem_of_refusal(Refused("CHECK_IN_UNKNOWN", "no such check-in", kind=Kind.UNKNOWN, field="check_in.value"))
    document = json.loads(bytes(problem.response("cairn", "c-1").body))
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
    assert problem_of_refusal(Refused("IDEMPOTENCY_KEY_REUSED", "…")).status == 422


def test_every_wrong_field_is_named() -> None:
    assert problem_of_refusal(InvalidRequest([("title", "too long"), ("weight", "below zero")])).errors == (
        ("title", "too long"),
        ("weight", "below zero"),
    )


def test_what_the_transport_says_of_addresses_stays_inside() -> None:
    problem = problem_of_refusal(Refused("UNAVAILABLE", "connect to 10.0.0.7:8602 failed", kind=Kind.UNAVAILABLE))
    response = problem.response("cairn", "c-1")
    assert b"10.0.0.7" not in response.body
    assert (response.status_code, response.headers["Retry-After"]) == (503, "1")
