"""The report of a closing as a page and as a table: what people wrote is text in both."""

from __future__ import annotations

from typing import Any

import pytest
from rich.cells import cell_len

from cli.output import Output
from cli.reports import as_csv, as_html, show

BOB = {"id": "3", "handle": "bob", "name": "Bob"}
KEY_RESULT: dict[str, Any] = {
    "ref": "J1/1",
    "title": "Hire",
    "owners": [{"person": BOB, "share": None}],
    "unit": "people",
    "start": 1.0,
    "target": -5.0,
    "value": -2.0,
    "progress": 0.5,
    "grade": 0.4,
    "band": "yellow",
    "met": False,
    "grade_note": "=nearly",
    "abstained": False,
    "cancelled": False,
}
OBJECTIVE: dict[str, Any] = {
    "ref": "J1",
    "title": "<b>Grow</b>",
    "owner": {"id": "1", "handle": "ann", "name": "Ann"},
    "team": None,
    "state": "closed",
    "ended_on": "2026-03-30",
    "progress": 0.5,
    "grade": None,
    "band": None,
    "met": None,
    "outcome": "=1+1",
    "well": None,
    "learnt": "begin earlier",
    "carried_over": True,
    "key_results": [KEY_RESULT],
}
REPORT: dict[str, Any] = {
    "cycle": {"id": "2", "name": "2026-Q1"},
    "first_day": "2026-01-01",
    "last_day": "2026-03-31",
    "version": 1,
    "versions": 1,
    "closed_on": "2026-03-31",
    "closed_by": {"id": "1", "handle": "ann", "name": "Ann"},
    "objectives": [OBJECTIVE],
}


def test_the_page_tells_who_what_and_how_far_and_takes_nothing_that_was_written_for_its_own() -> None:
    page = as_html(REPORT)
    for told in (
        "Report of 2026-Q1",
        "closed on 2026-03-31",
        "report 1",
        "closed on 2026-03-30",
        "<td>Bob</td><td class=n>1</td><td class=n>-5</td><td class=n>-2</td><td>people</td>",
        "0.4 (yellow, not met)",
        "<td>=nearly</td>",
        "Ann",
        "begin earlier",
        "&lt;b&gt;Grow&lt;/b&gt;",
        "closed on 2026-03-31 by ann",
    ):
        assert told in page, told
    assert "<b>Grow" not in page
    assert "<script" not in page


def test_a_text_that_could_be_a_formula_has_an_apostrophe_before_it_in_the_table_and_a_number_has_none() -> None:
    header, objective, key_result = as_csv(REPORT).splitlines()
    assert header.startswith("objective,key_result,title")
    assert objective == "J1,,<b>Grow</b>,Ann,,closed,,0.5,,'=1+1,,begin earlier,yes,,,,,,"
    assert key_result == "J1,J1/1,Hire,Bob,,,-2.0,0.5,0.4,,,,,people,1.0,-5.0,yellow,no,'=nearly"


def test_people_are_told_whose_it_was_what_it_came_to_and_each_of_its_key_results(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    steps = [{"title": "Find one", "done": True}, {"title": "Sign", "done": False}]
    key_results = [
        KEY_RESULT | {"id": "1", "title": "Hire people who know the trade " * 5, "band": "yellow", "met": False},
        KEY_RESULT
        | {"id": "2", "ref": "J1/2", "value": None, "milestones": steps, "grade": None, "band": None, "met": None, "abstained": True},
    ]
    graded = OBJECTIVE | {"grade": 0.4, "band": "yellow", "met": False, "well": "- the plan\n- the people", "key_results": key_results}
    show(Output(as_json=False), REPORT | {"objectives": [graded]}, 2)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(cell_len, lines)) <= 100
    assert [line.strip() for line in lines[:11]] == [
        "2026-Q1, closed on 2026-03-31 by ann; report 1 of 2",
        "",
        "J1  <b>Grow</b>",
        "ann · closed · progress 50.0 % · grade 0.4, yellow, not met",
        "what came of it: =1+1",
        "what went well:",
        "- the plan",
        "- the people",
        "what was learnt: begin earlier",
        "carried over: yes",
        "",
    ]
    (first,) = (line.split() for line in lines if "J1/1" in line)
    assert (first[0], first[-5:]) == ("J1/1", ["50.0", "%", "0.4", "yellow", "no"])
    (second,) = (line.split() for line in lines if "J1/2" in line)
    assert second == ["J1/2", "Hire", "1", "of", "2", "done", "50.0", "%", "abstained"]
