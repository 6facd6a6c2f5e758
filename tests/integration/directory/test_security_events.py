"""What the gateway notes is in the log once, however often it is sent."""

from __future__ import annotations

import pytest

from cairn.common.v1.common_pb2 import ChangedSince
from cairn.directory.v1 import service_pb2 as api
from cairn.directory.v1.events_pb2 import (
    ROLE_MEMBER,
    SECURITY_EVENT_KIND_DENIED,
    SECURITY_EVENT_KIND_SIGN_IN_FAILED,
    SECURITY_EVENT_KIND_SIGNED_IN,
    SecurityEventKind,
    SecurityEventNoted,
)
from chassis.errors import Refused
from chassis.ids import Id, new_id
from directory import commands, queries
from tests.integration.directory.test_directory import Running, running  # noqa: F401 - a fixture
from tests.integration.directory.test_who_may import GATEWAY_S


def noted(
    tenant_id: Id, person_id: Id, event_id: Id = b"", kind: SecurityEventKind.ValueType = SECURITY_EVENT_KIND_DENIED
) -> api.NotedSecurityEvent:
    event = SecurityEventNoted(kind=kind, person_id=person_id, what="export_log", count=1)
    return api.NotedSecurityEvent(id=event_id, tenant_id=tenant_id, event=event)


async def append(running: Running, *events: api.NotedSecurityEvent) -> None:  # noqa: F811
    await commands.note_security_events(running.directory, GATEWAY_S, api.NoteSecurityEventsRequest(events=events))


async def test_a_noted_event_sent_again_is_there_once_and_another_beside_it(running: Running) -> None:  # noqa: F811
    tenant_id = await running.tenant("acme")
    first, second = (noted(tenant_id, running.first_people[tenant_id], new_id()) for _ in range(2))
    before = await running.log.head()
    await append(running, first)
    await append(running, first, second)
    assert await running.log.head() == before + 2


async def test_a_batch_that_is_refused_in_part_and_sent_again_doubles_nothing(running: Running) -> None:  # noqa: F811
    tenant_id, other = await running.tenant("acme"), await running.tenant("other")
    first, second = (noted(tenant_id, running.first_people[tenant_id], new_id()) for _ in range(2))
    foreign = noted(other, running.first_people[other], second.id)
    await append(running, second)
    before = await running.log.head()
    for _ in range(2):
        with pytest.raises(Refused):
            await append(running, first, foreign)
    assert await running.log.head() == before + 1


async def test_an_event_of_an_earlier_gateway_has_no_id_and_is_noted(running: Running) -> None:  # noqa: F811
    tenant_id = await running.tenant("acme")
    before = await running.log.head()
    await append(running, noted(tenant_id, running.first_people[tenant_id]))
    assert await running.log.head() == before + 1


async def test_who_is_added_is_invited_until_they_first_sign_in(running: Running) -> None:  # noqa: F811
    tenant_id = await running.tenant("acme")
    admin = running.admin_of(tenant_id)
    await running.person(admin, "ann", roles=[ROLE_MEMBER])
    ann = (await running.found(admin, "ann")).person_id

    async def invited(wanted: bool) -> list[str]:
        people = await queries.list_people(running.directory, admin, api.ListPeopleRequest(invited=wanted))
        assert all(person.invited is wanted for person in people.people)
        return sorted(person.handle for person in people.people)

    assert (await invited(True), await invited(False)) == (["ann"], ["admin"]), "who changed something has been here"
    await append(running, noted(tenant_id, ann, new_id(), SECURITY_EVENT_KIND_SIGN_IN_FAILED))
    assert await invited(True) == ["ann"], "somebody tried to be her"

    before = await queries.list_people(running.directory, admin, api.ListPeopleRequest())
    await append(running, noted(tenant_id, ann, new_id(), SECURITY_EVENT_KIND_SIGNED_IN))
    assert await invited(True) == []
    since = ChangedSince(positions=before.positions)
    changed = await queries.list_people(running.directory, admin, api.ListPeopleRequest(changed_since=since))
    assert [person.person_id for person in changed.people] == [ann]
    request = api.GetPersonRequest(person_id=ann, as_of=1)
    assert (await queries.get_person(running.directory, admin, request)).person.invited, "as of a day before"
    await commands.leave_person(running.directory, admin, api.LeavePersonRequest(person_id=ann))
    assert not (await running.found(admin, "ann")).invited
