"""Dead letters: what a consumer could not take, why, and how it comes back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import psycopg
from psycopg.rows import class_row

from chassis.ids import Id
from chassis.kafka.consumer.deliveries import Delivery, StoredMessage, pack_headers, unpack_headers
from chassis.kafka.headers import headers_sql, read_headers
from chassis.kafka.topics import events_topic
from chassis.partitions import partition_of

BLOCKED: Final = "PARKED: an earlier event of the same aggregate is a dead letter; this one waits behind it"
"""The reason of a dead letter that has nothing wrong with it itself."""

_NO_OFFSET: Final = -1  # its message has not come yet
_OF_TENANT: Final = "(%(tenant)s::bytea IS NULL OR tenant_id = %(tenant)s)"
_COLUMNS: Final = (
    "dead_letter_id, log, partition, kafka_topic, kafka_offset, position, tenant_id, aggregate_id, event_id, event_type, message_key,"
    " headers, payload, reason, attempts, failed_at"
)
_STORE: Final = (
    "INSERT INTO dead_letter (log, partition, kafka_topic, kafka_offset, position, tenant_id, aggregate_id, event_id, event_type,"
    " message_key, headers, payload, reason, attempts)"
    " SELECT v.* FROM (VALUES (%s, %s::integer, %s, %s::bigint, %s::bigint, %s::bytea, %s::bytea, %s::bytea, %s, %s::bytea, %s::bytea,"
    " %s::bytea, %s, %s::integer)) AS v (log, partition, topic, kafka_offset, position, tenant, aggregate, event, type, key, headers,"
    " payload, reason, attempts)"
    " WHERE v.position IS NOT NULL OR NOT EXISTS ("
    "SELECT FROM dead_letter d WHERE d.position IS NULL AND d.log = v.log AND d.partition = v.partition AND d.headers = v.headers"
    " AND (d.message_key, d.payload) IS NOT DISTINCT FROM (v.key, v.payload))"
)
"""One without a readable envelope has no position that would tell it from one that the relay has sent again: its content does."""

_OF_EVENT: Final = "position, uuid_send(tenant_id), uuid_send(aggregate_id), uuid_send(event_id), event_type, uuid_send(partition_key)"
"""Of a row of a log, in the order of _STORE."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay did: how many dead letters took effect, how many are left of those that its caller may replay."""

    replayed: int
    remaining: int


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that could not be taken, kept with why. Without a readable envelope it has no position, aggregate or event id."""

    dead_letter_id: int
    log: str
    partition: int
    kafka_topic: str
    kafka_offset: int
    position: int | None
    tenant_id: Id | None
    aggregate_id: Id | None
    event_id: Id | None
    event_type: str
    message_key: bytes | None
    headers: bytes
    payload: bytes | None
    reason: str
    attempts: int
    failed_at: datetime

    def message(self) -> StoredMessage:
        """The message itself, to be read again."""
        return StoredMessage(self.message_key, self.payload, unpack_headers(self.headers))


def _clean(text: str) -> str:
    return text.replace("\0", "\ufffd")  # PostgreSQL's text holds no NUL


async def store(connection: psycopg.AsyncConnection[Any], log: str, letters: Sequence[tuple[Delivery, str]]) -> None:
    """Keeps messages as dead letters, each with its reason. In the caller's transaction."""
    async with connection.cursor() as cursor:
        await cursor.executemany(
            _STORE,
            [
                (
                    log,
                    message.partition,
                    message.topic,
                    message.offset,
                    event and event.position,
                    event and event.tenant_id,
                    event and event.aggregate_id,
                    event and event.event_id,
                    event.event_type if event else "",
                    message.key,
                    pack_headers(message.headers),
                    message.value,
                    _clean(reason),
                    0 if reason is BLOCKED else 1,
                )
                for (message, event, *_), reason in letters
            ],
        )


def block(connection: psycopg.Connection[Any], log: str, log_dsn: str, partitions: int, positions: Collection[int]) -> None:
    """Keeps events of a log as dead letters before their messages come, as these will be. In the caller's transaction; blocks.

    For who moves a partition on without its messages, over events that wait behind a dead letter of their aggregate.
    Raises psycopg.OperationalError when the log's database does not answer.
    """
    with psycopg.connect(log_dsn) as reading:
        events = reading.execute(
            f"SELECT {_OF_EVENT}, {headers_sql(log)}, payload FROM event WHERE position = ANY(%s) ORDER BY position".encode(),  # noqa: S608
            (sorted(positions),),
        ).fetchall()
    topic = events_topic(log)
    with connection.cursor() as cursor:
        cursor.executemany(
            _STORE,
            [
                (
                    *(log, partition_of(key, partitions), topic, _NO_OFFSET, *event),
                    *(key, pack_headers(read_headers(headers)), payload, BLOCKED, 0),
                )
                for *event, key, headers, payload in events
            ],
        )


