"""Event types that a consumer did not know when it passed over them: remembered, so that a later version can make good for it.

Known, and so not remembered, is what stands in the protos of the logs that are consumed, whether the effect wants it or not.
Without Kafka's client: a rebuild works with it, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg.rows import class_row

from chassis.events import EventTypes, RecordedEvent
from chassis.postgres import Connection

_REMEMBER: Final = """
INSERT INTO public.unknown_event_type AS known (log, event_type, first_position)
SELECT %s, event_type, first_position FROM unnest(%s::text[], %s::bigint[]) AS passed_over (event_type, first_position) ORDER BY event_type
ON CONFLICT (log, event_type) DO UPDATE SET first_position = excluded.first_position WHERE known.first_position > excluded.first_position
"""
_LISTED: Final = 100
"""Types: whoever writes to Kafka may write of as many as they like."""

_STILL: Final = """
SELECT event_type FROM unnest(%s::text[], %s::bigint[]) AS passed_over (event_type, position) JOIN event USING (position, event_type)
"""
_OF_LOG: Final = """
SELECT event_type, min(position) FROM event WHERE position > %s AND position <= %s AND NOT event_type = ANY(%s) GROUP BY event_type
"""


@dataclass(frozen=True, slots=True)
class UnknownEvents:
    """Events of one type that were passed over because nobody here knew it."""

    log: str
    event_type: str
    first_position: int  # in the log, of the first one that was passed over


async def remember(connection: Connection, events: Sequence[RecordedEvent]) -> None:
    """Notes the types of events of one log that are passed over. In the transaction in which the position moves on."""
    first: dict[str, int] = {}
    for event in events:
        first[event.event_type] = min(event.position, first.get(event.event_type, event.position))
    await connection.execute(_REMEMBER, (events[0].log, list(first), list(first.values())))


async def unknown_event_types(connection: Connection) -> list[UnknownEvents]:
    """What was passed over and is not made good for yet, by log and type: a hundred types at most."""
    async with connection.cursor(row_factory=class_row(UnknownEvents)) as cursor:
        await cursor.execute(
            "SELECT log, event_type, first_position FROM public.unknown_event_type ORDER BY log, event_type LIMIT %s", (_LISTED,)
        )
        return await cursor.fetchall()


def cover(connection: psycopg.Connection[Any], log: str, log_dsn: str, types: EventTypes, upto: int) -> None:
    """Notes that a log was folded anew up to a position, by who knows these types: what is known now is unknown no more.

    What is not known yet was passed over again, also where the consumer had not come to it; it will not, once the positions of its
    partitions are moved on. So this is called before that, in the transaction of the swap. What the log does not have where it was passed
    over was never the log's, and is forgotten. Blocks.
    Raises psycopg.OperationalError when the log's database does not answer.
    """
    known = list(types)
    connection.execute("DELETE FROM public.unknown_event_type WHERE log = %s AND event_type = ANY(%s)", (log, known))
    row = connection.execute("SELECT coalesce(min(position), 0) FROM public.consumed WHERE log = %s", (log,)).fetchone()
    consumed = row[0] if row is not None else 0
    left = connection.execute("SELECT event_type, first_position FROM public.unknown_event_type WHERE log = %s", (log,)).fetchall()
    with psycopg.connect(log_dsn) as reading:
        still = reading.execute(_STILL, ([event_type for event_type, _ in left], [position for _, position in left])).fetchall()
        passed_over = reading.execute(_OF_LOG, (consumed, upto, known)).fetchall()
    connection.execute(
        "DELETE FROM public.unknown_event_type WHERE log = %s AND NOT event_type = ANY(%s)", (log, [event_type for (event_type,) in still])
    )
    if passed_over:
        connection.execute(_REMEMBER, (log, [event_type for event_type, _ in passed_over], [first for _, first in passed_over]))
