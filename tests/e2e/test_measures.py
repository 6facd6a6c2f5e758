"""Every measure of the protos, through every service: what is defined, reported, corrected, shown, told, exported and replayed."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.company import Company, Json, found_company, unique_name
from tests.support.measures import EXAMPLES, REPORTED
from tests.support.system import System

EACH = pytest.mark.parametrize("measure", REPORTED)
EACH_IN_A_TABLE = pytest.mark.parametrize("measure", [measure for measure in REPORTED if EXAMPLES[measure].in_a_table is not None])


@pytest.fixture(scope="module")
def measured(system: System) -> Company:
    """A company whose objective O1 has a key result of each measure, of which something was reported, and then something else."""
    company = found_company(system.url, key_results=0)
    for measure in REPORTED:
        example = EXAMPLES[measure]
        body = {"reference": measure, "title": f"A {measure}", "measure": measure, **example.definition}
        company.admin.post("/v1/objectives/O1/key-results", body)
        reported = company.admin.post(f"/v1/key-results/{measure}/check-ins", example.reported)
        correction = f"/v1/key-results/{measure}/check-ins/{reported['id']}/correction"
        company.admin.post(correction, {**example.corrected, "reason": "typed wrong"})
    company.admin.catch_up()
    return company


def _named(measure: str, key_results: list[Json]) -> Json:
    (found,) = [key_result for key_result in key_results if key_result["ref"] == measure]
    return found


@EACH
def test_it_is_defined_and_shown_by_the_key_result_the_objective_and_the_tree(measured: Company, measure: str) -> None:
    (in_tree,) = measured.admin.pages("/v1/tree", of="objectives", cycle="now")
    shown = [
        measured.admin.get(f"/v1/key-results/{measure}"),
        _named(measure, measured.admin.get("/v1/objectives/O1")["key_results"]),
        _named(measure, in_tree["key_results"]),
    ]
    for key_result in shown:
        assert key_result["measure"] == measure
        assert key_result["progress"] == pytest.approx(EXAMPLES[measure].progress_corrected)
    whole = shown[0]
    for name, value in EXAMPLES[measure].definition.items():
        _assert_said(whole[name], value)


def _assert_said(shown: Any, typed: Any) -> None:
    """Whatever was typed in is there; more may be."""
    if isinstance(typed, list):
        for one, other in zip(shown, typed, strict=True):
            _assert_said(one, other)
    elif isinstance(typed, dict):
        for name, value in typed.items():
            _assert_said(shown[name], value)
    else:
        assert shown == typed


@EACH
def test_its_past_is_shown_as_it_was_known(measured: Company, measure: str) -> None:
    changes = list(measured.admin.pages(f"/v1/key-results/{measure}/history"))
    recorded = next(change for change in changes if change["event"].endswith("CheckInRecorded"))
    defined = next(change for change in changes if change["event"].endswith("KeyResultDefined"))
    assert measure in defined["summary"]
    assert recorded["superseded"]
    before = measured.admin.get(f"/v1/key-results/{measure}", known_at=recorded["recorded_at"])
    assert before["progress"] == pytest.approx(EXAMPLES[measure].progress)


@EACH
def test_it_is_told_in_the_audit(measured: Company, measure: str) -> None:
    key_result = measured.admin.get(f"/v1/key-results/{measure}")["id"]
    actions = list(measured.admin.pages("/v1/audit/actions", thing=key_result))
    defined = next(action for action in actions if action["event"].endswith("KeyResultDefined"))
    assert measure in defined["content"]
    assert len(actions) == 3


def test_all_of_them_are_exported_replayed_and_rebuilt_to_the_same_digest(measured: Company, system: System, tmp_path: Path) -> None:
    live = measured.admin.digest()
    export = tmp_path / "export"
    system.cairn("export", str(export), "--tenant", measured.name)
    assert json.loads(system.cairn("replay", str(export), "--json").stdout)["digest"] == live
    measured.admin.operator().rebuild()
    assert measured.admin.digest() == live


@EACH
def test_it_is_reported_on_the_command_line(measured: Company, system: System, measure: str) -> None:
    system.cairn("check-in", measure, *EXAMPLES[measure].on_the_command_line, "--tenant", measured.name)
    found = _named(measure, json.loads(system.cairn("objective", "O1", "--tenant", measured.name, "--json").stdout)["key_results"])
    assert (found["measure"], found["progress"]) == (measure, pytest.approx(EXAMPLES[measure].progress))


@EACH_IN_A_TABLE
def test_it_is_imported_from_a_table(system: System, tmp_path: Path, measure: str) -> None:
    cells = EXAMPLES[measure].in_a_table
    assert cells is not None
    span = {"starts_on": "2026-01-01", "ends_on": "2026-03-31"}
    _write(tmp_path / "objectives.csv", {"objective": "I1", "cycle": "2026-Q1", "level": "company", "title": "Imported", **span})
    _write(tmp_path / "key_results.csv", {"objective": "I1", "number": "1", "title": "Imported", **cells})
    tenant = unique_name()
    system.cairn("import", str(tmp_path), "--tenant", tenant)
    objective = json.loads(system.cairn("objective", "I1", "--tenant", tenant, "--json").stdout)
    assert [key_result["measure"] for key_result in objective["key_results"]] == [measure]


def _write(path: Path, row: dict[str, str]) -> None:
    with path.open("w", newline="") as table:
        writer = csv.DictWriter(table, row)
        writer.writeheader()
        writer.writerow(row)
