"""One who listens: what is still to be told them, however slowly they read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

import orjson

from chassis.ids import Id, id_text
from gateway.auth import Session
from gateway.live.told_as import Kind, What

MOST_PENDING: Final = 500
"""Things that are kept for somebody who does not read; whose are more reads anew."""


class Thing(NamedTuple):
    """What has changed."""

    kind: Kind
    id: Id
    """Empty: there is one of it."""
    objective_id: Id = b""
    """Of a key result its home."""


class Reader:
    """What one connection is still to be told. It takes as much memory as things have changed, and at most so much."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.reached = ""
        """How far it has been told once it has read what is pending: the id of its next event."""
        self._changes: dict[Thing, set[What]] = {}
        self._gone: dict[Thing, None] = {}
        self._anew = ""
        self._end: str | None = None
        self._pending: Final = asyncio.Event()
        self._held_since: float | None = None
        self._free: Final = asyncio.Event()
        """It is not held, or has ended."""
        self._free.set()

    def tell(self, changes: Iterable[tuple[Thing, What]], gone: Iterable[Thing], reached: str) -> None:
        """These have changed, and those are out of sight, up to a place."""
        for thing, what in changes:
            self._gone.pop(thing, None)
            self._changes.setdefault(thing, set()).add(what)
        for thing in gone:
            self._changes.pop(thing, None)
            self._gone[thing] = None
        if len(self._changes) + len(self._gone) > MOST_PENDING:
            self.read_anew("TOO_MANY", reached)
        self.reached = reached
        if self._changes or self._gone:
            self._pending.set()

    def read_anew(self, reason: str, reached: str = "") -> None:
        """What it shows is to be asked for again, whatever that is."""
        self._changes.clear()
        self._gone.clear()
        self._anew, self.reached = reason, reached or self.reached
        self._pending.set()

    def end(self, reason: str = "") -> None:
        """It is told nothing more; without a reason it may come again at once."""
        if self._end is None:
            self._end = reason
        self._pending.set()
        self._free.set()

    def hold(self) -> float:
        """Nobody can tell now who this is, and so it is told nothing. For how many seconds that has been so."""
        now = time.monotonic()
        if self._held_since is None:
            self._held_since = now
            self._free.clear()
        return now - self._held_since

    def release(self) -> None:
        """It is known again who this is."""
        self._held_since = None
        self._free.set()

    @property
    def has_ended(self) -> bool:
        """Whether it was ended."""
        return self._end is not None

    async def wait(self, seconds: float) -> bool:
        """Whether there is something to tell, within so long."""
        try:
            async with asyncio.timeout(seconds):
                await self._pending.wait()
                await self._free.wait()
        except TimeoutError:
            return False
        return True

    def take(self) -> bytes:
        """What is pending, as server-sent events."""
        return b"".join(self._taken())

    def _taken(self) -> Iterator[bytes]:
        self._pending.clear()
        if self._anew and not self._end:
            yield event("anew", {"reason": self._anew}, self.reached)
            self._anew = ""
        if self._gone and not self._end:
            yield event(
                "gone", {"gone": [{"kind": t.kind, "id": id_text(t.id)} for t in self._gone]}, "" if self._changes else self.reached
            )
            self._gone.clear()
        if self._changes and not self._end:
            yield event("changes", {"changes": [_change(*change) for change in self._changes.items()]}, self.reached)
            self._changes.clear()
        if self._end:
            yield event("end", {"reason": self._end})


def event(name: str, data: dict[str, Any], place: str = "") -> bytes:
    """A server-sent event (HTML, 9.2); with a place it is one from which a reader goes on."""
    identified = f"id: {place}\n".encode() if place else b""
    return b"%sevent: %s\ndata: %s\n\n" % (identified, name.encode(), orjson.dumps(data))


def _change(thing: Thing, what: set[What]) -> dict[str, Any]:
    return {
        "kind": thing.kind,
        "id": id_text(thing.id) if thing.id else None,
        "objective_id": id_text(thing.objective_id) if thing.objective_id else None,
        "what": sorted(what),
    }
