"""Time that people logged, over gRPC, on a projection in a real PostgreSQL: who is told of what, at any point of both time axes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cairn.common.v1 import common_pb2
from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from chassis.errors import Kind, Refused
from progress.domain.effort import monday_of
from shared.roles import ADMIN, AUDITOR
from tests.support.events import an_id, cycle_defined
from tests.support.filled_logs import create_logs
from tests.support.infrastructure import DatabaseServer
from tests.support.served_progress import ANN, BOB, OTHER_TENANT, ROOT, Served, objective, serve
from tests.support.told import DUE, START

WEB, OPS, TASK, INITIATIVE = an_id("web"), an_id("ops"), an_id("task"), an_id("initiative")
EVA = an_id("eva")
MONDAY = monday_of(START)


@pytest.fixture
async def progress(postgres: DatabaseServer, tmp_path: Path) -> AsyncIterator[Served]:
    """A public and a private objective, an initiative of Bob's, and a task for it that Ann has and Bob gave."""
    logs = await create_logs(postgres)
    async with serve(postgres.create_database(), logs, tmp_path) as served:
        await served.tell(
            cycle_defined(cycle_id=an_id("Q"), name="2019-Q1", first_day=START, last_day=DUE),
            objective("open", reference="O1"),
            objective("hidden", reference="O2", visibility=goals.VISIBILITY_PRIVATE),
            goals.InitiativeDefined(
                initiative_id=INITIATIVE, title="try", owner_id=BOB, creator_id=BOB, objective_id=an_id("open"), holds_from=0
            ),
            goals.TaskGiven(
                task_id=TASK,
                reference="T1",
                title="ask",
                assignee_id=ANN,
                giver_id=BOB,
                objective_id=an_id("open"),
                initiative_id=INITIATIVE,
                holds_from=0,
            ),
        )
        yield served


def spent(name: str, person: bytes, minutes: int, day: int = MONDAY, on: str = "open", **more: Any) -> goals.EffortLogged:
    work: dict[str, Any] = {"task_id": TASK, "initiative_id": INITIATIVE, "objective_id": an_id(on), "team_ids": [WEB]}
    return goals.EffortLogged(effort_id=an_id(name), person_id=person, day=day, minutes=minutes, note=name, **work | more)


def another(logged: goals.EffortLogged, minutes: int) -> goals.EffortCorrected:
    fields = {field.name: value for field, value in logged.ListFields()}
    return goals.EffortCorrected(**fields | {"minutes": minutes})


def taken_back(logged: goals.EffortLogged) -> goals.EffortRetracted:
    fields = {field.name: value for field, value in logged.ListFields() if field.name not in ("minutes", "note")}
    return goals.EffortRetracted(**fields, reason="another task")


async def listed(progress: Served, as_of: Any = None, person: bytes = ANN, role: str = "member", **of: Any) -> tuple[list[str], int | None]:
    """The notes of what somebody is shown, and how much they are told that it is in all."""
    answer = await progress("ListEffort", pb.ListEffortRequest(as_of=as_of, **of), person=person, role=role)
    return [entry.note for entry in answer.efforts], answer.minutes if answer.HasField("minutes") else None


async def of_team(progress: Served, person: bytes = ANN, team_id: bytes = WEB, *, as_of: Any = None, **who: Any) -> Any:
    asked = pb.GetTeamEffortRequest(team_id=team_id, first_day=MONDAY, last_day=MONDAY + 7, as_of=as_of)
    return await progress("GetTeamEffort", asked, person=person, **{"team_ids": [WEB, OPS]} | who)


async def test_an_entry_is_shown_to_whose_it_is_and_to_whoever_has_or_gave_the_work(progress: Served) -> None:
    await progress.tell(spent("of ann", ANN, 60), spent("of eva", EVA, 30, MONDAY + 1), spent("itself", EVA, 15, task_id=b""))
    for person, notes in ((ANN, ["of eva", "of ann"]), (BOB, ["of eva", "of ann"]), (EVA, ["of eva"]), (ROOT, [])):
        assert await listed(progress, person=person, task_id=TASK) == (notes, 90)
    for person, shown in ((ANN, {"of eva", "of ann"}), (BOB, {"of eva", "of ann", "itself"}), (EVA, {"of eva", "itself"})):
        notes, minutes = await listed(progress, person=person, initiative_id=INITIATIVE)
        assert (set(notes), minutes) == (shown, 105)
    assert await listed(progress, person=EVA) == (["of eva", "itself"], 45)
    assert await listed(progress, person=BOB) == ([], 0)
    assert await listed(progress, person=ROOT, role=AUDITOR) == ([], 0)


