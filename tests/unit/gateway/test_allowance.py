"""One person's requests do not take everybody's time."""

from __future__ import annotations

import pytest

from chassis.calls import Identity
from chassis.ids import new_id
from gateway.allowance import Allowance, Left

ANNA = Identity(new_id(), new_id(), frozenset())
BEN = Identity(ANNA.tenant_id, new_id(), frozenset())


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr("gateway.allowance.time.monotonic", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_who_asks_too_much_at_once_is_told_to_wait_and_may_ask_again_later(clock: Clock) -> None:
    allowance = Allowance(per_second=2, burst=3)
    assert [allowance.take(ANNA) for _ in range(4)] == [
        Left(granted=True, requests=2, full_after=1, retry_after=0),
        Left(granted=True, requests=1, full_after=1, retry_after=0),
        Left(granted=True, requests=0, full_after=2, retry_after=1),
        Left(granted=False, requests=0, full_after=2, retry_after=1),
    ]
    assert allowance.take(BEN) == Left(granted=True, requests=2, full_after=1, retry_after=0)
    clock.now += 0.5
    assert [left.granted for _ in range(2) if (left := allowance.take(ANNA)) is not None] == [True, False]


def test_who_waits_as_long_as_told_may_ask_again(clock: Clock) -> None:
    allowance = Allowance(per_second=0.1, burst=1)
    allowance.take(ANNA)
    clock.now += 3
    told = allowance.take(ANNA)
    assert told == Left(granted=False, requests=0, full_after=7, retry_after=7)
    clock.now += 6
    assert allowance.take(ANNA) == Left(granted=False, requests=0, full_after=1, retry_after=1)
    clock.now += 1
    assert allowance.take(ANNA) == Left(granted=True, requests=0, full_after=10, retry_after=10)


def test_headers_tell_the_limit_and_what_is_left_of_it(clock: Clock) -> None:
    allowance = Allowance(per_second=100, burst=200)
    left = allowance.take(ANNA)
    assert left is not None
    assert allowance.headers(left) == ((b"ratelimit-policy", b'"person";q=200;w=2'), (b"ratelimit", b'"person";r=199;t=1'))


def test_without_a_limit_everybody_may_ask_as_much_as_they_like() -> None:
    allowance = Allowance(per_second=0, burst=1)
    assert {allowance.take(ANNA) for _ in range(1000)} == {None}
