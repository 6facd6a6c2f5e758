"""The directory process: the only place where it is wired and started."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import Any, Final

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from cairn.directory.v1.service_pb2_grpc import add_DirectoryServiceServicer_to_server
from cairn.operations.v1.operations_pb2_grpc import add_OperationsServiceServicer_to_server
from chassis.aggregates import Aggregates
from chassis.config import Settings
from chassis.identity import IdentityVerifier
from chassis.operations import SERVICE_NAME, OperationsServicer
from chassis.rpc.server import serving
from chassis.service import Lifetime, run
from chassis.store.log import EventLog
from directory.aggregates import EVENT_TYPES
from directory.roster import Roster
from directory.rpc import DirectoryServicer
from directory.service import Directory
from directory.vault import Vault

NAMES: Final = ("cairn.directory.v1.DirectoryService", SERVICE_NAME)
_CONNECTIONS: Final = 4


@asynccontextmanager
async def directory(settings: Settings) -> Lifetime:
    """Runs directory: its log, its vault, and its gRPC server."""
    verifier = IdentityVerifier.from_file(settings.identity_public_key)
    log = EventLog(settings.database_url, "directory", settings.topic_partitions)
    pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
        settings.database_url, min_size=1, max_size=_CONNECTIONS, open=False, kwargs={"autocommit": True}
    )
    await log.start()
    await pool.open()
    try:
        vault = Vault(pool)
        await vault.create()
        service = Directory(Aggregates(log, EVENT_TYPES), Roster(log.reader), vault)
        operations = OperationsServicer("directory", verifier, log)
        async with serving(
            settings,
            [
                (add_DirectoryServiceServicer_to_server, DirectoryServicer(service, verifier)),
                (add_OperationsServiceServicer_to_server, operations),
            ],
            NAMES,
        ):
            yield
    finally:
        await pool.close()
        await log.stop()


if __name__ == "__main__":
    run("directory", Settings, directory)
