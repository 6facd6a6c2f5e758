"""A command comes after the positions that it names, or is refused: every command, and every log that it decides on."""

from __future__ import annotations

import pytest

from chassis.errors import Kind
from chassis.positions import Position
from tests.integration.goals_checkins.callers import Processes, nothing_appended, refusal_of
from tests.integration.goals_checkins.test_who_may import APPROVING, BEFORE, COMMANDS, METHODS, REQUESTS, send, some_things

LOGS = {"GoalsService": ["goals"], "CheckInsService": ["goals", "checkins"]}
"""What the commands of a service decide on."""


@pytest.mark.parametrize(("name", "log"), [(name, log) for name in COMMANDS for log in LOGS[METHODS[name]]])
async def test_a_command_is_refused_that_comes_after_what_is_not_in_the_log(processes: Processes, name: str, log: str) -> None:
    ann = processes.caller(settings=APPROVING)
    things = await some_things(ann)
    if name in BEFORE:
        await BEFORE[name](ann, things)
    request = REQUESTS[name](things)
    for ahead in (Position(log, 0, 10**9), Position(log, 0, 1, generation=7)):
        async with nothing_appended(processes):
            refused = await refusal_of(send(ann, name, request, after=(ahead,)))
        assert (refused.reason, refused.field, refused.kind) == ("POSITION_UNKNOWN", "after", Kind.INVALID)
    goals_head, checkins_head = await processes.heads()
    await send(ann, name, request, after=(Position("goals", 0, goals_head), Position("checkins", 0, checkins_head)))
