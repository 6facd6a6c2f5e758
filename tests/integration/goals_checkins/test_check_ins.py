"""Checkins over gRPC, durable in PostgreSQL. Kafka is away: what checkins must know of a key result it asks goals."""

from __future__ import annotations

import asyncio
from math import inf, nan
from typing import Any

import pytest

from cairn.checkins.v1 import service_pb2 as api
from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as goals_api
from chassis.errors import Kind
from chassis.ids import Id, new_id
from chassis.positions import Position
from shared.roles import MEMBER, SERVICE, VIEWER
from tests.integration.goals_checkins.callers import JAN_1, Caller, Processes, a_row, check_in, nothing_appended, refusal_of

MILESTONES = goals.Milestones(milestones=[goals.Milestone(title=f"step {n}", weight=1) for n in (1, 2, 3)])


def a_batch(mode: api.BatchMode.ValueType, *rows: api.CheckIn) -> api.RecordCheckInsRequest:
    return api.RecordCheckInsRequest(mode=mode, check_ins=rows)


async def test_a_check_in_is_answered_with_its_position(processes: Processes) -> None:
    ann = processes.caller()
    _, key_result_id = await ann.an_active_key_result()
    first, second = await ann.check_in(key_result_id), await ann.check_in(key_result_id, 2.0)
    defined, head = await processes.heads()
    assert (first.appended.version, second.appended.version) == (1, 2)
    assert len(second.check_in_id) == 16
    # The definition, too, which came from goals and may not be wherever the check-in is: who waits for the answer's positions sees both.
    assert [(p.log, p.position) for p in second.appended.positions] == [("checkins", head), ("goals", defined)]
    assert len({p.partition for p in second.appended.positions}) == 1


async def test_a_check_in_right_after_the_activation_is_taken(processes: Processes) -> None:
    ann = processes.caller()
    objective_id = await ann.an_objective(await ann.a_cycle())
    key_result_id = await ann.a_key_result(objective_id)
    async with nothing_appended(processes):
        assert (await refusal_of(ann.check_in(key_result_id))).reason == "OBJECTIVE_NOT_ACTIVE"
    await ann.activate(objective_id)
    await ann.check_in(key_result_id)


async def test_a_check_in_by_a_contributor_made_just_now_is_taken(processes: Processes) -> None:
    ann = processes.caller(MEMBER)
    bob = ann.colleague()
    admin = ann.colleague("admin")
    objective_id = await ann.an_objective(await admin.a_cycle())
    key_result_id = await ann.a_key_result(objective_id)
    await ann.activate(objective_id)
    await ann.check_in(key_result_id)
    assert (await refusal_of(bob.check_in(key_result_id))).reason == "NOT_A_REPORTER"
    more = goals_api.ReviseObjectiveRequest(objective_id=objective_id, contributors=goals.People(person_ids=[bob.person_id]))
    await ann.goals("ReviseObjective", more)
    await bob.check_in(key_result_id)


async def test_the_same_idempotency_key_gives_the_first_answer_and_no_event(processes: Processes) -> None:
    ann = processes.caller()
    _, key_result_id = await ann.an_active_key_result()
    first = await ann.check_in(key_result_id, key="once")
    async with nothing_appended(processes):
        again = await ann.check_in(key_result_id, key="once")
        assert (await refusal_of(ann.check_in(key_result_id, 2.0, key="once"))).reason == "IDEMPOTENCY_KEY_REUSED"
    assert (again.check_in_id, again.appended.positions) == (first.check_in_id, first.appended.positions)
    assert again.appended.repeated_request


async def test_the_same_idempotency_key_many_times_at_once_adds_one_event(processes: Processes) -> None:
    ann = processes.caller()
    _, key_result_id = await ann.an_active_key_result()
    _, before = await processes.heads()
    answers = await asyncio.gather(*(ann.check_in(key_result_id, key="at once") for _ in range(8)))
    assert len({answer.check_in_id for answer in answers}) == 1
    assert (await processes.heads())[1] == before + 1


