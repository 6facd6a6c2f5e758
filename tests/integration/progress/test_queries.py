"""Progress over gRPC, on a projection in a real PostgreSQL."""

from __future__ import annotations

import math
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.common.v1 import common_pb2
from cairn.goals.v1 import events_pb2 as goals
from cairn.operations.v1.operations_pb2 import RebuildRequest
from cairn.progress.v1 import service_pb2 as pb
from cairn.progress.v1.events_pb2 import STATUS_AT_RISK, STATUS_BEHIND, STATUS_NOT_STARTED, STATUS_ON_TRACK
from chassis.errors import Kind, Refused
from chassis.rpc import PAGE_BYTES
from shared.roles import ADMIN, AUDITOR, CHAMPION, MEMBER, OPERATOR, SERVICE, VIEWER
from tests.support.events import an_id, graded
from tests.support.filled_logs import append, create_logs
from tests.support.history import DENSE, History
from tests.support.infrastructure import DatabaseServer
from tests.support.projection import PARTITIONS, digest_in_memory
from tests.support.served_progress import BOB, OTHER_TENANT, ROOT, Served, activated, check_in, metric, objective, serve
from tests.support.told import DAY, DUE, START


@pytest.fixture
async def progress(postgres: DatabaseServer, tmp_path: Path) -> AsyncIterator[Served]:
    logs = await create_logs(postgres)
    async with serve(postgres.create_database(), logs, tmp_path) as served:
        yield served


async def refused(answer: Any, kind: Kind, reason: str) -> None:
    with pytest.raises(Refused) as refusal:
        await answer
    assert (refusal.value.kind, refusal.value.reason) == (kind, reason)


async def test_an_objective_answers_with_its_numbers_and_the_events_that_they_came_from(progress: Served) -> None:
    await progress.tell(objective("O"), metric("O", "a"), check_in("O", "a", 120, START + 40, confidence=7))
    as_of = common_pb2.AsOf(true_on=START + 48)
    found = (await progress("GetObjective", pb.GetObjectiveRequest(objective_id=an_id("O"), as_of=as_of))).objective
    (key_result,) = found.key_results
    assert (found.progress, found.expected_pace, found.status) == (0.24, 0.48, STATUS_BEHIND)
    assert (await progress("GetObjective", pb.GetObjectiveRequest(objective_id=an_id("O")))).objective.version == 2
    assert (key_result.value, key_result.progress, key_result.confidence, key_result.as_of) == (120, 0.24, 7, START + 40)
    assert list(key_result.event_ids) == [progress.events[1].event_id, an_id(f"a@{START + 40}")]


async def test_both_time_axes(progress: Served) -> None:
    await progress.tell(objective("O"), metric("O", "a"))
    await progress.tell(check_in("O", "a", 50, START + 10), check_in("O", "a", 400, START + 60), day=DUE + 2_000)

    async def at(**as_of: Any) -> Any:
        request = pb.GetObjectiveRequest(objective_id=an_id("O"), as_of=common_pb2.AsOf(true_on=as_of.get("true_on")))
        if "known_at" in as_of:
            request.as_of.known_at.FromMicroseconds(as_of["known_at"])
        return (await progress("GetObjective", request)).objective

    assert ((await at(true_on=START + 30)).progress, (await at(true_on=START + 30)).status) == (0.1, STATUS_BEHIND)
    assert (await at(true_on=START + 70)).progress == 0.8
    assert (await at(true_on=START + 5)).status == STATUS_NOT_STARTED
    assert (await at(known_at=(START + 1) * DAY)).progress == 0.0
    await refused(at(known_at=(START - 1) * DAY), Kind.UNKNOWN, "OBJECTIVE_UNKNOWN")


