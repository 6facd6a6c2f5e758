"""Sessions: refreshed by a token that is good once, or gone on with by a browser's cookie, and ended before their time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from cairn.directory.v1 import service_pb2 as api
from chassis.calls import Call
from chassis.eventstore import Aggregates
from chassis.ids import Id, new_id
from directory import commands, queries
from directory.session_store import SessionStore
from tests.integration.directory.test_directory import Running, running  # noqa: F401 - a fixture
from tests.integration.directory.test_who_may import GATEWAY_S


async def signed_in(running: Running, call: Call) -> api.Session:  # noqa: F811
    request = api.OpenSessionRequest(tenant_id=call.identity.tenant_id, person_id=call.identity.person_id)
    return (await queries.open_session(running.directory, GATEWAY_S, request)).session


async def refreshed(running: Running, token: str) -> api.RefreshSessionResponse:  # noqa: F811
    return await queries.refresh_session(running.directory, GATEWAY_S, api.RefreshSessionRequest(refresh_token=token))


async def ended(running: Running, person_id: Id) -> list[Id]:  # noqa: F811
    changes = await queries.list_standing_changes(running.directory, GATEWAY_S, api.ListStandingChangesRequest(after=1))
    return next(list(standing.signed_out_sessions) for standing in changes.standings if standing.person_id == person_id)


async def test_each_refresh_gives_the_token_of_the_next(running: Running) -> None:  # noqa: F811
    admin = running.admin_of(await running.tenant("acme"))
    session = await signed_in(running, admin)
    token = session.refresh_token
    for _ in range(3):
        answer = await refreshed(running, token)
        assert (answer.session.session_id, answer.session.expires_at) == (session.session_id, session.expires_at)
        assert answer.session.refresh_token != token
        token = answer.session.refresh_token


async def test_a_refresh_token_that_comes_twice_ends_its_session(running: Running) -> None:  # noqa: F811
    admin = running.admin_of(await running.tenant("acme"))
    session = await signed_in(running, admin)
    second = (await refreshed(running, session.refresh_token)).session.refresh_token
    again = await refreshed(running, session.refresh_token)
    assert (again.HasField("session"), again.reused.session_id, again.reused.refresh_token) == (False, session.session_id, "")
    assert not (await refreshed(running, second)).HasField("session")
    assert await ended(running, admin.identity.person_id) == [session.session_id]


async def cut_off(*_: object) -> None:
    raise ConnectionError("cut off here")


async def test_a_session_whose_refresh_token_came_twice_is_ended_though_its_row_is_left(
    running: Running,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    admin = running.admin_of(await running.tenant("acme"))
    session = await signed_in(running, admin)
    second = (await refreshed(running, session.refresh_token)).session.refresh_token
    monkeypatch.setattr(SessionStore, "end", cut_off)
    with pytest.raises(ConnectionError):
        await refreshed(running, session.refresh_token)
    monkeypatch.undo()
    assert not (await refreshed(running, second)).HasField("session")
    assert await ended(running, admin.identity.person_id) == [session.session_id]


async def test_a_session_whose_end_could_not_be_told_is_ended_by_the_same_token_once_more(
    running: Running,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    admin = running.admin_of(await running.tenant("acme"))
    session = await signed_in(running, admin)
    await refreshed(running, session.refresh_token)
    monkeypatch.setattr(Aggregates, "decide", cut_off)
    with pytest.raises(ConnectionError):
        await refreshed(running, session.refresh_token)
    monkeypatch.undo()
    assert (await refreshed(running, session.refresh_token)).reused.session_id == session.session_id
    assert await ended(running, admin.identity.person_id) == [session.session_id]


async def test_who_was_cut_off_when_they_signed_out_signs_out_with_the_same_token_once_more(
    running: Running,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    admin = running.admin_of(await running.tenant("acme"))
    session = await signed_in(running, admin)
    request = api.SignOutRequest(session_id=session.session_id, valid_until=session.expires_at)
    monkeypatch.setattr(Aggregates, "decide", cut_off)
    with pytest.raises(ConnectionError):
        await commands.sign_out(running.directory, admin, request)
    monkeypatch.undo()
    assert not (await refreshed(running, session.refresh_token)).HasField("session")
    await commands.sign_out(running.directory, admin, request)
    assert await ended(running, admin.identity.person_id) == [session.session_id]


async def test_who_signed_out_of_one_session_keeps_the_others(running: Running) -> None:  # noqa: F811
    admin = running.admin_of(await running.tenant("acme"))
    first, second = await signed_in(running, admin), await signed_in(running, admin)
    request = api.SignOutRequest(session_id=first.session_id, valid_until=first.expires_at)
    await commands.sign_out(running.directory, admin, request)
    assert (await commands.sign_out(running.directory, admin, request)).positions == ()
    assert not (await refreshed(running, first.refresh_token)).HasField("session")
    assert (await refreshed(running, second.refresh_token)).HasField("session")
    assert await ended(running, admin.identity.person_id) == [first.session_id]


async def test_an_admin_ends_every_session_of_a_person_and_a_person_their_own(running: Running) -> None:  # noqa: F811
    admin = running.admin_of(await running.tenant("acme"))
    bob = (await running.person(admin, "bob")).aggregate_ids[0]
    of_bob = await queries.open_session(
        running.directory, GATEWAY_S, api.OpenSessionRequest(tenant_id=admin.identity.tenant_id, person_id=bob)
    )
    of_admin = await signed_in(running, admin)
    await commands.revoke_sessions(running.directory, admin, api.RevokeSessionsRequest(person_id=bob))
    assert not (await refreshed(running, of_bob.session.refresh_token)).HasField("session")
    following = (await refreshed(running, of_admin.refresh_token)).session
    await commands.revoke_sessions(running.directory, admin, api.RevokeSessionsRequest(person_id=admin.identity.person_id))
    assert not (await refreshed(running, following.refresh_token)).HasField("session")
    assert (await refreshed(running, (await signed_in(running, admin)).refresh_token)).HasField("session")


async def test_no_refresh_token_is_kept_as_it_is_and_none_of_nobody_is_taken(running: Running) -> None:  # noqa: F811
    session = await signed_in(running, running.admin_of(await running.tenant("acme")))
    with psycopg.connect(running.dsn) as connection:
        kept = connection.execute("SELECT token_hash FROM refresh_token").fetchall()
    assert all(session.refresh_token.encode() not in bytes(token_hash) for (token_hash,) in kept)
    assert not (await refreshed(running, f"cairn_refresh_{new_id().hex()}")).HasField("session")


HOUR = 3600


async def signed_in_by_browser(running: Running, call: Call) -> api.Session:  # noqa: F811
    request = api.OpenSessionRequest(tenant_id=call.identity.tenant_id, person_id=call.identity.person_id, of_browser=True)
    return (await queries.open_session(running.directory, GATEWAY_S, request)).session


async def gone_on(running: Running, session: api.Session, *, unattended: bool = False) -> api.Session | None:  # noqa: F811
    request = api.ContinueSessionRequest(cookie_secret=session.cookie_secret, idle_seconds=HOUR, unattended=unattended)
    answer = await queries.continue_session(running.directory, GATEWAY_S, request)
    return answer.session if answer.HasField("session") else None


def used(running: Running, session: api.Session, ago: timedelta, began: timedelta = timedelta()) -> None:  # noqa: F811
    """Says that a browser's session was last used, and began, so long ago."""
    now = datetime.now(UTC)
    with psycopg.connect(running.dsn) as connection:
        connection.execute("UPDATE session_cookie SET used_at = %s", (now - ago,))
        connection.execute("UPDATE session SET expires_at = expires_at - %s", (began,))


