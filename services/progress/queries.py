# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""What stands at a point of both time axes, fetched: the live rows, or the last version and the last check-in that hold there.

Every statement carries the tenant. What a caller may not see answers as what does not exist.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Final, Generic, Protocol, TypeVar, cast

import psycopg

from cairn.goals.v1 import events_pb2 as goals
from chassis.calls import Identity
from chassis.days import day_of
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id, id_text
from chassis.postgres import Connection
from chassis.runtime import Clock
from progress.digest import Digest, digest_of
from progress.domain.definitions import DAY
from progress.domain.tree import Branch, KeyResult, Kr, Leaf, Numbers, Obj, Objective, Tree, arrange, raw_of, roll_up
from progress.packing import ids
from progress.schema import ABSTAINED
from progress.statements import FROM_NEWEST
from shared.roles import ADMIN, AUDITOR

Cursor = psycopg.AsyncCursor[Any]
T = TypeVar("T")


class Connections(Protocol):
    """Where a query gets its connection: a pool whose connections are prepared (binary.take_arrays) and commit by themselves."""

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


@dataclass(frozen=True, slots=True)
class Rows(Generic[Obj, Kr]):
    """Which rows a tree is made of: their fields are the columns that are fetched."""

    objective: type[Obj]
    key_result: type[Kr]


WHOLE: Final = Rows(Objective, KeyResult)
SHOWN: Final = Rows(Branch, Leaf)


@dataclass(frozen=True, slots=True)
class Seen(Generic[Obj, Kr]):
    """A tree with its numbers; `visible` are the objectives that the caller may see, `homes` those that its key results belong to."""

    tree: Tree[Obj, Kr]
    raw: dict[Id, float]
    numbers: dict[Id, Numbers]
    visible: set[Id]
    homes: Mapping[Id, Obj]


def _seen_of(tree: Tree[Obj, Kr], visible: set[Id], homes: Mapping[Id, Obj]) -> Seen[Obj, Kr]:
    raw = raw_of(tree)
    return Seen(tree, raw, roll_up(tree, raw), visible, homes)


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


_HOLDS = "true_from <= %(true_on)s AND known_from <= %(known_at)s"
_STANDING = "c.key_result_id = k.key_result_id AND true_on <= %(true_on)s AND known_from <= %(known_at)s AND known_to > %(known_at)s"
_NEWEST_FIRST = "ORDER BY true_on DESC, place DESC LIMIT 1"

# How a column of a row is had, where it is not simply that of the definition: live, and as of. The value of what was abstained from
# is looked up where a row needs it: a second join would be tried for each (measured: 10 of 60 ms of a tree).
_OBJECTIVE_AS_OF = {parent: f"a.{parent}" for parent in ("parent_objective_id", "parent_key_result_id")}
_KEY_RESULT_LIVE = {"said_status": "coalesce(k.said_status, 0)"}
_KEY_RESULT_AS_OF = {
    "newest_abstained": f"newest.kind = {ABSTAINED}",
    "said_status": "coalesce(newest.said_status, 0)",
    **{
        name: f"CASE newest.kind WHEN {ABSTAINED} THEN (SELECT c.{column} FROM check_in c WHERE {_STANDING} AND kind <> {ABSTAINED}"
        f" {_NEWEST_FIRST}) ELSE newest.{column} END"
        for name, column in FROM_NEWEST.items()
    },
    "grade": "g.grade",
    "grade_event_id": "g.event_id",
}


def _columns(row: type[Any], definition: str, others: Mapping[str, str]) -> str:
    """What to select for a row of this kind: its fields, in their order."""
    return ", ".join(others.get(name) or f"{definition}.{name}" for name in row._fields)


@cache
def _objectives(live: bool, row: type[Any], of: str, visible: str = "") -> bytes:
    """Of the objectives that `of` names, the rows, and what `visible` says of each as it is today."""
    more = visible and f", {visible}"
    if live:
        found = f"SELECT * FROM objective_now o WHERE {of} OFFSET 0"  # by its own index, not by the tenant's
        return f"SELECT {_columns(row, 'o', {})}{more} FROM ({found}) o WHERE o.tenant_id = %(tenant)s::uuid".encode()
    today = visible and "JOIN objective_now o ON o.objective_id = v.objective_id"
    return f"""
SELECT {_columns(row, "v", _OBJECTIVE_AS_OF)}{more} FROM (
  SELECT DISTINCT ON (objective_id) * FROM objective o WHERE {of} AND o.tenant_id = %(tenant)s::uuid AND {_HOLDS}
  ORDER BY objective_id, position DESC) v {today}
LEFT JOIN LATERAL (SELECT * FROM alignment a WHERE a.objective_id = v.objective_id AND {_HOLDS}
  ORDER BY position DESC LIMIT 1) a ON true""".encode()


