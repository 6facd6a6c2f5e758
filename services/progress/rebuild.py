"""The projection built anew from the logs, beside the live one, and swapped in one transaction. Queries never stop.

`python -m progress.rebuild` runs it as a process of its own, so that the one that answers queries keeps its processor:
each line of its output is a step as JSON. Killed in the middle, it leaves the live tables as they were; the next one clears up.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import psycopg

from chassis.config import Settings, load
from chassis.consumer.schema import CHANNEL
from chassis.errors import Kind, Refused
from chassis.ids import Id
from chassis.store.packed import PackedEvent, read_packed
from progress import schema, statements
from progress.live import following
from progress.packing import copy_rows, prepare
from progress.projection import LOGS, Changes, Facts
from progress.schema import LIVE, NEXT, OLD, REBUILD_LOCK

CHUNK: Final = 20_000
"""Events that are folded while the rows of the ones before are written."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far a rebuild is."""

    phase: str  # "events", "indexes", "swap", "done"
    events: int  # folded so far
    total: int


def rebuild(database_url: str, logs: Mapping[str, str], partitions: int, tell: Callable[[Step], None] = lambda _: None) -> int:
    """Builds the projection in `database_url` anew from the databases of `logs`; answers how many events it folded.

    Raises Refused (REBUILD_RUNNING) when another rebuild is at work.
    """
    with _alone(database_url), psycopg.connect(schema.conninfo(database_url, NEXT)) as connection:
        prepare(connection)
        return _Rebuild(connection, logs, partitions, tell).run()


@contextmanager
def _alone(database_url: str) -> Iterator[None]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", (REBUILD_LOCK,)).fetchone()
        if row is None or not row[0]:
            raise Refused("REBUILD_RUNNING", "the projection is being rebuilt already; wait until that is done", kind=Kind.BUSY)
        yield


