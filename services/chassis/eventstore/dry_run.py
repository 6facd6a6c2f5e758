"""Decisions that come to nothing: made as those of a log are, on what it has and on what is assumed beside it, and not appended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from google.protobuf.message import Message

from chassis.calls import Call
from chassis.errors import Refused
from chassis.eventstore.aggregates import Aggregates
from chassis.eventstore.appends import NewEvent
from chassis.eventstore.deciding import Decider, Pending, events_of, of_row, pending_decision
from chassis.eventstore.decisions import Appended, Decision
from chassis.eventstore.state_cache import Draft, States
from chassis.ids import Id

Assumed = Mapping[Id, Sequence[Message]]
"""Events that are taken as if they had been appended, by their aggregate, each after those that it has."""


class DryRunAggregates(Aggregates):
    """The aggregates of a log for one question of what a command would come to. `events` holds what would be appended.

    Repeats are not looked for: a question has no idempotency key. Whether the caller may is asked on what the log has, wherever it has
    anything: nobody sees more for what they assume.
    """

    def __init__(self, aggregates: Aggregates, assumed: Assumed) -> None:
        super().__init__(aggregates.log, aggregates.types, cache_size=1)
        self.events: Final[list[NewEvent]] = []
        self._as_logged = States(self.log.reader, self.types, cache_size=1)
        self._decider = Decider(self.log)
        self._assumed = assumed

    async def decide(self, call: Call, decision: Decision) -> Appended:
        """What `Aggregates.decide` would come to. Raises Refused as it does."""
        return await self.decide_together(call, (decision,))

    async def decide_together(self, call: Call, decisions: Sequence[Decision | Refused]) -> Appended:
        """What `Aggregates.decide_together` would come to. Raises Refused as it does."""
        for number, decision in enumerate(decisions):
            if isinstance(decision, Refused):
                raise of_row(decision, number)
        rows = [pending_decision(number, decision, call) for number, decision in enumerate(decisions) if isinstance(decision, Decision)]
        as_logged = await self._as_logged.read({row.name: row.decision.about.type for row in rows})
        drafts = {name: Draft(cached, fresh=True) for name, cached in as_logged.items()}
        for row in rows:
            if drafts[row.name].version:
                self._admit(call, row, drafts[row.name])
        for (_, aggregate_id), draft in drafts.items():
            draft.assume(self._assumed.get(aggregate_id, ()))
        for row in rows:
            self._admit(call, row, drafts[row.name])
        for row in rows:
            with _told_of(row):
                self._decider.decide(call, row, drafts[row.name])
        events = events_of(rows)
        self.events.extend(events)
        event_ids, aggregate_ids = tuple(event.event_id for event in events), tuple(event.aggregate_id for event in events)
        return Appended((), drafts[rows[0].name].version, 0, event_ids, aggregate_ids, 0)

    async def decide_each(self, call: Call, decisions: Sequence[Decision | Refused]) -> list[Appended | Refused]:
        """What `Aggregates.decide_each` would come to, each by itself."""
        answers: list[Appended | Refused] = []
        for decision in decisions:
            try:
                answers.append(await self.decide_together(call, (decision,)))
            except Refused as refused:
                answers.append(refused)
        return answers

    def _admit(self, call: Call, row: Pending, draft: Draft) -> None:
        with _told_of(row):
            draft.admit(row.decision, call.identity, row.tenant_id)


def unless_dry_run(aggregates: Aggregates, *, dry_run: bool) -> Aggregates:
    """The aggregates of a log; of a dry run those that append nothing, and assume nothing."""
    return DryRunAggregates(aggregates, {}) if dry_run else aggregates


@contextmanager
def _told_of(row: Pending) -> Iterator[None]:
    """Lets a no through as that of its row."""
    try:
        yield
    except Refused as refused:
        raise of_row(refused, row.number) from None
