"""The tables of a log, and how they come to be as they are."""

from __future__ import annotations

from typing import Final

from chassis.log_checksums import CHECKPOINTS
from chassis.postgres import Connection, known_version, migrate

CHANNEL: Final = "event_appended"
"""What every append notifies (LISTEN event_appended): of one database, and so of one log."""

GUARD_FAILED: Final = "CR001"
"""The SQLSTATE of a guard that does not hold."""

EVENT_TYPE_BYTES: Final = 63
"""The longest event type: the relay writes a header's length as a varint of one byte."""

DDL: Final = f"""
CREATE TABLE IF NOT EXISTS event (
    position          bigint      NOT NULL,   -- gap-free, from 1, in commit order
    recorded_at       timestamptz NOT NULL,   -- never runs backwards along the positions
    event_id          uuid        NOT NULL,
    tenant_id         uuid        NOT NULL,
    aggregate_id      uuid        NOT NULL,
    aggregate_version bigint      NOT NULL,   -- from 1
    actor_id          uuid        NOT NULL,
    on_behalf_of      uuid,
    correlation_id    uuid        NOT NULL,
    causation_id      uuid,
    partition_key     uuid        NOT NULL,
    unit_size         integer,                -- beside a key: how many events, from this one on, the keyed command appended
    event_type        text        NOT NULL CHECK (octet_length(event_type) <= {EVENT_TYPE_BYTES}),
    idempotency_key   text,
    fingerprint       bytea,                  -- beside a key: of the request that it came with
    payload           bytea       NOT NULL,
    PRIMARY KEY (aggregate_id, aggregate_version)
);
CREATE UNIQUE INDEX IF NOT EXISTS event_position ON event (position);
CREATE UNIQUE INDEX IF NOT EXISTS event_idempotency_key ON event (tenant_id, idempotency_key) WHERE idempotency_key IS NOT NULL;

-- One row. Whoever appends holds its lock until commit: that is what makes positions gap-free and commit-ordered.
CREATE TABLE IF NOT EXISTS log_head (
    one         boolean     PRIMARY KEY DEFAULT true CHECK (one),
    position    bigint      NOT NULL,
    recorded_at timestamptz NOT NULL
) WITH (fillfactor = 10);
INSERT INTO log_head (position, recorded_at) VALUES (0, 'epoch') ON CONFLICT DO NOTHING;

-- Whether aggregates still have these versions (0: no event). Volatile, so that it sees whatever was committed before the head's lock
-- was had; the statement that calls it sees only what was there before it began to wait.
CREATE OR REPLACE FUNCTION require_versions(ids uuid[], versions bigint[]) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF EXISTS (
        SELECT FROM unnest(ids, versions) AS guard (id, version)
        WHERE version <> coalesce((SELECT max(aggregate_version) FROM event WHERE aggregate_id = id), 0)
    ) THEN
        RAISE EXCEPTION 'an aggregate has moved' USING ERRCODE = '{GUARD_FAILED}';
    END IF;
    RETURN true;
END $$;

CREATE TABLE IF NOT EXISTS relay_position (
    name     text   PRIMARY KEY,
    position bigint NOT NULL
);
"""  # noqa: S608 - of constants alone

CLOCK: Final = """
-- How far the installation's clock is ahead of the machine's, in microseconds; NULL: of a fresh log, which no clock has been started for.
ALTER TABLE log_head ADD COLUMN IF NOT EXISTS clock_ahead bigint;
UPDATE log_head SET clock_ahead = 0 WHERE position > 0;
"""

IDENTITY: Final = """
-- Which log this is, for ever, and which of its generations appends go on: a log that was restored from an older state begins a new one.
ALTER TABLE log_head ADD COLUMN log_id uuid NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE log_head ADD COLUMN generation integer NOT NULL DEFAULT 1;

-- An event is of the newest generation that begins at its position or before.
CREATE TABLE log_generation (
    generation     integer     PRIMARY KEY, -- from 1, without gaps
    first_position bigint      NOT NULL,    -- never below that of the generation before
    began_at       timestamptz NOT NULL,
    reason         text        NOT NULL
);
INSERT INTO log_generation VALUES (1, 1, clock_timestamp(), 'the log was made');
"""

GENERATION_OF_POSITION: Final = "width_bucket(position, (SELECT array_agg(first_position ORDER BY generation) FROM log_generation))"
"""SQL of the generation that an event's `position` belongs to: the beginnings are read once a statement, then it is a binary search."""

