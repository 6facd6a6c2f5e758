# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""What holds at a point of both time axes, in SQL: the live rows, or the last version and the last check-in that hold there.

`progress.facts.in_memory` says the same in Python; a property test ties the two. Every statement carries the tenant.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from cairn.goals.v1 import events_pb2 as goals
from progress.domain.measures import MAINTAIN, Mode
from progress.domain.tree import TreeKeyResult
from progress.facts import FOR_EVER
from progress.projection.statements import ABSTAINED, FROM_VALUED

HOLDS: Final = "true_from <= %(true_on)s AND known_from <= %(known_at)s"
"""Of versions: those that hold at the point, of which the last one does."""
KNOWN_THERE: Final = f"EXISTS (SELECT FROM objective v WHERE v.objective_id = o.objective_id AND {HOLDS})"
"""Of objectives as they are today: whether there was one at the point."""

_STANDING = "c.key_result_id = k.key_result_id AND true_on <= %(true_on)s AND known_from <= %(known_at)s AND known_to > %(known_at)s"
_NEWEST_FIRST = "ORDER BY true_on DESC, place DESC LIMIT 1"


def _unless_abstained(column: str) -> str:
    """A column of the newest check-in; where that is an abstention, of the newest one that carries a value."""
    valued = f"SELECT c.{column} FROM check_in c WHERE {_STANDING} AND kind NOT {ABSTAINED} {_NEWEST_FIRST}"
    return f"CASE WHEN newest.kind {ABSTAINED} THEN ({valued}) ELSE newest.{column} END"


def _met_share(standing: str, known: str) -> str:
    """Of what is maintained by share: of its standing check-ins with a value, those that met the bounds of their own day.

    Of a day before its first one, its first bounds. Where there is nothing of the kind, nothing is looked for.
    """
    first = f"(SELECT min(true_from) FROM key_result d WHERE d.key_result_id = k.key_result_id AND {known})"
    return f"""CASE WHEN k.mode = {Mode.SHARE} THEN (
  SELECT (count(*) FILTER (WHERE coalesce(b.low <= s.value, true) AND coalesce(s.value <= b.high, true)))::float8 / nullif(count(*), 0)
  FROM (SELECT true_on, value FROM check_in c WHERE {standing} AND kind NOT {ABSTAINED} AND value IS NOT NULL) s CROSS JOIN LATERAL (
    SELECT low, high FROM key_result d WHERE d.key_result_id = k.key_result_id AND {known} AND true_from <= greatest(s.true_on, {first})
    ORDER BY position DESC, true_from DESC LIMIT 1) b) END"""


def _kept(met_share: str) -> str:
    """What `tree.Kept` says, in its order."""
    return f"CASE WHEN k.measure = {MAINTAIN.number} THEN ARRAY[k.low, k.high, k.mode, {met_share}] END"


def _further(standing: str, known: str, newest_part: str) -> str:
    """What `values.Further` says, in its order, of the few key results that have anything of it."""

    def said(until: str) -> str:
        return f"""ARRAY(SELECT ROW(s.part_id, s.value, s.true_on, s.place, s.check_in_id, s.event_id) FROM (
      SELECT DISTINCT ON (part_id) * FROM check_in c WHERE {standing} AND kind NOT {ABSTAINED} AND value IS NOT NULL AND {until}
      ORDER BY part_id, true_on DESC, place DESC) s)"""

    def owners_at_target(column: str) -> str:
        return f"""(SELECT {column} FROM key_result d WHERE d.key_result_id = k.key_result_id AND {known} AND true_from <= k.targeted_on
      ORDER BY position DESC, true_from DESC LIMIT 1)"""

    starts = "k.targeted_on IS NOT NULL AND k.start IS NULL"
    return f"""CASE WHEN k.feeds IS NOT NULL OR {newest_part} IS NOT NULL OR ({starts}) THEN ROW(
    CASE WHEN {newest_part} IS NOT NULL THEN {said("true")} END, k.owner_ids, k.owner_shares,
    CASE WHEN {starts} THEN {said("true_on <= k.targeted_on")} END,
    CASE WHEN {starts} THEN {owners_at_target("owner_ids")} END, CASE WHEN {starts} THEN {owners_at_target("owner_shares")} END,
    k.feeds) END"""


