"""KPIs, initiatives, tasks and milestones of an import: made where they are not there, and otherwise mended to what their rows say."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple, Protocol, TypeVar, assert_never

from google.protobuf.message import Message

from cairn.goals.v1 import events_pb2 as goals_events
from cairn.goals.v1 import service_pb2 as goals_pb2
from cairn.progress.v1 import service_pb2 as progress_pb2
from chassis.days import day_of
from chassis.ids import Id, id_text, parse_id
from chassis.texts import name_key
from gateway.backends import Method, ReferenceKind
from gateway.importing.cell_values import short
from gateway.importing.outcomes import Change
from gateway.importing.plan import ImportPlan, Initiative, Kpi, Task, TimelineMilestone
from gateway.importing.report import Count, Difference
from gateway.importing.row_refusals import RowRefused, refusals_of
from gateway.importing.tables import Named, Row
from gateway.importing.things import Things
from gateway.schemas.enums import INITIATIVE_STATES, PRIORITIES
from gateway.schemas.kpis import KPI
from gateway.schemas.mapping import Json, JsonMapping
from gateway.schemas.work import INITIATIVE, MILESTONE, TASK

R = TypeVar("R", bound=Message)


class OfATable(Protocol):
    """What a row says of something that goes by a reference."""

    @property
    def row(self) -> Row: ...
    @property
    def reference(self) -> str: ...
    @property
    def title(self) -> str: ...


T = TypeVar("T", bound=OfATable)


class Said(NamedTuple):
    """What a row says of one field."""

    field: str  # of a command
    answered: str  # of an answer
    told: Any  # as answers have it: a person and a team by what they go by
    value: Any  # as commands have it


class Others:
    """Brings in what stands beside objectives and key results."""

    def __init__(self, things: Things, plan: ImportPlan) -> None:
        self._things: Final = things
        self._plan: Final = plan
        self._objectives: Final = {name_key(objective.reference) for objective in plan.objectives}
        self._key_results: Final = {name_key(key_result.reference) for key_result in plan.key_results}
        self._initiatives: Final = {name_key(initiative.reference) for initiative in plan.initiatives}
        self._team_names: Final[Mapping[str, str]] = {name_key(team.reference): team.name for team in plan.teams}

    async def look_up(self) -> None:
        """What of them is there already; and the KPIs that feed sums and of which there is no row."""
        services, plan, known = self._things.services, self._plan, self._things.known
        feeds = [feed for key_result in plan.key_results for feed in key_result.feeds]
        feeds += [feed for change in plan.redefinitions if change.field == "feeds" for feed in change.says]
        of_key_results = {name_key(key_result.reference) for key_result in plan.key_results}
        feeding = [feed for feed in dict.fromkeys(feeds) if name_key(feed) not in of_key_results]
        known.kpis = await services.ids_of(ReferenceKind.KPI, [*_references(plan.kpis), *feeding])
        known.initiatives = await services.ids_of(ReferenceKind.INITIATIVE, _references(plan.initiatives))
        known.tasks = await services.ids_of(ReferenceKind.TASK, _references(plan.tasks))
        known.milestones = await services.ids_of(ReferenceKind.MILESTONE, _references(plan.milestones))

    # -- KPIs --------------------------------------------------------------------------------------------------------------------------

    async def kpi(self, kpi: Kpi) -> None:
        """A KPI; its range holds since ever where it is new, and else, where it is changed, from today on."""
        goals, known = self._things.services.backends.goals, self._things.known

        async def define() -> Id:
            request = goals_pb2.DefineKpiRequest(
                reference=kpi.reference,
                title=kpi.title,
                unit=kpi.unit,
                low=kpi.low,
                high=kpi.high,
                owner_id=self._person("owner", kpi.owner) if kpi.owner else b"",
                team=self._team_called(kpi.team),
            )
            return (await self._things.services.ask(goals.DefineKpi, request)).kpi_id

        async def mend(kpi_id: Id) -> bool:
            question = progress_pb2.GetKpiRequest(kpi_id=kpi_id)
            there = await self._answered(KPI, self._things.services.backends.progress.GetKpi, question, "kpi")
            bounds = [(name, value) for name, value in (("low", kpi.low), ("high", kpi.high)) if value is not None]
            said = [
                Said("title", "title", kpi.title, kpi.title),
                *([Said("unit", "unit", kpi.unit, kpi.unit)] if kpi.unit else []),
                *(Said(name, name, value, goals_events.Bound(value=value)) for name, value in bounds),
                *self._owner_said(kpi.owner, "owner_id"),
                *([self._team_said(kpi.team)] if kpi.team else []),
            ]
            return await self._revised(kpi, there, said, goals.ReviseKpi, goals_pb2.ReviseKpiRequest(kpi_id=kpi_id))

        await self._take(self._things.report.counts.kpis, ReferenceKind.KPI, kpi, known.kpis, define, mend)

    # -- work --------------------------------------------------------------------------------------------------------------------------

    async def initiative(self, initiative: Initiative) -> None:
        """An initiative; what it is for stays as it is."""
        goals, known = self._things.services.backends.goals, self._things.known

        async def define() -> Id:
            request = goals_pb2.DefineInitiativeRequest(
                reference=initiative.reference,
                title=initiative.title,
                owner_id=self._person("owner", initiative.owner),
                state=INITIATIVE_STATES.number(initiative.state),
                start_day=_optional_day(initiative.start_day),
                end_day=_optional_day(initiative.end_day),
            )
            self._serve(request, initiative.serves)
            return (await self._things.services.ask(goals.DefineInitiative, request)).initiative_id

        async def mend(initiative_id: Id) -> bool:
            question = progress_pb2.GetInitiativeRequest(initiative_id=initiative_id)
            there = await self._answered(INITIATIVE, self._things.services.backends.progress.GetInitiative, question, "initiative")
            said = [
                Said("title", "title", initiative.title, initiative.title),
                *self._owner_said(initiative.owner, "owner_id"),
                *([Said("state", "state", initiative.state, INITIATIVE_STATES.number(initiative.state))] if initiative.state else []),
                *_day_said("start_day", initiative.start_day),
                *_day_said("end_day", initiative.end_day),
            ]
            self._compare_served(initiative.reference, initiative.serves, there)
            request = goals_pb2.ReviseInitiativeRequest(initiative_id=initiative_id)
            return await self._revised(initiative, there, said, goals.ReviseInitiative, request)

        await self._take(self._things.report.counts.initiatives, ReferenceKind.INITIATIVE, initiative, known.initiatives, define, mend)

    async def task(self, task: Task) -> None:
        """A task, given by who gave it, and done where its row says so; what it is for, and who gave it, stay as they are."""
        goals, known = self._things.services.backends.goals, self._things.known

        async def give() -> Id:
            request = goals_pb2.GiveTaskRequest(
                reference=task.reference,
                title=task.title,
                assignee_id=self._person("assignee", task.assignee),
                priority=PRIORITIES.number(task.priority),
                due_day=_optional_day(task.due_day),
                on_behalf_of=self._person("giver", task.giver) if task.giver else b"",
                imported=True,
            )
            if task.serves is not None:
                self._serve(request, task.serves)
            task_id = (await self._things.services.ask(goals.GiveTask, request)).task_id
            await self._finish(task, task_id, request.assignee_id)
            return task_id

        async def mend(task_id: Id) -> bool:
            question = progress_pb2.GetTaskRequest(task_id=task_id)
            there = await self._answered(TASK, self._things.services.backends.progress.GetTask, question, "task")
            said = [
                Said("title", "title", task.title, task.title),
                *self._owner_said(task.assignee, "assignee_id", "assignee"),
                *([Said("priority", "priority", task.priority, PRIORITIES.number(task.priority))] if task.priority else []),
                *_day_said("due_day", task.due_day),
            ]
            self._compare_served(task.reference, task.serves, there)
            self._compare_giver(task, there)
            giver_id = parse_id(there["giver"]["id"]) if there["giver"] is not None else b""
            request = goals_pb2.ReviseTaskRequest(task_id=task_id, on_behalf_of=giver_id)
            revised = await self._revised(task, there, said, goals.ReviseTask, request)
            done_on = None if task.done_on is None else task.done_on.isoformat()
            if done_on is None or there["done_on"] == done_on:
                return revised
            if there["state"] != "open":
                self._different(task.reference, "done_on", done_on, there["done_on"])
                return revised
            await self._finish(task, task_id, self._person("assignee", task.assignee))
            self._changed(task.reference, "done_on", None, done_on)
            return True

        await self._take(self._things.report.counts.tasks, ReferenceKind.TASK, task, known.tasks, give, mend)

    async def _finish(self, task: Task, task_id: Id, assignee_id: Id) -> None:
        if task.done_on is None:
            return
        request = goals_pb2.FinishTaskRequest(task_id=task_id, holds_from=day_of(task.done_on), on_behalf_of=assignee_id, imported=True)
        with refusals_of(task.row, {"holds_from": "done_on"}):
            await self._things.services.ask(self._things.services.backends.goals.FinishTask, request)

    # -- milestones --------------------------------------------------------------------------------------------------------------------

    async def milestone(self, milestone: TimelineMilestone) -> None:
        """A milestone; one that is on a later day now was postponed, and one that was reached was so on its day, or by today."""
        goals, known = self._things.services.backends.goals, self._things.known

        async def plan() -> Id:
            request = goals_pb2.PlanMilestoneRequest(
                reference=milestone.reference,
                title=milestone.title,
                on_day=day_of(milestone.day),
                team=self._team_called(milestone.team),
                postponed=milestone.phase == "postponed",
            )
            milestone_id = (await self._things.services.ask(goals.PlanMilestone, request)).milestone_id
            if milestone.phase == "reached":
                await self._reach(milestone, milestone_id)
            return milestone_id

        async def mend(milestone_id: Id) -> bool:
            question = progress_pb2.GetMilestoneRequest(milestone_id=milestone_id)
            there = await self._answered(MILESTONE, self._things.services.backends.progress.GetMilestone, question, "milestone")
            said = [
                Said("title", "title", milestone.title, milestone.title),
                *([self._team_said(milestone.team)] if milestone.team else []),
            ]
            request = goals_pb2.ReviseMilestoneRequest(milestone_id=milestone_id)
            revised = await self._revised(milestone, there, said, goals.ReviseMilestone, request)
            moved = await self._moved(milestone, milestone_id, there)
            return revised or moved

        await self._take(self._things.report.counts.milestones, ReferenceKind.MILESTONE, milestone, known.milestones, plan, mend)

    async def _moved(self, milestone: TimelineMilestone, milestone_id: Id, there: Json) -> bool:
        """Postpones, or says that it was reached, where the row says so and Cairn does not; what cannot be is told as different."""
        day, moved = milestone.day.isoformat(), False
        if day > there["day"]:
            request = goals_pb2.PostponeMilestoneRequest(milestone_id=milestone_id, to_day=day_of(milestone.day))
            with refusals_of(milestone.row, {"to_day": "day"}):
                await self._things.services.ask(self._things.services.backends.goals.PostponeMilestone, request)
            self._changed(milestone.reference, "day", there["day"], day)
            there, moved = {**there, "phase": "postponed"}, True
        elif day < there["day"]:
            self._different(milestone.reference, "day", day, there["day"])
        match milestone.phase:
            case "reached" if there["phase"] != "reached":
                await self._reach(milestone, milestone_id)
                self._changed(milestone.reference, "state", there["phase"], "reached")
                moved = True
            case "planned" | "postponed" if there["phase"] != milestone.phase and not moved:
                self._different(milestone.reference, "state", milestone.phase, there["phase"])
            case "reached" | "planned" | "postponed" | None:
                pass
            case other:
                assert_never(other)
        return moved

    async def _reach(self, milestone: TimelineMilestone, milestone_id: Id) -> None:
        """On its day; today where that lies ahead."""
        services = self._things.services
        request = goals_pb2.ReachMilestoneRequest(milestone_id=milestone_id, holds_from=day_of(milestone.day))
        with refusals_of(milestone.row, {"holds_from": "day"}):
            await self._things.ask_of_a_day(services.backends.goals.ReachMilestone, request)

    # -- what they have in common ------------------------------------------------------------------------------------------------------

    async def _take(
        self,
        count: Count,
        kind: ReferenceKind,
        thing: OfATable,
        ids: dict[str, Id],
        make: Callable[[], Awaitable[Id]],
        mend: Callable[[Id], Awaitable[bool]],
    ) -> None:
        """Makes something, where it is not there; else mends it, and tells whether there was anything to mend."""
        things, name = self._things, name_key(thing.reference)
        try:
            with refusals_of(thing.row):
                if name not in ids and (made := await self._made(kind, thing, ids, make)):
                    ids[name] = made
                    count.new += 1
                elif await mend(ids[name]):
                    count.corrected += 1
                else:
                    count.already_there += 1
        except RowRefused as refused:
            its_name = Named(kind.value, name)
            things.refuse(thing.row, refused, its_name)
            if name not in ids:
                told = f"the {kind.value} {short(thing.reference)} was refused ({thing.row.file}, line {thing.row.line})"
                things.known.missing[its_name] = told

    async def _made(self, kind: ReferenceKind, thing: OfATable, ids: dict[str, Id], make: Callable[[], Awaitable[Id]]) -> Id | None:
        """What was made; None where another import of the same was quicker, and `ids` knows it then. Raises Refused, RowRefused."""
        try:
            with refusals_of(thing.row):
                return await make()
        except RowRefused as refused:
            if not await self._things.was_made_meanwhile(kind, thing.reference, ids, refused):
                raise
            return None

    async def _answered(self, mapping: JsonMapping, method: Method[Any, Any], question: Message, part: str) -> Json:
        """What is there, as REST answers it. Raises Refused where whoever imports may not see it."""
        services = self._things.services
        return await services.written(mapping, getattr(await services.ask(method, question), part))

    async def _revised(self, thing: OfATable, there: Json, said: Sequence[Said], method: Method[R, Any], request: R) -> bool:
        """Sends what a row says otherwise than Cairn does, and tells whether there was anything."""
        otherwise = [one for one in said if not _is_so(one, there[one.answered])]
        if not otherwise:
            return False
        for one in otherwise:
            if isinstance(one.value, Message):
                getattr(request, one.field).CopyFrom(one.value)
            else:
                setattr(request, one.field, one.value)
        await self._things.services.ask(method, request)
        for one in otherwise:
            self._changed(thing.reference, one.answered, _called(there[one.answered]), one.told)
        return True

    def _changed(self, reference: str, what: str, before: Any, after: Any) -> None:
        self._things.report.changes.append(Change(reference, what, before, after))

    def _different(self, reference: str, what: str, here: Any, there: Any) -> None:
        self._things.report.different.append(Difference(reference, what, here, there))

    def _person(self, column: str, name: str) -> Id:
        """Raises RowRefused where they could not be made."""
        self._things.known.require(column, "person", name)
        return self._things.known.people[name_key(name)]

    def _owner_said(self, name: str | None, field: str, answered: str = "owner") -> list[Said]:
        return [Said(field, answered, name, self._person(answered, name))] if name else []

    def _team_said(self, name: str) -> Said:
        called = self._team_called(name)
        return Said("team", "team", called, called)

    def _team_called(self, name: str) -> str:
        """A team as Cairn calls it, by how the tables name it."""
        self._things.known.require("team", "team", name or None)
        return self._team_names.get(name_key(name), name)

    def _serve(self, request: goals_pb2.GiveTaskRequest | goals_pb2.DefineInitiativeRequest, reference: str) -> None:
        """Says what work is for. Raises RowRefused where that was refused."""
        known, name = self._things.known, name_key(reference)
        if name in self._objectives:
            known.require("for", "objective", reference)
            request.objective_id = known.objectives[name]
        elif name in self._key_results:
            known.require("for", "key result", reference)
            request.key_result_id = known.key_results[name]
        elif isinstance(request, goals_pb2.GiveTaskRequest):
            known.require("for", "initiative", reference)
            request.initiative_id = known.initiatives[name]

    def _compare_served(self, reference: str, here: str | None, there: Json) -> None:
        serves = there["serves"]
        if here is None:
            return
        served = next(serves[kind] for kind in ("initiative", "key_result", "objective") if serves.get(kind)) if serves else None
        if served is None or name_key(served["ref"]) != name_key(here):
            self._different(reference, "for", here, None if served is None else served["ref"])

    def _compare_giver(self, task: Task, there: Json) -> None:
        if task.giver and not _is_so(Said("", "giver", task.giver, self._person("giver", task.giver)), there["giver"]):
            self._different(task.reference, "giver", task.giver, _called(there["giver"]))


def _references(things: Sequence[OfATable]) -> list[str]:
    return [thing.reference for thing in things]


def _optional_day(day: date | None) -> int:
    return 0 if day is None else day_of(day)


def _day_said(field: str, day: date | None) -> list[Said]:
    return [] if day is None else [Said(field, field, day.isoformat(), day_of(day))]


def _is_so(said: Said, there: Any) -> bool:
    """Whether an answer says so: a person is compared by id, a team by its name."""
    match there:
        case {"handle": _, "id": str(person_id)}:
            return person_id == id_text(said.value)
        case {"name": str(name)}:
            return name_key(name) == name_key(said.told)
        case _:
            return bool(there == said.told)


def _called(there: Any) -> Any:
    """What an answer says, as a table would: whom and what it names by what they go by."""
    match there:
        case {"handle": handle, "id": person_id}:
            return handle or person_id
        case {"name": name}:
            return name
        case _:
            return there
