"""The roles of a test's database."""

from __future__ import annotations

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from chassis.postgres import DatabaseRole
from stack.database_roles import attributes_of

_PASSWORD = "of a test's role"


def dsn_of_role(dsn: str, role: DatabaseRole) -> str:
    """The connection string of a role of a database, which is made where it is missing. What it may do, `migrate` grants."""
    database = str(conninfo_to_dict(dsn)["dbname"])
    name = role.of(database)
    with psycopg.connect(dsn, autocommit=True) as connection:
        if connection.execute("SELECT to_regrole(%s) IS NULL", (name,)).fetchone() == (True,):
            made = f"CREATE ROLE {{}} LOGIN {attributes_of(role)} PASSWORD {{}}"
            connection.execute(sql.SQL(made).format(sql.Identifier(name), sql.Literal(_PASSWORD)))
            if role is DatabaseRole.OWNER:
                connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(sql.Identifier(database), sql.Identifier(name)))
    return make_conninfo(dsn, user=name, password=_PASSWORD)
