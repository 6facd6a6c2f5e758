"""What is done to a log that was restored from an older state, before anything is appended to it again."""

from __future__ import annotations

from typing import Final

from chassis.postgres import Connection

_BEGIN: Final = b"""
WITH head AS (UPDATE log_head SET generation = generation + 1 RETURNING generation, position + 1 AS first_position)
INSERT INTO log_generation SELECT generation, first_position, clock_timestamp(), %s FROM head RETURNING generation
"""


async def begin_generation(connection: Connection, reason: str) -> int:
    """Begins a generation behind the newest event, in the connection's transaction; returns its number."""
    row = await (await connection.execute(_BEGIN, (reason,))).fetchone()
    assert row is not None
    return int(row[0])
