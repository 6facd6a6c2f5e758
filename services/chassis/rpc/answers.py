"""What a command's answer looks like on the wire, the same in every service."""

from __future__ import annotations

from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp

from cairn.common.v1 import common_pb2
from chassis.aggregates import Appended
from chassis.days import Microseconds

_MICROSECONDS: Final = 1_000_000


def appended_message(appended: Appended) -> common_pb2.Appended:
    """The answer to a command whose events are durable."""
    return common_pb2.Appended(
        positions=[common_pb2.LogPosition(log=p.log, partition=p.partition, position=p.position) for p in appended.positions],
        version=appended.version,
        recorded_at=timestamp(appended.recorded_at),
        repeated_request=appended.repeated,
    )


def timestamp(microseconds: Microseconds) -> Timestamp | None:
    """The instant as a message; None for 0: nothing happened."""
    if not microseconds:
        return None
    return Timestamp(seconds=microseconds // _MICROSECONDS, nanos=microseconds % _MICROSECONDS * 1000)