async def test_what_is_invisible_looks_as_what_does_not_exist(progress: Served) -> None:
    await progress.tell(
        objective("open"),
        objective("team", visibility=goals.VISIBILITY_TEAM, team_id=an_id("web")),
        objective("private", visibility=goals.VISIBILITY_PRIVATE, named_person_ids=[ROOT]),
    )

    def ask(name: str, **who: Any) -> Any:
        return progress("GetObjective", pb.GetObjectiveRequest(objective_id=an_id(name)), **who)

    for name in ("team", "private", "none"):
        await refused(ask(name), Kind.UNKNOWN, "OBJECTIVE_UNKNOWN")
        history = progress("GetHistory", pb.GetHistoryRequest(objective_id=an_id(name)))
        await refused(history, Kind.UNKNOWN, "OBJECTIVE_UNKNOWN")
    await refused(ask("open", tenant=OTHER_TENANT, role=ADMIN), Kind.UNKNOWN, "OBJECTIVE_UNKNOWN")
    assert (await ask("team", team_ids=[an_id("web")])).objective.title == "team"
    assert (await ask("private", person=ROOT)).objective.title == "private"
    assert (await ask("private", role=ADMIN)).objective.title == "private"
    tree = await progress("GetTree", pb.GetTreeRequest(cycle_id=an_id("Q")))
    assert (list(tree.objectives.title), tree.total) == (["open"], 1)
    await refused(progress("GetTree", pb.GetTreeRequest(cycle_id=an_id("none"))), Kind.UNKNOWN, "CYCLE_UNKNOWN")


async def test_a_history_names_no_other_objective_that_the_reader_may_not_know_of(progress: Served) -> None:
    hidden = {"visibility": goals.VISIBILITY_PRIVATE, "named_person_ids": [ROOT]}
    await progress.tell(objective("O"), objective("open"), objective("secret", **hidden), metric("O", "a"), metric("secret", "lent"))
    await progress.tell(*activated("secret"))  # what a draft shares is not shown
    of_a: dict[str, Any] = {"objective_id": an_id("O"), "key_result_id": an_id("a"), "counts_for": an_id("secret")}
    lent: dict[str, Any] = {"objective_id": an_id("secret"), "key_result_id": an_id("lent"), "counts_for": an_id("O")}
    for parent in (an_id("open"), an_id("secret"), b""):
        await progress.tell(goals.ObjectiveAligned(objective_id=an_id("O"), parent_objective_id=parent))
    await progress.tell(goals.KeyResultShared(**of_a), goals.KeyResultShared(**of_a | {"counts_for": an_id("open")}))
    await progress.tell(goals.KeyResultUnshared(**of_a), goals.KeyResultShared(**lent))

    async def told(**who: Any) -> tuple[list[str], set[bytes]]:
        found = (await progress("GetHistory", pb.GetHistoryRequest(objective_id=an_id("O")), **who)).changes
        said = [change.summary for change in reversed(found) if "defined" not in change.summary]
        return said, {change.objective_id for change in found if change.key_result_id == an_id("lent")} - {an_id("O")}

    unseen = "parent: an objective that you cannot see"
    assert await told() == (["parent: open", unseen, "at the top", "counts for open", "counts for O"], {b""})
    everything = ["parent: open", "parent: secret", "at the top", "counts for secret", "counts for open"]
    assert await told(person=ROOT) == ([*everything, "no longer counts for secret", "counts for O"], {an_id("secret")})
    seen = (await progress("GetObjective", pb.GetObjectiveRequest(objective_id=an_id("O")))).objective
    assert [(k.title, k.objective_id, k.shared) for k in seen.key_results] == [("a", an_id("O"), True), ("lent", b"", True)]


