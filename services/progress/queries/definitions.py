# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""Objectives and key results on every day, and what is reported of them, as far as is known now and counts: for tables that are exported.

What an end cuts off is marked, not left out: whoever writes the tables tells of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any, Final, NamedTuple, TypeVar

from psycopg import AsyncCursor
from psycopg.rows import namedtuple_row

from cairn.goals.v1 import events_pb2 as goals
from chassis.calls import Identity
from chassis.days import Day
from chassis.errors import invalid
from chassis.ids import Id
from chassis.postgres.binary import BIGINT, INTEGER, UUID
from progress.domain.points import NOW, End, Ends, Point
from progress.facts import FOR_EVER, CheckInKind, KeyResultDefinition, ObjectiveDefinition, Segment, Timeline
from progress.projection import ids
from progress.queries.paging import page_token, read_page_token
from progress.queries.reading import Called, Connections

D = TypeVar("D", bound=tuple[Any, ...])
Cursor = AsyncCursor[Any]

_PAGE: Final = (
    b"SELECT objective_id FROM objective_now WHERE tenant_id = %(tenant)s::uuid AND cycle_id IS NOT NULL AND objective_id > %(after)s::uuid"
    b" ORDER BY objective_id LIMIT %(limit)s"
)
_FIRST: Final = bytes(16)
_OF: Final = "tenant_id = %(tenant)s::uuid"
_OBJECTIVES: Final = f"""SELECT position, true_from, says, {", ".join(ObjectiveDefinition._fields)} FROM objective
  WHERE objective_id = ANY(%(objectives)s) AND {_OF} ORDER BY objective_id, position, true_from""".encode()
_HOMES: Final = f"SELECT key_result_id, objective_id FROM key_result_now WHERE objective_id = ANY(%(objectives)s) AND {_OF}".encode()
_HOMES_OF: Final = f"SELECT key_result_id, objective_id FROM key_result_now WHERE key_result_id = ANY(%(key_results)s) AND {_OF}".encode()
_KEY_RESULTS: Final = f"""SELECT position, true_from, says, {", ".join(KeyResultDefinition._fields)} FROM key_result
  WHERE key_result_id = ANY(%(key_results)s) AND {_OF} ORDER BY key_result_id, position, true_from""".encode()
_ALIGNMENTS: Final = f"""SELECT objective_id, true_from, parent_objective_id, parent_key_result_id FROM alignment
  WHERE objective_id = ANY(%(objectives)s) AND {_OF} ORDER BY objective_id, true_from, position""".encode()
_CONTRIBUTIONS: Final = f"""SELECT key_result_id, objective_id, true_from, counts, known_from FROM counts_for
  WHERE key_result_id = ANY(%(key_results)s) AND {_OF} ORDER BY key_result_id, objective_id, true_from, position""".encode()
_ENDINGS: Final = f"""SELECT ended_id, ended_on, known_from, ends FROM ending
  WHERE objective_id = ANY(%(objectives)s) AND {_OF} ORDER BY position""".encode()
_LOOKED_BACK: Final = f"""SELECT objective_id, outcome, well, learnt FROM looked_back
  WHERE objective_id = ANY(%(objectives)s) AND {_OF} ORDER BY position""".encode()
_GIVEN_UP: Final = f"""SELECT objective_id, note FROM (
    SELECT DISTINCT ON (objective_id) objective_id, state, note FROM objective WHERE objective_id = ANY(%(objectives)s) AND {_OF}
    ORDER BY objective_id, position DESC, true_from DESC) v WHERE state = {goals.OBJECTIVE_STATE_CANCELLED}""".encode()
_WORKED_ON: Final = f"""SELECT DISTINCT coalesce(task_id, initiative_id) AS work FROM (
    SELECT DISTINCT ON (effort_id) task_id, initiative_id, minutes FROM effort WHERE {_OF} ORDER BY effort_id, position DESC) s
  WHERE minutes > 0""".encode()
_GRADES: Final = f"""SELECT key_result_id, true_on, graded_on, grade, comment, known_from FROM grade
  WHERE key_result_id = ANY(%(key_results)s) AND {_OF} ORDER BY key_result_id, true_on, position""".encode()
