# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""What changed on an objective or a key result, by which event, when and by whom: newest first, in one line each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from psycopg.rows import namedtuple_row

from cairn.goals.v1 import events_pb2 as goals
from chassis.calls import Identity
from chassis.days import Microseconds, instant_of, microseconds_of
from chassis.ids import Id
from progress.domain.points import BEFORE_ALL_DAYS
from progress.facts import CheckInKind, KeyResultDefinition, ObjectiveDefinition
from progress.projection import ids
from progress.projection.statements import ABSTAINED
from progress.queries import summaries
from progress.queries.beside import cycles_called
from progress.queries.differences import cycles_in
from progress.queries.paging import page_token, read_page_token
from progress.queries.reading import AsOf, Called, Connections, Cursor
from progress.queries.summaries import Change
from progress.queries.visibility import CALLED, VISIBLE, caller, unknown_key_result, unknown_objective, visible_of


class Place(NamedTuple):
    """Where a change stands in a history: the newest is the greatest."""

    known_from: Microseconds
    log: str
    position: int


class History(NamedTuple):
    """A page of what changed."""

    changes: list[Change]
    more: bool
    cycles: Mapping[Id, str]
    """What the cycles are called that are told of."""


_NEWEST: Final = Place(2**63 - 1, "~", 2**63 - 1)

_OF_OBJECTIVE = """SELECT key_result_id FROM key_result_now WHERE objective_id = %(id)s::uuid AND tenant_id = %(tenant)s::uuid
  UNION SELECT key_result_id FROM counts_for_now WHERE objective_id = %(id)s::uuid AND tenant_id = %(tenant)s::uuid"""
_COUNTED_FOR = """SELECT objective_id FROM key_result_now
  WHERE key_result_id = %(id)s::uuid AND tenant_id = %(tenant)s::uuid AND objective_id IS NOT NULL
  UNION SELECT objective_id FROM counts_for_now WHERE key_result_id = %(id)s::uuid AND tenant_id = %(tenant)s::uuid"""
_KEY = "(known_from, %(log)s::text, position) < (%(known_from)s, %(before_log)s::text, %(before)s) AND known_from <= %(known_at)s"
_ENVELOPE = "position, known_from, event_id, event_type, actor_id, on_behalf_of, true_from"

# A version's predecessor is needed for what changed, so versions, which are few, are read whole.
_OBJECTIVE = f"""SELECT {_ENVELOPE}, note, says, goalpost_moved, {", ".join(ObjectiveDefinition._fields)} FROM objective
  WHERE objective_id = ANY(%(objectives)s) ORDER BY position"""
KEY_RESULT_VERSIONS: Final = f"""SELECT {_ENVELOPE}, note, says, goalpost_moved, {", ".join(KeyResultDefinition._fields)} FROM key_result
  WHERE key_result_id = ANY(%(key_results)s) ORDER BY position"""
# What names another objective is told under that one's rule: the name is of those that the caller may see.
_NAME_OF_PARENT = f"SELECT {CALLED} FROM objective_now o WHERE {VISIBLE} AND o.objective_id = a"
_ALIGNMENT = f"""SELECT a.*, ({_NAME_OF_PARENT}.parent_objective_id) AS parent_name,
  ({_NAME_OF_PARENT}.before_parent_objective_id) AS before_parent_name
  FROM (SELECT {_ENVELOPE}, objective_id, parent_objective_id, lag(parent_objective_id)
    OVER (PARTITION BY objective_id ORDER BY true_from, position) AS before_parent_objective_id
    FROM alignment WHERE objective_id = ANY(%(objectives)s)) a"""
_COUNTS_FOR = f"""SELECT {_ENVELOPE}, l.key_result_id, l.objective_id AS counted_by, l.counts, other.called AS objective_name
  FROM counts_for l LEFT JOIN LATERAL (
  SELECT {CALLED} AS called FROM objective_now o WHERE o.objective_id = l.objective_id AND {VISIBLE}) other ON true
  WHERE (%(all)s OR other.called IS NOT NULL) AND l.key_result_id = ANY(%(key_results)s)
  AND event_type <> '{goals.KeyResultDefined.DESCRIPTOR.full_name}'"""
_MOVES = f"""SELECT m.position, m.known_from, m.event_id, m.event_type, m.actor_id, m.on_behalf_of, m.true_from, m.from_objective_id,
  k.reference, (SELECT {CALLED} FROM objective_now o WHERE o.objective_id = m.to_objective_id AND {VISIBLE}) AS to_name
  FROM key_result_move m LEFT JOIN key_result_now k ON k.key_result_id = m.key_result_id WHERE m.from_objective_id = ANY(%(objectives)s)"""
_LOOKED_BACK = f"""SELECT {_ENVELOPE.replace("true_from", f"{BEFORE_ALL_DAYS} AS true_from")},
  objective_id, outcome, well, learnt, carried_over FROM looked_back WHERE objective_id = ANY(%(objectives)s)
  AND event_type = '{goals.ObjectiveLookedBackOn.DESCRIPTOR.full_name}'"""
