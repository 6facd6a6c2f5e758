"""What is maintained: by the newest value, or by the share of the check-ins that met the bounds of their own day."""

from __future__ import annotations

from typing import Any

import pytest

from cairn.goals.v1 import events_pb2 as goals
from progress.domain.status import ACHIEVED, AT_RISK, NOT_STARTED, ON_TRACK, Paces, key_result_status
from tests.support.events import an_id
from tests.support.told import DAY, DUE, START, Told

IDS: dict[str, Any] = {"objective_id": an_id("O"), "key_result_id": an_id("k")}


def maintained(mode: goals.MaintainMode.ValueType, low: float | None = 5.0, high: float | None = None) -> Told:
    return Told().objective("O").key_result("O", "k", maintain=goals.Maintain(low=low, high=high, mode=mode))


def by_latest() -> Told:
    return maintained(goals.MAINTAIN_MODE_LATEST)


def by_share() -> Told:
    return maintained(goals.MAINTAIN_MODE_SHARE)


def moved(given: Told, day: int, told_on: int, **change: Any) -> Told:
    return given.event(goals.KeyResultRevised(holds_from=day, **IDS, **change), told_on)


def progress(given: Told, *days: int) -> list[float | None]:
    return [given.numbers("O", day).progress for day in days]


def status(given: Told, day: int) -> int:
    evaluated = given.evaluated(day)
    k = evaluated.tree.key_results[an_id("k")]
    found, _ = key_result_status(k, evaluated.raw[an_id("k")], evaluated.tree.objectives[an_id("O")], Paces(day))
    return found


def test_the_newest_value_says_whether_it_is_maintained() -> None:
    given = by_latest().check_in("k", 6.0).check_in("k", 4.9, START + 7)
    assert progress(given, START, START + 6, START + 7) == [1.0, 1.0, 0.0]


def test_the_newest_value_is_judged_by_the_bounds_of_the_day_asked_about() -> None:
    given = moved(by_latest().check_in("k", 6.0), START + 10, START + 10, low=goals.Bound(value=7.0))
    assert progress(given, START + 9, START + 10) == [1.0, 0.0]


def test_a_bound_that_was_taken_away_is_met_by_anything() -> None:
    given = maintained(goals.MAINTAIN_MODE_LATEST, low=5.0, high=9.0).check_in("k", 1.0)
    assert progress(moved(given, START + 10, START + 10, low=goals.Bound()), START + 9, START + 10) == [0.0, 1.0]


def test_by_share_each_check_in_is_judged_by_the_bounds_of_its_own_day() -> None:
    given = by_share().check_in("k", 6.0).check_in("k", 6.0, START + 10).check_in("k", 4.0, START + 11)
    moved(given, START + 10, START + 12, low=goals.Bound(value=7.0))
    assert progress(given, START, START + 10, START + 11) == pytest.approx([1.0, 1 / 2, 1 / 3])


def test_by_share_bounds_are_those_that_were_known_then() -> None:
    given = moved(by_share().check_in("k", 6.0), START, START + 10, low=goals.Bound(value=7.0))
    assert given.numbers("O", START, known_at=(START + 9) * DAY).progress == 1.0
    assert given.numbers("O", START).progress == 0.0


def test_by_share_a_correction_counts_once_with_its_new_value_and_neither_a_retraction_nor_an_abstention_does() -> None:
    given = by_share().check_in("k", 6.0, name="a").check_in("k", 6.0, START + 1, "b").check_in("k", 6.0, START + 2, "c")
    given.correct("k", "a", 4.0).retract("k", "b", START + 1).abstain("k", START + 3)
    assert given.numbers("O").progress == 0.5


def test_by_share_a_part_counts_as_a_check_in() -> None:
    owners = [goals.Owner(person_id=an_id(person)) for person in ("ann", "ben")]
    by_share = goals.Maintain(low=5.0, mode=goals.MAINTAIN_MODE_SHARE)
    given = Told().objective("O").key_result("O", "k", maintain=by_share, owners=owners).check_in("k", 6.0)
    for person, value in (("ann", 4.0), ("ben", 6.0)):
        given.check_in("k", value, START + 1, name=person, part_id=an_id(person))
    assert given.numbers("O").progress == pytest.approx(2 / 3)


def test_by_share_without_a_value_there_is_no_progress() -> None:
    given = by_share().abstain("k")
    assert (given.numbers("O").progress, status(given, START)) == (0.0, NOT_STARTED)


def test_by_share_a_check_in_of_before_the_key_result_is_judged_by_its_first_bounds() -> None:
    defined = goals.KeyResultDefined(
        title="k", weight=1.0, holds_from=START + 5, maintain=goals.Maintain(low=5.0, mode=goals.MAINTAIN_MODE_SHARE), **IDS
    )
    given = Told().objective("O").event(defined, START + 5).check_in("k", 6.0)
    moved(given, START + 8, START + 8, low=goals.Bound(value=7.0))
    assert progress(given, START + 5, START + 8) == [1.0, 1.0]


def test_the_mode_may_change_from_a_day_on() -> None:
    given = by_latest().check_in("k", 6.0).check_in("k", 4.0, START + 1)
    moved(given, START + 10, START + 10, mode=goals.MAINTAIN_MODE_SHARE)
    assert progress(given, START + 9, START + 10) == [0.0, 0.5]


def test_what_is_maintained_is_on_track_until_its_due_day_and_achieved_from_it_on() -> None:
    given = by_latest()
    assert status(given, START + 50) == NOT_STARTED
    given.check_in("k", 6.0)
    assert [status(given, day) for day in (START, DUE - 1, DUE, DUE + 9)] == [ON_TRACK, ON_TRACK, ACHIEVED, ACHIEVED]
    given.check_in("k", 4.0, START + 1)
    assert [status(given, day) for day in (START + 1, DUE + 9)] == [AT_RISK, AT_RISK]


def test_what_ended_keeps_the_share_of_its_end() -> None:
    given = by_share().check_in("k", 6.0)
    given.event(goals.ObjectiveClosed(objective_id=an_id("O"), holds_from=START + 10), START + 10)
    given.check_in("k", 1.0, START + 5, day=START + 11)
    moved(given, START, START + 12, low=goals.Bound(value=7.0))
    assert given.numbers("O").progress == 1.0
