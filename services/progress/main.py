"""The progress process: the only place where it is wired and started."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager

from cairn.operations.v1.operations_pb2_grpc import add_OperationsServiceServicer_to_server
from cairn.progress.v1.service_pb2_grpc import add_ProgressServiceServicer_to_server
from chassis.eventstore import Aggregates, EventLog
from chassis.kafka.compacted import CompactedTopic
from chassis.kafka.consumer import Consumer
from chassis.kafka.topics import state_topic
from chassis.log_owners import log_owners
from chassis.operations import Operated, OperationsServicer
from chassis.postgres import TenantConnections, connection_pool
from chassis.rebuild import RebuildProcess, SelfRebuild, passed_over_unknown
from chassis.rpc import IdentityVerifier, serving
from chassis.runtime import InstallationClock, Lifetime, MachineClock, Settings, run
from progress.aggregates import EVENT_TYPES as LOG_EVENT_TYPES
from progress.facts import EVENT_TYPES, LOGS
from progress.follower import Follower
from progress.formula_switches import FormulaSwitches
from progress.projection import as_statements, conninfo, create_schema, prepare_for_queries, project, settle_newest_recorded
from progress.rpc import ProgressServicer
from progress.states import StateWitness
from shared.operations import PERMISSIONS

NAMES = ("cairn.progress.v1.ProgressService", "cairn.operations.v1.OperationsService")

_CONNECTIONS = 8
_BESIDE = 4
"""Second connections of trees."""
_ANNOUNCED = 5_000
"""Objectives whose last announcement is kept in memory: when a day begins all of them are looked at, once."""


@asynccontextmanager
async def progress(settings: Settings) -> Lifetime:
    """Runs progress: its consumer, what tells of numbers in a log of its own and on a topic, and its gRPC server."""
    await create_schema(settings.database_url)
    dsn, query_dsn = conninfo(settings.consumer_dsn), conninfo(settings.query_dsn)
    machine = MachineClock()
    clock = InstallationClock(settings, of_log=True, machine=machine)
    log = EventLog(
        settings.consumer_dsn, "progress", settings.topic_partitions, owner_dsn=settings.database_url, machine_clock=machine, has_relay=True
    )
    aggregates = Aggregates(log, LOG_EVENT_TYPES, cache_size=_ANNOUNCED)
    formulas = FormulaSwitches(dsn, aggregates)
    follower = Follower(dsn, aggregates, clock, CompactedTopic(state_topic("progress"), settings, StateWitness(dsn)))
    async with AsyncExitStack() as stack:
        owners = await stack.enter_async_context(log_owners(settings, LOGS))
        consumer = Consumer(
            settings.model_copy(update={"consumer_database_url": dsn}),
            "progress",
            LOGS,
            project,
            follower.after_commit,
            owners=owners,
            types=EVENT_TYPES,
            as_statements=as_statements,
        )
        await log.start()
        stack.push_async_callback(log.stop)
        await clock.start()
        stack.push_async_callback(clock.stop)
        await formulas.switch_all()
        await consumer.start()
        stack.push_async_callback(consumer.stop)
        await settle_newest_recorded(dsn)
        follower.start()
        stack.push_async_callback(follower.stop)
        rebuilding = RebuildProcess("progress.rebuild", settings, consumer.replay_dead_letters)
        self_rebuild = SelfRebuild(
            rebuilding.run, consumer.has_taken_what_was_lost, passed_over_unknown(EVENT_TYPES, consumer.unknown_event_types)
        )
        self_rebuild.start()
        stack.push_async_callback(self_rebuild.stop)
        async with (
            TenantConnections(connection_pool(query_dsn, size=_CONNECTIONS, configure=prepare_for_queries)) as connections,
            TenantConnections(connection_pool(query_dsn, size=_BESIDE, configure=prepare_for_queries)) as beside,
        ):
            verifier = IdentityVerifier.from_file(settings.identity_public_key)
            servicer = ProgressServicer(verifier, connections, beside, consumer, clock, formulas, settings.topic_partitions)
            operated = Operated(PERMISSIONS, clock, log, consumer, follower.caught_up, rebuilding, follower.waiting)
            operations = OperationsServicer("progress", verifier, operated)
            async with serving(
                settings,
                [(add_ProgressServiceServicer_to_server, servicer), (add_OperationsServiceServicer_to_server, operations)],
                NAMES,
                {"Kafka": consumer.reach_kafka},
            ):
                yield


if __name__ == "__main__":
    run("progress", Settings, progress)
