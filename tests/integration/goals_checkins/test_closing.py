"""A cycle with its objectives: closed in one command, reopened, shortened; an objective with its key results in one unit."""

from __future__ import annotations

from typing import Any

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.checkins.v1 import service_pb2 as checkins_api
from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as api
from chassis.ids import Id, new_id
from tests.integration.goals_checkins.callers import JAN_1, MAR_31, Caller, Processes, nothing_appended, recorded_events, refusal_of
from tests.integration.goals_checkins.test_who_may import in_state


async def state_of(caller: Caller, key_result_id: Id) -> int:
    described = await caller.goals("DescribeKeyResult", api.DescribeKeyResultRequest(key_result_id=key_result_id))
    return int(described.objective_state)


async def active(caller: Caller, cycle_id: Id, **more: Any) -> tuple[Id, Id]:
    objective_id = await caller.an_objective(cycle_id, **more)
    key_result_id = await caller.a_key_result(objective_id)
    await caller.activate(objective_id)
    return objective_id, key_result_id


async def test_closing_a_cycle_closes_what_is_active_of_it_and_reopening_it_reopens_that_alone(processes: Processes) -> None:
    ann = processes.caller()
    champion = ann.colleague("champion")
    cycle_id = await ann.a_cycle()
    _, hidden = await active(ann, cycle_id, visibility=goals.VISIBILITY_PRIVATE)
    closed_before_id, closed_before = await active(ann, cycle_id)
    draft = await ann.a_key_result(await ann.an_objective(cycle_id))
    await ann.goals("CloseObjective", api.CloseObjectiveRequest(objective_id=closed_before_id))
    await in_state(champion, cycle_id, goals.CYCLE_STATE_REVIEW)
    said = api.LookBack(objective_id=closed_before_id, learnt="begin earlier")
    await champion.goals("CloseCycle", api.CloseCycleRequest(cycle_id=cycle_id, look_backs=[said]))
    states = [await state_of(ann, key_result_id) for key_result_id in (hidden, closed_before, draft)]
    assert states == [goals.OBJECTIVE_STATE_CLOSED, goals.OBJECTIVE_STATE_CLOSED, goals.OBJECTIVE_STATE_DRAFT]
    assert (await refusal_of(ann.check_in(hidden))).reason == "OBJECTIVE_CLOSED"

    await champion.goals("ReopenCycle", api.ReopenCycleRequest(cycle_id=cycle_id, reason="two grades were missing"))
    states = [await state_of(ann, key_result_id) for key_result_id in (hidden, closed_before, draft)]
    assert states == [goals.OBJECTIVE_STATE_ACTIVE, goals.OBJECTIVE_STATE_CLOSED, goals.OBJECTIVE_STATE_DRAFT]
    await ann.check_in(hidden)
    cycle = (await ann.goals("GetCycle", api.GetCycleRequest(cycle_id=cycle_id))).cycle
    assert (cycle.state, cycle.closings) == (goals.CYCLE_STATE_REVIEW, 1)


async def test_what_was_moved_to_another_cycle_is_closed_with_that_one(processes: Processes) -> None:
    ann = processes.caller()
    first_id, second_id = await ann.a_cycle(), await ann.a_cycle("the other one")
    home_id, _ = await active(ann, first_id)
    objective_id, guest = await active(ann, first_id)
    another_id, key_result_id = await active(ann, first_id)
    await ann.goals("MoveKeyResult", api.MoveKeyResultRequest(key_result_id=guest, to_objective_id=another_id))
    move = api.MoveObjectiveRequest(objective_id=another_id, cycle_id=second_id)
    assert (await refusal_of(ann.colleague().goals("MoveObjective", move))).reason == "NOT_AN_EDITOR"
    outdated = api.MoveObjectiveRequest(objective_id=another_id, cycle_id=second_id, expected_version=1)
    assert (await refusal_of(ann.goals("MoveObjective", outdated))).reason == "STALE_VERSION"
    moved = await ann.goals("MoveObjective", move)
    assert (await ann.goals("MoveObjective", move)).appended.version == moved.appended.version
    for key_result in (guest, key_result_id):
        described = await ann.goals("DescribeKeyResult", api.DescribeKeyResultRequest(key_result_id=key_result))
        assert described.cycle_id == second_id
    await in_state(ann, first_id, goals.CYCLE_STATE_CLOSED)
    await ann.goals("ReviseKeyResult", api.ReviseKeyResultRequest(key_result_id=guest, weight=2))
    await ann.check_in(key_result_id)
    for of_first in (home_id, objective_id):
        back = api.MoveObjectiveRequest(objective_id=of_first, cycle_id=second_id)
        assert (await refusal_of(ann.goals("MoveObjective", back))).reason == "OBJECTIVE_CLOSED"
    move.cycle_id = first_id
    assert (await refusal_of(ann.goals("MoveObjective", move))).reason == "CYCLE_CLOSED"
    await in_state(ann, second_id, goals.CYCLE_STATE_CLOSED)
    assert await state_of(ann, guest) == goals.OBJECTIVE_STATE_CLOSED
    assert (await refusal_of(ann.check_in(key_result_id))).reason == "OBJECTIVE_CLOSED"


