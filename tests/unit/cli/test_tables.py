"""No table that the command line prints is wider than there are columns for it, whatever stands in it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.text import Text

from cli.commands.listing import CATALOGUES, LISTINGS
from cli.commands.settings import _COLUMNS as OF_SETTINGS
from cli.commands.vision import PILLARS
from cli.output import Output, columns_there_are

SOURCES = Path(__file__).parents[3] / "services" / "cli"
ID = "01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a12"
INSTANT, DAY = "2026-03-31 14:00:00+02:00", "2026-03-31"
LONG = "Grow what we earn with customers in the Donaudampfschifffahrtsgesellschaftskapitänswitwenrente 市場で売上を伸ばす " * 4
OF_DAYS = {"true on", "due", "due day", "as of", "first day", "last day", "start day", "end day", "day", "from", "to", "since", "week from"}
OF_NAMES = {"who", "by", "owner", "created by", "on behalf of", "assignee", "giver", "lead", "person", "handle", "team", "cycle", "parent"}


def _in_the_source() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The columns of each table that is written down where it is printed."""
    for file in sorted(SOURCES.rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text())):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in ("table", "entries"):
                for columns in call.args[:2]:
                    if isinstance(columns, ast.Tuple):
                        names = [ast.literal_eval(name) if isinstance(name, ast.Constant) else "task" for name in columns.elts]
                        yield f"{file.stem}-{call.lineno}", tuple(names)


TABLES = dict(
    [
        *_in_the_source(),
        *((one.name, tuple(column.replace("_", " ") for column in one.columns)) for one in (*LISTINGS, *CATALOGUES)),
        ("pillars", PILLARS),
        ("settings", OF_SETTINGS),
    ]
)


def _cell(column: str) -> str | Text:
    """The longest that may stand in a column."""
    name = column.removeprefix(">")
    if column.startswith(">"):
        return "-1234567.25"
    if name in ("when", "created at", "read"):
        return INSTANT
    if name in OF_DAYS:
        return DAY
    if name in OF_NAMES:
        return "bartholomaeus"
    match name:
        case "id":
            return ID
        case "ref":
            return "      PLATFORM-12/10"
        case "status":
            return Text("not started (said), cancelled, does not count")
        case _:
            return LONG


def _printed(columns: Sequence[str], capsys: pytest.CaptureFixture[str]) -> list[str]:
    rows = [[_cell(column) for column in columns]] * 2
    Output(as_json=False).table(columns, rows, LONG)
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("there_are", [60, 80, 100, None])
@pytest.mark.parametrize("columns", TABLES.values(), ids=TABLES.keys())
def test_a_table_fits(
    columns: tuple[str, ...], there_are: int | None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if there_are is None:
        monkeypatch.delenv("COLUMNS", raising=False)
    else:
        monkeypatch.setenv("COLUMNS", str(there_are))
    lines = _printed(columns, capsys)
    assert max(map(cell_len, lines)) <= (there_are or 100)
    whole = {cell.strip() for cell in map(_cell, columns) if isinstance(cell, str) and cell != LONG and cell != INSTANT}
    assert all(any(cell in line for line in lines) for cell in whole)


def test_tables_are_found() -> None:
    assert len(TABLES) > 30
    assert ("when", "true on", "about", "what", "says", "why", "by") in TABLES.values()


def test_what_has_room_is_left_as_it_is(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    Output(as_json=False).table(("ref", "title", "note"), [("J1", "Expand the core team", "")])
    head, _, row = (line for line in capsys.readouterr().out.splitlines() if line.strip())
    assert (head.split(), row.split("  ")[0].strip()) == (["ref", "title", "note"], "J1")


def test_of_a_table_that_is_too_wide_what_says_nothing_is_left_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    columns = ("ref", "id", "abstention", "comment")
    Output(as_json=False).table(columns, [("J1/1", DAY, "", "two have signed")])
    Output(as_json=False).table(columns, [("J1/1", ID, "", "two have signed")])
    fits, narrow = capsys.readouterr().out.split("ref", 1)[1].split("ref", 1)
    assert "abstention" in fits
    assert "abstention" not in narrow


def test_what_has_no_room_beside_each_other_stands_one_below_the_other(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    Output(as_json=False).table(("ref", "id", "abstention", "comment"), [("J1/1", ID, "nobody", "two"), ("J1/2", ID, "", "three")])
    told = [line.split() for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert told == [
        ["ref", "J1/1"],
        ["id", ID],
        ["abstention", "nobody"],
        ["comment", "two"],
        ["ref", "J1/2"],
        ["id", ID],
        ["comment", "three"],
    ]


def test_an_instant_stands_in_a_line_or_in_two_and_leaves_the_rest_to_texts(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    for text in ("signed", "two have signed, " * 6):
        Output(as_json=False).table(("when", "says", "why"), [(INSTANT, text, text)])
    short, long = capsys.readouterr().out.split("when")[1:]
    assert INSTANT in short
    assert INSTANT not in long
    assert long.count("two have signed,") == 12  # each in a line


def test_a_long_line_goes_on_below(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    said = "  hint: " + "say what is measured " * 12
    Output(as_json=False).line(said)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= columns_there_are() == 100
    assert " ".join(line.strip() for line in lines) == said.strip()
    assert {line[:4] for line in lines[1:]} == {"    "}


@pytest.mark.parametrize("word", ["x" * 250, "市" * 90])
def test_a_word_that_has_no_room_in_a_line_is_parted(
    word: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    Output(as_json=False).line(f"J1  {word}  ends")
    lines = capsys.readouterr().out.splitlines()
    assert max(map(cell_len, lines)) <= 100
    assert word in "".join(line.strip() for line in lines)


def test_a_command_that_is_quoted_stays_in_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    command = "`cairn dead-letters list --all-tenants --service audit`"
    for before in range(100):
        Output(as_json=False).line(f"{'x' * before} {command}), it's said; and `a sign alone")
        lines = capsys.readouterr().out.splitlines()
        assert any(command in line for line in lines)
        assert max(map(len, lines)) <= 100
