"""Check-ins and grades: what was reported of key results, corrected, taken back."""

from __future__ import annotations

from contextlib import suppress
from typing import Final, assert_never

from starlette.responses import Response

from cairn.checkins.v1 import service_pb2
from cairn.progress.v1 import service_pb2 as progress_pb2
from chassis.errors import Refused
from chassis.ids import Id, id_text
from chassis.rpc import DEADLINE, position_messages
from gateway.backends import ReferenceKind, problem_of_refusal
from gateway.http import Problem, json_response
from gateway.routes.check_in_rows import ResolvedRows, is_about_a_row, resolved_rows
from gateway.routes.key_results import key_result_id
from gateway.routes.limits import CHECK_INS_BYTES, LISTS
from gateway.routes.request import Request, Resource
from gateway.routes.responses import changes_response, command_response, page_token, with_positions
from gateway.schemas.as_of import optional_timestamp
from gateway.schemas.check_ins import (
    AnyCheckIn,
    AnyCorrection,
    CheckIn,
    CheckInResult,
    CheckInRows,
    CheckInsRecorded,
    Correction,
    Grading,
    MilestonesCorrection,
    Retraction,
    ValueCorrection,
    check_in_message,
    milestones_message,
    part_named,
)
from gateway.schemas.enums import BATCH_MODES
from gateway.schemas.fields import optional_day
from gateway.schemas.lists import CHECK_IN, CheckInsPage, CheckInsQuery, OfKeyResultQuery, RecordedCheckIn, order_of
from gateway.schemas.results import CommandResult
from gateway.schemas.values import position_texts

check_ins: Final = Resource(
    "Check-ins", "What is reported of key results. Nothing is rewritten: corrections and retractions are events too."
)

_ORDERS: Final[dict[str, progress_pb2.CheckInOrder.ValueType]] = {
    "as_of": progress_pb2.CHECK_IN_ORDER_UNSPECIFIED,
    "created_at": progress_pb2.CHECK_IN_ORDER_CREATED_AT,
}
_MOST_IN_DETAIL: Final = 5
"""Wrong rows that a problem's `detail` tells of; its `errors` tell of all."""
_MANY_DEADLINE: Final = 3 * DEADLINE


@check_ins.get("/v1/check-ins", at_once=LISTS, query=CheckInsQuery, answer=CheckInsPage, waits=True, gone_on=True)
async def list_check_ins(request: Request) -> Response:
    """List check-ins, each as it stands now: those that have one of the values of every filter.

    With `changed_since`: what has changed since then.
    """
    question = request.query(CheckInsQuery)
    return await _listed(
        request,
        question,
        progress_pb2.ListCheckInsRequest(
            key_result_ids=await request.named_ids(ReferenceKind.KEY_RESULT, question.key_result, "key_result", "key_result_ids"),
            objective_ids=await request.named_ids(ReferenceKind.OBJECTIVE, question.objective, "objective", "objective_ids"),
            cycle_ids=await request.named_ids(ReferenceKind.CYCLE, question.cycle, "cycle", "cycle_ids"),
        ),
    )


@check_ins.get("/v1/key-results/{ref}/check-ins", at_once=LISTS, query=OfKeyResultQuery, answer=CheckInsPage, waits=True, gone_on=True)
async def list_check_ins_of_key_result(request: Request) -> Response:
    """List the check-ins of a key result, each as it stands now.

    Abstentions too, and what was taken back, marked as such. What each said before stands in the history.
    """
    return await _listed(request, request.query(OfKeyResultQuery), await _of_key_result(request))


async def _of_key_result(request: Request) -> progress_pb2.ListCheckInsRequest:
    named = await request.id_of(ReferenceKind.KEY_RESULT, request.path_params["ref"], asked_as="key_result_ids[0]")
    return progress_pb2.ListCheckInsRequest(key_result_ids=[named])