async def test_a_key_result_is_read_wherever_it_counts_by_whoever_may_read_that(progress: Served) -> None:
    hidden = {"visibility": goals.VISIBILITY_PRIVATE, "named_person_ids": [ROOT]}
    await progress.tell(objective("home", **hidden), objective("O"), objective("secret", **hidden))
    await progress.tell(metric("home", "lent"), metric("secret", "own"), *activated("home", "O", "secret"))
    lent: dict[str, Any] = {"objective_id": an_id("home"), "key_result_id": an_id("lent")}
    await progress.tell(check_in("home", "lent", 250, START + 10))

    async def ask(name: str, **who: Any) -> Any:
        return (await progress("GetKeyResult", pb.GetKeyResultRequest(key_result_id=an_id(name)), **who)).key_result

    for name in ("lent", "own", "none"):
        await refused(ask(name), Kind.UNKNOWN, "KEY_RESULT_UNKNOWN")
    assert (await ask("lent", person=ROOT)).objective_id == an_id("home")
    await progress.tell(goals.KeyResultShared(**lent, counts_for=an_id("secret")))
    await refused(ask("lent"), Kind.UNKNOWN, "KEY_RESULT_UNKNOWN")
    await progress.tell(goals.KeyResultShared(**lent, counts_for=an_id("O")))
    seen = await ask("lent")
    of_objective = (await progress("GetObjective", pb.GetObjectiveRequest(objective_id=an_id("O")))).objective.key_results
    assert not seen.goalposts.goalposts  # by itself it tells its goalposts, too
    seen.ClearField("goalposts")
    assert [seen] == list(of_objective)
    assert (seen.title, seen.value, seen.objective_id) == ("lent", 250, b"")
    await refused(ask("lent", tenant=OTHER_TENANT, role=ADMIN), Kind.UNKNOWN, "KEY_RESULT_UNKNOWN")
    await progress.tell(goals.KeyResultUnshared(**lent, counts_for=an_id("O")))
    await refused(ask("lent"), Kind.UNKNOWN, "KEY_RESULT_UNKNOWN")


async def test_a_key_result_at_a_point_is_as_its_objective_has_it_there(progress: Served) -> None:
    await progress.tell(objective("O"), metric("O", "a"), *activated("O"))
    await progress.tell(check_in("O", "a", 50, START + 10), check_in("O", "a", 400, START + 60))

    async def at(**as_of: Any) -> Any:
        request = pb.GetKeyResultRequest(key_result_id=an_id("a"), as_of=common_pb2.AsOf(true_on=as_of.get("true_on")))
        if "known_at" in as_of:
            request.as_of.known_at.FromMicroseconds(as_of["known_at"])
        return (await progress("GetKeyResult", request)).key_result

    assert [(await at(true_on=START + days)).value for days in (10, 59, 60)] == [50, 50, 400]
    await refused(at(known_at=(START - 1) * DAY), Kind.UNKNOWN, "KEY_RESULT_UNKNOWN")


@pytest.mark.parametrize("cycles", [("Q", "Q"), ("Q", "R")], ids=["of the cycle", "of another cycle"])
async def test_one_hidden_child_that_counts_leaves_its_parent_without_a_number(progress: Served, cycles: tuple[str, str]) -> None:
    above = objective("P", roll_up=goals.ROLL_UP_BOTH, cycle_id=an_id(cycles[0]))
    grade = graded(0.5, START, START, key_result_id=an_id("p"), objective_id=an_id("P"))
    await progress.tell(above, metric("P", "p"), *activated("P"), grade)
    secret: dict[str, Any] = {"visibility": goals.VISIBILITY_PRIVATE, "named_person_ids": [ROOT], "cycle_id": an_id(cycles[1])}

    async def hide(name: str) -> None:
        await progress.tell(objective(name, **secret), metric(name, f"{name}/1"), *activated(name))
        await progress.tell(goals.ObjectiveAligned(objective_id=an_id(name), parent_objective_id=an_id("P")))
        await progress.tell(check_in(name, f"{name}/1", 250, START), goals.ObjectiveActivated(objective_id=an_id(name)))

    async def shown(**who: Any) -> tuple[Any, ...]:
        one = (await progress("GetObjective", pb.GetObjectiveRequest(objective_id=an_id("P")), **who)).objective
        page = (await progress("GetTree", pb.GetTreeRequest(cycle_id=an_id("Q")), **who)).objectives
        at = list(page.title).index("P")
        alike = (one.hidden, None if math.isnan(page.progress[at]) else page.progress[at], one.status)
        assert (page.hidden[at], one.progress if one.HasField("progress") else None, page.status[at]) == alike
        assert (one.grade if one.HasField("grade") else None) == (None if alike[1] is None else 0.5)
        return (*alike[:2], bool(one.status), math.isnan(one.not_started_share))

    async def withheld(**who: Any) -> bool:
        (name,) = (await progress("NameObjectives", pb.NameObjectivesRequest(objective_ids=[an_id("P")]), **who)).names
        return bool(name.numbers_withheld)

    assert await shown() == (False, 0.0, True, False)
    assert not await withheld()
    await hide("first")
    assert await shown() == (True, None, False, True)
    assert await withheld()
    assert not await withheld(person=ROOT)
    assert await shown(person=ROOT) == await shown(role=ADMIN) == (False, 0.25, True, False)
    await hide("second")
    assert await shown() == (True, pytest.approx(1 / 3), True, False)


