"""Lists of objectives, key results and check-ins over gRPC, on a projection in a real PostgreSQL."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.common.v1 import common_pb2
from cairn.common.v1.common_pb2 import ChangedSince
from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from cairn.progress.v1.events_pb2 import STATUS_ACHIEVED, STATUS_AT_RISK, STATUS_BEHIND, STATUS_NOT_STARTED
from chassis.days import day_of
from chassis.errors import Kind, Refused
from chassis.events import RecordedEvent
from chassis.partitions import partition_of
from chassis.runtime import MachineClock
from progress import states
from progress.queries import AsOf
from progress.queries import found as finding
from shared.roles import ADMIN, MEMBER, VIEWER
from tests.support.events import an_id
from tests.support.filled_logs import create_logs
from tests.support.history import DAY, DENSE, FIRST_DAY, History
from tests.support.infrastructure import DatabaseServer
from tests.support.projection import PARTITIONS
from tests.support.served_progress import ANN, BOB, OTHER_TENANT, ROOT, TENANT, Served, activated, check_in, metric, objective, serve
from tests.support.told import DUE, START


class Kept(NamedTuple):
    """A kind of list: how it is asked, what it holds."""

    method: str
    request: type[Any]
    items: str
    id: str


OBJECTIVES: Final = Kept("ListObjectives", pb.ListObjectivesRequest, "objectives", "objective_id")
KEY_RESULTS: Final = Kept("ListKeyResults", pb.ListKeyResultsRequest, "key_results", "key_result_id")
CHECK_INS: Final = Kept("ListCheckIns", pb.ListCheckInsRequest, "check_ins", "check_in_id")
KINDS: Final = (OBJECTIVES, KEY_RESULTS, CHECK_INS)


@pytest.fixture
async def progress(postgres: DatabaseServer, tmp_path: Path) -> AsyncIterator[Served]:
    logs = await create_logs(postgres)
    async with serve(postgres.create_database(), logs, tmp_path) as served:
        yield served


async def listed(progress: Served, kind: Kept, who: dict[str, Any] | None = None, **asked: Any) -> list[Any]:
    """All items, page after page."""
    found: list[Any] = []
    token = ""
    while True:
        page = await progress(kind.method, kind.request(page_token=token, **asked), **(who or {}))
        found += getattr(page, kind.items)
        token = page.next_page_token
        if not token:
            return found


WEB: Final = an_id("web")
GROWTH: Final = an_id("growth")


def viewers(history: History) -> dict[str, dict[str, Any]]:
    tenant = {"tenant": history.tenants[0]}
    return {
        "admin": {**tenant, "role": ADMIN},
        "member": {**tenant, "role": MEMBER, "person": history.people[0], "team_ids": [WEB]},
        "viewer": {**tenant, "role": VIEWER, "person": ANN},
    }


def with_secrets(events: Iterable[RecordedEvent], r: random.Random) -> list[RecordedEvent]:
    """The events, with objectives that are a team's or private, and become it or cease to be."""

    def veiled(event: RecordedEvent) -> RecordedEvent:
        kinds: dict[str, Any] = {f"cairn.goals.v1.{name}": getattr(goals, name) for name in ("ObjectiveDefined", "ObjectiveRevised")}
        if event.event_type not in kinds:
            return event
        said = kinds[event.event_type].FromString(event.payload)
        said.visibility = r.choice((goals.VISIBILITY_COMPANY, goals.VISIBILITY_TEAM, goals.VISIBILITY_PRIVATE))
        said.team_id = r.choice((WEB, an_id("sales")))
        said.pillar_id = r.choice((GROWTH, an_id("trust")))
        return event._replace(payload=said.SerializeToString())

    return [veiled(event) for event in events]


@pytest.mark.parametrize("seed", [1, 2])
async def test_each_item_is_what_it_is_when_it_is_asked_for_alone(progress: Served, seed: int) -> None:
    history, r = History(350, seed, DENSE), random.Random(seed)
    await progress.live.take_all(with_secrets(history.events(), r), r)
    instants = [None, common_pb2.AsOf(true_on=FIRST_DAY + 120), common_pb2.AsOf()]
    assert instants[2] is not None
    instants[2].known_at.FromMicroseconds((FIRST_DAY + 200) * DAY)
    for who in viewers(history).values():
        for as_of in instants:
            objectives = await listed(progress, OBJECTIVES, who, as_of=as_of, page_size=7)
            for found in r.sample(objectives, min(12, len(objectives))):
                alone = await progress("GetObjective", pb.GetObjectiveRequest(objective_id=found.objective_id, as_of=as_of), **who)
                assert found == alone.objective
            key_results = await listed(progress, KEY_RESULTS, who, as_of=as_of, page_size=9)
            for found in r.sample(key_results, min(12, len(key_results))):
                alone = await progress("GetKeyResult", pb.GetKeyResultRequest(key_result_id=found.key_result_id, as_of=as_of), **who)
                alone.key_result.ClearField("goalposts")  # told of one by itself
                assert found == alone.key_result
            shown = {k.key_result_id for o in objectives for k in o.key_results}
            assert shown <= {k.key_result_id for k in key_results}


