"""Who owns a log, and can tell what is in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, Protocol

from chassis.eventstore import EventChecksums, LogChecksums, PartitionPlace

ASKED_AT_ONCE: Final = 1_000
"""Places, or positions, that are asked for in one question, at most."""


class LogOwner(Protocol):
    """Tells what is in a log. Each method raises Refused (UNAVAILABLE) when it cannot tell now."""

    async def checksums(self, places: Sequence[PartitionPlace]) -> LogChecksums:
        """What partitions come to, each up to a position."""
        ...

    async def event_checksums(self, positions: Collection[int]) -> EventChecksums:
        """What the events at these positions count."""
        ...