async def test_a_check_in_is_corrected_and_retracted_by_its_id(processes: Processes) -> None:
    ann = processes.caller()
    _, key_result_id = await ann.an_active_key_result()
    check_in_id = (await ann.check_in(key_result_id)).check_in_id
    correct = api.CorrectCheckInRequest(key_result_id=key_result_id, check_in_id=check_in_id, value=2.0)
    correction_id = (await ann.checkins("CorrectCheckIn", correct)).correction_id
    await ann.checkins("CorrectCheckIn", correct)
    of_correction = api.CorrectCheckInRequest(key_result_id=key_result_id, check_in_id=correction_id, value=2.0)
    async with nothing_appended(processes):
        assert (await refusal_of(ann.checkins("CorrectCheckIn", of_correction))).reason == "CORRECTION_OF_CORRECTION"
    retract = api.RetractCheckInRequest(key_result_id=key_result_id, check_in_id=check_in_id, reason="wrong row")
    assert (await ann.checkins("RetractCheckIn", retract)).appended.version == 4
    async with nothing_appended(processes):
        assert (await refusal_of(ann.checkins("RetractCheckIn", retract))).reason == "CHECK_IN_RETRACTED"
        assert (await refusal_of(ann.checkins("CorrectCheckIn", correct))).reason == "CHECK_IN_RETRACTED"


async def test_a_closed_objective_takes_grades_but_no_check_ins(processes: Processes) -> None:
    ann = processes.caller()
    objective_id, key_result_id = await ann.an_active_key_result()
    await ann.goals("CloseObjective", goals_api.CloseObjectiveRequest(objective_id=objective_id, outcome="done"))
    async with nothing_appended(processes):
        assert (await refusal_of(ann.check_in(key_result_id))).reason == "OBJECTIVE_CLOSED"
    for grade in (0.7, None):
        await ann.checkins("GradeKeyResult", api.GradeKeyResultRequest(key_result_id=key_result_id, grade=grade))


async def test_a_grade_is_of_a_day_up_to_the_end_of_its_objective(processes: Processes) -> None:
    ann = processes.caller()
    objective_id, key_result_id = await ann.an_active_key_result()
    ended_on = JAN_1 + 40
    await ann.goals("CloseObjective", goals_api.CloseObjectiveRequest(objective_id=objective_id, holds_from=ended_on))

    def graded(as_of: int | None = None) -> Any:
        return ann.checkins("GradeKeyResult", api.GradeKeyResultRequest(key_result_id=key_result_id, grade=0.5, as_of=as_of))

    async with nothing_appended(processes):
        refusal = await refusal_of(graded(as_of=ended_on + 1))
    assert (refusal.reason, refusal.field) == ("GRADE_AFTER_END", "as_of")
    assert "2019-02-10" in refusal.message
    await graded(as_of=ended_on)
    await graded()


async def test_a_call_that_must_come_after_what_is_not_in_the_log_is_not_decided(processes: Processes) -> None:
    ann = processes.caller()
    _, key_result_id = await ann.an_active_key_result()
    async with nothing_appended(processes):
        refusal = await refusal_of(ann.check_in(key_result_id, after=(Position("goals", 0, 1_000_000),)))
    assert (refusal.reason, refusal.kind) == ("POSITION_UNKNOWN", Kind.INVALID)


@pytest.mark.parametrize(
    ("what", "reason", "field"),
    [
        ({"value": nan}, "INVALID_ARGUMENT", "check_in.value"),
        ({"value": inf}, "INVALID_ARGUMENT", "check_in.value"),
        ({"value": 1e300}, "INVALID_ARGUMENT", "value"),
        ({"value": None}, "INVALID_ARGUMENT", "check_in.what"),
        ({"value": None, "milestones_done": api.MilestonesDone(numbers=[1])}, "VALUE_EXPECTED", "value"),
        ({"value": None, "abstention": " "}, "ABSTENTION_WITHOUT_REASON", "abstention"),
        ({"as_of": 2**31 - 1}, "DAY_IN_FUTURE", "as_of"),
        ({"confidence": 11}, "INVALID_ARGUMENT", "check_in.confidence"),
        ({"comment": "a\x00b"}, "INVALID_ARGUMENT", "comment"),
        ({"key_result_id": b"x"}, "INVALID_ARGUMENT", "check_in.key_result_id"),
        ({"key_result_id": new_id()}, "KEY_RESULT_UNKNOWN", "key_result_id"),
        ({"on_behalf_of": b"x"}, "INVALID_ARGUMENT", "on_behalf_of"),
    ],
)
async def test_a_bad_check_in_is_told_and_leaves_no_event_behind(
    processes: Processes, what: dict[str, Any], reason: str, field: str
) -> None:
    ann = processes.caller()
    _, key_result_id = await ann.an_active_key_result()
    good: dict[str, Any] = {"key_result_id": key_result_id, "value": 1.0, "as_of": JAN_1}
    request = api.RecordCheckInRequest(check_in=api.CheckIn(**good | what))
    async with nothing_appended(processes):
        refusal = await refusal_of(ann.checkins("RecordCheckIn", request))
    assert (refusal.reason, refusal.field) == (reason, field)


