"""The event types of the protos, and events of each: with every field set, with hardly any, with each branch of a choice.

What is made here is the same in every run and every version, so that a file made once can be compared with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, Final, cast

from google.protobuf.descriptor import Descriptor, FieldDescriptor, OneofDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.timestamp_pb2 import Timestamp

ROOT: Final = Path(__file__).resolve().parents[3]
_PROTOS: Final = ROOT / "protos"

IDS_ALONE: Final = "its ids alone"
"""Less than services write."""

EXAMPLE: Final = "an example"
"""What a company might say, for a person who reads it."""

FOR_READING: Final = {IDS_ALONE, EXAMPLE}
"""Not for folding: they do not go with the others."""

_NUMBERS: Final[dict[int, Callable[[int], Any]]] = {
    FieldDescriptor.TYPE_INT32: lambda number: 20_000 + 10 * number,  # a day
    FieldDescriptor.TYPE_UINT32: lambda number: number % 10,
    FieldDescriptor.TYPE_INT64: lambda number: (1 << 40) + number,
    FieldDescriptor.TYPE_FIXED64: lambda number: (1 << 63) | number,  # milestones, by bit
    FieldDescriptor.TYPE_DOUBLE: lambda number: number / 16,
    FieldDescriptor.TYPE_BOOL: lambda number: True,
}


_LIKELY: Final[dict[str, Any]] = {
    "title": "More people read the newsletter",
    "why": "What they read brings them back.",
    "team": "Marketing",
    "teams": ["Marketing"],
    "labels": ["growth"],
    "reference": "J1",
    "name": "2026-Q1",
    "kind": "objective",
    "time_zone": "Europe/Berlin",
    "setting": "bounds",
    "cairn.directory.v1.SettingChanged.value": "0.10;0.25",
    "unit": "readers",
    "outcome": "We have more readers than we hoped for.",
    "reason": "It was counted twice.",
    "comment": "The spring issue went well.",
    "blockers": ["One editor is away."],
    "what": "GET /v1/events",
    "handle": "ada",
    "email": "ada@example.org",
    "sealed_view": b"a name and an address, sealed under the owner's key",
    "cairn.directory.v1.SavedView.name": "At risk",
    "address": "/objectives?status=behind",
    "sealed_profile": b"sealed under a key of its own",
    **dict.fromkeys(("first_day", "start_day", "holds_from"), 20_454),
    **dict.fromkeys(("as_of", "on_day"), 20_489),
    **dict.fromkeys(("last_day", "due_day"), 20_543),
    "graded_on": 20_545,
    "value": 3200.0,
    "start": 1000.0,
    "target": 5000.0,
    **dict.fromkeys(("weight", "child_weight"), 1.0),
    "share": 0.5,
    "confidence": 7,
    "progress": 0.55,
    "grade": 0.7,
    "count": 1,
    "from": 1,
    "to": 2,
    "milestones_done": 0,
    "cairn.goals.v1.KeyResultDefined.reference": "J1/3",
    "cairn.goals.v1.KeyResultDefined.title": "Readers of the newsletter",
    "cairn.goals.v1.KeyResultRevised.title": "Readers of the newsletter",
    **{f"cairn.goals.v1.{event}.title": "Churn" for event in ("KpiDefined", "KpiRevised")},
    **{f"cairn.goals.v1.{event}.unit": "percent" for event in ("KpiDefined", "KpiRevised")},
    **{f"cairn.goals.v1.{event}.title": "Ask the agency for candidates" for event in ("TaskGiven", "TaskRevised")},
    **{f"cairn.goals.v1.{event}.title": "A referral programme" for event in ("InitiativeDefined", "InitiativeRevised")},
    **{f"cairn.goals.v1.{event}.title": "The office in Zurich opens" for event in ("MilestonePlanned", "MilestoneRevised")},
    **{f"cairn.goals.v1.{event}.day": 20_489 for event in ("EffortLogged", "EffortCorrected", "EffortRetracted")},
    "cairn.goals.v1.EffortLogged.minutes": 90,
    "cairn.goals.v1.EffortCorrected.minutes": 60,
    **{f"cairn.goals.v1.{event}.note": "Wrote to three agencies." for event in ("EffortLogged", "EffortCorrected")},
    "cairn.goals.v1.EffortRetracted.reason": "It was another task.",
    "cairn.goals.v1.TaskGiven.reference": "T1",
    "cairn.goals.v1.InitiativeDefined.reference": "I1",
    "cairn.goals.v1.MilestonePlanned.reference": "M1",
    "cairn.goals.v1.TaskReopened.reason": "The agency asks back.",
    "cairn.goals.v1.TaskCancelled.reason": "Nobody needs it any more.",
    "cairn.goals.v1.MilestonePostponed.reason": "The landlord needs a month more.",
    **dict.fromkeys(("end_day", "to_day"), 20_560),
    "cairn.goals.v1.KpiDefined.reference": "churn",
    "cairn.goals.v1.KpiDefined.low": 0.0,
    "cairn.goals.v1.KpiDefined.high": 3.0,
    "cairn.goals.v1.KpiMeasured.value": 3.4,
    "cairn.goals.v1.KpiMeasured.comment": "Two large customers left.",
    "cairn.goals.v1.KpiRetired.reason": "It is measured elsewhere now.",
    "cairn.goals.v1.TemplateSaved.name": "A launch",
    "cairn.goals.v1.TemplateSaved.department": "product",
    "cairn.goals.v1.TemplateSaved.title": "Whoever starts is glad of it",
    "cairn.goals.v1.TemplateSaved.why": "Most who leave do so in their first week.",
    "cairn.directory.v1.TenantRegistered.name": "acme",
    "cairn.directory.v1.PersonProfile.name": "Ada",
    "cairn.directory.v1.NameReserved.kind": "person",
    "cairn.goals.v1.ObjectiveCancelled.reason": "It is no longer what we want.",
    "cairn.goals.v1.KeyResultCancelled.reason": "It is no longer what we want.",
    "cairn.checkins.v1.CheckInAbstained.reason": "The figures are not there yet.",
    "cairn.checkins.v1.KeyResultGraded.reason": "Two issues of three were read.",
}
"""What an event might say, by the full name of a field or its name alone."""

_LEFT_OUT: Final = {"cairn.checkins.v1.CheckInRestored.abstention", "cairn.goals.v1.ObjectiveAligned.parent_key_results_objective_id"}
"""What does not go with the rest."""


_OTHERWISE: Final = {"cairn.directory.v1.PersonProfileChanged.sealed_profile"}
"""What differs from the field of the same name in an event before it."""


def event_types() -> list[Descriptor]:
    """Every message of every `events.proto` that is no part of another one, in the order of the protos: that of an objective's life."""
    found = []
    for path in sorted(_PROTOS.glob("cairn/*/v1/events.proto")):
        module = import_module(f"cairn.{path.parts[-3]}.v1.events_pb2")
        messages = list(cast("Any", module).DESCRIPTOR.message_types_by_name.values())
        parts = {field.message_type for message in messages for field in message.fields if field.message_type is not None}
        found += [message for message in messages if message not in parts]
    return found


