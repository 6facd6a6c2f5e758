"""Directory on a real log: names taken once, profiles sealed, answers that hold what was just written."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import unicodedata
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from cairn.directory.v1 import service_pb2 as api
from cairn.directory.v1.events_pb2 import ROLE_ADMIN, ROLE_AUDITOR, ROLE_MEMBER
from chassis.calls import Call, Identity
from chassis.errors import Kind, Refused
from chassis.eventstore import Aggregates, Appended, EventLog
from chassis.ids import Id, id_of_name, new_id
from chassis.texts import can_be_a_name, same_name
from directory import commands, queries
from directory.aggregates import EVENT_TYPES
from directory.roster import Roster
from directory.service import Directory
from directory.session_store import SessionStore
from directory.vault import Vault
from shared.roles import ADMIN, MEMBER, OPERATOR

WRITTEN_OTHERWISE: list[Callable[[str], str]] = [
    str.lower, str.upper, str.swapcase, str.casefold, partial(unicodedata.normalize, "NFC"), partial(unicodedata.normalize, "NFD")
]  # fmt: skip
OPERATING = Call(Identity(commands.INSTALLATION, new_id(), frozenset({OPERATOR})), new_id())


def call_of(tenant_id: Id, person_id: Id, *roles: str) -> Call:
    """A call of somebody whose token says these roles."""
    return Call(Identity(tenant_id, person_id, frozenset(roles)), new_id())


@dataclass(frozen=True)
class Running:
    directory: Directory
    log: EventLog
    dsn: str
    first_people: dict[Id, Id] = field(default_factory=dict)

    async def tenant(self, name: str) -> Id:
        """A new tenant's id."""
        registered = await commands.register_tenant(self.directory, OPERATING, api.RegisterTenantRequest(name=name))
        _, tenant_id, first_person_id, *_ = registered.aggregate_ids
        self.first_people[tenant_id] = first_person_id
        return tenant_id

    def admin_of(self, tenant_id: Id) -> Call:
        """A call of the first admin of a tenant."""
        return call_of(tenant_id, self.first_people[tenant_id], ADMIN)

    async def person(self, call: Call, handle: str, **more: Any) -> Appended:
        return await commands.add_person(self.directory, call, api.AddPersonRequest(handle=handle, **more))

    async def team(self, call: Call, name: str, **more: Any) -> Id:
        """A new team's id."""
        return (await commands.found_team(self.directory, call, api.FoundTeamRequest(name=name, **more))).event_ids[0]

    async def found(self, call: Call, handle: str) -> api.Person:
        return (await queries.get_person(self.directory, call, api.GetPersonRequest(handle=handle))).person


@pytest.fixture
async def running(database: str) -> AsyncIterator[Running]:
    async with running_on(database) as running:
        yield running


class running_on:  # noqa: N801 - reads as a function
    def __init__(self, dsn: str) -> None:
        self._log = EventLog(dsn, "directory", 6)
        self._pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
            dsn, min_size=1, open=False, kwargs={"autocommit": True}
        )
        self._dsn = dsn

    async def __aenter__(self) -> Running:
        await self._log.start()
        await self._pool.open()
        vault = Vault(self._dsn, self._pool)
        await vault.create()
        aggregates, roster = Aggregates(self._log, EVENT_TYPES), Roster(self._log.reader, 6)
        return Running(Directory(self._log, aggregates, roster, vault, SessionStore(self._pool)), self._log, self._dsn)

    async def __aexit__(self, *_: object) -> None:
        await self._pool.close()
        await self._log.stop()


async def test_a_tenant_comes_with_its_first_admin(running: Running) -> None:
    tenant_id = await running.tenant("acme")
    assert [t.name for t in (await queries.list_tenants(running.directory, OPERATING, api.ListTenantsRequest())).tenants] == ["acme"]
    person = (await queries.get_person(running.directory, OPERATING, api.GetPersonRequest(handle="admin", tenant_id=tenant_id))).person
    assert list(person.roles) == [ROLE_ADMIN]


async def test_a_tenant_s_name_is_taken_once_whoever_asks_first(running: Running) -> None:
    verdicts = await asyncio.gather(*(running.tenant("acme") for _ in range(5)), return_exceptions=True)
    refused = [v for v in verdicts if isinstance(v, Refused)]
    assert ([v.reason for v in refused], len(verdicts) - len(refused)) == (["NAME_TAKEN"] * 4, 1)
    assert await running.log.head() == 4