async def test_milestones_are_checked_in_by_number(processes: Processes) -> None:
    ann = processes.caller()
    _, key_result_id = await ann.an_active_key_result(milestones=MILESTONES)

    def done(*numbers: int) -> api.RecordCheckInRequest:
        return api.RecordCheckInRequest(
            check_in=api.CheckIn(key_result_id=key_result_id, milestones_done=api.MilestonesDone(numbers=numbers))
        )

    await ann.checkins("RecordCheckIn", done(1, 3))
    async with nothing_appended(processes):
        assert (await refusal_of(ann.checkins("RecordCheckIn", done(4)))).reason == "MILESTONE_UNKNOWN"
        assert (await refusal_of(ann.check_in(key_result_id))).reason == "MILESTONES_EXPECTED"


async def test_only_admins_and_integrations_report_on_somebodys_behalf(processes: Processes) -> None:
    ann = processes.caller()
    _, key_result_id = await ann.an_active_key_result()
    bob = ann.colleague()
    await ann.checkins("RecordCheckIn", check_in(key_result_id, on_behalf_of=bob.person_id))
    await ann.colleague(SERVICE).checkins("RecordCheckIn", check_in(key_result_id, on_behalf_of=bob.person_id))
    async with nothing_appended(processes):
        mine = bob.checkins("RecordCheckIn", check_in(key_result_id, on_behalf_of=ann.person_id))
        assert (await refusal_of(mine)).reason == "ON_BEHALF_OF"
        assert (await refusal_of(ann.colleague(VIEWER).check_in(key_result_id))).reason == "ROLE_REQUIRED"


async def test_another_tenants_key_result_is_unknown(processes: Processes) -> None:
    ann, stranger = processes.caller(), processes.caller()
    _, key_result_id = await ann.an_active_key_result()
    check_in_id = (await ann.check_in(key_result_id)).check_in_id
    async with nothing_appended(processes):
        for method, request in (
            ("RecordCheckIn", check_in(key_result_id)),
            ("CorrectCheckIn", api.CorrectCheckInRequest(key_result_id=key_result_id, check_in_id=check_in_id, value=1)),
            ("RetractCheckIn", api.RetractCheckInRequest(key_result_id=key_result_id, check_in_id=check_in_id)),
            ("GradeKeyResult", api.GradeKeyResultRequest(key_result_id=key_result_id, grade=1)),
            ("RecordCheckIns", a_batch(api.BATCH_MODE_ALL_OR_NOTHING, a_row(key_result_id))),
        ):
            refusal = await refusal_of(stranger.checkins(method, request))
            assert (refusal.reason, refusal.kind) == ("KEY_RESULT_UNKNOWN", Kind.UNKNOWN), method


async def _three_key_results(ann: Caller) -> list[Id]:
    objective_id = await ann.an_objective(await ann.a_cycle())
    ids = [await ann.a_key_result(objective_id, title=f"Number {n}") for n in range(3)]
    await ann.activate(objective_id)
    return ids


async def test_all_or_nothing_records_every_row(processes: Processes) -> None:
    ann = processes.caller()
    ids = await _three_key_results(ann)
    rows = [a_row(ids[n % 3], n) for n in range(7)]
    answer = await ann.checkins("RecordCheckIns", a_batch(api.BATCH_MODE_ALL_OR_NOTHING, *rows))
    defined, head = await processes.heads()
    assert answer.recorded == 7
    assert [verdict.position for verdict in answer.verdicts] == list(range(head - 6, head + 1))
    assert len({verdict.check_in_id for verdict in answer.verdicts}) == 7
    assert [(p.log, p.position) for p in answer.positions] == [("checkins", head), ("goals", defined)]


async def test_all_or_nothing_records_nothing_when_one_row_is_bad(processes: Processes) -> None:
    ann = processes.caller()
    ids = await _three_key_results(ann)
    for bad, reason, field in (
        (a_row(ids[1], nan), "INVALID_ARGUMENT", "check_ins[1].value"),
        (a_row(new_id()), "KEY_RESULT_UNKNOWN", "check_ins[1].key_result_id"),
    ):
        async with nothing_appended(processes):
            batch = a_batch(api.BATCH_MODE_ALL_OR_NOTHING, a_row(ids[0]), bad, a_row(ids[2]))
            refusal = await refusal_of(ann.checkins("RecordCheckIns", batch))
        assert (refusal.reason, refusal.field) == (reason, field)
        assert "nothing was recorded" in refusal.message


