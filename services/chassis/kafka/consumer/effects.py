"""What a service does with a batch of events: by itself, or joined with the consumer's own statement. Without Kafka's client."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple

from chassis.events import RecordedEvent
from chassis.postgres.connections import Connection

Effect = Callable[[Connection, Sequence[RecordedEvent]], Awaitable[None]]
"""What a service does with a batch of one log and partition, positions ascending, no repeats; in the given connection's transaction."""


class JoinedEffect(NamedTuple):
    """An effect as a part of the statement that moves the position on: one answer to wait for, where a transaction has one a step.

    Where the condition does not hold nothing is written, and the position stays. The texts are constants: they are prepared.
    """

    condition: str
    writes: str  # common table expressions, each of which writes only if there is a row in `moved`
    parameters: Sequence[Any]  # of the condition, then of what is written


Joining = Callable[[Connection, Sequence[RecordedEvent]], JoinedEffect | None]
"""The same as an Effect, for such batches as it can be joined for; None for any other. Of the connection it asks nothing."""
