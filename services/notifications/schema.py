"""The tables of notifications, and how they come to be as they are."""

from __future__ import annotations

from typing import Final

from cairn.progress.v1 import events_pb2 as progress
from chassis.postgres import migrate
from chassis.rebuild import conninfo as conninfo_of_schema
from notifications.wording import status_name

LIVE: Final = "notifications"
"""The schema that the tables are in; a rebuild makes them in another one and renames. What must survive a rebuild is in `public`."""

TABLES: Final = """
-- What is in people's inboxes, as ids and figures. The id follows from the event that it tells of: a second time is the same time.
CREATE TABLE item (
    notification_id uuid             PRIMARY KEY,
    tenant_id       uuid             NOT NULL,
    person_id       uuid             NOT NULL,
    kind            smallint         NOT NULL,
    objective_id    uuid,                      -- NULL: it is about a task
    status_from     smallint         NOT NULL,
    status_to       smallint         NOT NULL,
    progress        double precision NOT NULL, -- 0 to 1, when it turned
    caused_by       uuid             NOT NULL,
    created_at      timestamptz      NOT NULL,
    key_result_id   uuid,                      -- of that objective; NULL: it is about no key result
    comment_id      uuid,
    by_id           uuid,                      -- who said or did it
    task_id         uuid
);

-- Whose an objective or a key result is now, and who contributes: what is told is who has come to it. From goals' log alone.
CREATE TABLE assigned (
    thing_id   uuid   PRIMARY KEY,
    person_ids uuid[] NOT NULL, -- owners and, of an objective, contributors
    owner_ids  uuid[] NOT NULL
);

-- From when on people are told of more than statuses that turned, where the tenant was there before: items of before are not shown.
-- It is from another log than they are, so it may come behind them.
CREATE TABLE began (
    tenant_id uuid        PRIMARY KEY,
    began_at  timestamptz NOT NULL
);

-- What was read. It is from another log than the items, so it may come before its item.
CREATE TABLE read_mark (
    tenant_id       uuid        NOT NULL,
    person_id       uuid        NOT NULL,
    notification_id uuid        NOT NULL,
    read_at         timestamptz NOT NULL,
    PRIMARY KEY (person_id, notification_id)
);
"""

INDEXES: Final = "CREATE INDEX item_newest ON item (tenant_id, person_id, created_at, notification_id);"

# With words instead of figures, and without a log.
_IN_WORDS: Final = """
-- What is in people's inboxes. The id follows from the event that it tells of: a second time is the same time.
CREATE TABLE IF NOT EXISTS notification (
    notification_id uuid        PRIMARY KEY,
    tenant_id       uuid        NOT NULL,
    person_id       uuid        NOT NULL,
    kind            smallint    NOT NULL,
    objective_id    uuid        NOT NULL,
    subject         text        NOT NULL,
    caused_by       uuid        NOT NULL,
    created_at      timestamptz NOT NULL,
    read_at         timestamptz
);
CREATE INDEX IF NOT EXISTS notification_newest ON notification (tenant_id, person_id, created_at, notification_id);
CREATE INDEX IF NOT EXISTS notification_unread ON notification (tenant_id, person_id, created_at, notification_id) WHERE read_at IS NULL;
"""

_STATUSES: Final = ", ".join(f"('{status_name(number)}', {number})" for number in progress.Status.values() if number)

# The figures of then as their words tell them, until a rebuild brings them in from the log; what was read, until it is in the log.
_IN_FIGURES: Final = f"""
CREATE SCHEMA {LIVE};
SET LOCAL search_path = {LIVE}, public;
{TABLES} {INDEXES}
WITH said AS (
  SELECT n.*, regexp_match(subject, ': ([a-z ]+) → ([a-z ]+), at ([0-9.]+) %$') AS words FROM public.notification n
), status (name, number) AS (VALUES {_STATUSES})
INSERT INTO item (notification_id, tenant_id, person_id, kind, objective_id, status_from, status_to, progress, caused_by, created_at)
SELECT notification_id, tenant_id, person_id, kind, objective_id,
       coalesce((SELECT number FROM status WHERE name = words[1]), 0), coalesce((SELECT number FROM status WHERE name = words[2]), 0),
       coalesce(words[3]::numeric / 100, 0), caused_by, created_at FROM said;
INSERT INTO read_mark (tenant_id, person_id, notification_id, read_at)
SELECT tenant_id, person_id, notification_id, read_at FROM public.notification WHERE read_at IS NOT NULL;
CREATE TABLE public.read_before_log AS SELECT * FROM read_mark;
CREATE TABLE public.rebuild_wanted (reason text PRIMARY KEY);
INSERT INTO public.rebuild_wanted SELECT 'the figures of items were kept as words' WHERE EXISTS (SELECT FROM item);
DROP TABLE public.notification;
"""  # noqa: S608 - of constants

# The log's head keeps the clock from now on.
_CLOCK_OF_THE_LOG: Final = """
DO $$ BEGIN
  IF to_regclass('public.installation_clock') IS NOT NULL THEN
    UPDATE public.log_head SET clock_ahead = coalesce(clock_ahead, (SELECT clock_ahead FROM public.installation_clock));
    DROP TABLE public.installation_clock;
    DELETE FROM public.schema_version WHERE name = 'clock';
  END IF;
END $$
"""

# People are told of more than statuses that turned: from the logs of goals and checkins, which are taken from their beginning.
# Since when they are told is in progress's log, and may have been passed over already: a rebuild takes it in.
_SAID_AND_ASSIGNED: Final = f"""
SET LOCAL search_path = {LIVE}, public;
ALTER TABLE item ADD COLUMN IF NOT EXISTS key_result_id uuid, ADD COLUMN IF NOT EXISTS comment_id uuid, ADD COLUMN IF NOT EXISTS by_id uuid;
CREATE TABLE IF NOT EXISTS assigned (thing_id uuid PRIMARY KEY, person_ids uuid[] NOT NULL, owner_ids uuid[] NOT NULL);
CREATE TABLE IF NOT EXISTS began (tenant_id uuid PRIMARY KEY, began_at timestamptz NOT NULL);
INSERT INTO public.rebuild_wanted SELECT 'inboxes tell of more than statuses' WHERE EXISTS (SELECT FROM item) ON CONFLICT DO NOTHING;
"""  # noqa: S608 - of constants

_OF_WORK: Final = f"""
SET LOCAL search_path = {LIVE}, public;
ALTER TABLE item ALTER COLUMN objective_id DROP NOT NULL, ADD COLUMN IF NOT EXISTS task_id uuid;
"""

WANTED: Final = "SELECT reason FROM public.rebuild_wanted"
WANTED_NO_MORE: Final = "DELETE FROM public.rebuild_wanted"


def conninfo(database_url: str) -> str:
    """Where a connection finds the live tables."""
    return conninfo_of_schema(database_url, LIVE)


async def create_schema(dsn: str) -> None:
    """Brings the tables to their newest version. Those of the log must be there. Safe to call from any number of processes at once.

    Raises NewerSchema, and psycopg.OperationalError when the database does not answer.
    """
    await migrate(dsn, "notifications", [_IN_WORDS, _IN_FIGURES, _CLOCK_OF_THE_LOG, _SAID_AND_ASSIGNED, _OF_WORK])
