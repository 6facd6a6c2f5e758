"""How one service is, and waiting until all of them have taken in what was appended."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import Final, Literal

import grpc
from grpc_health.v1 import health_pb2

from cairn.operations.v1 import operations_pb2
from chassis.errors import Kind, Refused
from chassis.rpc import from_error
from gateway.backends import BACKENDS, BackendName
from gateway.dependencies import Dependencies
from gateway.http import Answer
from gateway.routes.request import Request
from gateway.routes.service_names import ServiceWord
from gateway.schemas.values import instant_text

CATCH_UP_DEADLINE: Final = 60.0
"""Seconds that everything appended so far may take to be consumed everywhere."""
_PROBE_DEADLINE: Final = 2.0
"""Seconds that a service has to say how it is."""
_POLL_INTERVAL: Final = 0.02


class Alarm(Answer):
    """That what a service consumed of a log is not, or cannot go on to be, what the log says."""

    kind: Literal["stopped", "waits", "differs", "refused"]
    """stopped: a partition is not consumed any further; waits: it is not, until the log's owner answers; differs: what was taken is not
    what the log has; refused: messages on Kafka are not in the log, and had no effect."""
    log: str
    partition: int
    position: int | None
    """At which it stopped, or the first at which it is known to differ."""
    since: str | None
    message: str
    """What it is, and what to do."""


class ServiceStatus(Answer):
    """How one service is."""

    service: ServiceWord
    healthy: bool
    problem: str | None
    """What is wrong with it, or with what it needs: its database, Kafka; null when it is healthy."""
    head: int | None
    """Position of the newest event of its log; null: it has no log, or does not answer."""
    relayed: int | None
    """Position up to which Kafka has acknowledged its log."""
    lag: int | None
    """Messages that it has not consumed yet; null: it consumes nothing, or does not answer."""
    dead_letters: int | None
    recorded_ahead_seconds: float | None
    """How far its log's newest event lies in the future, as it does after the clock ran ahead; null: no log, or it does not answer."""
    alarms: list[Alarm] | None
    """Where what it consumed is not what the logs say; null: it does not answer."""
    unknown_event_types: list[str] | None
    """Types of events that it passed over because they come from a newer version than its own; null: it does not answer."""
    states_waiting: int | None
    """Objectives whose present state is still to be told on Kafka; null: it tells none, or does not answer."""


async def service_status(dependencies: Dependencies, name: BackendName) -> ServiceStatus:
    """How a service is, as far as it answers."""
    operations, metadata = dependencies.backends.operations[name], dependencies.sessions.standings.own_metadata()
    health, head, consumption, clock = await asyncio.gather(
        dependencies.backends.health[name](health_pb2.HealthCheckRequest(), timeout=_PROBE_DEADLINE),
        operations.GetLogHead(operations_pb2.GetLogHeadRequest(), metadata=metadata, timeout=_PROBE_DEADLINE),
        operations.GetConsumption(operations_pb2.GetConsumptionRequest(), metadata=metadata, timeout=_PROBE_DEADLINE),
        operations.GetClock(operations_pb2.GetClockRequest(), metadata=metadata, timeout=_PROBE_DEADLINE),
        return_exceptions=True,
    )
    if isinstance(health, BaseException) or health.status != health_pb2.HealthCheckResponse.SERVING:
        return _unhealthy(name, "it does not answer")
    if isinstance(head, BaseException):
        return _unhealthy(name, _problem(head, "its database does not answer"))
    if isinstance(consumption, BaseException):
        return _unhealthy(name, _problem(consumption, "Kafka does not answer"))
    if isinstance(clock, BaseException):
        return _unhealthy(name, _problem(clock, "its database does not answer"))
    alarms = [alarm for c in consumption.consumptions for alarm in _alarms(name, c)]
    problem = next((problem.message for problem in head.problems), None) or _jump(clock) or _alarmed(alarms)
    return ServiceStatus(
        service=name,
        healthy=problem is None,
        problem=problem,
        head=head.head if head.log else None,
        relayed=head.relayed if head.log else None,
        lag=sum(c.lag for c in consumption.consumptions) if consumption.consumptions else None,
        dead_letters=consumption.dead_letters,
        recorded_ahead_seconds=clock.recorded_ahead_microseconds / 1_000_000 if head.log else None,
        alarms=alarms,
        unknown_event_types=[unknown.event_type for unknown in consumption.unknown_events],
        states_waiting=consumption.states_waiting if consumption.HasField("states_waiting") else None,
    )


