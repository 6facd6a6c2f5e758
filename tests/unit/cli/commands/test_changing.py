"""Verbs that change something."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli.commands.changing import ADD, REVISE, VERBS
from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_gateway import FakeGateway

EXAMPLES = [example for verb in (*ADD, *REVISE, *VERBS) for example in verb.examples]
Q1 = {"name": "2026-Q1", "kind": "tactical", "first_day": "2026-01-01", "last_day": "2026-03-31", "state": "planning"}


@pytest.fixture(autouse=True)
def quarter(imported: None, gateway: FakeGateway) -> None:
    gateway.tenants["demo"].define_cycle(Q1)
    gateway.requests.clear()


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_help_is_taken_as_the_document_says(cairn: Run, example: str) -> None:
    ran = cairn(*shlex.split(example)[1:])
    assert ran.code == 0 or ran.err.endswith("already\n")  # what the fixtures have made, or which is so


@pytest.mark.parametrize(
    ("words", "method", "path", "body"),
    [
        ("add person ann --role champion --team core", "POST", "people", {"handle": "ann", "roles": ["champion"], "teams": ["core"]}),
        ("close J1 --outcome done", "POST", "objectives/J1/close", {"outcome": "done"}),
        ("close 2026-Q1", "POST", "cycles/2026-Q1/close", None),
        ("cancel J1/3 --reason moved", "POST", "key-results/J1/3/cancel", {"reason": "moved"}),
        ("cancel J1", "POST", "objectives/J1/cancel", None),
        ("align J2 --under J1/3", "PUT", "objectives/J2/parent", {"key_result": "J1/3"}),
        ("align J2 --under J1", "PUT", "objectives/J2/parent", {"objective": "J1"}),
        ("align J2 --at-the-top", "PUT", "objectives/J2/parent", {"objective": None}),
        ("grade J1/3 0.7", "POST", "key-results/J1/3/grade", {"grade": 0.7}),
        ("grade J1/3 --abstain", "POST", "key-results/J1/3/grade", {"grade": None}),
        ("unshare J1/3 J2 --holds-from 2026-01-05", "DELETE", "key-results/J1/3/counts-for/J2", None),
        ('revise objective J1 --label "" --owner ann', "PATCH", "objectives/J1", {"labels": [], "owner": "ann"}),
        ("revise key-result J1/3 --target 0", "PATCH", "key-results/J1/3", {"target": 0}),
    ],
)
def test_what_is_said_is_sent_under_the_names_of_the_fields(
    cairn: Run, gateway: FakeGateway, words: str, method: str, path: str, body: Any
) -> None:
    assert cairn(*shlex.split(words)).code == 0
    assert gateway.sent(method, f"/v1/{path}") == [body] or gateway.sent(method, f"/v1/{path.replace('J1/3', 'J1%2F3')}") == [body]


def test_what_has_no_reference_says_what_it_goes_by(cairn: Run) -> None:
    assert "it has no reference: it goes by its title, or by " in cairn("add", "key-result", "J1", "Hire", "--target", "3").out
    assert "no reference" not in cairn("add", "key-result", "J1", "Hire", "--target", "3", "--reference", "J1/9").out


def test_the_help_of_a_change_tells_no_beginning_of_what_is_new(cairn: Run) -> None:
    for thing in ("objective", "key-result", "person"):
        assert "unless given" not in cairn("revise", thing, "--help").out.replace("today unless given", "").replace("own unless", "")


def test_who_has_another_name_is_not_the_operator(cairn: Run, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cairn("add", "tenant", "acme").err == "acting as the operator of this installation\n"
    monkeypatch.setenv("CAIRN_PERSON", "ann")
    gateway.requests.clear()
    for words in ("add tenant other", "tenants", "rebuild progress", "clock show", "dead-letters list --all-tenants"):
        ran = cairn(*words.split())
        assert (ran.code, "CAIRN_PERSON says that you are 'ann'" in ran.err) == (1, True), words
    assert gateway.requests == []


def test_a_metric_begins_at_nothing_unless_it_says_where(cairn: Run, gateway: FakeGateway) -> None:
    cairn("add", "key-result", "J1", "Hire", "--target", "3")
    assert gateway.requests[-1][2] == {"title": "Hire", "measure": "metric", "start": 0.0, "target": 3.0}


def test_milestones_make_their_measure(cairn: Run, gateway: FakeGateway) -> None:
    cairn("add", "key-result", "J1", "Move", "--milestone", "Find one", "--milestone", "Sign")
    assert gateway.requests[-1][2] == {"title": "Move", "measure": "milestones", "milestones": [{"title": "Find one"}, {"title": "Sign"}]}


def test_what_a_verb_was_told_is_told_in_words_and_with_json_as_the_api_answers(cairn: Run) -> None:
    assert cairn("grade", "J1/3", "0.7").out.startswith("J1/3 is graded")
    assert {"id", "version", "positions", "recorded_at", "repeated"} <= cairn("grade", "J1/3", "0.7", "--json").json.keys()


def test_where_an_objective_and_a_cycle_go_by_one_name_the_id_is_asked_for(cairn: Run, gateway: FakeGateway) -> None:
    gateway.tenants["demo"].define_cycle({**Q1, "name": "J1"})
    ran = cairn("close", "J1")
    objective, cycle = gateway.tenants["demo"].objectives["J1"], gateway.tenants["demo"].cycles["J1"]
    each = f"an objective J1 {objective['title']!r} is {objective['id']}; a cycle J1 is {cycle['id']}"
    assert (ran.code, ran.err) == (1, f"cairn: 'J1' may be several things; say the id of the one that you mean: {each}\n")
    assert [method for method, _, _ in gateway.requests if method == "POST"] == ["POST"]  # the sign-in


def test_what_nothing_goes_by_is_told_of_all_that_it_may_have_been(cairn: Run) -> None:
    assert cairn("close", "X1").err.startswith("cairn: there is no objective and no cycle 'X1' in tenant demo")


@pytest.mark.parametrize(
    "words",
    ["add key-result J1 Hire --target 98,5", "add cycle Q9 01.07.2026 2026-09-30", "login",
     "grade J1/3", "grade J1/3 0.5 --abstain", "align J2", "align J2 --under J1 --at-the-top", "revise objective J1", "grade J1/3 2",
     "close 2026-Q1 --outcome good", "sign-out", "reopen J1", "reopen 2026-Q1", "correct-effort 01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a12",
     "revise key-result J1/1 --owner zoe:-1"],
)  # fmt: skip
def test_what_makes_no_sense_is_not_sent(cairn: Run, gateway: FakeGateway, words: str) -> None:
    assert cairn(*shlex.split(words)).code == 2
    assert {method for method, path, _ in gateway.requests if path != "/v1/sign-in"} <= {"GET"}


def test_a_reason_that_is_needed_is_asked_for_by_its_option(cairn: Run) -> None:
    assert cairn("reopen", "2026-Q1").err.endswith("Error: give --reason: for a cycle it is needed\n")
    assert cairn("reopen", "T1").code == 0


def test_the_share_of_an_owner_is_not_negative(cairn: Run) -> None:
    ran = cairn("revise", "key-result", "J1/1", "--owner", "zoe:-1")
    assert ran.err.endswith("Error: --owner: the share of zoe is -1; a share is not negative, one looks like zoe:0.5\n")


def test_a_command_may_be_held_to_a_version_and_a_key(cairn: Run, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    headers: list[httpx.Headers] = []
    answer = gateway.handle

    def handle(request: httpx.Request) -> httpx.Response:
        headers.append(request.headers)
        return answer(request)

    monkeypatch.setattr(gateway, "handle", handle)
    cairn("activate", "J4", "--if-match", "3", "--idempotency-key", "once")
    assert (headers[-1]["if-match"], headers[-1]["idempotency-key"]) == ('"3"', "once")


def test_before_a_cycle_is_closed_it_can_be_seen_what_is_left_to_do(cairn: Run, gateway: FakeGateway) -> None:
    ran = cairn("close", "2019-Q1", "--dry-run")
    assert ran.out.splitlines()[0] == "2019-Q1 is in state planning, and would not be closed: only what is in review is; nothing was done"
    assert "closed with it (3): J1, J2, J3" in ran.out
    told = cairn("close", "2019-Q1", "--dry-run", "--json").json
    assert (told["dry_run"], told["would_close"]) == (True, False)
    assert [one["ref"] for one in cairn("close", "2019-Q1", "--dry-run", "--json").json["open"]] == ["J1", "J2", "J3"]
    assert {method for method, path, _ in gateway.requests if path != "/v1/sign-in"} == {"GET"}


def test_a_cycle_is_closed_with_tables_of_grades_and_of_what_is_said_of_its_objectives(
    cairn: Run, gateway: FakeGateway, tmp_path: Path
) -> None:
    grades, said = tmp_path / "grades.csv", tmp_path / "said.csv"
    grades.write_text("objective;key_result;grade;note\nJ1;J1/1;0,7;well done\nJ1;2;NA;\n")
    said.write_text('objective,outcome,well,learnt,carry\nJ1,Three hired,"\'- the plan\n- the people",begin earlier,yes\n')
    cairn("close", "2026-Q1", "--grades", str(grades), "--grades", str(said))
    (sent,) = gateway.sent("POST", "/v1/cycles/2026-Q1/close")
    assert sent == {
        "objectives": [
            {
                "objective": "J1",
                "outcome": "Three hired",
                "well": "- the plan\n- the people",
                "learnt": "begin earlier",
                "carry": True,
            }
        ],
        "grades": [
            {"key_result": "J1/1", "grade": 0.7, "note": "well done"},
            {"key_result": "J1/2", "grade": None, "note": ""},
        ],
    }


def test_before_a_cycle_is_closed_grades_of_tables_are_told_as_they_would_be(cairn: Run, gateway: FakeGateway, tmp_path: Path) -> None:
    gateway.tenants["demo"].grades.clear()
    gateway.tenants["demo"].objectives["J3"]["state"] = "draft"
    grades = tmp_path / "grades.csv"
    grades.write_text("objective,key_result,grade\nJ1,j1/1,0.7\nJ1,2,NA\nJ1,J9/1,0.5\n")
    told = dict(line.split(": ", 1) for line in cairn("close", "2019-Q1", "--dry-run", "--grades", grades).out.splitlines()[1:])
    assert told["graded (1)"] == "J1/1 0.7"
    assert told["abstained (1)"] == "J1/2"
    assert not {"J1/1", "J1/2", "J3/1"} & {*next(text for what, text in told.items() if what.startswith("not graded")).split(", ")}
    assert told["no key result of it, as it stands in the tables (1)"] == "J9/1"
    assert told["stay drafts in it (1)"] == "J3"


def test_after_a_cycle_is_closed_it_is_told_what_stays_open(cairn: Run, gateway: FakeGateway) -> None:
    gateway.tenants["demo"].objectives["J3"]["state"] = "draft"
    gateway.tenants["demo"].grades[:] = [grade for grade in gateway.tenants["demo"].grades if grade["key_result"] != "J1/2"]
    first, *told = cairn("close", "2019-Q1").out.splitlines()
    assert first == "2019-Q1 is closed"
    assert told[0].startswith("graded (")
    assert told[1] == "not graded (1): J1/2"
    assert told[-1] == "stay drafts in it, until `cairn move` or `cairn copy` takes them elsewhere (1): J3"


def refuse(gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch, operation: tuple[str, str], **problem: Any) -> None:
    """From here on a request of this method and path is refused."""
    answer = gateway.handle

    def handle(request: httpx.Request) -> httpx.Response:
        if (request.method, request.url.path) != operation:
            return answer(request)
        return httpx.Response(422, json={"errors": [], **problem})

    monkeypatch.setattr(gateway, "handle", handle)


@pytest.mark.parametrize("field", ["grades[1].grade", "grades.1.key_result", "grades[1]"])
def test_a_grade_that_is_refused_is_named_by_its_row(
    cairn: Run, gateway: FakeGateway, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, field: str
) -> None:
    grades = tmp_path / "grades.csv"
    grades.write_text("objective,key_result,grade\nJ1,1,0.7\nJ1,2,0.8\n")
    closing = ("POST", "/v1/cycles/2019-Q1/close")
    refuse(gateway, monkeypatch, closing, reason="NOT_ITS_GRADER", detail=f"{field}: you may not grade it")
    ran = cairn("close", "2019-Q1", "--grades", grades)
    assert (ran.code, ran.err) == (1, "cairn: grades.csv, line 3 (J1/2): you may not grade it\n")


@pytest.mark.parametrize(
    ("words", "operation", "reason", "says"),
    [
        ("move J1 2026-Q1", ("POST", "/v1/objectives/J1/move"), "DAYS_OUTSIDE", "ask for it; that is --fit-days"),
        ("revise cycle 2026-Q1 --name Q", ("PATCH", "/v1/cycles/2026-Q1"), "OBJECTIVES_OUTSIDE", "ask for it; that is --objectives move"),
        ("move J1 2026-Q1", ("POST", "/v1/objectives/J1/move"), "CYCLE_CLOSED", "ask for it"),
    ],
)
def test_what_may_be_asked_for_is_named_by_its_option(
    cairn: Run, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch, words: str, operation: tuple[str, str], reason: str, says: str
) -> None:
    refuse(gateway, monkeypatch, operation, reason=reason, detail="ask for it")
    assert cairn(*words.split()).err == f"cairn: {says}\n"


@pytest.mark.parametrize(
    ("detail", "says"),
    [
        ("there is no template 'x'; GET /v1/templates lists all", "there is no template 'x'; `cairn templates` lists all"),
        ("`GET /v1/kpis` lists all", "`cairn kpis` lists all"),
        ("GET /v1/session says how", "GET /v1/session says how"),
        ("GET /v1/objectives/{ref}/history tells", "GET /v1/objectives/{ref}/history tells"),
    ],
)
def test_a_question_to_the_api_is_told_as_the_command_that_asks_it(
    cairn: Run, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch, detail: str, says: str
) -> None:
    refuse(gateway, monkeypatch, ("DELETE", "/v1/templates/x"), reason="TEMPLATE_UNKNOWN", detail=detail)
    assert cairn("remove", "template", "x").err == f"cairn: {says}\n"


def test_a_grade_out_of_bounds_is_named_by_its_row_and_not_sent(cairn: Run, gateway: FakeGateway, tmp_path: Path) -> None:
    (tmp_path / "grades.csv").write_text("key_result,grade\nJ1/1,0.7\nJ1/2,1.4\n")
    ran = cairn("close", "2019-Q1", "--grades", tmp_path / "grades.csv")
    assert ran.err.endswith("Error: grades.csv, line 3: grade of J1/2: '1.4' is no number from 0 to 1\n")
    assert not gateway.sent("POST", "/v1/cycles/2019-Q1/close")


@pytest.mark.parametrize("table", ["", "who,what\na,b\n", "key_result,grade\nJ1/1,much\n", "objective,carry\nJ1,perhaps\n"])
def test_a_table_that_is_none_of_grades_is_not_sent(cairn: Run, gateway: FakeGateway, tmp_path: Path, table: str) -> None:
    (tmp_path / "grades.csv").write_text(table)
    assert cairn("close", "2026-Q1", "--grades", str(tmp_path / "grades.csv")).code == 2
    assert not [path for _, path, _ in gateway.requests if path.endswith("/close")]
