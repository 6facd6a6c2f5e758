"""What of the copy is still so: goals confirms it, for a moment, for every call of that moment.

Kafka brings what changed when it can; a permission that was taken back must be honoured at once. So nothing of the copy is acted on
without goals having said, not longer ago than it allows, how far its log is and what changed since it said so last: what changed is
forgotten. One question at a time serves all calls, and while there are calls the next one is asked ahead of need, so that they wait for
none. Goals answers what takes something away only after so long that whatever it confirmed before is no longer good.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from cairn.goals.v1.service_pb2 import ConfirmDefinitionsRequest, ConfirmDefinitionsResponse
from chassis.calls import Call
from chassis.errors import Kind, Refused
from chassis.eventstore import LogIdentity, position_lost, position_unknown
from chassis.ids import Id
from chassis.log_generations import generations_of
from chassis.positions import Position, positions_text
from chassis.rpc import asked, metadata
from chassis.runtime import telemetry
from checkins.catalogue.memory import Memory

if TYPE_CHECKING:
    from cairn.goals.v1.service_pb2_grpc import GoalsServiceAsyncStub  # a name of the type stubs alone

_DEADLINE: Final = 1.0  # seconds that goals may take to confirm, before it counts as away
_MOST_AT_ONCE: Final = 8000

_log = telemetry.logger()


class Confirmations:
    """Asks goals what has changed, and lets `memory` forget it.

    While goals does not answer, what was confirmed at most `longest_age` seconds ago may still be acted on.
    """

    def __init__(self, goals: GoalsServiceAsyncStub, memory: Memory, longest_age: float) -> None:
        self._goals = goals
        self._memory = memory
        self._longest_age = longest_age
        self._head: int | None = None
        self._generation = 0
        self._identity = LogIdentity(b"", ())  # as far as goals tells it
        self._confirmed_at = float("-inf")  # when it was asked for, by the event loop's clock
        self._good_until = self._ask_ahead_at = float("-inf")
        self._asking: asyncio.Task[bool] | None = None

    def is_good(self, call: Call) -> bool:
        """Whether what is in memory may be acted on. What soon may not is confirmed again meanwhile."""
        now = asyncio.get_running_loop().time()
        if now >= self._ask_ahead_at and now < self._good_until:
            self._ask(call)
        return now < self._good_until

    async def confirm(self, call: Call, after: Iterable[Position] = ()) -> None:
        """Returns once what is in memory may be acted on, at least as new as `after`, positions of goals.

        Raises Refused: POSITION_UNKNOWN, POSITION_LOST, or DEFINITIONS_TOO_OLD when goals has not answered for too long.
        """
        if self.is_good(call) and not self._ahead(after):
            return
        if not await self._is_confirmed(call):
            self._require_young()
        ahead = self._ahead(after)
        if ahead and not await self._is_confirmed(call):  # what was under way had begun before the call came
            raise Refused(
                "GOALS_UNAVAILABLE", f"goals does not say what came up to {positions_text(ahead)}; ask again", kind=Kind.UNAVAILABLE
            )
        if ahead := self._ahead(ahead):
            raise position_unknown(*ahead)

    async def versions(self, call: Call, aggregate_ids: Iterable[Id]) -> dict[Id, int] | None:
        """The newest version of aggregates of goals; None while goals does not answer."""
        wanted = list(dict.fromkeys(aggregate_ids))
        found: dict[Id, int] = {}
        for start in range(0, len(wanted), _MOST_AT_ONCE):
            answer = await self._answer(call, ConfirmDefinitionsRequest(aggregate_ids=wanted[start : start + _MOST_AT_ONCE]))
            if answer is None:
                return None
            found.update((each.aggregate_id, each.version) for each in answer.versions)
        return found

    async def stop(self) -> None:
        """Asks no more."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    def _ahead(self, after: Iterable[Position]) -> list[Position]:
        """Those of the positions that the log has not come to, as far as is known. Raises Refused (POSITION_LOST)."""
        ahead = []
        for position in after:
            if self._identity.has_lost(position):
                raise position_lost(position)
            if position.generation > self._generation or position.position > (self._head or 0):
                ahead.append(position)
        return ahead

    async def _is_confirmed(self, call: Call) -> bool:
        """Whether goals answers: to what is asked already, or in the caller's name.

        That goals refuses whoever it was asked in the name of is nothing to others who wait. Raises the Refused that is the caller's own.
        """
        while True:
            under_way = self._asking
            asking = self._ask(call)
            try:
                return await asyncio.shield(asking)
            except Refused:
                if asking is not under_way:
                    raise

    def _require_young(self) -> None:
        age = asyncio.get_running_loop().time() - self._confirmed_at
        if age > self._longest_age:
            message = (
                f"goals does not answer, and what is known of its key results is older than {self._longest_age:g} s; send it again later"
            )
            raise Refused("DEFINITIONS_TOO_OLD", message, kind=Kind.UNAVAILABLE)

    def _ask(self, call: Call) -> asyncio.Task[bool]:
        """What is under way, or a new question in the name of the caller: whether goals answered."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._confirmed(call), name="goals confirms")
            self._asking.add_done_callback(_heard)  # asked ahead of need it may have nobody who waits
        return self._asking

    async def _confirmed(self, call: Call) -> bool:
        began = asyncio.get_running_loop().time()
        answer = await self._answer(call, ConfirmDefinitionsRequest(after=self._head, generation=self._generation))
        if answer is None:
            return False
        if answer.all_may_have_changed:
            self._memory.forget_all()
        for changed in answer.changed:
            self._memory.forget_older(changed.aggregate_id, changed.version)
        self._head, self._generation = answer.head, answer.generation
        self._identity = LogIdentity(b"", generations_of(answer.generations))
        good_for = answer.good_for_milliseconds / 1000
        self._confirmed_at, self._good_until, self._ask_ahead_at = began, began + good_for, began + good_for / 2
        return True

    async def _answer(self, call: Call, request: ConfirmDefinitionsRequest) -> ConfirmDefinitionsResponse | None:
        try:
            return await asked(self._goals.ConfirmDefinitions(request, metadata=metadata(call.token), timeout=_DEADLINE))
        except Refused as refused:
            if refused.kind is not Kind.UNAVAILABLE:
                raise
            _log.debug("catalogue.unconfirmed", reason=refused.message)
            return None


def _heard(task: asyncio.Task[bool]) -> None:
    if not task.cancelled() and (failure := task.exception()) is not None:
        _log.warning("catalogue.unconfirmed", reason=repr(failure))
