# ruff: noqa: S608 - statements are made of constants alone
"""The tables: facts, which are appended, and live rows, in which every column is written from one log only.

Days are days since 1970-01-01, instants are microseconds since 1970, as in the events. They live in the schema `progress`; a rebuild makes
them in another one and renames. What must survive a rebuild lives in `public`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from cairn.goals.v1 import events_pb2 as goals
from chassis.days import LATEST_BEGINNING, MICROSECONDS_A_DAY
from chassis.ids import Id, id_text
from chassis.postgres import PLAN_ONCE, Connection, Step, migrate
from chassis.postgres.binary import UUID, Array, take_arrays
from chassis.rebuild import conninfo as conninfo_of_schema
from progress.facts import (
    FOR_EVER,
    Bits,
    Blocker,
    Closing,
    Code,
    CommentFact,
    CommentKind,
    Cycle,
    Day,
    EffortFact,
    Ending,
    FoundBy,
    InitiativeVersion,
    KeyResultDefinition,
    KeyResultMove,
    KpiValue,
    KpiVersion,
    LookedBack,
    MilestoneVersion,
    ObjectiveDefinition,
    Position,
    ReactionFact,
    SettingFact,
    Table,
    TaskVersion,
    Version,
    columns_of,
    fact_tables,
    table_of,
)
from progress.projection.search import BY_TERMS, fill_found_by, found_functions
from shared.teams import id_of_team_name

LIVE: Final = "progress"


class DefinedBy(NamedTuple):
    """Whose a definition is, and the event that it is from."""

    tenant_id: Id
    event_id: Id


class AtVersion(NamedTuple):
    """The version of the aggregate, whatever its last event said."""

    version: Version


class CurrentAlignment(NamedTuple):
    """Where in the tree an objective stands; from the alignment's events alone."""

    parent_objective_id: Id
    parent_key_result_id: Id
    aligned_at: Position


class CurrentCheckIn(NamedTuple):
    """From the log of check-ins alone: of the newest standing check-in, then of the newest one that carries a value."""

    newest_abstained: bool
    said_status: Code
    newest_on: Day
    value: float
    milestones_done: Bits
    as_of: Day
    confidence: Code
    check_in_id: Id
    check_in_event_id: Id
    newest_confidence: Code  # of the newest that says one
    confidence_on: Day  # the day of that one
    part_id: Id


class CurrentGrade(NamedTuple):
    """The newest grade."""

    grade: float
    grade_event_id: Id


class CycleId(NamedTuple):
    """What a cycle's row is found by."""

    cycle_id: Id


class CycleState(NamedTuple):
    """How far a cycle is."""

    state: Code


class ShareNow(NamedTuple):
    """A key result that counts for another objective than its home."""

    key_result_id: Id
    objective_id: Id
    tenant_id: Id


class TenantNow(NamedTuple):
    """Where a tenant's days begin."""

    tenant_id: Id
    time_zone: str  # an IANA name


class DatedAhead(NamedTuple):
    """That a tenant has something that was dated, when it was recorded, on a day that had not begun everywhere."""

    tenant_id: Id
    day: Day


@dataclass(frozen=True)
class LiveTable:
    """A table of what holds now. A column is NULL until the log that it is from has said it."""

    name: str
    key: tuple[str, ...]
    parts: tuple[type[Any], ...]
    not_null: tuple[str, ...] = ()  # beside the key
    fill: int = 100  # percent of a page: the rest is for rows that are written anew

    def ddl(self) -> str:
        """The statement that creates it, where it is missing."""
        not_null = dict.fromkeys(self.not_null, " NOT NULL")
        columns = ", ".join(f"{c.name} {c.type}{not_null.get(c.name, '')}" for part in self.parts for c in columns_of(part))
        return f"CREATE TABLE IF NOT EXISTS {self.name} ({columns}, PRIMARY KEY ({', '.join(self.key)})) WITH (fillfactor = {self.fill});"


LIVE_TABLES: Final = (
    LiveTable("cycle_now", ("cycle_id",), (CycleId, Cycle, CycleState), not_null=("tenant_id",)),
    LiveTable("objective_now", ("objective_id",), (ObjectiveDefinition, DefinedBy, AtVersion, CurrentAlignment, FoundBy), fill=80),
    LiveTable("key_result_now", ("key_result_id",), (KeyResultDefinition, DefinedBy, CurrentCheckIn, CurrentGrade, FoundBy), fill=70),
    LiveTable("counts_for_now", ("objective_id", "key_result_id"), (ShareNow,), not_null=("tenant_id",)),
    LiveTable("tenant_now", ("tenant_id",), (TenantNow,), not_null=("time_zone",)),
    LiveTable("dated_ahead", ("tenant_id", "day"), (DatedAhead,)),
)