def _unhealthy(name: BackendName, problem: str) -> ServiceStatus:
    return ServiceStatus(
        service=name,
        healthy=False,
        problem=problem,
        head=None,
        relayed=None,
        lag=None,
        dead_letters=None,
        recorded_ahead_seconds=None,
        alarms=None,
        unknown_event_types=None,
        states_waiting=None,
    )


def _alarms(name: BackendName, consumption: operations_pb2.Consumption) -> list[Alarm]:
    """What an operator must know of a partition, and what to do."""
    where, log, partition = f"{consumption.log}:{consumption.partition}", consumption.log, consumption.partition
    mends = f"the operator's `cairn rebuild {name}` mends it"
    found: list[Alarm] = []
    if consumption.HasField("stop"):
        stop = consumption.stop
        message = f"{where} stands still before position {stop.position}: {stop.message}; {mends}, until then what is shown of it is older"
        since = instant_text(stop.stopped_at)
        found.append(Alarm(kind="stopped", log=log, partition=partition, position=stop.position, since=since, message=message))
    if consumption.HasField("wait"):
        wait = consumption.wait
        message = f"{where} waits, and goes on by itself: {wait.message}"
        found.append(Alarm(kind="waits", log=log, partition=partition, position=None, since=instant_text(wait.since), message=message))
    if consumption.HasField("difference"):
        differs = consumption.difference
        message = (
            f"{where} is not what the log says from position {differs.at} on, or sooner behind {differs.after}: {differs.message}; {mends}"
        )
        since = instant_text(differs.found_at)
        found.append(Alarm(kind="differs", log=log, partition=partition, position=differs.at, since=since, message=message))
    if consumption.refused:
        message = (
            f"{consumption.refused} messages on {where} are not in the log and had no effect: find out who can write to Kafka"
            f" (`cairn dead-letters list --all-tenants --service {name}`); the operator's `cairn rebuild {name}` sets the count to 0"
        )
        found.append(Alarm(kind="refused", log=log, partition=partition, position=None, since=None, message=message))
    return found


def _alarmed(alarms: list[Alarm]) -> str | None:
    """What is wrong, in a few words. What was refused is not: it had no effect, and the alarm says that somebody wrote it."""
    differ = _partitions(alarm for alarm in alarms if alarm.kind in ("stopped", "differs"))
    if differ:
        return f"not what the logs say: {differ}"
    waiting = _partitions(alarm for alarm in alarms if alarm.kind == "waits")
    return f"waits for a log's owner: {waiting}" if waiting else None


def _partitions(alarms: Iterable[Alarm]) -> str:
    return ", ".join(sorted({f"{alarm.log}:{alarm.partition}" for alarm in alarms}))


