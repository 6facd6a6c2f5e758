"""Who is an admin is what directory says now, and a tenant always has one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import psycopg
import pytest

from cairn.directory.v1 import service_pb2 as api
from cairn.directory.v1.events_pb2 import ROLE_ADMIN, ROLE_MEMBER, Role
from chassis.calls import Call
from chassis.errors import Kind, Refused
from chassis.ids import NIL, Id, id_text, new_id
from directory import commands, queries
from shared.roles import ADMIN
from shared.teams import id_of_team_name
from tests.integration.directory.test_directory import OPERATING, Running, call_of, running  # noqa: F401 - a fixture
from tests.integration.directory.test_who_may import GATEWAY_S


async def become(running: Running, call: Call, person_id: Id, *roles: Role.ValueType) -> None:  # noqa: F811
    await commands.change_person_roles(running.directory, call, api.ChangePersonRolesRequest(person_id=person_id, roles=roles))


async def second_admin(running: Running, tenant_id: Id) -> Call:  # noqa: F811
    added = await running.person(running.admin_of(tenant_id), "second", roles=[ROLE_ADMIN])
    return call_of(tenant_id, added.aggregate_ids[0], ADMIN)


async def admins_of(running: Running, tenant_id: Id) -> list[Id]:  # noqa: F811
    return (await running.directory.roster.caught_up()).admins(tenant_id)


async def test_who_was_an_admin_can_do_nothing_with_what_says_that_they_are(running: Running) -> None:  # noqa: F811
    tenant_id = await running.tenant("acme")
    first, second = running.admin_of(tenant_id), await second_admin(running, tenant_id)
    await become(running, second, first.identity.person_id, ROLE_MEMBER)
    for attempt in (
        become(running, first, first.identity.person_id, ROLE_ADMIN),
        become(running, first, second.identity.person_id, ROLE_MEMBER),
        running.person(first, "friend", roles=[ROLE_ADMIN]),
        commands.revoke_sessions(running.directory, first, api.RevokeSessionsRequest(person_id=second.identity.person_id)),
    ):
        with pytest.raises(Refused) as refused:
            await attempt
        assert (refused.value.kind, refused.value.reason) == (Kind.FORBIDDEN, "ROLE_REQUIRED")


async def test_somebody_whom_directory_does_not_know_is_told_nothing(running: Running) -> None:  # noqa: F811
    tenant_id = await running.tenant("acme")
    nobody = call_of(tenant_id, new_id(), ADMIN)
    for question in (
        queries.list_people(running.directory, nobody, api.ListPeopleRequest()),
        queries.get_person(running.directory, nobody, api.GetPersonRequest(handle="admin")),
        queries.get_tenant(running.directory, nobody, api.GetTenantRequest(name="acme")),
    ):
        with pytest.raises(Refused) as refused:
            await question
        assert refused.value.reason == "CALLER_UNKNOWN"


async def test_the_last_admin_stays_one(running: Running) -> None:  # noqa: F811
    tenant_id = await running.tenant("acme")
    admin = running.admin_of(tenant_id)
    with pytest.raises(Refused) as refused:
        await become(running, admin, admin.identity.person_id, ROLE_MEMBER)
    assert refused.value.reason == "LAST_ADMIN"
    second = await second_admin(running, tenant_id)
    await become(running, admin, admin.identity.person_id, ROLE_MEMBER)
    assert await admins_of(running, tenant_id) == [second.identity.person_id]


async def test_the_last_admin_is_told_of_another_version_before_the_rule(running: Running) -> None:  # noqa: F811
    admin = running.admin_of(await running.tenant("acme"))
    oneself = admin.identity.person_id
    for version, reason in ((7, "STALE_VERSION"), (1, "LAST_ADMIN"), (0, "LAST_ADMIN")):
        for decided in (
            commands.change_person_roles(
                running.directory, admin, api.ChangePersonRolesRequest(person_id=oneself, roles=[ROLE_MEMBER], expected_version=version)
            ),
            commands.leave_person(running.directory, admin, api.LeavePersonRequest(person_id=oneself, expected_version=version)),
        ):
            with pytest.raises(Refused) as refused:
                await decided
            assert refused.value.reason == reason


@pytest.mark.parametrize("each_other", [True, False], ids=["each takes it from the other", "each gives it up"])
async def test_however_many_give_it_up_at_once_one_admin_stays(running: Running, each_other: bool) -> None:  # noqa: F811
    tenant_id = await running.tenant("acme")
    callers = [running.admin_of(tenant_id), await second_admin(running, tenant_id)]
    for _ in range(4):
        about = reversed(callers) if each_other else callers
        changes = [become(running, call, other.identity.person_id, ROLE_MEMBER) for call, other in zip(callers, about, strict=True)]
        outcomes = await asyncio.gather(*changes, return_exceptions=True)
        assert len([outcome for outcome in outcomes if isinstance(outcome, Refused)]) == 1, outcomes
        (left,) = await admins_of(running, tenant_id)
        stays = next(call for call in callers if call.identity.person_id == left)
        gone = next(call for call in callers if call is not stays)
        await become(running, stays, gone.identity.person_id, ROLE_ADMIN)


async def test_the_operator_appoints_an_admin_where_there_is_none_and_nowhere_else(running: Running) -> None:  # noqa: F811
    tenant_id = await running.tenant("acme")
    admin = running.admin_of(tenant_id)
    bob = (await running.person(admin, "bob")).aggregate_ids[0]
    request = api.AppointAdminRequest(tenant_id=tenant_id, person_id=bob)
    with pytest.raises(Refused) as refused:
        await commands.appoint_admin(running.directory, OPERATING, request)
    assert refused.value.reason == "TENANT_HAS_ADMIN"
    await without_any_admin(running, tenant_id)
    await commands.appoint_admin(running.directory, OPERATING, request)
    assert await admins_of(running, tenant_id) == [bob]
    assert (await commands.appoint_admin(running.directory, OPERATING, request)).positions == ()
    with pytest.raises(Refused) as refused:
        await commands.appoint_admin(running.directory, OPERATING, api.AppointAdminRequest(tenant_id=new_id(), person_id=bob))
    assert refused.value.reason == "TENANT_UNKNOWN"


async def without_any_admin(running: Running, tenant_id: Id) -> None:  # noqa: F811
    """What a release before this one let happen: its decision, without what is asked around it."""
    from chassis.eventstore import CALLER_WAS_CHECKED, Aggregate  # noqa: PLC0415
    from directory.aggregates import PERSON  # noqa: PLC0415
    from directory.domain import people  # noqa: PLC0415

    admin = running.admin_of(tenant_id)
    person_id = admin.identity.person_id
    person = Aggregate(PERSON, person_id, may=CALLER_WAS_CHECKED)
    await running.directory.aggregates.decide(admin, person.decision(people.change_roles, person_id, [ROLE_MEMBER]))


async def test_what_changes_of_anybody_is_told_to_the_gateway_from_a_position_on(running: Running) -> None:  # noqa: F811
    tenant_id = await running.tenant("acme")
    admin = running.admin_of(tenant_id)
    seen = await queries.list_standing_changes(running.directory, GATEWAY_S, api.ListStandingChangesRequest())
    assert (list(seen.standings), seen.position, seen.incomplete) == ([], await running.log.head(), False)
    await running.team(admin, "web")
    bob = (await running.person(admin, "bob", teams=["web"])).aggregate_ids[0]
    await commands.revoke_sessions(running.directory, admin, api.RevokeSessionsRequest(person_id=bob))
    changes = await queries.list_standing_changes(running.directory, GATEWAY_S, api.ListStandingChangesRequest(after=seen.position))
    (standing,) = changes.standings
    web = id_of_team_name(tenant_id, "web")
    assert (standing.person_id, list(standing.team_ids), standing.revoked_before.seconds > 0) == (bob, [web], True)
    by_name = await queries.get_standing(running.directory, GATEWAY_S, api.GetStandingRequest(tenant="acme", person="Bob"))
    by_id = api.GetStandingRequest(tenant=id_text(tenant_id), person=id_text(bob))
    assert by_name.standing == (await queries.get_standing(running.directory, GATEWAY_S, by_id)).standing == standing
    for nobody in (api.GetStandingRequest(tenant="acme", person="none"), api.GetStandingRequest(tenant="none", person="bob")):
        assert not (await queries.get_standing(running.directory, GATEWAY_S, nobody)).HasField("standing")


async def test_nobody_is_told_to_be_what_an_older_log_knows_them_as(running: Running) -> None:  # noqa: F811
    """A log that was restored may still have a role that was taken away since: nobody is anything until it is recovered."""
    tenant_id = await running.tenant("acme")
    ann = running.first_people[tenant_id]
    of_browser = api.OpenSessionRequest(tenant_id=tenant_id, person_id=ann, of_browser=True)
    cookie = (await queries.open_session(running.directory, GATEWAY_S, of_browser)).session.cookie_secret
    goes_on = api.ContinueSessionRequest(cookie_secret=cookie, idle_seconds=60)
    asked: list[Callable[[], Awaitable[object]]] = [
        lambda: queries.get_standing(running.directory, GATEWAY_S, api.GetStandingRequest(tenant="acme", person="admin")),
        lambda: queries.continue_session(running.directory, GATEWAY_S, goes_on),
        lambda: queries.list_standing_changes(running.directory, GATEWAY_S, api.ListStandingChangesRequest()),
        lambda: queries.open_session(running.directory, GATEWAY_S, api.OpenSessionRequest(tenant_id=tenant_id, person_id=ann)),
        lambda: queries.refresh_session(running.directory, GATEWAY_S, api.RefreshSessionRequest(refresh_token="any")),
    ]
    for ask in asked:
        await ask()
    async with await psycopg.AsyncConnection.connect(running.dsn, autocommit=True) as connection:
        await connection.execute("INSERT INTO relay_position (name, position, behind) VALUES ('kafka', 0, true)")
    for ask in asked:
        with pytest.raises(Refused) as refused:
            await ask()
        assert (refused.value.reason, refused.value.kind) == ("LOG_BEHIND", Kind.UNAVAILABLE)
    of_the_operator = api.OpenSessionRequest(tenant_id=NIL, person_id=ann)
    await queries.open_session(running.directory, GATEWAY_S, of_the_operator)  # who recovers it
