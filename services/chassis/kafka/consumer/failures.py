"""Whose fault a failed effect is: the world's, and it is tried again, or the event's, and it is put aside."""

from __future__ import annotations

import psycopg
from psycopg_pool import PoolTimeout

from chassis.errors import Kind, Refused


def is_transient(failure: BaseException) -> bool:
    """Whether the same event may well succeed later.

    Of what PostgreSQL says, only a value that it cannot hold (DataError) and a broken constraint (IntegrityError) are about the
    event; a lost connection, a deadlock, a full disk, even a missing table are about the world.
    """
    if isinstance(failure, psycopg.Error):
        return not isinstance(failure, psycopg.DataError | psycopg.IntegrityError)
    if isinstance(failure, Refused):
        return failure.kind in (Kind.UNAVAILABLE, Kind.BUSY)
    return isinstance(failure, OSError | TimeoutError | MemoryError | PoolTimeout)


def reason_of(failure: BaseException) -> str:
    """What a dead letter says about why: the kind of failure and its text."""
    if isinstance(failure, Refused):
        return f"{failure.reason}: {failure.message}"
    return f"{type(failure).__name__}: {failure}"
