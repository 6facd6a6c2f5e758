"""A key result that is moved to another objective, through everything that shows it."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from tests.e2e.test_export_tables import _that_can_be_imported
from tests.reckoning import organisations
from tests.reckoning.__main__ import reckon
from tests.reckoning.comparing import differences
from tests.support.company import unique_name
from tests.support.system import System

SEEDS = os.environ.get("CAIRN_RANDOM_MOVES", "2;3").split(";")
DAYS = ("2025-03-31", "2025-05-20", "2025-07-01", "2025-08-01", "2025-10-15", "2026-06-30")


@pytest.mark.parametrize("seed", SEEDS)
def test_random_organisations_whose_key_results_move_come_to_what_is_reckoned_on_any_day(system: System, tmp_path: Path, seed: str) -> None:
    folder, tenant = tmp_path / "tables", unique_name()
    organisations.write(folder, _that_can_be_imported(organisations.random_tables(int(seed), objectives=60)))
    assert ",home," in (folder / "changes.csv").read_text()
    report = json.loads(system.cairn("import", str(folder), "--tenant", tenant, "--json").stdout)
    assert report["refused"] == []
    found = []
    for day in DAYS:
        shown = json.loads(system.cairn("tree", "--as-of", day, "--json", "--tenant", tenant).stdout)
        found += [f"{day} {line}" for line in differences(reckon(folder, date.fromisoformat(day)), shown)]
    assert found == []
    digest = system.cairn("digest", "--tenant", tenant).stdout.strip()
    log = tmp_path / "log.ndjson"
    system.cairn("export", str(log), "--tenant", tenant)
    assert json.loads(system.cairn("replay", str(log), "--json").stdout)["digest"] == digest
    system.cairn("rebuild", "progress")
    assert system.cairn("digest", "--tenant", tenant).stdout.strip() == digest
