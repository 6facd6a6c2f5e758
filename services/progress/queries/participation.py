# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""Which check-ins were due in a cycle, and which of them there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from cairn.goals.v1 import events_pb2 as goals
from chassis.calls import Identity
from chassis.days import Day
from chassis.errors import Kind, Refused
from chassis.ids import Id, id_text
from chassis.postgres.binary import INTEGER
from progress.domain.cadences import Period, periods
from progress.domain.measures import SUM
from progress.domain.participation import Done, Due, Participation, participation
from progress.domain.points import Point
from progress.queries.reading import AsOf, Connections, Cursor, as_it_stands, fetched
from progress.queries.visibility import VISIBLE, caller

_CYCLE: Final = b"""SELECT name, first_day, last_day FROM cycle_now
  WHERE cycle_id = %(cycle)s::uuid AND tenant_id = %(tenant)s::uuid"""


class CycleDays(NamedTuple):
    """A cycle, with its days."""

    name: str
    first_day: Day
    last_day: Day


class PeriodSeen(NamedTuple):
    """A cadence period of a cycle that has begun."""

    period: Period
    seen_on: Day  # the day on which it is looked at: its last, or the one asked about


class ParticipationSeen(NamedTuple):
    """How many of the check-ins that were due in a cycle were made."""

    cycle: CycleDays
    periods: Sequence[PeriodSeen]
    teams: Sequence[Participation]


async def days_of_cycle(cursor: Cursor, identity: Identity, cycle_id: Id) -> CycleDays:
    """A cycle of the caller's tenant. Raises Refused (CYCLE_UNKNOWN)."""
    found = await fetched(cursor, _CYCLE, {"tenant": identity.tenant_id.hex(), "cycle": cycle_id.hex()})
    if not found:
        raise Refused("CYCLE_UNKNOWN", f"there is no cycle {id_text(cycle_id)}", kind=Kind.UNKNOWN, field="cycle_id")
    return CycleDays(*found[0])


def _holding(table: str, thing: str, columns: str, of: str) -> str:
    """The versions of things, each with the days on which it holds: from its own until the first one of what was said later."""
    return f"""SELECT {thing}, {columns}, true_from, min(true_from) OVER (PARTITION BY {thing} ORDER BY position DESC, true_from DESC
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until
  FROM {table} v WHERE {of} AND tenant_id = %(tenant)s::uuid AND known_from <= %(known_at)s"""


# A period is known by its place, from 0: `seen_on` has the day on which each is looked at, `firsts` its first day. A key result is due in
# the periods on whose day it is there, not cancelled, fed by check-ins, and of an active objective of a team.
_EVER_HERE: Final = "objective_id = ANY(ARRAY(SELECT objective_id FROM objective WHERE cycle_id = %(cycle)s::uuid))"
_EVER_OF_THESE: Final = """key_result_id = ANY(ARRAY(
    SELECT key_result_id FROM key_result WHERE objective_id IN (SELECT objective_id FROM home)))"""
_HOMES: Final = _holding("objective", "objective_id", "cycle_id, state, team_id", _EVER_HERE)
_KEY_RESULTS: Final = _holding("key_result", "key_result_id", "objective_id, cancelled, measure, first_day", _EVER_OF_THESE)
_DUE: Final = f"""
WITH home AS MATERIALIZED (
  SELECT h.objective_id, h.team_id, h.true_from, h.until, CASE WHEN NOT {VISIBLE} THEN h.objective_id END AS hidden_id
  FROM ({_HOMES}) h JOIN objective_now o ON o.objective_id = h.objective_id
  WHERE h.cycle_id = %(cycle)s::uuid AND h.state = {goals.OBJECTIVE_STATE_ACTIVE} AND h.team_id IS NOT NULL
    AND h.true_from < coalesce(h.until, h.true_from + 1)),
due AS MATERIALIZED (
  SELECT * FROM (
    SELECT key_result_id, team_id, hidden_id,
      width_bucket(greatest(k.true_from, h.true_from, k.first_day, %(first)s) - 1, %(seen_on)s) AS first,
      width_bucket(greatest(least(k.until, h.until, %(last)s + 1), %(first)s) - 1, %(seen_on)s) AS "end"
    FROM ({_KEY_RESULTS}) k JOIN home h ON h.objective_id = k.objective_id
    WHERE NOT k.cancelled AND k.measure <> {SUM.number}) d WHERE first < "end"),
done AS (
  SELECT d.key_result_id, d.team_id, width_bucket(c.true_on, %(firsts)s) - 1 AS period
  FROM due d JOIN check_in c ON c.key_result_id = d.key_result_id
  WHERE c.true_on BETWEEN (%(firsts)s)[d.first + 1] AND (%(seen_on)s)[d."end"]
    AND c.known_from <= %(known_at)s AND c.known_to > %(known_at)s)
SELECT team_id, hidden_id, first, "end", count(*)::integer, NULL::integer[], NULL::integer[] FROM due
  GROUP BY team_id, hidden_id, first, "end"
UNION ALL
SELECT team_id, NULL, NULL, NULL, NULL, array_agg(period), array_agg(key_results) FROM (
  SELECT team_id, period, count(DISTINCT key_result_id)::integer AS key_results FROM done GROUP BY team_id, period) d GROUP BY team_id"""


async def get_participation(connections: Connections, identity: Identity, cycle_id: Id, as_of: AsOf, day: Day) -> ParticipationSeen:
    """Of each cadence period of a cycle that has begun by a day, how many check-ins were due, and how many there are, by team.

    Raises Refused (CYCLE_UNKNOWN).
    """
    async with connections.of(identity.tenant_id) as connection:
        cursor = connection.cursor(binary=True)
        cycle = await days_of_cycle(cursor, identity, cycle_id)
        as_of = await as_it_stands(cursor, identity.tenant_id, as_of)
        cadence = as_of.settings.cadence_of(cycle_id, as_of.settings.at(Point(day, as_of.point.known_at)))
        begun = periods(cycle.first_day, cycle.last_day, cadence, day)
        if not begun:
            return ParticipationSeen(cycle, [], [])
        seen_on = [min(period.last_day, day) for period in begun]
        parameters: dict[str, Any] = {
            **caller(identity),
            "cycle": cycle_id.hex(),
            "known_at": as_of.point.known_at,
            "first": begun[0].first_day,
            "last": seen_on[-1],
            "firsts": INTEGER.array([period.first_day for period in begun]),
            "seen_on": INTEGER.array(seen_on),
        }
        found = await fetched(cursor, _DUE.encode(), parameters)
    due = [Due(*row[:5]) for row in found if row[4] is not None]
    done = [Done(team_id, numbers, key_results) for team_id, *_, numbers, key_results in found if numbers is not None]
    seen = [PeriodSeen(*each) for each in zip(begun, seen_on, strict=True)]
    return ParticipationSeen(cycle, seen, participation(due, done, len(begun)))
