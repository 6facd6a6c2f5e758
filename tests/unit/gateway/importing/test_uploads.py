"""What is uploaded to be imported is bounded, and only tables are taken out of it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from io import BytesIO

import pytest

from gateway.importing import MOST_BYTES, TableUnreadable, tables_in_zip
from gateway.importing.planner import MOST_ROWS, plan_of
from gateway.importing.tables import MOST_LINES
from gateway.importing.uploads import MOST_ENTRIES


def packed(entries: Iterable[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", method) as opened:
        for name, content in entries:
            opened.writestr(name, content)
    return archive.getvalue()


def test_tables_are_taken_out_of_whatever_folder_they_stand_in_and_nothing_else_is() -> None:
    entries = [("a/objectives.csv", b"1"), ("a/notes.txt", b"2"), ("b/../grades.csv", b"3"), ("a/", b"")]
    assert tables_in_zip(packed(entries)) == {"objectives.csv": b"1", "grades.csv": b"3"}


@pytest.mark.parametrize(
    ("archive", "told"),
    [
        (b"objective,title", "this is no zip that can be read"),
        (packed([("objectives.csv", b"1")])[:-30], "this is no zip that can be read"),
        (packed([("a/objectives.csv", b"1"), ("b/objectives.csv", b"2")]), "objectives.csv is in the zip twice"),
        (packed([("objectives.csv", bytes(MOST_BYTES)), ("grades.csv", b"1")], zipfile.ZIP_STORED), "the tables are larger than 16 MiB"),
        (packed([("objectives.csv", bytes(MOST_BYTES + 1))], zipfile.ZIP_STORED), "the tables are larger than 16 MiB"),
        (packed([("objectives.csv", bytes(MOST_BYTES))]), "more than 200 times as large as it is packed"),
        (packed([("objectives.csv", b"1")], zipfile.ZIP_LZMA), "packed by a method that is not read here"),
        (packed((f"{n}.txt", b"") for n in range(MOST_ENTRIES + 1)), "more than 1,000 files and folders"),
    ],
    ids=["no zip", "cut off", "twice", "too large together", "too large", "a bomb", "another method", "many entries"],
)
def test_what_cannot_be_unpacked_is_one_clear_line(archive: bytes, told: str) -> None:
    with pytest.raises(TableUnreadable, match=told):
        tables_in_zip(archive)


def test_a_zip_of_as_many_entries_as_may_be_and_a_table_that_repeats_itself_are_read() -> None:
    row = b"O,T,2026-07-01,2026-09-30\n"
    others = [(f"{n}.txt", b"") for n in range(MOST_ENTRIES - 1)]
    assert tables_in_zip(packed([("objectives.csv", 30_000 * row), *others])) == {"objectives.csv": 30_000 * row}


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_more_lines_than_a_table_may_have_are_refused_before_they_are_read(end: bytes) -> None:
    tables = {"objectives.csv": b"objective,title,starts_on,ends_on" + (MOST_LINES + 1) * end, "key_results.csv": b""}
    with pytest.raises(TableUnreadable, match=r"objectives\.csv has more than 500,000 lines"):
        plan_of(dict(tables))
    tables["objectives.csv"] = tables["objectives.csv"].removesuffix(end)
    with pytest.raises(TableUnreadable, match=r"key_results\.csv"):
        plan_of(dict(tables))


def test_more_rows_than_an_import_may_have_are_refused_whole() -> None:
    tables = {"objectives.csv": b"objective,title,starts_on,ends_on\n" + b"x\n" * (MOST_ROWS + 1), "key_results.csv": b""}
    with pytest.raises(TableUnreadable, match="an import has at most 200,000"):
        plan_of(dict(tables))