async def test_a_list_holds_what_the_caller_may_see_and_all_of_it(progress: Served) -> None:
    history, r = History(500, 3, DENSE), random.Random(3)
    await progress.live.take_all(with_secrets(history.events(), r), r)
    admin, *others = viewers(history).values()
    everything = await listed(progress, OBJECTIVES, admin)
    for who in others:
        may_see = {o.objective_id for o in await listed(progress, OBJECTIVES, who)}
        for one in everything:
            ask = progress("GetObjective", pb.GetObjectiveRequest(objective_id=one.objective_id), **who)
            if one.objective_id in may_see:
                await ask
            else:
                with pytest.raises(Refused, match="that you may see"):
                    await ask
        key_results = {k.key_result_id for k in await listed(progress, KEY_RESULTS, who)}
        assert {c.key_result_id for c in await listed(progress, CHECK_INS, who)} <= key_results


ORDERS: Final[dict[str, tuple[Kept, int, Callable[[Any], Any]]]] = {
    "objectives by ref": (OBJECTIVES, pb.OBJECTIVE_ORDER_REF, lambda o: int(o.reference[1:])),
    "objectives by title": (OBJECTIVES, pb.OBJECTIVE_ORDER_TITLE, lambda o: int(o.title[1:])),
    "objectives by start day": (OBJECTIVES, pb.OBJECTIVE_ORDER_START_DAY, lambda o: o.start_day),
    "objectives by due day": (OBJECTIVES, pb.OBJECTIVE_ORDER_DUE_DAY, lambda o: o.due_day),
    "key results by ref": (KEY_RESULTS, pb.KEY_RESULT_ORDER_REF, lambda k: int(k.reference.partition("/")[2])),
    "key results by title": (KEY_RESULTS, pb.KEY_RESULT_ORDER_TITLE, lambda k: int(k.title[1:])),
    "key results by due day": (KEY_RESULTS, pb.KEY_RESULT_ORDER_DUE_DAY, lambda k: k.due_day),
    "check-ins by day": (CHECK_INS, pb.CHECK_IN_ORDER_UNSPECIFIED, lambda c: c.as_of),
    "check-ins as recorded": (CHECK_INS, pb.CHECK_IN_ORDER_CREATED_AT, lambda c: c.created_at.ToMicroseconds()),
}


async def test_pages_are_in_order_whatever_is_added_meanwhile(progress: Served) -> None:
    names = [f"O{n}" for n in (10, 2, 33, 1, 7)]
    await progress.tell(*(objective(name, reference=name, start_day=START + n % 3, due_day=DUE + n) for n, name in enumerate(names)))
    due = {10: 0, 2: DUE - 1, 33: 0, 1: DUE + 2}  # 0: with its objective
    await progress.tell(*(metric("O1", f"k{n}", reference=f"O1/{n}", due_day=day) for n, day in due.items()))
    await progress.tell(*(check_in("O1", "k1", n, START + n * 5 % 6) for n in range(6)))
    begun: list[tuple[str, dict[str, Any], list[bytes], str]] = []
    for order, (kind, number, key) in ORDERS.items():
        for descending in (False, True):
            asked: dict[str, Any] = {"order": number, "descending": descending, "page_size": 2}
            items = await listed(progress, kind, **asked)
            assert [key(item) for item in items] == sorted(map(key, items), reverse=descending), order
            first = await progress(kind.method, kind.request(**asked))
            begun.append((order, asked, [getattr(item, kind.id) for item in items], first.next_page_token))
    await progress.tell(objective("O0", reference="O0"), metric("O1", "k0", reference="O1/0"), check_in("O1", "k1", 9, START - 1))
    for order, asked, before, token in begun:
        kind, *_ = ORDERS[order]
        afterwards = [getattr(item, kind.id) for item in await listed(progress, kind, **asked)]
        assert [thing for thing in afterwards if thing in before] == before, order
        second = await progress(kind.method, kind.request(**asked, page_token=token))
        behind = afterwards[afterwards.index(before[1]) + 1 :]
        assert [getattr(item, kind.id) for item in getattr(second, kind.items)] == behind[:2], order


def of(kind: Kept, asked: dict[str, Any], passes: Callable[[Any], bool]) -> tuple[Kept, dict[str, Any], Callable[[Any], bool]]:
    return kind, asked, passes


