"""Live, rebuilt, replayed: one digest."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.company import Company, Person
from tests.support.system import System


def _digest(system: System, tenant: str) -> str:
    return system.cairn("digest", "--tenant", tenant).stdout.strip()


def test_the_digest_is_the_same_after_a_rebuild_and_from_an_export(system: System, joystream: Person, tmp_path: Path) -> None:
    live = _digest(system, joystream.tenant)
    assert len(live) == 64
    system.cairn("rebuild", "progress")
    assert _digest(system, joystream.tenant) == live
    export = tmp_path / "joystream.ndjson"
    system.cairn("export", str(export), "--tenant", joystream.tenant)
    assert json.loads(system.cairn("replay", str(export), "--json").stdout)["digest"] == live


def test_another_check_in_gives_another_digest(system: System, company: Company) -> None:
    before = _digest(system, company.name)
    company.admin.post("/v1/key-results/O1/1/check-ins", {"value": 7})
    assert _digest(system, company.name) != before


def test_an_export_that_was_changed_is_refused_with_its_line(system: System, company: Company, tmp_path: Path) -> None:
    company.admin.post("/v1/key-results/O1/1/check-ins", {"value": 7, "comment": "seven"})
    export = tmp_path / "company.ndjson"
    system.cairn("export", str(export), "--tenant", company.name)
    lines = export.read_bytes().splitlines(keepends=True)
    without_one = tmp_path / "cut.ndjson"
    without_one.write_bytes(b"".join(lines[:3] + lines[4:]))
    done = system.cairn("replay", str(without_one), check=False)
    assert done.returncode != 0
    assert "line" in done.stderr
    assert "Traceback" not in done.stderr


def test_queries_go_on_while_the_projection_is_rebuilt(system: System, joystream: Person) -> None:
    expected = joystream.get("/v1/objectives/J1")
    steps = joystream.operator().lines("POST", "/v1/projections/progress/rebuild")
    seen = []
    for step in steps:
        seen.append(json.loads(step)["phase"])
        assert joystream.get("/v1/objectives/J1")["grade"] == expected["grade"]
    assert seen[-1] == "done"
    assert joystream.get("/v1/objectives/J1") == expected
