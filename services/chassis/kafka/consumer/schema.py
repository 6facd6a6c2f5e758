"""The consumer's own tables, in the database of the service that consumes."""

from __future__ import annotations

from typing import Final

from chassis.postgres import migrate

CHANNEL: Final = "consumed"
"""What every committed batch notifies: whoever waits for a position that another process consumes listens here."""

DDL: Final = """
-- How far the effects of a partition are committed. Changed only together with the effects, and only by who saw the row as it was.
CREATE TABLE IF NOT EXISTS consumed (
    log          text    NOT NULL,
    partition    integer NOT NULL,
    position     bigint  NOT NULL DEFAULT 0,   -- of the last event whose effect is committed
    kafka_offset bigint  NOT NULL DEFAULT 0,   -- of the next message to be read
    PRIMARY KEY (log, partition)
) WITH (fillfactor = 20);

-- Messages that could not be taken, and the later events of the same aggregates, until they are replayed.
CREATE TABLE IF NOT EXISTS dead_letter (
    dead_letter_id bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    log            text        NOT NULL,
    partition      integer     NOT NULL,
    kafka_topic    text        NOT NULL,
    kafka_offset   bigint      NOT NULL, -- -1: stored before its message came
    position       bigint,               -- null, as the ids: the envelope cannot be read
    tenant_id      bytea,
    aggregate_id   bytea,
    event_id       bytea,
    event_type     text        NOT NULL,
    message_key    bytea,
    headers        bytea       NOT NULL, -- JSON: [[name, value in hex], …]
    payload        bytea,
    reason         text        NOT NULL,
    attempts       integer     NOT NULL,
    failed_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    published_at   timestamptz           -- null: the copy on the dead-letter topic is still to be sent
);
CREATE INDEX IF NOT EXISTS dead_letter_partition ON dead_letter (log, partition);
CREATE INDEX IF NOT EXISTS dead_letter_unpublished ON dead_letter (dead_letter_id) WHERE published_at IS NULL;
"""

_UNKNOWN_EVENT_TYPES: Final = """
-- Event types that were passed over because this service did not know them yet; a rebuild that knows them takes them away.
CREATE TABLE public.unknown_event_type (
    log            text   NOT NULL,
    event_type     text   NOT NULL,
    first_position bigint NOT NULL, -- of the first event that was passed over
    PRIMARY KEY (log, event_type)
);
"""

_CHECKSUMS: Final = """
-- What a partition comes to, so that it can be compared with what its log says; see chassis.checksums.
ALTER TABLE public.consumed
    ADD COLUMN seen          bigint  NOT NULL DEFAULT 0, -- of the last event that took effect or became a dead letter
    ADD COLUMN events        bigint,                     -- up to there; null, as the checksum: of a release that did not count
    ADD COLUMN checksum      bigint,                     -- modulo 2^64, with a sign
    ADD COLUMN generation    integer NOT NULL DEFAULT 1, -- of the log, there
    ADD COLUMN refused       bigint  NOT NULL DEFAULT 0, -- messages that are no events of the log, since the last rebuild
    ADD COLUMN settled       integer NOT NULL DEFAULT 0, -- how often it was settled after a rebuild
    ADD COLUMN stop_reason   text,                       -- not null: it goes on after a rebuild, and not before
    ADD COLUMN stop_message  text,
    ADD COLUMN stop_position bigint,
    ADD COLUMN stopped_at    timestamptz;
UPDATE public.consumed SET seen = greatest(position, coalesce(
    (SELECT max(letter.position) FROM public.dead_letter AS letter
     WHERE letter.log = consumed.log AND letter.partition = consumed.partition), 0));

-- How the last comparison with a log's owner went. Written by whoever compares, never together with effects.
CREATE TABLE public.reconciliation (
    log             text        NOT NULL,
    partition       integer     NOT NULL,
    agreed_position bigint      NOT NULL DEFAULT 0, -- up to which what was seen was last found to be what the log says
    agreed_at       timestamptz,
    difference      text,                           -- not null: it was found to be something else
    differs_after   bigint,                         -- the last position up to which both are the same
    differs_at      bigint,                         -- the first one at which they are known to differ
    found_at        timestamptz,
    PRIMARY KEY (log, partition)
);
"""

_TOPIC: Final = """
-- When the first message of the topic's partition was written, in milliseconds since 1970: a topic that was lost and made anew has another.
-- Null: it had none yet, or this release has not looked.
ALTER TABLE public.consumed ADD COLUMN topic_began bigint;
"""

_RECORDED_AT: Final = """
-- When the newest event was recorded whose effect is committed, in microseconds since 1970: the log's clock may have run ahead. 0: none was
-- taken since there is this column.
ALTER TABLE public.consumed ADD COLUMN recorded_at bigint NOT NULL DEFAULT 0;
"""

_WAITS: Final = """
-- Why nothing more is taken of a partition for now, and since when; null: it goes on, or is stopped.
ALTER TABLE public.consumed ADD COLUMN waits_for text, ADD COLUMN waits_since timestamptz;
"""


async def create_schema(dsn: str) -> None:
    """Brings the tables to their newest version. Safe to call from any number of processes at once.

    Raises NewerSchema, and psycopg.OperationalError when the database does not answer.
    """
    await migrate(dsn, "consumer", [DDL, _UNKNOWN_EVENT_TYPES, _CHECKSUMS, _TOPIC, _RECORDED_AT, _WAITS])
