"""What the tables beside objectives and key results come to: KPIs and their values, work, milestones, comments."""

from __future__ import annotations

from datetime import date

import pytest

from gateway.importing.plan import ImportPlan
from gateway.importing.planner import plan_of
from gateway.importing.tables import Named

OBJECTIVES = "objective,title,starts_on,ends_on\nJ1,Grow,2026-01-01,2026-03-31\n"
KEY_RESULTS = "objective,number,title,kind,start,target\nJ1,1,Hire,number,0,4\n"


def folder(**tables: str) -> ImportPlan:
    files = {"objectives": OBJECTIVES, "key_results": KEY_RESULTS, **tables}
    return plan_of({f"{name}.csv": text.encode() for name, text in files.items()})


def refused(plan: ImportPlan) -> list[tuple[str, int, str]]:
    return [(one.file, one.line, one.column) for one in plan.refused]


class TestPeople:
    def test_somebody_has_a_row_for_each_span_of_days_and_the_first_says_who_they_are(self) -> None:
        rows = [
            "Ann,Ann Lee,a@b.ch,member;champion,Sales,Bo,2026-02-01,",
            "ANN,,,,Sales;Web,,2025-01-01,2025-12-31",
            "ann,Ann Lee,,,Web,bo,2026-03-01,",
        ]
        plan = folder(people="\n".join(["person,name,email,roles,team,manager,from,to", *rows]))
        assert plan.refused == []
        assert [(one.teams, one.first_day, one.last_day) for one in plan.person_rows] == [
            (("Sales",), date(2026, 2, 1), None),
            (("Sales", "Web"), date(2025, 1, 1), date(2025, 12, 31)),
            (("Web",), date(2026, 3, 1), None),
        ]
        assert (plan.people, [team.name for team in plan.teams]) == (["Ann", "Bo"], ["Sales", "Web"])

    @pytest.mark.parametrize(
        ("row", "column"),
        [
            ("ann,Anna,,,Web,,,", "name"),
            ("ann,,a@b.com,,Web,,,", "email"),
            ("ann,,,admin,Web,,,", "roles"),
            ("ann,,,,Web,Cy,,", "manager"),
            ("ann,,,,,,,", "person"),
            ("ann,,,,Web;sales,,,2026-02-01", "team"),
            ("ann,,,,sales,,2026-02-20,2026-02-28", "team"),
        ],
    )
    def test_a_further_row_says_other_teams_or_other_days_and_nothing_else(self, row: str, column: str) -> None:
        plan = folder(people=f"person,name,email,roles,team,manager,from,to\nAnn,Ann Lee,a@b.ch,,Sales,Bo,2026-02-01,2026-02-20\n{row}\n")
        assert refused(plan) == [("people.csv", 3, column)]
        assert [one.defines for one in plan.refused] == [None]  # the row before has defined them


class TestKpis:
    def test_a_kpi_has_a_unit_and_a_range_that_may_be_open(self) -> None:
        [kpi] = folder(kpis="kpi,title,unit,low,high,owner,team\nchurn,Churn,%,,3 %,Ann,Sales\n").kpis
        assert (kpi.reference, kpi.unit, kpi.low, kpi.high, kpi.owner, kpi.team) == ("churn", "%", None, 3.0, "Ann", "Sales")

    def test_bounds_that_are_swapped_are_refused(self) -> None:
        plan = folder(kpis="kpi,title,unit,low,high\nchurn,Churn,,3,2\n")
        assert (plan.kpis, refused(plan)) == ([], [("kpis.csv", 2, "high")])

    def test_values_are_of_kpis_of_the_table(self) -> None:
        plan = folder(kpis="kpi,title,unit\nchurn,Churn,\n", kpi_values="kpi,date,value\nCHURN,2026-01-01,2\nload,2026-01-01,2\n")
        assert [(one.kpi, one.as_of, one.value) for one in plan.kpi_values] == [("churn", date(2026, 1, 1), 2.0)]
        assert refused(plan) == [("kpi_values.csv", 3, "kpi")]

    def test_a_value_of_a_kpi_that_was_refused_is_refused_with_it(self) -> None:
        plan = folder(kpis="kpi,title,unit\nchurn,,\n", kpi_values="kpi,date,value\nchurn,2026-01-01,2\n")
        defining, lacking = plan.refused
        assert defining.defines == lacking.lacks == Named("KPI", "churn")

    def test_owners_and_teams_of_kpis_are_people_and_teams_of_the_folder(self) -> None:
        plan = folder(kpis="kpi,title,unit,owner,team\nchurn,Churn,,Ann,Sales\n")
        assert (plan.people, [team.name for team in plan.teams]) == (["Ann"], ["Sales"])


