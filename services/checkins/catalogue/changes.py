"""News of the copy, from whichever process consumed an event to every process that keeps key results in memory: PostgreSQL's NOTIFY."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from psycopg import AsyncConnection, OperationalError

from chassis.ids import Id
from chassis.runtime import Backoff, telemetry
from checkins.catalogue.memory import Memory

_CHANNEL: Final = "key_results_changed"

TELL_OF_ALL: Final = f"SELECT pg_notify('{_CHANNEL}', '')"
"""Of a rebuild: whatever is kept may be older."""

_log = telemetry.logger()


async def tell(connection: AsyncConnection[Any], versions: Mapping[Id, int]) -> None:
    """Tells, once the connection's transaction is committed, which version each objective and cycle has come to."""
    for aggregate_id, version in versions.items():
        await connection.execute("SELECT pg_notify(%s, %s)", (_CHANNEL, f"{aggregate_id.hex()}:{version}"), prepare=True)


async def listen(database_url: str, memory: Memory) -> None:
    """Lets `memory` forget what is no longer the newest, for as long as it is not cancelled; connects again whenever it has to."""
    backoff = Backoff()
    while True:
        try:
            async with await AsyncConnection.connect(database_url, autocommit=True) as connection:
                await connection.execute(f"LISTEN {_CHANNEL}".encode())
                memory.hear()
                backoff.reset()
                async for notice in connection.notifies():
                    if not notice.payload:
                        memory.forget_all()
                        continue
                    aggregate_id, _, version = notice.payload.partition(":")
                    memory.forget_older(bytes.fromhex(aggregate_id), int(version))
        except OperationalError as error:
            _log.warning("catalogue.deaf", reason=str(error))
        finally:
            memory.go_deaf()
        await backoff.sleep()
