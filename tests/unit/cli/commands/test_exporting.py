"""Commands that take away, and compute from what was taken."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import orjson
import pytest

from chassis.ids import id_text
from tests.support.events import an_id
from tests.unit.cli.conftest import Run
from tests.unit.cli.fake_gateway import FakeGateway, export_of


class TestExport:
    EVENTS = ({"position": 1}, {"position": 2}, {"position": 3})

    def test_a_whole_export_appears_under_its_name(self, cairn: Run, gateway: FakeGateway, tmp_path: Path) -> None:
        gateway.export = export_of(*self.EVENTS)
        file = tmp_path / "demo.export"
        ran = cairn("export", file, "--json")
        assert ran.json == {"file": str(file), "events": 3, "sha256": json.loads(gateway.export.splitlines()[-1])["sha256"]}
        assert file.read_bytes() == gateway.export
        assert [path.name for path in tmp_path.iterdir()] == ["demo.export"]

    @pytest.mark.parametrize(
        ("spoil", "told"),
        [
            (lambda export: export[: len(export) // 2], "broke off"),
            (lambda export: b"".join(export.splitlines(keepends=True)[:-1]), "broke off after 4 lines: its last line is missing"),
            (lambda export: export.rstrip(b"\n"), "broke off"),
            (lambda export: export.replace(b'"position": 2', b'"position": 9'), "changed on its way"),
            (lambda export: export.replace(b'{"position": 2}\n', b""), "changed on its way"),
            (lambda export: b"", "broke off after 0 lines"),
            (lambda export: export.splitlines(keepends=True)[0] + b'{"error":"X","detail":"ask again"}\n', "ask again"),
        ],
    )
    def test_one_that_is_not_whole_leaves_nothing_behind(
        self, cairn: Run, gateway: FakeGateway, tmp_path: Path, spoil: object, told: str
    ) -> None:
        gateway.export = spoil(export_of(*self.EVENTS))  # type: ignore[operator]
        file = tmp_path / "demo.export"
        file.write_text("the one before")
        ran = cairn("export", file)
        assert (ran.code, ran.out) == (1, "")
        assert told in ran.err
        assert file.read_text() == "the one before"
        assert [path.name for path in tmp_path.iterdir()] == ["demo.export"]

    def test_one_that_does_not_reach_the_heads_is_refused(self, cairn: Run, gateway: FakeGateway, tmp_path: Path) -> None:
        gateway.export = export_of(*self.EVENTS, heads={"goals": 2})
        ran = cairn("export", tmp_path / "demo.export")
        assert ran.code == 1
        assert ran.err.startswith("cairn: the audit has the log goals without a hole up to 2, and it reaches 3")

    def test_a_place_that_cannot_be_written_is_told(self, cairn: Run, tmp_path: Path) -> None:
        ran = cairn("export", tmp_path / "missing" / "demo.export")
        assert ran.code == 1
        assert ran.err.endswith("cannot be written: No such file or directory\n")


class TestReplay:
    def test_a_damaged_file_is_refused_with_its_line(self, cairn: Run, gateway: FakeGateway, tmp_path: Path) -> None:
        file = tmp_path / "demo.export"
        file.write_text("rubbish\n")
        ran = cairn("replay", file)
        assert (ran.code, ran.out) == (1, "")
        assert "line 1" in ran.err
        assert gateway.requests == []

    def test_events_that_only_a_newer_version_knows_are_passed_over_and_their_types_named(self, cairn: Run, tmp_path: Path) -> None:
        one = id_text(an_id("one"))
        event = {"log": "goals", "position": 1, "tenant_id": one, "aggregate_id": one, "aggregate_version": 1, "type": "Newer"}
        lines = orjson.dumps({"format": "cairn-export", "version": 1, "tenant_id": one}) + b"\n" + orjson.dumps(event) + b"\n"
        file = tmp_path / "demo.export"
        file.write_bytes(lines + orjson.dumps({"events": 1, "sha256": hashlib.sha256(lines).hexdigest()}) + b"\n")
        ran = cairn("replay", file)
        assert ran.code == 0
        assert "passed over events of types that only a newer version knows: Newer\n" in ran.out
        assert cairn("replay", file, "--json").json["unknown_event_types"] == ["Newer"]
