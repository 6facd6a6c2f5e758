"""Events of an older version, from the log through the relay, a live fold, a rebuild and a replay: the numbers of the newest version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import orjson
import psycopg
import pytest

from progress.replay import replay
from stack.layout import Layout
from tests.contract.folder.answers import answers_of, export_of, of_then, still_listed, without_numbers
from tests.contract.folder.kept import Kept
from tests.e2e.older_version import sitecustomize as older
from tests.support.company import Json, Person
from tests.support.system import System

KEPT = Kept("3f77cd7")
TENANT = "acme"


def filled_by_an_older_version(layout: Layout) -> None:
    """The logs of then, all recorded check-ins in the form of the older version; no number and no action was made of them yet."""
    KEPT.restore(layout, ("directory", "goals", "checkins"))
    with psycopg.connect(layout.database_url("checkins")) as log, log.cursor() as cursor:
        recorded = log.execute("SELECT position, payload FROM event WHERE event_type = %s", (older.RECORDED,)).fetchall()
        cursor.executemany(
            "UPDATE event SET event_type = %s, payload = %s WHERE position = %s",
            [(older.NOTED, older.as_noted(payload), position) for position, payload in recorded],
        )
    assert recorded


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(older.__file__).parent))
        with System(filled=filled_by_an_older_version) as running:
            Person(running.url, tenant=TENANT, person="admin").wait_until_caught_up()
            yield running


@pytest.fixture
def admin(system: System) -> Person:
    return Person(system.url, tenant=TENANT, person="admin")


def test_the_log_holds_the_older_version(admin: Person) -> None:
    types = {orjson.loads(line).get("type") for line in export_of(admin)}
    assert older.NOTED in types
    assert older.RECORDED not in types


def test_what_is_folded_live_is_what_the_newest_version_comes_to(admin: Person) -> None:
    then = {asked: answer for asked, answer in KEPT.answers(TENANT)["admin"].items() if _is_about_numbers(asked)}
    told = {asked: answer for asked, answer in answers_of(admin, formula=KEPT.formula).items() if asked in then}
    then = still_listed(then, told)
    now = of_then(told, then)
    assert now.keys() == then.keys()
    assert now.pop("digest") == then.pop("digest")  # of all numbers, by the formulas of then
    for asked, answer in then.items():
        assert without_numbers(now[asked]) == without_numbers(answer), asked


def test_a_rebuild_and_a_replay_come_to_the_same_digest(admin: Person) -> None:
    then = KEPT.answers(TENANT)["admin"]["digest"]
    admin.operator().rebuild()
    assert admin.digest(KEPT.formula) == then
    assert replay(export_of(admin), KEPT.formula).digest == then
    assert admin.digest() == replay(export_of(admin)).digest


def test_a_decision_rests_on_the_older_version(admin: Person) -> None:
    noted = [event["event"] for event in map(orjson.loads, export_of(admin)) if event.get("type") == older.NOTED]
    retracted = [event for event in noted if _stands(admin, event) and _is_retracted(admin, event)]
    assert retracted
    admin.catch_up()
    assert KEPT.answers(TENANT)["admin"]["digest"] != admin.digest(KEPT.formula) == replay(export_of(admin), KEPT.formula).digest


def _stands(admin: Person, check_in: Json) -> bool:
    return bool(admin.get(f"/v1/key-results/{check_in['key_result_id']}")["check_in_id"] == check_in["check_in_id"])


def _is_retracted(admin: Person, check_in: Json) -> bool:
    path = f"/v1/key-results/{check_in['key_result_id']}/check-ins/{check_in['check_in_id']}/retraction"
    return admin.ask("POST", path, {"reason": "it was never so"}).is_success


def _is_about_numbers(asked: str) -> bool:
    """Histories and actions name the type that an event was recorded under; the instants asked about come from the actions."""
    return asked == "digest" or (asked.startswith(("/v1/tree", "/v1/objectives/", "/v1/key-results/")) and not _names_events(asked))


def _names_events(asked: str) -> bool:
    return asked.endswith("/history") or "known_at" in asked
