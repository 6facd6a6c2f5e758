"""Whose fault a failed effect is: the world's, and it is tried again, or the event's, and it is put aside."""

from __future__ import annotations

from typing import Final

import psycopg
from psycopg_pool import PoolTimeout

from chassis.errors import Kind, Refused

MOST_OF_A_REASON: Final = 500
"""Characters: what fails tells what it was given, and that may be a whole payload."""


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
    """What a dead letter, or a line of a service's log, says about why: the kind of failure and its text, as far as that is bounded."""
    told = f"{failure.reason}: {failure.message}" if isinstance(failure, Refused) else f"{type(failure).__name__}: {failure}"
    return told if len(told) <= MOST_OF_A_REASON else f"{told[:MOST_OF_A_REASON]}\u2026"
