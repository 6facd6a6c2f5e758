"""The projection is one function of the facts: whatever the order, the sizes of the batches, or the way it was made."""

from __future__ import annotations

import random
from typing import Any

import pytest

from chassis.calls import Identity
from chassis.events import RecordedEvent
from progress import queries
from progress.digest import canonical_rows
from progress.domain.evaluation import Evaluated
from progress.domain.formulas import NEWEST, formula_of
from progress.domain.tree import KeyResult, Objective
from progress.facts import FactsInMemory
from progress.queries import AsOf
from progress.rebuild import rebuild
from shared.roles import AUDITOR
from tests.support.filled_logs import create_logs
from tests.support.history import DAY, DENSE, FIRST_DAY, SPAN, History, interleaved
from tests.support.infrastructure import DatabaseServer
from tests.support.projection import PARTITIONS, Projection, digest_in_memory, facts_of, projection

pytestmark = pytest.mark.timeout(180)


@pytest.mark.parametrize(("seed", "in_ranges_of"), [(1, 10_000), (2, 100), (3, 10_000)])  # in small ranges: by two processes
async def test_any_interleaving_of_the_topics_comes_to_the_state_of_the_logs(
    seed: int, in_ranges_of: int, postgres: DatabaseServer
) -> None:
    history = History(1_500, seed, DENSE)
    events = list(history.events())
    expected = digest_in_memory(events)
    logs = await create_logs(postgres, events)
    async with projection(postgres.create_database()) as live:
        await live.take_all(events, random.Random(seed))
        assert await live.digest(history.tenants[0]) == expected
        assert digest_in_memory(interleaved(events, seed)) == expected
        rows = await live.rows()
        assert rebuild(live.dsn, logs, PARTITIONS, in_ranges_of=in_ranges_of) == len(events)
        assert await live.digest(history.tenants[0]) == expected
        assert await live.rows() == rows


def test_the_digest_tells_states_apart() -> None:
    events = list(History(600, 4, DENSE).events())
    last = max(i for i, e in enumerate(events) if e.event_type.endswith("CheckInRecorded"))
    assert digest_in_memory(events) != digest_in_memory(events[:last] + events[last + 1 :])


@pytest.mark.parametrize("seed", [11, 12])
async def test_sql_and_python_agree_on_what_holds_at_any_point_of_both_axes(seed: int, postgres: DatabaseServer) -> None:
    history = History(1_200, seed, DENSE)
    events = list(history.events())
    in_memory = facts_of(events)
    r = random.Random(seed)
    async with projection(postgres.create_database()) as live:
        await live.take_all(events, r)
        await _agree(live, in_memory, history.tenants[0], r, events)


async def _agree(live: Projection, in_memory: FactsInMemory, tenant: bytes, r: random.Random, events: list[RecordedEvent]) -> None:
    instants = [AsOf(), AsOf(FIRST_DAY + 10), AsOf(FIRST_DAY - 30), AsOf(None, (FIRST_DAY + 100) * DAY)]
    for _ in range(25):
        exactly = r.choice(events).recorded_at - r.randint(0, 1)  # at an event, or just before it
        day = FIRST_DAY + r.randint(-40, SPAN + 5)
        instants += [AsOf(day, exactly), AsOf(day), AsOf(None, exactly)]
    for instant in instants:
        for formula in (formula_of(1), NEWEST):
            expected = in_memory.evaluated(instant.true_on, instant.known_at, formula)
            assert list(canonical_rows(await live.evaluated(tenant, instant, formula))) == list(canonical_rows(expected)), instant
        assert sorted(await live.kpis(tenant, instant)) == sorted(in_memory.kpis(instant.true_on, instant.known_at)), instant
        assert sorted(await live.work(tenant, instant)) == sorted(in_memory.work(instant.true_on, instant.known_at)), instant
        await _queries_agree(live, expected, tenant, r, instant)


async def _queries_agree(
    live: Projection, expected: Evaluated[Objective, KeyResult], tenant: bytes, r: random.Random, instant: AsOf
) -> None:
    """A cycle's tree, and one of its objectives with no more than its surroundings, have the numbers of the whole."""
    objectives = expected.tree.objectives
    if not objectives:
        return
    auditor = Identity(tenant, bytes(16), frozenset({AUDITOR}))
    chosen = objectives[r.choice(sorted(objectives))]
    tree = (await queries.get_tree(live.connections, live.connections, auditor, chosen.cycle_id, instant)).tree
    here = {i for i, o in objectives.items() if o.cycle_id == chosen.cycle_id}
    assert {i for i, _ in queries.depth_first(tree, chosen.cycle_id)} == here, instant
    assert {i: tree.evaluated.numbers[i] for i in here} == {i: expected.numbers[i] for i in here}, instant
    found = await queries.get_objective(live.connections, auditor, chosen.objective_id, instant)
    assert found.tree.evaluated.numbers[chosen.objective_id] == expected.numbers[chosen.objective_id], instant
    assert found.children == sorted(o.objective_id for o in objectives.values() if o.parent_objective_id == chosen.objective_id)
    for evaluated in (tree.evaluated, found.tree.evaluated):
        assert _seen_from(evaluated, chosen.objective_id) == _seen_from(expected, chosen.objective_id), instant


def _seen_from(evaluated: Evaluated[Any, Any], objective_id: bytes) -> tuple[Any, ...]:
    """The key results of an objective as it sees them: their values, and what of them is looked at on another day."""
    seen = sorted((k.key_result_id, k.value, k.milestones_done, k.weight) for k in evaluated.tree.counting.get(objective_id, ()))
    apart = {k: (its.raw, its.counts, its.at) for k, its in evaluated.apart.get(objective_id, {}).items()}
    return seen, apart, evaluated.cut.get(objective_id)
