"""One person's requests do not take everybody's time, nor one tenant's."""

from __future__ import annotations

import pytest

from gateway.http import RateLimit, RateLimiter

ANNA, BEN = ("acme", "anna"), ("acme", "ben")
CEM = ("globex", "cem")


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr("gateway.http.limits.time.monotonic", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


class Limited:
    """An API with these limits; somebody is a person of a tenant."""

    def __init__(self, person: float, tenant: float = 0) -> None:
        self.limiter = RateLimiter(RateLimit("person", person), RateLimit("tenant", tenant))

    def asks(self, who: tuple[str, str]) -> tuple[bool, int, int, int]:
        """Whether it is granted; and of the limit that says so: what is left, after how long all of it is there, and the next one."""
        quota = self.limiter.take((who, who[0]))[-1]
        return quota.granted, quota.remaining, quota.full_after, quota.retry_after


def test_who_asks_too_much_at_once_is_told_to_wait_and_may_ask_again_later(clock: Clock) -> None:
    limited = Limited(person=2)
    answers = [limited.asks(ANNA) for _ in range(5)]
    assert answers == [(True, 3, 1, 0), (True, 2, 1, 0), (True, 1, 2, 0), (True, 0, 2, 1), (False, 0, 2, 1)]
    assert limited.asks(BEN) == (True, 3, 1, 0)
    clock.now += 0.5
    assert [limited.asks(ANNA)[0] for _ in range(2)] == [True, False]


def test_who_waits_as_long_as_told_may_ask_again(clock: Clock) -> None:
    limited = Limited(person=0.1)
    limited.asks(ANNA)
    clock.now += 3
    assert limited.asks(ANNA) == (False, 0, 7, 7)
    clock.now += 6
    assert limited.asks(ANNA) == (False, 0, 1, 1)
    clock.now += 1
    assert limited.asks(ANNA) == (True, 0, 10, 10)


@pytest.mark.usefixtures("clock")
def test_the_people_of_one_tenant_together_leave_room_for_another() -> None:
    limited = Limited(person=1, tenant=1.5)
    assert [limited.asks(who)[0] for who in (ANNA, ANNA, BEN, BEN)] == [True, True, True, False]
    assert limited.asks(CEM)[0]


def test_a_request_that_is_refused_as_the_tenants_is_not_counted_as_the_persons(clock: Clock) -> None:
    limited = Limited(person=1, tenant=1)
    assert [limited.asks(who)[0] for who in (ANNA, ANNA, BEN, BEN, BEN)] == [True, True, False, False, False]
    clock.now += 2
    assert [limited.asks(BEN)[0] for _ in range(2)] == [True, True]


def test_the_first_limit_that_is_reached_is_the_one_that_is_told() -> None:
    limiter = RateLimiter(RateLimit("person", 0.5), RateLimit("tenant", 0.5))
    limiter.take((ANNA, "acme"))
    assert "one person may make 0.5 requests a second" in limiter.exceeded(limiter.take((ANNA, "acme"))[-1]).detail
    assert "one tenant may make 0.5 requests a second" in limiter.exceeded(limiter.take((BEN, "acme"))[-1]).detail


@pytest.mark.usefixtures("clock")
def test_headers_tell_the_limits_and_what_is_left_of_them() -> None:
    limiter = RateLimiter(RateLimit("person", 100), RateLimit("tenant", 1000))
    assert limiter.headers(limiter.take((ANNA, "acme"))) == (
        (b"ratelimit-policy", b'"person";q=200;w=2, "tenant";q=2000;w=2'),
        (b"ratelimit", b'"person";r=199;t=1, "tenant";r=1999;t=1'),
    )


def test_without_a_limit_everybody_may_ask_as_much_as_they_like() -> None:
    limited = Limited(person=0)
    assert {limited.limiter.take((ANNA, "acme")) for _ in range(1000)} == {()}
