"""What waits to be appended: units of events, each appended whole or not at all, and the requests that they came in."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any, Final

from chassis.errors import Kind, Refused
from chassis.eventstore.appends import Basis, Guard, NewEvent, Written

AppendOutcome = Written | Exception

_ROWS_A_GROUP: Final = 4_000
_ROWS_WAITING: Final = 100_000


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
    """The units that wait to be written, the oldest first."""

    def __init__(self, log: str) -> None:
        self._log = log
        self._units: deque[AppendUnit] = deque()
        self._wake = asyncio.Event()
        self.rows = 0
        self.closed = False

    def __bool__(self) -> bool:
        return bool(self._units)

    def submit(self, units: Sequence[tuple[Sequence[NewEvent], Basis | None, Sequence[Guard]]]) -> asyncio.Future[list[AppendOutcome]]:
        """Takes one caller's units in; what becomes of each, in order, once all are answered. Refused (LOG_BUSY) where no room is left."""
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[list[AppendOutcome]] = loop.create_future()
        request = AppendRequest(len(units), answered)
        now = loop.time()
        for number, (events, basis, guards) in enumerate(units):
            unit = AppendUnit(events, basis, guards, request, number, now)
            if self.closed or self.rows >= _ROWS_WAITING:
                unit.fail(self._no_room())
            else:
                self._units.append(unit)
                self.rows += len(events)
        self._wake.set()
        return answered

    def close(self) -> None:
        """Takes nothing in any more."""
        self.closed = True
        self._wake.set()

    async def wait(self) -> None:
        """Returns once a unit waits, or the queue is closed."""
        if not self._units and not self.closed:
            self._wake.clear()
            await self._wake.wait()

    def next_group(self) -> list[AppendUnit]:
        """Takes out what is written next: at least one unit, and no more rows than one statement takes well."""
        group: list[AppendUnit] = []
        rows = 0
        while self._units and (not group or rows + len(self._units[0].events) <= _ROWS_A_GROUP):
            unit = self._units.popleft()
            rows += len(unit.events)
            group.append(unit)
        self.rows -= rows
        return group

    def fail_older(self, group: Sequence[AppendUnit], age: float, refusal: Refused) -> list[AppendUnit]:
        """Fails what has waited for longer than `age` seconds, in a group and in the queue behind it; returns what is left of the group."""
        too_old = asyncio.get_running_loop().time() - age
        for unit in group:
            if unit.since <= too_old:
                unit.fail(refusal)
        while self._units and self._units[0].since <= too_old:
            unit = self._units.popleft()
            self.rows -= len(unit.events)
            unit.fail(refusal)
        return [unit for unit in group if unit.since > too_old]

    def _no_room(self) -> Refused:
        if self.closed:
            return Refused("LOG_UNAVAILABLE", f"the log of {self._log} is stopping; send the request again later", kind=Kind.UNAVAILABLE)
        return Refused("LOG_BUSY", f"{self.rows} events wait for the log of {self._log}; send the request again later", kind=Kind.BUSY)
