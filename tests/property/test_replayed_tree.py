"""A tree that is replayed from an export is the one that progress serves, at any point of both time axes."""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cairn.progress.v1 import service_pb2 as pb
from chassis.days import instant_of
from chassis.ids import id_text
from gateway.schemas.as_of import as_of_message
from gateway.schemas.names import cycle_name
from gateway.schemas.trees import people_of, tree_objectives
from progress.replay import Asked, replayed_trees
from shared.roles import AUDITOR
from tests.support.exports import export
from tests.support.filled_logs import create_logs
from tests.support.history import DAY, DENSE, FIRST_DAY, SPAN, History
from tests.support.infrastructure import DatabaseServer
from tests.support.served_progress import Served, serve

NOW = instant_of((FIRST_DAY + SPAN + 3) * DAY)


class Stopped:
    """A clock that stands still."""

    def now(self) -> datetime:
        return NOW


async def served_tree(progress: Served, tenant: bytes, cycle: bytes, true_on: int | None, known_at: int | None) -> dict[str, Any]:
    """What `GET /v1/tree` tells an auditor, with people that nobody knows the names of."""
    day = None if true_on is None else instant_of(true_on * DAY).date()
    as_of = as_of_message(day, None if known_at is None else instant_of(known_at))
    request = pb.GetTreeRequest(cycle_id=cycle, as_of=as_of, page_size=1000)
    tree = await progress("GetTree", request, tenant=tenant, role=AUDITOR)
    people = {i: {"id": id_text(i), "handle": None, "name": None} for i in people_of(tree)}
    return {
        "cycle": cycle_name(cycle, tree.cycle_name),
        "objectives": tree_objectives(tree, people),
        "gone": [],
        "total": tree.total,
        "formula_version": tree.formula_version,
        "next": None,
    }


@pytest.mark.parametrize("seed", [31, 32])
async def test_a_replayed_tree_is_the_one_that_is_served(seed: int, postgres: DatabaseServer, tmp_path: Path) -> None:
    history, r = History(1_000, seed, DENSE), random.Random(seed)
    events = list(history.events())
    lines, tenant, cycle = export(events, history), history.tenants[0], history.cycles[0]
    points: list[tuple[int | None, int | None]] = [(None, None), (FIRST_DAY + 10, None), (None, (FIRST_DAY + 100) * DAY)]
    points += [(FIRST_DAY + r.randint(-40, SPAN), r.choice(events).recorded_at - r.randint(0, 1)) for _ in range(8)]
    async with serve(postgres.create_database(), await create_logs(postgres), tmp_path, Stopped()) as progress:
        await progress.live.take_all(events, r)
        for true_on, known_at in points:
            (replayed,) = replayed_trees(lines, Asked(true_on, known_at, NOW), id_text(cycle)).trees
            assert replayed.tree == await served_tree(progress, tenant, cycle, true_on, known_at), (true_on, known_at)
