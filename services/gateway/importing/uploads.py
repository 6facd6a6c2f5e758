"""What is uploaded to be imported: the tables by their names, out of a zip or a workbook."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO
from pathlib import PurePosixPath
from typing import Final

from gateway.importing.tables import TableUnreadable
from gateway.importing.workbooks import is_workbook, tables_in_workbook
from shared.tables import TABLES

MOST_BYTES: Final = 16 << 20
"""Of all tables together, and of what they are sent in."""
MOST_ENTRIES: Final = 1_000
"""Files and folders in a zip."""
MOST_TIMES: Final = 200
"""How much larger than packed a table may be, where it is larger than 4 MiB; ordinary ones are 5 to 50 times."""
_NOT_LOOKED_AT: Final = 4 << 20
"""Bytes of a table whose notes may repeat themselves as they like."""
_ENTRY: Final = b"PK\x01\x02"
"""With which every entry begins in a zip's directory."""
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def tables_in_zip(archive: bytes) -> dict[str, bytes]:
    """The tables in a zip, by their names, in whatever folder they stand; other files are passed over. In a workbook, which is a zip too,
    they are its sheets.

    Raises TableUnreadable for what is no zip, for a table that is there twice or is packed otherwise than by deflating, and for more than
    MOST_ENTRIES, MOST_TIMES or, unpacked, MOST_BYTES. It takes a while: up to a tenth of a second.
    """
    if archive.count(_ENTRY) > MOST_ENTRIES:  # before any is read: each costs some hundred bytes
        raise TableUnreadable(f"the zip has more than {MOST_ENTRIES:,} files and folders; pack the tables alone")
    if is_workbook(archive):
        return tables_in_workbook(archive, MOST_BYTES)
    tables: dict[str, bytes] = {}
    left = MOST_BYTES
    try:
        with zipfile.ZipFile(BytesIO(archive)) as opened:
            for entry in opened.infolist():
                name = PurePosixPath(entry.filename).name
                if name not in TABLES or entry.is_dir():
                    continue
                if name in tables:
                    raise TableUnreadable(f"{name} is in the zip twice; send one folder at a time")
                tables[name] = _unpacked(opened, entry, left)
                left -= len(tables[name])
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise TableUnreadable(f"this is no zip that can be read: {error}") from None
    return tables


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """A table of at most so many bytes, whatever its header says of its size. Raises TableUnreadable."""
    name = PurePosixPath(entry.filename).name
    if entry.compress_type not in _METHODS:  # others may take gigabytes to unpack
        raise TableUnreadable(f"{name} is packed by a method that is not read here; pack it as a zip is usually packed (deflate)")
    by_size = max(_NOT_LOOKED_AT, MOST_TIMES * entry.compress_size)
    with archive.open(entry) as packed:
        table = packed.read(min(most, by_size) + 1)
    if len(table) > most:
        raise TableUnreadable(f"the tables are larger than {MOST_BYTES >> 20} MiB; send them in parts")
    if len(table) > by_size:
        raise TableUnreadable(f"{name} is more than {MOST_TIMES} times as large as it is packed; send it unpacked, as JSON")
    return table
