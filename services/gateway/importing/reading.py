"""Tables read into a plan by a process of their own: beside the event loop, a thread that reads takes Python's lock at every turn.

    python -m gateway.importing.reading

takes what is to be read on its standard input, and tells the plan on its standard output in pieces, each of which the reader takes in
without holding up anybody else. Both ends are one program: what they tell each other is pickled.
"""

from __future__ import annotations

import asyncio
import gc
import os
import pickle
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import fields
from typing import IO, Any, Final, NamedTuple

from chassis.runtime import give_way
from gateway.importing.notation import Notation
from gateway.importing.plan import ImportPlan
from gateway.importing.planner import plan_of
from gateway.importing.tables import TableUnreadable
from gateway.importing.uploads import tables_in_zip
from gateway.importing.workbooks import TOO_LARGE, is_workbook

_NICENESS: Final = 10
"""Behind the gateway, which answers everybody else meanwhile."""
_ENTRIES_OF_A_PIECE: Final = 100
_LENGTH_BYTES: Final = 4


class Upload(NamedTuple):
    """What is to be read: tables by their names, or packed in a zip; and how their numbers and days are written."""

    tables: dict[str, bytes] | bytes
    notation: Notation


async def read_plan(upload: Upload) -> ImportPlan:
    """The plan of the tables, as `plan_of` makes it. Raises TableUnreadable, as that and `tables_in_zip` do."""
    plan = ImportPlan()
    async with _reading(upload) as told:
        while (piece := await asyncio.to_thread(_next_piece, told)) is not None:
            match pickle.loads(piece):  # noqa: S301 - our own process told it
                case TableUnreadable() as unreadable:
                    raise unreadable
                case str(name), list(entries):
                    getattr(plan, name).extend(entries)
                case str(name), value:
                    setattr(plan, name, value)
    return plan


@asynccontextmanager
async def _reading(upload: Upload) -> AsyncIterator[IO[bytes]]:
    """What the process tells that reads the tables; it ends with the context.

    Raises RuntimeError when it ended before its end, and TableUnreadable where a workbook may have brought it there.
    """
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "gateway.importing.reading"]
    process = await asyncio.to_thread(
        subprocess.Popen, command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )  # not by asyncio: see chassis.rebuild.process
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        await asyncio.to_thread(_hand_over, process.stdin, upload)
        yield process.stdout
        if await asyncio.to_thread(process.wait):
            if isinstance(upload.tables, bytes) and is_workbook(upload.tables):  # which may ask for more memory than it gets
                raise TableUnreadable(TOO_LARGE)
            raise RuntimeError(f"the process that reads tables ended with {process.returncode}")
    finally:
        process.kill()
        await asyncio.to_thread(process.wait)
        process.stdout.close()


def _hand_over(to: IO[bytes], upload: Upload) -> None:
    with to:
        pickle.dump(upload, to, pickle.HIGHEST_PROTOCOL)


def _next_piece(source: IO[bytes]) -> bytes | None:
    length = int.from_bytes(source.read(_LENGTH_BYTES), "big")
    return source.read(length) if length else None


def main() -> None:
    """The command line above."""
    give_way(_NICENESS)
    gc.disable()  # a plan holds hundreds of thousands of rows and nothing that refers to itself, and this process ends with it
    upload: Upload = pickle.load(sys.stdin.buffer)  # noqa: S301 - our own process told it
    for piece in _pieces(upload):
        told = pickle.dumps(piece, pickle.HIGHEST_PROTOCOL)
        sys.stdout.buffer.write(len(told).to_bytes(_LENGTH_BYTES, "big") + told)
    sys.stdout.buffer.flush()


def _pieces(upload: Upload) -> Iterator[TableUnreadable | tuple[str, Any]]:
    """The plan, field by field, lists in parts; or why there is none."""
    try:
        tables = upload.tables if isinstance(upload.tables, dict) else tables_in_zip(upload.tables)
        plan = plan_of(tables, upload.notation)
    except TableUnreadable as unreadable:
        yield unreadable
        return
    for field in fields(plan):
        value = getattr(plan, field.name)
        if isinstance(value, list):
            for start in range(0, len(value), _ENTRIES_OF_A_PIECE):
                yield field.name, value[start : start + _ENTRIES_OF_A_PIECE]
        else:
            yield field.name, value


if __name__ == "__main__":
    main()
