"""What is long or dear is bounded for a person, for a tenant, and for everybody; and what was under way is given back."""

from __future__ import annotations

import pytest

from gateway.http import AtOnce, Problem
from gateway.http.at_once import UnderWay

EXPORTS = AtOnce("exports", person=2, tenant=3, all=4, retry_after=10)
ANN, BEN, OTHER = ("one", "ann"), ("one", "ben"), ("other", "ann")


def callers(who: tuple[str, str]) -> tuple[tuple[str, str], str]:
    return who, who[0]


def refused(under_way: UnderWay, who: tuple[str, str], limit: AtOnce = EXPORTS) -> tuple[int, str, str]:
    with pytest.raises(Problem) as raised:
        under_way.begin(limit, callers(who))
    return raised.value.status, raised.value.reason, raised.value.headers["Retry-After"]


def test_a_person_a_tenant_and_everybody_have_each_their_limit() -> None:
    under_way = UnderWay()
    for who in (ANN, ANN):
        under_way.begin(EXPORTS, callers(who))
    assert refused(under_way, ANN) == (429, "TOO_MANY_AT_ONCE", "10")
    under_way.begin(EXPORTS, callers(BEN))
    assert refused(under_way, BEN) == (429, "TOO_MANY_AT_ONCE", "10")
    under_way.begin(EXPORTS, callers(OTHER))
    assert refused(under_way, OTHER) == (503, "BUSY", "10")


def test_what_was_refused_is_not_counted_and_what_has_ended_is_not_any_more() -> None:
    under_way = UnderWay()
    for _ in range(3):
        for _ in range(EXPORTS.person):
            under_way.begin(EXPORTS, callers(ANN))
        for _ in range(5):
            refused(under_way, ANN)
        for _ in range(EXPORTS.person):
            under_way.end(EXPORTS, callers(ANN))


def test_each_kind_is_counted_by_itself() -> None:
    under_way = UnderWay()
    for _ in range(2):
        under_way.begin(EXPORTS, callers(ANN))
    under_way.begin(AtOnce("digests", 1, 1, 1), callers(ANN))
    assert refused(under_way, BEN, AtOnce("digests", 1, 1, 1))[0] == 429
