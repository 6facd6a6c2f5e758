"""Templates over gRPC, and an objective with its key results in one unit."""

from __future__ import annotations

from typing import Any

import pytest

from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as api
from chassis.errors import Kind
from chassis.ids import new_id
from shared.roles import MEMBER
from tests.integration.goals_checkins.callers import JAN_1, Caller, Processes, nothing_appended, refusal_of


async def saved(caller: Caller, **more: Any) -> bytes:
    answer = await caller.goals("SaveTemplate", api.SaveTemplateRequest(**{"title": "Grow"} | more))
    template_id: bytes = answer.template_id
    return template_id


async def listed(caller: Caller, template_id: bytes = b"") -> list[api.Template]:
    return list((await caller.goals("ListTemplates", api.ListTemplatesRequest(template_id=template_id))).templates)


async def test_templates_are_listed_to_their_tenant_until_they_are_removed(processes: Processes) -> None:
    ann, stranger = processes.caller(), processes.caller()
    first, second = await saved(ann, name="first"), await saved(ann, name="second")
    assert [each.saved.name for each in await listed(ann.colleague(MEMBER))] == ["first", "second"]
    assert await listed(stranger) == []
    await ann.goals("SaveTemplate", api.SaveTemplateRequest(template_id=first, title="Grow", name="anew", expected_version=1))
    ((again,),) = (await listed(ann, first),)
    assert (again.saved.name, again.version) == ("anew", 2)
    await ann.goals("RemoveTemplate", api.RemoveTemplateRequest(template_id=first))
    assert [each.saved.template_id for each in await listed(ann)] == [second]
    for asked in (listed(ann, first), listed(stranger, second)):
        assert (await refusal_of(asked)).reason == "TEMPLATE_UNKNOWN"


async def test_a_template_that_is_saved_as_it_is_stays_as_it_is(processes: Processes) -> None:
    ann = processes.caller()
    template_id = await saved(ann)
    async with nothing_appended(processes):
        answer = await ann.goals("SaveTemplate", api.SaveTemplateRequest(template_id=template_id, title="Grow"))
    assert (answer.template_id, answer.appended.version) == (template_id, 1)
    sent = api.SaveTemplateRequest(title="Grow anew")
    first, again = [await ann.goals("SaveTemplate", sent, key="once") for _ in range(2)]
    assert (again.template_id, again.appended.repeated_request) == (first.template_id, True)


async def test_what_is_no_template_is_none_also_where_it_is_something_else(processes: Processes) -> None:
    ann = processes.caller()
    objective_id = await ann.an_objective(await ann.a_cycle())
    async with nothing_appended(processes):
        for other in (objective_id, new_id()):
            for name, request in (
                ("SaveTemplate", api.SaveTemplateRequest(template_id=other, title="Grow")),
                ("RemoveTemplate", api.RemoveTemplateRequest(template_id=other)),
                ("ListTemplates", api.ListTemplatesRequest(template_id=other)),
            ):
                refusal = await refusal_of(ann.goals(name, request))
                assert (refusal.reason, refusal.kind) == ("TEMPLATE_UNKNOWN", Kind.UNKNOWN)


async def test_a_template_is_made_from_an_objective_that_its_maker_sees(processes: Processes) -> None:
    ann = processes.caller()
    objective_id = await ann.an_objective(await ann.a_cycle(), visibility=goals.VISIBILITY_PRIVATE)
    await ann.a_key_result(objective_id)
    template_id = await saved(ann, title="", from_objective_id=objective_id)
    (template,) = await listed(ann, template_id)
    assert (template.saved.title, [each.title for each in template.saved.key_results]) == ("Expand the team", ["Add three developers"])
    refusal = await refusal_of(saved(ann.colleague(MEMBER), from_objective_id=objective_id))
    assert (refusal.reason, refusal.field) == ("OBJECTIVE_UNKNOWN", "from_objective_id")


async def test_an_objective_and_its_key_results_are_defined_as_one_and_sent_again_are_the_same(processes: Processes) -> None:
    ann = processes.caller()
    request = whole(await ann.a_cycle())
    made = await ann.goals("DefineObjectiveWhole", request, key="once")
    again = await ann.goals("DefineObjectiveWhole", request, key="once")
    assert (again.objective_id, list(again.key_result_ids)) == (made.objective_id, list(made.key_result_ids))
    assert again.appended.repeated_request
    for number, key_result_id in enumerate(made.key_result_ids, start=1):
        described = await ann.goals("DescribeKeyResult", api.DescribeKeyResultRequest(key_result_id=key_result_id))
        assert (described.objective_id, described.objective_state) == (made.objective_id, goals.OBJECTIVE_STATE_ACTIVE)
        names = api.ResolveReferencesRequest(kind=api.REFERENCE_KIND_KEY_RESULT, references=[f"G1/{number}"])
        assert list((await ann.goals("ResolveReferences", names)).ids) == [key_result_id]


@pytest.mark.parametrize(
    ("wrong", "reason", "field"),
    [
        ({"title": "Grow", "metric": goals.Metric(start=1, target=1)}, "START_IS_TARGET", "key_results[2].target"),
        ({"title": "Grow"}, "INVALID_ARGUMENT", "key_results[2].measure"),
        ({"title": "Grow", "binary": goals.Binary(), "reference": "G1/1"}, "REFERENCE_TAKEN", "key_results[2].reference"),
        ({"title": "Grow", "binary": goals.Binary(), "due_day": JAN_1 - 1}, "END_BEFORE_START", "key_results[2].due_day"),
    ],
)
async def test_where_one_key_result_is_wrong_nothing_is_defined_and_its_field_is_told(
    processes: Processes, wrong: dict[str, Any], reason: str, field: str
) -> None:
    ann = processes.caller()
    request = whole(await ann.a_cycle())
    request.key_results.append(api.DefineKeyResultRequest(**wrong))
    async with nothing_appended(processes):
        refusal = await refusal_of(ann.goals("DefineObjectiveWhole", request))
    assert (refusal.reason, refusal.field) == (reason, field)


def whole(cycle_id: bytes) -> api.DefineObjectiveWholeRequest:
    return api.DefineObjectiveWholeRequest(
        objective=api.DefineObjectiveRequest(cycle_id=cycle_id, title="Grow", reference="G1"),
        key_results=[
            api.DefineKeyResultRequest(title="Be many", reference="G1/1", metric=goals.Metric(start=1, target=9)),
            api.DefineKeyResultRequest(title="Be there", reference="G1/2", binary=goals.Binary()),
        ],
        activate=True,
    )
