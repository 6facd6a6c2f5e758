"""What is done to a system under load, and what must hold afterwards."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx
import psycopg
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from chassis.kafka.security import client_security
from chassis.kafka.topics import events_topic
from embedded.ports import wait_until
from tests.chaos import distrust
from tests.chaos.playing import Plan, Result, Scenario, judge, load_of, settle
from tests.support.company import Company, Refusal
from tests.support.poison import POISON, poison_topic
from tests.support.system import System

RELAYS_HOLDER = "the relay's holder"
_SERVICES = ("directory", "goals", "checkins", "progress", "notifications", "audit", "gateway")
_COMES_BACK_SECONDS = 90.0
_BETWEEN_REBUILDS_SECONDS = 3.0
_PARTITIONS = 6
_UNTAKEABLE = 66.5  # no load sends it
# Who consumes which logs: so many times each poison becomes a dead letter.
_CONSUMERS = {
    "checkins": ("goals",),
    "progress": ("directory", "goals", "checkins"),
    "notifications": ("goals", "checkins", "progress", "notifications"),
    "audit": ("directory", "goals", "checkins", "progress", "notifications"),
}


async def random_kills(system: System, company: Company, plan: Plan) -> Result:
    """Kill -9 of random processes, servers among them, while check-ins come in and the projection is rebuilt again and again."""
    result = Result(f"{plan.kills} random kill -9")
    chance = random.Random(plan.seed)
    async with load_of(system, company, plan.seed, "kills") as load, _Rebuilds(company) as rebuilds:
        await load.until_acknowledged(100)
        for number, victim in enumerate(victims(chance, plan.kills), start=1):
            name = await asyncio.to_thread(_kill, system, victim)
            acknowledged = len(load.outcome.acknowledged)
            plan.say(f"{number:3} of {plan.kills}: kill -9 {name}, {acknowledged:,} acknowledged")
            if chance.random() < 0.3:  # the next one dies while this one is coming back
                await asyncio.sleep(chance.uniform(0.0, 1.5))
            else:
                await load.until_acknowledged(acknowledged + chance.randint(50, 200), _COMES_BACK_SECONDS)
    await judge(result, system, company, load.outcome, plan)
    result.figures["rebuilds under way"] = f"{rebuilds.done} done, {rebuilds.cut_off} cut off"
    return result


async def broker_lost(system: System, company: Company, plan: Plan) -> Result:
    """One of three brokers is killed, and stays away while check-ins come in."""
    result = Result("one of three brokers kill -9")
    victim = random.Random(plan.seed).choice(system.servers[1:])
    result.checks["topics kept three times, two in sync before it counts"] = await _not_kept_safe(system)
    async with load_of(system, company, plan.seed, "brokers") as load:
        await load.until_acknowledged(300)
        await asyncio.to_thread(system.kill, victim, restart=False)
        plan.say(f"kill -9 {victim}; it stays away")
        await load.until_acknowledged(len(load.outcome.acknowledged) + 1000, _COMES_BACK_SECONDS)
    await judge(result, system, company, load.outcome, plan, healthy=[*system.services, "postgres"])
    system.start(victim)
    system.wait_until_healthy()
    return result


async def poison(system: System, company: Company, plan: Plan) -> Result:
    """Messages that are no events on every topic, and events that one projection cannot take."""
    result = Result("poison on every topic")
    admin = company.admin
    with _progress_cannot_take(system, _UNTAKEABLE):
        async with load_of(system, company, plan.seed, "poison") as load:
            for log in _CONSUMERS["audit"]:
                await poison_topic(system.kafka_settings(), events_topic(log), _PARTITIONS)
            for key_result in company.key_results[:3]:
                await asyncio.to_thread(admin.post, f"/v1/key-results/{key_result}/check-ins", {"value": _UNTAKEABLE})
            plan.say(f"{len(POISON)} kinds of poison in each partition of every topic, 3 events that progress cannot take")
            await load.until_acknowledged(len(load.outcome.acknowledged) + 300)
        await asyncio.to_thread(settle, company)
        letters = {service: _dead_letters(system, service) for service in _CONSUMERS}
    result.checks["dead letters: each poison once a consumer"] = [
        f"{service}: {letters[service][0]} instead of {expected}"
        for service, logs in _CONSUMERS.items()
        if letters[service][0] != (expected := len(logs) * _PARTITIONS * len(POISON))
    ]
    result.figures["events set aside by progress"] = f"{letters['progress'][1]}, with what waits behind them"
    result.checks["events that cannot be taken are set aside"] = [] if letters["progress"][1] >= 3 else [f"{letters['progress'][1]} of 3"]
    replayed = admin.post("/v1/dead-letters/replay", {"service": "progress"})
    plan.say(f"replayed {replayed['replayed']} dead letters of progress")
    await judge(result, system, company, load.outcome, plan)
    return result


async def _not_kept_safe(system: System) -> list[str]:
    """The topics of events of which a lost broker could take something along."""
    topics = [events_topic(log) for log in _CONSUMERS["audit"]]
    admin = AIOKafkaAdminClient(bootstrap_servers=system.bootstrap, **client_security(system.kafka_settings()))
    await admin.start()
    try:
        described = await admin.describe_topics(topics)
        configured = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic) for topic in topics])
    finally:
        await admin.close()
    replicas = {t["topic"]: {len(partition["replicas"]) for partition in t["partitions"]} for t in described}
    in_sync = {
        resource[3]: next(entry[1] for entry in resource[4] if entry[0] == "min.insync.replicas")
        for answer in configured
        for resource in answer.resources
    }
    return [
        f"{topic}: {replicas[topic]} replicas, {in_sync[topic]} in sync"
        for topic in topics
        if (replicas[topic], in_sync[topic]) != ({3}, "2")
    ]


class _Rebuilds:
    """Rebuilds the projection again and again; what is killed while it is at it cuts one off."""

    def __init__(self, company: Company) -> None:
        self.done = 0
        self.cut_off = 0
        self._operator = company.admin.operator()
        self._enough = asyncio.Event()

    async def __aenter__(self) -> _Rebuilds:
        self._task = asyncio.create_task(self._rebuild())
        return self

    async def __aexit__(self, *error: object) -> None:
        self._enough.set()
        await self._task

    async def _rebuild(self) -> None:
        while not self._enough.is_set():
            try:
                await asyncio.to_thread(self._operator.rebuild)
                self.done += 1
            except (Refusal, httpx.TransportError):
                self.cut_off += 1
            with suppress(TimeoutError):
                await asyncio.wait_for(self._enough.wait(), _BETWEEN_REBUILDS_SECONDS)


def victims(chance: random.Random, kills: int) -> list[str]:
    """Who is killed, in which order: everyone at least once when there are enough kills, then whoever it hits."""
    everyone = [*_SERVICES, RELAYS_HOLDER, "kafka", "postgres"]
    chosen = [*everyone, *(chance.choice(everyone) for _ in range(max(0, kills - len(everyone))))]
    chance.shuffle(chosen)
    return chosen[:kills]


def _kill(system: System, victim: str) -> str:
    """Kills the victim as soon as it runs. Raises TimeoutError when it never does."""
    killed = ""

    def done() -> bool:
        nonlocal killed
        try:
            name = _holder(system) if victim == RELAYS_HOLDER else victim
            if name is not None:
                system.kill(name)
                killed = name
        except (LookupError, psycopg.OperationalError, ProcessLookupError):
            return False  # it is not back yet from the last time, or PostgreSQL, which knows the holder, is not
        return bool(killed)

    if not wait_until(done, _COMES_BACK_SECONDS):
        raise TimeoutError(f"{victim} did not come back within {_COMES_BACK_SECONDS:.0f} s")
    return f"{killed} ({victim})" if killed != victim else killed


def _holder(system: System) -> str | None:
    return system.relay_of("checkins")


@contextmanager
def _progress_cannot_take(system: System, value: float) -> Iterator[None]:
    """What a bug in a projection does to an event, for a while."""
    with psycopg.connect(system.dsn("progress"), autocommit=True) as connection:
        connection.execute(f"ALTER TABLE progress.check_in ADD CONSTRAINT untakeable CHECK (value <> {value}) NOT VALID".encode())
    try:
        yield
    finally:
        with psycopg.connect(system.dsn("progress"), autocommit=True) as connection:
            connection.execute("ALTER TABLE progress.check_in DROP CONSTRAINT IF EXISTS untakeable")


def _dead_letters(system: System, service: str) -> tuple[int, int]:
    """How many dead letters are of no readable envelope, and how many of events."""
    with psycopg.connect(system.dsn(service)) as connection:
        row = connection.execute("SELECT count(*) FILTER (WHERE event_id IS NULL), count(event_id) FROM dead_letter").fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


SCENARIOS = (
    Scenario("restored", "the databases come back as they were some check-ins before, while Kafka has everything", 1, distrust.restored),
    Scenario("database-lost", "the databases of goals and checkins are gone, and made anew", 1, distrust.database_lost),
    Scenario("kafka-lost", "Kafka's volume is deleted while audit is away", 1, distrust.kafka_lost),
    Scenario("forged", "records that nobody decided, without credentials and with the relay's own", 1, distrust.forged),
    Scenario("clock", "the clock goes two days ahead, and back", 1, distrust.clock),
    Scenario("kills", "random kill -9 of every process, the relay's holder, Kafka and PostgreSQL", 1, random_kills),
    Scenario("poison", "messages that are no events on every topic, and events that a projection cannot take", 1, poison),
    Scenario("brokers", "kill -9 of one of three brokers", 3, broker_lost),
)
