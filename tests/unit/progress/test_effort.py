"""Where the weeks of a team went: whole weeks, objective by objective, and nobody's hours."""

from __future__ import annotations

from datetime import date

import pytest

from chassis.days import day_of
from chassis.errors import Refused
from progress.digest import effort_rows
from progress.domain.effort import SpentInWeek, WeekOfTeam, monday_of, team_weeks, weeks_asked
from progress.facts import Facts, fold, standing_efforts
from tests.support.events import ANN, BOB, CYD, an_id
from tests.support.recorded import Log
from tests.unit.goals.examples import TODAY
from tests.unit.goals.test_effort import RETRACTED, corrected, logged

DAN = an_id("Dan")
FIRST, SECOND = an_id("first objective"), an_id("second objective")


def test_a_week_goes_from_monday_to_sunday() -> None:
    for day in range(day_of(date(2026, 3, 2)), day_of(date(2026, 3, 9))):
        assert monday_of(day) == day_of(date(2026, 3, 2))
    assert monday_of(0) == -3  # 1970-01-01 was a Thursday


def test_unasked_four_weeks_are_told_and_asked_the_whole_weeks_of_both_days() -> None:
    assert [week.first_day for week in weeks_asked(None, None, TODAY)] == [monday_of(TODAY) - 7 * back for back in (3, 2, 1, 0)]
    (week,) = weeks_asked(TODAY, TODAY, TODAY)
    assert week.first_day <= TODAY <= week.last_day == week.first_day + 6
    assert len(weeks_asked(TODAY - 7, None, TODAY)) == 2


def test_no_more_than_a_year_is_told_and_its_first_day_does_not_lie_after_its_last() -> None:
    assert len(weeks_asked(TODAY - 7 * 52, TODAY, TODAY)) == 53
    for first, reason in ((TODAY - 7 * 53, "INVALID_ARGUMENT"), (TODAY + 7, "END_BEFORE_START")):
        with pytest.raises(Refused) as refused:
            weeks_asked(first, TODAY, TODAY)
        assert (refused.value.reason, refused.value.field) == (reason, "first_day")


def test_what_several_people_logged_is_a_sum_by_week_and_objective() -> None:
    spent = [SpentInWeek(0, FIRST, 60, [ANN, CYD]), SpentInWeek(0, SECOND, 90, [ANN, BOB]), SpentInWeek(1, None, 30, [ANN, BOB])]
    told = team_weeks(spent, 2, DAN)
    assert told.weeks == [WeekOfTeam(150, withheld=False), WeekOfTeam(30, withheld=False)]
    assert list(told.objectives.items()) == [(SECOND, [90, 0]), (FIRST, [60, 0]), (None, [0, 30])]


def test_what_one_person_alone_logged_on_an_objective_is_told_of_it_to_that_person_alone() -> None:
    spent = [SpentInWeek(0, FIRST, 60, [ANN, BOB]), SpentInWeek(0, SECOND, 90, [BOB])]
    to_cyd, to_bob = team_weeks(spent, 1, CYD), team_weeks(spent, 1, BOB)
    assert (to_cyd.weeks, to_cyd.objectives) == ([WeekOfTeam(60, withheld=True)], {FIRST: [60]})
    assert (to_bob.weeks, to_bob.objectives) == ([WeekOfTeam(150, withheld=False)], {SECOND: [90], FIRST: [60]})


def test_what_several_people_logged_alone_is_in_the_sum_of_the_week_and_told_of_no_objective() -> None:
    spent = [SpentInWeek(0, FIRST, 60, [ANN]), SpentInWeek(0, SECOND, 90, [BOB]), SpentInWeek(0, None, 15, [BOB])]
    to_cyd, to_ann = team_weeks(spent, 1, CYD), team_weeks(spent, 1, ANN)
    assert (to_cyd.weeks, to_cyd.objectives) == ([WeekOfTeam(165, withheld=False)], {})
    assert (to_ann.weeks, to_ann.objectives) == ([WeekOfTeam(60, withheld=True)], {FIRST: [60]})  # else the rest would be Bob's alone


def test_a_week_in_which_one_person_alone_logged_is_told_to_that_person_alone() -> None:
    spent = [SpentInWeek(0, FIRST, 60, [ANN]), SpentInWeek(0, SECOND, 60, [ANN]), SpentInWeek(1, FIRST, 45, [ANN, BOB])]
    to_bob = team_weeks(spent, 3, BOB)
    assert to_bob.weeks == [WeekOfTeam(0, withheld=True), WeekOfTeam(45, withheld=False), WeekOfTeam(0, withheld=False)]
    assert to_bob.objectives == {FIRST: [0, 45, 0]}
    assert team_weeks(spent, 3, ANN).objectives == {FIRST: [60, 45, 0], SECOND: [60, 0, 0]}


def test_what_was_said_last_of_an_entry_stands() -> None:
    log, facts = Log("goals"), Facts()
    for event in (logged(), logged(SECOND), corrected(60)):
        fold(log.append(event), facts)
    standing = {effort.effort_id: effort.minutes for effort in standing_efforts(facts.efforts)}
    assert standing == {logged().effort_id: 60, SECOND: 90}
    fold(log.append(RETRACTED), facts)
    assert [effort.effort_id for effort in standing_efforts(facts.efforts)] == [SECOND]


def test_the_digest_has_a_line_for_each_entry_that_stands() -> None:
    log, facts = Log("goals"), Facts()
    fold(log.append(logged()), facts)
    before = list(effort_rows(standing_efforts(facts.efforts)))
    fold(log.append(corrected(60)), facts)
    assert len(before) == 1
    assert before != list(effort_rows(standing_efforts(facts.efforts)))
    fold(log.append(RETRACTED), facts)
    assert list(effort_rows(standing_efforts(facts.efforts))) == []
