"""Issue 11, The shapes that are relied on, and the tables of before."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.reckoning import cells
from tests.reckoning.__main__ import main
from tests.reckoning.comparing import differences
from tests.reckoning.organisation import Organisation
from tests.reckoning.organisations import random_tables, write
from tests.reckoning.reckoning import tree
from tests.reckoning.tables import read

EXAMPLES = Path(__file__).parents[3] / "examples"


def folder_of(tmp_path: Path, **tables: str) -> Path:
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_published_totals_of_joystream_come_out_but_for_the_one_that_was_miscounted() -> None:
    objectives = tree(read(EXAMPLES / "joystream-2019"), date(2019, 8, 1))["objectives"]
    assert {one["ref"]: round(one["grade"], 4) for one in objectives} == {
        "J1": 0.616, "J2": 0.5025, "J3": 0.85, "J4": 0.3, "J5": 0.41, "J6": 0.75, "J7": 0.66,
    }  # fmt: skip


def test_the_key_results_of_sourcegraph_count_for_every_objective_that_names_them() -> None:
    organisation = read(EXAMPLES / "sourcegraph-fy22q3")
    assert sum(bool(one.counts_for) for one in organisation.key_results.values()) == 11
    seen = tree(organisation, date(2021, 10, 1))["objectives"]
    assert (len(seen), {one["status"] for one in seen}) == (22, {"not started"})


def test_items_and_parts_are_split_from_the_right_and_escapes_stand_for_themselves() -> None:
    first, second = cells.items(r"Ship it\; twice\: now:2:2025-02-01 ; a:b:3:")
    assert cells.parts(first, 3) == ["Ship it; twice: now", "2", "2025-02-01"]
    assert cells.parts(second, 3) == ["a:b", "3", ""]


def test_names_are_compared_without_case_and_kept_as_they_were_first_typed(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        objectives="objective,title,starts_on,ends_on\nJ1,A,2025-01-01,2025-03-31\n",
        key_results="objective,number,title,kind\nj1,1,B,binary\n",
        checkins="objective,key_result,date,score\nJ1,1,2025-02-01,1\n",
    )
    (objective,) = tree(read(folder), date(2025, 2, 1))["objectives"]
    assert (objective["progress"], objective["cycle"]) == (1, "2025-01-01..2025-03-31")


def test_tables_are_read_as_spreadsheets_write_them(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        objectives="\ufeffsep=;\r\nobjective;title;starts_on;ends_on;;\r\nJ1;A;2025-01-01;2025-03-31;;\r\n;;;;;\r\n",
        key_results="objective\tnumber\ttitle\tkind\tstart\ttarget\tweight\nJ1\t1\tB\tnumber\t0\t4\tn/a\n",
        checkins="objective,key_result,date,score,value\nJ1,1,2025-02-01,NA,1\n",
    )
    (objective,) = tree(read(folder), date(2025, 2, 1))["objectives"]
    assert (objective["progress"], objective["key_results"][0]["weight"]) == (0.25, 1)


def test_what_cannot_be_read_is_named_with_its_file_line_and_column(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path, objectives="objective,title,starts_on,ends_on\nJ1,A,2025-01-01,tomorrow\n", key_results="objective,number\n"
    )
    with pytest.raises(ValueError, match=r"objectives\.csv, line 2, column ends_on: 'tomorrow' is not a day"):
        read(folder)


def test_a_value_goes_before_a_score_on_a_metric_alone(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        objectives="objective,title,starts_on,ends_on\nJ1,A,2025-01-01,2025-03-31\n",
        key_results="objective,number,title,kind,start,target\nJ1,1,B,number,0,10\nJ1,2,C,score,,\n",
        checkins="objective,key_result,date,score,value\nJ1,1,2025-02-01,0.3,4\nJ1,2,2025-02-01,0.3,31\n",
    )
    (objective,) = tree(read(folder), date(2025, 2, 1))["objectives"]
    assert [one["progress"] for one in objective["key_results"]] == [0.4, 0.3]


def test_numbers_are_exact(tmp_path: Path) -> None:
    folder = folder_of(
        tmp_path,
        objectives="objective,title,starts_on,ends_on\nJ1,A,2025-01-01,2025-03-31\n",
        key_results="objective,number,title,kind,weight\nJ1,1,B,binary,0.1\n",
    )
    assert read(folder).key_results["J1/1"].weight.on(date(2025, 1, 1)) == Fraction(1, 10)


# --- random organisations --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(25))
def test_a_random_organisation_is_reckoned_on_any_day(tmp_path: Path, seed: int) -> None:
    write(tmp_path, random_tables(seed))
    organisation = read(tmp_path)
    for month in range(1, 13):
        for objective in tree(organisation, date(2025, month, 15))["objectives"]:
            assert objective["progress"] is None or 0 <= objective["progress"] <= 1
            assert (objective["progress"] is None) == (objective["progress_raw"] is None)
            assert objective["coverage"] is None or 0 <= objective["coverage"] <= 1


@pytest.mark.parametrize("seed", range(25))
def test_what_has_ended_stays_as_it_was_on_its_last_day(tmp_path: Path, seed: int) -> None:
    write(tmp_path, random_tables(seed))
    organisation = read(tmp_path)
    for objective in tree(organisation, date(2026, 6, 1))["objectives"]:
        if objective["ended_on"]:
            on_its_last_day = tree(organisation, date.fromisoformat(objective["ended_on"]))["objectives"]
            assert objective == next(one for one in on_its_last_day if one["ref"] == objective["ref"])


def test_a_number_is_made_of_what_is_dated_up_to_its_day(tmp_path: Path) -> None:
    tables = random_tables(8)
    write(tmp_path / "all", tables)
    until = {name: [row for row in rows if row.get("date", row.get("day", "")) <= "2025-05-20"] for name, rows in tables.items()}
    until["changes.csv"] = [row for row in tables["changes.csv"] if row["day"] <= "2025-05-20" or row["field"] == "state"]
    write(tmp_path / "until then", {name: rows for name, rows in until.items() if rows})
    assert tree(read(tmp_path / "all"), date(2025, 5, 20)) == tree(read(tmp_path / "until then"), date(2025, 5, 20))


def test_the_same_seed_gives_the_same_tables() -> None:
    assert random_tables(11) == random_tables(11)
    assert random_tables(11) != random_tables(12)


def test_random_organisations_hold_every_measure_state_and_kind_of_change() -> None:
    tables = [random_tables(seed) for seed in range(80)]
    key_results = [row for one in tables for row in one["key_results.csv"]]
    changes = [row for one in tables for row in one.get("changes.csv", [])]
    assert {row["kind"] for row in key_results} == {"number", "maintain", "binary", "milestones", "score", "baseline", "sum"}
    assert {row["field"] for row in changes} >= {
        "target", "start", "low", "high", "weight", "due", "parent", "child_weight", "counts_for+", "counts_for-", "roll_up", "mode",
        "owners", "milestones", "feeds", "plan", "home", "state", "owner", "title",
    }  # fmt: skip


def test_the_command_writes_an_organisation_and_reckons_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--random", "3", str(tmp_path / "company")])
    main([str(tmp_path / "company"), "--as-of", "2025-06-01"])
    assert "O1" in capsys.readouterr().out
    main([str(tmp_path / "company"), "--as-of", "2025-06-01", "--json"])
    assert '"participation"' in capsys.readouterr().out


def test_an_organisation_without_tables_has_nothing() -> None:
    assert tree(Organisation(), date(2025, 1, 1))["objectives"] == []


# --- compared with what is shown -------------------------------------------------------------------------------------


def shown_as_the_api_does(reckoned: dict[str, Any]) -> dict[str, Any]:
    """The same tree with ids and names where the API tells of people and things."""
    shown = deepcopy(reckoned)
    for objective in shown["objectives"]:
        objective |= {"id": "1", "owner": {"id": "2", "handle": objective["owner"], "name": None}}
        if objective["parent"]:
            objective["parent"] = {name: ref and {"id": "3", "ref": ref, "title": ""} for name, ref in objective["parent"].items()}
        for key_result in objective["key_results"]:
            for owner in key_result["owners"]:
                owner["person"] = {"id": "2", "handle": owner["person"], "name": None}
    return shown


def test_a_tree_that_is_shown_as_it_was_reckoned_has_no_difference(tmp_path: Path) -> None:
    write(tmp_path, random_tables(5))
    reckoned = tree(read(tmp_path), date(2025, 6, 1))
    assert list(differences(reckoned, shown_as_the_api_does(reckoned))) == []


def test_each_difference_is_named_with_its_place(tmp_path: Path) -> None:
    write(tmp_path, random_tables(5, objectives=4))
    reckoned = tree(read(tmp_path), date(2025, 6, 1))
    shown = shown_as_the_api_does(reckoned)
    first = next(one for one in shown["objectives"] if one["key_results"])
    first["pace"] = 0.000002 + (first["pace"] or 0)
    first["key_results"][0]["status"] = "unheard of"
    del shown["objectives"][-1]
    found = "\n".join(differences(reckoned, shown))
    assert f"{first['ref']}: pace is" in found
    assert f"{first['ref']} > {first['key_results'][0]['ref']}: status is 'unheard of', reckoned" in found
    assert "O4: is not shown" in found
