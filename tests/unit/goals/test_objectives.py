"""Objectives: draft → active → closed, or cancelled; what may change, and what is remembered of it."""

from __future__ import annotations

from math import nan
from typing import Any

import pytest
from google.protobuf.message import Message

from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as api
from chassis.errors import Kind
from goals.aggregates import OBJECTIVE as OBJECTIVES
from goals.domain import objectives
from shared.teams import id_of_team_name
from tests.support.events import ANN, BOB, CYD, JAN_1, MAR_31, OBJECTIVE, activated, an_id, cancelled, closed, objective_defined
from tests.unit.domain_dsl import When, given
from tests.unit.goals.examples import NOW, TODAY, ever, holding, on, today, wanted_objective

REVISE = api.ReviseObjectiveRequest.DESCRIPTOR
TENANT = an_id("tenant")
TALENT = id_of_team_name(TENANT, "Talent")
ENDED = [(objective_defined(), activated(), closed()), (objective_defined(), activated(), cancelled()), (objective_defined(), cancelled())]


def defining(wanted: api.DefineObjectiveRequest, start_day: int = JAN_1, due_day: int = MAR_31) -> When:
    """Bob defines an objective where there is none."""
    return given(OBJECTIVES).when(objectives.define, OBJECTIVE, BOB, wanted, start_day, due_day)


def test_an_objective_is_defined_as_a_draft() -> None:
    defining(wanted_objective()).then(ever(objective_defined()))


def test_an_objective_is_its_creators_unless_it_names_an_owner() -> None:
    defining(wanted_objective(owner_id=b"")).then(ever(objective_defined(owner_id=BOB)))
    defining(wanted_objective(owner_id=ANN)).then(ever(objective_defined(owner_id=ANN)))


def test_what_is_wanted_goes_before_what_is_usual() -> None:
    more: dict[str, Any] = {
        "reference": "J1",
        "why": "We are too few",
        "level": goals.LEVEL_TEAM,
        "team_id": TALENT,
        "kind": goals.OBJECTIVE_KIND_ASPIRATIONAL,
        "visibility": goals.VISIBILITY_TEAM,
        "roll_up": goals.ROLL_UP_CHILDREN,
    }
    defining(wanted_objective(**more)).then(ever(objective_defined(**more)))


def test_an_objective_is_defined_once() -> None:
    again = given(OBJECTIVES, objective_defined()).when(objectives.define, OBJECTIVE, BOB, wanted_objective(), JAN_1, MAR_31)
    again.then_refused("OBJECTIVE_DEFINED", kind=Kind.TAKEN)


