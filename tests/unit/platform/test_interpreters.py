"""Which Python the environment is made from."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import interpreters
from interpreters import Interpreter, examined, on_this_machine, quickest

OWN = Interpreter("own", (3, 11), 0.030)


@pytest.mark.parametrize(
    ("others", "taken"),
    [
        ([], "own"),
        ([Interpreter("a little faster", (3, 11), 0.027)], "own"),
        ([Interpreter("faster", (3, 11), 0.020), Interpreter("fastest", (3, 11), 0.018)], "fastest"),
        ([Interpreter("newer and faster", (3, 13), 0.010)], "own"),
        ([Interpreter("slower", (3, 11), 0.050)], "own"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_another_build_of_the_same_version_is_taken_when_it_is_clearly_faster(others: list[Interpreter], taken: str) -> None:
    assert quickest(OWN, others).executable == taken


def test_this_python_tells_its_version_and_how_long_it_takes() -> None:
    found = examined(os.path.realpath(sys.executable))
    assert found is not None
    assert found.version == sys.version_info[:2]
    assert found.seconds > 0


@pytest.mark.parametrize("script", ["exit 1", "echo something else", "exec false"])
def test_what_is_no_whole_python_is_left_out(tmp_path: Path, script: str) -> None:
    fake = tmp_path / "python3.11"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    assert examined(str(fake)) is None  # it may not even be run
    fake.chmod(0o755)
    assert examined(str(fake)) is None
    assert examined(str(tmp_path / "nothing")) is None


def test_each_python_on_the_path_is_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, again = tmp_path / "real", tmp_path / "again"
    for folder in (real, again):
        folder.mkdir()
    (real / "python9.9").write_text("#!/bin/sh\n")
    (real / "python9.9").chmod(0o755)
    (again / "python9.9").symlink_to(real / "python9.9")
    monkeypatch.setenv("PATH", f"{again}:{real}")
    assert on_this_machine((9, 9)) == [str(again / "python9.9")]


def test_the_python_that_runs_is_taken_where_no_other_can_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interpreters, "on_this_machine", lambda _: ["/nowhere/python3"])
    assert interpreters.chosen() == (sys.executable, 1.0)
