"""What every command has in common."""

from __future__ import annotations

import os
import subprocess
import sys

import click
import orjson
import pytest

from cli import main
from cli.errors import EXIT_CODES
from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_gateway import FakeGateway

COMMANDS = sorted(main.cli.commands)


class TestHelp:
    @pytest.mark.parametrize("command", [name for name in COMMANDS if not isinstance(main.cli.commands[name], click.Group)])
    def test_a_command_explains_itself_with_examples_and_speaks_json(self, cairn: Run, command: str) -> None:
        ran = cairn(command, "--help")
        assert ran.code == 0
        assert f"cairn {command}" in ran.out.split("Example", 1)[1]
        assert "--json" in ran.out
        assert ("--tenant" in ran.out) == (command != "replay")

    @pytest.mark.parametrize(
        "words",
        [
            [],
            ["--help"],
            ["dead-letters", "--help"],
            ["dead-letters", "list", "--help"],
            ["clock", "advance", "--help"],
            ["log", "recover", "--help"],
            ["--version"],
        ],
    )
    def test_asking_how_is_no_failure(self, cairn: Run, words: list[str]) -> None:
        ran = cairn(*words)
        assert ran.code in (0, 2)
        assert "Traceback" not in ran.out + ran.err

    @pytest.mark.parametrize(
        "words",
        [
            ["tree", "--as-of", "soon"],
            ["tree", "--known-at", "2026-01-01"],
            ["audit", "--since", "some day"],
            ["audit", "--since", "2026-02-30"],
            ["inbox", "--limit", "-1"],
            ["rebuild", "goals"],
            ["log", "recover", "audit"],
            ["clock", "advance", "soon"],
            ["clock", "advance", "-1d"],
            ["fly"],
            ["check-in"],
            ["import", "/nowhere"],
        ],
    )
    def test_words_that_make_no_sense_are_told(self, cairn: Run, gateway: FakeGateway, words: list[str]) -> None:
        ran = cairn(*words)
        assert ran.code == 2
        assert "Error:" in ran.err
        assert gateway.requests == []

    @pytest.mark.parametrize("words", [["fly"], ["tree", "--as-of", "soon"]])
    def test_with_json_they_are_told_as_an_object_on_stderr(self, cairn: Run, words: list[str]) -> None:
        ran = cairn(*words, "--json")
        assert (ran.code, ran.out) == (2, "")
        told = orjson.loads(ran.err)
        assert (told["reason"], told["errors"]) == ("USAGE", [])
        assert words[-1] in told["detail"]

    def test_with_json_a_problem_is_told_on_stderr_as_the_gateway_says_it(self, cairn: Run) -> None:
        ran = cairn("objective", "J99", "--json")
        assert (ran.code, ran.out) == (1, "")
        assert {name: orjson.loads(ran.err)[name] for name in ("status", "reason", "detail")} == {
            "status": 404,
            "reason": "OBJECTIVE_UNKNOWN",
            "detail": "there is no 'J99' in this tenant",
        }

    def test_the_help_names_every_exit_code(self, cairn: Run) -> None:
        told = cairn("--help").out
        assert all(f"  {code:<4} {meaning}" in told for code, meaning in EXIT_CODES.items())


def test_where_whoever_reads_the_output_has_enough_it_ends_as_other_programs_do() -> None:
    """`cairn owned ann | head -2`: neither a failure nor a word of it."""
    enough = """
from cli import main
main.cli.add_command(main.click.Command("say", callback=lambda: [print("x" * 99) for _ in range(9_999)]))
main.main(["say"])
"""
    program = subprocess.Popen(
        [sys.executable, "-c", enough],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert program.stdout is not None
    program.stdout.close()
    _, told = program.communicate(timeout=60)
    assert (program.returncode, told) == (141, b"")
