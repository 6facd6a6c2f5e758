"""The recipes of docs/sql.md say of kept installations what their trees said."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
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


DAY_BEGINS = [
    pytest.param("Pacific/Kiritimati", "2027-03-01T10:05:00.000000Z", id="ahead of UTC"),
    pytest.param("UTC", "2027-03-02T00:05:00.000000Z", id="UTC"),
    pytest.param("America/Los_Angeles", "2027-03-02T08:05:00.000000Z", id="behind UTC"),
]
TODAY, TOMORROW = "2027-03-02", "2027-03-03"
SUNDAY_NIGHT = {"Pacific/Kiritimati": "2027-02-28T09:55", "UTC": "2027-02-28T23:55", "America/Los_Angeles": "2027-03-01T07:55"}


def small_export(time_zone: str, exported_at: str) -> None:
    """An export of just after the tenant's midnight, in the present folder: checked in late on Sunday, and today. A line of tomorrow,
    which nothing writes, tells whose day is taken.
    """
    objective = {"objective_id": "o", "reference": "O1", "title": "One", "start_day": "2027-01-01", "roll_up": "key_results"}
    metric = {"metric": {"start": 0.0, "target": 100.0}}
    key_result = {
        "key_result_id": "k",
        "objective_id": "o",
        "reference": "O1/1",
        "title": "First",
        "weight": 1.0,
        "counts_for": [],
        **metric,
    }
    events = [
        ("directory", "TenantRegistered", "2027-01-01T00:00", {"time_zone": time_zone}),
        ("goals", "ObjectiveDefined", "2027-01-01T00:00", objective),
        ("goals", "KeyResultDefined", "2027-01-01T00:00", key_result),
        ("goals", "ObjectiveActivated", "2027-01-01T00:00", {"objective_id": "o"}),
        *(
            ("checkins", "CheckInRecorded", at, {"check_in_id": as_of, "key_result_id": "k", "as_of": as_of, "value": value})
            for at, as_of, value in (
                (SUNDAY_NIGHT[time_zone], "2027-02-28", 10.0),
                (exported_at[:16], TODAY, 40.0),
                (exported_at[:16], TOMORROW, 90.0),
            )
        ),
    ]
    lines: list[Json] = [{"format": "cairn-export", "version": 2, "exported_at": exported_at}]
    lines += [
        {"log": log, "position": position, "generation": 1, "recorded_at": f"{at}:00Z", "type": f"cairn.{log}.v1.{what}", "event": event}
        for position, (log, what, at, event) in enumerate(events, 1)
    ]
    lines.append({"events": len(events), "sha256": ""})
    Path(sql_recipes.EXPORT).write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))


@pytest.mark.parametrize(("time_zone", "exported_at"), DAY_BEGINS)
def test_today_and_weeks_are_the_tenants_of_when_it_was_exported(
    time_zone: str, exported_at: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    small_export(time_zone, exported_at)
    answers = sql_recipes.answers()
    assert answers["Progress by objective"] == [("O1", "One", 0.4, 1)]
    assert answers["Check-ins by week"] == [(date(2027, 2, 22), 1, 1), (date(2027, 3, 1), 2, 2)]


def test_the_page_goes_by_nothing_of_its_readers_machine_and_names_the_version_that_it_is_run_with() -> None:
    page = sql_recipes.PAGE.read_text()
    assert not {word for word in ("current_date", "now()", "today()", "current_timestamp") if word in page.lower()}
    assert f"DuckDB {duckdb.__version__}" in page
