"""The projection built anew from the logs, beside the live one, and swapped in one transaction. Queries never stop.

Killed in the middle, it leaves the live tables as they were; the next one clears up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import psycopg

from chassis.errors import Kind, Refused
from chassis.kafka.consumer.settling import HOLD, settle
from chassis.log_copy import read_packed
from chassis.postgres.binary import take_arrays
from progress.facts import EVENT_TYPES, LOGS
from progress.projection import LIVE, NEXT, OLD, REBUILD_LOCK, Changed, conninfo, create_tables, indexes, statements, statements_after
from progress.rebuild.folding import Appender, FirstDeadLetters, SecondProcess, waits

_RANGE: Final = 40_000
"""Check-ins that one of the two processes takes at a time."""

_WORTH_A_PROCESS: Final = 4
"""Ranges from which on a second process is started: it takes half a second to come up."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far a rebuild is."""

    phase: str  # "events", "indexes", "swap", "done"
    events: int  # folded so far
    total: int


def rebuild(
    database_url: str,
    logs: Mapping[str, str],
    partitions: int,
    tell: Callable[[Step], None] = lambda _: None,
    *,
    in_ranges_of: int = _RANGE,
) -> int:
    """Builds the projection in `database_url` anew from the databases of `logs`; answers how many events it folded.

    Check-ins are taken in ranges of so many.

    Raises Refused: REBUILD_RUNNING when another rebuild is at work, REBUILD_FAILED when its second process was ended.
    """
    with _alone(database_url):
        return _Rebuild(conninfo(database_url, NEXT), logs, partitions, tell, in_ranges_of).run()


@contextmanager
def _alone(database_url: str) -> Iterator[None]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", (REBUILD_LOCK,)).fetchone()
        if row is None or not row[0]:
            raise Refused("REBUILD_RUNNING", "the projection is being rebuilt already; wait until that is done", kind=Kind.BUSY)
        yield


