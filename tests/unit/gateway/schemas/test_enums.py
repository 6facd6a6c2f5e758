"""Every value that a proto's enum has is a word of the API, wherever the API shows it."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import Field
from typing_extensions import TypeAliasType

from cairn.progress.v1.service_pb2 import Measure
from gateway.schemas import enums
from gateway.schemas.enums import EnumWords

WithoutGraded = TypeAliasType("WithoutGraded", Annotated[Literal["metric", "binary", "milestones"], Field(title="Measure")])
WithMore = TypeAliasType("WithMore", Annotated[Literal["metric", "binary", "milestones", "graded", "guessed"], Field(title="Measure")])
ENUMS = {name: words for name, words in vars(enums).items() if isinstance(words, EnumWords)}


@pytest.mark.parametrize("name", sorted(ENUMS))
def test_every_value_has_a_word_of_its_own_and_every_word_leads_back_to_its_value(name: str) -> None:
    words = ENUMS[name]
    assert {words.number(words.word(number)) for number in words.enum.values() if number} == {n for n in words.enum.values() if n}


def test_an_enum_with_a_value_that_the_api_has_no_word_for_ends_the_start() -> None:
    with pytest.raises(ValueError, match="graded"):
        EnumWords(Measure, WithoutGraded, "MEASURE_")


def test_a_word_that_no_value_of_the_enum_has_ends_the_start() -> None:
    with pytest.raises(ValueError, match="guessed"):
        EnumWords(Measure, WithMore, "MEASURE_")


def test_a_value_that_nobody_knows_is_no_word() -> None:
    with pytest.raises(KeyError):
        enums.MEASURES.word(99)
    with pytest.raises(KeyError):
        enums.MEASURES.word(0)


def test_what_a_service_may_leave_unset_has_a_word() -> None:
    assert enums.LEVELS.word(0) == "company"
    assert enums.LEVELS.number(None) == 0
    assert enums.LEVELS.optional_number(None) is None
