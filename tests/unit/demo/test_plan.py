"""The plan of the demo company's year."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from demo import company
from demo.quarter import Command, Scale, Step, plan

MONDAY = date(2025, 12, 1)
SEED = 1


@pytest.fixture(scope="module")
def year() -> list[Step]:
    """The whole of it."""
    return plan(Scale(), MONDAY, SEED)


def commands(year: list[Step]) -> list[Command]:
    return [command for step in year for phase in step.phases for command in phase]


def test_the_same_seed_and_first_day_give_the_same_year_and_another_seed_another(year: list[Step]) -> None:
    assert plan(Scale(), MONDAY, SEED) == year
    assert plan(Scale(), MONDAY, SEED + 1) != year


def test_time_goes_on_from_step_to_step(year: list[Step]) -> None:
    instants = [step.at for step in year]
    assert instants == sorted(instants)
    assert (instants[-1].date() - MONDAY).days > 355


def test_three_hundred_people_with_handles_of_their_own_work_in_every_team() -> None:
    cast = company.cast(300, company.TEAMS, SEED)
    everybody = [person for members in cast.values() for person in members]
    assert len({person.handle for person in everybody}) == len({person.name for person in everybody}) == len(everybody) == 300
    assert all(person.handle.replace(".", "").isascii() and " " not in person.handle for person in everybody)
    assert [person.handle for person in everybody if person.manager is None] == [cast["LEAD"][0].handle]


def test_no_reference_is_given_twice(year: list[Step]) -> None:
    given = Counter(command.body["reference"] for command in commands(year) if command.body and "reference" in command.body)
    assert [reference for reference, times in given.items() if times > 1] == []


def test_each_cycle_has_its_objectives_and_all_measures(year: list[Step]) -> None:
    objectives = Counter(c.body["cycle"] for c in commands(year) if c.path == "/v1/objectives" and c.body)
    assert objectives == {"T1": 120, "T2": 120, "T3": 120}
    measures = {c.body["measure"] for c in commands(year) if c.path.endswith("/key-results") and c.body}
    assert measures == {"metric", "maintain", "binary", "milestones", "graded", "baseline", "sum"}


def test_whoever_has_left_says_nothing_more(year: list[Step]) -> None:
    told = commands(year)
    (left,) = [place for place, command in enumerate(told) if command.path.endswith("/leave")]
    leaver = told[left].path.split("/")[3]
    assert leaver not in {command.who for command in told[left + 1 :]}
