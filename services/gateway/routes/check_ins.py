"""Check-ins and grades: what was reported of key results, corrected, taken back."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, model_validator
from starlette.responses import Response

from cairn.checkins.v1 import service_pb2
from chassis.errors import Refused
from chassis.ids import Id, id_text, parse_id
from chassis.rpc import DEADLINE, asked
from gateway.answers import POSITION_HEADER, Done, done, json_answer, optional_id, position_texts
from gateway.api import Routes, Visit
from gateway.fields import NO_NUL, VISIBLE_ASCII, Answer, Body, DayField, IdText, LongText, PositionText, Reference, ShortText, optional_day
from gateway.problems import Problem
from gateway.references import Thing, unknown
from gateway.routes.key_results import key_result_id
from gateway.routes.people import person_ids
from gateway.words import BATCH_MODES, SAID_STATUSES, SOURCES, BatchModeWord, SaidStatusWord, SourceWord

check_ins: Final = Routes("Check-ins", "What is reported of key results. Nothing is rewritten: corrections and retractions are events too.")

MANY_LIMIT: Final = 8 << 20
MilestoneNumbers = Annotated[list[Annotated[int, Field(ge=1, le=50)]], Field(max_length=50, examples=[[1, 2]])]
Confidence = Annotated[int, Field(ge=0, le=10)]


class CheckIn(Body):
    """A check-in: exactly one of value, milestones_done and abstention."""

    value: Annotated[float, Field(examples=[2])] | None = None
    """Of a metric any finite number, of a binary 0 or 1, of a graded 0 to 1."""
    milestones_done: MilestoneNumbers | None = None
    """The numbers of all that are done, from 1."""
    abstention: Annotated[str, Field(min_length=1, max_length=1000, pattern=NO_NUL, examples=["nobody measured it"])] | None = None
    """Why there is no value."""
    as_of: DayField | None = None
    """The day that it is true of; none: today."""
    confidence: Confidence | None = None
    comment: LongText = ""
    blockers: Annotated[list[Annotated[str, Field(max_length=500, pattern=NO_NUL)]], Field(max_length=20)] = Field(default_factory=list)
    status: SaidStatusWord | None = None
    """A status said by hand; it stands until the next check-in."""
    source: SourceWord = "person"
    on_behalf_of: Reference | None = None
    """A person; for admins and services."""

    @model_validator(mode="after")
    def _says_one_thing(self) -> CheckIn:
        said = (self.value is not None) + (self.milestones_done is not None) + (self.abstention is not None)
        if said != 1:
            raise ValueError(f"give exactly one of value, milestones_done and abstention; {said} are given")
        return self


class CheckInRow(CheckIn):
    """One check-in among many."""

    key_result: Reference
    idempotency_key: Annotated[str, Field(max_length=128, pattern=VISIBLE_ASCII)] = ""
    """Of this row; the second one of the same key adds nothing."""


class CheckInRows(Body):
    """Many check-ins at once."""

    mode: BatchModeWord
    """All or nothing: one wrong row refuses all. Row by row: a verdict for each."""
    check_ins: Annotated[list[CheckInRow], Field(min_length=1, max_length=2000)]


class Verdict(Answer):
    """What became of one row."""

    id: IdText | None
    """Of the check-in; null: refused."""
    position: int | None
    repeated: bool
    """Recorded before, under the same idempotency key."""
    reason: str | None
    """Of the refusal: KEY_RESULT_UNKNOWN."""
    message: str | None
    field: str | None


class CheckInsRecorded(Answer):
    """What became of many check-ins."""

    recorded: int
    """How many rows added an event."""
    verdicts: list[Verdict]
    """In the order of the request."""
    positions: list[PositionText]


class Correction(Body):
    """Another value in place of a check-in's: exactly one of value and milestones_done."""

    value: Annotated[float, Field(examples=[3])] | None = None
    milestones_done: MilestoneNumbers | None = None
    confidence: Confidence | None = None
    comment: LongText = ""
    reason: ShortText = ""

    @model_validator(mode="after")
    def _says_one_thing(self) -> Correction:
        if (self.value is None) == (self.milestones_done is None):
            raise ValueError("give exactly one of value and milestones_done")
        return self


class Retraction(Body):
    """Why a check-in is taken back."""

    reason: ShortText = ""


