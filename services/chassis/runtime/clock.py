"""The one clock of the installation. Domain code never reads it: time comes in as an argument.

When something was recorded, what day it is, when it was read: all of that is told by the machine's clock and by how far the
installation's is ahead of it, which is nothing unless the installation was started elsewhere in time or moved on; a demonstration's may
begin behind it. Tokens, timeouts and
leases stay on the machine's clock.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import structlog
from psycopg import AsyncConnection, OperationalError

from chassis.errors import Kind, Refused
from chassis.postgres import migrate
from chassis.runtime.backoff import Backoff
from chassis.runtime.config import Settings
from chassis.runtime.machine_clock import MachineClock

_CHANNEL: Final = "clock_moved"
_MICROSECOND: Final = timedelta(microseconds=1)
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS installation_clock (
    one         boolean PRIMARY KEY DEFAULT true CHECK (one),
    clock_ahead bigint   -- of the machine's clock, in microseconds; NULL: not started yet
);
INSERT INTO installation_clock DEFAULT VALUES ON CONFLICT DO NOTHING;
"""

_log = structlog.get_logger()


class Clock(Protocol):
    """What a service asks for the time."""

    def now(self) -> datetime:
        """The present instant, in UTC."""
        ...


class InstallationClock:
    """The installation's clock in one service, whose database keeps how far ahead it is.

    With an event log the log's head keeps it, so that what is recorded moves on in the very transaction that moves the clock.
    """

    def __init__(self, settings: Settings, *, of_log: bool, machine: MachineClock | None = None) -> None:
        self.machine: Final = machine or MachineClock()
        self.may_be_moved: Final = settings.clock_may_be_moved
        self._dsn: Final = settings.consumer_dsn
        self._owner_dsn: Final = settings.database_url
        self._started_ahead: Final = timedelta(seconds=settings.clock_ahead_seconds)
        self._production: Final = settings.environment == "production"
        self._of_log: Final = of_log
        self._kept_in: Final = "log_head" if of_log else "installation_clock"
        self._ahead = timedelta()
        self._listener: asyncio.Task[None] | None = None

    @property
    def ahead(self) -> timedelta:
        """How far it is ahead of the machine's clock."""
        return self._ahead

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return self.machine.now() + self._ahead

    async def start(self) -> None:
        """Goes on where it was; in a fresh database, as far ahead as the configuration says. The log must have been started.

        Raises NewerSchema, psycopg.OperationalError, and SystemExit when the configuration moves a clock that may not be moved,
        or starts a production installation's in the past.
        """
        if self._started_ahead and not self.may_be_moved:
            raise SystemExit("configuration: CAIRN_CLOCK_AHEAD_SECONDS moves the clock; CAIRN_CLOCK_MAY_BE_MOVED=true says that it may be")
        if self._started_ahead < timedelta() and self._production:
            raise SystemExit("configuration: CAIRN_CLOCK_AHEAD_SECONDS is negative; only a demonstration begins in the past")
        if not self._of_log:
            await migrate(self._owner_dsn, "clock", [_TABLE])
        await self._keep("coalesce(clock_ahead, %s)", self._started_ahead)
        if self.may_be_moved:
            # Connected here: a task that is cancelled while it connects leaves a connection behind that has half begun.
            self._listener = asyncio.create_task(self._listen(await self._listening()), name="the clock is moved")

    async def stop(self) -> None:
        """Listens no longer."""
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)

    async def advance_to(self, ahead: timedelta) -> None:
        """Moves it on until it is so far ahead of the machine's; one that is further ahead already stays there.

        Raises Refused (CLOCK_MAY_NOT_BE_MOVED).
        """
        if not self.may_be_moved:
            message = "this installation's clock is the machine's; one whose clock may be moved says so with CAIRN_CLOCK_MAY_BE_MOVED=true"
            raise Refused("CLOCK_MAY_NOT_BE_MOVED", message, kind=Kind.REFUSED)
        await self._keep("greatest(clock_ahead, %s)", ahead)

    async def _keep(self, new: str, ahead: timedelta) -> None:
        statement = f"UPDATE {self._kept_in} SET clock_ahead = {new} RETURNING clock_ahead"  # noqa: S608 - of constants
        async with await AsyncConnection.connect(self._dsn) as connection:
            row = await (await connection.execute(statement.encode(), (ahead // _MICROSECOND,))).fetchone()
            assert row is not None, "the table has one row"
            await connection.execute("SELECT pg_notify(%s, %s)", (_CHANNEL, str(row[0])))
        self._ahead = row[0] * _MICROSECOND

    async def _listen(self, listening: AsyncConnection[Any] | None) -> None:
        """Hears of it when another process of this service moves the clock; begins on a connection that listens already."""
        backoff = Backoff()
        while True:
            try:
                async with listening or await self._listening() as connection:
                    listening = None
                    backoff.reset()
                    async for notification in connection.notifies():
                        self._ahead = int(notification.payload) * _MICROSECOND
            except OperationalError as failure:
                _log.warning("clock.listener_lost", reason=str(failure))
            await backoff.sleep()

    async def _listening(self) -> AsyncConnection[Any]:
        connection = await AsyncConnection.connect(self._dsn, autocommit=True)
        await connection.execute(f"LISTEN {_CHANNEL}")
        query = f"SELECT clock_ahead FROM {self._kept_in}"  # noqa: S608 - of constants
        row = await (await connection.execute(query.encode())).fetchone()
        assert row is not None, "the table has one row"
        self._ahead = row[0] * _MICROSECOND
        return connection
