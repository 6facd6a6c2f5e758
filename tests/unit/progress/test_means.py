"""What several objectives come to, as equals, and as somebody is told it (formulas, Others: Team view; hidden)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress.domain.means import Mean, Part, mean_told

CYCLE, OTHER = b"cycle", b"other"
NUMBERS = st.floats(0, 1)
PARTS = st.lists(
    st.builds(Part, st.none() | NUMBERS, st.sampled_from([CYCLE, OTHER]), st.none() | st.sampled_from("abc"), st.booleans()), max_size=8
)


def seen(*numbers: float | None) -> list[Part]:
    return [Part(number, CYCLE, unknown=None, partly_hidden=False) for number in numbers]


def unknown(number: float | None, cycle: bytes = CYCLE, thing: str = "it") -> Part:
    return Part(number, cycle, unknown=thing, partly_hidden=False)


def test_without_anything_that_has_a_number_there_is_none() -> None:
    assert mean_told([]) == mean_told(seen(None, None)) == Mean(None, hidden=False)


@given(st.lists(NUMBERS, min_size=1, max_size=8))
def test_what_counts_counts_as_equals_in_any_order_and_what_has_no_number_counts_nothing(numbers: list[float]) -> None:
    mean = mean_told(seen(*numbers))
    assert mean.figure == pytest.approx(float(sum(map(Fraction, numbers)) / len(numbers)))
    assert mean == mean_told(seen(*reversed(numbers))) == mean_told(seen(None, *numbers, None))
    assert min(numbers) - 1e-12 <= (mean.figure or 0.0) <= max(numbers) + 1e-12


def test_exactly_one_unknown_takes_the_number_away_and_two_do_not() -> None:
    assert mean_told([*seen(0.5), unknown(1.0)]) == Mean(None, hidden=True)
    assert mean_told([*seen(0.5), unknown(1.0), unknown(0.0, thing="another")]) == Mean(0.5, hidden=True)


def test_two_numbers_that_would_tell_of_the_same_hidden_thing_are_not_told_together() -> None:
    assert mean_told([*seen(0.5), unknown(1.0), unknown(0.0)]) == Mean(None, hidden=True)


def test_an_unknown_one_without_a_number_hides_nothing() -> None:
    assert mean_told([*seen(0.5), unknown(None)]) == Mean(0.5, hidden=False)


def test_one_unknown_of_each_of_two_cycles_is_not_told_by_their_difference() -> None:
    assert mean_told([unknown(1.0), unknown(0.0, OTHER)]) == Mean(None, hidden=True)


@given(PARTS)
def test_whoever_knows_all_is_told_the_number_and_whoever_knows_one_less_never(parts: list[Part]) -> None:
    counted = [part for part in parts if part.number is not None]
    known = [part._replace(unknown=None, partly_hidden=False) for part in parts]
    assert mean_told(known).hidden is False
    assert (mean_told(known).figure is None) == (not counted)
    for n, part in enumerate(known):
        if part.number is not None:
            one_less = [*known[:n], part._replace(unknown="it"), *known[n + 1 :]]
            assert mean_told(one_less) == Mean(None, hidden=True)


@given(PARTS)
def test_that_something_is_hidden_says_never_how_much(parts: list[Part]) -> None:
    mean = mean_told(parts)
    assert mean.hidden == any(part.number is not None and (part.unknown is not None or part.partly_hidden) for part in parts)
    assert mean.figure in (None, mean_told([part._replace(unknown=None) for part in parts]).figure)