class Grade(Body):
    """The figure given at the end."""

    grade: Annotated[float, Field(ge=0, le=1, examples=[0.7])] | None
    """0 to 1; null: abstained."""
    as_of: DayField | None = None
    """The day that it speaks of; none: the day it was given."""
    graded_on: DayField | None = None
    """The day that it was given; none: today."""
    reason: ShortText = ""
    on_behalf_of: Reference | None = None


@check_ins.post(
    "/v1/key-results/{ref}/check-ins",
    body=CheckIn,
    example={"value": 2, "as_of": "2026-01-31", "confidence": 7, "comment": "Two have signed."},
    answer=Done,
    status=201,
    command=True,
)
async def record_check_in(visit: Visit, body: CheckIn) -> Response:
    """Record a check-in, or an abstention.

    For the objective's owner and contributors and the key result's owners; admins and services may do it on their behalf.
    """
    message = _message(body, await key_result_id(visit))
    if body.on_behalf_of is not None:
        message.on_behalf_of = (await person_ids(visit, [body.on_behalf_of], "on_behalf_of"))[0]
    request = service_pb2.RecordCheckInRequest(check_in=message)
    answer = await visit.edge.forwarder.record(request, visit.metadata())
    return done(visit, answer.check_in_id, answer.appended)


@check_ins.post(
    "/v1/check-ins",
    body=CheckInRows,
    body_limit=MANY_LIMIT,
    example={"mode": "row_by_row", "check_ins": [{"key_result": "J1/1", "value": 2}, {"key_result": "J1/2", "abstention": "not measured"}]},
    answer=CheckInsRecorded,
    command=True,
)
async def record_check_ins(visit: Visit, body: CheckInRows) -> Response:
    """Record many check-ins.

    All or nothing, or row by row with a verdict for each; at most 2,000 rows and 8 MiB.
    """
    refused = await _resolved(visit, body)
    request = service_pb2.RecordCheckInsRequest(mode=BATCH_MODES.number(body.mode))
    for row, subject in zip(body.check_ins, refused.key_results, strict=True):
        if subject is not None:
            message = _message(row, subject)
            message.idempotency_key = row.idempotency_key
            if row.on_behalf_of is not None:
                message.on_behalf_of = refused.people[row.on_behalf_of] or b""
            request.check_ins.append(message)
    answer = service_pb2.RecordCheckInsResponse()
    if request.check_ins:
        answer = await asked(visit.edge.services.checkins.RecordCheckIns(request, metadata=visit.metadata(), timeout=3 * DEADLINE))
    positions = position_texts(answer.positions)
    told = iter(answer.verdicts)
    verdicts = [_shown(next(told)) if verdict is None else verdict for verdict in refused.verdicts]
    response = json_answer(CheckInsRecorded(recorded=answer.recorded, verdicts=verdicts, positions=positions))
    if positions:
        response.headers[POSITION_HEADER] = ",".join(positions)
    return response


@check_ins.post(
    "/v1/key-results/{ref}/check-ins/{check_in}/correction",
    body=Correction,
    example={"value": 3, "reason": "One was counted twice."},
    answer=Done,
    status=201,
    command=True,
)
async def correct_check_in(visit: Visit, body: Correction) -> Response:
    """Correct a check-in: another value, on the same day and in the same place. Both stay in the history."""
    request = service_pb2.CorrectCheckInRequest(
        key_result_id=await key_result_id(visit),
        check_in_id=_check_in_id(visit),
        confidence=body.confidence,
        comment=body.comment,
        reason=body.reason,
    )
    if body.value is not None:
        request.value = body.value
    if body.milestones_done is not None:
        request.milestones_done.numbers.extend(body.milestones_done)
        request.milestones_done.SetInParent()
    answer = await asked(visit.edge.services.checkins.CorrectCheckIn(request, metadata=visit.metadata(), timeout=DEADLINE))
    return done(visit, answer.correction_id, answer.appended)


@check_ins.post(
    "/v1/key-results/{ref}/check-ins/{check_in}/retraction",
    body=Retraction,
    body_optional=True,
    example={"reason": "Typed into the wrong row."},
    answer=Done,
    status=201,
    command=True,
)
async def retract_check_in(visit: Visit, body: Retraction) -> Response:
    """Take a check-in back: the value before it counts again. Both stay in the history."""
    request = service_pb2.RetractCheckInRequest(
        key_result_id=await key_result_id(visit), check_in_id=_check_in_id(visit), reason=body.reason
    )
    answer = await asked(visit.edge.services.checkins.RetractCheckIn(request, metadata=visit.metadata(), timeout=DEADLINE))
    return done(visit, request.check_in_id, answer.appended)


