"""The tables of audit, and how they come to be as they are."""

from __future__ import annotations

from typing import Final

from audit.actions import fill_other_things
from chassis.postgres import Connection, migrate

DDL: Final = """
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
    PRIMARY KEY (log, position)
);
CREATE INDEX IF NOT EXISTS action_newest ON action (tenant_id, recorded_at, log, position);
CREATE INDEX IF NOT EXISTS action_of_actor ON action (tenant_id, actor_id, recorded_at);
CREATE INDEX IF NOT EXISTS action_on_aggregate ON action (tenant_id, aggregate_id, recorded_at);
CREATE INDEX IF NOT EXISTS action_on_partition_key ON action (tenant_id, partition_key, recorded_at);
CREATE INDEX IF NOT EXISTS action_correlation ON action (correlation_id);

-- What else an action was done to than its aggregate and its partition key: the key result that an event of an objective defines.
CREATE TABLE IF NOT EXISTS action_on_other_thing (
    thing_id uuid   NOT NULL,
    log      text   NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (thing_id, log, position)
);
"""

_OF_AN_EARLIER_VERSION: Final = "SELECT 1 WHERE to_regclass('action') IS NOT NULL AND to_regclass('action_on_other_thing') IS NULL"


async def create_schema(dsn: str) -> None:
    """Brings the tables to their newest version. Safe to call from any number of processes at once.

    Raises NewerSchema, and psycopg.OperationalError when the database does not answer.
    """
    await migrate(dsn, "audit", [_actions_and_other_things])


async def _actions_and_other_things(connection: Connection) -> None:
    earlier = await (await connection.execute(_OF_AN_EARLIER_VERSION)).fetchone()
    await connection.execute(DDL.encode())
    if earlier:
        await fill_other_things(connection)
