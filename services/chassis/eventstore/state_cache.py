"""The states of aggregates: cached, ahead of the log by what is being written.

When a write fails, the state is invalidated: everything decided on it fails, too, and nobody uses it again.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, Final

from google.protobuf.message import Message

from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.events import EventTypes, RecordedEvent
from chassis.eventstore.decisions import AggregateType, Decision
from chassis.eventstore.reader import LogReader
from chassis.ids import Id, id_text

CACHE_BYTES: Final = 128 << 20
"""That the cached states of one log have at most, as far as that is known."""
_BYTES_OF_STATE: Final = 1_500
_BYTES_OF_EVENT: Final = 150
# Measured on what a state is most of: 114 bytes for each of 80,000 check-ins on one key result. Texts are kept once, if at all.

Name = tuple[str, Id]
"""The name of an aggregate: its type's name and its id."""


class CachedState:
    """The state of one aggregate, ahead of the log by what is being written: the `Basis` of those writes."""

    __slots__ = ("aggregate", "aggregate_id", "as_read", "counted_bytes", "invalidated", "state", "tenant_id", "version")

    def __init__(self, aggregate: AggregateType[Any], aggregate_id: Id, state: Any, version: int, tenant_id: Id | None) -> None:
        self.aggregate = aggregate
        self.aggregate_id = aggregate_id
        self.state = state
        self.version = version
        self.tenant_id = tenant_id  # None: it has no events yet
        self.as_read = True  # from the log; nothing was decided on it since
        self.invalidated = False
        self.counted_bytes = 0  # that the cache takes it to have


class CachedStates:
    """Several cached states as one `Basis`: what is appended over all of them rests on all of them."""

    __slots__ = ("_states",)

    def __init__(self, states: list[CachedState]) -> None:
        self._states = states

    @property
    def invalidated(self) -> bool:
        return any(state.invalidated for state in self._states)

    @invalidated.setter
    def invalidated(self, invalidated: bool) -> None:
        for state in self._states:
            state.invalidated = invalidated


class Denied(Refused):
    """The caller may not know of it, or may not do it: what was done before is not told either."""


class Draft:
    """What one request decides of one aggregate. The cached state is not touched before `keep`: until then it may come to nothing."""

    __slots__ = ("_of_another", "_tenant_id", "_unfolded", "cached", "fresh", "state", "version")

    def __init__(self, cached: CachedState, fresh: bool) -> None:
        self.cached = cached
        self.fresh = fresh  # its state is what the log says: a no is the last word
        self.state = cached.state
        self.version = cached.version
        self._unfolded: list[Message] = []
        self._tenant_id = cached.tenant_id
        self._of_another = False

    def admit(self, decision: Decision, identity: Identity, tenant_id: Id) -> None:
        """Lets a caller through who may know of the aggregate and do what is decided; another tenant's is as if there were none.

        Raises Denied.
        """
        if self._tenant_id is None:
            self._tenant_id = tenant_id
        elif self._tenant_id != tenant_id:
            self._of_another = True
            self.state, self.version = decision.about.type.initial(), 0
        if self._unfolded and decision.needs_state:
            self._fold_into_a_copy()
        try:
            decision.admit(self.state, identity)
        except Refused as refused:
            raise Denied(refused.reason, refused.message, kind=refused.kind, field=refused.field) from None

    def decide(self, decision: Decision) -> Sequence[Message]:
        """What the decision comes to after those before it in the same request, for a caller who was admitted. Raises Refused."""
        if self._unfolded and decision.needs_state:
            self._fold_into_a_copy()
        expected = decision.about.expected_version
        if expected and expected != self.version:
            raise _stale(decision, self.version)
        decided = decision.on(self.state)
        events = (decided,) if isinstance(decided, Message) else tuple(decided)
        self._unfolded += events
        if self._of_another:
            raise _unknown(decision)
        self.version += len(events)
        return events

    def assume(self, events: Sequence[Message]) -> None:
        """Takes events as if they were in the log."""
        if events:
            self._unfolded += events
            self._fold_into_a_copy()
            self.version += len(events)

    def keep(self) -> None:
        """Makes what was decided the cached state."""
        cached = self.cached
        if self.version == cached.version:
            return
        try:
            for event in self._unfolded:
                cached.aggregate.apply(self.state, event)
        except BaseException:
            cached.invalidated = True  # half folded: nobody may decide on it
            raise
        cached.state, cached.version, cached.tenant_id, cached.as_read = self.state, self.version, self._tenant_id, False

    def _fold_into_a_copy(self) -> None:
        aggregate = self.cached.aggregate
        if self.state is self.cached.state:
            self.state = aggregate.copy(self.state)
        for event in self._unfolded:
            aggregate.apply(self.state, event)
        self._unfolded.clear()


