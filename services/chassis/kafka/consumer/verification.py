"""Whether what came off a topic is what the log says: a consumer believes the log, and its bus as long as nothing is odd.

Plain is an event above all that its partition has seen, at a position that the log can have come to. Nobody is asked about it; whether it
was the log's is found by `reconciliation`. Everything else is odd, and the log's owner is asked, for a whole batch at once:

- a position that the log cannot have come to by then: positions have no gaps, so n new messages reach at most n positions further;
- a position that was seen before, unless it is remembered that this very event was there (the relay sends at least once);
- another generation of the log than the one that the partition is in;
- whatever comes behind a gap in a topic, or from a topic that was made anew.

What is not in the log is refused. What is in the log, and cannot be if what was taken before is, stops the partition.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple, assert_never

import structlog

from chassis.checksums import NOTHING
from chassis.errors import Kind, Refused
from chassis.eventstore import LogIdentity, PartitionPlace
from chassis.kafka.consumer.deliveries import Delivery
from chassis.kafka.consumer.log_owner import LogOwner
from chassis.kafka.consumer.partition_state import PartitionState, Stop
from chassis.kafka.envelope import GenerationBegan
from chassis.positions import Position
from chassis.runtime import telemetry

StopReason = Literal["CONTRADICTED", "MESSAGES_MISSING", "NEW_GENERATION"]
CONTRADICTED: Final = "CONTRADICTED"
MESSAGES_MISSING: Final = "MESSAGES_MISSING"
NEW_GENERATION: Final = "NEW_GENERATION"

_NOT_IN_LOG: Final = "NOT_IN_LOG"
FURTHER_WITHOUT_OWNER: Final = 20_000
"""Positions behind the last one that a log's owner told of that are taken without asking it again: what waits on its topic is to be taken
while it does not answer, and not without end. What comes behind them waits."""


class OwnerAway(Exception):  # noqa: N818 - it is what happened
    """Something is odd, and the log's owner cannot be asked now: the partition waits."""


class Verdict(NamedTuple):
    """What is to be taken of some messages, and whether the partition stops behind that."""

    deliveries: list[Delivery]
    stop: Stop | None = None


class Verification:
    """Looks at what comes of one log. Without an owner everything is believed."""

    def __init__(self, consumer: str, log: str, owner: LogOwner | None) -> None:
        self._name: Final = log
        self._owner: Final = owner
        self._log: Final = telemetry.logger(consumer=consumer, log=log)
        self._head = 0  # of the log, as the owner last told it
        self._reached = 0  # what the log can have come to since, as far as what came of it tells
        self._began: Final[dict[int, int]] = {}  # where partitions stood at first, as long as the owner has told nothing
        self.identity: LogIdentity | None = None
        """As the owner last told it."""

    def began(self, state: PartitionState) -> None:
        """A partition of the log is consumed from where it stands; until the owner tells more, the log is taken to reach so far."""
        if self.identity is None:  # else the owner has told: what was taken since says nothing of how far the log reaches
            stood = self._began.setdefault(state.partition, state.agreed or state.seen)
            self._head, self._reached = max(self._head, stood), max(self._reached, stood)

    def arrived(self, deliveries: Sequence[Delivery]) -> None:
        """These came from Kafka together, of whatever partitions: the log may have come as much further, and no more."""
        reached = self._reached
        new = {event.position for _, event, *_ in deliveries if event is not None and event.position > reached}
        if new and max(new) <= reached + len(new):
            self._reached = min(max(new), self._furthest)

    async def judge(self, state: PartitionState, deliveries: list[Delivery]) -> Verdict:
        """What is to be taken of the next messages of a partition. Raises OwnerAway."""
        if self._owner is None or (self.identity is not None and self._plain(state, deliveries, self._reached)):
            return Verdict(deliveries)
        try:
            return await _Question(self._owner, self._name, state, self._log).about(deliveries, self)
        except Refused as refused:
            if refused.kind is not Kind.UNAVAILABLE:
                raise
            if self._plain(state, deliveries, self._furthest):
                return Verdict(deliveries)
            raise OwnerAway(self._why_it_waits(deliveries, refused)) from None

    def told(self, head: int, identity: LogIdentity) -> None:
        """The owner has told how far the log reaches, and which it is; what came is no witness of more."""
        self._head = self._reached = head
        self.identity = identity

    @property
    def _furthest(self) -> int:
        """Behind this position nothing is taken without the owner."""
        return self._head + FURTHER_WITHOUT_OWNER

    def _why_it_waits(self, deliveries: Sequence[Delivery], refused: Refused) -> str:
        furthest, away = self._furthest, f"the owner of the log of {self._name} cannot be asked now ({refused.message})"
        if any(event is not None and event.position > furthest for _, event, *_ in deliveries):
            return f"{away}, and it told of position {self._head} at last: nothing beyond {furthest} is taken without it"
        return f"{away}, and what came is not plainly of its log"

    def _plain(self, state: PartitionState, deliveries: Sequence[Delivery], reached: int) -> bool:
        if state.unsure:
            return False
        seen, generation, recent = state.seen, state.generation, state.recent
        log_id = None
        if self.identity is not None:
            log_id = self.identity.log_id
            later = [g.first_position for g in self.identity.generations if g.generation > generation]
            reached = min([reached, *(first - 1 for first in later)])  # what a later generation gives to another event was lost
        for _, event, _, checksum, began in deliveries:
            if event is None:
                if began is not None:
                    return False
            elif event.position > reached or event.generation != generation or event.log_id not in (None, log_id):
                return False
            elif event.position > seen:
                seen = event.position
            elif event.position > state.seen or recent.checksum(event.position) != checksum:
                return False
        return True


