"""A log that is behind its topic, because it was restored from an older state or is gone: how that is found, and what is done about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg
import structlog

from chassis.checksums import EVENT_CHECKSUM, from_bigint
from chassis.errors import Kind, Refused
from chassis.eventstore.continuation import Claim, Continuation, LogEnd, Lost, continuation_of, parting_of
from chassis.eventstore.identity import IDENTITY, identity_of
from chassis.eventstore.reader import LogReader
from chassis.eventstore.schema import CHANNEL, SERVER_RUN
from chassis.ids import Id, id_text
from chassis.postgres import Connection
from chassis.postgres.binary import read_instant

COMPARED: Final = f"SELECT compared_in IS NOT DISTINCT FROM {SERVER_RUN}, behind FROM relay_position WHERE name = 'kafka'"  # noqa: S608
"""Whether the topic was compared with the log since the database was started, and whether the log is behind; no row: it has no relay."""

_END: Final = """
SELECT position, timestamptz_send(recorded_at), coalesce((SELECT position FROM relay_position WHERE name = 'kafka'), 0)
FROM log_head
"""
_CLAIMS: Final = f"""
SELECT partition, kafka_offset, fault, uuid_send(log_id), coalesce(generation, 1), coalesce(position, 0), timestamptz_send(recorded_at),
       uuid_send(event_id), uuid_send(tenant_id), uuid_send(aggregate_id), coalesce(aggregate_version, 0), coalesce(event_type, ''),
       coalesce({EVENT_CHECKSUM}, 0)
FROM not_in_log
"""  # noqa: S608 - of constants alone
_VERSIONS: Final = """
SELECT uuid_send(aggregate_id), max(aggregate_version) FROM event WHERE aggregate_id = ANY(%s::uuid[]) AND position <= %s
GROUP BY aggregate_id
"""
_COLUMNS: Final = """
    position, recorded_at, event_id, tenant_id, aggregate_id, aggregate_version, actor_id, on_behalf_of, correlation_id, causation_id,
    partition_key, event_type, payload
"""
_FOREIGN: Final = """
SELECT partition, kafka_offset, coalesce(fault, 'it claims position ' || position), count(*) OVER ()
FROM not_in_log WHERE NOT acknowledged ORDER BY kafka_offset, partition LIMIT 1
"""
_TAKE_BACK: Final = f"""
INSERT INTO event ({_COLUMNS})
SELECT {_COLUMNS}
FROM not_in_log JOIN unnest(%s::integer[], %s::bigint[]) AS taken (partition, kafka_offset) USING (partition, kafka_offset)
ORDER BY position
"""  # noqa: S608 - of constants alone

LOG_NOT_COMPARED: Final = "LOG_NOT_COMPARED"

_log = structlog.get_logger()


class NotComparedYet(Exception):  # noqa: N818 - it is what was found
    """The database was started, and its relay has not compared the log with its topic since: it may be an older one than before."""


class LogIsBehind(Exception):  # noqa: N818 - it is what was found
    """The log's topic goes on where the log ends."""


class LogWentBack(Exception):  # noqa: N818 - it is what was found
    """The log has no more what this process knows of it."""


class Problem(NamedTuple):
    """What stands against a log, or beside it."""

    reason: str
    message: str

    @classmethod
    def of(cls, refused: Refused) -> Problem:
        """What is refused, said of the log."""
        return cls(refused.reason, refused.message)


class Compared(NamedTuple):
    """What the relay and a log's service are told of the comparison that was made last."""

    made: bool  # since the database server was started
    behind: bool


@dataclass(frozen=True, slots=True)
class Recovery:
    """What a recovery did, or would do."""

    generation: int  # the log's newest, after it
    first_position: int  # of that generation
    taken_back: int  # events
    lost: list[Lost]
    foreign: list[Claim]  # messages that are no events of the log, and that nothing is done about


async def compared(connection: Connection) -> Compared | None:
    """What the last comparison of the topic with the log found; None: no relay has seen the log yet."""
    row = await (await connection.execute(COMPARED.encode())).fetchone()
    return None if row is None else Compared(*row)


