# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""What stands at a point of both time axes, fetched: the live rows, or the last version and the last check-in that hold there.

Every statement carries the tenant. What a caller may not see answers as what does not exist.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol

import psycopg

from cairn.goals.v1 import events_pb2 as goals
from chassis.calls import ADMIN, AUDITOR, Identity
from chassis.clock import Clock
from chassis.days import day_of
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id, id_text
from progress.digest import Digest, digest_of
from progress.domain.definitions import DAY
from progress.domain.tree import KeyResult, Numbers, Objective, Tree, arrange, raw_of, roll_up
from progress.packing import NO_IDS, ids
from progress.schema import ABSTAINED, KEY_RESULT_DEFINITION, OBJECTIVE_DEFINITION
from progress.statements import AS_REPORTED, FROM_NEWEST

Cursor = psycopg.AsyncCursor[Any]


class Connections(Protocol):
    """Where a query gets its connection: a pool whose connections are prepared (packing.prepare) and commit by themselves."""

    def connection(self) -> AbstractAsyncContextManager[psycopg.AsyncConnection[Any]]: ...


@dataclass(frozen=True, slots=True)
class Instant:
    """A point of both time axes. None is without limit; both None: as it stands now."""

    true_on: int | None = None  # day
    known_at: int | None = None  # microseconds

    @property
    def live(self) -> bool:
        """Whether the live rows answer."""
        return self.true_on is None and self.known_at is None

    def parameters(self) -> dict[str, int]:
        """For the statements."""
        return {
            "true_on": 2**31 - 1 if self.true_on is None else self.true_on,
            "known_at": 2**63 - 2 if self.known_at is None else self.known_at,
        }

    def day(self, clock: Clock) -> int:
        """The day whose expected pace applies: the one asked for, else the one of the known instant, else today."""
        if self.true_on is not None:
            return self.true_on
        return day_of(clock.now()) if self.known_at is None else self.known_at // DAY


class Seen(NamedTuple):
    """A tree with its numbers; `visible` are the objectives that the caller may see."""

    tree: Tree
    raw: dict[Id, float]
    numbers: dict[Id, Numbers]
    visible: set[Id]


# Who may know of an objective, as docs/domain.md says it. Its visibility is today's: what was made private is private in its past too.
VISIBLE: Final = f"""(%(all)s OR o.visibility = {goals.VISIBILITY_COMPANY}
  OR o.visibility = {goals.VISIBILITY_TEAM} AND o.team = ANY(%(teams)s)
  OR o.creator_id = %(me)s::uuid OR o.owner_id = %(me)s::uuid
  OR %(me)s::uuid = ANY(o.contributor_ids) OR %(me)s::uuid = ANY(o.named_person_ids)
  OR EXISTS (SELECT FROM key_result_now k WHERE k.objective_id = o.objective_id AND %(me)s::uuid = ANY(k.owner_ids)))"""


def caller(identity: Identity) -> dict[str, Any]:
    """The parameters of VISIBLE, and the tenant."""
    return {
        "tenant": identity.tenant_id.hex(),
        "me": identity.person_id.hex(),
        "teams": list(identity.teams),
        "all": identity.has(ADMIN, AUDITOR),
    }


_O = (*OBJECTIVE_DEFINITION, "event_id", "version")
_PARENTS = ("parent_objective_id", "parent_key_result_id")
_K = (*KEY_RESULT_DEFINITION, "event_id")
_REPORTED = ("newest_abstained", "said_status", *FROM_NEWEST, "grade", "grade_event_id")
_LEAN_O = {"why", "creator_id", "contributor_ids", "named_person_ids", "labels"}
_LEAN_K = {"owner_ids", "owner_shares", "unit", "milestone_titles", "milestone_due_days", "event_id", "confidence", "check_in_id"}


def _list(prefix: str, columns: Sequence[str], without: Collection[str] = ()) -> str:
    """Columns to select; those that a tree does not show come as NULL, in their places."""
    return ", ".join("NULL" if column in without else prefix + column for column in columns)


