"""Which partition of a topic a key belongs to: what Kafka's own clients make of it, without one of them."""

from __future__ import annotations

from typing import Final

from chassis.ids import Id

_SEED: Final = 0x9747B28C
_MULTIPLIER: Final = 0x5BD1E995
_WORD: Final = 0xFFFFFFFF


def partition_of(key: Id, partitions: int) -> int:
    """The partition of a topic that a key belongs to: Kafka's default partitioner, a positive murmur2 of the key by their number."""
    return (murmur2(key) & 0x7FFFFFFF) % partitions


def murmur2(data: bytes) -> int:
    """The 32 bits of Austin Appleby's MurmurHash2, with the seed that Kafka takes (org.apache.kafka.common.utils.Utils)."""
    hashed = _SEED ^ len(data)
    whole = len(data) & ~3
    for start in range(0, whole, 4):
        word = int.from_bytes(data[start : start + 4], "little") * _MULTIPLIER & _WORD
        word = (word ^ word >> 24) * _MULTIPLIER & _WORD
        hashed = hashed * _MULTIPLIER & _WORD ^ word
    if rest := data[whole:]:
        hashed = (hashed ^ int.from_bytes(rest, "little")) * _MULTIPLIER & _WORD
    hashed = (hashed ^ hashed >> 13) * _MULTIPLIER & _WORD
    return hashed ^ hashed >> 15
