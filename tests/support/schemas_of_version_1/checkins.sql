
CREATE TABLE IF NOT EXISTS known_objective (
    objective_id     bytea    PRIMARY KEY,
    tenant_id        bytea    NOT NULL,
    version          bigint   NOT NULL,
    state            smallint NOT NULL,
    visibility       smallint NOT NULL,
    team             text     NOT NULL,
    creator_id       bytea    NOT NULL,
    owner_id         bytea    NOT NULL,
    contributor_ids  bytea[]  NOT NULL,
    named_person_ids bytea[]  NOT NULL
);
CREATE TABLE IF NOT EXISTS known_key_result (
    key_result_id bytea    PRIMARY KEY,
    objective_id  bytea    NOT NULL REFERENCES known_objective,
    measure       smallint NOT NULL,
    milestones    smallint NOT NULL,
    cancelled     boolean  NOT NULL,
    owner_ids     bytea[]  NOT NULL
);
CREATE INDEX IF NOT EXISTS known_key_result_of_objective ON known_key_result (objective_id);
