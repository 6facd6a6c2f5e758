"""Progress's tables made anew: check-ins by two processes, live rows from all facts at once. The course of it is `chassis.rebuild`'s.

Two processes are worth their while where check-ins are many: they take two thirds of the time of one (decision 5).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any, Final

import psycopg

from chassis.log_copy import read_packed
from chassis.postgres.binary import take_arrays
from chassis.rebuild import Beside, Builder, FirstDeadLetters, Projection, Step, stands_behind
from chassis.rebuild import rebuild as make_anew
from progress.facts import EVENT_TYPES, LOGS
from progress.projection import (
    FEEDBACK_ASKED,
    LIVE,
    MOVED_BETWEEN_CYCLES,
    OBJECTIVES_BY_KPI,
    SUMS_BY_FEED,
    Changed,
    create_tables,
    indexes,
    statements,
    statements_after,
)
from progress.rebuild.folding import Appender, SecondProcess

_RANGE: Final = 40_000
"""Check-ins that one of the two processes takes at a time."""

_WORTH_A_PROCESS: Final = 4
"""Ranges from which on a second process is started: it takes half a second to come up."""


def rebuild(
    database_url: str,
    logs: Mapping[str, str],
    partitions: int,
    tell: Callable[[Step], None] = lambda _: None,
    *,
    in_ranges_of: int = _RANGE,
) -> int:
    """Makes the projection in `database_url` anew from the databases of `logs`; answers how many events it folded.

    Check-ins are taken in ranges of so many. Raises as `chassis.rebuild` does, and Refused (REBUILD_FAILED) when the second process was
    ended.
    """

    def builder(beside: Beside) -> AbstractContextManager[Builder]:
        return _builder(beside, in_ranges_of)

    # What is folded here and was not consumed before comes to no consumer any more: nobody else would look whether a status has turned,
    # and what the states are.
    with_the_swap = (statements.ALL_NUMBERS_MOVED, statements.STATES_OWED_WITH_REBUILD, statements.STATES_GONE)
    of_progress = Projection(LIVE, LOGS, EVENT_TYPES, create_tables(), builder, with_the_swap=with_the_swap)
    return make_anew(of_progress, database_url, logs, partitions, tell)


@contextmanager
def _builder(beside: Beside, in_ranges_of: int) -> Iterator[Builder]:
    with Appender(beside.conninfo, beside.logs, beside.told) as appender:
        yield _Builder(beside, appender, in_ranges_of)


class _Builder:
    """Fills the tables of progress."""

    def __init__(self, beside: Beside, appender: Appender, in_ranges_of: int) -> None:
        self._conninfo: Final = beside.conninfo
        self._logs: Final = beside.logs
        self._appender: Final = appender
        self._range: Final = in_ranges_of
        self._events_beside = 0  # folded by the second process
        self._changed_beside = Changed()
        appender.connection.execute("SET maintenance_work_mem = '128MB'")

    @property
    def events(self) -> int:
        return self._appender.events + self._events_beside

    def waiting(self, log: str) -> Collection[int]:
        return self._appender.passed_over[log]

    def fill(self, heads: Mapping[str, int], letters: Mapping[str, FirstDeadLetters]) -> None:
        """Both processes take ranges of the check-ins' log, this one after it has folded the goals."""
        head, appender = heads["checkins"], self._appender
        ranges = deque((after, min(after + self._range, head)) for after in range(0, head, self._range))
        appender.append("directory", 0, heads["directory"], letters["directory"])
        if len(ranges) < _WORTH_A_PROCESS:
            appender.append("goals", 0, heads["goals"], letters["goals"])
            appender.append("checkins", 0, head, letters["checkins"])
            return
        with SecondProcess(self._conninfo, self._logs, letters["checkins"]) as second, ThreadPoolExecutor(1) as beside:
            share = beside.submit(second.append_all, _taken(ranges))
            share.add_done_callback(lambda _: ranges.clear())  # whichever fails, the other one stops, too
            try:
                appender.append("goals", 0, heads["goals"], letters["goals"])
                for after, upto in _taken(ranges):
                    self._events_beside = second.events
                    appender.append("checkins", after, upto, letters["checkins"])
            finally:
                ranges.clear()
            self._changed_beside, passed_over = share.result()
            self._events_beside = second.events
        appender.passed_over["checkins"] |= passed_over

    def finish(self) -> None:
        """Settles, indexes, makes the live rows: what comes of check-ins on one connection, what comes of goals on another."""
        changed, defined = self._appender.take_changed(), self._appender.facts.key_results.keys()
        changed.include(self._changed_beside)
        # ALL_KEY_RESULTS_NOW makes the rows of all key results but those whose definition is a dead letter.
        of_check_ins = Changed(
            superseded=changed.superseded,
            looked_up=changed.looked_up - defined,
            graded=changed.graded - defined,
            dated_ahead=changed.dated_ahead,
        )
        of_goals = replace(changed, key_results=set(), superseded=set(), looked_up=set(), graded=set(), dated_ahead=set())
        first = self._appender.connection
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
        first.execute((indexes("key_result_now") + SUMS_BY_FEED).encode())
        first.execute("ANALYZE key_result_now (key_result_id, tenant_id, cycle_id, objective_id)")
        first.commit()

    def follow(self, log: str, after: int, letters: FirstDeadLetters) -> int:
        appender, waiting = self._appender, self._appender.passed_over[log]
        let_go = [waiting.pop(e.position) for e in list(waiting.values()) if not stands_behind(e.aggregate_id, e.position, letters)]
        tail = list(read_packed(self._logs[log], after))
        appender.fold(log, [*sorted(let_go, key=lambda event: event.position), *tail], letters)
        appender.events -= len(let_go)
        appender.write()
        _follow(appender.connection, appender.take_changed())
        return tail[-1].position if tail else after


def _taken(ranges: deque[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The ranges that nobody else has taken yet, one by one."""
    while True:
        try:
            yield ranges.popleft()
        except IndexError:
            return


def _finish_check_ins(connection: psycopg.Connection[Any], changed: Changed) -> None:
    connection.execute((indexes("check_in", "grade", "comment", "reaction") + FEEDBACK_ASKED).encode())
    connection.commit()  # an index made in the transaction of a HOT update may be unusable there
    connection.execute("ANALYZE check_in (key_result_id, true_on, known_to, kind, tenant_id)")
    connection.execute("ANALYZE grade (key_result_id, tenant_id)")
    connection.execute("ANALYZE comment, reaction")
    _follow(connection, changed)


def _finish_goals(connection: psycopg.Connection[Any], changed: Changed) -> None:
    connection.execute(indexes("objective", "key_result", "ending", "alignment", "counts_for", "kpi", "kpi_value").encode())
    connection.execute((indexes("task", "initiative", "milestone", "effort") + MOVED_BETWEEN_CYCLES).encode())
    connection.execute("ANALYZE key_result (key_result_id, objective_id, cycle_id, tenant_id, position)")
    connection.execute("ANALYZE objective (objective_id, cycle_id, tenant_id, position)")
    connection.execute("ANALYZE alignment, counts_for, ending, kpi, kpi_value, task, initiative, milestone, effort")
    _follow(connection, changed)
    connection.execute((indexes("objective_now", "counts_for_now") + OBJECTIVES_BY_KPI).encode())
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