async def test_a_new_tenant_comes_with_its_first_person(running: Running) -> None:
    registered = await commands.register_tenant(running.directory, OPERATING, api.RegisterTenantRequest(name="acme"))
    _, tenant_id, first_person_id, *_ = registered.aggregate_ids
    first = await running.found(call_of(tenant_id, first_person_id), "admin")
    assert (first.person_id, list(first.roles)) == (first_person_id, [ROLE_ADMIN])


async def test_the_same_request_again_is_answered_with_the_same_tenant(running: Running) -> None:
    call = replace(OPERATING, idempotency_key="k", fingerprint=b"f" * 16)
    request = api.RegisterTenantRequest(name="acme")
    first = await commands.register_tenant(running.directory, call, request)
    again = await commands.register_tenant(running.directory, call, request)
    assert (again.aggregate_ids, again.repeated) == (first.aggregate_ids, True)


async def test_only_the_operator_registers_tenants(running: Running) -> None:
    with pytest.raises(Refused) as refused:
        await commands.register_tenant(running.directory, call_of(new_id(), new_id(), ADMIN), api.RegisterTenantRequest(name="acme"))
    assert refused.value.kind is Kind.FORBIDDEN


async def test_a_time_zone_that_is_none_is_refused(running: Running) -> None:
    for zone in ("Mars/Olympus", "../etc/passwd", "/etc/passwd"):
        with pytest.raises(Refused, match="time zone"):
            await commands.register_tenant(running.directory, OPERATING, api.RegisterTenantRequest(name="acme", time_zone=zone))


async def test_who_was_just_added_is_found_by_handle_and_listed(running: Running) -> None:
    call = running.admin_of(await running.tenant("acme"))
    await running.team(call, "core")
    await running.person(call, "Martin", name="Martin Example", email="m@example.com", teams=["core"])
    person = await running.found(call, "martin")
    assert (person.handle, person.name, person.email, list(person.roles), list(person.teams), person.version) == (
        "Martin",
        "Martin Example",
        "m@example.com",
        [ROLE_MEMBER],
        ["core"],
        2,
    )
    listed = await queries.list_people(running.directory, call, api.ListPeopleRequest(page_size=1))
    rest = await queries.list_people(running.directory, call, api.ListPeopleRequest(page_size=1, page_token=listed.next_page_token))
    assert [p.handle for p in [*listed.people, *rest.people]] == ["admin", "Martin"]
    assert rest.next_page_token == ""


async def test_people_are_listed_by_role_team_state_and_themselves(running: Running) -> None:
    call = running.admin_of(await running.tenant("acme"))
    for team in ("core", "web", "sales"):
        await running.team(call, team)
    await running.person(call, "ann", teams=["core"])
    await running.person(call, "bob", teams=["web", "core"])
    ann, bob = await running.found(call, "ann"), await running.found(call, "bob")

    async def listed(**wanted: Any) -> list[str]:
        """Page by page, one a page."""
        found, token = list[str](), ""
        while True:
            page = await queries.list_people(running.directory, call, api.ListPeopleRequest(page_size=1, page_token=token, **wanted))
            found += [person.handle for person in page.people]
            token = page.next_page_token
            if not token:
                return found

    assert await listed(roles=[ROLE_MEMBER]) == ["ann", "bob"]
    assert await listed(teams=["web", "sales"]) == ["bob"]
    assert await listed(teams=["core"], person_ids=[ann.person_id]) == ["ann"]
    assert await listed(states=[api.PERSON_STATE_LEFT]) == []
    await commands.leave_person(running.directory, call, api.LeavePersonRequest(person_id=bob.person_id))
    assert await listed(states=[api.PERSON_STATE_LEFT]) == ["bob"]
    assert await listed(states=[api.PERSON_STATE_ACTIVE]) == ["admin", "ann"]


async def test_people_are_found_by_the_beginnings_of_what_they_are_called_and_counted(running: Running) -> None:
    call = running.admin_of(await running.tenant("acme"))
    await running.person(call, "zoe.k", name="Zoë Krähenbühl", email="z@example.com")
    await running.person(call, "anna", name="Anna Kraus", email="anna@example.org")

    async def found(text: str, **wanted: Any) -> tuple[list[str], int]:
        page = await queries.list_people(running.directory, call, api.ListPeopleRequest(text=text, **wanted))
        return [person.handle for person in page.people], page.count

    assert await found("kra") == (["zoe.k", "anna"], 2)
    assert await found("KRÄ zoe") == (["zoe.k"], 1)
    assert await found("anna@exam") == (["anna"], 1)
    assert await found("nna") == ([], 0)
    assert await found("--") == ([], 0)
    assert await found("kra", page_size=1) == (["zoe.k"], 2)
    assert await found("kra", states=[api.PERSON_STATE_LEFT]) == ([], 0)
    assert await found("") == (["admin", "zoe.k", "anna"], 3)


