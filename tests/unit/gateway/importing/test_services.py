"""An import waits for what it has said to be taken in, for longer than anybody else does."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from chassis.errors import Kind, Refused
from gateway.importing import services
from gateway.importing.services import Services

NOT_YET = Refused("NOT_CAUGHT_UP", "not within 60 seconds", kind=Kind.UNAVAILABLE)
AWAY = Refused("SERVICE_AWAY", "progress does not answer", kind=Kind.UNAVAILABLE)


class CatchingUp:
    """Says so many times that not everything is taken in."""

    def __init__(self, *refused: Refused) -> None:
        self._refused = list(refused)

    async def __call__(self) -> None:
        if self._refused:
            raise self._refused.pop(0)


def services_of(catch_up: CatchingUp) -> Services:
    asking: Any = SimpleNamespace(backends=SimpleNamespace())
    return Services(asking, catch_up, catch_up)


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """One attempt takes all the patience that there is for a service that is away."""
    monkeypatch.setattr(services, "_PATIENCE", -1.0)


async def test_what_takes_longer_than_others_wait_is_waited_for() -> None:
    await services_of(CatchingUp(NOT_YET, NOT_YET, NOT_YET)).catch_up()


async def test_a_service_that_stays_away_is_told() -> None:
    with pytest.raises(Refused, match="does not answer"):
        await services_of(CatchingUp(NOT_YET, AWAY)).catch_up()


async def test_it_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_CATCHING_UP", -1.0)
    with pytest.raises(Refused, match="within 60 seconds"):
        await services_of(CatchingUp(NOT_YET)).catch_up()
