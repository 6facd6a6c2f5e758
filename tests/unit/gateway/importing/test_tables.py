"""Tables in whatever state they come: what can be read is read, and each broken row is named."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.importing.tables import TableUnreadable, read_table


def read(content: bytes | str, *required: str) -> tuple[list[dict[str, str]], list[str]]:
    table = read_table("t.csv", content.encode() if isinstance(content, str) else content, required)
    return [{column: row.cell(column) for column in row.columns} for row in table.rows], list(map(str, table.refused))


def test_rows_by_the_names_in_the_first_row() -> None:
    assert read("a,b\n1,2\n3,4\n") == ([{"a": "1", "b": "2"}, {"a": "3", "b": "4"}], [])


@pytest.mark.parametrize("content", [b"\xef\xbb\xbfa,b\r\n1,2\r\n", b"a,b\r1,2\r", b" a , b \n\n 1 , 2 \n , \n", b"a,b\n1,2"])
def test_byte_order_marks_line_ends_and_spaces_do_not_matter(content: bytes) -> None:
    assert read(content, "a", "b") == ([{"a": "1", "b": "2"}], [])


def test_a_quoted_field_may_hold_commas_quotes_and_line_feeds_and_lines_are_counted_through_it() -> None:
    table = read_table("t.csv", b'a,b\n"x, ""y""\nz",2\n3\n', ())
    assert [(row.line, row.cell("a")) for row in table.rows] == [(2, 'x, "y"\nz')]
    assert [refusal.line for refusal in table.refused] == [4]


def test_columns_that_nobody_asked_for_are_fine() -> None:
    assert read("note,a,,c\nx,1,,3\n", "a")[0][0]["a"] == "1"


def test_a_row_with_another_number_of_columns_is_refused_by_itself() -> None:
    rows, refused = read("a,b\n1\n1,2,3\n5,6\n")
    assert rows == [{"a": "5", "b": "6"}]
    assert refused == [
        "t.csv, line 2: 1 columns where the first row names 2",
        "t.csv, line 3: 3 columns where the first row names 2",
    ]


def test_a_row_that_is_not_utf_8_among_others_that_are_is_refused_by_itself() -> None:
    rows, refused = read(b"a,b\n1,Z\xfcrich\n3,Z\xc3\xbcrich\n")
    assert rows == [{"a": "3", "b": "Zürich"}]
    assert refused == ["t.csv, line 2, column b: not UTF-8: Z\\xfcrich"]


@pytest.mark.parametrize(
    ("encoding", "read_as"), [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("cp1252", "windows-1252"), ("utf-16", "utf-16")]
)
def test_how_spreadsheets_encode_a_table_is_found_out_and_told(encoding: str, read_as: str) -> None:
    table = read_table("t.csv", "a;b\r\n1;Zürich – 5 €\r\n".encode(encoding), ("a", "b"))
    assert [row.cell("b") for row in table.rows] == ["Zürich – 5 €"]
    assert (table.encoding, table.delimiter, table.refused) == (read_as, "semicolon", ())


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [("a,b", "comma"), ("a;b", "semicolon"), ("a\tb", "tab"), ("sep=;\na;b", "semicolon"), ('"a;x";b', "semicolon")],
)
def test_what_parts_the_columns_is_told(header: str, delimiter: str) -> None:
    assert read_table("t.csv", f"{header}\n".encode(), ("b",)).delimiter == delimiter


def test_bytes_that_windows_has_no_letters_for_are_refused_by_their_row() -> None:
    assert read(b"a,b\n1,\x81\n3,4\n") == ([{"a": "3", "b": "4"}], ["t.csv, line 2, column b: not UTF-8: \\x81"])


def test_a_nul_is_refused() -> None:
    assert read("a,b\n1,x\0y\n") == ([], ["t.csv, line 2, column b: holds the character NUL (U+0000)"])


def test_a_quotation_mark_that_is_never_closed_takes_only_its_own_row_along() -> None:
    rows, refused = read('a,b\n"1,2\n3,4\n5,6\n')
    assert rows == [{"a": "3", "b": "4"}, {"a": "5", "b": "6"}]
    assert refused == ["t.csv, line 2: a quotation mark is opened and never closed"]


def test_a_field_that_goes_on_after_its_quotes_is_refused() -> None:
    rows, refused = read('a,b\n"1"x,2\n3,4\n')
    assert rows == [{"a": "3", "b": "4"}]
    assert refused[0].startswith("t.csv, line 2: a field goes on after its closing quotation mark")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "t.csv is empty; its first row must name the columns a, b"),
        (b"\n\n", "t.csv is empty; its first row must name the columns a, b"),
        (b"a,c\n1,2\n", "t.csv has no column b; it has a, c"),
        (b"x\n", "t.csv has no column a and no column b; it has x"),
        (b"a;c\n1;2\n", "t.csv has no column b; it has a, c"),
        (b"x;y\n1;2\n", "t.csv has no column a and no column b; it has x;y"),
        (b"a,b,a\n", "t.csv has the column a twice"),
        (b"\xff\xfea", "t.csv begins as UTF-16 and is broken; save it as UTF-8"),
        (b'"a,b\n1,2\n', "t.csv, line 1: a quotation mark is opened and never closed"),
    ],
)
def test_what_is_no_table_is_one_clear_line(content: bytes, told: str) -> None:
    with pytest.raises(TableUnreadable) as unreadable:
        read(content, "a", "b")
    assert str(unreadable.value) == told


CELLS = st.text(st.sampled_from('ab1 ,;"\t\n.-/'), max_size=5)


@given(
    rows=st.lists(st.tuples(CELLS, CELLS.filter(str.strip), CELLS), min_size=1, max_size=4),
    delimiter=st.sampled_from(",;\t"),
    line_end=st.sampled_from(["\n", "\r\n"]),
    surplus=st.integers(0, 3),
    surplus_names=st.integers(0, 3),
    begins=st.sampled_from(["", "\ufeff", "\n", "\ufeff\r\n", "sep"]),
)
def test_however_a_spreadsheet_writes_a_table_it_is_the_same(
    rows: list[tuple[str, str, str]], delimiter: str, line_end: str, surplus: int, surplus_names: int, begins: str
) -> None:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, lineterminator=line_end)
    writer.writerow(["a", "b", "c", *[""] * surplus_names])
    writer.writerows([*row, *[" "] * surplus] for row in rows)
    begins = f"sep={delimiter}{line_end}" if begins == "sep" else begins
    taken, refused = read(begins + written.getvalue(), "a", "b", "c")
    assert refused == []
    assert [{name: row[name] for name in "abc"} for row in taken] == [dict(zip("abc", map(str.strip, row), strict=True)) for row in rows]


def test_a_cell_that_is_not_empty_behind_the_last_column_is_not_dropped() -> None:
    assert read("a,b\n1,2,,x\n1,2,,\n") == ([{"a": "1", "b": "2"}], ["t.csv, line 2: 4 columns where the first row names 2"])


@given(st.binary(max_size=200))
def test_whatever_the_bytes_each_row_is_taken_or_refused(content: bytes) -> None:
    table = read_table("t.csv", b"a,b\n" + content, ("a", "b"))
    assert all(row.line >= 2 for row in table.rows)
    assert all(refusal.line >= 2 and refusal.reason for refusal in table.refused)
