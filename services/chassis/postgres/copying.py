"""COPY in PostgreSQL's binary form, in and out: rows that `binary.rows_packer` packs, and rows that `binary.row_reader` reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import psycopg
from psycopg import pq

_HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER: Final = b"\xff\xff"


def copy_rows(connection: psycopg.Connection[Any], table: str, rows: bytes) -> None:
    """Appends packed rows."""
    if rows:
        with connection.cursor().copy(_statement(table)) as copy:
            copy.write(_HEADER + rows + _TRAILER)


async def copy_rows_async(connection: psycopg.AsyncConnection[Any], table: str, rows: bytes) -> None:
    """Appends packed rows."""
    if rows:
        async with connection.cursor().copy(_statement(table)) as copy:
            await copy.write(_HEADER + rows + _TRAILER)


def _statement(table: str) -> bytes:
    return f"COPY {table} FROM STDIN (FORMAT BINARY)".encode()


def packed_rows(connection: psycopg.Connection[Any], query: str) -> Iterator[bytes]:
    """The rows of a query, packed. Blocks while it reads; straight from libpq, since psycopg's cursor looks at each row.

    Raises psycopg.OperationalError when the database refuses the query, or goes away.
    """
    pg = connection.pgconn
    started = pg.exec_(f"COPY ({query}) TO STDOUT (FORMAT BINARY)".encode())
    if started.status != pq.ExecStatus.COPY_OUT:
        raise psycopg.OperationalError(started.get_error_message())
    receive = pg.get_copy_data
    start = len(_HEADER)  # stands in front of the first row
    while True:
        length, view = receive(0)
        if length < 0:
            break
        row = bytes(view)[start:]
        start = 0
        if len(row) > len(_TRAILER):
            yield row
    endings = list(iter(pg.get_result, None))  # all are taken, or the connection stays busy
    if [ended.status for ended in endings] != [pq.ExecStatus.COMMAND_OK]:
        raise psycopg.OperationalError(pg.get_error_message())
