"""What tells whether two have the same events: a sum over what each event is, which does not depend on their order.

The log's owner and whoever consumes it each keep one for every partition; where they differ, somebody took what the log does not have, or
did not get what it has. An event counts with 64 bits of a SHA-256 over everything that an effect may see of it, so that no part of its
envelope or payload can be another without the sum being another. Computed alike in Python (about 1 µs) and in PostgreSQL (1.4 µs).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from hashlib import sha256
from typing import Final, NamedTuple

from chassis.events import RecordedEvent
from chassis.ids import NIL

_BITS: Final = 64
_MODULUS: Final = 1 << _BITS
_POSTGRES_EPOCH: Final = 946_684_800_000_000  # 2000-01-01, in microseconds since 1970: what timestamptz_send counts from
_FIXED: Final = struct.Struct(">q16s16s16sqq16s16s16s16s16s")

EVENT_CHECKSUM: Final = r"""('x' || encode(substring(sha256(
    int8send(position) || uuid_send(event_id) || uuid_send(tenant_id) || uuid_send(aggregate_id) || int8send(aggregate_version)
    || timestamptz_send(recorded_at) || uuid_send(actor_id) || coalesce(uuid_send(on_behalf_of), '\x00000000000000000000000000000000')
    || uuid_send(correlation_id) || coalesce(uuid_send(causation_id), '\x00000000000000000000000000000000') || uuid_send(partition_key)
    || convert_to(event_type, 'UTF8') || '\x00' || payload
) for 8), 'hex'))::bit(64)::bigint"""
"""SQL: what `checksum_of` says of a row of `event`, as a bigint."""


def checksum_of(event: RecordedEvent) -> int:
    """What an event counts, 0 to 2^64 - 1."""
    fixed = _FIXED.pack(
        event.position,
        event.event_id,
        event.tenant_id,
        event.aggregate_id,
        event.aggregate_version,
        event.recorded_at - _POSTGRES_EPOCH,
        event.actor_id,
        event.on_behalf_of or NIL,
        event.correlation_id,
        event.causation_id or NIL,
        event.partition_key,
    )
    return int.from_bytes(sha256(b"%b%b\0%b" % (fixed, event.event_type.encode(), event.payload)).digest()[:8], "big")


class Checksum(NamedTuple):
    """What some events of one partition of a log come to."""

    events: int  # how many
    sum: int  # of what each of them counts, modulo 2^64

    def plus(self, checksums: Iterable[int]) -> Checksum:
        """This, and events that count so much."""
        each = list(checksums)
        return Checksum(self.events + len(each), (self.sum + sum(each)) % _MODULUS)

    def minus(self, other: Checksum) -> Checksum:
        """This, without other events that are among these."""
        return Checksum(self.events - other.events, (self.sum - other.sum) % _MODULUS)


NOTHING: Final = Checksum(0, 0)
"""What no events come to."""


def as_bigint(checksum: int) -> int:
    """A checksum as PostgreSQL keeps it: the same 64 bits with a sign."""
    return checksum - _MODULUS if checksum >> (_BITS - 1) else checksum


def from_bigint(value: int) -> int:
    """The checksum that PostgreSQL keeps as `value`, or sums of such ones."""
    return value % _MODULUS
