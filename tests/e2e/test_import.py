"""The real data sets go in through the command line, and the published numbers come out."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from stack.layout import ROOT
from tests.support.company import Json, Person, new_tenant, positions_of, unique_name
from tests.support.system import System
from tests.support.verdicts import digests_agree

JOYSTREAM = ROOT / "examples" / "joystream-2019"
SOURCEGRAPH = ROOT / "examples" / "sourcegraph-fy22q3"

# As published, but for J2: its publishers write 0.55, and the mean of their own four grades is 0.5025.
GRADES = {"J1": 0.616, "J2": 0.5025, "J3": 0.85, "J4": 0.3, "J5": 0.41, "J6": 0.75, "J7": 0.66}


def _table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(newline="") as table:
        return list(csv.DictReader(table))


@pytest.mark.parametrize(("objective", "grade"), GRADES.items())
def test_an_objective_gets_the_grade_that_was_published(joystream: Person, objective: str, grade: float) -> None:
    assert joystream.get(f"/v1/objectives/{objective}")["grade"] == grade


def test_six_of_seven_published_totals_are_the_grades_that_came_out() -> None:
    published = {row["objective"]: float(row["total"]) for row in _table(JOYSTREAM, "published_totals")}
    assert {ref for ref in GRADES if published[ref] != GRADES[ref]} == {"J2"}


def test_each_key_result_gets_the_grade_of_the_table(joystream: Person) -> None:
    expected = {f"{row['objective']}/{row['key_result']}": row["grade"] for row in _table(JOYSTREAM, "grades")}
    graded = {key_result["ref"]: key_result for ref in GRADES for key_result in joystream.get(f"/v1/objectives/{ref}")["key_results"]}
    assert len(expected) == 29
    assert {ref: k["grade"] for ref, k in graded.items()} == {ref: float(grade) if grade else None for ref, grade in expected.items()}
    assert [ref for ref, k in graded.items() if k["abstained"]] == [ref for ref, grade in expected.items() if not grade] == ["J5/5"]


def test_the_command_line_answers_json_of_an_objective(system: System, joystream: Person) -> None:
    objective = json.loads(system.cairn("objective", "J5", "--tenant", joystream.tenant, "--json").stdout)
    assert (objective["ref"], objective["title"], objective["grade"]) == ("J5", "Expand Joystream platform awareness", 0.41)
    assert {"progress", "progress_raw", "status"} <= objective.keys()
    wanted = {"ref", "title", "measure", "value", "progress", "progress_raw", "status", "grade", "weight", "abstained"}
    assert all(wanted <= key_result.keys() for key_result in objective["key_results"])
    sign_ups = objective["key_results"][0]
    assert (sign_ups["ref"], sign_ups["measure"], sign_ups["value"], sign_ups["progress"]) == ("J5/1", "metric", 120, 0.24)


def test_the_current_check_in_is_the_one_true_on_the_latest_day(joystream: Person) -> None:
    # Of 2019-07-30, after the abstentions of 2019-07-02: (0.8 + 0.7 + 0.4 + 0 + 1) / 5.
    assert joystream.get("/v1/objectives/J4")["progress"] == 0.58


def test_a_score_on_a_metric_is_a_share_of_its_way(joystream: Person) -> None:
    hired = joystream.get("/v1/key-results/J1/1")
    assert (hired["start"], hired["target"], hired["progress"]) == (0, 3, 0.33)
    assert hired["value"] == pytest.approx(0.99)


def _commanded(person: Person) -> dict[str, int]:
    """How far the logs of what people do are; directory's takes notes of who signed in, too, when it comes to it."""
    return {log: head for log, head in person.heads().items() if log in ("goals", "checkins")}


@pytest.mark.parametrize("folder", [JOYSTREAM, SOURCEGRAPH], ids=lambda folder: folder.name)
def test_a_second_import_adds_no_event(system: System, joystream: Person, sourcegraph: Person, folder: Path) -> None:
    tenant = joystream.tenant if folder is JOYSTREAM else sourcegraph.tenant
    before = _commanded(joystream)
    system.cairn("import", str(folder), "--tenant", tenant)
    joystream.catch_up()
    assert _commanded(joystream) == before