KEYS: Final = """
-- An idempotency key belongs to a person and an operation. NULL beside a key: it was recorded before keys said their operation.
ALTER TABLE event ADD COLUMN IF NOT EXISTS operation text;
DROP INDEX IF EXISTS event_idempotency_key;
CREATE UNIQUE INDEX event_key ON event (tenant_id, actor_id, idempotency_key, operation) WHERE idempotency_key IS NOT NULL;
CREATE UNIQUE INDEX event_key_without_operation ON event (tenant_id, actor_id, idempotency_key)
WHERE idempotency_key IS NOT NULL AND operation IS NULL;

-- Whether none of these keys was recorded before keys said their operation: the index of the others does not tell. Volatile, as above.
CREATE OR REPLACE FUNCTION require_new_keys(tenants uuid[], people uuid[], keys text[]) RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF EXISTS (
        SELECT FROM unnest(tenants, people, keys) AS sent (tenant_id, person_id, key)
        JOIN event e ON e.tenant_id = sent.tenant_id AND e.actor_id = sent.person_id AND e.idempotency_key = sent.key
        WHERE sent.key IS NOT NULL AND e.idempotency_key IS NOT NULL AND e.operation IS NULL
    ) THEN
        RAISE EXCEPTION 'a key is in the log' USING ERRCODE = 'unique_violation', CONSTRAINT = 'event_key_without_operation';
    END IF;
    RETURN true;
END $$;
"""

COMPARED: Final = """
-- What the relay found when it last compared the topic with the log; no row: no relay has seen this log yet.
ALTER TABLE relay_position
    ADD COLUMN compared_in text,                           -- which run of the database server: in another the log may be an older one
    ADD COLUMN behind      boolean NOT NULL DEFAULT false, -- the topic goes on where the log ends: nothing is appended before recovery
    ADD COLUMN generation  integer NOT NULL DEFAULT 1;     -- the newest whose beginning is on the topic

-- What stands behind the log's newest events on the partitions of its topic. Written by the relay whenever it compares.
CREATE TABLE not_in_log (
    partition         integer NOT NULL,
    kafka_offset      bigint  NOT NULL,
    fault             text,    -- why it is no event of this log; null: it may have been one, or it tells that a generation began
    log_id            uuid,
    generation        integer,
    position          bigint,  -- of the beginning of a generation: the last one before it
    recorded_at       timestamptz,
    event_id          uuid,
    tenant_id         uuid,
    aggregate_id      uuid,
    aggregate_version bigint,
    actor_id          uuid,
    on_behalf_of      uuid,
    correlation_id    uuid,
    causation_id      uuid,
    partition_key     uuid,
    event_type        text,
    payload           bytea,
    PRIMARY KEY (partition, kafka_offset)
);
"""

SERVER_RUN: Final = """
    (SELECT concat(extract(epoch FROM pg_postmaster_start_time()), ' ', oid, ' ', 'relay_position'::regclass::oid)
     FROM pg_database WHERE datname = current_database())
"""
"""SQL of a text that is another one where the database may be an older one than before: its server, itself or its tables were made anew."""

NAMED_EVENT_TYPES: Final = """
-- The relay cannot tell an event without a type: whoever can write to the table by hand is refused it, too.
ALTER TABLE event ADD CONSTRAINT event_type_is_named CHECK (event_type <> '') NOT VALID;
"""

ACKNOWLEDGED: Final = """
-- Somebody has seen that these messages are no events of the log: nobody needs to be told again.
ALTER TABLE not_in_log ADD COLUMN acknowledged boolean NOT NULL DEFAULT false;
"""

_NAME: Final = "event store"
_STEPS: Final = (DDL, CLOCK, IDENTITY, KEYS, COMPARED, NAMED_EVENT_TYPES, ACKNOWLEDGED)


async def create_schema(dsn: str) -> None:
    """Brings the tables of a log to their newest version. Safe to call from any number of processes at once.

    Raises NewerSchema, and psycopg.OperationalError when the database does not answer.
    """
    await migrate(dsn, _NAME, _STEPS)
    await migrate(dsn, "log checksums", (CHECKPOINTS,))


async def is_current(connection: Connection) -> bool:
    """For whoever reads a log that another process keeps: whether its tables are there, in the form that this program knows.

    Raises NewerSchema when they are newer.
    """
    row = await (await connection.execute("SELECT to_regclass('log_head'), to_regclass('public.schema_version')")).fetchone()
    return row is not None and None not in row and await known_version(connection, _NAME, len(_STEPS)) == len(_STEPS)
