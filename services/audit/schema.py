"""The tables of audit, and how they come to be as they are."""

from __future__ import annotations

from typing import Final

from audit.actions import fill_other_things
from chassis.postgres import Connection, migrate
from chassis.rebuild import conninfo as conninfo_of_schema

LIVE: Final = "audit"
"""The schema that the tables are in; a rebuild makes them in another one and renames. What must survive a rebuild is in `public`."""

TABLES: Final = """
-- Every event of every log, whole. Written by COPY in the transaction that moves the consumer on: once or not at all.
CREATE TABLE IF NOT EXISTS action (
    log               text        NOT NULL,
    position          bigint      NOT NULL,
    recorded_at       timestamptz NOT NULL,
    event_id          uuid        NOT NULL,
    tenant_id         uuid        NOT NULL,
    aggregate_id      uuid        NOT NULL,
    aggregate_version bigint      NOT NULL,
    actor_id          uuid        NOT NULL,
    on_behalf_of      uuid,
    correlation_id    uuid        NOT NULL,
    causation_id      uuid,
    partition_key     uuid        NOT NULL,
    event_type        text        NOT NULL,
    payload           bytea       NOT NULL,
    generation        integer     NOT NULL DEFAULT 1, -- of the log
    PRIMARY KEY (log, position)
);

-- What else an action was done to than its aggregate and its partition key: the key result that an event of an objective defines.
CREATE TABLE IF NOT EXISTS action_on_other_thing (
    thing_id uuid   NOT NULL,
    log      text   NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (thing_id, log, position)
);
"""

INDEXES: Final = """
CREATE INDEX IF NOT EXISTS action_newest ON action (tenant_id, recorded_at, log, position);
CREATE INDEX IF NOT EXISTS action_of_actor ON action (tenant_id, actor_id, recorded_at);
CREATE INDEX IF NOT EXISTS action_on_aggregate ON action (tenant_id, aggregate_id, recorded_at);
CREATE INDEX IF NOT EXISTS action_on_partition_key ON action (tenant_id, partition_key, recorded_at);
CREATE INDEX IF NOT EXISTS action_correlation ON action (correlation_id);
CREATE INDEX IF NOT EXISTS action_in_log ON action (tenant_id, log, position);
"""

_IN_A_SCHEMA_OF_THEIR_OWN: Final = f"""
CREATE SCHEMA {LIVE};
ALTER TABLE action SET SCHEMA {LIVE};
ALTER TABLE action_on_other_thing SET SCHEMA {LIVE};
"""

_GENERATIONS: Final = f"ALTER TABLE {LIVE}.action ADD COLUMN IF NOT EXISTS generation integer NOT NULL DEFAULT 1"

_PAGES_OF_A_LOG: Final = f"CREATE INDEX IF NOT EXISTS action_in_log ON {LIVE}.action (tenant_id, log, position)"

_OF_AN_EARLIER_VERSION: Final = "SELECT 1 WHERE to_regclass('action') IS NOT NULL AND to_regclass('action_on_other_thing') IS NULL"


def conninfo(database_url: str) -> str:
    """Where a connection finds the live tables."""
    return conninfo_of_schema(database_url, LIVE)


async def create_schema(dsn: str) -> None:
    """Brings the tables to their newest version. Safe to call from any number of processes at once.

    Raises NewerSchema, and psycopg.OperationalError when the database does not answer.
    """
    await migrate(dsn, "audit", [_actions_and_other_things, _IN_A_SCHEMA_OF_THEIR_OWN, _GENERATIONS, _PAGES_OF_A_LOG])


async def _actions_and_other_things(connection: Connection) -> None:
    earlier = await (await connection.execute(_OF_AN_EARLIER_VERSION)).fetchone()
    await connection.execute((TABLES + INDEXES).encode())
    if earlier:
        await fill_other_things(connection)
