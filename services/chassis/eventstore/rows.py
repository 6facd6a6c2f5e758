"""Decisions that share a group commit, each carried out or refused by itself: the rows of a batch."""

from __future__ import annotations

from typing import NamedTuple

from chassis.calls import Call
from chassis.errors import Refused
from chassis.eventstore.append_queue import ROWS_OF_A_TURN
from chassis.eventstore.appends import AppendConflict, Written
from chassis.eventstore.deciding import ATTEMPTS, Decider, Pending, contention, events_of, nothing_appended, of_row, pause
from chassis.eventstore.log import EventLog
from chassis.eventstore.repeats import Answer, Repeats
from chassis.eventstore.state_cache import Denied, Draft, Name, States


class _AggregateRows(NamedTuple):
    """The rows of one aggregate that came to events: appended together or not at all."""

    draft: Draft
    rows: list[Pending]


class Rows:
    """Decides rows, and appends what they come to."""

    def __init__(self, log: EventLog, states: States, decider: Decider, repeats: Repeats) -> None:
        self._log = log
        self._states = states
        self._decider = decider
        self._repeats = repeats

    async def decide(self, call: Call, rows: list[Pending], answers: dict[int, Answer]) -> None:
        """Puts the answer to each row into `answers`, by its number.

        A turn at a time, and the next one once it is durable: meanwhile others have theirs, and rows of one aggregate keep their order.
        """
        for begin in range(0, len(rows), ROWS_OF_A_TURN):
            try:
                await self._decide_turn(call, rows[begin : begin + ROWS_OF_A_TURN], answers)
            except Refused as refused:
                if not begin:
                    raise
                answers.update((row.number, refused) for row in rows[begin:])  # those before them are recorded
                return

    async def _decide_turn(self, call: Call, rows: list[Pending], answers: dict[int, Answer]) -> None:
        read = False  # the states from the log, instead of from the cache
        for attempt in range(ATTEMPTS):
            if not rows:
                return
            rows, read = await self._attempt(call, rows, read, answers)
            if rows and not read:
                await pause(attempt)
        for row in rows:
            answers[row.number] = contention(row.decision)

    async def _attempt(self, call: Call, rows: list[Pending], read: bool, answers: dict[int, Answer]) -> tuple[list[Pending], bool]:
        """One attempt; returns the rows that are to be tried again, and whether on what the log says."""
        drafts = await self._states.drafts({row.name: row.decision.about.type for row in rows}, read)
        by_aggregate: dict[Name, list[Pending]] = {}
        for row in rows:
            by_aggregate.setdefault(row.name, []).append(row)
        accepted: list[_AggregateRows] = []
        left: list[Pending] = []
        ended: dict[int, Answer] = {}  # refused, or came to nothing; unless denied, a first answer goes before them
        for name, own in by_aggregate.items():
            draft = drafts[name]
            without_events = self._decide_rows(call, own, draft)
            if without_events and not draft.fresh and any(row.number in without_events and row.decision.needs_state for row in own):
                left += own
                continue
            ended.update(without_events)
            if len(without_events) < len(own):
                accepted.append(_AggregateRows(draft, [row for row in own if row.number not in without_events] if without_events else own))
        self._states.keep_all([draft for draft, _ in accepted])
        read = bool(left)
        conflicting = await self._append(accepted, answers)
        denied = {number: answer for number, answer in ended.items() if isinstance(answer, Denied)}
        answers.update(denied)
        new = await self._repeats.without_repeated([row for row in rows if row.number in ended.keys() - denied.keys()], answers)
        answers.update((row.number, ended[row.number]) for row in new)
        left += await self._repeats.without_repeated(conflicting, answers)
        left.sort(key=lambda row: row.number)
        return left, read

    def _decide_rows(self, call: Call, rows: list[Pending], draft: Draft) -> dict[int, Answer]:
        """Decides the rows of one aggregate, one after the other; returns the answers to those that came to no event."""
        without_events: dict[int, Answer] = {}
        for row in rows:
            try:
                draft.admit(row.decision, call.identity, row.tenant_id)
                self._decider.decide(call, row, draft)
            except Refused as refused:
                without_events[row.number] = of_row(refused, row.number)
            else:
                if not row.events:
                    without_events[row.number] = nothing_appended(row.version)
        return without_events

    async def _append(self, accepted: list[_AggregateRows], answers: dict[int, Answer]) -> list[Pending]:
        """Appends the rows of each aggregate as a unit, all units in one group; returns the rows that met a conflict."""
        conflicting: list[Pending] = []
        if not accepted:
            return conflicting
        outcomes = await self._log.append_each([(events_of(rows), draft.cached) for draft, rows in accepted])
        for (_, rows), outcome in zip(accepted, outcomes, strict=True):
            if isinstance(outcome, Written):
                self._answer(rows, outcome, answers)
            elif isinstance(outcome, AppendConflict):
                conflicting += rows
            elif isinstance(outcome, Refused):
                answers.update((row.number, outcome) for row in rows)
            else:
                raise outcome
        return conflicting

    def _answer(self, rows: list[Pending], written: Written, answers: dict[int, Answer]) -> None:
        position, recorded_at, generation = written
        for row in rows:
            answers[row.number] = self._decider.appended(Written(position, recorded_at, generation), row.events, row.version)
            position += len(row.events)
