"""What a service answers, written as the JSON that the API promises."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from math import nan
from typing import Annotated

import pytest
from google.protobuf.descriptor import FieldDescriptor

import gateway.routes
import gateway.schemas
from cairn.directory.v1 import service_pb2 as directory_pb2
from cairn.progress.v1 import service_pb2 as progress_pb2
from chassis.ids import id_text
from gateway.http import Answer
from gateway.schemas.mapping import JsonMapping, read
from gateway.schemas.objectives import KEY_RESULT, of_its_measure
from gateway.schemas.trees import tree_objectives
from tests.support.fake_services import AN_ID, plausible


def mappings() -> Iterator[JsonMapping]:
    """Every mapping of the gateway."""
    for package in (gateway.schemas, gateway.routes):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            yield from (found for found in vars(importlib.import_module(module.name)).values() if isinstance(found, JsonMapping))


PEOPLE = {AN_ID: {"id": id_text(AN_ID), "handle": "ann", "name": "Ann"}}
MAPPINGS = {mapping.model.__name__: mapping for mapping in mappings()}
OF_MESSAGES = sorted(name for name, mapping in MAPPINGS.items() if not mapping.message.__name__.endswith("Columns"))
ENUM_FIELDS = [
    (name, field.name, value.number)
    for name in OF_MESSAGES
    for field in MAPPINGS[name].message.DESCRIPTOR.fields
    if field.type == FieldDescriptor.TYPE_ENUM and field.enum_type is not None
    for value in field.enum_type.values
    if value.number
]


@pytest.mark.parametrize("name", OF_MESSAGES)
def test_what_is_written_fits_the_model_that_the_document_promises(name: str) -> None:
    mapping = MAPPINGS[name]
    written = mapping.json(plausible(mapping.message()), PEOPLE)
    added = set(mapping.model.model_fields) - set(written)
    mapping.model.model_validate({**written, **{name: "progress" if name == "service" else None for name in added}})


@pytest.mark.parametrize(("name", "field", "value"), ENUM_FIELDS)
def test_every_value_of_an_enum_that_the_api_shows_is_a_word_of_the_document(name: str, field: str, value: int) -> None:
    mapping = MAPPINGS[name]
    message = plausible(mapping.message())
    if mapping.message.DESCRIPTOR.fields_by_name[field].is_repeated:
        getattr(message, field)[:] = [value]
    else:
        setattr(message, field, value)
    written = mapping.json(message, PEOPLE)
    added = set(mapping.model.model_fields) - set(written)
    mapping.model.model_validate({**written, **{name: "progress" if name == "service" else None for name in added}})


@pytest.mark.parametrize("measure", [number for number in progress_pb2.Measure.values() if number])
def test_a_tree_shows_every_measure(measure: progress_pb2.Measure.ValueType) -> None:
    tree = plausible(progress_pb2.GetTreeResponse())
    tree.key_results.measure[:] = [measure]
    (objective,) = tree_objectives(tree, PEOPLE)
    assert progress_pb2.Measure.Name(measure) == f"MEASURE_{objective['key_results'][0]['measure'].upper()}"


def test_only_what_goes_a_way_has_a_start_and_a_target() -> None:
    shown = {
        number: KEY_RESULT.json(progress_pb2.KeyResult(key_result_id=AN_ID, objective_id=AN_ID, measure=number, start=1, target=3))
        for number in progress_pb2.Measure.values()
        if number
    }
    assert {number for number, json in shown.items() if json["start"] is not None} == {
        progress_pb2.MEASURE_METRIC,
        progress_pb2.MEASURE_BASELINE,
        progress_pb2.MEASURE_SUM,
    }
    assert (shown[progress_pb2.MEASURE_METRIC]["start"], shown[progress_pb2.MEASURE_METRIC]["target"]) == (1, 3)


def test_what_is_not_there_is_null_in_a_message_and_in_columns() -> None:
    alone = KEY_RESULT.json(progress_pb2.KeyResult(key_result_id=AN_ID, objective_id=AN_ID, measure=progress_pb2.MEASURE_BINARY))
    tree = plausible(progress_pb2.GetTreeResponse())
    for column in (tree.key_results.value, tree.key_results.progress, tree.key_results.grade):
        column[:] = [nan]
    in_tree = tree_objectives(tree, PEOPLE)[0]["key_results"][0]
    for name in ("value", "progress", "grade"):
        assert alone[name] is None
        assert in_tree[name] is None


def test_a_field_that_the_message_does_not_have_ends_the_start() -> None:
    class Person(Answer):
        shoe_size: Annotated[int, read("shoe_size")]

    with pytest.raises(ValueError, match="shoe_size"):
        JsonMapping(Person, directory_pb2.Person)


def test_fields_of_another_measure_are_null_and_a_value_has_six_digits_where_it_is_a_mean_of_parts() -> None:
    metric = {"measure": "metric", "milestones": [], "feeds": [], "value": 1 / 3}
    assert of_its_measure({**metric, "parts": []}) == {**metric, "milestones": None, "feeds": None, "parts": []}
    assert of_its_measure({**metric, "parts": [{"value": 1 / 3}]})["value"] == 0.333333
    assert of_its_measure({**metric, "measure": "binary", "parts": []})["parts"] is None