# How a column of a row is had, where it is not simply that of the definition: live, and as of. The value of what was abstained from
# is looked up where a row needs it: a second join would be tried for each (measured: 10 of 60 ms of a tree).
_OBJECTIVE_AS_OF = {parent: f"a.{parent}" for parent in ("parent_objective_id", "parent_key_result_id")}
_MET_SHARE_LIVE = _met_share(f"c.key_result_id = k.key_result_id AND known_to = {FOR_EVER}", known="true")
_MET_SHARE_AS_OF = _met_share(_STANDING, known="known_from <= %(known_at)s")
_PLANNED = "coalesce(k.plan_days::float8[] || k.plan_shares, '{}')"
_MARKED = f"CASE WHEN coalesce(k.commit, k.stretch, k.plan_shares[1]) IS NOT NULL THEN ARRAY[k.commit, k.stretch] || {_PLANNED} END"
_SAID_EARLIER = f"SELECT c.confidence FROM check_in c WHERE {_STANDING} AND c.confidence IS NOT NULL {_NEWEST_FIRST}"
_CONFIDENCE_AS_OF = f"coalesce(newest.confidence, ({_SAID_EARLIER}))"
_FURTHER_LIVE = _further(f"c.key_result_id = k.key_result_id AND known_to = {FOR_EVER}", "true", "k.part_id")
_FURTHER_AS_OF = _further(_STANDING, "known_from <= %(known_at)s", f"({_unless_abstained('part_id')})")
_KEY_RESULT_LIVE = {
    "said_status": "coalesce(k.said_status, 0)",
    "met_share": _MET_SHARE_LIVE,
    "kept": _kept(_MET_SHARE_LIVE),
    "marked": _MARKED,
    "further": _FURTHER_LIVE,
}
_KEY_RESULT_AS_OF = {
    "newest_abstained": f"newest.kind {ABSTAINED}",
    "said_status": "coalesce(newest.said_status, 0)",
    **{name: _unless_abstained(column) for name, column in FROM_VALUED.items()},
    "grade": "g.grade",
    "grade_event_id": "g.event_id",
    "met_share": _MET_SHARE_AS_OF,
    "kept": _kept(_MET_SHARE_AS_OF),
    "marked": _MARKED,
    "newest_on": "newest.true_on",
    "newest_confidence": _CONFIDENCE_AS_OF,
    "further": _FURTHER_AS_OF,
}


def _columns(row: type[Any], definition: str, others: Mapping[str, str]) -> str:
    """What to select for a row of this kind: its fields, in their order."""
    return ", ".join(others.get(name) or f"{definition}.{name}" for name in row._fields)


@cache
def objectives_holding(live: bool, row: type[Any], of: str, visible: str = "") -> bytes:
    """Of the objectives that `of` names, the rows, and what `visible` says of each as it is today."""
    more = visible and f", {visible}"
    if live:
        found = f"SELECT * FROM objective_now o WHERE {of} OFFSET 0"  # by its own index, not by the tenant's
        return f"SELECT {_columns(row, 'o', {})}{more} FROM ({found}) o WHERE o.tenant_id = %(tenant)s::uuid".encode()
    today = visible and "JOIN objective_now o ON o.objective_id = v.objective_id"
    return f"""
SELECT {_columns(row, "v", _OBJECTIVE_AS_OF)}{more} FROM (
  SELECT DISTINCT ON (objective_id) * FROM objective o WHERE {of} AND o.tenant_id = %(tenant)s::uuid AND {HOLDS}
  ORDER BY objective_id, position DESC, true_from DESC) v {today}
LEFT JOIN LATERAL (SELECT * FROM alignment a WHERE a.objective_id = v.objective_id AND {HOLDS}
  ORDER BY true_from DESC, position DESC LIMIT 1) a ON true""".encode()


@cache
def key_results_holding(live: bool, row: type[Any], of: str, more: str = "") -> bytes:
    """Of the key results that `of` names, the rows, and whatever else is asked for."""
    others = more and f", {more}"
    if live:
        columns = _columns(row, "k", _KEY_RESULT_LIVE)
        found = f"SELECT * FROM key_result_now k WHERE {of} OFFSET 0"
        return f"SELECT {columns}{others} FROM ({found}) k WHERE k.tenant_id = %(tenant)s::uuid".encode()
    return f"""
SELECT {_columns(row, "k", _KEY_RESULT_AS_OF)}{others} FROM (
  SELECT DISTINCT ON (key_result_id) * FROM key_result k WHERE {of} AND k.tenant_id = %(tenant)s::uuid AND {HOLDS}
  ORDER BY key_result_id, position DESC, true_from DESC) k
LEFT JOIN LATERAL (SELECT * FROM check_in c WHERE {_STANDING} {_NEWEST_FIRST}) newest ON true
{_GRADES_OF_MANY if row is TreeKeyResult else _GRADES_OF_FEW}""".encode()


