"""The notifications process: the only place where it is wired and started."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from cairn.notifications.v1.service_pb2_grpc import add_NotificationsServiceServicer_to_server
from cairn.operations.v1.operations_pb2_grpc import add_OperationsServiceServicer_to_server
from cairn.progress.v1.service_pb2_grpc import ProgressServiceStub
from chassis.eventstore import Aggregates, EventLog
from chassis.kafka.consumer import Consumer
from chassis.log_owners import log_owners
from chassis.operations import Operated, OperationsServicer
from chassis.postgres import TenantConnections, connection_pool
from chassis.rebuild import RebuildProcess, SelfRebuild, passed_over_unknown
from chassis.rpc import IdentityVerifier, channel, channel_credentials, serving
from chassis.runtime import InstallationClock, Lifetime, MachineClock, Settings, run
from notifications import schema
from notifications.aggregates import EVENT_TYPES as OWN_EVENT_TYPES
from notifications.items import EVENT_TYPES, LOGS, deliver
from notifications.names import names_of
from notifications.rpc import NotificationsServicer
from notifications.service import Notifications
from notifications.upgrade import bring_read_marks_into_the_log, rebuild_wanted
from shared.operations import PERMISSIONS

NAMES: Final = ("cairn.notifications.v1.NotificationsService", "cairn.operations.v1.OperationsService")


@asynccontextmanager
async def notifications(settings: Settings) -> Lifetime:
    """Runs notifications: it consumes what progress announces, keeps a log of what people read, and answers over gRPC."""
    machine = MachineClock()
    partitions, owner_dsn = settings.topic_partitions, settings.database_url
    log = EventLog(settings.consumer_dsn, "notifications", partitions, owner_dsn=owner_dsn, machine_clock=machine, has_relay=True)
    clock = InstallationClock(settings, of_log=True, machine=machine)
    dsn, query_dsn = schema.conninfo(settings.consumer_dsn), schema.conninfo(settings.query_dsn)
    async with AsyncExitStack() as stack:
        await log.start()
        stack.push_async_callback(log.stop)
        await schema.create_schema(settings.database_url)
        await clock.start()
        stack.push_async_callback(clock.stop)
        aggregates = Aggregates(log, OWN_EVENT_TYPES)
        await bring_read_marks_into_the_log(settings.consumer_dsn, aggregates)
        owners = await stack.enter_async_context(log_owners(settings, LOGS))
        consumer = Consumer(
            settings.model_copy(update={"consumer_database_url": dsn}),
            name="notifications",
            logs=LOGS,
            effect=deliver,
            types=EVENT_TYPES,
            owners=owners,
            at_leisure=True,
        )
        connections = await stack.enter_async_context(TenantConnections(connection_pool(query_dsn)))
        await consumer.start()
        stack.push_async_callback(consumer.stop)
        rebuilding = RebuildProcess("notifications.rebuild", settings, consumer.replay_dead_letters)
        self_rebuild = SelfRebuild(
            rebuilding.run,
            consumer.has_taken_what_was_lost,
            passed_over_unknown(EVENT_TYPES, consumer.unknown_event_types),
            rebuild_wanted(settings.consumer_dsn),
        )
        self_rebuild.start()
        stack.push_async_callback(self_rebuild.stop)
        progress = await stack.enter_async_context(channel(settings.progress_address, channel_credentials(settings), idempotent=True))
        service = Notifications(connections, aggregates, consumer.wait_for, names_of(ProgressServiceStub(progress)))
        verifier = IdentityVerifier.from_file(settings.identity_public_key)
        operations = OperationsServicer("notifications", verifier, Operated(PERMISSIONS, clock, log, consumer, rebuilding=rebuilding))
        async with serving(
            settings,
            [
                (add_NotificationsServiceServicer_to_server, NotificationsServicer("notifications", verifier, service)),
                (add_OperationsServiceServicer_to_server, operations),
            ],
            NAMES,
            {"Kafka": consumer.reach_kafka},
        ):
            yield


if __name__ == "__main__":
    run("notifications", Settings, notifications)
