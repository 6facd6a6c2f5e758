"""`cairn import` against a gateway in memory: what it says, what it says again, and what it does where something is refused."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from threading import Thread

import pytest

from chassis.errors import Kind, Refused
from cli import main
from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_gateway import FakeGateway

EXAMPLES = Path(__file__).parents[4] / "examples"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the Joystream tables, to be spoiled."""
    copy = tmp_path / "joystream"
    shutil.copytree(EXAMPLES / "joystream-2019", copy)
    return copy


def append(file: Path, *rows: str) -> None:
    with file.open("a") as table:
        table.writelines(f"{row}\n" for row in rows)


def test_an_example_goes_in_whole(cairn: Run, gateway: FakeGateway) -> None:
    ran = cairn("import", EXAMPLES / "joystream-2019", "--json")
    assert (ran.code, ran.err) == (0, "")
    told = ran.json
    counts = {kind: told[kind]["new"] for kind in ("cycles", "people", "objectives", "key_results", "check_ins", "grades")}
    assert counts == {"cycles": 2, "people": 2, "objectives": 7, "key_results": 29, "check_ins": 148, "grades": 29}
    assert (told["tenant"], told["tenant_made"], told["refused"], told["different"]) == ("demo", False, [], [])
    demo = gateway.tenants["demo"]
    assert {o["state"] for o in demo.objectives.values()} == {"active"}
    assert all(c["source"] == "import" and c["on_behalf_of"] in ("Martin", "Bedeho") for c in demo.check_ins)
    assert gateway.requests[-8][:2] == ("CALL", "catch_up")  # before the totals are compared


def test_published_totals_are_compared_with_what_came_out(cairn: Run) -> None:
    totals = {total["ref"]: total for total in cairn("import", EXAMPLES / "joystream-2019", "--json").json["published_totals"]}
    assert totals["J2"] == {"ref": "J2", "published": 0.55, "computed": 0.5025, "agrees": False}
    assert [ref for ref, total in totals.items() if total["agrees"]] == ["J1", "J3", "J4", "J5", "J6", "J7"]


def test_people_are_told_what_went_in(cairn: Run) -> None:
    ran = cairn("import", EXAMPLES / "joystream-2019")
    assert "6 of 7 published totals are the grades that came out" in ran.out
    assert "J2: published 0.55, computed 0.5025" in ran.out
    assert ran.out.splitlines()[-1] == "217 new, 0 already there, 0 refused"


def test_a_second_import_adds_nothing(cairn: Run, gateway: FakeGateway) -> None:
    cairn("import", EXAMPLES / "joystream-2019")
    events = gateway.tenants["demo"].events
    ran = cairn("import", EXAMPLES / "joystream-2019")
    assert ran.code == 0
    assert ran.out.splitlines()[-1] == "0 new, 217 already there, 0 refused"
    assert gateway.tenants["demo"].events == events


@pytest.mark.parametrize("after", [3, 15, 40, 60])
def test_an_import_that_was_interrupted_completes_when_it_is_run_again(cairn: Run, gateway: FakeGateway, after: int) -> None:
    def interrupt(method: str, path: str) -> None:
        if len(gateway.requests) == after:
            raise KeyboardInterrupt

    gateway.interrupt = interrupt
    ran = cairn("import", EXAMPLES / "joystream-2019")
    assert ran.code == 130
    assert ran.err.strip() == "cairn: stopped; run it again to go on"
    assert cairn("import", EXAMPLES / "joystream-2019").code == 0
    demo = gateway.tenants["demo"]
    counts = [len(things) for things in (demo.objectives, demo.key_results, demo.check_ins, demo.grades)]
    assert counts == [7, 29, 148, 29]
    assert {o["state"] for o in demo.objectives.values()} == {"active"}


@pytest.mark.parametrize("after", [1, 5, 12, 20, 45, 50, 55])
def test_two_imports_of_a_folder_at_once_refuse_nothing(cairn: Run, gateway: FakeGateway, after: int) -> None:
    codes: list[int] = []

    def meanwhile(method: str, path: str) -> None:
        if len(gateway.requests) == after:
            gateway.interrupt = lambda method, path: None
            other = Thread(target=lambda: codes.append(main.run(["import", str(EXAMPLES / "joystream-2019")])))
            other.start()
            other.join()

    gateway.interrupt = meanwhile
    ran = cairn("import", EXAMPLES / "joystream-2019")
    assert (codes, ran.code, ran.err) == ([0], 0, "")
    assert "different:" not in ran.out
    demo = gateway.tenants["demo"]
    assert [len(things) for things in (demo.objectives, demo.key_results, demo.check_ins, demo.grades)] == [7, 29, 148, 29]


