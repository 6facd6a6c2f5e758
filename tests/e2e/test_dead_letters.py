"""A message that cannot be taken is put aside with its reason, the partition goes on, and it comes back when it is told to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from embedded.ports import wait_until
from tests.support.company import Company, Person, positions_of
from tests.support.poison import POISON, poison_topic
from tests.support.system import System
from tests.support.verdicts import digests_agree

UNWANTED = 66.0


@pytest.fixture
def progress_cannot_take(system: System) -> Iterator[None]:
    """Makes progress unable to take a value of 66: what a bug in a projection does to an event."""
    with psycopg.connect(system.dsn("progress"), autocommit=True) as connection:
        connection.execute(f"ALTER TABLE progress.check_in ADD CONSTRAINT unwanted CHECK (value <> {UNWANTED}) NOT VALID".encode())
    yield
    _mend(system)


def _mend(system: System) -> None:
    with psycopg.connect(system.dsn("progress"), autocommit=True) as connection:
        connection.execute("ALTER TABLE progress.check_in DROP CONSTRAINT IF EXISTS unwanted")


def _letters(admin: Person, service: str) -> list[dict[str, object]]:
    return list(admin.pages("/v1/dead-letters", service=service))


def _status(admin: Person, service: str) -> dict[str, Any]:
    (status,) = [s for s in admin.get("/v1/status")["services"] if s["service"] == service]
    return dict(status)


@pytest.mark.usefixtures("progress_cannot_take")
def test_an_event_that_cannot_be_taken_is_set_aside_and_comes_back_by_a_replay(system: System, company: Company) -> None:
    admin = company.admin
    admin.post("/v1/key-results/O1/1/check-ins", {"value": UNWANTED})
    behind = admin.post("/v1/key-results/O1/1/check-ins", {"value": 70})  # of the same aggregate: it waits behind
    beside = admin.post("/v1/key-results/O1/2/check-ins", {"value": 20})  # of the same partition: it goes on
    assert behind["positions"][0].rpartition(":")[0] == beside["positions"][0].rpartition(":")[0]
    admin.catch_up()
    found = {k["ref"]: k["value"] for k in admin.get("/v1/objectives/O1")["key_results"]}
    assert found == {"O1/1": None, "O1/2": 20}

    said = json.loads(system.cairn("dead-letters", "list", "--service", "progress", "--tenant", company.name, "--json").stdout)
    reasons = [letter["reason"] for letter in said["items"]]
    assert len(reasons) == 2
    assert "unwanted" in reasons[0]
    assert reasons[1].startswith("PARKED")

    again = system.cairn("dead-letters", "replay", "--service", "progress", "--tenant", company.name, check=False)
    assert again.returncode != 0  # it still cannot be taken, and stays
    assert len(_letters(admin, "progress")) == 2

    _mend(system)
    system.cairn("dead-letters", "replay", "--service", "progress", "--tenant", company.name)
    admin.catch_up()
    assert _letters(admin, "progress") == []
    found = {k["ref"]: k["value"] for k in admin.get("/v1/objectives/O1")["key_results"]}
    assert found == {"O1/1": 70, "O1/2": 20}
    assert len([c for c in admin.pages("/v1/key-results/O1/1/history") if c["log"] == "checkins"]) == 2
    assert digests_agree(admin) == []


async def test_poison_on_a_topic_is_set_aside_by_everyone_and_the_partitions_go_on(system: System, company: Company) -> None:
    admin = company.admin
    operator = admin.operator()  # whose a message is that nobody can read, nobody can tell
    before = {service: len(_letters(operator, service)) for service in ("progress", "audit")}
    sent = await poison_topic(system.kafka_settings(), "cairn.checkins.events.v1", partitions=6)
    for value in (10, 20, 30):
        answer = admin.post("/v1/key-results/O1/1/check-ins", {"value": value})
    admin.catch_up()
    assert admin.get("/v1/key-results/O1/1", after=positions_of(answer))["value"] == 30
    for service, were in before.items():
        letters = _letters(operator, service)[were:]
        assert len(letters) == sent == 6 * len(POISON)
        assert all(letter["topic"] == "cairn.checkins.events.v1" and letter["reason"] for letter in letters)
        assert _letters(admin, service) == []
    # Nothing holds the partitions up: what the system itself writes meanwhile (security events) is followed, too.
    assert wait_until(lambda: all(_status(admin, service)["lag"] == 0 for service in before), 30), admin.get("/v1/status")
    assert _status(admin, "progress")["healthy"]
    # What is no event at all does not become one by being handed over again.
    replayed = operator.post("/v1/dead-letters/replay", {"service": "progress"})
    assert (replayed["replayed"], replayed["remaining"]) == (0, len(_letters(operator, "progress")))
    assert admin.post("/v1/dead-letters/replay", {"service": "progress"}) == {"replayed": 0, "remaining": 0}
    assert digests_agree(admin) == []
