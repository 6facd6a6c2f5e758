"""What stands in for a relay where a service runs without one: a log takes nothing before its relay has compared its topic with it."""

from __future__ import annotations

import psycopg

from chassis.eventstore import SERVER_RUN


def compared_with_its_topic(dsn: str) -> None:
    """As a relay leaves it that finds nothing on the topic which is not in the log."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(f"INSERT INTO relay_position (name, position, compared_in) VALUES ('kafka', 0, {SERVER_RUN})".encode())
