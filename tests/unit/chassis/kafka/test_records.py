from __future__ import annotations

import inspect
import re

import pytest
from aiokafka.producer.message_accumulator import BatchBuilder, MessageAccumulator, MessageBatch
from aiokafka.record.default_records import DefaultRecordBatch
from aiokafka.record.util import encode_varint
from hypothesis import given
from hypothesis import strategies as st

from chassis.kafka.headers import headers_sql, read_headers
from chassis.kafka.relay.records import RecordBatch, varint
from chassis.kafka.topics import dead_letters_topic, events_topic


@given(st.integers(min_value=0, max_value=2**31))
def test_a_varint_is_kafkas(value: int) -> None:
    expected = bytearray()
    encode_varint(value, expected.append)
    assert varint(value) == bytes(expected)


@given(st.lists(st.tuples(st.binary(min_size=16, max_size=16), st.binary(max_size=300)), min_size=1, max_size=50), st.integers(0, 10**9))
def test_a_batch_is_read_back_by_aiokafka_with_its_checksum(records: list[tuple[bytes, bytes]], sequence: int) -> None:
    batch, section = RecordBatch(), b"\x04" + b"\x02a\x04xy" + b"\x02b\x00"
    for key, value in records:
        batch.add(key, value, section)
    batch._set_producer_state(7, 3, sequence)
    built = batch._build()
    assert batch.record_count() == len(records)
    assert batch.size() >= len(built)
    read = DefaultRecordBatch(built)
    assert read.validate_crc()
    assert (read.producer_id, read.producer_epoch, read.base_sequence) == (7, 3, sequence)
    found = list(read)
    assert [(r.key, r.value) for r in found] == records
    assert [r.offset for r in found] == list(range(len(records)))
    assert all(list(r.headers) == [("a", b"xy"), ("b", b"")] == read_headers(section) for r in found)


def test_a_batch_that_is_sent_again_keeps_its_bytes() -> None:
    batch = RecordBatch()
    batch.add(b"k" * 16, b"v", b"\x00")
    batch._set_producer_state(1, 0, 5)
    assert batch._build() is batch._build()


def test_aiokafka_asks_nothing_else_of_a_batch_than_what_ours_answers() -> None:
    """Its producer takes our batch for its own: whatever it calls on one, public to it or not, ours has, with the same parameters."""
    calls = set(re.findall(r"\b_?builder\.(\w+)\(", inspect.getsource(MessageBatch) + inspect.getsource(MessageAccumulator)))
    asked = calls - {"append"}  # only where single messages are sent into an open batch
    assert asked == {"record_count", "closed", "close", "_set_producer_state", "_build"}
    for name in (*asked, "size"):
        ours, theirs = (inspect.signature(getattr(batch, name)).parameters for batch in (RecordBatch, BatchBuilder))
        assert ours.keys() == theirs.keys()
    assert RecordBatch().closed()


@pytest.mark.parametrize("name", ["", "Goals", "goals'; DROP TABLE event; --", "a" * 21, "goals2"])
def test_only_the_name_of_a_log_gets_into_sql(name: str) -> None:
    with pytest.raises(ValueError, match="not the name of a log"):
        headers_sql(name)


def test_topics_are_named_after_the_log_and_the_consumer() -> None:
    assert events_topic("goals") == "cairn.goals.events.v1"
    assert dead_letters_topic("progress") == "cairn.progress.dead-letters.v1"
