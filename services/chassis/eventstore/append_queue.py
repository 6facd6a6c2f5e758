"""What waits to be appended: units of events, each appended whole or not at all, and the requests that they came in.

Tenants have their turns: what one has waiting, however much, does not stand before what another brings.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Sequence
from typing import Any, Final

from chassis.errors import Kind, Refused
from chassis.eventstore.appends import Basis, Guard, NewEvent, Written
from chassis.ids import Id

AppendOutcome = Written | Exception

ROWS_OF_A_TURN: Final = 250
"""Events of one tenant before another one's turn comes, unless a single unit has more. By hundreds a batch is a third slower: each turn is
a commit."""
_ROWS_A_GROUP: Final = 500
_ROWS_WAITING: Final = 100_000
_ROWS_WAITING_OF_ONE: Final = 50_000


class AppendRequest:
    """One caller's units; answered when the last of them is."""

    __slots__ = ("_answered", "_outcomes", "_unanswered")

    def __init__(self, units: int, answered: asyncio.Future[list[AppendOutcome]]) -> None:
        self._outcomes: list[Any] = [None] * units  # None: not yet
        self._unanswered = units
        self._answered = answered

    def answer(self, number: int, outcome: AppendOutcome) -> None:
        """What became of the `number`th unit; the first answer stands."""
        if self._outcomes[number] is not None:
            return
        self._outcomes[number] = outcome
        self._unanswered -= 1
        if not self._unanswered and not self._answered.done():
            self._answered.set_result(self._outcomes)


class AppendUnit:
    """Events that are appended together or not at all."""

    __slots__ = ("_number", "_request", "basis", "events", "guards", "since")

    def __init__(
        self, events: Sequence[NewEvent], basis: Basis | None, guards: Sequence[Guard], request: AppendRequest, number: int, since: float
    ) -> None:
        self.events = events
        self.basis = basis
        self.guards = guards
        self.since = since  # when it came, by the event loop's clock
        self._request = request
        self._number = number

    @property
    def tenant_id(self) -> Id:
        """Whose turn it is written in."""
        return self.events[0].tenant_id

    @property
    def invalidated(self) -> bool:
        """Whether what it was decided on did not get into the log."""
        return self.basis is not None and self.basis.invalidated

    def succeed(self, written: Written) -> None:
        """Its events are durable."""
        self._request.answer(self._number, written)

    def fail(self, error: Exception) -> None:
        """Nothing of it was appended, or that is not known; what was decided on it fails, too."""
        self.invalidate_basis()
        self._request.answer(self._number, error)

    def invalidate_basis(self) -> None:
        """What it was decided on holds events that are not in the log: whatever else is decided on it fails."""
        if self.basis is not None:
            self.basis.invalidated = True


class AppendQueue:
    """The units that wait to be written, by tenant: the oldest of each first, and first the tenant whose turn is next."""

    def __init__(self, log: str) -> None:
        self._log = log
        self._waiting: dict[Id, deque[AppendUnit]] = {}
        self._rows_of: Counter[Id] = Counter()
        self._wake = asyncio.Event()
        self.rows = 0
        """Events that wait, of all tenants: asked for each unit that comes, however many tenants have some waiting."""
        self.closed = False

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def submit(self, units: Sequence[tuple[Sequence[NewEvent], Basis | None, Sequence[Guard]]]) -> asyncio.Future[list[AppendOutcome]]:
        """Takes one caller's units in; what becomes of each, in order, once all are answered. Refused (LOG_BUSY) where no room is left."""
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[list[AppendOutcome]] = loop.create_future()
        request = AppendRequest(len(units), answered)
        now = loop.time()
        for number, (events, basis, guards) in enumerate(units):
            unit = AppendUnit(events, basis, guards, request, number, now)
            if self.closed or self.rows >= _ROWS_WAITING or self._rows_of[unit.tenant_id] >= _ROWS_WAITING_OF_ONE:
                unit.fail(self._no_room(unit.tenant_id))
            else:
                self._waiting.setdefault(unit.tenant_id, deque()).append(unit)
                self._rows_of[unit.tenant_id] += len(events)
                self.rows += len(events)
        self._wake.set()
        return answered

    def close(self) -> None:
        """Takes nothing in any more."""
        self.closed = True
        self._wake.set()

    async def wait(self) -> None:
        """Returns once a unit waits, or the queue is closed."""
        if not self._waiting and not self.closed:
            self._wake.clear()
            await self._wake.wait()

    def next_group(self) -> list[AppendUnit]:
        """Takes out what is written next: a turn of each tenant after the other, until there are as many as one statement takes well."""
        group: list[AppendUnit] = []
        rows = 0
        while self._waiting and rows < _ROWS_A_GROUP:
            tenant_id = next(iter(self._waiting))
            group += (turn := self._turn(tenant_id))
            rows += sum(len(unit.events) for unit in turn)
            if tenant_id in self._waiting:
                self._waiting[tenant_id] = self._waiting.pop(tenant_id)  # its next turn comes after everybody's
        return group

    def _turn(self, tenant_id: Id) -> list[AppendUnit]:
        """Takes out the tenant's oldest: one unit, and more as long as all fit into a turn."""
        units = self._waiting[tenant_id]
        turn: list[AppendUnit] = []
        room = ROWS_OF_A_TURN
        while units and (not turn or len(units[0].events) <= room):
            room -= len(units[0].events)
            turn.append(self._take_oldest(tenant_id))
        return turn

    def _take_oldest(self, tenant_id: Id) -> AppendUnit:
        units = self._waiting[tenant_id]
        unit = units.popleft()
        self._rows_of[tenant_id] -= len(unit.events)
        self.rows -= len(unit.events)
        if not units:
            del self._waiting[tenant_id], self._rows_of[tenant_id]
        return unit

    def fail_older(self, group: Sequence[AppendUnit], age: float, refusal: Refused) -> list[AppendUnit]:
        """Fails what has waited for longer than `age` seconds, in a group and in the queue behind it; returns what is left of the group."""
        too_old = asyncio.get_running_loop().time() - age
        for unit in group:
            if unit.since <= too_old:
                unit.fail(refusal)
        for tenant_id, units in list(self._waiting.items()):
            while units and units[0].since <= too_old:
                self._take_oldest(tenant_id).fail(refusal)
        return [unit for unit in group if unit.since > too_old]

    def _no_room(self, tenant_id: Id) -> Refused:
        if self.closed:
            return Refused("LOG_UNAVAILABLE", f"the log of {self._log} is stopping; send the request again later", kind=Kind.UNAVAILABLE)
        waiting = f"{self._rows_of[tenant_id]} events of this tenant wait, and {self.rows} of all"
        return Refused("LOG_BUSY", f"{waiting}, for the log of {self._log}; send the request again later", kind=Kind.BUSY)
