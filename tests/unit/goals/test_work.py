"""Tasks, initiatives and milestones: what can be said of them, and by whom."""

from __future__ import annotations

from typing import Any

import pytest

from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as api
from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import Id
from goals import policy
from goals.aggregates import INITIATIVE as INITIATIVES
from goals.aggregates import MILESTONE as MILESTONES
from goals.aggregates import OBJECTIVE as OBJECTIVES
from goals.aggregates import TASK as TASKS
from goals.domain import initiatives, milestones, tasks
from goals.domain.objectives import Objective
from goals.domain.tasks import NOTHING, For
from shared.roles import ADMIN, AUDITOR, CHAMPION, MEMBER, VIEWER
from tests.support.events import ANN, BOB, CYD, JAN_1, MAR_31, OBJECTIVE, an_id, objective_defined
from tests.unit.domain_dsl import folded, given
from tests.unit.goals.examples import NOW, TODAY, ever, on, today

TASK, INITIATIVE, MILESTONE = an_id("task"), an_id("initiative"), an_id("milestone")
DONE, REOPENED, CANCELLED = (
    today(goals.TaskDone(task_id=TASK, assignee_id=ANN, giver_id=BOB)),
    today(goals.TaskReopened(task_id=TASK, reason="more to do")),
    today(goals.TaskCancelled(task_id=TASK, reason="nobody needs it")),
)


def task_given(**changed: Any) -> goals.TaskGiven:
    fields: dict[str, Any] = {"task_id": TASK, "title": "Ask", "assignee_id": ANN, "giver_id": BOB, "priority": goals.PRIORITY_NORMAL}
    return ever(goals.TaskGiven(**fields | changed))


def initiative_defined(**changed: Any) -> goals.InitiativeDefined:
    fields: dict[str, Any] = {"initiative_id": INITIATIVE, "title": "Try", "owner_id": ANN, "creator_id": BOB, "objective_id": OBJECTIVE}
    return ever(goals.InitiativeDefined(**{"state": goals.INITIATIVE_STATE_PLANNED} | fields | changed))


def milestone_planned(**changed: Any) -> goals.MilestonePlanned:
    fields: dict[str, Any] = {"milestone_id": MILESTONE, "title": "Open", "on_day": MAR_31, "creator_id": BOB}
    return ever(goals.MilestonePlanned(**fields | changed))


def wanted(**changed: Any) -> api.GiveTaskRequest:
    fields: dict[str, Any] = {"title": "Ask", "assignee_id": ANN}
    return api.GiveTaskRequest(**fields | changed)


def test_a_task_is_given_to_somebody_or_to_oneself_and_matters_normally() -> None:
    given(TASKS).when(tasks.give, TASK, BOB, wanted(), NOTHING).then(task_given())
    given(TASKS).when(tasks.give, TASK, BOB, wanted(assignee_id=b""), For(OBJECTIVE)).then(
        task_given(assignee_id=BOB, objective_id=OBJECTIVE)
    )


def test_a_task_is_done_today_or_on_a_day_and_only_once() -> None:
    given(TASKS, task_given()).when(tasks.finish, NOW).then(DONE)
    earlier = goals.TaskDone(task_id=TASK, holds_from=TODAY - 3, assignee_id=ANN, giver_id=BOB)
    given(TASKS, task_given()).when(tasks.finish, on(TODAY - 3)).then(earlier)
    given(TASKS, task_given(), DONE).when(tasks.finish, NOW).then()
    given(TASKS, task_given()).when(tasks.finish, on(TODAY + 1)).then_refused("HOLDS_FROM_AHEAD")


