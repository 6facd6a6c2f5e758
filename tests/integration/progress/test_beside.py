"""What is told beside the numbers: what others are called that a thing names, as far as its reader may know of them, and who made it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest

from cairn.common.v1 import common_pb2
from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from shared.roles import ADMIN, AUDITOR, MEMBER
from tests.support.events import an_id, graded
from tests.support.filled_logs import create_logs
from tests.support.infrastructure import DatabaseServer
from tests.support.served_progress import ANN, BOB, ROOT, Served, activated, check_in, metric, objective, serve
from tests.support.told import DAY, START

HIDDEN: Final[dict[str, Any]] = {"visibility": goals.VISIBILITY_PRIVATE, "named_person_ids": [ROOT]}


@pytest.fixture
async def progress(postgres: DatabaseServer, tmp_path: Path) -> AsyncIterator[Served]:
    logs = await create_logs(postgres)
    async with serve(postgres.create_database(), logs, tmp_path) as served:
        yield served


async def objective_of(progress: Served, name: str, as_of: common_pb2.AsOf | None = None, **who: Any) -> pb.Objective:
    found: pb.Objective = (await progress("GetObjective", pb.GetObjectiveRequest(objective_id=an_id(name), as_of=as_of), **who)).objective
    return found


async def tree_of(progress: Served, cycle: str = "Q", size: int = 0, **who: Any) -> list[pb.GetTreeResponse]:
    pages: list[pb.GetTreeResponse] = []
    while not pages or pages[-1].next_page_token:
        token = pages[-1].next_page_token if pages else ""
        pages.append(await progress("GetTree", pb.GetTreeRequest(cycle_id=an_id(cycle), page_size=size, page_token=token), **who))
    return pages


def aligned(name: str, under: str = "", key_result: str = "") -> goals.ObjectiveAligned:
    home: dict[str, Any] = {"parent_key_results_objective_id": an_id(under), "parent_key_result_id": an_id(key_result)}
    return goals.ObjectiveAligned(objective_id=an_id(name), **home if key_result else {"parent_objective_id": an_id(under)})


def shared(home: str, name: str, other: str) -> goals.KeyResultShared:
    return goals.KeyResultShared(objective_id=an_id(home), key_result_id=an_id(name), counts_for=an_id(other))


async def test_parents_children_homes_and_what_a_key_result_counts_for_are_named(progress: Served) -> None:
    cycle = goals.CycleDefined(cycle_id=an_id("Q"), name="2026-Q1")
    await progress.tell(cycle, objective("P", reference="J1"), metric("P", "p", reference="J1/1"), objective("O"), objective("C"))
    await progress.tell(metric("O", "o"), objective("third"), aligned("O", "P", "p"), aligned("C", "O"))
    await progress.tell(shared("P", "p", "O"), shared("O", "o", "third"), *activated("P"))
    seen = await objective_of(progress, "O")
    assert (seen.cycle_name, seen.parent_objective.reference, seen.parent_key_result.reference) == ("2026-Q1", "J1", "J1/1")
    assert [child.title for child in seen.children] == ["C"]
    told = {k.title: (k.objective.title, [other.title for other in k.counts_for]) for k in seen.key_results}
    assert told == {"p": ("P", ["O"]), "o": ("O", ["third"])}


async def test_what_the_reader_may_not_know_of_is_named_nowhere(progress: Served) -> None:
    await progress.tell(objective("P", **HIDDEN), metric("P", "p"), objective("O"), metric("O", "o"), objective("C", **HIDDEN))
    await progress.tell(aligned("O", "P", "p"), aligned("C", "O"), shared("P", "p", "O"), shared("O", "o", "P"), *activated("P"))
    for seen in (await objective_of(progress, "O"), *(await tree_of(progress))):
        text = str(seen)
        for hidden in ("P", "C"):
            assert f'title: "{hidden}"' not in text
    told = {k.title: (k.objective.title, [other.title for other in k.counts_for]) for k in (await objective_of(progress, "O")).key_results}
    assert told == {"p": ("", ["O"]), "o": ("O", [])}
    of_all = await objective_of(progress, "O", person=ROOT)
    assert (of_all.parent_objective.title, of_all.parent_key_result.title, of_all.children[0].title) == ("P", "p", "C")


async def test_a_tree_names_the_parents_that_stand_elsewhere(progress: Served) -> None:
    above = objective("S", reference="S1", cycle_id=an_id("R"))
    await progress.tell(above, metric("S", "s", reference="S1/1"), *(objective(name) for name in "ABC"))
    await progress.tell(aligned("A", "S"), aligned("B", "S", "s"), aligned("C", "A"))
    (page,) = await tree_of(progress)
    assert {name.reference for name in page.parents} == {"S1", "S1/1"}
    alone = {page.objectives.title[0]: [name.title for name in page.parents] for page in await tree_of(progress, size=1)}
    assert {title: sorted(names) for title, names in alone.items()} == {"A": ["S"], "B": ["S", "s"], "C": ["A"]}


async def test_a_thing_tells_who_made_it_and_who_changed_its_definition_last(progress: Served) -> None:
    await progress.tell(objective("P"), objective("O"), metric("O", "a"), *activated("O"), day=START)
    await progress.tell(check_in("O", "a", 250, START + 10), day=START + 10)
    made = (await objective_of(progress, "O")).edits
    assert made.created_at.ToMicroseconds() // DAY == made.updated_at.ToMicroseconds() // DAY == START
    assert (made.created_by, made.updated_by) == (BOB, BOB)
    await progress.tell(aligned("O", "P"), day=START + 20)
    await progress.tell(shared("O", "a", "P"), day=START + 30)

    async def changed(**known: int) -> tuple[int, int]:
        as_of = common_pb2.AsOf()
        if known:
            as_of.known_at.FromMicroseconds(known["at"])
        seen = await objective_of(progress, "O", as_of)
        own, key_result_s = (e.updated_at.ToMicroseconds() // DAY - START for e in (seen.edits, seen.key_results[0].edits))
        return own, key_result_s

    assert await changed() == (20, 30)
    assert await changed(at=(START + 25) * DAY) == (20, 0)
    assert await changed(at=(START + 15) * DAY) == (0, 0)


async def test_who_else_may_see_a_private_objective_is_told_whoever_may_say_so(progress: Served) -> None:
    await progress.tell(objective("O", **HIDDEN))
    for person, role in ((ANN, ADMIN), (ANN, AUDITOR), (BOB, MEMBER)):
        seen = await objective_of(progress, "O", person=person, role=role)
        assert list(seen.named_people.person_ids) == [ROOT]
    assert not (await objective_of(progress, "O", person=ROOT)).HasField("named_people")


async def test_coverage_is_told_where_something_counts(progress: Served) -> None:
    await progress.tell(objective("O"), *activated("O"))
    assert not (await objective_of(progress, "O")).HasField("coverage")
    await progress.tell(metric("O", "a"), metric("O", "b"), check_in("O", "a", 0, START))
    assert (await objective_of(progress, "O")).coverage == 0.5


async def test_a_history_says_of_what_it_is_and_why(progress: Served) -> None:
    await progress.tell(objective("O", reference="J1"), metric("O", "a", reference="J1/1", metric=goals.Metric(start=0.1 + 0.2, target=3)))
    revised = goals.KeyResultRevised(objective_id=an_id("O"), key_result_id=an_id("a"), target=4)
    await progress.tell(check_in("O", "a", 1 / 3, START, comment="counted"), revised)
    await progress.tell(graded(0.7, key_result_id=an_id("a"), objective_id=an_id("O"), reason="Two of three."))
    await progress.tell(goals.KeyResultCancelled(objective_id=an_id("O"), key_result_id=an_id("a"), reason="measured elsewhere"))
    await progress.tell(goals.ObjectiveClosed(objective_id=an_id("O"), outcome="done"))
    changes = (await progress("GetHistory", pb.GetHistoryRequest(objective_id=an_id("O")))).changes
    told = [(c.objective.reference, c.key_result.reference, c.summary, c.comment, c.reason) for c in changes]
    assert told == [
        ("J1", "", "closed", "done", ""),
        ("J1", "J1/1", "cancelled", "", "measured elsewhere"),
        ("J1", "J1/1", "grade 0.7", "", "Two of three."),
        ("J1", "J1/1", "target 3 → 4", "", ""),
        ("J1", "J1/1", "value 0.333333333333", "counted", ""),
        ("J1", "J1/1", "key result defined: a", "", ""),
        ("J1", "", "objective defined: O", "", ""),
    ]


async def test_what_an_objective_lists_says_whether_it_counts_and_its_number_can_be_had_from_it(progress: Served) -> None:
    await progress.tell(objective("draft"), objective("O"), objective("ended"), *activated("O", "ended"))
    await progress.tell(metric("draft", "of a draft"), metric("O", "own", weight=3.0), metric("O", "off"), metric("ended", "lent"))
    await progress.tell(shared("draft", "of a draft", "O"), shared("ended", "lent", "O"))
    await progress.tell(goals.KeyResultCancelled(objective_id=an_id("O"), key_result_id=an_id("off")))
    await progress.tell(
        check_in("draft", "of a draft", 900, START), check_in("O", "own", 200, START), check_in("ended", "lent", 400, START)
    )
    seen = await objective_of(progress, "O")
    assert {k.title: k.counts for k in seen.key_results} == {"own": True, "off": False, "lent": True}
    counting = [k for k in seen.key_results if k.counts]
    assert seen.progress == pytest.approx(sum(k.weight * k.progress for k in counting) / sum(k.weight for k in counting))
    (page,) = await tree_of(progress)
    told = {
        (page.objectives.title[objective_at], title): counts
        for objective_at, title, counts in zip(page.key_results.objective, page.key_results.title, page.key_results.counts, strict=True)
    }
    assert told == {("O", k.title): k.counts for k in seen.key_results} | {("draft", "of a draft"): True, ("ended", "lent"): True}


async def test_a_history_says_what_was_and_what_is_field_by_field(progress: Served) -> None:
    await progress.tell(objective("O", reference="J1"), objective("P", reference="P1"), objective("Q", reference="Q1"), *activated("O"))
    await progress.tell(
        metric("O", "a", metric=goals.Metric(start=0, target=3)), check_in("O", "a", 1, START), check_in("O", "a", 2, START + 1)
    )
    await progress.tell(goals.KeyResultRevised(objective_id=an_id("O"), key_result_id=an_id("a"), target=4, goalpost_moved=True))
    await progress.tell(goals.ObjectiveRevised(objective_id=an_id("O"), title="Other", kind=goals.OBJECTIVE_KIND_ASPIRATIONAL))
    for parent in ("P", "Q"):
        await progress.tell(goals.ObjectiveAligned(objective_id=an_id("O"), parent_objective_id=an_id(parent)))
    changes = (await progress("GetHistory", pb.GetHistoryRequest(objective_id=an_id("O")))).changes

    def said(value: pb.ChangedValue) -> Any:
        return next((getattr(value, name) for name in ("number", "text", "word") if value.HasField(name)), value.objective.title or None)

    told = [(each.field, said(each.before), said(each.after)) for change in changes for each in change.fields]
    assert told == [
        ("parent", "P1", "Q1"),
        ("parent", None, "P1"),
        ("title", "O", "Other"),
        ("kind", "committed", "aspirational"),
        ("target", 3, 4),
        ("value", 1, 2),
        ("value", None, 1),
        ("state", "draft", "active"),
    ]
    assert [each.field for change in changes if change.goalpost_moved for each in change.fields] == ["target"]
