"""Check-ins, corrections, retractions and grades, as bodies say them; what became of many check-ins, as the answer says it."""

from __future__ import annotations

from typing import Annotated, Final, assert_never

from pydantic import ConfigDict, Field

from cairn.checkins.v1 import service_pb2
from chassis.ids import Id
from gateway.http import Answer, Body, ByPresence, OneOf
from gateway.schemas.enums import SAID_STATUSES, SOURCES, BatchModeWord, SaidStatusWord, SourceWord
from gateway.schemas.fields import (
    NO_NUL,
    VISIBLE_ASCII,
    WHOLE,
    DayField,
    IdText,
    LongText,
    PositionText,
    Reference,
    ShortText,
    optional_day,
)
from gateway.schemas.mapping import JsonMapping, read
from gateway.schemas.results import CommandResult
from gateway.schemas.values import optional_id, optional_text
from shared.limits import MOST_MILESTONES

MOST_ROWS: Final = 2000
"""Of check-ins that are sent together."""

MilestoneNumbers = Annotated[
    list[Annotated[int, Field(ge=1, le=MOST_MILESTONES), WHOLE]], Field(max_length=MOST_MILESTONES, examples=[[1, 2]])
]
Confidence = Annotated[int, Field(ge=0, le=10), WHOLE]


class _Value(Body):
    value: Annotated[float, Field(examples=[2])]
    """Of a metric any finite number, of a binary 0 or 1, of a graded 0 to 1."""


class _MilestonesDone(Body):
    milestones_done: MilestoneNumbers
    """The numbers of all that are done, from 1."""


class _Reported(Body):
    as_of: DayField | None = None
    """The day that it is true of; none: today."""
    source: SourceWord = "person"
    on_behalf_of: Reference | None = None
    """A person; for admins and services."""


class _Judged(_Reported):
    confidence: Confidence | None = None
    comment: LongText = ""
    blockers: Annotated[list[Annotated[str, Field(max_length=500, pattern=NO_NUL)]], Field(max_length=20)] = Field(default_factory=list)
    status: SaidStatusWord | None = None
    """A status said by hand; it stands until the next check-in."""


class ValueCheckIn(_Judged, _Value):
    """A number, of every measure but milestones and sums."""

    part: Reference | None = None
    """The owner whose part it is; none: it is the value of the whole."""


class MilestonesCheckIn(_Judged, _MilestonesDone):
    """Which milestones are done."""


class AbstentionCheckIn(_Reported):
    """No value, and why: nothing else can be said of what nobody knows."""

    abstention: Annotated[str, Field(min_length=1, max_length=1000, pattern=NO_NUL, examples=["nobody measured it"])]
    """Why there is no value."""


AnyCheckIn = ValueCheckIn | MilestonesCheckIn | AbstentionCheckIn


class CheckIn(OneOf):
    """A check-in: it has exactly one of value, milestones_done and abstention."""

    root: Annotated[AnyCheckIn, ByPresence()]


class _InARow(Body):
    key_result: Reference
    idempotency_key: Annotated[str, Field(max_length=128, pattern=VISIBLE_ASCII)] = ""
    """Of this row; the second one of the same key adds nothing."""


class ValueRow(ValueCheckIn, _InARow):
    """A number, among many check-ins."""

    model_config = ConfigDict(title="ValueCheckInRow")


class MilestonesRow(MilestonesCheckIn, _InARow):
    """Which milestones are done, among many check-ins."""

    model_config = ConfigDict(title="MilestonesCheckInRow")


class AbstentionRow(AbstentionCheckIn, _InARow):
    """No value, and why, among many check-ins."""

    model_config = ConfigDict(title="AbstentionCheckInRow")


AnyRow = ValueRow | MilestonesRow | AbstentionRow


class CheckInRow(OneOf):
    """One check-in among many: it has exactly one of value, milestones_done and abstention."""

    root: Annotated[AnyRow, ByPresence()]


class CheckInRows(Body):
    """Many check-ins at once."""

    mode: BatchModeWord
    """All or nothing: one wrong row refuses all. Row by row: a verdict for each."""
    check_ins: Annotated[list[CheckInRow], Field(min_length=1, max_length=MOST_ROWS)]


