"""A workbook is read as its tables are, and is bounded."""

from __future__ import annotations

import asyncio
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from xlsxwriter import Workbook

from gateway.importing import Notation, TableUnreadable, Upload, read_plan
from gateway.importing.workbooks import MOST_UNPACKED, is_workbook

OBJECTIVES: list[list[Any]] = [["objective", "title", "starts_on", "ends_on"], ["A", "Sell", date(2026, 1, 1), "2026-03-31"]]
KEY_RESULTS: list[list[Any]] = [["objective", "number", "title", "kind", "start", "target"], ["A", 1, "More", "number", 0.1, 10]]


def workbook(**sheets: list[list[Any]]) -> bytes:
    file = BytesIO()
    with Workbook(file, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    sheet.write(number, column, cell)
    return file.getvalue()


def changed(archive: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The same workbook with other parts."""
    anew = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as opened, zipfile.ZipFile(anew, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in opened.namelist():
            packed.writestr(name, change(name, opened.read(name)))
    return anew.getvalue()


def read(archive: bytes) -> Any:
    return asyncio.run(read_plan(Upload(archive, Notation())))


def test_each_sheet_that_is_called_as_a_table_is_one_and_the_rest_is_passed_over() -> None:
    plan = read(workbook(objectives=OBJECTIVES, key_results=KEY_RESULTS, notes=[["anything"]]))
    (objective,), (key_result,) = plan.objectives, plan.key_results
    assert (objective.reference, objective.start_day, objective.due_day) == ("A", date(2026, 1, 1), date(2026, 3, 31))
    assert (key_result.reference, key_result.start, key_result.target) == ("A/1", 0.1, 10.0)
    assert plan.refused == []


def test_rows_are_refused_by_the_line_on_which_they_stand() -> None:
    last = datetime(2026, 3, 31)  # noqa: DTZ001 - a spreadsheet knows no zone
    rows = [OBJECTIVES[0], [], OBJECTIVES[1], [], ["B", "Help", "soon", last]]
    plan = read(workbook(objectives=rows, key_results=KEY_RESULTS))
    assert [(one.file, one.line, one.column) for one in plan.refused] == [("objectives.csv", 5, "starts_on")]


def test_a_workbook_that_unpacks_to_4_gb_is_refused_without_being_unpacked() -> None:
    bomb = bytearray(workbook(objectives=OBJECTIVES, key_results=KEY_RESULTS))
    with zipfile.ZipFile(BytesIO(bomb)) as opened:
        place = opened.start_dir
        names = opened.namelist()
    for name in names:  # the directory says how large each part is unpacked, at byte 24 of its entry
        if name == "xl/worksheets/sheet1.xml":
            bomb[place + 24 : place + 28] = (2**32 - 2).to_bytes(4, "little")
        place += 46 + len(name.encode())
    assert is_workbook(bytes(bomb))
    with pytest.raises(TableUnreadable, match="unpacks to more than can be read"):
        read(bytes(bomb))


def test_one_that_is_larger_than_it_says_is_refused() -> None:
    large = changed(
        workbook(objectives=OBJECTIVES, key_results=KEY_RESULTS),
        lambda name, part: part + b" " * MOST_UNPACKED if name == "xl/worksheets/sheet1.xml" else part,
    )
    with pytest.raises(TableUnreadable, match="unpacks to more than can be read"):
        read(large)


def test_one_whose_cells_are_without_end_is_refused() -> None:
    far = workbook(objectives=[*OBJECTIVES], key_results=KEY_RESULTS)
    far = changed(far, lambda name, part: part.replace(b'r="A2"', b'r="XFD1048576"').replace(b'<row r="2"', b'<row r="1048576"'))
    with pytest.raises(TableUnreadable):
        read(far)


def test_what_says_that_it_is_a_workbook_and_is_none_is_one_clear_line() -> None:
    broken = changed(workbook(objectives=OBJECTIVES), lambda name, part: b"<broken" if name.endswith(".xml") else part)
    with pytest.raises(TableUnreadable, match="no workbook that can be read"):
        read(broken)
