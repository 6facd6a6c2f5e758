"""What stands for a batch that is not unpacked."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from aiokafka.consumer import fetcher
from aiokafka.record.default_records import DefaultRecordBatchBuilder

from chassis.kafka.uncompressed import NOT_UNPACKED

GZIP, SNAPPY, LZ4, ZSTD = 1, 2, 3, 4
_LAST_BYTE_OF_ATTRIBUTES = 22


def batch_of(values: list[bytes], base_offset: int, compression: int = 0) -> bytes:
    """A batch as a broker hands it out, that says of itself that it is compressed."""
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 1 << 20)
    for number, value in enumerate(values):
        builder.append(number, 0, None, value, [])
    built = bytearray(builder.build())
    struct.pack_into(">q", built, 0, base_offset)
    built[_LAST_BYTE_OF_ATTRIBUTES] |= compression
    return bytes(built)


def read(fetched: bytes) -> list[tuple[int, Any]]:
    records, found = fetcher.MemoryRecords(fetched), []
    while records.has_next():
        batch = records.next_batch()
        assert batch.validate_crc()
        found += [(record.offset, record.value) for record in batch]
    return found


@pytest.mark.parametrize("codec", [GZIP, SNAPPY, LZ4, ZSTD])
def test_a_compressed_batch_is_two_messages_that_say_so_whatever_packed_it_and_what_is_not_is_read(codec: int) -> None:
    fetched = batch_of([b"a", b"b"], 7) + batch_of([b"c"] * 5, 9, codec) + batch_of([b"d"], 14) + batch_of([b"e"], 15, codec)
    refused = NOT_UNPACKED
    assert read(fetched) == [(7, b"a"), (8, b"b"), (9, refused), (13, refused), (14, b"d"), (15, refused)]
