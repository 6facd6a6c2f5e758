"""What the gateway notes is in the log once, however often it is sent."""

from __future__ import annotations

import pytest

from cairn.directory.v1 import service_pb2 as api
from cairn.directory.v1.events_pb2 import SECURITY_EVENT_KIND_DENIED, SecurityEventNoted
from chassis.errors import Refused
from chassis.ids import Id, new_id
from directory import commands
from tests.integration.directory.test_directory import Running, running  # noqa: F401 - a fixture
from tests.integration.directory.test_who_may import GATEWAY_S


def noted(tenant_id: Id, person_id: Id, event_id: Id = b"") -> api.NotedSecurityEvent:
    event = SecurityEventNoted(kind=SECURITY_EVENT_KIND_DENIED, person_id=person_id, what="export_log", count=1)
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
