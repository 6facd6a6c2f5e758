"""What a service does with a batch of events. Without Kafka's client."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from chassis.events import RecordedEvent
from chassis.postgres import Connection

Effect = Callable[[Connection, Sequence[RecordedEvent]], Awaitable[None]]
"""What a service does with a batch of one log and partition, positions ascending, no repeats; in the given connection's transaction."""
