"""What a person is called is changed: by an admin, and in part by themselves; found by either handle, and given anew where it was lost."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest
from psycopg import AsyncConnection

from cairn.directory.v1 import service_pb2 as api
from cairn.directory.v1.events_pb2 import ROLE_ADMIN, ROLE_VIEWER, NameReserved, PersonProfileChanged
from chassis.calls import Call
from chassis.errors import Refused
from chassis.ids import Id, id_text, new_id
from directory import commands, queries
from tests.integration.directory.test_directory import Running, call_of, running, running_on  # noqa: F401 - a fixture
from tests.integration.directory.test_leaving import leave
from tests.integration.directory.test_who_may import GATEWAY_S


async def change(running: Running, call: Call, person_id: Id, version: int = 0, **profile: Any) -> int:  # noqa: F811
    """The number of positions that it came to."""
    request = api.ChangePersonProfileRequest(person_id=person_id, profile=api.ProfileChange(**profile), expected_version=version)
    return len((await commands.change_person_profile(running.directory, call, request)).positions)


async def called(running: Running, call: Call, person_id: Id) -> tuple[str, str, str]:  # noqa: F811
    found = (await queries.get_person(running.directory, call, api.GetPersonRequest(person_id=person_id))).person
    return found.handle, found.name, found.email


async def added(running: Running, admin: Call, handle: str, **more: Any) -> Id:  # noqa: F811
    return (await running.person(admin, handle, **more)).aggregate_ids[0]


async def refused(attempt: Any) -> str:
    with pytest.raises(Refused) as told:
        await attempt
    return told.value.reason


async def signs_in(running: Running, admin: Call, handle: str) -> Id:  # noqa: F811
    """Whom the gateway is told a handle stands for."""
    request = api.GetStandingRequest(tenant=id_text(admin.identity.tenant_id), person=handle)
    return (await queries.get_standing(running.directory, GATEWAY_S, request)).standing.person_id


async def test_an_admin_changes_what_a_person_is_called_and_the_gateway_is_told(running: Running) -> None:  # noqa: F811
    admin = running.admin_of(await running.tenant("acme"))
    ann = await added(running, admin, "ann", name="Ann Example", email="ann@example.com")
    before = await running.log.head()
    await change(running, admin, ann, handle="anna", name="Anna Sample")
    assert await called(running, admin, ann) == ("anna", "Anna Sample", "ann@example.com")
    told = await queries.list_standing_changes(running.directory, GATEWAY_S, api.ListStandingChangesRequest(after=before))
    assert [standing.person_id for standing in told.standings] == [ann]
    assert await change(running, admin, ann, handle="anna", email="ann@example.com") == 0


async def test_the_handle_before_stays_theirs_and_they_may_take_it_again(running: Running) -> None:  # noqa: F811
    admin = running.admin_of(await running.tenant("acme"))
    ann = await added(running, admin, "ann")
    await change(running, admin, ann, handle="anna")
    assert [await signs_in(running, admin, handle) for handle in ("ann", "ANNA", "Ann")] == [ann, ann, ann]
    assert await refused(running.person(admin, "ann")) == "NAME_TAKEN"
    await change(running, admin, ann, handle="Ann")
    assert (await called(running, admin, ann))[0] == "Ann"
    assert await refused(running.person(admin, "anna")) == "NAME_TAKEN"
    reserved = [event for event in await running.log.reader.read() if event.event_type == NameReserved.DESCRIPTOR.full_name]
    assert len(reserved) == 4  # of the tenant, admin, ann, anna


async def test_a_handle_that_somebody_has_is_not_given_to_another_and_nothing_is_changed(running: Running) -> None:  # noqa: F811
    admin = running.admin_of(await running.tenant("acme"))
    ann, bob = await added(running, admin, "ann"), await added(running, admin, "bob", name="Bob")
    await change(running, admin, ann, handle="anna")
    for taken in ("ann", "anna", "Admin"):
        assert await refused(change(running, admin, bob, handle=taken, name="Robert")) == "NAME_TAKEN"
    assert await called(running, admin, bob) == ("bob", "Bob", "")


async def test_of_two_who_want_one_handle_at_once_one_gets_it(running: Running) -> None:  # noqa: F811
    admin = running.admin_of(await running.tenant("acme"))
    people = [await added(running, admin, handle) for handle in ("ann", "bob", "cat")]
    verdicts = await asyncio.gather(*(change(running, admin, each, handle="sam") for each in people), return_exceptions=True)
    assert sorted(verdict.reason for verdict in verdicts if isinstance(verdict, Refused)) == ["NAME_TAKEN", "NAME_TAKEN"]
    assert [(await called(running, admin, each))[0] for each in people].count("sam") == 1


async def test_one_s_own_name_and_address_one_changes_oneself_and_not_the_handle(running: Running) -> None:  # noqa: F811
    admin = running.admin_of(await running.tenant("acme"))
    ann, bob = await added(running, admin, "ann", roles=[ROLE_VIEWER]), await added(running, admin, "bob")
    herself = call_of(admin.identity.tenant_id, ann)
    await change(running, herself, ann, name="Anna", email="anna@example.com")
    assert await called(running, admin, ann) == ("ann", "Anna", "anna@example.com")
    assert await refused(change(running, herself, ann, handle="anna")) == "ROLE_REQUIRED"
    assert await refused(change(running, herself, ann, handle="ann", name="A")) == "ROLE_REQUIRED"
    assert await refused(change(running, herself, bob, name="Bobby")) == "ROLE_REQUIRED"
    await leave(running, admin, ann)
    assert await refused(change(running, herself, ann, name="Ann")) == "CALLER_UNKNOWN"
    await change(running, admin, ann, name="Ann")
    oneself = admin.identity.person_id
    await change(running, admin, oneself, handle="root", name="Root")
    assert await called(running, admin, oneself) == ("root", "Root", "")


async def test_a_version_that_somebody_else_has_changed_is_not_changed(running: Running) -> None:  # noqa: F811
    admin = running.admin_of(await running.tenant("acme"))
    ann = await added(running, admin, "ann")
    await change(running, admin, ann, version=1, name="Ann")
    assert await refused(change(running, admin, ann, version=1, name="Anna")) == "STALE_VERSION"
    await change(running, admin, ann, version=2, name="Anna")


async def test_a_profile_and_roles_are_changed_together_or_not_at_all(running: Running) -> None:  # noqa: F811
    admin = running.admin_of(await running.tenant("acme"))
    ann = await added(running, admin, "ann")
    await added(running, admin, "bob")

    async def both(handle: str, version: int) -> int:
        profile = api.ProfileChange(handle=handle)
        request = api.ChangePersonRolesRequest(person_id=ann, roles=[ROLE_ADMIN], expected_version=version, profile=profile)
        return (await commands.change_person_roles(running.directory, admin, request)).version

    assert await refused(both("bob", 1)) == "NAME_TAKEN"
    assert await refused(both("anna", 7)) == "STALE_VERSION"
    assert (await running.found(admin, "ann")).version == 1
    assert await both("anna", 1) == 3
    found = await running.found(admin, "ann")
    assert (found.handle, list(found.roles), found.version) == ("anna", [ROLE_ADMIN], 3)


async def test_nobody_and_somebody_of_another_tenant_are_unknown_and_get_no_key(running: Running) -> None:  # noqa: F811
    admin, other = running.admin_of(await running.tenant("acme")), running.admin_of(await running.tenant("other"))
    nobody = new_id()
    for person_id in (nobody, other.identity.person_id):
        assert await refused(change(running, admin, person_id, name="Eve")) == "PERSON_UNKNOWN"
    assert await keys_of(running, nobody) == 0


async def keys_of(running: Running, person_id: Id) -> int:  # noqa: F811
    async with await AsyncConnection.connect(running.dsn) as connection:
        cursor = await connection.execute("SELECT count(*) FROM person_key WHERE person_id = %s", (UUID(bytes=person_id),))
        row = await cursor.fetchone()
        return int(row[0]) if row else 0


async def test_nothing_in_the_log_tells_what_somebody_is_called_or_was(running: Running) -> None:  # noqa: F811
    admin = running.admin_of(await running.tenant("acme"))
    ann = await added(running, admin, "martin", name="Martin Example", email="martin@example.com")
    await change(running, admin, ann, handle="sabine", name="Sabine Sample", email="sabine@sample.org")
    events = await running.log.reader.read()
    assert events[-2].event_type == PersonProfileChanged.DESCRIPTOR.full_name
    for secret in (b"martin", b"Martin", b"example.com", b"sabine", b"Sabine", b"sample.org"):
        assert not any(secret in event.payload for event in events)


async def test_who_was_taken_back_without_their_key_is_given_their_profile_again(database: str) -> None:
    """As after a backup that was restored without WAL: the log has them, by Kafka, and directory's database has no key of theirs."""
    async with running_on(database) as running:  # noqa: F811
        admin = running.admin_of(await running.tenant("acme"))
        ann = await added(running, admin, "ann", name="Ann Example", email="ann@example.com", roles=[ROLE_VIEWER])
        await change(running, admin, ann, name="Ann Sample")
    async with running_on(database) as running:
        async with await AsyncConnection.connect(running.dsn, autocommit=True) as connection:
            await connection.execute("DELETE FROM person_key WHERE person_id = %s", (UUID(bytes=ann),))
        assert await called(running, admin, ann) == ("", "", "")
        assert await signs_in(running, admin, "ann") == ann

        assert await refused(change(running, admin, ann, handle="admin")) == "NAME_TAKEN"
        assert await called(running, admin, ann) == ("", "", "")  # what was sealed under the key before stays lost

        await change(running, admin, ann, handle="anna", name="Anna Sample")
        assert await called(running, admin, ann) == ("anna", "Anna Sample", "")
        assert [await signs_in(running, admin, handle) for handle in ("anna", "ann")] == [ann, ann]
        assert list((await running.found(admin, "anna")).roles) == [ROLE_VIEWER]
        assert (await running.found(admin, "admin")).handle == "admin"
    async with running_on(database) as running:
        assert await called(running, admin, ann) == ("anna", "Anna Sample", "")
        await change(running, admin, ann, email="anna@example.com")
        assert await called(running, admin, ann) == ("anna", "Anna Sample", "anna@example.com")


