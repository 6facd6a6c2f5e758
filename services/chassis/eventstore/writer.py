"""Groups of events into PostgreSQL: one connection, one prepared statement and one round trip a group.

libpq on the event loop, without psycopg's cursors: at 64 appends in flight that is 5 µs of client CPU an event against 7.8.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Final

import psycopg
from psycopg import pq

from chassis.days import Microseconds
from chassis.eventstore.appends import ClockAhead, ConnectionLost, Guard, GuardFailed, NewEvent, UniqueViolation, WriteRefused, Written
from chassis.eventstore.recovery import COMPARED, LogIsBehind, LogWentBack, NotComparedYet
from chassis.eventstore.schema import CHANNEL, GUARD_FAILED
from chassis.ids import id_text
from chassis.postgres import PLAN_ONCE, binary

_COLUMN_TYPES: Final = {
    "event_id": binary.UUID,
    "tenant_id": binary.UUID,
    "aggregate_id": binary.UUID,
    "aggregate_version": binary.BIGINT,
    "actor_id": binary.UUID,
    "on_behalf_of": binary.UUID,
    "correlation_id": binary.UUID,
    "causation_id": binary.UUID,
    "partition_key": binary.UUID,
    "unit_size": binary.INTEGER,
    "event_type": binary.REPEATING_TEXT,
    "idempotency_key": binary.TEXT,
    "operation": binary.TEXT,
    "fingerprint": binary.BYTEA,
    "payload": binary.BYTEA,
}
assert tuple(_COLUMN_TYPES) == NewEvent._fields

_COLUMNS: Final = ", ".join(_COLUMN_TYPES)
_VALUES: Final = ", ".join(f"unnest(${n}::{column.name}[])" for n, column in enumerate(_COLUMN_TYPES.values(), 3))


_CLOCK: Final = "clock_timestamp() + coalesce(clock_ahead, 0) * interval '1 microsecond'"  # the installation's: see runtime/clock.py


# $2: the latest that the database's own clock may say and be believed; see runtime/machine_clock.py.
# `recorded_at` is taken under the head's lock (now() is the time before the wait) and never runs backwards. The arrays are unnested
# in step, a row at a time: as tables in FROM each would be copied first, a fifth of what PostgreSQL does for a large group.
def _appending(*conditions: str) -> str:
    return f"""
