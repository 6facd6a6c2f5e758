"""Given what happened, when something is decided, then this is what it comes to.

given(CHECK_INS, recorded("a"), retracted("a")).when(check_ins.retract, METRIC, an_id("a"), "again").then_refused("CHECK_IN_RETRACTED")
when(check_ins.grade, METRIC, wanted, TODAY).then(graded(0.7))
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import pytest
from google.protobuf.message import Message

from chassis.errors import Kind, Refused
from chassis.eventstore import AggregateType, Decided

S = TypeVar("S")
P = ParamSpec("P")


def given(aggregate: AggregateType[S], *events: Message) -> Given[S]:
    """An aggregate that these events have happened to."""
    return Given(aggregate, events)


def when(make: Callable[P, Message], *values: P.args, **named: P.kwargs) -> When:
    """An event is made that rests on nothing that has happened to its aggregate."""
    return When(lambda: [make(*values, **named)])


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

    def when(self, decide: Callable[Concatenate[S, P], Decided | None], *values: P.args, **named: P.kwargs) -> When:
        """Something is decided on it, or required of it."""
        return When(lambda: self._decided(lambda state: decide(state, *values, **named)))

    def _decided(self, decide: Callable[[S], Decided | None]) -> list[Message]:
        """What it comes to; and it changed nothing, and its events fold to the same state ahead of the log as out of it."""
        state = folded(self._aggregate, *self._events)
        decided = decide(state) or ()
        events = [decided] if isinstance(decided, Message) else list(decided)
        assert state == folded(self._aggregate, *self._events), "a decision must not change the state"
        for event in events:
            self._aggregate.apply(state, event)
        assert state == folded(self._aggregate, *self._events, *events)
        return events


class When:
    """A decision about to be made."""

    def __init__(self, decide: Callable[[], list[Message]]) -> None:
        self._decide = decide

    def events(self) -> list[Any]:
        """What it comes to."""
        return self._decide()

    def then(self, *expected: Message) -> None:
        """It comes to these events."""
        assert self.events() == list(expected)

    def then_nothing(self) -> None:
        """There is nothing to do, and nothing against it."""
        assert self.events() == []

    def then_refused(self, reason: str, field: str | None = None, kind: Kind | None = None) -> Refused:
        """It is refused for this reason."""
        with pytest.raises(Refused) as caught:
            self._decide()
        assert caught.value.reason == reason
        if field is not None:
            assert caught.value.field == field
        if kind is not None:
            assert caught.value.kind is kind
        return caught.value
