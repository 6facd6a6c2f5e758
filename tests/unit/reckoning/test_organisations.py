"""Random organisations are valid by the rules: an import takes every row of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from tests.reckoning.moments import end_of, home_of
from tests.reckoning.organisation import NEVER, NOW, KeyResult, Objective, Organisation
from tests.reckoning.organisations import LAST_DAY, random_tables, write
from tests.reckoning.pace import due_day
from tests.reckoning.tables import read

DAYS = [date(2025, month, day) for month in range(1, 13) for day in (1, 16)]


@pytest.fixture(params=range(40))
def organisation(tmp_path: Path, request: pytest.FixtureRequest) -> Organisation:
    write(tmp_path, random_tables(request.param))
    return read(tmp_path)


def last_day_of(thing: Objective | KeyResult) -> date:
    end = end_of(thing.turns, NOW)
    return end.day if end else NEVER


def above(organisation: Organisation, objective: Objective, day: date) -> Objective | None:
    parent = objective.parent.on(day)
    if parent is None:
        return None
    if parent in organisation.key_results:
        return home_of(organisation, organisation.key_results[parent], day)
    return organisation.objectives[parent]


def said_of(key_result: KeyResult) -> Iterator[date]:
    """The days of all that was redefined, reported and graded."""
    redefined = (
        key_result.target, key_result.start, key_result.low, key_result.high, key_result.weight, key_result.due, key_result.owners,
        key_result.milestones, key_result.feeds, key_result.plan, key_result.home, key_result.title,
    )  # fmt: skip
    yield from (day for timeline in redefined for day, _ in timeline.changes)
    yield from (check_in.as_of for check_in in key_result.check_ins)
    yield from (grade.as_of for grade in key_result.grades)


def test_parents_form_no_loop_on_any_day(organisation: Organisation) -> None:
    for day in DAYS:
        for objective in organisation.objectives.values():
            passed, at = list[str](), above(organisation, objective, day)
            while at is not None:
                assert at.ref not in (objective.ref, *passed)
                passed.append(at.ref)
                at = above(organisation, at, day)


def test_nothing_is_said_of_a_key_result_after_it_or_its_home_ended(organisation: Organisation) -> None:
    for key_result in organisation.key_results.values():
        for day in said_of(key_result):
            assert day <= min(last_day_of(key_result), last_day_of(home_of(organisation, key_result, day)), LAST_DAY)


def test_a_key_result_is_shared_before_it_or_the_objective_that_it_counts_for_ended(organisation: Organisation) -> None:
    for key_result in organisation.key_results.values():
        for ref, shared in key_result.counts_for.items():
            assert all(day <= min(last_day_of(key_result), last_day_of(organisation.objectives[ref])) for day, _ in shared.changes)


def test_the_days_of_a_plan_rise_strictly_inside_the_span(organisation: Organisation) -> None:
    for day in DAYS:
        for key_result in organisation.key_results.values():
            points = [point for point, _ in key_result.plan.on(day)]
            span = [home_of(organisation, key_result, day).first_day, *points, due_day(organisation, key_result, day)]
            assert all(earlier < later for earlier, later in pairwise(span))


def test_feeds_have_the_unit_of_their_sum_and_are_older(organisation: Organisation) -> None:
    place = {ref: number for number, ref in enumerate(organisation.key_results)}
    for key_result in organisation.key_results.values():
        for feeds in (key_result.feeds.first, *(changed for _, changed in key_result.feeds.changes)):
            for ref in feeds:
                fed_by = organisation.kpis.get(ref) or organisation.key_results[ref]
                assert fed_by.unit == key_result.unit
                assert place.get(ref, -1) < place[key_result.ref]


def test_a_start_is_never_a_target_and_a_bound_always_stands(organisation: Organisation) -> None:
    for day in DAYS:
        for key_result in organisation.key_results.values():
            assert key_result.target.on(day) is None or key_result.start.on(day) != key_result.target.on(day)
            assert key_result.defined_as != "maintain" or {key_result.low.on(day), key_result.high.on(day)} != {None}
