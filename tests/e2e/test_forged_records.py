"""Whoever has the relay's own credentials can put anything on Kafka: what is not in the log has no effect, or is found and mended."""

from __future__ import annotations

import asyncio
import time

import psycopg

from cairn.checkins.v1.events_pb2 import CheckInRecorded
from chassis.events import RecordedEvent
from chassis.eventstore import LogReader
from chassis.ids import new_id
from embedded.ports import wait_until
from tests.support.company import Company, Person, found_company, positions_of
from tests.support.messages import forge
from tests.support.system import System
from tests.support.verdicts import digests_agree

FOUND_SECONDS = 60
FORGED = 99.0
READERS = ("progress", "audit", "notifications")
"""Whoever reads what checkins records: each has met the forged record."""


async def _newest_check_in(system: System) -> RecordedEvent:
    reader = LogReader(system.dsn("checkins"), "checkins")
    await reader.start()
    try:
        (newest,) = await reader.read(await reader.head() - 1, 1)
        return newest
    finally:
        await reader.stop()


def _alarms(admin: Person) -> dict[str, list[str]]:
    """The kinds of alarms of each service that has some."""
    services = admin.get("/v1/status")["services"]
    return {s["service"]: sorted({alarm["kind"] for alarm in s["alarms"] or ()}) for s in services if s["alarms"]}


def _value(admin: Person) -> object:
    return admin.get("/v1/key-results/O1/1")["value"]


async def test_a_plausible_forgery_is_found_within_a_minute_and_a_rebuild_mends_it_for_good(system: System, company: Company) -> None:
    admin = company.admin
    admin.post("/v1/key-results/O1/1/check-ins", {"value": 10})
    admin.catch_up()
    before = _alarms(admin)
    newest = await _newest_check_in(system)
    told = CheckInRecorded.FromString(newest.payload)
    told.value = FORGED
    forged = newest._replace(position=newest.position + 1, event_id=new_id(), aggregate_version=newest.aggregate_version + 1)
    await forge(system.kafka_settings("relay"), forged._replace(payload=told.SerializeToString()))
    began = time.monotonic()

    def found() -> bool:
        alarms = _alarms(admin)
        return (
            "differs" in alarms.get("progress", ()) and "audit" in alarms
        )  # which may have refused it: as it saw it, it may have been odd

    assert await asyncio.to_thread(wait_until, found, FOUND_SECONDS), _alarms(admin)
    print(f"found after {time.monotonic() - began:.1f} s")
    assert _value(admin) == FORGED  # it was plausible
    (differs,) = [
        a for s in admin.get("/v1/status")["services"] if s["service"] == "progress" for a in s["alarms"] if a["kind"] == "differs"
    ]
    assert (differs["log"], differs["position"]) == ("checkins", forged.position)
    said = system.cairn("status", "--tenant", company.name, check=False)
    assert said.returncode == 1
    assert "the operator's `cairn rebuild progress` mends it" in " ".join(said.stdout.split())

    for service in READERS:
        system.cairn("rebuild", service)
    assert _value(admin) == 10
    true = admin.post("/v1/key-results/O1/1/check-ins", {"value": 20})  # at the position that was forged
    assert true["positions"][0].split(":")[2] == str(forged.position)
    admin.catch_up()
    assert _value(admin) == 20
    admin.wait_until_well(FOUND_SECONDS)
    assert _alarms(admin) == {service: kinds for service, kinds in before.items() if service not in READERS}
    assert digests_agree(admin) == []


