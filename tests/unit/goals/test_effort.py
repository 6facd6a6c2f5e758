"""Time that people log on work: what can be said of it, and by whom."""

from __future__ import annotations

from typing import Any

import pytest

from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as api
from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import Id
from goals import policy
from goals.aggregates import EFFORT, INITIATIVE, OBJECTIVE, TASK
from goals.domain import effort
from goals.domain.effort import MOST_OF_A_DAY, Logging, Spent
from goals.domain.tasks import For
from shared.roles import ADMIN, AUDITOR, MEMBER, VIEWER
from tests.support.events import ANN, BOB, an_id, objective_defined
from tests.support.events import OBJECTIVE as SERVED
from tests.unit.domain_dsl import folded, given
from tests.unit.goals.examples import TODAY, today
from tests.unit.goals.test_work import CANCELLED, DONE, initiative_defined, task_given
from tests.unit.goals.test_work import INITIATIVE as INITIATIVE_ID
from tests.unit.goals.test_work import TASK as TASK_ID

FIRST, SECOND, TEAM = an_id("first"), an_id("second"), an_id("team")
SPENT = Spent(TASK_ID, For(SERVED), (TEAM,))
ON_TASK: dict[str, Any] = {"task_id": TASK_ID, "objective_id": SERVED, "team_ids": [TEAM]}


def logging(effort_id: Id = FIRST, **changed: Any) -> Logging:
    fields: dict[str, Any] = {"person_id": ANN, "day": TODAY, "today": TODAY, "minutes": 90, "note": "Wrote", "spent": SPENT}
    return Logging(effort_id, **fields | changed)


def logged(effort_id: Id = FIRST, **changed: Any) -> goals.EffortLogged:
    fields = {"person_id": ANN, "day": TODAY, "minutes": 90, "note": "Wrote", **ON_TASK}
    return goals.EffortLogged(effort_id=effort_id, **fields | changed)


def corrected(minutes: int, note: str = "Wrote") -> goals.EffortCorrected:
    return goals.EffortCorrected(effort_id=FIRST, person_id=ANN, day=TODAY, minutes=minutes, note=note, **ON_TASK)


RETRACTED = goals.EffortRetracted(effort_id=FIRST, person_id=ANN, day=TODAY, reason="another task", **ON_TASK)


def test_what_was_spent_is_logged_with_what_it_serves_and_the_teams_of_that_day() -> None:
    given(EFFORT).when(effort.log, logging()).then(logged())
    given(EFFORT, logged()).when(effort.log, logging(SECOND, day=TODAY, minutes=30)).then(logged(SECOND, minutes=30))


def test_a_day_has_24_hours_whatever_they_went_into() -> None:
    long_day = logged(minutes=23 * 60)
    given(EFFORT, long_day).when(effort.log, logging(SECOND, minutes=60)).then(logged(SECOND, minutes=60))
    given(EFFORT, long_day).when(effort.log, logging(SECOND, minutes=61)).then_refused("EFFORT_OVER_A_DAY")
    both = given(EFFORT, long_day, logged(SECOND, minutes=60))
    both.when(effort.correct, SECOND, api.CorrectEffortRequest(minutes=61)).then_refused("EFFORT_OVER_A_DAY")
    given(EFFORT, logged(), RETRACTED).when(effort.log, logging(SECOND, minutes=24 * 60)).then(logged(SECOND, minutes=24 * 60))


@pytest.mark.parametrize("minutes", [-30, 0, 25 * 60])
def test_nobody_logs_less_than_a_minute_nor_more_than_a_day(minutes: int) -> None:
    given(EFFORT).when(effort.log, logging(minutes=minutes)).then_refused("INVALID_ARGUMENT")
    given(EFFORT, logged()).when(effort.correct, FIRST, api.CorrectEffortRequest(minutes=minutes)).then_refused("INVALID_ARGUMENT")


def test_what_is_logged_was_spent_today_or_before() -> None:
    given(EFFORT).when(effort.log, logging(day=TODAY + 1)).then_refused("DAY_IN_FUTURE")
    given(EFFORT).when(effort.log, logging(day=10**7)).then_refused("INVALID_ARGUMENT")
    given(EFFORT).when(effort.log, logging(day=TODAY - 300)).then(logged(day=TODAY - 300))


def test_of_one_day_no_more_entries_are_taken_than_a_day_can_have() -> None:
    entries = [logged(an_id(f"entry {number}"), minutes=1) for number in range(MOST_OF_A_DAY)]
    given(EFFORT, *entries).when(effort.log, logging(minutes=1)).then_refused("TOO_MUCH_LOGGED")


