"""Bringing a plan into Cairn: what is there already is left alone, what is refused is noted, the rest goes in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from datetime import date
from functools import partial
from operator import itemgetter
from typing import Final, NamedTuple, TypeVar

from chassis.texts import name_key
from gateway.backends import ReferenceKind
from gateway.importing.bulk import all_at_once
from gateway.importing.comments import Comments, Wording
from gateway.importing.cycles_and_people import CyclesAndPeople
from gateway.importing.ends import KEY_RESULT, OBJECTIVE, innermost_first
from gateway.importing.key_results import KeyResults
from gateway.importing.known import Known
from gateway.importing.measurements import Measurements
from gateway.importing.objectives import Objectives
from gateway.importing.organisation import Organisation
from gateway.importing.others import Others
from gateway.importing.outcomes import Outcomes
from gateway.importing.pillars import Pillars
from gateway.importing.plan import ImportPlan, PersonRow
from gateway.importing.redefined_later import RedefinedLater
from gateway.importing.redefinitions import Redefinitions
from gateway.importing.report import Comparison, ImportReport
from gateway.importing.rows import Rows
from gateway.importing.services import Services
from gateway.importing.settings_and_cycles import SettingsAndCycles
from gateway.importing.tables import Named
from gateway.importing.things import ThingOfARow, Things

_TOLD_EVERY: Final = 20

T = TypeVar("T")
D = TypeVar("D", bound=ThingOfARow)


class Step(NamedTuple):
    """How far an import is."""

    what: str
    done: int = 0
    total: int | None = None  # None: it is not known


class Import:
    """One import on its way, a kind of thing after the other."""

    def __init__(
        self, services: Services, plan: ImportPlan, unreachable: Callable[[str], str], wording: Wording, *, dry_run: bool = False
    ) -> None:
        """`unreachable` says why nothing that goes by a reference could be asked for by it; empty: it can. `wording` is of comments."""
        self.report: Final = ImportReport(Outcomes(plan), dry_run, list(plan.tables.values()))
        self._services = services
        self._plan = plan
        self._known = Known()
        things = Things(services, self.report, self._known)
        self._rows = Rows(things, plan)
        self._who_is_who = {name_key(row.handle): row for row in reversed(plan.person_rows)}  # the first row of each says who they are
        self._cycles_and_people = CyclesAndPeople(things, self._who_is_who)
        self._organisation = Organisation(things)
        self._pillars = Pillars(things)
        self._settings_and_cycles = SettingsAndCycles(things, dry_run=dry_run)
        later = RedefinedLater(plan.redefinitions, plan.key_results)
        self._objectives = Objectives(things, plan, later)
        self._others = Others(things, plan)
        self._measurements = Measurements(things, plan)
        self._comments = Comments(things, plan, wording)
        self._key_results = KeyResults(things, unreachable, later)
        self._redefinitions = Redefinitions(
            things,
            {name_key(objective.reference): objective for objective in plan.objectives},
            {name_key(key_result.reference): key_result for key_result in plan.key_results},
        )

    async def run(self) -> AsyncIterator[Step]:
        """Brings the plan into the tenant, and ends once the next question shows all of it.

        Run again, it adds nothing; stopped and run again, it completes. Raises the Refused that is not about a row: who imports may not,
        or a service does not answer any more.
        """
        plan = self._plan
        self.report.refuse(plan.refused)
        self.report.repeated = plan.repeated
        yield Step("waiting until Cairn has taken everything in")
        await self._services.catch_up()  # what an import before this one has said is seen
        await self._look_up()
        for stage in (
            _each("settings", plan.settings, self._settings_and_cycles.settle),
            _each("cycles", plan.cycles, self._cycles_and_people.define_cycle),
            _each("people", plan.people, self._cycles_and_people.add_person),
            _each("teams", plan.teams, self._organisation.found),
            _each("who is in which team", _by_first_day(plan.person_rows), self._organisation.settle),
            _each("pillars", plan.pillars, self._pillars.add),
            self._many("objectives", plan.objectives, self._objectives.define),
            _each("KPIs", plan.kpis, self._others.kpi),  # they may feed key results
            self._many("key results", plan.key_results, self._key_results.define, lambda key_result: key_result.feeds),
            self._many("parents", [one for one in plan.objectives if one.parent is not None], self._objectives.align),
            self._many("activating objectives", plan.objectives, self._objectives.activate),
            _each("reopening objectives", [one for one in plan.objectives if one.reopened], self._objectives.reopen),
            _each("initiatives", plan.initiatives, self._others.initiative),
            _each("tasks", plan.tasks, self._others.task),
            _each("milestones", plan.milestones, self._others.milestone),
            _each("changes", plan.redefinitions, self._redefinitions.take),
        ):
            async for step in stage:
                yield step
        await self._services.checkins_catches_up()  # it knows now what is active
        async for done, total in self._rows.check_ins():
            yield Step("check-ins", done, total)
        async for done, total in self._measurements.take():
            yield Step("KPI values", done, total)
        async for done, total in self._rows.grades():
            yield Step("grades", done, total)
        async for done, total in self._comments.take():
            yield Step("comments", done, total)
        for ends in (  # on their days, after all that is said before them
            _each("ends", self._ends(), lambda end: end()),
            _each("states of cycles", plan.cycles, self._settings_and_cycles.move),
            _each("who has left", [row for row in self._who_is_who.values() if row.last_day], self._organisation.let_go),
        ):
            async for step in ends:
                yield step
        await self._rows.list_left_out()
        yield Step("waiting until Cairn has taken everything in")
        await self._services.catch_up()
        await self._compare_totals()

    async def _many(
        self, what: str, things: Sequence[D], take: Callable[[D], Awaitable[None]], after: Callable[[D], Sequence[str]] = lambda _: ()
    ) -> AsyncIterator[Step]:
        """As `_each`, many at once: what they define goes together. `after` names the things that are there before one is taken."""
        done = told = 0
        for window in _windows(things, self._services.at_once, after):
            if done >= told:
                yield Step(what, done, len(things))
                told += _TOLD_EVERY
            known_before = len(self.report.different)
            await all_at_once(window, take, self._services.definitions)
            self.report.order_different(known_before, window)
            done += len(window)

    def _ends(self) -> list[Callable[[], Awaitable[None]]]:
        """The ends that the tables bring, in the order of their days: what ended within something ended for it, if it did so before.

        Ends of one day hold for each other: each comes after what its number comes from.
        """
        plan, order = self._plan, innermost_first(self._plan)
        key_results = {name_key(key_result.reference) for key_result in plan.key_results}

        def place(reference: str) -> int:
            name = name_key(reference)
            return order[Named(KEY_RESULT if name in key_results else OBJECTIVE, name)]

        cancelled = [(one.cancelled_on, one.reference, partial(self._key_results.cancel, one)) for one in plan.key_results]
        ended = [(one.ended_on, one.reference, partial(self._objectives.end, one)) for one in plan.objectives]
        redefined = [(end.day, end.reference, partial(self._redefinitions.take, end)) for end in plan.ends]
        ends = [(day, place(reference), take) for day, reference, take in (*cancelled, *ended, *redefined) if day is not None]
        return [take for _, _, take in sorted(ends, key=itemgetter(0, 1))]

    async def _look_up(self) -> None:
        """What of all that the tables name is there already."""
        services, plan, known = self._services, self._plan, self._known
        known.objectives = await services.ids_of(ReferenceKind.OBJECTIVE, [objective.reference for objective in plan.objectives])
        known.key_results = await services.ids_of(ReferenceKind.KEY_RESULT, [key_result.reference for key_result in plan.key_results])
        await self._objectives.look_up()
        await self._others.look_up()
        self._measurements.look_up()
        await self._cycles_and_people.look_up()
        if plan.pillars:
            await self._pillars.look_up()
        if plan.teams:
            await self._organisation.look_up({name_key(team.reference): team for team in plan.teams})

    async def _compare_totals(self) -> None:
        for total in () if self.report.dry_run else self._plan.totals:
            objective_id = self._known.objectives.get(name_key(total.objective))
            there = None if objective_id is None else await self._services.objective(objective_id)
            computed = there["grade"] if there is not None else None
            self.report.totals.append(Comparison(total.objective, total.total, computed, total.digits))


def _by_first_day(rows: Sequence[PersonRow]) -> list[PersonRow]:
    """What is said of a team holds from no day before what was said of it last."""
    return sorted(rows, key=lambda row: row.first_day or date.min)


def _windows(things: Sequence[D], size: int, after: Callable[[D], Sequence[str]]) -> Iterator[list[D]]:
    """Things that are taken together, in their order: none of them comes after another."""
    window: dict[str, D] = {}
    for thing in things:
        if len(window) == size or any(name_key(name) in window for name in after(thing)):
            yield list(window.values())
            window = {}
        window[name_key(thing.reference)] = thing
    if window:
        yield list(window.values())


async def _each(what: str, things: Sequence[T], take: Callable[[T], Awaitable[None]]) -> AsyncIterator[Step]:
    for done, thing in enumerate(things):
        if done % _TOLD_EVERY == 0:
            yield Step(what, done, len(things))
        await take(thing)
