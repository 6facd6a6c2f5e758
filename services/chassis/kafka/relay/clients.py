"""What a relay is connected with in its log's database."""

from __future__ import annotations

import os
from typing import Final

import psycopg

from chassis.postgres import Connection

# A holder whose machine is gone is noticed by PostgreSQL within some 11 s, and its lock is free; when only the process died, at once.
_KEEPALIVE: Final = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
    "options": "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3",
}


async def connected(dsn: str) -> Connection:
    """A connection to the log's database. Raises psycopg.OperationalError."""
    name = f"cairn relay {os.getpid()}"  # so that pg_stat_activity tells which process holds the lock
    return await psycopg.AsyncConnection.connect(dsn, autocommit=True, application_name=name, **_KEEPALIVE)  # type: ignore[arg-type]
