CREATE SCHEMA IF NOT EXISTS progress;

CREATE TABLE IF NOT EXISTS public.touched (   -- objectives whose number may have moved: the follower's work list
    batch bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, objective_ids uuid[] NOT NULL
);
CREATE TABLE IF NOT EXISTS public.day_begun (day integer PRIMARY KEY);

SET search_path = progress;
CREATE TABLE IF NOT EXISTS objective (objective_id uuid NOT NULL,
    cycle_id uuid,
    reference text,
    title text,
    why text,
    level smallint,
    owner_id uuid,
    creator_id uuid,
    team text,
    contributor_ids uuid[],
    named_person_ids uuid[],
    start_day integer,
    due_day integer,
    kind smallint,
    visibility smallint,
    roll_up smallint,
    labels text[],
    state smallint,
    tenant_id uuid NOT NULL,
    true_from integer NOT NULL,
    position bigint NOT NULL,
    known_from bigint NOT NULL,
    event_id uuid NOT NULL,
    event_type text NOT NULL,
    actor_id uuid NOT NULL,
    on_behalf_of uuid,
    version bigint,
    note text);
CREATE TABLE IF NOT EXISTS key_result (key_result_id uuid NOT NULL,
    objective_id uuid,
    cycle_id uuid,
    reference text,
    title text,
    owner_ids uuid[],
    owner_shares float8[],
    weight float8,
    due_day integer,
    measure smallint,
    start float8,
    target float8,
    unit text,
    milestone_titles text[],
    milestone_weights float8[],
    milestone_due_days integer[],
    cancelled boolean,
    tenant_id uuid NOT NULL,
    true_from integer NOT NULL,
    position bigint NOT NULL,
    known_from bigint NOT NULL,
    event_id uuid NOT NULL,
    event_type text NOT NULL,
    actor_id uuid NOT NULL,
    on_behalf_of uuid,
    note text);
CREATE TABLE IF NOT EXISTS alignment (objective_id uuid NOT NULL,
    parent_objective_id uuid,
    parent_key_result_id uuid,
    tenant_id uuid NOT NULL,
    true_from integer NOT NULL,
    position bigint NOT NULL,
    known_from bigint NOT NULL,
    event_id uuid NOT NULL,
    event_type text NOT NULL,
    actor_id uuid NOT NULL,
    on_behalf_of uuid);
CREATE TABLE IF NOT EXISTS counts_for (key_result_id uuid NOT NULL,
    objective_id uuid NOT NULL,
    counts boolean NOT NULL,
    tenant_id uuid NOT NULL,
    true_from integer NOT NULL,
    position bigint NOT NULL,
    known_from bigint NOT NULL,
    event_id uuid NOT NULL,
    event_type text NOT NULL,
    actor_id uuid NOT NULL,
    on_behalf_of uuid);
CREATE TABLE IF NOT EXISTS check_in (key_result_id uuid NOT NULL,
    true_on integer NOT NULL,
    place bigint NOT NULL,
    known_from bigint NOT NULL,
    known_to bigint NOT NULL,
    position bigint NOT NULL,
    kind smallint NOT NULL,
    said_status smallint NOT NULL,
    tenant_id uuid NOT NULL,
    check_in_id uuid NOT NULL,
    event_id uuid NOT NULL,
    actor_id uuid NOT NULL,
    on_behalf_of uuid,
    value float8,
    milestones_done bigint,
    confidence smallint,
    comment text NOT NULL);
CREATE TABLE IF NOT EXISTS grade (key_result_id uuid NOT NULL,
    true_on integer NOT NULL,
    grade float8,
    graded_on integer NOT NULL,
    tenant_id uuid NOT NULL,
    position bigint NOT NULL,
    known_from bigint NOT NULL,
    event_id uuid NOT NULL,
    event_type text NOT NULL,
    actor_id uuid NOT NULL,
    on_behalf_of uuid,
    comment text NOT NULL);
CREATE TABLE IF NOT EXISTS cycle_now (cycle_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    name text,
    first_day integer,
    last_day integer,
    state smallint,
    PRIMARY KEY (cycle_id));