def test_people_and_labels_are_named_once() -> None:
    wanted = wanted_objective(contributor_ids=[BOB, CYD, BOB], named_person_ids=[CYD, CYD], labels=["growth", "growth"])
    defining(wanted).then(ever(objective_defined(contributor_ids=[BOB, CYD], named_person_ids=[CYD], labels=["growth"])))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "   "),
        ("title", "x" * 501),
        ("title", "a\x00b"),
        ("why", "x" * 4001),
        ("team_id", b"Talent"),
        ("owner_id", b"short"),
        ("contributor_ids", [b"short"]),
        ("labels", [" "]),
        ("labels", [f"label {n}" for n in range(51)]),
        ("reference", " J1"),
        ("reference", "J1/2"),
        ("reference", "6f0c2a3e-6d0b-5a53-9c1f-0d4a3c1e7b11"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_its_field(field: str, value: Any) -> None:
    defining(wanted_objective(**{field: value})).then_refused("INVALID_ARGUMENT", field, Kind.INVALID)


def test_a_day_without_a_date_is_refused() -> None:
    defining(wanted_objective(), due_day=2**31 - 1).then_refused("INVALID_ARGUMENT", "due_day", Kind.INVALID)


def test_an_objective_cannot_end_before_it_starts() -> None:
    defining(wanted_objective(), MAR_31, JAN_1).then_refused("END_BEFORE_START", field="due_day")
    given(OBJECTIVES, objective_defined()).when(objectives.revise, TENANT, api.ReviseObjectiveRequest(due_day=JAN_1 - 1), NOW).then_refused(
        "END_BEFORE_START", field="due_day"
    )


def test_only_what_is_set_and_differs_is_changed() -> None:
    wanted = api.ReviseObjectiveRequest(title="Expand the team", why="We are too few", team_id=b"")
    given(OBJECTIVES, objective_defined()).when(objectives.revise, TENANT, wanted, NOW).then(
        ever(goals.ObjectiveRevised(objective_id=OBJECTIVE, why="We are too few"))
    )


A_CHANGE: dict[str, Any] = {
    "title": "Grow",
    "why": "We are too few",
    "level": goals.LEVEL_TEAM,
    "owner_id": CYD,
    "team_id": TALENT,
    "contributors": goals.People(person_ids=[CYD]),
    "named_people": goals.People(person_ids=[CYD]),
    "start_day": JAN_1 + 1,
    "due_day": MAR_31 + 1,
    "kind": goals.OBJECTIVE_KIND_ASPIRATIONAL,
    "visibility": goals.VISIBILITY_TEAM,
    "roll_up": goals.ROLL_UP_CHILDREN,
    "child_weight": 2.5,
    "labels": goals.Labels(labels=["growth"]),
    "pillar_id": an_id("pillar"),
}
OF_THE_REQUEST = {"objective_id", "expected_version", "holds_from", "team"}


@pytest.mark.parametrize("field", sorted({f.name for f in REVISE.fields} - OF_THE_REQUEST))
def test_whatever_a_revision_may_ask_for_is_changed_and_asked_again_is_nothing(field: str) -> None:
    wanted = api.ReviseObjectiveRequest(**{field: A_CHANGE[field]})
    changed = ever(goals.ObjectiveRevised(objective_id=OBJECTIVE, **{field: A_CHANGE[field]}))
    given(OBJECTIVES, objective_defined()).when(objectives.revise, TENANT, wanted, NOW).then(changed)
    given(OBJECTIVES, objective_defined(), changed).when(objectives.revise, TENANT, wanted, NOW).then_nothing()


@pytest.mark.parametrize("weight", [-0.5, nan, 1e300])
def test_a_child_weight_is_a_number_from_0(weight: float) -> None:
    wanted = api.ReviseObjectiveRequest(child_weight=weight)
    given(OBJECTIVES, objective_defined()).when(objectives.revise, TENANT, wanted, NOW).then_refused("INVALID_ARGUMENT", "child_weight")
    defining = wanted_objective(child_weight=weight)
    given(OBJECTIVES).when(objectives.define, OBJECTIVE, ANN, defining, JAN_1, MAR_31).then_refused("INVALID_ARGUMENT", "child_weight")


def test_a_team_that_was_a_name_is_the_team_of_that_name() -> None:
    before = given(OBJECTIVES, objective_defined(team="talent"))
    before.when(objectives.revise, TENANT, api.ReviseObjectiveRequest(team_id=TALENT), NOW).then_nothing()
    none = ever(goals.ObjectiveRevised(objective_id=OBJECTIVE, team_id=b""))
    before.when(objectives.revise, TENANT, api.ReviseObjectiveRequest(team_id=b""), NOW).then(none)
    given(OBJECTIVES, objective_defined(team="talent"), none).when(
        objectives.revise, TENANT, api.ReviseObjectiveRequest(team_id=b""), NOW
    ).then_nothing()


def test_a_field_can_be_emptied() -> None:
    given(OBJECTIVES, objective_defined(why="because", labels=["a"])).when(
        objectives.revise, TENANT, api.ReviseObjectiveRequest(why="", labels=goals.Labels()), NOW
    ).then(ever(goals.ObjectiveRevised(objective_id=OBJECTIVE, why="", labels=goals.Labels())))


def test_a_revision_that_changes_nothing_is_no_event() -> None:
    same = api.ReviseObjectiveRequest(title="Expand the team", owner_id=ANN, contributors=goals.People())
    given(OBJECTIVES, objective_defined()).when(objectives.revise, TENANT, same, NOW).then_nothing()


def test_contributors_are_replaced() -> None:
    given(OBJECTIVES, objective_defined(contributor_ids=[BOB])).when(
        objectives.revise, TENANT, api.ReviseObjectiveRequest(contributors=goals.People(person_ids=[CYD, CYD])), NOW
    ).then(ever(goals.ObjectiveRevised(objective_id=OBJECTIVE, contributors=goals.People(person_ids=[CYD]))))


def test_a_date_changed_after_activation_is_a_moved_goalpost() -> None:
    later = api.ReviseObjectiveRequest(due_day=MAR_31 + 30)
    given(OBJECTIVES, objective_defined(), activated()).when(objectives.revise, TENANT, later, NOW).then(
        today(goals.ObjectiveRevised(objective_id=OBJECTIVE, due_day=MAR_31 + 30, goalpost_moved=True))
    )
    given(OBJECTIVES, objective_defined()).when(objectives.revise, TENANT, later, NOW).then(
        ever(goals.ObjectiveRevised(objective_id=OBJECTIVE, due_day=MAR_31 + 30))
    )


def test_a_title_changed_after_activation_is_no_moved_goalpost() -> None:
    given(OBJECTIVES, objective_defined(), activated()).when(objectives.revise, TENANT, api.ReviseObjectiveRequest(title="Grow"), NOW).then(
        today(goals.ObjectiveRevised(objective_id=OBJECTIVE, title="Grow"))
    )


@pytest.mark.parametrize("field", ["level", "kind", "visibility", "roll_up"])
def test_a_choice_cannot_be_unset(field: str) -> None:
    unset = api.ReviseObjectiveRequest()
    setattr(unset, field, 0)
    given(OBJECTIVES, objective_defined()).when(objectives.revise, TENANT, unset, NOW).then_refused("INVALID_ARGUMENT", field)


def test_a_draft_becomes_active_and_an_active_one_is_closed_with_its_outcome() -> None:
    given(OBJECTIVES, objective_defined()).when(objectives.activate, NOW).then(holding(JAN_1, activated()))
    given(OBJECTIVES, objective_defined(), activated()).when(objectives.close, "done", NOW).then(today(closed()))


def test_a_draft_cannot_be_closed() -> None:
    given(OBJECTIVES, objective_defined()).when(objectives.close, "done", NOW).then_refused("OBJECTIVE_NOT_ACTIVE")


def test_an_active_objective_cannot_be_activated_again() -> None:
    given(OBJECTIVES, objective_defined(), activated()).when(objectives.activate, NOW).then_refused("OBJECTIVE_ACTIVE")


@pytest.mark.parametrize("past", [(objective_defined(),), (objective_defined(), activated())])
def test_a_draft_and_an_active_objective_can_be_cancelled(past: tuple[Message, ...]) -> None:
    given(OBJECTIVES, *past).when(objectives.cancel, "no longer wanted", NOW).then(today(cancelled()))


@pytest.mark.parametrize("past", ENDED)
def test_a_closed_or_cancelled_objective_no_longer_changes(past: tuple[Message, ...]) -> None:
    ended = given(OBJECTIVES, *past)
    ended.when(objectives.revise, TENANT, api.ReviseObjectiveRequest(title="Anew"), NOW).then_refused("OBJECTIVE_CLOSED")
    ended.when(objectives.activate, NOW).then_refused("OBJECTIVE_CLOSED")
    ended.when(objectives.close, "again", NOW).then_refused("OBJECTIVE_CLOSED")
    ended.when(objectives.cancel, "again", NOW).then_refused("OBJECTIVE_CLOSED")


def test_an_unknown_objective_is_unknown() -> None:
    given(OBJECTIVES).when(objectives.activate, NOW).then_refused("OBJECTIVE_UNKNOWN", kind=Kind.UNKNOWN)
    given(OBJECTIVES).when(objectives.revise, TENANT, api.ReviseObjectiveRequest(title="x"), NOW).then_refused("OBJECTIVE_UNKNOWN")


def test_an_objective_is_active_from_the_day_named_or_from_its_first_day_if_that_is_earlier() -> None:
    late = given(OBJECTIVES, objective_defined(start_day=TODAY + 5))
    late.when(objectives.activate, NOW).then(today(activated()))
    late.when(objectives.activate, on(TODAY - 3)).then(holding(TODAY - 3, activated()))
    given(OBJECTIVES, objective_defined()).when(objectives.activate, on(TODAY - 3)).then(holding(JAN_1, activated()))


@pytest.mark.parametrize(("end", "event"), [(objectives.close, closed), (objectives.cancel, cancelled)])
def test_an_objective_ends_on_the_day_named_but_not_before_it_was_active(end: Any, event: Any) -> None:
    active = given(OBJECTIVES, objective_defined(), holding(JAN_1, activated()))
    text = closed().outcome or "done" if end is objectives.close else "no longer wanted"
    active.when(end, text, on(JAN_1 + 3)).then(holding(JAN_1 + 3, event()))
    active.when(end, text, on(JAN_1 - 1)).then_refused("HOLDS_FROM_TOO_EARLY", "holds_from")
    active.when(end, text, on(TODAY + 1)).then_refused("HOLDS_FROM_AHEAD", "holds_from")


def test_of_two_due_days_the_one_from_the_later_day_on_is_the_present_one_whichever_was_said_last() -> None:
    moved = holding(TODAY - 2, goals.ObjectiveRevised(objective_id=OBJECTIVE, due_day=MAR_31 + 9))
    earlier = holding(TODAY - 8, goals.ObjectiveRevised(objective_id=OBJECTIVE, due_day=MAR_31 + 5))
    both = given(OBJECTIVES, objective_defined(), activated(), moved, earlier)
    both.when(objectives.revise, TENANT, api.ReviseObjectiveRequest(due_day=MAR_31 + 9), NOW).then_nothing()
