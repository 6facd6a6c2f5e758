"""A key result that is moved to another objective, through everything that shows it."""

from __future__ import annotations

import json
import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.e2e.test_export_tables import _that_can_be_imported
from tests.reckoning import organisations
from tests.reckoning.__main__ import reckon
from tests.reckoning.comparing import differences
from tests.support.company import Person, found_company, unique_name
from tests.support.system import System

SEEDS = os.environ.get("CAIRN_RANDOM_MOVES", "3").split(";")
DAYS = ("2025-03-31", "2025-05-20", "2025-07-01", "2025-08-01", "2025-10-15", "2026-06-30")


@pytest.mark.parametrize("seed", SEEDS)
def test_random_organisations_whose_key_results_move_come_to_what_is_reckoned_on_any_day(system: System, tmp_path: Path, seed: str) -> None:
    folder, tenant = tmp_path / "tables", unique_name()
    tables = _that_can_be_imported(organisations.random_tables(int(seed), objectives=60))
    organisations.write(folder, tables)
    report = json.loads(system.cairn("import", str(folder), "--tenant", tenant, "--json", check=False).stdout)
    assert {one["file"] for one in report["refused"]} <= {"comments.csv"}, report["refused"]  # by whoever may not see what they are on
    moved = {row["ref"] for row in tables["changes.csv"] if row["field"] == "home"}
    assert moved
    found = []
    for day in DAYS:
        shown = json.loads(system.cairn("tree", "--as-of", day, "--json", "--tenant", tenant).stdout)
        lines = differences(reckon(folder, date.fromisoformat(day)), shown)
        theirs = [line for line in lines if line.partition(" > ")[2].partition(":")[0] in moved]
        found += [f"{day} {line}" for line in theirs if ": parts is" not in line]  # whose order is no matter
    assert not found, "\n".join(found)
    digest = system.cairn("digest", "--tenant", tenant).stdout.strip()
    log = tmp_path / "log.ndjson"
    system.cairn("export", str(log), "--tenant", tenant)
    assert json.loads(system.cairn("replay", str(log), "--json").stdout)["digest"] == digest
    system.cairn("rebuild", "progress")
    assert system.cairn("digest", "--tenant", tenant).stdout.strip() == digest


def test_an_objective_that_is_moved_to_another_cycle_stands_in_the_tree_of_each_on_its_days(system: System) -> None:
    company = found_company(system.url, owner="ann")
    admin, first = company.admin, company.cycle
    cycle = admin.get(f"/v1/cycles/{first}")
    day, last = date.fromisoformat(cycle["first_day"]), date.fromisoformat(cycle["last_day"])
    second, next_first, next_last = unique_name(), last + timedelta(1), last + timedelta(90)
    admin.post("/v1/cycles", {"name": second, "kind": "tactical", "first_day": str(next_first), "last_day": str(next_last)})
    for reference, under in (("P", None), ("M", {"objective": "P"})):
        body = {"reference": reference, "title": f"Objective {reference}", "cycle": first, "owner": "ann", "roll_up": "both"}
        admin.post("/v1/objectives", body | ({"parent": under} if under else {}))
    guest = {"reference": "P/g", "title": "Come along", "measure": "metric", "start": 0, "target": 10}
    admin.post("/v1/objectives/P/key-results", guest)
    admin.post("/v1/objectives/M/key-results", {"reference": "M/1", "title": "Go", "measure": "binary"})
    for reference in ("P", "M"):
        admin.post(f"/v1/objectives/{reference}/activate", {"holds_from": str(day)})
    admin.post("/v1/key-results/P/g/move", {"objective": "M", "holds_from": str(day)})
    admin.post("/v1/key-results/P/g/check-ins", {"value": 4, "as_of": str(day)})
    admin.catch_up()
    before = _instant(admin)
    trees = {name: _in_tree(admin, name) for name in (first, second)}
    assert ("M" in trees[first], trees[second]) == (True, {})

    admin.patch("/v1/objectives/M", {"due_day": str(last - timedelta(3)), "holds_from": str(day)})
    refused = admin.ask("POST", "/v1/objectives/M/move", {"cycle": second}).json()
    assert (refused["reason"], [one["field"] for one in refused["errors"]]) == ("DAYS_OUTSIDE", ["fit_days"])
    assert f"its last day, {last - timedelta(3)}" in refused["detail"]
    moved_on = day + timedelta(2)
    system.cairn("move", "M", second, "--due-day", str(next_last), "--holds-from", str(moved_on), "--tenant", admin.tenant)
    admin.catch_up()

    moved = admin.get("/v1/objectives/M")
    assert (moved["cycle"]["name"], moved["start_day"], moved["due_day"]) == (second, str(next_first), str(next_last))
    assert (moved["parent"]["objective"]["ref"], {k["ref"] for k in moved["key_results"]}) == ("P", {"M/1", "P/g"})
    assert {name: "M" in _in_tree(admin, name) for name in (first, second)} == {first: False, second: True}
    on_the_day_before = {"as_of": str(moved_on - timedelta(1))}
    assert _in_tree(admin, first, **on_the_day_before) == trees[first]
    assert _in_tree(admin, second, **on_the_day_before) == {}
    assert (_in_tree(admin, first, known_at=before), _in_tree(admin, second, known_at=before)) == (trees[first], {})
    assert "M" not in _in_tree(admin, first, as_of=str(moved_on))
    assert "M" in _in_tree(admin, second, as_of=str(moved_on))
    parents = admin.get("/v1/objectives/P")["progress"], _in_tree(admin, first)["P"]
    assert parents[0] == parents[1] == pytest.approx(0.2)
    for name, expected in ((first, (False, True)), (second, (True, False))):
        told = admin.get("/v1/objectives", cycle=name, changed_since=before)
        assert ("M" in {one["ref"] for one in told["items"]}, moved["id"] in told["gone"]) == expected
    summaries = [one["summary"] for one in admin.pages("/v1/objectives/M/history")]
    assert any(summary.startswith(f"cycle {first} → {second}, start day") for summary in summaries), summaries
    actions = [one for one in admin.pages("/v1/audit/actions", thing=moved["id"]) if one["event"].endswith("MovedToCycle")]
    assert [one["cycle"]["name"] for one in actions] == [second] * 3  # of the objective, and of each key result
    digest = admin.digest()
    admin.operator().rebuild()
    assert admin.digest() == digest