async def test_where_the_database_was_lost_altogether_everybody_is_found_by_id_and_given_a_profile_again(database: str) -> None:
    """As after a recovery from Kafka alone: neither keys nor the secret that handles are told by are there."""
    async with running_on(database) as running:  # noqa: F811
        admin = running.admin_of(await running.tenant("acme"))
        ann = await added(running, admin, "ann", name="Ann Example")
    async with await AsyncConnection.connect(database, autocommit=True) as connection:
        await connection.execute("DELETE FROM person_key")
        await connection.execute("DELETE FROM name_secret")
    async with running_on(database) as running:
        assert [await signs_in(running, admin, name) for name in ("ann", id_text(admin.identity.person_id))] == [
            b"",
            admin.identity.person_id,
        ]
        for person_id, handle in ((admin.identity.person_id, "admin"), (ann, "ann")):
            await change(running, admin, person_id, handle=handle)
        assert [await signs_in(running, admin, name) for name in ("ann", "admin")] == [ann, admin.identity.person_id]


async def test_a_profile_that_was_sealed_under_another_key_than_the_one_that_is_there_is_lost_and_nobody_else_s(running: Running) -> None:  # noqa: F811
    """As after an older backup, which brings back the key of before theirs was lost for the first time."""
    admin = running.admin_of(await running.tenant("acme"))
    ann, bob = await added(running, admin, "ann"), await added(running, admin, "bob")
    async with await AsyncConnection.connect(running.dsn, autocommit=True) as connection:
        await connection.execute("UPDATE person_key SET key = %s WHERE person_id = %s", (b"k" * 32, UUID(bytes=ann)))
    listed = await queries.list_people(running.directory, admin, api.ListPeopleRequest(person_ids=[ann, bob]))
    assert [person.handle for person in listed.people] == ["", "bob"]
    await change(running, admin, ann, handle="ann")
    assert (await called(running, admin, ann))[0] == "ann"
