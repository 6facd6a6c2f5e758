"""Teams, participation and KPIs (formulas.md, Others)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Final

from tests.reckoning import kpis, rollup
from tests.reckoning.checkins import standing
from tests.reckoning.moments import Moment, has_ended, home_of, state_of
from tests.reckoning.organisation import Cycle, KeyResult, Organisation
from tests.reckoning.shown import as_said, mean, six_digits
from tests.reckoning.status import months_after

Json = dict[str, Any]

SMALLEST_GROUP: Final = 5
_WEEKS: Final = {"weekly": 1, "two-weekly": 2}
_MONTHS: Final = {"monthly": 1, "quarterly": 3}


def team_view(organisation: Organisation, team: str, as_of: date, cycle: str | None = None) -> Json:
    """The mean of the team's active objectives of the cycle, as equals, without sub-teams, which are listed beside it."""
    objectives = [
        objective
        for objective in organisation.objectives.values()
        if objective.team == team and cycle in {None, objective.cycle} and state_of(objective, Moment(as_of)) == "active"
    ]
    numbers = [rollup.of_objective(organisation, objective, Moment(as_of)).rolled_up.progress for objective in objectives]
    return {
        "team": team,
        "lead": organisation.teams[team].lead if team in organisation.teams else None,
        "progress": six_digits(mean((Fraction(1), number) for number in numbers if number is not None)),
        "objectives": [objective.ref for objective in objectives],
        "teams": [team_view(organisation, one.team, as_of, cycle) for one in organisation.teams.values() if one.parent == team],
    }


def kpi_view(organisation: Organisation, as_of: date) -> list[Json]:
    """Each KPI's value on the latest day ≤ T, and whether it lies in its range."""
    seen = [(kpi, kpis.measured_on(kpi, as_of)) for kpi in organisation.kpis.values()]
    return [
        {
            "kpi": kpi.ref,
            "title": kpi.title,
            "unit": kpi.unit,
            "low": as_said(kpi.low),
            "high": as_said(kpi.high),
            "value": as_said(newest[1]) if newest else None,
            "date": newest[0].isoformat() if newest else None,
            "in_range": kpis.in_range(kpi, newest[1]) if newest else None,
        }
        for kpi, newest in seen
    ]


def participation(organisation: Organisation, cycle: str, as_of: date) -> Json:
    """Of the pairs (key result active, cadence period), those with a check-in or abstention whose `as_of` lies in the period, by team.

    Teams of fewer than five people are not shown.
    """
    return {
        "cycle": cycle,
        "periods": [
            {"from": first.isoformat(), "to": last.isoformat(), "teams": _teams_in(organisation, cycle, first, min(last, as_of))}
            for first, last in periods(organisation, organisation.cycles[cycle], as_of)
        ],
    }


def periods(organisation: Organisation, cycle: Cycle, as_of: date) -> Iterator[tuple[date, date]]:
    """The cadence periods of a cycle that have begun, counted from its first day, the last one cut at the cycle's end."""
    cadence = cycle.cadence or organisation.settings.cadence.on(as_of)
    number, first = 1, cycle.first_day
    while cadence != "none" and first <= min(as_of, cycle.last_day):
        if cadence in _WEEKS:
            after = cycle.first_day + timedelta(weeks=number * _WEEKS[cadence])
        else:
            after = months_after(cycle.first_day, number * _MONTHS[cadence])
        yield first, min(after - timedelta(days=1), cycle.last_day)
        number, first = number + 1, after


def _teams_in(organisation: Organisation, cycle: str, first: date, last: date) -> list[Json]:
    due, done = Counter[str](), Counter[str]()
    for key_result in organisation.key_results.values():
        home = home_of(organisation, key_result, last)
        if home.cycle == cycle and home.team and _is_active(organisation, key_result, last):
            due[home.team] += 1
            done[home.team] += any(first <= one.as_of for one in standing(key_result, last))
    members = Counter(
        team for person in organisation.people.values() if person.first_day <= last <= person.last_day for team in person.teams
    )
    return [{"team": team, "due": due[team], "done": done[team]} for team in sorted(due) if members[team] >= SMALLEST_GROUP]


def _is_active(organisation: Organisation, key_result: KeyResult, day: date) -> bool:
    """A key result that is there, not cancelled, fed by check-ins, of an active objective."""
    at = Moment(day)
    is_reported = key_result.defined_as != "sum" and day >= key_result.first_day
    return is_reported and not has_ended(key_result, at) and state_of(home_of(organisation, key_result, day), at) == "active"