def test_shared_key_results_are_defined_once_and_count_for_the_others(cairn: Run, gateway: FakeGateway) -> None:
    assert cairn("import", EXAMPLES / "sourcegraph-fy22q3").code == 0
    key_results = gateway.tenants["demo"].key_results
    assert len(key_results) == 42
    assert key_results["K8"]["objectives"] == ["S2", "S15", "S21"]


def test_a_contribution_that_was_added_later_is_shared(cairn: Run, gateway: FakeGateway, tmp_path: Path) -> None:
    cairn("import", EXAMPLES / "sourcegraph-fy22q3")
    shutil.copytree(EXAMPLES / "sourcegraph-fy22q3", tmp_path / "later")
    append(tmp_path / "later" / "contributions.csv", "S22,K1")
    assert cairn("import", tmp_path / "later").code == 0
    assert gateway.tenants["demo"].key_results["K1"]["objectives"] == ["S1", "S7", "S22"]


def shared_key_result(folder: Path, *objectives: str) -> Path:
    """Two objectives, and a key result K that counts for these of them, in this order."""
    folder.mkdir()
    (folder / "objectives.csv").write_text(
        "objective,title,starts_on,ends_on\nS1,One,2025-01-01,2025-03-31\nS2,Two,2025-01-01,2025-03-31\n"
    )
    (folder / "key_results.csv").write_text("key_result,title\nK,A thing\n")
    (folder / "contributions.csv").write_text("objective,key_result\n" + "".join(f"{objective},K\n" for objective in objectives))
    return folder


@pytest.mark.parametrize("later", [["S1", "S2"], ["S2", "S1"], ["S1"]])
def test_a_contribution_that_was_added_later_is_shared_wherever_it_stands(
    cairn: Run, gateway: FakeGateway, tmp_path: Path, later: list[str]
) -> None:
    cairn("import", shared_key_result(tmp_path / "before", "S2"))
    assert cairn("import", shared_key_result(tmp_path / "later", *later)).code == 0
    assert gateway.tenants["demo"].key_results["K"]["objectives"] == ["S2", "S1"]
    events = gateway.tenants["demo"].events
    assert cairn("import", tmp_path / "later").code == 0
    assert gateway.tenants["demo"].events == events


def test_a_key_result_whose_home_is_not_in_the_folder_is_compared_too(cairn: Run, gateway: FakeGateway, tmp_path: Path) -> None:
    cairn("import", shared_key_result(tmp_path / "before", "S2"))
    later = shared_key_result(tmp_path / "later", "S1")
    (later / "key_results.csv").write_text("key_result,title\nK,Another thing\n")
    assert 'different: K: title is "Another thing" here and "A thing" in Cairn; left as it is' in cairn("import", later).out


def test_a_tenant_that_is_not_there_is_made(cairn: Run, gateway: FakeGateway) -> None:
    ran = cairn("import", EXAMPLES / "sourcegraph-fy22q3", "--tenant", "acme")
    assert ran.code == 0
    assert ran.out.splitlines()[0] == "tenant acme is new"
    assert len(gateway.tenants["acme"].objectives) == 22
    assert gateway.tenants["demo"].objectives == {}


def test_rows_that_cannot_be_taken_are_named_and_the_rest_goes_in(cairn: Run, gateway: FakeGateway, folder: Path) -> None:
    append(folder / "checkins.csv", "J1,1,2019-04-05,Martin,much,,", "J1,1,2101-01-01,Martin,0.5,,", "J1,1,2019-04-06,Martin,0.5,,")
    ran = cairn("import", folder)
    assert ran.code == 3
    assert "refused: checkins.csv, line 150, column score: 'much' is not a number; one looks like 0.75" in ran.out
    assert "refused: checkins.csv, line 151, column date: lies in the future" in ran.out
    assert ran.err == "cairn: 2 rows could not be taken; the rest is in\n"
    assert len(gateway.tenants["demo"].check_ins) == 149