# For a tree one pass over all grades costs less than a look-up for each of its key results; for an objective it is the other way round.
_GRADES_OF_MANY = """LEFT JOIN (SELECT DISTINCT ON (key_result_id) key_result_id, grade, event_id FROM grade
  WHERE tenant_id = %(tenant)s::uuid AND true_on <= %(true_on)s AND known_from <= %(known_at)s
  ORDER BY key_result_id, true_on DESC, position DESC) g ON g.key_result_id = k.key_result_id"""
_GRADES_OF_FEW = """LEFT JOIN LATERAL (SELECT grade, event_id FROM grade c WHERE c.key_result_id = k.key_result_id
  AND true_on <= %(true_on)s AND known_from <= %(known_at)s ORDER BY true_on DESC, position DESC LIMIT 1) g ON true"""


@cache
def shares_holding(live: bool, of: str) -> bytes:
    """Of the shares that `of` names, those that count: objective, key result."""
    if live:
        return f"SELECT l.objective_id, l.key_result_id FROM counts_for_now l WHERE {of} AND l.tenant_id = %(tenant)s::uuid".encode()
    return f"""
SELECT objective_id, key_result_id FROM (
  SELECT DISTINCT ON (objective_id, key_result_id) * FROM counts_for l WHERE {of} AND l.tenant_id = %(tenant)s::uuid AND {HOLDS}
  ORDER BY objective_id, key_result_id, true_from DESC, position DESC) l WHERE counts""".encode()


_OF_KEY_RESULT = "l.key_result_id = k.key_result_id"


def shared_with(live: bool) -> str:
    """The objectives that a key result is shared with."""
    return f"ARRAY(SELECT s.objective_id FROM ({shares_holding(live, _OF_KEY_RESULT).decode()}) s)"


# Objectives, and the children, at any time, of those that roll up from their children: what their numbers come from.
# OFFSET 0 keeps the planner from reading all alignments, when it does not know how few objectives are asked for.
_BELOW_LIVE = f"""
WITH RECURSIVE below AS (
  SELECT p.objective_id, p.roll_up FROM objective_now p WHERE p.objective_id = ANY(%(objectives)s)
  UNION
  SELECT c.objective_id, c.roll_up FROM below JOIN objective_now c ON c.parent_objective_id = below.objective_id
  WHERE below.roll_up <> {goals.ROLL_UP_KEY_RESULTS})
SELECT objective_id FROM below"""
_BELOW_AS_OF = f"""
WITH RECURSIVE below AS (
  SELECT unnest(%(objectives)s::uuid[]) AS objective_id
  UNION
  SELECT c.objective_id FROM below CROSS JOIN LATERAL (
    SELECT * FROM alignment WHERE parent_objective_id = below.objective_id OFFSET 0) c
  WHERE EXISTS (SELECT FROM objective p WHERE p.objective_id = below.objective_id AND p.roll_up <> {goals.ROLL_UP_KEY_RESULTS}))
SELECT objective_id FROM below"""


# Ids that a statement finds come as an array, which makes the planner look each of them up: it cannot know that they are few. Some may be
# in it twice: to leave them out would cost more.


def below(live: bool) -> str:
    """Of objectives: some of them, and what their numbers come from."""
    return f"o.objective_id = ANY(ARRAY({_BELOW_LIVE if live else _BELOW_AS_OF}))"


def around(live: bool) -> str:
    """Of objectives: one, and what its number comes from; the homes of whatever counts for these; its parent, its children, and what its
    own key results count for, too. Each at any time.
    """
    table, counts_for = ("objective_now", "counts_for_now") if live else ("alignment", "counts_for")
    return f"""o.objective_id = ANY(ARRAY({_BELOW_LIVE if live else _BELOW_AS_OF}
  UNION ALL SELECT h.objective_id FROM below CROSS JOIN LATERAL (
    SELECT key_result_id FROM {counts_for} WHERE objective_id = below.objective_id OFFSET 0) l CROSS JOIN LATERAL (
    SELECT objective_id FROM key_result_now WHERE key_result_id = l.key_result_id OFFSET 0) h
  UNION ALL SELECT objective_id FROM {table} WHERE parent_objective_id = ANY(%(objectives)s)
  UNION ALL SELECT parent_objective_id FROM {table} WHERE objective_id = ANY(%(objectives)s)
  UNION ALL SELECT l.objective_id FROM key_result_now k JOIN {counts_for} l ON l.key_result_id = k.key_result_id
    WHERE k.objective_id = ANY(%(objectives)s){"" if live else _MOVED_AROUND}))"""