def _ddl_of(live_table: str) -> str:
    return next(table for table in LIVE_TABLES if table.name == live_table).ddl()


_TABLES: Final[tuple[Table[Any] | LiveTable, ...]] = (*fact_tables(), *LIVE_TABLES)
TABLE_NAMES: Final = tuple(table.name for table in _TABLES)

# Rows are appended about as they were recorded: what came after a position is found by the ranges of pages, for next to nothing.
_BY_POSITION: Final = "USING brin (position)"

_INDEXES: Final = {
    "objective": {"versions": "objective_id, position, true_from", "cycle": "cycle_id, objective_id, position"},
    "key_result": {"versions": "key_result_id, position, true_from", "home": "objective_id", "cycle": "cycle_id, key_result_id, position"},
    "key_result_move": {"key_result": "key_result_id", "from": "from_objective_id", "to": "to_objective_id", "tenant": "tenant_id"},
    "setting": {"tenant": "tenant_id"},
    "ending": {"objective": "objective_id, position", "ended": "ended_id"},
    "closing": {"cycle": "cycle_id, position"},
    "looked_back": {"objective": "objective_id, position"},
    "alignment": {"versions": "objective_id, position", "parent": "parent_objective_id"},
    "counts_for": {"objective": "objective_id, key_result_id, position", "key_result": "key_result_id"},
    "check_in": {
        "timeline": "key_result_id, true_on, place",
        "recorded": _BY_POSITION,
        "confidence": "(key_result_id, true_on, place) WHERE confidence IS NOT NULL",
    },
    "blocker": {"check_in": "key_result_id, check_in_id, number", "recorded": _BY_POSITION},
    "grade": {"timeline": "key_result_id, true_on, position", "recorded": _BY_POSITION},
    "kpi": {"versions": "kpi_id, position", "tenant": "tenant_id, kpi_id, position"},
    "kpi_value": {"timeline": "kpi_id, true_on, position", "measurement": "measurement_id", "recorded": _BY_POSITION},
    "task": {
        "versions": "task_id, position",
        "tenant": "tenant_id, task_id, position",
        "assignee": "assignee_id",
        "giver": "giver_id",
        "objective": "objective_id",
    },
    "initiative": {"versions": "initiative_id, position", "tenant": "tenant_id, initiative_id, position", "objective": "objective_id"},
    "milestone": {"versions": "milestone_id, position", "tenant": "tenant_id, milestone_id, position"},
    "effort": {
        "versions": "effort_id, position",
        "task": "task_id, true_on",
        "initiative": "initiative_id, true_on",
        "person": "person_id, true_on",
        "tenant": "tenant_id, true_on",
    },
    "comment": {
        "versions": "comment_id, position",
        "thing": "on_id, position",
        "objective": "objective_id",
        "key_result": "key_result_id",
        "tenant": "tenant_id",
    },
    "reaction": {"comment": "comment_id, position", "tenant": "tenant_id"},
    "objective_now": {"cycle": "cycle_id", "parent": "parent_objective_id"},
    "key_result_now": {"cycle": "cycle_id", "objective": "objective_id"},
    "counts_for_now": {"key_result": "key_result_id"},
}


# Of what lists are found and ordered by.
_OF_LISTS: Final = {
    "objective_now": {
        "listed": "tenant_id, objective_id",
        "title": 'tenant_id, title_key COLLATE "C", objective_id',
        "reference": 'tenant_id, reference_key COLLATE "C", objective_id',
        "start": "tenant_id, start_day, objective_id",
        "due": "tenant_id, due_day, objective_id",
        "terms": BY_TERMS,
    },
    "key_result_now": {
        "listed": "tenant_id, key_result_id",
        "title": 'tenant_id, title_key COLLATE "C", key_result_id',
        "reference": 'tenant_id, reference_key COLLATE "C", key_result_id',
        "due": "(tenant_id, due_day, objective_id, key_result_id) WHERE due_day <> 0",  # the others are due with their homes
        "terms": BY_TERMS,
    },
}


