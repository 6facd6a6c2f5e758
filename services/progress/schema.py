# ruff: noqa: S608 - statements are made of constants alone
"""The tables: facts that are appended, and live rows in which every column is written from one log only.

Days are days since 1970-01-01, instants are microseconds since 1970, as in the events. They live in the schema `progress`;
a rebuild makes them in `progress_next` and renames. What must survive a rebuild lives in `public`.
"""

from __future__ import annotations

from typing import Final

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from chassis.postgres import migrate
from progress.packing import Table

LIVE: Final = "progress"
NEXT: Final = "progress_next"
OLD: Final = "progress_old"

SINCE_EVER: Final = -(2**31)
"""The first day of the true axis: a first version holds since ever, or an imported check-in of 2019 has nothing to belong to."""

FOR_EVER: Final = 2**63 - 1
"""The end of the known axis: what was never corrected."""

_ENVELOPE = {
    "position": "bigint NOT NULL",
    "known_from": "bigint NOT NULL",  # recorded_at
    "event_id": "uuid NOT NULL",
    "event_type": "text NOT NULL",
    "actor_id": "uuid NOT NULL",
    "on_behalf_of": "uuid",
}

OBJECTIVE_DEFINITION: Final = {
    "objective_id": "uuid NOT NULL",
    "cycle_id": "uuid",
    "reference": "text",
    "title": "text",
    "why": "text",
    "level": "smallint",
    "owner_id": "uuid",
    "creator_id": "uuid",
    "team": "text",
    "contributor_ids": "uuid[]",
    "named_person_ids": "uuid[]",
    "start_day": "integer",
    "due_day": "integer",
    "kind": "smallint",
    "visibility": "smallint",
    "roll_up": "smallint",
    "labels": "text[]",
    "state": "smallint",
}
KEY_RESULT_DEFINITION: Final = {
    "key_result_id": "uuid NOT NULL",
    "objective_id": "uuid",
    "cycle_id": "uuid",
    "reference": "text",
    "title": "text",
    "owner_ids": "uuid[]",
    "owner_shares": "float8[]",
    "weight": "float8",
    "due_day": "integer",
    "measure": "smallint",
    "start": "float8",
    "target": "float8",
    "unit": "text",
    "milestone_titles": "text[]",
    "milestone_weights": "float8[]",
    "milestone_due_days": "integer[]",
    "cancelled": "boolean",
}

# Facts, from goals. A version a row; the last one by position that holds at a point of both axes is the one.
OBJECTIVE: Final = Table(
    "objective",
    {
        **OBJECTIVE_DEFINITION,
        "tenant_id": "uuid NOT NULL",
        "true_from": "integer NOT NULL",
        **_ENVELOPE,
        "version": "bigint",
        "note": "text",
    },
)
KEY_RESULT: Final = Table(
    "key_result", {**KEY_RESULT_DEFINITION, "tenant_id": "uuid NOT NULL", "true_from": "integer NOT NULL", **_ENVELOPE, "note": "text"}
)
ALIGNMENT: Final = Table(
    "alignment",
    {
        "objective_id": "uuid NOT NULL",
        "parent_objective_id": "uuid",
        "parent_key_result_id": "uuid",
        "tenant_id": "uuid NOT NULL",
        "true_from": "integer NOT NULL",
        **_ENVELOPE,
    },
)
COUNTS_FOR: Final = Table(
    "counts_for",
    {
        "key_result_id": "uuid NOT NULL",
        "objective_id": "uuid NOT NULL",  # the other objective, not the key result's home
        "counts": "boolean NOT NULL",  # false: from here on no longer
        "tenant_id": "uuid NOT NULL",
        "true_from": "integer NOT NULL",
        **_ENVELOPE,
    },
)

# Facts, from checkins. What an event said of one check-in, known from its recording until the next event on the same check-in.
RECORDED, ABSTAINED, CORRECTED, RETRACTED = 1, 2, 3, 4
CHECK_IN: Final = Table(
    "check_in",
    {
        "key_result_id": "uuid NOT NULL",
        "true_on": "integer NOT NULL",
        "place": "bigint NOT NULL",  # the position of the check-in that was first recorded: its place within the day
        "known_from": "bigint NOT NULL",
        "known_to": "bigint NOT NULL",
        "position": "bigint NOT NULL",
        "kind": "smallint NOT NULL",
        "said_status": "smallint NOT NULL",
        "tenant_id": "uuid NOT NULL",
        "check_in_id": "uuid NOT NULL",
        "event_id": "uuid NOT NULL",
        "actor_id": "uuid NOT NULL",
        "on_behalf_of": "uuid",
        "value": "float8",
        "milestones_done": "bigint",  # 64 bits
        "confidence": "smallint",
        "comment": "text NOT NULL",  # or the reason
    },
)
GRADE: Final = Table(
    "grade",
    {
        "key_result_id": "uuid NOT NULL",
        "true_on": "integer NOT NULL",
        "grade": "float8",  # NULL: abstained from
        "graded_on": "integer NOT NULL",
        "tenant_id": "uuid NOT NULL",
        **_ENVELOPE,
        "comment": "text NOT NULL",
    },
)

