"""The reading end of a log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg
import psycopg_pool
import structlog
from psycopg.rows import TupleRow, tuple_row

from chassis.days import Microseconds
from chassis.errors import Kind, Refused
from chassis.events import RecordedEvent
from chassis.eventstore.appends import KeyName, NewEvent
from chassis.eventstore.identity import IDENTITY, LogIdentity, identity_of
from chassis.eventstore.schema import GENERATION_OF_POSITION
from chassis.ids import Id
from chassis.postgres import TenantConnections
from chassis.postgres.binary import read_instant

_log = structlog.get_logger()

_EVENTS_AT_ONCE: Final = 500
# As bytes, and in the order of RecordedEvent: C loads each value, and Python only puts them in place.
_EVENT: Final = f"""
    position, uuid_send(event_id), uuid_send(tenant_id), uuid_send(aggregate_id), aggregate_version, timestamptz_send(recorded_at),
    uuid_send(actor_id), uuid_send(on_behalf_of), uuid_send(correlation_id), uuid_send(causation_id), uuid_send(partition_key),
    event_type, payload, {GENERATION_OF_POSITION}
"""
_PAGE: Final = f"SELECT {_EVENT} FROM event WHERE position > %s ORDER BY position LIMIT %s"  # noqa: S608 - of constants alone
_AGGREGATES: Final = f"SELECT {_EVENT} FROM event WHERE aggregate_id = ANY(%s) ORDER BY aggregate_id, aggregate_version"  # noqa: S608
# Each aggregate's events by the index, and no more of them than fit into the page.
_PAGE_OF_AGGREGATES: Final = f"""
SELECT e.* FROM (SELECT * FROM unnest(%s::uuid[], %s::bigint[]) AS named(id, since) ORDER BY id) a
CROSS JOIN LATERAL (
    SELECT {_EVENT} FROM event WHERE aggregate_id = a.id AND aggregate_version >= a.since ORDER BY aggregate_version LIMIT {_EVENTS_AT_ONCE}
) e
ORDER BY a.id, e.aggregate_version LIMIT {_EVENTS_AT_ONCE}
"""  # noqa: S608
# A key from before keys said their operation is that of whoever sent it, for whatever.
_NAMED: Final = """
FROM unnest(%s::uuid[], %s::uuid[], %s::text[], %s::text[]) WITH ORDINALITY AS named(tenant_id, person_id, operation, key, number)
JOIN event k ON k.tenant_id = named.tenant_id AND k.actor_id = named.person_id AND k.idempotency_key = named.key
            AND (k.operation = named.operation OR k.operation IS NULL)
"""
_KEYED: Final = f"""
SELECT named.number, k.fingerprint, e.* {_NAMED}
CROSS JOIN LATERAL (SELECT {_EVENT} FROM event WHERE position >= k.position AND position < k.position + coalesce(k.unit_size, 1)) e
ORDER BY e.position
"""  # noqa: S608
_KEYS: Final = f"SELECT named.number {_NAMED}"
# One statement, one snapshot: an event that counts towards `newest` is also found at its place.
_PLACES: Final = f"""
SELECT uuid_send(p.aggregate_id), p.version, uuid_send(e.event_id), e.position, timestamptz_send(e.recorded_at), {GENERATION_OF_POSITION},
       (SELECT max(n.aggregate_version) FROM event n WHERE n.aggregate_id = p.aggregate_id)
