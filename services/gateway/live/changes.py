"""Follows what happens in the tenants of those who listen, and tells each what they may know of."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

import grpc

from cairn.audit.v1 import service_pb2 as audit
from cairn.common.v1 import common_pb2
from cairn.progress.v1 import service_pb2 as progress
from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import Id, id_text
from chassis.positions import Position
from chassis.rpc import asked, position_messages, positions_of
from chassis.runtime import Backoff, telemetry
from gateway.auth import Sessions
from gateway.backends import Backends
from gateway.live.batch import Batch
from gateway.live.reader import Reader
from shared.roles import ADMIN, AUDITOR

KEPT: Final = timedelta(days=1)
"""For so long somebody may be away and go on where they were."""
PAGE: Final = 500
MOST_PAGES: Final = 4
"""That are told one after another; whoever is further behind reads anew."""

_SEES_ALL: Final = (ADMIN, AUDITOR)
_WAIT_SECONDS: Final = 20.0
_SECONDS: Final = 10.0
_GATHER_SECONDS: Final = 0.15
"""Between two times that a tenant's readers are told: a flood is told together."""
_LOOK_SECONDS: Final = 0.5
"""After which it is looked again whether whoever listens still may."""
_UNKNOWN_SECONDS: Final = 30.0
"""That a stream stands still at most while directory does not say who somebody is."""
_AFTER_LOSS: Final = frozenset({"POSITION_LOST", "CHANGED_SINCE_OUTDATED"})
_TRIES: Final = 3
"""That progress has to say who sees a change; then everybody reads anew."""

_log = telemetry.logger()


class LiveChanges:
    """Whoever listens, by their tenants."""

    def __init__(self, backends: Backends, sessions: Sessions) -> None:
        self._backends: Final = backends
        self._sessions: Final = sessions
        self._tenants: Final[dict[Id, _Tenant]] = {}

    @asynccontextmanager
    async def listening(self, reader: Reader, after: Sequence[Position] | None) -> AsyncIterator[Reader]:
        """Tells a reader what changes while the context lasts: what came after these positions first; None: what comes from now on.

        Raises Refused (UNAVAILABLE) while nobody can say what came.
        """
        tenant_id = reader.session.identity.tenant_id
        tenant = self._tenants.get(tenant_id)
        if tenant is None:
            tenant = self._tenants[tenant_id] = _Tenant(self, tenant_id)
        tenant.readers.add(reader)
        try:
            await tenant.begun()
            reader.reached = tenant.place
            if after is not None:
                await tenant.catch_up(reader, after)
            yield reader
        finally:
            tenant.readers.discard(reader)
            if not tenant.readers and self._tenants.get(tenant_id) is tenant:
                del self._tenants[tenant_id]
                tenant.stop()

    async def look_after(self) -> None:
        """Ends the streams of whoever may listen no more, until it is cancelled."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            for tenant in list(self._tenants.values()):
                try:
                    await self.look_at(tenant.readers)
                except Exception:  # noqa: BLE001 - whatever it is: it is told, and looking goes on
                    _log.exception("changes.readers_not_looked_at")

    async def look_at(self, readers: Iterable[Reader]) -> None:
        """Who these are now."""
        for reader in list(readers):
            if not reader.has_ended:
                await self._look_at(reader)

    async def _look_at(self, reader: Reader) -> None:
        before = reader.session
        if before.claimed.expires_at <= time.time():
            reader.end("" if before.claimed.session_ends_at else "TOKEN_EXPIRED")  # a cookie is good for the next stream
            return
        try:
            now = await self._sessions.present(before)
        except Refused as refused:
            self._nobody_can_tell(reader, refused)
            return
        reader.session = now
        reader.release()
        if now.identity is not before.identity and _sight(now.identity) != _sight(before.identity):
            reader.read_anew("SIGHT_CHANGED")

    def _nobody_can_tell(self, reader: Reader, refused: Refused) -> None:
        if refused.kind is not Kind.UNAVAILABLE or reader.hold() > _UNKNOWN_SECONDS:
            reader.end(refused.reason)

    async def tail(self, tenant_id: Id, after: Sequence[common_pb2.LogPosition], wait: float) -> audit.TailEventsResponse:
        """What came after a place in a tenant. Raises Refused."""
        message = audit.TailEventsRequest(tenant_id=tenant_id, after=after, page_size=PAGE, wait_milliseconds=int(wait * 1000))
        own = self._sessions.standings.own_metadata()
        return await asked(self._backends.audit.TailEvents(message, metadata=own, timeout=wait + _SECONDS))

    async def place(self, tenant_id: Id) -> list[common_pb2.LogPosition]:
        """Where a tenant's logs are now. Raises Refused."""
        message = audit.TailEventsRequest(tenant_id=tenant_id, from_here=True)
        own = self._sessions.standings.own_metadata()
        return list((await asked(self._backends.audit.TailEvents(message, metadata=own, timeout=_SECONDS))).reached)

    async def tell(self, tenant_id: Id, readers: Iterable[Reader], answer: audit.TailEventsResponse) -> None:
        """Tells readers of a tenant what happened, as far as each may know of it. Raises Refused while nobody can say that."""
        batch, place = Batch(answer.events), place_text(answer.reached)
        await self.look_at(readers)
        of: defaultdict[_Sight, list[Reader]] = defaultdict(list)
        for reader in readers:
            of[_sight(reader.session.identity)].append(reader)
        sights: Sequence[progress.Sight] = [progress.Sight()] * len(of)
        ids: Sequence[Id] = ()
        if (batch.judged or batch.measured) and of:
            asking = [progress.ChangesReader(person_id=person, team_ids=teams, sees_all=sees_all) for person, teams, sees_all in of]
            shown = await self._shown(batch.question(tenant_id, asking, answer.reached))
            ids, sights = shown.ids, shown.sights
        for (sight_of, its), sight in zip(of.items(), sights, strict=True):
            changes, gone = batch.shown(ids, sight)
            told = [*changes, *batch.everybodys, *batch.own.get(sight_of.person_id, ())]
            for reader in its:
                reader.tell(told, gone, place)

    async def _shown(self, question: progress.ShowChangesRequest) -> progress.ShowChangesResponse:
        own = self._sessions.standings.own_metadata()
        return await asked(self._backends.progress.ShowChanges(question, metadata=own, timeout=_SECONDS))