async def test_what_is_said_of_a_hidden_objective_at_a_closing_is_refused_as_of_one_that_is_not_there(processes: Processes) -> None:
    ann = processes.caller()
    cycle_id = await ann.a_cycle()
    hidden_id, _ = await active(ann, cycle_id, visibility=goals.VISIBILITY_PRIVATE)
    champion = ann.colleague("champion")
    await in_state(champion, cycle_id, goals.CYCLE_STATE_REVIEW)
    async with nothing_appended(processes):
        for objective_id in (hidden_id, bytes(16)):
            closing = api.CloseCycleRequest(cycle_id=cycle_id, look_backs=[api.LookBack(objective_id=objective_id, well="all")])
            assert (await refusal_of(champion.goals("CloseCycle", closing))).reason == "OBJECTIVE_UNKNOWN"


async def test_a_cycle_of_many_objectives_is_closed_and_reopened_in_one_command_each(processes: Processes) -> None:
    ann = processes.caller()
    cycle_id = await ann.a_cycle()
    whole = api.DefineObjectiveWholeRequest(
        objective=api.DefineObjectiveRequest(cycle_id=cycle_id, title="Grow"),
        key_results=[api.DefineKeyResultRequest(title="Be there", binary=goals.Binary())],
        activate=True,
    )
    made = [await ann.goals("DefineObjectiveWhole", whole) for _ in range(30)]
    await in_state(ann, cycle_id, goals.CYCLE_STATE_CLOSED)
    assert {await state_of(ann, one.key_result_ids[0]) for one in made} == {goals.OBJECTIVE_STATE_CLOSED}
    await ann.goals("ReopenCycle", api.ReopenCycleRequest(cycle_id=cycle_id, reason="too early"))
    assert {await state_of(ann, one.key_result_ids[0]) for one in made} == {goals.OBJECTIVE_STATE_ACTIVE}


async def test_a_cycle_that_is_shortened_names_what_would_lie_outside_or_moves_it_as_asked(processes: Processes) -> None:
    ann = processes.caller()
    cycle_id = await ann.a_cycle()
    objective_id, key_result_id = await active(ann, cycle_id)
    shorter: dict[str, Any] = {"cycle_id": cycle_id, "last_day": MAR_31 - 10}
    async with nothing_appended(processes):
        refusal = await refusal_of(ann.goals("ReviseCycle", api.ReviseCycleRequest(**shorter)))
    assert (refusal.reason, refusal.field) == ("OBJECTIVES_OUTSIDE", "objectives")
    assert "'Expand the team'" in refusal.message
    await ann.goals("ReviseCycle", api.ReviseCycleRequest(move_objectives=True, **shorter))
    *_, cut = await recorded_events(processes.goals_database, objective_id)
    assert goals.ObjectiveRevised.FromString(cut).due_day == MAR_31 - 10
    await ann.goals("ReviseCycle", api.ReviseCycleRequest(cycle_id=cycle_id, name="2019-S1"))
    cycle = (await ann.goals("GetCycle", api.GetCycleRequest(cycle_id=cycle_id))).cycle
    assert (cycle.name, cycle.first_day, cycle.last_day) == ("2019-S1", JAN_1, MAR_31 - 10)
    names = api.ResolveReferencesRequest(kind=api.REFERENCE_KIND_CYCLE, references=["2019-Q1", "2019-s1"])
    assert list((await ann.goals("ResolveReferences", names)).ids) == [cycle_id, cycle_id]
    await ann.check_in(key_result_id)