def test_rows_that_cannot_be_taken_are_named_and_the_rest_goes_in(system: System, tmp_path: Path) -> None:
    for table in JOYSTREAM.glob("*.csv"):
        (tmp_path / table.name).write_bytes(table.read_bytes())
    check_ins = tmp_path / "checkins.csv"
    lines = check_ins.read_text().splitlines()
    lines[2] = "J1,2,2019-02-30,Martin,1,,"
    lines[4] = "J1,4,2019-03-26,Martin,a lot,,"
    check_ins.write_text("\n".join(lines) + "\n")
    tenant = unique_name("broken")
    done = system.cairn("import", str(tmp_path), "--tenant", tenant, check=False)
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "checkins.csv" in said
    assert "2019-02-30" in said
    assert "a lot" in said
    admin = Person(system.url, tenant=tenant, person="admin")
    admin.catch_up()
    assert {ref: admin.get(f"/v1/objectives/{ref}")["grade"] for ref in GRADES} == GRADES


def test_every_objective_of_sourcegraph_is_there_with_what_counts_for_it(sourcegraph: Person) -> None:
    contributions: dict[str, set[str]] = {}
    for row in _table(SOURCEGRAPH, "contributions"):
        contributions.setdefault(row["objective"], set()).add(row["key_result"])
    found = {
        ref: {key_result["ref"].rpartition("/")[2] for key_result in sourcegraph.get(f"/v1/objectives/{ref}")["key_results"]}
        for ref in contributions
    }
    assert found == contributions


def test_one_check_in_on_a_shared_key_result_moves_every_objective_that_it_counts_for(sourcegraph: Person) -> None:
    contributions = _table(SOURCEGRAPH, "contributions")
    objectives_of = {
        row["key_result"]: [r["objective"] for r in contributions if r["key_result"] == row["key_result"]] for row in contributions
    }
    shared = {key_result: objectives for key_result, objectives in objectives_of.items() if len(objectives) > 1}
    assert len(shared) == 11
    for key_result, objectives in shared.items():
        before = {ref: sourcegraph.get(f"/v1/objectives/{ref}")["progress"] for ref in objectives}
        measure = sourcegraph.get(f"/v1/key-results/{key_result}")["measure"]
        value = {"graded": 1.0, "binary": 1.0}.get(measure)
        assert value is not None, f"{key_result} is a {measure}: its source names no number"
        answer = sourcegraph.post(f"/v1/key-results/{key_result}/check-ins", {"value": value})
        for ref in objectives:
            objective = sourcegraph.get(f"/v1/objectives/{ref}", after=positions_of(answer))
            share = 1 / len(objective["key_results"])
            assert objective["progress"] == pytest.approx(before[ref] + share, abs=2e-6), (key_result, ref)


OBJECTIVES_CSV = "objective,cycle,title,owner,starts_on,ends_on\nA,2026-Q3,Grow the orchard,Ida,2026-07-01,2026-09-30\n"
KEY_RESULTS_CSV = "objective,number,title,kind,start,target\nA,1,Plant trees,number,0,10\nA,2,Write the guide,score,,\n"


def _folder(figure: int) -> dict[str, str]:
    """A folder whose check-in and whose grade say this figure."""
    return {
        "objectives.csv": OBJECTIVES_CSV,
        "key_results.csv": KEY_RESULTS_CSV,
        "checkins.csv": f"objective,key_result,date,by,score,value,note\nA,1,2026-09-01,Ida,,{figure},\n",
        "grades.csv": f"objective,key_result,graded_on,as_of,grade\nA,2,2026-10-02,2026-09-30,0.{figure}\n",
    }


def _imported(person: Person, tables: dict[str, str], **parameters: Any) -> Json:
    """The report of an import over REST."""
    answer = person.ask("POST", "/v1/imports", {"tables": tables}, **parameters)
    assert answer.status_code == 200, answer.text
    *steps, last = map(json.loads, answer.text.splitlines())
    assert all("step" in step for step in steps)
    report: Json = last["report"]
    return report


@pytest.fixture(scope="module")
def orchard(system: System) -> Person:
    """The admin of a tenant in which every test imports the same folder anew."""
    return new_tenant(system.url)


