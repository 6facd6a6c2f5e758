"""Whose actions somebody may see."""

from __future__ import annotations

import pytest

from audit.queries import actor_to_show
from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import new_id
from shared.roles import ADMIN, AUDITOR, CHAMPION, MEMBER, SERVICE, VIEWER

TENANT, ANN, BEN = new_id(), new_id(), new_id()


def ann(role: str) -> Identity:
    return Identity(TENANT, ANN, frozenset({role}))


@pytest.mark.parametrize("role", [ADMIN, AUDITOR])
def test_admins_and_auditors_see_what_everyone_did(role: str) -> None:
    assert actor_to_show(ann(role), b"") == b""
    assert actor_to_show(ann(role), BEN) == BEN


@pytest.mark.parametrize("role", [CHAMPION, MEMBER, VIEWER, SERVICE])
def test_others_see_what_they_did_themselves(role: str) -> None:
    assert actor_to_show(ann(role), b"") == ANN
    assert actor_to_show(ann(role), ANN) == ANN


@pytest.mark.parametrize("role", [CHAMPION, MEMBER, VIEWER, SERVICE])
def test_others_do_not_see_what_somebody_else_did(role: str) -> None:
    with pytest.raises(Refused) as refused:
        actor_to_show(ann(role), BEN)
    assert refused.value.kind is Kind.FORBIDDEN