def _has_begun(identity: LogIdentity, began: GenerationBegan) -> bool:
    return any((g.generation, g.first_position) == (began.generation, began.after + 1) for g in identity.generations)


class _Question:
    """The log's owner is asked about what came of a partition."""

    def __init__(self, owner: LogOwner, name: str, state: PartitionState, log: structlog.stdlib.BoundLogger) -> None:
        self._owner: Final = owner
        self._name: Final = name
        self._state: Final = state
        self._log: Final = log
        self._same: bool | None = None

    async def about(self, deliveries: list[Delivery], verification: Verification) -> Verdict:
        """What is to be taken of these."""
        positions = {event.position for _, event, *_ in deliveries if event is not None}
        head, in_log = await self._owner.event_checksums(positions)
        _, identity, _ = await self._owner.checksums([])
        verification.told(head, identity)
        verdict = await self._against_log(deliveries, in_log, identity, head)
        return await self._nothing_missing(verdict) if self._state.unsure else verdict

    async def _against_log(self, deliveries: list[Delivery], in_log: dict[int, int], identity: LogIdentity, head: int) -> Verdict:
        """Refuses what is not in the log, and stops at what cannot be in it, if what was taken before is."""
        taken: list[Delivery] = []
        seen, new = self._state.seen, dict[int, int]()
        for delivery in deliveries:
            event, checksum, began = delivery.event, delivery.checksum, delivery.began
            right = delivery
            if began is not None and began.generation > self._state.generation:
                if not _has_begun(identity, began):
                    right = self._refused(delivery, f"no generation {began.generation} that began behind {began.after}")
                elif seen > began.after:
                    return Verdict(taken, self._stopped(NEW_GENERATION, began.after + 1))
            elif event is None:
                pass
            elif in_log.get(event.position) != checksum or event.log_id not in (None, identity.log_id):
                lost = identity.has_lost(Position(self._name, self._state.partition, event.position, event.generation))
                missing = f"no such event at {event.position}, and has come to {head}"
                right = delivery._replace(event=None) if lost else self._refused(delivery, missing)
            elif event.position > seen:
                seen, new[event.position] = event.position, checksum
            elif new.get(event.position) != checksum and not await self._repeated(event.position, checksum):
                return Verdict(taken, self._stopped(CONTRADICTED, event.position))
            taken.append(right)
        return Verdict(taken)

    async def _repeated(self, position: int, checksum: int) -> bool:
        """Whether an event that is in the log was taken before."""
        if position > self._state.seen:
            return False
        if self._state.recent.checksum(position) == checksum:
            return True
        if self._same is None:
            _, _, (of_log,) = await self._owner.checksums([PartitionPlace(self._state.partition, self._state.seen)])
            self._same = self._state.checksum is None or self._state.checksum == of_log
        return self._same

    def _refused(self, delivery: Delivery, missing: str) -> Delivery:
        return delivery._replace(event=None, began=None, fault=f"{_NOT_IN_LOG}: the log of {self._name} has {missing}")

    async def _nothing_missing(self, verdict: Verdict) -> Verdict:
        """Whether the log has, from what was seen to the last of these, just these."""
        state, taken = self._state, verdict.deliveries
        new = [(d.event.position, d.checksum, at) for at, d in enumerate(taken) if d.event is not None and d.event.position > state.seen]
        if not new:
            return verdict
        places = [PartitionPlace(state.partition, position) for position in (state.seen, new[-1][0])]
        _, _, (before, behind) = await self._owner.checksums(places)
        if behind.minus(before) == NOTHING.plus({position: checksum for position, checksum, _ in new}.values()):
            state.unsure = False
            return verdict
        first, _, at = new[0]
        return Verdict(taken[:at], self._stopped(MESSAGES_MISSING, first))

    def _stopped(self, reason: StopReason, position: int) -> Stop:
        where = f"{self._name}:{self._state.partition}"
        match reason:
            case "CONTRADICTED":
                message = (
                    f"the log has an event at {position}, and what was taken of {where} up to {self._state.seen} is not what it has there"
                )
            case "MESSAGES_MISSING":
                message = f"messages of {where} between {self._state.seen} and {position} are not on Kafka"
            case "NEW_GENERATION":
                message = f"the log was restored from an older state: it has lost what was taken of {where} from {position} on"
            case _:
                assert_never(reason)
        self._log.error("consumer.partition_stopped", partition=self._state.partition, reason=reason, position=position, message=message)
        return Stop(reason, message, position)
