"""Decisions that are carried out together or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from chassis.calls import Call
from chassis.errors import Refused
from chassis.eventstore.append_queue import ROWS_OF_A_TURN
from chassis.eventstore.appends import AppendConflict, Written
from chassis.eventstore.deciding import ATTEMPTS, Decider, Pending, RequestKey, contention, events_of, nothing_appended, of_row, pause
from chassis.eventstore.decisions import Appended
from chassis.eventstore.log import EventLog
from chassis.eventstore.repeats import Answer, Repeats
from chassis.eventstore.state_cache import CachedStates, Denied, Draft, States
from chassis.positions import newest_positions


class PendingUnit(NamedTuple):
    """Decisions of one call that are not carried out yet, and its key."""

    call: Call
    decisions: list[Pending]
    key: RequestKey | None


class _ReadAgain(Exception):  # noqa: N818 - nothing is wrong
    """What was decided on a cached state is to be decided on what the log says."""


class Units:
    """Decides units, and appends what they come to."""

    def __init__(self, log: EventLog, states: States, decider: Decider, repeats: Repeats) -> None:
        self._log = log
        self._states = states
        self._decider = decider
        self._repeats = repeats

    async def decide(self, call: Call, decisions: list[Pending], key: RequestKey | None = None) -> Appended:
        """All decisions or none, under one key, or each under its own: then those whose keys were seen before count as done.

        Raises Refused: what the first decision that says no refuses with, and CONTENTION.
        """
        done: dict[int, Answer] = {}
        about = decisions[0].decision.about.id
        read = False  # the states from the log, instead of from the cache
        for attempt in range(ATTEMPTS):
            try:
                written = await self._attempt(call, decisions, key, read)
            except _ReadAgain:
                if read:  # until what this process is writing is in the log
                    await pause(attempt)
                read = True
                continue
            except (Refused, AppendConflict) as no:
                if isinstance(no, Denied):
                    raise
                if (first := await self._repeats.first_answer(key, about)) is not None:
                    return first
                left = await self._repeats.without_repeated(decisions, done)
                raise_first_refusal(done)
                moved = isinstance(no, AppendConflict) and any(pending.decision.only_looks for pending in left)
                if isinstance(no, Refused) and len(left) == len(decisions):
                    raise
                decisions = left
            else:
                if written is None and (first := await self._repeats.first_answer(key, about)) is not None:
                    return first
                return self._answer(written, decisions, done)
            if not decisions:
                return _merged(done)
            read = moved  # nobody else finds out that the cache has an older state of what was only looked at
            await pause(attempt)
        raise contention(decisions[0].decision)

    async def decide_each(self, units: Sequence[PendingUnit]) -> list[Answer]:
        """Several units, each by itself and each on what those before it came to; answered in their order.

        A turn at a time, and the next one once it is durable: meanwhile others have theirs.
        """
        answers: list[Answer] = []
        for turn in _turns(units):
            decisions = [pending for unit in turn for pending in unit.decisions]
            await self._states.load({pending.name: pending.decision.about.type for pending in decisions})
            async with asyncio.TaskGroup() as group:
                begun = []
                for unit in turn:
                    begun.append(group.create_task(self._answered(unit)))
                    await asyncio.sleep(0)  # it waits to be written before the next is decided; and whoever else is ready goes first
            answers += [answered.result() for answered in begun]
        return answers

    async def _answered(self, unit: PendingUnit) -> Answer:
        try:
            return await self.decide(unit.call, unit.decisions, unit.key)
        except Refused as refused:
            return refused

    async def _attempt(self, call: Call, decisions: list[Pending], key: RequestKey | None, read: bool) -> Written | None:
        """One attempt; None when there was nothing to append.

        Whether the caller may is asked of all of them before any is decided.

        Raises Refused, AppendConflict, and _ReadAgain when a no or a nothing came out of a cached state, or a yes out of one that is
        behind what this process is writing.
        """
        drafts = await self._states.drafts({pending.name: pending.decision.about.type for pending in decisions}, read)
        for pending in decisions:
            with _final(pending, drafts[pending.name]):
                drafts[pending.name].admit(pending.decision, call.identity, pending.tenant_id)
        for pending in decisions:
            draft = drafts[pending.name]
            with _final(pending, draft):
                self._decider.decide(call, pending, draft)
            if not pending.events and not draft.fresh and not pending.decision.only_looks:
                raise _ReadAgain
        events = events_of(decisions)
        if not events:
            if not all(draft.fresh for draft in drafts.values()):
                raise _ReadAgain
            return None
        # What was only looked at has no version that a conflict would show: it may not be older than what is being written already, and
        # must still be as it is when the events go in.
        looked_at = [draft for draft in drafts.values() if draft.version == draft.cached.version]
        if any(map(self._states.is_behind, looked_at)):
            raise _ReadAgain
        guards = [(draft.cached.aggregate_id, draft.version) for draft in looked_at]
        if key is not None:
            events[0] = key.kept_with(events[0], len(events))
        kept = self._states.keep_all(drafts.values())
        return await self._log.append(events, kept[0] if len(kept) == 1 else CachedStates(kept), guards)

    def _answer(self, written: Written | None, decisions: list[Pending], done: dict[int, Answer]) -> Appended:
        first = decisions[0]
        version = first.version if len(decisions) == 1 else next(last.version for last in reversed(decisions) if last.name == first.name)
        events = events_of(decisions)
        appended = nothing_appended(version) if written is None else self._decider.appended(written, events, version)
        return _merged({**done, first.number: appended}) if done else appended


def _turns(units: Sequence[PendingUnit]) -> Iterator[list[PendingUnit]]:
    """The units, as many together as may come to the events of one turn; one that comes to more has a turn of its own."""
    turn: list[PendingUnit] = []
    rows = 0
    for unit in units:
        its_rows = sum([not pending.decision.only_looks for pending in unit.decisions])
        if turn and rows + its_rows > ROWS_OF_A_TURN:
            yield turn
            turn, rows = [], 0
        turn.append(unit)
        rows += its_rows
    if turn:
        yield turn


@contextmanager
def _final(pending: Pending, draft: Draft) -> Iterator[None]:
    """Lets a no through as that of its row. Raises _ReadAgain instead where it came out of a cached state."""
    try:
        yield
    except Refused as refused:
        if pending.decision.needs_state and not draft.fresh:
            raise _ReadAgain from None
        raise of_row(refused, pending.number) from None


def raise_first_refusal(answers: dict[int, Answer]) -> None:
    """Raises the Refused of the first decision that was refused, if one was."""
    for _, answer in sorted(answers.items()):
        if isinstance(answer, Refused):
            raise answer


def _merged(answers: dict[int, Answer]) -> Appended:
    """The answers to its decisions as the answer of a unit."""
    parts = [answer for _, answer in sorted(answers.items()) if isinstance(answer, Appended)]
    return Appended(
        positions=newest_positions(position for part in parts for position in part.positions),
        version=parts[0].version,
        recorded_at=max(part.recorded_at for part in parts),
        event_ids=tuple(event_id for part in parts for event_id in part.event_ids),
        aggregate_ids=tuple(aggregate_id for part in parts for aggregate_id in part.aggregate_ids),
        first_position=min(part.first_position for part in parts),
        repeated=all(part.repeated for part in parts),
    )
