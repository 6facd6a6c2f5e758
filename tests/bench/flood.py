"""Somebody who means no good, in a process of their own: `python flood.py` with a JSON order on standard input; ends after its seconds.

It is niced and sends no faster than is said here: a real one is on another machine, so what it costs to send shall not be what is measured.
"""

from __future__ import annotations

import asyncio
import io
import itertools
import json
import os
import resource
import sys
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final

HOST: Final = b"host: 127.0.0.1\r\n"
_CHUNK: Final = b"a" * 65_536
_OPENED_A_SECOND: Final = 1_000

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Bearers = Sequence[bytes]
"""Header lines: of who floods, one of each tenant that does."""


async def endless_headers(port: int, _: Bearers) -> None:
    """Twenty that never end a header, 12 MB a second together; whoever is cut off comes again."""

    async def one() -> None:
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(b"GET /health HTTP/1.1\r\nx-endless: ")
                while not writer.is_closing():
                    writer.write(_CHUNK)
                    await writer.drain()
                    await asyncio.sleep(0.1)
            await asyncio.sleep(0.1)

    await asyncio.gather(*(one() for _ in range(20)))


async def unfinished_bodies(port: int, _: Bearers) -> None:
    """A hundred without a token that send a body of 8 MiB, and stop before its end."""
    head = b"POST /v1/check-ins HTTP/1.1\r\n" + HOST + b"content-type: application/json\r\ncontent-length: 8388608\r\n\r\n"

    async def one() -> None:
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(head)
            for _ in range(127):
                writer.write(_CHUNK)
                await writer.drain()
                await asyncio.sleep(0.05)
        await asyncio.Event().wait()

    await asyncio.gather(*(one() for _ in range(100)))


async def half_requests(port: int, _: Bearers) -> None:
    """Four thousand connections that begin a request and say no more."""
    await _held(port, b"GET /health HTTP/1.1\r\n" + HOST, 4_000)


async def unread_exports(port: int, bearers: Bearers) -> None:
    """Four hundred exports that are not read."""
    await _held(port, b"GET /v1/audit/export HTTP/1.1\r\n" + HOST + bearers[0] + b"\r\n", 400)


async def catch_ups(port: int, bearers: Bearers) -> None:
    """Six hundred at a time that wait to catch up, again and again."""
    request = b"POST /v1/catch-up HTTP/1.1\r\n" + HOST + bearers[0] + b"content-length: 0\r\n\r\n"
    await _again_and_again(port, itertools.repeat(request).__next__, at_once=600, pause=1.0)


async def rebuilds(port: int, bearers: Bearers) -> None:
    """Sixty at a time that rebuild, again and again; as the operator, who may."""
    request = b"POST /v1/rebuild/progress HTTP/1.1\r\n" + HOST + bearers[0] + b"content-length: 0\r\n\r\n"
    await _again_and_again(port, itertools.repeat(request).__next__, at_once=60, pause=1.0)


async def large_imports(port: int, bearers: Bearers) -> None:
    """Two at a time of each tenant, again and again, with as many rows and bytes as there may be: one as JSON, one packed."""
    tables = _large_tables()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in tables.items():
            archive.writestr(name, text)
    bodies = {b"application/json": json.dumps({"tables": tables}).encode(), b"application/zip": packed.getvalue()}

    def request(bearer: bytes, media_type: bytes, body: bytes) -> bytes:
        told = b"content-type: %s\r\ncontent-length: %d\r\n\r\n" % (media_type, len(body))
        return b"POST /v1/imports HTTP/1.1\r\n" + HOST + bearer + told + body

    requests = [request(bearer, *body) for bearer in bearers for body in bodies.items()]
    await asyncio.gather(*(_again_and_again(port, itertools.repeat(each).__next__, at_once=1, pause=0.2) for each in requests))


def _large_tables() -> dict[str, str]:
    """100 objectives of four key results, of each of which 245 days tell something: 98,500 rows, and 15 MB."""
    objectives, key_results = range(100), range(1, 5)
    days = [f"2026-{month:02}-{day:02}" for month in range(1, 10) for day in range(1, 29)][:245]
    note = "two customers more; " * 5
    return {
        "objectives.csv": "objective,cycle,title,starts_on,ends_on\n"
        + "".join(f"J{o},2026,Objective {o},2026-01-01,2026-12-31\n" for o in objectives),
        "key_results.csv": "objective,number,title,kind,start,target\n"
        + "".join(f"J{o},{k},Key result {k},number,0,300\n" for o in objectives for k in key_results),
        "checkins.csv": "objective,key_result,date,score,value,note\n"
        + "".join(f"J{o},{k},{day},,{n},{note}\n" for o in objectives for k in key_results for n, day in enumerate(days)),
    }


async def _held(port: int, request: bytes, count: int) -> None:
    async def opened() -> AsyncIterator[Streams]:
        for _ in range(count):
            with suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
                writer.transport.pause_reading()  # type: ignore[attr-defined]
                writer.write(request)
                yield reader, writer
            await asyncio.sleep(1 / _OPENED_A_SECOND)

    held = [streams async for streams in opened()]
    await asyncio.Event().wait()
    held.clear()


async def _again_and_again(port: int, request: Callable[[], bytes], *, at_once: int, pause: float) -> None:
    async def one() -> None:
        while True:
            with suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(request())
                await reader.read(65_536)
                writer.close()
            await asyncio.sleep(pause)

    await asyncio.gather(*(one() for _ in range(at_once)))


Flood = Callable[[int, Bearers], Awaitable[None]]
BEFORE_ANYONE_IS_KNOWN: Final[dict[str, Flood]] = {f.__name__: f for f in (endless_headers, unfinished_bodies, half_requests)}
COSTS: Final[dict[str, Flood]] = {f.__name__: f for f in (unread_exports, catch_ups, rebuilds, large_imports)}
"""What somebody who is known can cause, beside check-ins on one key result."""


async def _main() -> None:
    order = json.loads(sys.stdin.read())
    os.nice(19)
    _, most_files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    bearers = [f"authorization: Bearer {bearer}\r\n".encode() for bearer in order["bearers"]]
    with suppress(TimeoutError):
        await asyncio.wait_for((BEFORE_ANYONE_IS_KNOWN | COSTS)[order["flood"]](order["port"], bearers), order["seconds"])


if __name__ == "__main__":
    asyncio.run(_main())
    os._exit(0)  # thousands of connections need no farewell
