"""Approval: a draft is submitted, approved or sent back, and becomes active once it is approved, where the tenant wants that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import pytest

from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as api
from chassis.errors import Refused
from chassis.ids import Id
from goals import policy
from goals.aggregates import OBJECTIVE as OBJECTIVES
from goals.domain import cycle_days, key_results, objectives
from goals.domain.objectives import Rules
from shared.roles import ADMIN, CHAMPION, MEMBER, SERVICE
from tests.support.events import (
    ANN,
    BOB,
    CYD,
    KEY_RESULT,
    MAR_31,
    OBJECTIVE,
    OTHER,
    activated,
    an_id,
    cancelled,
    key_result_defined,
    objective_defined,
)
from tests.unit.domain_dsl import folded, given
from tests.unit.goals.examples import NOW, TODAY
from tests.unit.goals.test_policy import a_person

WANTED = Rules(approval=True)
CONCERNED = goals.People(person_ids=[ANN, BOB])
SUBMITTED = goals.ObjectiveSubmitted(objective_id=OBJECTIVE, holds_from=TODAY)
APPROVED = goals.ObjectiveApproved(objective_id=OBJECTIVE, holds_from=TODAY, concerned=CONCERNED)
SENT_BACK = goals.ObjectiveSentBack(
    objective_id=OBJECTIVE, reason="no number", holds_from=TODAY, concerned=goals.People(person_ids=[ANN, BOB])
)
LAPSED = goals.ObjectiveApprovalLapsed(objective_id=OBJECTIVE, holds_from=TODAY)
A_DRAFT = (objective_defined(), key_result_defined())
AWAITED, AGREED, RETURNED = (*A_DRAFT, SUBMITTED), (*A_DRAFT, SUBMITTED, APPROVED), (*A_DRAFT, SUBMITTED, SENT_BACK)


def test_a_draft_is_submitted_approved_and_becomes_active() -> None:
    given(OBJECTIVES, *A_DRAFT).when(objectives.submit, "", NOW, WANTED).then(SUBMITTED)
    given(OBJECTIVES, *AWAITED).when(objectives.approve, "", NOW).then(APPROVED)
    assert objectives.activate(folded(OBJECTIVES, *AGREED), NOW, WANTED).objective_id == OBJECTIVE


def test_who_is_asked_beside_admins_stands_with_what_was_submitted() -> None:
    asked = goals.ObjectiveSubmitted(objective_id=OBJECTIVE, holds_from=TODAY, asked=goals.People(person_ids=[CYD]))
    given(OBJECTIVES, *A_DRAFT).when(objectives.submit, "", NOW, WANTED, [CYD]).then(asked)
    draft = folded(OBJECTIVES, *A_DRAFT)
    assert policy.is_sure_to_see(CYD, draft)
    draft.visibility = goals.VISIBILITY_TEAM
    assert not policy.is_sure_to_see(CYD, draft), "their teams are not known here"
    assert policy.is_sure_to_see(BOB, draft)


@pytest.mark.parametrize(("past", "says"), [(A_DRAFT, "submit it first"), (AWAITED, "waits"), (RETURNED, "sent back")])
def test_what_is_not_approved_does_not_become_active_and_is_told_what_it_lacks(past: tuple[Any, ...], says: str) -> None:
    with pytest.raises(Refused, match=says) as caught:
        objectives.activate(folded(OBJECTIVES, *past), NOW, WANTED)
    assert caught.value.reason == "APPROVAL_NEEDED"


def test_admins_need_nobodys_approval() -> None:
    assert objectives.activate(folded(OBJECTIVES, *A_DRAFT), NOW, Rules(approval=True, approves=True)).objective_id == OBJECTIVE


def test_what_was_sent_back_is_submitted_again() -> None:
    given(OBJECTIVES, *AWAITED).when(objectives.send_back, "no number", NOW).then(SENT_BACK)
    given(OBJECTIVES, *RETURNED).when(objectives.submit, "", NOW, WANTED).then(SUBMITTED)


def test_what_was_approved_is_sent_back_as_long_as_it_is_a_draft() -> None:
    given(OBJECTIVES, *AGREED).when(objectives.send_back, "no number", NOW).then(SENT_BACK)
    given(OBJECTIVES, *AGREED, activated()).when(objectives.send_back, "no number", NOW).then_refused("OBJECTIVE_ACTIVE")


def test_nothing_is_sent_back_without_a_reason() -> None:
    given(OBJECTIVES, *AWAITED).when(objectives.send_back, " ", NOW).then_refused("INVALID_ARGUMENT")


def test_to_submit_and_to_approve_again_changes_nothing() -> None:
    given(OBJECTIVES, *AWAITED).when(objectives.submit, "", NOW, WANTED).then_nothing()
    given(OBJECTIVES, *AGREED).when(objectives.submit, "", NOW, WANTED).then_nothing()
    given(OBJECTIVES, *AGREED).when(objectives.approve, "", NOW).then_nothing()


def test_nothing_is_approved_or_sent_back_that_was_not_submitted() -> None:
    for past in (A_DRAFT, RETURNED):
        given(OBJECTIVES, *past).when(objectives.approve, "", NOW).then_refused("NOT_SUBMITTED")
        given(OBJECTIVES, *past).when(objectives.send_back, "no number", NOW).then_refused("NOT_SUBMITTED")


def test_where_no_approval_is_wanted_nothing_is_submitted() -> None:
    given(OBJECTIVES, *A_DRAFT).when(objectives.submit, "", NOW, Rules()).then_refused("NO_APPROVAL_WANTED")


def test_what_could_not_become_active_is_not_submitted() -> None:
    given(OBJECTIVES, *A_DRAFT).when(objectives.submit, "", NOW, Rules(approval=True, two_to_five=True)).then_refused("NOT_TWO_TO_FIVE")


def test_what_is_active_or_has_ended_is_not_submitted() -> None:
    given(OBJECTIVES, *A_DRAFT, activated()).when(objectives.submit, "", NOW, WANTED).then_refused("OBJECTIVE_ACTIVE")
    given(OBJECTIVES, *A_DRAFT, cancelled()).when(objectives.submit, "", NOW, WANTED).then_refused("OBJECTIVE_CLOSED")
    given(OBJECTIVES).when(objectives.submit, "", NOW, WANTED).then_refused("OBJECTIVE_UNKNOWN")


CHANGES: Final[dict[str, Callable[[objectives.Objective], Sequence[Any]]]] = {
    "its title": lambda o: objectives.revise(o, an_id("tenant"), api.ReviseObjectiveRequest(title="Another one"), NOW),
    "a new key result": lambda o: key_results.define(
        o, OTHER, api.DefineKeyResultRequest(title="Be there", binary=goals.Binary()), NOW, {}
    ),
    "a target": lambda o: key_results.revise(o, KEY_RESULT, api.ReviseKeyResultRequest(target=77), NOW),
    "a key result less": lambda o: key_results.cancel(o, KEY_RESULT, "", NOW),
    "its days, cut to those of its cycle": lambda o: cycle_days.cut_to(o, MAR_31 - 9, MAR_31 - 1, NOW),
    "where it hangs": lambda o: objectives.lapsed_approval(o, NOW),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_changed_after_it_was_approved_is_approved_no_longer(change: str) -> None:
    assert CHANGES[change](folded(OBJECTIVES, *AGREED))[-1] == LAPSED
    given(OBJECTIVES, *AGREED, LAPSED).when(objectives.activate, NOW, WANTED).then_refused("APPROVAL_NEEDED")


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_lapses_of_what_waits_or_is_active(change: str) -> None:
    for past in (AWAITED, (*AGREED, activated())):
        assert LAPSED not in CHANGES[change](folded(OBJECTIVES, *past))


def test_to_say_again_what_it_says_takes_no_approval_away() -> None:
    same = api.ReviseObjectiveRequest(title=objective_defined().title)
    given(OBJECTIVES, *AGREED).when(objectives.revise, an_id("tenant"), same, NOW).then_nothing()


DAN = an_id("Dan")
BELOW = folded(OBJECTIVES, objective_defined(owner_id=ANN, creator_id=BOB))


def above(owner_id: Id) -> objectives.Objective:
    return folded(OBJECTIVES, objective_defined(objective_id=OTHER, owner_id=owner_id, creator_id=owner_id))


def test_admins_approve_and_the_owner_of_what_it_is_aligned_to() -> None:
    policy.whoever_approves(above(DAN))(a_person(CYD, ADMIN), BELOW)
    policy.whoever_approves(objectives.Objective())(a_person(ANN, ADMIN), BELOW)
    for role in (MEMBER, CHAMPION, SERVICE):
        policy.whoever_approves(above(DAN))(a_person(DAN, role), BELOW)


@pytest.mark.parametrize("person", [ANN, BOB, CYD], ids=["its owner", "its creator", "somebody else"])
def test_nobody_else_approves_and_nobody_their_own(person: Id) -> None:
    for owner in (DAN, ANN, BOB):
        with pytest.raises(Refused) as caught:
            policy.whoever_approves(above(owner))(a_person(person, MEMBER), BELOW)
        assert caught.value.reason == "NOT_AN_APPROVER"


def test_who_may_not_see_it_is_not_told_that_there_is_something_to_approve() -> None:
    private = folded(OBJECTIVES, objective_defined(owner_id=ANN, creator_id=BOB, visibility=goals.VISIBILITY_PRIVATE))
    with pytest.raises(Refused) as caught:
        policy.whoever_approves(above(DAN))(a_person(DAN, MEMBER), private)
    assert caught.value.reason == "OBJECTIVE_UNKNOWN"