def test_what_is_done_or_cancelled_is_reopened_before_anything_else() -> None:
    for ended in (DONE, CANCELLED):
        over = given(TASKS, task_given(), ended)
        over.when(tasks.revise, api.ReviseTaskRequest(title="Ask again"), NOW).then_refused("TASK_NOT_OPEN")
        over.when(tasks.cancel, "", NOW).then_refused("TASK_NOT_OPEN")
        over.when(tasks.reopen, "more to do", NOW).then(REOPENED)
    given(TASKS, task_given(), CANCELLED).when(tasks.finish, NOW).then_refused("TASK_NOT_OPEN")
    given(TASKS, task_given()).when(tasks.reopen, "", NOW).then()


def test_a_task_goes_to_somebody_else_beside_what_else_is_changed_of_it() -> None:
    both = api.ReviseTaskRequest(priority=goals.PRIORITY_HIGH, assignee_id=CYD)
    revised = today(goals.TaskRevised(task_id=TASK, priority=goals.PRIORITY_HIGH))
    reassigned = today(goals.TaskReassigned(task_id=TASK, assignee_id=CYD, from_assignee_id=ANN))
    given(TASKS, task_given()).when(tasks.revise, both, NOW).then(revised, reassigned)
    given(TASKS, task_given()).when(tasks.revise, api.ReviseTaskRequest(assignee_id=ANN), NOW).then()


def test_nothing_is_done_to_a_task_that_is_not_there() -> None:
    for asked in ((tasks.finish, NOW), (tasks.reopen, "", NOW), (tasks.cancel, "", NOW)):
        given(TASKS).when(*asked).then_refused("TASK_UNKNOWN", kind=Kind.UNKNOWN)


def test_an_initiative_goes_from_state_to_state_and_may_go_on_again() -> None:
    running = today(goals.InitiativeRevised(initiative_id=INITIATIVE, state=goals.INITIATIVE_STATE_RUNNING))
    asked = api.ReviseInitiativeRequest(state=goals.INITIATIVE_STATE_RUNNING)
    given(INITIATIVES, initiative_defined()).when(initiatives.revise, asked, NOW).then(running)
    given(INITIATIVES, initiative_defined(state=goals.INITIATIVE_STATE_DROPPED)).when(initiatives.revise, asked, NOW).then(running)


def test_an_initiative_does_not_end_before_it_starts() -> None:
    backwards = api.ReviseInitiativeRequest(start_day=MAR_31, end_day=JAN_1)
    given(INITIATIVES, initiative_defined()).when(initiatives.revise, backwards, NOW).then_refused("END_BEFORE_START", field="end_day")


@pytest.mark.parametrize("state", [goals.INITIATIVE_STATE_DONE, goals.INITIATIVE_STATE_DROPPED])
def test_nothing_new_is_begun_for_an_initiative_that_is_over(state: goals.InitiativeState.ValueType) -> None:
    with pytest.raises(Refused, match="nothing new"):
        initiatives.require_under_way(folded(INITIATIVES, initiative_defined(state=state)))


def test_a_milestone_is_planned_of_the_company_or_of_a_team() -> None:
    for team in ("", "Core"):
        wanted = api.PlanMilestoneRequest(title="Open", on_day=MAR_31, team=team)
        given(MILESTONES).when(milestones.plan, MILESTONE, BOB, wanted).then(milestone_planned(team=team))
    again = given(MILESTONES, milestone_planned()).when(milestones.plan, MILESTONE, BOB, wanted)
    again.then_refused("MILESTONE_PLANNED", kind=Kind.TAKEN)


def test_a_milestone_is_postponed_to_a_later_day_and_reached() -> None:
    later = today(goals.MilestonePostponed(milestone_id=MILESTONE, to_day=MAR_31 + 30, reason="the landlord"))
    planned = given(MILESTONES, milestone_planned())
    planned.when(milestones.postpone, MAR_31 + 30, "the landlord", NOW).then(later)
    planned.when(milestones.postpone, MAR_31, "", NOW).then_refused("NOT_POSTPONED", field="to_day")
    planned.when(milestones.reach, NOW).then(today(goals.MilestoneReached(milestone_id=MILESTONE)))
    given(MILESTONES, milestone_planned(), later).when(milestones.postpone, MAR_31 + 30, "again", NOW).then()


