"""The audit process: the only place where it is wired and started."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from audit import schema
from audit.actions import LOGS, store_actions
from audit.bell import Bell
from audit.rpc import AuditServicer
from audit.service import Audit
from cairn.audit.v1.service_pb2_grpc import add_AuditServiceServicer_to_server
from cairn.operations.v1.operations_pb2_grpc import add_OperationsServiceServicer_to_server
from chassis.kafka.consumer import Consumer
from chassis.log_owners import log_owners
from chassis.operations import Operated, OperationsServicer
from chassis.postgres import TenantConnections, connection_pool
from chassis.rebuild import RebuildProcess, SelfRebuild
from chassis.rpc import IdentityVerifier, serving
from chassis.runtime import InstallationClock, Lifetime, Settings, run
from shared.operations import PERMISSIONS

NAMES: Final = ("cairn.audit.v1.AuditService", "cairn.operations.v1.OperationsService")


@asynccontextmanager
async def audit(settings: Settings) -> Lifetime:
    """Runs audit: it consumes every log, and answers over gRPC."""
    await schema.create_schema(settings.database_url)
    dsn, query_dsn = schema.conninfo(settings.consumer_dsn), schema.conninfo(settings.query_dsn)
    clock = InstallationClock(settings, of_log=False)
    async with AsyncExitStack() as stack:
        await clock.start()
        stack.push_async_callback(clock.stop)
        owners = await stack.enter_async_context(log_owners(settings, LOGS))
        of_database = settings.model_copy(update={"consumer_database_url": dsn})
        bell = Bell()
        consumer = Consumer(of_database, "audit", LOGS, store_actions, bell.ring, owners=owners, at_leisure=True)
        connections = await stack.enter_async_context(TenantConnections(connection_pool(query_dsn)))
        await consumer.start()
        stack.push_async_callback(consumer.stop)
        rebuilding = RebuildProcess("audit.rebuild", settings, consumer.replay_dead_letters)
        self_rebuild = SelfRebuild(rebuilding.run, consumer.has_taken_what_was_lost)
        self_rebuild.start()
        stack.push_async_callback(self_rebuild.stop)
        verifier = IdentityVerifier.from_file(settings.identity_public_key)
        service = Audit(dsn, query_dsn, connections, owners, clock, settings.topic_partitions, bell=bell)
        async with serving(
            settings,
            [
                (add_AuditServiceServicer_to_server, AuditServicer(service, verifier)),
                (
                    add_OperationsServiceServicer_to_server,
                    OperationsServicer("audit", verifier, Operated(PERMISSIONS, clock, consumer=consumer, rebuilding=rebuilding)),
                ),
            ],
            NAMES,
            {"Kafka": consumer.reach_kafka},
        ):
            yield


if __name__ == "__main__":
    run("audit", Settings, audit)
