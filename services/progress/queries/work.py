# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""Tasks, initiatives and milestones at a point of both time axes, alone and by pages: those that the caller may know of.

A task is its assignee's and its giver's, and of those who may see what it is for; an initiative of these alone; a milestone everybody's.
All of that by how it is today, as of objectives: what was made private is private in its past too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from psycopg.rows import namedtuple_row

from cairn.common.v1 import common_pb2
from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import Id, id_text
from chassis.postgres.binary import UUID
from progress.domain.work import Work
from progress.facts import InitiativeDefinition, MilestoneDefinition, TaskDefinition
from progress.projection import ids
from progress.queries.changed_since import Since, changed_by_themselves, changes_since, objectives_seen
from progress.queries.filters import natural, require_objectives, texts_or_numbers
from progress.queries.paging import Place, Row
from progress.queries.reading import AsOf, Called, Connections, Cursor, fetched
from progress.queries.statements import HOLDS
from progress.queries.visibility import VISIBLE, caller

WorkAsked = pb.ListTasksRequest | pb.ListInitiativesRequest | pb.ListMilestonesRequest


class Dated(Protocol):
    """A question about a point of both time axes."""

    @property
    def as_of(self) -> common_pb2.AsOf: ...
    @property
    def after(self) -> Any: ...


_ENDED: Final = f"({goals.OBJECTIVE_STATE_CLOSED}, {goals.OBJECTIVE_STATE_CANCELLED})"
_OVER: Final = f"({goals.INITIATIVE_STATE_DONE}, {goals.INITIATIVE_STATE_DROPPED})"
_NO_SERVED: Final = (
    "NULL::uuid AS served_id, '' AS served_reference, '' AS served_title, NULL::text AS key_result_title, '' AS key_result_reference,"
    " NULL::text AS initiative_title, '' AS initiative_reference, false AS served_ended"
)
_SERVED: Final = f"""o.objective_id AS served_id, coalesce(o.reference, '') AS served_reference, coalesce(o.title, '') AS served_title,
  k.title AS key_result_title, coalesce(k.reference, '') AS key_result_reference, {{initiative}},
  coalesce(o.state IN {_ENDED}, false) OR coalesce(k.cancelled, false) OR {{over}} AS served_ended"""

# What work serves, where the caller may know of that: of a key result, also by what it counts for beside its home.
_HOME: Final = "coalesce((SELECT h.objective_id FROM key_result_now h WHERE h.key_result_id = {d}.key_result_id), {d}.objective_id)"
"""The objective that work serves in the end: of a key result, the one that it belongs to by now."""
_JOINED: Final = f"""
CROSS JOIN LATERAL (SELECT {_HOME.format(d="d")} AS objective_id) home
LEFT JOIN LATERAL (SELECT o.objective_id, o.reference, o.title, o.state FROM objective_now o WHERE o.tenant_id = %(tenant)s::uuid
  AND o.cycle_id IS NOT NULL AND (o.objective_id = home.objective_id OR d.key_result_id IS NOT NULL AND o.objective_id IN (
    SELECT s.objective_id FROM counts_for_now s WHERE s.key_result_id = d.key_result_id)) AND {VISIBLE}
  ORDER BY o.objective_id <> home.objective_id, o.objective_id LIMIT 1) o ON true
LEFT JOIN key_result_now k ON k.key_result_id = d.key_result_id AND k.tenant_id = %(tenant)s::uuid AND o.objective_id IS NOT NULL"""
_OWN: Final = "SELECT key_result_id FROM key_result_now WHERE objective_id = ANY(%({})s)"
_INITIATIVE: Final = """
LEFT JOIN LATERAL (SELECT n.title, n.reference, n.state FROM initiative n WHERE n.initiative_id = d.initiative_id
  AND n.tenant_id = %(tenant)s::uuid AND o.objective_id IS NOT NULL ORDER BY position DESC, true_from DESC LIMIT 1) i ON true"""
_PEOPLE_NOW: Final = """
CROSS JOIN LATERAL (SELECT n.assignee_id, n.giver_id FROM task n WHERE n.task_id = d.task_id
  ORDER BY position DESC, true_from DESC LIMIT 1) p"""

