"""What can be wrong before anything starts: one line each."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

import bootstrap
from embedded.errors import SetUpError
from embedded.ports import LOOPBACK, can_listen, free_ports
from stack.layout import Layout
from stack.preflight import check_disk, check_ports


def test_a_port_in_use_names_the_program_the_port_and_another_choice(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        taken = other.getsockname()[1]
        layout = Layout(tmp_path, taken - 2)
        with pytest.raises(SetUpError) as refusal:
            check_ports(layout, ["goals"])
    assert f"port {taken}, which goals needs, is in use" in str(refusal.value)
    assert "make up BASE_PORT=" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_free_ports_can_be_taken_and_differ() -> None:
    ports = free_ports(8)
    assert len(set(ports)) == 8
    assert all(can_listen(port) for port in ports)


def test_a_full_disk_says_how_much_is_free_and_how_much_is_needed(tmp_path: Path) -> None:
    with pytest.raises(SetUpError, match=r"MB are free at .*, at least \d+ MB are needed"):
        check_disk(tmp_path / "not" / "there" / "yet", enough=10**9)


def test_an_old_python_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(bootstrap.InstallError, match=r"Python 3.11 or later is needed, .* is 3.9"):
        bootstrap.check_python((3, 9))


def test_a_missing_module_says_what_to_install() -> None:
    with pytest.raises(bootstrap.InstallError, match="apt install python3-venv"):
        bootstrap.check_python((3, 12), modules=("no_such_module",))


def test_too_little_space_for_the_packages_is_told() -> None:
    with pytest.raises(bootstrap.InstallError, match="7 MB are free"):
        bootstrap.check_disk(7 * 2**20)


def test_a_command_that_fails_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(bootstrap.InstallError) as failure:
        bootstrap.run(
            ["sh", "-c", "echo Collecting x; echo 'ERROR: no such package'; echo hint; exit 1"], "the packages cannot be installed"
        )
    assert str(failure.value) == "the packages cannot be installed: no such package"
