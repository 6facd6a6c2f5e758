"""What commands would come to: refused as the commands are, recorded nowhere, and no way to see more than one may."""

from __future__ import annotations

from typing import Any

import pytest

from cairn.checkins.v1 import service_pb2 as checkins_api
from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as api
from chassis.errors import Refused
from chassis.ids import Id, new_id
from shared.roles import ADMIN, CHAMPION, MEMBER, SERVICE, VIEWER
from tests.integration.goals_checkins.callers import Caller, Processes, a_row, nothing_appended, refusal_of
from tests.integration.goals_checkins.test_who_may import REQUESTS, some_things

_COMMANDS: Any = api.DryRunCommandRequest.DESCRIPTOR.oneofs[0].fields
TRIED = {field.message_type.name.removesuffix("Request"): field.name for field in _COMMANDS}


async def dry_run(caller: Caller, command: Any, *assumed: api.UnrecordedEvent) -> list[api.UnrecordedEvent]:
    """The events that a command would come to. Raises the Refused that goals said."""
    field = TRIED[type(command).__name__.removesuffix("Request")]
    request = api.DryRunCommandRequest(**{field: command}, assumed=assumed)
    return list((await caller.goals("DryRunCommand", request)).events)


async def told(asking: Any) -> tuple[str, str, str] | None:
    """What was refused, and how; None: nothing was."""
    try:
        await asking
    except Refused as refused:
        return refused.reason, refused.message, refused.field
    return None


@pytest.mark.parametrize("role", [ADMIN, CHAMPION, MEMBER, VIEWER, SERVICE])
@pytest.mark.parametrize("name", TRIED)
async def test_a_dry_run_is_refused_where_and_as_its_command_is(processes: Processes, name: str, role: str) -> None:
    admin = processes.caller()
    things = await some_things(admin)
    caller, command = admin.colleague(role), REQUESTS[name](things)
    async with nothing_appended(processes):
        before = await told(dry_run(caller, command))
    assert before == await told(caller.goals(name, command))


async def test_what_is_wrong_with_a_command_is_told_in_its_own_fields(processes: Processes) -> None:
    admin = processes.caller()
    command = api.DefineObjectiveRequest(cycle_id=await admin.a_cycle(), title="")
    assert await told(dry_run(admin, command)) == await told(admin.goals("DefineObjective", command))


async def test_commands_are_tried_one_after_the_other(processes: Processes) -> None:
    admin = processes.caller()
    async with nothing_appended(processes):
        cycle = await dry_run(admin, api.DefineCycleRequest(name="Q1", kind=goals.CYCLE_KIND_TACTICAL, first_day=0, last_day=90))
        objective = api.DefineObjectiveRequest(cycle_id=cycle[0].aggregate_id, title="Grow")
        assert (await refusal_of(dry_run(admin, objective))).reason == "CYCLE_UNKNOWN"
        assumed = await dry_run(admin, objective, cycle[0])
        objective_id = assumed[0].aggregate_id
        key_result = api.DefineKeyResultRequest(objective_id=objective_id, title="Be there", binary=goals.Binary())
        assumed += await dry_run(admin, key_result, *assumed)
        assumed += await dry_run(admin, api.ActivateObjectiveRequest(objective_id=objective_id), *assumed)
        request = api.DescribeKeyResultRequest(key_result_id=assumed[1].event_id, assumed=assumed)
        described = await admin.goals("DescribeKeyResult", request)
        assert described.objective_state == goals.OBJECTIVE_STATE_ACTIVE
        row = checkins_api.CheckInRow(check_in=a_row(described.key_result_id, 1))
        wrong = checkins_api.CheckInRow(check_in=a_row(described.key_result_id, 2))
        rows = checkins_api.ImportCheckInsRequest(rows=[row, wrong], dry_run=True, described=[described])
        answer = await admin.checkins("ImportCheckIns", rows)
        assert [(told.change, told.reason) for told in answer.rows] == [(checkins_api.ROW_CHANGE_NEW, ""), (0, "INVALID_ARGUMENT")]
        rows.dry_run = False
        assert (await refusal_of(admin.checkins("ImportCheckIns", rows))).message.endswith("described is for a dry run")


async def a_secret(admin: Caller) -> tuple[Id, Id]:
    """An objective that only admins know of, and its key result, with a check-in."""
    objective_id = await admin.an_objective(await admin.a_cycle(), visibility=goals.VISIBILITY_PRIVATE)
    key_result_id = await admin.a_key_result(objective_id)
    await admin.activate(objective_id)
    await admin.checkins(
        "ImportCheckIns", checkins_api.ImportCheckInsRequest(rows=[checkins_api.CheckInRow(check_in=a_row(key_result_id))])
    )
    return objective_id, key_result_id


async def test_nobody_sees_more_for_what_they_assume(processes: Processes) -> None:
    admin = processes.caller()
    objective_id, key_result_id = await a_secret(admin)
    curious = admin.colleague(SERVICE)
    named = goals.ObjectiveRevised(objective_id=objective_id, named_people=goals.People(person_ids=[curious.person_id]))
    assumed = api.UnrecordedEvent(
        event_id=new_id(), aggregate_id=objective_id, event_type=named.DESCRIPTOR.full_name, payload=named.SerializeToString()
    )
    describe = api.DescribeKeyResultRequest(key_result_id=key_result_id, assumed=[assumed])
    assert (await refusal_of(curious.goals("DescribeKeyResult", describe))).reason == "OBJECTIVE_UNKNOWN"
    command = api.CloseObjectiveRequest(objective_id=objective_id)
    assert (await refusal_of(dry_run(curious, command, assumed))).reason == "OBJECTIVE_UNKNOWN"


async def test_of_a_key_result_that_is_described_nothing_that_was_said_is_told(processes: Processes) -> None:
    admin = processes.caller()
    _, key_result_id = await a_secret(admin)
    described = await admin.goals("DescribeKeyResult", api.DescribeKeyResultRequest(key_result_id=key_result_id))
    described.visibility = goals.VISIBILITY_COMPANY
    row = checkins_api.CheckInRow(check_in=a_row(key_result_id))
    request = checkins_api.ImportCheckInsRequest(rows=[row], dry_run=True, described=[described])
    answer = await admin.colleague(SERVICE).checkins("ImportCheckIns", request)
    assert answer.rows[0].change == checkins_api.ROW_CHANGE_NEW  # as if it had no check-in


@pytest.mark.parametrize("event_type", ["", "cairn.goals.v1.Nothing", goals.KeyResultCancelled.DESCRIPTOR.full_name])
async def test_what_cannot_be_assumed_is_refused(processes: Processes, event_type: str) -> None:
    admin = processes.caller()
    objective_id, _ = await admin.an_active_key_result()
    payload = goals.KeyResultCancelled(objective_id=objective_id, key_result_id=new_id()).SerializeToString()
    assumed = api.UnrecordedEvent(event_id=new_id(), aggregate_id=objective_id, event_type=event_type, payload=payload)
    refused = await refusal_of(dry_run(admin, api.CloseObjectiveRequest(objective_id=objective_id), assumed))
    assert (refused.reason, refused.field) == ("INVALID_ARGUMENT", "assumed")
