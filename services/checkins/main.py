"""The checkins process: the only place where it is wired and started."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import Annotated, Final

from pydantic import Field

from cairn.checkins.v1.service_pb2_grpc import add_CheckInsServiceServicer_to_server
from cairn.goals.v1.service_pb2_grpc import GoalsServiceStub
from cairn.operations.v1.operations_pb2_grpc import add_OperationsServiceServicer_to_server
from chassis.eventstore import Aggregates, EventLog
from chassis.kafka.consumer import Consumer
from chassis.log_owners import log_owners
from chassis.operations import Operated, OperationsServicer
from chassis.postgres import connection_pool
from chassis.rebuild import RebuildProcess, SelfRebuild, passed_over_unknown
from chassis.rpc import IdentityVerifier, channel, channel_credentials, serving
from chassis.runtime import InstallationClock, Lifetime, MachineClock, Settings, run
from checkins.aggregates import EVENT_TYPES
from checkins.catalogue import GOALS_EVENT_TYPES, Catalogue, conninfo
from checkins.key_results import KeyResults
from checkins.rpc import CheckInsServicer
from checkins.service import CheckInsService
from checkins.talked_about import TalkedAbout
from shared.operations import PERMISSIONS

NAMES = ("cairn.checkins.v1.CheckInsService", "cairn.operations.v1.OperationsService")

_RECONNECT_SECONDS: Final = 0.1
"""Goals that answers again is found out sooner than it answers what takes a permission away."""


class CheckInsSettings(Settings):
    """What checkins is told."""

    definitions_longest_age_seconds: Annotated[
        float, Field(ge=0, le=3600, description="while goals does not answer: for so long is acted on what it confirmed last")
    ] = 60


@asynccontextmanager
async def checkins(settings: CheckInsSettings) -> Lifetime:
    """Runs checkins: its log, its copy of the key results, and its gRPC server."""
    machine = MachineClock()
    log = EventLog(
        settings.consumer_dsn, "checkins", settings.topic_partitions, owner_dsn=settings.database_url, machine_clock=machine, has_relay=True
    )
    clock = InstallationClock(settings, of_log=True, machine=machine)
    catalogue_dsn = conninfo(settings.consumer_dsn)
    pool = connection_pool(catalogue_dsn)
    async with AsyncExitStack() as stack:
        await log.start()
        stack.push_async_callback(log.stop)
        await clock.start()
        stack.push_async_callback(clock.stop)
        await stack.enter_async_context(pool)
        goals = await stack.enter_async_context(
            channel(settings.goals_address, channel_credentials(settings), reconnect_within=_RECONNECT_SECONDS)
        )
        catalogue = Catalogue(
            catalogue_dsn,
            pool,
            GoalsServiceStub(goals),
            owner_dsn=settings.database_url,
            longest_age=settings.definitions_longest_age_seconds,
        )
        await catalogue.start()
        stack.push_async_callback(catalogue.stop)
        owners = await stack.enter_async_context(log_owners(settings, ("goals",)))
        consumer = Consumer(
            settings.model_copy(update={"consumer_database_url": catalogue_dsn}),
            "checkins",
            ("goals",),
            catalogue.take_in,
            owners=owners,
            types=GOALS_EVENT_TYPES,
        )
        rebuilding = RebuildProcess("checkins.rebuild", settings, consumer.replay_dead_letters)
        self_rebuild = SelfRebuild(
            rebuilding.run, consumer.has_taken_what_was_lost, passed_over_unknown(GOALS_EVENT_TYPES, consumer.unknown_event_types)
        )
        await consumer.start()
        stack.push_async_callback(consumer.stop)
        self_rebuild.start()
        stack.push_async_callback(self_rebuild.stop)
        talked_about = TalkedAbout(log.reader, catalogue, settings.database_url)
        await talked_about.start()
        service = CheckInsService(Aggregates(log, EVENT_TYPES), KeyResults(catalogue), talked_about, clock)
        verifier = IdentityVerifier.from_file(settings.identity_public_key)
        async with serving(
            settings,
            [
                (add_CheckInsServiceServicer_to_server, CheckInsServicer("checkins", verifier, service)),
                (
                    add_OperationsServiceServicer_to_server,
                    OperationsServicer("checkins", verifier, Operated(PERMISSIONS, clock, log, consumer, rebuilding=rebuilding)),
                ),
            ],
            NAMES,
            {"Kafka": consumer.reach_kafka},
        ):
            yield


if __name__ == "__main__":
    run("checkins", CheckInsSettings, checkins)
