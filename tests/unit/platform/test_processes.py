"""Processes are known by pid and birth: a pid that went to another process is never taken for the old one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psutil

from embedded.ports import wait_until
from embedded.processes import Child, ProcessIdentity, last_lines


def test_a_reused_pid_is_not_the_old_process(tmp_path: Path) -> None:
    mine = ProcessIdentity.of(os.getpid())
    before_me = ProcessIdentity(mine.pid, mine.born - 60)
    assert mine.process() is not None
    assert before_me.process() is None
    before_me.end()  # would end this test run if it took the pid for the process


def test_an_identity_survives_being_written(tmp_path: Path) -> None:
    file = tmp_path / "run" / "x.pid"
    ProcessIdentity.of(os.getpid()).write(file)
    assert ProcessIdentity.read(file) == ProcessIdentity.of(os.getpid())


def test_a_copied_folder_names_no_process_of_the_one_that_it_was_copied_from(tmp_path: Path) -> None:
    ProcessIdentity.of(os.getpid()).write(tmp_path / "run" / "x.pid")
    shutil.copytree(tmp_path / "run", tmp_path / "copy")
    assert ProcessIdentity.read(tmp_path / "copy" / "x.pid") is None


def test_an_identity_that_an_earlier_release_left_is_read(tmp_path: Path) -> None:
    mine = ProcessIdentity.of(os.getpid())
    (tmp_path / "x.pid").write_text(f"{mine.pid} {mine.born}\n")
    assert ProcessIdentity.read(tmp_path / "x.pid") == mine


def test_a_torn_pid_file_is_no_process(tmp_path: Path) -> None:
    (tmp_path / "x.pid").write_text("12")
    assert ProcessIdentity.read(tmp_path / "x.pid") is None
    assert ProcessIdentity.read(tmp_path / "absent.pid") is None


def test_a_process_that_ignores_the_signal_is_killed() -> None:
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", stubborn], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    ProcessIdentity.of(process.pid).end(seconds=0.3)
    assert process.wait(5) == -9


def test_a_child_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    sleeper = f"[{sys.executable!r}, '-c', 'import time; time.sleep(60)']"
    starter = (
        "import pathlib, time\nfrom embedded.processes import Child\n"
        f"child = Child('sleeper', {sleeper}, pathlib.Path({str(tmp_path / 'log')!r}))\nprint(child.pid, flush=True)\ntime.sleep(60)"
    )
    deploy = Path(__file__).parents[3] / "deploy"
    process = subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(deploy)})
    assert process.stdout is not None
    child = psutil.Process(int(process.stdout.readline()))
    # Once it has become the sleeper the bond is made.
    assert wait_until(lambda: "embedded.launch" not in " ".join(child.cmdline()), 20)
    process.kill()
    process.wait()
    assert wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, 10)


def test_a_server_that_ends_at_once_says_why(tmp_path: Path) -> None:
    child = Child("server", [sys.executable, "-c", "raise SystemExit('the port is mine')"], tmp_path / "log")
    assert wait_until(lambda: not child.running(), 20)
    assert "the port is mine" in last_lines(child.log)
