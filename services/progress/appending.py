"""The facts of ranges of logs, appended to the tables that a rebuild makes: by this process, and by a second one beside it."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Final, NamedTuple

import psycopg

from chassis.errors import Kind, Refused
from chassis.eventstore import PackedEvent, read_packed
from chassis.ids import Id
from chassis.postgres import copy_rows
from chassis.postgres.binary import take_arrays
from progress.projection import LOGS, Facts

_CHUNK: Final = 20_000
"""Events that are folded while the rows of the ones before are written."""

Letters = Mapping[Id, int]
"""By aggregate: the position of its first dead letter in a log."""

PassedOver = dict[str, dict[int, PackedEvent]]
"""By log and position: events that are dead letters or come after one of their aggregate, and so were not folded."""


def waits(event: PackedEvent, letters: Letters) -> bool:
    """Whether an event is a dead letter or stands behind one: its aggregate and its position tell, in any range of the log."""
    first = letters.get(event[3])
    return first is not None and first <= event[0]


class Appender:
    """Folds events and appends the rows that come of them, on a connection of its own."""

    def __init__(self, conninfo: str, logs: Mapping[str, str], told: Callable[[], None] = lambda: None) -> None:
        self.connection: Final = psycopg.connect(conninfo)
        take_arrays(self.connection)
        self.connection.execute("SET client_min_messages TO warning")
        self.facts: Final = Facts()
        self.passed_over: Final[PassedOver] = {log: {} for log in LOGS}
        self.events = 0  # folded, or passed over
        self._logs: Final = logs
        self._told: Final = told
        self._writer: Final = ThreadPoolExecutor(1)

    def __enter__(self) -> Appender:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.shutdown(cancel_futures=True)
        self.connection.close()

    def append(self, log: str, after: int, upto: int, letters: Letters) -> None:
        """The events of a log after one position and up to another; a thread writes a chunk's rows while the next one is folded."""
        written: Future[None] | None = None
        events = iter(read_packed(self._logs[log], after, upto))
        while chunk := list(islice(events, _CHUNK)):
            self.fold(log, chunk, letters)
            if written is not None:
                written.result()
            written = self._writer.submit(self._write, self.facts.changes.take_rows())
            self._told()
        if written is not None:
            written.result()

    def fold(self, log: str, events: Iterable[PackedEvent], letters: Letters) -> None:
        """Folds events, and passes over those that wait: the consumer, too, takes nothing of an aggregate after a dead letter of it."""
        fold, passed_over = self.facts.fold, self.passed_over[log]
        for event in events:
            if letters and waits(event, letters):
                passed_over[event[0]] = event
            else:
                fold(event)
            self.events += 1

    def write(self) -> None:
        """Appends the rows of what was folded by `fold` alone."""
        self._write(self.facts.changes.take_rows())

    def _write(self, rows: dict[str, list[bytes]]) -> None:
        for table, packed in rows.items():
            copy_rows(self.connection, table, packed)


class Share(NamedTuple):
    """What the second process knows when its share of the check-ins is appended."""

    superseded: set[tuple[Id, int, Id]]
    reported: set[Id]
    graded: set[Id]
    passed_over: dict[int, PackedEvent]


class SecondProcess:
    """Appends check-ins: they need nothing but themselves, so any range of their log can be folded apart from the rest."""

    def __init__(self, conninfo: str, logs: Mapping[str, str], letters: Letters) -> None:
        context = multiprocessing.get_context("spawn")  # a fork would take along whatever threads the caller has
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=_append_ranges, args=(theirs, conninfo, dict(logs), letters), daemon=True)
        self._process.start()
        theirs.close()  # so that either side sees the end of the other
        self.events = 0

    def __enter__(self) -> SecondProcess:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if kind is not None:
            self._process.terminate()
        self._process.join()
        self._ours.close()

    def append_all(self, ranges: Iterator[tuple[int, int]]) -> Share:
        """Hands it one range after another, until there are none; answers what came of them.

        Raises Refused (REBUILD_FAILED) when the process ends before its work does, and whatever the process raised.
        """
        for after, upto in ranges:
            self.events += self._asked((after, upto))
        share: Share = self._asked(None)
        return share

    def _asked(self, what: tuple[int, int] | None) -> Any:
        try:
            self._ours.send(what)
            answer = self._ours.recv()
        except (EOFError, OSError):
            raise Refused("REBUILD_FAILED", "the process that folds check-ins was ended", kind=Kind.UNAVAILABLE) from None
        if isinstance(answer, Exception):
            raise answer
        return answer


def _append_ranges(theirs: Connection, conninfo: str, logs: Mapping[str, str], letters: Letters) -> None:
    try:
        with Appender(conninfo, logs) as appender:
            while (what := theirs.recv()) is not None:
                before = appender.events
                after, upto = what
                appender.append("checkins", after, upto, letters)
                theirs.send(appender.events - before)
            appender.connection.commit()
            changes = appender.facts.take_changes()
            theirs.send(Share(changes.superseded, changes.reported, changes.graded, appender.passed_over["checkins"]))
    except EOFError:
        return  # the rebuild has ended; so do we
    except Exception as failure:  # noqa: BLE001 - whoever waits for the answer raises it
        with suppress(OSError):  # nobody waits any more
            theirs.send(failure)