ON_DAY_48: Final = common_pb2.AsOf(true_on=START + 48)
FILTERS: Final = {
    "cycle": of(OBJECTIVES, {"cycle_ids": [an_id("Q")]}, lambda o: o.cycle_id == an_id("Q")),
    "owner": of(OBJECTIVES, {"owner_ids": [BOB, ROOT]}, lambda o: o.owner_id in (BOB, ROOT)),
    "contributor": of(OBJECTIVES, {"contributor_ids": [ANN]}, lambda o: ANN in o.contributor_ids),
    "parent": of(OBJECTIVES, {"parent_objective_ids": [an_id("A")]}, lambda o: o.parent_objective_id == an_id("A")),
    "team": of(OBJECTIVES, {"team_ids": [WEB]}, lambda o: o.team_id == WEB),
    "pillar": of(OBJECTIVES, {"pillar_ids": [GROWTH]}, lambda o: o.pillar_id == GROWTH),
    "label": of(OBJECTIVES, {"labels": ["red", "blue"]}, lambda o: not {"red", "blue"}.isdisjoint(o.labels)),
    "state": of(OBJECTIVES, {"states": [goals.OBJECTIVE_STATE_ACTIVE]}, lambda o: o.state == goals.OBJECTIVE_STATE_ACTIVE),
    "kind": of(OBJECTIVES, {"kinds": [goals.OBJECTIVE_KIND_ASPIRATIONAL]}, lambda o: o.kind == goals.OBJECTIVE_KIND_ASPIRATIONAL),
    "level": of(OBJECTIVES, {"levels": [goals.LEVEL_TEAM]}, lambda o: o.level == goals.LEVEL_TEAM),
    "visibility": of(OBJECTIVES, {"visibilities": [goals.VISIBILITY_PRIVATE]}, lambda o: o.visibility == goals.VISIBILITY_PRIVATE),
    "status": of(OBJECTIVES, {"statuses": [STATUS_BEHIND], "as_of": ON_DAY_48}, lambda o: o.status == STATUS_BEHIND),
    "text": of(OBJECTIVES, {"text": "RÉVEN grow"}, lambda o: o.objective_id == an_id("A")),
    "due from": of(OBJECTIVES, {"due_from": DUE + 1}, lambda o: o.due_day > DUE),
    "due to": of(OBJECTIVES, {"due_to": DUE}, lambda o: o.due_day <= DUE),
    "text and label": of(OBJECTIVES, {"text": "g", "labels": ["green"]}, lambda o: o.objective_id == an_id("C")),
    "text of the past": of(OBJECTIVES, {"text": "grow", "as_of": ON_DAY_48}, lambda o: o.objective_id == an_id("A")),
    "two at once": of(OBJECTIVES, {"team_ids": [WEB], "labels": ["red"]}, lambda o: o.team_id == WEB and "red" in o.labels),
    "cycle of key results": of(KEY_RESULTS, {"cycle_ids": [an_id("Q")]}, lambda k: k.objective_id != an_id("C")),
    "objective": of(KEY_RESULTS, {"objective_ids": [an_id("A")]}, lambda k: k.objective_id == an_id("A")),
    "what it counts for": of(KEY_RESULTS, {"counts_for_ids": [an_id("B")]}, lambda k: k.key_result_id == an_id("a2")),
    "owner of key results": of(KEY_RESULTS, {"owner_ids": [ANN]}, lambda k: ANN in [owner.person_id for owner in k.owners]),
    "team of key results": of(KEY_RESULTS, {"team_ids": [WEB]}, lambda k: k.objective_id != an_id("B")),
    "pillar of key results": of(KEY_RESULTS, {"pillar_ids": [GROWTH]}, lambda k: k.objective_id == an_id("A")),
    "label of key results": of(KEY_RESULTS, {"labels": ["red", "blue"]}, lambda k: k.objective_id != an_id("C")),
    "state of key results": of(KEY_RESULTS, {"states": [goals.OBJECTIVE_STATE_DRAFT]}, lambda k: k.objective_id == an_id("C")),
    "text and label of key results": of(KEY_RESULTS, {"text": "c", "labels": ["green"]}, lambda k: k.objective_id == an_id("C")),
    "team and state of the past": of(
        KEY_RESULTS,
        {"team_ids": [WEB], "states": [goals.OBJECTIVE_STATE_ACTIVE], "as_of": ON_DAY_48},
        lambda k: k.objective_id == an_id("A"),
    ),
    "due in the past": of(KEY_RESULTS, {"due_from": DUE + 8, "as_of": ON_DAY_48}, lambda k: k.key_result_id == an_id("c2")),
    "measure": of(KEY_RESULTS, {"measures": [pb.MEASURE_BINARY]}, lambda k: k.measure == pb.MEASURE_BINARY),
    "text of key results": of(KEY_RESULTS, {"text": "größe"}, lambda k: k.key_result_id == an_id("b1")),
    "due with its home": of(KEY_RESULTS, {"due_to": DUE}, lambda k: k.objective_id != an_id("C")),
    "due by itself": of(KEY_RESULTS, {"due_from": DUE + 8}, lambda k: k.key_result_id == an_id("c2")),
    "cancelled": of(KEY_RESULTS, {"cancelled": True}, lambda k: k.cancelled),
    "not cancelled": of(KEY_RESULTS, {"cancelled": False}, lambda k: not k.cancelled),
    "status of key results": of(KEY_RESULTS, {"statuses": [STATUS_BEHIND], "as_of": ON_DAY_48}, lambda k: k.status == STATUS_BEHIND),
    "key result": of(CHECK_INS, {"key_result_ids": [an_id("a1")]}, lambda c: c.key_result_id == an_id("a1")),
    "objective of check-ins": of(CHECK_INS, {"objective_ids": [an_id("B")]}, lambda c: c.objective_id == an_id("B")),
    "cycle of check-ins": of(CHECK_INS, {"cycle_ids": [an_id("Q")]}, lambda c: c.objective_id != an_id("C")),
    "from a day": of(CHECK_INS, {"as_of_from": START + 40}, lambda c: c.as_of >= START + 40),
    "to a day": of(CHECK_INS, {"as_of_to": START + 40}, lambda c: c.as_of <= START + 40),
    "retracted": of(CHECK_INS, {"retracted": True}, lambda c: c.retracted),
    "not retracted": of(CHECK_INS, {"retracted": False}, lambda c: not c.retracted),
    "corrected": of(CHECK_INS, {"corrected": True}, lambda c: c.corrected),
    "abstained": of(CHECK_INS, {"abstained": True}, lambda c: c.abstained),
    "blocked": of(CHECK_INS, {"blocked": True}, lambda c: bool(c.blockers)),
    "not blocked": of(CHECK_INS, {"blocked": False}, lambda c: not c.blockers),
    "by whom": of(CHECK_INS, {"created_by_ids": [BOB]}, lambda c: c.created_by == BOB),
    "by nobody": of(CHECK_INS, {"created_by_ids": [ROOT]}, lambda c: False),
}


