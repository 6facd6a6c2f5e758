"""A workbook that is uploaded to be imported: each of its sheets that is called as a table is one, cell by cell."""

from __future__ import annotations

import csv
import resource
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any, Final

from gateway.importing.tables import TableUnreadable
from shared.figures import written
from shared.tables import TABLES

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

MOST_UNPACKED: Final = 256 << 20
"""Bytes of a workbook, unpacked: its cells take some ten times what the same tables take as CSV."""
_MOST_MEMORY: Final = 2 << 30
"""That reading a workbook may take: a few bytes in it may stand for cells without end."""
_WORKBOOK: Final = "xl/workbook.xml"
_READ: Final = ("[Content_Types].xml", "_rels/", "xl/_rels/", "xl/worksheets/sheet", _WORKBOOK, "xl/sharedStrings.xml", "xl/styles.xml")
"""With which the names begin of what is looked at: pictures, macros and whatever else there is are passed over."""
_CHUNK: Final = 1 << 20


def is_workbook(archive: bytes) -> bool:
    """Whether this is an XLSX, which is a zip with a workbook in it."""
    try:
        with zipfile.ZipFile(BytesIO(archive)) as opened:
            return _WORKBOOK in opened.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def tables_in_workbook(archive: bytes, most_bytes: int) -> dict[str, bytes]:
    """The tables in a workbook, by their names, as CSV: sheets that are called objectives or objectives.csv, and so on.

    Raises TableUnreadable for what is no workbook that can be read, for one that says that it is larger than MOST_UNPACKED, before anything
    is unpacked, or turns out to be, for a table that is there twice, and for more than `most_bytes` of all tables together.

    It lowers what memory this process may take: it is called in one of its own, and may end it.
    """
    from python_calamine import CalamineError, load_workbook  # noqa: PLC0415 - a folder of CSV files has no use for it

    _limit_memory()
    try:
        with load_workbook(BytesIO(_packed_anew(archive))) as workbook:
            tables: dict[str, bytes] = {}
            for sheet_name in workbook.sheet_names:
                name = f"{sheet_name.strip().lower().removesuffix('.csv')}.csv"
                if name not in TABLES:
                    continue
                if name in tables:
                    raise TableUnreadable(f"the workbook has the sheet {name.removesuffix('.csv')} twice")
                tables[name] = _as_csv(workbook.get_sheet_by_name(sheet_name), most_bytes - sum(map(len, tables.values())))
    except (CalamineError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise TableUnreadable(f"this is no workbook that can be read: {error}") from None
    except MemoryError:
        raise TableUnreadable(TOO_LARGE) from None
    return tables


TOO_LARGE: Final = "the workbook unpacks to more than can be read here; send its tables as CSV, in parts"


def _packed_anew(archive: bytes) -> bytes:
    """The parts of a workbook that are read, unpacked as far as they say that they are: a reader of it unpacks nothing any more."""
    anew = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as opened, zipfile.ZipFile(anew, "w", zipfile.ZIP_STORED) as stored:
        entries = [entry for entry in opened.infolist() if entry.filename.startswith(_READ)]
        if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
            raise TableUnreadable(TOO_LARGE)
        for entry in entries:
            with opened.open(entry) as packed, stored.open(entry.filename, "w") as plain:  # no more is read than the entry says it has
                while chunk := packed.read(_CHUNK):
                    plain.write(chunk)
    return anew.getvalue()


def _limit_memory() -> None:
    with suppress(ValueError, OSError):  # where there is no such limit, or a lower one
        resource.setrlimit(resource.RLIMIT_DATA, (_MOST_MEMORY, resource.getrlimit(resource.RLIMIT_DATA)[1]))


def _as_csv(sheet: CalamineSheet, most_bytes: int) -> bytes:
    """A sheet as CSV, line by line as it has rows: what is refused is found where it stands."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for cells in _rows(sheet):
        writer.writerow(cells)
        if text.tell() > most_bytes:
            raise TableUnreadable(f"the tables are larger than {most_bytes >> 20} MiB; send them in parts")
    return text.getvalue().encode()


def _rows(sheet: CalamineSheet) -> Iterator[Sequence[str]]:
    if sheet.start is not None:
        for _ in range(sheet.start[0]):
            yield ()
    for row in sheet.iter_rows():
        yield [_text(cell) for cell in row]


def _text(cell: Any) -> str:
    """A cell as a table has it: days without a time, numbers without noise."""
    match cell:
        case str():
            return cell
        case bool():
            return "yes" if cell else "no"
        case int() | float():
            return written(cell)
        case date():  # also one with a time: midnight is none
            return cell.isoformat().removesuffix("T00:00:00")
        case _:
            return str(cell)
