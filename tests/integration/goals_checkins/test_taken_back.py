"""A permission that was taken back is refused at once, by every command of checkins, while Kafka is away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple

import pytest
from google.protobuf.message import Message

from cairn.checkins.v1 import service_pb2 as checkins_api
from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as goals_api
from chassis.ids import Id
from tests.integration.goals_checkins.callers import Caller, Processes, a_row, check_in, nothing_appended, refusal_of


class Reported(NamedTuple):
    """A key result that a member reports of, and what they reported."""

    admin: Caller
    reporter: Caller
    cycle_id: Id
    objective_id: Id
    key_result_id: Id
    check_in_id: Id


async def reported(admin: Caller) -> Reported:
    """The reporter contributes to the objective, and owns its key result."""
    reporter = admin.colleague()
    cycle_id = await admin.a_cycle()
    objective_id = await admin.an_objective(cycle_id, contributor_ids=[reporter.person_id])
    key_result_id = await admin.a_key_result(objective_id)
    await admin.activate(objective_id)
    check_in_id = (await reporter.check_in(key_result_id)).check_in_id
    return Reported(admin, reporter, cycle_id, objective_id, key_result_id, check_in_id)


async def close_cycle(of: Reported) -> None:
    for state in (goals.CYCLE_STATE_ACTIVE, goals.CYCLE_STATE_REVIEW, goals.CYCLE_STATE_CLOSED):
        await of.admin.goals("MoveCycle", goals_api.MoveCycleRequest(cycle_id=of.cycle_id, to=state))


def revise(**change: Any) -> Callable[[Reported], Awaitable[Any]]:
    return lambda of: of.admin.goals("ReviseObjective", goals_api.ReviseObjectiveRequest(objective_id=of.objective_id, **change))


def ended(method: str) -> Callable[[Reported], Awaitable[Any]]:
    return lambda of: of.admin.goals(method, getattr(goals_api, f"{method}Request")(objective_id=of.objective_id))


ENDS: Final[dict[str, tuple[Callable[[Reported], Awaitable[Any]], str]]] = {
    "closed": (
        ended("CloseObjective"),
        "OBJECTIVE_CLOSED",
    ),
    "cancelled": (
        ended("CancelObjective"),
        "OBJECTIVE_CLOSED",
    ),
    "key result cancelled": (
        lambda of: of.admin.goals("CancelKeyResult", goals_api.CancelKeyResultRequest(key_result_id=of.key_result_id)),
        "KEY_RESULT_CANCELLED",
    ),
    "cycle closed": (close_cycle, "OBJECTIVE_CLOSED"),
    "no contributor any more": (revise(contributors=goals.People()), "NOT_A_REPORTER"),
    "no contributor any more, and private": (
        revise(contributors=goals.People(), visibility=goals.VISIBILITY_PRIVATE),
        "KEY_RESULT_UNKNOWN",
    ),
}
STILL_GRADED: Final = {"closed", "cycle closed"}
"""A grade is the figure at the end."""


async def refusals(of: Reported, graded: bool) -> dict[str, str]:
    """Why each command of the reporter is refused."""
    about: dict[str, Any] = {"key_result_id": of.key_result_id}
    requests: dict[str, Message] = {
        "RecordCheckIn": check_in(of.key_result_id, 2.0),
        "CorrectCheckIn": checkins_api.CorrectCheckInRequest(**about, check_in_id=of.check_in_id, value=2.0),
        "RetractCheckIn": checkins_api.RetractCheckInRequest(**about, check_in_id=of.check_in_id),
        "RecordCheckIns": checkins_api.RecordCheckInsRequest(mode=checkins_api.BATCH_MODE_ALL_OR_NOTHING, check_ins=[a_row(**about)]),
    }
    if graded:
        requests["GradeKeyResult"] = checkins_api.GradeKeyResultRequest(**about, grade=0.7)
    row_by_row = checkins_api.RecordCheckInsRequest(mode=checkins_api.BATCH_MODE_ROW_BY_ROW, check_ins=[a_row(**about)])
    forwarded = checkins_api.ForwardedCheckIn(identity=of.reporter.token, request=check_in(of.key_result_id, 2.0))
    (answer,) = await of.reporter.forwarded(forwarded)
    assert not answer.HasField("response")
    told = {"row by row": (await of.reporter.checkins("RecordCheckIns", row_by_row)).verdicts[0].reason}
    for method, request in requests.items():
        told[method] = (await refusal_of(of.reporter.checkins(method, request))).reason
    return told


@pytest.mark.parametrize("end", ENDS)
async def test_a_permission_that_was_taken_back_is_refused_at_once_by_every_command(processes: Processes, end: str) -> None:
    take_back, reason = ENDS[end]
    for _ in range(3):
        of = await reported(processes.caller())
        await take_back(of)
        async with nothing_appended(processes):
            told = await refusals(of, graded=end not in STILL_GRADED)
        assert set(told.values()) == {reason}, told
