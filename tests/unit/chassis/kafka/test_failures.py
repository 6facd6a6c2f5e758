from __future__ import annotations

import psycopg
import pytest

from chassis.errors import Kind, Refused
from chassis.kafka.consumer.failures import MOST_OF_A_REASON, is_transient, reason_of


@pytest.mark.parametrize(
    "failure",
    [
        psycopg.OperationalError("the connection is lost"),
        psycopg.InterfaceError("the connection is closed"),
        psycopg.errors.DeadlockDetected(),
        psycopg.errors.SerializationFailure(),
        psycopg.errors.DiskFull(),
        psycopg.errors.UndefinedTable(),
        psycopg.errors.FeatureNotSupported("cached plan must not change result type"),
        ConnectionResetError(),
        TimeoutError(),
        Refused("AWAY", "it does not answer", kind=Kind.UNAVAILABLE),
    ],
)
def test_what_the_world_does_is_tried_again(failure: Exception) -> None:
    assert is_transient(failure)


@pytest.mark.parametrize(
    "failure",
    [
        psycopg.errors.UniqueViolation(),
        psycopg.errors.NumericValueOutOfRange(),
        psycopg.errors.CharacterNotInRepertoire(),
        ValueError(),
        KeyError("missing"),
        Refused("LOOP", "a parent of itself"),
    ],
)
def test_what_an_event_brings_with_it_is_not_tried_again(failure: Exception) -> None:
    assert not is_transient(failure)


def test_a_reason_says_what_failed() -> None:
    assert reason_of(ValueError("no such day")) == "ValueError: no such day"
    assert reason_of(Refused("LOOP", "a parent of itself")) == "LOOP: a parent of itself"


@pytest.mark.parametrize("failure", [ValueError("x" * 100_000), Refused("R", "x" * 100_000)], ids=["any", "refused"])
def test_a_reason_does_not_grow_with_what_an_event_brings(failure: Exception) -> None:
    assert len(reason_of(failure)) <= MOST_OF_A_REASON + 1