class TestWork:
    @pytest.mark.parametrize("serves", ["J1", "J1/1"])
    def test_an_initiative_is_for_an_objective_or_a_key_result(self, serves: str) -> None:
        [initiative] = folder(initiatives=f"initiative,title,owner,for,state\nI1,Fair,Ann,{serves},Running\n").initiatives
        assert (initiative.serves, initiative.state) == (serves, "running")

    @pytest.mark.parametrize("serves", ["J1", "J1/1", "I1", ""])
    def test_a_task_is_for_one_of_them_or_an_initiative_or_nothing(self, serves: str) -> None:
        initiatives = "initiative,title,owner,for\nI1,Fair,Ann,J1\n"
        [task] = folder(initiatives=initiatives, tasks=f"task,title,assignee,for\nT1,Call,Bo,{serves}\n").tasks
        assert task.serves == (serves or None)

    def test_what_work_is_for_must_be_there(self) -> None:
        plan = folder(
            initiatives="initiative,title,owner,for\nI1,Fair,Ann,J9\nI2,Fair,Ann,\n", tasks="task,title,assignee,for\nT1,Call,Bo,I1\n"
        )
        assert refused(plan) == [("initiatives.csv", 2, "for"), ("initiatives.csv", 3, "for"), ("tasks.csv", 2, "for")]
        assert plan.refused[2].lacks == Named("initiative", "i1"), "it is refused with the initiative"

    def test_an_initiative_does_not_end_before_it_starts(self) -> None:
        plan = folder(initiatives="initiative,title,owner,for,start,end\nI1,Fair,Ann,J1,2026-02-02,2026-02-01\n")
        assert refused(plan) == [("initiatives.csv", 2, "end")]

    def test_a_task_has_one_assignee_a_giver_a_priority_and_the_day_on_which_it_was_done(self) -> None:
        [task] = folder(tasks="task,title,assignee,giver,priority,due,done_on\nT1,Call,Bo,Ann,HIGH,2026-02-01,2026-01-31\n").tasks
        assert (task.assignee, task.giver, task.priority) == ("Bo", "Ann", "high")
        assert (task.due_day, task.done_on) == (date(2026, 2, 1), date(2026, 1, 31))

    @pytest.mark.parametrize(("cells", "column"), [(",,", "assignee"), ("Bo,urgent,", "priority"), ("Bo,,soon", "due")])
    def test_a_task_that_cannot_be_is_refused_where_it_is_wrong(self, cells: str, column: str) -> None:
        assert refused(folder(tasks=f"task,title,assignee,priority,due\nT1,Call,{cells}\n")) == [("tasks.csv", 2, column)]

    def test_two_rows_of_one_reference_are_one_too_many(self) -> None:
        plan = folder(tasks="task,title,assignee\nT1,Call,Bo\nt1,Write,Bo\n")
        assert (len(plan.tasks), refused(plan)) == (1, [("tasks.csv", 3, "task")])

    @pytest.mark.parametrize(("state", "phase"), [("", None), ("Planned", "planned"), ("reached", "reached"), ("postponed", "postponed")])
    def test_a_milestone_is_planned_reached_or_postponed(self, state: str, phase: str | None) -> None:
        [milestone] = folder(milestones=f"milestone,title,day,team,state\nM1,Launch,2026-02-01,,{state}\n").milestones
        assert (milestone.day, milestone.team, milestone.phase) == (date(2026, 2, 1), "", phase)


class TestComments:
    def test_a_reply_names_the_row_that_it_answers(self) -> None:
        table = 'on,day,by,text,reply_to\nJ1,2026-01-02,Ann,"Two\nlines",\nJ1,2026-01-03,Bo,Yes,1\n'
        first, second = folder(comments=table).comments
        assert (first.number, first.reply_to, second.number, second.reply_to) == (1, None, 2, 1)

    def test_rows_that_were_refused_are_counted(self) -> None:
        plan = folder(
            comments="on,day,by,text,reply_to\nJ1,2026-01-02,Ann\nJ1,soon,Ann,Hm,\nJ1,2026-01-02,Ann,Hm,\nJ1,2026-01-03,Bo,Yes,3\n"
        )
        assert [(one.number, one.reply_to) for one in plan.comments] == [(3, None), (4, 3)]

    def test_a_reply_to_a_row_that_was_refused_is_refused_with_it(self) -> None:
        plan = folder(comments="on,day,by,text,reply_to\nJ1,soon,Ann,Hm,\nJ1,2026-01-03,Bo,Yes,1\n")
        assert refused(plan) == [("comments.csv", 2, "day"), ("comments.csv", 3, "reply_to")]
        assert plan.refused[0].defines == plan.refused[1].lacks

    @pytest.mark.parametrize("reply_to", ["0", "2", "3", "1.5", "first"])
    def test_a_reply_is_to_a_row_before_it(self, reply_to: str) -> None:
        plan = folder(comments=f"on,day,by,text,reply_to\nJ1,2026-01-02,Ann,Hm,\nJ1,2026-01-03,Bo,Yes,{reply_to}\n")
        assert refused(plan) == [("comments.csv", 3, "reply_to")]

    def test_a_reply_is_on_what_its_comment_is_on(self) -> None:
        plan = folder(comments="on,day,by,text,reply_to\nJ1,2026-01-02,Ann,Hm,\nJ1/1,2026-01-03,Bo,Yes,1\n")
        assert refused(plan) == [("comments.csv", 3, "reply_to")]


