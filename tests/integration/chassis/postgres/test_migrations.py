"""Tables carry their version: made, brought forward once however many start, and refused when a newer program wrote them."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
import pytest

from chassis.postgres import Connection, NewerSchema, migrate

MADE = "CREATE TABLE IF NOT EXISTS thing (name text PRIMARY KEY)"
COLOURED = "ALTER TABLE thing ADD COLUMN colour text NOT NULL DEFAULT 'grey'"


async def repaint(connection: Connection) -> None:
    await connection.execute("UPDATE thing SET colour = colour || ', repainted'")


def rows(dsn: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(query.encode()).fetchall()


async def test_a_fresh_database_gets_the_newest_version(database: str) -> None:
    await migrate(database, "things", [MADE, COLOURED])
    assert rows(database, "SELECT name, colour FROM thing") == []
    assert rows(database, "SELECT * FROM schema_version") == [("things", 2)]


async def test_tables_from_before_there_were_versions_are_what_the_first_step_makes(database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE thing (name text PRIMARY KEY)")
        connection.execute("INSERT INTO thing VALUES ('chair')")
    await migrate(database, "things", [MADE, COLOURED])
    assert rows(database, "SELECT * FROM thing") == [("chair", "grey")]


async def test_only_the_steps_that_are_missing_are_taken(database: str) -> None:
    await migrate(database, "things", [MADE])
    rows(database, "INSERT INTO thing VALUES ('chair') RETURNING 1")
    await migrate(database, "things", [MADE, COLOURED, repaint])
    await migrate(database, "things", [MADE, COLOURED, repaint])
    assert rows(database, "SELECT * FROM thing") == [("chair", "grey, repainted")]


async def test_of_processes_that_start_together_one_takes_each_step(database: str) -> None:
    await migrate(database, "things", [MADE, COLOURED])
    rows(database, "INSERT INTO thing VALUES ('chair') RETURNING 1")
    await asyncio.gather(*(migrate(database, "things", [MADE, COLOURED, repaint]) for _ in range(8)))
    assert rows(database, "SELECT colour FROM thing") == [("grey, repainted",)]


async def test_a_step_that_fails_leaves_the_tables_as_they_were(database: str) -> None:
    await migrate(database, "things", [MADE])
    with pytest.raises(psycopg.errors.DivisionByZero):
        await migrate(database, "things", [MADE, COLOURED, "SELECT 1 / 0"])
    assert rows(database, "SELECT column_name FROM information_schema.columns WHERE table_name = 'thing'") == [("name",)]
    assert rows(database, "SELECT version FROM schema_version") == [(1,)]


async def test_schemas_of_one_database_have_versions_of_their_own(database: str) -> None:
    await migrate(database, "things", [MADE, COLOURED])
    await migrate(database, "places", ["CREATE TABLE place (name text)"])
    assert rows(database, "SELECT * FROM schema_version ORDER BY name") == [("places", 1), ("things", 2)]


async def test_tables_of_a_newer_program_are_refused_in_one_sentence(database: str) -> None:
    await migrate(database, "things", [MADE, COLOURED])
    with pytest.raises(NewerSchema) as refusal:
        await migrate(database, "things", [MADE])
    assert "the tables of the things" in str(refusal.value)
    assert "have version 2 and this program knows them up to 1: start the version of Cairn that wrote them" in str(refusal.value)
