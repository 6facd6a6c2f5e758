"""The recipes of docs/sql.md say of kept installations what their trees said."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from audit.readable import readable_event
from tests.contract.folder.kept import FOLDERS, Kept
from tests.support import sql_recipes

Json = dict[str, Any]
KEPT = [(version.name, tenant) for version in sorted(FOLDERS.iterdir()) for tenant in Kept(version.name).tenants()]


@pytest.fixture(params=KEPT, ids=lambda kept: f"{kept[1]} of {kept[0]}")
def kept(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[list[Json], Json]:
    """The lines of an export, in the present folder as this version would export them, and what its admin was answered."""
    version, tenant = request.param
    lines = [orjson.loads(line) for line in Kept(version).export(tenant)]
    for line in lines[1:-1]:
        line["event"] = readable_event(line["type"], b64decode(line["payload"]))
    monkeypatch.chdir(tmp_path)
    Path(sql_recipes.EXPORT).write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
    return lines, Kept(version).answers(tenant)["admin"]


def objectives_of(answered: Json) -> dict[str, Json]:
    """The objectives of all trees of now, by reference."""
    trees = [answer for asked, answer in answered.items() if asked.startswith("/v1/tree?cycle=") and "&" not in asked]
    assert trees
    return {node["ref"]: node for tree in trees for node in nodes(tree["objectives"] if isinstance(tree, dict) else tree)}


def nodes(tree: list[Json]) -> Iterator[Json]:
    for node in tree:
        yield node
        yield from nodes(node.get("children", []))


def test_progress_by_objective_is_that_of_the_tree(kept: tuple[list[Json], Json]) -> None:
    tree = objectives_of(kept[1])
    rows = sql_recipes.answers()["Progress by objective"]
    assert rows
    for reference, _, progress, _ in rows:
        assert progress == pytest.approx(tree[reference]["progress"], abs=1e-6), reference


def test_check_ins_by_week_are_all_that_stand_on_both_axes(kept: tuple[list[Json], Json]) -> None:
    events = [line["event"] | {"type": line["type"].rpartition(".")[2]} for line in kept[0][1:-1] if line["log"] == "checkins"]
    standing = {event["check_in_id"] for event in events if event["type"] in ("CheckInRecorded", "CheckInAbstained")}
    standing -= {event["check_in_id"] for event in events if event["type"] == "CheckInRetracted"}
    rows = sql_recipes.answers()["Check-ins by week"]
    assert sum(true_on for _, true_on, _ in rows) == sum(known_on for *_, known_on in rows) == len(standing)


def test_the_time_to_the_first_check_in_is_told_of_every_key_result(kept: tuple[list[Json], Json]) -> None:
    defined = {line["event"]["reference"] for line in kept[0][1:-1] if line["type"].endswith("KeyResultDefined")}
    rows = sql_recipes.answers()["Time to first check-in"]
    assert {reference for reference, *_ in rows} == defined
    for _, _, until_true, until_known in rows:
        assert (until_true is None) == (until_known is None)