async def test_a_sum_that_is_one_person_s_time_is_withheld_from_the_others(progress: Served) -> None:
    await progress.tell(spent("of eva", EVA, 30))
    assert await listed(progress, person=ROOT, task_id=TASK) == ([], None)
    assert await listed(progress, person=ROOT, role=ADMIN, initiative_id=INITIATIVE) == ([], None)
    assert await listed(progress, person=EVA, task_id=TASK) == (["of eva"], 30)
    assert await listed(progress, person=BOB, task_id=TASK) == (["of eva"], 30)


async def test_what_is_told_is_what_was_known_and_true_then(progress: Served) -> None:
    first, later = spent("first", ANN, 60), spent("later", ANN, 20, MONDAY + 3)
    await progress.tell(first, later)
    known = progress.events[-1].recorded_at
    await progress.tell(another(first, 45), taken_back(later))
    before = common_pb2.AsOf()
    before.known_at.FromMicroseconds(known)
    assert await listed(progress) == (["first"], 45)
    assert await listed(progress, before) == (["later", "first"], 80)
    assert await listed(progress, common_pb2.AsOf(true_on=MONDAY - 1)) == ([], 0)
    assert await listed(progress, day_from=MONDAY + 1) == ([], 0)


async def test_entries_come_by_pages_the_newest_day_first(progress: Served) -> None:
    await progress.tell(*(spent(f"{day}", ANN, 10, MONDAY + day) for day in range(5)))
    token, found = "", list[str]()
    while True:
        answer = await progress("ListEffort", pb.ListEffortRequest(task_id=TASK, page_size=2, page_token=token))
        found += [entry.note for entry in answer.efforts]
        if not (token := answer.next_page_token):
            break
    assert found == ["4", "3", "2", "1", "0"]


async def test_the_weeks_of_a_team_are_those_of_its_people_of_the_day_by_objective(progress: Served) -> None:
    await progress.tell(
        spent("one", ANN, 60),
        spent("two", EVA, 30, MONDAY + 6),
        spent("other team", BOB, 500, team_ids=[OPS]),
        spent("next week", EVA, 45, MONDAY + 7),
        spent("no objective", ANN, 5, objective_id=b""),
        spent("secret", BOB, 200, on="hidden"),
    )
    told = await of_team(progress)
    assert [(week.first_day, week.minutes, week.withheld) for week in told.weeks] == [(MONDAY, 95, False), (MONDAY + 7, 0, True)]
    by_objective = [(each.objective.reference, each.minutes, list(each.weeks)) for each in told.objectives]
    assert (by_objective, told.minutes, told.hidden) == ([("O1", 90, [90, 0]), ("", 5, [5, 0])], 95, True)
    assert (await of_team(progress, EVA)).weeks[1].minutes == 45
    assert (await of_team(progress, BOB)).hidden is False
    assert (await of_team(progress, team_id=OPS)).weeks[0].withheld is True
    assert (
        await of_team(progress, EVA, as_of=common_pb2.AsOf(true_on=MONDAY))
    ).minutes == 0  # by then Ann alone, and Bob on what is hidden


async def test_where_a_team_s_weeks_went_is_for_its_people_and_those_above(progress: Served) -> None:
    await progress.tell(spent("one", ANN, 60), spent("two", EVA, 30))
    with pytest.raises(Refused) as refused:
        await of_team(progress, ROOT, team_ids=[])
    assert (refused.value.reason, refused.value.kind) == ("NOT_OF_THE_TEAM", Kind.FORBIDDEN)
    for role in (ADMIN, AUDITOR):
        assert (await of_team(progress, ROOT, team_ids=[], role=role)).minutes == 90
    assert (await of_team(progress, ROOT, team_ids=[], role=ADMIN, tenant=OTHER_TENANT)).minutes == 0
