"""What a command decides, of which aggregate, and what it is answered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Concatenate, Final, Generic, NamedTuple, ParamSpec, TypeAlias, TypeVar

from google.protobuf.message import Message

from chassis.calls import Identity
from chassis.days import Microseconds
from chassis.ids import Id
from chassis.positions import Position

S = TypeVar("S")
P = ParamSpec("P")

Decided: TypeAlias = Message | Sequence[Message]
"""The events that a decision comes to, in order; none when there is nothing to do."""


class IdempotencyKey(NamedTuple):
    """What tells a request that is sent again from a new one."""

    operation: str  # what it is sent for
    text: str
    fingerprint: bytes  # of the request that it came with: the same key with another one is refused
    earlier_fingerprint: bytes = b""  # of the same request, as an earlier release took it; empty: as now


@dataclass(frozen=True)
class AggregateType(Generic[S]):
    """What kind of aggregate a stream of events is. One module constant a kind."""

    name: str  # "objective"
    initial: Callable[[], S]  # the state before the first event
    apply: Callable[[S, Message], None]  # folds one event into the state, in place
    copy: Callable[[S], S]  # an independent copy: several decisions in one request are made on copies


class NotAsked(Enum):
    """Why nobody is asked, on the state of an aggregate, whether the caller may do what is decided."""

    ANYONE = "nobody is kept from it: it only looks, or no person decides it"
    CALLER_WAS_CHECKED = "the command has asked already: by the caller's roles, or on another aggregate of the same unit"


ANYONE: Final = NotAsked.ANYONE
CALLER_WAS_CHECKED: Final = NotAsked.CALLER_WAS_CHECKED


@dataclass(slots=True)
class Aggregate(Generic[S]):
    """One aggregate as what a decision is about: who may decide on it, at which version, and how its events are recorded."""

    type: AggregateType[S]
    id: Id
    expected_version: int = 0  # that the caller has seen; 0: whatever
    may: Callable[[Identity, S], None] | NotAsked = field(kw_only=True)  # raises Refused unless the caller may know of it, and do this
    partition_key: Id = b""  # of its events; empty: the aggregate's id
    event_id: Id = b""  # of the first event; empty: a new one, as the others get
    on_behalf_of: Id = b""
    causation_id: Id = b""  # the event that caused them; empty: the one that led to the call, if any
    key: IdempotencyKey | None = None  # of this decision alone, as the rows of a batch have
    tenant_id: Id = b""  # whose the events are; empty: the caller's tenant's
    rests_on: tuple[Position, ...] = ()  # events of other logs; whoever reads after the answer reads after them, too

    def decision(self, decide: Callable[Concatenate[S, P], Decided], *values: P.args, **named: P.kwargs) -> Decision:
        """To append what `decide(state, *values)` comes to. Pure; raises Refused."""
        return Decision(self, decide, values, named)

    def event(self, make: Callable[P, Message], *values: P.args, **named: P.kwargs) -> Decision:
        """To append what `make(*values)` makes, whatever happened to the aggregate before. Pure; raises Refused.

        Raises TypeError when `may` is to be asked: there is no state to ask it on.
        """
        if not isinstance(self.may, NotAsked):
            raise TypeError(f"{self.may!r} is asked on a state of the {self.type.name}, and an event is made without one")
        return Decision(self, make, values, named, needs_state=False)

    def requirement(self, require: Callable[Concatenate[S, P], object], *values: P.args, **named: P.kwargs) -> Decision:
        """To append nothing, while `require(state, *values)` raises no Refused: it still holds when the rest of its unit is written.

        What it returns is dropped.
        """
        return Decision(self, require, values, named, only_looks=True)


@dataclass(slots=True)
class Decision:
    """What a command wants of one aggregate; made by an `Aggregate`."""

    about: Aggregate[Any]
    function: Callable[..., Any]
    values: tuple[Any, ...]
    named: dict[str, Any]
    needs_state: bool = True
    only_looks: bool = False  # it comes to no event, and what it looked at must stand when the others' events are written

    def admit(self, state: Any, identity: Identity) -> None:
        """Raises Refused unless the caller may know of the aggregate, and do what is decided."""
        may = self.about.may
        if not isinstance(may, NotAsked):
            may(identity, state)

    def on(self, state: Any) -> Decided:
        """The events that it comes to on a state of its aggregate, for a caller who was admitted. Raises Refused."""
        about = (state,) if self.needs_state else ()
        decided: Decided | None = self.function(*about, *self.values, **self.named)
        return () if self.only_looks or decided is None else decided


class Appended(NamedTuple):
    """The answer to a command: durable."""

    positions: tuple[Position, ...]  # of the last event in each partition, and what the decisions rest on; none if nothing was appended
    version: int  # of the first decision's aggregate
    recorded_at: Microseconds  # 0 when nothing was appended
    event_ids: tuple[Id, ...]  # all events, in order
    aggregate_ids: tuple[Id, ...]  # the aggregate of each event
    first_position: int  # 0 when nothing was appended
    repeated: bool = False  # the idempotency key was seen before: this is the first answer
