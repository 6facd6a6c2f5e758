"""Every value of an enum of the protos, and every measure, has its word in the REST interface; one that is forgotten fails here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import pytest
from google.protobuf.descriptor import EnumDescriptor

from cairn.goals.v1.service_pb2 import DefineKeyResultRequest, DescribeKeyResultResponse
from cairn.progress.v1.service_pb2 import Measure
from progress.domain import measures
from tests.support.measures import EXAMPLES, MEASURES, REPORTED

ROOT = Path(__file__).parents[2]
DOCUMENT = json.loads((ROOT / "contracts" / "openapi" / "gateway.json").read_text())

NOT_SAID = {
    "cairn.goals.v1.ReferenceKind",
    "cairn.checkins.v1.AppreciationKind",
    "cairn.checkins.v1.RowChange",
    "cairn.directory.v1.ProfileField",
    "cairn.directory.v1.SecurityEventKind",
    *(
        f"cairn.progress.v1.{thing}Order"
        for thing in ("Objective", "KeyResult", "CheckIn", "Comment", "Kpi", "Task", "Initiative", "Milestone")
    ),
    "cairn.goals.v1.CycleOrder",
}
"""Enums of what services ask and tell each other, of events that are shown whole, or that `sort` says with a direction.

No field of the REST interface has their words.
"""


def enums() -> Iterator[EnumDescriptor]:
    for path in sorted(ROOT.glob("protos/cairn/*/v1/*.proto")):
        module = cast("Any", import_module(f"cairn.{path.parts[-3]}.v1.{path.stem}_pb2"))
        yield from module.DESCRIPTOR.enum_types_by_name.values()


ENUMS = {enum.full_name: enum for enum in enums()}


def words_of(enum: EnumDescriptor) -> frozenset[str]:
    """A value's name without that of its enum, in small letters. Zero says that nothing is said."""
    prefix = "".join(f"_{letter}" if letter.isupper() else letter.upper() for letter in enum.name).lstrip("_") + "_"
    return frozenset(value.name.removeprefix(prefix).lower() for value in enum.values if value.number)


def documented(part: Any) -> Iterator[frozenset[str]]:
    """Every list of words that the document allows somewhere."""
    if isinstance(part, dict):
        words = part.get("enum") or [part.get("const")]
        if all(isinstance(word, str) for word in words):
            yield frozenset(words)
        for inner in part.values():
            yield from documented(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from documented(inner)


@pytest.mark.parametrize("enum", [pytest.param(enum, id=name) for name, enum in ENUMS.items() if name not in NOT_SAID])
def test_every_value_of_an_enum_has_its_word(enum: EnumDescriptor) -> None:
    assert words_of(enum) in set(documented(DOCUMENT))


def test_a_measure_is_called_the_same_wherever_it_is_spoken_of() -> None:
    named = set(MEASURES)
    assert {branch.name for branch in DefineKeyResultRequest.DESCRIPTOR.oneofs_by_name["measure"].fields} == named
    assert {branch.name for branch in DescribeKeyResultResponse.DESCRIPTOR.oneofs_by_name["measure"].fields} == named
    assert words_of(Measure.DESCRIPTOR) == named
    schemas = DOCUMENT["components"]["schemas"]
    assert set(schemas["Measure"]["enum"]) == named
    assert schemas["KeyResult"]["properties"]["measure"] == {"$ref": "#/components/schemas/Measure"}
    assert schemas["NewKeyResult"]["discriminator"]["mapping"].keys() == named


def test_every_measure_has_its_formula() -> None:
    assert {(measure.name, measure.number) for measure in measures.MEASURES} == {
        (value.name.removeprefix("MEASURE_").lower(), value.number) for value in Measure.DESCRIPTOR.values if value.number
    }


def test_every_measure_is_tried_in_every_service() -> None:
    assert set(EXAMPLES) == set(REPORTED), "tests/support/measures.py lacks an example; tests/e2e/test_measures.py takes it everywhere"
