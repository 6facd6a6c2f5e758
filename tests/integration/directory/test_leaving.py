"""A person leaves: let in no more, at once; they keep their name, a tenant keeps an admin, and they may come back."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from psycopg import AsyncConnection

from cairn.directory.v1 import service_pb2 as api
from cairn.directory.v1.events_pb2 import ROLE_ADMIN, ROLE_VIEWER
from chassis.calls import Call
from chassis.errors import Kind, Refused
from chassis.ids import NIL, Id, id_text
from directory import commands, queries
from shared.roles import ADMIN
from tests.integration.directory.test_directory import OPERATING, Running, call_of, running  # noqa: F401 - a fixture
from tests.integration.directory.test_roles import admins_of, become, second_admin
from tests.integration.directory.test_sessions import refreshed, signed_in
from tests.integration.directory.test_who_may import GATEWAY_S


async def leave(running: Running, call: Call, person_id: Id) -> None:  # noqa: F811
    await commands.leave_person(running.directory, call, api.LeavePersonRequest(person_id=person_id))


async def reinstate(running: Running, call: Call, person_id: Id) -> None:  # noqa: F811
    await commands.reinstate_person(running.directory, call, api.ReinstatePersonRequest(person_id=person_id))


async def standing(running: Running, call: Call) -> api.Standing | None:  # noqa: F811
    identity = call.identity
    request = api.GetStandingRequest(tenant=id_text(identity.tenant_id), person=id_text(identity.person_id))
    answer = await queries.get_standing(running.directory, GATEWAY_S, request)
    return answer.standing if answer.HasField("standing") else None


async def test_who_has_left_is_let_in_no_more_and_keeps_their_name(running: Running) -> None:  # noqa: F811
    tenant_id = await running.tenant("acme")
    admin, second = running.admin_of(tenant_id), await second_admin(running, tenant_id)
    session, before = await signed_in(running, second), await running.log.head()
    await leave(running, admin, second.identity.person_id)

    assert await standing(running, second) is None
    changes = await queries.list_standing_changes(running.directory, GATEWAY_S, api.ListStandingChangesRequest(after=before))
    (told,) = changes.standings
    assert (told.person_id, told.left, list(told.roles)) == (second.identity.person_id, True, [])
    assert not (await refreshed(running, session.refresh_token)).HasField("session")
    for attempt in (
        running.person(second, "friend"),
        queries.list_people(running.directory, second, api.ListPeopleRequest()),
        reinstate(running, second, second.identity.person_id),
    ):
        with pytest.raises(Refused) as refused:
            await attempt
        assert refused.value.kind is Kind.FORBIDDEN

    found = await running.found(admin, "second")
    assert (found.person_id, found.state, list(found.roles)) == (second.identity.person_id, api.PERSON_STATE_LEFT, [ROLE_ADMIN])
    with pytest.raises(Refused) as refused:
        await running.person(admin, "second")
    assert refused.value.reason == "NAME_TAKEN"
    assert await admins_of(running, tenant_id) == [admin.identity.person_id]


async def test_a_session_that_was_opened_while_somebody_left_is_not_refreshed(running: Running) -> None:  # noqa: F811
    tenant_id = await running.tenant("acme")
    second = await second_admin(running, tenant_id)
    await leave(running, running.admin_of(tenant_id), second.identity.person_id)
    session = await signed_in(running, second)
    assert not (await refreshed(running, session.refresh_token)).HasField("session")


async def test_who_comes_back_has_their_roles_and_signs_in_anew(running: Running) -> None:  # noqa: F811
    tenant_id = await running.tenant("acme")
    admin, second = running.admin_of(tenant_id), await second_admin(running, tenant_id)
    before = await signed_in(running, second)
    await leave(running, admin, second.identity.person_id)
    await become(running, admin, second.identity.person_id, ROLE_VIEWER)
    await reinstate(running, admin, second.identity.person_id)

    found = await standing(running, second)
    assert found is not None
    assert list(found.roles) == [ROLE_VIEWER]
    assert found.revoked_before.seconds > 0
    assert not (await refreshed(running, before.refresh_token)).HasField("session")
    assert (await refreshed(running, (await signed_in(running, second)).refresh_token)).HasField("session")
    assert (await running.found(admin, "second")).state == api.PERSON_STATE_ACTIVE


async def test_leaving_twice_and_coming_back_twice_is_once(running: Running) -> None:  # noqa: F811
    tenant_id = await running.tenant("acme")
    admin = running.admin_of(tenant_id)
    bob = (await running.person(admin, "bob")).aggregate_ids[0]
    request = api.ReinstatePersonRequest(person_id=bob)
    assert (await commands.reinstate_person(running.directory, admin, request)).positions == ()
    oneself = api.ReinstatePersonRequest(person_id=admin.identity.person_id)
    assert (await commands.reinstate_person(running.directory, admin, oneself)).positions == ()
    version = (await running.found(admin, "bob")).version
    for _ in range(2):
        await leave(running, admin, bob)
    assert (await running.found(admin, "bob")).version == version + 1


async def test_a_version_that_somebody_else_has_changed_is_not_left(running: Running) -> None:  # noqa: F811
    admin = running.admin_of(await running.tenant("acme"))
    bob = (await running.person(admin, "bob")).aggregate_ids[0]
    await become(running, admin, bob, ROLE_VIEWER)
    with pytest.raises(Refused) as refused:
        await commands.leave_person(running.directory, admin, api.LeavePersonRequest(person_id=bob, expected_version=1))
    assert refused.value.reason == "STALE_VERSION"


async def test_the_last_admin_does_not_leave(running: Running) -> None:  # noqa: F811
    tenant_id = await running.tenant("acme")
    admin = running.admin_of(tenant_id)
    with pytest.raises(Refused) as refused:
        await leave(running, admin, admin.identity.person_id)
    assert refused.value.reason == "LAST_ADMIN"
    second = await second_admin(running, tenant_id)
    await leave(running, admin, second.identity.person_id)
    with pytest.raises(Refused) as refused:  # who has left is nobody to stay
        await leave(running, admin, admin.identity.person_id)
    assert refused.value.reason == "LAST_ADMIN"
    with pytest.raises(Refused) as refused:
        await become(running, admin, admin.identity.person_id, ROLE_VIEWER)
    assert refused.value.reason == "LAST_ADMIN"
    await reinstate(running, admin, second.identity.person_id)
    await leave(running, admin, admin.identity.person_id)
    assert await admins_of(running, tenant_id) == [second.identity.person_id]


@pytest.mark.parametrize("each_other", [True, False], ids=["each notes that the other left", "each leaves"])
async def test_however_many_leave_at_once_one_admin_stays(running: Running, each_other: bool) -> None:  # noqa: F811
    tenant_id = await running.tenant("acme")
    callers = [running.admin_of(tenant_id), await second_admin(running, tenant_id)]
    for _ in range(4):
        about = reversed(callers) if each_other else callers
        attempts = [leave(running, call, other.identity.person_id) for call, other in zip(callers, about, strict=True)]
        outcomes = await asyncio.gather(*attempts, return_exceptions=True)
        assert len([outcome for outcome in outcomes if isinstance(outcome, Refused)]) == 1, outcomes
        (left,) = await admins_of(running, tenant_id)
        stays = next(call for call in callers if call.identity.person_id == left)
        gone = next(call for call in callers if call is not stays)
        await reinstate(running, stays, gone.identity.person_id)


async def test_another_tenant_s_people_are_nobody(running: Running) -> None:  # noqa: F811
    admin = running.admin_of(await running.tenant("acme"))
    theirs = running.admin_of(await running.tenant("other"))
    for attempt in (leave, reinstate):
        with pytest.raises(Refused) as refused:
            await attempt(running, admin, theirs.identity.person_id)
        assert refused.value.reason == "PERSON_UNKNOWN"


async def test_who_has_left_is_made_no_admin(running: Running) -> None:  # noqa: F811
    tenant_id = await running.tenant("acme")
    admin = running.admin_of(tenant_id)
    await leave(running, admin, (bob := (await running.person(admin, "bob", roles=[ROLE_ADMIN])).aggregate_ids[0]))
    request = api.AppointAdminRequest(tenant_id=tenant_id, person_id=bob)
    with pytest.raises(Refused) as refused:
        await commands.appoint_admin(running.directory, OPERATING, request)
    assert refused.value.reason == "TENANT_HAS_ADMIN"
    assert not (await running.directory.roster.caught_up()).admins(tenant_id).count(bob)
    with pytest.raises(Refused):
        await leave(running, call_of(tenant_id, bob, ADMIN), admin.identity.person_id)


async def test_the_gateway_is_told_what_people_are_called_who_have_left_and_nothing_of_whom_was_forgotten(running: Running) -> None:  # noqa: F811
    tenant_id, other_id = await running.tenant("acme"), await running.tenant("other")
    admin = running.admin_of(tenant_id)
    ann, bob, cat = [(await running.person(admin, handle, name=handle.title())).aggregate_ids[0] for handle in ("ann", "bob", "cat")]
    await leave(running, admin, bob)
    async with await AsyncConnection.connect(running.dsn, autocommit=True) as connection:
        await connection.execute("DELETE FROM person_key WHERE person_id = %s", (UUID(bytes=cat),))

    async def named(of: Id) -> dict[Id, tuple[str, str]]:
        request = api.NamePeopleRequest(tenant_id=of, person_ids=[ann, bob, cat, NIL])
        answer = await queries.name_people(running.directory, GATEWAY_S, request)
        assert answer.position == await running.log.head()
        return {name.person_id: (name.handle, name.name) for name in answer.names}

    assert await named(tenant_id) == {ann: ("ann", "Ann"), bob: ("bob", "Bob"), cat: ("", "")}
    assert await named(other_id) == {}
