"""The fingerprint of a tenant's whole tree as it stands now."""

from __future__ import annotations

from typing import Any

import psycopg

from chassis.ids import Id
from chassis.postgres import Connection
from progress.digest import Digest, conversation_rows, digest_of, effort_rows
from progress.domain.formulas import NEWEST, Formula
from progress.domain.tree import KeyResult, Objective, Tree, arrange
from progress.facts import said_now, standing_reactions
from progress.queries.comment_list import COMMENTS, REACTIONS, comments_of, reactions_of
from progress.queries.effort import load_efforts
from progress.queries.elsewhere import with_numbers
from progress.queries.kpis import load_kpis
from progress.queries.reading import WHOLE_ROWS, AsOf, Connections, Cursor, asked_at_once, fetched, made
from progress.queries.statements import key_results_holding, objectives_holding, shares_holding
from progress.queries.work import load_work


def _of_tenant(live: bool) -> tuple[bytes, ...]:
    of = "o.tenant_id = %(tenant)s::uuid AND o.cycle_id IS NOT NULL"
    return (
        objectives_holding(live, Objective, of),
        shares_holding(live, "true"),
        key_results_holding(live, KeyResult, "k.tenant_id = %(tenant)s::uuid"),
    )


async def _tenant_tree(first: Cursor, second: Cursor, third: Cursor) -> Tree[Objective, KeyResult]:
    objectives = {row[0]: row for row in await first.fetchall()}
    links = [link for link in await second.fetchall() if link[0] in objectives]
    return arrange(made(Objective, objectives.values()), made(KeyResult, await third.fetchall()), links)


async def load_tenant(connection: Connection, tenant_id: Id, as_of: AsOf) -> Tree[Objective, KeyResult]:
    """Everything of a tenant."""
    parameters = {"tenant": tenant_id.hex(), **as_of.parameters()}
    async with asked_at_once(connection, parameters, *_of_tenant(as_of.live)) as (first, second, third):
        return await _tenant_tree(first, second, third)


# A check-in keeps its place whatever becomes of it, so the places in the index are as many as the check-ins, without looking at any row.
_CHECK_INS = b"""SELECT count(DISTINCT c.place) FROM key_result_now k JOIN check_in c USING (key_result_id)
  WHERE k.tenant_id = %(tenant)s::uuid"""


async def get_digest(connections: Connections, tenant_id: Id, formula: Formula = NEWEST) -> Digest:
    """The fingerprint of a tenant as it stands now."""
    while True:
        async with connections.of(tenant_id) as connection:
            tables = await _tables(connection)
            async with connection.transaction():
                await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")  # one state, while events come in
                statements = (*_of_tenant(live=True), _CHECK_INS)
                async with asked_at_once(connection, {"tenant": tenant_id.hex()}, *statements) as (first, second, third, fourth):
                    tree = await _tenant_tree(first, second, third)
                    ((check_ins,),) = await fourth.fetchall()
                said = await _conversations(connection, tenant_id)
                cursor = connection.cursor(binary=True)
                said += effort_rows(await load_efforts(cursor, tenant_id))
                numbers = await with_numbers(cursor, WHOLE_ROWS, tenant_id, tree, AsOf(), formula)
                kpis, work = await load_kpis(cursor, tenant_id), await load_work(cursor, tenant_id)
            # A name means the newest table, a snapshot shows rows of before: one that a rebuild has swapped in looks empty.
            if tables == await _tables(connection):
                return digest_of(numbers, check_ins, kpis, work, said)


async def _conversations(connection: Connection, tenant_id: Id) -> list[bytes]:
    cursor, tenant = connection.cursor(binary=True), {"tenant": tenant_id.hex()}
    comments = comments_of(await fetched(cursor, f"{COMMENTS} WHERE c.tenant_id = %(tenant)s::uuid".encode(), tenant))
    reactions = reactions_of(await fetched(cursor, f"{REACTIONS} WHERE r.tenant_id = %(tenant)s::uuid".encode(), tenant))
    return list(conversation_rows(said_now(comments), standing_reactions(reactions)))


async def _tables(connection: psycopg.AsyncConnection[Any]) -> tuple[Any, ...] | None:
    """Which tables the live ones are: others after every rebuild."""
    return await (await connection.execute("SELECT to_regclass('key_result_now')::oid")).fetchone()