class _Rebuild:
    """One rebuild, from the first event to the swap."""

    def __init__(self, connection: psycopg.Connection[Any], logs: Mapping[str, str], partitions: int, tell: Callable[[Step], None]) -> None:
        self._connection = connection
        self._logs = logs
        self._partitions = partitions
        self._tell = tell
        self._facts = Facts()
        self._positions = dict.fromkeys(LOGS, 0)
        self._passed_over: dict[str, dict[Id, PackedEvent]] = {log: {} for log in LOGS}  # they are dead letters
        self._events = 0
        self._total = 0

    def run(self) -> int:
        connection = self._connection
        connection.execute("SET client_min_messages TO warning")
        connection.execute("SET maintenance_work_mem = '128MB'")
        connection.execute(f"DROP SCHEMA IF EXISTS {NEXT} CASCADE; DROP SCHEMA IF EXISTS {OLD} CASCADE; CREATE SCHEMA {NEXT}")
        connection.execute(f"SET LOCAL search_path = {NEXT}, public")  # made here, not in public
        connection.execute(schema.create_tables().encode())
        connection.commit()
        heads = {log: _head(self._logs[log]) for log in LOGS}
        self._total = sum(heads.values())
        self._step("events")
        changes = self._fold_all(heads)
        self._step("indexes")
        self._finish(changes)
        self._step("swap")
        self._swap()
        self._step("done")
        return self._events

    def _step(self, phase: str) -> None:
        self._tell(Step(phase, self._events, max(self._total, self._events)))

    def _fold_all(self, heads: Mapping[str, int]) -> Changes:
        """Everything up to the heads; a thread writes the rows of a chunk while the next one is folded."""
        with ThreadPoolExecutor(1) as writer:
            written: Future[None] | None = None
            for log in LOGS:
                buried = self._dead_letters(log)
                events = iter(read_packed(self._logs[log], 0, heads[log]))
                while chunk := list(islice(events, CHUNK)):
                    self._fold(log, chunk, buried)
                    if written is not None:
                        written.result()
                        self._step("events")
                    written = writer.submit(self._write, self._facts.changes.take_rows())
                if written is not None:
                    written.result()
                    written = None
        return self._facts.take_changes()

    def _fold(self, log: str, events: Iterable[PackedEvent], buried: set[Id]) -> None:
        fold, last = self._facts.fold, self._positions[log]
        for event in events:
            if buried and event[1] in buried:
                self._passed_over[log][event[1]] = event
            else:
                fold(event)
            last = max(last, event[0])
            self._events += 1
        self._positions[log] = last

    def _write(self, rows: dict[str, list[bytes]]) -> None:
        for table, packed in rows.items():
            copy_rows(self._connection, table, packed)

    def _finish(self, changes: Changes) -> None:
        """Settles, indexes, makes the live rows.

        Committed before CREATE INDEX: one made in the transaction of a HOT update may be unusable there.
        """
        connection = self._connection
        connection.commit()
        connection.execute("CREATE INDEX check_in_timeline ON check_in (key_result_id, true_on, place)")
        connection.commit()
        connection.execute("ANALYZE check_in")
        for statement, parameters in following(_only_superseded(changes)):
            connection.execute(statement.encode(), parameters)
        connection.commit()
        connection.execute(schema.FACT_INDEXES.encode())
        connection.execute("ANALYZE check_in, key_result, objective, counts_for, alignment, grade")
        connection.execute(statements.ALL_KEY_RESULTS_NOW.encode())
        for statement, parameters in following(_the_rest(changes, self._facts)):
            connection.execute(statement.encode(), parameters)
        connection.commit()
        connection.execute(schema.LIVE_INDEXES.encode())
        connection.execute("ANALYZE key_result_now, objective_now, counts_for_now")
        connection.commit()

    def _swap(self) -> None:
        """Holds the consumers at their next commit, folds what came in meanwhile, and puts the new tables in the place of the live ones.

        Consumers are held by the lock on their positions, which they write in the transaction of the effect: none is in
        the middle of a batch, and who comes next sees the new tables and the new positions together.
        """
        connection = self._connection
        connection.execute("LOCK TABLE public.consumed, public.dead_letter IN EXCLUSIVE MODE")
        for log in LOGS:
            buried = self._dead_letters(log)
            waiting = self._passed_over[log]
            replayed = [waiting.pop(event_id) for event_id in set(waiting) - buried]
            tail = list(read_packed(self._logs[log], self._positions[log]))
            self._fold(log, [*sorted(replayed), *tail], buried)
            self._events -= len(replayed)
            self._append_tail()
            self._advance(log)
        connection.execute(f"ALTER SCHEMA {LIVE} RENAME TO {OLD}; ALTER SCHEMA {NEXT} RENAME TO {LIVE}")
        connection.execute("SELECT pg_notify(%s, '')", (CHANNEL,))  # whoever waits for a position
        connection.commit()
        connection.execute(f"DROP SCHEMA {OLD} CASCADE")
        connection.commit()

    def _append_tail(self) -> None:
        changes = self._facts.take_changes()
        changes.reported |= changes.recorded.keys()
        self._write(changes.rows)
        for statement, parameters in following(changes):
            self._connection.execute(statement.encode(), parameters)

    def _advance(self, log: str) -> None:
        """Every partition of a log is folded up to its head. A dead letter that was folded here is none any more."""
        position = self._positions[log]
        self._connection.execute(
            "INSERT INTO public.consumed (log, partition, position) SELECT %s, p, %s FROM generate_series(0, %s) AS p"
            " ON CONFLICT (log, partition) DO UPDATE SET position = excluded.position WHERE consumed.position < excluded.position",
            (log, position, self._partitions - 1),
        )
        self._connection.execute(
            "DELETE FROM public.dead_letter WHERE log = %s AND position <= %s AND NOT event_id = ANY(%s)",
            (log, position, list(self._passed_over[log])),
        )

    def _dead_letters(self, log: str) -> set[Id]:
        rows = self._connection.execute("SELECT event_id FROM public.dead_letter WHERE log = %s AND event_id IS NOT NULL", (log,))
        return {event_id for (event_id,) in rows}


def _only_superseded(changes: Changes) -> Changes:
    only = Changes()
    only.superseded = changes.superseded
    return only


def _the_rest(changes: Changes, facts: Facts) -> Changes:
    """What ALL_KEY_RESULTS_NOW leaves: of key results, only what was reported of those whose definition is a dead letter."""
    changes.superseded, changes.key_results = set(), set()
    changes.reported = (changes.reported | changes.recorded.keys()) - facts.key_results.keys()
    changes.graded -= facts.key_results.keys()
    return changes


def _head(database_url: str) -> int:
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT position FROM log_head").fetchone()
        return 0 if row is None else int(row[0])


def main() -> None:
    """As a process: the settings from the environment, a line of JSON a step, exit code 0 only when the swap is done."""
    settings = load(Settings)
    last = 0.0

    def tell(step: Step) -> None:
        nonlocal last
        now = time.monotonic()
        if step.phase != "events" or now - last > 0.2:
            last = now
            print(json.dumps({"phase": step.phase, "events": step.events, "total": step.total}), flush=True)

    try:
        rebuild(settings.database_url, settings.logs, settings.topic_partitions, tell)
    except Refused as refusal:
        print(json.dumps({"refused": refusal.reason, "message": refusal.message}), flush=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
