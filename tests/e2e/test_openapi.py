"""The running gateway does what its own document says, asked by schemathesis. CAIRN_SCHEMATHESIS_CASES: how many cases an operation has."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import schemathesis_hooks
from tests.support.company import Person, found_company, new_tenant
from tests.support.system import System

CASES = int(os.environ.get("CAIRN_SCHEMATHESIS_CASES", "4"))
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "ignored_auth",
    schemathesis_hooks.refused_for_a_reason_of_the_catalogue.__name__,
)
NOBODY_AFTERWARDS = ("sign_out", "sign_out_person", "leave_person")
_SECONDS = 240 + 20 * CASES

pytestmark = pytest.mark.timeout(_SECONDS + 60)


def _run(system: System, who: Person, folder: Path, *options: str, **environment: str) -> str:
    command = [
        *(
            str(Path(sys.executable).with_name("schemathesis")),
            "--config-file",
            str(Path(schemathesis_hooks.__file__).with_name("schemathesis.toml")),
        ),
        *("run", f"{system.url}/openapi.json", "--header", f"Authorization: Bearer {who.token}", "--checks", ",".join(CHECKS)),
        *("--seed", "1", "--no-shrink", "--generation-database", "none", "--suppress-health-check", "all"),
        *("--request-timeout", "30", "--no-color", "--warnings", "off", *options),
    ]
    told = {"PYTHONPATH": os.pathsep.join(sys.path), "SCHEMATHESIS_HOOKS": schemathesis_hooks.__name__} | environment
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **told},
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return done.stdout


def test_no_answer_is_a_fault_of_the_server_or_undocumented(system: System, tmp_path: Path) -> None:
    _run(system, new_tenant(system.url), tmp_path, "--phases", "examples,fuzzing", "--max-examples", str(CASES))


def test_nor_is_any_where_one_step_leads_to_the_next(system: System, tmp_path: Path) -> None:
    """By the document's links: what was made is read, revised, activated, reported on, ended."""
    company = found_company(system.url, objectives=2)
    left_out = [option for name in NOBODY_AFTERWARDS for option in ("--exclude-operation-id", name)]
    steps = ("--phases", "stateful", "--mode", "positive", "--max-examples", str(5 * CASES), "--exclude-tag", "Tenants", *left_out)
    told = _run(system, company.admin, tmp_path, *steps, **{schemathesis_hooks.STEP_BY_STEP: "yes"})
    covered = re.search(r"API Links: +(\d+) covered", told)
    assert covered is not None
    assert int(covered[1]) >= 10, told
