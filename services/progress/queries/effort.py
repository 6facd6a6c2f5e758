# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""Time that was logged on work, at a point of both time axes: entry by entry, and where the weeks of a team went.

An entry is shown to whoever logged it, and to who has the work that it was spent on: a task's assignee and giver, an initiative's owner
and creator, as they are today. Everybody else is told sums alone, and none that would be one person's time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from psycopg.rows import namedtuple_row

from cairn.progress.v1 import service_pb2 as pb
from chassis.calls import Identity
from chassis.days import Day
from chassis.errors import Kind, Refused
from chassis.ids import Id
from progress.domain.effort import SpentInWeek, TeamWeeks, Week, is_one_person_s, team_weeks, weeks_asked
from progress.facts import EffortFact, Recording, table_of
from progress.queries.paging import Place, Row
from progress.queries.reading import AsOf, Called, Connections, Cursor, fetched
from progress.queries.visibility import VISIBLE, caller
from progress.queries.work import INITIATIVES, SERVED_BY, TASKS, get_work
from shared.roles import ADMIN, AUDITOR

_RECORDED: Final = len(Recording._fields)
_COLUMNS: Final = ", ".join(f"e.{column}" for column in table_of(EffortFact).columns)
_STANDING: Final = f"""SELECT * FROM (
  SELECT DISTINCT ON (e.effort_id) {_COLUMNS} FROM effort e
  WHERE {{of}} AND e.tenant_id = %(tenant)s::uuid AND e.true_on <= %(true_on)s AND e.known_from <= %(known_at)s
  ORDER BY e.effort_id, e.position DESC) s WHERE s.minutes > 0"""
"""What stands of the entries that `of` names: day and work of an entry never change, so it is in all of its rows."""

_WORK: Final = f"""{SERVED_BY}
LEFT JOIN LATERAL (SELECT n.title, n.reference, n.assignee_id, n.giver_id,
    %(all)s OR n.assignee_id = %(me)s::uuid OR n.giver_id = %(me)s::uuid OR o.objective_id IS NOT NULL AS known
  FROM task n WHERE n.task_id = d.task_id AND n.tenant_id = %(tenant)s::uuid ORDER BY position DESC, true_from DESC LIMIT 1) t ON true
LEFT JOIN LATERAL (SELECT n.owner_id, n.creator_id FROM initiative n WHERE n.initiative_id = d.initiative_id AND d.task_id IS NULL
  AND n.tenant_id = %(tenant)s::uuid ORDER BY position DESC, true_from DESC LIMIT 1) w ON true
CROSS JOIN LATERAL (SELECT known_from AS created_at, actor_id AS created_by FROM effort f WHERE f.effort_id = d.effort_id
  ORDER BY position LIMIT 1) f"""
_SEEN: Final = """(d.person_id = %(me)s::uuid OR coalesce(
  %(me)s::uuid IN (t.assignee_id, t.giver_id), %(me)s::uuid IN (w.owner_id, w.creator_id), false))"""


class EffortSum(NamedTuple):
    """All that was logged, by everybody; None: it would be the time of one person."""

    minutes: int | None


@dataclass(frozen=True, slots=True)
class EffortList:
    """What is asked of what was logged, at a point."""

    request: pb.ListEffortRequest
    identity: Identity
    as_of: AsOf

    async def found(self, cursor: Cursor, after: Place | None, limit: int) -> list[Row]:
        """The next entries that the caller is shown, the newest day first."""
        parameters, standing = self._asked()
        behind = "true"
        if after is not None:
            behind = "(d.true_on, d.effort_id) < (%(key)s, %(place)s::uuid)"
            parameters |= {"key": after.key, "place": after.thing.hex()}
        statement = f"""
SELECT d.*, CASE WHEN t.known THEN t.title END AS task_title, t.reference AS task_reference,
  d.event_id <> d.effort_id AS corrected, f.created_at, f.created_by, d.known_from AS updated_at, d.actor_id AS updated_by, {TASKS.served}
FROM ({standing}) d {_WORK}
WHERE {_SEEN} AND {behind} ORDER BY d.true_on DESC, d.effort_id DESC LIMIT %(limit)s"""
        own = cursor.connection.cursor(binary=True, row_factory=namedtuple_row)
        await own.execute(statement.encode(), {**parameters, "limit": limit})
        rows: list[Any] = list(await own.fetchall())
        return [Row(Place(row.true_on, row.effort_id), row.effort_id, says=row) for row in rows]

    async def sum(self, cursor: Cursor) -> EffortSum:
        """How much it is, whoever logged it."""
        parameters, standing = self._asked()
        statement = (
            f"SELECT coalesce(sum(d.minutes), 0)::bigint, array_agg(DISTINCT d.person_id), bool_and({_SEEN}) FROM ({standing}) d {_WORK}"
        )
        ((minutes, people, seen),) = await fetched(cursor, statement.encode(), parameters)
        told = minutes == 0 or seen or not is_one_person_s(set(people), self.identity.person_id)
        return EffortSum(minutes if told else None)

    async def require_known(self, connections: Connections) -> None:
        """Raises Refused (TASK_UNKNOWN, INITIATIVE_UNKNOWN) unless the caller may know of the work."""
        match self.request.WhichOneof("of"):
            case "task_id":
                await get_work(connections, self.identity, TASKS, self.request.task_id, AsOf())
            case "initiative_id":
                await get_work(connections, self.identity, INITIATIVES, self.request.initiative_id, AsOf())

    def _asked(self) -> tuple[dict[str, Any], str]:
        asked = self.request
        parameters: dict[str, Any] = {**caller(self.identity), **self.as_of.parameters()}
        match asked.WhichOneof("of"):
            case "task_id":
                of, parameters["thing"] = ["e.task_id = %(thing)s::uuid"], asked.task_id.hex()
            case "initiative_id":
                of, parameters["thing"] = ["e.initiative_id = %(thing)s::uuid"], asked.initiative_id.hex()
            case _:
                of = ["e.person_id = %(me)s::uuid"]
        for name, condition in (("day_from", "e.true_on >= %(day_from)s"), ("day_to", "e.true_on <= %(day_to)s")):
            if asked.HasField(name):  # type: ignore[arg-type]  # one of the two that are named
                of.append(condition)
                parameters[name] = getattr(asked, name)
        return parameters, _STANDING.format(of=" AND ".join(of))


