"""`make up`: everything answers, comes back when it is killed, and what is in the way is told in one line."""

from __future__ import annotations

import os
import signal
import socket
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from embedded.ports import LOOPBACK, wait_until
from embedded.processes import ProcessIdentity
from stack.health import healthy
from stack.layout import PROGRAMS, Layout
from stack.supervision import ProcessManager
from tests.support.installation import free_layout, installation, stack


@pytest.fixture(scope="module")
def running() -> Iterator[Layout]:
    with installation() as layout:
        yield layout


def pid_of(layout: Layout, program: str) -> int:
    identity = ProcessIdentity.read(layout.pid_file(program))
    assert identity is not None
    return identity.pid


def test_every_program_answers(running: Layout) -> None:
    assert stack(running, "status").returncode == 0


def open_to_others(folder: Path) -> dict[str, str]:
    """What of a folder others than its owner may read, write or pass through, links aside, and how."""
    opened = {}
    for path in (folder, *folder.rglob("*")):
        with suppress(FileNotFoundError):  # it went meanwhile
            mode = path.lstat().st_mode
            if mode & 0o077 and not stat.S_ISLNK(mode):
                opened[str(path)] = stat.filemode(mode)
    return opened


def allowed(layout: Layout) -> dict[str, str]:
    """PostgreSQL's user, where it is not the owner, passes through the folder to its own."""
    return {str(layout.home): "drwx--x---"} if layout.postgres.user else {}


def test_no_file_is_open_to_anyone_but_its_owner(running: Layout) -> None:
    assert open_to_others(running.home) == allowed(running)


def test_a_folder_that_was_open_is_closed_by_the_next_up(running: Layout) -> None:
    # As a release before this one left them.
    opened = [running.home, running.keys, running.home / "kafka" / "log", running.log_file("goals"), running.home / "supervisord.conf"]
    for path in opened:
        path.chmod(path.stat().st_mode | 0o055)
    again = stack(running, "up", "--no-example")
    assert again.returncode == 0, again.stderr
    assert open_to_others(running.home) == allowed(running)


@pytest.mark.parametrize("program", ["goals", "postgres"])
def test_a_program_that_is_killed_comes_back(running: Layout, program: str) -> None:
    before = pid_of(running, program)
    os.kill(before, signal.SIGKILL)
    assert wait_until(lambda: pid_of(running, program) != before and healthy(running, program), 60)


def test_what_outlived_a_killed_process_manager_is_ended_and_everything_starts_again(running: Layout) -> None:
    with psycopg.connect(running.postgres.dsn("cairn_goals"), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    manager = ProcessIdentity.read(running.run / "supervisord.identity")
    assert manager is not None
    before = {program: pid_of(running, program) for program in PROGRAMS}
    os.kill(manager.pid, signal.SIGKILL)
    again = stack(running, "up", "--no-example")
    assert again.returncode == 0, again.stderr
    assert all(pid_of(running, program) != before[program] for program in PROGRAMS)
    with psycopg.connect(running.postgres.dsn("cairn_goals")) as connection:
        assert connection.execute("SELECT n FROM kept").fetchone() == (1,)


def test_a_second_up_finds_everything_there(running: Layout) -> None:
    before = {program: pid_of(running, program) for program in PROGRAMS}
    again = stack(running, "up", "--no-example")
    assert again.returncode == 0, again.stderr
    assert {program: pid_of(running, program) for program in PROGRAMS} == before


def test_no_file_was_opened_to_others_meanwhile(running: Layout) -> None:
    assert open_to_others(running.home) == allowed(running)


def test_down_ends_everything_and_says_so(running: Layout) -> None:
    identities = [ProcessIdentity.read(running.pid_file(program)) for program in PROGRAMS]
    ended = stack(running, "down")
    assert ended.returncode == 0
    assert not ProcessManager(running).answers()
    assert not any(identity.process() for identity in identities if identity)


def test_a_port_in_use_is_one_line_and_starts_nothing(tmp_path: Path) -> None:
    layout = free_layout(tmp_path / "home")
    with socket.socket() as other:
        other.bind((LOOPBACK, layout.port("progress")))
        other.listen()
        refused = stack(layout, "up")
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"cairn: port {layout.port('progress')}, which progress needs, is in use")
    assert refused.stderr.count("\n") == 1
    assert not ProcessManager(layout).answers()


def test_a_home_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where a folder should be")
    refused = stack(Layout(tmp_path / "elsewhere", 9600), "status")
    assert refused.returncode == 1
    layout = free_layout(tmp_path / "home")
    refused = stack(layout, "up")
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert refused.stderr.startswith("cairn: ")
