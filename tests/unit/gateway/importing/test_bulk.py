"""What an import defines goes to goals together: in its order, of one kind a call, and each is answered by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from cairn.goals.v1 import service_pb2 as api
from chassis.errors import Kind, Refused
from chassis.rpc import to_bytes
from gateway.importing.bulk import MOST_AT_ONCE, Definitions, all_at_once

TAKEN = Refused("REFERENCE_TAKEN", "it is there already", kind=Kind.TAKEN, field="reference")


class Goals:
    """Answers what is sent to it: a title is the id of what was defined, and `taken` is refused."""

    def __init__(self, fails: Callable[[int], Exception | None] = lambda _: None) -> None:
        self.calls: list[list[str]] = []
        self._fails = fails

    async def define_each(self, request: api.DefineEachRequest) -> api.DefineEachResponse:
        objectives = [one.title for one in request.objectives]
        self.calls.append([*objectives, *(f"activate {one.objective_id.decode()}" for one in request.activations)])
        if (failure := self._fails(len(self.calls))) is not None:
            raise failure
        answers = [_refused() if title == "taken" else api.DefinedAnswer(defined_id=title.encode()) for title in objectives]
        active = [api.DefinedAnswer(defined_id=one.objective_id) for one in request.activations]
        return api.DefineEachResponse(objectives=answers, activations=active)


def _refused() -> api.DefinedAnswer:
    return api.DefinedAnswer(refusal=to_bytes(TAKEN))


def objective(title: str, **more: Any) -> api.DefineObjectiveRequest:
    return api.DefineObjectiveRequest(title=title, **more)


async def test_what_is_asked_for_at_the_same_time_goes_in_one_call_in_its_order() -> None:
    goals, answers = Goals(), list[Any]()
    definitions = Definitions(goals.define_each)

    async def take(title: str) -> None:
        try:
            answers.append((await definitions.ask(objective(title))).objective_id)  # type: ignore[attr-defined]
        except Refused as refused:
            answers.append((refused.reason, refused.kind, refused.field))

    await all_at_once(["a", "taken", "c"], take, definitions)
    assert goals.calls == [["a", "taken", "c"]]
    assert answers == [b"a", ("REFERENCE_TAKEN", Kind.TAKEN, "reference"), b"c"]


async def test_what_follows_from_an_answer_goes_together_too() -> None:
    goals = Goals()
    definitions = Definitions(goals.define_each)

    async def take(title: str) -> None:
        made: Any = await definitions.ask(objective(title))
        await definitions.ask(api.ActivateObjectiveRequest(objective_id=made.objective_id))

    await all_at_once(["a", "b", "c"], take, definitions)
    assert goals.calls[0] == ["a", "b", "c"]
    assert [one for call in goals.calls[1:] for one in call] == ["activate a", "activate b", "activate c"]


async def test_one_alone_is_a_call_of_its_own() -> None:
    goals = Goals()
    made: Any = await Definitions(goals.define_each).ask(objective("a"))
    assert (made.objective_id, goals.calls) == (b"a", [["a"]])


@pytest.mark.parametrize(("count", "more", "calls"), [(MOST_AT_ONCE + 1, {}, 2), (40, {"why": "w" * 30_000}, 3)])
async def test_a_call_takes_so_many_and_so_much(count: int, more: dict[str, str], calls: int) -> None:
    goals = Goals()
    definitions = Definitions(goals.define_each)
    titles = [f"{n}" for n in range(count)]

    async def take(title: str) -> None:
        await definitions.ask(objective(title, **more))

    await all_at_once(titles, take, definitions)
    assert len(goals.calls) == calls
    assert [one for call in goals.calls for one in call] == titles


async def test_a_call_that_fails_is_told_to_those_of_it_and_the_next_is_sent() -> None:
    goals = Goals(lambda number: Refused("BUSY", "later", kind=Kind.BUSY) if number == 1 else None)
    definitions = Definitions(goals.define_each)

    async def take(title: str) -> None:
        await definitions.ask(objective(title))

    with pytest.raises(Refused, match="later"):
        await all_at_once(["a", "b"], take, definitions)
    await all_at_once(["c"], take, definitions)
    assert goals.calls == [["a", "b"], ["c"]]


async def test_of_what_raises_nothing_is_left_under_way() -> None:
    goals, ended = Goals(), list[str]()
    definitions = Definitions(goals.define_each)

    async def take(title: str) -> None:
        if title == "b":
            raise ValueError(title)
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(title)

    with pytest.raises(ValueError, match="b"):
        await all_at_once(["a", "b", "c"], take, definitions)
    assert ended == ["a", "c"]
