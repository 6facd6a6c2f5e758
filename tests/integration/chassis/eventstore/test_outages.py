"""PostgreSQL goes away under load: what was acknowledged is there once, what was not either, and callers wait instead of failing."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from chassis.errors import Kind, Refused
from chassis.eventstore import AppendConflict, Appended, EventLog, Written
from chassis.ids import new_id
from embedded.ports import free_ports
from embedded.postgres import Postgres
from tests.integration.chassis.eventstore.cycles import CYCLE, OneState, aggregates_of, call_of, decision, new_event, number, started
from tests.support.infrastructure import scratch_folder


@pytest.fixture
def mortal() -> Iterator[Postgres]:
    """A PostgreSQL server of this test alone, to be killed."""
    scratch: Path = scratch_folder()
    server = Postgres(scratch / "mortal", free_ports(1)[0], settings={"shared_buffers": "32MB"})
    server.start()
    yield server
    server.stop()
    shutil.rmtree(scratch, ignore_errors=True)


class Load:
    """Clients that append one event after the other until they are told to stop."""

    def __init__(self, log: EventLog, clients: int = 16) -> None:
        self.acknowledged: dict[bytes, int] = {}
        self.failed: list[Exception] = []
        self._log = log
        self._stopping = False
        self._goal = clients
        self._reached = asyncio.Event()
        self._clients = [asyncio.create_task(self._client()) for _ in range(clients)]

    async def _client(self) -> None:
        while not self._stopping:
            event = new_event(new_id(), 1)
            try:
                written = await self._log.append([event])
            except Refused as error:
                self.failed.append(error)
            else:
                self.acknowledged[event.event_id] = written.first_position
                if len(self.acknowledged) >= self._goal:
                    self._reached.set()

    async def more(self, events: int) -> None:
        """Returns when so many more were acknowledged."""
        self._goal = len(self.acknowledged) + events
        self._reached.clear()
        async with asyncio.timeout(60):
            await self._reached.wait()

    async def stop(self) -> None:
        self._stopping = True
        await asyncio.gather(*self._clients)

    async def check(self) -> None:
        """What was acknowledged stands where it was said to stand; the positions have no gaps."""
        events = [event async for event in self._log.reader.read_all()]
        assert [e.position for e in events] == list(range(1, len(events) + 1))
        assert self.acknowledged == {e.event_id: e.position for e in events}


@pytest.fixture
async def load(log: EventLog) -> AsyncIterator[Load]:
    load = Load(log)
    yield load
    await load.stop()


async def end_backends(dsn: str) -> int:
    """Ends every connection to the database but this one."""
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        return (await connection.execute(query)).rowcount


async def test_backends_that_are_ended_under_load_lose_nothing_and_write_nothing_twice(log: EventLog, load: Load) -> None:
    for _ in range(8):
        await load.more(200)
        assert await end_backends(log.dsn) >= 1
    await load.more(200)
    await load.stop()
    assert load.failed == []
    await load.check()


class Wire:
    """TCP connections to the database that break at a chosen moment: `swallow` the next "question" or "answer", or `cut` our side off."""

    def __init__(self, dsn: str) -> None:
        self.swallow = ""
        self._dsn = dsn
        self._near: set[asyncio.StreamWriter] = set()
        self._far: set[asyncio.StreamWriter] = set()

    async def open(self) -> str:
        """Listens; returns the connection string that goes through the wire."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return make_conninfo(self._dsn, host="127.0.0.1", port=self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        self._server.close()
        for end in self._near | self._far:
            end.close()
        await self._server.wait_closed()

    def cut(self) -> None:
        """Our side of every connection ends; the server's stays as it is, and does not hear of it."""
        for end in self._near:
            end.close()
        self._near.clear()

    async def _connected(self, near_in: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        database = conninfo_to_dict(self._dsn)
        host, port = str(database["host"]), int(str(database["port"]))
        by_socket = host.startswith("/")
        opening = asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}") if by_socket else asyncio.open_connection(host, port)
        far_in, far_out = await opening
        self._near.add(near_out)
        self._far.add(far_out)
        await asyncio.gather(self._carry("question", near_in, far_out, near_out), self._carry("answer", far_in, near_out, far_out))

    async def _carry(self, what: str, source: asyncio.StreamReader, sink: asyncio.StreamWriter, back: asyncio.StreamWriter) -> None:
        while chunk := await source.read(1 << 16):
            if self.swallow == what:
                self.swallow = ""
                back.close()
                break
            sink.write(chunk)
        else:
            if what == "question" and back not in self._near:
                return  # cut off
        sink.close()


@pytest.mark.parametrize("lost", ["question", "answer"])
async def test_a_group_whose_connection_breaks_is_written_once_whether_it_was_committed_or_not(database: str, lost: str) -> None:
    wire = Wire(database)
    log = await started(await wire.open())
    aggregates, call, cycle = aggregates_of(log), call_of(), new_id()
    await aggregates.decide(call, decision(cycle, number()))
    wire.swallow = lost
    answers = await asyncio.gather(*[aggregates.decide(call, decision(cycle, number())) for _ in range(5)])
    assert wire.swallow == ""
    events = await log.reader.read()
    assert {a.event_ids[0]: a.first_position for a in answers} == {e.event_id: e.position for e in events[1:]}
    assert {a.recorded_at for a in answers} <= {e.recorded_at for e in events}
    assert (await aggregates.load(CYCLE, cycle))[0] == ["0", "1", "2", "3", "4", "5"]
    await log.stop()
    await wire.close()