def indexes(*tables: str) -> str:
    """The statements that make the indexes of some tables, where they are missing."""
    return "\n".join(_make(table, _INDEXES[table] | _OF_LISTS.get(table, {})) for table in tables)


def _make(table: str, of_table: Mapping[str, str]) -> str:
    return "\n".join(
        f"CREATE INDEX IF NOT EXISTS {table}_{name} ON {table} {columns if columns.startswith(('USING', '(')) else f'({columns})'};"
        for name, columns in of_table.items()
    )


# What must survive a rebuild.
_LASTING: Final = """
CREATE TABLE IF NOT EXISTS public.touched (batch bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, objective_ids uuid[] NOT NULL);
CREATE TABLE IF NOT EXISTS public.day_begun (day integer PRIMARY KEY);
"""

# To tables of a version before there were versions, what that one did not have.
_ADDED: Final = f"""
ALTER TABLE key_result_now ADD COLUMN IF NOT EXISTS newest_on integer;
UPDATE key_result_now k SET newest_on = (
  SELECT max(true_on) FROM check_in c WHERE c.key_result_id = k.key_result_id AND c.known_to = {FOR_EVER})
WHERE newest_abstained IS NOT NULL AND newest_on IS NULL;
"""

# A batch leaves the objectives whose number may have moved, each with the event that moved it (NULL: many may have). Whoever announces
# status turns takes them from there.
_WITH_CAUSES: Final = """
CREATE TABLE public.number_moved (
    batch bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, objective_ids uuid[] NOT NULL, event_ids uuid[] NOT NULL
);
INSERT INTO public.number_moved (objective_ids, event_ids)
  SELECT objective_ids, array_fill(NULL::uuid, ARRAY[cardinality(objective_ids)]) FROM public.touched ORDER BY batch;
DROP TABLE public.touched;
"""

# What a definition always says may not be NULL.
_DEFINED_WHOLE: Final = "".join(
    f"ALTER TABLE {LIVE}.{table} {', '.join(f'ALTER COLUMN {column} SET NOT NULL' for column in columns.split())};"
    for table, columns in {
        "objective": "cycle_id reference title why level team contributor_ids named_person_ids start_day due_day kind visibility roll_up"
        " labels state version note",
        "key_result": "objective_id cycle_id reference title owner_ids owner_shares weight due_day measure start target unit cancelled"
        " note",
    }.items()
)


def _with_column(table: str, column: str, of_rows_there: str) -> str:
    """The statements that give a table a column, where it is missing, with a value for the rows that are there."""
    name = column.partition(" ")[0]
    return (
        f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column} NOT NULL DEFAULT {of_rows_there};"
        f"ALTER TABLE {table} ALTER COLUMN {name} DROP DEFAULT;"
    )


# What an event says of several days is several rows, and which fields it gives a value to stands beside; a key result's reason and that a
# goalpost was moved stood in one column. What ended has rows of its own.
_DATED: Final = f"""
SET LOCAL search_path = {LIVE};
{_with_column("objective", "says bigint", "0")}{_with_column("objective", "goalpost_moved boolean", "false")}
{_with_column("key_result", "says bigint", "0")}{_with_column("key_result", "goalpost_moved boolean", "false")}
UPDATE key_result SET goalpost_moved = true, note = ''
  WHERE event_type = '{goals.KeyResultRevised.DESCRIPTOR.full_name}' AND note = 'goalpost moved';
UPDATE objective o SET goalpost_moved = true FROM (
    SELECT event_id, (start_day, due_day) IS DISTINCT FROM (lag(start_day) OVER w, lag(due_day) OVER w) AS moved
    FROM objective WINDOW w AS (PARTITION BY objective_id ORDER BY position)) v
  WHERE v.event_id = o.event_id AND v.moved AND o.state = {goals.OBJECTIVE_STATE_ACTIVE}
    AND o.event_type = '{goals.ObjectiveRevised.DESCRIPTOR.full_name}';
{table_of(Ending).ddl()}
INSERT INTO {table_of(Ending).target}
  SELECT objective_id, objective_id, true_from, true, tenant_id, position, known_from, event_id, event_type, actor_id, on_behalf_of
    FROM objective WHERE event_type IN ('{goals.ObjectiveClosed.DESCRIPTOR.full_name}', '{goals.ObjectiveCancelled.DESCRIPTOR.full_name}')
  UNION ALL
  SELECT key_result_id, objective_id, true_from, true, tenant_id, position, known_from, event_id, event_type, actor_id, on_behalf_of
    FROM key_result WHERE event_type = '{goals.KeyResultCancelled.DESCRIPTOR.full_name}';
{indexes("ending")}
"""