SERVED_BY: Final = _JOINED + _INITIATIVE
"""What something `d` serves that names an objective, a key result and an initiative of work, as `TASKS.served` names it."""

_LAST: Final = 2_932_897  # behind every day


@dataclass(frozen=True, slots=True)
class WorkKind:
    """What differs between the kinds of work."""

    name: str
    definition: type[Any]
    reason: str  # of the refusal of what is not there
    visible: str  # of a version `d`, with what is joined
    served: str
    joined: str
    orders: Mapping[int, tuple[str, type[str] | type[int]]]
    equals: Mapping[str, str]  # by repeated field of the request: the column that has one of its values
    days: Mapping[str, str] = field(default_factory=dict)  # by field: the condition

    @property
    def key(self) -> str:
        """The field that names it."""
        return f"{self.name}_id"

    def key_type(self, asked: WorkAsked) -> type[str] | type[int]:
        """By what the list is ordered."""
        return str if asked.HasField("changed_since") else self.orders[asked.order][1]


TASKS: Final = WorkKind(
    name="task",
    definition=TaskDefinition,
    reason="TASK_UNKNOWN",
    visible="(%(all)s OR p.assignee_id = %(me)s::uuid OR p.giver_id = %(me)s::uuid OR o.objective_id IS NOT NULL)",
    served=_SERVED.format(
        initiative="i.title AS initiative_title, coalesce(i.reference, '') AS initiative_reference",
        over=f"coalesce(i.state IN {_OVER}, false)",
    ),
    joined=_JOINED + _INITIATIVE + _PEOPLE_NOW,
    orders={
        pb.TASK_ORDER_UNSPECIFIED: ("''", str),
        pb.TASK_ORDER_TITLE: (natural("d.title"), str),
        pb.TASK_ORDER_DUE_DAY: (f"coalesce(nullif(d.due_day, 0), {_LAST})", int),
        pb.TASK_ORDER_PRIORITY: ("d.priority::integer", int),
    },
    equals={
        "assignee_ids": "d.assignee_id",
        "giver_ids": "d.giver_id",
        "objective_ids": "home.objective_id",
        "key_result_ids": "d.key_result_id",
        "initiative_ids": "d.initiative_id",
        "states": "d.state",
        "priorities": "d.priority",
    },
    days={"due_from": "d.due_day <> 0 AND d.due_day >= %(due_from)s", "due_to": "d.due_day <> 0 AND d.due_day <= %(due_to)s"},
)
INITIATIVES: Final = WorkKind(
    name="initiative",
    definition=InitiativeDefinition,
    reason="INITIATIVE_UNKNOWN",
    visible="o.objective_id IS NOT NULL",
    served=_SERVED.format(initiative="NULL::text AS initiative_title, '' AS initiative_reference", over="false"),
    joined=_JOINED,
    orders={
        pb.INITIATIVE_ORDER_UNSPECIFIED: ("''", str),
        pb.INITIATIVE_ORDER_TITLE: (natural("d.title"), str),
        pb.INITIATIVE_ORDER_START_DAY: (f"coalesce(nullif(d.start_day, 0), {_LAST})", int),
        pb.INITIATIVE_ORDER_END_DAY: (f"coalesce(nullif(d.end_day, 0), {_LAST})", int),
    },
    equals={
        "owner_ids": "d.owner_id",
        "objective_ids": "home.objective_id",
        "key_result_ids": "d.key_result_id",
        "states": "d.state",
    },
)
MILESTONES: Final = WorkKind(
    name="milestone",
    definition=MilestoneDefinition,
    reason="MILESTONE_UNKNOWN",
    visible="true",
    served=_NO_SERVED,
    joined="",
    orders={
        pb.MILESTONE_ORDER_UNSPECIFIED: ("''", str),
        pb.MILESTONE_ORDER_TITLE: (natural("d.title"), str),
        pb.MILESTONE_ORDER_DAY: ("d.on_day", int),
    },
    equals={"teams": "d.team", "phases": "d.phase"},
    days={"day_from": "d.on_day >= %(day_from)s", "day_to": "d.on_day <= %(day_to)s"},
)


