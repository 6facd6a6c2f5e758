"""What a tree's answer rests on: whoever has the answer is told that it still stands, without its being read again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cairn.common.v1 import common_pb2
from cairn.progress.v1 import service_pb2 as pb
from shared.roles import ADMIN, VIEWER
from tests.support.events import an_id
from tests.support.infrastructure import DatabaseServer
from tests.support.served_progress import BOB, Served, check_in, metric, objective, serve
from tests.support.told import START

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
async def progress(postgres: DatabaseServer, tmp_path: Path) -> AsyncIterator[Served]:
    async with serve(postgres.create_database(), {}, tmp_path) as served:
        await served.tell(objective("O"), metric("O", "a"))
        yield served


def asking(**more: Any) -> pb.GetTreeRequest:
    return pb.GetTreeRequest(cycle_id=an_id("Q"), **more)


async def test_an_answer_that_still_stands_is_not_made_again(progress: Served) -> None:
    tree = await progress("GetTree", asking())
    again = await progress("GetTree", asking(unless_state=tree.state))
    assert again == pb.GetTreeResponse(state=tree.state)
    assert list(tree.objectives.title) == ["O"]


async def test_whatever_is_taken_in_is_another_state(progress: Served) -> None:
    tree = await progress("GetTree", asking())
    await progress.tell(check_in("O", "a", 3, START))
    newer = await progress("GetTree", asking(unless_state=tree.state))
    assert newer.state != tree.state
    assert list(newer.key_results.value) == [3]


@pytest.mark.parametrize(
    ("question", "who"),
    [
        ({"page_size": 7}, {}),
        ({"as_of": common_pb2.AsOf(true_on=START)}, {}),
        ({}, {"person": BOB}),
        ({}, {"role": ADMIN}),
        ({}, {"role": VIEWER}),
        ({}, {"team_ids": [an_id("core")]}),
    ],
)
async def test_another_question_and_another_reader_have_states_of_their_own(
    progress: Served, question: dict[str, Any], who: dict[str, Any]
) -> None:
    tree = await progress("GetTree", asking())
    other = await progress("GetTree", asking(unless_state=tree.state, **question), **who)
    assert other.state != tree.state
    assert list(other.objectives.title) == ["O"]