_NAMES: Final = f"""SELECT objective_id, reference, title FROM objective_now WHERE objective_id = ANY(%(others)s) AND {_OF}
  UNION ALL SELECT key_result_id, reference, title FROM key_result_now WHERE key_result_id = ANY(%(others)s) AND {_OF}
  UNION ALL SELECT DISTINCT kpi_id, reference, '' FROM kpi WHERE kpi_id = ANY(%(others)s) AND {_OF}""".encode()
_STOOD: Final = "c.true_on <= p.true_on AND c.known_from <= p.known_at"
_CHECK_INS: Final = f"""
SELECT c.key_result_id, c.true_on, c.place, c.position, c.kind, c.said_status, c.value, c.milestones_done, c.confidence, c.comment,
  c.check_in_id, coalesce(first.on_behalf_of, first.actor_id) AS by_id, first.part_id, NOT ({_STOOD} AND c.known_to > p.known_at) AS cut
FROM unnest(%(key_results)s, %(days)s, %(instants)s) AS p (thing, true_on, known_at)
JOIN check_in c ON c.key_result_id = p.thing AND c.tenant_id = %(tenant)s::uuid
CROSS JOIN LATERAL (SELECT f.on_behalf_of, f.actor_id, f.part_id FROM check_in f
  WHERE f.key_result_id = c.key_result_id AND f.true_on = c.true_on AND f.place = c.place ORDER BY f.position LIMIT 1) first
WHERE (({_STOOD} AND c.known_to > p.known_at)
    OR (c.known_to = {FOR_EVER} AND NOT ({_STOOD}) AND (c.kind <> {CheckInKind.RETRACTED} OR EXISTS (
      SELECT FROM check_in b WHERE b.key_result_id = c.key_result_id AND b.true_on = c.true_on AND b.place = c.place
        AND b.kind <> {CheckInKind.RETRACTED} AND b.true_on <= p.true_on AND b.known_from <= p.known_at AND b.known_to > p.known_at))))
  AND (c.key_result_id, c.true_on, c.place, c.position) > (%(thing)s::uuid, %(day)s, %(place)s, %(position)s)
ORDER BY c.key_result_id, c.true_on, c.place, c.position LIMIT %(limit)s""".encode()


class ContributionInTime(NamedTuple):
    """That a key result counts for an objective from a day on, or no longer."""

    objective_id: Id
    counts: bool
    true_from: Day


class AlignmentInTime(NamedTuple):
    """Where an objective stands from a day on."""

    true_from: Day
    parent_objective_id: Id | None
    parent_key_result_id: Id | None


class GradeInTime(NamedTuple):
    """A grade, and whether it came after the end."""

    as_of: Day
    graded_on: Day
    grade: float | None
    reason: str
    cut: bool


class KeyResultInTime(NamedTuple):
    """A key result on every day."""

    key_result_id: Id
    versions: Sequence[Segment[KeyResultDefinition]]
    contributions: Sequence[ContributionInTime]
    cancelled_on: Day | None
    grades: Sequence[GradeInTime]


class SaidOfIt(NamedTuple):
    """What was said of an objective at its end; empty: nothing."""

    outcome: str = ""  # or why it was cancelled
    well: str = ""
    learnt: str = ""


class ObjectiveInTime(NamedTuple):
    """An objective on every day."""

    objective_id: Id
    versions: Sequence[Segment[ObjectiveDefinition]]
    alignments: Sequence[AlignmentInTime]
    ended_on: Day | None
    said: SaidOfIt
    key_results: Sequence[KeyResultInTime]


class DefinitionsPage(NamedTuple):
    """A page of objectives, what is referred to by them, and where the next one begins."""

    objectives: Sequence[ObjectiveInTime]
    names: Sequence[Called]
    next_page_token: str
    worked_on_ids: Sequence[Id]
    """On the first page: the tasks and initiatives on which anybody logged time."""


