"""A clock of the databases that a test can set: what a machine whose clock jumps does to whoever records by it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import psycopg
from psycopg import sql

from stack.layout import Layout
from stack.services import LOGS

SETTABLE = """
CREATE SCHEMA machine;
CREATE TABLE machine.set_by (ahead interval NOT NULL);
INSERT INTO machine.set_by VALUES ('0');
CREATE FUNCTION machine.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
    'SELECT pg_catalog.clock_timestamp() + ahead FROM machine.set_by';
GRANT USAGE ON SCHEMA machine TO PUBLIC;
GRANT SELECT ON machine.set_by TO PUBLIC;
"""


SEARCH_PATH = "public, machine, pg_catalog"
"""With it `clock_timestamp` is the one that can be set."""
SET_AHEAD = "UPDATE machine.set_by SET ahead = %s"


def make_settable(layout: Layout, logs: Iterable[str] = LOGS) -> None:
    """Whoever connects to the database of one of these logs from now on has a clock there that can be set."""
    for log in logs:
        with psycopg.connect(layout.database_url(log), autocommit=True) as connection:
            connection.execute(SETTABLE)
            name = sql.Identifier(connection.info.dbname)
            connection.execute(sql.SQL("ALTER DATABASE {} SET search_path = " + SEARCH_PATH).format(name))


def set_ahead(layout: Layout, ahead: timedelta) -> None:
    """Sets the clock of every log's database."""
    for log in LOGS:
        with psycopg.connect(layout.database_url(log), autocommit=True) as connection:
            connection.execute(SET_AHEAD, (ahead,))