@pytest.mark.parametrize(
    ("columns", "cells", "refused_for"), [("", "", "graded_on"), (",as_of", ",", "graded_on"), (",as_of", ",2101-01-01", "as_of")]
)
def test_a_grade_is_refused_for_the_column_that_its_day_was_read_from(
    cairn: Run, folder: Path, columns: str, cells: str, refused_for: str
) -> None:
    (folder / "grades.csv").write_text(f"objective,key_result,graded_on,grade{columns}\nJ1,1,2999-07-01,0.5{cells}\n")
    refused = cairn("import", folder, "--json").json["refused"]
    assert refused == [{"file": "grades.csv", "line": 2, "column": refused_for, "reason": "lies in the future", "consequences": []}]


def test_what_depends_on_something_that_cairn_refused_is_counted_with_it(cairn: Run, gateway: FakeGateway, folder: Path) -> None:
    long = "J" * 51
    append(folder / "objectives.csv", f"{long},2019-Q2,company,Long,Martin,2019-04-09,2019-07-02,weekly")
    append(folder / "key_results.csv", f"{long},1,Longer,score,,,")
    append(folder / "checkins.csv", f"{long},1,2019-05-01,Martin,0.5,,")
    append(folder / "grades.csv", f"{long},1,2019-07-30,2019-07-02,0.5")
    told = cairn("import", folder, "--json").json
    (cause,) = told["refused"]
    assert (cause["file"], cause["line"], cause["column"]) == ("objectives.csv", 9, "objective")
    assert cause["consequences"] == [{"file": file, "rows": 1} for file in ("checkins.csv", "grades.csv", "key_results.csv")]
    assert (told["refused_count"], told["check_ins"]["refused"], told["objectives"]["refused"]) == (4, 1, 1)
    assert len(gateway.tenants["demo"].objectives) == 7


def test_a_row_is_refused_for_the_column_that_its_text_was_read_from(cairn: Run, gateway: FakeGateway, folder: Path) -> None:
    append(folder / "checkins.csv", f"J1,1,2019-04-07,Martin,,,{'x' * 1001}", f"J1,1,2019-04-08,Martin,,,{'x' * 4001}")
    told = cairn("import", folder, "--json").json
    assert told["refused"] == [
        {"file": "checkins.csv", "line": 150, "column": "note", "reason": "at most 1000 characters", "consequences": []},
        {"file": "checkins.csv", "line": 151, "column": "note", "reason": "at most 4000 characters; this has 4001", "consequences": []},
    ]
    assert len(gateway.tenants["demo"].check_ins) == 148


@pytest.mark.parametrize(
    ("kind", "file", "row"),
    [
        ("check_ins", "checkins.csv", "J1,1,2019-04-05,Martin,0.{},,"),
        ("grades", "grades.csv", "J1,1,2019-07-31,2019-07-03,0.{}"),
    ],
)
def test_a_row_that_says_something_else_than_before_is_corrected(cairn: Run, folder: Path, kind: str, file: str, row: str) -> None:
    before = (folder / file).read_text()
    outcomes = []
    for figure in (3, 4, 3, 3):
        (folder / file).write_text(before)
        append(folder / file, row.format(figure))
        outcomes.append(cairn("import", folder, "--json").json[kind])
    assert [one["new"] > 0 for one in outcomes] == [True, False, False, False]
    assert [one["corrected"] for one in outcomes] == [0, 1, 1, 0]
    assert sum(one["refused"] for one in outcomes) == 0


def test_what_is_corrected_is_told(cairn: Run, folder: Path) -> None:
    cairn("import", folder)
    check_ins = folder / "checkins.csv"
    check_ins.write_text(check_ins.read_text().replace("J1,1,2019-03-26,Martin,0.33", "J1,1,2019-03-26,Martin,0.66", 1))
    assert cairn("import", folder).out.splitlines()[-1] == "0 new, 1 corrected, 216 already there, 0 refused"


