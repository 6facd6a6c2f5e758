"""A clock that jumps ahead is not believed; one that is right again, or that somebody has looked at, is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chassis.days import instant_of
from chassis.runtime.machine_clock import TOLERANCE, MachineClock

SECOND, DAY = 1_000_000, 86_400_000_000
START = 1_790_000_000 * SECOND


class Machine:
    """Two clocks: one that goes on, and one that people set."""

    def __init__(self) -> None:
        self.gone_by = 0
        self.set_by = 0
        self.clock = MachineClock(lambda: START + self.gone_by + self.set_by, lambda: 5 * SECOND + self.gone_by)

    def after(self, gone_by: int, *, set_by: int = 0) -> int:
        """What the clock says, from the start, after so much time and a setting of the machine's clock."""
        self.gone_by += gone_by
        self.set_by += set_by
        return self.clock.microseconds() - START


def test_it_says_what_the_machines_clock_says() -> None:
    machine = Machine()
    assert machine.after(3 * SECOND) == 3 * SECOND
    assert machine.clock.now() == instant_of(START + 3 * SECOND)
    assert machine.clock.jump == timedelta()


@pytest.mark.parametrize("jump", [TOLERANCE + 1, 2 * DAY, 400 * DAY])
def test_a_jump_ahead_is_not_followed_however_long_it_lasts(jump: int) -> None:
    machine = Machine()
    assert machine.after(SECOND, set_by=jump) == SECOND
    assert machine.after(3 * DAY) == 3 * DAY + SECOND
    assert machine.clock.jump == timedelta(microseconds=jump)


def test_a_clock_that_is_right_again_is_believed_again() -> None:
    machine = Machine()
    machine.after(SECOND, set_by=2 * DAY)
    assert machine.after(SECOND, set_by=-2 * DAY) == 2 * SECOND
    assert machine.clock.jump == timedelta()


def test_a_jump_that_somebody_confirms_is_followed() -> None:
    machine = Machine()
    machine.after(SECOND, set_by=2 * DAY)
    machine.clock.confirm()
    assert machine.after(SECOND) == 2 * DAY + 2 * SECOND
    assert machine.clock.jump == timedelta()


def test_a_clock_that_is_set_back_is_followed_and_a_jump_from_there_is_not() -> None:
    machine = Machine()
    assert machine.after(SECOND, set_by=-DAY) == SECOND - DAY
    assert machine.after(SECOND, set_by=DAY) == 2 * SECOND - DAY


@pytest.mark.parametrize("minutes", [1, 60, 60 * 24 * 365])
def test_a_clock_that_is_set_on_little_by_little_is_followed(minutes: int) -> None:
    machine = Machine()
    for _ in range(3):
        assert machine.after(minutes * 60 * SECOND, set_by=SECOND) == machine.gone_by + machine.set_by


def test_many_small_jumps_within_a_minute_are_one() -> None:
    machine = Machine()
    readings = [machine.after(SECOND, set_by=10 * SECOND) for _ in range(10)]
    assert readings[-1] - readings[-2] == SECOND
    assert machine.clock.jump > timedelta()
