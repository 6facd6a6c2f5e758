"""Formulas.md, Key results: a test for each row of the table."""

from __future__ import annotations

import pytest

from tests.unit.reckoning.company import Company, day


@pytest.fixture(autouse=True)
def objective(company: Company) -> None:
    company.objective("O")


# --- metric ----------------------------------------------------------------------------------------------------------


def test_a_metric_is_the_share_of_the_way_from_start_to_target(company: Company) -> None:
    company.key_result("O/1", "number", start=20, target=60)
    company.check_in("O/1", 10, value=30)
    seen = company.key_result_on(10)  # (30 - 20) / (60 - 20)
    assert (seen["value"], seen["progress"], seen["progress_raw"]) == (30, 0.25, 0.25)


def test_a_metric_may_go_down(company: Company) -> None:
    company.key_result("O/1", "number", start=60, target=20)
    company.check_in("O/1", 10, value=50)
    assert company.key_result_on(10)["progress"] == 0.25  # (50 - 60) / (20 - 60)


@pytest.mark.parametrize(("value", "shown", "raw"), [(-5, 0, -0.5), (12, 1, 1.2)])
def test_raw_progress_is_kept_and_clamped_where_it_is_shown(company: Company, value: float, shown: float, raw: float) -> None:
    company.key_result("O/1", "number")
    company.check_in("O/1", 10, value=value)
    seen = company.key_result_on(10)
    assert (seen["progress"], seen["progress_raw"]) == (shown, raw)


def test_a_score_on_a_metric_is_the_share_of_the_way_by_the_start_and_target_of_its_day(company: Company) -> None:
    company.key_result("O/1", "number", start=0, target=10)
    company.change("O/1", 20, "target", 20)
    company.check_in("O/1", 10, score=0.5)
    assert company.key_result_on(10)["value"] == 5  # half of 10, of which it was said
    assert company.key_result_on(20)["progress"] == 0.25  # 5 of 20


def test_without_a_check_in_progress_is_0_and_the_key_result_not_started(company: Company) -> None:
    company.key_result("O/1", "number", start=5)
    seen = company.key_result_on(50)
    assert (seen["value"], seen["progress"], seen["progress_raw"], seen["status"]) == (None, 0, 0, "not started")


# --- maintain --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "progress"), [(39.99, 0), (40, 1), (60, 1), (60.01, 0)])
def test_maintain_latest_is_met_between_its_bounds_both_included(company: Company, value: float, progress: int) -> None:
    company.key_result("O/1", "maintain", low=40, high=60)
    company.check_in("O/1", 10, value=value)
    assert company.key_result_on(10)["progress"] == progress


def test_maintain_without_a_value_is_0_and_not_started(company: Company) -> None:
    company.key_result("O/1", "maintain", low=40)
    seen = company.key_result_on(10)
    assert (seen["progress"], seen["status"], seen["mode"]) == (0, "not started", "latest")


def test_maintain_share_counts_the_check_ins_that_met_the_bounds_of_their_own_day(company: Company) -> None:
    company.key_result("O/1", "maintain", low=40, mode="share")
    company.change("O/1", 30, "low", 50)
    company.check_in("O/1", 10, value=45)  # met: 40
    company.check_in("O/1", 40, value=45)  # not met: 50
    company.check_in("O/1", 50, value=50)  # met: 50
    company.check_in("O/1", 55, abstained="on leave")  # in neither
    company.check_in("O/1", 56, value=1, retracted="a slip")  # in neither
    assert company.key_result_on(60)["progress"] == 0.666667  # 2 of 3


def test_maintain_share_counts_a_part_as_a_check_in(company: Company) -> None:
    company.key_result("O/1", "maintain", low=40, mode="share", owners="ann;bert")
    company.check_in("O/1", 10, value=50, part="ann")
    company.check_in("O/1", 11, value=10, part="bert")
    seen = company.key_result_on(12)
    assert (seen["progress"], seen["value"]) == (0.5, 30)  # one of two met it; the value is the mean of the parts


def test_maintain_that_is_met_is_on_track_before_its_due_day_and_achieved_from_it_on(company: Company) -> None:
    company.key_result("O/1", "maintain", low=40, due=day(50))
    company.check_in("O/1", 10, value=50)
    assert company.key_result_on(49)["status"] == "on track"
    assert company.key_result_on(50)["status"] == "achieved"