def test_what_is_left_out_is_told_and_left_as_it_is(cairn: Run, gateway: FakeGateway) -> None:
    cairn("import", EXAMPLES / "joystream-2019")
    gateway.tenants["demo"].left_out.add("J1/1")
    ran = cairn("import", EXAMPLES / "joystream-2019")
    assert "left out: checkins.csv says nothing any more of J1/1 on 2019-04-05: 31; it stands as it is" in ran.out
    told = cairn("import", EXAMPLES / "joystream-2019", "--json").json
    assert told["left_out"] == [{"file": "checkins.csv", "ref": "J1/1", "as_of": "2019-04-05", "by": None, "value": 31.0}]
    assert told["left_out_count"] == 1


def test_what_ended_ends_on_its_day_after_all_that_is_said_before_it(cairn: Run, gateway: FakeGateway, tmp_path: Path) -> None:
    folder = tables(
        tmp_path / "ended",
        [
            "objective,title,starts_on,ends_on,ended_on,state",
            "A,a,2025-01-01,2025-06-30,2025-05-31,",
            "B,b,2025-01-01,2025-06-30,2025-05-30,Cancelled",
            "C,c,2025-01-01,2025-06-30,,done",
            "D,d,2025-01-01,2025-06-30,2025-05-30,done",
            "E,e,2025-01-01,2025-06-30,2101-05-30,closed",
        ],
        ["objective,number,title,kind,cancelled_on", "A,1,x,score,", "A,2,y,score,2025-03-31"],
    )
    (folder / "checkins.csv").write_text("objective,key_result,date,score\nA,1,2025-05-30,0.5\nA,2,2025-03-01,0.5\n")
    told = cairn("import", folder, "--json").json
    assert [(one["line"], one["column"]) for one in told["refused"]] == [(4, "state"), (5, "state"), (6, "ended_on")]
    demo = gateway.tenants["demo"]
    assert {name: (o["state"], o.get("ended_on")) for name, o in demo.objectives.items()} == {
        "A": ("closed", "2025-05-31"),
        "B": ("cancelled", "2025-05-30"),
        "E": ("active", None),
    }
    assert {name: k.get("cancelled_on") for name, k in demo.key_results.items()} == {"A/1": None, "A/2": "2025-03-31"}
    assert told["check_ins"]["new"] == 2
    events = demo.events
    assert [one["line"] for one in cairn("import", folder, "--json").json["refused"]] == [4, 5, 6]
    assert demo.events == events


def test_a_dry_run_tells_what_would_become_of_every_row_and_writes_nothing(cairn: Run, gateway: FakeGateway, folder: Path) -> None:
    append(folder / "checkins.csv", "J1,1,2019-04-05,Martin,much,,")
    ran = cairn("import", folder, "--dry-run")
    assert (ran.code, ran.err) == (3, "cairn: 1 rows cannot be taken; nothing was written\n")
    assert ran.out.splitlines()[-1] == "217 new, 0 already there, 1 refused"
    assert "nothing was written" in ran.out.splitlines()[0]
    demo = gateway.tenants["demo"]
    assert (demo.events, demo.objectives, demo.check_ins) == (0, {}, [])


def test_a_dry_run_tells_each_objective_in_a_table_that_fits(cairn: Run, folder: Path) -> None:
    append(folder / "objectives.csv", f"{'J' * 60},,,never,2019-04-01,,")
    ran = cairn("import", folder, "--dry-run")
    rows = [line.split() for line in ran.out.splitlines() if line.split()[1:2] in (["created"], ["refused"])]
    assert [row[:2] for row in rows] == [[f"J{n}", "created"] for n in range(1, 8)] + [["J" * 15 + "…", "refused"]]
    assert rows[0][2:4] == ["Expand", "the"]
    assert rows[0][-3:] == ["+5", "+10", "+5"]
    assert max(map(len, ran.out[: ran.out.index("refused: ")].splitlines())) <= 100


def test_a_dry_run_over_what_is_there_tells_each_field_before_and_after(cairn: Run, folder: Path) -> None:
    cairn("import", folder)
    table = folder / "checkins.csv"
    header, first, *others = table.read_text().splitlines()
    table.write_text("\n".join([header, first.replace("0.33", "0.66"), *others]) + "\n")
    ran = cairn("import", folder, "--dry-run")
    assert "6 objectives stay as they are" in ran.out
    (told,) = [one for one in cairn("import", folder, "--dry-run", "--json").json["by_objective"] if one["verdict"] == "changed"]
    (change,) = told["changes"]
    assert (told["ref"], change["ref"], change["what"]) == ("J1", "J1/1", "value")
    assert f"J1/1 of {change['as_of']} by {change['by']}: value {change['before']:g} → {change['after']:g}" in ran.out