async def list_definitions(connections: Connections, identity: Identity, size: int, token: str) -> DefinitionsPage:
    """The next objectives of the tenant, by their ids. Raises Refused (PAGE_TOKEN_MALFORMED)."""
    after = _id_in(read_page_token(token, 1)[0]) if token else _FIRST
    async with connections.of(identity.tenant_id) as connection:
        cursor: Cursor = connection.cursor(binary=True, row_factory=namedtuple_row)
        asked: dict[str, Any] = {"tenant": identity.tenant_id.hex(), "after": after.hex(), "limit": size + 1}
        found = [row.objective_id for row in await _rows(cursor, _PAGE, asked)]
        page = found[:size]
        asked["objectives"] = ids(page)
        homes = {row.key_result_id: row.objective_id for row in await _rows(cursor, _HOMES, asked)}
        asked["key_results"] = ids(homes)
        versions = _timelines(await _rows(cursor, _OBJECTIVES, asked), ObjectiveDefinition)
        key_result_versions = _timelines(await _rows(cursor, _KEY_RESULTS, asked), KeyResultDefinition)
        shares = await _rows(cursor, _CONTRIBUTIONS, asked)
        ends = await _ends(cursor, {**asked, "objectives": ids({*page, *(row.objective_id for row in shares)})})
        alignments = _alignments(await _rows(cursor, _ALIGNMENTS, asked))
        contributions = _contributions(shares, ends)
        grades = _grades(await _rows(cursor, _GRADES, asked), homes, ends)
        said = _said(await _rows(cursor, _GIVEN_UP, asked), await _rows(cursor, _LOOKED_BACK, asked))
        key_results: dict[Id, list[KeyResultInTime]] = defaultdict(list)
        for key_result_id, segments in key_result_versions.items():
            key_results[homes[key_result_id]].append(
                KeyResultInTime(
                    key_result_id, segments, contributions[key_result_id], _ended_on(ends, key_result_id), grades[key_result_id]
                )
            )
        objectives = [
            ObjectiveInTime(one, versions[one], alignments[one], _ended_on(ends, one), said.get(one, SaidOfIt()), key_results[one])
            for one in page
        ]
        names = await _rows(cursor, _NAMES, {**asked, "others": ids(_referred_to(objectives))})
        worked_on = [] if token else [row.work for row in await _rows(cursor, _WORKED_ON, asked)]
    following = page_token(page[-1].hex()) if len(found) > size else ""
    return DefinitionsPage(objectives, [Called(*name) for name in names], following, worked_on)


async def list_counted_check_ins(
    connections: Connections, identity: Identity, key_result_ids: Sequence[Id], size: int, token: str
) -> tuple[list[Any], str]:
    """The next check-ins of key results, rows by name, and where more begin; what was retracted, too.

    Raises Refused (PAGE_TOKEN_MALFORMED).
    """
    thing, day, place, position = read_page_token(token, 4) if token else (_FIRST.hex(), -(2**31), -1, -1)
    async with connections.of(identity.tenant_id) as connection:
        cursor: Cursor = connection.cursor(binary=True, row_factory=namedtuple_row)
        asked: dict[str, Any] = {"tenant": identity.tenant_id.hex(), "key_results": ids(key_result_ids), "limit": size + 1}
        homes = {row.key_result_id: row.objective_id for row in await _rows(cursor, _HOMES_OF, asked)}
        ends = await _ends(cursor, {**asked, "objectives": ids(set(homes.values()))})
        points = {one: ends.cut(NOW, home, one) for one, home in homes.items()}
        behind = {"thing": _id_in(str(thing)).hex(), "day": _number_in(day), "place": _number_in(place), "position": _number_in(position)}
        at = {
            "key_results": UUID.array(list(points)),
            "days": INTEGER.array([point.true_on for point in points.values()]),
            "instants": BIGINT.array([point.known_at for point in points.values()]),
        }
        found = await _rows(cursor, _CHECK_INS, {**asked, **at, **behind})
    page = found[:size]
    if len(found) <= size:
        return page, ""
    last = page[-1]
    return page, page_token(last.key_result_id.hex(), last.true_on, last.place, last.position)


async def _rows(cursor: Cursor, statement: bytes, asked: dict[str, Any]) -> list[Any]:
    await cursor.execute(statement, asked)
    return await cursor.fetchall()


