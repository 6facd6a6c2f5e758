"""Where an event stands, and where a command's events do, as every service says it on the wire."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp

from cairn.common.v1 import common_pb2
from chassis.days import Microseconds
from chassis.eventstore import Appended
from chassis.ids import Id
from chassis.positions import FIRST_GENERATION, Position

_MICROSECONDS: Final = 1_000_000


def appended_message(appended: Appended) -> common_pb2.Appended:
    """The answer to a command whose events are durable."""
    message = common_pb2.Appended()
    write_appended(message, appended)
    return message


def write_appended(message: common_pb2.Appended, appended: Appended) -> None:
    """Writes it into a message that is part of another: made by itself and then put there, it would be copied."""
    for log, partition, position, generation in appended.positions:
        message.positions.add(log=log, partition=partition, position=position, generation=generation)
    message.version = appended.version
    message.repeated_request = appended.repeated
    if appended.recorded_at:
        message.recorded_at.seconds, microseconds = divmod(appended.recorded_at, _MICROSECONDS)
        message.recorded_at.nanos = microseconds * 1000


def edits_message(created_at: Microseconds, created_by: Id, updated_at: Microseconds, updated_by: Id) -> common_pb2.Edits:
    """Who made a thing and who changed it last."""
    message = common_pb2.Edits(created_by=created_by, updated_by=updated_by)
    message.created_at.FromMicroseconds(created_at)
    message.updated_at.FromMicroseconds(updated_at)
    return message


def timestamp(instant: datetime) -> Timestamp:
    """An instant as a message."""
    message = Timestamp()
    message.FromDatetime(instant)
    return message


def position_message(position: Position) -> common_pb2.LogPosition:
    """A position as a message."""
    return common_pb2.LogPosition(
        log=position.log, partition=position.partition, position=position.position, generation=position.generation
    )


def position_messages(positions: Iterable[Position]) -> list[common_pb2.LogPosition]:
    """The positions as messages."""
    return list(map(position_message, positions))


def positions_of(messages: Iterable[common_pb2.LogPosition]) -> tuple[Position, ...]:
    """The positions that messages name."""
    return tuple(Position(message.log, message.partition, message.position, message.generation or FIRST_GENERATION) for message in messages)
