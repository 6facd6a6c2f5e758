"""What was redefined later: each row of changes.csv is a command, from its day on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any, Final

from google.protobuf.message import Message

from cairn.goals.v1 import events_pb2 as goals_events
from cairn.goals.v1 import service_pb2 as goals_pb2
from chassis.days import day_of
from chassis.ids import Id
from chassis.texts import name_key
from gateway.backends import Method
from gateway.importing.cell_values import short
from gateway.importing.messages import milestones_message, owners_message, plan_message
from gateway.importing.plan import KeyResult, Objective, Redefinition
from gateway.importing.refusal_reasons import KEY_RESULT_CANCELLED, OBJECTIVE_ACTIVE, OBJECTIVE_CLOSED
from gateway.importing.row_refusals import RowRefused, refusals_of
from gateway.importing.things import Things
from gateway.schemas.enums import MAINTAIN_MODES, ROLL_UPS

_ALREADY_SO: Final = (OBJECTIVE_ACTIVE, OBJECTIVE_CLOSED, KEY_RESULT_CANCELLED)


class Redefinitions:
    """Brings in what changes.csv says, row by row in the order of their days: of one field the row of the latest day holds, of one day the
    later row.

    The same rows sent again change nothing: each command bears a key that follows from what it says.
    """

    def __init__(self, things: Things, objectives: Mapping[str, Objective], key_results: Mapping[str, KeyResult]) -> None:
        """By `name_key`: what the tables define."""
        self._things: Final = things
        self._objectives: Final = objectives
        self._key_results: Final = key_results
        self._said: Final[Counter[bytes]] = Counter()
        self._let_go: Final[set[tuple[Id, Id]]] = set()
        """Key results, and the objectives that they count for no longer by a row before."""

    async def take(self, row: Redefinition) -> None:
        """Carries a row out, unless what it is about was refused."""
        name, known = name_key(row.reference), self._things.known
        try:
            if name in self._key_results:
                known.require("ref", "key result", row.reference)
                await self._of_key_result(row, self._key_results[name], known.key_results[name])
            else:
                known.require("ref", "objective", row.reference)
                await self._of_objective(row, known.objectives[name])
        except RowRefused as refused:
            if refused.refused is None or row.field != "state" or refused.refused.reason not in _ALREADY_SO:
                self._things.refuse(row.row, refused)

    async def _of_key_result(self, row: Redefinition, key_result: KeyResult, key_result_id: Id) -> None:
        goals, day = self._things.services.backends.goals, day_of(row.day)
        match row.field:
            case "counts_for+":
                other = self._objective(row)
                self._let_go.discard((key_result_id, other))
                share = goals_pb2.ShareKeyResultRequest(key_result_id=key_result_id, counts_for=other, holds_from=day)
                await self._ask(row, goals.ShareKeyResult, share)
            case "counts_for-":
                other = self._objective(row)
                if (key_result_id, other) not in self._let_go:
                    unshare = goals_pb2.UnshareKeyResultRequest(key_result_id=key_result_id, counts_for=other, holds_from=day)
                    await self._ask(row, goals.UnshareKeyResult, unshare)
                self._let_go.add((key_result_id, other))
            case "home":
                move = goals_pb2.MoveKeyResultRequest(key_result_id=key_result_id, to_objective_id=self._objective(row), holds_from=day)
                await self._ask(row, goals.MoveKeyResult, move)
            case "state":
                cancel = goals_pb2.CancelKeyResultRequest(key_result_id=key_result_id, holds_from=day)
                await self._end(row, goals.CancelKeyResult, cancel)
            case _:
                request = goals_pb2.ReviseKeyResultRequest(key_result_id=key_result_id, holds_from=day)
                self._revise_key_result(request, row, key_result)
                await self._ask(row, goals.ReviseKeyResult, request)

    def _revise_key_result(self, request: goals_pb2.ReviseKeyResultRequest, row: Redefinition, key_result: KeyResult) -> None:
        known, said = self._things.known, row.says
        match row.field:
            case "low" | "high":
                getattr(request, row.field).CopyFrom(goals_events.Bound(value=said))
                getattr(request, row.field).SetInParent()
            case "due":
                request.due_day = 0 if said is None else day_of(said)  # without one, with its objective
            case "mode":
                request.mode = MAINTAIN_MODES.number(said)
            case "owners":
                owners = said or key_result.owners
                request.owners.CopyFrom(goals_events.Owners(owners=owners_message(owners, known.people)))
            case "milestones":
                request.milestones.CopyFrom(milestones_message(said))
            case "plan":
                request.plan.CopyFrom(plan_message(said))
                request.plan.SetInParent()  # one without points: none any more
            case "feeds":
                request.feeds.CopyFrom(goals_events.Feeds(key_result_ids=[known.feed("value", feed) for feed in said]))
                request.feeds.SetInParent()
            case _:
                setattr(request, row.field, said)

    def _key_result(self, reference: str) -> Id:
        known = self._things.known
        known.require("value", "key result", reference)
        found = known.key_results.get(name_key(reference))
        if found is None:
            raise RowRefused("value", f"there is no key result {short(reference)}")
        return found

    def _objective(self, row: Redefinition) -> Id:
        known = self._things.known
        known.require("value", "objective", row.says)
        found = known.objectives.get(name_key(row.says))
        if found is None:
            raise RowRefused("value", f"there is no objective {short(row.says)}")
        return found

    async def _of_objective(self, row: Redefinition, objective_id: Id) -> None:
        goals, day = self._things.services.backends.goals, day_of(row.day)
        match row.field:
            case "parent":
                align = goals_pb2.AlignObjectiveRequest(objective_id=objective_id, holds_from=day)
                if row.says and name_key(row.says) in self._key_results:
                    align.parent_key_result_id = self._key_result(row.says)
                elif row.says:
                    align.parent_objective_id = self._objective(row)
                await self._ask(row, goals.AlignObjective, align)
            case "state":
                await self._state(row, objective_id)
            case _:
                request = goals_pb2.ReviseObjectiveRequest(objective_id=objective_id, holds_from=day)
                match row.field:
                    case "owner":
                        request.owner_id = self._things.known.people[name_key(row.says)]
                    case "due":
                        request.due_day = day_of(row.says or self._last_day_of_cycle(row.reference))
                    case "roll_up":
                        request.roll_up = ROLL_UPS.number(row.says)
                    case _:
                        setattr(request, row.field, row.says)
                await self._ask(row, goals.ReviseObjective, request)

    def _last_day_of_cycle(self, objective: str) -> date:
        cycle = self._objectives[name_key(objective)].cycle
        return date.fromisoformat(self._things.known.cycles[name_key(cycle)]["last_day"])

    async def _state(self, row: Redefinition, objective_id: Id) -> None:
        goals, day = self._things.services.backends.goals, day_of(row.day)
        match row.says:
            case "active":
                active = goals_pb2.ActivateObjectiveRequest(objective_id=objective_id, holds_from=day)
                await self._ask(row, goals.ActivateObjective, active)
            case "closed":
                closed = goals_pb2.CloseObjectiveRequest(objective_id=objective_id, holds_from=day)
                await self._end(row, goals.CloseObjective, closed)
            case _:
                cancelled = goals_pb2.CancelObjectiveRequest(objective_id=objective_id, holds_from=day)
                await self._end(row, goals.CancelObjective, cancelled)

    async def _ask(self, row: Redefinition, method: Method[Any, Any], request: Message) -> None:
        said = sha256(request.DESCRIPTOR.full_name.encode() + request.SerializeToString(deterministic=True)).digest()
        self._said[said] += 1
        with refusals_of(row.row):
            await self._things.services.ask(method, request, key=f"changes {said.hex()[:40]} {self._said[said]}")

    async def _end(self, row: Redefinition, method: Method[Any, Any], request: Message) -> None:
        """Without a key: what was reopened since may end again on the same day, and what has ended says so by itself."""
        with refusals_of(row.row):
            await self._things.services.ask(method, request)
