"""A request that is sent again with its key, after its key result takes no more, on a real log."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from cairn.checkins.v1 import service_pb2 as api
from cairn.goals.v1.events_pb2 import OBJECTIVE_STATE_CLOSED
from chassis.calls import Call, Identity
from chassis.errors import Refused
from chassis.eventstore import Aggregates, EventLog
from chassis.ids import Id, new_id
from checkins import commands
from checkins.aggregates import EVENT_TYPES
from checkins.domain.key_results import KeyResult, unknown_key_result
from checkins.key_results import KeyResults
from checkins.service import CheckInsService
from shared.roles import ADMIN
from tests.integration.goals_checkins.callers import NOTHING_IS_SAID, a_row
from tests.unit.checkins.examples import METRIC

ALL, EACH = api.BATCH_MODE_ALL_OR_NOTHING, api.BATCH_MODE_ROW_BY_ROW


@dataclass
class OneKnown:
    """A catalogue of one key result."""

    key_result: KeyResult
    unknown: set[Id] = field(default_factory=set)

    def known(self, _: Id) -> KeyResult:
        return self.key_result

    async def confirm(self, _: Call) -> None:
        """It is so."""

    async def find(self, _: Call, key_result_ids: list[Id]) -> dict[Id, KeyResult]:
        return {i: replace(self.key_result, key_result_id=i) for i in key_result_ids if i not in self.unknown}

    async def ask(self, _: Call, key_result_id: Id) -> KeyResult:
        if key_result_id in self.unknown:
            raise unknown_key_result()
        return replace(self.key_result, key_result_id=key_result_id)


@pytest.fixture
def known() -> OneKnown:
    return OneKnown(METRIC)


@pytest.fixture
async def service(database: str, known: OneKnown) -> AsyncIterator[CheckInsService]:
    log = EventLog(database, "checkins", 6)
    await log.start()
    try:
        yield CheckInsService(Aggregates(log, EVENT_TYPES), KeyResults(cast("Any", known)), NOTHING_IS_SAID)
    finally:
        await log.stop()


def call(key: str = "") -> Call:
    identity = Identity(METRIC.tenant_id, PERSON, frozenset({ADMIN}))
    return Call(identity, new_id(), operation="RecordCheckIns", idempotency_key=key, fingerprint=key.encode())


PERSON = new_id()
ENDS = [
    pytest.param({"objective_state": OBJECTIVE_STATE_CLOSED}, "OBJECTIVE_CLOSED", id="closed"),
    pytest.param({"cancelled": True}, "KEY_RESULT_CANCELLED", id="cancelled"),
]


@pytest.mark.parametrize(("end", "reason"), ENDS)
async def test_what_was_recorded_before_the_end_is_answered_as_the_first_time(
    service: CheckInsService, known: OneKnown, end: dict[str, Any], reason: str
) -> None:
    key_result_id = METRIC.key_result_id
    request = api.RecordCheckInRequest(check_in=a_row(key_result_id))
    first = await commands.record_check_in(service, call("check-in"), request)
    correct = api.CorrectCheckInRequest(key_result_id=key_result_id, check_in_id=first.check_in_id, value=2.0)
    corrected = await commands.correct_check_in(service, call("correction"), correct)
    retract = api.RetractCheckInRequest(key_result_id=key_result_id, check_in_id=first.check_in_id, reason="wrong")
    retracted = await commands.retract_check_in(service, call("retraction"), retract)

    known.key_result = replace(METRIC, **end)
    first_again = await commands.record_check_in(service, call("check-in"), request)
    assert (first_again.check_in_id, first_again.appended.repeated_request) == (first.check_in_id, True)
    corrected_again = await commands.correct_check_in(service, call("correction"), correct)
    assert (corrected_again.correction_id, corrected_again.appended.repeated_request) == (corrected.correction_id, True)
    retracted_again = await commands.retract_check_in(service, call("retraction"), retract)
    assert (retracted_again.event_ids, retracted_again.repeated) == (retracted.event_ids, True)
    for fresh in (call(), call("another")):
        with pytest.raises(Refused) as refused:
            await commands.record_check_in(service, fresh, request)
        assert refused.value.reason == reason
    with pytest.raises(Refused) as refused:
        await commands.record_check_in(service, replace(call("check-in"), fingerprint=b"another request"), request)
    assert refused.value.reason == "IDEMPOTENCY_KEY_REUSED"


@pytest.mark.parametrize("mode", [ALL, EACH])
@pytest.mark.parametrize(("end", "reason"), ENDS)
async def test_rows_that_were_recorded_before_the_end_are_answered_as_the_first_time(
    service: CheckInsService, known: OneKnown, mode: api.BatchMode.ValueType, end: dict[str, Any], reason: str
) -> None:
    row, more = a_row(METRIC.key_result_id, 3.0, idempotency_key="row"), a_row(METRIC.key_result_id, 4.0)
    batch = api.RecordCheckInsRequest(mode=mode, check_ins=[row])
    first = await commands.record_check_ins(service, call(), batch)

    known.key_result = replace(METRIC, **end)
    again = await commands.record_check_ins(service, call(), batch)
    assert (again.recorded, again.verdicts[0].check_in_id) == (0, first.verdicts[0].check_in_id)
    batch.check_ins.append(more)
    if mode == EACH:
        verdicts = (await commands.record_check_ins(service, call(), batch)).verdicts
        assert [verdict.reason for verdict in verdicts] == ["", reason]
    else:
        with pytest.raises(Refused) as refused:
            await commands.record_check_ins(service, call(), batch)
        assert (refused.value.reason, refused.value.row) == (reason, 1)


async def test_rows_sent_again_under_one_key_are_recorded_once_each_also_when_what_a_row_names_came_to_be_since(
    service: CheckInsService, known: OneKnown
) -> None:
    new, batch = new_id(), api.RecordCheckInsRequest(mode=EACH)
    batch.check_ins.extend([a_row(new, 1.0), a_row(METRIC.key_result_id, 2.0), a_row(METRIC.key_result_id, 3.0)])
    known.unknown.add(new)
    first = await commands.record_check_ins(service, call("week 48"), batch)
    assert [verdict.reason for verdict in first.verdicts] == ["KEY_RESULT_UNKNOWN", "", ""]

    known.unknown.clear()
    again = await commands.record_check_ins(service, replace(call("week 48"), fingerprint=b"of other bytes"), batch)
    assert (again.recorded, [verdict.repeated_request for verdict in again.verdicts]) == (1, [False, True, True])
    assert [v.check_in_id for v in again.verdicts[1:]] == [v.check_in_id for v in first.verdicts[1:]]
    assert (await commands.record_check_ins(service, call("week 48"), batch)).recorded == 0
    batch.check_ins[1].value = 4.0
    changed = await commands.record_check_ins(service, call("week 48"), batch)
    assert [verdict.reason for verdict in changed.verdicts] == ["", "IDEMPOTENCY_KEY_REUSED", ""]
