"""What was redefined later is imported from changes.csv: of each field the row of the latest day holds, of one day the later row."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.reckoning.comparing import differences
from tests.reckoning.reckoning import tree
from tests.reckoning.tables import read
from tests.support.company import new_tenant, unique_name
from tests.support.system import System

Rows = list[dict[str, str]]

SPAN = {"starts_on": "2026-01-01", "ends_on": "2026-03-31"}
OBJECTIVES: Rows = [
    {
        "objective": "A",
        "cycle": "Q",
        "level": "company",
        "title": "Sell",
        "owner": "ann",
        "starts_on": "2026-01-01",
        "ends_on": "2026-03-31",
    },
    {
        "objective": "B",
        "cycle": "Q",
        "level": "company",
        "title": "Help",
        "owner": "ben",
        "starts_on": "2026-01-01",
        "ends_on": "2026-03-31",
    },
]
KEY_RESULTS: Rows = [
    {"objective": "A", "number": "1", "title": "All of it", "kind": "sum", "unit": "CHF", "target": "100", "feeds": "A/2;B/1"},
    {"objective": "A", "number": "2", "title": "Sales", "kind": "number", "unit": "CHF", "start": "0", "target": "50"},
    {"objective": "B", "number": "1", "title": "Support", "kind": "baseline", "unit": "CHF"},
    {"objective": "B", "number": "2", "title": "Steps", "kind": "milestones", "milestones": r"Find\; one:2:2026-02-01;Sign"},
    {"objective": "B", "number": "3", "title": "Shared", "kind": "number", "start": "0", "target": "10", "owners": "ann:3;ben:1"},
    {"objective": "B", "number": "4", "title": "Kept", "kind": "maintain", "low": "5", "mode": "share"},
]
CHANGES: Rows = [
    {"ref": "A/2", "day": "2026-02-01", "field": "target", "value": "80"},
    {"ref": "A/2", "day": "2026-01-20", "field": "target", "value": "60"},
    {"ref": "A/2", "day": "2026-02-01", "field": "target", "value": "90"},
    {"ref": "B/1", "day": "2026-02-10", "field": "target", "value": "40"},
    {"ref": "B/1", "day": "2026-02-20", "field": "target", "value": "80"},
    {"ref": "B/2", "day": "2026-02-15", "field": "milestones", "value": "Sign;Move:3"},
    {"ref": "B/3", "day": "2026-02-15", "field": "owners", "value": "ben"},
    {"ref": "B/4", "day": "2026-02-15", "field": "low", "value": "7"},
    {"ref": "B/4", "day": "2026-02-20", "field": "weight", "value": "2"},
    {"ref": "A/1", "day": "2026-03-01", "field": "feeds", "value": "A/2"},
    {"ref": "B/3", "day": "2026-02-05", "field": "counts_for+", "value": "A"},
    {"ref": "B/3", "day": "2026-03-05", "field": "counts_for-", "value": "A"},
    {"ref": "B", "day": "2026-02-01", "field": "parent", "value": "A"},
    {"ref": "A", "day": "2026-02-25", "field": "roll_up", "value": "both"},
    {"ref": "B", "day": "2026-03-20", "field": "state", "value": "closed"},
]
CHECK_INS: Rows = [
    {"objective": "A", "key_result": "2", "date": "2026-01-10", "value": "30"},
    {"objective": "B", "key_result": "1", "date": "2026-01-15", "value": "20"},
    {"objective": "B", "key_result": "1", "date": "2026-02-18", "value": "30"},
    {"objective": "B", "key_result": "2", "date": "2026-02-02", "done": "1"},
    {"objective": "B", "key_result": "3", "date": "2026-02-01", "value": "4", "part": "ann"},
    {"objective": "B", "key_result": "3", "date": "2026-02-03", "value": "8", "part": "ben"},
    {"objective": "B", "key_result": "4", "date": "2026-02-01", "value": "6"},
    {"objective": "B", "key_result": "4", "date": "2026-02-18", "value": "6"},
]
DAYS = ("2026-01-05", "2026-01-16", "2026-01-25", "2026-02-04", "2026-02-12", "2026-02-17", "2026-02-26", "2026-03-02", "2026-03-25")
OF_OTHERS = ("pace", "confidence", "stale", "coverage", "ended_on", "commit", "stretch", "plan")
"""Fields of a tree that are no matter of these tables."""


def write(folder: Path, **other: Rows) -> None:
    tables = {"objectives": OBJECTIVES, "key_results": KEY_RESULTS, "changes": CHANGES, "checkins": CHECK_INS}
    for name, rows in (tables | other).items():
        columns = list(dict.fromkeys([column for row in rows for column in row] + (["score"] if name == "checkins" else [])))
        with (folder / f"{name}.csv").open("w", newline="") as table:
            writer = csv.DictWriter(table, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)


@pytest.fixture(scope="module")
def imported(system: System, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    folder, tenant = tmp_path_factory.mktemp("tables"), unique_name()
    write(folder)
    system.cairn("import", str(folder), "--tenant", tenant)
    return tenant, folder


@pytest.mark.parametrize("day", DAYS)
def test_on_any_day_the_tree_is_what_is_reckoned_of_the_tables(system: System, imported: tuple[str, Path], day: str) -> None:
    tenant, folder = imported
    shown: dict[str, Any] = json.loads(system.cairn("tree", "--cycle", "Q", "--tenant", tenant, "--as-of", day, "--json").stdout)
    found = list(differences(tree(read(folder), date.fromisoformat(day)), shown))
    assert [line for line in found if not any(f": {name} is" in line for name in OF_OTHERS)] == []


ENDED: Rows = [
    {"objective": "A", "title": "Sell", "ended_on": "2026-03-10"},
    {"objective": "B", "title": "Help", "ended_on": ""},
    {"objective": "C", "title": "Train", "ended_on": ""},
]
"""Listed before what is below them, and so before what ended within them, be it on an earlier day or on the same."""
ENDS_WITHIN: Rows = [
    {"ref": "A", "day": "2026-01-01", "field": "roll_up", "value": "both"},
    {"ref": "B", "day": "2026-01-01", "field": "parent", "value": "A"},
    {"ref": "C", "day": "2026-01-01", "field": "parent", "value": "A"},
    {"ref": "C", "day": "2026-02-15", "field": "state", "value": "closed"},
    {"ref": "C", "day": "2026-02-18", "field": "state", "value": "active"},
    {"ref": "B", "day": "2026-02-20", "field": "state", "value": "cancelled"},
    {"ref": "C", "day": "2026-03-10", "field": "state", "value": "cancelled"},
]


SUMS: Rows = [
    {"objective": "A", "number": "2", "title": "All", "kind": "sum", "target": "100", "feeds": "A/3;C/2;A/4", "cancelled_on": "2026-03-05"},
    {"objective": "A", "number": "3", "title": "More", "kind": "sum", "target": "100", "feeds": "A/4;C/2", "cancelled_on": "2026-03-10"},
    {"objective": "A", "number": "4", "title": "Own", "kind": "number", "start": "0", "target": "50", "cancelled_on": "2026-03-10"},
    {"objective": "C", "number": "2", "title": "Else", "kind": "number", "start": "0", "target": "50"},
]
"""A sum that ends on the day on which its feeds do, be it with their home: neither feeds it from that day on."""


def test_what_ended_within_something_ends_there_whatever_the_order_of_the_tables(system: System, tmp_path: Path) -> None:
    graded: Rows = [{"objective": name, "number": "1", "title": f"Of {name}", "kind": "score"} for name in "ABC"]
    scores = zip("ABC", ("0.2", "0.4", "0.9"), strict=True)
    reported: Rows = [{"objective": name, "key_result": "1", "date": "2026-01-10", "score": score} for name, score in scores]
    reported += [{"objective": of, "key_result": number, "date": "2026-01-10", "value": "30"} for of, number in ("A4", "C2")]
    objectives = [{"cycle": "Q", "level": "company", "owner": "ann", **SPAN, **row} for row in ENDED]
    write(tmp_path, objectives=objectives, key_results=graded + SUMS, changes=ENDS_WITHIN, checkins=reported)
    tenant = unique_name()
    system.cairn("import", str(tmp_path), "--tenant", tenant)
    for day in ("2026-02-19", "2026-02-25", "2026-03-09", "2026-03-10", "2026-03-25"):
        shown = json.loads(system.cairn("tree", "--cycle", "Q", "--tenant", tenant, "--as-of", day, "--json").stdout)
        reckoned = tree(read(tmp_path), date.fromisoformat(day))
        told, expected = (dict(_ends_and_numbers(of_all)) for of_all in (shown, reckoned))
        assert told == expected, day
    before = system.cairn("digest", "--tenant", tenant, "--json").stdout
    system.cairn("import", str(tmp_path), "--tenant", tenant)
    assert system.cairn("digest", "--tenant", tenant, "--json").stdout == before


def _ends_and_numbers(of_all: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for one in of_all["objectives"]:
        yield one["ref"], (one["state"], one["progress"])
        yield from ((its["ref"], (its["cancelled"], its["progress"])) for its in one["key_results"])


def test_sent_again_it_changes_nothing(system: System, imported: tuple[str, Path]) -> None:
    tenant, folder = imported
    before = system.cairn("digest", "--tenant", tenant, "--json").stdout
    report = json.loads(system.cairn("import", str(folder), "--tenant", tenant, "--json").stdout)
    assert system.cairn("digest", "--tenant", tenant, "--json").stdout == before
    assert report["different"] == []


def test_what_has_left_an_objective_does_not_come_back_to_it_when_the_tables_are_sent_again(system: System, tmp_path: Path) -> None:
    objectives = [{"objective": name, "cycle": "Q", "level": "company", "title": f"Do {name}", "owner": "ann", **SPAN} for name in "XYZ"]
    key_results = [{"key_result": name, "title": name, "kind": "score"} for name in "KLMN"]
    counting = [{"key_result": of, "objective": to} for of, to in ("KX", "LX", "MY", "NZ", "LZ")]
    changes = [
        {"ref": "K", "day": "2026-02-01", "field": "home", "value": "Y"},
        {"ref": "N", "day": "2026-02-01", "field": "home", "value": "Y"},
        {"ref": "L", "day": "2026-02-01", "field": "counts_for-", "value": "Z"},
    ]
    check_ins: Rows = [{"key_result": "K", "date": "2026-01-10", "score": "1"}]
    write(tmp_path, objectives=objectives, key_results=key_results, contributions=counting, changes=changes, checkins=check_ins)
    tenant = unique_name()
    system.cairn("import", str(tmp_path), "--tenant", tenant)
    before = system.cairn("digest", "--tenant", tenant, "--json").stdout
    shown = json.loads(system.cairn("tree", "--cycle", "Q", "--tenant", tenant, "--as-of", "2026-03-01", "--json").stdout)
    assert {one["ref"]: one["progress"] for one in shown["objectives"]} == {"X": 0.0, "Y": 0.333333, "Z": None}
    report = json.loads(system.cairn("import", str(tmp_path), "--tenant", tenant, "--json").stdout)
    assert report["different"] == []
    assert system.cairn("digest", "--tenant", tenant, "--json").stdout == before


OUT_OF_ORDER: Rows = [
    {"ref": "K", "day": "2026-03-01", "field": "target", "value": "100"},
    {"ref": "K", "day": "2026-02-01", "field": "target", "value": "200"},
    {"ref": "K", "day": "2026-03-10", "field": "weight", "value": ""},
    {"ref": "K", "day": "2026-02-10", "field": "weight", "value": "3"},
    {"ref": "L", "day": "2026-03-01", "field": "home", "value": "X"},
    {"ref": "L", "day": "2026-02-01", "field": "home", "value": "Y"},
    {"ref": "M", "day": "2026-03-05", "field": "counts_for+", "value": "Y"},
    {"ref": "M", "day": "2026-02-05", "field": "counts_for+", "value": "Y"},
    {"ref": "N", "day": "2026-03-20", "field": "counts_for-", "value": "Y"},
    {"ref": "N", "day": "2026-02-20", "field": "counts_for-", "value": "Y"},
    {"ref": "X", "day": "2026-03-15", "field": "title", "value": "Do X"},
    {"ref": "X", "day": "2026-02-15", "field": "title", "value": "Do it"},
]
"""Of each field a later day first, on which it is what it was at the beginning."""


def test_the_latest_day_holds_in_whatever_order_its_rows_are(system: System, tmp_path: Path) -> None:
    objectives = [{"objective": name, "cycle": "Q", "level": "company", "title": f"Do {name}", "owner": "ann", **SPAN} for name in "XY"]
    key_results: Rows = [{"key_result": name, "title": name, "kind": "score"} for name in "LMN"]
    key_results.append({"key_result": "K", "title": "K", "kind": "number", "start": "0", "target": "100"})
    counting = [{"key_result": of, "objective": to} for of, to in ("KX", "LX", "MX", "NX", "NY")]
    scores = zip("LMN", ("0.2", "0.6", "1"), strict=True)
    check_ins: Rows = [{"key_result": name, "date": "2026-01-10", "score": score} for name, score in scores]
    of_the_way: Rows = [{"key_result": "K", "date": day, "score": "0.5"} for day in ("2026-01-20", "2026-02-20", "2026-03-20")]
    check_ins += of_the_way  # 50, 100 and 50: by the target of its day
    write(tmp_path, objectives=objectives, key_results=key_results, contributions=counting, changes=OUT_OF_ORDER, checkins=check_ins)
    tenant = unique_name()
    system.cairn("import", str(tmp_path), "--tenant", tenant)
    for day in ("2026-01-25", "2026-02-02", "2026-02-12", "2026-02-22", "2026-03-03", "2026-03-12", "2026-03-25"):
        shown = json.loads(system.cairn("tree", "--cycle", "Q", "--tenant", tenant, "--as-of", day, "--json").stdout)
        found = list(differences(tree(read(tmp_path), date.fromisoformat(day)), shown))
        assert [line for line in found if not any(f": {name} is" in line for name in OF_OTHERS)] == [], day
    (of_k,) = [each["value"] for one in shown["objectives"] for each in one["key_results"] if each["ref"] == "K"]
    assert of_k == 50


def test_a_dry_run_refuses_nothing_of_it(system: System, tmp_path: Path) -> None:
    write(tmp_path)
    report = json.loads(system.cairn("import", str(tmp_path), "--tenant", new_tenant(system.url).tenant, "--dry-run", "--json").stdout)
    assert report["refused"] == []
