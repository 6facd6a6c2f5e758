"""Which key results an objective shows. Source: formulas, Small print."""

from __future__ import annotations

from cairn.goals.v1 import events_pb2 as goals
from progress.domain.evaluation import shown_by
from tests.support.events import an_id
from tests.support.told import START, Told


def shown(told: Told, objective: str, day: int) -> list[str]:
    return [key_result.title for key_result in shown_by(told.evaluated(day), an_id(objective))]


def test_an_objective_shows_no_key_result_that_a_draft_shares_with_it() -> None:
    told = Told().objective("O").objective("D", draft=True)
    told.key_result("O", "O/1").key_result("D", "D/1", counts_for=("O",))
    assert shown(told, "O", START + 9) == ["O/1"]
    assert shown(told, "D", START + 9) == ["D/1"]
    told.event(goals.ObjectiveActivated(objective_id=an_id("D"), holds_from=START))
    assert sorted(shown(told, "O", START + 9)) == ["D/1", "O/1"]


def test_nor_one_of_an_objective_that_was_cancelled_since_also_where_that_key_result_was_cancelled_before() -> None:
    told = Told().objective("O").objective("C").key_result("C", "C/1", counts_for=("O",)).key_result("C", "C/2", counts_for=("O",))
    told.event(goals.KeyResultCancelled(objective_id=an_id("C"), key_result_id=an_id("C/2"), holds_from=START + 3))
    told.event(goals.ObjectiveCancelled(objective_id=an_id("C"), holds_from=START + 5))
    assert sorted(shown(told, "O", START + 4)) == ["C/1", "C/2"]
    assert shown(told, "O", START + 5) == []


def test_what_ended_shows_nothing_that_was_added_after_its_end() -> None:
    told = Told().objective("O").objective("S")
    told.event(goals.ObjectiveClosed(objective_id=an_id("O"), holds_from=START + 5))
    told.key_result("S", "S/1")
    told.event(goals.KeyResultShared(objective_id=an_id("S"), key_result_id=an_id("S/1"), counts_for=an_id("O"), holds_from=START + 7))
    assert shown(told, "O", START + 9) == []
