"""What goes wrong, as HTTP says it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args, get_origin

import pytest
from pydantic import Field, ValidationError

from gateway import http
from gateway.http import Body, OneOf, Problem, problem_of_validation
from gateway.http.problems import TITLES
from gateway.routes.new_key_results import NewKeyResult
from gateway.routes.table import API
from gateway.schemas.check_ins import CheckIn
from gateway.schemas.fields import PATTERN_WORDS, TENANT


def test_who_is_nobody_is_told_how_to_say_who_they_are() -> None:
    assert Problem(401, "TOKEN_MISSING", "…").response("cairn", "c-1").headers["WWW-Authenticate"].startswith("Bearer")


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
        (b'{"milestones_done": [0]}', 422, "milestones_done[0]"),
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
    problem = problem_of_validation(error.value, "body", PATTERN_WORDS)
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
    asked_for = [model for operation in API.operations for model in (operation.body, operation.query) if model is not None]
    found = {pattern for model in asked_for for pattern in patterns(model.model_json_schema())}
    assert found == set(PATTERN_WORDS)

    class Named(Body):
        name: Annotated[str, Field(pattern=TENANT)]

    with pytest.raises(ValidationError) as caught:
        Named.model_validate_json('{"name": "t-S", "colour": "red"}')
    problem = problem_of_validation(caught.value, "body", PATTERN_WORDS)
    assert problem.errors == (
        ("name", "must be of lower-case letters, digits and hyphens, no hyphen first; got 't-S'"),
        ("colour", "there is no such field here"),
    )
    with pytest.raises(ValidationError) as caught:
        Named.model_validate_json("{}")
    assert problem_of_validation(caught.value, "body", PATTERN_WORDS).errors == (("name", "is missing"),)


LIBRARY: Final = re.compile(r"[Ii]nput|String should|Value error|does not fit here|\bNone\b|valid (list|dict)")
A_PLACE: Final = re.compile(r"[a-z_]+(\[\d+\])?(\.[a-z_]+(\[\d+\])?)*")


@pytest.mark.parametrize("model", dict.fromkeys(operation.body for operation in API.operations if operation.body is not None))
@pytest.mark.parametrize(
    "value", [None, True, 1.5, -1, 10**30, "", "\x00", "x" * 5000, [], ["x"] * 3000, {}, {"x": 1}, "2026-01-31T12:00:00"]
)
def test_no_sentence_of_a_library_is_passed_on(model: type[Body | OneOf], value: Any) -> None:
    for kind in get_args(model.model_fields["root"].annotation) if issubclass(model, OneOf) else (model,):
        said = {name: get_args(field.annotation)[0] for name, field in kind.model_fields.items() if get_origin(field.annotation) is Literal}
        for sent in (value, *({**said, field: value} for field in kind.model_fields)):
            try:
                model.model_validate_json(json.dumps(sent))
            except ValidationError as error:
                told = problem_of_validation(error, "body", PATTERN_WORDS)
                for field, message in told.errors:
                    assert not LIBRARY.search(message), message
                    assert A_PLACE.fullmatch(field), field


def test_what_is_no_json_is_told_where() -> None:
    with pytest.raises(ValidationError) as caught:
        CheckIn.model_validate_json(b'{"value": }')
    problem = problem_of_validation(caught.value, "body", PATTERN_WORDS)
    assert problem.detail == "the body is not JSON: line 1, column 11 cannot be read as JSON"


def test_every_status_that_a_problem_is_raised_with_has_a_title() -> None:
    services = Path(http.__file__).parents[1]
    calls = [call for source in services.rglob("*.py") for call in ast.walk(ast.parse(source.read_text())) if isinstance(call, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Problem" and call.args]
    statuses = {call.args[0].value for call in named if isinstance(call.args[0], ast.Constant)}
    assert {404, 408, 413} <= statuses <= TITLES.keys()


@pytest.mark.parametrize(
    ("owner", "says"),
    [
        ({"person": "zoe", "share": -1}, "owners[0].share: must be 0.0 or more; got -1"),
        ({"person": "zoe", "part": 1}, "owners[0].part: there is no such field here"),
        ({"share": 1}, "owners[0].person: is missing"),
        ("", "owners[0]: must have 1 or more characters; got ''"),
    ],
)
def test_of_a_name_or_an_object_the_form_that_was_given_is_the_one_that_is_told_of(owner: Any, says: str) -> None:
    with pytest.raises(ValidationError) as refused:
        NewKeyResult.model_validate({"title": "Grow", "measure": "binary", "owners": [owner]})
    assert problem_of_validation(refused.value, "body", PATTERN_WORDS).detail == says
