"""The machine's clock, held against one that nobody can set.

A clock that runs ahead, if only for a moment, does lasting harm to a log: what is recorded meanwhile lies in the future for as long as
the clock was ahead, and its days are wrong for ever. So a jump is noticed by the time that has really gone by, and not followed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from chassis.days import Microseconds, instant_of

TOLERANCE: Final[Microseconds] = 60_000_000
"""What a clock may be set on by in one minute, and how far the clocks of two machines may be apart."""

_MICROSECOND: Final = timedelta(microseconds=1)

_log = structlog.get_logger()


def wall_clock() -> Microseconds:
    """What the machine's clock says."""
    return time.time_ns() // 1_000


def steady_clock() -> Microseconds:
    """Microseconds since the machine started; they go on while it sleeps, and cannot be set."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000


class MachineClock:
    """The machine's clock as far as it can be believed.

    One that is set back is followed: what it recorded too early is named by whoever looks at the log. One that jumps ahead by more than
    `TOLERANCE` within a minute is not followed: `now` goes on with the time that has gone by, until the clock is right again or somebody
    says that it is (`confirm`). A process that starts takes the clock as it finds it.
    """

    def __init__(self, wall: Callable[[], Microseconds] = wall_clock, steady: Callable[[], Microseconds] = steady_clock) -> None:
        self._wall: Final = wall
        self._steady: Final = steady
        self._jumped = False
        self._wall_then, self._steady_then = wall(), steady()

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return instant_of(self.microseconds())

    def microseconds(self) -> Microseconds:
        """The present instant."""
        wall, steady = self._wall(), self._steady()
        expected = self._wall_then + steady - self._steady_then
        jumped = wall > expected + TOLERANCE
        if jumped != self._jumped:
            self._jumped = jumped
            _log.error("clock.jumped" if jumped else "clock.right_again", by=str((wall - expected) * _MICROSECOND))
        if jumped:
            return expected
        if wall < expected or steady - self._steady_then > TOLERANCE:
            self._wall_then, self._steady_then = wall, steady
        return wall

    def latest(self) -> Microseconds:
        """The latest instant that another machine's clock may say now, and be believed."""
        return self.microseconds() + TOLERANCE

    def jump_of(self, other: Microseconds) -> timedelta:
        """How far another machine's clock is ahead of this one, when that is more than can be believed; else nothing."""
        apart = other - self.microseconds()
        return apart * _MICROSECOND if apart > TOLERANCE else timedelta()

    @property
    def jump(self) -> timedelta:
        """How far the machine's clock is ahead of what can be believed; nothing while it is believed."""
        believed = self.microseconds()
        return max(timedelta(), (self._wall() - believed) * _MICROSECOND) if self._jumped else timedelta()

    def confirm(self) -> None:
        """Takes the machine's clock as it is now: somebody has looked at it."""
        self._wall_then, self._steady_then = self._wall(), self._steady()