@cache
def _key_results(live: bool, row: type[Any], of: str, more: str = "") -> bytes:
    """Of the key results that `of` names, the rows, and whatever else is asked for."""
    others = more and f", {more}"
    if live:
        columns = _columns(row, "k", _KEY_RESULT_LIVE)
        found = f"SELECT * FROM key_result_now k WHERE {of} OFFSET 0"
        return f"SELECT {columns}{others} FROM ({found}) k WHERE k.tenant_id = %(tenant)s::uuid".encode()
    return f"""
SELECT {_columns(row, "k", _KEY_RESULT_AS_OF)}{others} FROM (
  SELECT DISTINCT ON (key_result_id) * FROM key_result k WHERE {of} AND k.tenant_id = %(tenant)s::uuid AND {_HOLDS}
  ORDER BY key_result_id, position DESC) k
LEFT JOIN LATERAL (SELECT * FROM check_in c WHERE {_STANDING} {_NEWEST_FIRST}) newest ON true
{_GRADES_OF_MANY if row is Leaf else _GRADES_OF_FEW}""".encode()


# For a tree one pass over all grades costs less than a look-up for each of its key results; for an objective it is the other way round.
_GRADES_OF_MANY = """LEFT JOIN (SELECT DISTINCT ON (key_result_id) key_result_id, grade, event_id FROM grade
  WHERE tenant_id = %(tenant)s::uuid AND true_on <= %(true_on)s AND known_from <= %(known_at)s
  ORDER BY key_result_id, true_on DESC, position DESC) g ON g.key_result_id = k.key_result_id"""
_GRADES_OF_FEW = """LEFT JOIN LATERAL (SELECT grade, event_id FROM grade c WHERE c.key_result_id = k.key_result_id
  AND true_on <= %(true_on)s AND known_from <= %(known_at)s ORDER BY true_on DESC, position DESC LIMIT 1) g ON true"""


@cache
def _links(live: bool, of: str) -> bytes:
    if live:
        return f"SELECT l.objective_id, l.key_result_id FROM counts_for_now l WHERE {of} AND l.tenant_id = %(tenant)s::uuid".encode()
    return f"""
SELECT objective_id, key_result_id FROM (
  SELECT DISTINCT ON (objective_id, key_result_id) * FROM counts_for l WHERE {of} AND l.tenant_id = %(tenant)s::uuid AND {_HOLDS}
  ORDER BY objective_id, key_result_id, position DESC) l WHERE counts""".encode()


_OF_KEY_RESULT = "l.key_result_id = k.key_result_id"


def _shared_with(live: bool) -> str:
    """The objectives that a key result is shared with."""
    return f"ARRAY(SELECT s.objective_id FROM ({_links(live, _OF_KEY_RESULT).decode()}) s)"


_BY_CYCLE = "o.cycle_id = %(cycle)s::uuid"

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


# Ids that a statement finds come as an array, which makes the planner look each of them up: it cannot know that they are few.


def _below(live: bool) -> str:
    return f"o.objective_id = ANY(ARRAY({_BELOW_LIVE if live else _BELOW_AS_OF}))"


def _around(live: bool) -> str:
    """An objective, what its number comes from, its parent, its children and the homes of what counts for it, each at any time."""
    table, counts_for = ("objective_now", "counts_for_now") if live else ("alignment", "counts_for")
    return f"""o.objective_id = ANY(ARRAY({_BELOW_LIVE if live else _BELOW_AS_OF}
  UNION SELECT objective_id FROM {table} WHERE parent_objective_id = ANY(%(objectives)s)
  UNION SELECT parent_objective_id FROM {table} WHERE objective_id = ANY(%(objectives)s)
  UNION SELECT k.objective_id FROM {counts_for} l JOIN key_result_now k ON k.key_result_id = l.key_result_id
    WHERE l.objective_id = ANY(%(objectives)s)))"""


def _counting(live: bool) -> str:
    """Key results that count, at any time, for some objectives: their own, and those shared with them."""
    return f"""k.key_result_id = ANY(ARRAY(SELECT key_result_id FROM key_result_now WHERE objective_id = ANY(%(objectives)s)
  UNION SELECT key_result_id FROM {"counts_for_now" if live else "counts_for"} WHERE objective_id = ANY(%(objectives)s)))"""