# The tenants whose numbers were computed by the first version of the formulas so far.
_FORMULA_2: Final = f"""
CREATE TABLE public.formula_to_switch (tenant_id uuid PRIMARY KEY, version smallint NOT NULL);
INSERT INTO public.formula_to_switch SELECT DISTINCT tenant_id, 1 FROM {LIVE}.objective;
"""

_MAY_LIE_AHEAD: Final = f"true_on * {MICROSECONDS_A_DAY} + {LATEST_BEGINNING} > known_from"

# What is dated after the day of its recording does not count before its day: where the live rows have such a thing, they do not answer.
_DATED_AHEAD: Final = f"""
SET LOCAL search_path = {LIVE};
{_ddl_of("dated_ahead")}
INSERT INTO dated_ahead
  SELECT tenant_id, true_on FROM check_in WHERE {_MAY_LIE_AHEAD}
  UNION SELECT tenant_id, true_on FROM grade WHERE {_MAY_LIE_AHEAD}
  ON CONFLICT DO NOTHING;
"""

# A day begins in each tenant's time zone, at an instant of its own; directory's log, which says where, is taken from its beginning.
_TENANTS_DAYS: Final = f"""
SET LOCAL search_path = {LIVE};
{_ddl_of("tenant_now")}
DROP TABLE public.day_begun;
CREATE TABLE public.day_begun (tenant_id uuid PRIMARY KEY, day integer NOT NULL);
"""

# Which objectives' states are to be told on Kafka, and what is to be taken away from there; up to where the topic is ours. What was there
# before there was a topic is owed.
_STATES: Final = f"""
CREATE TABLE public.state_owed (objective_id uuid PRIMARY KEY, place bigint GENERATED ALWAYS AS IDENTITY);
CREATE INDEX state_owed_place ON public.state_owed (place);
CREATE TABLE public.state_gone (thing_id uuid PRIMARY KEY, tenant_id uuid, message_type text);
CREATE TABLE public.state_topic (partition integer PRIMARY KEY, next_offset bigint NOT NULL);
INSERT INTO public.state_owed (objective_id) SELECT objective_id FROM {LIVE}.objective_now WHERE cycle_id IS NOT NULL;
"""

# What is maintained has bounds, and a mode.
_MAINTAINED: Final = "".join(
    f"ALTER TABLE {LIVE}.{table} ADD COLUMN IF NOT EXISTS low float8, ADD COLUMN IF NOT EXISTS high float8,"
    " ADD COLUMN IF NOT EXISTS mode smallint;"
    for table in ("key_result", "key_result_now")
)

# Children count by weight; those that there were, by 1. A live row may come before its definition does, and says nothing of it until then.
_WEIGHTED: Final = f"""
{_with_column(f"{LIVE}.objective", "child_weight float8", "1")}
ALTER TABLE {LIVE}.objective_now ADD COLUMN IF NOT EXISTS child_weight float8;
UPDATE {LIVE}.objective_now SET child_weight = 1 WHERE child_weight IS NULL AND cycle_id IS NOT NULL;
"""

# KPIs, with their values.
_KPIS: Final = f"""
SET LOCAL search_path = {LIVE};
{table_of(KpiVersion).ddl()}{table_of(KpiValue).ddl()}
{indexes("kpi", "kpi_value")}
"""
# Settings of tenants, each from a day on.
_SETTINGS: Final = f"SET LOCAL search_path = {LIVE}; {table_of(SettingFact).ddl()} {indexes('setting')}"

# Tasks, initiatives and milestones.
_WORK: Final = f"""
SET LOCAL search_path = {LIVE};
{table_of(TaskVersion).ddl()}{table_of(InitiativeVersion).ddl()}{table_of(MilestoneVersion).ddl()}
{indexes("task", "initiative", "milestone")}
"""

