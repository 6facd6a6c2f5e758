"""Whoever listens to changes, before fake services: who is told to read anew, and what it costs the services."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from cairn.audit.v1 import service_pb2 as audit
from cairn.common.v1.common_pb2 import LogPosition
from cairn.goals.v1.events_pb2 import KpiDefined, KpiMeasured, ObjectiveRevised
from cairn.progress.v1 import service_pb2 as progress
from chassis.errors import Kind, Refused
from chassis.ids import id_text, new_id
from embedded.ports import LOOPBACK, free_ports
from gateway.auth import Session
from gateway.http import serving
from gateway.live import LiveChanges, Reader
from gateway.live.changes import MOST_PAGES, PAGE
from shared.roles import MEMBER
from tests.support.gateway import Gateway, gateway_before_fakes


class Events:
    """A tenant's log, as audit tells of it."""

    def __init__(self, gateway: Gateway) -> None:
        self.events: list[audit.TailedEvent] = []
        self.refusal: Refused | None = None
        gateway.fakes.answers |= {"TailEvents": self._tail, "ShowChanges": self._show}
        self.hides = False
        self.progress_refuses = 0

    def happen(self, message: Any = None, ago: timedelta = timedelta()) -> bytes:
        """One more event; the id of what it is about."""
        own_id: bytes = new_id()
        message = message or KpiDefined(kpi_id=own_id)
        event = audit.TailedEvent(log="goals", position=len(self.events) + 1, event_type=message.DESCRIPTOR.full_name)
        event.payload, event.partition_key = message.SerializeToString(), own_id
        event.recorded_at.FromDatetime(datetime.now(UTC) - ago)
        self.events.append(event)
        return own_id

    def _tail(self, request: audit.TailEventsRequest) -> audit.TailEventsResponse:
        if self.refusal is not None:
            raise self.refusal
        after = max((position.position for position in request.after), default=0)
        told = [] if request.from_here else self.events[after : after + request.page_size]
        reached = len(self.events) if request.from_here else after + len(told)
        place = [LogPosition(log="goals", partition=0, position=reached, generation=1)]
        return audit.TailEventsResponse(events=told, reached=place, more=not request.from_here and reached < len(self.events))

    def _show(self, request: progress.ShowChangesRequest) -> progress.ShowChangesResponse:
        if self.progress_refuses:
            self.progress_refuses -= 1
            raise Refused("POSITION_NOT_REACHED", "not yet", kind=Kind.UNAVAILABLE)
        seen = [] if self.hides else range(len(request.objectives))
        sights = [progress.Sight(seen=seen) for _ in request.readers]
        return progress.ShowChangesResponse(ids=[o.id for o in request.objectives], sights=sights)


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[Gateway]:
    async with gateway_before_fakes(tmp_path) as gateway:
        yield gateway


@pytest.fixture
def events(gateway: Gateway) -> Events:
    return Events(gateway)


async def reader_of(gateway: Gateway, *roles: str) -> Reader:
    return Reader(await gateway.dependencies.sessions.session_of(gateway.token(*roles or (MEMBER,))))


async def told(reader: Reader, *, within: float = 5) -> str:
    """What comes next."""
    assert await reader.wait(within)
    return reader.take().decode()


async def since(gateway: Gateway, place: str) -> str:
    """What somebody is told who was away."""
    answer = await gateway.client.get("/v1/changes", params={"once": "true"}, headers={"Last-Event-ID": place})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/event-stream")
    assert answer.headers["cache-control"] == "no-store"
    return answer.text


async def test_who_comes_back_is_told_what_came_since_and_where_that_ends(gateway: Gateway, events: Events) -> None:
    first, second = events.happen(), events.happen()
    heard = await since(gateway, "goals:0:1")
    assert id_text(second) in heard
    assert id_text(first) not in heard
    assert "id: goals:0:2\n" in heard
    assert "event: changes" not in await since(gateway, "goals:0:2")
    by_parameter = await gateway.client.get("/v1/changes", params={"once": "true", "after": "goals:0:1"})
    assert id_text(second) in by_parameter.text