def _holding(kind: WorkKind, of: str) -> str:
    """Of the things of a kind that `of` names, the versions that hold, each with who made and who changed it."""
    key = kind.key
    return f"""(
  SELECT DISTINCT ON ({key}) * FROM {kind.name} t WHERE {of} AND t.tenant_id = %(tenant)s::uuid AND {HOLDS}
  ORDER BY {key}, position DESC, true_from DESC) d
CROSS JOIN LATERAL (SELECT known_from AS created_at, actor_id AS created_by FROM {kind.name} f WHERE f.{key} = d.{key}
  ORDER BY position LIMIT 1) f
CROSS JOIN LATERAL (SELECT known_from AS updated_at, actor_id AS updated_by, version AS version_now FROM {kind.name} l
  WHERE l.{key} = d.{key} AND known_from <= %(known_at)s ORDER BY position DESC LIMIT 1) l"""


@dataclass(frozen=True, slots=True)
class WorkList:
    """What is asked of a list of work, at a point; `only` are those among which it looks, None: all."""

    kind: WorkKind
    request: WorkAsked
    identity: Identity
    as_of: AsOf
    only: list[Id] | None = None

    async def require_known(self, cursor: Cursor) -> None:
        """Raises Refused (UNKNOWN) for an objective of a filter that the caller may not know of."""
        await require_objectives(cursor, self.identity, getattr(self.request, "objective_ids", ()), "objective_ids")

    async def found(self, cursor: Cursor, after: Place | None, limit: int) -> list[Row]:
        """The next things of the list, each with what it says."""
        kind, asked = self.kind, self.request
        key = f"d.{kind.key}"
        parameters: dict[str, Any] = {**caller(self.identity), **self.as_of.parameters(), "limit": limit}
        of, where = self._conditions(parameters)
        order, way = kind.orders[asked.order][0], "DESC" if asked.descending else "ASC"
        if after is not None:
            where.append(f"({order}, {key}) {'<' if asked.descending else '>'} (%(key)s, %(place)s::uuid)")
            parameters |= {"key": after.key, "place": after.thing.hex()}
        statement = f"""
SELECT d.*, f.created_at, f.created_by, l.updated_at, l.updated_by, l.version_now, {kind.served}, {order} AS ordered_by
FROM {_holding(kind, " AND ".join(of))} {kind.joined}
WHERE {" AND ".join(where)} ORDER BY ordered_by {way}, {key} {way} LIMIT %(limit)s"""
        own = cursor.connection.cursor(binary=True, row_factory=namedtuple_row)
        await own.execute(statement.encode(), parameters)
        rows: list[Any] = list(await own.fetchall())
        things: list[Id] = [getattr(row, kind.key) for row in rows]
        return [Row(Place(row.ordered_by, thing), thing, says=row) for thing, row in zip(things, rows, strict=True)]

    def _conditions(self, parameters: dict[str, Any]) -> tuple[list[str], list[str]]:
        """Which things there are to look at, by any of their versions; and what is demanded of the one that holds."""
        kind, asked = self.kind, self.request
        of, where = ["true"], [kind.visible]
        if self.only is not None:
            of.append(f"t.{kind.key} = ANY(%(only)s)")
            parameters["only"] = ids(self.only)
        for flag, column in (("mine", "assignee_id"), ("given", "giver_id")):
            if getattr(asked, flag, False):
                of.append(f"t.{kind.key} IN (SELECT e.{kind.key} FROM {kind.name} e WHERE e.{column} = %(me)s::uuid)")
                where.append(f"d.{column} = %(me)s::uuid")
        for name, column in kind.equals.items():
            if values := getattr(asked, name):
                where.append(f"{column} = ANY(%({name})s)")
                parameters[name] = UUID.array(list(values)) if name.endswith("_ids") else texts_or_numbers(name, values)
        if getattr(asked, "objective_ids", ()):
            of.append(f"(t.objective_id = ANY(%(objective_ids)s) OR t.key_result_id IN ({_OWN.format('objective_ids')}))")
        for name, condition in kind.days.items():
            if asked.HasField(name):  # type: ignore[arg-type]  # the field is of this kind's request
                where.append(condition)
                parameters[name] = getattr(asked, name)
        return of, where


_REQUESTS: Final[Mapping[str, type[WorkAsked]]] = {
    TASKS.name: pb.ListTasksRequest,
    INITIATIVES.name: pb.ListInitiativesRequest,
    MILESTONES.name: pb.ListMilestonesRequest,
}