async def _tell_something_of_everything(progress: Served) -> None:
    aspirational: dict[str, Any] = {"kind": goals.OBJECTIVE_KIND_ASPIRATIONAL, "visibility": goals.VISIBILITY_PRIVATE}
    cycle: dict[str, Any] = {"kind": goals.CYCLE_KIND_TACTICAL, "first_day": START, "last_day": DUE}
    on: list[dict[str, Any]] = [{"objective_id": an_id(home), "key_result_id": an_id(name)} for home, name in (("A", "a1"), ("B", "b1"))]
    on_a, on_b = on
    corrected, retracted = an_id(f"b1@{START + 41}"), an_id(f"a1@{START + 44}")
    await progress.tell(
        objective(
            "A",
            title="Grow recurring revenue",
            labels=["red"],
            team_id=WEB,
            pillar_id=GROWTH,
            contributor_ids=[ANN],
            owner_id=ROOT,
            level=goals.LEVEL_TEAM,
        ),
        objective("B", labels=["blue", "green"], creator_id=ANN, **aspirational),
        objective("C", title="A green office", due_day=DUE + 7, cycle_id=an_id("R"), labels=["green"], team_id=WEB, owner_id=ANN),
        *(goals.CycleDefined(cycle_id=an_id(name), name=name, **cycle) for name in "QR"),
        *activated("A", "B"),
        goals.ObjectiveAligned(objective_id=an_id("B"), parent_objective_id=an_id("A")),
        metric("A", "a1", owners=[goals.Owner(person_id=ANN)]),
        metric("A", "a2", counts_for=[an_id("B")]),
        metric("B", "b1", title="Die Grösse der Flotte"),
        metric("C", "c1", metric=None, binary=goals.Binary()),
        metric("C", "c2", due_day=DUE + 9),
        goals.KeyResultCancelled(objective_id=an_id("A"), key_result_id=an_id("a2")),
        check_in("A", "a1", 120, START + 40),
        check_in("A", "a1", 130, START + 44),
        check_in("B", "b1", 400, START + 41, blockers=["no budget", "legal has not answered"]),
        check_in("C", "c1", 1, START + 30),
        checkins.CheckInAbstained(check_in_id=an_id("abstained"), as_of=START + 45, reason="nobody looked", **on_b),
        checkins.CheckInCorrected(
            check_in_id=corrected, correction_id=an_id("corrected"), as_of=START + 41, value=410, reason="counted twice", **on_b
        ),
        checkins.CheckInRetracted(check_in_id=retracted, as_of=START + 44, reason="wrong row", **on_a),
    )