WITH head AS (
    UPDATE log_head SET position = position + $1, recorded_at = greatest(recorded_at, {_CLOCK})
    WHERE clock_timestamp() <= $2
    RETURNING position - $1 AS base, recorded_at, generation
), appended AS (
    INSERT INTO event (position, recorded_at, {_COLUMNS})
    SELECT base + generate_series(1, $1), recorded_at, {_VALUES}
    FROM head WHERE {" AND ".join(("true", *conditions))}
)
SELECT base + 1, recorded_at, generation, pg_notify('{CHANNEL}', '') FROM head
"""  # noqa: S608 - of constants alone


APPEND: Final = _appending()
APPEND_TYPES: Final = [binary.BIGINT.number, binary.TIMESTAMPTZ.number, *(column.array_number for column in _COLUMN_TYPES.values())]
_GUARDS_HOLD: Final = f"require_versions(${len(APPEND_TYPES) + 1}, ${len(APPEND_TYPES) + 2})"
_GUARDED_TYPES: Final = [*APPEND_TYPES, binary.UUID.array_number, binary.BIGINT.array_number]
_KEYS_ARE_NEW: Final = "require_new_keys({}, {}, {})".format(
    *(f"${number}" for number, name in enumerate(_COLUMN_TYPES, 3) if name in ("tenant_id", "actor_id", "idempotency_key"))
)
# Asked once a connection: whether there are keys from before they said their operation. There never come any more.
_EARLIER_KEYS: Final = b"SELECT EXISTS (SELECT FROM event WHERE idempotency_key IS NOT NULL AND operation IS NULL)"

# A backend by what no other ever has: its number alone is given out again.
_SELF: Final = b"SELECT pid, extract(epoch FROM backend_start) FROM pg_stat_activity WHERE pid = pg_backend_pid()"
# True once it is gone, with what it was about to commit committed or rolled back; false after a second.
_END: Final = b"SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity WHERE pid = $1 AND extract(epoch FROM backend_start) = $2"

_NEWEST: Final = b"SELECT position, event_id FROM event ORDER BY position DESC LIMIT 1"
_HAS: Final = b"SELECT FROM event WHERE position = $1 AND event_id = $2"

_UNIQUE_VIOLATION: Final = "23505"
_KEEPALIVE: Final[dict[str, Any]] = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 25_000}


def append_parameters(events: Sequence[NewEvent], latest: Microseconds) -> list[bytes]:
    """The parameters of `APPEND`, in binary; it writes nothing, and returns no row, where the database's clock says later than `latest`.

    Raises UnicodeEncodeError for a text that has no UTF-8.
    """
    columns = zip(*events, strict=True)
    return [
        binary.bigint(len(events)),
        binary.instant(latest),
        *(kind.packed_array(column) for kind, column in zip(_COLUMN_TYPES.values(), columns, strict=True)),
    ]


class Writer:
    """Writes a group at a time."""

    def __init__(self, dsn: str, timeout: float = 30.0, *, has_relay: bool = False) -> None:
        self._dsn = dsn
        self._has_relay = has_relay
        self._timeout = timeout  # seconds for a group, before the connection counts as lost
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self.went_back = False  # whether the log lacks what this process knows of it
        self._newest: Sequence[bytes | None] | None = None  # position and id of the newest event that this process knows of
        self._backend: list[bytes | None] | None = None  # at the other end of the newest connection that could write
        self._socket = -1
        self._result: pq.abc.PGresult | None = None
        self._answer: asyncio.Future[pq.abc.PGresult] | None = None
        self._deadline: asyncio.TimerHandle | None = None

    async def connect(self) -> None:
        """Connects, or connects again; by then nothing more is written over the connection before.

        Raises psycopg.OperationalError when the database does not answer, ConnectionLost when it stops to, or when the other end of the
        connection before does not end; NotComparedYet, LogIsBehind and LogWentBack where positions could be given a second time.
        """
        self.close()
        self._connection = await psycopg.AsyncConnection.connect(self._dsn, autocommit=True, connect_timeout=5, **_KEEPALIVE)
        self._pg: pq.abc.PGconn = self._connection.pgconn
        self._socket = self._pg.socket
        self._loop: asyncio.AbstractEventLoop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket, self._readable)
        await self._end_the_former()
        try:
            await self._require_the_newest_log()
        except (NotComparedYet, LogIsBehind, LogWentBack):
            self.close()
            raise
        await self._command(lambda: self._pg.send_query(PLAN_ONCE))
        has_earlier_keys = await self._rows(lambda: self._pg.send_query(_EARLIER_KEYS)) == [[b"t"]]
        conditions = (_KEYS_ARE_NEW,) if has_earlier_keys else ()
        await self._prepare(b"append", _appending(*conditions), APPEND_TYPES)
        await self._prepare(b"guarded", _appending(_GUARDS_HOLD, *conditions), _GUARDED_TYPES)

    async def _end_the_former(self) -> None:
        """A connection that is lost on this side may go on at the other: with a group that waits for the disk, or for the head."""
        former = self._backend
        if former is not None:
            ended = await self._rows(lambda: self._pg.send_query_params(_END, former))
            if ended not in ([], [[b"t"]]):
                raise ConnectionLost("the connection before is still being ended")
        (self._backend,) = await self._rows(lambda: self._pg.send_query(_SELF))

    async def _require_the_newest_log(self) -> None:
        """Whether the database may have been replaced by an older one is asked once a connection: none outlives its server."""
        compared = await self._rows(lambda: self._pg.send_query(COMPARED.encode()))
        if compared and compared[0][1] == b"t":
            raise LogIsBehind
        known = self._newest
        if known is None:
            if compared[0][0] == b"f" if compared else self._has_relay:
                raise NotComparedYet
        else:
            self.went_back = await self._rows(lambda: self._pg.send_query_params(_HAS, known)) == []
            if self.went_back:
                raise LogWentBack
        for newest in await self._rows(lambda: self._pg.send_query(_NEWEST)):
            self._newest = newest

    @property
    def newest(self) -> tuple[int, str] | None:
        """Position and id of the newest event that this process knows of; None while it knows of none."""
        if self._newest is None:
            return None
        position, event_id = self._newest
        return (int(position), event_id.decode()) if position and event_id else None

    @property
    def is_connected(self) -> bool:
        """Whether it can write, as far as it knows."""
        return self._connection is not None

    def close(self) -> None:
        """Closes the connection; what is under way is lost."""
        self._lose("closed")

    async def write(self, events: Sequence[NewEvent], guards: Sequence[Guard], latest: Microseconds) -> Written:
        """Appends events, all or none, durably, while all guards hold and the database's clock says no later than `latest`.

        One call at a time. Raises UniqueViolation, GuardFailed, ClockAhead, WriteRefused (nothing was written) and ConnectionLost (not
        known).
        """
        try:
            parameters = append_parameters(events, latest)
        except UnicodeEncodeError as error:
            raise WriteRefused("22021", str(error)) from None
        statement = b"append"
        if guards:
            statement = b"guarded"
            ids, versions = zip(*guards, strict=True)
            parameters += [binary.UUID.packed_array(ids), binary.BIGINT.packed_array(versions)]
        formats = [pq.Format.BINARY] * len(parameters)
        result = await self._exchange(lambda: self._pg.send_query_prepared(statement, parameters, formats, pq.Format.BINARY))
        if result.status == pq.ExecStatus.TUPLES_OK:
            if not result.ntuples:
                raise ClockAhead
            packed_position, recorded_at, generation = (_value(result, column) for column in range(3))
            position = binary.read_bigint(packed_position)
            self._newest = (b"%d" % (position + len(events) - 1), id_text(events[-1].event_id).encode())
            return Written(position, binary.read_instant(recorded_at), binary.read_bigint(generation))
        raise _refusal(result)

    async def _prepare(self, name: bytes, statement: str, types: Sequence[int]) -> None:
        await self._command(lambda: self._pg.send_prepare(name, statement.encode(), types))

    async def _command(self, send: Callable[[], None]) -> None:
        result = await self._exchange(send)
        if result.status != pq.ExecStatus.COMMAND_OK:
            raise psycopg.OperationalError(result.error_message.decode())

    async def _rows(self, send: Callable[[], None]) -> list[list[bytes | None]]:
        result = await self._exchange(send)
        if result.status != pq.ExecStatus.TUPLES_OK:
            raise psycopg.OperationalError(result.error_message.decode())
        return [[result.get_value(row, column) for column in range(result.nfields)] for row in range(result.ntuples)]

    async def _exchange(self, send: Callable[[], None]) -> pq.abc.PGresult:
        assert self._answer is None, "one exchange at a time"
        if self._connection is None:
            raise ConnectionLost("not connected")
        self._answer = answer = self._loop.create_future()
        self._deadline = self._loop.call_later(self._timeout, self._lose, f"no answer in {self._timeout} s")
        try:
            send()
            if self._pg.flush():
                self._loop.add_writer(self._socket, self._writable)
        except psycopg.OperationalError as error:
            self._lose(str(error))
        result: pq.abc.PGresult = await answer
        return result

    def _writable(self) -> None:
        try:
            self._pg.consume_input()  # or both sides block, each on writing a long message
            if not self._pg.flush():
                self._loop.remove_writer(self._socket)
        except psycopg.OperationalError as error:
            self._lose(str(error))

    def _readable(self) -> None:
        try:
            self._pg.consume_input()
            while self._answer is not None and not self._pg.is_busy():
                result = self._pg.get_result()
                if result is None:
                    self._complete()
                else:
                    self._result = result
        except psycopg.OperationalError as error:
            self._lose(str(error))

    def _complete(self) -> None:
        # Only the None that closes a result frees the connection; to answer at the result itself would race with the next send.
        result, answer, self._result, self._answer = self._result, self._answer, None, None
        if self._deadline is not None:
            self._deadline.cancel()
        assert answer is not None
        if answer.done():
            return
        if result is None or _fatal(result):
            self._lose("ended by the server")
            answer.set_exception(ConnectionLost("ended by the server"))
        else:
            answer.set_result(result)

    def _lose(self, why: str) -> None:
        if self._connection is not None:
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
            self._pg.finish()
            self._connection = None
        if self._deadline is not None:
            self._deadline.cancel()
        answer, self._answer, self._result = self._answer, None, None
        if answer is not None and not answer.done():
            answer.set_exception(ConnectionLost(why))


def _value(result: pq.abc.PGresult, column: int) -> bytes:
    value = result.get_value(0, column)
    assert value is not None
    return value


def _fatal(result: pq.abc.PGresult) -> bool:
    return result.error_field(pq.DiagnosticField.SEVERITY_NONLOCALIZED) in {b"FATAL", b"PANIC"}


def _refusal(result: pq.abc.PGresult) -> Exception:
    sqlstate = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"XX000").decode()
    constraint = result.error_field(pq.DiagnosticField.CONSTRAINT_NAME)
    if sqlstate == _UNIQUE_VIOLATION and constraint != b"event_position":
        return UniqueViolation((constraint or b"").decode())
    if sqlstate == GUARD_FAILED:
        return GuardFailed()
    return WriteRefused(sqlstate, (result.error_message or b"").decode(errors="replace"))
