"""Rights and policies of tables that are there already become what the code says now, and only what differs is changed."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from chassis.postgres import GRANT_ACCESS, DatabaseRole, migrate
from tests.support.database_roles import dsn_of_role

_DDL = """
CREATE TABLE thing (tenant_id uuid NOT NULL, of_ours integer);
CREATE TABLE event (tenant_id uuid NOT NULL);
CREATE TABLE person_key (tenant_id uuid NOT NULL);
CREATE VIEW seen AS SELECT * FROM thing;
"""
_RIGHTS = """
SELECT relname, grantee::regrole::text, privilege_type FROM pg_class, aclexplode(relacl)
WHERE relnamespace = 'public'::regnamespace AND grantee <> relowner
UNION ALL SELECT attrelid::regclass || '.' || attname, grantee::regrole::text, privilege_type FROM pg_attribute, aclexplode(attacl)
WHERE attrelid >= 16384 ORDER BY 1, 2, 3
"""
_POLICIES = "SELECT tablename, policyname, qual, roles, cmd FROM pg_policies ORDER BY 1, 2"
_OIDS = "SELECT oid FROM pg_policy ORDER BY oid"


def rows(dsn: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(query.encode()).fetchall()


@pytest.fixture
async def tables(database: str) -> str:
    """Tables with what the code says of all roles."""
    for role in DatabaseRole:
        if role is not DatabaseRole.OWNER:
            dsn_of_role(database, role)
    await migrate(database, "things", [_DDL])
    return database


def changed_by_hand(dsn: str, statement: str) -> None:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT current_database()").fetchone()
        assert row is not None
        connection.execute(statement.format(role=f'"{row[0]}_query"').encode())


def granted(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute(GRANT_ACCESS.encode())


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER POLICY query ON thing USING (true)",
        "DROP POLICY query ON thing; CREATE POLICY query ON thing TO {role} USING (true)",  # as of another release: without a fingerprint
        "ALTER POLICY query ON thing TO PUBLIC",
        "COMMENT ON POLICY query ON thing IS 'of another condition'",
        "CREATE POLICY query ON person_key TO {role} USING (true)",
        "CREATE POLICY consumer ON thing TO {role} USING (true)",
        "CREATE POLICY another ON thing TO {role} USING (true)",
    ],
)
async def test_a_policy_that_is_not_what_the_code_says_is_made_anew(tables: str, statement: str) -> None:
    policies, oids = rows(tables, _POLICIES), rows(tables, _OIDS)
    changed_by_hand(tables, statement)
    granted(tables)
    assert rows(tables, _POLICIES) == policies
    assert len(set(oids) & set(rows(tables, _OIDS))) >= len(oids) - 1  # the others were not touched


@pytest.mark.parametrize(
    "statement",
    [
        "GRANT DELETE ON event TO {role}",
        "GRANT SELECT ON person_key TO {role}",
        "GRANT UPDATE (of_ours) ON thing TO {role}",
        "GRANT SELECT ON seen TO {role}",
        "REVOKE SELECT ON thing FROM {role}",
    ],
)
async def test_a_right_that_the_code_does_not_give_is_taken_away_and_one_that_is_missing_given(tables: str, statement: str) -> None:
    rights = rows(tables, _RIGHTS)
    changed_by_hand(tables, statement)
    assert rows(tables, _RIGHTS) != rights
    granted(tables)
    assert rows(tables, _RIGHTS) == rights


async def test_where_nothing_differs_nothing_is_changed(tables: str) -> None:
    oids = rows(tables, _OIDS)
    assert oids
    granted(tables)
    assert rows(tables, _OIDS) == oids
