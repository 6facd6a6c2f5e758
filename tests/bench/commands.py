"""How fast a command becomes durable: gRPC against an empty method, REST against an empty route (`peers.py`), and until it can be read.

The load, the servers and PostgreSQL share the machine, so only ratios to a peer of the same run mean something. While commands are
measured alone, the relay stands still: what consumes the events afterwards is measured by itself.
"""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx
import psutil

from cairn.checkins.v1 import service_pb2 as checkins
from cairn.checkins.v1.service_pb2_grpc import CheckInsServiceStub
from cairn.progress.v1 import service_pb2 as progress
from cairn.progress.v1.service_pb2_grpc import ProgressServiceStub
from chassis.calls import Identity
from chassis.ids import Id, id_text, parse_id
from chassis.rpc import IdentitySigner, channel, metadata
from shared.roles import ADMIN
from stack.layout import Layout
from tests.bench import peers
from tests.bench.figures import Figure
from tests.bench.load import Load, Order, encoded, measure
from tests.support.system import System

IN_FLIGHT: Final = 64
ROUNDS: Final = 5
SECONDS: Final = 2.0
ROWS: Final = 500
OBJECTIVES: Final = 250
CHECKINS: Final = "/cairn.checkins.v1.CheckInsService/"


@dataclass(frozen=True)
class Company:
    """A tenant made for the bench: 250 objectives with four key results each."""

    key_results: list[Id]
    objective_of: dict[Id, Id]
    bearer: str  # for REST
    token: str  # for gRPC


async def found_company(layout: Layout, objectives: int = OBJECTIVES) -> Company:
    """Makes the tenant through the API, as anyone would."""
    name = f"bench-{time.time_ns():x}"
    async with httpx.AsyncClient(base_url=layout.gateway_url, timeout=60, limits=httpx.Limits(max_connections=32)) as client:

        async def post(path: str, body: dict[str, Any], bearer: str = "") -> dict[str, Any]:
            answer = await client.post(path, json=body, headers={"Authorization": f"Bearer {bearer}"} if bearer else {})
            if answer.status_code >= 300:
                raise RuntimeError(f"POST {path}: {answer.status_code} {answer.text[:300]}")
            return dict(answer.json())

        operator = (await post("/v1/sign-in", {"operator": True}))["access_token"]
        await post("/v1/tenants", {"name": name}, operator)
        admin = await post("/v1/sign-in", {"tenant": name, "person": "admin"})
        bearer = admin["access_token"]
        cycle = await post("/v1/cycles", {"name": "bench", "kind": "tactical", "first_day": "2026-10-01", "last_day": "2026-12-31"}, bearer)
        key_results: list[Id] = []
        objective_of: dict[Id, Id] = {}
        gate = asyncio.Semaphore(16)

        async def objective(number: int) -> None:
            async with gate:
                made = await post("/v1/objectives", {"cycle": cycle["id"], "title": f"Objective {number}"}, bearer)
                for part in range(4):
                    measured = {"title": f"Key result {part}", "measure": "metric", "start": 0, "target": 100, "unit": "points"}
                    key_result = await post(f"/v1/objectives/{made['id']}/key-results", measured, bearer)
                    key_results.append(parse_id(key_result["id"]))
                    objective_of[key_results[-1]] = parse_id(made["id"])
                await post(f"/v1/objectives/{made['id']}/activate", {}, bearer)

        await asyncio.gather(*(objective(number) for number in range(objectives)))
    signer = IdentitySigner.from_file(layout.private_key)
    token = signer.sign(
        Identity(parse_id(admin["tenant_id"]), parse_id(admin["person_id"]), frozenset({ADMIN})),
        "checkins",
        "goals",
        "progress",
        lifetime=3600,
    )
    return Company(key_results, objective_of, bearer, token)


def a_check_in(key_result_id: Id) -> checkins.CheckIn:
    """A check-in of an ordinary length."""
    return checkins.CheckIn(
        key_result_id=key_result_id,
        value=float(random.randint(0, 120)),
        confidence=7,
        comment="Pilot customers onboarded, two more in the pipeline.",
    )