_CALLED_KEY_RESULTS = """SELECT key_result_id AS id, reference, title FROM key_result_now
  WHERE key_result_id = ANY(%(key_results)s) AND tenant_id = %(tenant)s::uuid"""
_CALLED_OBJECTIVES = f"""SELECT o.objective_id AS id, o.reference, o.title FROM objective_now o
  WHERE o.tenant_id = %(tenant)s::uuid AND {VISIBLE} AND (o.objective_id = ANY(%(objectives)s) OR o.objective_id = ANY(ARRAY(
    SELECT objective_id FROM key_result WHERE key_result_id = ANY(%(key_results)s))))"""
_HOMES = "SELECT key_result_id, objective_id FROM key_result_now WHERE key_result_id = ANY(%(key_results)s)"
# What a check-in or a grade changed: what was true just before it on its own day, as far as it was known when it came.
_GRADES = """SELECT position, known_from, event_id, event_type, actor_id, on_behalf_of, true_on, key_result_id, grade, comment,
  (SELECT b.grade FROM grade b WHERE b.key_result_id = g.key_result_id AND b.position < g.position AND b.true_on <= g.true_on
  ORDER BY b.true_on DESC, b.position DESC LIMIT 1) AS grade_before FROM grade g WHERE key_result_id = ANY(%(key_results)s)"""
_ON_ANOTHER = ", ".join(str(int(kind)) for kind in (CheckInKind.CORRECTED, CheckInKind.RETRACTED, CheckInKind.RESTORED))
_CHECK_INS = f"""
SELECT c.position, c.known_from, c.event_id, c.kind, c.actor_id, c.on_behalf_of, c.true_on, c.key_result_id, c.check_in_id, c.value,
  c.milestones_done, c.known_to, c.comment, before.value AS value_before, before.milestones_done AS milestones_before,
  ARRAY(SELECT s.blocker FROM blocker s WHERE s.key_result_id = c.key_result_id AND s.check_in_id = c.check_in_id
    AND s.position = c.position ORDER BY s.number) AS blockers
FROM check_in c LEFT JOIN LATERAL (
  SELECT b.value, b.milestones_done FROM check_in b
  WHERE b.key_result_id = c.key_result_id AND b.position < c.position AND b.kind NOT {ABSTAINED} AND b.kind <> {CheckInKind.RETRACTED}
    AND CASE WHEN c.kind IN ({_ON_ANOTHER}) THEN b.check_in_id = c.check_in_id
      ELSE b.known_to > c.known_from AND (b.true_on, b.place) < (c.true_on, c.place) END
  ORDER BY b.true_on DESC, b.place DESC, b.position DESC LIMIT 1) before ON true
WHERE (c.key_result_id, c.true_on, c.place, c.position) IN (
  SELECT key_result_id, true_on, place, position FROM check_in WHERE key_result_id = ANY(%(key_results)s) AND {_KEY}
  AND true_on <= %(true_on)s ORDER BY known_from DESC, position DESC LIMIT %(limit)s)"""
# A change of a comment names no day of its own: it is of the day of its recording, as `_dated` tells it.
_COMMENTS = f"""
SELECT c.position, c.known_from, c.event_id, c.event_type, c.actor_id, c.on_behalf_of, c.change, c.kind, c.text, c.written_day,
  c.objective_id, c.key_result_id, c.check_in_id
FROM comment c WHERE (c.key_result_id = ANY(%(key_results)s) OR (c.key_result_id IS NULL AND c.objective_id = ANY(%(objectives)s)))
  AND {_KEY} AND CASE WHEN c.written_day IS NULL THEN c.known_from < %(day_over)s ELSE c.written_day <= %(true_on)s END
  ORDER BY c.known_from DESC, c.position DESC LIMIT %(limit)s"""


