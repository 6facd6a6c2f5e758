"""Keys fall into the partitions that Kafka's clients put them in."""

from __future__ import annotations

import random

from aiokafka.partitioner import murmur2 as kafkas

from chassis.partitions import murmur2, partition_of


def test_a_key_is_hashed_as_kafkas_default_partitioner_does() -> None:
    chance = random.Random(7)
    for length in range(40):
        key = chance.randbytes(length)
        assert murmur2(key) == kafkas(key) & 0xFFFFFFFF


def test_the_partition_is_the_positive_hash_by_their_number() -> None:
    key = bytes(range(16))
    assert partition_of(key, 6) == (kafkas(key) & 0x7FFFFFFF) % 6
