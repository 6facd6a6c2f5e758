"""The running gateway does what its own document says, asked by schemathesis."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support import schemathesis_hooks
from tests.support.company import new_tenant
from tests.support.system import System

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "ignored_auth",
)


def test_no_answer_is_a_fault_of_the_server_or_undocumented(system: System, tmp_path: Path) -> None:
    admin = new_tenant(system.url)
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "run", f"{system.url}/openapi.json"),
        *("--header", f"Authorization: Bearer {admin.token}"),
        *("--checks", ",".join(CHECKS), "--phases", "examples,fuzzing", "--max-examples", "6", "--seed", "1", "--no-shrink"),
        *("--generation-database", "none", "--suppress-health-check", "all", "--request-timeout", "30", "--no-color", "--warnings", "off"),
    ]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "SCHEMATHESIS_HOOKS": schemathesis_hooks.__name__}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=240, cwd=tmp_path, stdin=subprocess.DEVNULL, env=environment
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
