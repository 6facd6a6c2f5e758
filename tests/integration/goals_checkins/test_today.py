"""Today is somewhere: a day that is not said is the tenant's, and what lies in the future is what lies there in the future."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cairn.checkins.v1 import events_pb2 as events
from cairn.checkins.v1 import service_pb2 as api
from cairn.goals.v1 import events_pb2 as goals
from chassis.days import Day, day_in
from tests.integration.goals_checkins.callers import Processes, recorded_events, refusal_of

# Whenever it is, one of them has another day than UTC.
ZONES = pytest.mark.parametrize("time_zone", ["Pacific/Honolulu", "Europe/Zurich", "Pacific/Kiritimati"])


def today_in(time_zone: str) -> Day:
    return day_in(time_zone, datetime.now(UTC))


@ZONES
async def test_a_check_in_and_a_grade_without_a_day_are_of_the_tenants_day(processes: Processes, time_zone: str) -> None:
    ann = processes.caller(time_zone=time_zone)
    _, key_result_id = await ann.an_active_key_result()
    row = api.CheckIn(key_result_id=key_result_id, value=1)
    before = today_in(time_zone)
    await ann.checkins("RecordCheckIn", api.RecordCheckInRequest(check_in=row))
    await ann.checkins("RecordCheckIns", api.RecordCheckInsRequest(mode=api.BATCH_MODE_ROW_BY_ROW, check_ins=[row]))
    await ann.checkins("GradeKeyResult", api.GradeKeyResultRequest(key_result_id=key_result_id, grade=0.5))
    days = {before, today_in(time_zone)}  # one, unless it has become midnight there
    first, second, grade = await recorded_events(processes.checkins_database, key_result_id)
    assert {events.CheckInRecorded.FromString(payload).as_of for payload in (first, second)} <= days
    graded = events.KeyResultGraded.FromString(grade)
    assert {graded.as_of, graded.graded_on} <= days


@ZONES
async def test_what_lies_beyond_tomorrow_there_is_refused(processes: Processes, time_zone: str) -> None:
    ann = processes.caller(time_zone=time_zone)
    _, key_result_id = await ann.an_active_key_result()

    def on(day: Day) -> api.RecordCheckInRequest:
        return api.RecordCheckInRequest(check_in=api.CheckIn(key_result_id=key_result_id, value=1, as_of=day))

    await ann.checkins("RecordCheckIn", on(today_in(time_zone) + 1))
    day_after = today_in(time_zone) + 3  # one more than there must be: it may become midnight there meanwhile
    assert (await refusal_of(ann.checkins("RecordCheckIn", on(day_after)))).reason == "DAY_IN_FUTURE"


@ZONES
async def test_what_goals_are_told_holds_from_the_tenants_day(processes: Processes, time_zone: str) -> None:
    ann = processes.caller(time_zone=time_zone)
    objective_id, _ = await ann.an_active_key_result()
    before = today_in(time_zone)
    await ann.a_key_result(objective_id, title="Another one")
    *_, defined = await recorded_events(processes.goals_database, objective_id)
    assert goals.KeyResultDefined.FromString(defined).holds_from in {before, today_in(time_zone)}
