"""What a service answers about its clock, and how the operator sets it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from cairn.operations.v1 import operations_pb2 as pb
from chassis.calls import Call
from chassis.days import Microseconds
from chassis.operations.operated import Operated
from chassis.rpc import timestamp

_MICROSECOND: Final = timedelta(microseconds=1)
_SECOND: Final = 1_000_000


async def get_clock(operated: Operated, _call: Call, _request: pb.GetClockRequest) -> pb.GetClockResponse:
    """The installation's clock, as this service reads it."""
    clock = operated.clock
    jump, lead = await _jump_and_lead(operated)
    return pb.GetClockResponse(
        now=timestamp(clock.now()),
        ahead_microseconds=clock.ahead // _MICROSECOND,
        may_be_moved=clock.may_be_moved,
        jumped_microseconds=jump,
        recorded_ahead_microseconds=lead,
    )


async def confirm_clock(operated: Operated, call: Call, _request: pb.ConfirmClockRequest) -> pb.ConfirmClockResponse:
    """Takes the machine's clock as it is now."""
    call.identity.require(*operated.permissions.advance_clock)
    operated.clock.machine.confirm()
    jump, _ = await _jump_and_lead(operated)
    return pb.ConfirmClockResponse(jumped_microseconds=jump)


async def advance_clock(operated: Operated, call: Call, request: pb.AdvanceClockRequest) -> pb.AdvanceClockResponse:
    """Moves the clock on; what is recorded and asked for after the answer has the new time."""
    call.identity.require(*operated.permissions.advance_clock)
    clock = operated.clock
    await clock.advance_to(request.ahead_microseconds * _MICROSECOND)
    return pb.AdvanceClockResponse(now=timestamp(clock.now()), ahead_microseconds=clock.ahead // _MICROSECOND)


async def _jump_and_lead(operated: Operated) -> tuple[Microseconds, Microseconds]:
    """How far the clock has jumped ahead, this process's or the database's, and how far the newest event lies in the future."""
    machine, ahead = operated.clock.machine, operated.clock.ahead // _MICROSECOND
    jump = machine.jump // _MICROSECOND
    if operated.log is None:
        return jump, 0
    recorded_at, database_now = await operated.log.reader.times()
    lead = recorded_at - machine.microseconds() - ahead
    return max(jump, machine.jump_of(database_now) // _MICROSECOND), lead if lead > _SECOND else 0
