"""What is remembered of sessions that ended before their time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cairn.directory.v1.events_pb2 import SignedOut
from directory.aggregates import SESSIONS
from directory.domain import sessions
from tests.support.events import an_id
from tests.unit.domain_dsl import folded, given

ANNA, FIRST, SECOND = an_id("Anna"), an_id("first session"), an_id("second session")
NOON, HOUR = datetime(2026, 9, 21, 12, tzinfo=UTC), timedelta(hours=1)


def signed_out(session_id: bytes, valid_until: datetime, at: datetime | None) -> SignedOut:
    """What a release that told no instant wrote, where `at` is none."""
    event = SignedOut(person_id=ANNA, session_id=session_id)
    event.valid_until.FromDatetime(valid_until)
    if at is not None:
        event.signed_out_at.FromDatetime(at)
    return event


def test_a_session_is_ended_once() -> None:
    given(SESSIONS).when(sessions.sign_out, ANNA, FIRST, NOON + HOUR, NOON).then(signed_out(FIRST, NOON + HOUR, NOON))
    ended = given(SESSIONS, signed_out(FIRST, NOON + HOUR, NOON))
    ended.when(sessions.sign_out, ANNA, FIRST, NOON + HOUR, NOON).then_nothing()


def test_a_session_that_has_expired_needs_no_end() -> None:
    given(SESSIONS).when(sessions.sign_out, ANNA, FIRST, NOON, NOON).then_nothing()


def test_what_has_expired_when_another_session_is_ended_is_forgotten() -> None:
    past = [signed_out(an_id(f"session {n}"), NOON + n * HOUR, NOON + (n - 1) * HOUR) for n in range(1, 100)]
    kept = folded(SESSIONS, *past, signed_out(FIRST, NOON + 101 * HOUR, NOON + 98.5 * HOUR)).signed_out
    assert set(kept) == {an_id("session 99"), FIRST}


def test_what_may_still_be_about_is_remembered() -> None:
    past = [signed_out(FIRST, NOON + 2 * HOUR, NOON), signed_out(SECOND, NOON + 3 * HOUR, NOON + HOUR)]
    assert folded(SESSIONS, *past).ended_at(NOON + HOUR) == [FIRST, SECOND]


def test_what_was_written_without_an_instant_forgets_nothing() -> None:
    past = [signed_out(FIRST, NOON, None), signed_out(SECOND, NOON + 3 * HOUR, None)]
    assert set(folded(SESSIONS, *past).signed_out) == {FIRST, SECOND}


def test_whoever_ends_every_session_forgets_those_that_have_expired() -> None:
    past = [signed_out(FIRST, NOON + HOUR, NOON), signed_out(SECOND, NOON + 3 * HOUR, NOON)]
    assert set(folded(SESSIONS, *past, sessions.revoke(ANNA, NOON + 2 * HOUR)).signed_out) == {SECOND}