async def doubt_of(reader: LogReader) -> Refused | None:
    """Why a log may be an older one than it was, as far as its topic tells; None: it is not. Raises Refused (LOG_UNAVAILABLE)."""
    for made, is_behind in await reader.rows(COMPARED, ()):
        if is_behind:
            return behind(reader.name)
        if not made:
            return not_compared(reader.name)
    return None


async def foreign_messages(reader: LogReader) -> list[Problem]:
    """What the relay found on the topic of a log that is not of it. Raises Refused (LOG_UNAVAILABLE)."""
    foreign = await reader.rows(_FOREIGN, ())
    if not foreign:
        return []
    partition, offset, why, count = foreign[0]
    message = (
        f"{count} messages at the end of the topic of {reader.name} are not in its log, the first in partition {partition} at offset"
        f" {offset} ({why}): somebody else than the relay wrote to it, and what they say has no effect;"
        f" `cairn log recover {reader.name}` lists them and takes note of it"
    )
    return [Problem("FOREIGN_MESSAGES", message)]


async def compare(connection: Connection) -> Continuation:
    """What the messages of `not_in_log` say of the log: in the connection's transaction."""
    claims = [_claim(row) for row in await (await _binary(connection).execute(_CLAIMS)).fetchall()]
    end = _as_its_topic_has_it(await end_of_log(connection), claims)
    parting = parting_of(end, claims)
    ids = list({id_text(claim.aggregate_id) for claim in claims if claim.aggregate_id})
    versions: dict[Id, int] = dict(await (await _binary(connection).execute(_VERSIONS, (ids, parting))).fetchall())
    return continuation_of(end, claims, versions)


async def recover(dsn: str, log: str, *, dry_run: bool = False, take_back: bool = True) -> Recovery:
    """Takes back what the log's topic has in continuation of it, all or (not `take_back`) nothing, and begins a generation.

    Whoever appends waits meanwhile. Where the log is not behind it only notes that somebody has seen the messages that are not its own:
    they make nobody ill any more. What it does or, for a dry run, would do is answered.

    Raises Refused (LOG_NOT_COMPARED), and psycopg.OperationalError when the database does not answer.
    """
    async with await psycopg.AsyncConnection.connect(dsn) as connection, connection.transaction(force_rollback=dry_run):
        await connection.execute("SELECT FROM log_head FOR UPDATE")
        await connection.execute("SELECT FROM relay_position FOR UPDATE")
        last = await compared(connection)
        if last is None or not last.made:
            raise not_compared(log)
        found = await compare(connection)
        if not found.behind:
            await connection.execute("UPDATE not_in_log SET acknowledged = true")
            newest = (await end_of_log(connection)).identity.generations[-1]
            return Recovery(newest.generation, newest.first_position, 0, [], found.foreign)
        recovery = await _recover(connection, found, take_back=take_back)
    if not dry_run:
        _log.warning(
            "log.recovered", log=log, generation=recovery.generation, taken_back=recovery.taken_back, lost=len(recovery.lost),
            first_position=recovery.first_position,
        )  # fmt: skip
    return recovery


