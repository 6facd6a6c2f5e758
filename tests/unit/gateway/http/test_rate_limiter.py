"""One person's requests do not take everybody's time."""

from __future__ import annotations

import pytest

from gateway.http import Quota, RateLimiter

ANNA, BEN = "anna", "ben"


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr("gateway.http.limits.time.monotonic", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_who_asks_too_much_at_once_is_told_to_wait_and_may_ask_again_later(clock: Clock) -> None:
    limiter = RateLimiter(per_second=2, burst=3)
    assert [limiter.take(ANNA) for _ in range(4)] == [
        Quota(granted=True, remaining=2, full_after=1, retry_after=0),
        Quota(granted=True, remaining=1, full_after=1, retry_after=0),
        Quota(granted=True, remaining=0, full_after=2, retry_after=1),
        Quota(granted=False, remaining=0, full_after=2, retry_after=1),
    ]
    assert limiter.take(BEN) == Quota(granted=True, remaining=2, full_after=1, retry_after=0)
    clock.now += 0.5
    assert [quota.granted for _ in range(2) if (quota := limiter.take(ANNA)) is not None] == [True, False]


def test_who_waits_as_long_as_told_may_ask_again(clock: Clock) -> None:
    limiter = RateLimiter(per_second=0.1, burst=1)
    limiter.take(ANNA)
    clock.now += 3
    assert limiter.take(ANNA) == Quota(granted=False, remaining=0, full_after=7, retry_after=7)
    clock.now += 6
    assert limiter.take(ANNA) == Quota(granted=False, remaining=0, full_after=1, retry_after=1)
    clock.now += 1
    assert limiter.take(ANNA) == Quota(granted=True, remaining=0, full_after=10, retry_after=10)


def test_headers_tell_the_limit_and_what_is_left_of_it(clock: Clock) -> None:
    limiter = RateLimiter(per_second=100, burst=200)
    quota = limiter.take(ANNA)
    assert quota is not None
    assert limiter.headers(quota) == ((b"ratelimit-policy", b'"person";q=200;w=2'), (b"ratelimit", b'"person";r=199;t=1'))


def test_without_a_limit_everybody_may_ask_as_much_as_they_like() -> None:
    limiter = RateLimiter(per_second=0, burst=1)
    assert {limiter.take(ANNA) for _ in range(1000)} == {None}