async def get_work(connections: Connections, identity: Identity, kind: WorkKind, thing: Id, as_of: AsOf) -> Any:
    """A task, an initiative or a milestone. Raises Refused (UNKNOWN), also for one that the caller may not know of."""
    listed = WorkList(kind, _REQUESTS[kind.name](), identity, as_of, [thing])
    async with connections.of(identity.tenant_id) as connection:
        rows = await listed.found(connection.cursor(binary=True), None, 1)
    if not rows:
        raise Refused(kind.reason, f"there is no {kind.name} {id_text(thing)} that you may see", kind=Kind.UNKNOWN, field=kind.key)
    return rows[0].says


async def work_changed(cursor: Cursor, identity: Identity, since: Since, kind: WorkKind) -> list[Id]:
    """The things of a kind that were told of since then, or what they are for was; in the order of their ids."""
    found = await changed_by_themselves(cursor, identity, since, kind.key, kind.name)
    if "objective_id" in kind.definition._fields:
        changes = await changes_since(cursor, identity, since)
        statement = f"""SELECT DISTINCT {kind.key} FROM {kind.name} WHERE tenant_id = %(tenant)s::uuid
  AND (objective_id = ANY(%(objectives)s) OR key_result_id = ANY(%(key_results)s)
    OR key_result_id IN ({_OWN.format("objectives")}))"""
        named = {"objectives": ids(changes.objectives), "key_results": ids(changes.definitions)}
        found |= {row[0] for row in await fetched(cursor, statement.encode(), {**caller(identity), **named})}
    return sorted(found)


async def work_seen(cursor: Cursor, identity: Identity, since: Since, kind: WorkKind, things: list[Id]) -> set[Id]:
    """Of some things those that the caller may know of now, or could then: whoever had or gave a task, and who saw what it is for."""
    if "objective_id" not in kind.definition._fields or not things:
        return set(things)
    people = "assignee_id = %(me)s::uuid OR giver_id = %(me)s::uuid" if kind is TASKS else "false"
    statement = f"""SELECT {kind.key}, {_HOME.format(d="w")}, bool_or(%(all)s OR {people}) FROM {kind.name} w
  WHERE {kind.key} = ANY(%(things)s) AND tenant_id = %(tenant)s::uuid GROUP BY 1, 2"""
    rows = await fetched(cursor, statement.encode(), {**caller(identity), "things": ids(things)})
    seen = await objectives_seen(cursor, identity, since, {objective for _, objective, _ in rows if objective is not None})
    return {thing for thing, objective, own in rows if own or objective in seen}


async def load_work(cursor: Cursor, tenant_id: Id, as_of: AsOf | None = None) -> list[Work]:
    """All tasks, initiatives and milestones of a tenant at a point of both time axes."""
    found = list[Work]()
    for kind in (TASKS, INITIATIVES, MILESTONES):
        columns = ", ".join(f"d.{name}" for name in kind.definition._fields)
        statement = f"SELECT {columns}, d.event_id, l.version_now FROM {_holding(kind, 'true')}"
        rows = await fetched(cursor, statement.encode(), {"tenant": tenant_id.hex(), **(as_of or AsOf()).parameters()})
        found += [Work(kind.definition._make(defined), event_id, version) for *defined, event_id, version in rows]
    return found


_TASKS_CALLED: Final = f"""SELECT d.task_id, d.reference, d.title FROM (
  SELECT DISTINCT ON (task_id) * FROM task t WHERE t.task_id = ANY(%(tasks)s) AND t.tenant_id = %(tenant)s::uuid
  ORDER BY task_id, position DESC, true_from DESC) d {TASKS.joined} WHERE {TASKS.visible}""".encode()


async def name_tasks(connections: Connections, identity: Identity, task_ids: Collection[Id]) -> list[Called]:
    """What those tasks are called now that the caller may know of."""
    if not task_ids:
        return []
    async with connections.of(identity.tenant_id) as connection:
        found = await fetched(connection.cursor(binary=True), _TASKS_CALLED, {**caller(identity), "tasks": ids(task_ids)})
    return [Called(*row) for row in found]
