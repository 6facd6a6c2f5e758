"""What held when: the two instants of a question."""

from __future__ import annotations

from datetime import date, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from cairn.common.v1 import common_pb2
from chassis.days import day_of
from gateway.http import Query
from gateway.schemas.fields import DayField, InstantField


class AsOf(Query):
    """What held when."""

    as_of: DayField | None = None
    """The day that the answer is true of; none: today."""
    known_at: InstantField | None = None
    """Only what was known at this instant; none: now."""


def optional_timestamp(instant: datetime | None) -> Timestamp | None:
    """An instant in UTC as a message, where there is one."""
    if instant is None:
        return None
    message = Timestamp()
    message.FromDatetime(instant.replace(tzinfo=None))
    return message


def as_of_message(true_on: date | None, known_at: datetime | None) -> common_pb2.AsOf | None:
    """The two instants of a question; None where it asks for the present."""
    if true_on is None and known_at is None:
        return None
    message = common_pb2.AsOf()
    if true_on is not None:
        message.true_on = day_of(true_on)
    if known_at is not None:
        message.known_at.FromDatetime(known_at.replace(tzinfo=None))
    return message
