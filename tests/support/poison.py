"""Messages that are no events, for a topic of events."""

from __future__ import annotations

from dataclasses import dataclass

from aiokafka import AIOKafkaProducer

from chassis.ids import id_text, new_id
from chassis.kafka.security import client_security
from chassis.runtime import Settings


@dataclass(frozen=True)
class Message:
    """What a producer is handed."""

    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


def _with_envelope(log: str, **wrong: str) -> Message:
    """The headers that the relay writes, with some that are wrong."""
    key = new_id()
    right = {
        "ce_specversion": "1.0",
        "ce_id": id_text(new_id()),
        "ce_source": f"/cairn/{log}",
        "ce_type": "cairn.checkins.v1.CheckInRecorded",
        "ce_time": "2026-01-01T00:00:00.000000Z",
        "ce_subject": id_text(new_id()),
        "ce_sequence": "1",
        "ce_aggregateversion": "1",
        "ce_partitionkey": id_text(key),
        "ce_tenant": id_text(new_id()),
        "ce_actor": id_text(new_id()),
        "ce_correlationid": id_text(new_id()),
    }
    return Message(key, b"", tuple((name, value.encode()) for name, value in (right | wrong).items()))


POISON = (
    Message(b"key", b"\xff\xfe no event"),
    Message(b"key", None),
    _with_envelope("checkins", ce_sequence="soon"),
    _with_envelope("elsewhere"),
)
"""None of them can be taken for an event of checkins, whatever its log holds."""


async def poison_topic(settings: Settings, topic: str, partitions: int) -> int:
    """Sends every poison to every partition of a topic, as whom the settings name; answers how many messages that were."""
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka_bootstrap, acks="all", **client_security(settings))
    await producer.start()
    try:
        for partition in range(partitions):
            for message in POISON:
                await producer.send_and_wait(topic, message.value, key=message.key, partition=partition, headers=list(message.headers))
    finally:
        await producer.stop()
    return partitions * len(POISON)
