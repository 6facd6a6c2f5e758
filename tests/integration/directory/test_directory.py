"""Directory on a real log: names taken once, profiles sealed, answers that hold what was just written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import psycopg
import pytest
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from cairn.directory.v1 import service_pb2 as api
from cairn.directory.v1.events_pb2 import ROLE_ADMIN, ROLE_AUDITOR, ROLE_MEMBER
from chassis.calls import Call, Identity
from chassis.errors import Kind, Refused
from chassis.eventstore import Aggregates, Appended, EventLog
from chassis.ids import Id, new_id
from directory import commands, queries
from directory.aggregates import EVENT_TYPES
from directory.roster import Roster
from directory.service import Directory
from directory.vault import Vault
from shared.roles import ADMIN, MEMBER, OPERATOR

OPERATING = Call(Identity(commands.INSTALLATION, new_id(), frozenset({OPERATOR})), new_id())


@dataclass(frozen=True)
class Running:
    directory: Directory
    log: EventLog
    dsn: str

    async def tenant(self, name: str) -> Id:
        """A new tenant's id."""
        return (await commands.register_tenant(self.directory, OPERATING, api.RegisterTenantRequest(name=name))).aggregate_ids[1]

    async def person(self, call: Call, handle: str, **more: Any) -> Appended:
        return await commands.add_person(self.directory, call, api.AddPersonRequest(handle=handle, **more))

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
        return Running(Directory(Aggregates(self._log, EVENT_TYPES), Roster(self._log.reader), vault), self._log, self._dsn)

    async def __aexit__(self, *_: object) -> None:
        await self._pool.close()
        await self._log.stop()


def admin_of(tenant_id: Id) -> Call:
    return Call(Identity(tenant_id, new_id(), frozenset({ADMIN})), new_id())


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
    first = await running.found(admin_of(tenant_id), "admin")
    assert (first.person_id, list(first.roles)) == (first_person_id, [ROLE_ADMIN])


async def test_the_same_request_again_is_answered_with_the_same_tenant(running: Running) -> None:
    call = replace(OPERATING, idempotency_key="k", fingerprint=b"f" * 16)
    request = api.RegisterTenantRequest(name="acme")
    first = await commands.register_tenant(running.directory, call, request)
    again = await commands.register_tenant(running.directory, call, request)
    assert (again.aggregate_ids, again.repeated) == (first.aggregate_ids, True)


async def test_only_the_operator_registers_tenants(running: Running) -> None:
    with pytest.raises(Refused) as refused:
        await commands.register_tenant(running.directory, admin_of(new_id()), api.RegisterTenantRequest(name="acme"))
    assert refused.value.kind is Kind.FORBIDDEN


async def test_a_time_zone_that_is_none_is_refused(running: Running) -> None:
    for zone in ("Mars/Olympus", "../etc/passwd", "/etc/passwd"):
        with pytest.raises(Refused, match="time zone"):
            await commands.register_tenant(running.directory, OPERATING, api.RegisterTenantRequest(name="acme", time_zone=zone))


async def test_who_was_just_added_is_found_by_handle_and_listed(running: Running) -> None:
    call = admin_of(await running.tenant("acme"))
    await running.person(call, "Martin", name="Martin Example", email="m@example.com", teams=["core"])
    person = await running.found(call, "martin")
    assert (person.handle, person.name, person.email, list(person.roles), list(person.teams), person.version) == (
        "Martin",
        "Martin Example",
        "m@example.com",
        [ROLE_MEMBER],
        ["core"],
        1,
    )
    listed = await queries.list_people(running.directory, call, api.ListPeopleRequest(page_size=1))
    rest = await queries.list_people(running.directory, call, api.ListPeopleRequest(page_size=1, page_token=listed.next_page_token))
    assert [p.handle for p in [*listed.people, *rest.people]] == ["admin", "Martin"]
    assert rest.next_page_token == ""


async def test_a_handle_is_taken_once_in_a_tenant_and_free_in_another(running: Running) -> None:
    acme, other = admin_of(await running.tenant("acme")), admin_of(await running.tenant("other"))
    await running.person(acme, "martin")
    with pytest.raises(Refused) as refused:
        await running.person(acme, "MARTIN")
    assert refused.value.kind is Kind.TAKEN
    await running.person(other, "martin")


async def test_roles_change_on_the_version_that_was_read(running: Running) -> None:
    call = admin_of(await running.tenant("acme"))
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
    acme, other = admin_of(await running.tenant("acme")), admin_of(await running.tenant("other"))
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
    call = admin_of(await running.tenant("acme"))
    await running.person(call, "martin", name="Martin Example", email="martin@example.com")
    events = await running.log.reader.read()
    assert len(events) == 6
    for secret in (b"martin", b"Martin", b"example.com"):
        assert not any(secret in event.payload for event in events)


async def test_a_person_whose_key_is_gone_is_forgotten_and_the_rest_stays(running: Running) -> None:
    call = admin_of(await running.tenant("acme"))
    person_id = (await running.person(call, "martin", name="Martin Example")).aggregate_ids[0]
    async with await psycopg.AsyncConnection.connect(running.dsn) as connection:
        await connection.execute("DELETE FROM person_key WHERE person_id = encode(%s, 'hex')::uuid", (person_id,))
    person = (await queries.get_person(running.directory, call, api.GetPersonRequest(person_id=person_id))).person
    assert (person.handle, person.name, list(person.roles)) == ("", "", [ROLE_MEMBER])


async def test_after_a_restart_everybody_is_still_there(database: str) -> None:
    async with running_on(database) as before:
        call = admin_of(await before.tenant("acme"))
        await before.person(call, "martin")
    async with running_on(database) as after:
        assert (await after.found(call, "martin")).handle == "martin"
        with pytest.raises(Refused, match="already"):
            await after.person(call, "martin")
