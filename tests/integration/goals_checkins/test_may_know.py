"""What the caller may not know of is answered, by every command, to the letter like what does not exist.

Generated: every id in the request of every command is put in the place of what is hidden, of what another tenant has, and of nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from cairn.checkins.v1 import service_pb2 as checkins_api
from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as goals_api
from chassis.errors import Refused
from chassis.ids import Id, id_text, new_id
from shared.roles import AUDITOR, CHAMPION, MEMBER, VIEWER
from tests.integration.goals_checkins.callers import JAN_1, MAR_31, Caller, Processes, a_row, nothing_appended
from tests.integration.goals_checkins.test_who_may import COMMANDS, REQUESTS, Things, send, some_things

ROLES: Final = ((MEMBER, CHAMPION), (VIEWER,))
HIDES_NOTHING: Final = {"DefineCycle": "a cycle is the whole tenant's, and this one names nothing else"}

REVEALS: Final = {"MoveKeyResult": "what its owner moves to an objective of the caller's is the caller's to see from then on"}
"""Commands that are not carried out by the owner first."""

OF_THE_WHOLE_TENANT: Final = {"cycle_id", "next_cycle_id", "template_id", "kpi_id", "milestone_id"}
"""What everybody of the tenant sees: only another tenant's is unknown."""

ALSO_NAMED: Final[dict[str, Any]] = {
    "DefineObjective": lambda of: goals_api.DefineObjectiveRequest(
        cycle_id=of.cycle_id, title="Grow", parent_key_result_id=of.key_result_id
    ),
    "AlignObjective": lambda of: goals_api.AlignObjectiveRequest(objective_id=of.objective_id, parent_key_result_id=of.other_key_result_id),
    "DefineKeyResult": lambda of: goals_api.DefineKeyResultRequest(
        objective_id=of.objective_id, title="Be there", binary=goals.Binary(), counts_for=[of.draft_id, of.other_id]
    ),
    "RecordCheckIns": lambda of: checkins_api.RecordCheckInsRequest(
        mode=checkins_api.BATCH_MODE_ROW_BY_ROW, check_ins=[a_row(of.key_result_id, 1.0)]
    ),
}
"""Requests that name more, or in another way, than those of `test_who_may`."""


def requests_of(name: str) -> list[Any]:
    return [requests[name] for requests in (REQUESTS, ALSO_NAMED) if name in requests]


def places(message: Message, ids: dict[Id, str]) -> Iterator[tuple[Message, FieldDescriptor, int, str]]:
    """Where a request names one of `ids`: the message, its field, the number in it (-1: it is no list), and the name of the thing."""
    for field, value in message.ListFields():
        for number, one in enumerate(value) if field.is_repeated else [(-1, value)]:
            if isinstance(one, Message):
                yield from places(one, ids)
            elif isinstance(one, bytes) and one in ids:
                yield message, field, number, ids[one]


def put(place: tuple[Message, FieldDescriptor, int, str], thing: Id) -> None:
    message, field, number, _ = place
    if number < 0:
        setattr(message, field.name, thing)
    else:
        getattr(message, field.name)[number] = thing


def named(things: Things) -> dict[Id, str]:
    return {thing: name for name, thing in zip(things._fields, things, strict=True)}


async def told(caller: Caller, name: str, request: Message, thing: Id, **sent: Any) -> str:
    """All that the caller is told, with what they named left out."""
    try:
        answer = repr(await send(caller, name, request, **sent))
    except Refused as refused:
        answer = repr(refused)
    for text in (thing.hex(), id_text(thing), repr(thing)[2:-1]):
        answer = answer.replace(text, "…")
    return answer


def ways_to_ask(request: Message) -> list[dict[str, Any]]:
    """The same request as it is, at a version, under the admin's key, and with something wrong in it."""
    fields = request.DESCRIPTOR.fields_by_name
    ways: list[dict[str, Any]] = [{}, {"key": "admins"}]
    if "expected_version" in fields:
        ways += [{"expected_version": 1}, {"expected_version": 99, "key": "admins"}]
    ways += [{text: "x" * 20_000} for text in ("title", "reason", "outcome") if text in fields]
    return ways


