"""Many check-ins in one request: all or nothing, or row by row with a verdict for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cairn.checkins.v1 import service_pb2 as api
from cairn.common.v1.common_pb2 import LogPosition
from chassis.calls import Call
from chassis.errors import Refused
from chassis.eventstore.aggregates import Appended, Decision
from chassis.ids import Id
from chassis.rpc import InvalidRequest, fingerprint
from checkins.domain.check_ins import CheckIns
from checkins.permission import may_report, permitted_key_results
from checkins.reports import no_longer, reported
from checkins.service import CheckInsService

Row = Decision[CheckIns] | Refused
"""A row of a batch: what it asks, or why it cannot be."""


async def decided_rows(service: CheckInsService, call: Call, rows: Sequence[api.CheckIn]) -> list[Row]:
    """What each row asks, as far as it can be told without what was reported before."""
    permits = {person: may_report(call, person) for person in {row.on_behalf_of for row in rows}}
    key_results = await permitted_key_results(service, call, [(row.key_result_id, permits[row.on_behalf_of]) for row in rows])
    today = service.today()
    wrong_rows = call.wrong_rows or {}
    decided: list[Row] = []
    for number, (row, key_result) in enumerate(zip(rows, key_results, strict=True)):
        try:
            if number in wrong_rows:
                raise InvalidRequest(wrong_rows[number])
            decision = no_longer(row.key_result_id, key_result) if isinstance(key_result, Refused) else reported(key_result, row, today)
            if row.idempotency_key:
                decision.idempotency_key, decision.fingerprint = row.idempotency_key, fingerprint("CheckIn", row)
            decided.append(decision)
        except Refused as refused:
            decided.append(refused)
    return decided


async def recorded_all(service: CheckInsService, call: Call, rows: Sequence[Row]) -> api.RecordCheckInsResponse:
    """Records every row, or none.

    Raises Refused of the first row that cannot be recorded; `row` says which.
    """
    decisions: list[Decision[CheckIns]] = []
    for number, row in enumerate(rows):
        if isinstance(row, Refused):
            raise _of_row(row, number)
        decisions.append(row)
    try:
        appended = await service.aggregates.decide_together(call, decisions)
    except Refused as refused:
        raise _of_row(refused, refused.row) from None
    return _answer_of_unit(decisions, appended)


async def recorded_each(service: CheckInsService, call: Call, rows: Sequence[Row]) -> api.RecordCheckInsResponse:
    """Records every row that can be, and answers a verdict for each."""
    decisions: list[Decision[CheckIns]] = []
    for number, row in enumerate(rows):
        if isinstance(row, Decision):
            if call.idempotency_key and not row.idempotency_key:
                row.idempotency_key, row.fingerprint = f"{call.idempotency_key}#{number}", call.fingerprint
            decisions.append(row)
    outcomes = iter(await service.aggregates.decide_each(call, decisions))
    answers = [row if isinstance(row, Refused) else next(outcomes) for row in rows]
    done = [answer for answer in answers if not isinstance(answer, Refused)]
    response = api.RecordCheckInsResponse(recorded=sum([not answer.repeated for answer in done]), positions=_last_positions(done))
    for answer in answers:
        _add_verdict(response, answer)
    return response


def _of_row(refused: Refused, number: int | None) -> Refused:
    if number is None:
        return refused
    place = f"check_ins[{number}]"
    placed = Refused(
        refused.reason,
        f"{place}: {refused.message}; nothing was recorded",
        kind=refused.kind,
        field=f"{place}.{refused.field}" if refused.field else place,
    )
    placed.row = number
    return placed


def _answer_of_unit(decisions: Sequence[Decision[CheckIns]], appended: Appended) -> api.RecordCheckInsResponse:
    """Each row's verdict. Rows whose keys were seen before have the ids of their first answers, which stand among the unit's."""
    present = set(appended.event_ids)
    offered = {decision.event_ids[0] for decision in decisions}
    before = iter([event_id for event_id in appended.event_ids if event_id not in offered])
    in_order = not appended.repeated and len(present) == len(decisions) and offered == present
    of_key: dict[str, Id] = {}
    response = api.RecordCheckInsResponse(positions=_last_positions((appended,)))
    for number, decision in enumerate(decisions):
        check_in_id, key = decision.event_ids[0], decision.idempotency_key
        new = check_in_id in present
        if not new:
            check_in_id = of_key[key] if key in of_key else next(before)
        if key:
            of_key[key] = check_in_id
        response.recorded += new
        position = appended.first_position + number if in_order else 0
        response.verdicts.add(check_in_id=check_in_id, position=position, repeated_request=not new)
    return response


def _add_verdict(response: api.RecordCheckInsResponse, answer: Appended | Refused) -> None:
    verdict = response.verdicts.add()
    if isinstance(answer, Refused):
        verdict.reason, verdict.message, verdict.field = answer.reason, answer.message, answer.field
        return
    verdict.check_in_id, verdict.position = answer.event_ids[0], answer.first_position
    if answer.repeated:
        verdict.repeated_request = True


def _last_positions(answers: Iterable[Appended]) -> list[LogPosition]:
    last: dict[tuple[str, int], int] = {}
    for answer in answers:
        for log, partition, position in answer.positions:
            if position > last.get((log, partition), 0):
                last[log, partition] = position
    return [LogPosition(log=log, partition=partition, position=position) for (log, partition), position in last.items()]
