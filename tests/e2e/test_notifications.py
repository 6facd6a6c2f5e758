"""Somebody is told once when their objective's status turns, whatever is rebuilt, restarted or consumed again."""

from __future__ import annotations

import orjson
import psycopg

from tests.support.company import Company, Person, day
from tests.support.system import System
from tests.support.verdicts import status_events_are_told_once


def _inbox(person: Person) -> list[tuple[str, str]]:
    return [(item["id"], item["subject"]) for item in person.pages("/v1/inbox", limit=2)]


def _turn_the_status(system: System, company: Company) -> None:
    """Not started, at risk, on track, achieved: half of the time is gone."""
    for value in (10, 50, 100):
        for key_result in company.key_results:
            company.admin.post(f"/v1/key-results/{key_result}/check-ins", {"value": value})
        company.admin.catch_up()


def test_each_turn_of_a_status_is_one_notification_of_the_owner(system: System, company: Company) -> None:
    _turn_the_status(system, company)
    ann = Person(system.url, tenant=company.name, person="ann")
    told = ann.get("/v1/inbox")["items"]
    assert "→ achieved" in told[0]["subject"]
    assert len({item["caused_by"] for item in told}) == len(told) >= 3
    assert {item["objective"]["id"] for item in told} == {company.admin.get("/v1/objectives/O1")["id"]}
    assert company.admin.get("/v1/inbox")["items"] == []
    assert status_events_are_told_once(system) == []


def test_the_command_line_shows_what_was_done_and_who_was_told(system: System, company: Company) -> None:
    _turn_the_status(system, company)
    whose = ("--tenant", company.name, "--json")
    done = orjson.loads(system.cairn("audit", "--thing", "O1", "--what", "CheckInRecorded", "--since", day(-1), *whose).stdout)["items"]
    assert [action["content"]["value"] for action in done] == [100, 100, 50, 50, 10, 10]
    assert {action["actor"]["id"] for action in done} == {company.admin.id}
    told = orjson.loads(system.cairn("inbox", "--mark-read", *whose, person="ann").stdout)["items"]
    assert "→ achieved" in told[0]["subject"]
    assert system.cairn("inbox", "--unread", "--tenant", company.name, person="ann").stdout == "nothing new\n"
    assert "O1" in system.cairn("audit", "--tenant", company.name, "--limit", "5").stdout


def test_nobody_is_told_again_after_a_rebuild_and_a_restart_of_the_consumer(system: System, company: Company) -> None:
    _turn_the_status(system, company)
    ann = Person(system.url, tenant=company.name, person="ann")
    told = _inbox(ann)
    assert told
    company.admin.operator().rebuild()
    company.admin.catch_up()
    assert _inbox(ann) == told
    system.kill("notifications")
    system.wait_until_healthy(["notifications"])
    company.admin.wait_until_well()
    company.admin.catch_up()
    assert _inbox(ann) == told
    assert status_events_are_told_once(system) == []


def test_nobody_is_told_again_when_the_whole_topic_is_consumed_again(system: System, company: Company) -> None:
    _turn_the_status(system, company)
    ann = Person(system.url, tenant=company.name, person="ann")
    told = _inbox(ann)
    system.stop("notifications")
    with psycopg.connect(system.dsn("notifications")) as connection:
        connection.execute("UPDATE consumed SET position = 0, kafka_offset = 0")
    system.start("notifications")
    system.wait_until_healthy(["notifications"])
    company.admin.wait_until_well()
    company.admin.catch_up()
    assert _inbox(ann) == told
    assert status_events_are_told_once(system) == []


def test_what_was_read_stays_read(system: System, company: Company) -> None:
    _turn_the_status(system, company)
    ann = Person(system.url, tenant=company.name, person="ann")
    inbox = ann.get("/v1/inbox")
    first = inbox["items"][0]
    assert ann.post("/v1/inbox/read", {"notification_ids": [first["id"]]})["marked"] == 1
    unread = ann.get("/v1/inbox", unread_only="true")
    assert unread["unread"] == inbox["unread"] - 1
    assert first["id"] not in {item["id"] for item in unread["items"]}
