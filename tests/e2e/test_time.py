"""Both time axes: what was true on a day, what was known at an instant; and what changed, by whom."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tests.support.company import Company, Person, day, positions_of
from tests.support.system import System

# Of what checkins.csv has for 2019-06-04; J5's first key result is a metric of 57 of 500, which the team rounded to 0.11.
PROGRESS_ON_2019_06_04 = {
    "J4": (0.5 + 0.6 + 0.1 + 0 + 1) / 5,
    "J5": (57 / 500 + 0.27 + 0.02 + 0.65 + 0.1) / 5,
    "J6": (0.95 + 0.8 + 0.2) / 3,
    "J7": (0.55 + 0.3 + 1 + 0.14 + 0) / 5,
}


@pytest.mark.parametrize("objective", PROGRESS_ON_2019_06_04)
def test_an_objective_as_of_a_day_is_what_was_true_then(joystream: Person, objective: str) -> None:
    then = joystream.get(f"/v1/objectives/{objective}", as_of="2019-06-04")
    assert then["progress"] == pytest.approx(PROGRESS_ON_2019_06_04[objective], abs=1e-6)
    assert then["grade"] is None  # the grades speak of 2019-07-02
    assert {key_result["as_of"] for key_result in then["key_results"]} == {"2019-06-04"}


def test_a_tree_as_of_a_day_has_the_same_numbers(joystream: Person) -> None:
    tree = joystream.get("/v1/tree", cycle="2019-Q2", as_of="2019-06-04")
    found = {objective["ref"]: objective["progress"] for objective in tree["objectives"]}
    assert found == pytest.approx(PROGRESS_ON_2019_06_04, abs=1e-6)


def test_the_command_line_reads_as_of_a_day(system: System, joystream: Person) -> None:
    said = system.cairn("objective", "J4", "--as-of", "2019-06-04", "--tenant", joystream.tenant, "--json").stdout
    assert json.loads(said)["progress"] == pytest.approx(0.44)


def test_grades_are_true_from_the_day_that_they_speak_of(joystream: Person) -> None:
    assert joystream.get("/v1/objectives/J4", as_of="2019-07-01")["grade"] is None
    assert joystream.get("/v1/objectives/J4", as_of="2019-07-02")["grade"] == 0.3


def test_before_the_import_nothing_was_known(joystream: Person) -> None:
    long_ago = "2020-01-01T00:00:00Z"
    assert joystream.get("/v1/tree", cycle="2019-Q2", known_at=long_ago)["objectives"] == []
    assert joystream.ask("GET", "/v1/objectives/J4", known_at=long_ago).status_code == 404


def test_what_was_true_then_as_it_was_known_then(company: Company) -> None:
    admin, then = company.admin, day(-3)
    first = admin.post("/v1/key-results/O1/1/check-ins", {"value": 10, "as_of": then})
    between = datetime.now(UTC).isoformat()
    later = admin.post("/v1/key-results/O1/1/check-ins", {"value": 60, "as_of": then})
    after = positions_of(later)
    assert first["positions"] != later["positions"]

    def value(**when: str) -> float | None:
        found: float | None = admin.get("/v1/key-results/O1/1", after=after, **when)["value"]
        return found

    assert value() == 60
    assert value(known_at=between) == 10
    assert value(as_of=then, known_at=between) == 10
    assert value(as_of=day(-4)) is None


def test_a_back_dated_check_in_does_not_become_current(company: Company) -> None:
    admin = company.admin
    admin.post("/v1/key-results/O1/1/check-ins", {"value": 50, "as_of": day(-1)})
    late = admin.post("/v1/key-results/O1/1/check-ins", {"value": 20, "as_of": day(-9)})
    found = admin.get("/v1/key-results/O1/1", after=positions_of(late))
    assert (found["value"], found["as_of"]) == (50, day(-1))
    assert admin.get("/v1/key-results/O1/1", as_of=day(-5))["value"] == 20


def test_history_tells_what_changed_by_which_event_when_by_whom(joystream: Person) -> None:
    changes = list(joystream.pages("/v1/key-results/J5/1/history", limit=4))
    names = [change["event"].rpartition(".")[2] for change in changes]
    assert sorted(names) == sorted(["KeyResultDefined", *["CheckInRecorded"] * 6, "CheckInAbstained", "KeyResultGraded"])
    assert len({change["event_id"] for change in changes}) == len(changes)
    values = {change["true_on"]: change["value"] for change in changes if change["event"].endswith("CheckInRecorded")}
    assert values == {"2019-04-23": 31, "2019-05-07": 35, "2019-05-21": 43, "2019-06-04": 57, "2019-06-18": 81, "2019-07-30": 120}
    assert all(change["actor"] and change["recorded_at"] and change["summary"] for change in changes)
    by_position = [(change["recorded_at"], change["position"]) for change in changes if change["log"] == "checkins"]
    assert by_position == sorted(by_position, reverse=True)


def test_the_command_line_tells_the_history_of_an_objective(system: System, joystream: Person) -> None:
    history = json.loads(system.cairn("history", "J5", "--tenant", joystream.tenant, "--json", "--limit", "0").stdout)
    # Five key results: 7 check-ins each, the definitions and grades, and the objective's own.
    assert sum(change["event"].endswith(("CheckInRecorded", "CheckInAbstained")) for change in history["items"]) == 35


def test_history_shows_a_moved_goalpost_and_what_was_superseded(company: Company) -> None:
    admin = company.admin
    check_in = admin.post("/v1/key-results/O1/1/check-ins", {"value": 10})
    admin.post(f"/v1/key-results/O1/1/check-ins/{check_in['id']}/retraction", {"reason": "wrong team"})
    moved = admin.patch("/v1/key-results/O1/1", {"target": 200})
    admin.catch_up()
    changes = admin.get("/v1/key-results/O1/1/history", after=positions_of(moved))["items"]
    told = {change["event"].rpartition(".")[2]: change for change in changes}
    assert told["CheckInRecorded"]["superseded"]
    assert not told["KeyResultRevised"]["superseded"]
    assert "200" in told["KeyResultRevised"]["summary"]
