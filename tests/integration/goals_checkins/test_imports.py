"""Rows of imported tables over gRPC, durable in PostgreSQL."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from cairn.checkins.v1 import service_pb2 as api
from cairn.goals.v1 import events_pb2 as goals
from chassis.ids import Id, new_id
from shared.roles import ADMIN, AUDITOR, CHAMPION, MEMBER, SERVICE, VIEWER
from tests.integration.goals_checkins.callers import JAN_1, Caller, Processes, a_row, check_in, nothing_appended, refusal_of

NEW, NONE, CORRECTED, RESTORED = api.ROW_CHANGE_NEW, api.ROW_CHANGE_NONE, api.ROW_CHANGE_CORRECTED, api.ROW_CHANGE_RESTORED


def rows(*check_ins: api.CheckIn, dry_run: bool = False) -> api.ImportCheckInsRequest:
    """The rows of a table."""
    return api.ImportCheckInsRequest(rows=[api.CheckInRow(check_in=c, says_comment=True) for c in check_ins], dry_run=dry_run)


def grades(*figures: tuple[Id, float | None]) -> api.ImportGradesRequest:
    given = [api.GradeKeyResultRequest(key_result_id=k, grade=figure, as_of=JAN_1, graded_on=JAN_1) for k, figure in figures]
    return api.ImportGradesRequest(rows=[api.GradeRow(grade=grade) for grade in given])


async def told(caller: Caller, request: api.ImportCheckInsRequest | api.ImportGradesRequest, **more: Any) -> list[Any]:
    """What became of each row: a change, or why it was refused."""
    answer = await caller.checkins(type(request).__name__.removesuffix("Request"), request, **more)
    return [row.change or row.reason for row in answer.rows]


async def test_rows_say_what_stands_however_often_they_come(processes: Processes) -> None:
    admin = processes.caller()
    _, key_result_id = await admin.an_active_key_result()
    other_admin, ann = admin.colleague("admin"), new_id()
    assert await told(admin, rows(a_row(key_result_id, 3, on_behalf_of=ann))) == [NEW]
    assert await told(other_admin, rows(a_row(key_result_id, 4, on_behalf_of=ann))) == [CORRECTED]
    assert await told(admin, rows(a_row(key_result_id, 3, on_behalf_of=ann))) == [CORRECTED]
    async with nothing_appended(processes):
        for key in ("", "a key"):
            assert await told(admin, rows(a_row(key_result_id, 3, on_behalf_of=ann)), key=key) == [NONE]


async def test_a_row_that_says_otherwise_is_told_what_stood_before(processes: Processes) -> None:
    admin = processes.caller()
    _, key_result_id = await admin.an_active_key_result()
    await told(admin, rows(a_row(key_result_id, 3, comment="slow")))
    await told(admin, grades((key_result_id, 0.5)))
    (row,) = (await admin.checkins("ImportCheckIns", rows(a_row(key_result_id, 4), dry_run=True))).rows
    assert (row.change, row.before) == (CORRECTED, api.SaidBefore(value=3, comment="slow"))
    (row,) = (await admin.checkins("ImportGrades", grades((key_result_id, None)))).rows
    assert (row.change, row.before) == (CORRECTED, api.SaidBefore(value=0.5))
    (row,) = (await admin.checkins("ImportCheckIns", rows(a_row(key_result_id, 5, on_behalf_of=new_id()), dry_run=True))).rows
    assert not row.HasField("before")


async def test_a_row_brings_back_what_was_retracted(processes: Processes) -> None:
    admin = processes.caller()
    _, key_result_id = await admin.an_active_key_result()
    answer = await admin.checkins("ImportCheckIns", rows(a_row(key_result_id, 3)))
    check_in_id = answer.rows[0].check_in_id
    await admin.checkins("RetractCheckIn", api.RetractCheckInRequest(key_result_id=key_result_id, check_in_id=check_in_id))
    assert await told(admin, rows(a_row(key_result_id, 3))) == [RESTORED]
    correction = api.CorrectCheckInRequest(key_result_id=key_result_id, check_in_id=check_in_id, value=2)
    await admin.checkins("CorrectCheckIn", correction)  # it stands


async def test_two_imports_at_once_do_not_double_a_row(processes: Processes) -> None:
    admin = processes.caller()
    _, key_result_id = await admin.an_active_key_result()
    days = [a_row(key_result_id, day) for day in range(20)]
    for day, row in enumerate(days):
        row.as_of = JAN_1 + day
    before = await processes.heads()
    answers = await asyncio.gather(*(told(admin.colleague("admin"), rows(*days)) for _ in range(4)))
    assert sorted(answer.count(NEW) for answer in answers) == [0, 0, 0, 20]
    assert (await processes.heads())[1] == before[1] + 20


async def test_each_row_is_refused_by_itself(processes: Processes) -> None:
    admin = processes.caller()
    _, key_result_id = await admin.an_active_key_result(graded=goals.Graded())
    request = rows(a_row(key_result_id, 0.5), a_row(key_result_id, 2), a_row(new_id()), api.CheckIn(key_result_id=b"short", value=1))
    assert await told(admin, request) == [NEW, "INVALID_ARGUMENT", "KEY_RESULT_UNKNOWN", "INVALID_ARGUMENT"]
    assert await told(admin, request) == [NONE, "INVALID_ARGUMENT", "KEY_RESULT_UNKNOWN", "INVALID_ARGUMENT"]
    answer = await admin.checkins("ImportCheckIns", request)
    assert [row.field for row in answer.rows] == ["", "value", "key_result_id", "check_in.key_result_id"]


async def test_a_dry_run_says_what_would_become_of_rows_and_records_nothing(processes: Processes) -> None:
    admin = processes.caller()
    _, key_result_id = await admin.an_active_key_result()
    async with nothing_appended(processes):
        assert await told(admin, rows(a_row(key_result_id, 3), dry_run=True)) == [NEW]


async def test_the_last_row_of_a_day_is_the_grade_that_stands(processes: Processes) -> None:
    admin = processes.caller()
    _, key_result_id = await admin.an_active_key_result()
    _, other = await admin.an_active_key_result()
    assert await told(admin, grades((key_result_id, 0.3), (other, None))) == [NEW, NEW]
    assert await told(admin, grades((key_result_id, 0.4))) == [CORRECTED]
    assert await told(admin, grades((key_result_id, 0.3), (other, None))) == [CORRECTED, NONE]


async def test_what_is_left_out_is_listed(processes: Processes) -> None:
    admin = processes.caller()
    _, key_result_id = await admin.an_active_key_result()
    kept, left = a_row(key_result_id, 1), a_row(key_result_id, 2)
    left.as_of = JAN_1
    imported = await admin.checkins("ImportCheckIns", rows(kept, left))
    await told(admin, grades((key_result_id, 0.3)))
    await admin.check_in(key_result_id, 5)  # no row's
    request = api.ListLeftOutRequest(
        key_result_ids=[key_result_id], check_in_ids=[imported.rows[0].check_in_id], check_ins=True, grades=True
    )
    answer = await admin.checkins("ListLeftOut", request)
    assert answer.count == 2
    assert [(one.check_in_id, one.as_of, one.value) for one in answer.left_out] == [
        (imported.rows[1].check_in_id, JAN_1, 2),
        (b"", JAN_1, 0.3),
    ]
    request.graded_days.add(key_result_id=key_result_id, as_of=JAN_1)
    assert (await admin.checkins("ListLeftOut", request)).count == 1


async def test_what_stood_in_the_way_is_told_of_the_check_ins_that_named_something(processes: Processes) -> None:
    admin = processes.caller()
    _, key_result_id = await admin.an_active_key_result()
    said = check_in(key_result_id, 1, blockers=["No stand yet", "too few people"])
    blocked = (await admin.checkins("RecordCheckIn", said)).check_in_id
    free = (await admin.check_in(key_result_id, 2)).check_in_id
    await admin.checkins("CorrectCheckIn", api.CorrectCheckInRequest(key_result_id=key_result_id, check_in_id=blocked, value=2))
    asked = api.ListBlockersRequest()
    for check_in_id in (free, blocked, new_id()):
        asked.check_ins.add(key_result_id=key_result_id, check_in_id=check_in_id)
    told = (await admin.checkins("ListBlockers", asked)).check_ins
    assert [(one.check_in_id, list(one.blockers)) for one in told] == [(blocked, ["No stand yet", "too few people"])]
    stranger = processes.caller()  # the admin of another tenant
    assert not (await stranger.checkins("ListBlockers", asked)).check_ins
    refused = await refusal_of(admin.colleague(SERVICE).checkins("ListBlockers", asked))
    assert refused.reason == "ROLE_REQUIRED"


@pytest.mark.parametrize("request_", [rows(a_row(new_id())), grades((new_id(), 0.3)), api.ListLeftOutRequest()])
async def test_only_admins_and_integrations_import(processes: Processes, request_: Any) -> None:
    method = type(request_).__name__.removesuffix("Request")
    for role in (CHAMPION, MEMBER, VIEWER, AUDITOR):
        assert (await refusal_of(processes.caller(role).checkins(method, request_))).reason == "ROLE_REQUIRED", role
    for role in (ADMIN, SERVICE):
        await processes.caller(role).checkins(method, request_)  # what is not there is refused row by row


async def test_a_value_far_beyond_the_target_is_asked_about_and_recorded(processes: Processes) -> None:
    admin = processes.caller()
    _, key_result_id = await admin.an_active_key_result()  # from 0 to 3
    said = [a_row(key_result_id, value) for value in (150, 151)]
    assert [(await admin.check_in(key_result_id, row.value)).plausible for row in said] == [True, False]
    for only_verdicts in (True, False):
        for mode in (api.BATCH_MODE_ALL_OR_NOTHING, api.BATCH_MODE_ROW_BY_ROW):
            batch = api.RecordCheckInsRequest(mode=mode, check_ins=said, only_verdicts=only_verdicts)
            assert [verdict.plausible for verdict in (await admin.checkins("RecordCheckIns", batch)).verdicts] == [True, False]
    corrected_id = (await admin.check_in(key_result_id, 1)).check_in_id
    correction = api.CorrectCheckInRequest(key_result_id=key_result_id, check_in_id=corrected_id, value=151)
    assert not (await admin.checkins("CorrectCheckIn", correction)).plausible
    _, other_id = await admin.an_active_key_result()
    imported = [a_row(other_id, value) for value in (150, 151)]
    for dry_run in (True, False, False):
        answer = await admin.checkins("ImportCheckIns", rows(*imported, dry_run=dry_run))
        assert [row.plausible for row in answer.rows] == [True, False]


async def test_without_a_start_and_a_target_nothing_is_said_of_plausibility(processes: Processes) -> None:
    admin = processes.caller()
    _, graded_id = await admin.an_active_key_result(graded=goals.Graded())
    _, metric_id = await admin.an_active_key_result()
    assert not (await admin.check_in(graded_id, 1)).HasField("plausible")
    abstained = api.CheckIn(key_result_id=metric_id, abstention="nobody measured it")
    batch = api.RecordCheckInsRequest(mode=api.BATCH_MODE_ROW_BY_ROW, check_ins=[abstained, a_row(new_id(), 1)])
    assert not any(verdict.HasField("plausible") for verdict in (await admin.checkins("RecordCheckIns", batch)).verdicts)
    assert not (await admin.checkins("ImportCheckIns", rows(abstained))).rows[0].HasField("plausible")
