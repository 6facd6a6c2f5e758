"""What a service does with a batch of events: by itself, or told beforehand as statements. Without Kafka's client."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from chassis.events import RecordedEvent
from chassis.postgres import Connection

Effect = Callable[[Connection, Sequence[RecordedEvent]], Awaitable[None]]
"""What a service does with a batch of one log and partition, positions ascending, no repeats; in the given connection's transaction."""

Statement = tuple[str, Sequence[Any]]
"""A whole statement, whose text is a constant, since it is prepared; and its parameters."""

EffectAsStatements = Callable[[Sequence[RecordedEvent]], Sequence[Statement] | None]
"""The same as an Effect, told without asking the database anything; None for a batch of which it cannot be told."""
