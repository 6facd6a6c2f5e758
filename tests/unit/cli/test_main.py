"""What every command has in common."""

from __future__ import annotations

import pytest

from cli import main
from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_gateway import FakeGateway

COMMANDS = sorted(main.cli.commands)


class TestHelp:
    def test_every_command_is_there(self) -> None:
        assert COMMANDS == [
            "appoint-admin", "audit", "check-in", "clock", "dead-letters", "digest", "export", "history", "import", "inbox", "leave",
            "log", "objective", "rebuild", "reinstate", "replay", "sign-out", "status", "tree",
        ]  # fmt: skip

    @pytest.mark.parametrize("command", [name for name in COMMANDS if name not in ("clock", "dead-letters", "log")])
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
            ["audit", "--since", "yesterday"],
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
