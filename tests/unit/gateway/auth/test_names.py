"""What people are called: asked for many at once, held until directory tells of a change, within its bytes, and of one tenant alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cairn.directory.v1 import service_pb2 as api
from chassis.errors import Kind, Refused
from chassis.ids import Id, id_of_name, id_text, new_id
from chassis.rpc import IdentitySigner
from gateway.auth import PeopleNames, Standings
from shared.services import SERVICES

TENANT, OTHER_TENANT = new_id(), new_id()
ANN, BOB = new_id(), new_id()


class FakeDirectory:
    """What directory answers of names, and how often it was asked."""

    def __init__(self) -> None:
        self.names: dict[tuple[Id, Id], tuple[str, str]] = {(TENANT, ANN): ("ann", "Ann"), (TENANT, BOB): ("bob", "Bob")}
        self.position = 1
        self.answers_from = 0
        self.changed: list[tuple[Id, Id]] = []
        self.asked: list[int] = []
        self.away = self.incomplete = False

    def is_now(self, person_id: Id, handle: str, name: str) -> int:
        """Somebody is called otherwise; answers the position of that."""
        self.names[TENANT, person_id] = handle, name
        self.changed.append((TENANT, person_id))
        self.position += 1
        return self.position

    async def NamePeople(self, request: api.NamePeopleRequest, **_: Any) -> api.NamePeopleResponse:
        if self.away:
            raise Refused("UNAVAILABLE", "connection refused", kind=Kind.UNAVAILABLE)
        self.asked.append(len(request.person_ids))
        told = {i: self.names[request.tenant_id, i] for i in request.person_ids if (request.tenant_id, i) in self.names}
        names = [api.PersonName(person_id=i, handle=handle, name=name) for i, (handle, name) in told.items()]
        return api.NamePeopleResponse(names=names, position=self.answers_from or self.position)

    async def ListStandingChanges(self, _: api.ListStandingChangesRequest, **__: Any) -> api.ListStandingChangesResponse:
        changed, self.changed = self.changed, []
        standings = [api.Standing(tenant_id=tenant_id, person_id=person_id, left=True) for tenant_id, person_id in changed]
        return api.ListStandingChangesResponse(standings=standings, position=self.position, incomplete=self.incomplete)


@asynccontextmanager
async def names_before(directory: FakeDirectory, **more: int) -> AsyncIterator[tuple[PeopleNames, Standings]]:
    standings = Standings(directory, IdentitySigner(Ed25519PrivateKey.generate()), 60.0)  # type: ignore[arg-type]
    names = PeopleNames(directory, standings, **more)  # type: ignore[arg-type]
    following = asyncio.create_task(standings.follow())
    await until_fresh(standings)
    yield names, standings
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


async def until_fresh(standings: Standings) -> None:
    async with asyncio.timeout(5):
        while not standings.fresh:  # noqa: ASYNC110 - there is nothing to wait for but that it follows
            await asyncio.sleep(0)


def shown(person_id: Id, handle: str | None, name: str | None) -> dict[str, str | None]:
    return {"id": id_text(person_id), "handle": handle, "name": name}


async def test_many_are_asked_for_at_once_and_each_once() -> None:
    directory = FakeDirectory()
    people = [new_id() for _ in range(2000)]
    directory.names |= {(TENANT, i): ("p", "P") for i in people}
    async with names_before(directory) as (names, _):
        found = await names.of(TENANT, [*people, *people])
        assert (len(found), directory.asked) == (2000, [1000, 1000])
        assert await names.of(TENANT, people) == found
        assert directory.asked == [1000, 1000]


async def test_who_is_nobody_of_the_tenant_has_an_id_alone_and_is_asked_for_again() -> None:
    directory = FakeDirectory()
    async with names_before(directory) as (names, _):
        await names.of(TENANT, [ANN])
        for _ in range(2):
            assert await names.of(OTHER_TENANT, [ANN]) == {ANN: shown(ANN, None, None)}
        assert directory.asked == [1, 1, 1]


@pytest.mark.parametrize("handle", ["anna", ""], ids=["renamed", "forgotten"])
async def test_a_change_that_directory_tells_of_reaches_the_copy(handle: str) -> None:
    directory = FakeDirectory()
    async with names_before(directory) as (names, standings):
        await names.of(TENANT, [ANN, BOB])
        standings.must_reach(directory.is_now(ANN, handle, handle.title()))
        changed = shown(ANN, handle or None, handle.title() or None)
        assert (await names.of(TENANT, [ANN]))[ANN] == changed  # though the copy has not heard of it yet
        await until_fresh(standings)
        assert await names.of(TENANT, [ANN, BOB]) == {ANN: changed, BOB: shown(BOB, "bob", "Bob")}


async def test_where_changes_cannot_be_told_every_name_is_asked_for_anew() -> None:
    directory = FakeDirectory()
    async with names_before(directory) as (names, standings):
        await names.of(TENANT, [ANN])
        directory.incomplete = True
        standings.must_reach(directory.is_now(BOB, "bobby", "Bob"))
        await until_fresh(standings)
        assert names.bytes_held == 0


async def test_what_is_older_than_what_is_known_is_answered_and_not_held() -> None:
    directory = FakeDirectory()
    directory.position = 7
    async with names_before(directory) as (names, _):
        directory.answers_from = 6
        assert (await names.of(TENANT, [ANN]))[ANN] == shown(ANN, "ann", "Ann")
        assert names.bytes_held == 0


async def test_names_are_held_within_their_bytes_and_told_all_the_same() -> None:
    directory = FakeDirectory()
    people = [new_id() for _ in range(50)]
    directory.names |= {(TENANT, i): ("ä" * 100, "ö" * 200) for i in people}
    async with names_before(directory, most_bytes=20_000) as (names, _):
        assert len(await names.of(TENANT, people)) == 50
        assert 0 < names.bytes_held <= 20_000
        names.lost()
        assert names.bytes_held == 0


async def test_a_service_goes_by_its_name_and_nobody_is_asked() -> None:
    directory = FakeDirectory()
    async with names_before(directory) as (names, _):
        found = await names.of(TENANT, [*SERVICES.values(), id_of_name("operator")])
        assert [(person["handle"], person["name"]) for person in found.values()] == [(None, n) for n in (*SERVICES, "operator")]
        assert directory.asked == []


async def test_what_is_not_held_is_refused_while_directory_is_away() -> None:
    directory = FakeDirectory()
    async with names_before(directory) as (names, _):
        await names.of(TENANT, [ANN])
        directory.away = True
        assert (await names.of(TENANT, [ANN]))[ANN]["handle"] == "ann"
        with pytest.raises(Refused) as refused:
            await names.of(TENANT, [ANN, BOB])
        assert refused.value.kind is Kind.UNAVAILABLE