def test_a_folder_says_what_stands_whatever_it_said_before(orchard: Person) -> None:
    for figure, corrected in ((3, 0), (4, 2), (3, 2), (3, 0)):
        assert _imported(orchard, _folder(figure))["corrected"] == corrected
        assert (orchard.get("/v1/key-results/A%2F1")["value"], orchard.get("/v1/key-results/A%2F2")["grade"]) == (figure, figure / 10)
    check_in = orchard.get("/v1/key-results/A%2F1/history")["items"][0]["check_in_id"]
    orchard.post(f"/v1/key-results/A%2F1/check-ins/{check_in}/retraction")
    assert _imported(orchard, _folder(3))["corrected"] == 1
    newest = orchard.get("/v1/key-results/A%2F1/history")["items"][0]
    assert (newest["event"], newest["summary"], newest["check_in_id"]) == (
        "cairn.checkins.v1.CheckInRestored",
        "restored: value 3",
        check_in,
    )
    assert orchard.get("/v1/key-results/A%2F1")["value"] == 3
    assert digests_agree(orchard) == []


def test_a_row_that_is_left_out_stands_and_is_listed(orchard: Person) -> None:
    _imported(orchard, _folder(3))
    report = _imported(orchard, {**_folder(3), "checkins.csv": "objective,key_result,date,score\n"})
    assert report["left_out"] == [{"file": "checkins.csv", "ref": "A/1", "as_of": "2026-09-01", "by": "Ida", "value": 3.0}]
    assert orchard.get("/v1/key-results/A%2F1")["value"] == 3


def test_a_dry_run_over_rest_changes_nothing(orchard: Person) -> None:
    _imported(orchard, _folder(3))
    before = _commanded(orchard)
    report = _imported(orchard, _folder(4), dry_run="true")
    assert (report["dry_run"], report["new"], report["corrected"]) == (True, 0, 2)
    assert _commanded(orchard) == before


def test_what_an_import_says_of_an_objective_that_it_creates_holds_since_ever(orchard: Person) -> None:
    _imported(orchard, _folder(3))
    early = orchard.get("/v1/objectives/A", as_of="2026-01-31")
    assert (early["state"], [k["ref"] for k in early["key_results"]]) == ("active", ["A/1", "A/2"])
    more = {**_folder(3), "key_results.csv": KEY_RESULTS_CSV + "A,3,Water them,score,,\n"}
    assert _imported(orchard, more)["key_results"]["new"] == 1
    held = {day: len(orchard.get("/v1/objectives/A", as_of=day)["key_results"]) for day in ("2026-06-30", "2026-07-01")}
    assert held == {"2026-06-30": 2, "2026-07-01": 3}


def test_an_end_that_an_import_brings_happens_on_its_day(system: System) -> None:
    admin = new_tenant(system.url)
    ended = OBJECTIVES_CSV.replace("ends_on\n", "ends_on,ended_on\n").replace("2026-09-30\n", "2026-09-30,2026-09-15\n")
    closed = {
        **_folder(3),
        "objectives.csv": ended,
        "grades.csv": "objective,key_result,graded_on,as_of,grade\nA,2,2026-10-02,2026-09-15,0.3\n",
    }
    report = _imported(admin, closed)
    assert (report["refused"], report["check_ins"]["new"], report["grades"]["new"]) == ([], 1, 1)
    states = {day: admin.get("/v1/objectives/A", as_of=day)["state"] for day in ("2026-09-14", "2026-09-15")}
    assert states == {"2026-09-14": "active", "2026-09-15": "closed"}
    again = _imported(admin, closed)
    assert (again["refused"], again["new"], again["corrected"]) == ([], 0, 0)
    assert [one["reason"] for one in _imported(admin, _folder(4))["refused"]] != []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"tables": {"objectives.csv": OBJECTIVES_CSV}}, "there is no key_results.csv"),
        ({"tables": {"objectives.csv": "title\n", "key_results.csv": KEY_RESULTS_CSV}}, "objectives.csv has no column objective"),
    ],
)
def test_tables_that_cannot_be_read_are_a_problem(orchard: Person, body: Json, told: str) -> None:
    problem = orchard.ask("POST", "/v1/imports", body)
    assert (problem.status_code, problem.json()["reason"]) == (422, "TABLES_UNREADABLE")
    assert told in problem.json()["detail"]
