"""The installation's clock: what it says, and moving it on where it may be moved, in every service or in none."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Annotated, Final

from pydantic import Field
from starlette.responses import Response

from cairn.operations.v1 import operations_pb2
from chassis.errors import Kind, Refused
from chassis.rpc import asked
from gateway.backends import BACKENDS, BackendName
from gateway.http import Answer, Body, json_response
from gateway.routes.request import Request, Resource
from gateway.routes.service_names import ServiceWord
from gateway.schemas.values import instant_text
from shared.roles import require_operator

clock: Final = Resource("Clock", "The installation's clock, by which everything is recorded and days begin.")

_PROBE_DEADLINE: Final = 2.0
"""Seconds that a service has to say what its clock says."""
_SECOND: Final = 1_000_000
_CENTURY: Final = 100 * timedelta(days=365)


class ServiceClock(Answer):
    """The clock as one service reads it."""

    service: ServiceWord
    ahead_seconds: float | None
    """Of the machine's clock; null: it does not answer."""
    jumped_seconds: float | None
    """By how much the machine's clock, or the database's, has jumped ahead: until it is right, or confirmed, nothing is recorded."""
    recorded_ahead_seconds: float | None
    """How far the newest event of its log lies in the future, as it does after the clock ran ahead."""


class Clock(Answer):
    """The installation's clock."""

    now: str
    ahead_seconds: float
    """Of the machine's clock: of the service where it is furthest, if they differ."""
    may_be_moved: bool
    services: list[ServiceClock]


class ClockPlace(Body):
    """Where the clock shall be."""

    ahead_seconds: Annotated[float, Field(ge=-_CENTURY.total_seconds(), le=_CENTURY.total_seconds())]
    """Of the machine's clock, negative behind it; not less than it is already."""


Readings = Mapping[BackendName, operations_pb2.GetClockResponse | None]
"""What each service says; None: nothing."""


@clock.get("/v1/clock", answer=Clock)
async def get_clock(request: Request) -> Response:
    """Get what the installation's clock says.

    All services have one; it is the machine's, unless it was moved for a trial.
    """
    return json_response(_clock(await _readings(request)))


@clock.put("/v1/clock", body=ClockPlace, example={"ahead_seconds": 604800}, answer=Clock)
async def advance_clock(request: Request, body: ClockPlace) -> Response:
    """Move the installation's clock on, in every service. For the operator, where the clock may be moved; it never runs backwards.

    Whatever is recorded after the answer has the new time. While a service is away nothing is moved; sent again, it does no harm.
    """
    require_operator(request.identity)
    readings = await _readings(request)
    if away := [name for name in BACKENDS if readings[name] is None]:
        message = f"{_named(away)} not answer, so the clock was moved nowhere; send it again when all services do"
        raise Refused("CLOCK_NOT_MOVED", message, kind=Kind.UNAVAILABLE)
    ahead = round(body.ahead_seconds * _SECOND)
    furthest = max(reading.ahead_microseconds for reading in readings.values() if reading is not None)
    if ahead < furthest:
        side = "ahead of" if furthest >= 0 else "behind"
        message = f"the clock is {abs(furthest) / _SECOND:g} s {side} the machine's already, and never runs backwards"
        raise Refused("CLOCK_RUNS_FORWARD", message, field="ahead_seconds")
    advance = operations_pb2.AdvanceClockRequest(ahead_microseconds=ahead)
    advances = (request.ask(request.backends.operations[name].AdvanceClock, advance) for name in BACKENDS)
    outcomes = dict(zip(BACKENDS, await asyncio.gather(*advances, return_exceptions=True), strict=True))
    failures = {name: outcome for name, outcome in outcomes.items() if isinstance(outcome, BaseException)}
    if len(failures) == len(BACKENDS):
        raise next(iter(failures.values()))
    if failures:
        message = f"the clock was moved, but {_named(failures)} not say so; send it again to bring the rest along"
        raise Refused("CLOCK_MOVED_IN_PART", message, kind=Kind.UNAVAILABLE)
    return json_response(_clock(await _readings(request)))


@clock.post("/v1/clock/confirm", answer=Clock)
async def confirm_clock(request: Request) -> Response:
    """Take the machine's clock as it is, after it jumped ahead and somebody saw that it is right. For the operator.

    A clock that jumps ahead by more than a minute is not believed, since nothing that is recorded in the future can be taken back.
    """
    require_operator(request.identity)
    confirm = operations_pb2.ConfirmClockRequest()
    await asyncio.gather(*(request.ask(request.backends.operations[name].ConfirmClock, confirm) for name in BACKENDS))
    return json_response(_clock(await _readings(request)))


async def _readings(request: Request) -> Readings:
    return dict(zip(BACKENDS, await asyncio.gather(*(_reading(request, name) for name in BACKENDS)), strict=True))


async def _reading(request: Request, name: BackendName) -> operations_pb2.GetClockResponse | None:
    get_clock, message = request.backends.operations[name].GetClock, operations_pb2.GetClockRequest()
    try:
        return await asked(get_clock(message, metadata=await request.metadata(), timeout=_PROBE_DEADLINE))
    except Refused as refused:
        if refused.kind is Kind.UNAVAILABLE:
            return None
        raise


def _clock(readings: Readings) -> Clock:
    """Raises Refused (UNAVAILABLE) when nobody answered."""
    answered = [reading for reading in readings.values() if reading is not None]
    if not answered:
        raise Refused("UNAVAILABLE", "no service answers", kind=Kind.UNAVAILABLE)
    furthest = max(answered, key=lambda reading: reading.ahead_microseconds)
    return Clock(
        now=instant_text(furthest.now),
        ahead_seconds=furthest.ahead_microseconds / _SECOND,
        may_be_moved=all(reading.may_be_moved for reading in answered),
        services=[_service_clock(name, reading) for name, reading in readings.items()],
    )


def _service_clock(name: BackendName, reading: operations_pb2.GetClockResponse | None) -> ServiceClock:
    if reading is None:
        return ServiceClock(service=name, ahead_seconds=None, jumped_seconds=None, recorded_ahead_seconds=None)
    return ServiceClock(
        service=name,
        ahead_seconds=reading.ahead_microseconds / _SECOND,
        jumped_seconds=reading.jumped_microseconds / _SECOND,
        recorded_ahead_seconds=reading.recorded_ahead_microseconds / _SECOND,
    )


def _named(names: Collection[BackendName]) -> str:
    return f"{', '.join(names)} {'does' if len(names) == 1 else 'do'}"
