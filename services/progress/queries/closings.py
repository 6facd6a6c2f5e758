# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""When cycles were closed, and what was said of their objectives by then: with the tree of that point, the report of a closing."""

from __future__ import annotations

from typing import Any, Final

from psycopg.rows import namedtuple_row

from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from chassis.calls import Identity
from chassis.days import instant_of
from chassis.errors import Kind, Refused
from chassis.ids import Id, id_text
from chassis.rpc import timestamp
from progress.queries.reading import Connections
from progress.queries.visibility import VISIBLE, caller

_CYCLE: Final = b"SELECT name, first_day, last_day, state FROM cycle_now WHERE cycle_id = %(cycle)s::uuid AND tenant_id = %(tenant)s::uuid"
_CLOSINGS: Final = b"""SELECT closed_on, first_day, last_day, known_from, actor_id FROM closing
  WHERE cycle_id = %(cycle)s::uuid AND tenant_id = %(tenant)s::uuid ORDER BY position"""
# Of the objectives that were of the cycle when it was closed: once it is reopened, they may be moved to another one.
_CYCLE_THEN: Final = """(SELECT v.cycle_id FROM objective v WHERE v.objective_id = o.objective_id AND v.known_from <= %(known_at)s
    ORDER BY v.true_from <= %(closed_on)s DESC, v.position DESC, v.true_from DESC LIMIT 1)"""
_LOOKED_BACK: Final = f"""SELECT l.objective_id, l.outcome, l.well, l.learnt, l.carried_over
  FROM objective_now o JOIN looked_back l ON l.objective_id = o.objective_id
  WHERE o.objective_id = ANY(ARRAY(SELECT objective_id FROM objective WHERE cycle_id = %(cycle)s::uuid))
    AND o.tenant_id = %(tenant)s::uuid AND l.known_from <= %(known_at)s AND %(cycle)s::uuid = {_CYCLE_THEN} AND {VISIBLE}
  ORDER BY l.position""".encode()

# As the tree of the closing sees them: a key result at the earliest of the closing, the end of its home and its own.
_ENDED = """LEFT JOIN LATERAL (SELECT ended_on, known_from, ends FROM ending e
    WHERE e.ended_id = {ended} AND e.known_from <= %(known_at)s ORDER BY e.position DESC LIMIT 1) {name} ON {name}.ends"""
_KEY_RESULTS: Final = f"""WITH here AS (SELECT o.objective_id FROM objective_now o
    WHERE o.objective_id = ANY(ARRAY(SELECT objective_id FROM objective WHERE cycle_id = %(cycle)s::uuid))
      AND o.tenant_id = %(tenant)s::uuid AND %(cycle)s::uuid = {_CYCLE_THEN} AND {VISIBLE})
SELECT k.key_result_id, d.unit, coalesce(g.comment, '') AS comment
FROM (SELECT key_result_id FROM key_result WHERE objective_id IN (SELECT objective_id FROM here)
  UNION SELECT key_result_id FROM counts_for WHERE objective_id IN (SELECT objective_id FROM here)) k
JOIN LATERAL (SELECT v.objective_id, v.unit FROM key_result v WHERE v.key_result_id = k.key_result_id AND v.known_from <= %(known_at)s
    ORDER BY v.true_from <= %(closed_on)s DESC, v.position DESC, v.true_from DESC LIMIT 1) d ON true
{_ENDED.format(ended="d.objective_id", name="home")}
{_ENDED.format(ended="k.key_result_id", name="itself")}
LEFT JOIN LATERAL (SELECT comment FROM grade c WHERE c.key_result_id = k.key_result_id
    AND c.true_on <= least(%(closed_on)s, home.ended_on, itself.ended_on)
    AND c.known_from <= least(%(known_at)s, home.known_from, itself.known_from) ORDER BY c.true_on DESC, c.position DESC LIMIT 1) g ON true
ORDER BY k.key_result_id""".encode()


async def get_closing(connections: Connections, identity: Identity, cycle_id: Id, closing: int) -> pb.GetClosingResponse:
    """One closing of a cycle, counted from 1; 0: the newest, of a cycle that is closed.

    Raises Refused: CYCLE_UNKNOWN, CYCLE_NOT_CLOSED, REPORT_UNKNOWN where it was not closed so often.
    """
    async with connections.of(identity.tenant_id) as connection:
        cursor: Any = connection.cursor(binary=True, row_factory=namedtuple_row)  # its columns by name
        parameters: dict[str, Any] = {"cycle": cycle_id.hex(), **caller(identity)}
        await cursor.execute(_CYCLE, parameters)
        cycle = await cursor.fetchone()
        if cycle is None:
            raise Refused("CYCLE_UNKNOWN", f"there is no cycle {id_text(cycle_id)}", kind=Kind.UNKNOWN, field="cycle_id")
        await cursor.execute(_CLOSINGS, parameters)
        closings = await cursor.fetchall()
        number = _number_of(cycle, closing, len(closings))
        found = closings[number - 1]
        parameters |= {"known_at": found.known_from, "closed_on": found.closed_on}
        await cursor.execute(_LOOKED_BACK, parameters)
        said: dict[Id, pb.LookedBack] = {}
        for row in await cursor.fetchall():
            its = said.setdefault(row.objective_id, pb.LookedBack(objective_id=row.objective_id))
            its.MergeFrom(pb.LookedBack(outcome=row.outcome, well=row.well, learnt=row.learnt, carried_over=row.carried_over))
        await cursor.execute(_KEY_RESULTS, parameters)
        key_results = [pb.KeyResultInReport(key_result_id=row.key_result_id, unit=row.unit, grade_note=row.comment) async for row in cursor]
    return pb.GetClosingResponse(
        cycle_name=cycle.name,
        first_day=cycle.first_day if found.first_day is None else found.first_day,
        last_day=cycle.last_day if found.last_day is None else found.last_day,
        closing=number,
        closings=len(closings),
        closed_on=found.closed_on,
        closed_at=timestamp(instant_of(found.known_from)),
        closed_by=found.actor_id,
        looked_back=[said[objective_id] for objective_id in sorted(said)],
        key_results=key_results,
    )


def _number_of(cycle: Any, closing: int, closings: int) -> int:
    if closing > closings:
        message = f"cycle {cycle.name!r} was closed {closings} times; there is no report {closing} of it"
        raise Refused("REPORT_UNKNOWN", message, kind=Kind.UNKNOWN, field="version")
    if closing:
        return closing
    if cycle.state != goals.CYCLE_STATE_CLOSED or not closings:
        earlier = f"; the reports of earlier closings are versions 1 to {closings}" if closings else ""
        message = f"cycle {cycle.name!r} is not closed: it has a report once it is{earlier}"
        if cycle.state == goals.CYCLE_STATE_CLOSED:
            message = f"cycle {cycle.name!r} was closed before reports were kept; a rebuild of progress makes its report"
        raise Refused("CYCLE_NOT_CLOSED", message)
    return closings
