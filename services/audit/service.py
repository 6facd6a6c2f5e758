"""What audit's queries work with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg_pool import AsyncConnectionPool

from chassis.runtime import Clock


@dataclass(frozen=True, slots=True)
class Audit:
    """The service: the database that it reads."""

    database_url: str
    pool: AsyncConnectionPool[psycopg.AsyncConnection[Any]]
    clock: Clock