def test_a_dry_run_makes_no_tenant(cairn: Run, gateway: FakeGateway) -> None:
    ran = cairn("import", EXAMPLES / "joystream-2019", "--dry-run", "--tenant", "acme")
    assert ran.code == 0
    assert ran.out.startswith("a dry run: tenant acme is not there and would be made; nothing was written\n")
    assert "acme" not in gateway.tenants


def test_what_is_there_already_is_left_as_it_is_and_reported_where_it_differs(cairn: Run, gateway: FakeGateway, folder: Path) -> None:
    cairn("import", folder)
    objectives = folder / "objectives.csv"
    objectives.write_text(objectives.read_text().replace("Expand the Jsgenesis team", "Shrink the team"))
    key_results = folder / "key_results.csv"
    key_results.write_text(key_results.read_text().replace("number,0,500,sign-ups", "number,0,600,sign-ups"))
    ran = cairn("import", folder)
    assert 'different: J1: title is "Shrink the team" here and "Expand the Jsgenesis team" in Cairn; left as it is' in ran.out
    assert "different: J5/1: target is 600 here and 500 in Cairn; left as it is" in ran.out
    assert gateway.tenants["demo"].objectives["J1"]["title"] == "Expand the Jsgenesis team"


OBJECTIVES = "objective,title,starts_on,ends_on,cycle,level,owner,team"
KEY_RESULTS = "objective,number,title,kind,start,target,unit,weight"


def tables(folder: Path, objectives: Sequence[str], key_results: Sequence[str]) -> Path:
    folder.mkdir()
    (folder / "objectives.csv").write_text("\n".join(objectives) + "\n")
    (folder / "key_results.csv").write_text("\n".join(key_results) + "\n")
    return folder


def test_whatever_the_tables_say_is_compared(cairn: Run, tmp_path: Path) -> None:
    objective, key_result = "A,a,2025-01-01,2025-06-30", "A,1,x,number,0,10"
    before = tables(
        tmp_path / "before", [OBJECTIVES, f"{objective},Y,individual:Bob,Ann,Core"], [KEY_RESULTS, f"{key_result},EUR,1.00000012"]
    )
    cairn("import", before)
    assert cairn("import", before, "--json").json["different"] == []
    later = tables(tmp_path / "later", [OBJECTIVES, f"{objective},Z,individual:Cid,Bob,Edge"], [KEY_RESULTS, f"{key_result},USD,5"])
    assert cairn("import", later, "--json").json["different"] == [
        {"ref": "A", "what": "cycle", "here": "Z", "there": "Y"},
        {"ref": "A", "what": "team", "here": "Edge", "there": "Core"},
        {"ref": "A", "what": "owner", "here": "Bob", "there": "Ann"},
        {"ref": "A", "what": "contributors", "here": ["Cid"], "there": ["Bob"]},
        {"ref": "A/1", "what": "unit", "here": "USD", "there": "EUR"},
        {"ref": "A/1", "what": "weight", "here": 5.0, "there": 1.0},
    ]
    company = tables(tmp_path / "company", [OBJECTIVES, f"{objective},Y,company,ann,"], [KEY_RESULTS, f"{key_result},,"])
    assert cairn("import", company, "--json").json["different"] == [{"ref": "A", "what": "level", "here": "company", "there": "individual"}]