async def test_a_handle_is_taken_once_in_a_tenant_and_free_in_another(running: Running) -> None:
    acme, other = running.admin_of(await running.tenant("acme")), running.admin_of(await running.tenant("other"))
    await running.person(acme, "martin")
    with pytest.raises(Refused) as refused:
        await running.person(acme, "MARTIN")
    assert refused.value.kind is Kind.TAKEN
    await running.person(other, "martin")


async def test_roles_change_on_the_version_that_was_read(running: Running) -> None:
    call = running.admin_of(await running.tenant("acme"))
    person_id = (await running.person(call, "martin")).aggregate_ids[0]
    request = api.ChangePersonRolesRequest(person_id=person_id, roles=[ROLE_AUDITOR], expected_version=1)
    await commands.change_person_roles(running.directory, call, request)
    assert list((await running.found(call, "martin")).roles) == [ROLE_AUDITOR]
    with pytest.raises(Refused) as refused:
        await commands.change_person_roles(
            running.directory, call, api.ChangePersonRolesRequest(person_id=person_id, roles=[ROLE_MEMBER], expected_version=1)
        )
    assert refused.value.kind is Kind.STALE


async def test_another_tenant_s_person_is_nobody(running: Running) -> None:
    acme, other = running.admin_of(await running.tenant("acme")), running.admin_of(await running.tenant("other"))
    person_id = (await running.person(acme, "martin")).aggregate_ids[0]
    for asked in (
        queries.get_person(running.directory, other, api.GetPersonRequest(person_id=person_id)),
        queries.get_person(running.directory, other, api.GetPersonRequest(handle="martin")),
        queries.get_person(running.directory, other, api.GetPersonRequest(handle="martin", tenant_id=acme.identity.tenant_id)),
        queries.get_tenant(running.directory, other, api.GetTenantRequest(name="acme")),
        commands.change_person_roles(running.directory, other, api.ChangePersonRolesRequest(person_id=person_id, roles=[ROLE_MEMBER])),
    ):
        with pytest.raises(Refused) as refused:
            await asked
        assert refused.value.kind is Kind.UNKNOWN


async def test_a_member_changes_nothing(running: Running) -> None:
    call = Call(Identity(await running.tenant("acme"), new_id(), frozenset({MEMBER})), new_id())
    with pytest.raises(Refused) as refused:
        await running.person(call, "martin")
    assert refused.value.kind is Kind.FORBIDDEN


async def test_nothing_in_the_log_tells_who_somebody_is(running: Running) -> None:
    call = running.admin_of(await running.tenant("acme"))
    await running.person(call, "martin", name="Martin Example", email="martin@example.com")
    events = await running.log.reader.read()
    assert len(events) == 6
    for secret in (b"martin", b"Martin", b"example.com"):
        assert not any(secret in event.payload for event in events)


async def test_a_person_whose_key_is_gone_is_forgotten_and_the_rest_stays(running: Running) -> None:
    call = running.admin_of(await running.tenant("acme"))
    person_id = (await running.person(call, "martin", name="Martin Example")).aggregate_ids[0]
    async with await psycopg.AsyncConnection.connect(running.dsn) as connection:
        await connection.execute("DELETE FROM person_key WHERE person_id = encode(%s, 'hex')::uuid", (person_id,))
    person = (await queries.get_person(running.directory, call, api.GetPersonRequest(person_id=person_id))).person
    assert (person.handle, person.name, list(person.roles)) == ("", "", [ROLE_MEMBER])


async def test_after_a_restart_everybody_is_still_there(database: str) -> None:
    async with running_on(database) as before:
        call = before.admin_of(await before.tenant("acme"))
        await before.person(call, "martin")
    async with running_on(database) as after:
        assert (await after.found(call, "martin")).handle == "martin"
        with pytest.raises(Refused, match="already"):
            await after.person(call, "martin")


