"""What a dry run of an import says of every row is what the import says: the rules themselves are asked, and nothing is recorded.

The rows lie at the bounds of the rules and just beyond them. Bounds are read where the rules stand, so that a rule that moves moves them.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator, Sequence
from typing import Any

from buf.validate import validate_pb2
from cairn.checkins.v1 import service_pb2 as checkins
from cairn.directory.v1 import service_pb2 as directory
from cairn.goals.v1 import service_pb2 as goals
from goals.domain.measures import LONGEST_UNIT, SHORTEST_WAY
from shared.limits import LARGEST_NUMBER, LARGEST_WEIGHT, MOST_KEY_RESULTS
from shared.naming import LONGEST_CYCLE_NAME, LONGEST_REFERENCE
from shared.tables import COLUMNS, TABLES
from tests.support.company import Json, Person, day, new_tenant
from tests.support.system import System

OBJECTIVES = ("objective", "cycle", "title", "owner", "level", "team", "starts_on", "ends_on", "ended_on", "state")
KEY_RESULTS = ("objective", "number", "title", "kind", "start", "target", "unit", "weight", "cancelled_on")
CHECK_INS = ("objective", "key_result", "date", "by", "score", "value", "note", "retracted")
GRADES = ("objective", "key_result", "graded_on", "as_of", "grade", "note")
FIRST, LAST = day(-60), day(30)
NAMES = ("Ida\u202eda", "..", "/", "a/b", "0190a1b2-0000-7000-8000-000000000000", "  ", "")

Row = dict[str, str]


def longest(message: Any, field: str) -> int:
    """The most characters that a field of a request may have."""
    rules = message.DESCRIPTOR.fields_by_name[field].GetOptions().Extensions[validate_pb2.field]  # type: ignore[attr-defined]
    assert rules.string.HasField("max_len")
    return int(rules.string.max_len)


def lengths(at_most: int) -> tuple[str, str]:
    return "x" * at_most, "x" * (at_most + 1)


def beyond(bound: float) -> tuple[str, str]:
    return f"{bound:.0f}", f"{bound * 10:.0f}"


DAYS = (day(-90), day(-30), day(-1), day(), day(1), day(2), "0001-01-01", "9999-12-31")
CELLS: dict[str, dict[str, Sequence[str]]] = {
    "objectives.csv": {
        "objective": (*lengths(LONGEST_REFERENCE), *NAMES),
        "cycle": (*lengths(LONGEST_CYCLE_NAME), *NAMES),
        "title": lengths(longest(goals.DefineObjectiveRequest, "title")),
        "team": lengths(longest(directory.FoundTeamRequest, "name")),
        "owner": (*lengths(100), *NAMES),
        "level": ("company", "team", "individual:Bo", "galaxy"),
        "starts_on": DAYS,
        "ends_on": DAYS,
        "ended_on": DAYS,
        "state": ("closed", "cancelled", "open"),
    },
    "key_results.csv": {
        "number": (*lengths(LONGEST_REFERENCE - len("O1/")), *NAMES),
        "title": lengths(longest(goals.DefineKeyResultRequest, "title")),
        "kind": ("number", "binary", "score", "vibes"),
        "start": (*beyond(LARGEST_NUMBER), *beyond(-LARGEST_NUMBER)),
        "target": (*beyond(LARGEST_NUMBER), "0", f"{SHORTEST_WAY}", f"{SHORTEST_WAY / 10}"),
        "unit": lengths(LONGEST_UNIT),
        "weight": (*beyond(LARGEST_WEIGHT), "-1", "0"),
        "cancelled_on": DAYS,
    },
    "checkins.csv": {
        "date": DAYS,
        "by": (*lengths(100), *NAMES),
        "score": ("1", "1.1", "-1"),
        "value": (*beyond(LARGEST_NUMBER), *beyond(-LARGEST_NUMBER), "NaN"),
        "note": (*lengths(longest(checkins.CheckIn, "comment")), *lengths(longest(checkins.CheckIn, "abstention"))),
        "retracted": ("yes", "perhaps"),
    },
    "grades.csv": {
        "graded_on": DAYS,
        "as_of": DAYS,
        "grade": ("0", "1", "1.1", ""),
        "note": (*lengths(longest(checkins.GradeKeyResultRequest, "reason")),),
    },
}
OTHERS = ("kpis.csv", "kpi_values.csv", "initiatives.csv", "tasks.csv", "milestones.csv", "comments.csv")
HEADERS: dict[str, tuple[str, ...]] = {
    "objectives.csv": OBJECTIVES,
    "key_results.csv": KEY_RESULTS,
    "checkins.csv": CHECK_INS,
    "grades.csv": GRADES,
    **{file: COLUMNS[file].all for file in TABLES if file in OTHERS},
}
CELLS_OF_OTHERS: dict[str, dict[str, Sequence[str]]] = {
    "kpis.csv": {
        "title": lengths(longest(goals.DefineKpiRequest, "title")),
        "unit": lengths(LONGEST_UNIT),
        "low": (*beyond(-LARGEST_NUMBER), "9", "10", "11"),
        "owner": (*lengths(100), *NAMES),
        "team": lengths(longest(directory.FoundTeamRequest, "name")),
    },
    "kpi_values.csv": {"date": DAYS, "value": (*beyond(LARGEST_NUMBER), "NaN")},
    "initiatives.csv": {
        "title": lengths(longest(goals.DefineInitiativeRequest, "title")),
        "owner": (*lengths(100), *NAMES),
        "for": ("O", "O/1", "nothing"),
        "state": ("done", "gone"),
        "start": DAYS,
        "end": DAYS,
    },
    "tasks.csv": {
        "title": lengths(longest(goals.GiveTaskRequest, "title")),
        "assignee": (*lengths(100), *NAMES),
        "giver": (*lengths(100), *NAMES),
        "priority": ("high", "urgent"),
        "due": DAYS,
        "for": ("O", "O/1", "nothing", ""),
        "done_on": DAYS,
    },
    "milestones.csv": {
        "title": lengths(longest(goals.PlanMilestoneRequest, "title")),
        "day": DAYS,
        "team": lengths(longest(directory.FoundTeamRequest, "name")),
        "state": ("reached", "postponed", "missed"),
    },
    "comments.csv": {
        "on": ("O", "O/1", "nothing"),
        "by": (*lengths(100), *NAMES),
        "text": ("@Ann", "x" * 4000, "x" * 4001),
        "reply_to": ("1", "0", "99999"),
    },
}

Tables = dict[str, list[Row]]


def an_objective(name: str) -> Row:
    return dict(zip(OBJECTIVES, (name, "now", f"Objective {name}", "Ann", "company", "", FIRST, LAST, "", ""), strict=True))


def a_key_result(objective: str, number: str) -> Row:
    return dict(zip(KEY_RESULTS, (objective, number, f"Key result {number}", "number", "0", "10", "", "1", ""), strict=True))


def a_check_in(objective: str, number: str, value: str) -> Row:
    return dict(zip(CHECK_INS, (objective, number, day(-10), "Ann", "", value, "", ""), strict=True))


def a_grade(objective: str, number: str) -> Row:
    return dict(zip(GRADES, (objective, number, day(-1), "", "0.5", ""), strict=True))


def at_every_bound() -> Tables:
    """For each cell and each of its values an objective of its own, a key result, a check-in and a grade, right but for that cell."""
    tables: Tables = {name: [] for name in HEADERS}
    odd = [(table, column, cell) for table, columns in CELLS.items() for column, cells in columns.items() for cell in cells]
    for number, (table, column, cell) in enumerate(odd):
        name = f"O{number}"
        rows = {
            "objectives.csv": an_objective(name),
            "key_results.csv": a_key_result(name, "1"),
            "checkins.csv": a_check_in(name, "1", "5"),
            "grades.csv": a_grade(name, "1"),
        }
        if column == "note" and table == "checkins.csv" and len(cell) <= longest(checkins.CheckIn, "abstention") + 1:
            rows["checkins.csv"]["value"] = ""  # it is the reason of an abstention
        rows[table][column] = cell
        for name_of_table, row in rows.items():
            tables[name_of_table].append(row)
    for name_of_table, row in steady("5").items():
        tables[name_of_table].append(row)
    tables["objectives.csv"].append(an_objective("full"))
    tables["key_results.csv"] += [a_key_result("full", str(number)) for number in range(1, MOST_KEY_RESULTS + 2)]
    tables["checkins.csv"] += [a_check_in("full", str(number), "1") for number in (MOST_KEY_RESULTS, MOST_KEY_RESULTS + 1)]
    return tables


def right(number: int) -> dict[str, Row]:
    """A row of each other table: a KPI with a value, an initiative with a task, a milestone and a comment."""
    cells = {
        "kpis.csv": {"kpi": f"K{number}", "title": "Churn", "unit": "percent", "high": "10", "owner": "Ann"},
        "kpi_values.csv": {"kpi": f"K{number}", "date": day(-5), "value": "4"},
        "initiatives.csv": {"initiative": f"I{number}", "title": "Fair", "owner": "Ann", "for": "O/1", "start": day(-20)},
        "tasks.csv": {"task": f"T{number}", "title": "Call", "assignee": "Bo", "for": f"I{number}"},
        "milestones.csv": {"milestone": f"M{number}", "title": "Launch", "day": day(5)},
        "comments.csv": {"on": "O", "day": day(-3), "by": "Ann", "text": f"So be it {number}"},
    }
    return {table: dict.fromkeys(HEADERS[table], "") | row for table, row in cells.items()}


def others_at_every_bound() -> Tables:
    """As `at_every_bound`, of what stands beside objectives and key results."""
    tables: Tables = {"objectives.csv": [an_objective("O")], "key_results.csv": [a_key_result("O", "1")], **{name: [] for name in OTHERS}}
    odd = [(table, column, cell) for table, columns in CELLS_OF_OTHERS.items() for column, cells in columns.items() for cell in cells]
    for number, (table, column, cell) in enumerate(odd):
        rows = right(number)
        rows[table][column] = cell
        for name, row in rows.items():
            if name == table or (name, table) in FOLLOWING:
                tables[name].append(row)
    return tables


FOLLOWING = {
    *(("kpis.csv", "kpi_values.csv"), ("kpi_values.csv", "kpis.csv")),
    *(("initiatives.csv", "tasks.csv"), ("tasks.csv", "initiatives.csv")),
}
"""What is needed, or would be refused with it."""


def steady(value: str) -> dict[str, Row]:
    """The rows of an objective that chance leaves alone, with this value of its check-in."""
    return {
        "objectives.csv": an_objective("steady"),
        "key_results.csv": a_key_result("steady", "1"),
        "checkins.csv": a_check_in("steady", "1", value),
        "grades.csv": a_grade("steady", "1"),
    }


def said_otherwise(tables: Tables, r: random.Random) -> Tables:
    """The same tables after a while: some rows say something else, some are gone, some are new."""
    changed: Tables = {}
    for table, rows in tables.items():
        changed[table] = [dict(row) for row in rows if table == "objectives.csv" or r.random() > 0.05]
        for row in r.sample(changed[table], len(changed[table]) // 3):
            column = r.choice(sorted(CELLS[table]))
            if column not in ("objective", "number"):
                row[column] = r.choice(CELLS[table][column])
    changed["objectives.csv"].append(an_objective(f"N{r.random()}"))
    changed["key_results.csv"] += [a_key_result(r.choice(changed["objectives.csv"])["objective"], f"n{r.random()}") for _ in range(20)]
    for row in changed["key_results.csv"][-10:]:
        changed["checkins.csv"].append(a_check_in(row["objective"], row["number"], r.choice(("1", "1e30"))))
    for table, row in steady("6").items():
        changed[table] = [*(other for other in changed[table] if other["objective"] != "steady"), row]
    return changed


def report_of(admin: Person, tables: Tables, *, dry_run: bool) -> Json:
    written = {name: "\n".join(_written(HEADERS[name], rows)) + "\n" for name, rows in tables.items()}
    answer = admin.ask("POST", "/v1/imports", {"tables": written}, dry_run=str(dry_run).lower())
    assert answer.status_code == 200, answer.text[:500]
    report: Json = json.loads(answer.text.splitlines()[-1])["report"]
    return report


def _written(header: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
    for row in ({name: name for name in header}, *rows):
        cells = io.StringIO()
        csv.writer(cells, lineterminator="").writerow([row[name] for name in header])
        yield cells.getvalue()


def compared(admin: Person, tables: Tables) -> Json:
    """The report of an import, which its dry run gave before, and which left everything as it was."""
    before = {log: head for log, head in admin.heads().items() if log in ("goals", "checkins")}
    people = len(admin.get("/v1/people", limit=1000)["items"])
    told = report_of(admin, tables, dry_run=True)
    assert {log: head for log, head in admin.heads().items() if log in before} == before
    assert len(admin.get("/v1/people", limit=1000)["items"]) == people
    done = report_of(admin, tables, dry_run=False)
    only_done = {"dry_run", "published_totals"}
    assert {name: said for name, said in told.items() if name not in only_done} == {n: s for n, s in done.items() if n not in only_done}
    return done


def test_a_dry_run_says_of_every_row_what_the_import_says(system: System) -> None:
    r = random.Random(1)
    admin = new_tenant(system.url)
    tables = at_every_bound()
    first = compared(admin, tables)
    refused = {(one["file"], one["column"]) for one in first["refused"]}
    assert refused >= {(table, column) for table, column in BOUNDED}, first["refused"]
    again = compared(admin, said_otherwise(tables, r))
    assert again["corrected"]
    assert again["refused_count"]
    assert {one["verdict"] for one in again["by_objective"]} == {"created", "changed", "unchanged", "refused"}
    changes = [change for one in again["by_objective"] for change in one["changes"]]
    assert {change["what"] for change in changes} >= {"value", "comment", "grade", "state"}
    assert all(change["before"] != change["after"] for change in changes)


def test_a_dry_run_says_of_kpis_work_milestones_and_comments_what_the_import_says(system: System) -> None:
    r = random.Random(2)
    admin = new_tenant(system.url)
    tables = others_at_every_bound()
    first = compared(admin, tables)
    refused = {(one["file"], one["column"]) for one in first["refused"]}
    assert refused >= {(table, "title") for table in ("kpis.csv", "initiatives.csv", "tasks.csv", "milestones.csv")}
    assert refused >= {("kpi_values.csv", "date"), ("kpi_values.csv", "value"), ("tasks.csv", "done_on"), ("comments.csv", "text")}
    changed: Tables = {name: [dict(row) for row in rows] for name, rows in tables.items()}
    for table, columns in CELLS_OF_OTHERS.items():
        for row in r.sample(changed[table], len(changed[table]) // 2):
            column = r.choice(sorted(columns))
            row[column] = r.choice(columns[column])
    again = compared(admin, changed)
    assert {one["what"] for one in again["changes"]} >= {"title", "state"}
    assert all(one["before"] != one["after"] for one in again["changes"])


BOUNDED = [
    ("objectives.csv", "objective"),
    ("objectives.csv", "title"),
    ("objectives.csv", "team"),
    ("objectives.csv", "cycle"),
    ("objectives.csv", "owner"),
    ("objectives.csv", "ended_on"),
    ("key_results.csv", "number"),
    ("key_results.csv", "title"),
    ("key_results.csv", "weight"),
    ("key_results.csv", "unit"),
    ("key_results.csv", "cancelled_on"),
    ("checkins.csv", "date"),
    ("checkins.csv", "value"),
    ("checkins.csv", "note"),
    ("grades.csv", "graded_on"),
    ("grades.csv", "note"),
]
"""Where a bound must have been met: the test would be none if its rows were all refused before any rule was asked."""
