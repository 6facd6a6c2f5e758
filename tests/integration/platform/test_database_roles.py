"""Roles on a server that somebody else runs, whose administrator is no superuser; and a database from before there were roles."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.errors import InsufficientPrivilege

from chassis.events import event_type_of
from chassis.eventstore import EventLog, LogReader, NewEvent, create_schema
from chassis.ids import Id, new_id
from chassis.log_copy import read_packed
from chassis.postgres import DatabaseRole
from embedded.postgres import binaries
from stack.database_roles import database_of, make_roles, passwords, script
from stack.services import SERVICES
from tests.support.events import an_id, cycle_defined
from tests.support.infrastructure import DatabaseServer

GOALS = database_of("goals")


@pytest.fixture
def admin(postgres: DatabaseServer) -> Iterator[str]:
    """The connection string of who may make roles and databases, and made the databases of every service."""
    superuser = postgres.create_database()
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("CREATE ROLE provider_admin LOGIN CREATEROLE CREATEDB BYPASSRLS PASSWORD 'pw'")
    dsn = make_conninfo(superuser, user="provider_admin", password="pw")
    databases = [database_of(service.name) for service in SERVICES if service.has_database]
    with psycopg.connect(dsn, autocommit=True) as connection:
        for database in databases:
            connection.execute(f"CREATE DATABASE {database}".encode())
    yield dsn
    for database in (*databases, str(conninfo_to_dict(superuser)["dbname"])):
        postgres.drop_database(database)
    with psycopg.connect(postgres.create_database(), autocommit=True) as connection:
        connection.execute("DROP ROLE provider_admin")


def as_role(admin: str, known: dict[str, str], role: DatabaseRole) -> str:
    name = role.of(GOALS)
    return make_conninfo(admin, dbname=GOALS, user=name, password=known[name])


def carried_out(script: str, admin: str) -> None:
    """As an administrator would, with psql. Raises AssertionError with what it said."""
    done = subprocess.run(
        [binaries() / "psql", "--no-psqlrc", admin], input=script, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr


def defined(cycle_id: Id, tenant_id: Id) -> NewEvent:
    event = cycle_defined()
    return NewEvent(
        *(new_id(), tenant_id, cycle_id, 1, new_id(), None, new_id(), None, cycle_id, None, event_type_of(event)),
        idempotency_key=None,
        operation=None,
        fingerprint=None,
        payload=event.SerializeToString(),
    )


async def test_a_log_from_before_there_were_roles_goes_on_under_them(admin: str, tmp_path: Path) -> None:
    await create_schema(make_conninfo(admin, dbname=GOALS))
    known = passwords(tmp_path)
    carried_out(script(known), admin)
    make_roles(admin, known)  # says the same once more

    log = EventLog(as_role(admin, known, DatabaseRole.CONSUMER), "goals", 6, owner_dsn=as_role(admin, known, DatabaseRole.OWNER))
    await log.start()
    try:
        mine, others = new_id(), new_id()
        for number, tenant_id in enumerate((mine, others)):
            await log.append([defined(an_id(f"cycle {number}"), tenant_id)])
    finally:
        await log.stop()
    assert [event.tenant_id for event in read_packed(as_role(admin, known, DatabaseRole.REBUILD))] == [mine, others]
    reader = LogReader(as_role(admin, known, DatabaseRole.QUERY), "goals")
    await reader.start()
    try:
        cycles = [an_id("cycle 0"), an_id("cycle 1")]
        assert await reader.read() == []
        for tenant_id, own in ((mine, 0), (others, 1), (mine, 0)):
            found = await reader.read_aggregates(cycles, tenant_id)
            assert [len(found[cycle]) for cycle in cycles] == [own == 0, own == 1]
    finally:
        await reader.stop()
    with (
        psycopg.connect(as_role(admin, known, DatabaseRole.CONSUMER)) as connection,
        pytest.raises(InsufficientPrivilege),
    ):
        connection.execute("UPDATE event SET tenant_id = gen_random_uuid()")


def test_a_role_is_refused_at_the_database_of_another_service(admin: str, tmp_path: Path) -> None:
    known = passwords(tmp_path)
    make_roles(admin, known)
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(make_conninfo(as_role(admin, known, DatabaseRole.CONSUMER), dbname=database_of("audit")))