async def test_one_hidden_feed_leaves_a_sum_without_number_status_and_grade(progress: Served) -> None:
    secret: dict[str, Any] = {"visibility": goals.VISIBILITY_PRIVATE, "named_person_ids": [ROOT]}
    total = metric("O", "total", metric=None, sum=goals.Sum(target=500, feeds=[an_id("a"), an_id("b")]), commit=100)
    await progress.tell(objective("O"), objective("secret", **secret), metric("secret", "a"), metric("O", "b"), total)
    await progress.tell(*activated("O", "secret"), check_in("secret", "a", 250, START), check_in("O", "b", 250, START))
    await progress.tell(graded(1.0, START, key_result_id=an_id("total"), objective_id=an_id("O")))

    async def shown(**who: Any) -> tuple[Any, ...]:
        found = (await progress("GetObjective", pb.GetObjectiveRequest(objective_id=an_id("O")), **who)).objective
        one = next(k for k in found.key_results if k.title == "total")
        columns = (await progress("GetTree", pb.GetTreeRequest(cycle_id=an_id("Q")), **who)).key_results
        at = list(columns.title).index("total")
        numbers = [getattr(one, name) if one.HasField(name) else None for name in ("value", "progress", "progress_raw", "grade")]
        in_columns = [getattr(columns, name)[at] for name in ("value", "progress", "progress_raw", "grade")]
        assert [None if math.isnan(number) else number for number in in_columns] == numbers
        words = (bool(one.status), one.band, one.met, one.stale)
        assert (bool(columns.status[at]), columns.band[at], columns.met[at], columns.stale[at]) == words
        return (one.hidden, numbers, *words, list(one.marks_reached))

    assert await shown(person=ROOT) == (False, [500, 1.0, 1.0, 1.0], True, pb.BAND_GREEN, True, False, ["commit"])
    assert await shown() == (True, [None] * 4, False, pb.BAND_UNSPECIFIED, False, False, [])


async def test_a_digest_is_for_those_from_whom_nothing_is_hidden(progress: Served) -> None:
    await progress.tell(objective("secret", visibility=goals.VISIBILITY_PRIVATE))
    for role in (ADMIN, AUDITOR):
        assert (await progress("GetDigest", pb.GetDigestRequest(), role=role)).objectives == 1
    for role in (CHAMPION, MEMBER, VIEWER, SERVICE, OPERATOR):
        await refused(progress("GetDigest", pb.GetDigestRequest(), role=role), Kind.FORBIDDEN, "ROLE_REQUIRED")