# A key result may have a plan by dates, marks, and a first day, which its rows told by their first version alone so far; the newest
# confidence said stands beside the newest value. A cycle may have a cadence and a weekday.
_DEFINED_MORE: Final = "".join(
    f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS first_day integer, ADD COLUMN IF NOT EXISTS commit float8,"
    " ADD COLUMN IF NOT EXISTS stretch float8, ADD COLUMN IF NOT EXISTS plan_days integer[],"
    " ADD COLUMN IF NOT EXISTS plan_shares float8[];"
    for table in ("key_result", "key_result_now")
)
_PLANNED: Final = f"""
SET LOCAL search_path = {LIVE};
{_DEFINED_MORE}
UPDATE key_result k SET first_day = f.first_day FROM (
  SELECT key_result_id, min(true_from) AS first_day FROM key_result GROUP BY key_result_id) f
  WHERE f.key_result_id = k.key_result_id AND k.first_day IS NULL;
ALTER TABLE key_result ALTER COLUMN first_day SET NOT NULL;
UPDATE key_result_now n SET first_day = k.first_day FROM key_result k
  WHERE k.key_result_id = n.key_result_id AND n.first_day IS NULL AND n.cycle_id IS NOT NULL;
ALTER TABLE key_result_now ADD COLUMN IF NOT EXISTS newest_confidence smallint, ADD COLUMN IF NOT EXISTS confidence_on integer;
{indexes("check_in")}
UPDATE key_result_now n SET newest_confidence = c.confidence, confidence_on = c.true_on FROM (
  SELECT DISTINCT ON (key_result_id) key_result_id, confidence, true_on FROM check_in
  WHERE known_to = {FOR_EVER} AND confidence IS NOT NULL ORDER BY key_result_id, true_on DESC, place DESC) c
  WHERE c.key_result_id = n.key_result_id;
ALTER TABLE cycle_now ADD COLUMN IF NOT EXISTS cadence text, ADD COLUMN IF NOT EXISTS weekday text;
"""

# The tenants whose numbers were computed by the second version of the formulas so far.
_FORMULA_3: Final = f"INSERT INTO public.formula_to_switch SELECT DISTINCT tenant_id, 2 FROM {LIVE}.objective ON CONFLICT DO NOTHING;"

# A sum has feeds; what was a baseline, the day of its first target, and perhaps no start of its own; a check-in may be of a part.
_MEASURED: Final = f"""
SET LOCAL search_path = {LIVE};
ALTER TABLE key_result ALTER COLUMN start DROP NOT NULL,
  ADD COLUMN IF NOT EXISTS targeted_on integer, ADD COLUMN IF NOT EXISTS feeds uuid[];
ALTER TABLE key_result_now ADD COLUMN IF NOT EXISTS targeted_on integer, ADD COLUMN IF NOT EXISTS feeds uuid[],
  ADD COLUMN IF NOT EXISTS part_id uuid;
ALTER TABLE check_in ADD COLUMN IF NOT EXISTS part_id uuid;
"""

# An objective may name a pillar.
_PILLARS: Final = "".join(
    f"ALTER TABLE {LIVE}.{table} ADD COLUMN IF NOT EXISTS pillar_id uuid;" for table in ("objective", "objective_now")
)


# A draft may be submitted for approval, and a new objective may go back to another one.
_APPROVED: Final = f"""
SET LOCAL search_path = {LIVE};
{_with_column("objective", "approval smallint", "0")}
ALTER TABLE objective ADD COLUMN IF NOT EXISTS carried_from uuid, ADD COLUMN IF NOT EXISTS copied_from uuid;
ALTER TABLE objective_now ADD COLUMN IF NOT EXISTS approval smallint, ADD COLUMN IF NOT EXISTS carried_from uuid,
  ADD COLUMN IF NOT EXISTS copied_from uuid;
UPDATE objective_now SET approval = 0 WHERE approval IS NULL AND cycle_id IS NOT NULL;
"""


async def _name_teams_by_id(connection: Connection) -> None:
    """An objective's team has an id; of those that there are it follows from its name."""
    for table in ("objective", "objective_now"):
        await connection.execute(f"ALTER TABLE {LIVE}.{table} ADD COLUMN IF NOT EXISTS team_id uuid".encode())
        named = await connection.execute(f"SELECT DISTINCT tenant_id, team FROM {LIVE}.{table} WHERE team <> ''".encode())
        for tenant_id, name in await named.fetchall():
            values = (id_text(id_of_team_name(tenant_id.bytes, name)), tenant_id, name)
            update = f"UPDATE {LIVE}.{table} SET team_id = %s::uuid WHERE tenant_id = %s AND team = %s"
            await connection.execute(update.encode(), values)


