"""The course of a rebuild, the same for every projection.

Killed in the middle, it leaves the live tables as they were; the next one clears up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final

import psycopg

from chassis.errors import Kind, Refused
from chassis.kafka.consumer.settling import HOLD, settle
from chassis.postgres import GRANT_ACCESS
from chassis.rebuild.projection import DONE, Beside, Builder, FirstDeadLetters, Projection, Step, conninfo, next_of, old_of

_LOCK: Final = 0x_CA17_0605  # of the advisory lock that one rebuild at a time holds
_DROP_SECONDS: Final = 5


def rebuild(
    projection: Projection,
    database_url: str,
    logs: Mapping[str, str],
    partitions: int,
    tell: Callable[[Step], None] = lambda _: None,
) -> int:
    """Makes the projection in `database_url` anew from the databases of its logs; answers how many events it folded. Blocks.

    Raises Refused: REBUILD_RUNNING when another one is at work, REBUILD_LOGS_UNKNOWN where it is not told where a log is,
    REBUILD_TABLES_IN_USE when somebody still reads what the last one replaced, and whatever the projection's builder raises.
    """
    if missing := [log for log in projection.logs if log not in logs]:
        message = (
            f"this service is rebuilt from the logs {', '.join(projection.logs)}; CAIRN_LOGS does not say where {', '.join(missing)} is"
        )
        raise Refused("REBUILD_LOGS_UNKNOWN", message, kind=Kind.UNAVAILABLE)
    found_first = conninfo(database_url, next_of(projection.schema))
    with _alone(database_url), psycopg.connect(found_first) as connection:
        return _Rebuild(projection, connection, found_first, {log: logs[log] for log in projection.logs}, partitions, tell).run()


@contextmanager
def _alone(database_url: str) -> Iterator[None]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        if not _has_lock(connection):
            raise running()
        yield


def refuse_if_running(database_url: str) -> None:
    """Before a process is started for it. Raises Refused (REBUILD_RUNNING)."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        if not _has_lock(connection):  # if it has, the end of the connection gives it back
            raise running()


def _has_lock(connection: psycopg.Connection[Any]) -> bool:
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", (_LOCK,)).fetchone()
    return row is not None and bool(row[0])


def running() -> Refused:
    """Of who comes second."""
    return Refused("REBUILD_RUNNING", "the projection is being rebuilt already; wait until that is done", kind=Kind.BUSY)


class _Rebuild:
    """One rebuild, from the first event to the swap."""

    def __init__(
        self,
        projection: Projection,
        connection: psycopg.Connection[Any],
        conninfo: str,
        logs: Mapping[str, str],
        partitions: int,
        tell: Callable[[Step], None],
    ) -> None:
        self._projection: Final = projection
        self._live: Final = projection.schema
        self._next: Final = next_of(projection.schema)
        self._old: Final = old_of(projection.schema)
        self._connection: Final = connection
        self._conninfo: Final = conninfo
        self._logs: Final = logs
        self._partitions: Final = partitions
        self._tell: Final = tell

    def run(self) -> int:
        self._make_tables()
        heads = {log: _head(dsn) for log, dsn in self._logs.items()}
        total = sum(heads.values())

        def step(phase: str) -> None:
            self._tell(Step(phase, builder.events, max(total, builder.events)))

        with self._projection.builder(Beside(self._conninfo, self._logs, lambda: step("events"))) as builder:
            step("events")
            letters = {log: self._first_dead_letters(log, builder) for log in self._logs}
            self._connection.commit()
            builder.fill(heads, letters)
            step("indexes")
            builder.finish()
            step("swap")
            self._swap(builder, heads)
            step(DONE)
            return builder.events

    def _make_tables(self) -> None:
        connection = self._connection
        connection.execute("SET client_min_messages TO warning")
        try:
            self._drop_old()
        except psycopg.errors.LockNotAvailable:
            message = "somebody still reads the tables that the last rebuild replaced, an export perhaps; try again when that is done"
            raise Refused("REBUILD_TABLES_IN_USE", message, kind=Kind.BUSY) from None
        connection.execute(f"DROP SCHEMA IF EXISTS {self._next} CASCADE; CREATE SCHEMA {self._next}".encode())
        connection.execute(f"SET LOCAL search_path = {self._next}, public".encode())  # made here, not in public
        connection.execute(self._projection.tables.encode())
        connection.execute(GRANT_ACCESS.encode())
        connection.commit()

    def _swap(self, builder: Builder, heads: Mapping[str, int]) -> None:
        """Holds the consumers at their next commit, folds what came in meanwhile, and puts the new tables in the place of the live ones."""
        connection, types = self._connection, self._projection.types
        connection.execute(HOLD)
        for log, dsn in self._logs.items():
            position = builder.follow(log, heads[log], self._first_dead_letters(log, builder, folded=heads[log]))
            waiting = builder.waiting(log)
            settle(connection, log, dsn, upto=position, partitions=self._partitions, types=types, passed_over=waiting)
        for statement in self._projection.with_the_swap:
            connection.execute(statement.encode())
        connection.execute(f"ALTER SCHEMA {self._live} RENAME TO {self._old}; ALTER SCHEMA {self._next} RENAME TO {self._live}".encode())
        connection.commit()
        with suppress(psycopg.errors.LockNotAvailable):  # somebody reads them for long: the next rebuild clears up
            self._drop_old()

    def _drop_old(self) -> None:
        try:
            self._connection.execute(f"SET LOCAL lock_timeout = '{_DROP_SECONDS}s'; DROP SCHEMA IF EXISTS {self._old} CASCADE".encode())
            self._connection.commit()
        except psycopg.errors.LockNotAvailable:
            self._connection.rollback()
            raise

    def _first_dead_letters(self, log: str, builder: Builder, folded: int = 0) -> FirstDeadLetters:
        """The first dead letter of each aggregate, but for those that were folded: up to this position, and not passed over."""
        rows = self._connection.execute(
            "SELECT aggregate_id, min(position) FROM public.dead_letter WHERE log = %s AND (position > %s OR position = ANY(%s))"
            " GROUP BY aggregate_id",
            (log, folded, list(builder.waiting(log))),
        )
        return dict(rows.fetchall())


def _head(database_url: str) -> int:
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT position FROM log_head").fetchone()
        return 0 if row is None else int(row[0])
