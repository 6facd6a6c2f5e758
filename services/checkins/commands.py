"""What can be asked of checkins, one function a command: what is it about, who may, decide and append.

Each raises Refused: what `KeyResults.reportable` and its decision refuse with, and what `Aggregates.decide` does.
"""

from __future__ import annotations

from cairn.checkins.v1 import service_pb2 as api
from chassis.calls import Call
from chassis.errors import Refused, invalid
from chassis.eventstore import Appended, Decision, unless_dry_run
from chassis.ids import new_id
from chassis.rpc import first_event, write_appended
from checkins import rows
from checkins.aggregates import check_ins_of
from checkins.domain import check_ins
from checkins.domain.key_results import KeyResult
from checkins.domain.values import is_plausible
from checkins.service import CheckInsService


async def record_check_in(service: CheckInsService, call: Call, request: api.RecordCheckInRequest) -> api.RecordCheckInResponse:
    """A check-in with a value, with milestones, or an abstention. Its id is that of its event: the first of the answer."""
    report, check_in_id = request.check_in, new_id()
    key_result = await service.key_results.reportable(call, report.key_result_id, report.on_behalf_of)
    key = None if call.idempotency_key else rows.own_key(report)
    about = check_ins_of(key_result, event_id=check_in_id, on_behalf_of=report.on_behalf_of, key=key)
    recording = about.event(check_ins.record, key_result, check_in_id, report, service.today(call))
    appended = await service.aggregates.decide(call, recording)
    response = api.RecordCheckInResponse(check_in_id=first_event(appended), plausible=is_plausible(key_result, report))
    write_appended(response.appended, appended)
    return response


async def record_check_ins(service: CheckInsService, call: Call, request: api.RecordCheckInsRequest) -> api.RecordCheckInsResponse:
    """Many check-ins, all or nothing, or row by row, as the request says; or what would be said of each, where that is all it asks for."""
    reports = request.check_ins
    key_results = await service.key_results.reportable_each(call, [(report.key_result_id, report.on_behalf_of) for report in reports])
    decisions = await rows.decisions(service, call, request, key_results)
    if request.only_verdicts:
        response = await rows.only_verdicts(decisions)
    elif request.mode == api.BATCH_MODE_ALL_OR_NOTHING:
        response = await rows.record_all(service, call, decisions)
    else:
        response = await rows.record_each(service, call, decisions)
    await rows.tell_plausible(response, reports, key_results)
    return response


async def correct_check_in(service: CheckInsService, call: Call, request: api.CorrectCheckInRequest) -> api.CorrectCheckInResponse:
    """Another value in place of a check-in's. The correction's id is that of its event: the first of the answer."""
    correction_id = new_id()
    key_result = await service.key_results.reportable(call, request.key_result_id)
    about = check_ins_of(key_result, event_id=correction_id)
    appended = await service.aggregates.decide(call, about.decision(check_ins.correct, key_result, correction_id, request))
    response = api.CorrectCheckInResponse(correction_id=first_event(appended), plausible=is_plausible(key_result, request))
    write_appended(response.appended, appended)
    return response


async def retract_check_in(service: CheckInsService, call: Call, request: api.RetractCheckInRequest) -> Appended:
    """Takes a check-in back; the one before it counts again."""
    key_result = await service.key_results.reportable(call, request.key_result_id)
    retraction = check_ins_of(key_result).decision(check_ins.retract, key_result, request.check_in_id, request.reason)
    return await service.aggregates.decide(call, retraction)


async def grade_key_result(service: CheckInsService, call: Call, request: api.GradeKeyResultRequest) -> Appended:
    """The figure given at the end, or an abstention from it."""
    key_result = await service.key_results.reportable(call, request.key_result_id, request.on_behalf_of)
    about = check_ins_of(key_result, on_behalf_of=request.on_behalf_of)
    return await service.aggregates.decide(call, about.event(check_ins.grade, key_result, request, service.today(call)))


async def grade_key_results(service: CheckInsService, call: Call, request: api.GradeKeyResultsRequest) -> api.GradeKeyResultsResponse:
    """Many grades, all or nothing; a dry run records nothing. Raises Refused as `grade_key_result` does, with the field of its grade."""
    if len({grade.key_result_id for grade in request.grades}) < len(request.grades):
        raise invalid("grades", "each key result is graded once")
    wanted = [(grade.key_result_id, grade.on_behalf_of) for grade in request.grades]
    today = service.today(call)
    decisions: list[Decision | Refused] = []
    for grade, key_result in zip(request.grades, await service.key_results.reportable_each(call, wanted), strict=True):
        if isinstance(key_result, KeyResult):
            about = check_ins_of(key_result, on_behalf_of=grade.on_behalf_of)
            decisions.append(about.event(check_ins.grade, key_result, grade, today))
        else:
            decisions.append(key_result)
    aggregates = unless_dry_run(service.aggregates, dry_run=request.dry_run)
    try:
        appended = await aggregates.decide_together(call, decisions)
    except Refused as refused:
        if refused.row is None:
            raise
        field = f"grades[{refused.row}].{refused.field or 'grade'}"
        raise Refused(refused.reason, refused.message, kind=refused.kind, field=field) from None
    response = api.GradeKeyResultsResponse()
    if not request.dry_run:
        write_appended(response.appended, appended)
    return response
