"""An event as JSON for a reader: ids as UUIDs, days as dates, instants as times, enums as words. Personal data stays sealed.

A field that its message always has is always told: a zero as a zero, an empty list as one, no id, day or choice as null. One that may
be left out (`optional`, a message of its own, a branch of a choice) is told where it is set: what a revision leaves out it leaves alone.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Final

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.timestamp_pb2 import Timestamp

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.directory.v1 import events_pb2 as directory
from cairn.goals.v1 import events_pb2 as goals
from cairn.notifications.v1 import events_pb2 as notifications
from cairn.progress.v1 import events_pb2 as progress
from chassis.days import date_of
from chassis.events import EventTypes, UnknownEventType
from chassis.ids import id_text
from shared.milestones import numbers_done
from shared.upcasters import UPCASTERS

EVENT_TYPES: Final = EventTypes(directory, goals, checkins, progress, notifications, upcasters=UPCASTERS)

_DAYS: Final = frozenset({"as_of", "graded_on", "holds_from", "day"})  # beside whatever ends with _day
_ID_BYTES: Final = 16

Render = Callable[[Any], Any]


def readable_event(event_type: str, payload: bytes) -> dict[str, Any] | None:
    """The event for a reader; None where this version of audit cannot read it."""
    try:
        return readable(EVENT_TYPES.decode(event_type, payload))
    except (UnknownEventType, DecodeError):
        return None


def readable(message: Message) -> dict[str, Any]:
    """What a message says, by the names of its proto."""
    fields: Iterable[Any] = message.DESCRIPTOR.fields  # of two classes, for the types of the generated code
    said = [field for field in fields if not field.has_presence or message.HasField(field.name)]
    return {field.name: _rendered(field, getattr(message, field.name)) for field in said}


def is_day(field: FieldDescriptor) -> bool:
    """Whether a number is a day: days since 1970-01-01."""
    return field.type == FieldDescriptor.TYPE_INT32 and (field.name in _DAYS or field.name.endswith("_day"))


def _rendered(field: FieldDescriptor, value: Any) -> Any:
    render = _render_of(field)
    if field.is_repeated:
        return [render(item) for item in value]
    if not value and not field.has_presence and (field.enum_type is not None or field.type == FieldDescriptor.TYPE_BYTES or is_day(field)):
        return None
    return render(value)


def _instant(timestamp: Timestamp) -> Any:
    try:
        return timestamp.ToJsonString()
    except ValueError:  # of no year from 1 to 9999: shown as it was recorded
        return readable(timestamp)


@cache
def _render_of(field: FieldDescriptor) -> Render:
    if field.message_type is not None:
        return _instant if field.message_type.full_name == Timestamp.DESCRIPTOR.full_name else readable
    if field.enum_type is not None:
        return _enum_names(field.enum_type).__getitem__
    if field.type == FieldDescriptor.TYPE_BYTES:
        return _bytes
    if is_day(field):
        return _day
    if field.name == "milestones_done":
        return numbers_done
    return lambda value: value


def _enum_names(enum: EnumDescriptor) -> dict[int, str]:
    """What its values are called, without the prefix that protobuf's style gives them: "on_track" for STATUS_ON_TRACK of Status."""
    prefix = "".join(f"_{c}" if c.isupper() else c.upper() for c in enum.name).lstrip("_") + "_"
    return _EnumNames({value.number: value.name.removeprefix(prefix).lower() for value in enum.values})


class _EnumNames(dict[int, str]):
    """By number; one that a newer version added stands for itself."""

    def __missing__(self, number: int) -> str:
        return str(number)


def _bytes(value: bytes) -> str:
    """An id, or what is sealed."""
    return id_text(value) if len(value) == _ID_BYTES else base64.b64encode(value).decode()


def _day(day: int) -> str | int:
    try:
        return date_of(day).isoformat()
    except OverflowError:
        return day
