"""A cell that is written is read as what it was; none is a formula."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.days import day_of
from gateway.exporting.cells import OnDay, listed, names_listed, rows_text, text_of
from gateway.importing import cell_values
from gateway.importing.lists import milestones_in, names_in, owners_in
from gateway.importing.plan import Milestone, Owner
from gateway.importing.tables import Row, read_table
from shared.cells import neutralised, plain
from shared.tables import CHANGES

LINES = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20).map(str.strip)
NAMES = LINES.filter(bool)


def row_of(value: str | float | OnDay) -> Row:
    (row,) = read_table(CHANGES, rows_text(CHANGES, [{"ref": "A", "value": value}], header=True).encode(), ("ref",)).rows
    return row


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@ann", "'=1", "''-x"])
def test_a_text_that_begins_like_a_formula_bears_an_apostrophe(text: str) -> None:
    assert text_of(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "plain", "'quoted'", "1+1", "a=b"])
def test_every_other_text_stands_as_it_is(text: str) -> None:
    assert text_of(text) == text


@pytest.mark.parametrize(("cell", "written"), [(-5.0, "-5"), (-0.25, "-0.25"), (OnDay(0), "1970-01-01"), (None, "")])
def test_numbers_and_days_bear_none(cell: float | OnDay | None, written: str) -> None:
    assert text_of(cell) == written


@given(st.text(st.sampled_from("'=+-@a"), max_size=8))
def test_exactly_what_was_put_before_a_text_is_taken_away(text: str) -> None:
    assert plain(neutralised(text)) == text


@given(LINES)
def test_a_text_is_read_as_it_was_written(text: str) -> None:
    assert row_of(text).cell("value") == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_read_as_it_was_written(number: float) -> None:
    assert cell_values.number(row_of(number), "value") == number


@given(st.dates())
def test_a_day_is_read_as_it_was_written(day: date) -> None:
    assert cell_values.day(row_of(OnDay(day_of(day))), "value") == day


@given(st.lists(NAMES, min_size=2, max_size=4))
def test_names_are_read_as_they_were_listed(names: list[str]) -> None:
    assert names_in(row_of(names_listed(names)), "value") == tuple(names)


@pytest.mark.parametrize("names", [["NA"], ["-"], ["a\\", "b"], ["a\\;b", "c:d"]])
def test_names_that_look_like_an_empty_cell_or_like_what_parts_them_are_read_as_they_were(names: list[str]) -> None:
    assert names_in(row_of(names_listed(names)), "value") == tuple(names)


SHARES = st.none() | st.floats(0, 1e6)


@given(st.lists(st.builds(Owner, NAMES, SHARES), min_size=2, max_size=3))
def test_owners_are_read_as_they_were_listed(owners: list[Owner]) -> None:
    assert owners_in(row_of(listed((one.person, one.share) for one in owners)), "value") == tuple(owners)


@given(st.lists(st.builds(Milestone, NAMES, st.floats(0, 1e6), st.none() | st.dates()), min_size=1, max_size=3))
def test_milestones_are_read_as_they_were_listed(milestones: list[Milestone]) -> None:
    told = listed((one.title, one.weight, None if one.due_day is None else OnDay(day_of(one.due_day))) for one in milestones)
    assert milestones_in(row_of(told), "value") == tuple(milestones)
