"""What was said of key results, for imports: as the log has it, each event of it read once.

An import sends a key result's rows in many batches, and each is decided on all that was said before: read anew for every batch, that grew
with the square of the rows, and held up everybody else while it was decoded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from chassis.events import RecordedEvent
from chassis.eventstore import Aggregates
from chassis.ids import Id
from chassis.runtime import time_sliced
from checkins.aggregates import EVENT_TYPES
from checkins.domain.imported import Said

_MOST_BYTES: Final = 48 << 20
_BYTES_OF_AN_EVENT: Final = 500  # beside its payload; measured


@dataclass(slots=True)
class _Reading:
    """What was said of one key result, as far as it was read."""

    said: Said = field(default_factory=Said)
    held_bytes: int = 0

    def take(self, event: RecordedEvent) -> None:
        self.said.take(event, EVENT_TYPES.decode(event.event_type, event.payload))
        self.held_bytes += _BYTES_OF_AN_EVENT + len(event.payload)


class SaidOfKeyResults:
    """Reads what was said, and keeps what was asked for last: of that only what is newer is read the next time.

    What is kept is believed only while its last event stands in the log at its place; else all of it is read again.
    """

    def __init__(self, aggregates: Aggregates, most_bytes: int = _MOST_BYTES) -> None:
        self._aggregates = aggregates
        self._most_bytes = most_bytes
        self._kept: dict[Id, _Reading] = {}  # by key result: what was asked for last is at the end
        self._counted: dict[Id, int] = {}  # bytes of each
        self._held_bytes = 0

    async def read(self, key_result_ids: Iterable[Id]) -> dict[Id, Said]:
        """What was said of each, as the log has it now. It is shared: what others read on meanwhile is in it, too."""
        wanted = set(key_result_ids)
        found = {key_result_id: self._kept[key_result_id] for key_result_id in wanted & self._kept.keys()}
        replaced = await self._read_on(found) if found else set()
        found |= await self._read(wanted - found.keys() | replaced)
        self._keep(found)
        return {key_result_id: reading.said for key_result_id, reading in found.items()}

    async def _read(self, key_result_ids: set[Id]) -> dict[Id, _Reading]:
        """What was said of each, from the beginning."""
        found = {key_result_id: _Reading() for key_result_id in key_result_ids}
        async for page in self._aggregates.pages_of_streams(key_result_ids):
            async for event in time_sliced(page):
                found[event.aggregate_id].take(event)
        return found

    async def _read_on(self, known: Mapping[Id, _Reading]) -> set[Id]:
        """Takes in what is newer; returns the key results whose stream is not the one that was read."""
        replaced = {key_result_id for key_result_id, reading in known.items() if reading.said.events}  # until its last event is found
        since = {key_result_id: reading.said.events for key_result_id, reading in known.items()}
        last_events = {key_result_id: reading.said.last_event for key_result_id, reading in known.items()}
        async for page in self._aggregates.pages_of_streams(known, since):
            async for event in time_sliced(page):
                key_result_id, reading = event.aggregate_id, known[event.aggregate_id]
                if event.event_id == last_events[key_result_id]:
                    replaced.discard(key_result_id)
                elif key_result_id not in replaced and event.aggregate_version > reading.said.events:  # else another has taken it
                    reading.take(event)
        return replaced

    def _keep(self, found: Mapping[Id, _Reading]) -> None:
        for key_result_id, reading in found.items():
            self._kept.pop(key_result_id, None)
            self._kept[key_result_id] = reading
            self._held_bytes += reading.held_bytes - self._counted.get(key_result_id, 0)
            self._counted[key_result_id] = reading.held_bytes
        while self._held_bytes > self._most_bytes:
            oldest = next(iter(self._kept))
            del self._kept[oldest]
            self._held_bytes -= self._counted.pop(oldest)