@pytest.mark.parametrize(
    ("days", "different"),
    [
        ("2025-07-01,2025-09-30", [("last_day", "2025-09-30", "2025-06-30")]),
        ("2024-12-31,2025-06-30", [("first_day", "2024-12-31", "2025-01-01")]),
        ("2024-12-31,2025-07-01", [("first_day", "2024-12-31", "2025-01-01"), ("last_day", "2025-07-01", "2025-06-30")]),
        ("2025-02-01,2025-03-31", []),
    ],
)
@pytest.mark.parametrize("cycle", ["H1", "h1"])
def test_objectives_that_outgrow_a_cycle_that_is_there_are_told(
    cairn: Run, tmp_path: Path, cycle: str, days: str, different: list[tuple[str, str, str]]
) -> None:
    columns = OBJECTIVES.removesuffix(",level,owner,team")
    cairn("import", tables(tmp_path / "before", [columns, "A,a,2025-01-01,2025-06-30,H1"], [KEY_RESULTS]))
    later = tables(tmp_path / "later", [columns, f"B,b,{days},{cycle}"], [KEY_RESULTS])
    told = cairn("import", later, "--json").json["different"]
    assert [(one["what"], one["here"], one["there"]) for one in told] == different
    assert {one["ref"] for one in told} <= {cycle}


def test_what_the_tables_do_not_say_is_not_compared(cairn: Run, tmp_path: Path) -> None:
    objective, key_result = "A,a,2025-01-01,2025-06-30", "A,1,x,number,0,10"
    cairn("import", tables(tmp_path / "before", [OBJECTIVES, f"{objective},Y,team,Ann,Core"], [KEY_RESULTS, f"{key_result},EUR,3"]))
    less = tables(
        tmp_path / "less",
        [OBJECTIVES.removesuffix(",cycle,level,owner,team"), objective],
        [KEY_RESULTS.removesuffix(",unit,weight"), key_result],
    )
    assert cairn("import", less, "--json").json["different"] == []


def rows_sent(gateway: FakeGateway) -> list[list[tuple[bytes, int]]]:
    """The key results and days of the rows of each request."""
    requests = gateway.sent("CALL", "import_check_ins")
    return [[(row.check_in.key_result_id, row.check_in.as_of) for row in request.rows] for request in requests]


def days_from(first: date, count: int) -> list[str]:
    return [(first + timedelta(days=number)).isoformat() for number in range(count)]


def test_check_ins_go_in_batches(cairn: Run, gateway: FakeGateway, folder: Path) -> None:
    append(folder / "checkins.csv", *(f"J3,1,{day},Bedeho,0.5,," for day in days_from(date(2019, 4, 1), 1000)))
    assert cairn("import", folder).code == 0
    assert list(map(len, rows_sent(gateway))) == [500, 500, 148]


def test_check_ins_of_a_key_result_and_a_day_go_in_one_request(cairn: Run, gateway: FakeGateway, folder: Path) -> None:
    append(folder / "checkins.csv", *(f"J3,1,{day},Bedeho,0.5,," for day in days_from(date(2019, 4, 1), 499) * 2))
    assert cairn("import", folder).code == 0
    requests = [set(rows) for rows in rows_sent(gateway)]
    assert len(requests) > 1
    assert sum(map(len, requests)) == len(set().union(*requests))


def test_more_rows_of_a_day_than_fit_into_one_request_are_refused(cairn: Run, gateway: FakeGateway, folder: Path) -> None:
    append(folder / "checkins.csv", *(f"J3,1,2019-04-01,Bedeho,0.{number:04d},," for number in range(501)))
    refused = cairn("import", folder, "--json").json["refused"]
    assert [(one["line"], one["column"]) for one in refused] == [(650, "key_result")]


def test_check_ins_with_long_notes_go_in_smaller_batches(cairn: Run, gateway: FakeGateway, folder: Path) -> None:
    append(folder / "checkins.csv", *(f"J3,1,{day},Bedeho,0.5,,{'🙂' * 4000}" for day in days_from(date(2019, 4, 1), 100)))
    assert cairn("import", folder).code == 0
    assert len(gateway.tenants["demo"].check_ins) == 248
    assert max(request.ByteSize() for request in gateway.sent("CALL", "import_check_ins")) < 1 << 20


def test_a_text_that_is_too_long_is_refused_by_its_row_and_the_rest_goes_in(cairn: Run, gateway: FakeGateway, folder: Path) -> None:
    append(folder / "objectives.csv", f"J8,2019-Q2,company,{'🙂' * 400_000},Martin,2019-04-09,2019-07-02,weekly")
    append(folder / "key_results.csv", f"J7,9,{'🙂' * 400_000},score,,,")
    grades = folder / "grades.csv"
    header, *rows = grades.read_text().splitlines()
    grades.write_text("\n".join([f"{header},note", *(f"{row}," for row in rows), f"J1,1,2019-07-30,2019-07-02,0.5,{'🙂' * 400_000}\n"]))
    ran = cairn("import", folder, "--json")
    assert ran.code == 3
    assert [(r["file"], r["line"], r["column"]) for r in ran.json["refused"]] == [
        ("grades.csv", 31, "note"),
        ("key_results.csv", 31, "title"),
        ("objectives.csv", 9, "title"),
    ]
    assert len(gateway.tenants["demo"].check_ins) == 148


