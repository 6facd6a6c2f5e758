"""How far a consumer believes its bus while nobody can be asked: so far behind what the log's owner told, and no further."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import count

import pytest

from chassis.checksums import NOTHING, checksum_of
from chassis.errors import Kind, Refused
from chassis.events import RecordedEvent
from chassis.eventstore import EventChecksums, Generation, LogChecksums, LogIdentity, PartitionPlace
from chassis.ids import id_of_name
from chassis.kafka.consumer.deliveries import Delivery
from chassis.kafka.consumer.partition_state import PartitionState
from chassis.kafka.consumer.verification import FURTHER_WITHOUT_OWNER, OwnerAway, Verification
from tests.support.recorded import JANUARY, message_of

IDENTITY = LogIdentity(id_of_name("log"), (Generation(1, 1, 0, ""),))


class Owner:
    """A log with as many events as it is said to have come to, each of them whatever is asked about."""

    def __init__(self, head: int = 0) -> None:
        self.head, self.away, self.asked = head, False, 0
        self.events: dict[int, int] = {}

    async def checksums(self, places: Sequence[PartitionPlace]) -> LogChecksums:
        self._ask()
        return LogChecksums(self.head, IDENTITY, [NOTHING for _ in places])

    async def event_checksums(self, positions: Collection[int]) -> EventChecksums:
        self._ask()
        self.asked += 1
        return EventChecksums(self.head, {p: self.events[p] for p in positions if p in self.events})

    def _ask(self) -> None:
        if self.away:
            raise Refused("UNAVAILABLE", "nobody answers", kind=Kind.UNAVAILABLE)


class Partition:
    """One that takes what is judged to be right."""

    def __init__(self, owner: Owner, *, seen: int = 0, agreed: int = 0) -> None:
        self.state = PartitionState("goals", 0, seen, seen, seen, agreed=agreed)
        self.verification = Verification("progress", "goals", owner)
        self.verification.began(self.state)
        self._offsets = count()

    async def take(self, *positions: int) -> list[int]:
        """Takes events at these positions that came together; answers the positions of those that take effect. Raises OwnerAway."""
        deliveries = [self._delivery(event_at(position)) for position in positions]
        self.verification.arrived(deliveries)
        right, stop = await self.verification.judge(self.state, deliveries)
        assert stop is None
        taken = [delivery.event.position for delivery in right if delivery.event is not None]
        self.state.seen = max([self.state.seen, *taken])
        self.verification.began(self.state)  # as after every rest
        return taken

    def _delivery(self, event: RecordedEvent) -> Delivery:
        return Delivery(message_of(event, next(self._offsets)), event, checksum=checksum_of(event))


def event_at(position: int) -> RecordedEvent:
    event, who = id_of_name("event", str(position)), id_of_name("somebody")
    return RecordedEvent("goals", position, event, who, who, position, JANUARY + position, who, None, who, None, who, "cairn.x.v1.Y", b"")


@pytest.fixture
def owner() -> Owner:
    return Owner()


async def taken_in_steps(partition: Partition, begin: int, step: int) -> int:
    """Up to where a partition goes with messages of which each is `step` positions further."""
    position = begin
    while True:
        try:
            await partition.take(position + step)
        except OwnerAway:
            return position
        position += step


@pytest.mark.parametrize("step", [250, 7_000])
@pytest.mark.parametrize(("seen", "agreed", "known"), [(0, 0, 0), (300, 0, 300), (300, 200, 200)])
async def test_nothing_is_taken_further_than_the_bound_behind_what_was_known_while_an_owner_never_answers(
    owner: Owner, step: int, seen: int, agreed: int, known: int
) -> None:
    owner.away = True
    reached = await taken_in_steps(Partition(owner, seen=seen, agreed=agreed), seen, step)
    assert known + FURTHER_WITHOUT_OWNER - step < reached <= known + FURTHER_WITHOUT_OWNER


@pytest.mark.parametrize("step", [250, 7_000])
async def test_the_bound_is_counted_from_what_the_owner_told_last_also_where_it_told_of_less(owner: Owner, step: int) -> None:
    partition = Partition(owner, seen=9_000)
    owner.away = True
    assert await taken_in_steps(partition, 9_000, 1_000) == 9_000 + FURTHER_WITHOUT_OWNER
    partition.verification.told(100, IDENTITY)
    assert await taken_in_steps(partition, 100, step) <= 100 + FURTHER_WITHOUT_OWNER


async def test_what_came_is_no_witness_of_how_far_the_log_reaches_once_the_owner_has_told(owner: Owner) -> None:
    partition = Partition(owner)
    partition.verification.told(0, IDENTITY)
    assert await partition.take(1, 2, 3) == [1, 2, 3]  # forged, and in sequence
    partition.verification.told(0, IDENTITY)
    assert await partition.take(4) == []
    assert owner.asked == 1


async def test_where_the_owner_answers_it_is_asked_once_a_bound_and_everything_is_taken(owner: Owner) -> None:
    partition, last = Partition(owner), 2 * FURTHER_WITHOUT_OWNER + 1_000
    owner.head, owner.events = last, {position: checksum_of(event_at(position)) for position in range(1, last + 1)}
    partition.verification.told(0, IDENTITY)
    for start in range(1, last, 500):
        owner.head = start + 499  # it is appended as it is taken
        assert len(await partition.take(*range(start, start + 500))) == 500
    assert owner.asked == 2


async def test_why_a_partition_waits_says_how_far_it_goes(owner: Owner) -> None:
    partition = Partition(owner)
    partition.verification.told(5, IDENTITY)
    owner.away = True
    with pytest.raises(OwnerAway, match=r"nobody answers\), and it told of position 5 at last: nothing beyond 20005 is taken without it"):
        await partition.take(20_006)
    with pytest.raises(OwnerAway, match="what came is not plainly of its log"):
        await partition.take(3, 2)