async def test_a_filter_leaves_what_has_one_of_its_values(progress: Served) -> None:
    await _tell_something_of_everything(progress)
    for name, (kind, asked, passes) in FILTERS.items():
        at_a_point = {"as_of": asked["as_of"]} if "as_of" in asked else {}
        everything = await listed(progress, kind, {"role": ADMIN}, **at_a_point)
        assert await listed(progress, kind, {"role": ADMIN}, **asked) == [item for item in everything if passes(item)], name
        if not name.startswith("by "):  # everything is said by one person here
            assert 0 < sum(map(passes, everything)) < len(everything), name


async def test_a_list_says_how_many_there_are_of_those_that_the_caller_may_see(progress: Served) -> None:
    await progress.tell(*(objective(f"Plan {n}") for n in range(5)), objective("Plan B", visibility=goals.VISIBILITY_PRIVATE))
    for text, who, count in (("plan", ROOT, 5), ("plan", BOB, 6), ("", ROOT, 5), ("plan 3", BOB, 1)):
        page = await progress("ListObjectives", pb.ListObjectivesRequest(page_size=2, text=text), person=who)
        assert (page.total.count, page.total.at_least) == (count, False)


async def test_what_is_too_much_to_count_is_said_to_be_more(progress: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "MOST_COUNTED", 3)
    await progress.tell(*(objective(f"Plan {n}") for n in range(5)))
    page = await progress("ListObjectives", pb.ListObjectivesRequest())
    assert (page.total.count, page.total.at_least) == (3, True)


async def _note_statuses(progress: Served, day: int) -> None:
    """As the follower does once it has looked at everything."""
    numbers = await progress.live.evaluated(TENANT, AsOf(today=day))
    everything = set(numbers.tree.objectives)
    async with progress.live.pool.connection() as connection:
        await states.note_statuses(connection, TENANT, numbers, everything, everything, day)


