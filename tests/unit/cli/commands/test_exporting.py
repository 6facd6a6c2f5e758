"""Commands that take away, and compute from what was taken."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Final

import orjson
import pytest
from python_calamine import load_workbook

from chassis.days import day_text
from chassis.ids import id_text
from tests.support.events import an_id
from tests.support.exports import export
from tests.support.history import DENSE, FIRST_DAY, History
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

    def test_events_that_only_a_newer_version_knows_are_passed_over_and_told(self, cairn: Run, tmp_path: Path) -> None:
        one = id_text(an_id("one"))
        event = {"log": "goals", "position": 1, "tenant_id": one, "aggregate_id": one, "aggregate_version": 1, "type": "Newer"}
        lines = orjson.dumps({"format": "cairn-export", "version": 1, "tenant_id": one}) + b"\n" + orjson.dumps(event) + b"\n"
        file = tmp_path / "demo.export"
        file.write_bytes(lines + orjson.dumps({"events": 1, "sha256": hashlib.sha256(lines).hexdigest()}) + b"\n")
        ran = cairn("replay", file)
        assert ran.code == 0
        told = "passed over 1 event of type Newer, from position 1 of goals on: only a newer version knows them"
        assert ran.err == f"cairn: {told}, and the result lacks what they say\n"
        assert cairn("replay", file, "--json").json["passed_over"] == [{"log": "goals", "type": "Newer", "events": 1, "first_position": 1}]
        for as_json in ((), ("--json",)):
            assert told in cairn("replay", file, "--tree", *as_json).err

    @pytest.fixture
    def history(self) -> History:
        return History(400, 5, DENSE)

    @pytest.fixture
    def file(self, history: History, tmp_path: Path) -> Path:
        (tmp_path / "demo.export").write_bytes(b"".join(export(list(history.events()), history)))
        return tmp_path / "demo.export"

    def test_the_tree_of_a_day_and_an_instant_is_told_as_the_api_tells_it(self, cairn: Run, history: History, file: Path) -> None:
        point = ("--as-of", day_text(FIRST_DAY + 60), "--known-at", "2100-01-01T00:00:00Z")
        cycle = id_text(history.cycles[0])
        told = cairn("replay", file, *point, "--cycle", cycle, "--json").json
        assert told.keys() == {"cycle", "objectives", "gone", "total", "formula_version", "next"}
        assert told["objectives"]
        everything = cairn("replay", file, *point, "--json").json
        of_the_cycle = [one for one in everything["objectives"] if one["cycle"] == told["cycle"]]
        assert of_the_cycle == [one | {"cycle": told["cycle"]} for one in told["objectives"]]
        nothing_known = ("--known-at", "1971-01-01T00:00:00Z")
        assert cairn("replay", file, *nothing_known, "--cycle", cycle, "--json").json["total"] == 0

    def test_people_have_no_names_in_it_and_nobody_is_said_to_be_forgotten(self, cairn: Run, file: Path) -> None:
        out = cairn("replay", file, "--tree").out
        assert "on track" in out
        assert "forgotten" not in out

    def test_a_cycle_that_is_not_in_it_is_told(self, cairn: Run, file: Path) -> None:
        ran = cairn("replay", file, "--cycle", "2031", "--json")
        assert (ran.code, orjson.loads(ran.err)["reason"]) == (1, "CYCLE_UNKNOWN")


class TestExportTables:
    REPORT: Final = {
        "tables": [{"file": "objectives.csv", "rows": 1}, {"file": "key_results.csv", "rows": 0}],
        "left_out": [{"file": "checkins.csv", "ref": "J1/1", "what": "7 of 2026-03-31 came after its end"}],
        "left_out_count": 1,
    }
    LINES: Final = (
        {"file": "objectives.csv", "text": "objective,title\n"},
        {"file": "key_results.csv", "text": "key_result,target\n"},
        {"file": "objectives.csv", "text": "J1,'=x\n007,0.1\n"},
        {"report": REPORT},
    )

    @staticmethod
    def told(*lines: object) -> bytes:
        return b"".join(orjson.dumps(line) + b"\n" for line in lines)

    def test_the_pieces_of_each_table_are_put_together_and_what_is_left_out_is_listed(
        self, cairn: Run, gateway: FakeGateway, tmp_path: Path
    ) -> None:
        gateway.exported_tables = self.told(*self.LINES)
        ran = cairn("export-tables", tmp_path / "out")
        assert {path.name: path.read_text() for path in (tmp_path / "out").iterdir()} == {
            "objectives.csv": "objective,title\nJ1,'=x\n007,0.1\n",
            "key_results.csv": "key_result,target\n",
        }
        assert "left out: checkins.csv, J1/1: 7 of 2026-03-31 came after its end" in ran.out

    def test_a_workbook_has_a_sheet_for_each_table_with_its_numbers_as_numbers(
        self, cairn: Run, gateway: FakeGateway, tmp_path: Path
    ) -> None:
        gateway.exported_tables = self.told(*self.LINES)
        cairn("export-tables", tmp_path / "out", "--xlsx", tmp_path / "all.xlsx")
        with load_workbook(tmp_path / "all.xlsx") as book:
            assert book.sheet_names == ["objectives", "key_results"]
            assert book.get_sheet_by_name("objectives").to_python() == [["objective", "title"], ["J1", "'=x"], ["007", 0.1]]

    @pytest.mark.parametrize(
        ("lines", "told"),
        [(LINES[:-1], "its report is missing"), ((*LINES[:-1], {"error": "X", "detail": "ask again"}), "ask again"), ((), "broke off")],
    )
    def test_an_export_that_is_not_whole_leaves_what_was_there(
        self, cairn: Run, gateway: FakeGateway, tmp_path: Path, lines: tuple[object, ...], told: str
    ) -> None:
        gateway.exported_tables = self.told(*lines)
        (tmp_path / "objectives.csv").write_text("the one before")
        ran = cairn("export-tables", tmp_path, "--xlsx", tmp_path / "all.xlsx")
        assert ran.code == 1
        assert told in ran.err
        assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("objectives.csv", "the one before")]
