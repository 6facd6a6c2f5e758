"""Given what happened, when something is decided, then this is what it comes to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import pytest
from google.protobuf.message import Message

from chassis.errors import Kind, Refused
from chassis.eventstore.aggregates import AggregateType

S = TypeVar("S")
P = ParamSpec("P")
Decided = Message | Sequence[Message]


def given(aggregate: AggregateType[S], *events: Message) -> Given[S]:
    """An aggregate that these events have happened to."""
    return Given(aggregate, events)


def folded(aggregate: AggregateType[S], *events: Message) -> S:
    """The state that the events come to, read from their bytes as the log would."""
    state = aggregate.initial()
    for event in events:
        aggregate.apply(state, type(event).FromString(event.SerializeToString()))
    return state


class Given(Generic[S]):
    """A past."""

    def __init__(self, aggregate: AggregateType[S], events: Sequence[Message]) -> None:
        self._aggregate = aggregate
        self._events = events

    def when(self, decide: Callable[Concatenate[S, P], Decided], *args: P.args, **kwargs: P.kwargs) -> When[S]:
        """A decision on it."""
        return When(self._aggregate, self._events, lambda state: decide(state, *args, **kwargs))


class When(Generic[S]):
    """A decision about to be made."""

    def __init__(self, aggregate: AggregateType[S], events: Sequence[Message], decide: Callable[[S], Decided]) -> None:
        self._aggregate = aggregate
        self._events = events
        self._decide = decide

    def events(self) -> list[Any]:
        """What it comes to; and it changed nothing, and its events fold to the same state ahead of the log as out of it."""
        state = folded(self._aggregate, *self._events)
        decided = self._decide(state)
        events = [decided] if isinstance(decided, Message) else list(decided)
        assert state == folded(self._aggregate, *self._events), "a decision must not change the state"
        for event in events:
            self._aggregate.apply(state, event)
        assert state == folded(self._aggregate, *self._events, *events)
        return events

    def then(self, *expected: Message) -> None:
        """It comes to these events."""
        assert self.events() == list(expected)

    def then_nothing(self) -> None:
        """There is nothing to do."""
        assert self.events() == []

    def then_refused(self, reason: str, field: str | None = None, kind: Kind | None = None) -> Refused:
        """It is refused for this reason."""
        with pytest.raises(Refused) as caught:
            self._decide(folded(self._aggregate, *self._events))
        assert caught.value.reason == reason
        if field is not None:
            assert caught.value.field == field
        if kind is not None:
            assert caught.value.kind is kind
        return caught.value
