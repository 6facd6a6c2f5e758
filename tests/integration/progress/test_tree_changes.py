"""Trees that are followed by what has changed in them, on a projection in a real PostgreSQL."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any, Final

import pytest

from cairn.common.v1 import common_pb2
from cairn.common.v1.common_pb2 import ChangedSince
from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from chassis.errors import Kind, Refused
from chassis.events import RecordedEvent
from chassis.ids import Id, id_text
from chassis.partitions import partition_of
from gateway.auth.names import NamedPerson
from gateway.schemas.mapping import Json
from gateway.schemas.trees import people_of, tree_objectives
from shared.roles import MEMBER
from tests.integration.progress.test_lists import progress, viewers, with_secrets
from tests.support.events import an_id
from tests.support.history import DENSE, History
from tests.support.projection import PARTITIONS
from tests.support.served_progress import ANN, Served, check_in, metric, objective
from tests.support.told import START

__all__ = ["progress"]  # the fixture


def _called(people: Iterable[Id]) -> dict[Id, NamedPerson]:
    return {person: {"id": id_text(person), "handle": "", "name": ""} for person in people}


class Tree:
    """What somebody has of a cycle's tree."""

    def __init__(self, progress: Served, cycle_id: Id, who: dict[str, Any]) -> None:
        self._progress, self._cycle_id, self._who = progress, cycle_id, who
        self._since: ChangedSince | None = None
        self.rows: dict[str, Json] = {}
        self.told: list[str] = []
        self.gone: list[str] = []

    async def read(self, *, changes: bool) -> dict[str, Json]:
        """The rows by id, page after page; those that have changed since they were read last, if `changes`."""
        rows: dict[str, Json] = {}
        token, positions = "", list[common_pb2.LogPosition]()
        while True:
            request = pb.GetTreeRequest(cycle_id=self._cycle_id, page_size=7, page_token=token)
            if changes and self._since is not None:
                request.changed_since.CopyFrom(self._since)
            page = await self._progress("GetTree", request, **self._who)
            rows |= {row["id"]: row for row in tree_objectives(page, _called(people_of(page)))}
            if changes:
                self.gone = [*self.gone, *map(id_text, page.gone_ids)]
            positions, token = positions or list(page.positions), page.next_page_token
            if not token:
                break
        if changes:
            self._since = ChangedSince(positions=positions)
        return rows

    async def follow(self) -> None:
        """Takes over what has changed."""
        self.gone = []
        changed = await self.read(changes=True)
        for thing in self.gone:
            self.rows.pop(thing, None)
        self.told = [str(row["title"]) for row in changed.values()]
        self.rows |= changed

    async def require_the_same_as_anew(self) -> None:
        """How deep a row stands follows from those above it: whoever moves an objective is not told all that is below."""
        anew = await self.read(changes=False)
        assert self.rows.keys() == anew.keys()
        for thing, row in anew.items():
            assert self.rows[thing] | {"depth": row["depth"]} == row


@pytest.mark.parametrize("seed", [5, 6])
async def test_who_follows_a_tree_has_what_is_read_anew(progress: Served, seed: int) -> None:
    history, r = History(250, seed, DENSE), random.Random(seed)
    queues: dict[tuple[str, int], list[RecordedEvent]] = {}
    cycle, other_cycle, *events = with_secrets(history.events(), r)
    await progress.live.take([cycle, other_cycle])
    for event in events:
        queues.setdefault((event.log, partition_of(event.partition_key, PARTITIONS)), []).append(event)

    async def take_some() -> None:
        if waiting := [queue for queue in queues.values() if queue]:
            queue, size = r.choice(waiting), r.randint(1, 25)
            await progress.live.take(queue[:size])
            del queue[:size]

    trees = [Tree(progress, c.aggregate_id, who) for c in (cycle, other_cycle) for who in viewers(history).values()]
    while any(queues.values()):
        for _ in range(r.randint(1, 6)):
            await take_some()
        for tree in r.sample(trees, 3):
            await tree.follow()
    for tree in trees:
        await tree.follow()
        await tree.require_the_same_as_anew()
    assert any(tree.rows for tree in trees)


UNDER: Final = {"middle": "top", "below": "middle", "beside": "top"}


async def test_a_check_in_tells_its_objective_and_those_above_and_no_other(progress: Served) -> None:
    await progress.tell(
        goals.CycleDefined(cycle_id=an_id("Q"), name="2026-Q1"),
        *map(objective, ("top", "middle", "below", "beside")),
        *(goals.ObjectiveAligned(objective_id=an_id(it), parent_objective_id=an_id(above)) for it, above in UNDER.items()),
        *(metric(home, name) for home, name in (("below", "k"), ("beside", "l"))),
    )
    tree = Tree(progress, an_id("Q"), {"role": MEMBER, "person": ANN})
    await tree.follow()
    await progress.tell(check_in("below", "k", 50, START + 1))
    await tree.follow()
    assert sorted(tree.told) == ["below", "middle", "top"]
    await tree.require_the_same_as_anew()
    await tree.follow()
    assert tree.told == []


async def test_what_is_hidden_now_is_gone_for_who_could_see_it(progress: Served) -> None:
    await progress.tell(objective("open"), objective("secret", visibility=goals.VISIBILITY_PRIVATE))
    tree = Tree(progress, an_id("Q"), {"role": MEMBER, "person": ANN})
    await tree.follow()
    assert [row["title"] for row in tree.rows.values()] == ["open"]
    names = ("open", "secret")
    await progress.tell(*(goals.ObjectiveRevised(objective_id=an_id(it), visibility=goals.VISIBILITY_PRIVATE) for it in names))
    await tree.follow()
    assert tree.gone == [id_text(an_id("open"))]
    await tree.require_the_same_as_anew()


async def test_changes_of_a_tree_are_of_the_present(progress: Served) -> None:
    await progress.tell(objective("O"))
    asked = pb.GetTreeRequest(cycle_id=an_id("Q"), changed_since=ChangedSince(), as_of=common_pb2.AsOf(true_on=START))
    with pytest.raises(Refused) as refusal:
        await progress("GetTree", asked)
    assert (refusal.value.kind, refusal.value.field) == (Kind.INVALID, "changed_since")
