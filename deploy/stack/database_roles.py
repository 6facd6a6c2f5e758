# ruff: noqa: S608 - statements are made of names that the table of services has
"""Makes the roles of every service's database, each of which can connect to its own database only.

    python -m stack.database_roles          on the server that CAIRN_DATABASE_ADMIN_URL connects to, as who may make roles
    python -m stack.database_roles sql      prints what the above does, for psql and for whoever wants to read it first

The passwords are those of the files PROCESS/pgpass in the folder that CAIRN_DATABASE_PASSWORDS names; missing ones are made. In the SQL
they stand as SCRAM verifiers. What each role may do with the tables is granted by the services, as their owner, whenever they start.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import psycopg
from psycopg.conninfo import make_conninfo

from chassis.postgres import DatabaseRole
from stack.services import SERVICES, Service

_ITERATIONS = 4096  # the passwords are random: more rounds would make guessing no harder, and every sign-in dearer
_OF_ITS_OWN = (DatabaseRole.OWNER, DatabaseRole.CONSUMER, DatabaseRole.QUERY)
_OF_A_LOG = (DatabaseRole.RELAY, DatabaseRole.REBUILD)


class Login(NamedTuple):
    """A role of a database, as which a process connects."""

    database: str
    role: DatabaseRole

    @property
    def name(self) -> str:
        """The role's name in PostgreSQL."""
        return self.role.of(self.database)


def database_of(service: str) -> str:
    """The name of a service's database."""
    return f"cairn_{service}"


def logins_of(service: Service) -> list[Login]:
    """As whom a process connects: to its own database as three, to the logs of others as their reader."""
    own = [Login(database_of(service.name), role) for role in _OF_ITS_OWN] if service.has_database else []
    reader = DatabaseRole.REBUILD if service.has_database else DatabaseRole.RELAY
    return own + [Login(database_of(log), reader) for log in service.reads_logs]


def roles_of(service: Service) -> list[Login]:
    """Every role of a service's database."""
    database = database_of(service.name)
    return [Login(database, role) for role in (*_OF_ITS_OWN, *(_OF_A_LOG if service.keeps_log else ()))]


# -- passwords


def pgpass_file(folder: Path, process: str) -> Path:
    """Where libpq finds the passwords of a process, in a folder of them."""
    return folder / process / "pgpass"


def passwords(folder: Path) -> dict[str, str]:
    """The password of each role, from the files of a folder; what is missing there is made and written, for its owner alone."""
    known: dict[str, str] = {}
    for service in SERVICES:
        file = pgpass_file(folder, service.name)
        for line in file.read_text().splitlines() if file.exists() else ():
            *_, role, password = line.split(":")
            known.setdefault(role, password)
    for service in SERVICES:
        if logins := logins_of(service):
            lines = [f"*:*:{login.database}:{login.name}:{known.setdefault(login.name, secrets.token_urlsafe(24))}" for login in logins]
            _write(pgpass_file(folder, service.name), "\n".join(lines) + "\n")
    return known


def _write(path: Path, text: str) -> None:
    if path.exists() and path.read_text() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    scratch.touch(mode=0o600)
    scratch.write_text(text)
    scratch.replace(path)


def verifier(password: str, salt: bytes | None = None) -> str:
    """What PostgreSQL keeps of a password of plain ASCII: neither a statement nor a log of the server needs more (RFC 5803)."""
    salt = salt or secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, _ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    encoded_salt, encoded_stored, encoded_server = (base64.b64encode(part).decode() for part in (salt, stored, server))
    return f"SCRAM-SHA-256${_ITERATIONS}:{encoded_salt}${encoded_stored}:{encoded_server}"


# -- statements


def attributes_of(role: DatabaseRole) -> str:
    """What a role is beyond a role. COPY is refused where row-level security is active, and the consumer lives by it."""
    return "BYPASSRLS" if role is DatabaseRole.CONSUMER else ""


