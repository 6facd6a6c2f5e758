"""What a system must not believe: an older state of its databases, an emptied bus, a forged message, a clock that jumped."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import httpx
import orjson
import psycopg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from chassis.kafka.topics import events_topic
from embedded.ports import wait_until
from tests.chaos.playing import Plan, Result, judge, load_of, settle
from tests.support.company import Company, Json, Person, Refusal
from tests.support.messages import forge_check_in
from tests.support.settable_clock import make_settable, set_ahead
from tests.support.system import System

_FOUND_SECONDS = 60.0
"""Within so long whatever is odd stands in status."""
_BACK_SECONDS = 120.0
_SOME = 200  # check-ins


async def restored(system: System, company: Company, plan: Plan) -> Result:
    """The databases come back as they were before some check-ins, while Kafka has everything; the operator recovers the logs."""
    result = Result("databases restored from an older state")
    operator = Person(system.url, operator=True)
    kept = system.layout.home.parent / "kept"
    async with load_of(system, company, plan.seed, "before-restore") as load:
        await load.until_acknowledged(_SOME)
    before = load.outcome
    await asyncio.to_thread(system.keep_databases, kept)
    plan.say(f"the databases are kept after {len(before.acknowledged):,} check-ins")
    async with load_of(system, company, plan.seed, "lost-by-restore") as load:
        await load.until_acknowledged(_SOME)
    await asyncio.to_thread(settle, company)
    await asyncio.to_thread(system.put_databases_back, kept)
    plan.say(f"the databases are as they were {len(load.outcome.acknowledged):,} check-ins before; Kafka has them")
    found = await asyncio.to_thread(_told, operator, lambda problem: "older" in problem, "checkins")
    result.checks["status says that the log is older than Kafka"] = [] if found else [str(_problems(operator))]
    refused = company.admin.ask("POST", f"/v1/key-results/{company.key_results[0]}/check-ins", {"value": 1})
    result.checks["nothing is recorded until it is recovered"] = (
        [] if refused.status_code == 503 else [f"{refused.status_code} {refused.text}"]
    )
    recovered = [_recovered(operator, log) for log in ("directory", "goals", "checkins", "progress", "notifications")]
    result.figures["taken back"] = f"{sum(recovery['taken_back'] for recovery in recovered):,}"
    result.checks["nothing that Kafka had is lost"] = [f"{r['log']}: {r['lost']} lost" for r in recovered if r["lost"]]
    plan.say(f"recovered: {result.figures['taken back']} events taken back from Kafka")
    async with load_of(system, company, plan.seed, "after-restore") as after:
        await after.until_acknowledged(_SOME, _BACK_SECONDS)
    after.outcome.acknowledged += before.acknowledged + load.outcome.acknowledged
    await judge(result, system, company, after.outcome, plan)
    return result


async def database_lost(system: System, company: Company, plan: Plan) -> Result:
    """The databases of goals and checkins are gone; made anew, each log is had again from Kafka."""
    result = Result("the databases of two logs are gone")
    operator = Person(system.url, operator=True)
    async with load_of(system, company, plan.seed, "before-it-is-gone") as load:
        await load.until_acknowledged(_SOME)
    before = load.outcome
    await asyncio.to_thread(settle, company)
    for log in ("goals", "checkins"):
        await asyncio.to_thread(system.lose_database, log, partial(make_settable, logs=[log]))
    plan.say("the databases of goals and checkins are made anew, empty")
    found = [await asyncio.to_thread(_told, operator, lambda problem: "older" in problem, log) for log in ("goals", "checkins")]
    result.checks["status says that the logs are older than Kafka"] = [] if all(found) else [str(_problems(operator))]
    recovered = [await asyncio.to_thread(_recovered, operator, log) for log in ("goals", "checkins")]
    result.figures["taken back"] = f"{sum(recovery['taken_back'] for recovery in recovered):,}"
    result.checks["nothing that Kafka had is lost"] = [f"{r['log']}: {r['lost']} lost" for r in recovered if r["lost"]]
    async with load_of(system, company, plan.seed, "after-it-was-gone") as after:
        await after.until_acknowledged(_SOME, _BACK_SECONDS)
    after.outcome.acknowledged += before.acknowledged
    await judge(result, system, company, after.outcome, plan)
    return result


async def kafka_lost(system: System, company: Company, plan: Plan) -> Result:
    """Kafka's volume is deleted while audit has not read what was on it; the relay publishes everything again."""
    result = Result("Kafka's volume deleted while audit lags")
    system.stop("audit")
    async with load_of(system, company, plan.seed, "kafka-lost") as load:
        await load.until_acknowledged(_SOME)
        await asyncio.to_thread(system.lose_kafka)
        plan.say("Kafka is back, and has no topic")
        await load.until_acknowledged(len(load.outcome.acknowledged) + _SOME, _BACK_SECONDS)
    system.start("audit")
    await judge(result, system, company, load.outcome, plan)
    return result


