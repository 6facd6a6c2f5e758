from __future__ import annotations

import pytest
from aiokafka.structs import ConsumerRecord

from chassis.ids import new_id
from chassis.kafka.consumer.deliveries import pack_headers, read_deliveries, unpack_headers
from chassis.kafka.consumer.partition_state import PartitionState, sort_deliveries
from chassis.kafka.envelope import EnvelopeReader, MalformedEnvelope
from tests.integration.chassis.kafka.support import Aggregates, recorded
from tests.support.messages import header_tuples

LOG = "goals"


def message(headers: list[tuple[str, bytes]], key: bytes | None, value: bytes | None = b"payload", offset: int = 0) -> ConsumerRecord:
    return ConsumerRecord("topic", 0, offset, 0, 0, key, value, None, 16, 7, tuple(headers))


def a_message(position: int = 1, aggregates: Aggregates | None = None) -> ConsumerRecord:
    event = recorded(LOG, (aggregates or Aggregates(1)).event(), position)
    return message(header_tuples(event), event.partition_key, event.payload, offset=position)


def with_header(original: ConsumerRecord, name: str, value: bytes | None) -> ConsumerRecord:
    headers = [(n, v) for n, v in original.headers if n != name]
    return message([*headers, (name, value)] if value is not None else headers, original.key)


def test_an_event_comes_back_as_it_was_recorded_to_the_microsecond() -> None:
    event = recorded(LOG, Aggregates(1).event(), 17)
    assert event.recorded_at % 1_000_000
    assert EnvelopeReader(LOG).read(message(header_tuples(event), event.partition_key, event.payload)) == event


def test_what_is_optional_may_be_missing() -> None:
    event = recorded(LOG, Aggregates(1).event(number=1), 1)
    assert event.on_behalf_of is None
    assert event.causation_id is None
    assert EnvelopeReader(LOG).read(message(header_tuples(event), event.partition_key, event.payload)) == event


def test_a_message_from_before_logs_had_an_identity_is_of_the_first_generation() -> None:
    read = EnvelopeReader(LOG).read(with_header(a_message(), "ce_generation", None))
    assert (read.generation, read.log_id) == (1, None)


def test_a_message_tells_the_log_and_its_generation() -> None:
    event = recorded(LOG, Aggregates(1).event(), 17)._replace(generation=2, log_id=new_id())
    assert EnvelopeReader(LOG).read(message(header_tuples(event), event.partition_key, event.payload)) == event


REQUIRED = [
    "ce_specversion", "ce_source", "ce_type", "ce_id", "ce_time", "ce_subject", "ce_aggregateversion", "ce_sequence", "ce_tenant",
    "ce_actor", "ce_correlationid", "ce_partitionkey",
]  # fmt: skip


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_header_is_named(name: str) -> None:
    with pytest.raises(MalformedEnvelope, match=name):
        EnvelopeReader(LOG).read(with_header(a_message(), name, None))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_specversion", b"0.3"),
        ("ce_source", b"/cairn/checkins"),
        ("ce_type", b"not a type"),
        ("ce_type", b""),
        ("ce_id", b"00000000-0000-0000-0000-00000000000"),
        ("ce_id", b"zzzzzzzz-0000-0000-0000-000000000000"),
        ("ce_id", b"000000000000000000000000000000000000"),
        ("ce_time", b"2026-13-01T00:00:00.000000Z"),
        ("ce_time", b"2026-11-22T10:00:00.000000"),
        ("ce_time", b"\xff"),
        ("ce_sequence", b"0"),
        ("ce_sequence", b"-1"),
        ("ce_sequence", b"1e3"),
        ("ce_sequence", b"9" * 19),
        ("ce_aggregateversion", b"one"),
        ("ce_partitionkey", b"11111111-1111-1111-1111-111111111111"),
        ("ce_onbehalfof", b"somebody"),
    ],
)
def test_a_wrong_header_makes_the_envelope_malformed(name: str, value: bytes) -> None:
    with pytest.raises(MalformedEnvelope):
        EnvelopeReader(LOG).read(with_header(a_message(), name, value))


TOLD = [*REQUIRED, "ce_onbehalfof", "ce_causationid", "ce_logid", "ce_generation"]


@pytest.mark.parametrize("foreign", [b"7" * 100_000, b"A." * 50_000, b"\xff" * 100_000, b"2026-11-22T10:00:00.000000Z" + b" " * 100_000])
@pytest.mark.parametrize("name", TOLD)
def test_what_is_told_of_a_malformed_message_does_not_grow_with_what_somebody_wrote(name: str, foreign: bytes) -> None:
    with pytest.raises(MalformedEnvelope) as malformed:
        EnvelopeReader(LOG).read(with_header(a_message(), name, foreign))
    assert len(str(malformed.value)) < 150


def test_what_is_told_of_a_wrong_key_does_not_grow_with_it() -> None:
    original = a_message()
    with pytest.raises(MalformedEnvelope) as malformed:
        EnvelopeReader(LOG).read(message(list(original.headers), b"k" * 100_000))
    assert len(str(malformed.value)) < 150


def test_a_message_without_payload_is_malformed_and_an_empty_payload_is_not() -> None:
    original = a_message()
    with pytest.raises(MalformedEnvelope):
        EnvelopeReader(LOG).read(message(list(original.headers), original.key, None))
    assert EnvelopeReader(LOG).read(message(list(original.headers), original.key, b"")).payload == b""


def test_an_instant_is_read_as_utc() -> None:
    event = EnvelopeReader(LOG).read(with_header(a_message(), "ce_time", b"1970-01-02T00:00:00.000007Z"))
    assert event.recorded_at == 86_400_000_007


def test_headers_survive_being_kept_with_a_dead_letter() -> None:
    headers = (("a", b"\x00\xff"), ("ä", b""))
    assert unpack_headers(pack_headers(headers)) == headers


def sorted_out(messages: list[ConsumerRecord], state: PartitionState) -> tuple[list[int], list[str]]:
    batch = sort_deliveries(state, read_deliveries(messages, EnvelopeReader(LOG)))
    return [event.position for event in batch.events], [reason.split(":")[0] for _, reason in batch.letters]


def test_what_was_seen_before_is_dropped() -> None:
    messages = [a_message(p) for p in (4, 5, 6, 5, 6, 8, 7)]
    assert sorted_out(messages, PartitionState(LOG, 0, position=4, next_offset=0, seen=4)) == ([5, 6, 8], [])


def test_a_dead_letter_is_not_taken_again_though_the_position_has_not_reached_it() -> None:
    state = PartitionState(LOG, 0, position=4, next_offset=0, seen=6, blocked={new_id()})
    assert sorted_out([a_message(p) for p in (6, 7)], state) == ([7], [])


def test_the_events_of_a_blocked_aggregate_wait_and_those_of_others_do_not() -> None:
    sick, sound = Aggregates(1), Aggregates(1)
    state = PartitionState(LOG, 0, position=0, next_offset=0, blocked=set(sick.ids))
    assert sorted_out([a_message(1, sick), a_message(2, sound), a_message(3, sick)], state) == ([2], ["PARKED", "PARKED"])


def test_a_malformed_message_blocks_nobody() -> None:
    aggregates = Aggregates(1)
    messages = [with_header(a_message(1, aggregates), "ce_time", b"?"), a_message(2, aggregates)]
    assert sorted_out(messages, PartitionState(LOG, 0, 0, 0)) == ([2], ["MalformedEnvelope"])
