"""The key results of an import: defined, shared with the objectives that they count for as well, and cancelled."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from cairn.goals.v1 import service_pb2 as goals_pb2
from chassis.days import day_of
from chassis.ids import Id
from chassis.texts import name_key, same_name
from gateway.backends import ReferenceKind
from gateway.importing.cell_values import short
from gateway.importing.differences import key_result_differences
from gateway.importing.messages import key_result_request
from gateway.importing.outcomes import Change
from gateway.importing.plan import KeyResult
from gateway.importing.redefined_later import RedefinedLater
from gateway.importing.refusal_reasons import COUNTS_FOR_ITSELF, KEY_RESULT_CANCELLED, OBJECTIVE_CLOSED
from gateway.importing.row_refusals import RowRefused, refusals_of
from gateway.importing.tables import Named
from gateway.importing.things import Things
from gateway.schemas.mapping import Json


class KeyResults:
    """Brings key results in. `unreachable` says why nothing that goes by a reference could be asked for by it; empty: it can."""

    def __init__(self, things: Things, unreachable: Callable[[str], str], later: RedefinedLater) -> None:
        self._things: Final = things
        self._later: Final = later
        self._unreachable: Final = unreachable
        self._there_before: Final[set[str]] = set()

    async def define(self, key_result: KeyResult) -> None:
        """Where it is not there; what is there counts for the objectives that the tables name as well."""
        if await self._things.take(self._things.report.counts.key_results, "key result", key_result, self._is_new):
            self._things.report.outcomes.of(key_result.home).key_results += 1

    async def cancel(self, key_result: KeyResult) -> None:
        """On its day, where it has one."""
        things, known, name = self._things, self._things.known, name_key(key_result.reference)
        if key_result.cancelled_on is None or Named("key result", name) in known.missing:
            return
        request = goals_pb2.CancelKeyResultRequest(key_result_id=known.key_results[name], holds_from=day_of(key_result.cancelled_on))
        ended_already = OBJECTIVE_CLOSED, KEY_RESULT_CANCELLED
        cancelled = await things.ask_unless(ended_already, key_result.row, things.services.backends.goals.CancelKeyResult, request)
        if cancelled and name in self._there_before:
            change = Change(key_result.reference, "state", "active", "cancelled")
            things.report.outcomes.of(key_result.home).changes.append(change)

    async def _is_new(self, key_result: KeyResult) -> bool:
        things, known, name = self._things, self._things.known, name_key(key_result.reference)
        known.require("owners", "person", *(owner.person for owner in key_result.owners))
        known.require("objective" if not key_result.counts_for else "key_result", "objective", key_result.home, *key_result.counts_for)
        if why := self._unreachable(key_result.reference):
            raise RowRefused("number" if "number" in key_result.row.columns else "key_result", why)
        if name not in known.key_results:
            try:
                known.key_results[name] = await self._defined(key_result)
                things.made.add(known.key_results[name])
                return True
            except RowRefused as refused:
                if not await things.was_made_meanwhile(ReferenceKind.KEY_RESULT, key_result.reference, known.key_results, refused):
                    raise
        there = await self._there(key_result)
        if there is None:  # it exists, and whoever imports may not see it
            raise RowRefused("key_result", f"there is a key result {short(key_result.reference)} already, and not one that you may see")
        things.report.different += self._later.but_for(key_result_differences(key_result, there))
        self._there_before.add(name)
        await self._share(key_result, there)
        return False

    async def _defined(self, key_result: KeyResult) -> Id:
        """Defines it: from the day of its row on, else of an objective that was active from that one's first day on, else since ever.

        And so for what it counts for.
        """
        things, known = self._things, self._things.known
        begins = None if key_result.first_day is None else day_of(key_result.first_day)
        alone = [objective for objective in key_result.counts_for if objective not in key_result.counts_from]
        of_drafts = [objective for objective in alone if things.active_from(objective) is None]
        holds_from = things.active_from(key_result.home) if begins is None else begins
        at_once = of_drafts if holds_from is None or begins is not None else []
        counts_for = [known.objectives[name_key(objective)] for objective in at_once]
        home, feeds = known.objectives[name_key(key_result.home)], [known.feed("feeds", feed) for feed in key_result.feeds]
        request = key_result_request(key_result, home, counts_for, feeds, known.people, holds_from)
        with refusals_of(key_result.row, {"holds_from": "from"}):
            define = things.services.backends.goals.DefineKeyResult
            answer = await (things.services.ask if begins is not None else things.ask_of_a_day)(define, request)
        known.key_results[name_key(key_result.reference)] = answer.key_result_id
        for objective in key_result.counts_for:
            if objective not in at_once:
                await self._share_with(objective, key_result)
        return answer.key_result_id

    async def _there(self, key_result: KeyResult) -> Json | None:
        """The key result as REST answers it, where an objective of the tables has it, or its own."""
        known = self._things.known
        found = _among(key_result.reference, (known.there.get(name_key(o)) for o in (key_result.home, *key_result.counts_for)))
        if found is None:
            home = await self._things.services.objective_of(known.key_results[name_key(key_result.reference)])
            found = _among(key_result.reference, (home,))
        return found

    async def _share(self, key_result: KeyResult, there: Json) -> None:
        """Lets a key result that is there count for those objectives of the tables that it does not count for yet.

        But for those that it has left by changes.csv.
        """
        things = self._things
        for objective in (key_result.home, *key_result.counts_for):
            if self._later.has_left(key_result.reference, objective):
                continue
            if _among(key_result.reference, (things.known.there.get(name_key(objective)),)) is not None:
                continue
            if any(same_name(other["ref"], objective) for other in there["counts_for"]):
                continue  # that one does not list what a draft shares, nor what was cancelled since
            try:
                await self._share_with(objective, key_result)
                change = Change(key_result.reference, "counts_for", None, objective)
                things.report.outcomes.of(key_result.home).changes.append(change)
            except RowRefused as refused:
                if refused.refused is None or refused.refused.reason != COUNTS_FOR_ITSELF:
                    raise  # unless that is its home in Cairn, which the tables need not name first

    async def _share_with(self, objective: str, key_result: KeyResult) -> None:
        things, known = self._things, self._things.known
        begins = [day for day in (key_result.first_day, key_result.counts_from.get(objective)) if day is not None]
        request = goals_pb2.ShareKeyResultRequest(
            key_result_id=known.key_results[name_key(key_result.reference)],
            counts_for=known.objectives[name_key(objective)],
            holds_from=day_of(max(begins)) if begins else things.active_from(objective),
        )
        with refusals_of(key_result.row, {"holds_from": "from"}):
            await (things.services.ask if begins else things.ask_of_a_day)(things.services.backends.goals.ShareKeyResult, request)


def _among(reference: str, objectives: Iterable[Json | None]) -> Json | None:
    """The key result of these objectives that goes by a reference."""
    for objective in objectives:
        for key_result in objective["key_results"] if objective is not None else ():
            if same_name(key_result["ref"], reference):
                found: Json = key_result
                return found
    return None
