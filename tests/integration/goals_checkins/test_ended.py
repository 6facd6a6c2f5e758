"""What has ended no longer changes: every command of goals, on an objective and in a cycle that ended in every way there is.

A new command fails here unless it is refused, or named among those that go on.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

import pytest

from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as api
from chassis.ids import new_id
from tests.integration.goals_checkins.callers import Caller, Processes, nothing_appended, refusal_of
from tests.integration.goals_checkins.test_who_may import APPROVING, BEFORE, COMMANDS, METHODS, REQUESTS, Things, some_things

GOALS: Final = [name for name in COMMANDS if METHODS[name] == "GoalsService"]

OF_CYCLES: Final = {"DefineCycle", "MoveCycle", "ReviseCycle", "CloseCycle", "ReopenCycle"}
"""What is about no objective."""

NEW_ONES: Final = {"DefineObjective", "DefineObjectiveWhole", "CopyObjective", "StartObjectiveFromKpi"}
"""What is about no objective that is there, or changes nothing of it."""

UNDOES: Final = {"ReopenObjective"}

OF_THE_WHOLE_TENANT: Final = {
    *("SaveTemplate", "RemoveTemplate"),
    *("DefineKpi", "ReviseKpi", "MeasureKpi", "RetractKpiMeasurement", "RetireKpi"),
    *("PlanMilestone", "ReviseMilestone", "ReachMilestone", "PostponeMilestone"),
}
"""What is about no objective, and everybody's to see."""

WORK_THAT_GOES_ON: Final = {
    *("ReviseTask", "FinishTask", "ReopenTask", "CancelTask", "ReviseInitiative"),
    *("LogEffort", "CorrectEffort", "RetractEffort"),  # up to the day of the end: tests/unit/goals/test_effort.py
}
"""What has ended takes no new work; what was there goes on."""

Ending = Callable[[Caller, Things], Awaitable[Any]]


async def close_cycle(ann: Caller, things: Things) -> None:
    for state in (goals.CYCLE_STATE_ACTIVE, goals.CYCLE_STATE_REVIEW, goals.CYCLE_STATE_CLOSED):
        await ann.goals("MoveCycle", api.MoveCycleRequest(cycle_id=things.cycle_id, to=state))


def ends(method: str, which: str) -> Ending:
    return lambda ann, things: ann.goals(method, getattr(api, f"{method}Request")(objective_id=getattr(things, which)))


ABOUT_IT: Final = set(GOALS) - OF_CYCLES - UNDOES - OF_THE_WHOLE_TENANT
OF_DRAFTS: Final = {"SubmitObjective", "ApproveObjective", "SendObjectiveBack", "ActivateObjective"}
NOT_ABOUT_IT: Final = NEW_ONES | WORK_THAT_GOES_ON | OF_DRAFTS | {"UnshareKeyResult"}
ELSEWHERE: Final = {"AlignObjective", "UnshareKeyResult", "MoveKeyResult"}
GO_ON: Final[dict[str, tuple[Ending, str, set[str]]]] = {
    "cycle closed": (close_cycle, "OBJECTIVE_CLOSED", NOT_ABOUT_IT),
    **{
        end: (ends(method, "objective_id"), "OBJECTIVE_CLOSED", NOT_ABOUT_IT)
        for end, method in (("closed", "CloseObjective"), ("cancelled", "CancelObjective"))
    },
    **{
        f"what it counts for {end}": (
            ends(method, "other_id"),
            "OBJECTIVE_CLOSED",
            ABOUT_IT - {"AlignObjective", "UnshareKeyResult", "MoveKeyResult"},
        )
        for end, method in (("closed", "CloseObjective"), ("cancelled", "CancelObjective"))
    },
    "draft cancelled": (ends("CancelObjective", "draft_id"), "OBJECTIVE_CLOSED", ABOUT_IT - OF_DRAFTS - {"ShareKeyResult"}),
}
"""By how it ended: the reason, and the commands that are not about what ended, or end it."""


@pytest.mark.parametrize("end", GO_ON)
async def test_what_has_ended_no_longer_changes(processes: Processes, end: str) -> None:
    ending, reason, go_on = GO_ON[end]
    ann = processes.caller(settings=APPROVING)
    refused = await some_things(ann)
    await ending(ann, refused)
    async with nothing_appended(processes):
        for name in ABOUT_IT - go_on:
            assert (await refusal_of(ann.goals(name, REQUESTS[name](refused)))).reason == reason, name


IN_WHAT_ENDED: Final = [("closed", name) for name in sorted(GO_ON["closed"][2] | UNDOES | OF_THE_WHOLE_TENANT)]


@pytest.mark.parametrize(("end", "name"), IN_WHAT_ENDED)
async def test_what_is_not_about_it_goes_on(processes: Processes, end: str, name: str) -> None:
    ann = processes.caller(settings=APPROVING)
    things = await some_things(ann)
    await GO_ON[end][0](ann, things)
    if name in ("ReopenTask", "ApproveObjective", "SendObjectiveBack"):
        await BEFORE[name](ann, things)
    await ann.goals(name, REQUESTS[name](things))


@pytest.mark.parametrize("name", sorted(NEW_ONES | {"ActivateObjective"}))
async def test_nothing_begins_in_a_closed_cycle(processes: Processes, name: str) -> None:
    ann = processes.caller()
    things = await some_things(ann)
    await close_cycle(ann, things)
    async with nothing_appended(processes):
        assert (await refusal_of(ann.goals(name, REQUESTS[name](things)))).reason == "CYCLE_CLOSED"


async def test_in_a_closed_cycle_nothing_is_reopened_but_the_cycle_itself(processes: Processes) -> None:
    ann = processes.caller()
    things = await some_things(ann)
    await close_cycle(ann, things)
    assert (await refusal_of(ann.goals("ReopenObjective", REQUESTS["ReopenObjective"](things)))).reason == "CYCLE_CLOSED"


async def test_who_may_not_know_of_an_objective_is_not_told_that_its_cycle_is_closed(processes: Processes) -> None:
    ann = processes.caller()
    things = await some_things(ann, visibility=goals.VISIBILITY_PRIVATE)
    await close_cycle(ann, things)
    bob = ann.colleague()
    for name in ABOUT_IT - {"DefineObjective", "DefineObjectiveWhole", "StartObjectiveFromKpi"}:
        reason = (await refusal_of(bob.goals(name, REQUESTS[name](things)))).reason
        assert reason in ("OBJECTIVE_UNKNOWN", "KEY_RESULT_UNKNOWN", "TASK_UNKNOWN", "INITIATIVE_UNKNOWN", "EFFORT_UNKNOWN"), name


async def test_a_key_result_of_a_closed_cycle_is_let_go_by_what_it_counts_for_in_an_open_one(processes: Processes) -> None:
    ann = processes.caller()
    things = await some_things(ann)
    elsewhere = await ann.an_objective(await ann.a_cycle(f"cycle {new_id().hex()}"))
    await ann.goals("ShareKeyResult", api.ShareKeyResultRequest(key_result_id=things.key_result_id, counts_for=elsewhere))
    await close_cycle(ann, things)
    await ann.goals("UnshareKeyResult", api.UnshareKeyResultRequest(key_result_id=things.key_result_id, counts_for=elsewhere))
    again = api.ShareKeyResultRequest(key_result_id=things.key_result_id, counts_for=elsewhere)
    assert (await refusal_of(ann.goals("ShareKeyResult", again))).reason == "OBJECTIVE_CLOSED"
