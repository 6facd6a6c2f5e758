"""What a leaver's share of a key result becomes when it is handed over."""

from __future__ import annotations

import pytest

from cairn.goals.v1.events_pb2 import Owner
from chassis.ids import id_of_name
from gateway.routes.handing_over import with_another

LEAVER, TO, OTHER = (id_of_name(name) for name in ("leaver", "to", "other"))


@pytest.mark.parametrize(
    ("owners", "after"),
    [
        ({LEAVER: None}, {TO: None}),
        ({LEAVER: 0.5, OTHER: None}, {TO: 0.5, OTHER: None}),
        ({LEAVER: 0.5, TO: 0.25, OTHER: None}, {TO: 0.75, OTHER: None}),
        ({LEAVER: None, TO: 0.5}, {TO: 1.5}),  # who has no share said has 1
        ({TO: 0.5, LEAVER: None}, {TO: 1.5}),
        ({TO: None, LEAVER: None, OTHER: None}, {TO: 2, OTHER: None}),
        ({LEAVER: 0, TO: None}, {TO: 1}),
    ],
)
def test_another_one_takes_the_share_of_the_leaver_beside_their_own(
    owners: dict[bytes, float | None], after: dict[bytes, float | None]
) -> None:
    handed_over = with_another(tuple(Owner(person_id=who, share=share) for who, share in owners.items()), LEAVER, TO)
    assert {owner.person_id: owner.share if owner.HasField("share") else None for owner in handed_over} == after