async def _rows(cursor: Cursor, statement: bytes, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    await cursor.execute(statement, parameters, prepare=True)
    return await cursor.fetchall()


@asynccontextmanager
async def _asked(connection: Connection, parameters: Mapping[str, Any], *statements: bytes) -> AsyncIterator[list[Cursor]]:
    """The cursors of statements that are asked all at once: PostgreSQL finds the next rows while those before are read here."""
    async with connection.pipeline():
        yield [await connection.cursor(binary=True).execute(statement, parameters, prepare=True) for statement in statements]


async def _with_key_results(
    cursor: Cursor, rows: Rows[Obj, Kr], objectives: Collection[Obj], parameters: dict[str, Any], instant: Instant
) -> tuple[Tree[Obj, Kr], list[tuple[Id, Id]]]:
    """A tree of objectives with the key results that count for them; and all that these are shared with."""
    parameters["objectives"] = ids(o.objective_id for o in objectives)
    live = instant.live
    found = await _rows(cursor, _key_results(live, rows.key_result, _counting(live), _shared_with(live)), parameters)
    links = [(objective_id, row[0]) for row in found for objective_id in row[-1]]
    return arrange(objectives, _made(rows.key_result, [row[:-1] for row in found]), links), links


async def load_below(cursor: Cursor, rows: Rows[Obj, Kr], tenant_id: Id, objective_ids: Collection[Id], instant: Instant) -> Tree[Obj, Kr]:
    """Objectives, and everything that their numbers come from."""
    parameters: dict[str, Any] = {"tenant": tenant_id.hex(), "objectives": ids(objective_ids), **instant.parameters()}
    found = await _rows(cursor, _objectives(instant.live, rows.objective, _below(instant.live)), parameters)
    tree, _ = await _with_key_results(cursor, rows, list(_made(rows.objective, found)), parameters, instant)
    return tree


async def _homes(cursor: Cursor, tenant_id: Id, tree: Tree[Branch, Leaf], instant: Instant) -> Mapping[Id, Branch]:
    """The objectives that a tree's key results belong to; those of shared ones may be no part of the tree."""
    elsewhere = {k.objective_id for k in tree.key_results.values()} - tree.objectives.keys()
    if not elsewhere:
        return tree.objectives
    parameters = {"tenant": tenant_id.hex(), "objectives": ids(elsewhere), **instant.parameters()}
    found = await _rows(cursor, _objectives(instant.live, Branch, "o.objective_id = ANY(%(objectives)s)"), parameters)
    return tree.objectives | {o.objective_id: o for o in _made(Branch, found)}


async def load_cycle(
    connection: Connection, beside: Connection, identity: Identity, cycle_id: Id, instant: Instant
) -> tuple[Tree[Branch, Leaf], set[Id]]:
    """A cycle's objectives with their key results, and what else their numbers come from: shared key results, children of other cycles.

    And those of its objectives that the caller may see. Key results are found on one connection while the rest is on the other.
    """
    parameters: dict[str, Any] = {"cycle": cycle_id.hex(), **caller(identity), **instant.parameters()}
    finding = asyncio.create_task(_leaves_of_cycle(beside, parameters, instant))
    try:
        objectives, visible, links, outside = await _branches_of_cycle(connection, parameters, instant)
        key_results = await finding
    finally:  # also when the other half has failed: nobody else gets its connection before it is done with it
        finding.cancel()
        await asyncio.gather(finding, return_exceptions=True)
    cursor = connection.cursor(binary=True)
    if links:
        here = {k.key_result_id for k in key_results}
        if elsewhere := {key_result_id for _, key_result_id in links} - here:
            parameters["shared"] = ids(elsewhere)
            statement = _key_results(instant.live, Leaf, "k.key_result_id = ANY(%(shared)s)")
            key_results += _made(Leaf, await _rows(cursor, statement, parameters))
    tree = arrange(objectives, key_results, links)
    if outside:
        more = await load_below(cursor, SHOWN, identity.tenant_id, outside, instant)
        tree.objectives |= {i: o for i, o in more.objectives.items() if i not in tree.objectives}
        tree.key_results |= more.key_results
        tree.counting |= {i: counting for i, counting in more.counting.items() if i not in tree.counting}
    return tree, visible


async def _leaves_of_cycle(connection: Connection, parameters: Mapping[str, Any], instant: Instant) -> list[Leaf]:
    statement = _key_results(instant.live, Leaf, "k.cycle_id = %(cycle)s::uuid")
    return list(_made(Leaf, await _rows(connection.cursor(binary=True), statement, parameters)))


async def _branches_of_cycle(
    connection: Connection, parameters: Mapping[str, Any], instant: Instant
) -> tuple[list[Branch], set[Id], list[tuple[Id, Id]], list[Id]]:
    """A cycle's objectives, those of them that the caller may see, what is shared with them, and their children in other cycles."""
    live = instant.live
    async with _asked(
        connection,
        parameters,
        _objectives(live, Branch, _BY_CYCLE, VISIBLE),
        _links(live, "EXISTS (SELECT FROM objective_now o WHERE o.objective_id = l.objective_id AND o.cycle_id = %(cycle)s::uuid)"),
        _children_of_other_cycles(live),
    ) as (first, second, third):
        objectives, visible = _seen(Branch, await first.fetchall())
        return objectives, visible, await second.fetchall(), [row[0] for row in await third.fetchall()]


@cache
def _children_of_other_cycles(live: bool) -> bytes:
    """The children, at any time, that objectives of a cycle have in other cycles; live, only where they count."""
    rolling = f"AND p.roll_up <> {goals.ROLL_UP_KEY_RESULTS}" if live else ""
    return f"""
SELECT DISTINCT c.objective_id FROM objective_now p
JOIN {"objective_now" if live else "alignment"} a ON a.parent_objective_id = p.objective_id
JOIN objective_now c ON c.objective_id = a.objective_id
WHERE p.cycle_id = %(cycle)s::uuid AND p.tenant_id = %(tenant)s::uuid {rolling} AND c.cycle_id <> %(cycle)s::uuid""".encode()


def _of_tenant(live: bool) -> tuple[bytes, ...]:
    of = "o.tenant_id = %(tenant)s::uuid AND o.cycle_id IS NOT NULL"
    return _objectives(live, Objective, of), _links(live, "true"), _key_results(live, KeyResult, "k.tenant_id = %(tenant)s::uuid")


async def _tenant_tree(first: Cursor, second: Cursor, third: Cursor) -> Tree[Objective, KeyResult]:
    objectives = {row[0]: row for row in await first.fetchall()}
    links = [link for link in await second.fetchall() if link[0] in objectives]
    return arrange(_made(Objective, objectives.values()), _made(KeyResult, await third.fetchall()), links)


async def load_tenant(connection: Connection, tenant_id: Id, instant: Instant) -> Tree[Objective, KeyResult]:
    """Everything of a tenant."""
    parameters = {"tenant": tenant_id.hex(), **instant.parameters()}
    async with _asked(connection, parameters, *_of_tenant(instant.live)) as (first, second, third):
        return await _tenant_tree(first, second, third)


def _made(kind: type[T], rows: Iterable[tuple[Any, ...]]) -> Iterator[T]:
    """Rows of a kind, a NamedTuple; in a third of the time that its `_make` takes."""
    make: Callable[[tuple[Any, ...]], T] = partial(cast(Any, tuple.__new__), kind)
    return map(make, rows)


def _seen(kind: type[T], rows: list[tuple[Any, ...]]) -> tuple[list[T], set[Id]]:
    """Rows of a kind, and the ids of those whose last column says that the caller may see them."""
    return list(_made(kind, [row[:-1] for row in rows])), {row[0] for row in rows if row[-1]}


async def visible_of(cursor: Cursor, identity: Identity, of: str, parameters: dict[str, Any]) -> set[Id]:
    """Which objectives, of those that `of` names, the caller may see."""
    statement = (
        f"SELECT o.objective_id FROM objective_now o WHERE {of} AND o.tenant_id = %(tenant)s::uuid AND o.cycle_id IS NOT NULL AND {VISIBLE}"
    )
    return {row[0] for row in await _rows(cursor, statement.encode(), parameters | caller(identity))}


def unknown_objective(objective_id: Id) -> Refused:
    """There is none, or none that the caller may see."""
    return Refused(
        "OBJECTIVE_UNKNOWN", f"there is no objective {id_text(objective_id)} that you may see", kind=Kind.UNKNOWN, field="objective_id"
    )


def _rolled_up_into(top: Id, objectives: Mapping[Id, Objective]) -> list[Objective]:
    """An objective, and those below that its number comes from."""
    children: dict[Id | None, list[Objective]] = {}
    for o in objectives.values():
        children.setdefault(o.parent_objective_id, []).append(o)
    found, looked_at = [objectives[top]], {top}
    for o in found:
        if o.roll_up != goals.ROLL_UP_KEY_RESULTS:
            below = [c for c in children.get(o.objective_id, ()) if c.objective_id not in looked_at]
            found += below
            looked_at |= {c.objective_id for c in below}
    return found


async def get_objective(
    connections: Connections, identity: Identity, objective_id: Id, instant: Instant
) -> tuple[Seen[Objective, KeyResult], list[Id], set[Id]]:
    """An objective with everything that its number comes from; its visible children; which of its key results count for others too.

    Raises Refused (UNKNOWN) when there is none, none known at that instant, or none that the caller may see.
    """
    parameters = {**caller(identity), **instant.parameters(), "objectives": ids((objective_id,))}
    async with connections.connection() as connection:
        statement = _objectives(instant.live, Objective, _around(instant.live), VISIBLE)
        cursor = connection.cursor(binary=True)
        around, visible = _seen(Objective, await _rows(cursor, statement, parameters))
        if objective_id not in visible:
            raise unknown_objective(objective_id)
        homes = {o.objective_id: o for o in around}
        below = _rolled_up_into(objective_id, homes)
        tree, links = await _with_key_results(cursor, WHOLE, below, parameters, instant)
    children = sorted(o.objective_id for o in around if o.parent_objective_id == objective_id and o.objective_id in visible)
    return _seen_of(tree, visible, homes), children, {key_result_id for _, key_result_id in links}


async def get_tree(connections: Connections, beside: Connections, identity: Identity, cycle_id: Id, instant: Instant) -> Seen[Branch, Leaf]:
    """A cycle's tree with its numbers. It takes a connection of each kind: two of one kind, and trees could wait for each other.

    Raises Refused (UNKNOWN) when the tenant has no such cycle.
    """
    async with connections.connection() as connection, beside.connection() as other:
        tree, visible = await load_cycle(connection, other, identity, cycle_id, instant)
        cursor = connection.cursor(binary=True)
        if not tree.objectives and not await _rows(
            cursor,
            b"SELECT FROM cycle_now WHERE cycle_id = %(cycle)s::uuid AND tenant_id = %(tenant)s::uuid",
            {"cycle": cycle_id.hex(), "tenant": identity.tenant_id.hex()},
        ):
            raise Refused("CYCLE_UNKNOWN", f"there is no cycle {id_text(cycle_id)}", kind=Kind.UNKNOWN, field="cycle_id")
        above = {parent for o in tree.objectives.values() if (parent := o.parent_objective_id) is not None} - visible
        if above:
            visible |= await visible_of(cursor, identity, "o.objective_id = ANY(%(objectives)s)", {"objectives": ids(above)})
        homes = await _homes(cursor, identity.tenant_id, tree, instant)
    return _seen_of(tree, visible, homes)


# A check-in keeps its place whatever becomes of it, so the places in the index are as many as the check-ins, without looking at any row.
_CHECK_INS = b"""SELECT count(DISTINCT c.place) FROM key_result_now k JOIN check_in c USING (key_result_id)
  WHERE k.tenant_id = %(tenant)s::uuid"""


async def get_digest(connections: Connections, tenant_id: Id) -> Digest:
    """The fingerprint of a tenant as it stands now."""
    while True:
        async with connections.connection() as connection:
            tables = await _tables(connection)
            async with connection.transaction():
                await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")  # one state, while events come in
                statements = (*_of_tenant(live=True), _CHECK_INS)
                async with _asked(connection, {"tenant": tenant_id.hex()}, *statements) as (first, second, third, fourth):
                    tree = await _tenant_tree(first, second, third)
                    ((check_ins,),) = await fourth.fetchall()
            # A name means the newest table, a snapshot shows rows of before: one that a rebuild has swapped in looks empty.
            if tables == await _tables(connection):
                return digest_of(tree, check_ins)


async def _tables(connection: psycopg.AsyncConnection[Any]) -> tuple[Any, ...] | None:
    """Which tables the live ones are: others after every rebuild."""
    return await (await connection.execute("SELECT to_regclass('key_result_now')::oid")).fetchone()


def depth_first(seen: Seen[Branch, Leaf], cycle_id: Id) -> list[tuple[Id, int]]:
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
