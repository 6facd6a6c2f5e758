"""What a command's answer looks like on the wire, the same in every service."""

from __future__ import annotations

from typing import Final

from cairn.common.v1 import common_pb2
from chassis.eventstore import Appended

_MICROSECONDS: Final = 1_000_000


def appended_message(appended: Appended) -> common_pb2.Appended:
    """The answer to a command whose events are durable."""
    message = common_pb2.Appended()
    write_appended(message, appended)
    return message


def write_appended(message: common_pb2.Appended, appended: Appended) -> None:
    """Writes it into a message that is part of another: made by itself and then put there, it would be copied."""
    for log, partition, position in appended.positions:
        message.positions.add(log=log, partition=partition, position=position)
    message.version = appended.version
    message.repeated_request = appended.repeated
    if appended.recorded_at:
        message.recorded_at.seconds, microseconds = divmod(appended.recorded_at, _MICROSECONDS)
        message.recorded_at.nanos = microseconds * 1000