@check_ins.post(
    "/v1/key-results/{ref}/grade",
    body=Grade,
    example={"grade": 0.7, "graded_on": "2026-04-02", "as_of": "2026-03-31", "reason": "Two of three hired."},
    answer=Done,
    status=201,
    command=True,
)
async def grade_key_result(visit: Visit, body: Grade) -> Response:
    """Grade a key result, or abstain from it with `null`."""
    request = service_pb2.GradeKeyResultRequest(
        key_result_id=await key_result_id(visit),
        grade=body.grade,
        as_of=optional_day(body.as_of),
        graded_on=optional_day(body.graded_on),
        reason=body.reason,
    )
    if body.on_behalf_of is not None:
        request.on_behalf_of = (await person_ids(visit, [body.on_behalf_of], "on_behalf_of"))[0]
    answer = await asked(visit.edge.services.checkins.GradeKeyResult(request, metadata=visit.metadata(), timeout=DEADLINE))
    return done(visit, request.key_result_id, answer.appended)


def _message(body: CheckIn, subject: Id) -> service_pb2.CheckIn:
    message = service_pb2.CheckIn(
        key_result_id=subject,
        as_of=optional_day(body.as_of),
        confidence=body.confidence,
        comment=body.comment,
        blockers=body.blockers,
        said_status=SAID_STATUSES.number(body.status),
        source=SOURCES.number(body.source),
    )
    if body.value is not None:
        message.value = body.value
    elif body.abstention is not None:
        message.abstention = body.abstention
    elif body.milestones_done is not None:
        message.milestones_done.numbers.extend(body.milestones_done)
        message.milestones_done.SetInParent()
    return message


class _Resolved:
    """The rows of a request after their references were looked up: verdicts of those that name nothing known."""

    def __init__(self) -> None:
        self.key_results: list[Id | None] = []
        self.people: dict[str, Id | None] = {}
        self.verdicts: list[Verdict | None] = []


async def _resolved(visit: Visit, body: CheckInRows) -> _Resolved:
    references, tenant, metadata = visit.edge.references, visit.identity.tenant_id, visit.metadata()
    resolved = _Resolved()
    people = sorted({row.on_behalf_of for row in body.check_ins if row.on_behalf_of is not None})
    resolved.people = dict(zip(people, await references.ids_of(tenant, Thing.PERSON, people, metadata), strict=True))
    key_results = await references.ids_of(tenant, Thing.KEY_RESULT, [row.key_result for row in body.check_ins], metadata)
    for number, (row, subject) in enumerate(zip(body.check_ins, key_results, strict=True)):
        refusal: Refused | None = None
        if subject is None:
            refusal = unknown(Thing.KEY_RESULT, row.key_result, "key_result")
        elif row.on_behalf_of is not None and resolved.people[row.on_behalf_of] is None:
            refusal = unknown(Thing.PERSON, row.on_behalf_of, "on_behalf_of")
        if refusal is not None and body.mode == "all_or_nothing":
            field = f"check_ins.{number}.{refusal.field}"
            raise Problem(422, refusal.reason, f"{field}: {refusal.message}", [(field, refusal.message)])
        resolved.key_results.append(None if refusal else subject)
        resolved.verdicts.append(_refused(refusal) if refusal else None)
    return resolved


def _refused(refusal: Refused) -> Verdict:
    return Verdict(id=None, position=None, repeated=False, reason=refusal.reason, message=refusal.message, field=refusal.field)


def _shown(verdict: service_pb2.Verdict) -> Verdict:
    return Verdict(
        id=optional_id(verdict.check_in_id),
        position=verdict.position or None,
        repeated=verdict.repeated_request,
        reason=verdict.reason or None,
        message=verdict.message or None,
        field=verdict.field or None,
    )


def _check_in_id(visit: Visit) -> Id:
    try:
        return parse_id(visit.path["check_in"])
    except ValueError:
        raise Problem(
            404, "CHECK_IN_UNKNOWN", f"{visit.path['check_in'][:60]!r} is no check-in's id; it looks like {id_text(bytes(16))}"
        ) from None
