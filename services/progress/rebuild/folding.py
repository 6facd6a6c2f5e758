"""The facts of ranges of logs, appended to the tables that a rebuild makes: by this process, and by a second one beside it."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Final

import psycopg

from chassis.errors import Kind, Refused
from chassis.log_copy import PackedEvent, read_packed
from chassis.postgres import copy_rows
from chassis.postgres.binary import take_arrays
from chassis.rebuild import FirstDeadLetters, stands_behind
from progress.facts import LOGS, Facts, fold, table_of
from progress.projection.changes import Changed, changed_by

_PACKED_TOGETHER: Final = 1_000
"""Events whose facts are packed at once: few enough to be still in the processor's cache (measured: 20,000 take a sixth longer)."""

_WRITTEN_TOGETHER: Final = 4 * 2**20
"""Bytes of packed rows that are written while the next ones are made, so that of these no more than twice as many ever wait."""

PassedOver = dict[str, dict[int, PackedEvent]]
"""By log and position: events that are dead letters or come after one of their aggregate, and so were not folded."""


class Appender:
    """Folds events and appends the rows that come of them, on a connection of its own."""

    def __init__(self, conninfo: str, logs: Mapping[str, str], told: Callable[[], None] = lambda: None) -> None:
        self.connection: Final = psycopg.connect(conninfo)
        take_arrays(self.connection)
        self.connection.execute("SET client_min_messages TO warning")
        self.facts: Facts = Facts()
        self._changed = Changed()
        self.passed_over: Final[PassedOver] = {log: {} for log in LOGS}
        self.events = 0  # folded, or passed over
        self._logs: Final = logs
        self._told: Final = told
        self._writer: Final = ThreadPoolExecutor(1)
        self._packed: dict[str, list[bytes]] = {}
        self._packed_bytes = 0
        self._writing: Future[None] | None = None

    def __enter__(self) -> Appender:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.shutdown(cancel_futures=True)
        self.connection.close()

    def append(self, log: str, after: int, upto: int, letters: FirstDeadLetters) -> None:
        """The events of a log after one position and up to another; a thread writes rows while the next ones are made."""
        self.fold(log, read_packed(self._logs[log], after, upto), letters)
        self.write()
        self._told()

    def fold(self, log: str, events: Iterable[PackedEvent], letters: FirstDeadLetters) -> None:
        """Folds events, and passes over those that wait: the consumer, too, takes nothing of an aggregate after a dead letter of it."""
        facts, passed_over = self.facts, self.passed_over[log]
        unpacked = 0
        for event in events:
            if letters and stands_behind(event.aggregate_id, event.position, letters):
                passed_over[event.position] = event
            else:
                fold(event, facts)
            unpacked += 1
            if unpacked == _PACKED_TOGETHER:
                self._pack(unpacked)
                unpacked = 0
        self._pack(unpacked)

    def write(self) -> None:
        """Appends what was folded, and returns when it is."""
        self._begin_writing()
        if self._writing is not None:
            self._writing.result()
            self._writing = None

    def take_changed(self) -> Changed:
        """What the facts that were appended change; what is appended from now on is told the next time."""
        taken, self._changed = self._changed, Changed()
        return taken

    def _pack(self, events: int) -> None:
        self._changed.include(changed_by(self.facts))
        self._changed.looked_up.update([check_in.key_result_id for check_in in self.facts.check_ins])
        for row, facts in self.facts.rows():
            if facts:
                table = table_of(row)
                packed = table.pack(facts)
                self._packed.setdefault(table.target, []).append(packed)
                self._packed_bytes += len(packed)
        self.facts.forget_rows()
        self.events += events
        if self._packed_bytes >= _WRITTEN_TOGETHER:
            self._begin_writing()
            self._told()

    def _begin_writing(self) -> None:
        """Waits for what is being written before."""
        if self._writing is not None:
            self._writing.result()
        self._writing = self._writer.submit(self._copy, self._packed)
        self._packed, self._packed_bytes = {}, 0

    def _copy(self, packed: dict[str, list[bytes]]) -> None:
        for target, rows in packed.items():
            copy_rows(self.connection, target, b"".join(rows))


class SecondProcess:
    """Appends check-ins: they need nothing but themselves, so any range of their log can be folded apart from the rest."""

    def __init__(self, conninfo: str, logs: Mapping[str, str], letters: FirstDeadLetters) -> None:
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

    def append_all(self, ranges: Iterator[tuple[int, int]]) -> tuple[Changed, dict[int, PackedEvent]]:
        """Hands it one range after another, until there are none; answers what they change, and what was passed over.

        Raises Refused (REBUILD_FAILED) when the process ends before its work does, and whatever the process raised.
        """
        for after, upto in ranges:
            self.events += self._asked((after, upto))
        share: tuple[Changed, dict[int, PackedEvent]] = self._asked(None)
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


def _append_ranges(theirs: Connection, conninfo: str, logs: Mapping[str, str], letters: FirstDeadLetters) -> None:
    gc.disable()  # facts come and go by the thousand, and never refer to themselves
    try:
        with Appender(conninfo, logs) as appender:
            while (what := theirs.recv()) is not None:
                before = appender.events
                after, upto = what
                appender.append("checkins", after, upto, letters)
                theirs.send(appender.events - before)
            appender.connection.commit()
            theirs.send((appender.take_changed(), appender.passed_over["checkins"]))
    except EOFError:
        return  # the rebuild has ended; so do we
    except Exception as failure:  # noqa: BLE001 - whoever waits for the answer raises it
        with suppress(OSError):  # nobody waits any more
            theirs.send(failure)
