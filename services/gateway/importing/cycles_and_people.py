"""What objectives stand on: cycles, and people."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from cairn.directory.v1 import service_pb2 as directory_pb2
from cairn.goals.v1 import service_pb2 as goals_pb2
from cairn.goals.v1.events_pb2 import CYCLE_STATE_PLANNING
from chassis.days import day_of
from chassis.errors import Kind, Refused
from chassis.texts import name_key
from gateway.importing.cell_values import short
from gateway.importing.differences import cycle_differences, person_differences
from gateway.importing.messages import cycle_request, person_request
from gateway.importing.outcomes import Change
from gateway.importing.plan import Cycle, PersonRow
from gateway.importing.report import Count
from gateway.importing.row_refusals import RowRefused, is_about_the_request
from gateway.importing.tables import Named, Row
from gateway.importing.things import Things
from gateway.schemas.mapping import Json


class CyclesAndPeople:
    """Makes those that are not there. No row is about one: where it cannot be made, the rows that name it are refused."""

    def __init__(self, things: Things, rows: Mapping[str, PersonRow]) -> None:
        """`rows` are those of people.csv, by `name_key`."""
        self._things: Final = things
        self._rows: Final = rows

    async def look_up(self) -> None:
        """All that are there."""
        services, known = self._things.services, self._things.known
        for cycle in await services.cycles():
            known.take_cycle(cycle)
        for person in await services.people():
            known.take_person(person)

    async def define_cycle(self, cycle: Cycle) -> None:
        """A cycle of the plan: one with a row is moved to its days."""
        things, known = self._things, self._things.known
        there = known.cycles.get(name_key(cycle.name))
        enclosing = None if cycle.enclosing is None else known.cycles.get(name_key(cycle.enclosing))
        if cycle.row is not None and cycle.enclosing is not None and enclosing is None:
            self._refuse(cycle, cycle.row, RowRefused("enclosing", f"there is no cycle {short(cycle.enclosing)}"))
            return
        if there is not None:
            things.report.different += cycle_differences(cycle, there)
            if cycle.row is not None and await self._moved(cycle, cycle.row, there):
                return

        async def define() -> None:
            request = cycle_request(cycle, enclosing["id"] if enclosing else b"")
            defined = goals_pb2.Cycle(name=cycle.name, kind=request.kind, state=CYCLE_STATE_PLANNING)
            defined.first_day, defined.last_day = request.first_day, request.last_day
            defined.cycle_id = (await things.services.ask(things.services.backends.goals.DefineCycle, request)).cycle_id
            known.take_cycle(defined)

        await self._make("cycle", cycle.name, known.cycles, things.report.counts.cycles, define, self.look_up)

    async def _moved(self, cycle: Cycle, row: Row, there: Json) -> bool:
        """Whether the row has other days; the cycle has them then, unless objectives would lie outside."""
        things, request = self._things, goals_pb2.ReviseCycleRequest(cycle_id=there["id"])
        days = {"first_day": cycle.first_day, "last_day": cycle.last_day}
        otherwise = {name: day for name, day in days.items() if day.isoformat() != there[name]}
        for name, day in otherwise.items():
            setattr(request, name, day_of(day))
        if not otherwise:
            return False
        if await things.ask_unless((), row, things.services.backends.goals.ReviseCycle, request):
            things.report.counts.cycles.corrected += 1
            things.report.changes += [Change(cycle.name, name, there[name], day.isoformat()) for name, day in otherwise.items()]
            there |= {name: day.isoformat() for name, day in otherwise.items()}
        else:
            things.report.counts.cycles.refused += 1
        return True

    def _refuse(self, cycle: Cycle, row: Row, refused: RowRefused) -> None:
        its_name = Named("cycle", name_key(cycle.name))
        self._things.refuse(row, refused, its_name)
        self._things.report.counts.cycles.refused += 1
        self._things.known.missing.setdefault(its_name, f"the cycle {short(cycle.name)} was refused ({row.file}, line {row.line})")

    async def add_person(self, handle: str) -> None:
        """A person whom the plan names."""
        things, known = self._things, self._things.known

        async def add() -> None:
            added = await things.services.ask(
                things.services.backends.directory.AddPerson, person_request(handle, self._rows.get(name_key(handle)))
            )
            known.take_person(added.person)

        async def find() -> None:
            """Somebody whom another import was quicker to add, or who has another handle by now: the one before stays theirs."""
            found = await things.services.ask(things.services.backends.directory.GetPerson, directory_pb2.GetPersonRequest(handle=handle))
            known.take_person(found.person, found_by=handle)

        added_before = known.people.get(name_key(handle))
        await self._make("person", handle, known.people, things.report.counts.people, add, find)
        if (row := self._rows.get(name_key(handle))) is not None and added_before is not None:
            things.report.different += person_differences(row, known.profiles[added_before])

    async def _make(
        self,
        kind: str,
        name: str,
        there: dict[str, Any],
        count: Count,
        make: Callable[[], Awaitable[None]],
        find: Callable[[], Awaitable[None]],
    ) -> None:
        """Makes a cycle or a person unless it is there; where the name is taken, what has it is found."""
        if name_key(name) in there:
            count.already_there += 1
            return
        try:
            await make()
            count.new += 1
        except Refused as refused:
            if not is_about_the_request(refused):
                raise
            if refused.kind is Kind.TAKEN:
                await find()
            if name_key(name) in there:
                count.already_there += 1
                return
            count.refused += 1
            self._things.known.missing[Named(kind, name_key(name))] = f"the {kind} {short(name)} cannot be made: {refused.message}"
