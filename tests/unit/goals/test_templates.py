"""Templates of a tenant's own: saved, from scratch or from an objective that is there, saved again, removed."""

from __future__ import annotations

from typing import Any

import pytest

from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as api
from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import Id
from goals import policy
from goals.aggregates import OBJECTIVE as OBJECTIVES
from goals.aggregates import TEMPLATE as TEMPLATES
from goals.domain import templates
from shared.limits import MOST_KEY_RESULTS
from shared.roles import ADMIN, AUDITOR, CHAMPION, MEMBER, SERVICE, VIEWER
from tests.support.events import (
    ANN,
    BOB,
    TEMPLATE,
    an_id,
    key_result_cancelled,
    key_result_defined,
    objective_defined,
    template_removed,
    template_saved,
)
from tests.unit.domain_dsl import folded, given

COME_BACK = goals.TemplateKeyResult(title="New customers who come back", weight=1, metric=goals.Metric(start=34, target=50))


def wanted(**changed: Any) -> api.SaveTemplateRequest:
    fields: dict[str, Any] = {"name": "A launch", "title": "Whoever starts is glad of it", "key_results": [COME_BACK]}
    return api.SaveTemplateRequest(**fields | changed)


def test_a_template_is_saved_for_a_team_and_committed_unless_it_is_wanted_otherwise() -> None:
    given(TEMPLATES).when(templates.save, TEMPLATE, ANN, wanted()).then(template_saved())
    aspirational = wanted(level=goals.LEVEL_COMPANY, kind=goals.OBJECTIVE_KIND_ASPIRATIONAL)
    saved = template_saved(level=goals.LEVEL_COMPANY, kind=goals.OBJECTIVE_KIND_ASPIRATIONAL)
    given(TEMPLATES).when(templates.save, TEMPLATE, ANN, aspirational).then(saved)


def test_without_a_name_it_is_called_as_its_objective() -> None:
    (saved,) = given(TEMPLATES).when(templates.save, TEMPLATE, ANN, wanted(name="", title="x" * 300)).events()
    assert saved.name == "x" * 100


def test_saved_again_it_says_what_is_said_then_and_stays_its_creators() -> None:
    again = wanted(name="A start", key_results=[])
    given(TEMPLATES, template_saved()).when(templates.save, TEMPLATE, BOB, again).then(template_saved(name="A start", key_results=[]))
    given(TEMPLATES, template_saved()).when(templates.save, TEMPLATE, BOB, wanted()).then_nothing()


def test_a_removed_one_is_gone_for_ever_and_removed_once() -> None:
    removed = given(TEMPLATES, template_saved(), template_removed())
    removed.when(templates.remove).then_nothing()
    removed.when(templates.save, TEMPLATE, ANN, wanted()).then_refused("TEMPLATE_UNKNOWN", kind=Kind.UNKNOWN)
    given(TEMPLATES, template_saved()).when(templates.remove).then(template_removed())
    given(TEMPLATES).when(templates.remove).then_refused("TEMPLATE_UNKNOWN", kind=Kind.UNKNOWN)


def test_it_is_made_from_an_objective_without_its_days_its_people_and_what_was_given_up() -> None:
    milestones = goals.Milestones(milestones=[goals.Milestone(title="Sign", weight=2, due_day=17_950)])
    kept = key_result_defined(key_result_id=an_id("kept"), title="Open an office", weight=3.0, milestones=milestones)
    objective = folded(OBJECTIVES, objective_defined(why="We are few"), key_result_defined(), kept, key_result_cancelled())
    undated = goals.Milestones(milestones=[goals.Milestone(title="Sign", weight=2)])
    expected = template_saved(
        name="Expand the team",
        title="Expand the team",
        why="We are few",
        level=goals.LEVEL_COMPANY,
        key_results=[goals.TemplateKeyResult(title="Open an office", weight=3.0, milestones=undated)],
    )
    given(TEMPLATES).when(templates.save, TEMPLATE, ANN, api.SaveTemplateRequest(), objective).then(expected)


@pytest.mark.parametrize(
    ("measured", "kept"),
    [
        ({"sum": goals.Sum(start=1, target=9, unit="CHF", feeds=[an_id("feed")])}, {"sum": goals.Sum(start=1, target=9, unit="CHF")}),
        ({"baseline": goals.Baseline(unit="CHF")}, {"baseline": goals.Baseline(unit="CHF")}),
    ],
    ids=["a sum without what feeds it", "a baseline"],
)
def test_it_keeps_how_something_is_measured(measured: dict[str, Any], kept: dict[str, Any]) -> None:
    defined = key_result_defined(key_result_id=an_id("kept"), title="Open an office", **measured)
    objective = folded(OBJECTIVES, objective_defined(), defined)
    [saved] = templates.save(templates.Template(), TEMPLATE, ANN, api.SaveTemplateRequest(), objective)
    assert list(saved.key_results) == [goals.TemplateKeyResult(title="Open an office", weight=defined.weight, **kept)]


def test_what_is_said_goes_before_what_the_objective_says() -> None:
    objective = folded(OBJECTIVES, objective_defined(), key_result_defined())
    given(TEMPLATES).when(templates.save, TEMPLATE, ANN, wanted(level=goals.LEVEL_TEAM), objective).then(template_saved())


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": "", "title": ""}, "name"),
        ({"title": " "}, "title"),
        ({"name": "x" * 101}, "name"),
        ({"department": "x" * 101}, "department"),
        ({"why": "\x00"}, "why"),
        ({"key_results": [COME_BACK] * (MOST_KEY_RESULTS + 1)}, "key_results"),
        ({"key_results": [goals.TemplateKeyResult(title="", weight=1, binary=goals.Binary())]}, "key_results[0].title"),
        ({"key_results": [COME_BACK, goals.TemplateKeyResult(title="t", weight=-1, binary=goals.Binary())]}, "key_results[1].weight"),
        ({"key_results": [goals.TemplateKeyResult(title="t", weight=1)]}, "key_results[0].measure"),
    ],
)
def test_what_says_nothing_or_too_much_is_refused(changed: dict[str, Any], field: str) -> None:
    refusal = given(TEMPLATES).when(templates.save, TEMPLATE, ANN, wanted(**changed)).then_refused("INVALID_ARGUMENT", field=field)
    assert refusal.kind is Kind.INVALID


def test_a_metric_needs_a_way_to_go_in_a_template_too() -> None:
    still = goals.TemplateKeyResult(title="t", weight=1, metric=goals.Metric(start=5, target=5))
    refused = given(TEMPLATES).when(templates.save, TEMPLATE, ANN, wanted(key_results=[still]))
    refused.then_refused("START_IS_TARGET", field="key_results[0].target")


@pytest.mark.parametrize(
    ("person_id", "role", "may"),
    [
        *((BOB, role, role in (ADMIN, CHAMPION, SERVICE)) for role in (ADMIN, CHAMPION, SERVICE, MEMBER, VIEWER, AUDITOR)),
        *((ANN, role, role == MEMBER) for role in (MEMBER, VIEWER)),
    ],
)
def test_its_creator_champions_and_admins_change_it(person_id: Id, role: str, may: bool) -> None:
    who = Identity(an_id("tenant"), person_id, frozenset({role}))
    template = folded(TEMPLATES, template_saved())
    if may:
        policy.require_template_keeper(who, template)
    else:
        with pytest.raises(Refused) as refused:
            policy.require_template_keeper(who, template)
        assert refused.value.kind is Kind.FORBIDDEN
