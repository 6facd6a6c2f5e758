"""Plain aggregates on a log: decide on a cached state ahead of the log, answer once the events are durable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from google.protobuf.message import Message

from chassis.calls import Call
from chassis.clock import Microseconds
from chassis.errors import Refused
from chassis.events import EventTypes
from chassis.ids import Id
from chassis.positions import Position
from chassis.store.log import EventLog

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


@dataclass(frozen=True, slots=True)
class Appended:
    """The answer to a command: durable."""

    positions: tuple[Position, ...]  # of the last event in each partition
    version: int  # of the first decision's aggregate
    recorded_at: Microseconds  # 0 when nothing was appended
    event_ids: tuple[Id, ...]  # all events, in order
    aggregate_ids: tuple[Id, ...]  # the aggregate of each event
    first_position: int  # 0 when nothing was appended
    repeated: bool = False  # the idempotency key was seen before: this is the first answer


class Aggregates:
    """The aggregates of a log. One per service process."""

    def __init__(self, log: EventLog, types: EventTypes, cache_size: int = 100_000) -> None:
        self._log = log
        self._types = types
        self._cache_size = cache_size

    async def decide(self, call: Call, decision: Decision[Any]) -> Appended:
        """Carries one decision out."""
        raise NotImplementedError

    async def decide_together(self, call: Call, decisions: Sequence[Decision[Any]]) -> Appended:
        """Carries several decisions out, all or nothing. A Refused says in `row` which of them said no."""
        raise NotImplementedError

    async def decide_each(self, call: Call, decisions: Sequence[Decision[Any]]) -> list[Appended | Refused]:
        """Carries several decisions out, each with its own verdict."""
        raise NotImplementedError

    async def load(self, aggregate: AggregateType[S], aggregate_id: Id) -> tuple[S, int]:
        """The state and version as the log has them; (initial state, 0) when there is none."""
        raise NotImplementedError
