"""One person's requests do not take everybody's time."""

from __future__ import annotations

import pytest

from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import new_id
from gateway.allowance import Allowance

ANNA = Identity(new_id(), new_id(), frozenset())
BEN = Identity(ANNA.tenant_id, new_id(), frozenset())


def test_who_asks_too_much_at_once_is_told_to_wait_and_may_ask_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("gateway.allowance.time.monotonic", lambda: now)
    allowance = Allowance(per_second=2, burst=3)
    for _ in range(3):
        allowance.take(ANNA)
    with pytest.raises(Refused) as refused:
        allowance.take(ANNA)
    assert refused.value.kind is Kind.BUSY
    allowance.take(BEN)
    now += 0.5
    allowance.take(ANNA)
    with pytest.raises(Refused):
        allowance.take(ANNA)


def test_without_a_limit_everybody_may_ask_as_much_as_they_like() -> None:
    allowance = Allowance(per_second=0, burst=1)
    for _ in range(1000):
        allowance.take(ANNA)