async def test_a_group_that_another_connection_wrote_meanwhile_is_answered_with_where_it_stands(log: EventLog) -> None:
    """Whoever wrote it: it is there once."""
    units = [[new_event(new_id(), 1)], [new_event(new_id(), 1), new_event(new_id(), 1)], [new_event(new_id(), 1)]]
    other = await started(log.dsn)
    before = await other.append([event for unit in units[:2] for event in unit])
    outcomes = await log.append_each([(unit, None) for unit in units])
    assert [v.first_position for v in outcomes if isinstance(v, Written)] == [1, 2, 4]
    assert isinstance(outcomes[0], Written)
    assert outcomes[0].recorded_at == before.recorded_at
    assert await log.head() == 4
    await other.stop()


async def test_a_connection_that_is_lost_on_our_side_alone_writes_nothing_after_a_conflict_was_answered(database: str) -> None:
    """Its backend still waits, here for the head, and would commit once it gets it."""
    wire, aggregate, basis = Wire(database), new_id(), OneState()
    log = await started(await wire.open())
    async with await psycopg.AsyncConnection.connect(database) as holder:
        await holder.execute("SELECT FROM log_head FOR UPDATE")
        appended = asyncio.create_task(log.append([new_event(aggregate, 1)], basis))
        async with asyncio.timeout(30):
            while True:
                if await waiting_for_locks(database):
                    break
                await asyncio.sleep(0.01)
        basis.invalidated = True  # as by a later append on it that was refused
        wire.cut()
        with pytest.raises(AppendConflict):
            await appended
        assert not await waiting_for_locks(database)
    assert await log.reader.read_aggregate(aggregate) == []
    assert (await log.append([new_event(aggregate, 1)])).first_position == 1
    await log.stop()
    await wire.close()


async def waiting_for_locks(dsn: str) -> int:
    """How many connections to the database wait for another to end its transaction."""
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        query = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        return (await connection.execute(query)).rowcount


async def test_a_server_that_is_killed_and_started_again_is_waited_for(mortal: Postgres) -> None:
    log = await started(mortal.create_database())
    load = Load(log)
    for _ in range(2):
        await load.more(300)
        await asyncio.to_thread(mortal.kill)
        await asyncio.to_thread(mortal.start)
    await load.more(300)
    await load.stop()
    assert load.failed == []
    await load.check()
    await log.stop()


async def test_commands_under_a_kill_are_carried_out_once_with_their_keys(mortal: Postgres) -> None:
    """A client that does not know how its command ended sends it again with the same key."""
    log = await started(mortal.create_database())
    aggregates, tenant, cycles = aggregates_of(log), new_id(), [new_id() for _ in range(3)]
    answers: dict[str, Appended] = {}
    under_way = asyncio.Event()

    async def client(n: int) -> None:
        for i in range(60):
            call = call_of(tenant, f"{n}.{i}", b"f")
            answers[call.idempotency_key] = await aggregates.decide(call, decision(cycles[i % 3], number()))
            if len(answers) == 100:
                under_way.set()

    clients = asyncio.gather(*[client(n) for n in range(12)])
    await under_way.wait()
    await asyncio.to_thread(mortal.kill)
    await asyncio.to_thread(mortal.start)
    await clients
    assert len({a.event_ids for a in answers.values()}) == 12 * 60 == await log.head()
    for cycle in cycles:
        state, version = await aggregates.load(CYCLE, cycle)
        assert state == [str(n) for n in range(version)]
    await log.stop()


async def test_a_server_that_stays_away_is_unavailable_and_then_served_again(mortal: Postgres) -> None:
    log = await started(mortal.create_database(), patience=1.0)
    aggregates, cycle, call = aggregates_of(log), new_id(), call_of()
    await aggregates.decide(call, decision(cycle, number()))
    await asyncio.to_thread(mortal.kill)
    refusals = await asyncio.gather(
        log.append([new_event(new_id(), 1)]),
        aggregates.decide(call, decision(cycle, number())),
        aggregates.decide(call, decision(new_id(), number())),
        log.head(),
        return_exceptions=True,
    )
    said = [(r.reason, r.kind) if isinstance(r, Refused) else repr(r) for r in refusals]
    assert said == [("LOG_UNAVAILABLE", Kind.UNAVAILABLE)] * 4
    await asyncio.to_thread(mortal.start)
    async with asyncio.timeout(30):
        while True:
            try:
                answer = await aggregates.decide(call, decision(cycle, number()))
            except Refused:
                continue
            break
    state, version = await aggregates.load(CYCLE, cycle)
    assert (answer.version, state) == (version, [str(n) for n in range(version)])
    await log.stop()