async def test_a_tree_comes_in_pages_parents_before_children_with_the_numbers_of_the_whole(progress: Served) -> None:
    await progress.tell(objective("A", roll_up=goals.ROLL_UP_CHILDREN), objective("B"), objective("C"), objective("D"), *activated(*"ABCD"))
    for child, parent in (("B", "A"), ("C", "B"), ("D", "A")):
        await progress.tell(goals.ObjectiveAligned(objective_id=an_id(child), parent_objective_id=an_id(parent)))
    await progress.tell(metric("B", "b", counts_for=[an_id("D")]), check_in("B", "b", 250, START))
    titles, depths, numbers, shared, token = [], [], [], [], ""
    while True:
        page = await progress("GetTree", pb.GetTreeRequest(cycle_id=an_id("Q"), page_size=2, page_token=token))
        titles += page.objectives.title
        depths += page.objectives.depth
        numbers += page.objectives.progress
        shared += [page.objectives.title[n] for n in page.key_results.objective]
        token = page.next_page_token
        if not token:
            break
    assert (titles, depths, shared) == (["A", "B", "C", "D"], [0, 1, 2, 1], ["B", "D"])
    assert numbers[0] == 0.5
    assert math.isnan(numbers[2])
    await refused(progress("GetTree", pb.GetTreeRequest(cycle_id=an_id("Q"), page_token="%%")), Kind.INVALID, "PAGE_TOKEN_MALFORMED")