async def forged(system: System, company: Company, plan: Plan) -> Result:
    """Records that nobody decided: without credentials they are refused; with the relay's own they are found, and mended."""
    result = Result("forged records")
    operator = Person(system.url, operator=True)
    result.checks["nobody writes without credentials"] = await _written_without_credentials(system)
    company.admin.post(f"/v1/key-results/{company.key_results[0]}/check-ins", {"value": 1})  # so that there is one to follow on
    await asyncio.to_thread(settle, company)
    began = time.monotonic()
    await forge_check_in(system, ahead=1)  # in quiet it is what comes next: it has an effect, and the event that comes contradicts it
    plan.say("a record is forged that follows on from the log")
    found = await asyncio.to_thread(_alarmed, operator, "progress", {"differs", "stopped"})
    result.checks["what had an effect is found within a minute"] = [] if found else [str(operator.get("/v1/status"))]
    result.figures["found after"] = f"{time.monotonic() - began:.1f} s"
    async with load_of(system, company, plan.seed, "forged") as load:
        await load.until_acknowledged(_SOME)
        for ahead in (2, 10**15):
            await forge_check_in(system, ahead)
        found = await asyncio.to_thread(_alarmed, operator, "audit", {"refused"})
        result.checks["what had none is counted"] = [] if found else [str(operator.get("/v1/status"))]
        await load.until_acknowledged(len(load.outcome.acknowledged) + _SOME, _BACK_SECONDS)
    for service in ("progress", "audit", "checkins", "notifications"):
        await asyncio.to_thread(operator.rebuild, service)
    plan.say("every projection is rebuilt")
    well = await asyncio.to_thread(wait_until, lambda: not _alarms(operator), _FOUND_SECONDS)
    result.checks["a rebuild mends it"] = [] if well else [str(_alarms(operator))]
    await judge(result, system, company, load.outcome, plan)
    return result


async def clock(system: System, company: Company, plan: Plan) -> Result:
    """The clock goes two days ahead under load, and back: nothing is recorded in the future."""
    result = Result("a clock two days ahead and back")
    operator = Person(system.url, operator=True)
    async with load_of(system, company, plan.seed, "clock") as load:
        await load.until_acknowledged(_SOME)
        set_ahead(system.layout, timedelta(days=2))
        try:
            found = await asyncio.to_thread(_told, operator, lambda problem: "has jumped" in problem, "checkins")
            result.checks["status says that the clock has jumped"] = [] if found else [str(_problems(operator))]
            plan.say(f"the clock is two days ahead; {load.outcome.failed_attempts} attempts refused")
        finally:
            set_ahead(system.layout, timedelta())
        await load.until_acknowledged(len(load.outcome.acknowledged) + _SOME, _BACK_SECONDS)
    result.checks["nothing is recorded in the future"] = _recorded_ahead(system)
    await judge(result, system, company, load.outcome, plan)
    return result


def _problems(operator: Person) -> dict[str, str]:
    return {service["service"]: service["problem"] for service in operator.get("/v1/status")["services"] if service["problem"]}


def _alarms(operator: Person) -> list[Json]:
    """What is not as the logs say. What was refused had no effect, and is told as long as nobody has looked at it."""
    alarms = [alarm for service in operator.get("/v1/status")["services"] for alarm in service["alarms"] or []]
    return [alarm for alarm in alarms if alarm["kind"] != "refused"]


def _alarmed(operator: Person, service: str, kinds: set[str]) -> bool:
    """Waits until status tells an alarm of one of these kinds of a service."""

    def alarmed() -> bool:
        services = {s["service"]: s["alarms"] or [] for s in operator.get("/v1/status")["services"]}
        return any(alarm["kind"] in kinds for alarm in services[service])

    return wait_until(alarmed, _FOUND_SECONDS)


def _told(operator: Person, wanted: Callable[[str], bool], service: str) -> bool:
    """Waits until status tells a problem of a service."""

    def told() -> bool:
        try:
            return wanted(_problems(operator).get(service, ""))
        except (Refusal, httpx.TransportError):
            return False

    return wait_until(told, _FOUND_SECONDS)


def _recovered(operator: Person, log: str) -> Json:
    *_, recovery = operator.lines("POST", f"/v1/logs/{log}/recovery")
    found: Json = orjson.loads(recovery)
    return found


async def _written_without_credentials(system: System) -> list[str]:
    producer = AIOKafkaProducer(bootstrap_servers=system.bootstrap, request_timeout_ms=5_000)
    try:
        async with asyncio.timeout(15):
            await producer.start()
            await producer.send_and_wait(events_topic("checkins"), b"forged")
    except (KafkaError, TimeoutError):
        return []
    finally:
        await producer.stop()
    return ["a record was written"]


_AHEAD = "SELECT count(*) FROM event WHERE recorded_at > pg_catalog.clock_timestamp() + interval '1 minute'"


def _recorded_ahead(system: System) -> list[str]:
    faults = []
    for log in ("goals", "checkins", "progress"):
        with psycopg.connect(system.dsn(log)) as connection:
            row = connection.execute(_AHEAD).fetchone()
        if row is not None and row[0]:
            faults.append(f"{log}: {row[0]} events")
    return faults
