"""The process manager's configuration, read the way supervisord reads it."""

from __future__ import annotations

import contextlib
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
from supervisor.options import ServerOptions

from stack.layout import PROGRAMS, Layout
from stack.supervision import configuration, socket_path


def as_supervisord_reads_it(layout: Layout) -> dict[str, Any]:
    layout.logs.mkdir(parents=True)
    layout.run.mkdir()
    file = layout.home / "supervisord.conf"
    file.write_text(configuration(layout))
    options = ServerOptions()
    with contextlib.chdir(layout.home):
        options.realize(["-c", str(file)])
    return {group.name: group for group in options.process_group_configs}


@pytest.fixture(params=["home", "a home with 100% spaces"])
def layout(tmp_path: Path, request: pytest.FixtureRequest) -> Layout:
    return Layout(tmp_path / request.param, 9600)


def test_every_program_is_there_and_comes_back_when_it_dies(layout: Layout) -> None:
    programs = {name: group.process_configs[0] for name, group in as_supervisord_reads_it(layout).items()}
    assert set(programs) == set(PROGRAMS)
    for name, program in programs.items():
        assert program.autorestart
        assert shlex.split(program.command) == [sys.executable, "-m", "stack", "become", name]
        assert program.environment == {"CAIRN_HOME": str(layout.home), "CAIRN_BASE_PORT": "9600"}
        assert layout.home / program.stdout_logfile == layout.log_file(name)


def test_the_servers_end_after_the_services(layout: Layout) -> None:
    groups = {name: group.priority for name, group in as_supervisord_reads_it(layout).items()}
    assert max(groups["postgres"], groups["kafka"]) < min(value for name, value in groups.items() if name not in {"postgres", "kafka"})


def test_the_configuration_holds_no_password(layout: Layout) -> None:
    assert layout.postgres.password not in configuration(layout)


def test_a_deep_clone_still_gets_a_socket(tmp_path: Path) -> None:
    deep = Layout(tmp_path / ("x" * 120), 9600)
    assert len(str(socket_path(deep))) < 104
    assert socket_path(deep) != socket_path(Layout(tmp_path / ("y" * 120), 9600))
