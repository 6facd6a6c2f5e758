"""Who may check in on a key result, and when, as the table of roles says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from cairn.goals.v1 import events_pb2 as goals
from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import Id
from checkins import policy
from checkins.domain.key_results import KeyResult, require_gradable, require_open
from shared.roles import ADMIN, AUDITOR, CHAMPION, MEMBER, SERVICE, VIEWER
from tests.support.events import ANN, BOB, CYD, an_id
from tests.unit.checkins.examples import METRIC, TENANT, TODAY

DAN = an_id("Dan")


def a_person(person_id: Id, *roles: str, tenant_id: Id = TENANT, teams: frozenset[Id] = frozenset()) -> Identity:
    return Identity(tenant_id, person_id, frozenset(roles), teams)


def reason_of(ask: Callable[[], None]) -> str:
    with pytest.raises(Refused) as caught:
        ask()
    return caught.value.reason


def test_those_who_work_on_it_check_in() -> None:
    for person in (ANN, BOB):
        policy.require_report(a_person(person, MEMBER), METRIC)


@pytest.mark.parametrize("person", [CYD, DAN], ids=["its creator", "somebody else"])
@pytest.mark.parametrize("role", [MEMBER, CHAMPION])
def test_nobody_else_does(person: Id, role: str) -> None:
    assert reason_of(lambda: policy.require_report(a_person(person, role), METRIC)) == "NOT_A_REPORTER"


@pytest.mark.parametrize("role", [VIEWER, AUDITOR])
def test_viewers_and_auditors_change_nothing_not_even_their_own(role: str) -> None:
    assert reason_of(lambda: policy.require_report(a_person(ANN, role), METRIC)) == "ROLE_REQUIRED"


@pytest.mark.parametrize("role", [ADMIN, SERVICE])
def test_admins_and_integrations_do_so_on_anyones_behalf(role: str) -> None:
    policy.require_report(a_person(DAN, role), METRIC)
    policy.require_report(a_person(DAN, role), METRIC, on_behalf_of=ANN)


def test_a_member_does_so_on_nobodys_behalf_but_their_own() -> None:
    policy.require_report(a_person(ANN, MEMBER), METRIC, on_behalf_of=ANN)
    assert reason_of(lambda: policy.require_report(a_person(ANN, MEMBER), METRIC, on_behalf_of=BOB)) == "ON_BEHALF_OF"


def test_on_whose_behalf_must_be_an_id() -> None:
    with pytest.raises(Refused) as caught:
        policy.require_report(a_person(DAN, ADMIN), METRIC, on_behalf_of=b"Ann")
    assert (caught.value.kind, caught.value.field) == (Kind.INVALID, "on_behalf_of")


def test_another_tenants_key_result_is_unknown_to_its_admin_too() -> None:
    stranger = a_person(ANN, ADMIN, tenant_id=an_id("another tenant"))
    assert reason_of(lambda: policy.require_report(stranger, METRIC)) == "KEY_RESULT_UNKNOWN"


def test_a_private_key_result_is_unknown_to_those_who_may_not_know_of_it() -> None:
    private = replace(METRIC, visibility=goals.VISIBILITY_PRIVATE)
    policy.require_report(a_person(ANN, MEMBER), private)
    assert reason_of(lambda: policy.require_report(a_person(CYD, MEMBER), private)) == "NOT_A_REPORTER"
    assert reason_of(lambda: policy.require_report(a_person(DAN, MEMBER), private)) == "KEY_RESULT_UNKNOWN"
    policy.require_report(a_person(DAN, ADMIN), private)


def test_a_teams_key_result_is_unknown_outside_of_the_team() -> None:
    teams = replace(METRIC, visibility=goals.VISIBILITY_TEAM)
    inside, outside = a_person(DAN, MEMBER, teams=frozenset({an_id("Talent")})), a_person(DAN, MEMBER)
    assert reason_of(lambda: policy.require_report(inside, teams)) == "NOT_A_REPORTER"
    assert reason_of(lambda: policy.require_report(outside, teams)) == "KEY_RESULT_UNKNOWN"


@pytest.mark.parametrize(
    ("state", "checked_in", "graded"),
    [
        (goals.OBJECTIVE_STATE_DRAFT, "OBJECTIVE_NOT_ACTIVE", "OBJECTIVE_NOT_ACTIVE"),
        (goals.OBJECTIVE_STATE_ACTIVE, None, None),
        (goals.OBJECTIVE_STATE_CLOSED, "OBJECTIVE_CLOSED", None),
        (goals.OBJECTIVE_STATE_CANCELLED, "OBJECTIVE_CLOSED", "OBJECTIVE_CLOSED"),
    ],
)
def test_an_active_objective_is_checked_in_on_and_an_active_or_closed_one_is_graded(
    state: goals.ObjectiveState.ValueType, checked_in: str | None, graded: str | None
) -> None:
    key_result = replace(METRIC, objective_state=state)
    _outcome(require_open, key_result, checked_in)
    _outcome(_gradable, key_result, graded)


def test_a_cancelled_key_result_is_neither_checked_in_on_nor_graded() -> None:
    cancelled = replace(METRIC, cancelled=True)
    _outcome(require_open, cancelled, "KEY_RESULT_CANCELLED")
    _outcome(_gradable, cancelled, "KEY_RESULT_CANCELLED")


def _gradable(key_result: KeyResult) -> None:
    require_gradable(key_result, TODAY)


def _outcome(ask: Callable[[KeyResult], None], key_result: KeyResult, reason: str | None) -> None:
    if reason is None:
        ask(key_result)
    else:
        assert reason_of(lambda: ask(key_result)) == reason
