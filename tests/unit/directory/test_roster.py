"""Who there is, as the log says it."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from cairn.directory.v1.events_pb2 import (
    ROLE_MEMBER,
    MembershipBegan,
    MembershipEnded,
    PersonAdded,
    PersonLeft,
    PersonReinstated,
)
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


@pytest.mark.parametrize("seed", range(20))
async def test_as_many_people_are_counted_on_a_day_as_are_in_a_team_on_it(seed: int) -> None:
    r, log = random.Random(seed), Log("directory")
    people, teams = [an_id(f"person {n}") for n in range(8)], [an_id(f"team {n}") for n in range(3)]
    for person in people:
        within = set[bytes]()
        log.append(PersonAdded(person_id=person, roles=[ROLE_MEMBER]), aggregate_id=person, tenant_id=ACME)
        for on in sorted(r.sample(range(20_000, 20_040), 6)):
            team = r.choice(teams)
            said: Any = MembershipEnded if team in within else MembershipBegan
            within ^= {team}
            log.append(said(person_id=person, team_id=team, holds_from=on), aggregate_id=person, tenant_id=ACME)
        if r.random() < 0.5:
            left = r.choice((PersonLeft, PersonReinstated))(person_id=person)
            log.append(left, aggregate_id=person, tenant_id=ACME)
    roster = await Roster(cast(LogReader, Told(*log.events)), 6).caught_up()
    days = r.sample(range(19_990, 20_060), 12)
    counts = roster.counts_on(ACME, days)
    for team in teams:
        assert counts.get(team, [0] * len(days)) == [len(list(roster.members_of(ACME, team, day))) for day in days]
    assert roster.counts_on(OTHER, days) == {}


async def test_who_has_left_is_in_their_teams_until_that_day_and_again_once_they_are_back() -> None:
    log, team = Log("directory"), an_id("team")
    log.append(PersonAdded(person_id=ANNA, roles=[ROLE_MEMBER]), aggregate_id=ANNA, tenant_id=ACME)
    log.append(MembershipBegan(person_id=ANNA, team_id=team, holds_from=10), aggregate_id=ANNA, tenant_id=ACME)

    async def said(*events: Any) -> list[bool]:
        for event in events:
            log.append(event, aggregate_id=ANNA, tenant_id=ACME)
        roster = await Roster(cast(LogReader, Told(*log.events)), 6).caught_up()
        return [any(roster.members_of(ACME, team, day)) for day in (9, 10, 14, 15, 19, 20)]

    assert await said(PersonLeft(person_id=ANNA, holds_from=20)) == [False, True, True, True, True, False]
    assert await said(PersonLeft(person_id=ANNA, holds_from=15)) == [False, True, True, False, False, False]
    roster = await Roster(cast(LogReader, Told(*log.events)), 6).caught_up()
    member = roster.members(ACME)[ANNA]
    assert [member.left_on(day) for day in (14, 15, 99)] == [None, 15, 15]
    log.append(PersonReinstated(person_id=ANNA), aggregate_id=ANNA, tenant_id=ACME)
    back = (await Roster(cast(LogReader, Told(*log.events)), 6).caught_up()).members(ACME)[ANNA]
    assert (back.left_on(15), back.left_on(), back.came_back_on > 20) == (15, None, True)