# When a cycle was closed, and what was looked back on then. What came of the objectives that were closed before stood with their end alone.
_CLOSINGS: Final = f"""
SET LOCAL search_path = {LIVE};
{table_of(Closing).ddl()}
{table_of(LookedBack).ddl()}
INSERT INTO looked_back (objective_id, outcome, tenant_id, position, known_from, event_id, event_type, actor_id, on_behalf_of)
  SELECT DISTINCT ON (position) objective_id, note, tenant_id, position, known_from, event_id, event_type, actor_id, on_behalf_of
    FROM objective WHERE event_type = '{goals.ObjectiveClosed.DESCRIPTOR.full_name}' AND note <> '';
{indexes("closing", "looked_back")}
"""


async def _found_by_terms(connection: Connection) -> None:
    """What lists are found and ordered by stands in columns, under an index."""
    tables = ("objective", "objective_now", "key_result", "key_result_now")
    types = {"terms": "text[]", "title_key": "text", "reference_key": "text"}
    for table in tables:
        added = ", ".join(f"ADD COLUMN IF NOT EXISTS {name} {of_type}" for name, of_type in types.items())
        await connection.execute(f"ALTER TABLE {LIVE}.{table} {added}".encode())
    await fill_found_by(connection, LIVE)
    for table in ("objective", "key_result"):
        not_null = ", ".join(f"ALTER COLUMN {name} SET NOT NULL" for name in types)
        await connection.execute(f"ALTER TABLE {LIVE}.{table} {not_null}".encode())
    live = f"SET LOCAL search_path = {LIVE}; DROP INDEX IF EXISTS objective_now_tenant, key_result_now_tenant;"
    await connection.execute(f"{live} {indexes('objective_now', 'key_result_now')}".encode())


# The statuses that the follower told last, for lists; of what there is, all are told anew.
_STATUSES: Final = f"""
CREATE TABLE public.status_told (thing_id uuid PRIMARY KEY, tenant_id uuid NOT NULL, status smallint NOT NULL);
CREATE INDEX status_told_status ON public.status_told (tenant_id, status, thing_id);
INSERT INTO public.state_owed (objective_id)
  SELECT objective_id FROM {LIVE}.objective_now WHERE cycle_id IS NOT NULL ON CONFLICT DO NOTHING;
DROP FUNCTION IF EXISTS public.objectives_found(tsquery, integer, integer, integer);
DROP FUNCTION IF EXISTS public.key_results_found(tsquery, integer, integer, integer);
{found_functions(LIVE)}
"""


_RECORDED: Final = f"SET LOCAL search_path = {LIVE}; {indexes('check_in', 'grade')}"

# What people say to each other.
_CONVERSATIONS: Final = f"""
SET LOCAL search_path = {LIVE};
{table_of(CommentFact).ddl()}{table_of(ReactionFact).ddl()}
{indexes("comment", "reaction")}
"""

OBJECTIVES_BY_KPI: Final = (
    "CREATE INDEX IF NOT EXISTS objective_now_started_from ON objective_now (started_from) WHERE started_from IS NOT NULL;"
)
SUMS_BY_FEED: Final = "CREATE INDEX IF NOT EXISTS key_result_now_feeds ON key_result_now USING gin (feeds) WHERE feeds IS NOT NULL;"
"""What is fed by something is found by it: sums are few, and nothing else has an entry."""

_FED: Final = f"""SET LOCAL search_path = {LIVE};
ALTER TABLE objective ADD COLUMN IF NOT EXISTS started_from uuid;
ALTER TABLE objective_now ADD COLUMN IF NOT EXISTS started_from uuid;
{SUMS_BY_FEED} {OBJECTIVES_BY_KPI}
"""

# Time that people logged on work.
_EFFORT: Final = f"SET LOCAL search_path = {LIVE}; {table_of(EffortFact).ddl()} {indexes('effort')}"

# A key result may be moved to another objective; what ended of it is found by itself, too.
_MOVED: Final = f"""SET LOCAL search_path = {LIVE};
{table_of(KeyResultMove).ddl()}
{indexes("key_result_move", "ending")}
"""

