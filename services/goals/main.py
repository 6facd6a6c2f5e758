"""The goals process: the only place where it is wired and started."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import Annotated

from pydantic import Field

from cairn.goals.v1.service_pb2_grpc import add_GoalsServiceServicer_to_server
from cairn.operations.v1.operations_pb2_grpc import add_OperationsServiceServicer_to_server
from chassis.eventstore import Aggregates, EventLog
from chassis.operations import Operated, OperationsServicer
from chassis.rpc import IdentityVerifier, serving
from chassis.runtime import InstallationClock, Lifetime, MachineClock, Settings, run
from goals.aggregates import EVENT_TYPES
from goals.index import Index
from goals.rpc import GoalsServicer
from goals.service import Goals
from shared.operations import PERMISSIONS

NAMES = ("cairn.goals.v1.GoalsService", "cairn.operations.v1.OperationsService")


class GoalsSettings(Settings):
    """What goals is told."""

    definitions_confirmed_seconds: Annotated[
        float, Field(ge=0.05, le=1, description="for so long may check-ins rely on what goals confirmed; an end is answered as much later")
    ] = 0.2


@asynccontextmanager
async def goals(settings: GoalsSettings) -> Lifetime:
    """Runs goals: its log, and its gRPC server."""
    machine = MachineClock()
    log = EventLog(
        settings.consumer_dsn, "goals", settings.topic_partitions, owner_dsn=settings.database_url, machine_clock=machine, has_relay=True
    )
    clock = InstallationClock(settings, of_log=True, machine=machine)
    index = Index(settings.query_dsn, EVENT_TYPES, settings.topic_partitions, log.reader, owner_dsn=settings.database_url)
    async with AsyncExitStack() as stack:
        await log.start()
        stack.push_async_callback(log.stop)
        await clock.start()
        stack.push_async_callback(clock.stop)
        await index.start()
        stack.push_async_callback(index.stop)
        service = Goals(Aggregates(log, EVENT_TYPES), index, clock, settings.definitions_confirmed_seconds)
        verifier = IdentityVerifier.from_file(settings.identity_public_key)
        async with serving(
            settings,
            [
                (add_GoalsServiceServicer_to_server, GoalsServicer("goals", verifier, service)),
                (add_OperationsServiceServicer_to_server, OperationsServicer("goals", verifier, Operated(PERMISSIONS, clock, log))),
            ],
            NAMES,
        ):
            yield


if __name__ == "__main__":
    run("goals", GoalsSettings, goals)