def of_server(known: Mapping[str, str]) -> Iterator[str]:
    """The statements that make the roles, and close each database to those of others. For a database that is there already."""
    for service in SERVICES:
        if not service.has_database:
            continue
        database, roles = database_of(service.name), roles_of(service)
        for login in roles:
            # As a role that no process has a password of nobody connects.
            entry = f"LOGIN PASSWORD '{verifier(known[login.name])}'" if login.name in known else "NOLOGIN"
            yield (
                f"DO $$ BEGIN IF to_regrole('{login.name}') IS NULL THEN CREATE ROLE {login.name}; END IF; END $$;"
                f" ALTER ROLE {login.name} {attributes_of(login.role)} {entry};"
            )
        owner = DatabaseRole.OWNER.of(database)
        yield (
            # Who is no superuser gives away only what is theirs too.
            f"DO $$ BEGIN IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN"
            f" GRANT {owner} TO CURRENT_USER; END IF; END $$;"
            f" ALTER DATABASE {database} OWNER TO {owner};"
            f" REVOKE ALL ON DATABASE {database} FROM PUBLIC;"
            f" GRANT CONNECT ON DATABASE {database} TO {', '.join(login.name for login in roles)};"
        )


def of_database(database: str) -> str:
    """The statement that gives all that is in a database to its owner: what was made before there were roles is somebody else's."""
    owner = DatabaseRole.OWNER.of(database)
    return f"""
DO $owned$
DECLARE
    given text;
BEGIN
    FOR given IN
        SELECT format('SCHEMA %I', nspname) FROM pg_namespace
        WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public') AND nspowner <> '{owner}'::regrole
        UNION ALL
        SELECT format('%s %s', CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass) FROM pg_class c
        JOIN pg_namespace n ON n.oid = relnamespace
        WHERE relkind IN ('r', 'v', 'S') AND nspname !~ '^pg_' AND nspname <> 'information_schema' AND relowner <> '{owner}'::regrole
            -- A column's sequence goes with its table.
            AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype IN ('a', 'i'))
        UNION ALL
        SELECT format('FUNCTION %s', p.oid::regprocedure) FROM pg_proc p
        JOIN pg_namespace n ON n.oid = pronamespace
        WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND proowner <> '{owner}'::regrole
    LOOP
        EXECUTE format('ALTER %s OWNER TO {owner}', given);
    END LOOP;
END $owned$;"""


def make_roles(admin_dsn: str, known: Mapping[str, str]) -> None:
    """Makes every role, with these passwords, and gives what is in the databases to their owners. Safe to repeat.

    Raises psycopg.Error: for one thing where the admin may not make roles, or a database is missing.
    """
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        for statement in of_server(known):
            connection.execute(statement.encode())
    for service in SERVICES:
        if service.has_database:
            database = database_of(service.name)
            with psycopg.connect(make_conninfo(admin_dsn, dbname=database)) as connection:
                connection.execute(of_database(database).encode())


def script(known: Mapping[str, str]) -> str:
    """The same for psql."""
    inside = (f"\\connect {database_of(s.name)}\n{of_database(database_of(s.name))}" for s in SERVICES if s.has_database)
    return "\n".join(["\\set ON_ERROR_STOP on", *of_server(known), *inside]) + "\n"


def main() -> None:
    """The command line above."""
    try:
        known = passwords(Path(os.environ["CAIRN_DATABASE_PASSWORDS"]))
        if sys.argv[1:] == ["sql"]:
            print(script(known), end="")
        else:
            make_roles(os.environ["CAIRN_DATABASE_ADMIN_URL"], known)
    except KeyError as missing:
        raise SystemExit(f"cairn: {missing.args[0]} is not told") from None
    except OSError as failure:
        raise SystemExit(f"cairn: {failure.filename}: {failure.strerror}") from None
    except psycopg.Error as failure:
        raise SystemExit(f"cairn: PostgreSQL does not take its roles: {str(failure).splitlines()[0]}") from None


if __name__ == "__main__":
    main()
