"""The objectives of an import: drafted, activated once their key results are there, and ended."""

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
from gateway.importing.plan import Objective
from gateway.importing.refusal_reasons import KEY_RESULT_CANCELLED, OBJECTIVE_ACTIVE, OBJECTIVE_CLOSED
from gateway.importing.row_refusals import RowRefused, refusals_of
from gateway.importing.tables import Named
from gateway.importing.things import Things

_ENDED_ALREADY: Final = (OBJECTIVE_CLOSED, KEY_RESULT_CANCELLED)


class Objectives:
    """Brings objectives in."""

    def __init__(self, things: Things) -> None:
        self._things: Final = things

    async def define(self, objective: Objective) -> None:
        """As a draft, where it is not there."""
        outcome = self._things.report.outcomes.of(objective.reference)
        outcome.created = await self._things.take(self._things.report.counts.objectives, "objective", objective, self._is_new)
        outcome.refused = Named("objective", name_key(objective.reference)) in self._things.known.missing

    async def activate(self, objective: Objective) -> None:
        """Unless it was active before this import."""
        things, known, name = self._things, self._things.known, name_key(objective.reference)
        there = known.there.get(name)
        if Named("objective", name) in known.missing or (there is not None and there["state"] != "draft"):
            return
        request = goals_pb2.ActivateObjectiveRequest(objective_id=known.objectives[name])
        if there is None:  # what an import says of an objective that it creates holds since ever
            request.holds_from = day_of(date.min)
        activate = things.services.backends.goals.ActivateObjective
        if await things.ask_unless((OBJECTIVE_ACTIVE,), objective.row, activate, request) and there is not None:
            self._note_state(objective, "draft", "active")

    async def end(self, objective: Objective) -> None:
        """On its day, where it has one."""
        things, known, name = self._things, self._things.known, name_key(objective.reference)
        if objective.ended_on is None or Named("objective", name) in known.missing:
            return
        goals, objective_id, ended_on = things.services.backends.goals, known.objectives[name], day_of(objective.ended_on)
        if objective.cancelled:
            cancel = goals_pb2.CancelObjectiveRequest(objective_id=objective_id, holds_from=ended_on)
            ended = await things.ask_unless(_ENDED_ALREADY, objective.row, goals.CancelObjective, cancel)
        else:
            close = goals_pb2.CloseObjectiveRequest(objective_id=objective_id, holds_from=ended_on)
            ended = await things.ask_unless(_ENDED_ALREADY, objective.row, goals.CloseObjective, close)
        if ended and name in known.there:
            self._note_state(objective, "active", "cancelled" if objective.cancelled else "closed")

    def _note_state(self, objective: Objective, before: str, after: str) -> None:
        outcome = self._things.report.outcomes.of(objective.reference)
        outcome.changes.append(Change(objective.reference, "state", before, after))

    async def _is_new(self, objective: Objective) -> bool:
        things, known, name = self._things, self._things.known, name_key(objective.reference)
        known.require("cycle", "cycle", objective.cycle)
        known.require("owner", "person", objective.owner)
        known.require("level", "person", *objective.contributors)
        known.require("team", "team", objective.team or None)
        if name not in known.objectives:
            try:
                known.objectives[name] = await self._defined(objective)
                return True
            except RowRefused as refused:
                if not await things.was_made_meanwhile(ReferenceKind.OBJECTIVE, objective.reference, known.objectives, refused):
                    raise
        there = await things.services.objective(known.objectives[name])
        if there is None:  # it exists, and whoever imports may not see it
            raise RowRefused("objective", f"there is an objective {short(objective.reference)} already, and not one that you may see")
        known.there[name] = there
        things.report.different += objective_differences(objective, there, known.people, known.teams)
        return False

    async def _defined(self, objective: Objective) -> Id:
        things, known = self._things, self._things.known
        request = objective_request(objective, known.cycles[name_key(objective.cycle)]["id"], known.people, known.teams)
        with refusals_of(objective.row):
            return (await things.services.ask(things.services.backends.goals.DefineObjective, request)).objective_id