async def get_history(
    connections: Connections,
    identity: Identity,
    objective_id: Id | None,
    key_result_id: Id | None,
    as_of: AsOf,
    page_size: int,
    token: str,
) -> History:
    """What changed, newest first, as many as a page may have.

    A parent that the caller may not see has no name. That a key result counts, or counted, for such an objective is not told.

    Raises Refused (UNKNOWN) when there is no such thing that the caller may see.
    """
    before = _before(token)
    async with connections.of(identity.tenant_id) as connection:
        cursor = connection.cursor(binary=True, row_factory=namedtuple_row)
        if key_result_id is not None:
            await _require_key_result(cursor, identity, key_result_id)
            objectives, key_results = set[Id](), {key_result_id}
        else:
            assert objective_id is not None
            objectives, key_results = {objective_id}, await _key_results_of(cursor, identity, objective_id)
        things = {"objectives": ids(objectives), "key_results": ids(key_results), **caller(identity)}
        page: dict[str, Any] = {
            **as_of.parameters(),
            "day_over": microseconds_of(identity.beginning_of(as_of.point.true_on + 1)),
            "before": before.position,
            "before_log": before.log,
            "known_from": before.known_from,
        }
        changes = [
            *summaries.versions(await _rows(cursor, _OBJECTIVE, things), ObjectiveDefinition, "objective"),
            *summaries.versions(await _rows(cursor, KEY_RESULT_VERSIONS, things), KeyResultDefinition, "key result"),
            *map(summaries.moved_away, await _rows(cursor, _MOVES, things)),
            *map(summaries.alignment, await _rows(cursor, _ALIGNMENT, things)),
            *map(summaries.looked_back, await _rows(cursor, _LOOKED_BACK, things)),
            *map(summaries.share, await _rows(cursor, _COUNTS_FOR, things)),
            *map(summaries.grade, await _rows(cursor, _GRADES, things)),
            *map(summaries.check_in, await _rows(cursor, _CHECK_INS, {**things, **page, "log": "checkins", "limit": page_size + 1})),
            *map(summaries.comment, await _rows(cursor, _COMMENTS, {**things, **page, "log": "checkins", "limit": page_size + 1})),
        ]
        homes = {row.key_result_id: row.objective_id for row in await _rows(cursor, _HOMES, things)}
        called = await _called(cursor, things)
        cycles = {cycle for change in changes for cycle in cycles_in(change.fields)}
        names = await cycles_called(cursor, identity, cycles) if cycles else {}
    changes = [_dated(change, identity) for change in changes]
    shown = [c for c in changes if _place(c) < before and c.known_from <= page["known_at"] and c.true_on <= page["true_on"]]
    shown.sort(key=_place, reverse=True)
    told = [summaries.with_cycles_named(_named(change, homes, called), names) for change in shown[:page_size]]
    return History(told, len(shown) > page_size, names)


def token_after(change: Change) -> str:
    """The token of the page that goes on behind a change."""
    return page_token(*_place(change))


async def _rows(cursor: Cursor, statement: str, parameters: Mapping[str, Any]) -> list[Any]:
    await cursor.execute(statement.encode(), parameters)
    return await cursor.fetchall()


async def _require_key_result(cursor: Cursor, identity: Identity, key_result_id: Id) -> None:
    """Raises Refused (UNKNOWN) unless the caller may see an objective that it counts for."""
    found = await _rows(cursor, _COUNTED_FOR, {"id": key_result_id.hex(), "tenant": identity.tenant_id.hex()})
    counted_for = {"objectives": ids({row.objective_id for row in found})}
    if not await visible_of(cursor, identity, "o.objective_id = ANY(%(objectives)s)", counted_for):
        raise unknown_key_result(key_result_id)


async def _key_results_of(cursor: Cursor, identity: Identity, objective_id: Id) -> set[Id]:
    """The key results that count for an objective. Raises Refused (UNKNOWN) unless the caller may see it."""
    if not await visible_of(cursor, identity, "o.objective_id = %(id)s::uuid", {"id": objective_id.hex()}):
        raise unknown_objective(objective_id)
    found = await _rows(cursor, _OF_OBJECTIVE, {"id": objective_id.hex(), "tenant": identity.tenant_id.hex()})
    return {row.key_result_id for row in found}


def _place(change: Change) -> Place:
    return Place(change.known_from, change.log, change.position)


def _dated(change: Change, identity: Identity) -> Change:
    """What holds since ever is told on the day of its recording, where the caller's tenant is."""
    if change.true_on > BEFORE_ALL_DAYS:
        return change
    return change._replace(true_on=identity.day_at(instant_of(change.known_from)))


async def _called(cursor: Cursor, things: Mapping[str, Any]) -> dict[Id, Called]:
    """What key results are called now, and those of their objectives that the caller may see."""
    rows = [*await _rows(cursor, _CALLED_OBJECTIVES, things), *await _rows(cursor, _CALLED_KEY_RESULTS, things)]
    return {row.id: Called(*row) for row in rows}


def _named(change: Change, homes: Mapping[Id, Id], called: Mapping[Id, Called]) -> Change:
    """The change with what it is about by name; one of a key result names the objective that it belongs to."""
    key_result = None if change.key_result_id is None else called.get(change.key_result_id)
    home = change.objective_id if change.key_result_id is None else homes.get(change.key_result_id)
    objective = None if home is None else called.get(home)
    if change.moved is not None:
        change = change._replace(summary=summaries.moved_in(*map(called.get, change.moved)))
    return change._replace(objective_id=objective and objective.id, objective=objective, key_result=key_result)


def _before(token: str) -> Place:
    """Where the page before has ended. Raises Refused (INVALID) when the token is none of ours."""
    if not token:
        return _NEWEST
    known_from, log, position = read_page_token(token, 3)
    if not (known_from.isdecimal() and log.isalpha() and position.isdecimal()):
        read_page_token("", 3)  # refuses
    return Place(int(known_from), log, int(position))
