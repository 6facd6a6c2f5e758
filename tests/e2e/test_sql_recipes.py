"""The recipes of docs/sql.md over a fresh export say what `cairn tree` says."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from tests.support import sql_recipes
from tests.support.company import Person
from tests.support.system import System


@pytest.mark.parametrize("example", ["joystream", "sourcegraph"])
def test_progress_by_objective_is_that_of_the_tree(
    system: System, example: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin: Person = request.getfixturevalue(example)
    monkeypatch.chdir(tmp_path)
    system.cairn("export", str(tmp_path / sql_recipes.EXPORT), "--tenant", admin.tenant)
    rows = sql_recipes.answers()["Progress by objective"]
    told: dict[str, float] = {}
    for cycle in admin.get("/v1/cycles")["items"]:
        tree = orjson.loads(system.cairn("tree", "--json", "--tenant", admin.tenant, "--cycle", cycle["name"]).stdout)
        told |= {objective["ref"]: objective["progress"] for objective in tree["objectives"]}
    assert {reference for reference, *_ in rows} <= set(told)
    assert rows
    for reference, _, progress, _ in rows:
        assert progress == pytest.approx(told[reference], abs=1e-6), reference
