"""Formulas.md, Others: teams, participation, KPIs."""

from __future__ import annotations

from datetime import date

from tests.reckoning.views import kpi_view, participation, team_view
from tests.unit.reckoning.company import Company, day


def on(number: int) -> date:
    return date.fromisoformat(day(number))


def test_a_team_is_the_mean_of_its_active_objectives_as_equals_without_its_sub_teams(company: Company) -> None:
    company.row("teams.csv", team="sales", name="Sales", parent="", lead="ann")
    company.row("teams.csv", team="north", name="North", parent="sales", lead="")
    for ref, team, score, state in (
        ("A", "sales", 0.2, ""), ("B", "sales", 0.6, ""), ("C", "sales", 1, "draft"), ("D", "north", 1, ""), ("E", "sales", None, ""),
    ):  # fmt: skip
        company.objective(ref, team=team, state=state)
        if score is not None:
            company.key_result(f"{ref}/1", "score")
            company.check_in(f"{ref}/1", 5, score=score)
    assert team_view(company.organisation, "sales", on(10), "Q") == {
        "team": "sales",
        "lead": "ann",
        "progress": 0.4,
        "objectives": ["A", "B", "E"],
        "teams": [{"team": "north", "lead": None, "progress": 1, "objectives": ["D"], "teams": []}],
    }


def test_participation_counts_the_active_key_results_of_a_period_and_those_with_a_check_in_or_an_abstention(company: Company) -> None:
    company.row("cycles.csv", cycle="Q", kind="custom", first_day=day(0), last_day=day(100), cadence="weekly")
    for number in range(5):
        company.row("people.csv", person=f"p{number}", name="P", team="sales;tiny" if number else "sales")
    company.objective("O", team="sales")
    company.objective("T", team="tiny")
    for number in (1, 2, 3):
        company.key_result(f"O/{number}", "binary", cancelled_on=day(8) if number == 3 else "")
    company.key_result("T/1", "binary")
    company.check_in("O/1", 6, score=0)
    company.check_in("O/2", 7, abstained="ill")
    seen = participation(company.organisation, "Q", on(15))
    assert seen["periods"] == [
        {"from": day(0), "to": day(6), "teams": [{"team": "sales", "due": 3, "done": 1}]},
        {"from": day(7), "to": day(13), "teams": [{"team": "sales", "due": 2, "done": 1}]},
        {"from": day(14), "to": day(20), "teams": [{"team": "sales", "due": 2, "done": 0}]},
    ]


def test_a_kpi_has_the_value_of_the_latest_day_and_its_range_includes_its_bounds(company: Company) -> None:
    company.objective("O")
    company.row("key_results.csv", objective="O", number=1, title="K", kind="binary")
    company.row("kpis.csv", kpi="P", title="Profit", unit="EUR", low=10, high=20)
    for number, value in ((10, 20), (5, 9), (10, 21)):
        company.row("kpi_values.csv", kpi="P", date=day(number), value=value)
    seen = [kpi_view(company.organisation, on(number))[0] for number in (4, 5, 10)]
    assert [(one["value"], one["date"], one["in_range"]) for one in seen] == [(None, None, None), (9, day(5), False), (21, day(10), False)]
