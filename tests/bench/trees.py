"""A tree in which much has ended, beside one in which nothing has; and what it costs to ask who may see what, beside whoever sees all."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final

from cairn.common.v1 import common_pb2
from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from chassis.ids import Id, id_of_name
from chassis.runtime import tune_garbage_collection
from shared.roles import ADMIN, MEMBER
from tests.bench.figures import Figure
from tests.bench.tenant import Happened, tell
from tests.support.events import an_id, cycle_defined, recorded
from tests.support.filled_logs import create_logs
from tests.support.infrastructure import DatabaseServer
from tests.support.served_progress import Served, activated, metric, objective, serve
from tests.support.told import DUE, START

OBJECTIVES: Final = 2_000
ENDED: Final = 500
_DAYS: Final = 60  # on which those ended
_KEY_RESULTS: Final = 3  # of each objective
_CHECK_INS: Final = 5  # of each key result
_BELOW: Final = 5  # objectives below each that has any
_ROUNDS: Final = 60
_AT_MOST: Final = 1.5
_SHARE: Final = 1 / 0.9  # the policy a tenth of a query: the query is that much longer than without it

Question = Callable[[int], Any]
"""What is asked the first, the second time."""


async def measure_trees(server: DatabaseServer, scratch: Path) -> list[Figure]:
    """The figures of trees, and of the policy."""
    async with serve(server.create_database(), await create_logs(server), scratch) as served:
        await tell(served, _history(random.Random(17)))
        tune_garbage_collection()  # as where a service runs: else all that the bench made is walked through again and again
        return [await _with_ends(served), *[await _policy(served, *question) for question in _questions()]]


async def _with_ends(served: Served) -> Figure:
    took = await _in_turn(served, [("GetTree", _tree("much ended"), MEMBER), ("GetTree", _tree("none ended"), MEMBER)])
    note = f"{OBJECTIVES:,} objectives with {_KEY_RESULTS} key results each, of which {ENDED} ended on {_DAYS} days; medians of {_ROUNDS}"
    return Figure("a tree in which much has ended, beside one in which nothing has", *_beside(*took), ceiling=_AT_MOST, note=note)


def _tree(cycle: str) -> Question:
    """A whole tree, each time as of another day after all that happened: a tree that was asked for already is kept."""
    return lambda number: pb.GetTreeRequest(cycle_id=an_id(cycle), page_size=OBJECTIVES, as_of=common_pb2.AsOf(true_on=DUE + number))


def _questions() -> Iterator[tuple[str, str, Question]]:
    page = pb.ListObjectivesRequest(page_size=50)
    last = pb.GetObjectiveRequest(objective_id=_objective("none ended", OBJECTIVES - 1))
    yield "a tree", "GetTree", _tree("none ended")
    yield "a page of objectives", "ListObjectives", lambda _: page
    yield "an objective", "GetObjective", lambda _: last


async def _policy(served: Served, called: str, method: str, question: Question) -> Figure:
    """The same question of a member and of an admin, who may see all: nothing is looked at then to know who may see what."""
    took = await _in_turn(served, [(method, question, MEMBER), (method, question, ADMIN)])
    return Figure(f"{called}, with the policy, beside one without", *_beside(*took), ceiling=_SHARE, note=f"medians of {_ROUNDS}")


def _beside(took: float, without: float) -> tuple[float, str, float, float]:
    return took, "ms", without, took / without


async def _in_turn(served: Served, questions: Sequence[tuple[str, Question, str]]) -> list[float]:
    """The median of each question's milliseconds; they are asked in turn, so that all have the same machine."""
    took: list[list[float]] = [[] for _ in questions]
    for number in range(1, _ROUNDS + 1):
        for milliseconds, (method, question, role) in zip(took, questions, strict=True):
            request = question(number)
            started = time.perf_counter()
            await served(method, request, role=role)
            milliseconds.append((time.perf_counter() - started) * 1e3)
    return [median(each) for each in took]


def _objective(cycle: str, number: int) -> Id:
    return id_of_name(f"{cycle} {number}")


def _history(r: random.Random) -> Iterator[Happened]:
    for cycle in ("none ended", "much ended"):
        defined = cycle_defined(cycle_id=an_id(cycle), name=cycle, first_day=START, last_day=DUE)
        yield Happened("goals", defined.cycle_id, defined)
        for n in range(OBJECTIVES):
            yield from _objective_with_key_results(r, cycle, n)
    for number, n in enumerate(r.sample(range(OBJECTIVES), ENDED)):
        day = START + 20 + number % _DAYS
        closed = goals.ObjectiveClosed(objective_id=_objective("much ended", n), outcome="done", holds_from=day)
        yield Happened("goals", closed.objective_id, closed, day)


def _objective_with_key_results(r: random.Random, cycle: str, n: int) -> Iterator[Happened]:
    home = objective("objective", reference=f"{cycle[0]}{n}", cycle_id=an_id(cycle), roll_up=goals.ROLL_UP_KEY_RESULTS)
    home.objective_id = _objective(cycle, n)
    yield Happened("goals", home.objective_id, home)
    for k in range(_KEY_RESULTS):
        key_result = metric("objective", "key result")
        key_result.objective_id, key_result.key_result_id = home.objective_id, id_of_name(f"{cycle} {n}/{k}")
        yield Happened("goals", home.objective_id, key_result)
        for number in range(_CHECK_INS):
            ids = {"objective_id": home.objective_id, "key_result_id": key_result.key_result_id}
            said = recorded(f"{n}/{k}/{number}", r.randrange(500), START + 4 * number, **ids)
            said.check_in_id = id_of_name(f"{cycle} {n}/{k}/{number}")
            yield Happened("checkins", key_result.key_result_id, said, START + 4 * number)
    (activation,) = activated("objective")
    activation.objective_id = home.objective_id
    yield Happened("goals", home.objective_id, activation)
    if n:
        aligned = goals.ObjectiveAligned(objective_id=home.objective_id, parent_objective_id=_objective(cycle, (n - 1) // _BELOW))
        yield Happened("goals", home.objective_id, aligned)