# As of a day before a key result was moved: where it was then, as its home and as what it counted for.
_MOVED_AROUND = """
  UNION ALL SELECT m.from_objective_id FROM counts_for l JOIN key_result_move m ON m.key_result_id = l.key_result_id
    JOIN below ON below.objective_id = l.objective_id
  UNION ALL SELECT l.objective_id FROM key_result_move m JOIN counts_for l ON l.key_result_id = m.key_result_id
    WHERE m.from_objective_id = ANY(%(objectives)s)"""


def own_ever(of: str) -> str:
    """The key results that belong to some objectives, or did: `of` is a condition on their objective's column, with its name in {}."""
    return f"""SELECT key_result_id FROM key_result_now WHERE {of.format("objective_id")}
  UNION SELECT key_result_id FROM key_result_move WHERE {of.format("from_objective_id")}"""


_OF_OBJECTIVES = "{} = ANY(%(objectives)s)"


def counting(live: bool) -> str:
    """Of key results: those that count, at any time, for some objectives: their own, and those shared with them."""
    own = "SELECT key_result_id FROM key_result_now WHERE objective_id = ANY(%(objectives)s)" if live else own_ever(_OF_OBJECTIVES)
    return f"""k.key_result_id = ANY(ARRAY({own}
  UNION ALL SELECT key_result_id FROM {"counts_for_now" if live else "counts_for"} WHERE objective_id = ANY(%(objectives)s)))"""


# The few that were moved to another cycle: versions of theirs name several, and any of these may be the one that holds.
_OBJECTIVES_MOVED: Final = f"""SELECT objective_id FROM objective
  WHERE event_type = '{goals.ObjectiveMovedToCycle.DESCRIPTOR.full_name}' AND tenant_id = %(tenant)s::uuid"""
_MOVED_HERE: Final = f"""SELECT e.objective_id FROM objective e
  WHERE e.cycle_id = %(cycle)s::uuid AND e.objective_id = ANY(ARRAY({_OBJECTIVES_MOVED}))"""
_KEY_RESULTS_MOVED: Final = f"""SELECT key_result_id FROM key_result
    WHERE event_type = '{goals.KeyResultMovedToCycle.DESCRIPTOR.full_name}' AND tenant_id = %(tenant)s::uuid
    UNION SELECT key_result_id FROM key_result_move WHERE from_cycle_id <> to_cycle_id AND tenant_id = %(tenant)s::uuid"""


def key_results_by_cycle(live: bool) -> str:
    """Of key results: those of a cycle, and, as of a day, others that are or were there at another time."""
    if live:
        return "k.cycle_id = %(cycle)s::uuid"
    return f"""((k.cycle_id = %(cycle)s::uuid AND k.key_result_id <> ALL(ARRAY({_KEY_RESULTS_MOVED})))
  OR k.key_result_id = ANY(ARRAY(SELECT e.key_result_id FROM key_result e
    WHERE e.cycle_id = %(cycle)s::uuid AND e.key_result_id = ANY(ARRAY({_KEY_RESULTS_MOVED})))))"""


def objectives_by_cycle(live: bool) -> str:
    """Of objectives: those of a cycle, and, as of a day, others that are or were there at another time."""
    if live:
        return "o.cycle_id = %(cycle)s::uuid"
    return f"""((o.cycle_id = %(cycle)s::uuid AND o.objective_id <> ALL(ARRAY({_OBJECTIVES_MOVED})))
  OR o.objective_id = ANY(ARRAY({_MOVED_HERE})))"""


def shared_within_cycle(live: bool) -> str:
    """Of shares: those that count for objectives of a cycle; as of a day, also for others that are or were there at another time."""
    now = "EXISTS (SELECT FROM objective_now o WHERE o.objective_id = l.objective_id AND o.cycle_id = %(cycle)s::uuid)"
    return now if live else f"({now} OR l.objective_id = ANY(ARRAY({_MOVED_HERE})))"


