"""Many definitions in one call: each is carried out, or refused, as in a call of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import pytest

from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as api
from chassis.ids import Id, new_id
from chassis.rpc import from_bytes
from shared.roles import MEMBER, VIEWER
from tests.integration.goals_checkins.callers import Caller, Processes, nothing_appended, recorded_events, refusal_of
from tests.integration.goals_checkins.test_who_may import REQUESTS, some_things

KINDS: Final = {
    "objectives": "DefineObjective",
    "key_results": "DefineKeyResult",
    "contributions": "ShareKeyResult",
    "alignments": "AlignObjective",
    "activations": "ActivateObjective",
    "measurements": "MeasureKpi",
}


async def define_each(caller: Caller, key: str = "", **lists: Any) -> api.DefineEachResponse:
    answer: api.DefineEachResponse = await caller.goals("DefineEach", api.DefineEachRequest(**lists), key=key)
    return answer


def ids(answers: Sequence[api.DefinedAnswer]) -> list[Id]:
    assert not any(answer.refusal for answer in answers), [from_bytes(answer.refusal) for answer in answers if answer.refusal]
    return [answer.defined_id for answer in answers]


def of_cycle(cycle_id: Id, **more: Any) -> api.DefineObjectiveRequest:
    return api.DefineObjectiveRequest(**{"cycle_id": cycle_id, "title": "Grow"} | more)


def be_there(objective_id: Id, **more: Any) -> api.DefineKeyResultRequest:
    return api.DefineKeyResultRequest(objective_id=objective_id, title="Be there", binary=goals.Binary(), **more)


def test_every_kind_is_tried_here() -> None:
    kinds: Any = api.DefineEachRequest.DESCRIPTOR.fields
    assert {kind.name: kind.message_type.name.removesuffix("Request") for kind in kinds} == KINDS


@pytest.mark.parametrize("kind", KINDS)
async def test_each_is_refused_as_in_a_call_of_its_own(processes: Processes, kind: str) -> None:
    ann = processes.caller()
    things = await some_things(ann)
    good, bad = REQUESTS[KINDS[kind]](things), type(REQUESTS[KINDS[kind]](things))()
    callers = [ann.colleague(VIEWER), processes.caller(), *([] if kind == "objectives" else [ann.colleague(MEMBER)])]
    async with nothing_appended(processes):
        for caller, request in [*((caller, good) for caller in callers), (ann, bad)]:
            (answer,) = getattr(await define_each(caller, "", **{kind: [request]}), kind)
            alone = await refusal_of(caller.goals(KINDS[kind], request))
            refused = from_bytes(answer.refusal)
            told = [(one.reason, one.kind, one.field, one.message) for one in (refused, alone)]
            assert told[0] == told[1]
    assert ids(getattr(await define_each(ann, "", **{kind: [good]}), kind))[0]


async def test_what_is_refused_leaves_the_others_as_they_are(processes: Processes) -> None:
    ann = processes.caller()
    cycle_id = await ann.a_cycle()
    wanted = [of_cycle(cycle_id, reference="J1"), of_cycle(cycle_id, reference="j1"), of_cycle(new_id()), of_cycle(cycle_id, title="Last")]
    first, taken, unknown, last = (await define_each(ann, objectives=wanted)).objectives
    assert [from_bytes(one.refusal).reason for one in (taken, unknown)] == ["REFERENCE_TAKEN", "CYCLE_UNKNOWN"]
    assert [await title_of(ann, one) for one in ids([first, last])] == ["Grow", "Last"]


async def title_of(caller: Caller, objective_id: Id) -> str:
    (defined, *_) = await recorded_events(caller.processes.goals_database, objective_id)
    return goals.ObjectiveDefined.FromString(defined).title


async def test_one_kind_comes_after_the_other_and_what_it_says_holds_since_ever_of_drafts(processes: Processes) -> None:
    ann = processes.caller()
    one, other = ids((await define_each(ann, objectives=[of_cycle(cycle_id) for cycle_id in [await ann.a_cycle()] * 2])).objectives)
    made = await define_each(
        ann,
        key_results=[be_there(one), be_there(other, counts_for=[one]), be_there(one)],
        alignments=[api.AlignObjectiveRequest(objective_id=other, parent_objective_id=one)],
        activations=[api.ActivateObjectiveRequest(objective_id=one), api.ActivateObjectiveRequest(objective_id=one)],
    )
    first, _, third = ids(made.key_results)
    assert ids(made.alignments) == [other]
    assert from_bytes(made.activations[1].refusal).reason == "OBJECTIVE_ACTIVE"
    assert max(position.position for position in made.positions) == (await processes.heads())[0]
    again = await define_each(ann, contributions=[api.ShareKeyResultRequest(key_result_id=k, counts_for=other) for k in (first, third)])
    assert ids(again.contributions) == [first, third]


async def test_a_loop_of_parents_is_refused_by_what_those_before_it_came_to(processes: Processes) -> None:
    ann = processes.caller()
    cycle_id = await ann.a_cycle()
    one, other, third = ids((await define_each(ann, objectives=[of_cycle(cycle_id)] * 3)).objectives)
    pairs = [(one, other), (other, third), (third, one)]
    aligned = await define_each(ann, alignments=[api.AlignObjectiveRequest(objective_id=o, parent_objective_id=p) for o, p in pairs])
    assert ids(aligned.alignments[:2]) == [one, other]
    assert from_bytes(aligned.alignments[2].refusal).reason == "PARENT_LOOP"


async def test_sent_again_under_its_key_each_is_answered_as_it_was(processes: Processes) -> None:
    ann = processes.caller()
    cycle_id = await ann.a_cycle()
    objectives = [of_cycle(cycle_id, reference=f"R{n}") for n in range(3)]
    first = await define_each(ann, "once", objectives=objectives)
    key_results = [be_there(objective_id, reference=f"K{n}") for n, objective_id in enumerate(ids(first.objectives))]
    defined = await define_each(ann, "twice", key_results=key_results)
    async with nothing_appended(processes):
        assert (await define_each(ann, "once", objectives=objectives)).objectives == first.objectives
        assert (await define_each(ann, "twice", key_results=key_results)).key_results == defined.key_results
        other = await define_each(ann, "once", objectives=[of_cycle(cycle_id, reference="R9"), *objectives[1:]])
    assert from_bytes(other.objectives[0].refusal).reason == "IDEMPOTENCY_KEY_REUSED"


async def test_the_definitions_of_two_at_once_are_all_there(processes: Processes) -> None:
    ann = processes.caller()
    cycle_id = await ann.a_cycle()
    both = await asyncio.gather(*(define_each(ann, objectives=[of_cycle(cycle_id, reference=f"{w}{n}") for n in range(150)]) for w in "ab"))
    made = [one for answer in both for one in ids(answer.objectives)]
    assert len(set(made)) == 300
    parents = [api.AlignObjectiveRequest(objective_id=one, parent_objective_id=made[0]) for one in made[1:]]
    aligned = await asyncio.gather(*(define_each(ann, alignments=some) for some in (parents[:150], parents[150:])))
    assert sum([len(ids(answer.alignments)) for answer in aligned]) == 299
