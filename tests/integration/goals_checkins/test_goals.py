"""Goals over gRPC, durable in PostgreSQL."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from cairn.common.v1.common_pb2 import ChangedSince
from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as api
from chassis.calls import Identity
from chassis.days import FIRST_DAY, day_of
from chassis.errors import Kind, Refused
from chassis.ids import new_id
from goals.domain.effort import day_id
from shared.roles import VIEWER
from tests.integration.goals_checkins.callers import JAN_1, MAR_31, Processes, nothing_appended, recorded_events, refusal_of


async def test_an_objective_has_the_days_of_its_cycle_unless_it_has_others(processes: Processes) -> None:
    ann = processes.caller()
    cycle_id = await ann.a_cycle()
    later, earlier = JAN_1 + 5, MAR_31 - 5
    cases: list[tuple[dict[str, Any], tuple[int, int]]] = [
        ({}, (JAN_1, MAR_31)),
        ({"start_day": later}, (later, MAR_31)),
        ({"due_day": earlier}, (JAN_1, earlier)),
        ({"start_day": later, "due_day": earlier}, (later, earlier)),
    ]
    for said, days in cases:
        objective_id = await ann.an_objective(cycle_id, **said)
        (event,) = await recorded_events(processes.goals_database, objective_id)
        defined = goals.ObjectiveDefined.FromString(event)
        assert (defined.start_day, defined.due_day) == days, said


async def test_an_objective_is_owned_by_the_caller_and_its_key_result_by_its_owner(processes: Processes) -> None:
    ann = processes.caller()
    objective_id, key_result_id = await ann.an_active_key_result()
    described = await ann.goals("DescribeKeyResult", api.DescribeKeyResultRequest(key_result_id=key_result_id))
    assert described.objective_id == objective_id
    assert described.objective_owner_id == described.creator_id == ann.person_id
    assert [owner.person_id for owner in described.owners] == [ann.person_id]
    assert described.objective_state == goals.OBJECTIVE_STATE_ACTIVE
    assert described.metric == goals.Metric(start=0, target=3, unit="people")
    assert described.version == 3


async def test_a_command_is_answered_with_its_position_and_version(processes: Processes) -> None:
    ann = processes.caller()
    objective_id = await ann.an_objective(await ann.a_cycle())
    answer = await ann.goals("ReviseObjective", api.ReviseObjectiveRequest(objective_id=objective_id, expected_version=1, why="We are few"))
    head, _ = await processes.heads()
    assert answer.appended.version == 2
    assert [(p.log, p.position) for p in answer.appended.positions] == [("goals", head)]
    assert answer.appended.recorded_at.seconds > 0
    unchanged = await ann.goals("ReviseObjective", api.ReviseObjectiveRequest(objective_id=objective_id, why="We are few"))
    assert (unchanged.appended.version, list(unchanged.appended.positions)) == (2, [])


async def test_a_command_is_answered_with_the_day_from_which_on_it_holds(processes: Processes) -> None:
    ann = processes.caller()
    cycle_id, elsewhere = await ann.a_cycle(), await ann.a_cycle("elsewhere")
    parent, child = await ann.an_objective(cycle_id), await ann.an_objective(cycle_id)
    key_result_id = await ann.a_key_result(child)
    ids: dict[str, Any] = {"key_result_id": key_result_id, "counts_for": parent}
    for method, request, ever in (
        ("ReviseObjective", api.ReviseObjectiveRequest(objective_id=child, why="We are few"), True),
        ("AlignObjective", api.AlignObjectiveRequest(objective_id=child, parent_objective_id=parent), True),
        ("ShareKeyResult", api.ShareKeyResultRequest(**ids), True),
        ("UnshareKeyResult", api.UnshareKeyResultRequest(**ids), True),
        ("ReviseKeyResult", api.ReviseKeyResultRequest(key_result_id=key_result_id, weight=2), True),
        ("MoveKeyResult", api.MoveKeyResultRequest(key_result_id=key_result_id, to_objective_id=parent), True),
        ("MoveKeyResult", api.MoveKeyResultRequest(key_result_id=key_result_id, to_objective_id=child), True),
        ("CancelKeyResult", api.CancelKeyResultRequest(key_result_id=key_result_id), True),
        ("MoveObjective", api.MoveObjectiveRequest(objective_id=child, cycle_id=elsewhere), True),
        ("ActivateObjective", api.ActivateObjectiveRequest(objective_id=child), False),
        ("ReviseObjective", api.ReviseObjectiveRequest(objective_id=child, why="We are many"), False),
        ("CloseObjective", api.CloseObjectiveRequest(objective_id=child), False),
    ):
        answer = await ann.goals(method, request)
        assert answer.HasField("holds_from"), method
        assert (answer.holds_from == FIRST_DAY) == ever, method
    unchanged = await ann.goals("ReviseObjective", api.ReviseObjectiveRequest(objective_id=parent, why=""))
    assert not unchanged.HasField("holds_from")


async def test_references_resolve_as_soon_as_they_are_taken(processes: Processes) -> None:
    ann = processes.caller()
    cycle_id = await ann.a_cycle("2019-Q2")
    objective_id = await ann.an_objective(cycle_id, reference="J1")
    key_result_id = await ann.a_key_result(objective_id, reference="J1/1")
    for kind, names, ids in (
        (api.REFERENCE_KIND_CYCLE, ["2019-Q2", "2019-Q1"], [cycle_id, b""]),
        (api.REFERENCE_KIND_OBJECTIVE, ["J2", "J1", "J1/1"], [b"", objective_id, b""]),
        (api.REFERENCE_KIND_KEY_RESULT, ["J1/1"] * 2 + [f"J{n}" for n in range(1998)], [key_result_id] * 2 + [b""] * 1998),
    ):
        answer = await ann.goals("ResolveReferences", api.ResolveReferencesRequest(kind=kind, references=names))
        assert list(answer.ids) == ids
    stranger = await processes.caller().goals(
        "ResolveReferences", api.ResolveReferencesRequest(kind=api.REFERENCE_KIND_OBJECTIVE, references=["J1"])
    )
    assert list(stranger.ids) == [b""]


async def test_a_name_that_many_want_at_once_is_taken_once(processes: Processes) -> None:
    ann = processes.caller()
    cycle_id = await ann.a_cycle()
    outcomes = await asyncio.gather(*(ann.an_objective(cycle_id, reference="J1") for _ in range(8)), return_exceptions=True)
    refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert len(refused) == 7
    assert {(refusal.reason, refusal.kind, refusal.field) for refusal in refused} == {("REFERENCE_TAKEN", Kind.TAKEN, "reference")}


async def test_of_two_who_decided_on_the_same_version_one_is_stale(processes: Processes) -> None:
    ann = processes.caller()
    objective_id = await ann.an_objective(await ann.a_cycle())
    outcomes = await asyncio.gather(
        *(
            ann.goals("ReviseObjective", api.ReviseObjectiveRequest(objective_id=objective_id, expected_version=1, title=title))
            for title in ("Grow", "Shrink")
        ),
        return_exceptions=True,
    )
    (stale,) = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    assert (stale.reason, stale.kind) == ("STALE_VERSION", Kind.STALE)


async def test_two_who_align_to_each_other_at_once_make_no_loop(processes: Processes) -> None:
    ann = processes.caller()
    cycle_id = await ann.a_cycle()
    first, second = await ann.an_objective(cycle_id, "First"), await ann.an_objective(cycle_id, "Second")
    key_result_of_second = await ann.a_key_result(second)
    outcomes = await asyncio.gather(
        ann.goals("AlignObjective", api.AlignObjectiveRequest(objective_id=first, parent_key_result_id=key_result_of_second)),
        ann.goals("AlignObjective", api.AlignObjectiveRequest(objective_id=second, parent_objective_id=first)),
        return_exceptions=True,
    )
    assert [outcome.reason for outcome in outcomes if isinstance(outcome, Refused)] == ["PARENT_LOOP"]


async def test_the_same_idempotency_key_gives_the_first_answer_and_no_event(processes: Processes) -> None:
    ann = processes.caller()
    request = api.DefineObjectiveRequest(cycle_id=await ann.a_cycle(), title="Expand the team", reference="J1")
    first = await ann.goals("DefineObjective", request, key="once")
    async with nothing_appended(processes):
        again = await ann.goals("DefineObjective", request, key="once")
    assert again.objective_id == first.objective_id
    assert (first.appended.repeated_request, again.appended.repeated_request) == (False, True)
    assert (again.appended.positions, again.appended.version) == (first.appended.positions, first.appended.version)


async def test_a_key_result_defined_twice_under_one_key_is_one(processes: Processes) -> None:
    ann = processes.caller()
    objective_id = await ann.an_objective(await ann.a_cycle())
    request = api.DefineKeyResultRequest(objective_id=objective_id, title="Be there", binary=goals.Binary())
    first, again = [await ann.goals("DefineKeyResult", request, key="once") for _ in range(2)]
    assert first.key_result_id == again.key_result_id


async def test_the_same_idempotency_key_with_another_body_is_refused(processes: Processes) -> None:
    ann = processes.caller()
    cycle_id = await ann.a_cycle()
    await ann.goals("DefineObjective", api.DefineObjectiveRequest(cycle_id=cycle_id, title="One"), key="once")
    async with nothing_appended(processes):
        other = ann.goals("DefineObjective", api.DefineObjectiveRequest(cycle_id=cycle_id, title="Two"), key="once")
        assert (await refusal_of(other)).reason == "IDEMPOTENCY_KEY_REUSED"


async def test_cycles_are_listed_newest_first_a_page_at_a_time(processes: Processes) -> None:
    ann = processes.caller()
    year = await ann.a_cycle("2019", last_day=MAR_31 + 364)
    for quarter in range(3):
        request = api.DefineCycleRequest(
            name=f"2019-Q{quarter + 2}",
            kind=goals.CYCLE_KIND_TACTICAL,
            first_day=MAR_31 + 91 * quarter,
            last_day=MAR_31 + 91 * quarter + 90,
            enclosing_cycle_id=year,
        )
        await ann.goals("DefineCycle", request)
    first = await ann.goals("ListCycles", api.ListCyclesRequest(page_size=3))
    rest = await ann.goals("ListCycles", api.ListCyclesRequest(page_size=3, page_token=first.next_page_token))
    assert [cycle.name for page in (first, rest) for cycle in page.cycles] == ["2019-Q4", "2019-Q3", "2019-Q2", "2019"]
    assert (first.cycles[0].enclosing_cycle_id, first.cycles[0].state, rest.next_page_token) == (year, goals.CYCLE_STATE_PLANNING, "")
    assert (await refusal_of(ann.goals("ListCycles", api.ListCyclesRequest(page_token="nonsense")))).field == "page_token"


async def test_cycles_are_listed_by_state_kind_and_day(processes: Processes) -> None:
    ann = processes.caller()
    for name, kind, first_day, last_day in (
        ("2019", goals.CYCLE_KIND_STRATEGIC, JAN_1, MAR_31 + 275),
        ("Q2", goals.CYCLE_KIND_TACTICAL, MAR_31 + 1, MAR_31 + 91),
        ("Q3", goals.CYCLE_KIND_TACTICAL, MAR_31 + 92, MAR_31 + 183),
    ):
        request = api.DefineCycleRequest(name=name, kind=kind, first_day=first_day, last_day=last_day)
        cycle_id = (await ann.goals("DefineCycle", request)).cycle_id
        if name == "2019":
            await ann.goals("MoveCycle", api.MoveCycleRequest(cycle_id=cycle_id, to=goals.CYCLE_STATE_ACTIVE))

    async def listed(**wanted: Any) -> list[str]:
        """Page by page, one a page."""
        found, token = list[str](), ""
        while True:
            page = await ann.goals("ListCycles", api.ListCyclesRequest(page_size=1, page_token=token, **wanted))
            found += [cycle.name for cycle in page.cycles]
            token = page.next_page_token
            if not token:
                return found

    assert await listed(kinds=[goals.CYCLE_KIND_TACTICAL]) == ["Q3", "Q2"]
    assert await listed(states=[goals.CYCLE_STATE_ACTIVE]) == ["2019"]
    assert await listed(day=MAR_31 + 92, kinds=[goals.CYCLE_KIND_TACTICAL]) == ["Q3"]


async def test_cycles_of_whatever_kind_may_overlap(processes: Processes) -> None:
    ann = processes.caller()
    for name, kind in (("2019", goals.CYCLE_KIND_STRATEGIC), ("Q1", goals.CYCLE_KIND_TACTICAL), ("Half", goals.CYCLE_KIND_CUSTOM)):
        await ann.goals("DefineCycle", api.DefineCycleRequest(name=name, kind=kind, first_day=JAN_1, last_day=MAR_31))
    there = (await ann.goals("ListCycles", api.ListCyclesRequest())).cycles
    assert {cycle.name for cycle in there} == {"2019", "Q1", "Half"}


async def test_who_followed_cycles_before_there_was_one_is_told_of_the_first(processes: Processes) -> None:
    ann = processes.caller()
    since = ChangedSince(positions=(await ann.goals("ListCycles", api.ListCyclesRequest())).positions)
    assert len(since.positions) == 1
    await ann.a_cycle("2019-Q1")
    found = await ann.goals("ListCycles", api.ListCyclesRequest(changed_since=since))
    assert [cycle.name for cycle in found.cycles] == ["2019-Q1"]


async def test_no_objective_is_set_for_a_closed_cycle(processes: Processes) -> None:
    ann = processes.caller()
    cycle_id = await ann.a_cycle()
    for to in (goals.CYCLE_STATE_ACTIVE, goals.CYCLE_STATE_REVIEW, goals.CYCLE_STATE_CLOSED):
        await ann.goals("MoveCycle", api.MoveCycleRequest(cycle_id=cycle_id, to=to))
    async with nothing_appended(processes):
        assert (await refusal_of(ann.an_objective(cycle_id))).reason == "CYCLE_CLOSED"


async def test_what_counts_for_a_closed_objective_stays_as_it_is(processes: Processes) -> None:
    ann = processes.caller()
    cycle_id = await ann.a_cycle()
    home, other = await ann.an_objective(cycle_id, "home"), await ann.an_objective(cycle_id, "other")
    shared, own = await ann.a_key_result(home, counts_for=[other]), await ann.a_key_result(home, "own")
    await ann.activate(other)
    await ann.goals("CloseObjective", api.CloseObjectiveRequest(objective_id=other, outcome="done"))
    async with nothing_appended(processes):
        for method, request in (
            ("ShareKeyResult", api.ShareKeyResultRequest(key_result_id=own, counts_for=other)),
            ("UnshareKeyResult", api.UnshareKeyResultRequest(key_result_id=shared, counts_for=other)),
            ("DefineKeyResult", api.DefineKeyResultRequest(objective_id=home, title="x", graded=goals.Graded(), counts_for=[other])),
        ):
            refusal = await refusal_of(ann.goals(method, request))
            assert (refusal.reason, refusal.field) == ("OBJECTIVE_CLOSED", "counts_for"), method


async def test_another_tenants_things_are_unknown(processes: Processes) -> None:
    ann, stranger = processes.caller(), processes.caller()
    cycle_id = await ann.a_cycle()
    objective_id = await ann.an_objective(cycle_id)
    key_result_id = await ann.a_key_result(objective_id)
    theirs = await stranger.an_objective(await stranger.a_cycle())
    async with nothing_appended(processes):
        for method, request, reason in (
            ("DefineObjective", api.DefineObjectiveRequest(cycle_id=cycle_id, title="x"), "CYCLE_UNKNOWN"),
            ("DefineObjective", api.DefineObjectiveRequest(cycle_id=cycle_id, title="x", start_day=1, due_day=0), "END_BEFORE_START"),
            ("GetCycle", api.GetCycleRequest(cycle_id=cycle_id), "CYCLE_UNKNOWN"),
            ("MoveCycle", api.MoveCycleRequest(cycle_id=cycle_id, to=goals.CYCLE_STATE_ACTIVE), "CYCLE_UNKNOWN"),
            ("ReviseObjective", api.ReviseObjectiveRequest(objective_id=objective_id, title="x"), "OBJECTIVE_UNKNOWN"),
            ("AlignObjective", api.AlignObjectiveRequest(objective_id=theirs, parent_objective_id=objective_id), "OBJECTIVE_UNKNOWN"),
            ("AlignObjective", api.AlignObjectiveRequest(objective_id=theirs, parent_key_result_id=key_result_id), "KEY_RESULT_UNKNOWN"),
            ("DescribeKeyResult", api.DescribeKeyResultRequest(key_result_id=key_result_id), "KEY_RESULT_UNKNOWN"),
            ("CancelKeyResult", api.CancelKeyResultRequest(key_result_id=key_result_id), "KEY_RESULT_UNKNOWN"),
            (
                "DefineKeyResult",
                api.DefineKeyResultRequest(objective_id=theirs, title="x", graded=goals.Graded(), counts_for=[objective_id]),
                "OBJECTIVE_UNKNOWN",
            ),
        ):
            assert (await refusal_of(stranger.goals(method, request))).reason == reason, method


async def test_a_private_objective_is_unknown_to_colleagues_and_known_to_those_it_names(processes: Processes) -> None:
    ann = processes.caller()
    bob, cyd = ann.colleague(), ann.colleague()
    objective_id = await ann.an_objective(
        await ann.a_cycle(), visibility=goals.VISIBILITY_PRIVATE, named_person_ids=[bob.person_id], contributor_ids=[]
    )
    key_result_id = await ann.a_key_result(objective_id)
    describe = api.DescribeKeyResultRequest(key_result_id=key_result_id)
    assert (await bob.goals("DescribeKeyResult", describe)).objective_id == objective_id
    assert (await refusal_of(cyd.goals("DescribeKeyResult", describe))).reason == "KEY_RESULT_UNKNOWN"
    revise = api.ReviseObjectiveRequest(objective_id=objective_id, title="x")
    assert (await refusal_of(bob.goals("ReviseObjective", revise))).reason == "NOT_AN_EDITOR"
    assert (await refusal_of(cyd.goals("ReviseObjective", revise))).reason == "OBJECTIVE_UNKNOWN"


@pytest.mark.parametrize(
    ("method", "changed", "reason", "field"),
    [
        ("DefineCycle", {"name": ""}, "INVALID_ARGUMENT", "name"),
        ("DefineCycle", {"last_day": JAN_1 - 1}, "INVALID_ARGUMENT", ""),
        ("DefineCycle", {"last_day": 2**31 - 1}, "INVALID_ARGUMENT", "last_day"),
        ("DefineCycle", {"enclosing_cycle_id": new_id()}, "CYCLE_UNKNOWN", "enclosing_cycle_id"),
        ("DefineCycle", {"enclosing_cycle_id": b"x"}, "INVALID_ARGUMENT", "enclosing_cycle_id"),
        ("DefineObjective", {"cycle_id": new_id()}, "CYCLE_UNKNOWN", "cycle_id"),
        ("DefineObjective", {"title": "a\x00b"}, "INVALID_ARGUMENT", "title"),
        ("DefineObjective", {"due_day": JAN_1 - 1}, "END_BEFORE_START", "due_day"),
        ("DefineObjective", {"parent_objective_id": new_id()}, "OBJECTIVE_UNKNOWN", "parent_objective_id"),
        ("DefineObjective", {"parent_key_result_id": new_id()}, "KEY_RESULT_UNKNOWN", "parent_key_result_id"),
        ("DefineObjective", {"contributor_ids": [b"x"]}, "INVALID_ARGUMENT", "contributor_ids[0]"),
        ("DefineKeyResult", {"metric": goals.Metric(start=2, target=2)}, "START_IS_TARGET", "target"),
        ("DefineKeyResult", {"metric": goals.Metric(start=float("nan"), target=2)}, "INVALID_ARGUMENT", "start"),
        ("DefineKeyResult", {"metric": goals.Metric(start=0, target=float("inf"))}, "INVALID_ARGUMENT", "target"),
        ("DefineKeyResult", {"weight": -1.0}, "INVALID_ARGUMENT", "weight"),
        ("DefineKeyResult", {"weight": float("nan")}, "INVALID_ARGUMENT", "weight"),
        ("DefineKeyResult", {"metric": None}, "INVALID_ARGUMENT", "measure"),
        ("DefineKeyResult", {"counts_for": [new_id()]}, "OBJECTIVE_UNKNOWN", "counts_for[0]"),
        ("DefineKeyResult", {"objective_id": new_id()}, "OBJECTIVE_UNKNOWN", "objective_id"),
        ("DefineKeyResult", {"objective_id": b"x"}, "INVALID_ARGUMENT", "objective_id"),
    ],
)
async def test_a_bad_input_is_told_and_leaves_no_event_behind(
    processes: Processes, method: str, changed: dict[str, Any], reason: str, field: str
) -> None:
    ann = processes.caller()
    cycle_id = await ann.a_cycle()
    good: dict[str, dict[str, Any]] = {
        "DefineCycle": {"name": "2019-Q2", "kind": goals.CYCLE_KIND_CUSTOM, "first_day": JAN_1, "last_day": MAR_31},
        "DefineObjective": {"cycle_id": cycle_id, "title": "Grow"},
        "DefineKeyResult": {
            "objective_id": await ann.an_objective(cycle_id),
            "title": "Add three developers",
            "metric": goals.Metric(start=0, target=3),
        },
    }
    request = getattr(api, f"{method}Request")(**good[method] | changed)
    async with nothing_appended(processes):
        refusal = await refusal_of(ann.goals(method, request))
    assert (refusal.reason, refusal.field) == (reason, field)


async def test_a_viewer_changes_nothing(processes: Processes) -> None:
    ann = processes.caller()
    cycle_id = await ann.a_cycle()
    async with nothing_appended(processes):
        refusal = await refusal_of(ann.colleague(VIEWER).an_objective(cycle_id))
    assert (refusal.reason, refusal.kind) == ("ROLE_REQUIRED", Kind.FORBIDDEN)


async def test_a_forged_or_expired_token_is_refused(processes: Processes) -> None:
    ann = processes.caller()
    ann.token = ann.token[:-4] + "AAAA"
    assert (await refusal_of(ann.a_cycle())).kind is Kind.UNAUTHENTICATED
    ann.token = processes.signer.sign(Identity(ann.tenant_id, ann.person_id, ann.roles), "goals", lifetime=-1)
    assert (await refusal_of(ann.a_cycle())).reason == "IDENTITY_EXPIRED"


async def test_a_name_is_the_same_however_it_is_written(processes: Processes) -> None:
    ann = processes.caller()
    cycle_id = await ann.a_cycle("Zoë's Straße")
    with pytest.raises(Refused, match="already"):
        await ann.a_cycle("ZOE\u0308'S STRAẞE")
    other_id = await ann.a_cycle("Zoë's Strasse")
    objective_id = await ann.an_objective(cycle_id, reference="J1")
    with pytest.raises(Refused) as refused:
        await ann.an_objective(cycle_id, reference="j1")
    assert refused.value.reason == "REFERENCE_TAKEN"
    for kind, names, ids in (
        (api.REFERENCE_KIND_CYCLE, ["zoe\u0308's straße", "zoë's STRASSE"], [cycle_id, other_id]),
        (api.REFERENCE_KIND_OBJECTIVE, ["j1", "J1"], [objective_id] * 2),
    ):
        answer = await ann.goals("ResolveReferences", api.ResolveReferencesRequest(kind=kind, references=names))
        assert list(answer.ids) == ids


async def test_what_has_ended_is_no_parent(processes: Processes) -> None:
    ann = processes.caller()
    cycle_id = await ann.a_cycle()
    closed, cancelled, child = [await ann.an_objective(cycle_id, title) for title in ("closed", "cancelled", "child")]
    of_closed, of_child = await ann.a_key_result(closed), await ann.a_key_result(child)
    await ann.activate(closed)
    await ann.goals("CloseObjective", api.CloseObjectiveRequest(objective_id=closed))
    await ann.goals("CancelObjective", api.CancelObjectiveRequest(objective_id=cancelled))
    await ann.goals("CancelKeyResult", api.CancelKeyResultRequest(key_result_id=of_child))
    other = await ann.an_objective(cycle_id)
    async with nothing_appended(processes):
        for field, ended, reason in (
            ("parent_objective_id", closed, "OBJECTIVE_CLOSED"),
            ("parent_objective_id", cancelled, "OBJECTIVE_CLOSED"),
            ("parent_key_result_id", of_closed, "OBJECTIVE_CLOSED"),
            ("parent_key_result_id", of_child, "KEY_RESULT_CANCELLED"),
        ):
            parent: dict[str, Any] = {field: ended}
            for method, request in (
                ("AlignObjective", api.AlignObjectiveRequest(objective_id=other, **parent)),
                ("DefineObjective", api.DefineObjectiveRequest(cycle_id=cycle_id, title="x", **parent)),
            ):
                refusal = await refusal_of(ann.goals(method, request))
                assert (refusal.reason, refusal.field) == (reason, field), method


@pytest.mark.parametrize("end", ["CloseObjective", "CancelObjective"])
async def test_a_key_result_of_an_ended_home_is_let_go_by_the_owner_of_what_it_counts_for(processes: Processes, end: str) -> None:
    ann = processes.caller()
    bob, cyd = ann.colleague(), ann.colleague()
    cycle_id = await ann.a_cycle()
    home = await ann.an_objective(cycle_id, "home", visibility=goals.VISIBILITY_PRIVATE)
    other = await ann.an_objective(cycle_id, "other", owner_id=bob.person_id)
    shared, own = await ann.a_key_result(home, counts_for=[other]), await ann.a_key_result(home, "own")
    await ann.activate(home)
    await ann.goals(end, getattr(api, f"{end}Request")(objective_id=home))
    async with nothing_appended(processes):
        for caller, key_result_id in ((cyd, shared), (bob, own)):
            unshare = api.UnshareKeyResultRequest(key_result_id=key_result_id, counts_for=other)
            assert (await refusal_of(caller.goals("UnshareKeyResult", unshare))).reason == "KEY_RESULT_UNKNOWN"
    await bob.goals("UnshareKeyResult", api.UnshareKeyResultRequest(key_result_id=shared, counts_for=other))
    again = await refusal_of(ann.goals("UnshareKeyResult", api.UnshareKeyResultRequest(key_result_id=shared, counts_for=other)))
    assert again.reason == "NOT_SHARED"


async def test_whoever_may_not_revise_a_sum_is_told_so_and_not_what_is_wrong_with_it(processes: Processes) -> None:
    ann = processes.caller()
    objective_id = await ann.an_objective(await ann.a_cycle())
    other = await ann.a_key_result(objective_id)
    key_result_id = await ann.a_key_result(objective_id, "Both", sum=goals.Sum(feeds=[other], unit="people", target=6))
    await ann.goals("CancelKeyResult", api.CancelKeyResultRequest(key_result_id=key_result_id))
    feeds = goals.Feeds(key_result_ids=[other])
    revised = api.ReviseKeyResultRequest(key_result_id=key_result_id, feeds=feeds)
    defined = api.DefineKeyResultRequest(
        objective_id=objective_id, title="Both", holds_from=10**6, sum=goals.Sum(feeds=[other], unit="people", target=6)
    )
    for method, request, reason in (("ReviseKeyResult", revised, "KEY_RESULT_CANCELLED"), ("DefineKeyResult", defined, "HOLDS_FROM_AHEAD")):
        assert (await refusal_of(ann.goals(method, request))).reason == reason
        assert (await refusal_of(ann.colleague(VIEWER).goals(method, request))).reason == "ROLE_REQUIRED"


async def test_what_feeds_a_sum_is_said_again_with_its_key_after_the_sum_was_cancelled(processes: Processes) -> None:
    ann = processes.caller()
    objective_id = await ann.an_objective(await ann.a_cycle())
    first, second = await ann.a_key_result(objective_id), await ann.a_key_result(objective_id)
    of_both = await ann.a_key_result(objective_id, "Both", sum=goals.Sum(feeds=[first], unit="people", target=6))
    feeds = goals.Feeds(key_result_ids=[first, second])
    request = api.ReviseKeyResultRequest(key_result_id=of_both, feeds=feeds)
    answer = await ann.goals("ReviseKeyResult", request, key="both")
    await ann.goals("CancelKeyResult", api.CancelKeyResultRequest(key_result_id=of_both))
    again = await ann.goals("ReviseKeyResult", request, key="both")
    assert list(again.appended.positions) == list(answer.appended.positions)


async def test_time_on_work_for_a_key_result_that_was_moved_is_logged_by_who_sees_where_it_is_now(processes: Processes) -> None:
    admin = processes.caller()
    cycle_id = await admin.a_cycle()
    secret, open_to_all = await admin.an_objective(cycle_id, visibility=goals.VISIBILITY_PRIVATE), await admin.an_objective(cycle_id)
    key_result_id = await admin.a_key_result(secret)
    task = await admin.goals("GiveTask", api.GiveTaskRequest(title="Call", assignee_id=admin.person_id, key_result_id=key_result_id))
    logged = api.LogEffortRequest(task_id=task.task_id, minutes=30)
    member = admin.colleague()
    assert (await refusal_of(member.goals("LogEffort", logged))).reason == "TASK_UNKNOWN"
    await admin.goals("MoveKeyResult", api.MoveKeyResultRequest(key_result_id=key_result_id, to_objective_id=open_to_all))
    answer = await member.goals("LogEffort", logged)
    its_day = day_id(member.tenant_id, member.person_id, day_of(answer.appended.recorded_at.ToDatetime().date()))
    (event, *_) = await recorded_events(processes.goals_database, its_day)
    assert goals.EffortLogged.FromString(event).objective_id == open_to_all