Plausible = bool | None
"""false: the value lies more than 50 times as far from the start as the target does, as both are now. It counts all the same."""


def _optional_position(position: int) -> int | None:
    return position or None


class RowResult(Answer):
    """What became of one row."""

    model_config = ConfigDict(title="Verdict")

    id: Annotated[IdText | None, read("check_in_id", write=optional_id)]
    """Of the check-in; null: refused."""
    position: Annotated[int | None, read("position", write=_optional_position)]
    repeated: Annotated[bool, read("repeated_request")]
    """Recorded before, under the same idempotency key."""
    reason: Annotated[str | None, read("reason", write=optional_text)]
    """Of the refusal: KEY_RESULT_UNKNOWN."""
    message: Annotated[str | None, read("message", write=optional_text)]
    field: Annotated[str | None, read("field", write=optional_text)]
    plausible: Plausible


class CheckInsRecorded(Answer):
    """What became of many check-ins."""

    recorded: int
    """How many rows added an event."""
    verdicts: list[RowResult]
    """In the order of the request."""
    positions: list[PositionText]


class CheckInResult(CommandResult):
    """A check-in, or its correction, was recorded."""

    model_config = ConfigDict(title="DoneCheckIn")

    plausible: Plausible


class _Correcting(Body):
    confidence: Confidence | None = None
    comment: LongText = ""
    reason: ShortText = ""


class ValueCorrection(_Correcting, _Value):
    """Another number in place of a check-in's."""


class MilestonesCorrection(_Correcting, _MilestonesDone):
    """Which milestones were done, in place of what a check-in says."""


AnyCorrection = ValueCorrection | MilestonesCorrection


class Correction(OneOf):
    """Another value in place of a check-in's: it has exactly one of value and milestones_done."""

    root: Annotated[AnyCorrection, ByPresence()]


class Retraction(Body):
    """Why a check-in is taken back."""

    reason: ShortText = ""


class Grading(Body):
    """The figure given at the end."""

    grade: Annotated[float, Field(ge=0, le=1, examples=[0.7])] | None
    """0 to 1; null: abstained."""
    as_of: DayField | None = None
    """The day that it speaks of; none: the day it was given."""
    graded_on: DayField | None = None
    """The day that it was given; none: today."""
    reason: ShortText = ""
    on_behalf_of: Reference | None = None


ROW_RESULT: Final = JsonMapping(RowResult, service_pb2.Verdict)


def check_in_message(body: AnyCheckIn, key_result_id: Id, on_behalf_of: Id, part_of: Id) -> service_pb2.CheckIn:
    """The check-in as checkins takes it. `on_behalf_of`: whose id it is, empty where it is the caller's own; `part_of`: whose part."""
    message = service_pb2.CheckIn(
        key_result_id=key_result_id,
        as_of=optional_day(body.as_of),
        source=SOURCES.number(body.source),
        on_behalf_of=on_behalf_of,
        part=part_of,
    )
    match body:
        case AbstentionCheckIn():
            message.abstention = body.abstention
        case ValueCheckIn():
            message.value = body.value
            _add_judgement(message, body)
        case MilestonesCheckIn():
            message.milestones_done.CopyFrom(milestones_message(body))
            _add_judgement(message, body)
        case unknown_kind:
            assert_never(unknown_kind)
    return message


def part_named(body: AnyCheckIn) -> str | None:
    """Whose part it is, as it was typed; None: it is of the key result as a whole."""
    return body.part if isinstance(body, ValueCheckIn) else None


def milestones_message(body: MilestonesCheckIn | MilestonesCorrection) -> service_pb2.MilestonesDone:
    """Which milestones are done, none of them perhaps."""
    return service_pb2.MilestonesDone(numbers=body.milestones_done)


def _add_judgement(message: service_pb2.CheckIn, body: ValueCheckIn | MilestonesCheckIn) -> None:
    if body.confidence is not None:
        message.confidence = body.confidence
    message.comment = body.comment
    message.blockers.extend(body.blockers)
    message.said_status = SAID_STATUSES.number(body.status)
