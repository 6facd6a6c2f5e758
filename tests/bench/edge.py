"""The edge under floods, and what is long or dear asked without end: how others fare meanwhile, and what every process holds.

The floods before anyone is known, and the costs that one tenant can cause (tests/bench/flood.py), one after the other. Meanwhile `/health`
is asked 40 times a second, and another tenant checks in 20 times a second.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import httpx
import orjson

from chassis.ids import id_text
from tests.bench.commands import Company, found_company
from tests.bench.figures import Figure
from tests.bench.flood import BEFORE_ANYONE_IS_KNOWN, COSTS, HOST
from tests.bench.weigh import Size
from tests.support.system import System


class Bounds(NamedTuple):
    """How long it is looked at, and how much one tenant causes."""

    seconds: float
    """That others are watched for during each flood."""
    check_ins: int
    """That one tenant makes on one key result. Its export is longer than what sockets hold, so that one that is not read is unfinished."""


WHOLE: Final = Bounds(seconds=15.0, check_ins=80_000)
BRIEF: Final = Bounds(seconds=2.0, check_ins=5_000)
"""To see that it works."""
DEFAULTS: Final = {
    "CAIRN_REQUESTS_PER_SECOND": "100",
    "CAIRN_TENANT_REQUESTS_PER_SECOND": "1000",
    "CAIRN_SIGN_INS_PER_MINUTE": "60",
    "CAIRN_ADDRESS_SIGN_INS_PER_MINUTE": "600",
}
"""Limits as they are where nobody says otherwise: a test run's system has none."""
CHECK_INS: Final = "check_ins_on_one_key_result"
FLOODS: Final = (*BEFORE_ANYONE_IS_KNOWN, CHECK_INS, *COSTS)
OBJECTIVES: Final = 20
_ROWS: Final = 500
_BUSY: Final = "something else computes on every processor"
_PROGRAM: Final = str(Path(__file__).with_name("flood.py"))
_SCALES: Final = str(Path(__file__).with_name("weigh.py"))
_HEALTH: Final = b"GET /health HTTP/1.1\r\n" + HOST + b"\r\n"


class Seen(NamedTuple):
    """What was seen of others during a flood. Times are milliseconds."""

    health: float  # p99
    check_in: float  # p99
    largest: float  # MB, of any process of ours
    which: str


async def measure_edge(system: System, bounds: Bounds = WHOLE, only: str = "") -> list[Figure]:
    """Figures of each flood and cost, or of one of them, beside a quiet moment's. The system has the limits of DEFAULTS."""
    attacker, accomplice, neighbour = [await found_company(system.layout, OBJECTIVES) for _ in range(3)]
    bearers = {"rebuilds": [await _operator_s_bearer(system)], "large_imports": [attacker.bearer, accomplice.bearer]}
    await _seen(system, neighbour, bounds.seconds)  # warm
    quiet = await _seen(system, neighbour, bounds.seconds)
    figures = _figures("a quiet moment", quiet, quiet=None)
    with _processors_busy():
        busy = await _seen(system, neighbour, bounds.seconds)
    figures.append(Figure(f"{_BUSY}: another tenant's check-ins, p99", busy.check_in, "ms", quiet.check_in, busy.check_in / quiet.check_in))
    for flood in FLOODS:
        if flood == CHECK_INS:
            many = asyncio.create_task(_many_check_ins(system, attacker, bounds.check_ins))  # of which an export is long, too
            seen = await _seen(system, neighbour, bounds.seconds, many)
            figures.append(Figure("check-ins of one tenant on one key result", bounds.check_ins / await many, "check-ins/s"))
        elif only in ("", flood):
            async with _flooding(system, flood, bearers.get(flood, [attacker.bearer]), bounds):
                seen = await _seen(system, neighbour, bounds.seconds)
        if only in ("", flood):
            figures += _figures(flood.replace("_", " "), seen, quiet)
    return figures


def _figures(what: str, seen: Seen, quiet: Seen | None) -> list[Figure]:
    beside = quiet and (seen.check_in / quiet.check_in)
    return [
        Figure(f"{what}: /health, p99", seen.health, "ms", ceiling=50),
        Figure(
            f"{what}: another tenant's check-ins, p99",
            seen.check_in,
            "ms",
            peer=quiet.check_in if quiet else None,
            ratio=beside,
            ceiling=2 if quiet else None,
        ),
        Figure(f"{what}: the largest process", seen.largest, "MB", ceiling=400, note=seen.which),
    ]


