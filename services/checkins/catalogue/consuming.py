"""From the events of goals to the rows of the copy: the consumer's effect, in the transaction of its position."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from google.protobuf.message import Message
from psycopg import AsyncConnection

from cairn.goals.v1 import events_pb2 as goals
from chassis.events import EventTypes, RecordedEvent
from chassis.ids import Id
from chassis.postgres import Connection, Step
from chassis.rebuild import conninfo as conninfo_of_schema
from checkins.catalogue.changes import tell
from checkins.domain.key_results import measure_of, way_of
from shared.teams import id_of_team_name, team_id_of
from shared.upcasters import UPCASTERS

GOALS_EVENT_TYPES: Final = EventTypes(goals, upcasters=UPCASTERS)

LIVE: Final = "catalogue"
"""The schema that the tables are in; a rebuild makes them in another one and renames."""

_FIRST_TABLES: Final = """
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
"""

_CYCLES: Final = """
ALTER TABLE {schema}known_objective ADD COLUMN cycle_id bytea;
CREATE TABLE {schema}known_cycle (
    cycle_id bytea    PRIMARY KEY,
    version  bigint   NOT NULL,
    state    smallint NOT NULL
);
"""
"""No cycle beside an objective: it was taken in before cycles were, and goals is asked for what is in it."""

_ENDS: Final = "ALTER TABLE {schema}known_objective ADD COLUMN ended_on integer;"

_WAYS: Final = """
ALTER TABLE {schema}known_key_result ADD COLUMN start double precision;
ALTER TABLE {schema}known_key_result ADD COLUMN target double precision;
"""
"""No start and target of a metric: it was taken in before they were, and goals is asked for them."""

_TEAM_IDS: Final = "ALTER TABLE {schema}known_objective ADD COLUMN team_id bytea;"
_TEAM_NAMES_ARE_GONE: Final = "ALTER TABLE {schema}known_objective DROP COLUMN team;"
"""Teams were names once."""

_MOVES: Final = """
ALTER TABLE {schema}known_key_result ADD COLUMN defined_of bytea;
ALTER TABLE {schema}known_key_result DROP CONSTRAINT IF EXISTS known_key_result_objective_id_fkey;
"""
"""The objective that a key result was defined of; none: it was not moved. It may be moved to an objective that was not taken in yet.

The events of an objective that has such a key result come in two partitions, in any order: of it goals is always asked.
"""

TABLES: Final = "".join(
    [_FIRST_TABLES, *(step.format(schema="") for step in (_CYCLES, _ENDS, _WAYS, _TEAM_IDS + _TEAM_NAMES_ARE_GONE, _MOVES))]
)
"""What a rebuild makes."""

INDEXES: Final = "CREATE INDEX IF NOT EXISTS known_key_result_of_objective ON known_key_result (objective_id);"

_IN_A_SCHEMA_OF_THEIR_OWN: Final = f"""
CREATE SCHEMA {LIVE};
ALTER TABLE known_objective SET SCHEMA {LIVE};
ALTER TABLE known_key_result SET SCHEMA {LIVE};
"""


async def _name_teams_by_id(connection: Connection) -> None:
    """The team of each objective that is known, by the id that follows from its name."""
    schema = f"{LIVE}."
    await connection.execute(_TEAM_IDS.format(schema=schema).encode())
    named = await connection.execute("SELECT DISTINCT tenant_id, team FROM catalogue.known_objective WHERE team <> ''")
    for tenant_id, name in await named.fetchall():
        values = (id_of_team_name(bytes(tenant_id), name), tenant_id, name)
        await connection.execute("UPDATE catalogue.known_objective SET team_id = %s WHERE tenant_id = %s AND team = %s", values)
    await connection.execute(_TEAM_NAMES_ARE_GONE.format(schema=schema).encode())


STEPS: Final[tuple[Step, ...]] = (
    _FIRST_TABLES + INDEXES,
    _IN_A_SCHEMA_OF_THEIR_OWN,
    *(step.format(schema=f"{LIVE}.") for step in (_CYCLES, _ENDS, _WAYS)),
    _name_teams_by_id,
    _MOVES.format(schema=f"{LIVE}."),
)
"""How the tables came to be as they are."""


def conninfo(database_url: str) -> str:
    """Where a connection finds the live tables."""
    return conninfo_of_schema(database_url, LIVE)


_DEFINE_OBJECTIVE: Final = """
INSERT INTO known_objective
    (objective_id, tenant_id, version, state, visibility, team_id, creator_id, owner_id, contributor_ids, named_person_ids, cycle_id)
