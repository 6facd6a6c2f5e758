"""A bounded load from a process of its own: `python load.py` with a JSON order on standard input, figures as JSON on standard output.

The client shares the machine with what it measures, so it does as little as it can: requests are serialized before the
clock starts, and answers are not parsed beyond whether they succeeded.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import grpc
import uvloop

_PROGRAM: Final = str(Path(__file__).resolve())

Request = Callable[[int], Awaitable[None]]
"""Sends the n-th request and returns once it was answered well. Raises RuntimeError when it was not."""


@dataclass(frozen=True)
class Order:
    """What to send: `bodies` in turn (base64), to a gRPC method ("/cairn.bench.Peer/Empty") or by HTTP."""

    kind: str  # "grpc" or "http"
    address: str  # host:port
    target: str  # the gRPC method
    bodies: list[str]  # gRPC: a message each; HTTP: a whole request each
    metadata: list[tuple[str, str]]
    in_flight: int
    seconds: float
    connections: int = 4


@dataclass(frozen=True)
class Load:
    """What came of it. Times are milliseconds."""

    requests: int
    seconds: float
    per_second: float
    p50: float
    p99: float
    failures: int
    first_failure: str


async def measure(order: Order) -> Load:
    """Runs an order in a process of its own, and waits for it."""
    process = await asyncio.create_subprocess_exec(sys.executable, _PROGRAM, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    out, _ = await asyncio.wait_for(process.communicate(json.dumps(asdict(order)).encode()), order.seconds + 60)
    if process.returncode:
        raise RuntimeError(f"the load generator ended with {process.returncode}")
    return Load(**json.loads(out))


async def run(order: Order) -> Load:
    """Keeps `in_flight` requests under way for `seconds`."""
    bodies = [base64.b64decode(body) for body in order.bodies]
    latencies: list[float] = []
    failures: list[str] = []
    counter = itertools.count()
    async with _grpc(order, bodies) if order.kind == "grpc" else _http(order, bodies) as senders:
        started = time.perf_counter()
        until = started + order.seconds

        async def one_after_another(send: Request) -> None:
            while (sent := time.perf_counter()) < until:
                try:
                    await send(next(counter))
                    latencies.append(time.perf_counter() - sent)
                except (RuntimeError, grpc.aio.AioRpcError) as error:
                    failures.append(str(error)[:300])

        await asyncio.gather(*(one_after_another(senders[i % len(senders)]) for i in range(order.in_flight)))
        took = time.perf_counter() - started
    latencies.sort()
    count = len(latencies)
    return Load(
        requests=count,
        seconds=took,
        per_second=count / took,
        p50=latencies[count // 2] * 1e3 if count else 0.0,
        p99=latencies[int(count * 0.99)] * 1e3 if count else 0.0,
        failures=len(failures),
        first_failure=failures[0] if failures else "",
    )


@asynccontextmanager
async def _grpc(order: Order, bodies: Sequence[bytes]) -> AsyncIterator[list[Request]]:
    options = [("grpc.use_local_subchannel_pool", 1), ("grpc.max_receive_message_length", 64 << 20)]
    channels = [grpc.aio.insecure_channel(order.address, options=options) for _ in range(order.connections)]
    metadata = tuple((k, v) for k, v in order.metadata)

    def sender(channel: grpc.aio.Channel) -> Request:
        call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(order.target)

        async def send(number: int) -> None:
            await call(bodies[number % len(bodies)], metadata=metadata, timeout=30)

        return send

    try:
        yield [sender(channel) for channel in channels]
    finally:
        for channel in channels:
            await channel.close()


@asynccontextmanager
async def _http(order: Order, bodies: Sequence[bytes]) -> AsyncIterator[list[Request]]:
    host, port = order.address.rsplit(":", 1)
    streams = [await asyncio.open_connection(host, int(port)) for _ in range(order.in_flight)]

    def sender(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request:
        async def send(number: int) -> None:
            writer.write(bodies[number % len(bodies)])
            head = await reader.readuntil(b"\r\n\r\n")
            lowered = head.lower()
            at = lowered.find(b"content-length:")
            length = int(lowered[at + 15 : lowered.index(b"\r\n", at)]) if at >= 0 else 0
            body = await reader.readexactly(length)
            if not head.startswith(b"HTTP/1.1 2"):
                status = head.split(b"\r\n", 1)[0].decode()
                raise RuntimeError(f"{status} {body[:200].decode(errors='replace')}")

        return send

    try:
        yield [sender(*stream) for stream in streams]
    finally:
        for _, writer in streams:
            writer.close()


def encoded(bodies: Sequence[bytes]) -> list[str]:
    """Bodies as an order carries them."""
    return [base64.b64encode(body).decode() for body in bodies]


if __name__ == "__main__":
    print(json.dumps(asdict(uvloop.run(run(Order(**json.load(sys.stdin)))))))
