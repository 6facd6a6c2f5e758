"""What a folder of tables comes to, row by row."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example as tried_with
from hypothesis import given
from hypothesis import strategies as st

from gateway.importing.messages import check_in_row
from gateway.importing.plan import CheckIn, Cycle, ImportPlan
from gateway.importing.planner import MOST_ROWS_OF_A_DAY, plan_of
from gateway.importing.tables import Named, Row, TableUnreadable
from shared.tables import TABLES

EXAMPLES = Path(__file__).parents[4] / "examples"

OBJECTIVES = "objective,title,starts_on,ends_on,owner\nJ1,Grow,2026-01-01,2026-03-31,Ann\n"
KEY_RESULTS = (
    "objective,number,title,kind,start,target,unit\n"
    "J1,1,Hire,number,0,4,people\nJ1,2,Ship,binary,,,\nJ1,3,Please,score,,,\nJ1,4,Shrink,number,50,10,%\n"
)


def example(name: str) -> ImportPlan:
    return plan_of({file: (EXAMPLES / name / file).read_bytes() for file in TABLES if (EXAMPLES / name / file).exists()})


def folder(**tables: str) -> ImportPlan:
    """The plan of the folder above with some tables otherwise."""
    files = {"objectives": OBJECTIVES, "key_results": KEY_RESULTS, **tables}
    return plan_of({f"{name}.csv": text.encode() for name, text in files.items()})


def check_ins(*rows: str) -> ImportPlan:
    return folder(checkins="\n".join(("objective,key_result,date,by,score,value,note", *rows)))


def check_in(row: str) -> CheckIn:
    plan = check_ins(row)
    assert plan.refused == []
    return plan.check_ins[0]


def refused(plan: ImportPlan) -> list[str]:
    return list(map(str, plan.refused))


def test_a_key_result_is_named_by_its_number_or_by_its_whole_reference() -> None:
    assert [check_in(f"J1,{name},2026-02-01,,,1,").key_result for name in ("1", "J1/1", "j1/1")] == ["J1/1"] * 3
    assert "there is no key result" in refused(check_ins("J1,J2/1,2026-02-01,,,1,"))[0]


def test_a_row_is_held_in_few_bytes_since_there_may_be_a_hundred_thousand() -> None:
    rows = [f"J1,{1 + n % 2},2026-01-{1 + n % 31:02},ann{n // 5_000},,{n % 2},{n} of them" for n in range(10_000)]
    tracemalloc.start()
    plan = check_ins(*rows)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(plan.check_in_rows) == 10_000
    assert held / 10_000 < 700, "bytes a row, of which there may be 200,000"


class TestTheExamples:
    def test_joystream_is_taken_whole(self) -> None:
        plan = example("joystream-2019")
        counts = [len(things) for things in (plan.objectives, plan.key_results, plan.check_ins, plan.grades, plan.totals)]
        assert (counts, plan.refused) == ([7, 29, 148, 29, 7], [])
        assert plan.cycles == [
            Cycle("2019-Q1", date(2019, 1, 1), date(2019, 3, 31)),
            Cycle("2019-Q2", date(2019, 4, 9), date(2019, 7, 16)),
        ]
        assert plan.people == ["Martin", "Bedeho"]

    def test_its_key_results_are_numbered_inside_their_objective(self) -> None:
        by_reference = {k.reference: k for k in example("joystream-2019").key_results}
        signups = by_reference["J5/1"]
        assert (signups.home, signups.measure, signups.start, signups.target, signups.unit) == ("J5", "metric", 0, 500, "sign-ups")
        assert (by_reference["J2/1"].measure, by_reference["J3/1"].measure) == ("binary", "graded")

    def test_its_levels_and_people(self) -> None:
        by_reference = {o.reference: o for o in example("joystream-2019").objectives}
        assert (by_reference["J1"].level, by_reference["J1"].owner, by_reference["J1"].contributors) == ("company", "Martin", ())
        assert (by_reference["J6"].level, by_reference["J6"].owner, by_reference["J6"].contributors) == (
            "individual",
            "Martin",
            ("Bedeho",),
        )
        assert (by_reference["J3"].owner, by_reference["J3"].contributors) == ("Bedeho", ())
        assert (by_reference["J7"].level, by_reference["J7"].owner, by_reference["J7"].contributors) == (
            "individual",
            "Bedeho",
            ("Martin",),
        )

    def test_its_scores_on_metrics_are_shares_of_the_way_and_its_values_stand(self) -> None:
        values = {(c.key_result, c.as_of.isoformat()): c.value for c in example("joystream-2019").check_ins}
        assert values["J1/1", "2019-04-05"] == pytest.approx(0.99)
        assert values["J1/4", "2019-04-05"] == 9.0
        assert values["J5/1", "2019-07-30"] == 120
        assert values["J5/2", "2019-07-30"] == 0.4

    def test_its_abstentions(self) -> None:
        plan = example("joystream-2019")
        assert sum(c.abstention == "NA" and c.value is None for c in plan.check_ins) == 28
        assert [g.key_result for g in plan.grades if g.grade is None] == ["J5/5"]

    def test_its_grades_are_known_later_than_they_are_true(self) -> None:
        grade = next(g for g in example("joystream-2019").grades if g.key_result == "J4/1")
        assert (grade.grade, grade.as_of, grade.graded_on) == (0, date(2019, 7, 2), date(2019, 7, 30))

    def test_sourcegraph_is_taken_whole(self) -> None:
        plan = example("sourcegraph-fy22q3")
        assert (len(plan.objectives), len(plan.key_results), plan.refused) == (22, 42, [])
        assert plan.cycles == [Cycle("2021-08-01..2021-10-31", date(2021, 8, 1), date(2021, 10, 31))]
        assert sum(bool(k.counts_for) for k in plan.key_results) == 11

    def test_a_shared_key_result_is_at_home_where_it_is_named_first(self) -> None:
        by_reference = {k.reference: k for k in example("sourcegraph-fy22q3").key_results}
        assert (by_reference["K8"].home, by_reference["K8"].counts_for) == ("S2", ("S15", "S21"))
        assert by_reference["K8"].measure == "graded"

    def test_a_team_is_a_level_and_the_company_is_one_of_its_own(self) -> None:
        by_reference = {o.reference: o for o in example("sourcegraph-fy22q3").objectives}
        assert (by_reference["S1"].level, by_reference["S1"].team) == ("company", "")
        assert (by_reference["S14"].level, by_reference["S14"].team) == ("team", "Product/Engineering")


NO_SHARE = "does not lie from 0 to 1; 70 % is written 0.7"
BEYOND = "the target, or behind the start, is said by value"
NO_ROW = Row("", 0, {}, ())
NOTHING = ["", "NA", "na", "n/a", "N/A", "N/a", "n.a.", "#N/A", "-", "–", "—", "\u00a0"]
"""As spreadsheets and people write that there is nothing."""


class TestValues:
    @pytest.mark.parametrize(
        ("row", "value"),
        [
            ("J1,1,2026-02-01,Ann,0.5,,", 2.0),  # of 0 → 4
            ("J1,4,2026-02-01,Ann,0.25,,", 40.0),  # of 50 → 10
            ("J1,1,2026-02-01,Ann,,6,", 6.0),  # farther than the target
            ("J1,1,2026-02-01,Ann,,-2,", -2.0),  # the wrong way
            ("J1,1,2026-02-01,Ann,0.9,3,", 3.0),  # a value beside a score is what counts
            ("J1,1,2026-02-01,Ann,,1e2,", 100.0),
            ("J1,2,2026-02-01,Ann,1,,", 1.0),
            ("J1,2,2026-02-01,Ann,,0,", 0.0),
            ("J1,3,2026-02-01,Ann,0.7,,", 0.7),
        ],
    )
    def test_what_a_row_reports(self, row: str, value: float) -> None:
        assert check_in(row).value == value

    @pytest.mark.parametrize(
        ("row", "value"),
        [
            ("J1,3,2026-02-01,Ann,75 %,,", 0.75),
            ("J1,1,2026-02-01,Ann,50%,,", 2.0),  # half of the way
            ('J1,3,2026-02-01,Ann,"0,75",,', 0.75),
            ("J1,4,2026-02-01,Ann,,12 %,", 12.0),  # its unit is %
        ],
    )
    def test_percent_and_decimal_commas_are_read_where_they_mean_one_thing(self, row: str, value: float) -> None:
        assert check_in(row).value == pytest.approx(value)

    def test_percent_of_what_has_another_unit_is_asked_about(self) -> None:
        told = "column value: '12 %' could be 12 or a hundredth of it; leave the percent sign out, or name % as the unit"
        assert refused(check_ins("J1,1,2026-02-01,Ann,,12 %,")) == [f"checkins.csv, line 2, {told}"]

    @pytest.mark.parametrize("cells", ["J1,3,2026-02-01,Ann,,", "J1,3,2026-02-01,Ann,NA,", "J1,1,2026-02-01,Ann,na,NA"])
    def test_a_note_without_a_score_is_an_abstention_with_that_reason(self, cells: str) -> None:
        found = check_in(f"{cells},on holiday")
        assert (found.value, found.abstention, found.comment) == (None, "on holiday", "")

    def test_a_note_beside_a_score_is_a_comment(self) -> None:
        found = check_in("J1,3,2026-02-01,Ann,0.5,,slow")
        assert (found.value, found.abstention, found.comment) == (0.5, None, "slow")

    @pytest.mark.parametrize(
        ("row", "told"),
        [
            ("J9,1,2026-02-01,Ann,1,,", "column objective: there is no objective 'J9' in objectives.csv"),
            ("J1,9,2026-02-01,Ann,1,,", "column key_result: there is no key result 'J1/9' in key_results.csv"),
            ("J1,1,2026-02-30,Ann,1,,", "column date: '2026-02-30' is no day of the calendar"),
            ("J1,1,1.2.26,Ann,1,,", "column date: '1.2.26' is not a day; one looks like 2026-03-31"),
            ("J1,1,20260201,Ann,1,,", "column date: '20260201' is not a day; one looks like 2026-03-31"),
            ("J1,1,,Ann,1,,", "column date: is empty"),
            ("J1,1,2026-02-01,Ann,much,,", "column score: 'much' is not a number; one looks like 0.75"),
            ("J1,1,2026-02-01,Ann,NaN,,", "column score: 'NaN' is not a number; one looks like 0.75"),
            ("J1,1,2026-02-01,Ann,,inf,", "column value: 'inf' is not a number; one looks like 0.75"),
            ("J1,1,2026-02-01,Ann,,1e999,", "column value: '1e999' is too large for a number"),
            ("J1,1,2026-02-01,Ann,70,,", f"column score: 70 {NO_SHARE}, and what lies beyond {BEYOND}"),
            ("J1,1,2026-02-01,Ann,-0.5,,", f"column score: -0.5 {NO_SHARE}, and what lies beyond {BEYOND}"),
            ("J1,1,2026-02-01,Ann,70,2.8,", f"column score: 70 {NO_SHARE}, and what lies beyond {BEYOND}"),
            ("J1,3,2026-02-01,Ann,70,,", f"column score: 70 {NO_SHARE}"),
            ("J1,1,2026-02-01,Ann,,1_000,", "column value: '1_000' is not a number; one looks like 0.75"),
            ("J1,1,2026-02-01,Ann,,١,", "column value: '١' is not a number; one looks like 0.75"),
            ("J1,3,2026-02-01,Ann,1.2,,", f"column score: 1.2 {NO_SHARE}"),
            ("J1,3,2026-02-01,Ann,1.0000001,,", f"column score: 1.0000001 {NO_SHARE}"),
            ("J1,3,2026-02-01,Ann,-0.1,,", f"column score: -0.1 {NO_SHARE}"),
            ("J1,3,2026-02-01,Ann,,7,", "column score: is empty; J1/3 is graded, and needs a score from 0 to 1"),
            ("J1,2,2026-02-01,Ann,0.5,,", "column score: 0.5 is neither 0 nor 1, and J1/2 is binary"),
            ("J1,2,2026-02-01,Ann,,2,", "column value: 2 is neither 0 nor 1, and J1/2 is binary"),
            ("J1,1,2026-02-01,Ann,,,", "column score: no score, no value, and no note that says why not (NA)"),
            ("J1,3,2026-02-01,Ann,NA,,", "column score: no score, no value, and no note that says why not (NA)"),
        ],
    )
    def test_what_cannot_be_reported_is_refused_and_the_rest_goes_in(self, row: str, told: str) -> None:
        plan = check_ins("J1,1,2026-01-31,Ann,0.1,,", row, "J1,1,2026-02-02,Ann,0.3,,")
        assert refused(plan) == [f"checkins.csv, line 3, {told}"]
        assert [c.as_of.day for c in plan.check_ins] == [31, 2]

    def test_a_row_that_is_there_twice_counts_twice(self) -> None:
        assert len(check_ins("J1,3,2026-02-01,Ann,0.7,,", "J1,3,2026-02-01,Ann,0.7,,").check_ins) == 2

    def test_a_row_that_says_the_same_as_one_before_is_named(self) -> None:
        plan = check_ins(
            "J1,3,2026-02-01,Ann,0.7,,", "J1,3,2026-02-01,Ann,0.8,,", " J1,3,2026-02-01,Ann,0.7,,", "J1,3,2026-02-01,Ann,0.7,,"
        )
        assert [(repeated.row.line, repeated.first_line) for repeated in plan.repeated] == [(4, 2), (5, 2)]

    def test_a_row_that_is_refused_keeps_its_place_among_those_of_its_day(self) -> None:
        plan = check_ins("J1,3,2026-02-01,Ann,much,,", "J1,3,2026-02-01,Ann,0.7,,")
        assert [(row.readable, row.by) for row in plan.check_in_rows] == [(False, "Ann"), (True, "Ann")]

    def test_a_day_has_a_bound_and_what_lies_beyond_is_refused_row_by_row(self) -> None:
        plan = check_ins(*["J1,1,2026-01-31,Ann,,2,"] * (MOST_ROWS_OF_A_DAY + 1), "J1,1,2026-01-31,Bob,,2,")
        assert len(plan.check_ins) == MOST_ROWS_OF_A_DAY + 1
        told = f"there are {MOST_ROWS_OF_A_DAY} rows before it of the same key result, day and person"
        assert refused(plan) == [f"checkins.csv, line {MOST_ROWS_OF_A_DAY + 2}, column key_result: {told}"]

    @pytest.mark.parametrize(
        ("cell", "retraction"),
        [("yes", ""), ("TRUE", ""), ("1", ""), ("no", None), ("", None), ("-", None), ("wrong month", "wrong month")],
    )
    def test_a_row_may_say_that_its_check_in_was_retracted_and_why(self, cell: str, retraction: str | None) -> None:
        table = f"objective,key_result,date,by,score,value,note,retracted\nJ1,3,2026-02-01,Ann,0.7,,,{cell}\n"
        (check_in,) = folder(checkins=table).check_ins
        assert check_in.retraction == retraction
        sent = check_in_row(check_in, b"k", b"ann", {})
        assert (sent.retracted, sent.retraction_reason) == (retraction is not None, retraction or "")


@pytest.mark.parametrize(
    ("days", "expected"),
    [(",", ("2026-01-01", "2026-06-30")), ("2026-02-01,", ("2026-02-01", "2026-06-30")), (",2026-03-31", ("2026-01-01", "2026-03-31"))],
)
def test_empty_days_are_those_of_the_cycles_row(days: str, expected: tuple[str, str]) -> None:
    cycles = "cycle,first_day,last_day\nH1,2026-01-01,2026-06-30\n"
    plan = folder(objectives=f"objective,cycle,title,starts_on,ends_on\nJ1,h1,Grow,{days}\n", cycles=cycles)
    assert [(one.start_day.isoformat(), one.due_day.isoformat()) for one in plan.objectives] == [expected]


def test_without_a_row_of_its_cycle_an_objective_needs_its_days() -> None:
    plan = folder(objectives="objective,cycle,title\nJ1,H1,Grow\n")
    assert refused(plan)[0] == "objectives.csv, line 2, column starts_on: is empty"


@pytest.mark.parametrize("content", ["", "\n"])
def test_a_table_of_reports_may_be_an_empty_file(content: str) -> None:
    plan = folder(checkins=content, grades=content, published_totals=content)
    assert (len(plan.key_results), plan.check_ins, plan.grades, plan.totals, plan.refused) == (4, [], [], [], [])


class TestDefinitions:
    @pytest.mark.parametrize(
        ("row", "told"),
        [
            ("J2,Grow,2026-01-01,2025-12-31,Ann", "column ends_on: 2025-12-31 lies before starts_on, 2026-01-01"),
            ("J2,Grow,soon,2026-03-31,Ann", "column starts_on: 'soon' is not a day; one looks like 2026-03-31"),
            ("J2,,2026-01-01,2026-03-31,Ann", "column title: is empty"),
            (",Grow,2026-01-01,2026-03-31,Ann", "column objective: is empty"),
            ("J1,Again,2026-01-01,2026-03-31,Ann", "column objective: J1 is there already, in line 2"),
        ],
    )
    def test_an_objective_that_cannot_be_taken(self, row: str, told: str) -> None:
        plan = folder(objectives=f"{OBJECTIVES}{row}\n")
        assert refused(plan) == [f"objectives.csv, line 3, {told}"]
        assert [o.reference for o in plan.objectives] == ["J1"]

    @pytest.mark.parametrize(
        ("row", "told"),
        [
            ("J1,5,Stay,number,3,3,", "column target: start and target are both 3; a metric needs a way to go"),
            ("J1,5,Stay,number,3,,", "column target: is empty"),
            ("J1,5,Stay,number,few,3,", "column start: 'few' is not a number; one looks like 0.75"),
            (
                "J1,5,Stay,guess,,,",
                "column kind: 'guess' is not a kind; they are number, maintain, binary, milestones, score, baseline, sum",
            ),
            ("J1,1,Again,score,,,", "column number: J1/1 is there already, in line 2"),
            ("J9,1,Whose,score,,,", "column objective: there is no objective 'J9' in objectives.csv"),
        ],
    )
    def test_a_key_result_that_cannot_be_taken(self, row: str, told: str) -> None:
        plan = folder(key_results=f"{KEY_RESULTS}{row}\n")
        assert refused(plan) == [f"key_results.csv, line 6, {told}"]
        assert len(plan.key_results) == 4

    @pytest.mark.parametrize(
        ("row", "told"),
        [
            ("J1,5,Stay,maintain,,,", "column low: low and high are both empty; what is maintained has one of them, or both"),
            ("J1,5,Stay,maintain,9,3,", "column high: low 9 lies above high 3"),
            ("J1,5,Stay,maintain,few,3,", "column low: 'few' is not a number; one looks like 0.75"),
            ("J1,5,Stay,maintain,2,3,most", "column mode: 'most' is not a mode; they are latest and share"),
        ],
    )
    def test_what_cannot_be_maintained(self, row: str, told: str) -> None:
        plan = folder(key_results=f"objective,number,title,kind,low,high,mode\n{row}\n")
        assert refused(plan) == [f"key_results.csv, line 2, {told}"]

    @pytest.mark.parametrize(("cell", "weight"), [("", None), ("0", 0.0), ("2.5", 2.5)])
    def test_an_objective_may_have_a_weight_among_the_children_of_its_parent(self, cell: str, weight: float | None) -> None:
        plan = folder(objectives=f"objective,title,starts_on,ends_on,child_weight\nJ1,Grow,2026-01-01,2026-03-31,{cell}\n")
        assert [o.child_weight for o in plan.objectives] == [weight]

    def test_no_weight_lies_below_0(self) -> None:
        plan = folder(
            objectives="objective,title,starts_on,ends_on,child_weight\nJ1,Grow,2026-01-01,2026-03-31,-1\n",
            key_results="objective,number,title,kind\n",
        )
        assert refused(plan) == ["objectives.csv, line 2, column child_weight: -1 lies below 0"]

    def test_what_is_maintained_has_its_bounds_and_its_mode(self) -> None:
        plan = folder(
            key_results="objective,number,title,kind,low,high,mode,unit\nJ1,1,Stay,maintain,,3.5,share,%\nJ1,2,Keep,maintain,0,,,\n"
        )
        kept = [(k.measure, k.low, k.high, k.mode, k.unit) for k in plan.key_results]
        assert kept == [("maintain", None, 3.5, "share", "%"), ("maintain", 0.0, None, None, "")]

    def test_what_depends_on_a_refused_row_is_refused_with_it(self) -> None:
        plan = folder(
            objectives=f"{OBJECTIVES}J2,Shrink,2026-01-01,never,Ann\n",
            key_results=f"{KEY_RESULTS}J2,1,Fire,score,,,\nJ1,9,Odd,number,x,1,\n",
            checkins="objective,key_result,date,score\nJ2,1,2026-02-01,0.5\nJ1,9,2026-02-01,0.5\n",
            grades="objective,key_result,graded_on,grade\nJ2,1,2026-04-01,0.5\n",
        )
        assert refused(plan) == [
            "objectives.csv, line 3, column ends_on: 'never' is not a day; one looks like 2026-03-31",
            "key_results.csv, line 6, column objective: there is no objective 'J2' in objectives.csv",
            "key_results.csv, line 7, column start: 'x' is not a number; one looks like 0.75",
            "checkins.csv, line 2, column objective: there is no objective 'J2' in objectives.csv",
            "checkins.csv, line 3, column key_result: there is no key result 'J1/9' in key_results.csv",
            "grades.csv, line 2, column objective: there is no objective 'J2' in objectives.csv",
        ]

    def test_what_depends_on_a_broken_row_is_refused_with_it_too(self) -> None:
        plan = folder(
            objectives=f"{OBJECTIVES}J2,Shrink,2026-01-01,2026-03-31,Ann,extra\n", key_results=f"{KEY_RESULTS}J2,1,Fire,score,,,\n"
        )
        assert refused(plan)[1] == "key_results.csv, line 6, column objective: there is no objective 'J2' in objectives.csv"

    def test_a_second_row_may_stand_for_a_refused_one(self) -> None:
        plan = folder(objectives=f"{OBJECTIVES}J2,,2026-01-01,2026-03-31,Ann\nJ2,Shrink,2026-01-01,2026-03-31,Ann\n")
        assert [o.reference for o in plan.objectives] == ["J1", "J2"]
        assert len(plan.refused) == 1

    def test_a_title_is_one_line(self) -> None:
        plan = folder(objectives=OBJECTIVES.replace("Grow", '"Grow\r\n  fast"'))
        assert plan.objectives[0].title == "Grow fast"

    @pytest.mark.parametrize("level", ["galaxy", "individuals:Ann"])
    def test_a_level_that_is_none(self, level: str) -> None:
        plan = folder(
            objectives=f"objective,title,starts_on,ends_on,level\nJ1,Grow,2026-01-01,2026-03-31,{level}\n",
            key_results="objective,number,title,kind\n",
        )
        assert refused(plan) == [
            f"objectives.csv, line 2, column level: '{level}' is not a level; they are company, team and individual (individual:NAME)"
        ]


class TestGrades:
    HEADER = "objective,key_result,graded_on,as_of,grade\n"

    @pytest.mark.parametrize(("cell", "grade"), [("0.5", 0.5), ("", None), ("NA", None), ("0", 0.0)])
    def test_a_grade_or_none(self, cell: str, grade: float | None) -> None:
        plan = folder(grades=f"{self.HEADER}J1,1,2026-04-02,2026-03-31,{cell}\n")
        assert [g.grade for g in plan.grades] == [grade]

    def test_without_as_of_it_speaks_of_the_day_it_was_given(self) -> None:
        plan = folder(grades=f"{self.HEADER}J1,1,2026-04-02,,0.5\n")
        assert plan.grades[0].as_of == date(2026, 4, 2)

    @pytest.mark.parametrize(
        ("row", "told"),
        [
            ("J1,1,2026-04-02,,1.5", f"column grade: 1.5 {NO_SHARE}"),
            ("J1,1,2026-04-02,,good", "column grade: 'good' is not a number; one looks like 0.75"),
            ("J1,1,,2026-04-02,1", "column graded_on: is empty"),
            ("J1,1,2026-04-02,x,1", "column as_of: 'x' is not a day; one looks like 2026-03-31"),
        ],
    )
    def test_a_grade_that_cannot_be_taken(self, row: str, told: str) -> None:
        assert refused(folder(grades=f"{self.HEADER}{row}\n")) == [f"grades.csv, line 2, {told}"]


class TestContributions:
    OBJECTIVES = "objective,team,title,starts_on,ends_on\nS1,Company,Grow,2026-01-01,2026-03-31\nS2,Sales,Sell,2026-01-01,2026-03-31\n"

    def plan(self, key_results: str, contributions: str, **tables: str) -> ImportPlan:
        return folder(
            objectives=self.OBJECTIVES,
            key_results=f"key_result,title\n{key_results}",
            contributions=f"objective,key_result\n{contributions}",
            **tables,
        )

    def test_the_first_objective_is_home_the_others_are_counted_for(self) -> None:
        plan = self.plan("K1,Win\n", "S2,K1\nS1,K1\n")
        assert (plan.key_results[0].home, plan.key_results[0].counts_for) == ("S2", ("S1",))

    @pytest.mark.parametrize(
        ("key_results", "contributions", "told"),
        [
            ("K1,Win\n", "S1,K1\nS9,K1\n", "contributions.csv, line 3, column objective: there is no objective 'S9' in objectives.csv"),
            ("K1,Win\n", "S1,K1\nS1,K9\n", "contributions.csv, line 3, column key_result: there is no key result 'K9' in key_results.csv"),
            ("K1,Win\n", "S1,K1\nS1,K1\n", "contributions.csv, line 3, column key_result: K1 counts for S1 already, in line 2"),
            (
                "K1,Win\nK2,Lone\n",
                "S1,K1\n",
                "key_results.csv, line 3, column key_result: contributions.csv names no objective that K2 counts for",
            ),
            ("K1,Win\nK1,Twice\n", "S1,K1\n", "key_results.csv, line 3, column key_result: K1 is there already, in line 2"),
        ],
    )
    def test_what_cannot_be_taken(self, key_results: str, contributions: str, told: str) -> None:
        plan = self.plan(key_results, contributions)
        assert refused(plan) == [told]
        assert [k.reference for k in plan.key_results] == ["K1"]

    def test_a_key_result_of_a_missing_objective_alone_lacks_that_one(self) -> None:
        plan = self.plan("K1,Win\nK2,Lone\n", "S1,K1\nS9,K2\n")
        assert [(refusal.file, refusal.lacks) for refusal in plan.refused] == [
            ("key_results.csv", Named("objective", "s9")),
            ("contributions.csv", Named("objective", "s9")),
        ]

    def test_a_contribution_of_a_refused_key_result_is_refused_with_it(self) -> None:
        plan = self.plan("K1,Win\nK2,\n", "S1,K1\nS2,K2\n")
        assert refused(plan) == [
            "key_results.csv, line 3, column title: is empty",
            "contributions.csv, line 3, column key_result: there is no key result 'K2' in key_results.csv",
        ]

    def test_check_ins_and_grades_name_the_key_result_alone(self) -> None:
        plan = self.plan(
            "K1,Win\n",
            "S1,K1\n",
            checkins="key_result,date,score\nK1,2026-02-01,0.5\n",
            grades="key_result,graded_on,grade\nK1,2026-04-01,0.7\n",
        )
        assert [c.key_result for c in plan.check_ins] == ["K1"]
        assert [g.key_result for g in plan.grades] == ["K1"]


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        ({"objectives": "owner\n"}, "objectives.csv has no column objective and no column title; it has owner"),
        ({"grades": "objective\n"}, "grades.csv has no column key_result and no column graded_on and no column grade; it has objective"),
        ({"contributions": ""}, "contributions.csv is empty; its first row must name the columns objective, key_result"),
    ],
)
def test_a_table_without_its_columns_is_one_clear_line(tables: dict[str, str], told: str) -> None:
    with pytest.raises(TableUnreadable) as unreadable:
        folder(**tables)
    assert str(unreadable.value) == told


@pytest.mark.parametrize("missing", ["objectives.csv", "key_results.csv"])
def test_a_folder_without_a_table_that_is_needed_is_one_clear_line(missing: str) -> None:
    files = {"objectives.csv": OBJECTIVES.encode(), "key_results.csv": KEY_RESULTS.encode()}
    del files[missing]
    with pytest.raises(TableUnreadable) as unreadable:
        plan_of(files)
    assert str(unreadable.value).startswith(f"there is no {missing}")


def test_what_is_said_of_a_day_after_an_end_is_refused() -> None:
    plan = folder(
        objectives="objective,title,starts_on,ends_on,ended_on\nJ1,Grow,2026-01-01,2026-03-31,2026-03-15\n",
        key_results="objective,number,title,kind,cancelled_on\nJ1,1,Ship,binary,\nJ1,2,Please,score,2026-02-10\n",
        checkins="objective,key_result,date,score\nJ1,1,2026-03-15,1\nJ1,1,2026-03-16,1\nJ1,2,2026-02-10,1\nJ1,2,2026-02-11,1\n",
        grades=(
            "objective,key_result,graded_on,as_of,grade\n"
            "J1,1,2026-04-01,,1\nJ1,1,2026-04-01,2026-03-16,1\nJ1,2,2026-04-01,2026-03-15,1\nJ1,2,2026-02-01,,1\n"
        ),
    )
    assert [(one.file, one.line, one.column) for one in plan.refused] == [
        ("checkins.csv", 3, "date"),
        ("checkins.csv", 5, "date"),
        ("grades.csv", 3, "as_of"),
        ("grades.csv", 4, "as_of"),
    ]
    assert plan.refused[0].reason == "2026-03-16 lies after the end of J1/1, 2026-03-15"
    assert [(grade.graded_on, grade.as_of) for grade in plan.grades] == [
        (date(2026, 4, 1), date(2026, 3, 15)),
        (date(2026, 2, 1), date(2026, 2, 1)),
    ]


class TestWhatIsDatedAfterAnEndThatIsSaidLater:
    def changed(self, *rows: str) -> ImportPlan:
        return folder(
            objectives=OBJECTIVES + "J2,Help,2026-01-01,2026-03-31,Ann\n",
            changes="\n".join(("ref,day,field,value", *rows)) + "\n",
            checkins="objective,key_result,date,score\nJ1,3,2026-03-10,1\nJ1,3,2026-03-11,1\n",
            grades="objective,key_result,graded_on,as_of,grade\nJ1,3,2026-03-10,,1\nJ1,3,2026-03-20,,1\nJ1,3,2026-03-20,2026-03-11,1\n",
        )

    def refused(self, plan: ImportPlan) -> list[tuple[str, int, str]]:
        return [(one.file, one.line, one.column) for one in plan.refused]

    @pytest.mark.parametrize("end", ["J1,2026-03-10,state,closed", "j1,2026-03-10,state,cancelled", "J1/3,2026-03-10,state,cancelled"])
    def test_is_refused_and_a_grade_that_names_no_day_is_of_the_end(self, end: str) -> None:
        plan = self.changed(end)
        assert self.refused(plan) == [("checkins.csv", 3, "date"), ("grades.csv", 4, "as_of")]
        assert plan.refused[0].reason == "2026-03-11 lies after the end of J1/3, 2026-03-10"
        assert [grade.as_of for grade in plan.grades] == [date(2026, 3, 10), date(2026, 3, 10)]

    def test_is_taken_where_that_was_reopened(self) -> None:
        plan = self.changed("J1,2026-03-10,state,closed", "J1,2026-03-12,state,active")
        assert (len(plan.check_ins), len(plan.grades), plan.refused) == (2, 3, [])

    def test_is_refused_where_it_ended_again_after_that(self) -> None:
        plan = self.changed("J1,2026-03-01,state,closed", "J1,2026-03-05,state,active", "J1,2026-03-10,state,closed")
        assert self.refused(plan) == [("checkins.csv", 3, "date"), ("grades.csv", 4, "as_of")]

    def test_is_refused_by_the_first_of_several_ends(self) -> None:
        plan = self.changed("J1,2026-03-20,state,closed", "J1/3,2026-03-10,state,cancelled")
        assert self.refused(plan) == [("checkins.csv", 3, "date"), ("grades.csv", 4, "as_of")]

    def test_is_taken_of_a_key_result_that_belongs_elsewhere_by_then(self) -> None:
        plan = self.changed("J1/3,2026-03-05,home,J2", "J1,2026-03-08,state,closed")
        assert plan.refused == []

    def test_is_refused_of_a_key_result_that_came_to_what_ended(self) -> None:
        plan = self.changed("J1/3,2026-03-05,home,J2", "J2,2026-03-10,state,closed")
        assert self.refused(plan) == [("checkins.csv", 3, "date"), ("grades.csv", 4, "as_of")]


def test_what_rows_go_by_is_compared_as_names_are() -> None:
    plan = plan_of(
        {
            "objectives.csv": (
                "objective,cycle,title,owner,starts_on,ends_on\n"
                "A,Q3,One,Weiß,2026-07-01,2026-09-30\nB,q3,Two,WEIẞ,2026-07-01,2026-12-31\na,Q3,Again,Weiss,2026-07-01,2026-09-30\n"
            ).encode(),
            "key_results.csv": b"objective,number,title,kind\na,i,x,score\n",
            "checkins.csv": b"objective,key_result,date,by,score\nA,I,2026-09-01,Zoe\xcc\x88,0.5\nA,i,2026-09-01,Zo\xc3\xab,0.5\n",
        }
    )
    assert [(refusal.line, refusal.reason) for refusal in plan.refused] == [(4, "a is there already, in line 2")]
    assert [(cycle.name, cycle.last_day) for cycle in plan.cycles] == [("Q3", date(2026, 12, 31))]
    assert plan.people == ["Weiß", "Zoe\u0308"]
    assert {check_in.key_result for check_in in plan.check_ins} == {"A/i"}


@pytest.mark.parametrize("nothing", NOTHING)
def test_nothing_is_the_same_however_it_is_spelt(nothing: str) -> None:
    def plan(cell: str) -> ImportPlan:
        return folder(
            objectives=f"objective,title,starts_on,ends_on,cycle,owner,team,level\nJ1,Grow,2026-01-01,2026-03-31{f',{cell}' * 4}\n",
            key_results=f"objective,number,title,kind,start,target,weight,unit\nJ1,1,a,{cell},,,{cell},\nJ1,2,b,number,0,4,{cell},{cell}\n",
            checkins=f"objective,key_result,date,by,score,value,note\nJ1,1,2026-02-01,{cell},{cell},{cell},away\nJ1,2,2026-02-01,,{cell},3,\n",
            grades=f"objective,key_result,graded_on,as_of,grade\nJ1,1,2026-04-02,{cell},{cell}\n",
            published_totals=f"objective,total\nJ1,{cell}\n",
        )

    def content(plan: ImportPlan) -> list[object]:
        definitions = [replace(o, row=NO_ROW) for o in plan.objectives], [replace(k, row=NO_ROW) for k in plan.key_results]
        reports = [replace(c, row=NO_ROW) for c in plan.check_ins], [replace(g, row=NO_ROW) for g in plan.grades]
        return [plan.cycles, plan.people, plan.totals, plan.refused, definitions, reports]

    assert content(plan(nothing)) == content(plan(""))
    assert plan(nothing).refused == []


@given(score=st.floats(allow_nan=False, allow_infinity=False), key_result=st.sampled_from(["1", "3", "4"]))
@tried_with(score=70, key_result="1")
@tried_with(score=-5, key_result="4")
def test_a_score_is_a_share_whatever_it_is_a_score_of(score: float, key_result: str) -> None:
    plan = check_ins(f"J1,{key_result},2026-02-01,Ann,{score!r},,")
    if 0 <= score <= 1:
        assert (len(plan.check_ins), plan.refused) == (1, [])
    else:
        assert [(refusal.column, NO_SHARE in refusal.reason) for refusal in plan.refused] == [("score", True)]
        assert plan.check_ins == []