def _jump(clock: operations_pb2.GetClockResponse) -> str | None:
    """What is wrong with a service's clock, if anything is."""
    by = timedelta(seconds=clock.jumped_microseconds // 1_000_000)
    if not by:
        return None
    return f"the clock has jumped {by} ahead, and nothing is recorded until it is right; if it is, say `cairn clock confirm`"


def _problem(error: BaseException, when_too_late: str) -> str:
    """What a service says of why it cannot tell, or `when_too_late`. Raises what is no answer at all."""
    if not isinstance(error, grpc.aio.AioRpcError):
        raise error
    if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED:
        return when_too_late
    try:
        return from_error(error).message
    except grpc.aio.AioRpcError:
        return "it fails; its log says why"


@contextmanager
def _named(name: BackendName) -> Iterator[None]:
    """Says which service it is that does not answer: nobody could wait for it. Raises Refused (SERVICE_AWAY)."""
    try:
        yield
    except Refused as refused:
        if refused.reason != "UNAVAILABLE":
            raise
        message = f"{name} does not answer, so what it has taken in cannot be waited for; GET /v1/status tells of every service"
        raise Refused("SERVICE_AWAY", message, kind=Kind.UNAVAILABLE) from None


async def caught_up(request: Request) -> dict[str, int]:
    """Waits until everything appended so far is relayed and consumed everywhere; answers how far each log reaches.

    All who wait wait together: every one of them by itself would keep connections of every database busy. Raises Refused: NOT_CAUGHT_UP
    after CATCH_UP_DEADLINE seconds, SERVICE_AWAY at once where a service does not answer.
    """
    async with _in_time():
        heads = await request.dependencies.catch_ups.answer(lambda: _caught_up(request.dependencies))
    await request.require_present()
    return heads


async def taken_in_by(request: Request, name: BackendName) -> None:
    """Waits until one service has consumed everything appended so far, however far the others are. Raises Refused as `caught_up`."""
    async with _in_time():
        await _relayed_heads(request.dependencies)
        await _consumed(request.dependencies, name)
    await request.require_present()


@asynccontextmanager
async def _in_time() -> AsyncIterator[None]:
    """Raises Refused (NOT_CAUGHT_UP) where what is waited for takes longer than CATCH_UP_DEADLINE."""
    try:
        async with asyncio.timeout(CATCH_UP_DEADLINE):
            yield
    except TimeoutError:
        message = f"not everything was relayed and consumed within {CATCH_UP_DEADLINE:g} seconds; GET /v1/status says what lags"
        raise Refused("NOT_CAUGHT_UP", message, kind=Kind.UNAVAILABLE) from None


async def _caught_up(dependencies: Dependencies) -> dict[str, int]:
    """Raises TimeoutError, too."""
    async with asyncio.timeout(CATCH_UP_DEADLINE):
        heads = await _relayed_heads(dependencies)
        await _all_consumed(dependencies)
        # What progress found out while it caught up is a log of its own, and feeds notifications and audit.
        heads |= await _relayed_heads(dependencies)
        await _all_consumed(dependencies)
    return heads


async def _relayed_heads(dependencies: Dependencies) -> dict[str, int]:
    """Waits until each log is relayed as far as it reaches now; answers how far that is, by the log's name.

    Raises Refused (SERVICE_AWAY) at once where a service does not answer.
    """
    heads = await asyncio.gather(*(_relayed_head(dependencies, name) for name in BACKENDS))
    return {log: head for log, head in heads if log}


async def _relayed_head(dependencies: Dependencies, name: BackendName) -> tuple[str, int]:
    """The name of a service's log and how far it reaches, once it is relayed so far; an empty name where it has none."""
    get_log_head, message = dependencies.backends.operations[name].GetLogHead, operations_pb2.GetLogHeadRequest()
    with _named(name):
        present = await dependencies.ask(get_log_head, message)
        wanted = present.head
        while present.log and present.relayed < wanted:
            await asyncio.sleep(_POLL_INTERVAL)
            present = await dependencies.ask(get_log_head, message)
    return present.log, wanted


async def _all_consumed(dependencies: Dependencies) -> None:
    """Waits until every service has consumed what is relayed now. Raises Refused (SERVICE_AWAY) at once where one does not answer."""
    await asyncio.gather(*(_consumed(dependencies, name) for name in BACKENDS))


async def _consumed(dependencies: Dependencies, name: BackendName) -> None:
    with _named(name):
        await dependencies.ask(dependencies.backends.operations[name].CatchUp, operations_pb2.CatchUpRequest(), timeout=CATCH_UP_DEADLINE)