class TestObjectives:
    def objective(self, columns: str, cells: str) -> ImportPlan:
        return folder(objectives=f"objective,title,starts_on,ends_on,{columns}\nJ1,Grow,2026-01-01,2026-03-31,{cells}\n")

    @pytest.mark.parametrize(
        ("column", "cell", "field", "said"),
        [
            ("kind", "Aspirational", "kind", "aspirational"),
            ("roll_up", "Both", "roll_up", "both"),
            ("visibility", "private", "visibility", "private"),
            ("parent", "J0", "parent", "J0"),
            ("named", "Ann;Bo", "named", ("Ann", "Bo")),
            ("contributors", r"Ann; Roy\; Bo", "contributors", ("Ann", "Roy; Bo")),
            ("labels", r"growth;a\;b;c\:d", "labels", ("growth", "a;b", "c:d")),
            ("why", "We must", "why", "We must"),
        ],
    )
    def test_a_column_says_what_it_says(self, column: str, cell: str, field: str, said: object) -> None:
        [objective] = self.objective(column, cell).objectives
        assert getattr(objective, field) == said

    def test_whom_the_level_names_contributes_beside_the_others(self) -> None:
        [objective] = self.objective("level,contributors", "individual:Cy,Ann;Bo").objectives
        assert objective.contributors == ("Cy", "Ann", "Bo")

    @pytest.mark.parametrize(
        ("state", "ended_on", "is_in"),
        [
            ("", "", "active"),
            ("draft", "", "draft"),
            ("Active", "", "active"),
            ("", "2026-02-01", "closed"),
            ("cancelled", "2026-02-01", "cancelled"),
        ],
    )
    def test_it_is_active_unless_it_is_said_otherwise_and_closed_where_it_ended(self, state: str, ended_on: str, is_in: str) -> None:
        [objective] = self.objective("state,ended_on", f"{state},{ended_on}").objectives
        assert objective.state == is_in

    @pytest.mark.parametrize(
        ("cells", "column"),
        [
            ("closed,,", "ended_on"),
            ("cancelled,,", "ended_on"),
            ("draft,2026-02-01,", "state"),
            ("active,2026-02-01,", "state"),
            ("draft,,2026-02-01", "active_from"),
            ("done,,", "state"),
        ],
    )
    def test_a_state_that_its_days_do_not_fit_is_refused(self, cells: str, column: str) -> None:
        assert refused(self.objective("state,ended_on,active_from", cells))[:1] == [("objectives.csv", 2, column)]

    @pytest.mark.parametrize("column", ["kind", "roll_up", "visibility"])
    def test_a_word_that_there_is_not_is_refused_with_those_that_there_are(self, column: str) -> None:
        plan = self.objective(column, "purple")
        assert refused(plan)[:1] == [("objectives.csv", 2, column)]
        assert "none of these" in plan.refused[0].reason


class TestDaysFromWhichKeyResultsCount:
    def test_the_later_of_its_own_day_and_the_one_of_its_home(self) -> None:
        def first_day(own: str, of_home: str) -> date | None:
            plan = folder(
                contributions=f"objective,key_result,from\nJ1,K1,{of_home}\n", key_results=f"key_result,title,from\nK1,Hire,{own}\n"
            )
            return plan.key_results[0].first_day

        assert first_day("", "") is None
        assert first_day("2026-01-10", "") == first_day("", "2026-01-10") == date(2026, 1, 10)
        assert first_day("2026-01-10", "2026-01-12") == date(2026, 1, 12)

    def test_a_contribution_has_a_day_of_its_own(self) -> None:
        plan = folder(
            objectives=OBJECTIVES + "J2,Help,2026-01-01,2026-03-31\n",
            contributions="objective,key_result,from\nJ1,K1,\nJ2,K1,2026-02-01\n",
            key_results="key_result,title\nK1,Hire\n",
        )
        assert (plan.key_results[0].home, plan.key_results[0].counts_from) == ("J1", {"J2": date(2026, 2, 1)})


