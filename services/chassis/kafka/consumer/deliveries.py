"""What came off a topic: messages with the events that they carry, or with what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import orjson
from aiokafka import ConsumerRecord

from chassis.checksums import checksum_of
from chassis.events import RecordedEvent
from chassis.kafka.envelope import EnvelopeReader, GenerationBegan, MalformedEnvelope
from chassis.kafka.uncompressed import NOT_UNPACKED


class Delivery(NamedTuple):
    """One message, and what it is.

    An event is to take effect; with a fault it becomes a dead letter. No event: it is refused, as no message of the log's relay, and
    `fault` says why; or it tells that a generation began; or, with neither, it is passed over.
    """

    message: ConsumerRecord
    event: RecordedEvent | None
    fault: str = ""
    checksum: int = 0  # what the event counts
    began: GenerationBegan | None = None

    @property
    def size(self) -> int:
        """Bytes of its value, and of its headers' values."""
        size = len(self.message.value or b"")
        for _, value in self.message.headers:  # a generator would take twice as long, and this is asked of each message
            if value:
                size += len(value)
        return size

    @property
    def refused(self) -> bool:
        """Whether it is no message of the log's relay."""
        return self.event is None and self.fault != ""


def read_deliveries(messages: Iterable[ConsumerRecord], reader: EnvelopeReader) -> list[Delivery]:
    """The messages with their events, in the same order."""
    return [_delivery(message, reader) for message in messages]


def _delivery(message: ConsumerRecord, reader: EnvelopeReader) -> Delivery:
    if message.value is NOT_UNPACKED:
        return Delivery(message, None, NOT_UNPACKED.decode())
    try:
        read = reader.read_message(message)
        if isinstance(read, GenerationBegan):
            return Delivery(message, None, began=read)
        if not reader.lies_in(read.partition_key, message.partition):
            return Delivery(message, None, f"WRONG_PARTITION: an event with this key does not belong to partition {message.partition}")
        return Delivery(message, read, checksum=checksum_of(read))
    except MalformedEnvelope as malformed:
        return Delivery(message, None, f"MalformedEnvelope: {malformed}")


class StoredMessage(NamedTuple):
    """A message as a dead letter keeps it: enough of it to be read again."""

    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]


def pack_headers(headers: Iterable[tuple[str, bytes | None]]) -> bytes:
    """Headers as a dead letter keeps them."""
    return orjson.dumps([[name, (value or b"").hex()] for name, value in headers])


def unpack_headers(packed: bytes) -> tuple[tuple[str, bytes], ...]:
    """What `pack_headers` kept."""
    return tuple((name, bytes.fromhex(value)) for name, value in orjson.loads(packed))
