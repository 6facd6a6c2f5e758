"""A process goes behind others as far as it is told, with whatever it begins."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import os, subprocess, sys
from chassis.runtime import give_way
give_way({niceness}, session={session})
child = subprocess.run([sys.executable, "-c", "import os; print(os.nice(0))"], capture_output=True, text=True, check=True).stdout.strip()
print(os.nice(0), child)
print(open("/proc/self/autogroup").read() if os.path.exists("/proc/self/autogroup") else "")
"""


def told(niceness: int, *, session: bool, leads: bool = True) -> tuple[int, int, str]:
    """The niceness of the process, of one that it begins, and of their session."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    program = [sys.executable, "-c", PROGRAM.format(niceness=niceness, session=session)]
    output = subprocess.run(program, capture_output=True, text=True, check=True, start_new_session=leads, env=environment).stdout
    of_processes, _, group = output.partition("\n")
    own, of_child = of_processes.split()
    return int(own) - os.nice(0), int(of_child) - os.nice(0), niceness_of(group)


def niceness_of(group: str) -> str:
    """Of what Linux tells of a session: "-" where it has no such groups, or where the session is in none."""
    return group.rsplit(maxsplit=1)[-1] if group.strip() else "-"


@pytest.mark.skipif(os.nice(0) > 14, reason="it is far behind already")
@pytest.mark.parametrize("session", [False, True])
def test_it_and_what_it_begins_go_behind(session: bool) -> None:
    own, of_child, of_session = told(5, session=session)
    assert (own, of_child) == (5, 5)
    assert of_session in ("-", "5" if session else "0")


def test_without_being_told_nothing_changes() -> None:
    assert told(0, session=True)[:2] == (0, 0)


@pytest.mark.skipif(os.nice(0) > 14, reason="it is far behind already")
def test_who_does_not_lead_the_session_leaves_it_where_it_is() -> None:
    own, _, of_session = told(5, session=True, leads=False)
    group = Path("/proc/self/autogroup")
    assert own == 5
    assert of_session == niceness_of(group.read_text() if group.exists() else "")
