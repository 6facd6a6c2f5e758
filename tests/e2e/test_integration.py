"""examples/integration, as whoever copies it would run it: with a client that is generated from what the gateway serves."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest

from stack.layout import ROOT
from tests.support.company import Person, unique_name
from tests.support.measures import MEASURES
from tests.support.system import System

EXAMPLE = ROOT / "examples" / "integration"


@pytest.fixture(scope="module")
def with_client(system: System, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the generated client in it."""
    folder = tmp_path_factory.mktemp("integration")
    (folder / "openapi.json").write_bytes(httpx.get(f"{system.url}/openapi.json").content)
    generated = ["--path", "openapi.json", "--config", str(EXAMPLE / "openapi-python-client.yaml"), "--meta", "none"]
    _run("openapi_python_client", "generate", *generated, "--output-path", "cairn_client", "--fail-on-warning", cwd=folder)
    return folder


def _run(module: str, *arguments: str, cwd: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(cwd)}
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_example_runs_a_quarter_with_every_measure_and_does_nothing_twice(system: System, with_client: Path) -> None:
    (with_client / "quarter.py").write_bytes((EXAMPLE / "quarter.py").read_bytes())
    tenant = unique_name()
    first = _run("quarter", system.url, tenant, cwd=with_client).splitlines()
    reported = ["J1/1", "J1/1", "J1/2", "J1/3", "J2/1", "J2/1", "J2/2"]
    assert first[:7] == [f"hr-{number} {reference}: recorded" for number, reference in enumerate(reported, 1)]
    assert first[7].startswith("hr-8 J9/1: refused, KEY_RESULT_UNKNOWN: ")
    assert first[8:16] == [
        "copied: 7 key results",
        "J1/1 Hire developers: 75%",
        "J1/2 The office is open: 100%",
        "J1/3 Whoever joins knows how: 75%",
        "J2/1 We are spoken well of: 70%",
        "J2/2 Answers take two days at most: 100%",
        "J2/3 How often we are written about: no number yet",
        "J2/4 People who joined, in all: 50%",
    ]
    assert first[16].startswith("not yet: ")
    assert first[17:] == ["meanwhile J1 is 'Expand the core team'", "changed since: 4 key results"]

    admin = Person(system.url, tenant=tenant, person="admin")
    assert {key_result["measure"] for key_result in admin.get("/v1/key-results")["items"]} == set(MEASURES)
    assert admin.get("/v1/objectives/J1")["title"] == "Expand the team, and keep it"
    before, version = len(list(admin.pages("/v1/check-ins"))), admin.get("/v1/objectives/J1")["version"]
    second = _run("quarter", system.url, tenant, cwd=with_client).splitlines()
    assert all(line.endswith(": there already") for line in second[:7])
    assert len(list(admin.pages("/v1/check-ins"))) == before
    assert admin.get("/v1/objectives/J1")["version"] == version


def test_its_reader_gets_the_generator_that_it_is_tested_with() -> None:
    assert (EXAMPLE / "requirements.txt").read_text() == f"openapi-python-client=={version('openapi-python-client')}\n"