_HOLDS = "true_from <= %(true_on)s AND known_from <= %(known_at)s"


def _objectives(instant: Instant, of: str, lean: bool) -> str:
    without = _LEAN_O if lean else ()
    if instant.live:
        return f"SELECT {_list('o.', (*_O, *_PARENTS), without)} FROM objective_now o WHERE {of} AND o.tenant_id = %(tenant)s::uuid"
    return f"""
SELECT {_list("o.", _O, without)}, {_list("a.", _PARENTS)} FROM (
  SELECT DISTINCT ON (objective_id) * FROM objective o WHERE {of} AND o.tenant_id = %(tenant)s::uuid AND {_HOLDS}
  ORDER BY objective_id, position DESC) o
LEFT JOIN LATERAL (SELECT {_list("", _PARENTS)} FROM alignment a WHERE a.objective_id = o.objective_id AND {_HOLDS}
  ORDER BY position DESC LIMIT 1) a ON true"""


_STANDING = "c.key_result_id = k.key_result_id AND true_on <= %(true_on)s AND known_from <= %(known_at)s AND known_to > %(known_at)s"


def _key_results(instant: Instant, of: str, lean: bool) -> str:
    without = _LEAN_K if lean else set()
    if instant.live:
        columns = _list("k.", (*_K, *_REPORTED), without)
        columns = columns.replace("k.said_status", "coalesce(k.said_status, 0)")
        return f"SELECT {columns} FROM key_result_now k WHERE {of} AND k.tenant_id = %(tenant)s::uuid"
    return f"""
SELECT {_list("k.", _K, without)}, {AS_REPORTED}, g.grade, g.event_id FROM (
  SELECT DISTINCT ON (key_result_id) * FROM key_result k WHERE {of} AND k.tenant_id = %(tenant)s::uuid AND {_HOLDS}
  ORDER BY key_result_id, position DESC) k
LEFT JOIN LATERAL (SELECT * FROM check_in c WHERE {_STANDING} ORDER BY true_on DESC, place DESC LIMIT 1) newest ON true
LEFT JOIN LATERAL (SELECT * FROM check_in c WHERE newest.kind = {ABSTAINED} AND kind <> {ABSTAINED} AND {_STANDING}
  ORDER BY true_on DESC, place DESC LIMIT 1) v ON true
{_GRADES_OF_MANY if lean else _GRADES_OF_FEW}"""


# For a tree one pass over all grades costs less than a look-up for each of its key results; for an objective it is the other way round.
_GRADES_OF_MANY = """LEFT JOIN (SELECT DISTINCT ON (key_result_id) key_result_id, grade, event_id FROM grade
  WHERE tenant_id = %(tenant)s::uuid AND true_on <= %(true_on)s AND known_from <= %(known_at)s
  ORDER BY key_result_id, true_on DESC, position DESC) g ON g.key_result_id = k.key_result_id"""
_GRADES_OF_FEW = """LEFT JOIN LATERAL (SELECT grade, event_id FROM grade c WHERE c.key_result_id = k.key_result_id
  AND true_on <= %(true_on)s AND known_from <= %(known_at)s ORDER BY true_on DESC, position DESC LIMIT 1) g ON true"""


def _links(instant: Instant, of: str) -> str:
    if instant.live:
        return f"SELECT l.objective_id, l.key_result_id FROM counts_for_now l WHERE {of} AND l.tenant_id = %(tenant)s::uuid"
    return f"""
SELECT objective_id, key_result_id FROM (
  SELECT DISTINCT ON (objective_id, key_result_id) * FROM counts_for l WHERE {of} AND l.tenant_id = %(tenant)s::uuid AND {_HOLDS}
  ORDER BY objective_id, key_result_id, position DESC) l WHERE counts"""


_BY_IDS = "o.objective_id = ANY(%(objectives)s)"
_BY_CYCLE = "o.cycle_id = %(cycle)s::uuid"
_BY_TENANT = "true"
_HOMES_OR_SHARED = "(k.objective_id = ANY(%(objectives)s) OR k.key_result_id = ANY(%(shared)s))"

