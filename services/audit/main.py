"""The audit process: the only place where it is wired and started."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import Final

from audit import schema
from audit.actions import store_actions
from audit.rpc import AuditServicer
from audit.service import Audit
from cairn.audit.v1.service_pb2_grpc import add_AuditServiceServicer_to_server
from cairn.operations.v1.operations_pb2_grpc import add_OperationsServiceServicer_to_server
from chassis.kafka.consumer import Consumer
from chassis.operations import OperationsServicer
from chassis.postgres import connection_pool
from chassis.rpc import IdentityVerifier, serving
from chassis.runtime import InstallationClock, Lifetime, Settings, run
from shared.operations import PERMISSIONS

NAMES: Final = ("cairn.audit.v1.AuditService", "cairn.operations.v1.OperationsService")
LOGS: Final = ("directory", "goals", "checkins", "progress")


@asynccontextmanager
async def audit(settings: Settings) -> Lifetime:
    """Runs audit: it consumes every log, and answers over gRPC."""
    await schema.create_schema(settings.database_url)
    clock = InstallationClock(settings, of_log=False)
    await clock.start()
    consumer = Consumer(settings, name="audit", logs=LOGS, effect=store_actions, at_leisure=True)
    pool = connection_pool(settings.database_url, autocommit=False)
    await pool.open()
    await consumer.start()
    try:
        verifier = IdentityVerifier.from_file(settings.identity_public_key)
        service = Audit(settings.database_url, pool, clock)
        async with serving(
            settings,
            [
                (add_AuditServiceServicer_to_server, AuditServicer(service, verifier)),
                (add_OperationsServiceServicer_to_server, OperationsServicer("audit", verifier, PERMISSIONS, clock, consumer=consumer)),
            ],
            NAMES,
        ):
            yield
    finally:
        await clock.stop()
        await consumer.stop()
        await pool.close()


if __name__ == "__main__":
    run("audit", Settings, audit)