async def acquaint(layout: Layout, company: Company) -> None:
    """One check-in on every key result: from now on checkins knows them all, as it does those that people check in on every week."""
    async with channel(layout.address("checkins")) as to_checkins:
        recording = CheckInsServiceStub(to_checkins)
        for start in range(0, len(company.key_results), ROWS):
            rows = [a_check_in(key_result_id) for key_result_id in company.key_results[start : start + ROWS]]
            request = checkins.RecordCheckInsRequest(mode=checkins.BATCH_MODE_ALL_OR_NOTHING, check_ins=rows)
            await recording.RecordCheckIns(request, metadata=metadata(company.token), timeout=60)


async def compared(one: Callable[[], Awaitable[Load]], peer: Callable[[], Awaitable[Load]]) -> tuple[Load, Load, float]:
    """Both in turn, several rounds: the round of the median ratio, and that ratio."""
    await one()  # warm: caches filled, code seen
    rounds = []
    for _ in range(ROUNDS):
        beside, measured = await peer(), await one()
        for load in (beside, measured):
            if load.failures:
                raise RuntimeError(f"{load.failures} requests failed: {load.first_failure}")
        rounds.append((measured.per_second / beside.per_second, measured, beside))
    rounds.sort(key=lambda r: r[0])
    ratio, measured, beside = rounds[len(rounds) // 2]
    return measured, beside, ratio


def grpc_order(layout: Layout, company: Company, method: str, bodies: Sequence[bytes], in_flight: int) -> Order:
    """A load on checkins."""
    pairs = [*metadata(company.token)]
    return Order("grpc", layout.address("checkins"), CHECKINS + method, encoded(bodies), pairs, in_flight, SECONDS)


async def unary(layout: Layout, company: Company) -> list[Figure]:
    """`RecordCheckIn` against an empty method of the same kind of server."""
    bodies = [checkins.RecordCheckInRequest(check_in=a_check_in(k)).SerializeToString() for k in company.key_results]
    recording = grpc_order(layout, company, "RecordCheckIn", bodies, IN_FLIGHT)
    async with peers.running("grpc", layout.public_key, layout.logs) as address:
        nothing = Order("grpc", address, peers.EMPTY_METHOD, encoded([b""]), recording.metadata, IN_FLIGHT, SECONDS)
        one, empty, ratio = await compared(lambda: measure(recording), lambda: measure(nothing))
    return [
        Figure(
            "RecordCheckIn over gRPC, 64 in flight, to durable",
            one.per_second,
            "/s",
            empty.per_second,
            ratio,
            floor=0.70,
            note=f"peer: an empty method of such a server; p99 {one.p99:.0f} ms",
        )
    ]


async def batches(layout: Layout, company: Company) -> list[Figure]:
    """`RecordCheckIns`, 500 rows a call, 4 calls in flight."""
    figures = []
    for mode, words in ((checkins.BATCH_MODE_ALL_OR_NOTHING, "all or nothing"), (checkins.BATCH_MODE_ROW_BY_ROW, "row by row")):
        bodies = []
        for _ in range(8):
            rows = [a_check_in(k) for k in random.sample(company.key_results, ROWS)]
            bodies.append(checkins.RecordCheckInsRequest(mode=mode, check_ins=rows).SerializeToString())
        order = grpc_order(layout, company, "RecordCheckIns", bodies, 4)
        await measure(order)
        loads = [await measure(order) for _ in range(3)]
        for load in loads:
            if load.failures:
                raise RuntimeError(f"{load.failures} batches failed: {load.first_failure}")
        rate = statistics.median(load.per_second for load in loads) * ROWS
        name = f"RecordCheckIns, 500 rows a call, {words}"
        figures.append(Figure(name, rate, "check-ins/s", floor=25_000))
    return figures


def rest_request(layout: Layout, method: str, path: str, bearer: str, body: dict[str, Any] | None = None) -> bytes:
    """A whole HTTP request."""
    payload = json.dumps(body).encode() if body is not None else b""
    head = f"{method} {path} HTTP/1.1\r\nHost: {layout.address('gateway')}\r\nAuthorization: Bearer {bearer}\r\n"
    if body is not None:
        head += f"Content-Type: application/json\r\nContent-Length: {len(payload)}\r\n"
    return head.encode() + b"\r\n" + payload


async def rest(layout: Layout, company: Company) -> list[Figure]:
    """A check-in through the gateway against an empty route of its HTTP layer."""
    bodies = [
        rest_request(
            layout,
            "POST",
            f"/v1/key-results/{id_text(key_result_id)}/check-ins",
            company.bearer,
            {"value": random.randint(0, 120), "confidence": 7, "comment": "Pilot customers onboarded."},
        )
        for key_result_id in company.key_results
    ]
    recording = Order("http", layout.address("gateway"), "", encoded(bodies), [], IN_FLIGHT, SECONDS)
    async with peers.running("rest", layout.public_key, layout.logs) as address:
        empty = rest_request(layout, "GET", peers.EMPTY_ROUTE, company.bearer)
        nothing = Order("http", address, "", encoded([empty]), [], IN_FLIGHT, SECONDS)
        one, route, ratio = await compared(lambda: measure(recording), lambda: measure(nothing))
    return [
        Figure(
            "REST check-in, 64 in flight, to durable",
            one.per_second,
            "/s",
            route.per_second,
            ratio,
            floor=0.50,
            note=f"peer: an empty route of such a server; p99 {one.p99:.0f} ms",
        ),
        Figure("the same, as a rate", one.per_second, "/s", floor=1_000),
    ]


async def until_visible(layout: Layout, company: Company, rate: float = 200.0, seconds: float = 10.0) -> list[Figure]:
    """From a check-in's answer until `GetObjective` answers with it, at a rate of 200/s, through the relay and Kafka."""
    waits: list[float] = []
    async with channel(layout.address("checkins")) as to_checkins, channel(layout.address("progress")) as to_progress:
        recording, asking = CheckInsServiceStub(to_checkins), ProgressServiceStub(to_progress)
        sent = metadata(company.token)

        async def one(key_result_id: Id) -> None:
            request = checkins.RecordCheckInRequest(check_in=a_check_in(key_result_id))
            answer = await recording.RecordCheckIn(request, metadata=sent, timeout=10)
            answered = time.perf_counter()
            question = progress.GetObjectiveRequest(objective_id=company.objective_of[key_result_id], after=answer.appended.positions)
            seen = await asking.GetObjective(question, metadata=sent, timeout=10)
            waits.append((time.perf_counter() - answered) * 1e3)
            standing = next(k for k in seen.objective.key_results if k.key_result_id == key_result_id)
            if not standing.HasField("value"):
                raise RuntimeError("an answered check-in was not in the number")

        await one(company.key_results[0])
        waits.clear()
        tasks = []
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            tasks.append(asyncio.create_task(one(random.choice(company.key_results))))
            await asyncio.sleep(random.expovariate(rate))
        await asyncio.gather(*tasks)
    waits.sort()
    p99 = waits[int(len(waits) * 0.99)]
    name = "check-in answered → visible in GetObjective, 200/s, p99"
    note = f"p50 {waits[len(waits) // 2]:.1f} ms over {len(waits)} check-ins"
    return [Figure(name, p99, "ms", ceiling=50, note=note)]


def idle_memory(system: System) -> list[Figure]:
    """The resident memory of each service's process after its start."""
    resident = {name: psutil.Process(system.pid(name)).memory_info().rss / 2**20 for name in system.services}
    largest = max(resident, key=lambda name: resident[name])
    note = ", ".join(f"{name} {size:.0f}" for name, size in resident.items())
    return [Figure(f"memory of a service, idle (the largest: {largest})", resident[largest], "MB", ceiling=120, note=note)]


async def measure_commands(system: System) -> list[Figure]:
    """Every figure of this file. `system` runs, and nobody else uses it."""
    memory = idle_memory(system)
    company = await found_company(system.layout)
    await acquaint(system.layout, company)
    await until_visible(system.layout, company, rate=50.0, seconds=5.0)  # warm, as the others are: Java has seen the code, too
    visible = await until_visible(system.layout, company)
    await asyncio.to_thread(system.stop, "relay")
    layout = system.layout
    alone = [*await unary(layout, company), *await batches(layout, company), *await rest(layout, company)]
    return [*alone, *visible, *memory]
