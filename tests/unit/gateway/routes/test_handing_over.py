"""What somebody has who leaves: what becomes of their share of a key result, and of what others change at the same moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, cast

import pytest

from cairn.goals.v1.events_pb2 import Owner
from cairn.goals.v1.service_pb2 import DescribeKeyResultResponse
from cairn.progress.v1.service_pb2 import GetObjectiveResponse, GetTaskResponse, Objective, Task
from chassis.errors import Kind, Refused
from chassis.ids import Id, id_of_name
from gateway.routes.handing_over import Owned, with_another
from gateway.routes.request import Request

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


THING = id_of_name("thing")
OwnedKind = Literal["objective", "key_result", "task"]


class Services:
    """Keeps one thing, which the next of these people have as soon as it was read, at the next version."""

    def __init__(self, *had_by: Sequence[Id]) -> None:
        self.had_by = had_by
        self.version = 1
        self.revised: list[Any] = []
        self.backends: Any = self

    def __getattr__(self, method: str) -> Any:
        return self if method in ("goals", "progress") else method

    async def ask(self, method: str, message: Any, *, key: str | None = None) -> Any:
        now = self.had_by[self.version - 1]
        match method:
            case "GetObjective":
                answer: Any = GetObjectiveResponse(objective=Objective(owner_id=now[0], version=self.version))
            case "GetTask":
                answer = GetTaskResponse(task=Task(assignee_id=now[0], version=self.version))
            case "DescribeKeyResult":
                answer = DescribeKeyResultResponse(owners=[Owner(person_id=one) for one in now], version=self.version)
            case _:
                assert key == ""
                if message.expected_version != self.version:
                    raise Refused("STALE_VERSION", "read it again", kind=Kind.STALE)
                self.revised.append(message)
                return None
        self.version = min(self.version + 1, len(self.had_by))
        return answer

    async def handed_over(self, kind: OwnedKind) -> bool:
        return await Owned(kind, THING, "", "", THING).hand_over(cast("Request", self), LEAVER, TO)


async def test_whoever_became_an_owner_beside_the_leaver_meanwhile_stays_one() -> None:
    services = Services([LEAVER], [LEAVER, OTHER])
    assert await services.handed_over("key_result")
    [revised] = services.revised
    assert ([owner.person_id for owner in revised.owners.owners], revised.expected_version) == ([TO, OTHER], 2)


@pytest.mark.parametrize("kind", ["objective", "key_result", "task"])
async def test_what_somebody_else_was_given_meanwhile_stays_theirs(kind: OwnedKind) -> None:
    services = Services([LEAVER], [OTHER])
    assert not await services.handed_over(kind)
    assert services.revised == []


@pytest.mark.parametrize("kind", ["objective", "key_result", "task"])
async def test_what_changed_otherwise_is_handed_over_as_it_is_now(kind: OwnedKind) -> None:
    services = Services([LEAVER], [LEAVER], [LEAVER])
    assert await services.handed_over(kind)
    assert [revised.expected_version for revised in services.revised] == [3]


async def test_what_never_stops_changing_is_not_handed_over() -> None:
    with pytest.raises(Refused, match="read it again"):
        await Services(*20 * [[LEAVER]]).handed_over("objective")