@cache
def children_of_other_cycles(live: bool) -> bytes:
    """The children, at any time, that objectives of a cycle have in other cycles; live, only where they count.

    As of a day, also those that are there by now: they may not have been.
    """
    rolling = f"AND p.roll_up <> {goals.ROLL_UP_KEY_RESULTS}" if live else ""
    here = "p.cycle_id = %(cycle)s::uuid"
    elsewhere = "c.cycle_id <> %(cycle)s::uuid"
    if not live:
        here = f"({here} OR p.objective_id = ANY(ARRAY({_MOVED_HERE})))"
        elsewhere = f"({elsewhere} OR c.objective_id = ANY(ARRAY({_OBJECTIVES_MOVED})))"
    return f"""
SELECT DISTINCT c.objective_id FROM objective_now p
JOIN {"objective_now" if live else "alignment"} a ON a.parent_objective_id = p.objective_id
JOIN objective_now c ON c.objective_id = a.objective_id
WHERE {here} AND p.tenant_id = %(tenant)s::uuid {rolling} AND {elsewhere}""".encode()


# -- at points that each row has of its own --------------------------------------------------------------------------------------------

_POINTS = "unnest(%(things)s::uuid[], %(days)s::int[], %(instants)s::bigint[]) WITH ORDINALITY AS p(thing, true_on, known_at, place)"
_HOLDS_THERE = "true_from <= p.true_on AND known_from <= p.known_at"


def _there(of_one_point: str) -> str:
    """What is said with the parameters of one point, with those of many."""
    return of_one_point.replace("%(true_on)s", "p.true_on").replace("%(known_at)s", "p.known_at")


def _objectives_at_points(row: type[Any], more: str = "", joined: str = "") -> bytes:
    nowhere = dict.fromkeys(_OBJECTIVE_AS_OF, "NULL::uuid")
    return f"""
SELECT p.place, {_columns(row, "v", nowhere)}{more} FROM {_POINTS} CROSS JOIN LATERAL (
  SELECT * FROM objective o WHERE o.objective_id = p.thing AND o.tenant_id = %(tenant)s::uuid AND {_HOLDS_THERE}
  ORDER BY position DESC, true_from DESC LIMIT 1) v {joined}""".encode()


@cache
def objectives_at_points(row: type[Any]) -> bytes:
    """The place of each point, from 1, and the row of the objective there; where in the tree it stands is left out."""
    return _objectives_at_points(row)


@cache
def key_results_at_points(row: type[Any]) -> bytes:
    """The place of each point, from 1, and the row of the key result there."""
    return f"""
SELECT p.place, {_there(_columns(row, "k", _KEY_RESULT_AS_OF))} FROM {_POINTS} CROSS JOIN LATERAL (
  SELECT * FROM key_result d WHERE d.key_result_id = p.thing AND d.tenant_id = %(tenant)s::uuid AND {_HOLDS_THERE}
  ORDER BY position DESC, true_from DESC LIMIT 1) k
LEFT JOIN LATERAL (SELECT * FROM check_in c WHERE {_there(_STANDING)} {_NEWEST_FIRST}) newest ON true
{_there(_GRADES_OF_FEW)}""".encode()


VALUE_STANDS: Final = """v.value IS NOT NULL AND NOT EXISTS (
    SELECT FROM kpi_value r WHERE r.measurement_id = v.measurement_id AND r.value IS NULL AND r.known_from <= %(known_at)s)"""
"""Of a value of a KPI: one that was taken back is none from the recording of that on."""

KPIS_AT_POINTS: Final = f"""
SELECT p.place, d.kpi_id, d.reference, d.title, v.value, v.measurement_id FROM {_POINTS} CROSS JOIN LATERAL (
  SELECT * FROM kpi d WHERE d.kpi_id = p.thing AND d.tenant_id = %(tenant)s::uuid AND {_HOLDS_THERE}
  ORDER BY position DESC, true_from DESC LIMIT 1) d
LEFT JOIN LATERAL (SELECT * FROM kpi_value v WHERE v.kpi_id = p.thing AND v.true_on <= p.true_on AND v.known_from <= p.known_at
  AND {_there(VALUE_STANDS)} ORDER BY true_on DESC, position DESC LIMIT 1) v ON true""".encode()
"""The place of each point, from 1, and the KPI there, with its value: as `FeedingKpi` says."""

ENDED: Final = """(SELECT array_agg(ROW(e.ended_id, e.ended_on, e.known_from, e.ends) ORDER BY e.position) FROM (
    SELECT * FROM ending e WHERE e.objective_id = o.objective_id
    UNION SELECT e.* FROM key_result_move m JOIN ending e ON e.ended_id = m.key_result_id WHERE m.from_objective_id = o.objective_id) e
  WHERE e.known_from <= %(known_at)s)"""
