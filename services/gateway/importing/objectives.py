"""The objectives of an import: drafted, put under their parents and activated once their key results are there, and ended."""

from __future__ import annotations

from datetime import date
from typing import Final

from cairn.goals.v1 import service_pb2 as goals_pb2
from chassis.days import day_of
from chassis.ids import Id
from chassis.texts import name_key
from gateway.backends import ReferenceKind
from gateway.importing.cell_values import short
from gateway.importing.differences import objective_differences
from gateway.importing.messages import objective_request
from gateway.importing.outcomes import Change
from gateway.importing.plan import ImportPlan, Objective
from gateway.importing.redefined_later import RedefinedLater
from gateway.importing.refusal_reasons import KEY_RESULT_CANCELLED, OBJECTIVE_ACTIVE, OBJECTIVE_CLOSED
from gateway.importing.row_refusals import RowRefused, refusals_of
from gateway.importing.tables import Named
from gateway.importing.things import Things

_REOPENED: Final = "a row of changes.csv takes its end back"
_ENDED_ALREADY: Final = (OBJECTIVE_CLOSED, KEY_RESULT_CANCELLED)


class Objectives:
    """Brings objectives in."""

    def __init__(self, things: Things, plan: ImportPlan, later: RedefinedLater) -> None:
        self._things: Final = things
        self._later: Final = later
        self._named: Final = {name_key(one.reference) for one in plan.objectives}
        self._homes: Final = {name_key(one.reference): one.home for one in plan.key_results}
        self._ends_later: Final = {name_key(end.reference): (end.says, end.day.isoformat()) for end in plan.ends}
        """By objective: the end that changes.csv brings last."""
        self._parents: Final = [one.parent for one in plan.objectives if one.parent is not None]

    async def look_up(self) -> None:
        """The parents that the tables name and do not define."""
        services, known = self._things.services, self._things.known
        others = [name for name in self._parents if name_key(name) not in self._named and name_key(name) not in self._homes]
        if others:
            known.parents = await services.ids_of(ReferenceKind.OBJECTIVE, others)
            known.parent_key_results = await services.ids_of(ReferenceKind.KEY_RESULT, others)

    async def define(self, objective: Objective) -> None:
        """As a draft, where it is not there."""
        outcome = self._things.report.outcomes.of(objective.reference)
        outcome.created = await self._things.take(self._things.report.counts.objectives, "objective", objective, self._is_new)
        outcome.refused = Named("objective", name_key(objective.reference)) in self._things.known.missing

    async def align(self, objective: Objective) -> None:
        """Under its parent, where it is new: since ever, unless that was active before this import."""
        things, name = self._things, name_key(objective.reference)
        if objective.parent is None or Named("objective", name) in things.known.missing or name in things.known.there:
            return
        try:
            with refusals_of(objective.row, {"holds_from": "parent"}):
                await things.ask_of_a_day(things.services.backends.goals.AlignObjective, self._aligned(objective, objective.parent))
        except RowRefused as refused:
            things.refuse(objective.row, refused)

    def _aligned(self, objective: Objective, parent: str) -> goals_pb2.AlignObjectiveRequest:
        """Raises RowRefused where its parent was refused."""
        known, name = self._things.known, name_key(parent)
        home = parent if name in self._named else self._homes.get(name)
        holds_from = None if home is None else self._things.active_from(home)
        request = goals_pb2.AlignObjectiveRequest(objective_id=known.objectives[name_key(objective.reference)], holds_from=holds_from)
        if name in self._named:
            known.require("parent", "objective", parent)
            request.parent_objective_id = known.objectives[name]
        elif name in self._homes:
            known.require("parent", "key result", parent)
            request.parent_key_result_id = known.key_results[name]
        elif name in known.parents:
            request.parent_objective_id = known.parents[name]
        else:
            request.parent_key_result_id = known.parent_key_results[name]
        return request

    async def activate(self, objective: Objective) -> None:
        """Unless it was active before this import."""
        things, known, name = self._things, self._things.known, name_key(objective.reference)
        there = known.there.get(name)
        if objective.state == "draft":
            return
        if Named("objective", name) in known.missing or (there is not None and there["state"] != "draft"):
            return
        request = goals_pb2.ActivateObjectiveRequest(objective_id=known.objectives[name])
        if objective.active_from is not None:
            request.holds_from = day_of(min(objective.active_from, objective.start_day))
        elif there is None:  # what an import says of an objective that it creates holds since ever
            request.holds_from = day_of(date.min)
        activate, columns = things.services.backends.goals.ActivateObjective, {"holds_from": "active_from"}
        if await things.ask_unless((OBJECTIVE_ACTIVE,), objective.row, activate, request, columns) and there is not None:
            self._note_state(objective, "draft", "active")

    async def end(self, objective: Objective) -> None:
        """On its day, where it has one."""
        things, known, name = self._things, self._things.known, name_key(objective.reference)
        if objective.ended_on is None or Named("objective", name) in known.missing:
            return
        goals, objective_id, ended_on = things.services.backends.goals, known.objectives[name], day_of(objective.ended_on)
        if objective.state == "cancelled":
            cancel = goals_pb2.CancelObjectiveRequest(objective_id=objective_id, holds_from=ended_on, reason=objective.outcome)
            ended = await things.ask_unless(_ENDED_ALREADY, objective.row, goals.CancelObjective, cancel)
        else:
            close = goals_pb2.CloseObjectiveRequest(objective_id=objective_id, holds_from=ended_on, outcome=objective.outcome)
            ended = await things.ask_unless(_ENDED_ALREADY, objective.row, goals.CloseObjective, close)
        if ended and name in known.there:
            self._note_state(objective, "active", objective.state)

    async def reopen(self, objective: Objective) -> None:
        """One that had ended before this import, and whose end the tables take back: what they say of later days is taken again.

        One that ended as they say that it did after that stays so.
        """
        things, name = self._things, name_key(objective.reference)
        there = things.known.there.get(name)
        if there is None or there["state"] not in ("closed", "cancelled"):
            return
        if (there["state"], there["ended_on"]) == self._ends_later.get(name):
            return
        request = goals_pb2.ReopenObjectiveRequest(objective_id=things.known.objectives[name], reason=_REOPENED)
        if await things.ask_unless((), objective.row, things.services.backends.goals.ReopenObjective, request):
            self._note_state(objective, there["state"], "active")

    def _note_state(self, objective: Objective, before: str, after: str) -> None:
        outcome = self._things.report.outcomes.of(objective.reference)
        outcome.changes.append(Change(objective.reference, "state", before, after))

    async def _is_new(self, objective: Objective) -> bool:
        things, known, name = self._things, self._things.known, name_key(objective.reference)
        known.require("cycle", "cycle", objective.cycle)
        known.require("owner", "person", objective.owner)
        known.require("contributors" if "contributors" in objective.row.columns else "level", "person", *objective.contributors)
        known.require("named", "person", *objective.named)
        self._require_parent(objective)
        known.require("team", "team", objective.team or None)
        known.require("pillar", "pillar", objective.pillar or None)
        if name not in known.objectives:
            try:
                known.objectives[name] = await self._defined(objective)
                things.made.add(known.objectives[name])
                return True
            except RowRefused as refused:
                if not await things.was_made_meanwhile(ReferenceKind.OBJECTIVE, objective.reference, known.objectives, refused):
                    raise
        there = await things.services.objective(known.objectives[name])
        if there is None:  # it exists, and whoever imports may not see it
            raise RowRefused("objective", f"there is an objective {short(objective.reference)} already, and not one that you may see")
        known.there[name] = there
        differences = objective_differences(objective, there, known.people, known.teams, known.pillars)
        things.report.different += self._later.but_for(differences)
        return False

    def _require_parent(self, objective: Objective) -> None:
        """Raises RowRefused where no table and nothing in Cairn goes by the parent that it names."""
        known, parent = self._things.known, objective.parent
        if parent is None:
            return
        name = name_key(parent)
        if name in self._named or name in self._homes or name in known.parents:
            return
        if name not in known.parent_key_results:
            raise RowRefused("parent", f"there is no objective or key result {short(parent)}", lacks=Named("objective", name))

    async def _defined(self, objective: Objective) -> Id:
        things, known = self._things, self._things.known
        cycle_id = known.cycles[name_key(objective.cycle)]["id"]
        request = objective_request(objective, cycle_id, known.people, known.teams, known.pillars)
        with refusals_of(objective.row):
            return (await things.services.ask(things.services.backends.goals.DefineObjective, request)).objective_id