class TeamEffortSeen(NamedTuple):
    """The weeks of a team as somebody is told of them, and what its objectives are called."""

    weeks: Sequence[Week]
    told: TeamWeeks
    called: Mapping[Id, Called]
    hidden: bool


_OF_TEAM: Final = f"""
WITH spent AS (
  SELECT (d.true_on - %(first)s) / 7 AS week, d.objective_id, sum(d.minutes)::bigint AS minutes, array_agg(DISTINCT d.person_id) AS people
  FROM ({_STANDING.format(of="%(team)s::uuid = ANY(e.team_ids) AND e.true_on BETWEEN %(first)s AND %(last)s")}) d GROUP BY 1, 2)
SELECT week, spent.objective_id, minutes, people, o.reference, o.title,
  spent.objective_id IS NULL OR coalesce(o.objective_id IS NOT NULL AND {VISIBLE}, false)
FROM spent LEFT JOIN objective_now o ON o.objective_id = spent.objective_id AND o.cycle_id IS NOT NULL""".encode()


async def get_team_effort(
    connections: Connections, identity: Identity, asked: pb.GetTeamEffortRequest, as_of: AsOf, day: Day
) -> TeamEffortSeen:
    """Where the weeks of a team went, for its people, those who lead it, and admins and auditors.

    Raises Refused: NOT_OF_THE_TEAM, END_BEFORE_START, and INVALID for too many weeks.
    """
    if asked.team_id not in identity.team_ids and not identity.has(ADMIN, AUDITOR):
        message = "where a team's weeks went is for its people, for who leads it or a team above it, and for admins and auditors"
        raise Refused("NOT_OF_THE_TEAM", message, kind=Kind.FORBIDDEN, field="team_id")
    weeks = weeks_asked(
        asked.first_day if asked.HasField("first_day") else None, asked.last_day if asked.HasField("last_day") else None, day
    )
    parameters = {
        **caller(identity),
        **as_of.parameters(),
        "team": asked.team_id.hex(),
        "first": weeks[0].first_day,
        "last": weeks[-1].last_day,
    }
    async with connections.of(identity.tenant_id) as connection:
        rows = await fetched(connection.cursor(binary=True), _OF_TEAM, parameters)
    seen = [row for row in rows if row[-1]]
    called = {objective_id: Called(objective_id, reference, title) for _, objective_id, _, _, reference, title, _ in seen if objective_id}
    told = team_weeks((SpentInWeek(*row[:4]) for row in seen), len(weeks), identity.person_id)
    return TeamEffortSeen(weeks, told, called, hidden=len(seen) < len(rows))


async def load_efforts(cursor: Cursor, tenant_id: Id) -> list[EffortFact]:
    """What stands of all that a tenant's people logged, in the order of the entries' ids."""
    statement = f"{_STANDING.format(of='true')} ORDER BY s.effort_id"
    rows = await fetched(cursor, statement.encode(), {"tenant": tenant_id.hex(), **AsOf().parameters()})
    facts = [EffortFact._make((*row[:-_RECORDED], Recording(*row[-_RECORDED:]))) for row in rows]
    return [fact._replace(team_ids=tuple(fact.team_ids)) for fact in facts]
