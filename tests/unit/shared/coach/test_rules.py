"""Each rule of the coach: what it says something of, and what it passes over."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from shared.coach import MOST_FINDINGS, RULES, KeyResult, Measured, Objective, review

EXAMPLES = Path(__file__).parents[4] / "examples"


def found(title: str, measured: Measured = "graded", **more: object) -> set[str]:
    """The rules that have something to say of a key result."""
    objective = Objective("O", "Be read", (KeyResult("K", title, measured, **more), KeyResult("L", "Win 3 of the others")))  # type: ignore[arg-type]
    return {finding.rule for finding in review([objective]) if finding.ref == "K"}


def found_of_objective(title: str = "Be read", **more: object) -> set[str]:
    """The rules that have something to say of an objective, which has two sound key results unless it is said otherwise."""
    given = {"key_results": (KeyResult("K", "Get 1000 readers", "metric"), KeyResult("L", "Win 3 of the others", "metric")), **more}
    return {finding.rule for finding in review([Objective("O", title, **given)]) if finding.ref == "O"}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "title",
    [
        "Maximize overall monthly unique visitors",
        "Be proactive",
        "Die Kundenbindung verbessern",
        "Begin first internal accounting review in Q3",
        "FY23 hiring, expense and option budgets are set for each executive",
        "Tier 1 customers are content",
        "Bis 31.3. alle Kunden besucht haben",
        "Hold one-on-one meetings with everybody",
    ],
)
def test_a_key_result_without_a_number_is_named(title: str) -> None:
    assert "no-number" in found(title)


@pytest.mark.parametrize(
    "title",
    [
        "Increase followers by 15% each 6 weeks on social platforms",
        "Land N2 large enterprise logos",
        "2x cloud weekly activation rate",
        "Double the acquisition of new customers",
        "Win three customers",
        "Neukunden um 20 % steigern",
        "Den Umsatz verdoppeln",
        "Fast results over 5.5M repositories",
    ],
)
def test_a_number_counts_however_it_is_written(title: str) -> None:
    assert "no-number" not in found(title)


@pytest.mark.parametrize("measured", ["metric", "maintain", "baseline", "sum", "milestones"])
def test_what_is_measured_by_a_number_need_not_name_it(measured: Measured) -> None:
    assert "no-number" not in found("Customers who stay", measured)


def test_what_is_done_or_not_needs_no_number_unless_nobody_can_say_when_it_is_done() -> None:
    assert found("A wireframe that five customers understood", "binary") == set()
    assert found("Help coworkers", "binary") == {"no-number", "vague"}


@pytest.mark.parametrize(
    "title",
    [
        "Write 10 posts",
        "Writing 10 blog posts",
        "10 Artikel schreiben",
        "Publish 2 articles",
        "Running 3 workshops",
        "5 Seiten veröffentlichen",
    ],
)
def test_an_output_is_told_from_an_outcome(title: str) -> None:
    assert "output" in found(title, "metric")


@pytest.mark.parametrize(
    "title",
    [
        "Get 1000 views on a blog post",
        "Obtain 3 press publications about the blog",
        "Sign 4 up-sells",
        "1000 Leser gewinnen",
        "Posts reach 1000 readers",
        "Share of readers who come back",
    ],
)
def test_an_outcome_is_no_output(title: str) -> None:
    assert "output" not in found(title, "metric")


def test_something_to_be_delivered_may_be_done_or_not() -> None:
    assert "output" not in found("Publish the whitepaper", "binary")


def test_vague_words_are_named_where_no_figure_says_how_much() -> None:
    assert "vague" in found("Improve the onboarding")
    assert "vague" not in found("Improve the onboarding from 40 to 60 %")
    assert "vague" not in found("Improve the onboarding", "metric")


@pytest.mark.parametrize(
    ("title", "start", "target"),
    [("Churn", 5, 5), ("Increase traffic", 100, 80), ("Reduce churn", 3, 5), ("Den Umsatz steigern", 10, 8), ("Kosten senken", 1, 2)],
)
def test_a_start_that_meets_its_target_is_named(title: str, start: float, target: float) -> None:
    assert "start-meets-target" in found(title, "metric", start=start, target=target)


@pytest.mark.parametrize(("title", "start", "target"), [("Reduce churn", 5, 3), ("Traffic", 100, 80), ("Increase traffic", 80, 100)])
def test_a_start_that_is_still_to_be_left_is_not(title: str, start: float, target: float) -> None:
    assert "start-meets-target" not in found(title, "metric", start=start, target=target)


def test_what_was_reached_in_the_first_tenth_was_too_easy() -> None:
    assert "sandbagging" in found("Win 3 customers", reached_early=True)


@pytest.mark.parametrize(
    "title", ["Leverage synergies in 3 teams", "Low-hanging fruit: 3 customers", "Ganzheitliche Betreuung von 3 Kunden"]
)
def test_jargon_is_named_in_both_languages(title: str) -> None:
    assert "jargon" in found(title)
    assert "jargon" in found_of_objective(title)


def test_whose_and_by_when_is_asked_of_both() -> None:
    assert found("Win 3 customers", has_owner=False, has_due_day=False) == {"no-owner", "no-due-day"}
    assert found_of_objective(has_owner=False, has_due_day=False) == {"no-owner", "no-due-day"}


@pytest.mark.parametrize(("count", "says"), [(0, "few"), (1, "few"), (2, ""), (5, ""), (6, "many")])
def test_two_to_five_key_results_are_good_practice(count: int, says: str) -> None:
    key_results = tuple(KeyResult(f"K{n}", f"Win {n} of {'abcdefg'[n]}") for n in range(count))
    expected = {f"too-{says}-key-results"} if says else set()
    assert found_of_objective(key_results=key_results) == expected
    assert found_of_objective(key_results=(), counts=count) == expected


@pytest.mark.parametrize(
    ("count", "says"),
    [
        (0, "It has no key results: nothing says when it is reached."),
        (1, "It has one key result: one figure alone is easily met in the wrong way."),
    ],
)
def test_too_few_key_results_are_told_as_they_are(count: int, says: str) -> None:
    assert [finding.says for finding in review([Objective("O", "Be read", counts=count)])] == [says]


@pytest.mark.parametrize(
    "title", ["Increase company revenue by 10% by the end of Q1", "Send out 400 outreach emails in June", "Umsatz um 20 % steigern"]
)
def test_an_objective_that_is_a_metric_is_named(title: str) -> None:
    assert "objective-is-a-metric" in found_of_objective(title)


@pytest.mark.parametrize(
    "title", ["Improve brand awareness", "Win the market in 2026", "Be ready for Q3", "Launch within 3 months", "Get ISO 27001"]
)
def test_an_objective_in_words_is_not(title: str) -> None:
    assert "objective-is-a-metric" not in found_of_objective(title)


def test_an_objective_of_which_nobody_can_say_when_it_is_reached_is_named() -> None:
    assert "vague-objective" in found_of_objective("Become a better colleague")
    assert "vague-objective" not in found_of_objective("Improve brand awareness")


def test_below_the_company_an_objective_serves_another_one() -> None:
    assert "no-parent" in found_of_objective(level="team", has_parent=False)
    assert "no-parent" in found_of_objective(level="individual", has_parent=False)
    assert "no-parent" not in found_of_objective(level="team", has_parent=True)
    assert "no-parent" not in found_of_objective(level="company", has_parent=False)


def test_a_team_with_more_than_four_objectives_in_a_cycle_is_told_once() -> None:
    def objectives(count: int, cycle: str = "Q1") -> list[Objective]:
        return [Objective(f"{cycle}{n}", f"Aim {'abcdefgh'[n]}", level="team", team="Sales", cycle=cycle) for n in range(count)]

    def told(of: list[Objective]) -> list[str]:
        return [finding.says for finding in review(of) if finding.rule == "too-many-objectives"]

    assert told(objectives(4)) == []
    assert told([*objectives(4), *objectives(4, "Q2")]) == []
    assert len(told(objectives(5))) == 1
    assert told(objectives(6)) == ["Sales has 6 objectives in this cycle; with more than four nothing comes first."]


def test_what_says_nearly_the_same_is_named_with_what_it_is_like() -> None:
    says = {
        finding.ref: finding.says
        for finding in review(
            [
                Objective("A", "Make the product valuable and accessible to every company"),
                Objective("B", "Make our products valuable, and accessible, to every company"),
                Objective("C", "Make the office a place to be"),
            ]
        )
        if finding.rule == "near-duplicate"
    }
    assert says == {"B": "It says nearly the same as A, 'Make the product valuable and accessible to every company'."}


def test_each_rule_is_declared_once_and_all_its_findings_are_of_it() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    bad = Objective("O", "Become 20 % better", (KeyResult("K", "Write more"),), level="team", has_owner=False, has_parent=False)
    assert {finding.rule for finding in review([bad])} <= {rule.id for rule in RULES}


def test_a_review_says_at_most_so_much() -> None:
    many = [Objective(str(n), "Become 20 % better", has_owner=False, has_due_day=False) for n in range(MOST_FINDINGS)]
    assert len(review(many)) == MOST_FINDINGS


GOOD = {
    "Improve brand awareness": [
        "Increase the traffic on the corporate website to 10,000 visits per month",
        "Increase followers by 15% each 6 weeks on social platforms",
        "Increase the number of subscribers to mailing list by 20% within the quarter",
    ],
    "Become the ultimate blog to launch a freelance activity": [
        "Obtain 30,000 monthly freelance visitors thanks to SEO",
        "50% of the people who fill out a form on the site are freelancers",
        "Obtain 3 press publications about the blog",
    ],
    "Win more of the market": [
        "Thousands of turnover via ads",
        "Sign 4 up-sells with our strategic clients",
        "Double the acquisition of new customers through prospecting",
    ],
}
BAD = {
    "Retain newsletter subscribers": ["Send out more newsletters", "Design new templates", "Assign new copywriters"],
    "Become a better colleague": ["Accomplish yearly goals", "Help coworkers", "Be proactive"],
}


@pytest.mark.parametrize("title", GOOD)
def test_nothing_is_said_of_good_examples(title: str) -> None:
    assert review([Objective("O", title, tuple(KeyResult(k, k) for k in GOOD[title]))]) == []


@pytest.mark.parametrize("title", BAD)
def test_each_key_result_of_a_bad_example_is_named(title: str) -> None:
    named = Counter(finding.ref for finding in review([Objective("O", title, tuple(KeyResult(k, k) for k in BAD[title]))]))
    assert set(BAD[title]) <= named.keys()


def test_of_a_real_company_the_key_results_without_a_number_are_named() -> None:
    folder = EXAMPLES / "sourcegraph-fy22q3"
    homes: defaultdict[str, list[KeyResult]] = defaultdict(list)
    with (folder / "contributions.csv").open() as table:
        home_of = {row["key_result"]: row["objective"] for row in reversed(list(csv.DictReader(table)))}
    with (folder / "key_results.csv").open() as table:
        for row in csv.DictReader(table):
            homes[home_of[row["key_result"]]].append(KeyResult(row["key_result"], row["title"]))
    with (folder / "objectives.csv").open() as table:
        objectives = [Objective(row["objective"], row["title"], tuple(homes[row["objective"]])) for row in csv.DictReader(table)]
    named = {finding.ref for finding in review(objectives) if finding.rule == "no-number"}
    without = (5, 6, 7, 11, 13, 14, 15, 22, 23, 28, 29, 30, 31, 32, 33, 34, 35, 39, 40, 41, 42)
    assert named == {f"K{number}" for number in without}
