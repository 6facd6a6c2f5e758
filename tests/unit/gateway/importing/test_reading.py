"""Tables are read by a process of their own, into the plan that they are read into here."""

from __future__ import annotations

import asyncio
import io
import time
import zipfile
from pathlib import Path

import pytest

from gateway.importing import Notation, TableUnreadable, Upload, plan_of, read_plan
from shared.tables import TABLES

EXAMPLES = sorted(folder for folder in (Path(__file__).parents[4] / "examples").iterdir() if (folder / "objectives.csv").exists())


def tables_of(folder: Path) -> dict[str, bytes]:
    return {file: (folder / file).read_bytes() for file in TABLES if (folder / file).exists()}


def zipped(tables: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in tables.items():
            archive.writestr(name, text)
    return packed.getvalue()


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
async def test_the_plan_is_the_one_that_is_made_here(folder: Path) -> None:
    assert await read_plan(Upload(tables_of(folder), Notation())) == plan_of(tables_of(folder))


async def test_a_zip_is_unpacked_there() -> None:
    tables = tables_of(EXAMPLES[0])
    assert await read_plan(Upload(zipped(tables), Notation())) == plan_of(tables)


@pytest.mark.parametrize("tables", [b"PK", {}, {"objectives.csv": b"\xff\xfe\x00"}], ids=["no zip", "no table", "no text"])
async def test_what_cannot_be_read_is_said_here(tables: bytes | dict[str, bytes]) -> None:
    with pytest.raises(TableUnreadable):
        await read_plan(Upload(tables, Notation()))


async def test_reading_many_rows_holds_the_event_loop_for_no_longer_than_a_few_of_them_take() -> None:
    objectives = "objective,cycle,title,starts_on,ends_on\nJ1,2026,Grow,2026-01-01,2026-12-31\n"
    key_results = "objective,number,title,kind,start,target\n" + "".join(f"J1,{k},Key result {k},number,0,300\n" for k in range(100))
    check_ins = "objective,key_result,date,score,value\n" + "".join(
        f"J1,{k},2026-{month:02}-{day:02},,{day}\n" for k in range(100) for month in range(1, 11) for day in range(1, 11)
    )
    tables = {"objectives.csv": objectives.encode(), "key_results.csv": key_results.encode(), "checkins.csv": check_ins.encode()}
    began = time.thread_time()
    plan_of(dict(tables))
    in_one_go = time.thread_time() - began
    reading = asyncio.create_task(read_plan(Upload(tables, Notation())))
    stretches = []
    while not reading.done():
        began = time.thread_time()
        await asyncio.sleep(0)
        stretches.append(time.thread_time() - began)
    assert len((await reading).check_in_rows) == 10_000
    assert sorted(stretches)[-3] < in_one_go / 10  # but for the garbage collector's moments