# Live rows.
CYCLE_NOW: Final = Table(
    "cycle_now",
    {
        "cycle_id": "uuid NOT NULL",
        "tenant_id": "uuid NOT NULL",
        "name": "text",
        "first_day": "integer",
        "last_day": "integer",
        "state": "smallint",
    },
    ", PRIMARY KEY (cycle_id)",
)
OBJECTIVE_NOW: Final = Table(
    "objective_now",
    {
        **OBJECTIVE_DEFINITION,
        "tenant_id": "uuid",
        "event_id": "uuid",
        "version": "bigint",
        # from the alignment's events alone
        "parent_objective_id": "uuid",
        "parent_key_result_id": "uuid",
        "aligned_at": "bigint",  # position
    },
    ", PRIMARY KEY (objective_id)",
    " WITH (fillfactor = 80)",
)
KEY_RESULT_NOW: Final = Table(
    "key_result_now",
    {
        **KEY_RESULT_DEFINITION,
        "tenant_id": "uuid",
        "event_id": "uuid",
        # from the log of check-ins alone
        "newest_abstained": "boolean",
        "said_status": "smallint",
        "newest_on": "integer",  # of the newest standing check-in; `as_of` is that of the newest one that carries a value
        "value": "float8",
        "milestones_done": "bigint",
        "as_of": "integer",
        "confidence": "smallint",
        "check_in_id": "uuid",
        "check_in_event_id": "uuid",
        "grade": "float8",
        "grade_event_id": "uuid",
    },
    ", PRIMARY KEY (key_result_id)",
    " WITH (fillfactor = 70)",
)
COUNTS_FOR_NOW: Final = Table(
    "counts_for_now",
    {"key_result_id": "uuid NOT NULL", "objective_id": "uuid NOT NULL", "tenant_id": "uuid NOT NULL"},
    ", PRIMARY KEY (objective_id, key_result_id)",
)

FACTS: Final = (OBJECTIVE, KEY_RESULT, ALIGNMENT, COUNTS_FOR, CHECK_IN, GRADE)
LIVE_ROWS: Final = (CYCLE_NOW, OBJECTIVE_NOW, KEY_RESULT_NOW, COUNTS_FOR_NOW)
TABLES: Final = (*FACTS, *LIVE_ROWS)

_INDEXES: Final = {
    "objective": {"versions": "objective_id, position", "cycle": "cycle_id, objective_id, position"},
    "key_result": {"versions": "key_result_id, position", "home": "objective_id", "cycle": "cycle_id, key_result_id, position"},
    "alignment": {"versions": "objective_id, position", "parent": "parent_objective_id"},
    "counts_for": {"objective": "objective_id, key_result_id, position", "key_result": "key_result_id"},
    "check_in": {"timeline": "key_result_id, true_on, place"},
    "grade": {"timeline": "key_result_id, true_on, position"},
    "objective_now": {"cycle": "cycle_id", "parent": "parent_objective_id", "tenant": "tenant_id"},
    "key_result_now": {"tenant": "tenant_id", "cycle": "cycle_id", "objective": "objective_id"},
    "counts_for_now": {"key_result": "key_result_id"},
}


def indexes(*tables: str) -> str:
    """The statements that make the indexes of some tables, where they are missing."""
    return "\n".join(
        f"CREATE INDEX IF NOT EXISTS {table}_{name} ON {table} ({columns});"
        for table in tables
        for name, columns in _INDEXES[table].items()
    )


_LASTING = """
CREATE TABLE IF NOT EXISTS public.touched (   -- objectives whose number may have moved: the follower's work list
    batch bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, objective_ids uuid[] NOT NULL
);
CREATE TABLE IF NOT EXISTS public.day_begun (day integer PRIMARY KEY);
"""

# To tables of an earlier version, what that one did not have.
_ADDED = f"""
ALTER TABLE key_result_now ADD COLUMN IF NOT EXISTS newest_on integer;
UPDATE key_result_now k SET newest_on = (
  SELECT max(true_on) FROM check_in c WHERE c.key_result_id = k.key_result_id AND c.known_to = {FOR_EVER})
WHERE newest_abstained IS NOT NULL AND newest_on IS NULL;
"""

REBUILD_LOCK: Final = 0x_CA17_0605
"""Of the advisory lock that one rebuild at a time holds."""

FOLLOWER_LOCK: Final = 0x_CA17_0606
"""Of the advisory lock that one follower at a time holds."""


def create_tables() -> str:
    """The statements that make every table of the projection, without indexes on them, in the present schema."""
    return "\n".join(table.ddl() for table in TABLES)


def conninfo(database_url: str, schema: str = LIVE) -> str:
    """Where a connection finds the tables: what is made without a schema still goes to `public`, as the chassis's own tables do."""
    given = conninfo_to_dict(database_url).get("options") or ""
    return make_conninfo(database_url, options=f"{given} -c search_path=public,{schema} -c jit=off".strip())


async def create_schema(database_url: str) -> None:
    """Brings the tables to their newest version. Safe to call from any number of processes at once.

    Raises NewerSchema, and psycopg.OperationalError when the database does not answer.
    """
    first = (
        f"CREATE SCHEMA IF NOT EXISTS {LIVE}; {_LASTING} SET LOCAL search_path = {LIVE}; {create_tables()} {_ADDED} {indexes(*_INDEXES)}"
    )
    await migrate(database_url, "progress", [first])
