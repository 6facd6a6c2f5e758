"""Who may do what with objectives, as the table of roles says."""

from __future__ import annotations

import pytest

from cairn.goals.v1 import events_pb2 as goals
from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import Id
from goals import policy
from goals.aggregates import OBJECTIVE as OBJECTIVES
from goals.domain.objectives import Objective
from shared.roles import ADMIN, AUDITOR, CHAMPION, MEMBER, SERVICE, VIEWER
from tests.support.events import ANN, BOB, CYD, an_id, key_result_defined, objective_defined
from tests.unit.domain_dsl import folded

TENANT, DAN = an_id("tenant"), an_id("Dan")


def a_person(person_id: Id, *roles: str, teams: frozenset[Id] = frozenset()) -> Identity:
    return Identity(TENANT, person_id, frozenset(roles), teams)


def an_objective(visibility: goals.Visibility.ValueType = goals.VISIBILITY_COMPANY) -> Objective:
    defined = objective_defined(
        creator_id=BOB,
        owner_id=ANN,
        contributor_ids=[an_id("Eve")],
        named_person_ids=[an_id("Fay")],
        team_id=an_id("Talent"),
        visibility=visibility,
    )
    return folded(OBJECTIVES, defined, key_result_defined(owners=[goals.Owner(person_id=an_id("Gus"))]))


@pytest.mark.parametrize(
    "identity", [a_person(ANN, MEMBER), a_person(BOB, MEMBER), a_person(CYD, ADMIN)], ids=["its owner", "its creator", "an admin"]
)
def test_creator_owner_and_admins_edit(identity: Identity) -> None:
    policy.require_edit(identity, an_objective())


@pytest.mark.parametrize("role", [MEMBER, CHAMPION, SERVICE])
def test_nobody_else_edits(role: str) -> None:
    with pytest.raises(Refused) as caught:
        policy.require_edit(a_person(CYD, role), an_objective())
    assert (caught.value.reason, caught.value.kind) == ("NOT_AN_EDITOR", Kind.FORBIDDEN)


@pytest.mark.parametrize("role", [VIEWER, AUDITOR])
def test_viewers_and_auditors_change_nothing_not_even_their_own(role: str) -> None:
    for asking in (lambda i: policy.require_edit(i, an_objective()), policy.require_definer, policy.require_cycle_keeper):
        with pytest.raises(Refused) as caught:
            asking(a_person(ANN, role))
        assert caught.value.reason == "ROLE_REQUIRED"


@pytest.mark.parametrize("role", [ADMIN, CHAMPION, MEMBER, SERVICE])
def test_everyone_else_defines_objectives(role: str) -> None:
    policy.require_definer(a_person(CYD, role))


def test_members_define_no_cycles() -> None:
    policy.require_cycle_keeper(a_person(CYD, CHAMPION))
    with pytest.raises(Refused, match="role"):
        policy.require_cycle_keeper(a_person(CYD, MEMBER))


@pytest.mark.parametrize("role", [MEMBER, CHAMPION, SERVICE, VIEWER])
def test_a_private_objective_is_unknown_to_all_others(role: str) -> None:
    with pytest.raises(Refused) as caught:
        policy.require_edit(a_person(DAN, role), an_objective(goals.VISIBILITY_PRIVATE))
    assert (caught.value.reason, caught.value.kind) == ("OBJECTIVE_UNKNOWN", Kind.UNKNOWN)
