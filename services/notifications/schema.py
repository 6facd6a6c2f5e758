"""The tables of notifications, and how they come to be as they are."""

from __future__ import annotations

from typing import Final

from chassis.postgres import migrate

DDL: Final = """
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


async def create_schema(dsn: str) -> None:
    """Brings the tables to their newest version. Safe to call from any number of processes at once.

    Raises NewerSchema, and psycopg.OperationalError when the database does not answer.
    """
    await migrate(dsn, "notifications", [DDL])
