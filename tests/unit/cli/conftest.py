"""The command line against a gateway in memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

from cli import connection, main
from tests.unit.cli.fake_gateway import FakeGateway


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed for a program."""
        return orjson.loads(self.out)


Run = Callable[..., Ran]

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture
def reader_in_berlin() -> Iterator[None]:
    """Whoever reads is an hour ahead of UTC in winter, and two in summer, wherever the tests run."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, reader_in_berlin: None) -> FakeGateway:
    fake = FakeGateway()
    monkeypatch.setattr(connection, "new_client", fake.client)
    monkeypatch.setattr("cli.connection.time.sleep", lambda seconds: None)
    for name in ("CAIRN_URL", "CAIRN_TENANT", "CAIRN_TOKEN", "CAIRN_PERSON", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")  # what is said is read in a line; test_tables.py looks at where lines end
    monkeypatch.setenv("CAIRN_HOME", str(tmp_path / "never-started"))  # or the port of an installation in this clone would be taken
    return fake


@pytest.fixture
def cairn(gateway: FakeGateway, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs `cairn` with these words."""

    def run(*words: str | Sequence[str]) -> Ran:
        code = main.run([str(word) for word in words])
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    return run


@pytest.fixture
def imported(cairn: Run) -> None:
    assert cairn("import", EXAMPLES / "joystream-2019").code == 0
