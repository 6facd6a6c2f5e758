"""Sessions of the built-in issuer: refreshed by a token that is good once, and ended before their time."""

from __future__ import annotations

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