async def _listed(request: Request, question: OfKeyResultQuery, message: progress_pb2.ListCheckInsRequest) -> Response:
    order, descending = order_of(question.sort, _ORDERS)
    changed_since = await request.changed_since(question.changed_since)
    filters = progress_pb2.ListCheckInsRequest(
        created_by_ids=await request.person_ids(question.created_by, "created_by"),
        on_behalf_of_ids=await request.person_ids(question.on_behalf_of, "on_behalf_of"),
        as_of_from=optional_day(question.as_of_from),
        as_of_to=optional_day(question.as_of_to),
        created_from=optional_timestamp(question.created_from),
        created_to=optional_timestamp(question.created_to),
        retracted=question.retracted,
        corrected=question.corrected,
        abstained=question.abstained,
        blocked=question.blocked,
        order=order if changed_since is None else progress_pb2.CHECK_IN_ORDER_UNSPECIFIED,
        descending=descending and changed_since is None,
        page_size=question.limit,
        page_token=page_token(request, question),
        after=position_messages(request.after),
        changed_since=changed_since,
    )
    message.MergeFrom(filters)
    answer = await request.ask(request.backends.progress.ListCheckIns, message)
    return changes_response(request, question, answer, await request.all_written(CHECK_IN, answer.check_ins))


@check_ins.get("/v1/key-results/{ref}/check-ins/{check_in}", answer=RecordedCheckIn, waits=True)
async def get_check_in(request: Request) -> Response:
    """Get a check-in as it stands now.

    Of one that was taken back, what it said before.
    """
    message = await _of_key_result(request)
    message.check_in_id = check_in_id_in_path(request)
    message.after.extend(position_messages(request.after))
    found = (await request.ask(request.backends.progress.ListCheckIns, message)).check_ins
    if not found:
        raise Problem(404, "CHECK_IN_UNKNOWN", f"this key result has no check-in {id_text(message.check_in_id)}")
    return json_response(await request.written(CHECK_IN, found[0]))


@check_ins.post(
    "/v1/key-results/{ref}/check-ins",
    body=CheckIn,
    example={"value": 2, "as_of": "2026-01-31", "confidence": 7, "comment": "Two have signed."},
    answer=CheckInResult,
    resource="/v1/key-results/{id}/check-ins/{made}",
    status=201,
    command=True,
)
async def record_check_in(request: Request, body: AnyCheckIn) -> Response:
    """Record a check-in, or an abstention.

    For the objective's owner and contributors and the key result's owners; admins and services may do it on their behalf. A value that
    lies more than 50 times as far from the start as the target does counts, and is asked about: `plausible` is false.
    """
    key_result = await key_result_id(request)
    message = service_pb2.RecordCheckInRequest(
        check_in=check_in_message(
            body,
            key_result,
            await _optional_person(request, body.on_behalf_of),
            await _optional_person(request, part_named(body), "part"),
        )
    )
    async with request.in_callers_words():
        answer = await request.in_time(lambda sent: request.dependencies.forwarder.record(message, sent))
    return command_response(request, answer.check_in_id, answer.appended, shown_at=key_result, plausible=_plausible(answer))


@check_ins.post(
    "/v1/check-ins",
    body=CheckInRows,
    body_limit=CHECK_INS_BYTES,
    example={"mode": "row_by_row", "check_ins": [{"key_result": "J1/1", "value": 2}, {"key_result": "J1/2", "abstention": "not measured"}]},
    answer=CheckInsRecorded,
    command=True,
)
async def record_check_ins(request: Request, body: CheckInRows) -> Response:
    """Record many check-ins.

    All or nothing, where a problem names every wrong row, or row by row with a verdict for each; at most 2,000 rows and 8 MiB.
    """
    rows = await resolved_rows(request, body)
    message = service_pb2.RecordCheckInsRequest(mode=BATCH_MODES.number(body.mode), check_ins=rows.check_ins)
    try:
        answer = await request.ask(request.backends.checkins.RecordCheckIns, message, timeout=_MANY_DEADLINE)
    except Refused as refused:
        raise await _refusal_of_rows(request, rows, message, refused) from None
    await rows.look_up_unknown(request, [verdict.reason for verdict in answer.verdicts])
    positions = position_texts(answer.positions)
    response = json_response({"recorded": answer.recorded, "verdicts": await rows.results(answer.verdicts), "positions": positions})
    return with_positions(response, positions) if positions else response