async def test_what_would_be_said_of_each_row_is_told_and_nothing_recorded(processes: Processes) -> None:
    ann = processes.caller()
    ids = await _three_key_results(ann)
    rows = [a_row(ids[0]), a_row(ids[1], nan), a_row(new_id()), a_row(ids[2]), a_row(b"x")]
    rows[3].as_of = 2_000_000
    async with nothing_appended(processes):
        for mode in (api.BATCH_MODE_ALL_OR_NOTHING, api.BATCH_MODE_ROW_BY_ROW):
            answer = await ann.checkins("RecordCheckIns", api.RecordCheckInsRequest(mode=mode, check_ins=rows, only_verdicts=True))
            assert [verdict.reason for verdict in answer.verdicts] == [
                "",
                "INVALID_ARGUMENT",
                "KEY_RESULT_UNKNOWN",
                "DAY_IN_FUTURE",
                "INVALID_ARGUMENT",
            ]


async def test_row_by_row_gives_each_row_a_verdict_and_records_the_good_ones(processes: Processes) -> None:
    ann = processes.caller()
    ids = await _three_key_results(ann)
    rows = [
        a_row(ids[0]),
        a_row(ids[1], inf),
        a_row(new_id()),
        a_row(b"x"),
        a_row(ids[0], 2.0, confidence=11),
        a_row(ids[0], 3.0),
        api.CheckIn(key_result_id=ids[2], abstention="nobody to ask"),
    ]
    _, before = await processes.heads()
    answer = await ann.checkins("RecordCheckIns", a_batch(api.BATCH_MODE_ROW_BY_ROW, *rows))
    assert [(verdict.reason, verdict.field) for verdict in answer.verdicts] == [
        ("", ""),
        ("INVALID_ARGUMENT", "value"),
        ("KEY_RESULT_UNKNOWN", "key_result_id"),
        ("INVALID_ARGUMENT", "key_result_id"),
        ("INVALID_ARGUMENT", "confidence"),
        ("", ""),
        ("", ""),
    ]
    assert (answer.recorded, (await processes.heads())[1]) == (3, before + 3)
    assert [bool(verdict.check_in_id) == bool(verdict.position) for verdict in answer.verdicts] == [True] * 7


@pytest.mark.parametrize("mode", [api.BATCH_MODE_ALL_OR_NOTHING, api.BATCH_MODE_ROW_BY_ROW])
async def test_rows_with_keys_seen_before_add_nothing_and_have_their_first_ids(processes: Processes, mode: api.BatchMode.ValueType) -> None:
    ann = processes.caller()
    ids = await _three_key_results(ann)
    rows = [a_row(key_result_id, 1.0, idempotency_key=f"row {n}") for n, key_result_id in enumerate(ids)]
    first = await ann.checkins("RecordCheckIns", a_batch(mode, rows[1]))
    _, before = await processes.heads()
    answer = await ann.checkins("RecordCheckIns", a_batch(mode, *rows, rows[0]))
    assert (answer.recorded, (await processes.heads())[1]) == (2, before + 2)
    assert [verdict.repeated_request for verdict in answer.verdicts] == [False, True, False, True]
    assert answer.verdicts[1].check_in_id == first.verdicts[0].check_in_id
    assert answer.verdicts[3].check_in_id == answer.verdicts[0].check_in_id
    async with nothing_appended(processes):
        again = await ann.checkins("RecordCheckIns", a_batch(mode, *rows))
    assert (again.recorded, [v.check_in_id for v in again.verdicts]) == (0, [v.check_in_id for v in answer.verdicts[:3]])


@pytest.mark.parametrize("mode", [api.BATCH_MODE_ALL_OR_NOTHING, api.BATCH_MODE_ROW_BY_ROW])
async def test_a_whole_batch_under_one_key_is_recorded_once(processes: Processes, mode: api.BatchMode.ValueType) -> None:
    ann = processes.caller()
    batch = a_batch(mode, *[a_row(key_result_id) for key_result_id in await _three_key_results(ann)])
    first = await ann.checkins("RecordCheckIns", batch, key="import")
    async with nothing_appended(processes):
        again = await ann.checkins("RecordCheckIns", batch, key="import")
    assert (first.recorded, again.recorded) == (3, 0)
    assert [v.check_in_id for v in again.verdicts] == [v.check_in_id for v in first.verdicts]
