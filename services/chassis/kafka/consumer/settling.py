"""After a rebuild: what a service has consumed is settled at where its tables, built from the log itself, end. Without Kafka's client."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import psycopg

from chassis.checksums import as_bigint
from chassis.events import EventTypes
from chassis.kafka.consumer import unknown_types
from chassis.kafka.consumer.schema import CHANNEL
from chassis.log_checksums import read_checksums, read_generation, read_newest_instant

HOLD: Final = "LOCK TABLE public.consumed, public.dead_letter IN EXCLUSIVE MODE"
"""Holds every consumer of this database at its next commit, until the transaction ends: none is in the middle of a batch, and who comes
next sees new tables and new positions together. The swap of a rebuild begins with it."""

_STAND_AT: Final = """
INSERT INTO public.consumed (log, partition, position, seen, events, checksum, generation, recorded_at, settled)
SELECT %(log)s, partition - 1, %(upto)s, %(upto)s, events, checksum, %(generation)s, %(recorded_at)s, 1
FROM unnest(%(events)s::bigint[], %(checksums)s::bigint[]) WITH ORDINALITY AS sums (events, checksum, partition)
ON CONFLICT (log, partition) DO UPDATE SET
    position = excluded.position, seen = excluded.seen, events = excluded.events, checksum = excluded.checksum,
    generation = excluded.generation, recorded_at = excluded.recorded_at, refused = 0, settled = consumed.settled + 1,
    stop_reason = NULL, stop_message = NULL, stop_position = NULL, stopped_at = NULL,
    waits_for = NULL, waits_since = NULL
"""
_NOT_OF_LOG: Final = "DELETE FROM public.dead_letter WHERE log = %s AND position IS NULL"
_DIFFERENCES: Final = "DELETE FROM public.reconciliation WHERE log = %s"


def settle(
    connection: psycopg.Connection[Any],
    log: str,
    log_dsn: str,
    *,
    upto: int,
    partitions: int,
    types: EventTypes | None = None,
    passed_over: Collection[int] = (),
) -> None:
    """Every partition of a log stands at `upto`: what a rebuild has folded the log up to. In the transaction of its swap, behind HOLD.

    Behind HOLD the log is read once more up to its head, and `upto` is that: no consumer can have taken more from the log, and a
    partition that stands further on, by what is not in the log, is set back. A partition that had stopped goes on, at the message at which
    it stopped; what its topic holds up to `upto` has no effect any more. What is known of differences from the log, and of messages that
    were no events of it, is known no more: the copies of the latter stay on the topic of dead letters.

    `types` are those that the rebuild knows (all of them where None); what it does not know is remembered, as a consumer does.
    `passed_over` are the positions of events that it did not fold, each a dead letter or behind one of its aggregate. They stay dead
    letters, or become such: the consumer, which may have yet to come to them, will take them for seen. All others up to `upto` are
    dead letters no more. Blocks. Raises psycopg.OperationalError when the log's database does not answer.
    """
    if types is not None:
        unknown_types.cover(connection, log, log_dsn, types, upto)
    sums = read_checksums(log_dsn, partitions, upto)
    connection.execute(
        _STAND_AT,
        {
            "log": log,
            "upto": upto,
            "generation": read_generation(log_dsn),
            "recorded_at": read_newest_instant(log_dsn),
            "events": [checksum.events for checksum in sums],
            "checksums": [as_bigint(checksum.sum) for checksum in sums],
        },
    )
    connection.execute(_DIFFERENCES, (log,))
    connection.execute(_NOT_OF_LOG, (log,))
    connection.execute(
        "DELETE FROM public.dead_letter WHERE log = %s AND position <= %s AND NOT position = ANY(%s)", (log, upto, list(passed_over))
    )
    kept = connection.execute("SELECT position FROM public.dead_letter WHERE log = %s AND position <= %s", (log, upto))
    if unknown := set(passed_over) - {position for (position,) in kept}:
        from chassis.kafka.consumer import dead_letters  # noqa: PLC0415 - loads Kafka's client, which a rebuild seldom needs

        dead_letters.block(connection, log, log_dsn, partitions, unknown)
    connection.execute("SELECT pg_notify(%s, '')", (CHANNEL,))  # whoever waits for a position