async def test_a_browser_s_session_goes_on_by_the_same_secret_and_has_no_refresh_token(running: Running) -> None:  # noqa: F811
    admin = running.admin_of(await running.tenant("acme"))
    session = await signed_in_by_browser(running, admin)
    assert session.cookie_secret
    assert not session.refresh_token
    for _ in range(2):
        found = await gone_on(running, session)
        assert found is not None
        assert (found.session_id, found.tenant_id, found.person_id) == (
            session.session_id,
            admin.identity.tenant_id,
            admin.identity.person_id,
        )
        assert (found.began_at, found.expires_at, found.cookie_secret) == (session.began_at, session.expires_at, "")
    assert await gone_on(running, api.Session(cookie_secret="none of ours")) is None


async def test_a_browser_s_session_that_nobody_used_has_ended_and_does_not_come_back(running: Running) -> None:  # noqa: F811
    session = await signed_in_by_browser(running, running.admin_of(await running.tenant("acme")))
    used(running, session, timedelta(seconds=HOUR - 60))
    assert await gone_on(running, session, unattended=True) is not None
    used(running, session, timedelta(seconds=HOUR + 60))
    assert await gone_on(running, session) is None
    used(running, session, timedelta())
    assert await gone_on(running, session) is None


async def test_only_what_a_person_asks_for_counts_as_use(running: Running) -> None:  # noqa: F811
    session = await signed_in_by_browser(running, running.admin_of(await running.tenant("acme")))
    for unattended, left in ((True, timedelta(minutes=50)), (False, timedelta())):
        used(running, session, timedelta(minutes=50))
        assert await gone_on(running, session, unattended=unattended) is not None
        with psycopg.connect(running.dsn) as connection:
            row = connection.execute("SELECT now() - used_at FROM session_cookie").fetchone()
        assert row is not None
        assert abs(row[0] - left) < timedelta(minutes=1)


async def test_a_browser_s_session_is_over_after_two_weeks_however_much_it_was_used(running: Running) -> None:  # noqa: F811
    session = await signed_in_by_browser(running, running.admin_of(await running.tenant("acme")))
    used(running, session, timedelta(), began=timedelta(days=14))
    assert await gone_on(running, session) is None


async def test_a_browser_s_session_ends_as_others_do(running: Running) -> None:  # noqa: F811
    admin = running.admin_of(await running.tenant("acme"))
    first, second = await signed_in_by_browser(running, admin), await signed_in_by_browser(running, admin)
    await commands.sign_out(running.directory, admin, api.SignOutRequest(session_id=first.session_id, valid_until=first.expires_at))
    assert (await gone_on(running, first), (await gone_on(running, second)) is not None) == (None, True)
    await commands.revoke_sessions(running.directory, admin, api.RevokeSessionsRequest(person_id=admin.identity.person_id))
    assert await gone_on(running, second) is None


async def test_a_browser_s_session_whose_end_was_told_is_over_though_its_row_is_left(
    running: Running,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    admin = running.admin_of(await running.tenant("acme"))
    session = await signed_in_by_browser(running, admin)
    monkeypatch.setattr(SessionStore, "end_all", cut_off)
    with pytest.raises(ConnectionError):
        await commands.revoke_sessions(running.directory, admin, api.RevokeSessionsRequest(person_id=admin.identity.person_id))
    assert await gone_on(running, session) is None


async def test_nothing_is_kept_from_which_a_cookie_could_be_made(running: Running) -> None:  # noqa: F811
    session = await signed_in_by_browser(running, running.admin_of(await running.tenant("acme")))
    with psycopg.connect(running.dsn) as connection:
        kept = connection.execute("SELECT secret_hash FROM session_cookie").fetchall()
    assert kept
    assert all(session.cookie_secret.encode() not in bytes(secret_hash) for (secret_hash,) in kept)
