"""A tenant's whole log as lines of JSON: the format is told in docs/export.md, the reader is `progress.replay`."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Iterable
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
import psycopg
from psycopg.rows import args_row

from audit.readable import EVENT_TYPES, readable_event
from audit.schema import LIVE
from audit.service import Audit
from cairn.audit.v1 import service_pb2 as api
from cairn.directory.v1.events_pb2 import TenantRegistered
from chassis.calls import Call
from chassis.errors import Kind, Refused
from chassis.eventstore import LogIdentity
from chassis.ids import Id, id_text
from chassis.postgres import show
from chassis.rebuild import tables_of
from shared.roles import ADMIN, AUDITOR

FORMAT: Final = "cairn-export"
VERSION: Final = 2

_ROWS: Final = 200  # fetched at a time
_SENT_BYTES: Final = 1 << 20  # sent at a time, or as few more as the events that were fetched with them have
_TENANT_REGISTERED: Final = TenantRegistered.DESCRIPTOR.full_name

_EVENTS: Final = """
SELECT {columns} FROM action JOIN unnest(%(logs)s::text[], %(heads)s::bigint[]) AS head (log, reaches) USING (log)
 WHERE tenant_id = %(tenant)s AND position <= reaches
 ORDER BY log, position
"""

_COUNT: Final = """
SELECT count(*) FROM action JOIN unnest(%(logs)s::text[], %(heads)s::bigint[]) AS head (log, reaches) USING (log)
 WHERE tenant_id = %(tenant)s AND position <= reaches
