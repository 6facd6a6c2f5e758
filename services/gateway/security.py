"""What whoever watches over a tenant, or over the installation, wants to hear of: sign-ins, refusals, exports, who read what others did.

Each is a line in the gateway's log, under a stable name (`security.denied`), as soon as it happens; and where it concerns a tenant, an
event in directory's log, which every audit is made from. What repeats is counted: a burst is one event once it is over, and whatever
repeats in the rest of its minute is one more. What is kept until then is bounded, so that a flood costs neither memory nor a log.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, NamedTuple, assert_never

import grpc

from cairn.directory.v1.events_pb2 import SecurityEventKind, SecurityEventNoted
from cairn.directory.v1.service_pb2 import NotedSecurityEvent
from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import NIL, Id, id_text, new_id
from chassis.runtime import telemetry

NOBODY: Final = b""
"""Whom something concerns that concerns nobody known: no tenant, no person."""
_QUIET: Final = 1.0
"""Seconds without a repeat after which a burst is over."""
_WINDOW: Final = 60.0
"""Seconds in which repeats are counted together."""
_MOST_KEPT: Final = 10_000
_MOST_IN_A_CALL: Final = 1000
_OTHERS: Final = "others"
_LOGGED: Final = {
    number: f"security.{name.removeprefix('SECURITY_EVENT_KIND_').lower()}" for name, number in SecurityEventKind.items() if number
}

_log = telemetry.logger()

Append = Callable[[Sequence[NotedSecurityEvent]], Awaitable[None]]
"""Puts events into directory's log; one that is there already changes nothing. Raises Refused, and AioRpcError for a defect there."""


class _Key(NamedTuple):
    kind: SecurityEventKind.ValueType
    tenant_id: Id
    person_id: Id
    what: str


@dataclass(slots=True)
class _Repeats:
    """What happened under one key since it was last told of; monotonic instants beside those of the machine's clock."""

    began: float
    last: float
    first_at: datetime
    last_at: datetime
    count: int = 1
    told: bool = False
    """The burst that the window began with."""


class SecurityEvents:
    """Notes what happens, and tells of it."""

    def __init__(self, append: Append) -> None:
        self._append: Final = append
        self._kept: Final[dict[_Key, _Repeats]] = {}
        self._not_appended: Final[list[NotedSecurityEvent]] = []
        self._dropped = 0

    def note(self, kind: SecurityEventKind.ValueType, tenant_id: Id, person_id: Id, what: str) -> None:
        """Notes that something happened once more: whom it concerns, and the operation or the reason."""
        key = _Key(kind, tenant_id if tenant_id != NIL else NOBODY, person_id, what)
        now, instant = time.monotonic(), datetime.now(UTC)
        repeats = self._kept.get(key)
        if repeats is None and len(self._kept) >= _MOST_KEPT:
            key = _Key(kind, NOBODY, NOBODY, _OTHERS)
            repeats = self._kept.get(key)
        if repeats is None:
            self._kept[key] = _Repeats(now, now, instant, instant)
            _tell(key, 1)
            return
        if not repeats.count:
            repeats.first_at = instant
        repeats.count += 1
        repeats.last, repeats.last_at = now, instant

    async def follow(self) -> None:
        """Tells of what has been noted, until it is cancelled; then of whatever is left."""
        try:
            while True:
                await asyncio.sleep(_QUIET / 2)
                await self.tell()
        finally:
            await self.tell(all_of_it=True)

    async def tell(self, *, all_of_it: bool = False) -> None:
        """Tells of the bursts that are over and the minutes that have passed."""
        now = time.monotonic()
        for key, repeats in list(self._kept.items()):
            over = now - repeats.began >= _WINDOW
            if repeats.count and (all_of_it or over or (not repeats.told and now - repeats.last >= _QUIET)):
                self._take(key, repeats)
            if over:
                del self._kept[key]
        if self._dropped:
            _log.error("security_events.dropped", events=self._dropped, kept=len(self._not_appended))
            self._dropped = 0
        await self._append_kept()

    async def _append_kept(self) -> None:
        """Puts what is kept into directory's log; what directory does not take now is kept for the next time.

        A call that failed may have put some of its events there, and the same event said again changes nothing: so it is sent again whole,
        and where something in it is refused for good, one event at a time.
        """
        alone = 0
        while self._not_appended:
            events = self._not_appended[: 1 if alone else _MOST_IN_A_CALL]
            try:
                await self._append(events)
            except (Refused, grpc.aio.AioRpcError) as error:
                if isinstance(error, Refused) and _is_about_the_call(error.kind):
                    _log.warning("security_events.not_appended", events=len(self._not_appended), reason=error.reason)
                    return
                if len(events) > 1:
                    alone = len(events)
                    continue
                _log.error("security_events.refused", event_id=id_text(events[0].id), what=events[0].event.what, error=repr(error))
            alone = max(0, alone - 1)
            del self._not_appended[: len(events)]

    def _take(self, key: _Key, repeats: _Repeats) -> None:
        if repeats.count > 1 or repeats.told:
            _tell(key, repeats.count)
        if key.tenant_id and len(self._not_appended) >= _MOST_KEPT:
            self._dropped += 1
        elif key.tenant_id:
            event = SecurityEventNoted(kind=key.kind, person_id=key.person_id, what=key.what, count=repeats.count)
            event.first_at.FromDatetime(repeats.first_at)
            event.last_at.FromDatetime(repeats.last_at)
            self._not_appended.append(NotedSecurityEvent(id=new_id(), tenant_id=key.tenant_id, event=event))
        repeats.told, repeats.count = True, 0


def _is_about_the_call(kind: Kind) -> bool:
    """Whether a refusal is not about an event: what is sent later may be taken."""
    match kind:
        case Kind.UNAVAILABLE | Kind.BUSY | Kind.UNAUTHENTICATED | Kind.FORBIDDEN:
            return True
        case Kind.INVALID | Kind.UNKNOWN | Kind.TAKEN | Kind.REFUSED | Kind.STALE:
            return False
        case unknown_kind:
            assert_never(unknown_kind)


def log_change(name: str, by: Identity, **what: str) -> None:
    """Tells, in the gateway's log alone, of a change that is an event of directory's already, and of who made it."""
    _log.info(f"security.{name}", tenant=id_text(by.tenant_id), person=id_text(by.person_id), **what)


def _tell(key: _Key, count: int) -> None:
    named = {"tenant": key.tenant_id, "person": key.person_id}
    _log.warning(_LOGGED[key.kind], what=key.what, count=count, **{name: id_text(found) for name, found in named.items() if found})