async def test_a_cycle_never_lies_in_itself_through_others(processes: Processes) -> None:
    ann = processes.caller()
    half_year = await ann.a_cycle("2019-H1", last_day=MAR_31 + 90)
    six_weeks = await ann.a_cycle("2019-W6")

    def revised(cycle_id: Id, **wanted: Any) -> Any:
        return ann.goals("ReviseCycle", api.ReviseCycleRequest(cycle_id=cycle_id, **wanted))

    async with nothing_appended(processes):
        for wrong, reason in ((six_weeks, "ENCLOSING_LOOP"), (new_id(), "CYCLE_UNKNOWN")):
            refusal = await refusal_of(revised(six_weeks, enclosing_cycle_id=wrong))
            assert (refusal.reason, refusal.field) == (reason, "enclosing_cycle_id")
    beyond = MAR_31 + 91  # they need not fit
    await revised(six_weeks, enclosing_cycle_id=half_year, last_day=beyond, kind=goals.CYCLE_KIND_CUSTOM, cadence="monthly", weekday="fri")
    inmost = await ann.a_cycle("2019-S1", enclosing_cycle_id=six_weeks)
    async with nothing_appended(processes):
        assert (await refusal_of(revised(half_year, enclosing_cycle_id=inmost))).reason == "ENCLOSING_LOOP"
    await revised(six_weeks, enclosing_cycle_id=b"", cadence="")
    cycle = (await ann.goals("GetCycle", api.GetCycleRequest(cycle_id=six_weeks))).cycle
    assert (cycle.enclosing_cycle_id, cycle.kind, cycle.cadence, cycle.weekday) == (b"", goals.CYCLE_KIND_CUSTOM, "", "fri")


async def test_a_whole_objective_is_defined_in_one_unit_or_not_at_all_and_a_repeat_is_answered_as_before(processes: Processes) -> None:
    ann = processes.caller()
    cycle_id = await ann.a_cycle()
    parent_id, _ = await active(ann, cycle_id)
    wanted = api.DefineObjectiveWholeRequest(
        objective=api.DefineObjectiveRequest(cycle_id=cycle_id, title="Grow", reference="G1", parent_objective_id=parent_id),
        key_results=[
            api.DefineKeyResultRequest(title="Be there", reference="G1/1", binary=goals.Binary(), counts_for=[parent_id]),
            api.DefineKeyResultRequest(title="Grow", reference="G1/2", metric=goals.Metric(start=0, target=3)),
        ],
        activate=True,
    )
    made = await ann.goals("DefineObjectiveWhole", wanted, key="once")
    again = await ann.goals("DefineObjectiveWhole", wanted, key="once")
    assert again.appended.repeated_request
    assert (again.objective_id, list(again.key_result_ids)) == (made.objective_id, list(made.key_result_ids))
    for key_result_id in made.key_result_ids:
        await ann.check_in(key_result_id)

    wanted.objective.reference = "G2"
    async with nothing_appended(processes):
        taken = await refusal_of(ann.goals("DefineObjectiveWhole", wanted))
        wanted.key_results[1].metric.target = 0
        no_way = await refusal_of(ann.goals("DefineObjectiveWhole", wanted))
        wanted.key_results[1].title = ""
        no_title = await refusal_of(ann.goals("DefineObjectiveWhole", wanted))
    assert (taken.reason, taken.field) == ("REFERENCE_TAKEN", "key_results[0].reference")
    assert no_way.field.startswith("key_results[")
    assert no_title.field == "key_results[1].title"