@pytest.mark.parametrize("reference", [".", "..", "x" * 100_000])
def test_an_id_that_no_path_can_hold_is_refused_by_its_row(cairn: Run, gateway: FakeGateway, folder: Path, reference: str) -> None:
    append(folder / "objectives.csv", f"{reference},2019-Q2,company,Nowhere,Martin,2019-04-09,2019-07-02,weekly")
    append(folder / "key_results.csv", f"{reference},1,Not here,score,,,")
    ran = cairn("import", folder, "--json")
    assert ran.code == 3
    assert [(r["file"], r["line"], r["column"]) for r in ran.json["refused"]] == [("objectives.csv", 9, "objective")]
    assert all(len(r["reason"]) < 200 for r in ran.json["refused"])
    assert len(gateway.tenants["demo"].check_ins) == 148


def test_an_objective_that_is_missing_is_told_once_and_not_its_forty_check_ins(cairn: Run, folder: Path) -> None:
    append(folder / "checkins.csv", *(f"J9,1,2019-05-01,Martin,0.{n},," for n in range(10, 50)))
    ran = cairn("import", folder)
    refusals = [line for line in ran.out.splitlines() if line.startswith("refused: ")]
    reason = "column objective: there is no objective 'J9' in objectives.csv"
    assert refusals == [f"refused: checkins.csv, line 150, {reason}; refused with it: 39 of checkins.csv"]
    assert ran.err == "cairn: 40 rows could not be taken; the rest is in\n"


def counted(out: str) -> dict[str, list[str]]:
    """The rows of the table of an import, by what they count."""
    rows = (line.split() for line in out.splitlines())
    return {" ".join(row[:-4]): row[-4:] for row in rows if len(row) > 4 and all(word == "–" or word.isdecimal() for word in row[-4:])}


def test_what_is_refused_adds_up_whatever_its_table(cairn: Run, folder: Path) -> None:
    (folder / "settings.csv").write_text("setting,value\nno_such,1\n")
    (folder / "changes.csv").write_text("ref,day,field,value\nJ9,2019-05-01,target,3\nJ1/1,never,target,3\n")
    append(folder / "checkins.csv", "J9,1,2019-05-01,Martin,0.5,,")
    for words in ((), ("--dry-run",)):
        ran = cairn("import", folder, *words)
        rows = counted(ran.out)
        assert rows["settings"] == ["0", "0", "0", "1"]
        assert rows["changes"] == ["–", "–", "–", "2"]
        refused, new = (sum(int(row[at]) for row in rows.values() if row[at].isdecimal()) for at in (3, 0))
        last = ran.out.splitlines()[-1]
        assert (f"{new} new, " in last, f", {refused} refused" in last) == (True, True), ran.out


def test_where_nothing_went_in_nothing_is_called_the_rest(cairn: Run, tmp_path: Path) -> None:
    folder = tables(tmp_path / "none", [OBJECTIVES], [KEY_RESULTS, "J9,1,Hire,number,0,3,people,1"])
    ran = cairn("import", folder)
    assert (ran.code, ran.err) == (3, "cairn: 1 rows could not be taken; nothing is in\n")


def german(folder: Path) -> Path:
    """Tables as a German Excel writes them."""
    folder.mkdir()
    for name, rows in {
        "objectives": ("objective;title;starts_on;ends_on", "Z1;Größer werden;01.01.2026;31.03.2026"),
        "key_results": ("objective;number;title;kind;start;target;unit", "Z1;1;Umsatz;number;1.000;2.000,5;€", "Z1;2;Güte;score;;;"),
        "checkins": ("objective;key_result;date;score;value", "Z1;1;01.02.2026;;1.500", "Z1;2;02.02.2026;37,5 %;"),
    }.items():
        (folder / f"{name}.csv").write_bytes("\r\n".join(rows).encode("cp1252"))
    return folder


