"""The notifications process: the only place where it is wired and started."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from cairn.notifications.v1.service_pb2_grpc import add_NotificationsServiceServicer_to_server
from cairn.operations.v1.operations_pb2_grpc import add_OperationsServiceServicer_to_server
from chassis.kafka.consumer import Consumer
from chassis.log_owners import log_owners
from chassis.operations import OperationsServicer
from chassis.postgres import connection_pool
from chassis.rpc import IdentityVerifier, serving
from chassis.runtime import InstallationClock, Lifetime, Settings, run
from notifications import schema
from notifications.inbox import EVENT_TYPES, deliver
from notifications.rpc import NotificationsServicer
from shared.operations import PERMISSIONS

NAMES: Final = ("cairn.notifications.v1.NotificationsService", "cairn.operations.v1.OperationsService")


@asynccontextmanager
async def notifications(settings: Settings) -> Lifetime:
    """Runs notifications: it consumes what progress announces, and answers over gRPC."""
    await schema.create_schema(settings.database_url)
    clock = InstallationClock(settings, of_log=False)
    async with AsyncExitStack() as stack:
        await clock.start()
        stack.push_async_callback(clock.stop)
        owners = await stack.enter_async_context(log_owners(settings, ("progress",)))
        consumer = Consumer(
            settings, name="notifications", logs=("progress",), effect=deliver, types=EVENT_TYPES, owners=owners, at_leisure=True
        )
        pool = await stack.enter_async_context(connection_pool(settings.consumer_dsn, autocommit=False))
        await consumer.start()
        stack.push_async_callback(consumer.stop)
        verifier = IdentityVerifier.from_file(settings.identity_public_key)
        async with serving(
            settings,
            [
                (add_NotificationsServiceServicer_to_server, NotificationsServicer(pool, clock, verifier)),
                (
                    add_OperationsServiceServicer_to_server,
                    OperationsServicer("notifications", verifier, PERMISSIONS, clock, consumer=consumer),
                ),
            ],
            NAMES,
        ):
            yield


if __name__ == "__main__":
    run("notifications", Settings, notifications)