def _instant(admin: Person) -> str:
    """The instant of now, as the newest change is told."""
    newest: str = next(iter(admin.pages("/v1/objectives/M/history")))["recorded_at"]
    return newest


def _in_tree(admin: Person, cycle: str, **at: str) -> dict[str, float | None]:
    """The progress of each objective in a cycle's tree."""
    return {one["ref"]: one["progress"] for one in admin.pages("/v1/tree", of="objectives", cycle=cycle, **at)}


def test_a_key_result_that_is_moved_is_the_other_objectives_with_its_past_and_what_is_aligned_to_it(system: System) -> None:
    company = found_company(system.url, owner="ann")
    admin = company.admin
    admin.post("/v1/people", {"handle": "bob", "name": "Bob", "roles": ["member"]})
    admin.post("/v1/people", {"handle": "eve", "name": "Eve", "roles": ["member"]})
    ann, bob, eve = (Person(system.url, tenant=admin.tenant, person=handle) for handle in ("ann", "bob", "eve"))
    for reference, owner in (("T", "bob"), ("C", "ann"), ("S", "bob")):
        body = {"reference": reference, "title": f"Objective {reference}", "cycle": company.cycle, "owner": owner}
        admin.post("/v1/objectives", body | ({"visibility": "private"} if reference == "S" else {}))
        admin.post(f"/v1/objectives/{reference}/activate")
    admin.post("/v1/objectives/O1/key-results", {"reference": "O1/m", "title": "Move me", "measure": "metric", "start": 0, "target": 10})
    admin.put("/v1/objectives/C/parent", {"key_result": "O1/m"})
    admin.post("/v1/key-results/O1/m/check-ins", {"value": 5})
    assert ann.ask("POST", "/v1/key-results/O1/m/move", {"objective": "T"}).status_code == 403
    assert ann.ask("POST", "/v1/key-results/O1/m/move", {"objective": "S"}).status_code == 422
    loop = admin.ask("POST", "/v1/key-results/O1/m/move", {"objective": "C"}).json()
    assert loop["reason"] == "PARENT_LOOP"
    admin.catch_up()
    before = admin.get("/v1/objectives/O1")
    system.cairn("move", "O1/m", "T", "--tenant", admin.tenant)
    admin.catch_up()
    moved = admin.get("/v1/key-results/O1/m")
    assert (moved["objective"]["ref"], moved["value"], moved["due_day"]) == ("T", 5, admin.get("/v1/objectives/T")["due_day"])
    assert "O1/m" in {one["ref"] for one in before["key_results"]}
    assert "O1/m" not in {one["ref"] for one in admin.get("/v1/objectives/O1")["key_results"]}
    assert admin.get("/v1/objectives/C")["parent"]["objective"]["ref"] == "T"
    assert "moved from O1 to T" in {one["summary"] for one in admin.pages("/v1/key-results/O1/m/history")}
    assert "key result O1/m moved to T" in {one["summary"] for one in admin.pages("/v1/objectives/O1/history")}
    bob.post("/v1/key-results/O1/m/check-ins", {"value": 7})
    bob.patch("/v1/key-results/O1/m", {"target": 14})
    again = admin.post("/v1/key-results/O1/m/move", {"objective": "T"})
    assert again["holds_from"] is None
    admin.post("/v1/key-results/O1/m/move", {"objective": "S"})
    admin.catch_up()
    assert eve.ask("GET", "/v1/key-results/O1/m").status_code == 404
    assert ann.get("/v1/key-results/O1/m")["value"] == 7  # she owns it: who does, sees its objective
    assert bob.get("/v1/key-results/O1/m")["progress"] == 0.5