@pytest.mark.parametrize(("met", "status"), [(9, "on track"), (8, "behind"), (7, "at risk")])
def test_maintain_that_is_not_met_has_the_distance_to_1_whatever_the_day(company: Company, met: int, status: str) -> None:
    company.key_result("O/1", "maintain", low=40, mode="share")
    for number in range(10):
        company.check_in("O/1", number, value=50 if number < met else 30)
    assert company.key_result_on(10)["status"] == status  # d = 0.1, 0.2, 0.3


# --- binary, graded, milestones ------------------------------------------------------------------------------------------


def test_binary_and_graded_are_the_value(company: Company) -> None:
    company.key_result("O/1", "binary")
    company.key_result("O/2", "score")
    company.check_in("O/1", 10, score=1)
    company.check_in("O/2", 10, score=0.3)
    assert (company.key_result_on(10)["progress"], company.key_result_on(10, "O/2")["progress"]) == (1, 0.3)


def test_milestones_are_the_weight_of_those_done(company: Company) -> None:
    company.key_result("O/1", "milestones", milestones=rf"Draft\: one:1;Launch:3:{day(60)};Party:")
    company.check_in("O/1", 10, done="1;3")
    company.check_in("O/1", 20, done="2")
    assert company.key_result_on(10)["progress"] == 0.4  # (1 + 1) / 5
    seen = company.key_result_on(20)
    assert seen["progress"] == 0.6  # 3 / 5: the whole set each time
    assert (seen["value"], seen["milestones"]) == (
        None,
        [
            {"title": "Draft: one", "weight": 1, "due_day": None, "done": False},
            {"title": "Launch", "weight": 3, "due_day": day(60), "done": True},
            {"title": "Party", "weight": 1, "due_day": None, "done": False},
        ],
    )


def test_no_milestone_done_is_a_check_in(company: Company) -> None:
    company.key_result("O/1", "milestones", milestones="Draft;Launch")
    company.check_in("O/1", 0, done="none")
    assert company.key_result_on(0)["status"] == "on track"
    assert company.objective_on(0)["coverage"] == 1


def test_done_is_read_by_the_list_of_milestones_that_holds(company: Company) -> None:
    company.key_result("O/1", "milestones", milestones="A;B;C;D")
    company.check_in("O/1", 10, done="1;4")
    company.change("O/1", 20, "milestones", "A:3;B:1")
    assert company.key_result_on(19)["progress"] == 0.5
    assert company.key_result_on(20)["progress"] == 0.75  # 3 / 4; the fourth is beyond the list


# --- baseline --------------------------------------------------------------------------------------------------------


def test_a_baseline_has_a_value_and_no_number_and_does_not_count(company: Company) -> None:
    company.key_result("O/1", "baseline", unit="people")
    company.key_result("O/2", "binary")
    company.check_in("O/2", 5, score=1)
    assert company.key_result_on(9)["status"] == "not started"
    company.check_in("O/1", 10, value=7)
    seen = company.key_result_on(10)
    assert (seen["measure"], seen["value"], seen["progress"], seen["progress_raw"], seen["status"]) == (
        "baseline",
        7,
        None,
        None,
        "on track",
    )
    assert (company.objective_on(10)["progress"], company.objective_on(10)["coverage"]) == (1, 1)


def test_a_baseline_with_a_target_is_a_metric_that_starts_at_its_value_at_the_end_of_that_day(company: Company) -> None:
    company.key_result("O/1", "baseline", unit="people")
    company.check_in("O/1", 10, value=5)
    company.check_in("O/1", 20, value=8)
    company.check_in("O/1", 30, value=10)
    company.change("O/1", 20, "target", 18)
    company.change("O/1", 40, "target", 28)
    assert company.key_result_on(19)["measure"] == "baseline"
    assert (company.key_result_on(20)["measure"], company.key_result_on(20)["progress"]) == ("metric", 0)  # from 8
    assert company.key_result_on(30)["progress"] == 0.2  # (10 - 8) / (18 - 8)
    assert company.key_result_on(40)["progress"] == 0.1  # (10 - 8) / (28 - 8): a later target does not move the start


def test_the_start_of_a_baseline_may_be_given(company: Company) -> None:
    company.key_result("O/1", "baseline", unit="people")
    company.check_in("O/1", 10, value=5)
    company.change("O/1", 20, "start", 0)
    company.change("O/1", 20, "target", 20)
    assert company.key_result_on(20)["progress"] == 0.25  # 5 / 20


# --- sum -------------------------------------------------------------------------------------------------------------


