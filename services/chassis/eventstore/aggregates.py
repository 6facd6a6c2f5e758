"""The door to a log: decide on aggregates, and be answered once the events are durable.

A decision is a pure function of an aggregate's state and the command's values. What stands behind the door: states are cached, and
ahead of the log by what is being written; a no, or a "nothing to do", out of a cached state is never the last word, since another
process may have moved the aggregate, or what the no rests on may not get into the log; a conflict is decided again; a request that was
carried out before, under the same idempotency key, is answered as it was then, also where its rule would refuse it by now; what is
appended at the same time shares one group commit.

The order of checks is the same for every command, and this is its place. Who is it: settled before a call comes here. May they know of
it, and may they do it: `Aggregate.may`, of everything that the command names, before anything else is looked at. Was it done already, by
this very person and operation: `repeats`. Is it at the version that they saw: `Aggregate.expected_version`. Does the rule allow it: the
decision. What a caller may not know of, and what another tenant has, is at each of these steps as if it were not there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, TypeVar

from chassis.calls import Call
from chassis.errors import Refused, invalid
from chassis.events import EventTypes, RecordedEvent
from chassis.eventstore.deciding import Decider, of_row, pending_decision
from chassis.eventstore.decisions import AggregateType, Appended, Decision
from chassis.eventstore.identity import position_lost, position_unknown
from chassis.eventstore.log import EventLog
from chassis.eventstore.repeats import Answer, Repeats, key_of_call, key_of_request, rows_with_keys, without_duplicates
from chassis.eventstore.rows import Rows
from chassis.eventstore.state_cache import States
from chassis.eventstore.units import PendingUnit, Units, raise_first_refusal
from chassis.ids import Id

S = TypeVar("S")


class Aggregates:
    """The aggregates of a log. One per service process."""

    def __init__(self, log: EventLog, types: EventTypes, cache_size: int = 100_000) -> None:
        decider = Decider(log)
        repeats = Repeats(log.reader, decider)
        self.log: Final = log
        self.types: Final = types
        self._states = States(log.reader, types, cache_size)
        self._units = Units(log, self._states, decider, repeats)
        self._rows = Rows(log, self._states, decider, repeats)

    async def decide(self, call: Call, decision: Decision) -> Appended:
        """Carries one decision out.

        Raises what the decision refuses with, and Refused: STALE_VERSION, UNKNOWN (it is another tenant's), IDEMPOTENCY_KEY_REUSED,
        CONTENTION, POSITION_UNKNOWN and POSITION_LOST for a position of this log that the call is to come after, and what
        `EventLog.append` refuses with.
        """
        await self._require_reached(call)
        key = key_of_request(call, decision)
        return _resting(await self._units.decide(call, [pending_decision(0, decision, call)], key), (decision,))

    async def decide_together(self, call: Call, decisions: Sequence[Decision | Refused]) -> Appended:
        """Carries several decisions out as one unit, all or nothing; each sees what those before it decided.

        The call's idempotency key stands for the whole unit; but where decisions have keys of their own, one whose key was seen before
        counts as done, and only the others are appended. Raises as `decide` does; `row` of the Refused is the decision that said no. What
        is refused already is told before any of the others is decided.
        """
        if not decisions:
            raise invalid("decisions", "a unit has at least one decision; there is none")
        await self._require_reached(call)
        made: list[Decision] = []
        for number, decision in enumerate(decisions):
            if isinstance(decision, Refused):
                raise of_row(decision, number)
            made.append(decision)
        if not any(decision.about.key for decision in made):
            rows = [pending_decision(number, decision, call) for number, decision in enumerate(made)]
            key = key_of_call(call, call.identity.tenant_id)
            return _resting(await self._units.decide(call, rows, key), made)
        answers: dict[int, Answer] = {}
        rows, _ = without_duplicates(rows_with_keys(call, decisions, answers), answers)
        raise_first_refusal(answers)
        return _resting(await self._units.decide(call, rows), made)

    async def decide_units(self, units: Sequence[tuple[Call, Sequence[Decision] | Refused]]) -> list[Appended | Refused]:
        """Carries several units out, each by itself as `decide_together` would, one after the other, and answers each, in order.

        Each is of a call, whose key stands for that unit alone; all come after the same. One that is refused already stays so. What
        `EventLog.append` refuses with is the answer to those that it befell.

        Raises Refused: POSITION_UNKNOWN and POSITION_LOST as `decide` does, and LOG_UNAVAILABLE when the aggregates cannot be read.
        """
        if units:
            await self._require_reached(units[0][0])
        answers: dict[int, Answer] = {}
        pending: dict[int, PendingUnit] = {}
        for number, (call, decisions) in enumerate(units):
            if isinstance(decisions, Refused):
                answers[number] = decisions
            else:
                rows = [pending_decision(row, decision, call) for row, decision in enumerate(decisions)]
                pending[number] = PendingUnit(call, rows, key_of_call(call, call.identity.tenant_id))
        answers |= dict(zip(pending, await self._units.decide_each(list(pending.values())), strict=True))
        return [answers[number] for number in range(len(units))]

    async def decide_each(self, call: Call, decisions: Sequence[Decision | Refused]) -> list[Appended | Refused]:
        """Carries several decisions out in one group, each by itself, and answers each, in order; one that is refused already stays so.

        Each has an idempotency key of its own, or none. What `EventLog.append` refuses with is the answer to
        the decisions that it befell. Raises Refused: LOG_UNAVAILABLE when the aggregates cannot be read, POSITION_UNKNOWN and
        POSITION_LOST as `decide` does.
        """
        await self._require_reached(call)
        answers: dict[int, Answer] = {}
        rows, duplicates = without_duplicates(rows_with_keys(call, decisions, answers), answers)
        await self._rows.decide(call, rows, answers)
        for number, original in duplicates.items():
            answer = answers[original]
            answers[number] = answer._replace(repeated=True) if isinstance(answer, Appended) else answer
        return [_answer(decision, answers[number]) for number, decision in enumerate(decisions)]

    async def _require_reached(self, call: Call) -> None:
        """Whatever is decided rests on all that is in this log; so what it is to come after has to be in it.

        Other logs are the business of whoever decides on what they know of them. Raises Refused: POSITION_UNKNOWN, POSITION_LOST.
        """
        after = [position for position in call.after if position.log == self.log.name]
        if not after:
            return
        head, identity = await self.log.reader.head(), await self.log.reader.identity()
        for position in after:
            if identity.has_lost(position):
                raise position_lost(position)
            if position.generation > identity.generation or position.position > head:
                raise position_unknown(position)

    async def load(self, aggregate: AggregateType[S], aggregate_id: Id) -> tuple[S, int]:
        """The state and version as the log has them, not as the cache does; (initial state, 0) when there is none."""
        name = (aggregate.name, aggregate_id)
        cached = (await self._states.read({name: aggregate}))[name]
        return cached.state, cached.version

    async def streams(self, aggregate_ids: Collection[Id]) -> dict[Id, list[RecordedEvent]]:
        """Every event of some aggregates with its envelope, each by version, as the log has them."""
        return await self.log.reader.read_aggregates(aggregate_ids)

    def pages_of_streams(
        self, aggregate_ids: Collection[Id], since: Mapping[Id, int] = MappingProxyType({})
    ) -> AsyncIterator[list[RecordedEvent]]:
        """As `streams`, a page at a time, and of those in `since` from that version on."""
        return self.log.reader.pages_of_aggregates(aggregate_ids, since)

    async def versions(self, aggregate_ids: Collection[Id]) -> dict[Id, int]:
        """The version that each aggregate has come to in the log; 0: it has no events."""
        return {i: version or 0 for i, version in (await self.log.reader.newest_versions(aggregate_ids)).items()}


def _answer(decision: Decision | Refused, answer: Answer) -> Answer:
    return _resting(answer, (decision,)) if isinstance(answer, Appended) and isinstance(decision, Decision) else answer


def _resting(appended: Appended, decisions: Iterable[Decision]) -> Appended:
    """An answer that stands for what its decisions rest on, too."""
    rests_on = [position for decision in decisions for position in decision.about.rests_on]
    return appended._replace(positions=(*appended.positions, *dict.fromkeys(rests_on))) if rests_on else appended