class TestCheckIns:
    def check_in(self, columns: str, cells: str) -> ImportPlan:
        return folder(checkins=f"objective,key_result,date,{columns}\nJ1,1,2026-02-01,{cells}\n")

    def test_how_sure_what_is_in_the_way_and_which_status(self) -> None:
        [one] = self.check_in("value,confidence,blockers,status", r"2,7,No stand\; yet;Too few,At risk").check_ins
        assert (one.confidence, one.blockers, one.status) == (7, ("No stand; yet", "Too few"), "at_risk")

    def test_a_score_may_be_left_out_as_every_column(self) -> None:
        assert [one.value for one in self.check_in("value", "2").check_ins] == [2.0]

    @pytest.mark.parametrize("confidence", ["-1", "11", "7.5", "high"])
    def test_confidence_is_a_whole_number_up_to_ten(self, confidence: str) -> None:
        assert refused(self.check_in("value,confidence", f"2,{confidence}")) == [("checkins.csv", 2, "confidence")]

    @pytest.mark.parametrize(("column", "cell"), [("confidence", "7"), ("blockers", "None"), ("status", "behind"), ("part", "Ann")])
    def test_an_abstention_has_none_of_them(self, column: str, cell: str) -> None:
        assert refused(self.check_in(f"abstained,{column}", f"Ill,{cell}")) == [("checkins.csv", 2, column)]


class TestEndsThatAreTakenBack:
    def changed(self, cells: str, *rows: str) -> ImportPlan:
        objectives = f"objective,title,starts_on,ends_on,state,ended_on\nJ1,Grow,2026-01-01,2026-03-31,{cells}\n"
        return folder(objectives=objectives, changes="\n".join(("ref,day,field,value", *rows)) + "\n")

    def test_an_end_before_it_in_the_tables_is_none(self) -> None:
        plan = self.changed("closed,2026-03-01", "J1,2026-03-05,state,active")
        assert (plan.objectives[0].ended_on, plan.objectives[0].state, plan.objectives[0].reopened) == (None, "active", True)
        assert (plan.redefinitions, plan.ends) == ([], [])

    def test_an_end_after_it_stands(self) -> None:
        plan = self.changed(",", "J1,2026-03-01,state,closed", "J1,2026-03-05,state,active", "J1,2026-03-09,state,cancelled")
        assert [(end.day, end.says) for end in plan.ends] == [(date(2026, 3, 9), "cancelled")]

    def test_of_a_draft_active_activates_it(self) -> None:
        plan = self.changed("draft,", "J1,2026-03-05,state,active")
        assert [(one.day, one.says) for one in plan.redefinitions] == [(date(2026, 3, 5), "active")]
        assert not plan.objectives[0].reopened

    def test_what_is_dated_after_such_an_end_is_taken(self) -> None:
        objectives = "objective,title,starts_on,ends_on,ended_on\nJ1,Grow,2026-01-01,2026-03-31,2026-02-01\n"
        plan = folder(
            objectives=objectives,
            changes="ref,day,field,value\nJ1,2026-02-05,state,active\n",
            checkins="objective,key_result,date,value\nJ1,1,2026-02-10,2\n",
        )
        assert (len(plan.check_ins), plan.refused) == (1, [])


def test_a_plan_may_be_redefined_and_taken_away() -> None:
    plan = folder(changes="ref,day,field,value\nJ1/1,2026-02-01,plan,2026-02-28:0.3\nJ1/1,2026-02-02,plan,\n")
    assert [one.says for one in plan.redefinitions] == [((date(2026, 2, 28), 0.3),), ()]


def test_a_due_day_of_an_objective_may_be_taken_away() -> None:
    plan = folder(changes="ref,day,field,value\nJ1,2026-02-01,due,\n")
    assert [one.says for one in plan.redefinitions] == [None]


def test_a_cycle_that_encloses_others_comes_before_them_wherever_it_stands() -> None:
    rows = ("Q,2026-01-01,2026-03-31,H", "Y,2026-01-01,2026-12-31,", "H,2026-01-01,2026-06-30,Y")
    plan = folder(cycles="\n".join(("cycle,first_day,last_day,enclosing", *rows)) + "\n")
    assert [cycle.name for cycle in plan.cycles][:3] == ["Y", "H", "Q"]


def test_cycles_that_enclose_each_other_are_left_as_they_stand() -> None:
    plan = folder(cycles="cycle,first_day,last_day,enclosing\nA,2026-01-01,2026-03-31,B\nB,2026-01-01,2026-03-31,A\n")
    assert {cycle.name for cycle in plan.cycles} >= {"A", "B"}
