"""Batches come off Kafka as they are, or not at all: nothing of ours compresses, and a few megabytes may unpack to gigabytes.

aiokafka unpacks whatever it has fetched. Here it is handed, in the place of a compressed batch, messages that say so: a consumer refuses
them as no messages of the log's relay, tells of them in `cairn status`, and goes on behind the batch. So such a batch, be it written with
a relay's password, costs the bytes that were sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import DefaultRecord
from aiokafka.record.memory_records import MemoryRecords

NOT_UNPACKED: Final = b"COMPRESSED: a batch that is not unpacked, since no relay of a log compresses any"
"""The value, this very object, of what stands for a batch that is compressed."""


class _Refused:
    """What stands for a batch that is not unpacked: a message at its first offset and one at its last, so that nothing seems missing."""

    is_control_batch: Final = False
    is_transactional: Final = False
    producer_id: Final = None

    def __init__(self, batch: Any) -> None:
        self._first_offset: Final[int] = batch.base_offset
        self.next_offset: Final[int] = batch.next_offset
        self._timestamp: Final[int] = batch.max_timestamp

    def validate_crc(self) -> bool:
        """There is nothing in it."""
        return True

    def __iter__(self) -> Iterator[Any]:
        for offset in sorted({self._first_offset, self.next_offset - 1}):
            yield DefaultRecord(offset, self._timestamp, 0, None, NOT_UNPACKED, [])


class _Uncompressed:
    """What aiokafka finds in what it has fetched, in the place of its `MemoryRecords`."""

    def __init__(self, fetched: bytes) -> None:
        self._records: Final[Any] = MemoryRecords(fetched)

    def size_in_bytes(self) -> int:
        """Of all that was fetched."""
        return int(self._records.size_in_bytes())

    def has_next(self) -> bool:
        """Whether there is another batch."""
        return bool(self._records.has_next())

    def next_batch(self) -> Any:
        """The next batch, or what stands for it."""
        batch: Any = self._records.next_batch()
        return _Refused(batch) if batch.compression_type else batch


fetcher.MemoryRecords = _Uncompressed  # there is no other way in: aiokafka finds it by this name
