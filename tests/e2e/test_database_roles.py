"""What the roles of the databases may do, asked of the databases of a system that runs: of every table in each of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import InsufficientPrivilege
from psycopg.types.json import Jsonb

from chassis.ids import Id, new_id
from chassis.postgres import TENANT, DatabaseRole
from stack.database_roles import database_of, logins_of, roles_of
from stack.services import BY_NAME, SERVICES, Service
from tests.support.company import Company
from tests.support.system import System

PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")
WITH_DATABASE = [service for service in SERVICES if service.has_database]
each_database = pytest.mark.parametrize("service", WITH_DATABASE, ids=lambda service: service.name)

# What each role may do, by the first letters: Select, Insert, Update, Delete, Truncate. Any table that is not named is as the last line.
ALLOWED = """
table            owner  consumer  query  relay  rebuild
event            SIUDT  SI        S      S      S
log_head         SIUDT  SU        S      S      S
log_generation   SIUDT  SI        S      S      S
log_checksum     SIUDT  SI        -      -      S
relay_position   SIUDT  S         -      SIU    -
not_in_log       SIUDT  S         -      SIUD   -
schema_version   SIUDT  S         S      S      S
person_key       SIUDT  SIUD      -      -      -
name_secret      SIUDT  SIUD      -      -      -
session          SIUDT  SIUD      -      -      -
refresh_token    SIUDT  SIUD      -      -      -
session_cookie   SIUDT  SIUD      -      -      -
*                SIUDT  SIUD      S      -      -
"""


def allowed(table: str, role: DatabaseRole) -> str:
    head, *rows = (line.split() for line in ALLOWED.strip().splitlines())
    by_table = {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in rows}
    return by_table.get(table, by_table["*"])[role].replace("-", "")


@contextmanager
def inside(system: System, service: Service) -> Iterator[psycopg.Connection[Any]]:
    """A connection that may do everything, and whose changes are forgotten."""
    with psycopg.connect(system.dsn(service.name)) as connection:
        yield connection
        connection.rollback()


def tables(connection: psycopg.Connection[Any], column: str = "%") -> list[tuple[str, str]]:
    """Schema and name of every table of ours that has such a column."""
    return connection.execute(
        "SELECT DISTINCT table_schema, table_name FROM information_schema.columns JOIN information_schema.tables"
        " USING (table_schema, table_name) WHERE column_name LIKE %s AND table_type = 'BASE TABLE' AND table_schema !~ '^pg_'"
        " AND table_schema <> 'information_schema' ORDER BY 1, 2",
        (column,),
    ).fetchall()


def may(connection: psycopg.Connection[Any], role: str, schema: str, table: str) -> str:
    """What PostgreSQL lets a role do with a table."""
    asked = "SELECT has_table_privilege(%s, format('%%I.%%I', %s::text, %s::text), %s)"
    return "".join(
        privilege[0] for privilege in PRIVILEGES if connection.execute(asked, (role, schema, table, privilege)).fetchone() == (True,)
    )


@each_database
def test_every_role_may_do_what_the_table_says_and_no_more(system: System, service: Service) -> None:
    with inside(system, service) as connection:
        found = tables(connection)
        assert found
        for schema, table in found:
            for login in roles_of(service):
                assert may(connection, login.name, schema, table) == allowed(table, login.role), f"{login.name} on {schema}.{table}"


def test_the_tables_that_a_rebuild_puts_in_the_place_of_others_are_as_closed_as_those_were(system: System, company: Company) -> None:
    with inside(system, BY_NAME["progress"]) as connection:
        before = connection.execute("SELECT 'progress.objective_now'::regclass::oid").fetchone()
    company.admin.operator().rebuild()
    with inside(system, BY_NAME["progress"]) as connection:
        assert connection.execute("SELECT 'progress.objective_now'::regclass::oid").fetchone() != before
    test_every_role_may_do_what_the_table_says_and_no_more(system, BY_NAME["progress"])
    test_the_query_role_sees_no_row_without_a_tenant_and_its_own_with_one(system, BY_NAME["progress"])


@pytest.mark.parametrize("service", [service for service in WITH_DATABASE if service.keeps_log], ids=lambda service: service.name)
@pytest.mark.parametrize("statement", ["UPDATE event SET payload = ''", "DELETE FROM event", "TRUNCATE event"])
def test_nobody_but_the_owner_changes_what_was_recorded_or_takes_it_away(system: System, service: Service, statement: str) -> None:
    for login in roles_of(service):
        with inside(system, service) as connection:
            connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(login.name)))
            if login.role is DatabaseRole.OWNER:
                connection.execute(statement.encode())
            else:
                with pytest.raises(InsufficientPrivilege):
                    connection.execute(statement.encode())


@each_database
def test_the_query_role_sees_no_row_without_a_tenant_and_its_own_with_one(system: System, service: Service) -> None:
    mine, others = new_id(), new_id()
    with inside(system, service) as connection:
        secured = [place for place in tables(connection, "tenant_id") if allowed(place[1], DatabaseRole.QUERY)]
        assert secured
        connection.execute("SET LOCAL session_replication_role = replica")  # what a row refers to is not asked for
        for place in secured:
            for tenant in (mine, others):
                add_row(connection, *place, tenant)
        for place in secured:
            counted = sql.SQL("SELECT count(*), count(*) FILTER (WHERE replace(replace(tenant_id::text, '-', ''), '\\x', '') = %s) FROM {}")
            query = counted.format(sql.Identifier(*place))
            connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(DatabaseRole.QUERY.of(database_of(service.name)))))
            assert connection.execute(query, (mine.hex(),)).fetchone() == (0, 0), place
            connection.execute("SELECT set_config(%s, %s, true)", (TENANT, mine.hex()))
            assert connection.execute(query, (mine.hex(),)).fetchone() == (1, 1), place
            connection.execute("RESET ROLE")
            connection.execute("SELECT set_config(%s, '', true)", (TENANT,))


@each_database
def test_whoever_spans_tenants_sees_the_rows_of_all(system: System, service: Service) -> None:
    with inside(system, service) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        for schema, table in tables(connection, "tenant_id"):
            add_row(connection, schema, table, new_id())
            count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))
            everything = connection.execute(count).fetchone()
            for login in roles_of(service):
                if login.role is not DatabaseRole.QUERY and "S" in allowed(table, login.role):
                    connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(login.name)))
                    assert connection.execute(count).fetchone() == everything, f"{login.name} on {table}"
                    connection.execute("RESET ROLE")


@each_database
def test_a_role_connects_to_its_own_database_only(system: System, service: Service) -> None:
    with inside(system, service) as connection:
        for other in WITH_DATABASE:
            for login in roles_of(other):
                query = "SELECT has_database_privilege(%s, current_database(), 'CONNECT')"
                assert connection.execute(query, (login.name,)).fetchone() == (other is service,), login.name


@each_database
def test_everything_in_a_database_is_its_owners(system: System, service: Service) -> None:
    """Also what a release made that knew no roles: an older folder is brought forward by the start."""
    with inside(system, service) as connection:
        owners = connection.execute(
            "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
        ).fetchall()
    assert owners == [(DatabaseRole.OWNER.of(database_of(service.name)),)]


@pytest.mark.parametrize("name", BY_NAME)
def test_a_process_connects_as_the_roles_that_are_its_own(system: System, name: str) -> None:
    for login in logins_of(BY_NAME[name]):
        with psycopg.connect(system.layout.login(name, login)) as connection:
            assert connection.execute("SELECT current_user").fetchone() == (login.name,)


def test_no_process_runs_as_a_superuser(system: System) -> None:
    with psycopg.connect(system.dsn("audit")) as connection:
        users = connection.execute(
            "SELECT DISTINCT usename FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            " AND usename IN (SELECT rolname FROM pg_roles WHERE rolsuper)"
        ).fetchall()
    assert users == []


def add_row(connection: psycopg.Connection[Any], schema: str, table: str, tenant: Id) -> None:
    """A row of a tenant, of whatever its columns take."""
    columns = connection.execute(
        "SELECT column_name, data_type, udt_name FROM information_schema.columns WHERE table_schema = %s AND table_name = %s"
        " AND is_identity = 'NO' AND (is_nullable = 'NO' OR column_name = 'tenant_id')",
        (schema, table),
    ).fetchall()
    values = [of_type(udt, tenant) if name == "tenant_id" else of_type(udt, new_id()) for name, _, udt in columns]
    connection.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(schema, table),
            sql.SQL(", ").join(sql.Identifier(name) for name, *_ in columns),
            sql.SQL(", ").join(sql.SQL("%s::{}").format(sql.Identifier(udt)) for *_, udt in columns),
        ),
        values,
    )


_number = iter(range(1_000_000_000, 2_000_000_000))
"""Of values that no other row has: positions, and whatever else is unique."""


def of_type(udt: str, value: Id) -> Any:
    """A value of a type of PostgreSQL's."""
    if udt.startswith("_"):
        return []
    match udt:
        case "uuid" | "text":
            return value.hex()
        case "bytea":
            return value
        case "int8" | "int4" | "float8" | "numeric":
            return next(_number)
        case "int2":
            return 1
        case "bool":
            return False
        case "timestamptz":
            return "2026-01-01Z"
        case "jsonb":
            return Jsonb({})
        case _:
            raise TypeError(f"what a column of type {udt} takes is not known here yet")