def copy_of(request: Message, **fields: Any) -> Message:
    copy = type(request)()
    copy.CopyFrom(request)
    for name, value in fields.items():
        setattr(copy, name, value)
    return copy


@pytest.mark.parametrize("name", sorted({*COMMANDS, *ALSO_NAMED} - HIDES_NOTHING.keys()))
async def test_what_one_may_not_know_is_answered_like_what_does_not_exist(processes: Processes, name: str) -> None:
    admin, elsewhere = processes.caller(), processes.caller()
    hidden = await some_things(admin, visibility=goals.VISIBILITY_PRIVATE)
    theirs = await some_things(elsewhere)
    for roles in ROLES:
        caller = admin.colleague(*roles)
        own = await some_things(admin, owner_id=caller.person_id, visibility=goals.VISIBILITY_PRIVATE)
        for request_of in requests_of(name):
            for number in range(len(list(places(request_of(own), named(own))))):
                for owner, unknown in ((admin, hidden), (elsewhere, theirs)):
                    request = request_of(own)
                    place = list(places(request, named(own)))[number]
                    thing: Id = getattr(unknown, place[-1])
                    if owner is admin and place[-1] in OF_THE_WHOLE_TENANT:
                        continue
                    put(place, thing)
                    absent = request_of(own)
                    nothing = new_id()
                    put(list(places(absent, named(own)))[number], nothing)
                    await the_same_is_told(processes, owner, caller, name, (request, thing), (absent, nothing))


async def the_same_is_told(
    processes: Processes, owner: Caller, caller: Caller, name: str, known: tuple[Message, Id], absent: tuple[Message, Id]
) -> None:
    if name not in REVEALS:
        with suppress(Refused):  # of one's own and somebody else's: not every such request can be carried out by anyone
            await send(owner, name, known[0], key="admins")
    async with nothing_appended(processes):
        for way in ways_to_ask(known[0]):
            sent = {"key": way["key"]} if "key" in way else {}
            fields = {field: value for field, value in way.items() if field != "key"}
            answers = []
            for request, thing in (known, absent):
                answers.append(await told(caller, name, copy_of(request, **fields), thing, **sent))
            assert answers[0] == answers[1], (name, known[0], way)


async def test_an_auditor_who_sees_everything_is_told_that_they_may_not(processes: Processes) -> None:
    """The counterpart: what one may know of is not called unknown."""
    admin = processes.caller()
    hidden = await some_things(admin, visibility=goals.VISIBILITY_PRIVATE)
    answer = await told(admin.colleague(AUDITOR), "CloseObjective", REQUESTS["CloseObjective"](hidden), hidden.objective_id)
    assert "ROLE_REQUIRED" in answer


async def test_the_day_on_which_a_hidden_objective_came_to_its_cycle_is_not_told(processes: Processes) -> None:
    admin = processes.caller()
    before, after = await admin.a_cycle("before"), await admin.a_cycle("after")
    hidden = await admin.an_objective(before, visibility=goals.VISIBILITY_PRIVATE)
    await admin.a_key_result(hidden)
    await admin.activate(hidden)
    moved = goals_api.MoveObjectiveRequest(objective_id=hidden, cycle_id=after, holds_from=MAR_31)
    await admin.goals("MoveObjective", moved)
    caller = admin.colleague(MEMBER)
    own = await caller.an_objective(before)
    key_result_id = await caller.a_key_result(own)
    await caller.activate(own)
    earlier: dict[str, Any] = {"key_result_id": key_result_id, "holds_from": JAN_1}
    told_of = [
        await told(caller, "MoveKeyResult", goals_api.MoveKeyResultRequest(to_objective_id=target, **earlier), target)
        for target in (hidden, new_id())
    ]
    assert told_of[0] == told_of[1]
    assert "OBJECTIVE_UNKNOWN" in told_of[0]
