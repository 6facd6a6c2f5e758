"""The progress projection: rebuilt from 1,000,000 events, live from Kafka, asked over gRPC.

The history is made up from a seed (tests/support/history.py) and put straight into real logs. The machine is shared by the
servers, the service and this process.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import psutil
import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL

from cairn.common.v1 import common_pb2
from cairn.progress.v1 import service_pb2 as pb
from cairn.progress.v1.service_pb2_grpc import ProgressServiceStub
from chassis.calls import Identity
from chassis.eventstore import create_schema as create_log
from chassis.kafka.consumer import Consumer
from chassis.kafka.consumer import schema as consumer_schema
from chassis.kafka.relay import Relay
from chassis.kafka.topics import create_topics, events_topic
from chassis.rpc import IdentitySigner, asked, channel, metadata, write_keys
from chassis.runtime import Settings, tune_garbage_collection
from embedded.ports import free_ports
from progress.facts import EVENT_TYPES, LOGS
from progress.projection import as_statements, conninfo, create_schema, project
from shared.roles import ADMIN
from tests.bench.figures import Figure
from tests.support.filled_logs import append, create_logs
from tests.support.history import DAY, FIRST_DAY, History
from tests.support.infrastructure import DatabaseServer
from tests.support.relayed import compared_with_its_topic

EVENTS: Final = 1_000_000
TAIL: Final = 120_000  # events for each live measurement
PARTITIONS: Final = 6
PEER_EVENTS: Final = 1_500
OBJECTIVES: Final = 2_000  # asked for, one by one
TREES: Final = 15
ROUNDS: Final = 3
_DEADLINE: Final = 600.0
_ROOT: Final = Path(__file__).parents[2]
_PATH: Final = os.pathsep.join(str(_ROOT / folder) for folder in (".", "services", "protos/generated", "deploy"))


async def measure(server: DatabaseServer, bootstrap: str) -> list[Figure]:
    """Every figure of the projection. `server` and `bootstrap` may be written to, and hold nothing of these logs yet."""
    history = History(EVENTS, more=2 * TAIL)  # 2,000 objectives in the first tenant
    events = history.events()
    logs = await create_logs(server, islice(events, EVENTS))
    for dsn in logs.values():
        _analyze(dsn)
    database = server.create_database()
    await create_schema(database)
    await consumer_schema.create_schema(database)
    await create_log(database)
    environment = _environment(database, logs, bootstrap)
    figures = _rebuild(environment, server.create_database())
    _analyze(database)
    with tempfile.TemporaryDirectory() as keys:
        figures += await _queries(environment, history, Path(keys))
    for consumers, floor in ((1, 25_000.0), (2, 45_000.0)):
        append(logs, islice(events, TAIL))
        await _relay_tail(logs, bootstrap, database)
        rate = await _consumed_a_second(environment, database, consumers)
        name = f"progress, Kafka to committed rows, live, exactly once, {consumers} consumer{'s' * (consumers > 1)}"
        figures.append(
            Figure(
                name, rate, "events/s", floor=floor, note=f"{TAIL:,} events on top of {EVENTS:,}; status turns are not announced meanwhile"
            )
        )
    return figures


def _environment(database: str, logs: Mapping[str, str], bootstrap: str) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": _PATH,
        "CAIRN_DATABASE_URL": database,
        "CAIRN_LOGS": json.dumps(dict(logs)),
        "CAIRN_KAFKA_BOOTSTRAP": bootstrap,
        "CAIRN_TOPIC_PARTITIONS": str(PARTITIONS),
        "CAIRN_LOG_LEVEL": "warning",
    }


def _analyze(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


# -- rebuild ---------------------------------------------------------------------------------------------------------------------------


def _rebuild(environment: Mapping[str, str], peer_database: str) -> list[Figure]:
    """The whole log, as the operator rebuilds it: in a process of its own, whose start counts."""
    rates, megabytes = [], 0.0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-m", "progress.rebuild"], env=environment, stdout=subprocess.DEVNULL)
        megabytes = max(megabytes, _peak_megabytes(process))
        assert process.returncode == 0
        rates.append(EVENTS / (time.perf_counter() - began))
    rate = statistics.median(rates)
    peer = _projected_a_second(peer_database)
    note = f"median of {ROUNDS}: " + ", ".join(f"{r:,.0f}" for r in rates)
    return [
        Figure("progress, rebuild of 1,000,000 events with history kept", rate, "events/s", floor=100_000, note=note),
        Figure("the same beside eventsourcing's ProjectionRunner", rate, "events/s", peer, rate / peer, floor=100),
        Figure("memory of that rebuild, its processes together, at most", megabytes, "MB", ceiling=400),
    ]


def _peak_megabytes(process: subprocess.Popen[bytes]) -> float:
    """Waits for a process, and answers what it and its children had at most: looked at, since getrusage counts what the caller had when
    it started the process (a `true` started from here has "used" as much as this bench)."""
    most = 0.0
    while process.poll() is None:
        with suppress(psutil.Error):
            parent = psutil.Process(process.pid)
            most = max(most, sum(p.memory_info().rss for p in (parent, *parent.children(recursive=True))) / 2**20)
        time.sleep(0.02)
    return most


class Reported(Aggregate):
    """A key result, as a stock application of the library has it."""

    @event("Recorded")
    def record(self, value: float) -> None:
        self.value = value


class Values(PostgresTrackingRecorder):
    """The peer's view: the newest value of each key result, with the tracking in the same transaction."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sql_create_statements.append(SQL("CREATE TABLE IF NOT EXISTS newest (id uuid PRIMARY KEY, value float8)").format())

    def set_value(self, id_: UUID, value: float, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(
                "INSERT INTO newest VALUES (%s, %s) ON CONFLICT (id) DO UPDATE SET value = excluded.value", (id_, value), prepare=True
            )


class PeerProjection(Projection[Values]):
    """The peer's projection: an event, a transaction."""

    name = "values"

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.set_value(domain_event.originator_id, getattr(domain_event, "value", 0.0), tracking)


def _projected_a_second(dsn: str) -> float:
    server = conninfo_to_dict(dsn)
    settings = {f"POSTGRES_{key.upper()}": str(server.get(key, "")) for key in ("dbname", "host", "port", "user", "password")}
    env = {"PERSISTENCE_MODULE": "eventsourcing.postgres", "POSTGRES_DBNAME": settings["POSTGRES_DBNAME"], **settings}
    with Application[Any](env=env) as application:
        key_results = [Reported() for _ in range(50)]
        for n in range(PEER_EVENTS - len(key_results)):
            key_results[n % len(key_results)].record(float(n))
        application.save(*key_results)
        last = application.recorder.max_notification_id()
    began = time.perf_counter()
    with ProjectionRunner(application_class=Application[Any], projection_class=PeerProjection, view_class=Values, env=env) as runner:
        runner.wait(last, timeout=_DEADLINE)
        return PEER_EVENTS / (time.perf_counter() - began)


# -- queries ---------------------------------------------------------------------------------------------------------------------------


@contextmanager
def _serving(environment: Mapping[str, str], keys: Path) -> Iterator[tuple[int, psutil.Process]]:
    """The real progress process."""
    write_keys(keys / "key", keys / "pub")
    (port,) = free_ports(1)
    own = {**environment, "CAIRN_PORT": str(port), "CAIRN_IDENTITY_PUBLIC_KEY": str(keys / "pub")}
    process = subprocess.Popen([sys.executable, "-m", "progress.main"], env=own)
    try:
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(20)


async def _queries(environment: Mapping[str, str], history: History, keys: Path) -> list[Figure]:
    with _serving(environment, keys) as (port, process):
        async with channel(f"127.0.0.1:{port}", idempotent=True) as connected:
            await asyncio.wait_for(connected.channel_ready(), 60)
            stub = ProgressServiceStub(connected)
            signer = IdentitySigner.from_file(keys / "key")
            await asyncio.to_thread(compared_with_its_topic, environment["CAIRN_DATABASE_URL"])
            await _until_followed(environment["CAIRN_DATABASE_URL"])
            figures = [Figure("memory of progress, idle", process.memory_info().rss / 2**20, "MB", ceiling=120)]
            as_of = common_pb2.AsOf(true_on=FIRST_DAY + 180)
            as_of.known_at.FromMicroseconds((FIRST_DAY + 200) * DAY)
            caller = metadata(_token(signer, history.tenants[0]))
            for label, instant, most in (("live", None, 60.0), ("as of", as_of, 100.0)):
                request = pb.GetTreeRequest(cycle_id=history.cycles[0], page_size=10_000, as_of=instant)
                tree = await asked(stub.GetTree(request, metadata=caller))
                seconds = await _timed_each([partial(stub.GetTree, request, metadata=caller)] * TREES)
                note = f"{tree.total:,} objectives, {len(tree.key_results.objective):,} key results"
                figures.append(
                    Figure(f"GetTree over gRPC, {label}, median", statistics.median(seconds) * 1e3, "ms", ceiling=most, note=note)
                )
                chosen = random.Random(3).choices(list(tree.objectives.objective_id), k=OBJECTIVES)
                requests = [pb.GetObjectiveRequest(objective_id=i, as_of=instant) for i in chosen]
                seconds = sorted(await _timed_each([partial(stub.GetObjective, r, metadata=caller) for r in requests]))
                figures.append(Figure(f"GetObjective over gRPC, {label}, p99", seconds[int(OBJECTIVES * 0.99)] * 1e3, "ms", ceiling=5))
            began = time.perf_counter()
            rows = 0
            for tenant in history.tenants:
                found = await asked(stub.GetDigest(pb.GetDigestRequest(), metadata=metadata(_token(signer, tenant))))
                rows += found.objectives + found.key_results
            note = f"{len(history.tenants)} tenants, {rows:,} objectives and key results"
            figures.append(Figure("digest of 1,000,000 events' state", time.perf_counter() - began, "s", ceiling=2, note=note))
    return figures


async def _until_followed(database: str) -> None:
    """Every objective is looked at after a rebuild."""
    done = "SELECT NOT EXISTS (SELECT FROM number_moved) AND NOT EXISTS (SELECT FROM state_owed)"
    async with asyncio.timeout(_DEADLINE):
        while not _row(database, done)[0]:  # noqa: ASYNC110 - it is another process
            await asyncio.sleep(0.2)


def _token(signer: IdentitySigner, tenant: bytes) -> str:
    return signer.sign(Identity(tenant, bytes(16), frozenset({ADMIN})), "progress", lifetime=3600)


async def _timed_each(calls: Sequence[Callable[[], Awaitable[Any]]]) -> list[float]:
    seconds = []
    for ask in calls:
        began = time.perf_counter()
        await ask()
        seconds.append(time.perf_counter() - began)
    return seconds


# -- live ------------------------------------------------------------------------------------------------------------------------------


async def _relay_tail(logs: Mapping[str, str], bootstrap: str, database: str) -> None:
    """Brings to Kafka what the projection does not have yet."""
    settings = Settings(kafka_bootstrap=bootstrap, topic_partitions=PARTITIONS)
    await create_topics(settings, [events_topic(log) for log in logs])
    for log, dsn in logs.items():
        (folded,) = _row(database, f"SELECT coalesce(max(position), 0) FROM consumed WHERE log = '{log}'")
        (head,) = _row(dsn, "SELECT position FROM log_head")
        with psycopg.connect(dsn) as connection:
            connection.execute("DELETE FROM relay_position")
            connection.execute("INSERT INTO relay_position (name, position) VALUES ('kafka', %s)", (folded,))
        relay = Relay(log, dsn, settings)
        task = asyncio.create_task(relay.run())
        async with asyncio.timeout(_DEADLINE):
            while relay.relayed < head:  # noqa: ASYNC110 - a bench asks the relay as anybody would
                await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _consumed_a_second(environment: Mapping[str, str], database: str, consumers: int) -> float:
    """From the first commit to the last, in as many processes as there are consumers, all started before the first commit."""
    before = _row(database, "SELECT coalesce(sum(kafka_offset), 0) FROM consumed")[0]
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bench.projection", env={**environment, "CAIRN_PORT": str(port)}, cwd=_ROOT
        )
        for port in free_ports(consumers)
    ]
    first: tuple[float, int] | None = None
    try:
        async with asyncio.timeout(_DEADLINE):
            with psycopg.connect(database, autocommit=True) as connection:
                while True:
                    row = connection.execute("SELECT coalesce(sum(kafka_offset), 0) FROM consumed").fetchone()
                    consumed = int(row[0] - before) if row is not None else 0
                    if consumed and first is None:
                        first = time.perf_counter(), consumed
                    if consumed >= TAIL and first is not None:
                        return (consumed - first[1]) / (time.perf_counter() - first[0])
                    await asyncio.sleep(0.01)
    finally:
        for process in processes:
            process.terminate()
        await asyncio.gather(*(process.wait() for process in processes))


def _row(dsn: str, statement: str) -> Sequence[Any]:
    with psycopg.connect(dsn) as connection:
        return connection.execute(statement.encode()).fetchone() or (0,)


async def _consume() -> None:
    """One consumer, as the progress process has it."""
    settings = Settings()
    consumer = Consumer(
        settings.model_copy(update={"database_url": conninfo(settings.database_url)}),
        "progress",
        LOGS,
        project,
        owners={},
        types=EVENT_TYPES,
        as_statements=as_statements,
        instance=uuid4().hex,
    )
    await consumer.start()
    tune_garbage_collection()
    try:
        await asyncio.Event().wait()
    finally:
        await consumer.stop()


if __name__ == "__main__":
    import uvloop

    uvloop.run(_consume())
