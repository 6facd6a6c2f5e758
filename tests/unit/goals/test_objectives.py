"""Objectives: draft → active → closed, or cancelled; what may change, and what is remembered of it."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.message import Message

from cairn.goals.v1 import events_pb2 as goals
from chassis.errors import Kind
from goals.aggregates import OBJECTIVE as OBJECTIVES
from goals.domain import objectives
from tests.unit.domain_dsl import given
from tests.unit.goals.examples import ANN, BOB, CYD, JAN_1, MAR_31, OBJECTIVE, activated, cancelled, closed, objective_defined

ENDED = [(objective_defined(), activated(), closed()), (objective_defined(), activated(), cancelled()), (objective_defined(), cancelled())]


def test_an_objective_is_defined_as_a_draft() -> None:
    given(OBJECTIVES).when(objectives.define, objective_defined()).then(objective_defined())


def test_people_and_labels_are_named_once() -> None:
    wished = objective_defined(contributor_ids=[BOB, CYD, BOB], named_person_ids=[CYD, CYD], labels=["growth", "growth"])
    once = objective_defined(contributor_ids=[BOB, CYD], named_person_ids=[CYD], labels=["growth"])
    given(OBJECTIVES).when(objectives.define, wished).then(once)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "   "),
        ("title", "x" * 501),
        ("title", "a\x00b"),
        ("why", "x" * 4001),
        ("team", "a\x00b"),
        ("owner_id", b"short"),
        ("contributor_ids", [b"short"]),
        ("labels", [" "]),
        ("labels", [f"label {n}" for n in range(51)]),
        ("reference", " J1"),
        ("reference", "J1/2"),
        ("reference", "6f0c2a3e-6d0b-5a53-9c1f-0d4a3c1e7b11"),
        ("due_day", 2**31 - 1),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_its_field(field: str, value: Any) -> None:
    given(OBJECTIVES).when(objectives.define, objective_defined(**{field: value})).then_refused("INVALID_ARGUMENT", field, Kind.INVALID)


def test_an_objective_cannot_end_before_it_starts() -> None:
    wished = objective_defined(start_day=MAR_31, due_day=JAN_1)
    given(OBJECTIVES).when(objectives.define, wished).then_refused("END_BEFORE_START", field="due_day")
    given(OBJECTIVES, objective_defined()).when(objectives.revise, goals.ObjectiveRevised(due_day=JAN_1 - 1)).then_refused(
        "END_BEFORE_START", field="due_day"
    )


def test_only_what_is_set_and_differs_is_changed() -> None:
    wished = goals.ObjectiveRevised(title="Expand the team", why="We are too few", team="")
    given(OBJECTIVES, objective_defined()).when(objectives.revise, wished).then(
        goals.ObjectiveRevised(objective_id=OBJECTIVE, why="We are too few")
    )


def test_a_field_can_be_emptied() -> None:
    given(OBJECTIVES, objective_defined(why="because", labels=["a"])).when(
        objectives.revise, goals.ObjectiveRevised(why="", labels=goals.Labels())
    ).then(goals.ObjectiveRevised(objective_id=OBJECTIVE, why="", labels=goals.Labels()))


def test_a_revision_that_changes_nothing_is_no_event() -> None:
    same = goals.ObjectiveRevised(title="Expand the team", owner_id=ANN, contributors=goals.People())
    given(OBJECTIVES, objective_defined()).when(objectives.revise, same).then_nothing()


def test_contributors_are_replaced() -> None:
    given(OBJECTIVES, objective_defined(contributor_ids=[BOB])).when(
        objectives.revise, goals.ObjectiveRevised(contributors=goals.People(person_ids=[CYD, CYD]))
    ).then(goals.ObjectiveRevised(objective_id=OBJECTIVE, contributors=goals.People(person_ids=[CYD])))


def test_a_date_changed_after_activation_is_a_moved_goalpost() -> None:
    later = goals.ObjectiveRevised(due_day=MAR_31 + 30)
    given(OBJECTIVES, objective_defined(), activated()).when(objectives.revise, later).then(
        goals.ObjectiveRevised(objective_id=OBJECTIVE, due_day=MAR_31 + 30, goalpost_moved=True)
    )
    given(OBJECTIVES, objective_defined()).when(objectives.revise, later).then(
        goals.ObjectiveRevised(objective_id=OBJECTIVE, due_day=MAR_31 + 30)
    )


def test_a_title_changed_after_activation_is_no_moved_goalpost() -> None:
    given(OBJECTIVES, objective_defined(), activated()).when(objectives.revise, goals.ObjectiveRevised(title="Grow")).then(
        goals.ObjectiveRevised(objective_id=OBJECTIVE, title="Grow")
    )


@pytest.mark.parametrize("field", ["level", "kind", "visibility", "roll_up"])
def test_a_choice_cannot_be_unset(field: str) -> None:
    unset = goals.ObjectiveRevised()
    setattr(unset, field, 0)
    given(OBJECTIVES, objective_defined()).when(objectives.revise, unset).then_refused("INVALID_ARGUMENT", field)


def test_a_draft_becomes_active_and_an_active_one_is_closed_with_its_outcome() -> None:
    given(OBJECTIVES, objective_defined()).when(objectives.activate).then(activated())
    given(OBJECTIVES, objective_defined(), activated()).when(objectives.close, "done").then(closed())


def test_a_draft_cannot_be_closed() -> None:
    given(OBJECTIVES, objective_defined()).when(objectives.close, "done").then_refused("OBJECTIVE_NOT_ACTIVE")


def test_an_active_objective_cannot_be_activated_again() -> None:
    given(OBJECTIVES, objective_defined(), activated()).when(objectives.activate).then_refused("OBJECTIVE_ACTIVE")


@pytest.mark.parametrize("past", [(objective_defined(),), (objective_defined(), activated())])
def test_a_draft_and_an_active_objective_can_be_cancelled(past: tuple[Message, ...]) -> None:
    given(OBJECTIVES, *past).when(objectives.cancel, "no longer wanted").then(cancelled())


@pytest.mark.parametrize("past", ENDED)
def test_a_closed_or_cancelled_objective_no_longer_changes(past: tuple[Message, ...]) -> None:
    ended = given(OBJECTIVES, *past)
    ended.when(objectives.revise, goals.ObjectiveRevised(title="Anew")).then_refused("OBJECTIVE_CLOSED")
    ended.when(objectives.activate).then_refused("OBJECTIVE_CLOSED")
    ended.when(objectives.close, "again").then_refused("OBJECTIVE_CLOSED")
    ended.when(objectives.cancel, "again").then_refused("OBJECTIVE_CLOSED")


def test_an_unknown_objective_is_unknown() -> None:
    given(OBJECTIVES).when(objectives.activate).then_refused("OBJECTIVE_UNKNOWN", kind=Kind.UNKNOWN)
    given(OBJECTIVES).when(objectives.revise, goals.ObjectiveRevised(title="x")).then_refused("OBJECTIVE_UNKNOWN")