def test_an_entry_is_corrected_as_often_as_it_says_something_else() -> None:
    entry = given(EFFORT, logged())
    entry.when(effort.correct, FIRST, api.CorrectEffortRequest(minutes=60)).then(corrected(60))
    entry.when(effort.correct, FIRST, api.CorrectEffortRequest(note="")).then(corrected(90, ""))
    entry.when(effort.correct, FIRST, api.CorrectEffortRequest(minutes=90, note="Wrote")).then()
    entry.when(effort.correct, SECOND, api.CorrectEffortRequest(minutes=1)).then_refused("EFFORT_UNKNOWN")


def test_an_entry_is_taken_back_once_and_is_logged_anew_then() -> None:
    given(EFFORT, logged()).when(effort.retract, FIRST, "another task").then(RETRACTED)
    given(EFFORT, logged(), RETRACTED).when(effort.retract, FIRST, "another task").then()
    given(EFFORT, logged(), RETRACTED).when(effort.correct, FIRST, api.CorrectEffortRequest(minutes=1)).then_refused("EFFORT_RETRACTED")
    given(EFFORT).when(effort.retract, FIRST, "").then_refused("EFFORT_UNKNOWN")


def test_work_that_is_over_takes_what_was_spent_until_its_end() -> None:
    given(TASK, task_given()).when(effort.require_worked_on, TODAY).then()
    for over in (DONE, CANCELLED):
        given(TASK, task_given(), over).when(effort.require_worked_on, TODAY).then()
        given(TASK, task_given(), over).when(effort.require_worked_on, TODAY + 1).then_refused("EFFORT_AFTER_END")
    given(TASK).when(effort.require_worked_on, TODAY).then_refused("TASK_UNKNOWN")
    dropped = today(goals.InitiativeRevised(initiative_id=INITIATIVE_ID, state=goals.INITIATIVE_STATE_DROPPED))
    given(INITIATIVE, initiative_defined(), dropped).when(effort.require_moved, TODAY).then()
    given(INITIATIVE, initiative_defined(), dropped).when(effort.require_moved, TODAY + 1).then_refused("EFFORT_AFTER_END")
    done_ever = initiative_defined(state=goals.INITIATIVE_STATE_DONE)
    given(INITIATIVE, done_ever).when(effort.require_moved, TODAY).then_refused("EFFORT_AFTER_END")
    given(INITIATIVE).when(effort.require_moved, TODAY).then_refused("INITIATIVE_UNKNOWN")
    cancelled = today(goals.ObjectiveCancelled(objective_id=SERVED))
    given(OBJECTIVE, objective_defined(), cancelled).when(effort.require_served, TODAY).then()
    given(OBJECTIVE, objective_defined(), cancelled).when(effort.require_served, TODAY + 1).then_refused("EFFORT_AFTER_END")


def test_everybody_s_effort_is_their_own_alone() -> None:
    of_ann = folded(EFFORT, logged())
    policy.require_own_effort(Identity(b"tenant", ANN, frozenset({MEMBER})), of_ann)
    for whom in (Identity(b"tenant", BOB, frozenset({ADMIN})), Identity(b"tenant", BOB, frozenset({AUDITOR}))):
        with pytest.raises(Refused) as refused:
            policy.require_own_effort(whom, of_ann)
        assert (refused.value.reason, refused.value.kind) == ("EFFORT_UNKNOWN", Kind.UNKNOWN)


def test_who_changes_nothing_logs_nothing() -> None:
    for role in (VIEWER, AUDITOR):
        with pytest.raises(Refused) as refused:
            policy.require_worker(Identity(b"tenant", ANN, frozenset({role})), folded(TASK, task_given()))
        assert refused.value.reason == "ROLE_REQUIRED"


def test_an_initiative_for_what_somebody_may_not_see_is_unknown_to_them() -> None:
    private = folded(OBJECTIVE, objective_defined(visibility=goals.VISIBILITY_PRIVATE))
    for may, objective in ((policy.whoever_sees_initiative(private), private), (policy.whoever_sees_initiative(None), None)):
        with pytest.raises(Refused) as refused:
            may(Identity(b"tenant", an_id("nobody"), frozenset({MEMBER})), folded(INITIATIVE, initiative_defined()))
        assert refused.value.reason == "INITIATIVE_UNKNOWN", objective
