"""Lists of objectives of a tenant that has 100,000: by words, by what is stored of them, by the status told last, in any order.

Beside PostgreSQL's own way to find a text in titles, which reads all of them.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import psycopg

from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from cairn.progress.v1.events_pb2 import STATUS_ACHIEVED, STATUS_NOT_STARTED
from chassis.events import RecordedEvent, event_type_of
from chassis.ids import id_of_name
from chassis.partitions import partition_of
from chassis.runtime import tune_garbage_collection
from shared.roles import MEMBER
from tests.bench.figures import Figure
from tests.support.consumed import PARTITIONS
from tests.support.events import key_result_defined
from tests.support.filled_logs import create_logs
from tests.support.infrastructure import DatabaseServer
from tests.support.served_progress import TENANT, Served, objective, serve
from tests.support.told import DAY, DUE, START

OBJECTIVES: Final = 100_000
QUESTIONS: Final = 400
CEILING: Final = 50.0  # ms
_BATCH: Final = 2_000
_PEOPLE: Final = [id_of_name(f"person {n}") for n in range(2_000)]
_TEAMS: Final = [id_of_name(f"team {n}") for n in range(200)]
_CYCLES: Final = [id_of_name(f"cycle {n}") for n in range(20)]
_LABELS: Final = [f"label {n}" for n in range(50)]
_STARTED: Final = 12  # every so manyth is achieved
_TOLD: Final = f"""
INSERT INTO key_result_now (key_result_id, newest_abstained, said_status, newest_on, value, as_of, check_in_id, check_in_event_id)
  SELECT key_result_id, false, 0, {START}, 1, {START}, key_result_id, key_result_id FROM key_result_now
  ON CONFLICT (key_result_id) DO UPDATE SET (newest_abstained, said_status, newest_on, value, as_of, check_in_id, check_in_event_id)
    = (false, 0, {START}, 1, {START}, excluded.check_in_id, excluded.check_in_event_id);
INSERT INTO public.status_told SELECT o.objective_id, o.tenant_id, CASE WHEN k.objective_id IS NULL THEN {STATUS_NOT_STARTED}
  ELSE {STATUS_ACHIEVED} END FROM objective_now o LEFT JOIN key_result_now k USING (objective_id);"""
"""As if a check-in stood on every key result, and the follower had looked at all."""

_WORDS: Final = [a + b for a in ("grow", "größ", "plan", "réven", "ship", "cost", "user", "team") for b in map(str, range(250))]
_WEIGHTS: Final = [1 / (n + 1) for n in range(len(_WORDS))]


async def measure_search(server: DatabaseServer, scratch: Path) -> list[Figure]:
    """The figures of lists."""
    r = random.Random(11)
    database = server.create_database()
    async with serve(database, await create_logs(server), scratch) as served:
        await _fill(served, r)
        tune_garbage_collection()  # as where a service runs: else all that the bench made is walked through again and again
        asked = [_question(r) for _ in range(QUESTIONS)]
        for question in asked[:20]:
            await _seconds(served, question)
        took = sorted([await _seconds(served, question) for question in asked])
        peer = sorted([await _read_all(served.live.dsn, question.text or "grow1") for question in asked[:40]])
    p99, of_peer = took[int(len(took) * 0.99)] * 1e3, peer[int(len(peer) * 0.99)] * 1e3
    note = f"p50 {took[len(took) // 2] * 1e3:.1f} ms; 50 of {OBJECTIVES:,} objectives, over gRPC"
    return [Figure("lists of objectives by words and fields, p99", p99, "ms", peer=of_peer, ceiling=CEILING, note=note)]


async def _fill(served: Served, r: random.Random) -> None:
    events = sorted(_defined(r), key=lambda event: partition_of(event.partition_key, PARTITIONS))
    for _, its in groupby(events, key=lambda event: partition_of(event.partition_key, PARTITIONS)):
        of_partition = list(its)
        for start in range(0, len(of_partition), _BATCH):
            await served.live.take(of_partition[start : start + _BATCH])
    async with served.live.pool.connection() as connection:
        await connection.execute(_TOLD.encode())
        for table in ("objective_now", "objective", "public.status_told"):
            await connection.execute(f"VACUUM ANALYZE {table}".encode())


def _defined(r: random.Random) -> Iterator[RecordedEvent]:
    states = (goals.VISIBILITY_COMPANY,) * 8 + (goals.VISIBILITY_TEAM, goals.VISIBILITY_PRIVATE)
    position = 0
    for n in range(OBJECTIVES):
        title = " ".join(r.choices(_WORDS, _WEIGHTS, k=6))
        said = objective(
            f"O{n}",
            reference=f"O{n}",
            title=title,
            cycle_id=r.choice(_CYCLES),
            owner_id=r.choice(_PEOPLE),
            team_id=r.choice(_TEAMS),
            labels=r.sample(_LABELS, 2),
            visibility=r.choice(states),
            due_day=DUE + r.randrange(400),
        )
        messages: list[Any] = [said]
        if n % _STARTED == 0:
            key_result = {"objective_id": said.objective_id, "key_result_id": id_of_name(f"key result {n}")}
            messages += [key_result_defined(**key_result, title=title, owners=[], binary=goals.Binary(), metric=None)]
        for version, message in enumerate(messages, 1):
            position += 1
            envelope = ("goals", position, id_of_name(f"event {position}"), TENANT, said.objective_id, version, START * DAY + n)
            home = said.objective_id
            yield RecordedEvent(*envelope, said.owner_id, None, home, None, home, event_type_of(message), message.SerializeToString())


def _question(r: random.Random) -> pb.ListObjectivesRequest:
    """Each filter now and then, so that there are all mixtures of the frequent and the rare."""
    word = r.choices(_WORDS, _WEIGHTS)[0]
    filters: dict[str, Any] = {
        "text": r.choice((word, word[:4], word[:1], f"{word} {r.choices(_WORDS, _WEIGHTS)[0][:5]}", r.choice(_WORDS))),
        "owner_ids": [r.choice(_PEOPLE)],
        "team_ids": [r.choice(_TEAMS)],
        "labels": [r.choice(_LABELS)],
        "states": [goals.OBJECTIVE_STATE_DRAFT],
        "cycle_ids": [r.choice(_CYCLES)],
        "due_to": DUE + r.randrange(400),
        "statuses": [r.choice((STATUS_NOT_STARTED, STATUS_ACHIEVED))],
    }
    chosen = {name: value for name, value in filters.items() if r.random() < (0.7 if name == "text" else 0.15)}
    chosen.pop("cycle_ids", None)  # these cycles are none of goals', so they are refused
    order = r.choice((*[pb.OBJECTIVE_ORDER_UNSPECIFIED] * 3, *pb.ObjectiveOrder.values()))
    return pb.ListObjectivesRequest(order=order, descending=r.random() < 0.3, page_size=50, **chosen)


async def _seconds(served: Served, question: pb.ListObjectivesRequest) -> float:
    started = time.perf_counter()
    await served("ListObjectives", question, person=_PEOPLE[0], role=MEMBER)
    return time.perf_counter() - started


async def _read_all(dsn: str, text: str) -> float:
    async with await psycopg.AsyncConnection.connect(dsn) as connection:
        started = time.perf_counter()
        like = [f"%{word}%" for word in text.split()]
        await (
            await connection.execute(
                "SELECT objective_id FROM objective_now WHERE title ILIKE ALL(%s) AND tenant_id = %s::uuid ORDER BY 1 LIMIT 50",
                (like, TENANT.hex()),
            )
        ).fetchall()
        return time.perf_counter() - started
