"""The rows of a request with many check-ins: what each decides, and what it is answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from cairn.checkins.v1 import service_pb2 as api
from cairn.common.v1.common_pb2 import LogPosition
from chassis.calls import Call
from chassis.errors import Refused
from chassis.eventstore import Appended, Decision, IdempotencyKey
from chassis.ids import Id, new_id
from chassis.positions import newest_positions
from chassis.rpc import InvalidRequest, fingerprint, position_messages
from chassis.runtime import time_sliced
from checkins.aggregates import check_ins_of
from checkins.domain import check_ins
from checkins.domain.key_results import KeyResult
from checkins.domain.values import is_plausible
from checkins.service import CheckInsService

Row = Decision | Refused
"""What a row of a request decides; or why it cannot be decided at all."""


_A_CHECK_IN: Final = "CheckIn"
"""What a key in a check-in itself is sent for: the same, whether it comes alone or in a row of many."""


def own_key(report: api.CheckIn) -> IdempotencyKey | None:
    """The idempotency key that a check-in itself bears."""
    if not report.idempotency_key:
        return None
    return IdempotencyKey(_A_CHECK_IN, report.idempotency_key, fingerprint(_A_CHECK_IN, report))


def _key_of_row(call: Call, mode: api.BatchMode.ValueType, number: int, report: api.CheckIn) -> IdempotencyKey | None:
    """A row's own key; else, where each row is recorded by itself, the call's with the number that the caller gave the row."""
    if report.idempotency_key or not call.idempotency_key or mode == api.BATCH_MODE_ALL_OR_NOTHING:
        return own_key(report)
    text = f"{call.idempotency_key}#{number}"
    return IdempotencyKey(call.operation, text, fingerprint(call.operation, report), earlier_fingerprint=call.fingerprint)


async def decisions(
    service: CheckInsService, call: Call, request: api.RecordCheckInsRequest, key_results: Sequence[KeyResult | Refused]
) -> list[Row]:
    """What each row decides; a Refused where its key result is unknown, or not the caller's to report of, or the row no check-in."""
    today, wrong_rows = service.today(call), call.wrong_rows or {}
    rows: list[Row] = []
    async for number, (report, key_result) in time_sliced(enumerate(zip(request.check_ins, key_results, strict=True))):
        if number in wrong_rows:
            rows.append(InvalidRequest(wrong_rows[number]))
        elif isinstance(key_result, Refused):
            rows.append(key_result)
        else:
            check_in_id = new_id()
            key = _key_of_row(call, request.mode, number, report)
            about = check_ins_of(key_result, event_id=check_in_id, on_behalf_of=report.on_behalf_of, key=key)
            rows.append(about.event(check_ins.record, key_result, check_in_id, report, today))
    return rows


async def record_all(service: CheckInsService, call: Call, rows: Sequence[Row]) -> api.RecordCheckInsResponse:
    """Records every row, or none.

    Raises Refused of the first row that cannot be recorded; `row` says which.
    """
    try:
        appended = await service.aggregates.decide_together(call, rows)
    except Refused as refused:
        raise _with_place(refused) from None
    return _answer_of_unit([row for row in rows if isinstance(row, Decision)], appended)


async def record_each(service: CheckInsService, call: Call, rows: Sequence[Row]) -> api.RecordCheckInsResponse:
    """Records every row that can be, and answers each."""
    answers = await service.aggregates.decide_each(call, rows)
    recorded = [answer for answer in answers if isinstance(answer, Appended)]
    response = api.RecordCheckInsResponse(recorded=sum([not answer.repeated for answer in recorded]), positions=_last_positions(recorded))
    async for answer in time_sliced(answers):
        _add_result(response, answer)
    return response


async def only_verdicts(rows: Sequence[Row]) -> api.RecordCheckInsResponse:
    """What would be said of each row by itself; nothing is recorded."""
    response = api.RecordCheckInsResponse()
    async for row in time_sliced(rows):
        refused = _why_not(row)
        response.verdicts.add() if refused is None else _add_result(response, refused)
    return response


async def tell_plausible(
    response: api.RecordCheckInsResponse, reports: Iterable[api.CheckIn], key_results: Iterable[KeyResult | Refused]
) -> None:
    """Says of each row that is not refused whether its value is plausible."""
    async for verdict, report, key_result in time_sliced(zip(response.verdicts, reports, key_results, strict=True)):
        if not verdict.reason and isinstance(key_result, KeyResult) and (plausible := is_plausible(key_result, report)) is not None:
            verdict.plausible = plausible


def _why_not(row: Row) -> Refused | None:
    """Why a row cannot be recorded; None: it can."""
    if isinstance(row, Refused):
        return row
    try:
        row.on(None)  # a check-in is decided without what happened before it
    except Refused as refused:
        return refused
    return None


def _with_place(refused: Refused) -> Refused:
    """A row's refusal as that of the whole request."""
    if refused.row is None:
        return refused
    place = f"check_ins[{refused.row}]"
    placed = Refused(
        refused.reason,
        f"{place}: {refused.message}; nothing was recorded",
        kind=refused.kind,
        field=f"{place}.{refused.field}" if refused.field else place,
    )
    placed.row = refused.row
    return placed


def _answer_of_unit(decided: Sequence[Decision], appended: Appended) -> api.RecordCheckInsResponse:
    """Each row's result. Rows whose keys were seen before have the ids of their first answers, which stand among the unit's."""
    present = set(appended.event_ids)
    offered = {decision.about.event_id for decision in decided}
    before = iter([event_id for event_id in appended.event_ids if event_id not in offered])
    in_order = not appended.repeated and len(present) == len(decided) and offered == present
    of_key: dict[str, Id] = {}
    response = api.RecordCheckInsResponse(positions=_last_positions((appended,)))
    for number, decision in enumerate(decided):
        check_in_id, key = decision.about.event_id, decision.about.key
        new = check_in_id in present
        if not new:
            check_in_id = of_key[key.text] if key is not None and key.text in of_key else next(before)
        if key is not None:
            of_key[key.text] = check_in_id
        response.recorded += new
        position = appended.first_position + number if in_order else 0
        response.verdicts.add(check_in_id=check_in_id, position=position, repeated_request=not new)
    return response


def _add_result(response: api.RecordCheckInsResponse, answer: Appended | Refused) -> None:
    result = response.verdicts.add()
    if isinstance(answer, Refused):
        result.reason, result.message, result.field = answer.reason, answer.message, answer.field
        return
    result.check_in_id, result.position = answer.event_ids[0], answer.first_position
    if answer.repeated:
        result.repeated_request = True


def _last_positions(answers: Iterable[Appended]) -> list[LogPosition]:
    return position_messages(newest_positions(position for answer in answers for position in answer.positions))