def test_tables_of_another_country_go_in_when_it_is_told(cairn: Run, gateway: FakeGateway, tmp_path: Path) -> None:
    ran = cairn("import", german(tmp_path / "okrs"), "--locale", "de")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[:2] == [
        "objectives.csv was read as Windows-1252, parted by semicolons",
        "key_results.csv was read as Windows-1252, parted by semicolons",
    ]
    demo = gateway.tenants["demo"]
    assert demo.objectives["Z1"]["title"] == "Größer werden"
    assert [c["value"] for c in demo.check_ins] == [1500, 0.375]


def test_what_could_be_either_is_asked_about_by_its_row(cairn: Run, gateway: FakeGateway, tmp_path: Path) -> None:
    folder = german(tmp_path / "okrs")
    reasons = {(r["file"], r["line"], r["column"]): r["reason"] for r in cairn("import", folder, "--json").json["refused"]}
    asked = "'1.000' could be 1.000 (locale en) or 1000 (locale de); say which by locale (cairn import --locale)"
    assert reasons["key_results.csv", 2, "start"] == asked
    asked = (
        "'01.02.2026' could be 2026-02-01 (dd.mm.yyyy) or 2026-01-02 (mm.dd.yyyy); say which by date_format (cairn import --date-format)"
    )
    append(folder / "checkins.csv", "", "Z1;2;01.02.2026;0,5;")
    assert asked in [r["reason"] for r in cairn("import", folder, "--json").json["refused"]]
    told = cairn("import", folder, "--locale", "de", "--date-format", "mm/dd/yyyy", "--json").json
    assert "'01.01.2026' is not a day; one looks like 03/31/2026" in [r["reason"] for r in told["refused"]]


def test_a_locale_that_nobody_knows_is_refused_with_those_that_are(cairn: Run, gateway: FakeGateway, folder: Path) -> None:
    ran = cairn("import", folder, "--locale", "xx")
    assert ran.code == 2
    assert "'de-ch'" in ran.err
    assert gateway.requests == []


def test_a_folder_without_tables_is_one_clear_line_and_nothing_is_sent(cairn: Run, gateway: FakeGateway, tmp_path: Path) -> None:
    ran = cairn("import", tmp_path)
    assert ran.code == 2
    assert ran.err.endswith(
        "there is no objectives.csv; a folder to import holds objectives.csv, key_results.csv and what belongs to them\n"
    )
    assert gateway.requests == []


def test_a_table_that_cannot_be_read_is_one_clear_line(cairn: Run, gateway: FakeGateway, folder: Path) -> None:
    (folder / "grades.csv").write_text("objective,key_result,graded_on\n")
    ran = cairn("import", folder)
    assert (ran.code, ran.err) == (2, f"cairn: {folder}: grades.csv has no column grade; it has objective, key_result, graded_on\n")
    assert gateway.tenants["demo"].objectives == {}


def test_a_service_that_restarts_on_the_way_is_waited_for(cairn: Run, gateway: FakeGateway) -> None:
    def restart(method: str, path: str) -> None:
        if len(gateway.requests) in (20, 21, 55):
            raise Refused("UNAVAILABLE", "a service is away", kind=Kind.UNAVAILABLE)

    gateway.interrupt = restart
    assert cairn("import", EXAMPLES / "joystream-2019").code == 0
    assert len(gateway.tenants["demo"].check_ins) == 148


def test_a_value_far_beyond_the_target_is_asked_about(cairn: Run, folder: Path) -> None:
    append(folder / "checkins.csv", "J1,1,2019-05-02,Martin,,2000,")
    line = len((folder / "checkins.csv").read_text().splitlines())
    ran = cairn("import", folder)
    assert ran.code == 0
    assert f"asked about: checkins.csv, line {line}: 2000 of J1/1 on 2019-05-02 lies more than 50 times as far from the start" in ran.out
    told = cairn("import", folder, "--dry-run", "--json").json
    assert told["implausible"] == [{"file": "checkins.csv", "line": line, "ref": "J1/1", "as_of": "2019-05-02", "value": 2000.0}]
    assert told["implausible_count"] == 1