async def test_who_was_away_for_more_than_a_day_reads_anew(gateway: Gateway, events: Events) -> None:
    events.happen(ago=timedelta(hours=25))
    events.happen()
    heard = await since(gateway, "goals:0:0")
    assert 'event: anew\ndata: {"reason":"TOO_OLD"}' in heard
    assert "id: goals:0:2\n" in heard, "and goes on from here"
    assert "event: anew" not in await since(gateway, "goals:0:1")


async def test_who_missed_too_much_reads_anew(gateway: Gateway, events: Events) -> None:
    for _ in range(PAGE * MOST_PAGES + 1):
        events.happen()
    assert "TOO_MANY" in await since(gateway, "goals:0:0")


async def test_whose_place_was_lost_with_its_log_reads_anew(gateway: Gateway, events: Events) -> None:
    asked = events._tail

    def lost(request: audit.TailEventsRequest) -> audit.TailEventsResponse:
        if request.after and request.after[0].position == 9:
            raise Refused("POSITION_LOST", "its log went back", kind=Kind.INVALID)
        return asked(request)

    gateway.fakes.answers["TailEvents"] = lost
    events.happen()
    assert "LOG_WENT_BACK" in await since(gateway, "goals:0:9")


async def test_whose_place_the_log_has_not_come_to_reads_anew(gateway: Gateway, events: Events) -> None:
    assert "LOG_WENT_BACK" in await since(gateway, "goals:0:2000000")  # fake logs have a million events


@pytest.mark.parametrize("place", ["none", "goals:0", "goals:0:x", "nolog:0:1,"])
async def test_what_is_no_place_is_refused(gateway: Gateway, events: Events, place: str) -> None:
    refused = await gateway.client.get("/v1/changes", params={"once": "true"}, headers={"Last-Event-ID": place})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == "Last-Event-ID"


async def test_while_audit_is_away_nobody_begins_to_listen(gateway: Gateway, events: Events) -> None:
    events.refusal = Refused("UNAVAILABLE", "away", kind=Kind.UNAVAILABLE)
    assert (await gateway.client.get("/v1/changes", params={"once": "true"})).status_code == 503
    events.refusal = None
    assert (await gateway.client.get("/v1/changes", params={"once": "true"})).status_code == 200


async def test_what_is_hidden_is_told_to_nobody(gateway: Gateway, events: Events) -> None:
    events.hides = True
    hidden = new_id()
    events.happen(ObjectiveRevised(objective_id=hidden))
    kpi = events.happen()
    heard = await since(gateway, "goals:0:0")
    assert id_text(kpi) in heard
    assert id_text(hidden) not in heard


async def test_fifty_who_listen_ask_the_services_as_one_does(gateway: Gateway, events: Events) -> None:
    live = gateway.dependencies.live
    async with AsyncExitStack() as stack:
        readers = [await stack.enter_async_context(live.listening(await reader_of(gateway), None)) for _ in range(50)]
        events.happen(ObjectiveRevised(objective_id=new_id()))
        assert len({await told(reader) for reader in readers}) == 1
        shown = [asked.request for asked in gateway.fakes.asked if asked.method == "ShowChanges"]
        assert [len(request.readers) for request in shown] == [1], "one person, however many browsers they have"
    assert not live._tenants, "where nobody listens nothing is followed"


async def test_whoever_sees_what_a_kpi_feeds_hears_that_it_was_measured(gateway: Gateway, events: Events) -> None:
    kpi, fed = new_id(), new_id()
    shown = progress.ShowChangesResponse(ids=[fed], sights=[progress.Sight(seen=[0])])
    gateway.fakes.answers["ShowChanges"] = lambda request: shown if list(request.kpi_ids) == [kpi] else progress.ShowChangesResponse()
    events.happen(KpiMeasured(kpi_id=kpi))
    heard = await since(gateway, "goals:0:0")
    assert id_text(kpi) in heard
    assert id_text(fed) in heard