"""


async def export_log(audit: Audit, call: Call) -> AsyncIterator[api.ExportLogResponse]:
    """The lines of the export, some at a time, from one snapshot and in bounded memory.

    Raises Refused: FORBIDDEN unless the caller is an admin or an auditor; REBUILT_MEANWHILE; OF_AN_EARLIER_GENERATION while audit still
    holds what a log has lost; and UNAVAILABLE where a log's service does not say which log it is.
    """
    call.identity.require(ADMIN, AUDITOR)
    tenant_id = call.identity.tenant_id
    async with await psycopg.AsyncConnection.connect(audit.database_url) as connection:
        tables = await tables_of(connection, LIVE)
        heads = await audit.complete.heads(connection)
    identities = await _identities(audit, heads)
    async with await psycopg.AsyncConnection.connect(audit.query_dsn) as connection:
        await connection.set_isolation_level(psycopg.IsolationLevel.REPEATABLE_READ)
        await connection.set_read_only(True)
        await connection.execute("SET LOCAL TIME ZONE 'UTC'")
        await show(connection, tenant_id)
        wanted = {"tenant": id_text(tenant_id), "logs": list(heads), "heads": list(heads.values())}
        total = await _one(connection, _COUNT, wanted)
        lines = _Lines()
        lines.add(header(tenant_id, await _tenant_name(connection, tenant_id), audit.clock.now(), heads, identities))
        async with connection.cursor("events", row_factory=args_row(ExportedEvent), binary=True) as cursor:
            await cursor.execute(_EVENTS.format(columns=", ".join(ExportedEvent._fields)).encode(), wanted)
            if await tables_of(connection, LIVE) != tables:
                raise Refused("REBUILT_MEANWHILE", "audit was rebuilt at this very moment; ask again", kind=Kind.UNAVAILABLE)
            while events := await cursor.fetchmany(_ROWS):
                for event in events:
                    _require_of_the_log(event, identities[event.log])
                    lines.add(event_line(tenant_id, event))
                    lines.events += 1
                    if lines.size >= _SENT_BYTES:
                        yield api.ExportLogResponse(lines=lines.taken(), events=lines.events, total=total)
        yield api.ExportLogResponse(lines=lines.taken() + lines.trailer(), events=lines.events, total=total)


class _Lines:
    """Lines on their way out, with the checksum over all of them."""

    def __init__(self) -> None:
        self.events = 0
        self._sum = hashlib.sha256()
        self._waiting: list[bytes] = []
        self.size = 0

    def add(self, line: dict[str, Any]) -> None:
        self._waiting.append(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
        self.size += len(self._waiting[-1])

    def taken(self) -> bytes:
        taken = b"".join(self._waiting)
        self._waiting.clear()
        self.size = 0
        self._sum.update(taken)
        return taken

    def trailer(self) -> bytes:
        return orjson.dumps({"events": self.events, "sha256": self._sum.hexdigest()}, option=orjson.OPT_APPEND_NEWLINE)


def header(
    tenant_id: Id, tenant: str | None, exported_at: datetime, heads: dict[str, int], identities: dict[str, LogIdentity]
) -> dict[str, Any]:
    """The first line."""
    line: dict[str, Any] = {"format": FORMAT, "version": VERSION, "tenant_id": id_text(tenant_id)}
    if tenant is not None:
        line["tenant"] = tenant
    logs = {log: _identity(identity) for log, identity in identities.items()}
    return {**line, "exported_at": instant_text(exported_at), "heads": heads, "logs": logs}


def _identity(identity: LogIdentity) -> dict[str, Any]:
    generations = [{"generation": g.generation, "first_position": g.first_position} for g in identity.generations]
    return {"log_id": id_text(identity.log_id), "generations": generations}


class ExportedEvent(NamedTuple):
    """An event as its row in the table of actions has it."""

    log: str
    position: int
    event_id: UUID
    aggregate_id: UUID
    aggregate_version: int
    recorded_at: datetime
    actor_id: UUID
    on_behalf_of: UUID | None
    correlation_id: UUID
    causation_id: UUID | None
    partition_key: UUID
    event_type: str
    payload: bytes
    generation: int


def event_line(tenant_id: Id, event: ExportedEvent) -> dict[str, Any]:
    """The line of one event."""
    return {
        "log": event.log,
        "position": event.position,
        "generation": event.generation,
        "event_id": str(event.event_id),
        "tenant_id": id_text(tenant_id),
        "aggregate_id": str(event.aggregate_id),
        "aggregate_version": event.aggregate_version,
        "recorded_at": instant_text(event.recorded_at),
        "actor_id": str(event.actor_id),
        "on_behalf_of": _optional_text(event.on_behalf_of),
        "correlation_id": str(event.correlation_id),
        "causation_id": _optional_text(event.causation_id),
        "partition_key": str(event.partition_key),
        "type": event.event_type,
        "payload": base64.b64encode(event.payload).decode(),
        "event": readable_event(event.event_type, event.payload),
    }


def instant_text(instant: datetime) -> str:
    """An instant in UTC as RFC 3339 writes it, with six digits of a second."""
    return instant.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _optional_text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


async def _identities(audit: Audit, logs: Iterable[str]) -> dict[str, LogIdentity]:
    """Which logs these are, as the services say that keep them."""
    names = list(logs)
    answers = await asyncio.gather(*(audit.logs[name].checksums([]) for name in names))
    return {name: answer.identity for name, answer in zip(names, answers, strict=True)}


def _require_of_the_log(event: ExportedEvent, identity: LogIdentity) -> None:
    generation = identity.generation_of(event.position)
    if event.generation != generation:
        message = (
            f"position {event.position} of {event.log} is stored as of generation {event.generation}, and the log has {generation} there:"
            " audit has not come to what the log was recovered to; ask again, or have the operator say `cairn rebuild audit`"
        )
        raise Refused("OF_AN_EARLIER_GENERATION", message, kind=Kind.UNAVAILABLE)


async def _tenant_name(connection: psycopg.AsyncConnection[Any], tenant_id: Id) -> str | None:
    found = await connection.execute(
        "SELECT payload FROM action WHERE tenant_id = %s AND aggregate_id = %s AND event_type = %s LIMIT 1",
        (id_text(tenant_id), id_text(tenant_id), _TENANT_REGISTERED),
    )
    row = await found.fetchone()
    if row is None:
        return None
    registered = EVENT_TYPES.decode(_TENANT_REGISTERED, row[0])
    return registered.name if isinstance(registered, TenantRegistered) else None


async def _one(connection: psycopg.AsyncConnection[Any], statement: str, parameters: Any) -> int:
    row = await (await connection.execute(statement.encode(), parameters)).fetchone()
    assert row is not None
    return int(row[0])
