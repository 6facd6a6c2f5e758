"""The inbox, with a real PostgreSQL and its own log: once each, own items only, newest first, in the words of now."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass

import psycopg
import pytest

from cairn.goals.v1.events_pb2 import (
    KeyResultDefined,
    KeyResultMovedIn,
    ObjectiveDefined,
    ObjectiveMovedToCycle,
    ObjectiveRevised,
    Owner,
    People,
    TaskGiven,
    TaskReassigned,
)
from cairn.notifications.v1 import service_pb2 as api
from cairn.notifications.v1.events_pb2 import NotificationsRead
from cairn.progress.v1.events_pb2 import STATUS_AT_RISK, STATUS_BEHIND, STATUS_ON_TRACK, FormulaSwitched, ObjectiveStatusTurned
from chassis.calls import Call, Identity
from chassis.errors import Kind, Refused
from chassis.eventstore import Aggregates, EventLog
from chassis.ids import Id, id_of_name, new_id
from chassis.positions import Position
from chassis.postgres import TenantConnections, connection_pool
from notifications import commands, queries, schema
from notifications.aggregates import EVENT_TYPES
from notifications.items import deliver
from notifications.names import Named
from notifications.service import Notifications
from shared.roles import MEMBER
from tests.support import recorded

OWNER = id_of_name("owner")
OBJECTIVES = [id_of_name(f"objective {number}") for number in range(10)]


@dataclass
class Inboxes:
    """The service without Kafka: what is appended to its log is taken in when somebody waits for it."""

    dsn: str
    log: EventLog
    service: Notifications
    called: dict[Id, Named]  # nothing: it cannot be looked up

    async def deliver(self, log: recorded.Log, upto: int | None = None) -> int:
        """How many took effect."""
        return len(await recorded.deliver(self.dsn, deliver, log.events[:upto]))

    async def inbox(self, call: Call, **request: object) -> api.ListInboxResponse:
        return await queries.list_inbox(self.service, call, api.ListInboxRequest(**request))  # type: ignore[arg-type]

    async def subjects(self, call: Call, **request: object) -> list[str]:
        return [item.subject.partition(":")[0] for item in (await self.inbox(call, **request)).notifications]

    async def mark_read(self, call: Call, *notification_ids: Id) -> int:
        return (await commands.mark_read(self.service, call, api.MarkReadRequest(notification_ids=notification_ids))).marked


@pytest.fixture
async def inboxes(database: str) -> AsyncIterator[Inboxes]:
    log, dsn = EventLog(database, "notifications", 6), schema.conninfo(database)
    await log.start()
    for _ in range(2):  # a second process starts too
        await schema.create_schema(database)
    called = {objective_id: Named(f"O{number}", "Objective") for number, objective_id in enumerate(OBJECTIVES)}

    async def names(_: Call, objective_ids: Iterable[Id], task_ids: Iterable[Id]) -> Mapping[Id, Named] | None:
        return {thing: called[thing] for thing in (*objective_ids, *task_ids) if thing in called} if called else None

    async def wait_for(positions: Iterable[Position], _: float) -> None:
        assert list(positions)
        await recorded.deliver(dsn, deliver, await log.reader.read())

    async with TenantConnections(connection_pool(dsn)) as connections:
        yield Inboxes(dsn, log, Notifications(connections, Aggregates(log, EVENT_TYPES), wait_for, names), called)
    await log.stop()


def turns(count: int, owner: Id = OWNER) -> recorded.Log:
    log = recorded.Log("progress")
    for number in range(count):
        before, to = ((STATUS_ON_TRACK, STATUS_BEHIND), (STATUS_BEHIND, STATUS_AT_RISK), (STATUS_AT_RISK, STATUS_ON_TRACK))[number % 3]
        turned = ObjectiveStatusTurned(to=to, objective_id=OBJECTIVES[number], owner_id=owner, title="as it was called then")
        setattr(turned, "from", before)
        log.append(turned, aggregate_id=OBJECTIVES[number])
    return log


def asked_by(log: recorded.Log, person: Id = OWNER, tenant: Id | None = None) -> Call:
    return Call(Identity(tenant or log.tenant_id, person, frozenset({MEMBER})), new_id())


async def test_whatever_is_delivered_again_nobody_is_told_twice(inboxes: Inboxes) -> None:
    log = turns(5)
    assert await inboxes.deliver(log, 3) == 3
    assert await inboxes.deliver(log) == 2  # Kafka hands over from the start again
    assert await inboxes.subjects(asked_by(log)) == [f"O{number} Objective" for number in (4, 3, 2, 1, 0)]


async def test_a_consumer_that_lost_its_positions_tells_nobody_twice(inboxes: Inboxes) -> None:
    log = turns(3)
    await inboxes.deliver(log)
    async with await psycopg.AsyncConnection.connect(inboxes.dsn) as connection:
        await connection.execute("DELETE FROM consumed")
    assert await inboxes.deliver(log) == 3  # the effects run again
    assert len(await inboxes.subjects(asked_by(log))) == 3


async def test_an_inbox_is_its_owners_alone(inboxes: Inboxes) -> None:
    log = turns(2)
    await inboxes.deliver(log)
    assert await inboxes.subjects(asked_by(log, person=new_id())) == []
    assert await inboxes.subjects(asked_by(log, tenant=new_id())) == []


async def test_pages_follow_each_other_without_a_gap(inboxes: Inboxes) -> None:
    log = turns(5)
    await inboxes.deliver(log)
    call, token, pages = asked_by(log), "", []
    while True:
        answer = await inboxes.inbox(call, page_size=2, page_token=token)
        pages.append([OBJECTIVES.index(item.objective_id) for item in answer.notifications])
        token = answer.next_page_token
        if not token:
            break
    assert pages == [[4, 3], [2, 1], [0]]


async def test_an_item_is_in_the_words_of_now_and_in_the_figures_of_then(inboxes: Inboxes) -> None:
    log = turns(1)
    await inboxes.deliver(log)
    call = asked_by(log)
    assert (await inboxes.inbox(call)).notifications[0].subject == "O0 Objective: on track → behind, at 0.0 %"
    inboxes.called[OBJECTIVES[0]] = Named("O7", "Another title")
    assert (await inboxes.inbox(call)).notifications[0].subject == "O7 Another title: on track → behind, at 0.0 %"


async def test_an_item_tells_no_more_than_its_reader_may_know_now(inboxes: Inboxes) -> None:
    log = turns(1)
    await inboxes.deliver(log)
    call = asked_by(log)

    async def told() -> tuple[Id, str]:
        (item,) = (await inboxes.inbox(call)).notifications
        assert item.objective.id == item.objective_id
        return item.objective_id, item.subject

    del inboxes.called[OBJECTIVES[0]]
    assert await told() == (b"", "an objective that you can no longer see: its status turned")
    inboxes.called.clear()
    assert await told() == (b"", "an objective that cannot be looked up now: its status turned")


async def test_a_status_that_its_reader_is_not_told_has_not_turned_for_them(inboxes: Inboxes) -> None:
    """Else whoever moves their target about finds out, by what comes, on which side of it a hidden figure lies."""
    log = turns(3)
    await inboxes.deliver(log)
    call = asked_by(log)
    inboxes.called[OBJECTIVES[1]] = Named("O1", "Objective", numbers_withheld=True)
    inbox = await inboxes.inbox(call)
    assert ([item.objective_id for item in inbox.notifications], inbox.unread) == ([OBJECTIVES[2], OBJECTIVES[0]], 2)
    first = await inboxes.inbox(call, page_size=1)
    second = await inboxes.inbox(call, page_size=1, page_token=first.next_page_token)
    assert (first.notifications[0].objective_id, [*second.notifications], second.unread) == (OBJECTIVES[2], [], 2)
    third = await inboxes.inbox(call, page_size=1, page_token=second.next_page_token)
    assert ([item.objective_id for item in third.notifications], third.next_page_token) == ([OBJECTIVES[0]], "")


async def test_what_was_read_is_read_once_and_by_its_owner_only(inboxes: Inboxes) -> None:
    log = turns(3)
    await inboxes.deliver(log)
    call = asked_by(log)
    inbox = await inboxes.inbox(call)
    assert inbox.unread == 3
    newest = inbox.notifications[0].notification_id
    assert await inboxes.mark_read(asked_by(log, person=new_id()), newest, new_id()) == 0
    assert await inboxes.mark_read(asked_by(log, tenant=new_id()), newest) == 0
    assert await inboxes.mark_read(call, newest, new_id()) == 1
    assert await inboxes.mark_read(call, newest) == 0
    assert await inboxes.subjects(call, unread_only=True) == ["O1 Objective", "O0 Objective"]
    inbox = await inboxes.inbox(call)
    assert inbox.unread == 2
    assert [item.HasField("read_at") for item in inbox.notifications] == [True, False, False]
    (event,) = await inboxes.log.reader.read()
    assert EVENT_TYPES.decode(event.event_type, event.payload) == NotificationsRead(person_id=OWNER, notification_ids=[newest])
    assert (event.actor_id, event.tenant_id, event.aggregate_id) == (OWNER, log.tenant_id, OWNER)


async def test_what_was_read_is_answered_also_while_the_inbox_cannot_show_it_yet(inboxes: Inboxes) -> None:
    async def in_vain(_: Iterable[Position], __: float) -> None:
        raise Refused("NOT_YET_CONSUMED", "Kafka is away", kind=Kind.UNAVAILABLE)

    log = turns(1)
    await inboxes.deliver(log)
    call = asked_by(log)
    (item,) = (await inboxes.inbox(call)).notifications
    request = api.MarkReadRequest(notification_ids=[item.notification_id])
    service = Notifications(inboxes.service.connections, inboxes.service.aggregates, in_vain, inboxes.service.names)
    assert (await commands.mark_read(service, call, request)).marked == 1
    assert (await commands.mark_read(service, call, request)).marked == 0
    assert await inboxes.log.head() == 1


async def test_a_mark_that_comes_before_its_item_is_kept_for_it(inboxes: Inboxes) -> None:
    """The two are from different logs, between which there is no order."""
    log = turns(2)
    await inboxes.deliver(log)
    call = asked_by(log)
    await inboxes.mark_read(call, (await inboxes.inbox(call)).notifications[0].notification_id)
    async with await psycopg.AsyncConnection.connect(inboxes.dsn) as connection:
        await connection.execute("TRUNCATE item, read_mark, consumed")
    await recorded.deliver(inboxes.dsn, deliver, await inboxes.log.reader.read())
    await inboxes.deliver(log)
    assert await inboxes.subjects(call, unread_only=True) == ["O0 Objective"]


@pytest.mark.parametrize("token", ["rubbish", "1.rubbish", ".", "99999999999999999999.01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10"])
async def test_a_page_token_that_nobody_gave_is_refused(inboxes: Inboxes, token: str) -> None:
    with pytest.raises(Refused) as refused:
        await inboxes.inbox(asked_by(turns(0)), page_token=token)
    assert refused.value.reason == "PAGE_TOKEN_UNKNOWN"


def assigned(log: recorded.Log, number: int, *, imported: bool = False) -> None:
    """An objective with a key result, which somebody else gives to the owner."""
    objective_id = OBJECTIVES[number]
    log.append(ObjectiveDefined(objective_id=objective_id, owner_id=OWNER, imported=imported), aggregate_id=objective_id)
    owners = [Owner(person_id=OWNER)]
    log.append(
        KeyResultDefined(objective_id=objective_id, key_result_id=new_id(), owners=owners, imported=imported), aggregate_id=objective_id
    )


async def test_whoever_becomes_an_owner_or_a_contributor_is_told_once(inboxes: Inboxes) -> None:
    log, bob = recorded.Log("goals"), new_id()
    assigned(log, 0)
    for contributors in ([bob], [bob, OWNER], [bob]):
        revised = ObjectiveRevised(objective_id=OBJECTIVES[0], contributors=People(person_ids=contributors))
        log.append(revised, aggregate_id=OBJECTIVES[0])
    await inboxes.deliver(log)
    told = [item.subject for item in (await inboxes.inbox(asked_by(log))).notifications]
    assert told == ["O0 Objective: a key result was assigned to you", "O0 Objective: it was assigned to you"]
    assert [item.subject for item in (await inboxes.inbox(asked_by(log, bob))).notifications] == ["O0 Objective: it was assigned to you"]


async def test_nobody_is_told_of_what_an_import_gives_them_and_of_what_people_change_of_it_they_are(inboxes: Inboxes) -> None:
    log, bob = recorded.Log("goals"), new_id()
    assigned(log, 0, imported=True)
    for owner in (bob, OWNER):
        log.append(ObjectiveRevised(objective_id=OBJECTIVES[0], owner_id=owner), aggregate_id=OBJECTIVES[0])
    await inboxes.deliver(log)
    assert await inboxes.subjects(asked_by(log)) == ["O0 Objective"]
    assert await inboxes.subjects(asked_by(log, bob)) == ["O0 Objective"]


async def test_owner_and_contributors_are_told_that_an_objective_was_moved_to_another_cycle(
    inboxes: Inboxes,
) -> None:
    log, bob, cyd = recorded.Log("goals"), new_id(), new_id()
    assigned(log, 0)
    everybody = ObjectiveRevised(objective_id=OBJECTIVES[0], contributors=People(person_ids=[bob, log.actor_id]))
    log.append(everybody, aggregate_id=OBJECTIVES[0])
    for _ in range(2):  # known in the same batch, and from before
        log.append(ObjectiveMovedToCycle(objective_id=OBJECTIVES[0], from_cycle_id=new_id(), cycle_id=new_id()), aggregate_id=OBJECTIVES[0])
        await inboxes.deliver(log)
    moved = "O0 Objective: it was moved to another cycle"
    told = {person: [item.subject for item in (await inboxes.inbox(asked_by(log, person))).notifications] for person in (OWNER, bob, cyd)}
    assert [told[OWNER].count(moved), told[bob].count(moved), told[cyd]] == [2, 2, []]
    assert moved not in [item.subject for item in (await inboxes.inbox(asked_by(log, log.actor_id))).notifications]


async def test_whoever_has_a_key_result_or_the_objective_that_it_leaves_is_told_that_it_was_moved(inboxes: Inboxes) -> None:
    log, bob, key_result_id = recorded.Log("goals"), new_id(), new_id()
    assigned(log, 0)
    assigned(log, 1)
    defined = KeyResultDefined(objective_id=OBJECTIVES[0], key_result_id=key_result_id, owners=[Owner(person_id=bob, share=1)])
    log.append(defined, aggregate_id=OBJECTIVES[0])
    moved = KeyResultMovedIn(
        objective_id=OBJECTIVES[1], key_result_id=key_result_id, from_objective_id=OBJECTIVES[0], defined_of=OBJECTIVES[0]
    )
    log.append(moved, aggregate_id=OBJECTIVES[1])
    await inboxes.deliver(log)
    for person in (OWNER, bob):
        told = [item.subject for item in (await inboxes.inbox(asked_by(log, person))).notifications]
        assert told.count("O1 Objective: a key result was moved to it") == 1


async def test_a_task_is_named_to_whom_it_concerns_and_not_to_who_may_no_longer_know_of_it(inboxes: Inboxes) -> None:
    log, bob, task_id = recorded.Log("goals"), new_id(), new_id()
    inboxes.called[task_id] = Named("T1", "Ask the agency")
    log.append(TaskGiven(task_id=task_id, assignee_id=OWNER, objective_id=OBJECTIVES[0]), aggregate_id=task_id)
    log.append(TaskReassigned(task_id=task_id, assignee_id=bob, from_assignee_id=OWNER), aggregate_id=task_id)
    for _ in range(2):
        await inboxes.deliver(log)
    moved, first = (await inboxes.inbox(asked_by(log))).notifications
    assert (first.subject, moved.subject) == ("T1 Ask the agency: it was given to you", "T1 Ask the agency: it was given to somebody else")
    assert (moved.task.reference, moved.objective_id, moved.by_id) == ("T1", b"", log.actor_id)
    del inboxes.called[task_id]
    (hidden,) = (await inboxes.inbox(asked_by(log, bob))).notifications
    assert hidden.subject == "a task that you can no longer see: it was given to you"
    assert (hidden.HasField("task"), hidden.by_id) == (False, b"")


@pytest.mark.parametrize("switch_comes_first", [True, False])
async def test_an_upgrade_tells_nobody_of_what_was_theirs_before(inboxes: Inboxes, switch_comes_first: bool) -> None:
    """Of a tenant that is older than what inboxes tell of beside statuses; there is no order between the logs."""
    log, turned = recorded.Log("goals"), turns(1)
    assigned(log, 0)
    switched = turned.append(FormulaSwitched(**{"from": 1, "to": 2}), aggregate_id=new_id())
    began = switched._replace(recorded_at=log.events[-1].recorded_at, tenant_id=log.tenant_id)
    progress = [turned.events[0]._replace(tenant_id=log.tenant_id), began]
    assigned(log, 1)
    for events in (progress, log.events) if switch_comes_first else (log.events, progress):
        await recorded.deliver(inboxes.dsn, deliver, events)
    inbox = await inboxes.inbox(asked_by(log))
    assert sorted(item.subject for item in inbox.notifications) == [
        "O0 Objective: on track → behind, at 0.0 %",
        "O1 Objective: a key result was assigned to you",
        "O1 Objective: it was assigned to you",
    ]
    assert inbox.unread == 3


async def test_a_later_switch_of_the_formulas_begins_nothing(inboxes: Inboxes) -> None:
    log = recorded.Log("goals")
    assigned(log, 0)
    later = recorded.Log("progress")
    switched = later.append(FormulaSwitched(**{"from": 2, "to": 3}), aggregate_id=new_id())
    await inboxes.deliver(log)
    await recorded.deliver(inboxes.dsn, deliver, [switched._replace(tenant_id=log.tenant_id)])
    assert len((await inboxes.inbox(asked_by(log))).notifications) == 2