class _Rebuild:
    """One rebuild, from the first event to the swap."""

    def __init__(self, conninfo: str, logs: Mapping[str, str], partitions: int, tell: Callable[[Step], None], in_ranges_of: int) -> None:
        self._conninfo = conninfo
        self._logs = logs
        self._partitions = partitions
        self._tell = tell
        self._range = in_ranges_of
        self._positions = dict.fromkeys(LOGS, 0)
        self._events_beside = 0  # folded by the second process
        self._changed_beside = Changed()

    def run(self) -> int:
        with Appender(self._conninfo, self._logs, lambda: self._step("events")) as appender:
            self._appender, self._connection = appender, appender.connection
            self._connection.execute("SET maintenance_work_mem = '128MB'")
            self._connection.execute(f"DROP SCHEMA IF EXISTS {NEXT} CASCADE; DROP SCHEMA IF EXISTS {OLD} CASCADE; CREATE SCHEMA {NEXT}")
            self._connection.execute(f"SET LOCAL search_path = {NEXT}, public")  # made here, not in public
            self._connection.execute(create_tables().encode())
            self._connection.commit()
            self._positions = {log: _head(self._logs[log]) for log in LOGS}
            self._fold_all()
            self._step("indexes")
            self._finish()
            self._step("swap")
            self._swap()
            self._step("done")
            return self._events()

    def _events(self) -> int:
        return self._appender.events + self._events_beside

    def _step(self, phase: str) -> None:
        self._tell(Step(phase, self._events(), max(sum(self._positions.values()), self._events())))

    def _fold_all(self) -> None:
        """Everything up to the heads. Both processes take ranges of the check-ins' log, this one after it has folded the goals."""
        self._step("events")
        head, appender, letters = self._positions["checkins"], self._appender, {log: self._first_dead_letters(log) for log in LOGS}
        ranges = deque((after, min(after + self._range, head)) for after in range(0, head, self._range))
        if len(ranges) < _WORTH_A_PROCESS:
            appender.append("goals", 0, self._positions["goals"], letters["goals"])
            appender.append("checkins", 0, head, letters["checkins"])
            return
        with SecondProcess(self._conninfo, self._logs, letters["checkins"]) as second, ThreadPoolExecutor(1) as beside:
            share = beside.submit(second.append_all, _taken(ranges))
            share.add_done_callback(lambda _: ranges.clear())  # whichever fails, the other one stops, too
            try:
                appender.append("goals", 0, self._positions["goals"], letters["goals"])
                for after, upto in _taken(ranges):
                    self._events_beside = second.events
                    appender.append("checkins", after, upto, letters["checkins"])
            finally:
                ranges.clear()
            self._changed_beside, passed_over = share.result()
            self._events_beside = second.events
        appender.passed_over["checkins"] |= passed_over

    def _finish(self) -> None:
        """Settles, indexes, makes the live rows: what comes of check-ins on one connection, what comes of goals on another."""
        changed, defined = self._appender.take_changed(), self._appender.facts.key_results.keys()
        changed.include(self._changed_beside)
        # ALL_KEY_RESULTS_NOW makes the rows of all key results but those whose definition is a dead letter.
        of_check_ins = Changed(superseded=changed.superseded, looked_up=changed.looked_up - defined, graded=changed.graded - defined)
        of_goals = replace(changed, key_results=set(), superseded=set(), looked_up=set(), graded=set())
        first = self._connection
        first.commit()
        with psycopg.connect(self._conninfo) as second, ThreadPoolExecutor(1) as beside:
            take_arrays(second)
            for connection in (first, second):
                connection.execute("SET work_mem = '64MB'")
                connection.execute("SET synchronous_commit = off")  # the swap's commit makes everything before it durable
            goals = beside.submit(_finish_goals, second, of_goals)
            _finish_check_ins(first, of_check_ins)
            goals.result()
            odd = beside.submit(_make_key_results_now, second, 1)
            _make_key_results_now(first, 0)
            odd.result()
        first.execute("SET synchronous_commit = on")
        first.execute(indexes("key_result_now").encode())
        first.execute("ANALYZE key_result_now (key_result_id, tenant_id, cycle_id, objective_id)")
        first.commit()

    def _swap(self) -> None:
        """Holds the consumers at their next commit, folds what came in meanwhile, and puts the new tables in the place of the live ones."""
        connection = self._connection
        connection.execute(HOLD)
        for log in LOGS:
            letters = self._first_dead_letters(log, self._positions[log])
            waiting = self._appender.passed_over[log]
            replayed = [waiting.pop(event.position) for event in list(waiting.values()) if not waits(event, letters)]
            tail = list(read_packed(self._logs[log], self._positions[log]))
            self._appender.fold(log, [*sorted(replayed, key=lambda event: event.position), *tail], letters)
            self._appender.events -= len(replayed)
            self._append_tail()
            if tail:
                self._positions[log] = tail[-1].position
            self._settle(log)
        # What was folded here and not consumed before comes to no consumer any more: nobody else would look whether a status has turned.
        connection.execute(statements.ALL_NUMBERS_MOVED)
        connection.execute(f"ALTER SCHEMA {LIVE} RENAME TO {OLD}; ALTER SCHEMA {NEXT} RENAME TO {LIVE}")
        connection.commit()
        connection.execute(f"DROP SCHEMA {OLD} CASCADE")
        connection.commit()

    def _append_tail(self) -> None:
        self._appender.write()
        for statement, parameters in statements_after(self._appender.take_changed()):
            self._connection.execute(statement.encode(), parameters)

    def _settle(self, log: str) -> None:
        settle(
            self._connection,
            log,
            self._logs[log],
            upto=self._positions[log],
            partitions=self._partitions,
            types=EVENT_TYPES,
            passed_over=self._appender.passed_over[log],
        )

    def _first_dead_letters(self, log: str, folded: int = 0) -> FirstDeadLetters:
        """The first dead letter of each aggregate, but for those that were folded: up to this position, and not passed over."""
        rows = self._connection.execute(
            "SELECT aggregate_id, min(position) FROM public.dead_letter WHERE log = %s AND (position > %s OR position = ANY(%s))"
            " GROUP BY aggregate_id",
            (log, folded, list(self._appender.passed_over[log])),
        )
        return dict(rows)


def _taken(ranges: deque[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The ranges that nobody else has taken yet, one by one."""
    while True:
        try:
            yield ranges.popleft()
        except IndexError:
            return


def _finish_check_ins(connection: psycopg.Connection[Any], changed: Changed) -> None:
    connection.execute(indexes("check_in", "grade").encode())
    connection.commit()  # an index made in the transaction of a HOT update may be unusable there
    connection.execute("ANALYZE check_in (key_result_id, true_on, known_to, kind, tenant_id)")
    connection.execute("ANALYZE grade (key_result_id, tenant_id)")
    _follow(connection, changed)


def _finish_goals(connection: psycopg.Connection[Any], changed: Changed) -> None:
    connection.execute(indexes("objective", "key_result", "alignment", "counts_for").encode())
    connection.execute("ANALYZE key_result (key_result_id, objective_id, cycle_id, tenant_id, position)")
    connection.execute("ANALYZE objective (objective_id, cycle_id, tenant_id, position)")
    connection.execute("ANALYZE alignment, counts_for")
    _follow(connection, changed)
    connection.execute(indexes("objective_now", "counts_for_now").encode())
    connection.execute("ANALYZE objective_now (objective_id, cycle_id, tenant_id, parent_objective_id, state)")
    connection.execute("ANALYZE counts_for_now")
    connection.commit()


def _follow(connection: psycopg.Connection[Any], changed: Changed) -> None:
    for statement, parameters in statements_after(changed):
        connection.execute(statement.encode(), parameters)
    connection.commit()


def _make_key_results_now(connection: psycopg.Connection[Any], half: int) -> None:
    connection.execute(statements.ALL_KEY_RESULTS_NOW.encode(), (half,))
    connection.commit()


def _head(database_url: str) -> int:
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT position FROM log_head").fetchone()
        return 0 if row is None else int(row[0])