async def test_while_progress_does_not_say_who_sees_it_a_change_is_kept_and_then_everybody_reads_anew(
    gateway: Gateway, events: Events
) -> None:
    live = gateway.dependencies.live
    async with live.listening(await reader_of(gateway), None) as reader:
        events.progress_refuses = 1
        changed = new_id()
        events.happen(ObjectiveRevised(objective_id=changed))
        assert id_text(changed) in await told(reader, within=10)
        events.progress_refuses = 3
        events.happen(ObjectiveRevised(objective_id=changed))
        assert "INTERRUPTED" in await told(reader, within=20)
        kpi = events.happen()
        assert id_text(kpi) in await told(reader)


async def test_whoever_joins_while_others_are_told_is_told_too(gateway: Gateway, events: Events, monkeypatch: pytest.MonkeyPatch) -> None:
    live = gateway.dependencies.live
    is_asked, may_answer, show = asyncio.Event(), asyncio.Event(), live._shown

    async def shown_late(question: progress.ShowChangesRequest) -> progress.ShowChangesResponse:
        is_asked.set()
        await may_answer.wait()
        return await show(question)

    monkeypatch.setattr(live, "_shown", shown_late)
    async with live.listening(await reader_of(gateway), None) as first:
        events.happen(ObjectiveRevised(objective_id=new_id()))
        await asyncio.wait_for(is_asked.wait(), 5)
        async with live.listening(await reader_of(gateway), None) as joined:
            assert joined.reached == "goals:0:0", "so what came after that is still to be told"
            may_answer.set()
            assert await told(joined) == await told(first)
            assert joined.reached == first.reached == "goals:0:1"


async def test_what_cannot_be_told_ends_nothing_everybody_reads_anew(gateway: Gateway, events: Events) -> None:
    async with gateway.dependencies.live.listening(await reader_of(gateway), None) as reader:
        events.happen()
        events.events[-1].payload = b"\xff"  # no message
        assert "INTERRUPTED" in await told(reader)
        kpi = events.happen()
        assert id_text(kpi) in await told(reader)


async def test_what_fails_for_a_reader_does_not_end_looking_after_them(
    gateway: Gateway, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    live, looked = gateway.dependencies.live, asyncio.Semaphore(0)

    async def broken(_: object) -> Session:
        looked.release()
        raise LookupError("a defect")

    monkeypatch.setattr(live._sessions, "present", broken)
    looking = asyncio.create_task(live.look_after())
    async with live.listening(await reader_of(gateway), None):
        async with asyncio.timeout(5):
            await looked.acquire()
            await looked.acquire()
    looking.cancel()


async def test_a_flood_is_told_as_that_everything_is_to_be_read_anew(gateway: Gateway, events: Events) -> None:
    async with gateway.dependencies.live.listening(await reader_of(gateway), None) as reader:
        for _ in range(PAGE * (MOST_PAGES + 2)):
            events.happen()
        while "TOO_MANY" not in (heard := await told(reader, within=20)):
            assert "event: changes" in heard


async def test_whose_session_ended_is_told_so_within_a_moment(gateway: Gateway, events: Events) -> None:
    live: LiveChanges = gateway.dependencies.live
    async with live.listening(await reader_of(gateway), None) as reader:
        gateway.fakes.end_all_sessions()
        await live.look_at([reader])
        assert await told(reader) == 'event: end\ndata: {"reason":"SESSION_ENDED"}\n\n'


async def test_ten_streams_of_a_person_are_let_in_and_all_end_with_the_server(gateway: Gateway, events: Events) -> None:
    (port,) = free_ports(1)
    headers = {"Authorization": f"Bearer {gateway.token(MEMBER)}"}
    async with httpx.AsyncClient(base_url=f"http://{LOOPBACK}:{port}", headers=headers) as client, AsyncExitStack() as stack:
        async with serving(gateway.application, LOOPBACK, port):
            streams = [await stack.enter_async_context(client.stream("GET", "/v1/changes")) for _ in range(10)]
            assert [stream.status_code for stream in streams] == 10 * [200]
            refused = await client.get("/v1/changes")
            assert (refused.status_code, refused.json()["reason"]) == (429, "TOO_MANY_AT_ONCE")
            kpi = events.happen()
            lines = streams[0].aiter_lines()
            async with asyncio.timeout(5):
                while id_text(kpi) not in await anext(lines):
                    pass
            await streams[1].aclose()
            ended = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - ended < 5