# The children, at any time, of objectives that roll up from their children; from an objective down to those that its number comes from.
_BELOW_LIVE = f"""
WITH RECURSIVE below AS (
  SELECT o.objective_id, o.roll_up FROM objective_now o WHERE o.objective_id = ANY(%(objectives)s) AND o.tenant_id = %(tenant)s::uuid
  UNION
  SELECT c.objective_id, c.roll_up FROM below JOIN objective_now c ON c.parent_objective_id = below.objective_id
  WHERE below.roll_up <> {goals.ROLL_UP_KEY_RESULTS} AND c.tenant_id = %(tenant)s::uuid)
SELECT objective_id FROM below"""
_BELOW_AS_OF = f"""
WITH RECURSIVE below AS (
  SELECT unnest(%(objectives)s::uuid[]) AS objective_id
  UNION
  SELECT a.objective_id FROM below JOIN alignment a ON a.parent_objective_id = below.objective_id
  WHERE a.tenant_id = %(tenant)s::uuid AND EXISTS (
    SELECT FROM objective v WHERE v.objective_id = below.objective_id AND v.roll_up <> {goals.ROLL_UP_KEY_RESULTS}))
SELECT objective_id FROM below"""


async def _rows(cursor: Cursor, statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    await cursor.execute(statement.encode(), parameters, prepare=True)
    return await cursor.fetchall()


async def load_below(cursor: Cursor, tenant_id: Id, objective_ids: Collection[Id], instant: Instant, *, lean: bool = False) -> Tree:
    """Objectives, and everything that their numbers come from."""
    parameters: dict[str, Any] = {"tenant": tenant_id.hex(), "objectives": ids(objective_ids), **instant.parameters()}
    below = [row[0] for row in await _rows(cursor, _BELOW_LIVE if instant.live else _BELOW_AS_OF, parameters)]
    parameters["objectives"] = ids(below)
    objectives = await _rows(cursor, _objectives(instant, _BY_IDS, lean), parameters)
    links = await _rows(cursor, _links(instant, "l.objective_id = ANY(%(objectives)s)"), parameters)
    parameters["shared"] = ids({key_result_id for _, key_result_id in links})
    key_results = await _rows(cursor, _key_results(instant, _HOMES_OR_SHARED, lean), parameters)
    return arrange(map(Objective._make, objectives), map(KeyResult._make, key_results), links)


async def load_cycle(cursor: Cursor, tenant_id: Id, cycle_id: Id, instant: Instant) -> Tree:
    """A cycle's objectives with their key results, and what else their numbers come from: shared key results, children of other cycles."""
    parameters: dict[str, Any] = {"tenant": tenant_id.hex(), "cycle": cycle_id.hex(), **instant.parameters()}
    objectives = list(map(Objective._make, await _rows(cursor, _objectives(instant, _BY_CYCLE, True), parameters)))
    rolling = ids(o.objective_id for o in objectives if o.roll_up != goals.ROLL_UP_KEY_RESULTS)
    of = "EXISTS (SELECT FROM objective_now o WHERE o.objective_id = l.objective_id AND o.cycle_id = %(cycle)s::uuid)"
    links = await _rows(cursor, _links(instant, of), parameters)
    rows = await _rows(cursor, _key_results(instant, "k.cycle_id = %(cycle)s::uuid", True), parameters)
    key_results = list(map(KeyResult._make, rows))
    if links:
        here = {k.key_result_id for k in key_results}
        if elsewhere := {key_result_id for _, key_result_id in links} - here:
            parameters |= {"shared": ids(elsewhere), "objectives": NO_IDS}
            key_results += map(KeyResult._make, await _rows(cursor, _key_results(instant, _HOMES_OR_SHARED, True), parameters))
    tree = arrange(objectives, key_results, links)
    await _add_children_of_other_cycles(cursor, tenant_id, tree, parameters | {"rolling": rolling}, instant)
    return tree


async def _add_children_of_other_cycles(cursor: Cursor, tenant_id: Id, tree: Tree, parameters: dict[str, Any], instant: Instant) -> None:
    if parameters["rolling"] == NO_IDS:
        return
    table = "objective_now" if instant.live else "alignment"
    outside = await _rows(
        cursor,
        f"SELECT DISTINCT a.objective_id FROM {table} a JOIN objective_now o USING (objective_id)"
        " WHERE a.parent_objective_id = ANY(%(rolling)s) AND a.tenant_id = %(tenant)s::uuid AND o.cycle_id <> %(cycle)s::uuid",
        parameters,
    )
    if outside:
        more = await load_below(cursor, tenant_id, [row[0] for row in outside], instant, lean=True)
        tree.objectives |= {i: o for i, o in more.objectives.items() if i not in tree.objectives}
        tree.key_results |= more.key_results
        tree.counting |= {i: counting for i, counting in more.counting.items() if i not in tree.counting}


async def load_tenant(cursor: Cursor, tenant_id: Id, instant: Instant) -> Tree:
    """Everything of a tenant."""
    parameters = {"tenant": tenant_id.hex(), **instant.parameters()}
    defined = "o.cycle_id IS NOT NULL" if instant.live else _BY_TENANT
    objectives = await _rows(cursor, _objectives(instant, defined, False), parameters)
    known = {row[0] for row in objectives}
    links = [link for link in await _rows(cursor, _links(instant, _BY_TENANT), parameters) if link[0] in known]
    key_results = await _rows(cursor, _key_results(instant, _BY_TENANT, False), parameters)
    return arrange(map(Objective._make, objectives), map(KeyResult._make, key_results), links)


async def visible_of(cursor: Cursor, identity: Identity, of: str, parameters: dict[str, Any]) -> set[Id]:
    """Which objectives, of those that `of` names, the caller may see."""
    statement = (
        f"SELECT o.objective_id FROM objective_now o WHERE {of} AND o.tenant_id = %(tenant)s::uuid AND o.cycle_id IS NOT NULL AND {VISIBLE}"
    )
    return {row[0] for row in await _rows(cursor, statement, parameters | caller(identity))}


def unknown_objective(objective_id: Id) -> Refused:
    """There is none, or none that the caller may see."""
    return Refused(
        "OBJECTIVE_UNKNOWN", f"there is no objective {id_text(objective_id)} that you may see", kind=Kind.UNKNOWN, field="objective_id"
    )


_NEIGHBOURS_LIVE = """o.objective_id IN (SELECT %(id)s::uuid
  UNION ALL SELECT objective_id FROM objective_now WHERE parent_objective_id = %(id)s::uuid
  UNION ALL SELECT parent_objective_id FROM objective_now WHERE objective_id = %(id)s::uuid)"""
_NEIGHBOURS_AS_OF = """o.objective_id IN (SELECT %(id)s::uuid
  UNION ALL SELECT objective_id FROM alignment WHERE parent_objective_id = %(id)s::uuid
  UNION ALL SELECT parent_objective_id FROM alignment WHERE objective_id = %(id)s::uuid)"""


async def get_objective(connections: Connections, identity: Identity, objective_id: Id, instant: Instant) -> tuple[Seen, list[Id], set[Id]]:
    """An objective with everything that its number comes from; its visible children; which of its key results count for others too.

    Raises Refused (UNKNOWN) when there is none, none known at that instant, or none that the caller may see.
    """
    async with connections.connection() as connection:
        cursor = connection.cursor(binary=True)
        neighbours = _NEIGHBOURS_LIVE if instant.live else _NEIGHBOURS_AS_OF
        visible = await visible_of(cursor, identity, neighbours, {"id": objective_id.hex()})
        if objective_id not in visible:
            raise unknown_objective(objective_id)
        # As of, who was a child then is known only from the tree: the neighbours come with it.
        tree = await load_below(cursor, identity.tenant_id, {objective_id} if instant.live else visible, instant)
        if objective_id not in tree.objectives:
            raise unknown_objective(objective_id)
        parent = tree.objectives[objective_id].parent_objective_id
        counting = ids(tree.counting.get(objective_id, ()))
        statement = _links(instant, "l.key_result_id = ANY(%(counting)s)")
        links = await _rows(cursor, statement, {"counting": counting, "tenant": identity.tenant_id.hex(), **instant.parameters()})
    if instant.live:
        children = sorted(visible - {objective_id, parent})
    else:
        children = sorted(i for i, o in tree.objectives.items() if o.parent_objective_id == objective_id and i in visible)
    raw = raw_of(tree)
    return Seen(tree, raw, roll_up(tree, raw), visible), children, {key_result_id for _, key_result_id in links}


async def get_tree(connections: Connections, identity: Identity, cycle_id: Id, instant: Instant) -> Seen:
    """A cycle's tree with its numbers.

    Raises Refused (UNKNOWN) when the tenant has no such cycle.
    """
    async with connections.connection() as connection:
        cursor = connection.cursor(binary=True)
        visible = await visible_of(cursor, identity, _BY_CYCLE, {"cycle": cycle_id.hex()})
        if not visible and not await _rows(
            cursor,
            "SELECT FROM cycle_now WHERE cycle_id = %(cycle)s::uuid AND tenant_id = %(tenant)s::uuid",
            {"cycle": cycle_id.hex(), "tenant": identity.tenant_id.hex()},
        ):
            raise Refused("CYCLE_UNKNOWN", f"there is no cycle {id_text(cycle_id)}", kind=Kind.UNKNOWN, field="cycle_id")
        tree = await load_cycle(cursor, identity.tenant_id, cycle_id, instant)
        above = {parent for o in tree.objectives.values() if (parent := o.parent_objective_id) is not None} - visible
        if above:
            visible |= await visible_of(cursor, identity, _BY_IDS, {"objectives": ids(above)})
    raw = raw_of(tree)
    return Seen(tree, raw, roll_up(tree, raw), visible)


async def get_digest(connections: Connections, tenant_id: Id) -> Digest:
    """The fingerprint of a tenant as it stands now."""
    async with connections.connection() as connection, connection.transaction():
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")  # one state, while events come in
        cursor = connection.cursor(binary=True)
        tree = await load_tenant(cursor, tenant_id, Instant())
        ((check_ins,),) = await _rows(
            cursor, f"SELECT count(*) FROM check_in WHERE tenant_id = %(tenant)s::uuid AND kind <= {ABSTAINED}", {"tenant": tenant_id.hex()}
        )
    return digest_of(tree, check_ins)


def depth_first(seen: Seen, cycle_id: Id) -> list[tuple[Id, int]]:
    """The visible objectives of a cycle with their depth, parents before children, siblings in the order of their ids."""
    here = [i for i, o in seen.tree.objectives.items() if i in seen.visible and o.cycle_id == cycle_id]
    children: dict[Id | None, list[Id]] = {}
    shown = set(here)
    for i in sorted(here, reverse=True):
        parent = seen.tree.objectives[i].parent_objective_id
        children.setdefault(parent if parent in shown else None, []).append(i)
    order: list[tuple[Id, int]] = []
    stack = [(i, 0) for i in children.get(None, ())]
    while stack:
        i, depth = stack.pop()
        order.append((i, depth))
        stack += [(child, depth + 1) for child in children.get(i, ())]
    return order


def page_token(*parts: str | int) -> str:
    """Where the next page begins; opaque to who hands it back."""
    return base64.urlsafe_b64encode(":".join(map(str, parts)).encode()).decode().rstrip("=")


def read_page_token(token: str, parts: int) -> list[str]:
    """What page_token wrote. Raises Refused (INVALID) when the token is none of ours."""
    try:
        read = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().split(":")
    except (binascii.Error, ValueError):
        read = []
    if len(read) != parts:
        raise invalid("page_token", f"{token[:60]!r} is not a token that an earlier page gave", "PAGE_TOKEN_MALFORMED")
    return read