FROM unnest(%s::uuid[], %s::bigint[]) AS p(aggregate_id, version)
LEFT JOIN event e ON e.aggregate_id = p.aggregate_id AND e.aggregate_version = p.version
"""  # noqa: S608 - of constants alone
_TIMES: Final = "SELECT timestamptz_send(recorded_at), timestamptz_send(clock_timestamp()) FROM log_head"
_NEWEST: Final = """
SELECT uuid_send(aggregate_id), max(aggregate_version) FROM event WHERE aggregate_id = ANY(%s::uuid[]) GROUP BY aggregate_id
"""


class Place(NamedTuple):
    """What stands where an event was to go."""

    event_id: Id | None  # None: nothing yet
    position: int
    recorded_at: Microseconds
    generation: int
    newest: int | None  # version of the aggregate; None: it has no events


class LogTimes(NamedTuple):
    """What a log and its database say of the time."""

    recorded_at: Microseconds  # of the newest event
    now: Microseconds  # by the database's clock


class Keyed(NamedTuple):
    """The events that a command with an idempotency key appended."""

    fingerprint: bytes
    events: list[RecordedEvent]


class LogReader:
    """Reads a log. While PostgreSQL is away a read waits for it, up to `patience` seconds.

    Every method raises Refused (LOG_UNAVAILABLE) when it stays away for longer.
    """

    def __init__(self, dsn: str, name: str, *, connections: int = 3, patience: float = 15.0) -> None:
        self.dsn = dsn
        self.name = name
        self._patience = patience
        self._pool = psycopg_pool.AsyncConnectionPool(
            dsn,
            min_size=1,
            max_size=connections,
            open=False,
            timeout=2.0,
            reconnect_timeout=0.0,
            kwargs={"autocommit": True, "prepare_threshold": 0, "row_factory": tuple_row, "connect_timeout": 5},
        )

        self._of_tenants = TenantConnections(self._pool)

    async def start(self) -> None:
        """Connects."""
        await self._pool.open()

    async def stop(self) -> None:
        """Closes the connections."""
        await self._pool.close()

    async def head(self) -> int:
        """The newest position; 0 of an empty log."""
        ((position,),) = await self.rows("SELECT position FROM log_head", ())
        return int(position)

    async def identity(self) -> LogIdentity:
        """Which log it is, and its generations."""
        return identity_of(await self.rows(IDENTITY, ()))

    async def times(self) -> LogTimes:
        """What the log and its database say of the time."""
        ((recorded_at, now),) = await self.rows(_TIMES, ())
        return LogTimes(read_instant(recorded_at), read_instant(now))

    async def read(self, after: int = 0, limit: int = 1000, tenant_id: Id | None = None) -> list[RecordedEvent]:
        """The next events after a position, `limit` at most; to the query role with a tenant, and only its own."""
        return self._events(await self.rows(_PAGE, (after, limit), tenant_id))

    async def read_all(self, after: int = 0, page: int = 2000) -> AsyncIterator[RecordedEvent]:
        """Every event after a position, up to the head as it is when the end is reached."""
        while events := await self.read(after, page):
            for event in events:
                yield event
            after = events[-1].position

    async def read_aggregate(self, aggregate_id: Id) -> list[RecordedEvent]:
        """Every event of an aggregate, by version; none when there is no such aggregate."""
        return self._events(await self.rows(_AGGREGATES, ([UUID(bytes=aggregate_id)],)))

    async def read_aggregates(self, aggregate_ids: Collection[Id], tenant_id: Id | None = None) -> dict[Id, list[RecordedEvent]]:
        """Every event of some aggregates, each by version, in one statement; to the query role with a tenant, and only its own."""
        found: dict[Id, list[RecordedEvent]] = {aggregate_id: [] for aggregate_id in aggregate_ids}
        for event in self._events(await self.rows(_AGGREGATES, ([UUID(bytes=i) for i in found],), tenant_id)):
            found[event.aggregate_id].append(event)
        return found

    async def pages_of_aggregates(
        self, aggregate_ids: Collection[Id], since: Mapping[Id, int] = MappingProxyType({})
    ) -> AsyncIterator[list[RecordedEvent]]:
        """Every event of some aggregates, each by version, a page at a time: one of them may have more than memory is good for.

        Of those in `since`, from that version on.
        """
        left = {aggregate_id: since.get(aggregate_id, 0) for aggregate_id in sorted(set(aggregate_ids))}
        while left:
            parameters = [UUID(bytes=aggregate_id) for aggregate_id in left], list(left.values())
            page = self._events(await self.rows(_PAGE_OF_AGGREGATES, parameters))
            yield page
            if len(page) < _EVENTS_AT_ONCE:
                return
            last = page[-1]
            left = {aggregate_id: version for aggregate_id, version in left.items() if aggregate_id >= last.aggregate_id}
            left[last.aggregate_id] = last.aggregate_version + 1

    async def find_by_keys(self, keys: Sequence[KeyName]) -> dict[KeyName, Keyed]:
        """What the commands with these idempotency keys appended, for those that were carried out, in one statement."""
        found: dict[KeyName, Keyed] = {}
        for number, fingerprint, *event in await self.rows(_KEYED, _key_parameters(keys)):
            keyed = found.setdefault(keys[number - 1], Keyed(fingerprint or b"", []))
            keyed.events.extend(self._events([tuple(event)]))
        return found

    async def known_keys(self, keys: Sequence[KeyName]) -> set[KeyName]:
        """Which of these idempotency keys are in the log."""
        return {keys[number - 1] for (number,) in await self.rows(_KEYS, _key_parameters(keys))}

    async def places(self, events: Collection[NewEvent]) -> dict[tuple[Id, int], Place]:
        """What stands where these events were to go, by (aggregate, version)."""
        ids, versions = [UUID(bytes=e.aggregate_id) for e in events], [e.aggregate_version for e in events]
        return {
            (aggregate_id, version): Place(event_id, position or 0, read_instant(at) if at else 0, generation or 0, newest)
            for aggregate_id, version, event_id, position, at, generation, newest in await self.rows(_PLACES, (ids, versions))
        }

    async def newest_versions(self, aggregate_ids: Collection[Id]) -> dict[Id, int | None]:
        """The version that each aggregate has come to; None: it has no events."""
        found: dict[Id, int] = dict(await self.rows(_NEWEST, ([UUID(bytes=aggregate_id) for aggregate_id in aggregate_ids],)))
        return {aggregate_id: found.get(aggregate_id) for aggregate_id in aggregate_ids}

    async def rows(self, query: str, parameters: Sequence[Any], tenant_id: Id | None = None) -> list[TupleRow]:
        """The rows of a query that changes nothing, and so may be sent again when the connection is lost.

        A reader that connects as the query role says for which tenant it asks: without, it sees whatever the connection was shown last.
        """
        loop = asyncio.get_running_loop()
        deadline, pause = loop.time() + self._patience, 0.0
        while True:
            try:
                shown = self._pool.connection() if tenant_id is None else self._of_tenants.of(tenant_id)
                async with shown as connection, connection.cursor(binary=True) as cursor:
                    await cursor.execute(query.encode(), parameters)
                    return await cursor.fetchall()
            except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                if loop.time() + pause > deadline:
                    raise unavailable(self.name, error) from error
                await asyncio.sleep(pause)
                pause = min(pause * 2 + 0.02, 0.5)

    def _events(self, rows: Sequence[TupleRow]) -> list[RecordedEvent]:
        log = self.name
        return [
            RecordedEvent(log, position, event_id, tenant, aggregate, version, read_instant(at), *rest)
            for position, event_id, tenant, aggregate, version, at, *rest in rows
        ]


def _key_parameters(keys: Sequence[KeyName]) -> tuple[list[UUID], list[UUID], list[str], list[str]]:
    return (
        [UUID(bytes=key.tenant_id) for key in keys],
        [UUID(bytes=key.person_id) for key in keys],
        [key.operation for key in keys],
        [key.text for key in keys],
    )


def unavailable(log: str, error: Exception) -> Refused:
    """The refusal of what a log is needed for, while its database does not answer."""
    _log.warning("log_unavailable", log=log, reason=f"{type(error).__name__}: {error}")
    return Refused("LOG_UNAVAILABLE", f"the database of the log of {log} does not answer now; send it again later", kind=Kind.UNAVAILABLE)