def test_a_sum_adds_up_metrics_baselines_sums_and_kpis_unclamped(company: Company) -> None:
    company.row("kpis.csv", kpi="P", title="P", unit="EUR")
    company.row("kpi_values.csv", kpi="P", date=day(5), value=3)
    company.key_result("O/1", "number", unit="EUR")
    company.key_result("O/2", "baseline", unit="EUR")
    company.key_result("O/3", "sum", unit="EUR", target=100, feeds="O/1")
    company.key_result("O/4", "sum", unit="EUR", target=50, feeds="O/1;O/2;O/3;P")
    company.check_in("O/1", 10, value=-2)
    company.check_in("O/2", 10, value=11)
    seen = company.key_result_on(10, "O/4")  # -2 + 11 - 2 + 3 = 10, of 50
    assert (seen["value"], seen["progress"], seen["feeds"]) == (10, 0.2, ["O/1", "O/2", "O/3", "P"])


def test_a_sum_starts_where_it_is_said_to(company: Company) -> None:
    company.key_result("O/1", "number", unit="EUR")
    company.key_result("O/2", "sum", unit="EUR", start=10, target=50, feeds="O/1")
    company.check_in("O/1", 10, value=20)
    assert company.key_result_on(10, "O/2")["progress"] == 0.25  # (20 - 10) / (50 - 10)


def test_the_coverage_of_a_sum_is_the_mean_of_its_feeds_and_stands_in_the_objectives(company: Company) -> None:
    company.objective("P")
    for number in (1, 2, 3):
        company.key_result(f"P/{number}", "number", unit="EUR")
    company.key_result("O/1", "sum", unit="EUR", target=10, feeds="P/1;P/2")
    company.key_result("O/2", "sum", unit="EUR", target=10, feeds="O/1;P/3")
    company.check_in("P/1", 10, value=5)
    # O/1 has 1 of 2: 0.5. O/2 has O/1 with 0.5 and P/3 without: 0.25. Their mean is 0.375.
    assert company.objective_on(10)["coverage"] == 0.375
    assert company.key_result_on(10, "O/2")["value"] == 5  # a feed without a value adds 0


def test_a_sum_without_a_feed_that_has_a_value_is_not_started(company: Company) -> None:
    company.key_result("O/1", "number", unit="EUR", cancelled_on=day(30))
    company.key_result("O/2", "sum", unit="EUR", start=-5, target=10, feeds="O/1")
    assert company.key_result_on(5, "O/2")["status"] == "not started"
    company.check_in("O/1", 10, value=5)
    assert company.key_result_on(29, "O/2")["value"] == 5
    seen = company.key_result_on(30, "O/2")  # its one feed is left out from the day on which it was cancelled
    assert (seen["value"], seen["progress"], seen["progress_raw"], seen["status"]) == (None, 0, 0, "not started")


def test_a_feed_of_a_closed_objective_keeps_its_end_value_and_one_of_a_cancelled_objective_is_left_out(company: Company) -> None:
    company.objective("C", state="closed", ended_on=day(20))
    company.objective("X", state="cancelled", ended_on=day(20))
    company.key_result("C/1", "number", unit="EUR")
    company.key_result("X/1", "number", unit="EUR")
    company.key_result("O/1", "sum", unit="EUR", target=10, feeds="C/1;X/1")
    company.check_in("C/1", 10, value=2)
    company.check_in("X/1", 10, value=3)
    assert company.key_result_on(19)["value"] == 5
    assert company.key_result_on(20)["value"] == 2


def test_a_feed_before_its_first_day_is_left_out_and_not_without_a_value(company: Company) -> None:
    company.key_result("O/1", "number", unit="EUR")
    company.key_result("O/2", "number", unit="EUR", from_=day(20))
    company.key_result("O/3", "sum", unit="EUR", target=10, feeds="O/1;O/2")
    company.check_in("O/1", 5, value=1)
    assert company.objective_on(19)["coverage"] == 1
    assert company.objective_on(20)["coverage"] == 0.5  # O/1: 1, O/2: 0, O/3: 0.5


def test_a_sum_is_never_stale(company: Company) -> None:
    company.key_result("O/1", "number", unit="EUR")
    company.key_result("O/2", "sum", unit="EUR", target=10, feeds="O/1")
    assert (company.key_result_on(90)["stale"], company.key_result_on(90, "O/2")["stale"]) == (True, False)


# --- parts -----------------------------------------------------------------------------------------------------------


def test_the_value_is_the_mean_of_the_latest_parts_by_share_among_the_owners_that_have_one(company: Company) -> None:
    company.key_result("O/1", "number", owners="ann:2;bert:1;cid:1")
    company.check_in("O/1", 10, value=3, part="ann")
    company.check_in("O/1", 11, value=6, part="ann")
    company.check_in("O/1", 11, value=9, part="bert")
    seen = company.key_result_on(11)
    assert seen["value"] == 7  # (2 * 6 + 1 * 9) / 3; cid has none
    assert seen["parts"] == [{"person": "ann", "value": 6, "as_of": day(11)}, {"person": "bert", "value": 9, "as_of": day(11)}]


