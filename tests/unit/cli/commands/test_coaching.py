"""`cairn coach` against a gateway in memory: what is looked at, and how it is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.errors import USAGE
from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_gateway import FakeGateway

EXAMPLES = Path(__file__).parents[4] / "examples"
FINDING = {
    "rule": "output",
    "severity": "warning",
    "ref": "J1/1",
    "title": "Write posts",
    "says": "It says what you do.",
    "suggests": "Ask what it is for.",
}


@pytest.fixture(autouse=True)
def _findings(gateway: FakeGateway) -> None:
    hint = FINDING | {"rule": "vague", "severity": "hint", "says": "It is vague.", "suggests": "Say more."}
    gateway.coach = {"findings": [FINDING, hint], "objectives": 1, "key_results": 2}


def test_findings_are_told_by_what_they_are_about(cairn: Run) -> None:
    assert cairn("coach", EXAMPLES / "joystream-2019").out.splitlines() == [
        "J1/1  Write posts",
        "  warning: It says what you do. [output]",
        "    Ask what it is for.",
        "  hint: It is vague. [vague]",
        "    Say more.",
        "1 objectives with 2 key results: 1 warnings, 1 hints",
    ]


def test_programs_are_given_the_findings_alone(cairn: Run, gateway: FakeGateway) -> None:
    assert cairn("coach", EXAMPLES / "joystream-2019", "--json").json == gateway.coach["findings"]


def test_where_all_is_well_that_is_said(cairn: Run, gateway: FakeGateway) -> None:
    gateway.coach = {"findings": [], "objectives": 7, "key_results": 29}
    assert cairn("coach", EXAMPLES / "joystream-2019").out == "7 objectives with 29 key results: nothing to say\n"


def test_a_file_holds_drafts(cairn: Run, gateway: FakeGateway, tmp_path: Path) -> None:
    drafts = {"objectives": [{"title": "Be read"}]}
    file = tmp_path / "drafts.json"
    file.write_text(json.dumps(drafts))
    assert cairn("coach", file).code == 0
    assert gateway.sent("POST", "/v1/coach") == [drafts]


def test_a_file_that_is_no_json_is_not_sent(cairn: Run, gateway: FakeGateway, tmp_path: Path) -> None:
    file = tmp_path / "drafts.json"
    file.write_text("{")
    ran = cairn("coach", file)
    assert (ran.code, gateway.sent("POST", "/v1/coach")) == (USAGE, [])
    assert "is not JSON" in ran.err


@pytest.mark.parametrize("words", [(), ("J1", "--cycle", "2026-Q1"), ("J1", "--rules")])
def test_one_thing_is_looked_at(cairn: Run, words: tuple[str, ...]) -> None:
    ran = cairn("coach", *words)
    assert ran.code == USAGE
    assert "say what to look at" in ran.err


def test_what_stands_in_files_has_no_past(cairn: Run, tmp_path: Path) -> None:
    (tmp_path / "drafts.json").write_text("{}")
    for what in (EXAMPLES / "joystream-2019", tmp_path / "drafts.json"):
        ran = cairn("coach", what, "--as-of", "2026-03-31")
        assert ran.code == USAGE
        assert "as they stand" in ran.err
