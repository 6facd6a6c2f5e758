"""The smallest aggregate that the tests of the store decide on: a cycle and the names it had."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from google.protobuf.message import Message

from cairn.goals.v1 import events_pb2
from chassis.calls import Call, Identity
from chassis.errors import Refused
from chassis.events import EventTypes
from chassis.eventstore import ANYONE, Aggregate, Aggregates, AggregateType, Decision, EventLog, NewEvent
from chassis.ids import Id, new_id

PARTITIONS = 6
TYPES = EventTypes(events_pb2, upcasters={})

Names = list[str]


def _apply(names: Names, event: Message) -> None:
    assert isinstance(event, events_pb2.CycleDefined)
    names.append(event.name)


CYCLE: AggregateType[Names] = AggregateType("cycle", initial=list, apply=_apply, copy=list)


class OneState:
    """A state that events were decided on, as far as the log is concerned."""

    def __init__(self) -> None:
        self.invalidated = False


class BothStates:
    """Two states that events were decided on together."""

    def __init__(self, *states: OneState) -> None:
        self._states = states

    @property
    def invalidated(self) -> bool:
        return any(state.invalidated for state in self._states)

    @invalidated.setter
    def invalidated(self, invalidated: bool) -> None:
        for state in self._states:
            state.invalidated = invalidated


def named(name: str) -> Callable[[Names], Message]:
    """Decides to add a name."""
    return lambda _: events_pb2.CycleDefined(name=name)


def named_once(name: str) -> Callable[[Names], Message]:
    """Decides to add a name; refuses one that the cycle has."""

    def decide(names: Names) -> Message:
        if name in names:
            raise Refused("NAME_TAKEN", f"the cycle is named {name} already")
        return events_pb2.CycleDefined(name=name)

    return decide


def number() -> Callable[[Names], Message]:
    """Decides to add the number of names there are: wrong as soon as it is decided on a state that is not the newest."""
    return lambda names: events_pb2.CycleDefined(name=str(len(names)))


def decision(cycle: Id, decide: Callable[[Names], Any], **details: Any) -> Decision:
    return Aggregate(CYCLE, cycle, may=ANYONE, **details).decision(decide)


def call_of(tenant: Id | None = None, key: str = "", fingerprint: bytes = b"", person: Id = bytes(15) + b"\2") -> Call:
    return Call(Identity(tenant or new_id(), person, frozenset()), new_id(), operation="Name", idempotency_key=key, fingerprint=fingerprint)


def new_event(aggregate: Id, version: int, **changes: Any) -> NewEvent:
    event = NewEvent(
        event_id=new_id(),
        tenant_id=bytes(15) + b"\1",
        aggregate_id=aggregate,
        aggregate_version=version,
        actor_id=bytes(15) + b"\2",
        on_behalf_of=None,
        correlation_id=new_id(),
        causation_id=None,
        partition_key=aggregate,
        unit_size=None,
        event_type="cairn.goals.v1.CycleDefined",
        idempotency_key=None,
        operation=None,
        fingerprint=None,
        payload=events_pb2.CycleDefined(name=f"v{version}").SerializeToString(),
    )
    return event._replace(**changes)


async def started(dsn: str, **options: Any) -> EventLog:
    log = EventLog(dsn, "goals", PARTITIONS, **options)
    await log.start()
    return log


def aggregates_of(log: EventLog, cache_size: int = 1000) -> Aggregates:
    return Aggregates(log, TYPES, cache_size)