async def test_a_copy_hangs_where_the_first_does_and_what_is_carried_over_is_for_those_who_edit_it(processes: Processes) -> None:
    ann = processes.caller()
    cycle_id, next_id = await ann.a_cycle(), await ann.a_cycle("2019-Q2")
    parent_id, _ = await active(ann, cycle_id)
    objective_id, key_result_id = await active(ann, cycle_id, parent_objective_id=parent_id)
    copied = await ann.colleague().goals("CopyObjective", api.CopyObjectiveRequest(objective_id=objective_id))
    assert copied.objective_id != objective_id
    carrying = api.CopyObjectiveRequest(
        objective_id=objective_id, cycle_id=next_id, carry_over=True, reached=[api.Reached(key_result_id=key_result_id, value=3)]
    )
    assert (await refusal_of(ann.colleague().goals("CopyObjective", carrying))).reason == "NOT_AN_EDITOR"
    assert (await refusal_of(ann.goals("CopyObjective", carrying))).reason == "TARGET_MET"
    carrying.reached[0].target = 6
    await in_state(ann, cycle_id, goals.CYCLE_STATE_CLOSED)
    assert (await ann.goals("CopyObjective", carrying)).objective_id not in (objective_id, copied.objective_id)


async def test_grades_at_a_closing_are_recorded_all_or_none_and_a_dry_run_records_none(processes: Processes) -> None:
    ann = processes.caller()
    cycle_id = await ann.a_cycle()
    (_, first), (_, second) = await active(ann, cycle_id), await active(ann, cycle_id)
    of_a_draft = await ann.a_key_result(await ann.an_objective(cycle_id))
    grades = [checkins_api.GradeKeyResultRequest(key_result_id=first, grade=0.7), checkins_api.GradeKeyResultRequest(key_result_id=second)]
    one_too_many = [*grades, checkins_api.GradeKeyResultRequest(key_result_id=of_a_draft, grade=1)]
    async with nothing_appended(processes):
        refusal = await refusal_of(ann.checkins("GradeKeyResults", checkins_api.GradeKeyResultsRequest(grades=one_too_many)))
        await ann.checkins("GradeKeyResults", checkins_api.GradeKeyResultsRequest(grades=grades, dry_run=True))
        twice = await refusal_of(ann.checkins("GradeKeyResults", checkins_api.GradeKeyResultsRequest(grades=[grades[0], grades[0]])))
    assert (refusal.reason, refusal.field) == ("OBJECTIVE_NOT_ACTIVE", "grades[2].grade")
    assert twice.field == "grades"
    await ann.checkins("GradeKeyResults", checkins_api.GradeKeyResultsRequest(grades=grades))
    for key_result_id, grade in ((first, 0.7), (second, None)):
        (event,) = await recorded_events(processes.checkins_database, key_result_id)
        given = checkins.KeyResultGraded.FromString(event)
        assert (given.grade if given.HasField("grade") else None) == grade


async def test_key_results_of_a_copy_are_called_by_its_reference_past_those_that_are_taken(processes: Processes) -> None:
    ann = processes.caller()
    cycle_id = await ann.a_cycle()
    objective_id, _ = await active(ann, cycle_id)
    await ann.a_key_result(objective_id)
    await ann.a_key_result(objective_id, reference="E1/2")
    wanted = api.CopyObjectiveRequest(objective_id=objective_id, reference="E1")
    copied = await ann.goals("CopyObjective", wanted, key="once")
    again = await ann.goals("CopyObjective", wanted, key="once")
    assert again.objective_id == copied.objective_id

    references = [f"E1/{number}" for number in range(1, 6)]
    asked = api.ResolveReferencesRequest(kind=api.REFERENCE_KIND_KEY_RESULT, references=references)
    held = dict(zip(references, (await ann.goals("ResolveReferences", asked)).ids, strict=True))
    assert [reference for reference, holder in held.items() if holder] == ["E1/1", "E1/2", "E1/3", "E1/4"]
    for reference in ("E1/1", "E1/3", "E1/4"):
        described = await ann.goals("DescribeKeyResult", api.DescribeKeyResultRequest(key_result_id=held[reference]))
        assert described.objective_id == copied.objective_id
    unnamed = await ann.goals("CopyObjective", api.CopyObjectiveRequest(objective_id=objective_id))
    assert unnamed.objective_id != copied.objective_id
