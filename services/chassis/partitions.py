"""Which partition of a topic a key belongs to."""

from __future__ import annotations

from aiokafka.partitioner import murmur2

from chassis.ids import Id


def partition_of(key: Id, partitions: int) -> int:
    """The partition of a topic that a key belongs to: Kafka's own default partitioner (murmur2)."""
    return int((murmur2(key) & 0x7FFFFFFF) % partitions)
