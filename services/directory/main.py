"""The directory process: the only place where it is wired and started."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Final

from cairn.directory.v1.service_pb2_grpc import add_DirectoryServiceServicer_to_server
from cairn.operations.v1.operations_pb2_grpc import add_OperationsServiceServicer_to_server
from chassis.errors import Refused
from chassis.eventstore import Aggregates, EventLog
from chassis.operations import SERVICE_NAME, Operated, OperationsServicer
from chassis.postgres import connection_pool
from chassis.rpc import IdentityVerifier, serving
from chassis.runtime import Backoff, InstallationClock, Lifetime, MachineClock, Settings, run, telemetry
from directory import commands
from directory.aggregates import EVENT_TYPES
from directory.roster import Roster
from directory.rpc import DirectoryServicer
from directory.service import Directory
from directory.session_store import SessionStore
from directory.vault import Vault
from shared.operations import PERMISSIONS

_log = telemetry.logger()

NAMES: Final = ("cairn.directory.v1.DirectoryService", SERVICE_NAME)


@asynccontextmanager
async def directory(settings: Settings) -> Lifetime:
    """Runs directory: its log, its vault, and its gRPC server."""
    verifier = IdentityVerifier.from_file(settings.identity_public_key)
    machine = MachineClock()
    log = EventLog(
        settings.consumer_dsn,
        "directory",
        settings.topic_partitions,
        owner_dsn=settings.database_url,
        machine_clock=machine,
        has_relay=True,
    )
    clock = InstallationClock(settings, of_log=True, machine=machine)
    async with AsyncExitStack() as stack:
        await log.start()
        stack.push_async_callback(log.stop)
        await clock.start()
        stack.push_async_callback(clock.stop)
        pool = await stack.enter_async_context(connection_pool(settings.consumer_dsn))
        vault = Vault(settings.database_url, pool)
        await vault.create()
        service = Directory(
            log, Aggregates(log, EVENT_TYPES), Roster(log.reader, settings.topic_partitions), vault, SessionStore(pool), clock
        )
        upgrading = asyncio.create_task(_found_teams_of_names(service))
        stack.push_async_callback(_ended, upgrading)
        operations = OperationsServicer("directory", verifier, Operated(PERMISSIONS, clock, log))
        async with serving(
            settings,
            [
                (add_DirectoryServiceServicer_to_server, DirectoryServicer("directory", verifier, service)),
                (add_OperationsServiceServicer_to_server, operations),
            ],
            NAMES,
        ):
            yield


async def _found_teams_of_names(service: Directory) -> None:
    """As soon as the log takes it: a log that may be an older one takes nothing."""
    backoff = Backoff()
    while True:
        try:
            founded = await commands.found_teams_of_names(service)
        except Refused as refused:
            _log.warning("directory.teams_not_founded", reason=refused.reason)
            await backoff.sleep()
        else:
            if founded:
                _log.info("directory.teams_founded", teams=founded)
            return


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


if __name__ == "__main__":
    run("directory", Settings, directory)