async def _operator_s_bearer(system: System) -> str:
    async with httpx.AsyncClient(base_url=system.url) as client:
        return str((await client.post("/v1/sign-in", json={"operator": True})).json()["access_token"])


async def _many_check_ins(system: System, company: Company, count: int) -> float:
    """Seconds that they took."""
    key_result = id_text(company.key_results[0])
    body = orjson.dumps({"mode": "row_by_row", "check_ins": [{"key_result": key_result, "value": n} for n in range(_ROWS)]})
    head = b"POST /v1/check-ins HTTP/1.1\r\n" + HOST + _bearer(company) + b"content-type: application/json\r\n"
    streams = await asyncio.open_connection("127.0.0.1", _port(system))
    began = time.perf_counter()
    for _ in range(count // _ROWS):
        await _asked(streams, head + b"content-length: %d\r\n\r\n" % len(body) + body)
    return time.perf_counter() - began


async def _seen(system: System, neighbour: Company, seconds: float, until: asyncio.Task[float] | None = None) -> Seen:
    """What others see for so long, and longer while `until` is under way."""
    ends = time.monotonic() + seconds

    def over() -> bool:
        return time.monotonic() >= ends and (until is None or until.done())

    health: list[float] = []
    check_ins: list[float] = []
    head = b"POST /v1/key-results/%s/check-ins HTTP/1.1\r\n" % id_text(neighbour.key_results[0]).encode() + HOST + _bearer(neighbour)
    body = b'{"value": 1}'
    check_in = head + b"content-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body) + body

    async def repeated(request: bytes, times: list[float], pause: float) -> None:
        streams = await asyncio.open_connection("127.0.0.1", _port(system))
        while not over():
            times.append(await _asked(streams, request))
            await asyncio.sleep(pause)

    async with weighed(system) as largest:
        await asyncio.gather(repeated(_HEALTH, health, 0.025), repeated(check_in, check_ins, 0.05))
    return Seen(_p99(health), _p99(check_ins), *largest[0])


@asynccontextmanager
async def weighed(system: System) -> AsyncIterator[list[Size]]:
    """Of all services' processes meanwhile, the largest: known once it is over."""
    largest: list[Size] = []
    process = await asyncio.create_subprocess_exec(sys.executable, _SCALES, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(json.dumps({name: system.pid(name) for name in system.services}).encode())
    process.stdin.close()
    try:
        yield largest
    finally:
        process.terminate()
        assert process.stdout is not None
        largest.append(Size(*json.loads(await process.stdout.read())))
        await process.wait()


async def _asked(streams: tuple[asyncio.StreamReader, asyncio.StreamWriter], request: bytes) -> float:
    """Milliseconds until the whole answer. Raises RuntimeError when it is no good one."""
    reader, writer = streams
    began = time.perf_counter()
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    answer = await reader.readexactly(length)
    if not head.startswith(b"HTTP/1.1 2"):
        raise RuntimeError((head + answer).decode()[:500])
    return (time.perf_counter() - began) * 1_000


@contextmanager
def _processors_busy() -> Iterator[None]:
    """Something else computes on every processor: what a check-in takes then no fairness of ours can be below."""
    processes = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


@asynccontextmanager
async def _flooding(system: System, flood: str, bearers: Sequence[str], bounds: Bounds) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(sys.executable, _PROGRAM, stdin=subprocess.PIPE)
    order = {"flood": flood, "port": _port(system), "bearers": bearers, "seconds": bounds.seconds + 5}
    assert process.stdin is not None
    process.stdin.write(json.dumps(order).encode())
    process.stdin.close()
    try:
        await asyncio.sleep(1)
        yield
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await asyncio.sleep(1)  # what it left behind is not the next one's


def _bearer(company: Company) -> bytes:
    return b"authorization: Bearer " + company.bearer.encode() + b"\r\n"


def _port(system: System) -> int:
    return int(system.url.rpartition(":")[2])


def _p99(times: list[float]) -> float:
    return sorted(times)[min(len(times) - 1, len(times) * 99 // 100)]
