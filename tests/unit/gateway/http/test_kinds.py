"""Bodies of one of several kinds."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import ValidationError

from gateway.http import Body, ByPresence, ByWord, OneOf, problem_of_validation


class Circle(Body):
    shape: Literal["circle"]
    radius: float


class Path(Body):
    shape: Literal["path"]
    path: list[float]


class Shape(OneOf):
    root: Annotated[Circle | Path, ByWord("shape")]


class Value(Body):
    value: float
    unit: str = ""


class Abstention(Body):
    abstention: str


class Report(OneOf):
    root: Annotated[Value | Abstention, ByPresence()]


class Drawing(Body):
    shapes: list[Shape]
    reports: list[Report]


def errors(model: type[Body | OneOf], json: str) -> dict[str, str]:
    with pytest.raises(ValidationError) as caught:
        model.model_validate_json(json)
    return dict(problem_of_validation(caught.value, "body", {}).errors)


def test_the_word_or_the_field_that_is_there_decides_what_it_is() -> None:
    assert Shape.model_validate_json('{"shape": "circle", "radius": 1}').root == Circle(shape="circle", radius=1)
    assert Report.model_validate_json('{"abstention": "why"}').root == Abstention(abstention="why")


@pytest.mark.parametrize(
    ("json", "told"),
    [
        ("{}", {"shape": "is missing; it must be one of circle, path"}),
        ('{"shape": "square"}', {"shape": "must be one of circle, path; got 'square'"}),
        ('{"shape": 7}', {"shape": "must be one of circle, path; got 7"}),
        ("7", {"body": "must be an object; got 7"}),
        ('{"shape": "circle", "radius": "far"}', {"radius": "must be a number; got 'far'"}),
        ('{"shape": "circle", "radius": 1, "path": []}', {"path": "there is no such field here"}),
        ('{"shape": "path", "path": [1, "x"]}', {"path[1]": "must be a number; got 'x'"}),
    ],
)
def test_whoever_says_a_word_reads_of_that_kind_alone(json: str, told: dict[str, str]) -> None:
    assert errors(Shape, json) == told


@pytest.mark.parametrize(
    ("json", "told"),
    [
        ("{}", {"body": "give exactly one of value and abstention"}),
        ('{"unit": "CHF"}', {"body": "give exactly one of value and abstention"}),
        ('{"value": 1, "abstention": "why"}', {"body": "give exactly one of value and abstention"}),
        ('{"value": null, "abstention": null}', {"body": "give exactly one of value and abstention"}),
        ('{"value": 1, "abstention": null}', {"abstention": "there is no such field here; leave it out"}),
        ('{"value": null, "abstention": "why"}', {"value": "there is no such field here; leave it out"}),
        ("[]", {"body": "must be an object; got []"}),
        ('{"abstention": "why", "unit": "CHF"}', {"unit": "there is no such field here"}),
    ],
)
def test_what_is_decided_by_a_field_has_exactly_one_of_them(json: str, told: dict[str, str]) -> None:
    assert errors(Report, json) == told


def test_a_fault_in_a_list_says_in_which_entry() -> None:
    json = '{"shapes": [{"shape": "circle", "radius": 1}, {"shape": "path"}, {}], "reports": [{"value": true}, {"unit": "x"}]}'
    assert list(errors(Drawing, json)) == ["shapes[1].path", "shapes[2].shape", "reports[0].value", "reports[1]"]


def test_the_document_tells_of_each_kind_by_name() -> None:
    schema: dict[str, Any] = Shape.model_json_schema()
    assert schema["oneOf"] == [{"$ref": "#/$defs/Circle"}, {"$ref": "#/$defs/Path"}]
    assert schema["discriminator"] == {"propertyName": "shape", "mapping": {"circle": "#/$defs/Circle", "path": "#/$defs/Path"}}
    assert "discriminator" not in Report.model_json_schema()


def test_kinds_that_cannot_be_told_apart_are_refused_at_once() -> None:
    with pytest.raises(TypeError, match="Literal of one word"):
        type("Wrong", (OneOf,), {"__annotations__": {"root": Annotated[Value | Abstention, ByWord("unit")]}})
    with pytest.raises(TypeError, match="one field that is needed"):
        type("Wrong", (OneOf,), {"__annotations__": {"root": Annotated[Circle | Value, ByPresence()]}})