def test_an_owner_without_a_share_has_1_and_one_with_0_gives_nothing(company: Company) -> None:
    company.key_result("O/1", "number", owners="ann:3;bert;cid:0")
    company.check_in("O/1", 10, value=2, part="cid")
    assert company.key_result_on(10)["status"] == "not started"
    company.check_in("O/1", 11, value=4, part="ann")
    company.check_in("O/1", 12, value=8, part="bert")
    assert company.key_result_on(12)["value"] == 5  # (3 * 4 + 8) / 4


def test_a_whole_check_in_supersedes_earlier_parts(company: Company) -> None:
    company.key_result("O/1", "number", owners="ann;bert")
    company.check_in("O/1", 10, value=2, part="ann")
    company.check_in("O/1", 12, value=5)
    company.check_in("O/1", 14, value=9, part="bert")
    assert (company.key_result_on(12)["value"], company.key_result_on(12)["parts"]) == (5, [])
    assert company.key_result_on(14)["value"] == 9  # of bert alone: ann's part came before the whole


def test_parts_of_someone_who_is_no_owner_give_no_value_and_with_none_left_the_whole_before_stands(company: Company) -> None:
    company.key_result("O/1", "number", owners="ann;bert")
    company.check_in("O/1", 10, value=5)
    company.check_in("O/1", 12, value=9, part="bert")
    company.change("O/1", 20, "owners", "ann;cid")
    assert company.key_result_on(19)["value"] == 9
    assert company.key_result_on(20)["value"] == 5


# --- abstention, weight, marks ---------------------------------------------------------------------------------------


def test_an_abstention_leaves_the_last_value_and_counts_as_fresh(company: Company) -> None:
    company.key_result("O/1", "number")
    company.check_in("O/1", 10, value=5)
    company.check_in("O/1", 24, abstained="nobody measured")
    seen = company.key_result_on(38)
    assert (seen["value"], seen["abstained"], seen["stale"]) == (5, True, False)
    assert company.key_result_on(39)["stale"] is True  # 15 days after the abstention


def test_a_note_without_a_figure_is_an_abstention_too(company: Company) -> None:
    company.key_result("O/1", "number")
    company.check_in("O/1", 10, score="", value="", note="NA")
    seen = company.key_result_on(10)
    assert (seen["abstained"], seen["progress"], seen["status"]) == (True, 0, "not started")


def test_an_abstention_clears_a_status_said_by_hand(company: Company) -> None:
    company.key_result("O/1", "number")
    company.check_in("O/1", 10, value=1, status="at risk")
    company.check_in("O/1", 11, abstained="ill")
    assert company.key_result_on(10)["status"] == "at risk"
    assert company.key_result_on(11)["status"] == "on track"  # d = 0.11 - 0.1


def test_a_grade_decides_whether_it_is_abstained(company: Company) -> None:
    company.key_result("O/1", "number")
    company.check_in("O/1", 10, abstained="ill")
    company.grade("O/1", 20, 0.5)
    company.grade("O/1", 30, None)
    assert [company.key_result_on(number)["abstained"] for number in (10, 20, 30)] == [True, False, True]


def test_the_weight_is_1_unless_said_and_changes_on_its_day(company: Company) -> None:
    company.key_result("O/1", "binary")
    company.key_result("O/2", "binary", weight=3)
    company.check_in("O/1", 10, score=1)
    company.change("O/2", 20, "weight", 1)
    assert company.objective_on(10)["progress"] == 0.25  # 1 / (1 + 3)
    assert company.objective_on(20)["progress"] == 0.5


def test_weights_that_sum_to_0_make_no_number(company: Company) -> None:
    company.key_result("O/1", "binary", weight=0)
    company.check_in("O/1", 10, score=1, confidence=5)
    company.grade("O/1", 10, 1)
    seen = company.objective_on(10)
    assert [seen[name] for name in ("progress", "progress_raw", "grade", "confidence", "coverage", "status")] == [
        None, None, None, None, 1, "not started",
    ]  # fmt: skip


def test_commit_and_stretch_are_shown_and_progress_is_to_the_target(company: Company) -> None:
    company.key_result("O/1", "number", target=10, commit=8, stretch=12)
    company.check_in("O/1", 10, value=8)
    seen = company.key_result_on(10)
    assert (seen["commit"], seen["stretch"], seen["progress"]) == (8, 12, 0.8)
