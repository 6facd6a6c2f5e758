"""What is uploaded to be imported: the tables by their names, out of a zip."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO
from pathlib import PurePosixPath
from typing import Final

from gateway.importing.tables import TableUnreadable
from shared.tables import TABLES

MOST_BYTES: Final = 16 << 20
"""Of all tables together, and of what they are sent in."""


def tables_in_zip(archive: bytes) -> dict[str, bytes]:
    """The tables in a zip, by their names, in whatever folder they stand; other files are passed over.

    Raises TableUnreadable for what is no zip, for a table that is there twice, and for more than MOST_BYTES unpacked.
    """
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
                with opened.open(entry) as packed:
                    tables[name] = packed.read(left + 1)  # whatever its header says of its size
                left -= len(tables[name])
                if left < 0:
                    raise TableUnreadable(f"the tables are larger than {MOST_BYTES >> 20} MiB; send them in parts")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise TableUnreadable(f"this is no zip that can be read: {error}") from None
    return tables