class States:
    """The states of a log's aggregates; the least recently used leave the cache first.

    It has `cache_size` of them at most, and as many as have `cache_bytes` together, but one, however large that is.
    """

    def __init__(self, reader: LogReader, types: EventTypes, cache_size: int, cache_bytes: int = CACHE_BYTES) -> None:
        self._reader = reader
        self._types = types
        self._cache_size = cache_size
        self._most_bytes = cache_bytes
        self._bytes = 0  # what those in the cache are taken to have
        self._cache: dict[Name, CachedState] = {}  # the least recently used first
        self._loading: dict[Name, asyncio.Task[dict[Name, CachedState]]] = {}

    async def drafts(self, wanted: dict[Name, AggregateType[Any]], read: bool) -> dict[Name, Draft]:
        """A draft of each aggregate: of the log itself with `read`, else of the cache.

        The caller may not await between this and `keep_all`.
        """
        if read:
            return {name: Draft(cached, fresh=True) for name, cached in (await self.read(wanted)).items()}
        found = {name: cached for name in wanted if (cached := self._cached(name)) is not None}
        if len(found) == len(wanted):
            return {name: Draft(cached, fresh=False) for name, cached in found.items()}
        missing = {name: aggregate for name, aggregate in wanted.items() if name not in found}
        begun_here = missing.keys() - self._loading.keys()  # another load may have read before what this caller has been told of
        found.update(await self._load_missing(missing))
        return {name: Draft(found[name], fresh=name in begun_here and found[name].as_read) for name in wanted}

    async def load(self, wanted: dict[Name, AggregateType[Any]]) -> None:
        """Reads those that the cache does not have, all at once: what is decided of them right after this waits for nothing."""
        if missing := {name: aggregate for name, aggregate in wanted.items() if self._cached(name) is None}:
            await self._load_missing(missing)

    def is_behind(self, draft: Draft) -> bool:
        """Whether the cache has a later state of the draft's aggregate: one with what is being written."""
        mine = draft.cached
        newest = self._cache.get((mine.aggregate.name, mine.aggregate_id))
        return newest is not None and not newest.invalidated and newest.version > mine.version

    def _cached(self, name: Name) -> CachedState | None:
        cached = self._cache.get(name)
        if cached is None:
            return None
        if cached.invalidated:
            self._forget(name)
            return None
        self._cache[name] = self._cache.pop(name)  # the most recently used is the last
        return cached

    def keep_all(self, drafts: Collection[Draft]) -> list[CachedState]:
        """Makes what several drafts came to the cached states: all of them, or nobody decides on any of them again."""
        try:
            return [self._keep(draft) for draft in drafts]
        except BaseException:
            for draft in drafts:
                draft.cached.invalidated = True
            raise

    def _keep(self, draft: Draft) -> CachedState:
        draft.keep()
        cached = draft.cached
        name = (cached.aggregate.name, cached.aggregate_id)
        self._remember(name, cached)
        return cached

    def _remember(self, name: Name, cached: CachedState) -> None:
        self._forget(name)
        cached.counted_bytes = _BYTES_OF_STATE + _BYTES_OF_EVENT * cached.version
        self._bytes += cached.counted_bytes
        self._cache[name] = cached
        while len(self._cache) > self._cache_size or (self._bytes > self._most_bytes and len(self._cache) > 1):
            self._forget(next(iter(self._cache)))

    def _forget(self, name: Name) -> None:
        if (cached := self._cache.pop(name, None)) is not None:
            self._bytes -= cached.counted_bytes

    async def _load_missing(self, wanted: dict[Name, AggregateType[Any]]) -> dict[Name, CachedState]:
        """Loads aggregates into the cache; each is read once, however many ask for it at the same time."""
        new = {name: aggregate for name, aggregate in wanted.items() if name not in self._loading}
        if new:
            self._loading.update(dict.fromkeys(new, asyncio.create_task(self._load(new))))
        found: dict[Name, CachedState] = {}
        for task in {self._loading[name] for name in wanted}:
            found.update(await asyncio.shield(task))  # a caller that gives up does not take it from the others
        return {name: found[name] for name in wanted}

    async def _load(self, wanted: dict[Name, AggregateType[Any]]) -> dict[Name, CachedState]:
        try:
            found = await self.read(wanted)
        finally:
            for name in wanted:
                del self._loading[name]
        for name, cached in found.items():
            self._remember(name, cached)
        return found

    async def read(self, wanted: dict[Name, AggregateType[Any]]) -> dict[Name, CachedState]:
        """Aggregates as the log has them."""
        found = {name: CachedState(aggregate, name[1], aggregate.initial(), 0, None) for name, aggregate in wanted.items()}
        by_id: defaultdict[Id, list[CachedState]] = defaultdict(list)
        for cached in found.values():
            by_id[cached.aggregate_id].append(cached)
        async for page in self._reader.pages_of_aggregates(by_id):
            for event in page:
                for cached in by_id[event.aggregate_id]:
                    self._fold(cached, event)
        return found

    def _fold(self, cached: CachedState, event: RecordedEvent) -> None:
        cached.aggregate.apply(cached.state, self._types.decode(event.event_type, event.payload))
        cached.version = event.aggregate_version
        if cached.tenant_id is None:
            cached.tenant_id = event.tenant_id


def _unknown(decision: Decision) -> Refused:
    """What is said of another tenant's aggregate where its own rule would make it anew."""
    about = decision.about
    return Refused("UNKNOWN", f"there is no {about.type.name} {id_text(about.id)}", kind=Kind.UNKNOWN)


def _stale(decision: Decision, version: int) -> Refused:
    about = decision.about
    message = f"{about.type.name} {id_text(about.id)} is at version {version}, not {about.expected_version}; read it again, then decide"
    return Refused("STALE_VERSION", message, kind=Kind.STALE)
