"""The goalposts of a key result that were moved, over gRPC, on a projection in a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cairn.common.v1 import common_pb2
from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from chassis.days import date_of, instant_of
from shared.holding import SINCE_EVER
from tests.support.events import an_id
from tests.support.filled_logs import create_logs
from tests.support.infrastructure import DatabaseServer
from tests.support.served_progress import BOB, Served, activated, metric, objective, serve
from tests.support.told import DAY, DUE, START


@pytest.fixture
async def progress(postgres: DatabaseServer, tmp_path: Path) -> AsyncIterator[Served]:
    async with serve(postgres.create_database(), await create_logs(postgres), tmp_path) as served:
        yield served


def revised(key_result: str, day: int, *, goalpost_moved: bool = True, **said: Any) -> goals.KeyResultRevised:
    named: dict[str, Any] = {"objective_id": an_id("O"), "key_result_id": an_id(key_result)}
    return goals.KeyResultRevised(**named, holds_from=day, goalpost_moved=goalpost_moved, **said)


async def goalposts(progress: Served, key_result: str, **point: Any) -> dict[str, pb.Goalpost]:
    asked = pb.GetKeyResultRequest(key_result_id=an_id(key_result), as_of=common_pb2.AsOf(**point) if point else None)
    answer = await progress("GetKeyResult", asked)
    assert answer.key_result.HasField("goalposts")
    return {each.field: each for each in answer.key_result.goalposts.goalposts}


def told(goalpost: pb.Goalpost) -> tuple[Any, ...]:
    """First and present value, number of moves, and the day since when it is so."""
    said = [[value for _, value in getattr(goalpost, which).ListFields()] for which in ("first", "present")]
    return (*(values[0] if values else None for values in said), goalpost.moves, goalpost.moved_on)


async def test_a_key_result_tells_its_first_goalposts_against_the_present_ones(progress: Served) -> None:
    """What a draft said before it was active is no goalpost; of two moves the one from the later day on holds, whichever was said first."""
    await progress.tell(objective("O"), metric("O", "a"), metric("O", "untouched"))
    await progress.tell(revised("a", SINCE_EVER, target=100, goalpost_moved=False), *activated("O"))
    await progress.tell(revised("a", START + 10, target=80), revised("a", START + 10, goalpost_moved=False, title="A"), day=START + 10)
    await progress.tell(revised("a", START + 5, target=90), revised("a", START + 20, weight=2, due_day=DUE - 9), day=START + 20)
    of_today = await goalposts(progress, "a")
    assert {field: told(each) for field, each in of_today.items()} == {
        "target": (100, 80, 2, START + 10),
        "weight": (1, 2, 1, START + 20),
        "due_day": (None, DUE - 9, 1, START + 20),
    }
    target = of_today["target"]
    moved_it = next(e for e in progress.events if gives_target(e, target=80))
    assert (target.moved_by, target.event_id, target.moved_at.ToMicroseconds()) == (BOB, moved_it.event_id, moved_it.recorded_at)
    assert await goalposts(progress, "untouched") == {}

    as_of_day_7 = await goalposts(progress, "a", true_on=START + 7)
    assert {field: told(each) for field, each in as_of_day_7.items()} == {"target": (100, 90, 1, START + 5)}
    assert await goalposts(progress, "a", true_on=START + 2) == {}
    as_known_on_day_11 = await goalposts(progress, "a", true_on=START + 30, known_at=instant_of((START + 11) * DAY))
    assert {field: told(each) for field, each in as_known_on_day_11.items()} == {"target": (100, 80, 1, START + 10)}

    history = await progress("GetHistory", pb.GetHistoryRequest(key_result_id=an_id("a")))
    moves = [each.field for change in history.changes if change.goalpost_moved for each in change.fields]
    assert {field: moves.count(field) for field in moves} == {field: each.moves for field, each in of_today.items()}


def gives_target(event: Any, target: float) -> bool:
    """Whether an event has given a key result this target."""
    if event.event_type != goals.KeyResultRevised.DESCRIPTOR.full_name:
        return False
    said = goals.KeyResultRevised.FromString(event.payload)
    return said.HasField("target") and said.target == target


async def test_milestones_a_plan_and_a_first_target_are_told_as_what_they_were_and_are(progress: Served) -> None:
    first = goals.Milestones(milestones=[goals.Milestone(title="Draft", weight=1), goals.Milestone(title="Launch", weight=1)])
    later = goals.Milestones(milestones=[goals.Milestone(title="Draft", weight=1), goals.Milestone(title="Launch", weight=2, due_day=DUE)])
    plan = goals.Plan(points=[goals.PlannedShare(day=START + 30, share=0.5)])
    await progress.tell(
        objective("O"),
        metric("O", "m", metric=None, milestones=first),
        metric("O", "b", metric=None, baseline=goals.Baseline(unit="users")),
        metric("O", "p"),
        *activated("O"),
        revised("m", START + 1, milestones=later),
        revised("b", START + 2, target=40),
        revised("p", START + 3, plan=plan),
        revised("p", START + 4, plan=goals.Plan()),
    )
    milestones = (await goalposts(progress, "m"))["milestones"]
    assert (list(milestones.first.items), list(milestones.present.items)) == (
        ["Draft", "Launch"],
        ["Draft", f"Launch:2:{date_of(DUE).isoformat()}"],
    )
    assert told((await goalposts(progress, "b"))["target"]) == (None, 40, 1, START + 2)
    assert told((await goalposts(progress, "p"))["plan"]) == (None, None, 2, START + 4), "it went back to none"
    half_way = (await goalposts(progress, "p", true_on=START + 3))["plan"]
    assert list(half_way.present.items) == [f"{date_of(START + 30).isoformat()}:0.5"]