"""Of an objective: what ENDS says of it and of its key results; NULL where nothing ended. A statement for itself costs more, if few ask."""


def _home_there(key_result: str, where: str = "") -> str:
    """The objective that a key result belongs to at a point."""
    return f"""(SELECT d.objective_id FROM key_result d WHERE d.key_result_id = {key_result} {where} AND {_HOLDS_THERE}
      ORDER BY position DESC, true_from DESC LIMIT 1)"""


_IF_MOVED = "AND EXISTS (SELECT FROM key_result_move m WHERE m.key_result_id = d.key_result_id)"
_HOME_OF_SHARED = f"coalesce({_home_there('h.key_result_id', _IF_MOVED)}, h.objective_id)"
_COUNTING_THERE = f"""CROSS JOIN LATERAL (
  SELECT coalesce(array_agg(key_result_id), '{{}}') AS key_results, coalesce(array_agg(objective_id), '{{}}') AS homes FROM (
    SELECT key_result_id, objective_id FROM key_result_now o WHERE o.objective_id = p.thing AND o.tenant_id = %(tenant)s::uuid
      AND NOT EXISTS (SELECT FROM key_result_move m WHERE m.key_result_id = o.key_result_id)
    UNION ALL
    SELECT m.key_result_id, p.thing FROM (
      SELECT DISTINCT key_result_id FROM key_result_move m WHERE p.thing IN (m.from_objective_id, m.to_objective_id)) m
    WHERE p.thing = {_home_there("m.key_result_id")}
    UNION ALL
    SELECT h.key_result_id, {_HOME_OF_SHARED} FROM (
      SELECT DISTINCT ON (key_result_id) * FROM counts_for l
      WHERE l.objective_id = p.thing AND l.tenant_id = %(tenant)s::uuid AND {_HOLDS_THERE}
      ORDER BY key_result_id, true_from DESC, position DESC) s
    JOIN key_result_now h ON h.key_result_id = s.key_result_id AND h.objective_id IS NOT NULL WHERE s.counts
      AND p.thing <> {_HOME_OF_SHARED}) k) c"""
_CHILDREN_THERE = f"""CASE WHEN v.roll_up <> {goals.ROLL_UP_KEY_RESULTS} THEN ARRAY(SELECT e.objective_id FROM (
    SELECT DISTINCT objective_id FROM alignment WHERE parent_objective_id = p.thing AND tenant_id = %(tenant)s::uuid OFFSET 0) e
  WHERE p.thing = (SELECT parent_objective_id FROM alignment a WHERE a.objective_id = e.objective_id AND {_HOLDS_THERE}
    ORDER BY true_from DESC, position DESC LIMIT 1)) ELSE '{{}}' END"""


@cache
def surroundings_at_points(row: type[Any]) -> bytes:
    """The same, and what the objective's number is made of there: key results, their homes, and the objectives that are aligned to
    it, where its number comes from them.

    Its own key results are those of any time.
    """
    return _objectives_at_points(row, f", c.key_results, c.homes, {_CHILDREN_THERE}", _COUNTING_THERE)


SETTLED: Final = b"""
SELECT EXISTS (SELECT FROM dated_ahead WHERE tenant_id = %(tenant)s::uuid AND day > %(today)s),
  (SELECT array_agg(ROW(setting, value, true_from, known_from) ORDER BY position) FROM setting WHERE tenant_id = %(tenant)s::uuid),
  (SELECT array_agg(ROW(cycle_id, cadence)) FROM cycle_now WHERE tenant_id = %(tenant)s::uuid AND cadence IS NOT NULL)"""
"""Whether a tenant has anything that is dated after a day; what `SettingsInTime` is made of: settings, and cadences of cycles."""

ENDS: Final = b"""
SELECT ended_id, ended_on, known_from, ends FROM (
  SELECT * FROM ending WHERE objective_id = ANY(%(objectives)s)
  UNION SELECT e.* FROM key_result_move m JOIN ending e ON e.ended_id = m.key_result_id WHERE m.from_objective_id = ANY(%(objectives)s)) e
WHERE tenant_id = %(tenant)s::uuid AND known_from <= %(known_at)s ORDER BY position"""
"""What of some objectives, and of their key results, ended or was reopened, in the order of the log."""
