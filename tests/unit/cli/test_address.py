"""Which gateway a command asks, when nobody says."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.connection import DEFAULT_URL, own_url


def test_a_command_asks_the_gateway_that_its_own_clone_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "base-port").write_text("9600\n")
    monkeypatch.setenv("CAIRN_HOME", str(tmp_path))
    assert own_url() == "http://127.0.0.1:9600"


@pytest.mark.parametrize("left", [None, "", "rubbish"])
def test_without_a_port_that_was_kept_it_asks_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: str | None) -> None:
    if left is not None:
        (tmp_path / "base-port").write_text(left)
    monkeypatch.setenv("CAIRN_HOME", str(tmp_path))
    assert own_url() == DEFAULT_URL
