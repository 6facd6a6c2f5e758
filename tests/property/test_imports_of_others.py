"""As `test_imports`, of values of KPIs and of comments: what an import leaves depends on what its rows say last."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Callable
from typing import Any, cast

import pytest

from cairn.checkins.v1 import service_pb2 as checkins
from cairn.goals.v1 import service_pb2 as goals
from cairn.progress.v1 import service_pb2 as progress
from chassis.days import Day
from chassis.errors import invalid
from chassis.ids import Id, new_id
from chassis.rpc import to_bytes
from chassis.texts import name_key
from gateway.importing.bulk import Definitions
from gateway.importing.comments import Comments, Worded
from gateway.importing.known import Known
from gateway.importing.measurements import Measurements
from gateway.importing.outcomes import Outcomes
from gateway.importing.plan import ImportPlan
from gateway.importing.planner import plan_of
from gateway.importing.report import ImportReport
from gateway.importing.services import Services
from gateway.importing.things import Things
from tests.support.events import ANN, BOB, an_id

OBJECTIVES = "objective,title,starts_on,ends_on\nO,Grow,2026-01-01,2026-03-31\n"
KEY_RESULTS = "objective,number,title,kind\nO,1,Hire,score\n"
KPIS = "kpi,title,unit\nchurn,Churn,\nload,Load,\n"
PEOPLE = {"ann": ANN, "bob": BOB}
DAYS = tuple(f"2026-02-0{number}" for number in range(1, 5))


class Backends:
    """Any method of any service, which `Tenant` finds by what is asked."""

    def __getattr__(self, name: str) -> Any:
        return self


class Tenant:
    """The values and comments of a tenant, as services keep them."""

    def __init__(self) -> None:
        self.backends = Backends()
        self.values: defaultdict[Id, list[tuple[Day, float]]] = defaultdict(list)
        self.comments: dict[Id, progress.Comment] = {}
        self.commands = 0
        self.refused_value: float | None = None
        self.at_once = 5
        self.definitions: Any = Definitions(self._define_each)
        self.calls = 0  # of many definitions

    async def ask(self, _method: object, message: object, *, key: str | None = None) -> object:
        assert key is None
        match message:
            case progress.ListKpiValuesRequest():
                of_kpi = sorted(self.values[message.kpi_id], key=lambda value: value[0])
                return progress.ListKpiValuesResponse(values=[progress.KpiValue(as_of=day, value=value) for day, value in of_kpi])
            case progress.ListCommentsRequest():
                asked = message.objective_id, message.key_result_id
                return progress.ListCommentsResponse(
                    comments=[one for one in self.comments.values() if (one.objective_id, one.key_result_id) == asked]
                )
        self.commands += 1
        match message:
            case goals.MeasureKpiRequest():
                return await self.definitions.ask(message)
            case checkins.WriteCommentRequest():
                return self._written(message)
            case checkins.EditCommentRequest():
                there = self.comments[message.comment_id]
                assert (there.author_id, there.taken_back) == (message.on_behalf_of, False)
                there.text = message.words.text
                return checkins.EditCommentResponse()
        raise TypeError(type(message).__name__)

    async def _define_each(self, request: goals.DefineEachRequest) -> goals.DefineEachResponse:
        self.calls += 1
        response = goals.DefineEachResponse()
        for one in request.measurements:
            if one.value == self.refused_value:
                response.measurements.add(refusal=to_bytes(invalid("value", "no such value")))
            else:
                self.values[one.kpi_id].append((one.as_of, one.value))
                response.measurements.add(defined_id=new_id())
        return response

    def _written(self, message: checkins.WriteCommentRequest) -> checkins.WriteCommentResponse:
        written = progress.Comment(
            comment_id=new_id(),
            author_id=message.on_behalf_of,
            text=message.words.text,
            written_day=message.written_day,
            reply_to_id=message.reply_to_id,
            objective_id=message.on.objective_id,
            key_result_id=message.on.key_result_id,
        )
        self.comments[written.comment_id] = written
        return checkins.WriteCommentResponse(comment_id=written.comment_id)

    def bring_in(self, table: str, text: str) -> ImportReport:
        """The report of an import of one table beside those that it refers to."""
        tables = {"objectives.csv": OBJECTIVES, "key_results.csv": KEY_RESULTS, "kpis.csv": KPIS, table: text}
        plan = plan_of({name: content.encode() for name, content in tables.items()})
        assert plan.refused == []
        report = ImportReport(Outcomes(plan))
        known = Known(people={name_key(name): person_id for name, person_id in PEOPLE.items()})
        known.objectives, known.key_results = {"o": an_id("O")}, {"o/1": an_id("O/1")}
        known.kpis = {name_key(kpi.reference): an_id(kpi.reference) for kpi in plan.kpis}
        asyncio.run(_taken(Things(cast("Services", self), report, known), plan))
        return report

    def standing_values(self) -> dict[tuple[Id, Day], float]:
        return {(kpi_id, day): value for kpi_id, values in self.values.items() for day, value in values}

    def standing_comments(self) -> list[tuple[Any, ...]]:
        texts = {one.comment_id: one.text for one in self.comments.values()}
        said = [(one.objective_id, one.author_id, one.written_day, one.text, texts.get(one.reply_to_id)) for one in self.comments.values()]
        return sorted(said, key=repr)


async def _taken(things: Things, plan: ImportPlan) -> None:
    async def worded(text: str) -> Worded:
        return Worded(checkins.Words(text=text), [])

    measurements = Measurements(things, plan)
    measurements.look_up()
    async for _ in measurements.take():
        pass
    async for _ in Comments(things, plan, worded).take():
        pass


def values_table(r: random.Random, days: dict[tuple[str, str], list[int]]) -> str:
    """Of some of the days the values, in their order."""
    rows = [f"{kpi},{day},{value}" for (kpi, day), values in days.items() if r.random() < 0.6 for value in values]
    return "\n".join(("kpi,date,value", *rows)) + "\n"


@pytest.mark.parametrize("seed", range(60))
def test_any_versions_of_values_in_any_parts_come_to_what_they_say_last(seed: int) -> None:
    r = random.Random(seed)
    tenant, days = Tenant(), dict[tuple[str, str], list[int]]()

    def say(chance: float) -> None:
        for about in ((kpi, day) for kpi in ("churn", "load") for day in DAYS):
            if r.random() < chance:
                days[about] = r.choices(range(3), k=r.randint(1, 3))

    say(1.0)
    for _ in range(r.randint(1, 5)):
        tenant.bring_in("kpi_values.csv", values_table(r, days))
        say(0.4)
    whole = "kpi,date,value\n" + "".join(f"{kpi},{day},{value}\n" for (kpi, day), values in days.items() for value in values)
    tenant.bring_in("kpi_values.csv", whole)
    fresh = Tenant()
    fresh.bring_in("kpi_values.csv", whole)
    assert tenant.standing_values() == fresh.standing_values()
    _adds_nothing(tenant, "kpi_values.csv", whole, lambda report: report.counts.kpi_values.already_there)


def test_of_one_day_a_further_value_corrects_the_one_before_it() -> None:
    tenant = Tenant()
    report = tenant.bring_in("kpi_values.csv", "kpi,date,value\nchurn,2026-02-01,1\nchurn,2026-02-02,7\nchurn,2026-02-01,2\n")
    assert (report.counts.kpi_values.new, report.counts.kpi_values.corrected) == (2, 1)
    assert [(change.before, change.after, change.as_of) for change in report.changes] == [(1.0, 2.0, "2026-02-01")]
    report = tenant.bring_in("kpi_values.csv", "kpi,date,value\nchurn,2026-02-01,3\nchurn,2026-02-01,4\n")
    assert [(change.before, change.after) for change in report.changes] == [(2.0, 3.0), (3.0, 4.0)]


def test_values_of_many_days_go_in_one_call() -> None:
    tenant = Tenant()
    tenant.at_once = 8
    rows = [f"{kpi},2026-02-{day:02},{day}" for kpi in ("churn", "load") for day in range(1, 13)]
    report = tenant.bring_in("kpi_values.csv", "\n".join(("kpi,date,value", *rows)) + "\n")
    assert (report.counts.kpi_values.new, tenant.commands, tenant.calls) == (24, 24, 3)


def test_a_value_that_is_refused_corrects_nothing() -> None:
    tenant = Tenant()
    tenant.refused_value = 2.0
    report = tenant.bring_in("kpi_values.csv", "kpi,date,value\nchurn,2026-02-01,2\nchurn,2026-02-01,3\nchurn,2026-02-01,2\n")
    counts = report.counts.kpi_values
    assert (counts.new, counts.corrected, [refusal.line for refusal in report.refused], report.changes) == (1, 0, [2, 4], [])


@pytest.mark.parametrize("seed", range(60))
def test_any_versions_of_comments_come_to_what_they_say_last(seed: int) -> None:
    r = random.Random(seed)
    about = [(r.choice(("O", "O/1")), r.choice(DAYS), r.choice(tuple(PEOPLE))) for _ in range(r.randint(1, 8))]
    answered = [_answers(r, about, number) for number in range(len(about))]
    tenant = Tenant()
    for _ in range(r.randint(2, 4)):
        rows = [",".join((*one, f"text {r.randint(1, 3)}", reply_to)) for one, reply_to in zip(about, answered, strict=True)]
        whole = "\n".join(("on,day,by,text,reply_to", *rows)) + "\n"
        tenant.bring_in("comments.csv", whole)
    fresh = Tenant()
    fresh.bring_in("comments.csv", whole)
    assert tenant.standing_comments() == fresh.standing_comments()
    _adds_nothing(tenant, "comments.csv", whole, lambda report: report.counts.comments.already_there)


def test_what_its_author_took_back_is_not_written_again() -> None:
    tenant, table = Tenant(), "on,day,by,text\nO,2026-02-01,ann,Good\nO,2026-02-01,ann,Bad\n"
    tenant.bring_in("comments.csv", table)
    next(iter(tenant.comments.values())).taken_back = True
    _adds_nothing(tenant, "comments.csv", table.replace("Good", "Well"), lambda report: report.counts.comments.already_there)


def _answers(r: random.Random, about: list[tuple[str, str, str]], number: int) -> str:
    before = [place for place in range(number) if about[place][0] == about[number][0]]
    return str(r.choice(before) + 1) if before and r.random() < 0.5 else ""


def _adds_nothing(tenant: Tenant, table: str, text: str, already_there: Callable[[ImportReport], int]) -> None:
    before = tenant.commands
    report = tenant.bring_in(table, text)
    assert tenant.commands == before
    assert already_there(report) == len(text.splitlines()) - 1
    assert (report.changes, report.refused, report.left_out_count) == ([], [], 0)
