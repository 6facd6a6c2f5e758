# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""What each of many people may know of among what has changed, and could before: what the gateway's stream of changes is told by.

For one reader `visibility` asks PostgreSQL; for hundreds the few rows that decide it are fetched once, and the same rule is applied here.
`tests/integration/test_visibility.py` holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cairn.progress.v1 import service_pb2 as pb
from chassis.calls import Identity
from chassis.ids import Id
from chassis.postgres.binary import BIGINT, UUID
from progress.projection import ids
from progress.queries.changed_since import Changes, objectives_of
from progress.queries.reading import Connections, Cursor, fetched
from shared.roles import GATEWAY
from shared.visibility import is_shown


@dataclass(frozen=True, slots=True)
class _Audience:
    """Who may know of an objective, beside those from whom nothing is hidden."""

    visibility: Any
    team_id: Id
    people: frozenset[Id]

    def has(self, reader: pb.ChangesReader, teams: frozenset[Id]) -> bool:
        return reader.person_id in self.people or is_shown(self.visibility, self.team_id, teams)


@dataclass(frozen=True, slots=True)
class _Work:
    """Who may know of a task or an initiative: whoever has or gave it, and who sees any of what it serves."""

    people: frozenset[Id]
    objectives: frozenset[Id]


_SAYS: Final = "o.visibility, o.team_id, o.creator_id, o.owner_id, o.contributor_ids, o.named_person_ids"
_NOW: Final = f"""
SELECT o.objective_id, {_SAYS}, ARRAY(
  SELECT DISTINCT owner FROM key_result_now k CROSS JOIN LATERAL unnest(k.owner_ids) AS owner WHERE k.objective_id = o.objective_id)
FROM objective_now o WHERE o.objective_id = ANY(%(objectives)s) AND o.tenant_id = %(tenant)s::uuid AND o.cycle_id IS NOT NULL""".encode()
_THEN: Final = f"""
SELECT c.id, {_SAYS}, ARRAY(
  SELECT DISTINCT owner FROM (
    SELECT DISTINCT ON (d.key_result_id) d.objective_id, d.owner_ids FROM key_result d
    WHERE d.key_result_id IN (SELECT e.key_result_id FROM key_result e WHERE e.objective_id = c.id) AND d.position <= c.seen_until
    ORDER BY d.key_result_id, d.position DESC, d.true_from DESC) k CROSS JOIN LATERAL unnest(k.owner_ids) AS owner
  WHERE k.objective_id = c.id)
FROM unnest(%(objectives)s::uuid[], %(until)s::bigint[]) AS c (id, seen_until) CROSS JOIN LATERAL (
  SELECT * FROM objective v WHERE v.objective_id = c.id AND v.tenant_id = %(tenant)s::uuid AND v.position <= c.seen_until
  ORDER BY v.position DESC, v.true_from DESC LIMIT 1) o""".encode()
_WORK: Final = """
SELECT c.id, {people},
  coalesce((SELECT h.objective_id FROM key_result_now h WHERE h.key_result_id = w.key_result_id), w.objective_id),
  ARRAY(SELECT s.objective_id FROM counts_for_now s WHERE s.key_result_id = w.key_result_id)
FROM unnest(%(things)s::uuid[], %(until)s::bigint[]) AS c (id, seen_until) CROSS JOIN LATERAL (
  SELECT * FROM {table} v WHERE v.{table}_id = c.id AND v.tenant_id = %(tenant)s::uuid AND v.position <= c.seen_until
  ORDER BY v.position DESC, v.true_from DESC LIMIT 1) w"""
_TASKS: Final = _WORK.format(table="task", people="ARRAY[w.assignee_id, w.giver_id]").encode()
_INITIATIVES: Final = _WORK.format(table="initiative", people="ARRAY[]::uuid[]").encode()
_ALL: Final = (1 << 63) - 1
"""Behind every position: as it is now."""

_Audiences = Mapping[Id, _Audience]
_Works = Mapping[Id, _Work]


