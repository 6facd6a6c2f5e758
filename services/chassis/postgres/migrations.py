"""Tables that carry their version, and are brought forward when a process starts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from psycopg import AsyncConnection

from chassis.postgres.access import GRANT_ACCESS
from chassis.postgres.connections import Connection

Step = str | Callable[[Connection], Awaitable[None]]
"""What brings tables from one version to the next: statements, or what carries them out."""

_LOCK: Final = 0x_CA17_0001  # of the advisory lock under which tables are made and changed
_VERSIONS: Final = b"CREATE TABLE IF NOT EXISTS public.schema_version (name text PRIMARY KEY, version integer NOT NULL)"


class NewerSchema(Exception):  # noqa: N818 - it is what was found
    """The tables were written by a newer version of this program, which knows what this one does not."""


async def migrate(dsn: str, name: str, steps: Sequence[Step]) -> None:
    """Brings the tables that go by `name` to their newest version: the number of steps.

    Step 1 makes the tables where they are missing, later ones change them; a step that was released is never changed. Tables without
    a version are from before there were versions, and are what step 1 makes, or still lack a part of it. What each role may do with the
    tables is granted at every start (`access`). All in one transaction, and by one process at a time, however many start.

    Raises NewerSchema with one sentence, and psycopg.OperationalError when the database does not answer.
    """
    async with await AsyncConnection.connect(dsn) as connection:
        await connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        await connection.execute("SET LOCAL client_min_messages TO warning")  # that something is there already is no news
        await connection.execute(_VERSIONS)
        version = await known_version(connection, name, len(steps))
        for step in steps[version:]:
            await (connection.execute(step.encode()) if isinstance(step, str) else step(connection))
        await connection.execute(GRANT_ACCESS.encode())
        if version < len(steps):
            set_version = "INSERT INTO public.schema_version VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET version = excluded.version"
            await connection.execute(set_version, (name, len(steps)))
            import structlog  # noqa: PLC0415 - whoever makes no tables does not need it

            structlog.get_logger().info("schema.migrated", schema=name, from_version=version, to_version=len(steps))


async def known_version(connection: Connection, name: str, newest: int) -> int:
    """The version of the tables that go by `name`, for whoever reads what another process makes; 0: from before there were versions.

    Raises NewerSchema when it is above `newest`, and psycopg.errors.UndefinedTable when nothing in this database was ever migrated.
    """
    row = await (await connection.execute("SELECT version FROM public.schema_version WHERE name = %s", (name,))).fetchone()
    version = int(row[0]) if row else 0
    if version > newest:
        raise NewerSchema(
            f"the tables of the {name} in the database {connection.info.dbname} have version {version} and this program knows them"
            f" up to {newest}: start the version of Cairn that wrote them, or a newer one"
        )
    return version
