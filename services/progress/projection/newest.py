# ruff: noqa: S608 - statements are made of constants alone
"""When the newest event was recorded that was taken in: of a release that did not note it, the facts tell."""

from __future__ import annotations

from typing import Final

import psycopg

from progress.facts import fact_tables

_ANY: Final = " UNION ALL ".join(f"SELECT max(known_from) AS known_from FROM {table.name}" for table in fact_tables())

# The facts are looked at only where there is such a partition: once, after the upgrade.
_SETTLE: Final = f"""UPDATE consumed SET recorded_at = coalesce((SELECT max(known_from) FROM ({_ANY}) fact), 0)
WHERE recorded_at = 0 AND position > 0"""


async def settle_newest_recorded(conninfo: str) -> None:
    """Fills in what an older release did not note beside its positions; `conninfo` finds the live tables.

    Raises psycopg.OperationalError when the database does not answer.
    """
    async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as connection:
        await connection.execute(_SETTLE.encode())