async def test_a_filter_by_status_reads_what_the_follower_told_last(progress: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    await _tell_something_of_everything(progress)
    today = day_of(MachineClock().now().date())
    admin: dict[str, Any] = {"role": ADMIN}
    whole = [(kind, await listed(progress, kind, admin)) for kind in (OBJECTIVES, KEY_RESULTS)]
    assert await listed(progress, OBJECTIVES, admin, statuses=[STATUS_AT_RISK]) == [], "nobody has looked at it yet"
    await _note_statuses(progress, today)
    for few in (2_000, 0):  # named by the index, or walked
        monkeypatch.setattr(finding, "FEW", few)
        for kind, everything in whole:
            for statuses in ([STATUS_AT_RISK], [STATUS_NOT_STARTED], [STATUS_NOT_STARTED, STATUS_ACHIEVED]):
                wanted = [item for item in everything if item.status in statuses]
                assert await listed(progress, kind, admin, statuses=statuses) == wanted
                page = await progress(kind.method, kind.request(statuses=statuses), **admin)
                assert page.total.count == len(wanted) or page.total.at_least


async def test_a_status_that_is_not_told_to_somebody_filters_nothing_for_them(progress: Served) -> None:
    """Exactly one hidden child counts: the parent's status would be the child's."""
    await progress.tell(
        objective("parent", roll_up=goals.ROLL_UP_CHILDREN),
        objective("child", visibility=goals.VISIBILITY_PRIVATE),
        goals.ObjectiveAligned(objective_id=an_id("child"), parent_objective_id=an_id("parent")),
        *activated("parent", "child"),
        metric("child", "k"),
        check_in("child", "k", 1, START + 1),
    )
    await _note_statuses(progress, day_of(MachineClock().now().date()))
    told = await progress("ListObjectives", pb.ListObjectivesRequest(statuses=[STATUS_AT_RISK]), person=BOB)
    assert {o.objective_id for o in told.objectives} == {an_id("parent"), an_id("child")}
    for statuses in ([STATUS_AT_RISK], [STATUS_NOT_STARTED]):
        page = await progress("ListObjectives", pb.ListObjectivesRequest(statuses=statuses), person=ROOT)
        assert (list(page.objectives), page.HasField("total")) == ([], False)


async def test_what_many_are_found_by_is_found_as_what_few_are(progress: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the index names all, or the list is walked in its order: it is one list."""
    r = random.Random(7)
    titles = [" ".join(r.choices(("grow", "green", "größer", "revenue", "2026"), k=3)) for _ in range(40)]
    await progress.tell(*(objective(f"o{n}", title=title, labels=[r.choice("ab")]) for n, title in enumerate(titles)))
    questions: list[dict[str, Any]] = [
        {"text": text, "labels": labels} for text in ("", "gr", "GROS rev", "2026 green") for labels in ([], ["a"])
    ]
    orders: list[dict[str, Any]] = [{"order": order, "descending": down} for order in pb.ObjectiveOrder.values() for down in (False, True)]
    told = [await listed(progress, OBJECTIVES, **asked, **order, page_size=4) for asked in questions for order in orders]
    monkeypatch.setattr(finding, "FEW", 2)
    assert told == [await listed(progress, OBJECTIVES, **asked, **order, page_size=4) for asked in questions for order in orders]
    everything = await listed(progress, OBJECTIVES)
    wanted = {
        o.objective_id
        for o in everything
        if {"gross", "rev"} <= {w[:n] for w in o.title.replace("größer", "grosser").split() for n in (3, 5)}
    }
    assert {o.objective_id for o in await listed(progress, OBJECTIVES, text="GROS rev")} == wanted


async def test_key_results_are_found_by_what_their_objective_says_be_they_few_or_many(
    progress: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    r = random.Random(5)
    homes = {f"o{n}": (r.choice((WEB, GROWTH)), r.choice("ab"), n % 3 > 0) for n in range(12)}
    await progress.tell(
        *(objective(name, team_id=team, labels=[label], due_day=DUE + r.randrange(4)) for name, (team, label, _) in homes.items())
    )
    await progress.tell(*(one for name, (_, _, active) in homes.items() if active for one in activated(name)))
    titles = {f"{home} {n}": r.choice(("grow", "green", "plan")) for home in homes for n in range(3)}
    await progress.tell(*(metric(name.split()[0], name, title=title, due_day=r.choice((0, DUE + 1))) for name, title in titles.items()))
    everything = await listed(progress, KEY_RESULTS)
    for few in (2_000, 2):  # named by the index, or walked
        monkeypatch.setattr(finding, "FEW", few)
        for text in ("", "gr"):
            wanted = {
                an_id(name) for name, title in titles.items() if title.startswith(text) and homes[name.split()[0]] == (WEB, "a", True)
            }
            assert 0 < len(wanted) < len(titles)
            asked: dict[str, Any] = {"team_ids": [WEB], "labels": ["a"], "states": [goals.OBJECTIVE_STATE_ACTIVE], "text": text}
            assert await listed(progress, KEY_RESULTS, **asked) == [k for k in everything if k.key_result_id in wanted]
            by_due = await listed(progress, KEY_RESULTS, **asked, order=pb.KEY_RESULT_ORDER_DUE_DAY, page_size=2)
            assert ({k.key_result_id for k in by_due}, len(by_due)) == (wanted, len(wanted))
            assert [k.due_day for k in by_due] == sorted(k.due_day for k in by_due)
            downwards = await listed(progress, KEY_RESULTS, **asked, order=pb.KEY_RESULT_ORDER_DUE_DAY, descending=True, page_size=3)
            assert downwards == by_due[::-1]
            page = await progress("ListKeyResults", pb.ListKeyResultsRequest(**asked))
            assert page.total.count == len(wanted) or page.total.at_least


async def test_what_is_due_between_two_days_is_listed_whatever_the_order(progress: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    await progress.tell(*(objective(f"O{n}", reference=f"O{n}", due_day=DUE + n % 4) for n in range(6)))
    due = (0, DUE + 2, 0, DUE + 1, DUE)  # 0: with its objective
    await progress.tell(*(metric(f"O{n % 6}", f"k{n}", reference=f"O{n % 6}/{n}", due_day=due[n % len(due)]) for n in range(12)))
    for few in (2_000, 1):  # named by the index, or walked
        monkeypatch.setattr(finding, "FEW", few)
        for order, (kind, number, _) in ORDERS.items():
            for descending in (False, True) if kind is not CHECK_INS else ():
                asked: dict[str, Any] = {"order": number, "descending": descending}
                everything = await listed(progress, kind, **asked)
                for first, last in ((DUE + 1, None), (None, DUE + 1), (DUE + 1, DUE + 2)):
                    bounds: dict[str, Any] = {name: day for name, day in (("due_from", first), ("due_to", last)) if day is not None}
                    wanted = [it for it in everything if (first or 0) <= it.due_day <= (last or it.due_day)]
                    assert 0 < len(wanted) < len(everything)
                    assert await listed(progress, kind, **asked, **bounds, page_size=3) == wanted, (few, order, bounds)


async def test_what_a_hidden_objective_says_finds_no_key_result_that_is_seen_from_another(progress: Served) -> None:
    hidden: dict[str, Any] = {"visibility": goals.VISIBILITY_PRIVATE, "team_id": WEB, "labels": ["secret"], "pillar_id": GROWTH}
    await progress.tell(
        objective("hidden", **hidden), objective("seen"), *activated("hidden", "seen"), metric("hidden", "k", counts_for=[an_id("seen")])
    )
    points: list[dict[str, Any]] = [{}, {"as_of": ON_DAY_48}]
    asked: dict[str, Any]
    for point in points:
        for asked in ({"team_ids": [WEB]}, {"labels": ["secret"]}, {"pillar_ids": [GROWTH]}, {"states": [goals.OBJECTIVE_STATE_ACTIVE]}):
            for who, found in ((BOB, [an_id("k")]), (ANN, [])):
                told = await progress("ListKeyResults", pb.ListKeyResultsRequest(**asked, **point), person=who)
                assert ([k.key_result_id for k in told.key_results], told.total.count) == (
                    found,
                    len(found) if not point else told.total.count,
                )
    assert [k.key_result_id for k in await listed(progress, KEY_RESULTS, {"person": ANN})] == [an_id("k")]


async def test_a_word_is_found_in_what_a_thing_is_called_now(progress: Served) -> None:
    await progress.tell(objective("o", title="Old name", reference="J1"), goals.ObjectiveRevised(objective_id=an_id("o"), title="New name"))
    assert not await listed(progress, OBJECTIVES, text="old")
    assert await listed(progress, OBJECTIVES, text="new j1") == await listed(progress, OBJECTIVES, text="NAME") != []
    assert not await listed(progress, OBJECTIVES, text="?!")


async def test_a_text_is_searched_for_in_one_tenant_alone(progress: Served) -> None:
    await progress.tell(objective("Grow"))
    await progress.tell(objective("Growth elsewhere"), tenant=OTHER_TENANT)
    assert [o.title for o in await listed(progress, OBJECTIVES, text="grow")] == ["Grow"]
    assert [o.title for o in await listed(progress, OBJECTIVES, {"tenant": OTHER_TENANT}, text="grow")] == ["Growth elsewhere"]


async def test_a_check_in_is_told_as_it_stands(progress: Served) -> None:
    await _tell_something_of_everything(progress)
    found = {c.check_in_id: c for c in await listed(progress, CHECK_INS, {"role": ADMIN})}
    corrected, retracted, abstained = (found[an_id(name)] for name in (f"b1@{START + 41}", f"a1@{START + 44}", "abstained"))
    assert (corrected.value, corrected.corrected, corrected.comment) == (410, True, "counted twice")
    assert list(corrected.blockers) == ["no budget", "legal has not answered"]  # a correction leaves what stood in the way
    assert list(corrected.event_ids) == [an_id(f"b1@{START + 41}"), an_id("corrected")]
    assert (retracted.value, retracted.retracted, retracted.reason) == (130, True, "wrong row")
    assert (abstained.abstained, abstained.comment, abstained.HasField("value")) == (True, "nobody looked", False)


HIDDEN: Final[tuple[tuple[Kept, dict[str, Any]], ...]] = (
    (OBJECTIVES, {"parent_objective_ids": [an_id("hidden")]}),
    (KEY_RESULTS, {"objective_ids": [an_id("hidden")]}),
    (KEY_RESULTS, {"counts_for_ids": [an_id("hidden")]}),
    (CHECK_INS, {"objective_ids": [an_id("hidden")]}),
    (CHECK_INS, {"key_result_ids": [an_id("of hidden")]}),
    (OBJECTIVES, {"cycle_ids": [an_id("no cycle")]}),
)


async def test_a_filter_by_what_is_hidden_is_refused_as_one_by_what_is_not_there(progress: Served) -> None:
    await progress.tell(objective("hidden", visibility=goals.VISIBILITY_PRIVATE), metric("hidden", "of hidden"))
    for kind, asked in HIDDEN:
        with pytest.raises(Refused) as refusal:
            await listed(progress, kind, **asked)
        assert (refusal.value.kind, refusal.value.reason.endswith("_UNKNOWN")) == (Kind.UNKNOWN, True)


async def test_a_page_token_that_nobody_gave_is_refused(progress: Served) -> None:
    for kind in KINDS:
        for token in ("%%", "YTpi", "YTpiOmM", "MDA6MDA6"):
            with pytest.raises(Refused) as refusal:
                await progress(kind.method, kind.request(page_token=token))
            assert refusal.value.kind is Kind.INVALID


# -- following -------------------------------------------------------------------------------------------------------------------------


class Follower:
    """Somebody who keeps a copy of a list, by what has changed since they asked last."""

    def __init__(self, progress: Served, kind: Kept, who: dict[str, Any], since: ChangedSince | None = None, **asked: Any) -> None:
        self._progress, self._kind, self._who, self._since, self._asked = progress, kind, who, since, asked
        self.copy: dict[bytes, Any] = {}
        self.ever: set[bytes] = set()

    async def follow(self, meanwhile: Callable[[], Any] | None = None) -> None:
        token = ""
        while True:
            request = self._kind.request(page_size=7, page_token=token, **self._asked)
            if self._since is not None:
                request.changed_since.CopyFrom(self._since)
            page = await self._progress(self._kind.method, request, **self._who)
            for item in getattr(page, self._kind.items):
                self.copy[getattr(item, self._kind.id)] = item
            self.ever |= self.copy.keys()
            if not self._asked:
                assert set(page.gone_ids) <= self.ever, "what one could never see is told as gone"
            for gone in page.gone_ids:
                self.copy.pop(gone, None)
            token = page.next_page_token
            if not token:
                break
            if meanwhile is not None:
                await meanwhile()
        self._since = ChangedSince(positions=page.positions)

    async def require_the_same_as_anew(self) -> None:
        anew = {getattr(item, self._kind.id): item for item in await listed(self._progress, self._kind, self._who, **self._asked)}
        assert self.copy.keys() == anew.keys()
        for thing, item in anew.items():
            assert self.copy[thing] == item


@pytest.mark.parametrize("seed", [5, 6])
async def test_who_follows_the_changes_has_what_is_listed_anew(progress: Served, seed: int) -> None:
    history, r = History(250, seed, DENSE), random.Random(seed)
    queues: dict[tuple[str, int], list[RecordedEvent]] = {}
    cycle, other_cycle, *events = with_secrets(history.events(), r)
    await progress.live.take([cycle, other_cycle])  # what a cycle is called is known by then
    for event in events:
        queues.setdefault((event.log, partition_of(event.partition_key, PARTITIONS)), []).append(event)

    async def take_some(most: int) -> None:
        """Some partitions go on, each for itself."""
        waiting = [queue for queue in queues.values() if queue]
        if waiting:
            queue = r.choice(waiting)
            size = r.randint(1, most)
            await progress.live.take(queue[:size])
            del queue[:size]

    filtered: dict[Kept, dict[str, Any]] = {
        OBJECTIVES: {"states": [goals.OBJECTIVE_STATE_ACTIVE]},
        KEY_RESULTS: {"cancelled": False},
        CHECK_INS: {"retracted": False},
    }
    followers = [Follower(progress, kind, who) for kind in KINDS for who in viewers(history).values()]
    followers += [Follower(progress, kind, viewers(history)["member"], **asked) for kind, asked in filtered.items()]
    await take_some(60)
    begins = ChangedSince()
    begins.instant.FromMicroseconds(1)
    followers += [Follower(progress, kind, viewers(history)["member"], since) for kind in KINDS for since in (begins, ChangedSince())]
    while any(queues.values()):
        for _ in range(r.randint(1, 6)):
            await take_some(25)
        for follower in r.sample(followers, 6):
            await follower.follow(lambda: take_some(4))
    for follower in followers:
        await follower.follow()
        await follower.require_the_same_as_anew()


async def test_nothing_is_told_where_nothing_has_changed(progress: Served) -> None:
    await _tell_something_of_everything(progress)
    day = START + 46
    for kind in KINDS:
        first = await progress(kind.method, kind.request(), role=ADMIN)
        since = ChangedSince(positions=first.positions)
        assert not getattr(await progress(kind.method, kind.request(changed_since=since), role=ADMIN), kind.items)
        await progress.tell(check_in("A", "a1", 150, day := day + 1))
        (changed,) = getattr(await progress(kind.method, kind.request(changed_since=since), role=ADMIN), kind.items)
        assert getattr(changed, kind.id) in (an_id("A"), an_id("a1"), an_id(f"a1@{day}"))


async def test_what_was_hidden_all_the_time_is_not_told_as_gone(progress: Served) -> None:
    await progress.tell(objective("hidden", visibility=goals.VISIBILITY_PRIVATE), objective("open"))
    since = ChangedSince(positions=(await progress("ListObjectives", pb.ListObjectivesRequest())).positions)
    hides = [goals.ObjectiveRevised(objective_id=an_id(name), visibility=goals.VISIBILITY_PRIVATE) for name in ("hidden", "open")]
    await progress.tell(*hides)
    found = await progress("ListObjectives", pb.ListObjectivesRequest(changed_since=since))
    assert (list(found.objectives), list(found.gone_ids)) == ([], [an_id("open")])


async def test_who_followed_a_log_that_was_restored_lists_anew(progress: Served) -> None:
    await progress.tell(objective("O"))
    (position,) = (p for p in (await progress("ListObjectives", pb.ListObjectivesRequest())).positions if p.position)
    async with progress.live.pool.connection() as connection:
        await connection.execute("UPDATE consumed SET generation = 2")
    for generation, refused in ((0, True), (2, False)):
        position.generation = generation
        ask = progress("ListObjectives", pb.ListObjectivesRequest(changed_since=ChangedSince(positions=[position])))
        if refused:
            with pytest.raises(Refused, match="restored"):
                await ask
        else:
            await ask


async def test_changes_come_in_one_order_and_are_of_the_present(progress: Served) -> None:
    asked: tuple[dict[str, Any], ...] = ({"descending": True}, {"order": 1}, {"as_of": common_pb2.AsOf(true_on=START)})
    for more in asked:
        with pytest.raises(Refused) as refusal:
            await progress("ListObjectives", pb.ListObjectivesRequest(changed_since=ChangedSince(), **more))
        assert (refusal.value.kind, refusal.value.field) == (Kind.INVALID, "changed_since")
