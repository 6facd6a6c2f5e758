"""Appending to a log: one-event appends with 64 in flight beside `eventsourcing`'s own PostgreSQL `save`, and the cost in a long log."""

from __future__ import annotations

import asyncio
import itertools
import random
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from chassis.eventstore import EventLog, NewEvent
from chassis.ids import Id, new_id
from tests.bench.figures import Figure

IN_FLIGHT: Final = 64
ROUNDS: Final = 3
SECONDS: Final = 1.5  # of each round
WRITERS: Final = (1, 2, 4, 8)  # of the peer: its best number is what counts
SHORT, LONG = 10_000, 1_000_000  # events in the log
EVENTS_EACH: Final = 10  # of an aggregate
PAYLOAD: Final = bytes(120)


class Counter(Aggregate):
    """The peer's aggregate: one event a `save`."""

    @event("Counted")
    def count(self, name: str) -> None:
        self.name = name


async def measure(dsn: str) -> list[Figure]:
    """Appends with 64 in flight, and what an event costs in a long log. `dsn` is of an empty database."""
    return [await _beside_the_peer(dsn), await _in_a_long_log(dsn)]


async def _beside_the_peer(dsn: str) -> Figure:
    log = await _log(dsn, "beside_the_peer")
    ours, peers = [], []
    for _ in range(ROUNDS):  # interleaved: the machine's speed swings from second to second
        ours.append(await _appends_a_second(log, dict.fromkeys((new_id() for _ in range(IN_FLIGHT)), 0), SECONDS))
        peers.append(await asyncio.to_thread(_best_saves_a_second, dsn))
    await log.stop()
    value, peer = statistics.median(ours), statistics.median(peers)
    note = f"peer: eventsourcing's own PostgreSQL save, the best of {', '.join(map(str, WRITERS))} writers"
    return Figure("durable one-event appends, 64 in flight", value, "events/s", peer, value / peer, floor=40, note=note)


async def _in_a_long_log(dsn: str) -> Figure:
    """The cost of an event of an aggregate anywhere in the log, between checkpoints; the note tells it right after one.

    With the first change of a page after a checkpoint PostgreSQL writes an image of it. In a long log that is nearly every event of the
    first second; then the pages of the index have theirs, and none is written until the next checkpoint, minutes later.
    """
    long = await _log(dsn, "long")
    old = await _fill(long, LONG)
    right_after = [await _costs(dsn, f"short_after_{n}", long, old, checkpoint=True) for n in range(ROUNDS)]
    await _append_to_each(long, old)
    between = [await _costs(dsn, f"short_{n}", long, old) for n in range(2 * ROUNDS)]
    await long.stop()
    in_short, in_long = (statistics.median(cost) for cost in zip(*between, strict=True))
    name = "cost of an event with 1,000,000 in the log against 10,000"
    note = f"right after a checkpoint, when each page is written whole once: {_ratio(right_after):.2f}"
    return Figure(name, in_long, "µs", in_short, _ratio(between), ceiling=1.2, note=note)


async def _costs(dsn: str, name: str, long: EventLog, old: dict[Id, int], *, checkpoint: bool = False) -> tuple[float, float]:
    """Microseconds an event in a short log and in the long one. The short log is a new one: it does not stay short."""
    short = await _log(dsn, name)
    young = await _fill(short, SHORT)
    if checkpoint:
        await _command(dsn, "CHECKPOINT")
    in_short = 1e6 / await _appends_a_second(short, young, SECONDS / 4)
    in_long = 1e6 / await _appends_a_second(long, old, SECONDS / 4)
    await short.stop()
    return in_short, in_long


def _ratio(costs: list[tuple[float, float]]) -> float:
    return statistics.median(in_long / in_short for in_short, in_long in costs)


async def _command(dsn: str, command: str) -> None:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        await connection.execute(command.encode())


async def _log(dsn: str, name: str) -> EventLog:
    """A log in a database of its own, beside that of `dsn`."""
    database = f"{conninfo_to_dict(dsn)['dbname']}_{name}"
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        await connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    log = EventLog(make_conninfo(dsn, dbname=database), "bench", partitions=6)
    await log.start()
    return log


async def _fill(log: EventLog, events: int) -> dict[Id, int]:
    """Fills a log with aggregates of ten events each; returns their versions."""
    aggregates = [new_id() for _ in range(events // EVENTS_EACH)]
    for start in range(0, len(aggregates), 1_000):
        batch = aggregates[start : start + 1_000]
        await log.append_each([([_event(aggregate, n) for aggregate in batch], None) for n in range(1, EVENTS_EACH + 1)])
    await _command(log.dsn, "ANALYZE event")
    return dict.fromkeys(aggregates, EVENTS_EACH)


async def _append_to_each(log: EventLog, versions: dict[Id, int]) -> None:
    """One more event of every aggregate: from now on each page of the index was changed since the last checkpoint."""
    aggregates = list(versions)
    for start in range(0, len(aggregates), 1_000):
        batch = aggregates[start : start + 1_000]
        for aggregate in batch:
            versions[aggregate] += 1
        await log.append([_event(aggregate, versions[aggregate]) for aggregate in batch])


async def _appends_a_second(log: EventLog, versions: dict[Id, int], seconds: float) -> float:
    """One-event appends to aggregates chosen at random, each of them in the hands of one client; `versions` moves on with them."""
    shuffled = random.sample(list(versions), len(versions))
    appended = 0
    end = time.perf_counter() + seconds

    async def client(own: list[Id]) -> None:
        nonlocal appended
        for aggregate in itertools.cycle(own):
            if time.perf_counter() >= end:
                return
            versions[aggregate] += 1
            await log.append([_event(aggregate, versions[aggregate])])
            appended += 1

    start = time.perf_counter()
    await asyncio.gather(*[client(shuffled[n::IN_FLIGHT]) for n in range(IN_FLIGHT)])
    return appended / (time.perf_counter() - start)


def _event(aggregate: Id, version: int) -> NewEvent:
    tenant = actor = bytes(15) + b"\1"
    event_type = "cairn.checkins.v1.CheckInRecorded"
    no_key = None, None, None
    return NewEvent(new_id(), tenant, aggregate, version, actor, None, new_id(), None, aggregate, None, event_type, *no_key, PAYLOAD)


def _best_saves_a_second(dsn: str) -> float:
    """The peer at its best number of writers, on the same server."""
    server = conninfo_to_dict(dsn)
    application = Application[Any](
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": str(server["dbname"]),
            "POSTGRES_HOST": str(server["host"]),
            "POSTGRES_PORT": str(server["port"]),
            "POSTGRES_USER": str(server["user"]),
            "POSTGRES_PASSWORD": str(server.get("password", "")),
            "POSTGRES_POOL_SIZE": str(max(WRITERS)),
        }
    )
    try:
        return max(_saves_a_second(application, writers, SECONDS / 2) for writers in WRITERS)
    finally:
        application.close()


def _saves_a_second(application: Application[Any], writers: int, seconds: float) -> float:
    end = time.perf_counter() + seconds

    def write(_: int) -> int:
        counter = Counter()
        application.save(counter)
        saved = 0
        while time.perf_counter() < end:
            counter.count("x")
            application.save(counter)
            saved += 1
        return saved

    with ThreadPoolExecutor(writers) as threads:
        start = time.perf_counter()
        saved = sum(threads.map(write, range(writers)))
        return saved / (time.perf_counter() - start)
