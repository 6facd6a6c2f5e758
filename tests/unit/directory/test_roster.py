"""Who there is, as the log says it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from cairn.directory.v1.events_pb2 import ROLE_MEMBER, PersonAdded
from chassis.events import RecordedEvent
from chassis.eventstore import LogReader
from directory.domain import sessions
from directory.domain.sessions import Sessions
from directory.roster import Roster
from tests.support.events import an_id
from tests.support.recorded import Log

ACME, OTHER, ANNA = an_id("acme"), an_id("other"), an_id("Anna")
NOON = datetime(2026, 9, 21, 12, tzinfo=UTC)


class Told:
    """A log that was read already."""

    def __init__(self, *events: RecordedEvent) -> None:
        self._events = list(events)

    async def read(self, after: int, limit: int) -> list[RecordedEvent]:
        return [event for event in self._events if event.position > after][:limit]


async def test_a_person_is_somebody_of_one_tenant_and_what_ended_of_another_s_is_not_theirs() -> None:
    log = Log("directory")
    for tenant_id in (ACME, OTHER):
        log.append(PersonAdded(person_id=ANNA, roles=[ROLE_MEMBER]), aggregate_id=ANNA, tenant_id=tenant_id)
    log.append(sessions.revoke(ANNA, NOON), aggregate_id=an_id("sessions"), tenant_id=OTHER)
    roster = await Roster(cast(LogReader, Told(*log.events)), 6).caught_up()
    assert roster.sessions(OTHER, ANNA).revoked_before == NOON
    assert roster.sessions(ACME, ANNA) == Sessions()