async def test_an_event_whose_place_a_forgery_of_another_partition_took_comes_in_with_the_rebuild(system: System) -> None:
    company = found_company(system.url, objectives=8, key_results=1)
    admin = company.admin
    first, *others = company.key_results
    partition = _partition(admin, first)
    elsewhere = next(key_result for key_result in others if _partition(admin, key_result) != partition)
    admin.post(f"/v1/key-results/{first}/check-ins", {"value": 10})
    admin.catch_up()
    newest = await _newest_check_in(system)
    forged = newest._replace(position=newest.position + 1, event_id=new_id(), aggregate_version=newest.aggregate_version + 1)
    await forge(system.kafka_settings("relay"), forged)
    assert await asyncio.to_thread(wait_until, lambda: "audit" in _alarms(admin), FOUND_SECONDS), _alarms(admin)
    true = admin.post(f"/v1/key-results/{elsewhere}/check-ins", {"value": 20})
    assert true["positions"][0].split(":")[2] == str(forged.position)
    admin.post(f"/v1/key-results/{elsewhere}/check-ins", {"value": 30})
    admin.catch_up()
    assert _dead_letters_of(admin, "audit") == 2, "the event at the forged position, and what waits behind it"

    for service in READERS:
        system.cairn("rebuild", service)
    assert _dead_letters_of(admin, "audit") == 0
    admin.post(f"/v1/key-results/{elsewhere}/check-ins", {"value": 40})
    admin.catch_up()
    assert _dead_letters_of(admin, "audit") == 0
    assert digests_agree(admin) == []


def _partition(admin: Person, key_result: str) -> str:
    return str(admin.post(f"/v1/key-results/{key_result}/check-ins", {"value": 1})["positions"][0]).split(":")[1]


def _dead_letters_of(admin: Person, service: str) -> int:
    return sum(1 for letter in admin.pages("/v1/dead-letters", service=service) if letter["event_id"] is not None)


async def test_a_forgery_that_contradicts_the_log_stops_its_partition_says_so_and_a_rebuild_lets_it_go_on(
    system: System, company: Company
) -> None:
    admin = company.admin
    admin.post("/v1/key-results/O1/1/check-ins", {"value": 10})
    admin.catch_up()
    newest = await _newest_check_in(system)
    told = CheckInRecorded.FromString(newest.payload)
    told.value = FORGED
    await forge(
        system.kafka_settings("relay"), newest._replace(position=newest.position + 1, event_id=new_id(), payload=told.SerializeToString())
    )
    assert await asyncio.to_thread(wait_until, lambda: _value(admin) == FORGED, FOUND_SECONDS)
    true = admin.post("/v1/key-results/O1/1/check-ins", {"value": 20})

    def stopped() -> bool:
        return "stopped" in _alarms(admin).get("progress", ())

    assert await asyncio.to_thread(wait_until, stopped, FOUND_SECONDS), _alarms(admin)
    began = time.monotonic()
    waiting = admin.ask("GET", "/v1/key-results/O1/1", after=positions_of(true))
    assert (waiting.status_code, waiting.json()["reason"]) == (503, "PARTITION_STOPPED")
    assert time.monotonic() - began < 5
    assert admin.ask("POST", "/v1/catch-up").json()["reason"] == "PARTITION_STOPPED"

    for service in READERS:
        system.cairn("rebuild", service)
    admin.wait_until_caught_up()
    assert admin.get("/v1/key-results/O1/1", after=positions_of(true))["value"] == 20
    admin.wait_until_well(FOUND_SECONDS)
    assert digests_agree(admin) == []


async def test_a_position_that_the_log_has_not_come_to_is_refused_and_blinds_nobody(system: System, company: Company) -> None:
    admin = company.admin
    admin.post("/v1/key-results/O1/1/check-ins", {"value": 10})
    admin.catch_up()
    newest = await _newest_check_in(system)
    await forge(system.kafka_settings("relay"), newest._replace(position=10**15, event_id=new_id()))
    true = admin.post("/v1/key-results/O1/1/check-ins", {"value": 30})
    assert admin.get("/v1/key-results/O1/1", after=positions_of(true))["value"] == 30
    admin.catch_up()
    assert "refused" in _alarms(admin)["progress"]
    with psycopg.connect(system.dsn("progress")) as connection:
        row = connection.execute("SELECT max(seen) FROM consumed WHERE log = 'checkins'").fetchone()
    assert row is not None
    assert row[0] < 10**15
    for service in READERS:
        system.cairn("rebuild", service)
    assert "progress" not in _alarms(admin)
