"""A key result that is moved to another objective, through everything that shows it."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from tests.e2e.test_export_tables import _that_can_be_imported
from tests.reckoning import organisations
from tests.reckoning.__main__ import reckon
from tests.reckoning.comparing import differences
from tests.support.company import Person, found_company, unique_name
from tests.support.system import System

SEEDS = os.environ.get("CAIRN_RANDOM_MOVES", "2;3").split(";")
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
