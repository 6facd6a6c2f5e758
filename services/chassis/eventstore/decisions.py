"""What a command wants of aggregates, and what it is answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from google.protobuf.message import Message

from chassis.days import Microseconds
from chassis.ids import Id
from chassis.positions import Position

S = TypeVar("S")


@dataclass(frozen=True)
class AggregateType(Generic[S]):
    """What kind of aggregate a stream of events is. One module constant a kind."""

    name: str  # "objective"
    initial: Callable[[], S]  # the state before the first event
    apply: Callable[[S, Message], None]  # folds one event into the state, in place
    copy: Callable[[S], S]  # an independent copy: batches decide on copies


@dataclass(slots=True)
class Decision(Generic[S]):
    """What a command wants of one aggregate."""

    aggregate: AggregateType[S]
    aggregate_id: Id
    decide: Callable[[S], Message | Sequence[Message]]  # pure; raises Refused; [] = nothing to do
    partition_key: Id
    expected_version: int = 0  # 0: whatever
    event_ids: Sequence[Id] = ()  # for the first events; the rest get new ids
    on_behalf_of: Id | None = None
    idempotency_key: str = ""  # of this decision alone (rows of a batch); single commands take the call's
    fingerprint: bytes = b""  # of what came with that key
    tenant_id: Id | None = None  # None: the caller's
    rests_on: tuple[Position, ...] = ()  # events of other logs; whoever reads after the answer reads after them, too


class Appended(NamedTuple):
    """The answer to a command: durable."""

    positions: tuple[Position, ...]  # of the last event in each partition, and what the decisions rest on; none if nothing was appended
    version: int  # of the first decision's aggregate
    recorded_at: Microseconds  # 0 when nothing was appended
    event_ids: tuple[Id, ...]  # all events, in order
    aggregate_ids: tuple[Id, ...]  # the aggregate of each event
    first_position: int  # 0 when nothing was appended
    repeated: bool = False  # the idempotency key was seen before: this is the first answer
