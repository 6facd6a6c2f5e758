"""Since when a list is told what has changed, where one log tells all of it."""

from __future__ import annotations

from typing import Final

import pytest

from chassis.errors import Refused
from chassis.eventstore import Generation, LogIdentity, Since, since_positions
from chassis.positions import Position
from tests.support.events import an_id

RESTORED: Final = LogIdentity(an_id("log"), (Generation(1, 1, 0, ""), Generation(2, 50, 0, "restored")))


def test_each_partition_is_followed_from_the_newest_position_that_is_named_of_it() -> None:
    since = since_positions("goals", [Position("goals", 0, 7), Position("goals", 0, 5), Position("checkins", 1, 900)], RESTORED)
    for position, told in ((Position("goals", 0, 7), False), (Position("goals", 0, 8), True), (Position("goals", 1, 1), True)):
        assert since.told_of(position, recorded_at=0) is told


def test_an_instant_is_followed_by_when_something_was_recorded() -> None:
    since = Since(instant=1000)
    assert [since.told_of(Position("goals", 0, 1), recorded_at) for recorded_at in (999, 1000)] == [False, True]


def test_positions_that_a_restore_took_back_are_outdated_and_older_ones_are_not() -> None:
    since_positions("goals", [Position("goals", 0, 49), Position("goals", 0, 50, 2)], RESTORED)
    with pytest.raises(Refused) as refused:
        since_positions("goals", [Position("goals", 0, 50)], RESTORED)
    assert (refused.value.reason, refused.value.field) == ("CHANGED_SINCE_OUTDATED", "changed_since")