async def blocked_aggregates(connection: psycopg.AsyncConnection[Any], log: str, partition: int) -> set[Id]:
    """The aggregates of a partition that have a dead letter."""
    rows = await connection.execute(
        "SELECT DISTINCT aggregate_id FROM dead_letter WHERE log = %s AND partition = %s AND aggregate_id IS NOT NULL", (log, partition)
    )
    return {aggregate_id for (aggregate_id,) in await rows.fetchall()}


async def list_dead_letters(
    connection: psycopg.AsyncConnection[Any], after: int, limit: int, tenant_id: Id | None, logs: Sequence[str] = (), reason: str = ""
) -> list[DeadLetter]:
    """Dead letters with an id above `after`, oldest first, at most `limit`: of a tenant, or of all and of nobody known.

    Of these logs, if any are named; with a reason that begins so.
    """
    async with connection.cursor(row_factory=class_row(DeadLetter)) as cursor:
        await cursor.execute(
            f"SELECT {_COLUMNS} FROM dead_letter WHERE dead_letter_id > %(after)s AND {_OF_TENANT}"  # noqa: S608 - constants
            " AND (log = ANY(%(logs)s) OR cardinality(%(logs)s::text[]) = 0) AND starts_with(reason, %(reason)s)"
            " ORDER BY dead_letter_id LIMIT %(limit)s",
            {"after": after, "limit": limit, "tenant": tenant_id, "logs": [_clean(log) for log in logs], "reason": _clean(reason)},
        )
        return await cursor.fetchall()


async def count_dead_letters(connection: psycopg.AsyncConnection[Any], tenant_id: Id | None = None) -> int:
    """How many dead letters there are of a tenant, or of all and of nobody known."""
    row = await (await connection.execute(f"SELECT count(*) FROM dead_letter WHERE {_OF_TENANT}", {"tenant": tenant_id})).fetchone()  # noqa: S608 - a constant
    return int(row[0]) if row else 0


async def letters_to_replay(connection: psycopg.AsyncConnection[Any], ids: Iterable[int], tenant_id: Id | None) -> list[DeadLetter]:
    """The dead letters of these ids (all, where none are named), each preceded by the older ones of its aggregate; oldest first.

    Of a tenant, or of all and of nobody known.
    """
    chosen = list(ids)
    async with connection.cursor(row_factory=class_row(DeadLetter)) as cursor:
        await cursor.execute(
            f"SELECT {_COLUMNS} FROM dead_letter AS letter WHERE {_OF_TENANT} AND (%(all)s OR dead_letter_id = ANY(%(ids)s) OR EXISTS ("  # noqa: S608 - a constant
            "   SELECT FROM dead_letter AS later WHERE later.dead_letter_id = ANY(%(ids)s) AND later.aggregate_id = letter.aggregate_id"
            "   AND later.log = letter.log AND later.dead_letter_id > letter.dead_letter_id))"
            " ORDER BY dead_letter_id",
            {"all": not chosen, "ids": chosen, "tenant": tenant_id},
        )
        return await cursor.fetchall()


async def remove(connection: psycopg.AsyncConnection[Any], letter: DeadLetter) -> bool:
    """Takes a dead letter away; False when somebody else did. In the transaction of its effect."""
    return (await connection.execute("DELETE FROM dead_letter WHERE dead_letter_id = %s", (letter.dead_letter_id,))).rowcount == 1


async def note_failure(connection: psycopg.AsyncConnection[Any], letter: DeadLetter, reason: str) -> None:
    """Notes that a dead letter failed once more, and why."""
    await connection.execute(
        "UPDATE dead_letter SET attempts = attempts + 1, reason = %s, failed_at = clock_timestamp() WHERE dead_letter_id = %s",
        (_clean(reason), letter.dead_letter_id),
    )


async def unpublished(connection: psycopg.AsyncConnection[Any], limit: int) -> list[DeadLetter]:
    """Dead letters whose copy is not on the dead-letter topic yet, oldest first."""
    async with connection.cursor(row_factory=class_row(DeadLetter)) as cursor:
        await cursor.execute(
            f"SELECT {_COLUMNS} FROM dead_letter WHERE published_at IS NULL ORDER BY dead_letter_id LIMIT %s",  # noqa: S608 - a constant
            (limit,),
        )
        return await cursor.fetchall()


async def mark_published(connection: psycopg.AsyncConnection[Any], letters: Sequence[DeadLetter]) -> None:
    """Notes that the copies of these dead letters are on the dead-letter topic."""
    await connection.execute(
        "UPDATE dead_letter SET published_at = clock_timestamp() WHERE dead_letter_id = ANY(%s)", ([x.dead_letter_id for x in letters],)
    )
