"""A folder with every table that an import reads: it is taken whole, changes nothing a second time, and mends what it says otherwise."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from shared.tables import TABLES
from tests.reckoning.comparing import differences
from tests.reckoning.reckoning import tree
from tests.reckoning.tables import read
from tests.support.company import Person, new_tenant
from tests.support.system import System

Json = dict[str, Any]

TODAY: Final = datetime.now(UTC).date()
AHEAD: Final = (TODAY + timedelta(days=30)).isoformat()

FOLDER: Final[dict[str, str]] = {
    "settings.csv": "setting,value\nbands,0.6;0.8\nweekday,wed\n",
    "teams.csv": "team,name,parent,lead\ns,Sales,,ann\n",
    "people.csv": "person,name,team,from,to\nann,Ann Lee,s,,\nben,Ben Roy,s,2026-01-05,\nben,,s,2025-03-01,2025-08-31\n",
    "pillars.csv": "pillar,title,about\ngrowth,Growth,Where we want to be\n",
    "cycles.csv": (
        "cycle,first_day,last_day,kind,enclosing,state,weekday\nQ,2026-01-01,2026-03-31,tactical,Y,active,fri\n"
        "Y,2026-01-01,2026-12-31,strategic,,active,\n"
    ),
    "objectives.csv": (
        "objective,cycle,level,title,owner,team,starts_on,ends_on,kind,parent,roll_up,child_weight,visibility,contributors,named,labels,why,"
        "state,active_from,ended_on,outcome,pillar\n"
        "B,Q,team,Sell,ann,s,2026-01-01,2026-03-31,aspirational,A,,2,team,ben,,growth;a\\;b,We must,,,,,growth\n"
        "C,Q,individual,Call,ben,s,2026-01-01,2026-03-31,,K1,,,private,,ann,,,active,2026-02-01,,,\n"
        "A,Y,company,Grow,ann,,2026-01-01,2026-12-31,,,both,,,,,,,,,,,\n"
        "D,Q,team,Plan,ann,s,2026-01-01,2026-03-31,,,,,,,,,,draft,,,,\n"
        "E,Q,team,Move,ann,s,2026-01-01,2026-03-31,,,,,,,,,,closed,,2026-03-10,We moved.,\n"
        "F,Q,team,Stay,ann,s,2026-01-01,2026-02-27,,,,,,,,,,cancelled,,2026-03-01,,\n"
    ),
    "contributions.csv": "objective,key_result,from\nB,K1,\nA,K1,2026-02-01\nB,K2,2026-02-10\nE,K3,\n",
    "key_results.csv": (
        "key_result,title,kind,start,target,unit,owners,milestones,from\nK1,Deals,number,0,10,deals,ann:2;ben:1,,2026-01-10\n"
        "K2,Pipeline,number,0,100,,,,\nK3,Boxes,milestones,,,,,Pack;Carry,\n"
    ),
    "kpis.csv": "kpi,title,unit,low,high,owner,team\nchurn,Churn,percent,0,3,ben,s\n",
    "initiatives.csv": "initiative,title,owner,for,state,start,end\nI1,Fair,ben,K1,running,2026-01-15,2026-02-28\n",
    "tasks.csv": (
        "task,title,assignee,giver,priority,due,for,done_on\nT1,Book a stand,ben,ann,high,2026-01-20,I1,2026-01-19\n"
        f"T2,Write to them,ann,,,{AHEAD},B,\nT3,Tidy up,ben,ben,low,,,\n"
    ),
    "milestones.csv": (
        f"milestone,title,day,team,state\nM1,Launch,{AHEAD},,planned\nM2,Fair,2026-02-15,s,reached\nM3,Move,{AHEAD},,postponed\n"
    ),
    "changes.csv": (
        "ref,day,field,value\nK1,2026-02-15,target,20\nK2,2026-02-20,plan,2026-03-01:0.4;2026-03-10:0.5\n"
        "F,2026-03-05,state,active\nF,2026-03-08,state,closed\nF,2026-03-09,state,active\nF,2026-02-01,due,\n"
    ),
    "checkins.csv": (
        "key_result,date,by,value,done,confidence,blockers,status,part,abstained,note\n"
        "K1,2026-01-20,ann,4,,7,No stand yet;too few people,at risk,ann,,Slow\n"
        "K1,2026-02-20,ben,,,,,,,Ill,\nK3,2026-02-01,ann,,1,,,,,,\n"
    ),
    "kpi_values.csv": "kpi,date,value\nchurn,2026-01-31,2.5\nchurn,2026-02-28,4\n",
    "grades.csv": "key_result,graded_on,grade\nK3,2026-03-10,0.5\n",
    "comments.csv": "on,day,by,text,reply_to\nB,2026-01-21,ann,How is @ben?,\nB,2026-01-22,ben,Better.,1\nK1,2026-01-22,ben,Soon more.,\n",
    "published_totals.csv": "objective,total\nE,0.5\n",
}
"""Every table, and most columns that the others of a folder do not have."""


def imported(system: System, tenant: str, folder: Path, *options: str, tables: Mapping[str, str] | None = None, expected: int = 0) -> Json:
    for name, text in (FOLDER | dict(tables or {})).items():
        (folder / name).write_text(text)
    done = system.cairn("import", str(folder), "--tenant", tenant, "--json", *options, check=not expected)
    assert done.returncode == expected, done.stderr
    report: Json = json.loads(done.stdout)
    return report


class Company:
    """The tenant that the folder was imported into."""

    def __init__(self, system: System, folder: Path) -> None:
        self.admin: Person = new_tenant(system.url)
        self.folder = folder
        self.report = imported(system, self.admin.tenant, folder)

    def get(self, path: str) -> Json:
        answer: Json = self.admin.get(path)
        return answer


@pytest.fixture(scope="module")
def company(system: System, tmp_path_factory: pytest.TempPathFactory) -> Company:
    return Company(system, tmp_path_factory.mktemp("tables"))


def test_the_folder_has_every_table() -> None:
    assert set(FOLDER) == set(TABLES)


def test_every_row_is_taken(company: Company) -> None:
    report = company.report
    assert (report["refused"], report["different"], report["left_out"]) == ([], [], [])
    new = {kind: report[kind]["new"] for kind in ("objectives", "key_results", "kpis", "initiatives", "tasks", "milestones")}
    assert new == {"objectives": 6, "key_results": 3, "kpis": 1, "initiatives": 1, "tasks": 3, "milestones": 3}
    assert {kind: report[kind]["new"] for kind in ("check_ins", "kpi_values", "grades", "comments")} == {
        "check_ins": 3,
        "kpi_values": 2,
        "grades": 1,
        "comments": 3,
    }


def test_a_setting_without_a_day_holds_since_ever(company: Company) -> None:
    bands = company.get("/v1/settings/bands?as_of=2025-01-01")
    assert (bands["value"], bands["since"]) == ("0.6;0.8", None)
    graded = company.get("/v1/objectives/E?as_of=2026-03-10")
    assert (graded["grade"], graded["band"]) == (0.5, "red")  # by default it would be yellow


def test_the_weekday_of_a_cycle_is_its_own_beside_that_of_the_tenant(company: Company) -> None:
    assert company.get("/v1/settings/weekday")["value"] == "wed"
    assert [company.get(f"/v1/cycles/{name}")["weekday"] for name in ("Q", "Y")] == ["fri", None]


def test_an_objective_is_what_its_row_says(company: Company) -> None:
    b = company.get("/v1/objectives/B")
    said = {name: b[name] for name in ("kind", "roll_up", "child_weight", "visibility", "labels", "why", "state")}
    assert said == {
        "kind": "aspirational",
        "roll_up": "key_results",
        "child_weight": 2.0,
        "visibility": "team",
        "labels": ["growth", "a;b"],
        "why": "We must",
        "state": "active",
    }
    assert [person["handle"] for person in b["contributors"]] == ["ben"]
    assert b["parent"]["objective"]["ref"] == "A"


def test_a_parent_is_an_objective_further_down_or_a_key_result(company: Company) -> None:
    assert company.get("/v1/objectives/B")["parent"]["objective"]["ref"] == "A"
    assert company.get("/v1/objectives/C")["parent"]["key_result"]["ref"] == "K1"
    assert [person["handle"] for person in company.get("/v1/objectives/C")["named_people"]] == ["ann"]


def test_a_draft_stays_one_and_what_ended_has_its_outcome(company: Company) -> None:
    assert company.get("/v1/objectives/D")["state"] == "draft"
    e = company.get("/v1/objectives/E")
    assert (e["state"], e["ended_on"]) == ("closed", "2026-03-10")


def test_what_is_active_from_a_day_was_a_draft_until_its_first_day(company: Company) -> None:
    assert company.get("/v1/objectives/C?as_of=2025-12-31")["state"] == "draft"
    assert company.get("/v1/objectives/C?as_of=2026-01-02")["state"] == "active"


def test_a_key_result_and_a_contribution_count_from_their_days(company: Company) -> None:
    def counting(objective: str, day: str) -> list[str]:
        return sorted(one["ref"] for one in company.get(f"/v1/objectives/{objective}?as_of={day}")["key_results"])

    assert counting("B", "2026-01-09") == []
    assert counting("B", "2026-01-10") == ["K1"]
    assert counting("B", "2026-02-10") == ["K1", "K2"]
    assert counting("A", "2026-01-31") == []
    assert counting("A", "2026-02-01") == ["K1"]


def test_an_end_that_is_taken_back_is_none_on_any_day_and_a_due_day_that_is_taken_away_is_the_cycles_last(company: Company) -> None:
    for day in ("2026-03-02", "2026-03-08", "2026-03-31"):
        found = company.get(f"/v1/objectives/F?as_of={day}")
        assert (found["state"], found["ended_on"], found["due_day"]) == ("active", None, "2026-03-31")


DAYS: Final = (
    *("2026-01-12", "2026-01-21", "2026-02-02", "2026-02-12"),
    *("2026-02-16", "2026-02-25", "2026-03-05", "2026-03-12", "2026-04-15"),
)


@pytest.mark.parametrize("day", DAYS)
def test_on_any_day_the_tree_is_what_is_reckoned_of_the_tables(system: System, company: Company, day: str) -> None:
    shown: Json = json.loads(system.cairn("tree", "--tenant", company.admin.tenant, "--as-of", day, "--json").stdout)
    assert list(differences(tree(read(company.folder), date.fromisoformat(day)), shown)) == []


def test_a_check_in_says_how_sure_what_stands_in_the_way_and_which_status(company: Company) -> None:
    first = company.get("/v1/key-results/K1?as_of=2026-01-25")
    assert (first["status"], first["status_said"], first["confidence"]) == ("at_risk", True, 7)
    assert [part["person"]["handle"] for part in first["parts"]] == ["ann"]


def test_a_kpi_has_its_values_and_its_range(company: Company) -> None:
    churn = company.get("/v1/kpis/churn")
    assert (churn["low"], churn["high"], churn["owner"]["handle"], churn["team"]["name"]) == (0.0, 3.0, "ben", "Sales")
    assert (churn["value"], churn["as_of"], churn["in_range"]) == (4.0, "2026-02-28", False)


def test_work_is_whose_it_is_and_for_what_it_is(company: Company) -> None:
    first, second = company.get("/v1/tasks/T1"), company.get("/v1/tasks/T2")
    assert (first["assignee"]["handle"], first["giver"]["handle"], first["priority"]) == ("ben", "ann", "high")
    assert (first["state"], first["done_on"], first["serves"]["initiative"]["ref"]) == ("done", "2026-01-19", "I1")
    assert (second["state"], second["due_day"], second["serves"]["objective"]["ref"]) == ("open", AHEAD, "B")
    fair = company.get("/v1/initiatives/I1")
    assert (fair["state"], fair["start_day"], fair["serves"]["key_result"]["ref"]) == ("running", "2026-01-15", "K1")


def test_milestones_are_planned_reached_or_postponed(company: Company) -> None:
    phases = {name: company.get(f"/v1/milestones/{name}") for name in ("M1", "M2", "M3")}
    assert [one["phase"] for one in phases.values()] == ["planned", "reached", "postponed"]
    assert (phases["M2"]["reached_on"], phases["M2"]["team"]["name"], phases["M3"]["day"]) == ("2026-02-15", "Sales", AHEAD)


def test_comments_are_their_authors_and_nobody_is_told(company: Company) -> None:
    first, second = company.get("/v1/objectives/B/comments")["items"]
    assert (first["text"], first["author"]["handle"], first["day"]) == ("How is @ben?", "ann", "2026-01-21")
    assert (second["author"]["handle"], second["reply_to"]) == ("ben", first["id"])


def test_the_same_again_changes_nothing(system: System, company: Company, tmp_path: Path) -> None:
    before = system.cairn("digest", "--tenant", company.admin.tenant, "--json").stdout
    again = imported(system, company.admin.tenant, tmp_path)
    assert (again["new"], again["corrected"], again["refused"], again["changes"]) == (0, 0, [], [])
    assert system.cairn("digest", "--tenant", company.admin.tenant, "--json").stdout == before


CHANGED: Final[dict[str, str]] = {
    "cycles.csv": FOLDER["cycles.csv"].replace("2026-12-31", "2027-01-31"),
    "kpis.csv": FOLDER["kpis.csv"].replace(",3,", ",2,"),
    "initiatives.csv": FOLDER["initiatives.csv"].replace("running", "done"),
    "tasks.csv": FOLDER["tasks.csv"].replace("Tidy up", "Clean up").replace(f"{AHEAD},B,", f"{AHEAD},B,2026-03-01"),
    "milestones.csv": FOLDER["milestones.csv"].replace("Launch", "Launch it"),
    "kpi_values.csv": FOLDER["kpi_values.csv"].replace("2.5", "2.75"),
    "comments.csv": FOLDER["comments.csv"].replace("Better.", "Well."),
    "checkins.csv": FOLDER["checkins.csv"].replace(",7,", ",8,"),
}
CHANGES: Final = {
    ("Y", "last_day", "2026-12-31", "2027-01-31"),
    ("churn", "high", 3.0, 2.0),
    ("I1", "state", "running", "done"),
    ("T3", "title", "Tidy up", "Clean up"),
    ("T2", "done_on", None, "2026-03-01"),
    ("M1", "title", "Launch", "Launch it"),
    ("churn", "value", 2.5, 2.75),
    ("B", "comment", "Better.", "Well."),
}


def told(report: Json) -> set[tuple[Any, ...]]:
    return {(one["ref"], one["what"], one["before"], one["after"]) for one in report["changes"]}


def test_a_changed_row_changes_that_very_thing_and_a_dry_run_tells_it_first(system: System, tmp_path: Path) -> None:
    admin = new_tenant(system.url)
    imported(system, admin.tenant, tmp_path)
    tried = imported(system, admin.tenant, tmp_path, "--dry-run", tables=CHANGED)
    assert (told(tried), tried["refused"]) == (CHANGES, [])
    changed = imported(system, admin.tenant, tmp_path, tables=CHANGED)
    assert (told(changed), changed["refused"], changed["new"]) == (CHANGES, [], 0)
    [confidence] = [change for one in changed["by_objective"] for change in one["changes"]]
    assert (confidence["what"], confidence["before"], confidence["after"]) == ("confidence", 7, 8)
    assert admin.get("/v1/tasks/T2")["done_on"] == "2026-03-01"
    assert admin.get("/v1/objectives/B/comments")["items"][1]["text"] == "Well."
    again = imported(system, admin.tenant, tmp_path, tables=CHANGED)
    assert (again["new"], again["corrected"], again["changes"]) == (0, 0, [])


def test_what_no_row_says_any_more_stands_and_is_listed(system: System, company: Company, tmp_path: Path) -> None:
    less = imported(system, company.admin.tenant, tmp_path, tables={"kpi_values.csv": "kpi,date,value\nchurn,2026-01-31,2.5\n"})
    [left] = less["left_out"]
    assert (left["file"], left["ref"], left["as_of"], left["value"]) == ("kpi_values.csv", "churn", "2026-02-28", 4.0)
    assert company.get("/v1/kpis/churn")["value"] == 4.0


def test_a_dry_run_into_an_empty_tenant_takes_every_row_and_writes_nothing(system: System, tmp_path: Path) -> None:
    admin = new_tenant(system.url)
    report = imported(system, admin.tenant, tmp_path, "--dry-run")
    assert (report["refused"], report["tasks"]["new"], report["comments"]["new"]) == ([], 3, 3)
    assert admin.get("/v1/tasks")["items"] == []
    assert admin.get("/v1/kpis")["items"] == []


def test_bad_rows_are_said_with_file_line_column_and_reason(system: System, tmp_path: Path) -> None:
    admin = new_tenant(system.url)
    bad = {
        "tasks.csv": "task,title,assignee,priority,for,done_on\nT1,One,ann,urgent,,\nT2,Two,ann,,ZZ,\nT3,Three,ann,,D,2999-01-01\n",
        "kpis.csv": "kpi,title,unit,low,high\nchurn,Churn,percent,5,3\n",
        "kpi_values.csv": "kpi,date,value\nchurn,2026-01-31,2\n",
        "milestones.csv": "milestone,title,day,state\nM1,Launch,soon,\nM2,Fair,2026-02-15,gone\n",
        "initiatives.csv": "initiative,title,owner,for,start,end\nI1,Fair,ben,K1,2026-02-15,2026-01-15\n",
        "comments.csv": "on,day,by,text,reply_to\nYY,2026-01-21,ann,Hm,\nB,2026-01-21,ann,Hm,1\nB,2999-01-01,ann,Hm,\n",
    }
    report = imported(system, admin.tenant, tmp_path, tables=bad, expected=3)
    where = {(one["file"], one["line"], one["column"]) for one in report["refused"]}
    assert where == {
        ("tasks.csv", 2, "priority"),
        ("tasks.csv", 3, "for"),
        ("tasks.csv", 4, "done_on"),
        ("kpis.csv", 2, "high"),
        ("milestones.csv", 2, "day"),
        ("milestones.csv", 3, "state"),
        ("initiatives.csv", 2, "end"),
        ("comments.csv", 2, "on"),
        ("comments.csv", 4, "day"),
    }
    assert all(one["reason"] for one in report["refused"])
    assert report["refused_count"] == len(where) + 2  # a value of the KPI that is not there, and what answers the comment