class _Tenant:
    """One that somebody listens to."""

    def __init__(self, changes: LiveChanges, tenant_id: Id) -> None:
        self.readers: Final[set[Reader]] = set()
        self._changes: Final = changes
        self._tenant_id: Final = tenant_id
        self._reached: Sequence[common_pb2.LogPosition] = ()
        self._begin: Final = asyncio.create_task(self._begin_here())
        self._following: asyncio.Task[None] | None = None

    @property
    def place(self) -> str:
        """How far its readers have been told."""
        return place_text(self._reached)

    async def begun(self) -> None:
        """Returns once it is followed. Raises Refused where it cannot be now."""
        await asyncio.shield(self._begin)

    async def _begin_here(self) -> None:
        self._reached = await self._changes.place(self._tenant_id)
        self._following = asyncio.create_task(self._follow(), name="changes of a tenant")

    def stop(self) -> None:
        """Nobody listens any more."""
        self._begin.cancel()
        if self._following is not None:
            self._following.cancel()

    async def catch_up(self, reader: Reader, after: Sequence[Position]) -> None:
        """Tells one reader what came while they were away. Raises Refused (UNAVAILABLE)."""
        reached: Sequence[common_pb2.LogPosition] = position_messages(after)
        try:
            for _ in range(MOST_PAGES):
                answer = await self._changes.tail(self._tenant_id, reached, 0)
                if answer.events and datetime.now(UTC) - answer.events[0].recorded_at.ToDatetime(UTC) > KEPT:
                    await self._read_anew([reader], "TOO_OLD")
                    return
                await self._changes.tell(self._tenant_id, [reader], answer)
                reached = answer.reached
                if not answer.more:
                    reader.reached = place_text(reached)
                    return
        except Refused as refused:
            if refused.reason not in _AFTER_LOSS:
                raise
            await self._read_anew([reader], "LOG_WENT_BACK")
            return
        await self._read_anew([reader], "TOO_MANY")

    async def _follow(self) -> None:
        backoff, pages, tries = Backoff(), 0, 0
        while True:
            try:
                answer = await self._changes.tail(self._tenant_id, self._reached, _WAIT_SECONDS)
                if answer.events:
                    await self._tell(answer)
                pages, tries = pages + 1 if answer.more else 0, 0
                if pages >= MOST_PAGES:
                    await self._skip("TOO_MANY")
                    pages = 0
                backoff.reset()
                await asyncio.sleep(_GATHER_SECONDS)
            except Exception as failure:  # noqa: BLE001 - whatever it is: it is told, and following goes on
                tries += 1
                await self._after_failure(failure, tries)
                await backoff.sleep()

    async def _tell(self, answer: audit.TailEventsResponse) -> None:
        """Tells every reader, then goes on from there: whoever joins while others are told began before it, and is told, too."""
        told = set[Reader]()
        while joined := self.readers - told:
            await self._changes.tell(self._tenant_id, joined, answer)
            told |= joined
        self._reached = answer.reached

    async def _after_failure(self, failure: Exception, tries: int) -> None:
        """Whatever was not told yet is asked for again, unless it is lost, or nobody can say who may know of it.

        What is a defect of ours would fail again: everybody reads anew at once.
        """
        is_outage = isinstance(failure, Refused | grpc.aio.AioRpcError)
        reason, tenant = failure.reason if isinstance(failure, Refused) else type(failure).__name__, id_text(self._tenant_id)
        _log.warning("changes.interrupted", tenant=tenant, reason=reason, tries=tries, exc_info=None if is_outage else failure)
        try:
            if reason in _AFTER_LOSS:
                await self._skip("LOG_WENT_BACK")
            elif not is_outage or tries % _TRIES == 0:
                await self._skip("INTERRUPTED")
        except Exception as other:  # noqa: BLE001 - audit does not answer either, mostly: from the same place again
            _log.warning("changes.not_skipped", tenant=tenant, reason=type(other).__name__)

    async def _skip(self, reason: str) -> None:
        reached = await self._read_anew(self.readers, reason)
        self._reached = reached

    async def _read_anew(self, readers: Iterable[Reader], reason: str) -> Sequence[common_pb2.LogPosition]:
        """What comes from here on is told after that they read anew."""
        reached = await self._changes.place(self._tenant_id)
        for reader in readers:
            reader.read_anew(reason, place_text(reached))
        return reached


class _Sight(NamedTuple):
    """What it follows from what somebody sees."""

    person_id: Id
    team_ids: tuple[Id, ...]
    sees_all: bool


def _sight(identity: Identity) -> _Sight:
    return _Sight(identity.person_id, tuple(sorted(identity.team_ids)), identity.has(*_SEES_ALL))


def place_text(positions: Iterable[common_pb2.LogPosition]) -> str:
    """Positions, as the id of an event."""
    return ",".join(map(str, positions_of(positions)))
