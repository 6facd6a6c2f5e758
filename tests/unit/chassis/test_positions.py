from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Refused
from chassis.eventstore import Generation, LogIdentity
from chassis.positions import Position, newest_positions, parse_positions, positions_text

POSITIONS = st.builds(
    Position,
    st.sampled_from(("goals", "checkins")),
    st.integers(0, 9999),
    st.integers(0, 10**18 - 1),
    st.integers(1, 999_999_999),
)


@given(st.lists(POSITIONS, max_size=5))
def test_positions_are_read_as_they_were_written(positions: list[Position]) -> None:
    assert parse_positions(positions_text(positions)) == tuple(positions)


def test_a_position_of_the_first_generation_is_written_as_before_there_were_generations() -> None:
    assert str(Position("checkins", 3, 1234)) == "checkins:3:1234"
    assert str(Position("checkins", 3, 1234, 2)) == "checkins:3:1234:2"


@pytest.mark.parametrize(
    "text", ["checkins:3", "checkins:3:12:0", "checkins:3:12:02", "checkins:3:12:-1", "checkins:3:12:2:1", "c:3:\u0661"]
)
def test_what_is_no_position_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="is not a position") as refused:
        parse_positions(text)
    assert refused.value.reason == "POSITION_MALFORMED"


def test_of_each_partition_the_newest_position_stands_for_the_others() -> None:
    old, new, of_a_later_generation = Position("goals", 1, 7), Position("goals", 1, 9), Position("goals", 1, 8, 2)
    other = Position("goals", 2, 1)
    assert newest_positions([new, other, old]) == (new, other)
    assert newest_positions([of_a_later_generation, new]) == (of_a_later_generation,)


def began(*first_positions: int) -> LogIdentity:
    return LogIdentity(b"log", tuple(Generation(number, first, 0, "") for number, first in enumerate(first_positions, 1)))


def test_the_generation_of_a_position_is_the_newest_that_begins_there_or_before() -> None:
    identity = began(1, 58, 58, 90)
    assert [identity.generation_of(position) for position in (0, 1, 57, 58, 89, 90, 1000)] == [1, 1, 1, 3, 3, 4, 4]
    assert identity.generation == 4


def test_a_position_is_lost_when_a_later_generation_begins_at_it_or_before() -> None:
    identity = began(1, 58)
    assert not identity.has_lost(Position("goals", 0, 57))
    assert identity.has_lost(Position("goals", 0, 58))
    assert not identity.has_lost(Position("goals", 0, 58, 2))
    assert not identity.has_lost(Position("goals", 0, 58, 3))
