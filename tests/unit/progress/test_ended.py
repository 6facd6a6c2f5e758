"""What ended stays what it was at its end; what is a draft or was cancelled counts for no other objective."""

from __future__ import annotations

from typing import Any

import pytest

from cairn.goals.v1 import events_pb2 as goals
from progress.domain.formulas import formula_of
from progress.domain.status import ON_TRACK, Paces, objective_status
from tests.support.events import an_id
from tests.support.told import START, Told

FIRST = formula_of(1)


def closed(name: str, day: int) -> goals.ObjectiveClosed:
    return goals.ObjectiveClosed(objective_id=an_id(name), holds_from=day)


def cancelled(name: str, day: int) -> goals.ObjectiveCancelled:
    return goals.ObjectiveCancelled(objective_id=an_id(name), holds_from=day)


@pytest.fixture
def given() -> Told:
    """An objective with a key result at a half since its first day, which counts for another one, too."""
    return Told().objective("H").objective("G").key_result("H", "k", counts_for=("G",)).check_in("k", 0.5)


def test_what_is_recorded_after_an_end_does_not_move_it_on_any_day(given: Told) -> None:
    given.event(closed("H", START + 10), START + 10).check_in("k", 0.9, START + 5, day=START + 11).correct(
        "k", f"k@{START}", 0.1, day=START + 12
    )
    assert [given.numbers("H", day).progress for day in (None, START + 40, START + 7, START)] == [0.5] * 4
    assert given.numbers("H", formula=FIRST).progress == 0.9


def test_what_was_known_before_the_end_is_told_as_it_was_known(given: Told) -> None:
    before = given.numbers("H", START + 20).progress
    given.event(closed("H", START + 10), START + 30)
    assert given.numbers("H", START + 20, known_at=(START + 29) * 86_400_000_000).progress == before


def test_an_end_within_what_goes_on_cuts_earlier(given: Told) -> None:
    given.event(closed("H", START + 10), START + 10).check_in("k", 0.9, START + 20, day=START + 21)
    assert given.numbers("G").progress == 0.5


def test_what_ended_keeps_the_status_of_its_last_day(given: Told) -> None:
    given.event(closed("H", START + 10), START + 10)
    evaluated, objective_id = given.evaluated(START + 90), an_id("H")
    day = evaluated.cut[objective_id].true_on
    assert (day, objective_status(evaluated.tree.objectives[objective_id], evaluated.numbers[objective_id], Paces(day))) == (
        START + 10,
        ON_TRACK,
    )


def test_a_key_result_whose_home_was_cancelled_counts_nowhere_from_that_day_and_its_home_stays_as_it_was(given: Told) -> None:
    given.key_result("G", "own").check_in("own", 1.0).event(cancelled("H", START + 10), START + 10)
    given.check_in("k", 0.9, START + 5, day=START + 11)
    assert [given.numbers("G", day).progress for day in (START + 9, START + 10, None)] == [0.75, 1.0, 1.0]
    assert [given.numbers("H", day).progress for day in (START + 9, START + 10, None)] == [0.5] * 3
    assert given.numbers("G", formula=FIRST).progress == 0.95


def test_neither_a_draft_nor_its_key_results_count_for_another_objective() -> None:
    both: dict[str, Any] = {"roll_up": goals.ROLL_UP_CHILDREN}
    given = Told().objective("P", **both).objective("D", parent="P", draft=True).objective("A", parent="P")
    given.key_result("D", "d", counts_for=("A",)).key_result("A", "a").check_in("d", 1.0).check_in("a", 0.2)
    assert [given.numbers(name).progress for name in "PAD"] == [0.2, 0.2, 1.0]
    given.event(goals.ObjectiveActivated(objective_id=an_id("D"), holds_from=START + 5), START + 5)
    assert [given.numbers("A", day).progress for day in (START + 4, START + 5)] == [0.2, 0.6]


def test_what_is_changed_for_an_earlier_day_holds_until_what_was_changed_for_a_later_one() -> None:
    given = Told().objective("O").key_result("O", "m", metric=goals.Metric(start=0, target=10)).check_in("m", 4.0)
    ids: dict[str, Any] = {"objective_id": an_id("O"), "key_result_id": an_id("m")}
    given.event(goals.KeyResultRevised(target=20, holds_from=START + 10, **ids), START + 10)
    given.event(goals.KeyResultRevised(target=8, holds_from=START + 5, **ids), START + 11)
    given.event(goals.KeyResultRevised(weight=3.0, holds_from=START + 2, **ids), START + 12)
    assert [given.numbers("O", START + n).progress for n in (4, 5, 9, 10)] == pytest.approx([0.4, 0.5, 0.5, 0.2])
    assert {given.standing("m", START + n).weight for n in (2, 5, 10)} == {3.0}


def test_what_is_added_holds_from_the_day_it_was_added() -> None:
    given = Told().objective("O").key_result("O", "a").check_in("a", 1.0)
    late: dict[str, Any] = {"objective_id": an_id("O"), "key_result_id": an_id("b"), "graded": goals.Graded(), "weight": 1.0}
    given.event(goals.KeyResultDefined(holds_from=START + 10, **late), START + 10)
    assert [given.numbers("O", START + n).progress for n in (9, 10)] == [1.0, 0.5]


def test_once_reopened_its_end_is_none_on_any_day_and_was_one_as_far_as_was_known_before(given: Told) -> None:
    given.event(closed("H", START + 10), START + 10).check_in("k", 0.9, START + 20, day=START + 21)
    reopened = goals.ObjectiveReopened(objective_id=an_id("H"), state=goals.OBJECTIVE_STATE_ACTIVE, holds_from=START + 10)
    given.event(reopened, START + 30)
    assert [given.numbers("H", day).progress for day in (START + 15, START + 20, None)] == [0.5, 0.9, 0.9]
    states = [given.evaluated(day).tree.objectives[an_id("H")].state for day in (START, START + 10, None)]
    assert states == [goals.OBJECTIVE_STATE_ACTIVE] * 3
    before = (START + 29) * 86_400_000_000
    assert given.numbers("H", START + 25, known_at=before).progress == 0.5
    assert given.evaluated(START + 25, known_at=before).tree.objectives[an_id("H")].state == goals.OBJECTIVE_STATE_CLOSED
