"""Mutual TLS is told whole or not at all, and no service asks another one without it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from chassis.rpc import channel_credentials, server_credentials
from chassis.runtime import Settings
from tests.support.certificates import write_certificates

SERVICES = Path(__file__).parents[4] / "services"


def test_without_files_there_is_none() -> None:
    assert channel_credentials(Settings()) is None
    assert server_credentials(Settings()) is None


def test_all_three_files_are_taken_and_two_of_them_are_told(tmp_path: Path) -> None:
    write_certificates(tmp_path / "tls", ["goals"])
    told = {
        "tls_ca_file": tmp_path / "tls" / "ca.pem",
        "tls_certificate_file": tmp_path / "tls" / "goals.pem",
        "tls_key_file": tmp_path / "tls" / "goals.key",
    }
    assert channel_credentials(Settings.model_validate(told)) is not None
    for missing in told:
        with pytest.raises(SystemExit, match=f"CAIRN_{missing.upper()}: mutual TLS takes all three"):
            channel_credentials(Settings.model_validate({name: path for name, path in told.items() if name != missing}))
        with pytest.raises(SystemExit, match=f"CAIRN_{missing.upper()}=.*No such file"):
            server_credentials(Settings.model_validate(told | {missing: tmp_path / "nowhere"}))


def test_every_channel_is_opened_with_the_credentials_of_its_process() -> None:
    opened = [
        (file, call)
        for file in SERVICES.rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text()))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "channel"
    ]
    assert opened
    for file, call in opened:
        assert len(call.args) == 2, f"{file}:{call.lineno} asks in plain where links are encrypted"