async def show_changes(connections: Connections, identity: Identity, request: pb.ShowChangesRequest) -> pb.ShowChangesResponse:
    """What each reader may know of now, and could before. Raises Refused (FORBIDDEN) unless the gateway asks in its own name."""
    identity.require(GATEWAY)
    async with connections.of(request.tenant_id) as connection:
        cursor = connection.cursor(binary=True)
        moved = Changes({o.id for o in request.objectives if not o.alone}, set(request.key_result_ids), set(), set(), set(request.kpi_ids))
        above = await objectives_of(cursor, request.tenant_id, moved)
        then = await _at(cursor, request, {o.id: o.seen_until for o in request.objectives if o.seen_until})
        now = await _at(cursor, request, None, above | {o.id for o in request.objectives})
    return _told(request, above, now, then)


@dataclass(frozen=True, slots=True)
class _Known:
    """Who may know of what, at a time."""

    audiences: _Audiences
    work: _Works


async def _at(cursor: Cursor, request: pb.ShowChangesRequest, until: Mapping[Id, int] | None, objectives: Iterable[Id] = ()) -> _Known:
    """How it was when each was last told of; now, where `until` is None."""
    tenant = {"tenant": request.tenant_id.hex()}
    work: dict[Id, _Work] = {}
    for statement, things in ((_TASKS, request.tasks), (_INITIATIVES, request.initiatives)):
        if things:
            seen = [_ALL if until is None else t.seen_until for t in things]
            parameters = tenant | {"things": UUID.array([t.id for t in things]), "until": BIGINT.array(seen)}
            for thing, people, objective_id, others in await fetched(cursor, statement, parameters):
                work[thing] = _Work(_named(people), _named([objective_id, *others]))
    if until is None:
        wanted = {*objectives, *(o for w in work.values() for o in w.objectives)}
        rows = await fetched(cursor, _NOW, tenant | {"objectives": ids(wanted)}) if wanted else []
    else:
        places = {"objectives": UUID.array(list(until)), "until": BIGINT.array(list(until.values()))}
        rows = await fetched(cursor, _THEN, tenant | places) if until else []
    return _Known({row[0]: _audience(*row[1:]) for row in rows}, work)


def _audience(visibility: Any, team_id: Id | None, creator: Id, owner: Id, contributors: Any, named: Any, owners: Any) -> _Audience:
    return _Audience(visibility, team_id or b"", _named([creator, owner, *(contributors or ()), *(named or ()), *owners]))


def _named(people: Iterable[Id | None]) -> frozenset[Id]:
    return frozenset(person for person in people if person)


def _told(request: pb.ShowChangesRequest, above: set[Id], now: _Known, then: _Known) -> pb.ShowChangesResponse:
    things = [*dict.fromkeys([*(o.id for o in request.objectives), *sorted(above)]), *now.work]
    before = _Known({**now.audiences, **then.audiences}, then.work)
    changed = {o.id for o in request.objectives if o.seen_until} - then.audiences.keys()
    told = pb.ShowChangesResponse(ids=things)
    for reader in request.readers:
        sight, teams = told.sights.add(), frozenset(reader.team_ids)
        for index, thing in enumerate(things):
            if _sees(reader, teams, thing, now):
                sight.seen.append(index)
            elif thing not in changed and _sees(reader, teams, thing, before):  # what is new was seen by nobody
                sight.gone.append(index)
    return told


def _sees(reader: pb.ChangesReader, teams: frozenset[Id], thing: Id, known: _Known) -> bool:
    if (work := known.work.get(thing)) is not None:
        return reader.sees_all or reader.person_id in work.people or any(_is_in(reader, teams, o, known) for o in work.objectives)
    return _is_in(reader, teams, thing, known)


def _is_in(reader: pb.ChangesReader, teams: frozenset[Id], objective_id: Id, known: _Known) -> bool:
    audience = known.audiences.get(objective_id)
    return audience is not None and (reader.sees_all or audience.has(reader, teams))