MOVED_BETWEEN_CYCLES: Final = "".join(
    f"CREATE INDEX IF NOT EXISTS {table}_moved_to_cycle ON {table} (tenant_id, {table}_id)"
    f" WHERE event_type = '{event.DESCRIPTOR.full_name}';"
    for table, event in (("objective", goals.ObjectiveMovedToCycle), ("key_result", goals.KeyResultMovedToCycle))
)
"""What belonged to several cycles, one after the other, is found by itself: it is little, and nothing else has an entry."""

_BETWEEN_CYCLES: Final = f"SET LOCAL search_path = {LIVE}; {MOVED_BETWEEN_CYCLES}"

# A report keeps the days of its cycle as it was closed.
_CLOSED_WITH_DAYS: Final = f"""
ALTER TABLE {LIVE}.closing ADD COLUMN IF NOT EXISTS first_day integer, ADD COLUMN IF NOT EXISTS last_day integer;
"""

# What stands in the way, as check-ins name it. Of those that were recorded before this, a rebuild brings it.
_BLOCKED: Final = f"""
SET LOCAL search_path = {LIVE};
{table_of(Blocker).ddl()}
{indexes("blocker")}
"""

# Key results are found by what their objective says, too, and ordered by when they are due.
_FOUND_BY_HOME: Final = f"""
SET LOCAL search_path = {LIVE};
{indexes("key_result_now")}
DROP FUNCTION IF EXISTS public.key_results_found(tsquery, integer, integer, smallint[], integer);
{found_functions(LIVE)}
"""

FEEDBACK_ASKED: Final = (
    f"CREATE INDEX IF NOT EXISTS comment_feedback_asked ON comment (tenant_id) WHERE kind = {CommentKind.FEEDBACK_REQUEST.value};"
)
"""Requests for feedback are found by themselves: they are few among comments."""

_ASKED: Final = f"SET LOCAL search_path = {LIVE}; {FEEDBACK_ASKED}"

# The version that holds is the last by position and day: found by the index alone, which is a tenth of what a row at its end takes.
_IN_THEIR_ORDER: Final = f"""SET LOCAL search_path = {LIVE};
DROP INDEX IF EXISTS objective_versions, key_result_versions;
{indexes("objective", "key_result")}
"""

_LATER: Final[tuple[Step, ...]] = (
    _WITH_CAUSES + _DEFINED_WHOLE,
    _DATED,
    _FORMULA_2,
    _DATED_AHEAD,
    _TENANTS_DAYS,
    _STATES,
    _RECORDED,
    _MAINTAINED,
    _WEIGHTED,
    _KPIS,
    _WORK,
    _name_teams_by_id,
    _CONVERSATIONS,
    _SETTINGS,
    _PLANNED,
    _FORMULA_3,
    _CLOSINGS,
    _found_by_terms,
    _STATUSES,
    _MEASURED,
    _PILLARS,
    _APPROVED,
    _FED,
    _EFFORT,
    _MOVED,
    _BETWEEN_CYCLES,
    _CLOSED_WITH_DAYS,
    _BLOCKED,
    _FOUND_BY_HOME,
    _ASKED,
    _IN_THEIR_ORDER,
)
"""How the tables came to be as they are, after the first step."""

FOLLOWER_LOCK: Final = 0x_CA17_0606
"""Of the advisory lock that the one process holds that tells what numbers come to."""


def create_tables() -> str:
    """The statements that make every table of the projection, without indexes on them, in the present schema."""
    return "\n".join(table.ddl() for table in _TABLES)


def conninfo(database_url: str) -> str:
    """Where a connection finds the live tables."""
    return conninfo_of_schema(database_url, LIVE)


async def create_schema(database_url: str) -> None:
    """Brings the tables to their newest version. Safe to call from any number of processes at once.

    Raises NewerSchema, and psycopg.OperationalError when the database does not answer.
    """
    first_indexes = "".join(_make(table, of_table) for table, of_table in _INDEXES.items())
    first = f"CREATE SCHEMA IF NOT EXISTS {LIVE}; {_LASTING} SET LOCAL search_path = {LIVE}; {create_tables()} {_ADDED} {first_indexes}"
    await migrate(database_url, "progress", [first, *_LATER])


def ids(values: Iterable[Id]) -> Array:
    """Ids as a parameter of type uuid[], in ascending order: rows are locked in one order everywhere."""
    return UUID.array(sorted(values))


async def prepare_for_queries(connection: Connection) -> None:
    """Lets a connection take and give ids as 16 bytes; and each statement is planned once."""
    take_arrays(connection)
    await connection.execute(PLAN_ONCE)