def samples_of(event_type: Descriptor) -> Iterator[tuple[str, Message]]:
    """Events of a type, each with a name that says what is set in it."""
    choices = [oneof for oneof in event_type.oneofs if not _optional(oneof)]
    yield EXAMPLE, _made_likely(_filled(event_type, {choice: choice.fields[0] for choice in choices}, event_type))
    if not choices:
        yield "every field", _filled(event_type, {}, event_type)
    for choice in choices:
        for branch in choice.fields:
            yield f"every field, {choice.name}: {branch.name}", _filled(event_type, {choice: branch}, event_type)
    ids = {field: _value(field, event_type) for field in event_type.fields if _is_own_id(field)}
    yield IDS_ALONE, _message(event_type, ids)
    if optional := [field for field in event_type.fields if field.message_type is None and field.has_presence and not _chosen(field)]:
        chosen = {field: _value(field, event_type) for field in (choice.fields[0] for choice in choices)}
        yield "what may be left out, at zero", _message(event_type, ids | chosen | {field: field.default_value for field in optional})


def _filled(message_type: Descriptor, choice: dict[OneofDescriptor, FieldDescriptor], event_type: Descriptor) -> Message:
    wanted = [field for field in message_type.fields if not _chosen(field) or field in choice.values()]
    return _message(message_type, {field: _value(field, event_type) for field in wanted})


def _message(message_type: Descriptor, values: dict[FieldDescriptor, Any]) -> Message:
    message = GetMessageClass(message_type)()
    for field, value in values.items():
        if field.is_repeated:
            getattr(message, field.name).extend(value)
        elif field.message_type is not None:
            getattr(message, field.name).CopyFrom(value)
            getattr(message, field.name).SetInParent()
        else:
            setattr(message, field.name, value)
    return message


def _made_likely(message: Message) -> Message:
    """The same message, saying what an event might say."""
    for field, value in message.ListFields():
        likely = _LIKELY.get(field.full_name, _LIKELY.get(field.name))
        if field.full_name in _LEFT_OUT:
            message.ClearField(field.name)
        elif field.message_type is not None and field.message_type.full_name != Timestamp.DESCRIPTOR.full_name:
            for part in value if field.is_repeated else [value]:
                _made_likely(part)
        elif field.enum_type is not None:
            chosen = likely if isinstance(likely, int) else field.enum_type.values[1].number
            if field.is_repeated:
                value[:] = [chosen]
            else:
                setattr(message, field.name, chosen)
        elif likely is not None and field.is_repeated:
            value[:] = likely
        elif likely is not None:
            setattr(message, field.name, likely)
    return message


def _value(field: FieldDescriptor, event_type: Descriptor) -> Any:
    return [_single(field, 1, event_type), _single(field, 2, event_type)] if field.is_repeated else _single(field, 0, event_type)


def _single(field: FieldDescriptor, place: int, event_type: Descriptor) -> Any:
    if field.message_type is not None and field.message_type.full_name == Timestamp.DESCRIPTOR.full_name:
        return Timestamp(seconds=1_790_000_000 + field.number, nanos=1000 * field.number)
    if field.message_type is not None:
        return _filled(field.message_type, {}, event_type)
    if field.enum_type is not None:
        return field.enum_type.values[-1 - place].number
    if field.type == FieldDescriptor.TYPE_STRING:
        return f"{field.full_name} {place} é"
    if field.type == FieldDescriptor.TYPE_BYTES:
        # The same thing wherever an event has a field of that name; in a part of it, somebody else in each event.
        part_of = "" if field.containing_type is event_type and field.full_name not in _OTHERWISE else event_type.name
        return hashlib.sha256(f"{part_of}{field.name} {place}".encode()).digest()[:16]
    return _NUMBERS[field.type](field.number)


def _is_own_id(field: FieldDescriptor) -> bool:
    return field.type == FieldDescriptor.TYPE_BYTES and not field.is_repeated and not field.has_presence


def _chosen(field: FieldDescriptor) -> bool:
    """Whether a field is a branch of a choice that the proto names."""
    return field.containing_oneof is not None and not _optional(field.containing_oneof)


def _optional(oneof: OneofDescriptor) -> bool:
    """Whether a choice is only how an `optional` field says whether it is set."""
    return oneof.name.startswith("_")