async def test_a_tree_of_long_titles_comes_in_more_pages_and_whole(progress: Served) -> None:
    await progress.tell(*(objective(name, title="ж" * (PAGE_BYTES // 5)) for name in "ABCDEF"))
    shown, token = [], ""
    while True:
        page = await progress("GetTree", pb.GetTreeRequest(cycle_id=an_id("Q"), page_token=token))
        assert page.ByteSize() <= PAGE_BYTES
        shown += page.objectives.objective_id
        token = page.next_page_token
        if not token:
            break
    assert shown == [an_id(name) for name in "ABCDEF"]


async def test_a_child_of_another_cycle_counts_whole_though_one_of_its_key_results_counts_here_too(progress: Served) -> None:
    year: dict[str, Any] = {"cycle_id": an_id("year")}
    await progress.tell(objective("P", roll_up=goals.ROLL_UP_CHILDREN, **year), objective("Q", **year), objective("C"), *activated(*"PQC"))
    await progress.tell(goals.ObjectiveAligned(objective_id=an_id("C"), parent_objective_id=an_id("P")))
    await progress.tell(metric("C", "x", counts_for=[an_id("Q")]), metric("C", "y"), check_in("C", "x", 500, START))
    tree = await progress("GetTree", pb.GetTreeRequest(cycle_id=an_id("year")))
    assert dict(zip(tree.objectives.title, tree.objectives.progress, strict=True)) == {"P": 0.5, "Q": 1.0}


async def test_a_shared_key_result_keeps_the_pace_of_its_home(progress: Served) -> None:
    later: dict[str, Any] = {"cycle_id": an_id("later"), "start_day": DUE, "due_day": DUE + 100}
    await progress.tell(objective("home"), objective("other", **later), metric("home", "m", counts_for=[an_id("other")]))
    await progress.tell(*activated("home"))
    await progress.tell(check_in("home", "m", 150, START))
    as_of = common_pb2.AsOf(true_on=START + 50)  # half of the home's time; the other one has not begun
    for name in ("home", "other"):
        found = (await progress("GetObjective", pb.GetObjectiveRequest(objective_id=an_id(name), as_of=as_of))).objective
        assert [k.status for k in found.key_results] == [STATUS_BEHIND], name
    for cycle in ("Q", "later"):
        tree = await progress("GetTree", pb.GetTreeRequest(cycle_id=an_id(cycle), as_of=as_of))
        assert list(tree.key_results.status) == [STATUS_BEHIND], cycle


async def test_what_went_the_wrong_way_is_at_risk_from_the_first_day_on_and_its_objective_is_not(progress: Served) -> None:
    """A key result by its raw progress, an objective by its clamped number."""
    await progress.tell(objective("O"), metric("O", "m"), *activated("O"), check_in("O", "m", -500, START))
    as_of = common_pb2.AsOf(true_on=START)
    found = (await progress("GetObjective", pb.GetObjectiveRequest(objective_id=an_id("O"), as_of=as_of))).objective
    assert (found.status, [(k.status, k.progress_raw) for k in found.key_results]) == (STATUS_ON_TRACK, [(STATUS_AT_RISK, -1.0)])
    tree = await progress("GetTree", pb.GetTreeRequest(cycle_id=an_id("Q"), as_of=as_of))
    assert (list(tree.objectives.status), list(tree.key_results.status)) == ([STATUS_ON_TRACK], [STATUS_AT_RISK])


@pytest.mark.parametrize("seed", range(4))
async def test_a_tree_says_of_each_objective_what_the_objective_says(progress: Served, seed: int) -> None:
    """Over several cycles, with key results that are shared and children that hang across them, live and as of any day."""
    r = random.Random(seed)
    names, cycles = [f"o{n}" for n in range(14)], ("year", "first", "second")
    for n, name in enumerate(names):
        start = START + r.randrange(60)
        span: dict[str, Any] = {"start_day": start, "due_day": start + r.randrange(1, 60)}
        await progress.tell(objective(name, cycle_id=an_id(cycles[n % 3]), roll_up=r.choice((1, 2, 3)), **span))
        if n and r.random() < 0.7:
            await progress.tell(goals.ObjectiveAligned(objective_id=an_id(name), parent_objective_id=an_id(r.choice(names[:n]))))
    for n in range(30):
        home, *others = r.sample(names, r.choice((1, 1, 2, 3)))
        await progress.tell(metric(home, f"k{n}", counts_for=[an_id(other) for other in others]))
        for day in r.sample(range(100), r.randrange(3)):
            await progress.tell(check_in(home, f"k{n}", r.randrange(-100, 700), START + day))
    for true_on in (None, START + 30, START + 70):
        as_of, seen = common_pb2.AsOf(true_on=true_on), 0
        for cycle in cycles:
            tree = await progress("GetTree", pb.GetTreeRequest(cycle_id=an_id(cycle), as_of=as_of))
            o, k = tree.objectives, tree.key_results
            for n, objective_id in enumerate(o.objective_id):
                found = (await progress("GetObjective", pb.GetObjectiveRequest(objective_id=objective_id, as_of=as_of))).objective
                said = found.progress if found.HasField("progress") else None
                assert (said, found.status) == (None if math.isnan(o.progress[n]) else o.progress[n], o.status[n]), (cycle, o.title[n])
                under = [(k.key_result_id[i], k.progress[i], k.status[i]) for i, at in enumerate(k.objective) if at == n]
                assert under == [(x.key_result_id, x.progress, x.status) for x in found.key_results], (cycle, o.title[n])
                seen += 1
        assert seen == len(names)


async def test_a_history_says_what_changed_by_which_event_when_and_by_whom(progress: Served) -> None:
    await progress.tell(objective("O"), metric("O", "a"), goals.ObjectiveActivated(objective_id=an_id("O")))
    await progress.tell(check_in("O", "a", 31, START), check_in("O", "a", 35, START + 1))
    await progress.tell(goals.KeyResultRevised(objective_id=an_id("O"), key_result_id=an_id("a"), target=600, goalpost_moved=True))
    ids: dict[str, Any] = {
        "objective_id": an_id("O"),
        "key_result_id": an_id("a"),
        "as_of": START + 1,
        "check_in_id": an_id(f"a@{START + 1}"),
    }
    await progress.tell(checkins.CheckInCorrected(correction_id=an_id("fix"), value=36, **ids), checkins.CheckInRetracted(**ids))
    changes = await history(progress, objective_id=an_id("O"), page_size=3)
    assert [(c.summary, c.superseded) for c in changes] == [
        ("retracted: value 36", False),
        ("corrected: value 35 → 36", True),
        ("target 500 → 600 (goalpost moved)", False),
        ("value 31 → 35", True),
        ("value 31", False),
        ("active", False),
        ("key result defined: a", False),
        ("objective defined: O", False),
    ]
    assert [c.event_id for c in reversed(changes)] == [e.event_id for e in progress.events]
    assert {c.actor_id for c in changes} == {BOB}
    of_key_result = await progress("GetHistory", pb.GetHistoryRequest(key_result_id=an_id("a")))
    assert len(of_key_result.changes) == 6


async def history(progress: Served, time_zone: str = "UTC", **asked: Any) -> list[pb.Change]:
    """All pages of a history."""
    changes: list[pb.Change] = []
    token = ""
    while True:
        page = await progress("GetHistory", pb.GetHistoryRequest(page_token=token, **asked), time_zone=time_zone)
        changes += page.changes
        token = page.next_page_token
        if not token:
            return changes


async def test_a_history_of_a_day_has_what_was_said_until_then_however_much_was_said_since(progress: Served) -> None:
    about: dict[str, Any] = {"objective_id": an_id("O"), "author_id": BOB}
    edited = checkins.CommentEdited(comment_id=an_id("early"), text="edited", **about)

    def written(name: str, day: int) -> checkins.CommentWritten:
        return checkins.CommentWritten(comment_id=an_id(name), text=name, written_day=day, **about)

    await progress.tell(objective("O"), written("early", START), written("as early", START))
    await progress.tell(*[written(f"late {n}", START + 1) for n in range(5)], *[edited] * 4, day=START + 1)

    async def said(days: int, time_zone: str = "UTC") -> list[str]:
        asked = {"objective_id": an_id("O"), "page_size": 2, "as_of": common_pb2.AsOf(true_on=START + days)}
        return [change.summary for change in await history(progress, time_zone=time_zone, **asked)]

    first = ["comment", "comment", "objective defined: O"]
    edits = ["comment edited"] * 4
    assert await said(0) == first
    assert await said(0, "Pacific/Honolulu") == edits + first, "they were edited while it was still that day there"
    assert await said(1) == [*edits, *["comment"] * 5, *first]


async def summaries(progress: Served, name: str) -> list[str]:
    """Of a key result's check-ins and grades, the first one first."""
    page = await progress("GetHistory", pb.GetHistoryRequest(key_result_id=an_id(name)))
    return [change.summary for change in reversed(page.changes) if change.log == "checkins"]


async def test_a_history_compares_a_check_in_with_what_was_true_on_its_own_day(progress: Served) -> None:
    await progress.tell(objective("O"), metric("O", "a"))
    await progress.tell(*(check_in("O", "a", value, START + day) for value, day in ((3, 10), (5, 20), (4, 15))))
    fifth: dict[str, Any] = {
        "objective_id": an_id("O"),
        "key_result_id": an_id("a"),
        "as_of": START + 20,
        "check_in_id": an_id(f"a@{START + 20}"),
    }
    await progress.tell(checkins.CheckInRetracted(**fifth), check_in("O", "a", 6, START + 30))
    abstained: dict[str, Any] = {"objective_id": an_id("O"), "key_result_id": an_id("a"), "as_of": START + 31, "check_in_id": an_id("na")}
    await progress.tell(checkins.CheckInAbstained(reason="nobody asked", **abstained), check_in("O", "a", 7, START + 32))
    assert await summaries(progress, "a") == [
        *("value 3", "value 3 → 5", "value 3 → 4", "retracted: value 5", "value 4 → 6", "abstained", "value 6 → 7"),
    ]


async def test_a_history_compares_a_grade_with_the_one_of_the_days_before(progress: Served) -> None:
    await progress.tell(objective("O"), metric("O", "a"))
    for grade, day in ((0.3, 2), (0.4, 5), (0.9, 1), (0.5, 5)):
        told: dict[str, Any] = {"objective_id": an_id("O"), "key_result_id": an_id("a"), "as_of": DUE + day, "graded_on": DUE + day}
        await progress.tell(checkins.KeyResultGraded(grade=grade, **told))
    assert await summaries(progress, "a") == ["grade 0.3", "grade 0.3 → 0.4", "grade 0.9", "grade 0.4 → 0.5"]


async def test_a_history_leaves_no_digit_of_a_number_out(progress: Served) -> None:
    await progress.tell(objective("O"), metric("O", "a"))
    values = (1_234_567.0, 1_234_568.25, 12_345_678.0, -0.0, 1e300, 0.1)
    await progress.tell(*(check_in("O", "a", value, START + day) for day, value in enumerate(values)))
    numbers = ["1234567", "1234568.25", "12345678", "0", "1e+300", "0.1"]
    assert await summaries(progress, "a") == [
        f"value {number}" if n == 0 else f"value {numbers[n - 1]} → {number}" for n, number in enumerate(numbers)
    ]


async def test_a_rebuild_beside_live_writes_comes_to_the_state_of_the_logs(postgres: DatabaseServer, tmp_path: Path) -> None:
    history = History(1_200, 21, DENSE)
    events = list(history.events())
    half = len(events) // 2
    logs = await create_logs(postgres, events[:half])
    async with serve(postgres.create_database(), logs, tmp_path) as progress:
        await progress.live.take_all(events[: half // 2], random.Random(1))
        tenant: dict[str, Any] = {"tenant": history.tenants[0], "role": ADMIN}
        with pytest.raises(Refused, match="role operator"):
            [step async for step in progress("Rebuild", RebuildRequest(), **tenant)]
        phases: list[str] = []
        async for step in progress("Rebuild", RebuildRequest(), role=OPERATOR):
            if step.phase not in phases:
                phases.append(step.phase)
            if step.phase == "indexes":  # while it works, the log goes on, and queries answer
                append(logs, events[half : half + 100])
                await progress("GetDigest", pb.GetDigestRequest(), **tenant)
        assert phases == ["events", "indexes", "swap", "done"]
        recorded, more = events[:half], events[: half + 100]
        async with progress.live.pool.connection() as connection:
            rows = await (
                await connection.execute("SELECT log, max(position), min(position), count(*) FROM consumed GROUP BY 1")
            ).fetchall()
        for log, most, least, partitions in rows:
            assert (most, partitions) == (least, PARTITIONS)
            assert most in {max((e.position for e in so_far if e.log == log), default=0) for so_far in (recorded, more)}
        reached = {log: most for log, most, *_ in rows}
        rest = [e for e in events if e.position > reached[e.log]]
        await progress.live.take_all(rest, random.Random(2))
        found = await progress("GetDigest", pb.GetDigestRequest(), **tenant)
        assert found.digest == digest_in_memory(events).digest


async def test_a_rebuild_that_died_leaves_the_live_tables_and_the_next_one_clears_up(postgres: DatabaseServer, tmp_path: Path) -> None:
    history = History(300, 22, DENSE)
    events = list(history.events())
    logs = await create_logs(postgres, events)
    async with serve(postgres.create_database(), logs, tmp_path) as progress:
        await progress.live.take_all(events, random.Random(3))
        before = await progress.live.digest(history.tenants[0])
        async with progress.live.pool.connection() as connection:  # what a killed rebuild leaves
            await connection.execute("CREATE SCHEMA progress_next; CREATE TABLE progress_next.check_in (half text)")
        assert await progress.live.digest(history.tenants[0]) == before
        async with progress.live.pool.connection() as other:  # a rebuild that is at work elsewhere
            await other.execute("SELECT pg_advisory_lock(%s)", (0xCA17_0605,))
            with pytest.raises(Refused, match="rebuilt already"):
                [step async for step in progress("Rebuild", RebuildRequest(), role=OPERATOR)]
            await other.execute("SELECT pg_advisory_unlock(%s)", (0xCA17_0605,))
        steps = [step async for step in progress("Rebuild", RebuildRequest(), role=OPERATOR)]
        assert (steps[-1].phase, steps[-1].events) == ("done", len(events))
        assert await progress.live.digest(history.tenants[0]) == before == digest_in_memory(events)


async def test_a_status_of_today_is_at_risk_when_the_end_is_long_past(progress: Served) -> None:
    await progress.tell(objective("O"), metric("O", "a"), check_in("O", "a", 1, START))
    found = (await progress("GetObjective", pb.GetObjectiveRequest(objective_id=an_id("O")))).objective
    assert (found.status, found.expected_pace) == (STATUS_AT_RISK, 1.0)