CREATE TABLE IF NOT EXISTS objective_now (objective_id uuid NOT NULL,
    cycle_id uuid,
    reference text,
    title text,
    why text,
    level smallint,
    owner_id uuid,
    creator_id uuid,
    team text,
    contributor_ids uuid[],
    named_person_ids uuid[],
    start_day integer,
    due_day integer,
    kind smallint,
    visibility smallint,
    roll_up smallint,
    labels text[],
    state smallint,
    tenant_id uuid,
    event_id uuid,
    version bigint,
    parent_objective_id uuid,
    parent_key_result_id uuid,
    aligned_at bigint,
    PRIMARY KEY (objective_id)) WITH (fillfactor = 80);
CREATE TABLE IF NOT EXISTS key_result_now (key_result_id uuid NOT NULL,
    objective_id uuid,
    cycle_id uuid,
    reference text,
    title text,
    owner_ids uuid[],
    owner_shares float8[],
    weight float8,
    due_day integer,
    measure smallint,
    start float8,
    target float8,
    unit text,
    milestone_titles text[],
    milestone_weights float8[],
    milestone_due_days integer[],
    cancelled boolean,
    tenant_id uuid,
    event_id uuid,
    newest_abstained boolean,
    said_status smallint,
    newest_on integer,
    value float8,
    milestones_done bigint,
    as_of integer,
    confidence smallint,
    check_in_id uuid,
    check_in_event_id uuid,
    grade float8,
    grade_event_id uuid,
    PRIMARY KEY (key_result_id)) WITH (fillfactor = 70);
CREATE TABLE IF NOT EXISTS counts_for_now (key_result_id uuid NOT NULL,
    objective_id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    PRIMARY KEY (objective_id,
    key_result_id));
ALTER TABLE key_result_now ADD COLUMN IF NOT EXISTS newest_on integer;
UPDATE key_result_now k SET newest_on = (
  SELECT max(true_on) FROM check_in c WHERE c.key_result_id = k.key_result_id AND c.known_to = 9223372036854775807)
WHERE newest_abstained IS NOT NULL AND newest_on IS NULL;
CREATE INDEX IF NOT EXISTS objective_versions ON objective (objective_id, position);
CREATE INDEX IF NOT EXISTS objective_cycle ON objective (cycle_id, objective_id, position);
CREATE INDEX IF NOT EXISTS key_result_versions ON key_result (key_result_id, position);
CREATE INDEX IF NOT EXISTS key_result_home ON key_result (objective_id);
CREATE INDEX IF NOT EXISTS key_result_cycle ON key_result (cycle_id, key_result_id, position);
CREATE INDEX IF NOT EXISTS alignment_versions ON alignment (objective_id, position);
CREATE INDEX IF NOT EXISTS alignment_parent ON alignment (parent_objective_id);
CREATE INDEX IF NOT EXISTS counts_for_objective ON counts_for (objective_id, key_result_id, position);
CREATE INDEX IF NOT EXISTS counts_for_key_result ON counts_for (key_result_id);
CREATE INDEX IF NOT EXISTS check_in_timeline ON check_in (key_result_id, true_on, place);
CREATE INDEX IF NOT EXISTS grade_timeline ON grade (key_result_id, true_on, position);
CREATE INDEX IF NOT EXISTS objective_now_cycle ON objective_now (cycle_id);
CREATE INDEX IF NOT EXISTS objective_now_parent ON objective_now (parent_objective_id);
CREATE INDEX IF NOT EXISTS objective_now_tenant ON objective_now (tenant_id);
CREATE INDEX IF NOT EXISTS key_result_now_tenant ON key_result_now (tenant_id);
CREATE INDEX IF NOT EXISTS key_result_now_cycle ON key_result_now (cycle_id);
CREATE INDEX IF NOT EXISTS key_result_now_objective ON key_result_now (objective_id);
CREATE INDEX IF NOT EXISTS counts_for_now_key_result ON counts_for_now (key_result_id);
SET search_path = public;