@check_ins.post(
    "/v1/key-results/{ref}/check-ins/{check_in}/correction",
    body=Correction,
    example={"value": 3, "reason": "One was counted twice."},
    answer=CheckInResult,
    resource="/v1/key-results/{id}/check-ins/{check_in}",
    status=201,
    command=True,
)
async def correct_check_in(request: Request, body: AnyCorrection) -> Response:
    """Correct a check-in: another value, on the same day and in the same place.

    Both stay in the history: an answer as of an instant before the correction still shows what was known then.
    """
    message = service_pb2.CorrectCheckInRequest(
        key_result_id=await key_result_id(request),
        check_in_id=check_in_id_in_path(request),
        confidence=body.confidence,
        comment=body.comment,
        reason=body.reason,
    )
    match body:
        case ValueCorrection():
            message.value = body.value
        case MilestonesCorrection():
            message.milestones_done.CopyFrom(milestones_message(body))
        case unknown_kind:
            assert_never(unknown_kind)
    answer = await request.ask(request.backends.checkins.CorrectCheckIn, message)
    shown_at = message.key_result_id
    return command_response(request, answer.correction_id, answer.appended, shown_at=shown_at, plausible=_plausible(answer))


@check_ins.post(
    "/v1/key-results/{ref}/check-ins/{check_in}/retraction",
    body=Retraction,
    body_optional=True,
    example={"reason": "Typed into the wrong row."},
    answer=CommandResult,
    resource="/v1/key-results/{id}/check-ins/{check_in}",
    status=201,
    command=True,
)
async def retract_check_in(request: Request, body: Retraction) -> Response:
    """Take a check-in back: the value before it counts again.

    Both stay in the history. What was taken back is neither corrected nor taken back again.
    """
    message = service_pb2.RetractCheckInRequest(
        key_result_id=await key_result_id(request), check_in_id=check_in_id_in_path(request), reason=body.reason
    )
    answer = await request.ask(request.backends.checkins.RetractCheckIn, message)
    return command_response(request, message.check_in_id, answer.appended, shown_at=message.key_result_id)


@check_ins.post(
    "/v1/key-results/{ref}/grade",
    body=Grading,
    example={"grade": 0.7, "graded_on": "2026-04-02", "as_of": "2026-03-31", "reason": "Two of three hired."},
    answer=CommandResult,
    resource="/v1/key-results/{id}",
    status=201,
    command=True,
)
async def grade_key_result(request: Request, body: Grading) -> Response:
    """Grade a key result, or abstain from it with `null`.

    A judgement from 0 to 1 beside the number that check-ins make, from its day on; a later grade takes the place of an earlier one.
    """
    message = service_pb2.GradeKeyResultRequest(
        key_result_id=await key_result_id(request),
        grade=body.grade,
        as_of=optional_day(body.as_of),
        graded_on=optional_day(body.graded_on),
        reason=body.reason,
    )
    message.on_behalf_of = await _optional_person(request, body.on_behalf_of)
    answer = await request.ask(request.backends.checkins.GradeKeyResult, message)
    return command_response(request, message.key_result_id, answer.appended)


async def _refusal_of_rows(
    request: Request, rows: ResolvedRows, message: service_pb2.RecordCheckInsRequest, refused: Refused
) -> Refused | Problem:
    """The refusal of all rows for one of them, with what is wrong with the others, too."""
    verdicts: list[service_pb2.Verdict] = []
    if is_about_a_row(refused):
        message.only_verdicts = True
        with suppress(Refused):  # nothing can be told of the others now
            verdicts += (await request.ask(request.backends.checkins.RecordCheckIns, message, timeout=_MANY_DEADLINE)).verdicts
    await rows.look_up_unknown(request, [refused.reason, *(verdict.reason for verdict in verdicts)])
    first, wrong = rows.in_callers_words(refused), await rows.wrong(verdicts)
    if len(wrong) <= 1:
        return first
    told = "; ".join(f"{field}: {why}" for field, why in wrong[:_MOST_IN_DETAIL])
    more = f"; and {len(wrong) - _MOST_IN_DETAIL} more" if len(wrong) > _MOST_IN_DETAIL else ""
    problem = problem_of_refusal(first)
    return Problem(problem.status, problem.reason, f"{told}{more}; nothing was recorded", wrong)


def _plausible(answer: service_pb2.RecordCheckInResponse | service_pb2.CorrectCheckInResponse) -> bool | None:
    return answer.plausible if answer.HasField("plausible") else None


async def _optional_person(request: Request, reference: str | None, field: str = "on_behalf_of") -> Id:
    return b"" if reference is None else await request.person_id(reference, field)


def check_in_id_in_path(request: Request) -> Id:
    """The id of the check-in in the path. Raises Problem (CHECK_IN_UNKNOWN) for what is no id."""
    return request.id_in_path("check_in", "check-in's id", "CHECK_IN_UNKNOWN")
