
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