def a_person(person_id: Id, *roles: str) -> Identity:
    return Identity(an_id("tenant"), person_id, frozenset(roles))


def an_objective(visibility: goals.Visibility.ValueType) -> Objective:
    return folded(OBJECTIVES, objective_defined(owner_id=an_id("Eve"), creator_id=an_id("Eve"), visibility=visibility))


PRIVATE, OPEN = an_objective(goals.VISIBILITY_PRIVATE), an_objective(goals.VISIBILITY_COMPANY)


@pytest.mark.parametrize("may", [policy.require_task_part, policy.require_task_edit])
def test_a_task_for_what_somebody_may_not_see_is_unknown_to_them(may: policy.TaskRule) -> None:
    for hidden in (PRIVATE, None):
        with pytest.raises(Refused) as caught:
            policy.whoever_knows_of_task(hidden, may)(a_person(CYD, MEMBER), folded(TASKS, task_given()))
        assert (caught.value.reason, caught.value.kind) == ("TASK_UNKNOWN", Kind.UNKNOWN)


def test_assignee_and_giver_do_a_task_though_they_may_not_see_what_it_is_for() -> None:
    for who in (ANN, BOB):
        policy.whoever_knows_of_task(PRIVATE, policy.require_task_part)(a_person(who, MEMBER), folded(TASKS, task_given()))


def test_nobody_else_does_it_not_even_an_admin() -> None:
    for who in (a_person(CYD, MEMBER), a_person(CYD, ADMIN)):
        with pytest.raises(Refused) as caught:
            policy.whoever_knows_of_task(OPEN, policy.require_task_part)(who, folded(TASKS, task_given()))
        assert caught.value.reason == "NOT_ITS_ASSIGNEE"


def test_giver_and_admins_change_a_task_its_assignee_does_not() -> None:
    task = folded(TASKS, task_given())
    for who in (a_person(BOB, MEMBER), a_person(CYD, ADMIN)):
        policy.require_task_edit(who, task)
    with pytest.raises(Refused) as caught:
        policy.require_task_edit(a_person(ANN, MEMBER), task)
    assert caught.value.reason == "NOT_ITS_GIVER"


@pytest.mark.parametrize("role", [VIEWER, AUDITOR])
def test_viewers_and_auditors_do_no_work(role: str) -> None:
    with pytest.raises(Refused) as caught:
        policy.require_task_part(a_person(ANN, role), folded(TASKS, task_given()))
    assert caught.value.reason == "ROLE_REQUIRED"


def test_an_initiative_is_its_owner_s_its_creator_s_and_admins_of_those_who_see_what_it_is_for() -> None:
    initiative = folded(INITIATIVES, initiative_defined())
    for who in (a_person(ANN, MEMBER), a_person(BOB, MEMBER), a_person(CYD, ADMIN)):
        policy.whoever_keeps_initiative(OPEN)(who, initiative)
    for objective, reason in ((OPEN, "NOT_ITS_KEEPER"), (PRIVATE, "INITIATIVE_UNKNOWN"), (None, "INITIATIVE_UNKNOWN")):
        with pytest.raises(Refused) as caught:
            policy.whoever_keeps_initiative(objective)(a_person(CYD, MEMBER), initiative)
        assert caught.value.reason == reason


def test_a_milestone_is_changed_by_who_planned_it_champions_and_admins() -> None:
    milestone = folded(MILESTONES, milestone_planned())
    for who in (a_person(BOB, MEMBER), a_person(CYD, CHAMPION), a_person(CYD, ADMIN)):
        policy.require_milestone_keeper(who, milestone)
    with pytest.raises(Refused) as caught:
        policy.require_milestone_keeper(a_person(CYD, MEMBER), milestone)
    assert caught.value.reason == "NOT_ITS_KEEPER"