VALUES (%(id)s, %(tenant)s, %(version)s, %(state)s, %(visibility)s, %(team)s,
        %(creator)s, %(owner)s, %(contributors)s, %(named)s, %(cycle)s)
ON CONFLICT DO NOTHING
"""
_REVISE_OBJECTIVE: Final = """
UPDATE known_objective SET version = greatest(version, %(version)s),
    visibility = coalesce(%(visibility)s, visibility), team_id = coalesce(%(team)s, team_id),
    owner_id = coalesce(%(owner)s, owner_id), contributor_ids = coalesce(%(contributors)s, contributor_ids),
    named_person_ids = coalesce(%(named)s, named_person_ids)
WHERE objective_id = %(id)s
"""
_MOVE_OBJECTIVE: Final = """
UPDATE known_objective SET version = greatest(version, %(version)s), cycle_id = %(cycle)s WHERE objective_id = %(id)s
"""
_SET_STATE: Final = """
UPDATE known_objective SET version = greatest(version, %(version)s), state = %(state)s, ended_on = %(ended_on)s WHERE objective_id = %(id)s
"""
_SET_CYCLE_VERSION: Final = "UPDATE known_cycle SET version = %(version)s WHERE cycle_id = %(id)s AND version < %(version)s"
_SET_VERSION: Final = "UPDATE known_objective SET version = greatest(version, %(version)s) WHERE objective_id = %(id)s"
_DEFINE_KEY_RESULT: Final = """
INSERT INTO known_key_result (key_result_id, objective_id, measure, milestones, cancelled, owner_ids, start, target)
VALUES (%(key_result)s, %(id)s, %(measure)s, %(milestones)s, false, %(owners)s, %(start)s, %(target)s) ON CONFLICT DO NOTHING
"""
_REVISE_KEY_RESULT: Final = """
UPDATE known_key_result SET owner_ids = coalesce(%(owners)s, owner_ids), start = coalesce(%(start)s, start),
    target = coalesce(%(target)s, target), milestones = greatest(milestones, %(milestones)s)
