
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
