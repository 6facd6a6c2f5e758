"""What it costs that nobody is trusted: a system with credentials, roles and row-level security beside one without any of them.

Both run at once, and each load is sent to one and then to the other, in turn. What is compared is the processor time that the whole
system takes - its services, PostgreSQL with its connections, Kafka - for each thing done, from the request until every consumer has it:
beside rates it is the figure that another process on the machine disturbs least.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import httpx
import psutil

from cairn.checkins.v1 import service_pb2 as checkins
from cairn.progress.v1 import service_pb2 as progress
from chassis.ids import id_text
from tests.bench.commands import Company, a_check_in, acquaint, found_company, grpc_order, rest_request
from tests.bench.figures import Figure
from tests.bench.load import Order, encoded, measure
from tests.support.system import System

ROUNDS: Final = 5
SECONDS: Final = 2.0
CEILING: Final = 1.10
"""What costs more than a tenth is redesigned or justified."""


@dataclass(frozen=True)
class _Side:
    """One of the two systems, and the company that was made in it."""

    system: System
    company: Company


async def measure_trust(guarded: System, trusting: System) -> list[Figure]:
    """Every figure of this file. Both systems run, and nobody else uses them."""
    sides = []
    for system in (guarded, trusting):
        company = await found_company(system.layout)
        await acquaint(system.layout, company)
        sides.append(_Side(system, company))
    loads: dict[str, Callable[[_Side], Awaitable[int]]] = {
        "REST check-in, to its last consumer": _rest_check_ins,
        "RecordCheckIns, a row, to its last consumer": _batches,
        "GetObjective": _objectives,
        "the tree of 250 objectives by REST": _trees,
    }
    return [await _compared(name, load, *sides) for name, load in loads.items()]


async def _compared(name: str, load: Callable[[_Side], Awaitable[int]], guarded: _Side, trusting: _Side) -> Figure:
    for side in (guarded, trusting):
        await _microseconds(load, side)  # warm
    rounds = []
    for number in range(ROUNDS):
        # Neither is always the first: what one leaves to be done afterwards would always burden the other.
        order = (guarded, trusting) if number % 2 else (trusting, guarded)
        taken = {id(side): await _microseconds(load, side) for side in order}
        rounds.append((taken[id(guarded)], taken[id(trusting)]))
    ratio = statistics.median(with_all / without for with_all, without in rounds)
    measured, beside = (statistics.median(column) for column in zip(*rounds, strict=True))
    note = "processor time of the whole system; peer: no credentials, no roles, no row-level security; rounds " + ", ".join(
        f"{with_all / without:.2f}" for with_all, without in rounds
    )
    return Figure(f"{name}: what trusting nobody costs", measured, "µs", beside, ratio, ceiling=CEILING, note=note)


async def _microseconds(load: Callable[[_Side], Awaitable[int]], side: _Side) -> float:
    """The processor time that the system takes for one of what the load does."""
    before = await asyncio.to_thread(processor_seconds, side.system)
    done = await load(side)
    after = await asyncio.to_thread(processor_seconds, side.system)
    return (after - before) / done * 1e6


def processor_seconds(system: System) -> float:
    """Of every process of a system, of those that they started, and of those that ended already."""
    return sum(processor_seconds_by_process(system).values())


def processor_seconds_by_process(system: System) -> dict[str, float]:
    """The same, by the name of the program."""
    used = {}
    for name in (*system.servers, *system.services):
        process = psutil.Process(system.pid(name))
        total = 0.0
        for child in process.children(recursive=True):
            with suppress(psutil.NoSuchProcess):  # ended since: it is among those that ended
                total += _own_seconds(child)
        ended = process.cpu_times()
        used[name] = total + _own_seconds(process) + ended.children_user + ended.children_system
    return used


def _own_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


async def _rest_check_ins(side: _Side) -> int:
    layout, company = side.system.layout, side.company
    body = {"value": 42, "confidence": 7, "comment": "Pilot customers onboarded."}
    requests = [
        rest_request(layout, "POST", f"/v1/key-results/{id_text(key_result)}/check-ins", company.bearer, body)
        for key_result in company.key_results
    ]
    return await _sent_and_consumed(side, Order("http", layout.address("gateway"), "", encoded(requests), [], 64, SECONDS))


async def _batches(side: _Side) -> int:
    layout, company = side.system.layout, side.company
    rows = [a_check_in(key_result) for key_result in company.key_results[:500]]
    message = checkins.RecordCheckInsRequest(mode=checkins.BATCH_MODE_ALL_OR_NOTHING, check_ins=rows)
    order = grpc_order(layout, company, "RecordCheckIns", [message.SerializeToString()], 4)
    return len(rows) * await _sent_and_consumed(side, order)


async def _objectives(side: _Side) -> int:
    layout, company = side.system.layout, side.company
    questions = [
        progress.GetObjectiveRequest(objective_id=objective).SerializeToString() for objective in set(company.objective_of.values())
    ]
    pairs = grpc_order(layout, company, "RecordCheckIns", [], 4).metadata
    order = Order(
        "grpc", layout.address("progress"), "/cairn.progress.v1.ProgressService/GetObjective", encoded(questions), pairs, 16, SECONDS
    )
    return await _sent(order)


async def _trees(side: _Side) -> int:
    layout = side.system.layout
    request = rest_request(layout, "GET", "/v1/tree?cycle=bench&limit=1000", side.company.bearer)
    return await _sent(Order("http", layout.address("gateway"), "", encoded([request]), [], 2, SECONDS))


async def _sent(order: Order) -> int:
    done = await measure(order)
    if done.failures:
        raise RuntimeError(f"{done.failures} requests failed: {done.first_failure}")
    return done.requests


async def _sent_and_consumed(side: _Side, order: Order) -> int:
    """Sends, and returns once everything that came of it is consumed everywhere."""
    done = await _sent(order)
    async with httpx.AsyncClient(base_url=side.system.url, timeout=120) as client:
        answer = await client.post("/v1/catch-up", headers={"Authorization": f"Bearer {side.company.bearer}"})
        if not answer.is_success:
            raise RuntimeError(f"the system did not catch up: {answer.status_code} {answer.text[:200]}")
    return done
