"""What a service refuses, as HTTP says it."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from chassis.errors import Kind, Refused
from chassis.rpc import InvalidRequest
from gateway.backends import problem_of_refusal
from gateway.backends.refusals import STATUSES, field_asked, names_taken, problem_of
from gateway.http import Operation
from gateway.http.problems import TITLES
from gateway.routes.table import API


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_problem_of_refusal_has_a_status_with_a_title(kind: Kind) -> None:
    assert STATUSES[kind] in TITLES


def test_a_refusal_keeps_its_reason_its_words_and_its_field() -> None:
    problem = problem_of_refusal(Refused("CHECK_IN_UNKNOWN", "no such check-in", kind=Kind.UNKNOWN, field="value"))
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


OPERATIONS: Final = {operation.name: operation for operation in API.operations}
SERVICES: Final = Path(__file__).parents[4] / "services"


def _fields_refused() -> Iterator[str]:
    """Every field that a service names in a refusal, as far as its source says it."""
    for file in SERVICES.rglob("*.py"):
        if file.relative_to(SERVICES).parts[0] in ("gateway", "cli"):
            continue
        for call in ast.walk(ast.parse(file.read_text())):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("invalid", "Refused"):
                said = [keyword.value for keyword in call.keywords if keyword.arg == "field"]
                said += call.args[:1] if call.func.id == "invalid" else []
                yield from (field.value for field in said if isinstance(field, ast.Constant) and isinstance(field.value, str))


REFUSED: Final = sorted(set(_fields_refused()))


def test_services_refuse_fields() -> None:
    assert {"owners.share", "page_token", "check_in_id"} <= set(REFUSED)


@pytest.mark.parametrize("operation", API.operations, ids=lambda operation: operation.name)
def test_a_field_that_is_refused_is_one_that_the_caller_named_or_none(operation: Operation) -> None:
    taken = names_taken(operation) | {"Cairn-After", "If-Match", "Idempotency-Key"}
    for field in REFUSED:
        for said in (field, f"{field}[3]"):
            named = field_asked(operation, said)
            assert not named or named.replace("[", ".").partition(".")[0] in taken, (field, named)


@pytest.mark.parametrize(
    ("operation", "field", "named"),
    [
        ("define_key_result", "metric.unit", "unit"),
        ("define_key_result", "owners.person_id", "owners.person"),
        ("define_key_result", "owners[1].share", "owners[1].share"),
        ("define_objective", "owner_id", "owner"),
        ("define_objective", "cycle_id", "cycle"),
        ("define_objective", "contributor_ids[2]", "contributors[2]"),
        ("define_objective", "named_person_ids[0]", "named_people[0]"),
        ("define_cycle", "enclosing_cycle_id", "enclosing_cycle"),
        ("get_tree", "page_token", "cursor"),
        ("get_tree", "as_of.known_at", "known_at"),
        ("get_objective", "after", "Cairn-After"),
        ("record_check_in", "check_in.as_of", "as_of"),
        ("record_check_ins", "check_ins[3].value", "check_ins[3].value"),
        ("correct_check_in", "check_in_id", "check_in"),
        ("close_objective", "objective_id", ""),
        ("close_cycle", "to", ""),
        ("list_events", "after", "after"),
        ("revise_objective", "contributors.person_ids[2]", "contributors[2]"),
        ("revise_key_result", "owners.owners[1].person_id", "owners[1].person"),
        ("define_key_result", "milestones.milestones[1].title", "milestones[1].title"),
        ("record_check_in", "check_in.milestones_done.numbers[1]", "milestones_done[1]"),
        ("list_check_ins", "key_result_ids[1]", "key_result[1]"),
        ("mark_read", "notification_ids[0]", "notification_ids[0]"),
    ],
)
def test_a_field_of_a_services_request_is_told_as_the_caller_calls_it(operation: str, field: str, named: str) -> None:
    assert field_asked(OPERATIONS[operation], field) == named


def test_a_problem_names_no_field_that_is_not_the_callers() -> None:
    refused = InvalidRequest([("metric.unit", "too long"), ("objective_id", "must be 16 bytes")])
    problem = problem_of(refused, OPERATIONS["define_key_result"])
    assert problem is not None
    assert problem.errors == (("unit", "too long"),)
