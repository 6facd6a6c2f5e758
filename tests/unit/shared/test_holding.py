"""Additions are not retroactive: whatever is said of what is active, naming no day, holds from the day that it was said on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pytest
from google.protobuf.message import Message

from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as api
from chassis.errors import Refused
from goals.aggregates import CYCLE
from goals.domain import alignment, key_results, moving, moving_to_cycle, objectives
from goals.domain.alignment import Alignment, Parent
from goals.domain.objectives import KeyResult, Objective
from shared.holding import LAST_DAY, SINCE_EVER, Asked, require_not_ahead
from tests.support.events import MAR_31, OBJECTIVE, activated, an_id, cycle_defined, key_result_defined, objective_defined
from tests.unit.domain_dsl import folded
from tests.unit.goals.examples import NOW, TODAY, holding, wanted_key_result

KEY_RESULT: Final = key_result_defined().key_result_id
OTHER: Final = an_id("another one")

FIRST: Final = folded(CYCLE, cycle_defined())
SECOND: Final = folded(CYCLE, cycle_defined(cycle_id=an_id("next"), first_day=MAR_31 + 1, last_day=MAR_31 + 91))
TO_SECOND: Final = api.MoveObjectiveRequest(objective_id=OBJECTIVE, cycle_id=an_id("next"))

Decided = Callable[[Objective, Asked], Any]

SAID: Final[dict[str, Decided]] = {
    "ObjectiveRevised": lambda o, asked: objectives.revise(o, OTHER, api.ReviseObjectiveRequest(why="because"), asked),
    "ObjectiveAligned": lambda o, asked: alignment.align(Alignment(), OBJECTIVE, Parent(OTHER), asked, draft=o.draft),
    "ObjectiveActivated": lambda _, asked: objectives.activate(told(objective_defined(start_day=TODAY + 5)), asked),
    "ObjectiveClosed": lambda o, asked: objectives.close(o, "done", asked),
    "ObjectiveCancelled": lambda o, asked: objectives.cancel(o, "no budget", asked),
    "KeyResultDefined": lambda o, asked: key_results.define(o, an_id("new"), wanted_key_result(), asked, {}),
    "KeyResultRevised": lambda o, asked: key_results.revise(o, KEY_RESULT, api.ReviseKeyResultRequest(target=7), asked),
    "KeyResultShared": lambda o, asked: key_results.share(o, KEY_RESULT, OTHER, asked, draft=o.draft),
    "KeyResultUnshared": lambda o, asked: key_results.unshare(with_another(o), KEY_RESULT, OTHER, asked, draft=o.draft),
    "KeyResultMovedAway": lambda o, asked: moving.move_away(o, moved(o), Objective(), moving.day_of_move(moved(o), o, o, asked), asked),
    "KeyResultMovedIn": lambda o, asked: moving.move_in(
        told(objective_defined(objective_id=OTHER)), moved(o), o, moving.day_of_move(moved(o), o, o, asked)
    ),
    "ObjectiveMovedToCycle": lambda o, asked: moving_to_cycle.move_to_cycle(o, FIRST, SECOND, TO_SECOND, asked, frozenset())[0],
    "KeyResultMovedToCycle": lambda o, asked: moving_to_cycle.go_along(o, KEY_RESULT, o, FIRST, SECOND, TO_SECOND, asked),
    "KeyResultCancelled": lambda o, asked: key_results.cancel(o, KEY_RESULT, "no budget", asked),
}
OF_A_DRAFT: Final = {
    "ObjectiveDefined": "an objective begins as a draft, of which everything holds since ever",
    "SumFed": "it holds from the day that the sum's own definition names",
}
OF_AN_END: Final = {"ObjectiveReopened": "it holds from the day of the end that it takes back"}
AT_ONCE: Final = {
    f"Objective{what}": "it names no day: it is so from the day of the command on"
    for what in ("Submitted", "Approved", "SentBack", "ApprovalLapsed")
}
ON_ITS_DAY: Final = {"ObjectiveActivated", "ObjectiveClosed", "ObjectiveCancelled"}
"""What happens on a day, also to a draft."""


def moved(objective: Objective) -> KeyResult:
    return objective.key_results[KEY_RESULT]


def told(*events: Message) -> Objective:
    objective = Objective()
    for event in events:
        objectives.apply(objective, event)
    return objective


def with_another(objective: Objective) -> Objective:
    copied = objectives.copy(objective)
    shared = goals.KeyResultShared(objective_id=OBJECTIVE, key_result_id=KEY_RESULT, counts_for=OTHER, holds_from=SINCE_EVER)
    objectives.apply(copied, shared)
    return copied


def events(decided: Any) -> list[Message]:
    return [decided] if isinstance(decided, Message) else list(decided)


DATED: Final = {
    name
    for name, message in goals.DESCRIPTOR.message_types_by_name.items()
    if {"holds_from", "objective_id"} <= set(message.fields_by_name.keys()) and not name.startswith(("Task", "Initiative"))
}
"""Of objectives and key results: what they say before they are active is told otherwise."""


def test_every_event_that_holds_from_a_day_is_tried() -> None:
    assert SAID.keys() | OF_A_DRAFT.keys() | OF_AN_END.keys() | AT_ONCE.keys() == DATED


@pytest.mark.parametrize("name", SAID)
def test_what_is_said_of_what_is_active_holds_from_today_on_and_from_the_day_that_it_names(name: str) -> None:
    active = told(objective_defined(), key_result_defined(), holding(SINCE_EVER, activated()))
    for asked, day in ((NOW, TODAY), (Asked(TODAY - 3, TODAY), TODAY - 3)):
        for event in events(SAID[name](active, asked)):
            assert (type(event).__name__, event.HasField("holds_from"), event.holds_from) == (name, True, day)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", sorted(SAID.keys() - ON_ITS_DAY))
def test_what_is_said_of_a_draft_holds_since_ever(name: str) -> None:
    for event in events(SAID[name](told(objective_defined(), key_result_defined()), NOW)):
        assert event.holds_from == SINCE_EVER  # type: ignore[attr-defined]


@pytest.mark.parametrize("day", [SINCE_EVER, TODAY, TODAY + 1])
def test_what_is_dated_tomorrow_at_the_latest_is_taken(day: int) -> None:
    require_not_ahead("as_of", day, TODAY)


@pytest.mark.parametrize(
    ("day", "reason"),
    [(TODAY + 2, "DAY_IN_FUTURE"), (LAST_DAY + 1, "DAY_IN_FUTURE"), (2**31 - 1, "DAY_IN_FUTURE"), (SINCE_EVER - 1, "INVALID_ARGUMENT")],
)
def test_what_is_dated_more_than_a_day_ahead_or_on_no_day_is_refused(day: int, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        require_not_ahead("as_of", day, TODAY)
    assert (refused.value.reason, refused.value.field) == (reason, "as_of")
