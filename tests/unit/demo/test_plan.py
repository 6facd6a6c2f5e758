"""The plan of the demo company's year."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from demo import company
from demo.quarter import WEEK, Command, Scale, Step, plan
from progress.domain.status import ACHIEVED, AT_RISK, BEHIND, ON_TRACK, Status, planned_pace, status_of

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


@pytest.mark.parametrize("cycle", ["T1", "T2", "T3"])
def test_two_thirds_through_a_cycle_most_of_what_it_wants_is_on_track_and_some_of_it_is_not(year: list[Step], cycle: str) -> None:
    told = {"T1": 0, "T2": 18, "T3": 36}[cycle]
    statuses = Counter(_statuses(year, cycle, MONDAY + (3 + told + 12) * WEEK))
    shares = {status: count / statuses.total() for status, count in statuses.items()}
    assert statuses.total() > 200
    assert 0.5 < shares[ON_TRACK] + shares[ACHIEVED] < 0.72
    assert 0.15 < shares[AT_RISK] < 0.3
    assert 0.1 < shares[BEHIND] < 0.25


def test_closed_cycles_are_graded_as_cycles_are_and_some_of_what_they_wanted_was_given_up(year: list[Step]) -> None:
    closings = [c for c in commands(year) if c.path.startswith("/v1/cycles/") and c.path.endswith(("/close", "/reopen"))]
    assert [c.path.split("/", 3)[3] for c in closings] == ["T1/close", "T1/reopen", "T1/close", "T2/close"]
    for closing in (closings[2], closings[3]):
        assert closing.body is not None
        grades = _grades(closing.body["grades"])
        assert 0.6 < sum(grades) / len(grades) < 0.76
        assert min(grades) < 0.4
        assert max(grades) > 0.85
    given_up = [c for c in commands(year) if c.path.startswith("/v1/objectives/") and c.path.endswith("/cancel")]
    assert all(c.body and c.body["reason"] for c in given_up)
    assert all(2 <= sum(f"/{cycle}-" in c.path for c in given_up) <= 8 for cycle in ("T1", "T2", "T3"))


def test_two_indicators_are_out_of_their_range_and_an_objective_was_started_from_one(year: list[Step]) -> None:
    newest = {c.path.split("/")[3]: c.body["value"] for c in commands(year) if c.path.endswith("/values") and c.body}
    out = [each.ref for each in company.INDICATORS if not (each.low or 0) <= newest[each.ref] <= (each.high or newest[each.ref])]
    assert sorted(out) == ["PIPE", "WAIT"]
    (started,) = [c for c in commands(year) if c.path.startswith("/v1/kpis/") and c.path.endswith("/objectives")]
    assert started.path == "/v1/kpis/PIPE/objectives"


def test_whoever_moves_a_target_says_why_and_what_was_reached_stays(year: list[Step]) -> None:
    told = commands(year)
    moved = [c.path.removeprefix("/v1/key-results/") for c in told if c.method == "PATCH" and c.path.startswith("/v1/key-results/")]
    assert len(moved) > 10
    for key_result in moved:
        assert f"/v1/key-results/{key_result}/comments" in {c.path for c in told}
        rows = [row for c in told if c.body and "check_ins" in c.body for row in c.body["check_ins"]]
        values = [row["value"] for row in rows if row["key_result"] == key_result and "value" in row]
        way = max(values) - min(values)
        assert all(abs(after - before) <= way * 0.45 + 1 for before, after in pairwise(values)), key_result


def _grades(given: list[dict[str, Any]]) -> list[float]:
    """Of objectives: the means of what was graded of them."""
    of: dict[str, list[float]] = {}
    for each in given:
        if each["grade"] is not None:
            of.setdefault(each["key_result"].rpartition("/")[0], []).append(each["grade"])
    return [sum(grades) / len(grades) for grades in of.values()]


def _statuses(year: list[Step], cycle: str, day: date) -> list[Status]:
    """Of the metrics of a cycle, as they were told until a day, by the rules of progress itself."""
    told = [c for step in year if step.at.date() < day for phase in step.phases for c in phase]
    first, last = next((_day(c.body["first_day"]), _day(c.body["last_day"])) for c in told if c.body and c.body.get("name") == cycle)
    due = {c.body["reference"]: c.body.get("due_day") for c in told if c.path == "/v1/objectives" and c.body}
    given_up = {c.path.split("/")[3] for c in told if c.path.endswith("/cancel")}
    metrics = {c.body["reference"]: dict(c.body) for c in told if c.body and c.body.get("measure") == "metric"}
    for command in told:
        if command.method == "PATCH" and (ref := command.path.removeprefix("/v1/key-results/")) in metrics and command.body:
            metrics[ref] |= command.body
    newest = {
        row["key_result"]: row["value"] for c in told if c.body and "check_ins" in c.body for row in c.body["check_ins"] if "value" in row
    }
    statuses = []
    for ref, metric in metrics.items():
        home = ref.rpartition("/")[0]
        if not ref.startswith(f"{cycle}-") or home in given_up:
            continue
        ends = due[home]
        pace = planned_pace(first, _day(ends) if ends else last, day.toordinal(), ())
        gone = (newest[ref] - metric["start"]) / (metric["target"] - metric["start"]) if ref in newest else 0.0
        statuses.append(status_of(gone, pace, ref in newest))
    return statuses


def _day(written: str) -> int:
    return date.fromisoformat(written).toordinal()
