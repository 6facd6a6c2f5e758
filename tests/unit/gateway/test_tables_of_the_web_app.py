"""The web app tells the columns of the tables as the gateway reads them."""

from __future__ import annotations

import json
from pathlib import Path

from shared.tables import TABLES, columns_of

_TOLD = Path(__file__).parents[3] / "services" / "web" / "src" / "admin" / "import" / "tables.json"


def test_the_web_app_tells_every_table_with_the_columns_that_an_import_reads() -> None:
    told = json.loads(_TOLD.read_text())
    read = {file: columns_of(file, numbered=True) for file in TABLES}
    assert {file: (tuple(it["needed"]), tuple(it["optional"])) for file, it in told.items()} == {
        file: (columns.needed, columns.optional) for file, columns in read.items()
    }
