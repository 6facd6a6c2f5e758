"""Bringing a plan into Cairn: what is there already is left alone, what is refused is noted, the rest goes in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import date
from typing import Any, Final, NamedTuple, TypeVar

from cairn.goals.v1 import service_pb2 as goals_pb2
from chassis.days import Day, day_of
from chassis.errors import Kind, Refused
from chassis.ids import Id, new_id
from chassis.texts import name_key, same_name
from gateway.backends import Method, ReferenceKind
from gateway.importing.cell_values import short
from gateway.importing.differences import cycle_differences, key_result_differences, objective_differences
from gateway.importing.known import Known
from gateway.importing.messages import cycle_request, key_result_request, objective_request, person_request
from gateway.importing.plan import Cycle, ImportPlan, KeyResult, Objective
from gateway.importing.report import Comparison, Count, ImportReport
from gateway.importing.row_refusals import RowRefused, is_about_the_request, refusals_of
from gateway.importing.rows import Rows
from gateway.importing.services import Services
from gateway.schemas.mapping import Json

_TOLD_EVERY: Final = 20

H = TypeVar("H", goals_pb2.DefineKeyResultRequest, goals_pb2.ShareKeyResultRequest)
A = TypeVar("A")
M = TypeVar("M")

_ENDED_ALREADY: Final = ("OBJECTIVE_CLOSED", "KEY_RESULT_CANCELLED")


class Step(NamedTuple):
    """How far an import is."""

    what: str
    done: int = 0
    total: int | None = None  # None: it is not known


class Import:
    """One import on its way, a kind of thing after the other."""

    def __init__(self, services: Services, plan: ImportPlan, unreachable: Callable[[str], str], *, dry_run: bool = False) -> None:
        """`unreachable` says why nothing that goes by a reference could be asked for by it; empty: it can."""
        self.report: Final = ImportReport(dry_run)
        self._services = services
        self._plan = plan
        self._unreachable = unreachable
        self._dry_run = dry_run
        self._known = Known()
        self._rows = Rows(services, plan, self.report, self._known)

    async def run(self) -> AsyncIterator[Step]:
        """Brings the plan into the tenant, and ends once the next question shows all of it.

        Run again, it adds nothing; stopped and run again, it completes. Raises the Refused that is not about a row: who imports may not,
        or a service does not answer any more.
        """
        self.report.refuse(self._plan.refused)
        yield Step("waiting until Cairn has taken everything in")
        await self._services.catch_up()  # what an import before this one has said is seen
        await self._look_up()
        for stage in (
            self._each("cycles", self._plan.cycles, self._define_cycle),
            self._each("people", self._plan.people, self._add_person),
            self._each("objectives", self._plan.objectives, self._define_objective),
            self._each("key results", self._plan.key_results, self._define_key_result),
            self._each("activating objectives", self._plan.objectives, self._activate_objective),
        ):
            async for step in stage:
                yield step
        await self._services.catch_up()  # checkins knows now what is active
        async for done, total in self._rows.check_ins():
            yield Step("check-ins", done, total)
        async for done, total in self._rows.grades():
            yield Step("grades", done, total)
        async for step in self._each("ends of key results", self._plan.key_results, self._cancel_key_result):
            yield step
        async for step in self._each("ends of objectives", self._plan.objectives, self._end_objective):
            yield step
        await self._rows.list_left_out()
        yield Step("waiting until Cairn has taken everything in")
        await self._services.catch_up()
        await self._compare_totals()
        self.report.refused.sort(key=lambda refusal: (refusal.file, refusal.line))

    async def _each(self, what: str, things: Sequence[Any], take: Callable[[Any], Awaitable[None]]) -> AsyncIterator[Step]:
        for done, thing in enumerate(things):
            if done % _TOLD_EVERY == 0:
                yield Step(what, done, len(things))
            await take(thing)

    async def _look_up(self) -> None:
        """What of all that the tables name is there already."""
        services, plan, known = self._services, self._plan, self._known
        known.objectives = await services.ids_of(ReferenceKind.OBJECTIVE, [objective.reference for objective in plan.objectives])
        known.key_results = await services.ids_of(ReferenceKind.KEY_RESULT, [key_result.reference for key_result in plan.key_results])
        await self._look_up_cycles_and_people()

    async def _look_up_cycles_and_people(self) -> None:
        for cycle in await self._services.cycles():
            self._known.take_cycle(cycle)
        for person in await self._services.people():
            self._known.take_person(person)

    # -- what objectives stand on ------------------------------------------------------------------------------------------------------

    async def _define_cycle(self, cycle: Cycle) -> None:
        there = self._known.cycles.get(name_key(cycle.name))
        if there is not None:
            self.report.different += cycle_differences(cycle, there)

        async def define() -> None:
            request = cycle_request(cycle)
            defined = goals_pb2.Cycle(name=cycle.name, first_day=request.first_day, last_day=request.last_day)
            if self._dry_run:
                defined.cycle_id = self._told_only()
            else:
                defined.cycle_id = (await self._services.ask(self._services.backends.goals.DefineCycle, request)).cycle_id
            self._known.take_cycle(defined)

        await self._make("cycle", cycle.name, self._known.cycles, self.report.counts["cycles"], define)

    async def _add_person(self, handle: str) -> None:
        async def add() -> None:
            if self._dry_run:
                self._known.people[name_key(handle)] = self._told_only()
            else:
                self._known.take_person(
                    (await self._services.ask(self._services.backends.directory.AddPerson, person_request(handle))).person
                )

        await self._make("person", handle, self._known.people, self.report.counts["people"], add)

    async def _make(self, kind: str, name: str, there: dict[str, Any], count: Count, make: Callable[[], Awaitable[None]]) -> None:
        """Makes a cycle or a person unless it is there."""
        if name_key(name) in there:
            count.already_there += 1
            return
        try:
            await make()
            count.new += 1
        except Refused as refused:
            if not is_about_the_request(refused):
                raise
            if refused.kind is Kind.TAKEN:  # another import was quicker
                await self._look_up_cycles_and_people()
            if name_key(name) in there:
                count.already_there += 1
                return
            count.refused += 1
            self._known.missing[kind, name_key(name)] = f"the {kind} {short(name)} cannot be made: {refused.message}"

    def _told_only(self) -> Id:
        made = new_id()
        self._known.only_told.add(made)
        return made

    # -- objectives and key results ----------------------------------------------------------------------------------------------------

    async def _define_objective(self, objective: Objective) -> None:
        await self._take("objectives", "objective", objective, self._is_new_objective)

    async def _define_key_result(self, key_result: KeyResult) -> None:
        await self._take("key results", "key result", key_result, self._is_new_key_result)

    async def _take(self, counted: str, kind: str, thing: Any, define: Callable[[Any], Awaitable[bool]]) -> None:
        """`define` answers whether the thing is new."""
        count = self.report.counts[counted]
        try:
            if await define(thing):
                count.new += 1
            else:
                count.already_there += 1
        except RowRefused as refused:
            self._rows.refuse(thing.row, refused)
            why = f"the {kind} {short(thing.reference)} was refused ({thing.row.file}, line {thing.row.line})"
            self._known.missing[kind, name_key(thing.reference)] = why

    async def _is_new_objective(self, objective: Objective) -> bool:
        known, name = self._known, name_key(objective.reference)
        known.require("cycle", "cycle", objective.cycle)
        known.require("owner", "person", objective.owner)
        known.require("level", "person", *objective.contributors)
        if name not in known.objectives:
            try:
                known.objectives[name] = await self._defined_objective(objective)
                return True
            except RowRefused as refused:
                if not await self._was_made_meanwhile(ReferenceKind.OBJECTIVE, objective.reference, known.objectives, refused):
                    raise
        there = await self._services.objective(known.objectives[name])
        if there is None:  # it exists, and whoever imports may not see it
            raise RowRefused("objective", f"there is an objective {short(objective.reference)} already, and not one that you may see")
        known.there[name] = there
        self.report.different += objective_differences(objective, there)
        return False

    async def _defined_objective(self, objective: Objective) -> Id:
        request = objective_request(objective, self._known.cycles[name_key(objective.cycle)]["id"], self._known.people)
        if self._dry_run:
            return self._told_only()
        with refusals_of(objective.row):
            return (await self._services.ask(self._services.backends.goals.DefineObjective, request)).objective_id

    async def _was_made_meanwhile(self, kind: ReferenceKind, reference: str, ids: dict[str, Id], refused: RowRefused) -> bool:
        """Whether another import of the same thing was quicker."""
        if refused.refused is None or refused.refused.kind is not Kind.TAKEN:
            return False
        await self._services.catch_up()
        ids |= await self._services.ids_of(kind, [reference])
        return name_key(reference) in ids

    async def _is_new_key_result(self, key_result: KeyResult) -> bool:
        known, name = self._known, name_key(key_result.reference)
        known.require("objective" if not key_result.counts_for else "key_result", "objective", key_result.home, *key_result.counts_for)
        if why := self._unreachable(key_result.reference):
            raise RowRefused("number" if "number" in key_result.row.cells else "key_result", why)
        if name not in known.key_results:
            try:
                known.key_results[name] = await self._defined_key_result(key_result)
                return True
            except RowRefused as refused:
                if not await self._was_made_meanwhile(ReferenceKind.KEY_RESULT, key_result.reference, known.key_results, refused):
                    raise
        there = await self._key_result_there(key_result)
        if there is None:  # it exists, and whoever imports may not see it
            raise RowRefused("key_result", f"there is a key result {short(key_result.reference)} already, and not one that you may see")
        self.report.different += key_result_differences(key_result, there)
        await self._share(key_result)
        return False

    async def _defined_key_result(self, key_result: KeyResult) -> Id:
        """Defines it: of an objective that was active from that one's first day on, else since ever; and so for what it counts for."""
        if self._dry_run:
            return self._told_only()
        of_drafts = [objective for objective in key_result.counts_for if self._active_from(objective) is None]
        holds_from = self._active_from(key_result.home)
        at_once = of_drafts if holds_from is None else []
        request = key_result_request(
            key_result,
            self._known.objectives[name_key(key_result.home)],
            [self._known.objectives[name_key(objective)] for objective in at_once],
            holds_from,
        )
        with refusals_of(key_result.row):
            answer = await self._ask_of_a_day(self._services.backends.goals.DefineKeyResult, request)
        self._known.key_results[name_key(key_result.reference)] = answer.key_result_id
        for objective in key_result.counts_for:
            if objective not in at_once:
                await self._share_with(objective, key_result)
        return answer.key_result_id

    def _active_from(self, objective: str) -> Day | None:
        """The first day of an objective that was active before this import; None of a draft, for which everything holds since ever."""
        there = self._known.there.get(name_key(objective))
        if there is None or there["state"] == "draft":
            return None
        return day_of(date.fromisoformat(there["start_day"]))

    async def _key_result_there(self, key_result: KeyResult) -> Json | None:
        """The key result as REST answers it, where an objective of the tables has it, or its own."""
        known = (self._known.there.get(name_key(objective)) for objective in (key_result.home, *key_result.counts_for))
        found = _among(key_result.reference, known)
        if found is None:
            home = await self._services.objective_of(self._known.key_results[name_key(key_result.reference)])
            found = _among(key_result.reference, (home,))
        return found

    async def _share(self, key_result: KeyResult) -> None:
        """Lets a key result that is there count for those objectives of the tables that it does not count for yet."""
        for objective in (key_result.home, *key_result.counts_for):
            if _among(key_result.reference, (self._known.there.get(name_key(objective)),)) is not None or self._dry_run:
                continue
            try:
                await self._share_with(objective, key_result)
            except RowRefused as refused:
                if refused.refused is None or refused.refused.reason != "COUNTS_FOR_ITSELF":
                    raise  # unless that is its home in Cairn, which the tables need not name first

    async def _share_with(self, objective: str, key_result: KeyResult) -> None:
        request = goals_pb2.ShareKeyResultRequest(
            key_result_id=self._known.key_results[name_key(key_result.reference)],
            counts_for=self._known.objectives[name_key(objective)],
            holds_from=self._active_from(objective),
        )
        with refusals_of(key_result.row):
            await self._ask_of_a_day(self._services.backends.goals.ShareKeyResult, request)

    async def _ask_of_a_day(self, method: Method[H, A], request: H) -> A:
        """Asks for what shall hold from an objective's first day; from today on where that lies ahead."""
        try:
            return await self._services.ask(method, request)
        except Refused as refused:
            if refused.reason != "HOLDS_FROM_AHEAD":
                raise
        request.ClearField("holds_from")
        return await self._services.ask(method, request)

    async def _activate_objective(self, objective: Objective) -> None:
        name = name_key(objective.reference)
        there = self._known.there.get(name)
        if self._dry_run or ("objective", name) in self._known.missing or (there is not None and there["state"] != "draft"):
            return
        try:
            with refusals_of(objective.row):
                request = goals_pb2.ActivateObjectiveRequest(objective_id=self._known.objectives[name])
                if there is None:  # what an import says of an objective that it creates holds since ever
                    request.holds_from = day_of(date.min)
                await self._services.ask(self._services.backends.goals.ActivateObjective, request)
        except RowRefused as refused:
            if refused.refused is None or refused.refused.reason != "OBJECTIVE_ACTIVE":  # another import was quicker
                self._rows.refuse(objective.row, refused)

    # -- ends: on their days, after all that is said before them ---------------------------------------------------------------------------

    async def _cancel_key_result(self, key_result: KeyResult) -> None:
        name = name_key(key_result.reference)
        if key_result.cancelled_on is None or self._dry_run or ("key result", name) in self._known.missing:
            return
        request = goals_pb2.CancelKeyResultRequest(key_result_id=self._known.key_results[name], holds_from=day_of(key_result.cancelled_on))
        await self._end(key_result, self._services.backends.goals.CancelKeyResult, request)

    async def _end_objective(self, objective: Objective) -> None:
        name, goals = name_key(objective.reference), self._services.backends.goals
        if objective.ended_on is None or self._dry_run or ("objective", name) in self._known.missing:
            return
        ended: dict[str, Any] = {"objective_id": self._known.objectives[name], "holds_from": day_of(objective.ended_on)}
        if objective.cancelled:
            await self._end(objective, goals.CancelObjective, goals_pb2.CancelObjectiveRequest(**ended))
        else:
            await self._end(objective, goals.CloseObjective, goals_pb2.CloseObjectiveRequest(**ended))

    async def _end(self, thing: Objective | KeyResult, method: Method[M, Any], request: M) -> None:
        try:
            with refusals_of(thing.row):
                await self._services.ask(method, request)
        except RowRefused as refused:
            if refused.refused is None or refused.refused.reason not in _ENDED_ALREADY:
                self._rows.refuse(thing.row, refused)

    # -- what came out -----------------------------------------------------------------------------------------------------------------

    async def _compare_totals(self) -> None:
        for total in () if self._dry_run else self._plan.totals:
            objective_id = self._known.objectives.get(name_key(total.objective))
            there = None if objective_id is None else await self._services.objective(objective_id)
            computed = there["grade"] if there is not None else None
            self.report.totals.append(Comparison(total.objective, total.total, computed, total.digits))


def _among(reference: str, objectives: Sequence[Json | None] | Any) -> Json | None:
    """The key result of these objectives that goes by a reference."""
    for objective in objectives:
        for key_result in objective["key_results"] if objective is not None else ():
            if same_name(key_result["ref"], reference):
                found: Json = key_result
                return found
    return None
