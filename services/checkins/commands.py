"""What can be asked of checkins, one function a command: what is known, who may, decide, append."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from cairn.checkins.v1 import service_pb2 as api
from cairn.checkins.v1.events_pb2 import CheckInCorrected, KeyResultGraded
from chassis.calls import Call
from chassis.errors import Refused
from chassis.eventstore.aggregates import Appended, Decision
from chassis.ids import Id, new_id
from chassis.rpc import fingerprint
from checkins import policy
from checkins.batches import decided_rows, recorded_all, recorded_each
from checkins.domain import check_ins
from checkins.domain.check_ins import CheckIns
from checkins.domain.key_results import KeyResult, require_gradable
from checkins.permission import Permit, may_report, permitted_key_result
from checkins.reports import about, no_longer, reported
from checkins.service import CheckInsService


async def record_check_in(service: CheckInsService, call: Call, request: api.RecordCheckInRequest) -> Appended:
    """A check-in with a value, with milestones, or an abstention. Its id is that of its event: the first of the answer."""
    check_in = request.check_in
    permit = may_report(call, check_in.on_behalf_of)
    decision = await _decision(
        service, call, check_in.key_result_id, permit, lambda key_result: reported(key_result, check_in, service.today())
    )
    if check_in.idempotency_key and not call.idempotency_key:
        decision.idempotency_key, decision.fingerprint = check_in.idempotency_key, fingerprint("CheckIn", check_in)
    return await service.aggregates.decide(call, decision)


async def record_check_ins(service: CheckInsService, call: Call, request: api.RecordCheckInsRequest) -> api.RecordCheckInsResponse:
    """Many check-ins, all or nothing, or row by row, as the request says."""
    rows = await decided_rows(service, call, request.check_ins)
    if request.mode == api.BATCH_MODE_ALL_OR_NOTHING:
        return await recorded_all(service, call, rows)
    return await recorded_each(service, call, rows)


async def correct_check_in(service: CheckInsService, call: Call, request: api.CorrectCheckInRequest) -> Appended:
    """Another value in place of a check-in's. The correction's id is that of its event: the first of the answer."""
    milestones_done = request.milestones_done.numbers if request.HasField("milestones_done") else None
    correction_id = new_id()

    def correction(key_result: KeyResult) -> Decision[CheckIns]:
        wished = CheckInCorrected(
            check_in_id=request.check_in_id,
            correction_id=correction_id,
            key_result_id=key_result.key_result_id,
            objective_id=key_result.objective_id,
            value=request.value if milestones_done is None else None,
            confidence=request.confidence if request.HasField("confidence") else None,
            comment=request.comment,
            reason=request.reason,
        )
        return about(key_result, lambda so_far: check_ins.correct(so_far, key_result, wished, milestones_done), correction_id)

    return await service.aggregates.decide(call, await _decision(service, call, request.key_result_id, may_report(call), correction))


async def retract_check_in(service: CheckInsService, call: Call, request: api.RetractCheckInRequest) -> Appended:
    """Takes a check-in back; the one before it counts again."""

    def retraction(key_result: KeyResult) -> Decision[CheckIns]:
        return about(key_result, lambda so_far: check_ins.retract(so_far, key_result, request.check_in_id, request.reason), new_id())

    return await service.aggregates.decide(call, await _decision(service, call, request.key_result_id, may_report(call), retraction))


async def grade_key_result(service: CheckInsService, call: Call, request: api.GradeKeyResultRequest) -> Appended:
    """The figure given at the end, or an abstention from it."""

    def may_grade(key_result: KeyResult) -> None:
        policy.require_report(call.identity, key_result, request.on_behalf_of)
        require_gradable(key_result)

    def grading(key_result: KeyResult) -> Decision[CheckIns]:
        today = service.today()
        graded_on = request.graded_on if request.HasField("graded_on") else today
        wished = KeyResultGraded(
            key_result_id=key_result.key_result_id,
            objective_id=key_result.objective_id,
            grade=request.grade if request.HasField("grade") else None,
            as_of=request.as_of if request.HasField("as_of") else graded_on,
            graded_on=graded_on,
            reason=request.reason,
        )
        graded = check_ins.grade(wished, today)
        return about(key_result, lambda _: graded, new_id(), request.on_behalf_of)

    return await service.aggregates.decide(call, await _decision(service, call, request.key_result_id, may_grade, grading))


async def _decision(
    service: CheckInsService, call: Call, key_result_id: Id, permit: Permit, on: Callable[[KeyResult], Decision[CheckIns]]
) -> Decision[CheckIns]:
    """What `on` asks of a key result that `permit` lets the caller through to; where that takes no more, the decision to say so.

    Raises what `permitted_key_result` and `on` refuse for any other reason.
    """
    try:
        return on(await permitted_key_result(service, call, key_result_id, permit))
    except Refused as refused:
        return no_longer(key_result_id, refused)


COMMANDS: Final = (record_check_in, record_check_ins, correct_check_in, retract_check_in, grade_key_result)
