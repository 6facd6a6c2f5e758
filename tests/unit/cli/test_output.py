"""What a command shows."""

from __future__ import annotations

import json

import pytest

from chassis.texts import steers
from cli.errors import Failed
from cli.output import STATUS_STYLES, Output, number, strong
from tests.unit.cli.released_document import COMPONENTS


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (0, "0"),
        (-0.0, "0"),
        (2.0, "2"),
        (0.616, "0.616"),
        (1234567.0, "1234567"),
        (25e6, "25000000"),
        (1234568.25, "1234568.25"),
        (-12345678.9, "-12345678.9"),
        (1e15, "1000000000000000"),
        (1e16, "1e+16"),
        (0.0001234567, "0.0001234567"),
    ],
)
def test_a_number_is_shown_with_all_its_digits(value: float | None, shown: str) -> None:
    assert number(value) == shown


@pytest.mark.parametrize("variable", ["NO_COLOR", "COLUMNS"])
def test_nothing_is_sent_that_steers_where_nobody_wants_it(
    variable: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.delenv("COLUMNS", raising=False)  # a run by several workers has it set
    monkeypatch.setenv(variable, "80")
    Output(as_json=False).table(["ref", "title"], [[strong("J1"), "word " * 40]])
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert (max(map(len, out.splitlines())) <= 80) == (variable == "COLUMNS")


def test_every_status_of_the_interface_has_a_colour() -> None:
    assert set(STATUS_STYLES) == set(COMPONENTS["schemas"]["ProgressStatus"]["enum"])


@pytest.mark.parametrize("title", ["می\u200cخواهیم", "👩\u200d👩\u200d👧", "co\u00adoperate", "Anna\u00a0Lee"])
def test_a_text_for_people_keeps_its_joiners(title: str, capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(as_json=False)
    output.line(title)
    output.table(["title"], [[title]], title)
    assert capsys.readouterr().out.count(title) == 3


@pytest.mark.parametrize("steering", ["\x1b[2J", "\x9b2J", "\x7f", "\u202e", "\u2066", "\r", "\n", "\U000e0001"])
def test_nothing_that_is_shown_steers_a_terminal(steering: str, capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(as_json=False)
    text = f"Ä{steering}B"
    output.line(text)
    output.table(["title"], [[text], [strong(text)]], text)
    Output(as_json=True).json({"title": text})
    Failed(text).show()
    written = capsys.readouterr()
    assert not any(steers(c) for c in (written.out + written.err).replace("\n", ""))
    assert f"Ä{steering}B" not in written.out


def test_json_says_what_it_said_whatever_is_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    text = "".join(map(chr, range(0x250))) + "\u2028\u202e\ufeff\U000e0001👧"
    Output(as_json=True).json({"title": text})
    assert json.loads(capsys.readouterr().out) == {"title": text}