WHERE key_result_id = %(key_result)s
"""
_MOVE_AWAY: Final = """
UPDATE known_key_result SET objective_id = %(to)s, defined_of = coalesce(defined_of, %(id)s)
WHERE key_result_id = %(key_result)s AND objective_id = %(id)s
"""
_MOVE_IN: Final = """
UPDATE known_key_result SET objective_id = %(id)s, defined_of = %(defined_of)s WHERE key_result_id = %(key_result)s
"""
_CANCEL_KEY_RESULT: Final = "UPDATE known_key_result SET cancelled = true WHERE key_result_id = %(key_result)s"
_SET_CYCLE: Final = """
INSERT INTO known_cycle (cycle_id, version, state) VALUES (%(id)s, %(version)s, %(state)s)
ON CONFLICT (cycle_id) DO UPDATE SET version = excluded.version, state = excluded.state WHERE known_cycle.version < excluded.version
"""

Statement = tuple[str, dict[str, Any]]


_ENDED: Final[dict[type[Message], goals.ObjectiveState.ValueType]] = {
    goals.ObjectiveClosed: goals.OBJECTIVE_STATE_CLOSED,
    goals.ObjectiveCancelled: goals.OBJECTIVE_STATE_CANCELLED,
}
_CYCLE_STATES: Final[dict[type[Message], goals.CycleState.ValueType]] = {
    goals.CycleDefined: goals.CYCLE_STATE_PLANNING,
    goals.CycleStarted: goals.CYCLE_STATE_ACTIVE,
    goals.CycleReviewStarted: goals.CYCLE_STATE_REVIEW,
    goals.CycleClosed: goals.CYCLE_STATE_CLOSED,
    goals.CycleReopened: goals.CYCLE_STATE_REVIEW,
}


_BESIDE: Final[frozenset[type[Message]]] = frozenset(
    {
        *(goals.KpiDefined, goals.KpiRevised, goals.KpiRetired, goals.KpiMeasured, goals.KpiMeasurementRetracted),
        *(goals.TaskGiven, goals.TaskRevised, goals.TaskReassigned, goals.TaskDone, goals.TaskReopened, goals.TaskCancelled),
        *(goals.InitiativeDefined, goals.InitiativeRevised),
        *(goals.EffortLogged, goals.EffortCorrected, goals.EffortRetracted),
        *(goals.MilestonePlanned, goals.MilestoneRevised, goals.MilestoneReached, goals.MilestonePostponed),
        *(goals.TemplateSaved, goals.TemplateRemoved),
    }
)
"""Events of what nobody checks in on."""


_ANOTHER_VERSION: Final[frozenset[type[Message]]] = frozenset(
    {
        *(goals.KeyResultShared, goals.KeyResultUnshared, goals.KeyResultMovedToCycle, goals.ObjectiveLookedBackOn),
        *(goals.ObjectiveSubmitted, goals.ObjectiveApproved, goals.ObjectiveSentBack, goals.ObjectiveApprovalLapsed),
    }
)
"""Events of an objective that say nothing of who may report what."""


async def take_in(connection: AsyncConnection[Any], events: Sequence[RecordedEvent]) -> None:
    """Writes what the events say about objectives and key results, and tells whoever holds older versions."""
    async with connection.pipeline():
        await tell(connection, await _write(connection, events))


async def write(connection: AsyncConnection[Any], events: Sequence[RecordedEvent]) -> None:
    """The same into tables that nobody reads yet."""
    async with connection.pipeline():
        await _write(connection, events)


async def _write(connection: AsyncConnection[Any], events: Sequence[RecordedEvent]) -> dict[Id, int]:
    """The version to which each objective and cycle has come that is written anew.

    Statements of a kind that come one after the other, as those of an import do, are sent together; and the version of an objective that
    is said to be another alone is written once, with the newest.
    """
    changed: dict[Id, int] = {}
    told: list[Statement] = []
    another_version: dict[Id, None] = {}
    for recorded in events:
        if recorded.event_type not in GOALS_EVENT_TYPES:
            continue
        for statement, values in statements(recorded, GOALS_EVENT_TYPES.decode(recorded.event_type, recorded.payload)):
            if statement is _SET_VERSION:
                another_version[recorded.aggregate_id] = None
            else:
                told.append((statement, values))
            changed[recorded.aggregate_id] = recorded.aggregate_version
    told += [(_SET_VERSION, {"id": objective_id, "version": changed[objective_id]}) for objective_id in another_version]
    async with connection.cursor() as cursor:
        for statement, alike in groupby(told, itemgetter(0)):
            await cursor.executemany(statement.encode(), [values for _, values in alike])
    return changed


def statements(recorded: RecordedEvent, event: Message) -> list[Statement]:
    """What an event of goals changes in the copy. Raises TypeError for an event that this function does not name."""
    about: dict[str, Any] = {"id": recorded.aggregate_id, "version": recorded.aggregate_version}
    match event:
        case goals.ObjectiveDefined():
            return [(_DEFINE_OBJECTIVE, about | _as_defined(recorded, event))]
        case goals.ObjectiveRevised():
            return [(_REVISE_OBJECTIVE, about | _as_revised(recorded, event))]
        case goals.ObjectiveMovedToCycle():
            return [(_MOVE_OBJECTIVE, about | {"cycle": event.cycle_id})]
        case goals.ObjectiveActivated() | goals.ObjectiveClosed() | goals.ObjectiveCancelled() | goals.ObjectiveReopened():
            return [(_SET_STATE, about | _as_of_state(event))]
        case _ if isinstance(event, _OfKeyResult):
            return [(_SET_VERSION, about), _of_key_result(event, about)]
        case _ if type(event) in _ANOTHER_VERSION:
            return [(_SET_VERSION, about)]
        case goals.ObjectiveAligned() | goals.ReferenceReserved() | goals.SumFed():
            return []  # what it is aligned to, what feeds it and how it is called: nothing that a check-in needs
        case goals.CycleRevised():
            return [(_SET_CYCLE_VERSION, about)]
        case goals.CycleDefined() | goals.CycleStarted() | goals.CycleReviewStarted() | goals.CycleClosed() | goals.CycleReopened():
            return [(_SET_CYCLE, about | {"state": _CYCLE_STATES[type(event)]})]
        case _ if type(event) in _BESIDE:
            return []
        case _:
            raise TypeError(f"{type(event).__name__} is no event that the copy of goals' definitions knows; name it here")


_OfKeyResult = (
    goals.KeyResultDefined | goals.KeyResultRevised | goals.KeyResultMovedAway | goals.KeyResultMovedIn | goals.KeyResultCancelled
)


def _of_key_result(event: _OfKeyResult, about: dict[str, Any]) -> Statement:
    match event:
        case goals.KeyResultDefined():
            return _DEFINE_KEY_RESULT, about | _key_result_as_defined(event)
        case goals.KeyResultRevised():
            return _REVISE_KEY_RESULT, _key_result_as_revised(event)
        case goals.KeyResultMovedAway():
            return _MOVE_AWAY, {"id": event.objective_id, "key_result": event.key_result_id, "to": event.to_objective_id}
        case goals.KeyResultMovedIn():
            return _MOVE_IN, {"id": event.objective_id, "key_result": event.key_result_id, "defined_of": event.defined_of}
        case goals.KeyResultCancelled():
            return _CANCEL_KEY_RESULT, {"key_result": event.key_result_id}


def _as_of_state(
    event: goals.ObjectiveActivated | goals.ObjectiveClosed | goals.ObjectiveCancelled | goals.ObjectiveReopened,
) -> dict[str, Any]:
    match event:
        case goals.ObjectiveActivated():
            return {"state": goals.OBJECTIVE_STATE_ACTIVE, "ended_on": None}
        case goals.ObjectiveReopened():
            return {"state": event.state or goals.OBJECTIVE_STATE_ACTIVE, "ended_on": None}
        case _:
            return {"state": _ENDED[type(event)], "ended_on": event.holds_from if event.HasField("holds_from") else None}


def _as_defined(recorded: RecordedEvent, event: goals.ObjectiveDefined) -> dict[str, Any]:
    return {
        "tenant": recorded.tenant_id,
        "state": goals.OBJECTIVE_STATE_DRAFT,
        "visibility": event.visibility,
        "team": team_id_of(recorded.tenant_id, event.team_id, event.team),
        "creator": event.creator_id,
        "owner": event.owner_id,
        "contributors": list(event.contributor_ids),
        "named": list(event.named_person_ids),
        "cycle": event.cycle_id,
    }


def _as_revised(recorded: RecordedEvent, event: goals.ObjectiveRevised) -> dict[str, Any]:
    says_team = event.HasField("team_id") or event.HasField("team")
    return {
        "visibility": event.visibility if event.HasField("visibility") else None,
        "team": team_id_of(recorded.tenant_id, event.team_id, event.team) if says_team else None,
        "owner": event.owner_id if event.HasField("owner_id") else None,
        "contributors": list(event.contributors.person_ids) if event.HasField("contributors") else None,
        "named": list(event.named_people.person_ids) if event.HasField("named_people") else None,
    }


def _key_result_as_defined(event: goals.KeyResultDefined) -> dict[str, Any]:
    way = way_of(event)
    return {
        "key_result": event.key_result_id,
        "measure": measure_of(event),
        "milestones": len(event.milestones.milestones),
        "owners": [owner.person_id for owner in event.owners],
        "start": None if way is None else way.start,
        "target": None if way is None else way.target,
    }


def _key_result_as_revised(event: goals.KeyResultRevised) -> dict[str, Any]:
    return {
        "key_result": event.key_result_id,
        "owners": [owner.person_id for owner in event.owners.owners] if event.HasField("owners") else None,
        "start": event.start if event.HasField("start") else None,
        "target": event.target if event.HasField("target") else None,
        "milestones": len(event.milestones.milestones),
    }