def _said(given_up: Iterable[Any], looked_back: Iterable[Any]) -> dict[Id, SaidOfIt]:
    """Of each objective the newest that was said, each thing by itself."""
    said = {row.objective_id: SaidOfIt(row.note) for row in given_up}
    for row in looked_back:
        told = {name: text for name in SaidOfIt._fields if (text := getattr(row, name)) is not None}
        said[row.objective_id] = said.get(row.objective_id, SaidOfIt())._replace(**told)
    return said


async def _ends(cursor: Cursor, asked: dict[str, Any]) -> Ends:
    """Of objectives and their key results."""
    return Ends((row.ended_id, End(row.ended_on, row.known_from, row.ends)) for row in await _rows(cursor, _ENDINGS, asked))


def _ended_on(ends: Ends, thing: Id) -> Day | None:
    point = ends.cut(NOW, thing)
    return None if point is NOW else point.true_on


def _timelines(rows: Iterable[Any], definition: type[D]) -> dict[Id, list[Segment[D]]]:
    """What holds from which day on, of each thing: an event says it anew of all days from its own on."""
    found: dict[Id, Timeline[D]] = defaultdict(Timeline)
    for (thing, _), of_an_event in groupby(rows, lambda row: (row[3], row.position)):
        segments = [Segment(row.true_from, definition(*row[3:]), row.says) for row in of_an_event]
        found[thing].told(segments)
    return {thing: timeline.segments for thing, timeline in found.items()}


def _alignments(rows: Iterable[Any]) -> defaultdict[Id, list[AlignmentInTime]]:
    """Of one day the one said last."""
    found: defaultdict[Id, list[AlignmentInTime]] = defaultdict(list)
    for objective_id, of_it in groupby(rows, lambda row: row.objective_id):
        by_day = {row.true_from: AlignmentInTime(row.true_from, row.parent_objective_id, row.parent_key_result_id) for row in of_it}
        found[objective_id] = list(by_day.values())
    return found


def _contributions(rows: Iterable[Any], ends: Ends) -> defaultdict[Id, list[ContributionInTime]]:
    """Of one day the one said last; what was said after the end of the objective that counts it does not move that one."""
    found: defaultdict[Id, dict[tuple[Id, Day], ContributionInTime]] = defaultdict(dict)
    for row in rows:
        if row.known_from <= ends.cut(NOW, row.objective_id).known_at:
            found[row.key_result_id][row.objective_id, row.true_from] = ContributionInTime(row.objective_id, row.counts, row.true_from)
    of_each: defaultdict[Id, list[ContributionInTime]] = defaultdict(list)
    for key_result_id, its in found.items():
        of_each[key_result_id] = sorted(its.values(), key=lambda one: one.true_from)
    return of_each


def _grades(rows: Iterable[Any], homes: dict[Id, Id], ends: Ends) -> defaultdict[Id, list[GradeInTime]]:
    found: defaultdict[Id, list[GradeInTime]] = defaultdict(list)
    for row in rows:
        cut = _is_cut(row, ends.cut(NOW, homes[row.key_result_id], row.key_result_id))
        found[row.key_result_id].append(GradeInTime(row.true_on, row.graded_on, row.grade, row.comment, cut))
    return found


def _is_cut(row: Any, point: Point) -> bool:
    return bool(row.true_on > point.true_on or row.known_from > point.known_at)


def _referred_to(objectives: Iterable[ObjectiveInTime]) -> set[Id]:
    """The objectives, key results and KPIs that are named by these."""
    return {one for objective in objectives for one in _named_by(objective) if one}


def _named_by(objective: ObjectiveInTime) -> Iterator[Id | None]:
    yield objective.objective_id
    for alignment in objective.alignments:
        yield from (alignment.parent_objective_id, alignment.parent_key_result_id)
    for key_result in objective.key_results:
        yield key_result.key_result_id
        yield from (one.objective_id for one in key_result.contributions)
        for version in key_result.versions:
            yield from (version.definition.objective_id, *(version.definition.feeds or ()))


def _id_in(text: str) -> Id:
    try:
        return bytes.fromhex(text).ljust(16)[:16]
    except ValueError:
        raise _malformed() from None


def _number_in(text: str | int) -> int:
    try:
        return int(text)
    except ValueError:
        raise _malformed() from None


def _malformed() -> Exception:
    return invalid("page_token", "this is not a token that an earlier page gave", "PAGE_TOKEN_MALFORMED")
