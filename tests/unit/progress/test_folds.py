"""Every event is folded, or passed over on purpose; and every enum of the protos is known by name."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.goals.v1 import events_pb2 as goals
from progress.domain.formulas import State
from progress.domain.measures import Mode
from progress.domain.points import BEFORE_ALL_DAYS
from progress.domain.roll_up import RollUp
from progress.domain.status import SAID
from progress.facts import (
    PASSED_OVER,
    CheckInFact,
    CheckInKind,
    Facts,
    KeyResultDefinition,
    UnknownMeasure,
    fold,
    folded_types,
    table_of,
)
from tests.support.events import an_id
from tests.support.recorded import Log
from tests.support.told import START


@pytest.mark.parametrize("module", [goals, checkins])
def test_every_event_is_folded_or_passed_over_on_purpose(module: ModuleType) -> None:
    messages = module.DESCRIPTOR.message_types_by_name.values()
    parts = {field.message_type.full_name for message in messages for field in message.fields if field.message_type is not None}
    events = {message.full_name for message in messages} - parts
    folded = {name for name in folded_types() if name.startswith(module.DESCRIPTOR.package)}
    assert events == folded | {name for name in PASSED_OVER if name.startswith(module.DESCRIPTOR.package)}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({r: r.name for r in RollUp}, goals.RollUp),
        ({s: s.name for s in State}, goals.ObjectiveState),
        ({m: m.name for m in Mode}, goals.MaintainMode),
    ],
)
def test_the_enums_of_the_protos_are_known_here_by_the_same_numbers(ours: dict[int, str], theirs: Any) -> None:
    declared = {
        number: name.removeprefix("ROLL_UP_").removeprefix("OBJECTIVE_STATE_").removeprefix("MAINTAIN_MODE_")
        for name, number in theirs.items()
        if number
    }
    assert ours == declared


def test_every_status_that_can_be_said_has_its_name_here() -> None:
    assert SAID.keys() == {number for number in checkins.SaidStatus.values() if number}


def test_a_key_result_that_is_measured_in_a_way_of_the_future_is_not_taken_for_something_else() -> None:
    log, facts = Log("goals"), Facts()
    fold(log.append(goals.ObjectiveDefined(objective_id=an_id("O"), cycle_id=an_id("Q"))), facts)
    with pytest.raises(UnknownMeasure, match="no measure that is known here"):
        fold(log.append(goals.KeyResultDefined(objective_id=an_id("O"), key_result_id=an_id("a"))), facts)


@pytest.mark.parametrize("event", [goals.ObjectiveRevised, goals.KeyResultRevised])
def test_every_field_of_a_revision_changes_the_definition(event: type[goals.ObjectiveRevised | goals.KeyResultRevised]) -> None:
    names = {"objective_id", "key_result_id", "goalpost_moved", "holds_from"}
    for field in event.DESCRIPTOR.fields:
        if field.name in names:
            continue
        log, facts = Log("goals"), Facts()
        fold(log.append(goals.ObjectiveDefined(objective_id=an_id("O"), cycle_id=an_id("Q"))), facts)
        maintained = goals.Maintain(low=1, high=9)
        fold(log.append(goals.KeyResultDefined(objective_id=an_id("O"), key_result_id=an_id("a"), maintain=maintained)), facts)
        before = facts.objectives[an_id("O")].newest, facts.key_results[an_id("a")].newest
        fold(log.append(revision(event, field.name)), facts)
        assert (facts.objectives[an_id("O")].newest, facts.key_results[an_id("a")].newest) != before, field.name


def revision(event: type[goals.ObjectiveRevised | goals.KeyResultRevised], name: str) -> goals.ObjectiveRevised | goals.KeyResultRevised:
    """One that changes this field alone, to something that it is not at first."""
    revised = event(objective_id=an_id("O"))
    if isinstance(revised, goals.KeyResultRevised):
        revised.key_result_id = an_id("a")
    values = {"owners": goals.Owners(owners=[goals.Owner(person_id=an_id("ann"))]), "labels": goals.Labels(labels=["new"])}
    values |= dict.fromkeys(("low", "high", "commit", "stretch"), goals.Bound(value=7))
    values["plan"] = goals.Plan(points=[goals.PlannedShare(day=7, share=0.5)])
    values |= {"milestones": goals.Milestones(milestones=[goals.Milestone(title="new")]), "feeds": goals.Feeds(key_result_ids=[an_id("b")])}
    values |= dict.fromkeys(("contributors", "named_people"), goals.People(person_ids=[an_id("ann")]))
    field = event.DESCRIPTOR.fields_by_name[name]
    if name in values:
        getattr(revised, name).CopyFrom(values[name])
    else:
        kinds = {field.TYPE_STRING: "new", field.TYPE_BYTES: an_id("new"), field.TYPE_ENUM: 2, field.TYPE_DOUBLE: 7.0, field.TYPE_INT32: 7}
        setattr(revised, name, kinds[field.type])
    return revised


def test_a_correction_ends_nothing_by_itself_and_says_the_check_in_that_it_corrects() -> None:
    log, facts = Log("checkins"), Facts()
    corrected = checkins.CheckInCorrected(
        check_in_id=an_id("c"),
        key_result_id=an_id("a"),
        objective_id=an_id("O"),
        value=3.5,
        as_of=START,
        confidence=7,
        reason="typed wrong",
    )
    recorded = log.append(corrected, on_behalf_of=an_id("assistant"))
    fold(recorded, facts)
    assert facts.check_ins == [
        CheckInFact(
            key_result_id=an_id("a"),
            true_on=START,
            place=1,
            known_from=recorded.recorded_at,
            known_to=2**63 - 1,
            position=1,
            kind=CheckInKind.CORRECTED,
            said_status=0,
            tenant_id=recorded.tenant_id,
            check_in_id=an_id("c"),
            event_id=recorded.event_id,
            actor_id=recorded.actor_id,
            on_behalf_of=an_id("assistant"),
            value=3.5,
            milestones_done=None,
            confidence=7,
            comment="typed wrong",
            part_id=None,
        )
    ]
    assert facts.moved_by == {an_id("O"): recorded.event_id}


def test_a_table_is_what_its_class_says() -> None:
    ddl = table_of(CheckInFact).ddl()
    assert ddl.startswith(
        "CREATE TABLE IF NOT EXISTS check_in (key_result_id uuid NOT NULL, true_on integer NOT NULL, place bigint NOT NULL,"
    )
    assert ddl.endswith(
        "on_behalf_of uuid, value float8, milestones_done bigint, confidence smallint, comment text NOT NULL, part_id uuid);"
    )


def test_a_first_version_holds_since_ever() -> None:
    log, facts = Log("goals"), Facts()
    fold(log.append(goals.ObjectiveDefined(objective_id=an_id("O"), cycle_id=an_id("Q"))), facts)
    fold(log.append(goals.KeyResultDefined(objective_id=an_id("O"), key_result_id=an_id("a"), graded=goals.Graded())), facts)
    assert [v.true_from for v in facts.objective_versions] == [v.true_from for v in facts.key_result_versions] == [BEFORE_ALL_DAYS]
    assert isinstance(facts.key_result_versions[0].definition, KeyResultDefinition)