NAMES_OF_BEFORE = ["Weiß", "Zoe\u0308", "MARTIN", "Νίκος"]
"""As they were typed; each had a folding of its own, or a letter that could be composed otherwise."""


async def as_before_names_were_compared_by_their_key(running: Running, tenant_id: Id) -> None:
    """Writes the names of a tenant as the release before did: the tenant's as it is, those of people by full case folding."""
    vault = running.directory.vault
    with psycopg.connect(running.dsn, autocommit=True) as connection:
        row = connection.execute("SELECT secret FROM name_secret").fetchone()
        assert row is not None
        for handle in ["admin", *NAMES_OF_BEFORE]:
            seal = hmac.new(row[0], tenant_id + handle.casefold().encode(), hashlib.sha256).digest()
            _rename(connection, vault.handle_id(tenant_id, handle), id_of_name("handle", seal))
        _rename(connection, vault.tenant_name_id("Acme"), id_of_name("tenant", "Acme"))
        connection.execute("DROP TABLE earlier_name, session_cookie, refresh_token, session")
        connection.execute("UPDATE schema_version SET version = 1 WHERE name = 'directory'")


def _rename(connection: psycopg.Connection[Any], name_id: Id, earlier_id: Id) -> None:
    moved = connection.execute("UPDATE event SET aggregate_id = %s WHERE aggregate_id = %s", (UUID(bytes=earlier_id), UUID(bytes=name_id)))
    assert moved.rowcount == 1


async def test_names_that_were_reserved_before_are_found_and_taken_however_they_are_written(database: str) -> None:
    async with running_on(database) as running:
        tenant_id = await running.tenant("Acme")
        call = running.admin_of(tenant_id)
        people = {handle: (await running.person(call, handle)).aggregate_ids[0] for handle in NAMES_OF_BEFORE}
        await as_before_names_were_compared_by_their_key(running, tenant_id)
    async with running_on(database) as upgraded:
        for handle, person_id in people.items():
            for form in ("NFC", "NFD"):
                for written in (handle, handle.swapcase() if "ß" not in handle else "WEIẞ"):
                    as_typed = unicodedata.normalize(form, written)
                    found = await upgraded.found(call, as_typed)
                    assert (found.person_id, found.handle) == (person_id, handle)
                    with pytest.raises(Refused) as refused:
                        await upgraded.person(call, as_typed)
                    assert refused.value.reason == "NAME_TAKEN"
        asked = api.GetTenantRequest(name="ACME")
        assert (await queries.get_tenant(upgraded.directory, call, asked)).tenant.tenant_id == tenant_id
        with pytest.raises(Refused, match="acme"):
            await upgraded.tenant("acme")


async def test_who_was_merged_with_somebody_before_can_be_added_by_a_name_of_their_own(database: str) -> None:
    async with running_on(database) as running:
        tenant_id = await running.tenant("Acme")
        call = running.admin_of(tenant_id)
        people = {handle: (await running.person(call, handle)).aggregate_ids[0] for handle in NAMES_OF_BEFORE}
        await as_before_names_were_compared_by_their_key(running, tenant_id)
    async with running_on(database) as upgraded:
        with pytest.raises(Refused) as refused:
            await upgraded.found(call, "Weiss")
        assert refused.value.reason == "PERSON_UNKNOWN"
        weiss = (await upgraded.person(call, "Weiss")).aggregate_ids[0]
        assert (await upgraded.found(call, "WEISS")).person_id == weiss
        assert (await upgraded.found(call, "weiß")).person_id == people["Weiß"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.text(st.sampled_from("aAßẞsSeEëσςΣİIıi\u0308\u030c\u200d"), min_size=1, max_size=4).filter(can_be_a_name),
    change=st.sampled_from(WRITTEN_OTHERWISE),
)
async def test_two_people_have_one_name_only_where_it_is_the_same(running: Running, name: str, change: Callable[[str], str]) -> None:
    other = change(name)
    assume(can_be_a_name(other))
    call = running.admin_of(await running.tenant(new_id().hex()))
    first = (await running.person(call, name)).aggregate_ids[0]
    if same_name(name, other):
        with pytest.raises(Refused, match="is there already"):
            await running.person(call, other)
        second = first
    else:
        second = (await running.person(call, other)).aggregate_ids[0]
    assert (await running.found(call, name)).person_id == first
    assert (await running.found(call, other)).person_id == second
    assert (await running.found(call, name)).handle == name
