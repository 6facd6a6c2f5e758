"""Signing in is limited by account and by address, so that a flood costs neither directory nor the account's owner much."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import httpx
import pytest

from cairn.directory.v1 import service_pb2 as directory
from chassis.errors import Kind, Refused
from tests.support.gateway import Gateway, gateway_before_fakes
from tests.support.monotonic_time import MonotonicTime

PER_MINUTE: Final = 2
AT_ONCE: Final = 2 * PER_MINUTE
ANN: Final = {"tenant": "acme", "person": "ann"}


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    limits = {"sign_ins_per_minute": str(PER_MINUTE), "address_sign_ins_per_minute": str(4 * PER_MINUTE)}
    async with gateway_before_fakes(tmp_path, **limits) as gateway:
        yield gateway


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> MonotonicTime:
    clock = MonotonicTime()
    monkeypatch.setattr("gateway.http.limits.time.monotonic", clock.monotonic)
    return clock


def client_at(gateway: Gateway, address: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(gateway.application, client=(address, 1234))
    return httpx.AsyncClient(transport=transport, base_url="http://localhost")


async def statuses(client: httpx.AsyncClient, times: int, body: dict[str, object] | None = None) -> list[int]:
    return [(await client.post("/v1/sign-in", json=body or ANN)).status_code for _ in range(times)]


async def test_whoever_signs_in_too_often_is_told_when_to_come_again_and_may_then(gateway: Gateway, clock: MonotonicTime) -> None:
    assert await statuses(gateway.nobody, AT_ONCE + 1) == AT_ONCE * [200] + [429]
    refused = await gateway.nobody.post("/v1/sign-in", json={"tenant": "ACME", "person": "Ann"})
    assert (refused.status_code, refused.json()["reason"]) == (429, "TOO_MANY_REQUESTS"), "one account, however its name is written"
    clock.now += int(refused.headers["Retry-After"])
    assert await statuses(gateway.nobody, 2) == [200, 429]


async def test_a_flood_that_goes_on_does_not_make_its_account_wait_longer(gateway: Gateway, clock: MonotonicTime) -> None:
    """What is refused counts nowhere."""
    await statuses(gateway.nobody, AT_ONCE)
    for _ in range(200):
        clock.now += 0.1
        await gateway.nobody.post("/v1/sign-in", json=ANN)
    refused = await gateway.nobody.post("/v1/sign-in", json=ANN)
    assert int(refused.headers["Retry-After"]) <= 60 / PER_MINUTE


async def test_neither_another_account_nor_the_same_one_from_elsewhere_waits_for_a_flood(gateway: Gateway, clock: MonotonicTime) -> None:
    assert (await statuses(gateway.nobody, 3 * AT_ONCE))[-1] == 429
    assert await statuses(gateway.nobody, 1, {"tenant": "acme", "person": "bob"}) == [200]
    assert await statuses(gateway.nobody, 1, {"operator": True}) == [200]
    assert await statuses(client_at(gateway, "127.0.0.2"), 1) == [200]


async def test_one_address_signs_in_to_so_many_accounts_whether_there_are_such_or_not(gateway: Gateway, clock: MonotonicTime) -> None:
    def nobody(_: object) -> directory.GetPersonResponse:
        raise Refused("PERSON_UNKNOWN", "there is none", kind=Kind.UNKNOWN)

    gateway.fakes.answers["GetPerson"] = nobody
    answered = [(await statuses(gateway.nobody, 1, {"tenant": "acme", "person": f"p{n}"}))[0] for n in range(4 * AT_ONCE + 3)]
    assert answered == 4 * AT_ONCE * [404] + 3 * [429]
    asked = sum(asked.method == "GetPerson" for asked in gateway.fakes.asked)
    assert asked == 4 * AT_ONCE, "directory is asked of none that is refused"
    await gateway.dependencies.security.tell(all_of_it=True)


async def test_a_refresh_is_counted_with_its_address_and_its_token(gateway: Gateway, clock: MonotonicTime) -> None:
    async def refreshed(token: str) -> int:
        return (await gateway.nobody.post("/v1/sign-in/refresh", json={"refresh_token": token})).status_code

    assert [await refreshed("t") for _ in range(AT_ONCE + 1)][-2:] == [200, 429]
    assert await refreshed("u") == 200
    assert (await statuses(gateway.nobody, 1)) == [200], "whoever signs in has an account of their own to use up"


async def test_the_operator_signs_in_while_directory_s_log_is_an_older_one_and_nobody_else_does(gateway: Gateway) -> None:
    """By whom else would it be recovered?"""

    def older(_: object) -> directory.GetStandingResponse:
        raise Refused("LOG_BEHIND", "the log is older than what Kafka has of it", kind=Kind.UNAVAILABLE)

    gateway.fakes.answers["GetStanding"] = older
    assert await statuses(gateway.nobody, 1, {"operator": True}) == [200]
    assert await statuses(gateway.nobody, 1) == [503]
