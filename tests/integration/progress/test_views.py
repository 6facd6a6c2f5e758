"""What teams, cycles and people come to, over gRPC, on a projection in a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.common.v1 import common_pb2
from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from cairn.progress.v1.events_pb2 import STATUS_ACHIEVED, STATUS_AT_RISK
from chassis.days import FIRST_DAY
from chassis.errors import Kind, Refused
from shared.roles import ADMIN
from tests.support.events import abstained, an_id, cycle_defined
from tests.support.filled_logs import create_logs
from tests.support.infrastructure import DatabaseServer
from tests.support.served_progress import ANN, BOB, OTHER_TENANT, Served, activated, check_in, metric, objective, serve
from tests.support.told import DUE, START

WEB, OPS = an_id("web"), an_id("ops")


@pytest.fixture
async def progress(postgres: DatabaseServer, tmp_path: Path) -> AsyncIterator[Served]:
    logs = await create_logs(postgres)
    async with serve(postgres.create_database(), logs, tmp_path) as served:
        await served.tell(cycle(), cycle("P", "2019-Q2"))
        yield served


def cycle(name: str = "Q", called: str = "2019-Q1", first_day: int = START, last_day: int = DUE) -> goals.CycleDefined:
    return cycle_defined(cycle_id=an_id(name), name=called, first_day=first_day, last_day=last_day, cadence="weekly")


def of_web(name: str, value: float | None = None, **more: Any) -> list[Any]:
    """An active objective of a team, with a key result of 500 on which a value was reported."""
    said = [] if value is None else [check_in(name, f"{name}/1", value, START + 1)]
    return [objective(name, reference=name, **{"team_id": WEB} | more), *activated(name), metric(name, f"{name}/1"), *said]


def private(person: bytes = BOB) -> dict[str, Any]:
    return {"visibility": goals.VISIBILITY_PRIVATE, "owner_id": person, "creator_id": person}


def true_on(day: int) -> common_pb2.AsOf:
    return common_pb2.AsOf(true_on=day)


async def team(progress: Served, team_id: bytes = WEB, *, cycle_id: bytes | None = None, as_of: Any = None, **who: Any) -> Any:
    request = pb.GetTeamsProgressRequest(team_ids=[team_id], cycle_id=cycle_id, as_of=as_of)
    (found,) = (await progress("GetTeamsProgress", request, **who)).teams
    return found


def told(mean: Any, figure: str = "progress") -> float | None:
    return getattr(mean, figure) if mean.HasField(figure) else None


def refs(found: Any) -> list[str]:
    return [each.objective.reference for each in found.objectives]


async def pillar(progress: Served, name: str, *, cycle_id: bytes | None = None, as_of: Any = None, **who: Any) -> Any:
    request = pb.GetPillarsProgressRequest(pillar_ids=[an_id(name)], cycle_id=cycle_id, as_of=as_of)
    (found,) = (await progress("GetPillarsProgress", request, **who)).pillars
    return found


# -- pillars ---------------------------------------------------------------------------------------------------------------------------


async def test_a_pillar_comes_to_the_mean_of_the_active_objectives_that_name_it_on_the_day(progress: Served) -> None:
    growth = {"pillar_id": an_id("growth")}
    await progress.tell(*of_web("O1", 250, **growth), *of_web("O2", 500, cycle_id=an_id("P"), **growth), *of_web("none", 0))
    found = await pillar(progress, "growth")
    assert (found.progress, found.hidden, refs(found)) == (0.75, False, ["O1", "O2"])
    assert refs(await pillar(progress, "growth", cycle_id=an_id("P"))) == ["O2"]
    later = goals.ObjectiveRevised(objective_id=an_id("O1"), pillar_id=an_id("trust"), holds_from=START + 50)
    await progress.tell(later, day=START + 50)
    assert (refs(await pillar(progress, "growth")), refs(await pillar(progress, "trust"))) == (["O2"], ["O1"])
    assert refs(await pillar(progress, "growth", as_of=true_on(START + 49))) == ["O1", "O2"]
    assert told(await pillar(progress, "nowhere")) is None


async def test_whoever_may_not_see_one_objective_gets_no_number_of_its_pillar(progress: Served) -> None:
    growth = {"pillar_id": an_id("growth")}
    await progress.tell(*of_web("O1", 250, **growth), *of_web("secret", 500, **growth, **private()))
    found = await pillar(progress, "growth")
    assert (told(found), found.hidden, refs(found)) == (None, True, ["O1"])
    seen = await pillar(progress, "growth", role=ADMIN)
    assert (seen.progress, seen.hidden, refs(seen)) == (0.75, False, ["O1", "secret"])


# -- teams -----------------------------------------------------------------------------------------------------------------------------


async def test_a_team_comes_to_the_mean_of_its_active_objectives_as_equals_whatever_hangs_on_them(progress: Served) -> None:
    await progress.tell(*of_web("O2", 500), *of_web("O10", 100), metric("O10", "O10/2"), objective("draft", team_id=WEB))
    await progress.tell(*of_web("over", 500), goals.ObjectiveClosed(objective_id=an_id("over")), *of_web("theirs", 50, team_id=OPS))
    found = await team(progress)
    assert (found.progress, found.hidden) == (pytest.approx((1.0 + 0.1) / 2), False)
    assert refs(found) == ["O2", "O10"]
    assert [each.progress for each in found.objectives] == [1.0, pytest.approx(0.1)]
    assert found.objectives[0].status == STATUS_ACHIEVED
    assert (await team(progress, OPS)).progress == pytest.approx(0.1)


async def test_what_has_no_number_counts_nothing_and_a_team_without_objectives_has_no_number(progress: Served) -> None:
    await progress.tell(*of_web("O1", 250), objective("bare", reference="bare", team_id=WEB), *activated("bare"))
    found = await team(progress)
    assert (found.progress, refs(found)) == (0.5, ["bare", "O1"])
    assert (told(await team(progress, OPS)), (await team(progress, OPS)).hidden) == (None, False)


async def test_a_team_may_be_asked_for_by_cycle_and_as_of_any_day(progress: Served) -> None:
    await progress.tell(*of_web("O1", 250), *of_web("O2", 500, cycle_id=an_id("P")))
    await progress.tell(check_in("O1", "O1/1", 500, START + 40), day=START + 40)
    assert (await team(progress, cycle_id=an_id("Q"))).progress == 1.0
    assert refs(await team(progress, cycle_id=an_id("P"))) == ["O2"]
    assert (await team(progress, as_of=true_on(START + 39))).progress == 0.75
    await progress.tell(goals.ObjectiveRevised(objective_id=an_id("O1"), team_id=OPS, holds_from=START + 50), day=START + 50)
    assert refs(await team(progress)) == ["O2"]
    assert refs(await team(progress, as_of=true_on(START + 49))) == ["O1", "O2"]


async def test_whoever_may_not_see_one_objective_gets_no_number_of_its_team(progress: Served) -> None:
    await progress.tell(*of_web("O1", 250), *of_web("secret", 500, **private()))
    found = await team(progress)
    assert (told(found), found.hidden, refs(found)) == (None, True, ["O1"])
    for who in ({"person": BOB}, {"role": ADMIN}):
        seen = await team(progress, **who)
        assert (seen.progress, seen.hidden, refs(seen)) == (0.75, False, ["O1", "secret"])


async def test_of_two_hidden_objectives_the_mean_is_told_and_that_something_is_hidden(progress: Served) -> None:
    await progress.tell(*of_web("O1", 250), *of_web("s1", 500, **private()), *of_web("s2", 0, **private()))
    found = await team(progress)
    assert (found.progress, found.hidden, refs(found)) == (0.5, True, ["O1"])


async def test_one_hidden_objective_of_each_of_two_cycles_is_told_neither_alone_nor_together(progress: Served) -> None:
    await progress.tell(*of_web("O1", 250), *of_web("s1", 500, **private()), *of_web("s2", 0, cycle_id=an_id("P"), **private()))
    for asked in (None, an_id("Q"), an_id("P")):
        found = await team(progress, cycle_id=asked)
        assert (told(found), found.hidden) == (None, True)


async def test_an_objective_whose_own_number_is_withheld_is_as_unknown_as_a_hidden_one(progress: Served) -> None:
    await progress.tell(objective("parent", reference="parent", team_id=WEB, roll_up=goals.ROLL_UP_CHILDREN), *activated("parent"))
    await progress.tell(*of_web("child", 500, team_id=OPS, **private()))
    await progress.tell(goals.ObjectiveAligned(objective_id=an_id("child"), parent_objective_id=an_id("parent")))
    found = await team(progress)
    assert (told(found), found.hidden, refs(found)) == (None, True, ["parent"])
    assert (told(found.objectives[0]), found.objectives[0].status) == (None, 0)


async def test_another_tenant_sees_nothing_of_a_team(progress: Served) -> None:
    await progress.tell(*of_web("O1", 250))
    assert (told(await team(progress, tenant=OTHER_TENANT)), refs(await team(progress, tenant=OTHER_TENANT))) == (None, [])
    with pytest.raises(Refused) as refusal:
        await team(progress, cycle_id=an_id("Q"), tenant=OTHER_TENANT)
    assert (refusal.value.kind, refusal.value.reason) == (Kind.UNKNOWN, "CYCLE_UNKNOWN")


# -- participation ---------------------------------------------------------------------------------------------------------------------


async def participation(progress: Served, day: int = START + 20, **who: Any) -> list[dict[bytes, Any]]:
    """By period and team: due and done, None where it is not told."""
    request = pb.GetParticipationRequest(cycle_id=an_id("Q"), as_of=true_on(day))
    answer = await progress("GetParticipation", request, **who)
    return [
        {
            each.team_id: (None if each.due[n] < 0 else each.due[n], None if each.done[n] < 0 else each.done[n], each.hidden[n])
            for each in answer.teams
            if each.due[n]
        }
        for n in range(len(answer.periods))
    ]


async def test_in_each_period_a_check_in_or_an_abstention_is_due_on_every_active_key_result(progress: Served) -> None:
    await progress.tell(*of_web("O1"), metric("O1", "O1/2"), *of_web("O2", team_id=OPS))
    await progress.tell(check_in("O1", "O1/1", 10, START), check_in("O1", "O1/1", 20, START + 6), check_in("O2", "O2/1", 1, START + 7))
    await progress.tell(abstained("n", as_of=START + 20, key_result_id=an_id("O1/2"), objective_id=an_id("O1")), day=START + 20)
    assert await participation(progress) == [
        {WEB: (2, 1, False), OPS: (1, 0, False)},
        {WEB: (2, 0, False), OPS: (1, 1, False)},
        {WEB: (2, 1, False), OPS: (1, 0, False)},
    ]
    assert await participation(progress, START + 19) == [
        {WEB: (2, 1, False), OPS: (1, 0, False)},
        {WEB: (2, 0, False), OPS: (1, 1, False)},
        {WEB: (2, 0, False), OPS: (1, 0, False)},
    ]


async def test_periods_are_counted_from_the_first_day_and_the_last_ends_with_the_cycle(progress: Served) -> None:
    request = pb.GetParticipationRequest(cycle_id=an_id("Q"), as_of=true_on(DUE + 100))
    periods = (await progress("GetParticipation", request)).periods
    assert [(p.first_day - START, p.last_day - START) for p in periods][:2] == [(0, 6), (7, 13)]
    assert (periods[-1].last_day, periods[-1].seen_on, len(periods)) == (DUE, DUE, 15)
    assert [
        p.seen_on
        for p in (await progress("GetParticipation", pb.GetParticipationRequest(cycle_id=an_id("Q"), as_of=true_on(START + 9)))).periods
    ] == [START + 6, START + 9]
    assert not (await progress("GetParticipation", pb.GetParticipationRequest(cycle_id=an_id("Q"), as_of=true_on(START - 1)))).periods


async def test_nothing_is_due_before_it_is_there_nor_once_it_is_cancelled_ended_or_of_another_team(progress: Served) -> None:
    await progress.tell(*of_web("O1"), *of_web("O2"), *of_web("O3"), objective("draft", team_id=WEB), metric("draft", "draft/1"))
    ids = {"objective_id": an_id("O1"), "key_result_id": an_id("O1/1")}
    await progress.tell(goals.KeyResultCancelled(**ids, reason="", holds_from=START + 8), day=START + 8)
    await progress.tell(goals.ObjectiveClosed(objective_id=an_id("O2"), holds_from=START + 15), day=START + 15)
    await progress.tell(goals.ObjectiveRevised(objective_id=an_id("O3"), team_id=OPS, holds_from=START + 16), day=START + 16)
    late = {"metric": goals.Metric(start=0, target=5), "holds_from": START + 14}
    await progress.tell(metric("O3", "O3/2", **late), day=START + 16)
    assert [{i: due for i, (due, *_) in period.items()} for period in await participation(progress)] == [{WEB: 3}, {WEB: 2}, {OPS: 2}]


@pytest.mark.parametrize("holds", [{}, {"holds_from": FIRST_DAY}])
async def test_what_was_redefined_as_a_draft_is_due_once(progress: Served, holds: dict[str, Any]) -> None:
    drafted, active, defined = of_web("O1")
    ids: dict[str, Any] = {"objective_id": an_id("O1"), "key_result_id": an_id("O1/1")}
    revised = [goals.KeyResultRevised(**ids, target=12, **holds), goals.ObjectiveRevised(objective_id=an_id("O1"), why="It is", **holds)]
    await progress.tell(drafted, defined, *revised, active)
    assert await participation(progress, START + 3) == [{WEB: (1, 0, False)}]


async def test_what_was_taken_back_made_no_check_in_and_what_is_a_sum_is_not_due(progress: Served) -> None:
    await progress.tell(*of_web("O1", 10))
    await progress.tell(metric("O1", "total", metric=None, sum=goals.Sum(target=9, feeds=[an_id("O1/1")])))
    assert (await participation(progress, START + 3)) == [{WEB: (1, 1, False)}]
    ids = {"key_result_id": an_id("O1/1"), "objective_id": an_id("O1"), "check_in_id": an_id(f"O1/1@{START + 1}")}
    await progress.tell(checkins.CheckInRetracted(**ids, as_of=START + 1, reason=""), day=START + 4)
    assert (await participation(progress, START + 4)) == [{WEB: (1, 0, False)}]


async def test_whoever_may_not_see_one_objective_gets_no_participation_of_its_team(progress: Served) -> None:
    await progress.tell(*of_web("O1", 1), *of_web("secret", 1, **private()), metric("secret", "secret/2"), *of_web("O2", 1, team_id=OPS))
    assert await participation(progress, START + 2) == [{WEB: (None, None, True), OPS: (1, 1, False)}]
    assert await participation(progress, START + 2, role=ADMIN) == [{WEB: (3, 2, False), OPS: (1, 1, False)}]
    await progress.tell(*of_web("secret too", **private()))
    assert await participation(progress, START + 2) == [{WEB: (4, 2, True), OPS: (1, 1, False)}]


# -- cycles ----------------------------------------------------------------------------------------------------------------------------


async def compared(progress: Served, *cycles: str, **who: Any) -> list[Any]:
    request = pb.CompareCyclesRequest(cycle_ids=[an_id(name) for name in cycles])
    return list((await progress("CompareCycles", request, **who)).cycles)


async def test_cycles_are_compared_by_what_is_active_or_closed_in_them(progress: Served) -> None:
    await progress.tell(*of_web("O1", 250), *of_web("O2", 500))
    await progress.tell(goals.ObjectiveClosed(objective_id=an_id("O2"), holds_from=START + 5), day=START + 5)
    await progress.tell(objective("draft"), *of_web("gone", 9), goals.ObjectiveCancelled(objective_id=an_id("gone"), reason=""))
    first, second = await compared(progress, "Q", "P")
    assert (first.cycle_name, first.objectives, first.key_results, first.progress, first.coverage) == ("2019-Q1", 2, 2, 0.75, 1.0)
    assert {count.status: count.objectives for count in first.statuses} == {STATUS_ACHIEVED: 1, STATUS_AT_RISK: 1}
    assert (second.cycle_name, second.objectives, told(second), told(second, "grade")) == ("2019-Q2", 0, None, None)


async def test_cycles_are_compared_as_far_as_one_may_see(progress: Served) -> None:
    await progress.tell(*of_web("O1", 250), *of_web("secret", 500, **private()))
    (found,) = await compared(progress, "Q")
    assert (told(found), told(found, "coverage"), found.hidden, found.objectives) == (None, None, True, 1)
    (found,) = await compared(progress, "Q", role=ADMIN)
    assert (found.progress, found.hidden, found.objectives) == (0.75, False, 2)
    with pytest.raises(Refused) as refusal:
        await compared(progress, "Q", tenant=OTHER_TENANT)
    assert refusal.value.reason == "CYCLE_UNKNOWN"


# -- a person --------------------------------------------------------------------------------------------------------------------------


async def reported(progress: Served, day: int, **who: Any) -> list[tuple[str, int | None, bool]]:
    request = pb.ListReportedRequest(person_id=ANN, as_of=true_on(day))
    found = (await progress("ListReported", request, **who)).key_results
    return [(each.key_result.reference, each.due_by - START if each.HasField("due_by") else None, each.stale) for each in found]


def anns(home: str, name: str) -> goals.KeyResultDefined:
    return metric(home, name, reference=name, owners=[goals.Owner(person_id=ANN)])


async def test_a_check_in_is_due_where_nothing_was_heard_in_the_present_period(progress: Served) -> None:
    await progress.tell(*of_web("O1"), anns("O1", "a"), anns("O1", "b"), check_in("O1", "a", 100, START + 8))
    assert await reported(progress, START + 3) == [("a", 6, False), ("b", 6, False)]
    assert await reported(progress, START + 9) == [("b", 13, False), ("a", None, False)]
    assert await reported(progress, START + 16) == [("a", 20, False), ("b", 20, True)]
    assert await reported(progress, DUE + 1) == [("a", None, True), ("b", None, True)]


async def test_what_somebody_reports_on_is_told_as_far_as_one_may_see(progress: Served) -> None:
    await progress.tell(*of_web("O1"), anns("O1", "a"), *of_web("secret", **private()), anns("secret", "s"))
    await progress.tell(objective("draft"), anns("draft", "d"))
    assert [ref for ref, *_ in await reported(progress, START + 3)] == ["a", "s"]
    assert [ref for ref, *_ in await reported(progress, START + 3, person=an_id("carl"))] == ["a"]
    assert await reported(progress, START + 3, tenant=OTHER_TENANT) == []
