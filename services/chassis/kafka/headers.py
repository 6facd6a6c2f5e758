"""A message's headers (CloudEvents 1.0, binary mode), rendered by PostgreSQL as they stand in a Kafka record.

A record holds its headers as their count, then for each the length of its name, the name, the length of its value, the value; lengths are
zigzag varints. Where every length is below 64 a varint is one byte, and that byte is ASCII: so a whole header section is one text value
of one SQL expression, and the relay makes no Python object for a header. Measured: 0.64 of a bare producer; with header tuples 0.32.
Everything here is shorter than 64 bytes: ids and times by their form, numbers by their type, event types and log names by a CHECK.
"""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID, uuid5

from chassis.days import instant_of
from chassis.eventstore import GENERATION_BEGAN, GENERATION_OF_POSITION, Generation
from chassis.ids import Id, id_text
from chassis.runtime import tracing

_LOG_NAME: Final = re.compile(r"[a-z]{1,20}")
_ID_BYTES: Final = 36
_TIME: Final = """to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_TIME_BYTES: Final = 27
_TRACEPARENT: Final = "concat('00-', translate(correlation_id::text, '-', ''), '-', right(translate(event_id::text, '-', ''), 16), '-01')"
"""What `chassis.runtime.tracing.of_event` says."""
_TRACEPARENT_BYTES: Final = 55


def _varint(length: int) -> str:
    """SQL text of a varint below 64."""
    assert 0 < length < 64, length
    return f"chr({2 * length})"


def _header(name: str, value: str, length: int | None = None) -> str:
    """SQL of one header; `value` is SQL, of always `length` bytes if that is known."""
    value_length = _varint(length) if length is not None else f"chr(2 * octet_length({value}))"
    return f"{_varint(len(name))}, '{name}', {value_length}, {value}"


def _optional(name: str, column: str) -> str:
    return f"CASE WHEN {column} IS NOT NULL THEN concat({_header(name, column + '::text', _ID_BYTES)}) END"


def headers_sql(log: str, *, traced: bool = False) -> str:
    """The SQL expression (bytea) of the header section of a row of `event`; if `traced`, with the place of the span of its append.

    Raises ValueError when `log` is not a log's name.
    """
    if _LOG_NAME.fullmatch(log) is None:
        raise ValueError(f"{log!r} is not the name of a log; one is 1 to 20 letters a-z")
    source = f"/cairn/{log}"
    always = [
        _header("ce_specversion", "'1.0'", 3),
        _header("ce_source", f"'{source}'", len(source)),
        _header("content-type", "'application/protobuf'", 20),
        _header("ce_type", "event_type"),
        _header("ce_id", "event_id::text", _ID_BYTES),
        _header("ce_time", _TIME, _TIME_BYTES),
        _header("ce_subject", "aggregate_id::text", _ID_BYTES),
        _header("ce_aggregateversion", "aggregate_version::text"),
        _header("ce_sequence", "position::text"),
        _header("ce_tenant", "tenant_id::text", _ID_BYTES),
        _header("ce_actor", "actor_id::text", _ID_BYTES),
        _header("ce_correlationid", "correlation_id::text", _ID_BYTES),
        _header("ce_partitionkey", "partition_key::text", _ID_BYTES),
        _header("ce_logid", "(SELECT log_id::text FROM log_head)", _ID_BYTES),
        _header("ce_generation", f"{GENERATION_OF_POSITION}::text"),
    ]
    if traced:
        always.append(_header(tracing.HEADER, _TRACEPARENT, _TRACEPARENT_BYTES))
    optional = [_optional("ce_onbehalfof", "on_behalf_of"), _optional("ce_causationid", "causation_id")]
    count = f"chr(2 * ({len(always)} + num_nonnulls(on_behalf_of, causation_id)))"
    return f"convert_to(concat({', '.join([count, *always, *optional])}), 'UTF8')"


def generation_headers(log: str, log_id: Id, generation: Generation) -> list[tuple[str, bytes]]:
    """The headers of the message that tells that a generation of a log began."""
    texts = {
        "ce_specversion": "1.0",
        "ce_source": f"/cairn/{log}",
        "ce_type": GENERATION_BEGAN,
        "ce_id": str(uuid5(UUID(bytes=log_id), str(generation.generation))),
        "ce_time": instant_of(generation.began_at).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "ce_sequence": str(generation.first_position - 1),
        "ce_logid": id_text(log_id),
        "ce_generation": str(generation.generation),
    }
    return [(name, text.encode()) for name, text in texts.items()]


def read_headers(section: bytes) -> list[tuple[str, bytes]]:
    """The headers of a section that `headers_sql` rendered, as who consumes the message gets them."""
    texts: list[bytes] = []
    at = 1  # behind their count
    while at < len(section):
        end = at + 1 + section[at] // 2
        texts.append(section[at + 1 : end])
        at = end
    return [(name.decode("ascii"), value) for name, value in zip(texts[::2], texts[1::2], strict=True)]