async def _recover(connection: Connection, found: Continuation, *, take_back: bool) -> Recovery:
    lost = list(found.lost)
    taken = found.events if take_back and not found.diverged else []
    await connection.execute("UPDATE log_head SET log_id = %s WHERE log_id <> %s", (UUID(bytes=found.log_id),) * 2)
    if not taken:
        why = "the log had gone on with other events" if found.diverged else "it was not to be taken back"
        lost = [*(Lost(claim, why) for claim in found.events), *lost]
    else:
        places = [claim.partition for claim in taken], [claim.offset for claim in taken]
        await connection.execute(_TAKE_BACK.encode(), places)
        await connection.execute(
            "UPDATE log_head SET position = %s, recorded_at = (SELECT recorded_at FROM event WHERE position = %s)",
            (taken[-1].position, taken[-1].position),
        )
    for generation, after in sorted(found.begun.items()):
        await connection.execute(
            "INSERT INTO log_generation VALUES (%s, %s, clock_timestamp(), 'as its topic tells')", (generation, after + 1)
        )
        await connection.execute("UPDATE log_head SET generation = %s", (generation,))
    first_position = (taken[-1].position if taken else found.parting) + 1
    reason = f"{len(taken)} events were taken back from Kafka and {len(lost)} were lost: the log was older than what Kafka had of it"
    generation = await begin_generation(connection, reason, first_position)
    # From the parting on everything is sent again: what is taken back is no news to Kafka, but consumers have refused it meanwhile.
    await connection.execute("UPDATE relay_position SET behind = false, position = least(position, %s)", (found.parting,))
    await connection.execute("DELETE FROM not_in_log")
    await connection.execute(f"NOTIFY {CHANNEL}".encode())
    return Recovery(generation, first_position, len(taken), lost, found.foreign)


async def begin_generation(connection: Connection, reason: str, first_position: int | None = None) -> int:
    """Begins a generation, behind the newest event unless told otherwise, in the connection's transaction; returns its number."""
    row = await (await connection.execute("UPDATE log_head SET generation = generation + 1 RETURNING generation, position + 1")).fetchone()
    assert row is not None
    generation, behind_the_newest = row
    values = (generation, first_position or behind_the_newest, reason)
    await connection.execute("INSERT INTO log_generation VALUES (%s, %s, clock_timestamp(), %s)", values)
    return int(generation)


def not_compared(log: str) -> Refused:
    """The refusal of what has to wait until the relay knows whether the log is behind its topic."""
    message = (
        f"the log of {log} takes nothing until its relay has compared Kafka with it, as after every start of its database: it may have been"
        " restored from an older state; send it again later"
    )
    return Refused(LOG_NOT_COMPARED, message, kind=Kind.UNAVAILABLE)


def behind(log: str) -> Refused:
    """The refusal of what would give positions a second time."""
    message = (
        f"the log of {log} is older than what Kafka has of it, restored or made anew, and takes nothing until the operator has it"
        f" recovered: cairn log recover {log}"
    )
    return Refused("LOG_BEHIND", message, kind=Kind.UNAVAILABLE)


def went_back(log: str) -> Refused:
    """The refusal of a process that has in mind what the log has not."""
    message = f"the log of {log} was replaced by an older one beneath this process, which takes nothing more: restart {log}"
    return Refused("LOG_WENT_BACK", message, kind=Kind.UNAVAILABLE)


def _binary(connection: Connection) -> psycopg.AsyncCursor[Any]:
    return connection.cursor(binary=True)


def _as_its_topic_has_it(end: LogEnd, claims: Sequence[Claim]) -> LogEnd:
    """The log; one without any event, in a database that was made anew, is the log whose events its topic has."""
    told = Counter(claim.log_id for claim in claims if claim.fault is None and claim.log_id is not None)
    if not end.is_empty or not told:
        return end
    ((log_id, _),) = told.most_common(1)
    return end._replace(identity=end.identity._replace(log_id=log_id))


async def end_of_log(connection: Connection) -> LogEnd:
    """Which log a database holds, and where it ends."""
    row = await (await _binary(connection).execute(_END)).fetchone()
    assert row is not None
    head, recorded_at, relayed = row
    identity = identity_of(await (await _binary(connection).execute(IDENTITY)).fetchall())
    return LogEnd(identity, head, read_instant(recorded_at), relayed)


def _claim(row: tuple[Any, ...]) -> Claim:
    (
        partition,
        offset,
        fault,
        log_id,
        generation,
        position,
        recorded_at,
        event_id,
        tenant_id,
        aggregate_id,
        version,
        event_type,
        checksum,
    ) = row
    return Claim(
        partition, offset, fault, log_id, generation, position, read_instant(recorded_at) if recorded_at else 0,
        event_id or b"", tenant_id or b"", aggregate_id or b"", version, event_type,
        from_bigint(checksum),
    )  # fmt: skip
