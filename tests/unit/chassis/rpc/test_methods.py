"""A servicer's class is the table of what a service offers."""

from __future__ import annotations

import pytest

from cairn.goals.v1 import service_pb2 as api
from chassis.calls import Call
from chassis.eventstore import Appended
from chassis.rpc import UseCases, command, first_aggregate, first_event, query


async def move_cycle(service: object, call: Call, request: api.MoveCycleRequest) -> Appended:
    raise NotImplementedError


async def get_cycle(service: object, call: Call, request: api.GetCycleRequest) -> api.GetCycleResponse:
    raise NotImplementedError


def test_a_function_is_served_under_its_own_name() -> None:
    class Served(UseCases[object]):
        MoveCycle = command(move_cycle, api.MoveCycleResponse)
        GetCycle = query(get_cycle)

    assert {name for name in vars(Served) if name[0].isupper()} == {"MoveCycle", "GetCycle"}


def test_a_function_that_is_served_under_another_name_is_found_at_once() -> None:
    with pytest.raises(TypeError, match="ShiftCycle serves MoveCycle"):
        type("Misnamed", (UseCases,), {"ShiftCycle": command(move_cycle, api.MoveCycleResponse)})


def test_what_a_command_made_goes_by_its_aggregate_or_by_its_event() -> None:
    appended = Appended((), 1, 0, event_ids=(b"first event", b"second"), aggregate_ids=(b"first aggregate", b"other"), first_position=1)
    assert (first_aggregate(appended), first_event(appended)) == (b"first aggregate", b"first event")
