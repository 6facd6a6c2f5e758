"""The states of aggregates: cached, ahead of the log by what is being written.

When a write fails, everything decided on that state fails with it (an `Entry` is the chain of its appends) and nobody uses the state
again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from typing import Any

from google.protobuf.message import Message

from chassis.errors import Kind, Refused
from chassis.events import EventTypes, RecordedEvent
from chassis.eventstore.decisions import AggregateType, Decision
from chassis.eventstore.reader import LogReader
from chassis.ids import Id, id_text

Name = tuple[str, Id]
"""The name of an aggregate: its type's name and its id."""


class Entry:
    """The state of one aggregate, ahead of the log by what is being written; the chain of those writes."""

    __slots__ = ("aggregate", "aggregate_id", "as_read", "dead", "state", "tenant_id", "version")

    def __init__(self, aggregate: AggregateType[Any], aggregate_id: Id, state: Any, version: int, tenant_id: Id | None) -> None:
        self.aggregate = aggregate
        self.aggregate_id = aggregate_id
        self.state = state
        self.version = version
        self.tenant_id = tenant_id  # None: it has no events yet
        self.as_read = True  # from the log; nothing was decided on it since
        self.dead = False


class Entries:
    """Several entries as one chain: what is appended over all of them rests on all of them."""

    __slots__ = ("_entries",)

    def __init__(self, entries: list[Entry]) -> None:
        self._entries = entries

    @property
    def dead(self) -> bool:
        return any(entry.dead for entry in self._entries)

    @dead.setter
    def dead(self, dead: bool) -> None:
        for entry in self._entries:
            entry.dead = dead


class Draft:
    """What one request decides of one aggregate. The cached state is not touched before `keep`: until then it may come to nothing."""

    __slots__ = ("_tenant_id", "_unfolded", "entry", "fresh", "state", "version")

    def __init__(self, entry: Entry, fresh: bool) -> None:
        self.entry = entry
        self.fresh = fresh  # its state is what the log says: a no is the last word
        self.state = entry.state
        self.version = entry.version
        self._unfolded: Sequence[Message] = ()
        self._tenant_id = entry.tenant_id

    def decide(self, decision: Decision[Any], tenant_id: Id) -> Sequence[Message]:
        """What the decision comes to after those before it in the same request. Raises Refused."""
        if self._unfolded:
            self._fold_into_a_copy()
        if self._tenant_id is None:
            self._tenant_id = tenant_id
        elif self._tenant_id != tenant_id:
            raise _unknown(decision)
        if decision.expected_version and decision.expected_version != self.version:
            raise _stale(decision, self.version)
        decided = decision.decide(self.state)
        self._unfolded = events = (decided,) if isinstance(decided, Message) else tuple(decided)
        self.version += len(events)
        return events

    def keep(self) -> None:
        """Makes what was decided the cached state."""
        entry = self.entry
        if self.version == entry.version:
            return
        try:
            for event in self._unfolded:
                entry.aggregate.apply(self.state, event)
        except BaseException:
            entry.dead = True  # half folded: nobody may decide on it
            raise
        entry.state, entry.version, entry.tenant_id, entry.as_read = self.state, self.version, self._tenant_id, False

    def _fold_into_a_copy(self) -> None:
        aggregate = self.entry.aggregate
        if self.state is self.entry.state:
            self.state = aggregate.copy(self.state)
        for event in self._unfolded:
            aggregate.apply(self.state, event)
        self._unfolded = ()


class States:
    """The states of a log's aggregates; the least recently used leave the cache first."""

    def __init__(self, reader: LogReader, types: EventTypes, cache_size: int) -> None:
        self._reader = reader
        self._types = types
        self._cache_size = cache_size
        self._cache: dict[Name, Entry] = {}  # the least recently used first
        self._loading: dict[Name, asyncio.Task[dict[Name, Entry]]] = {}

    async def drafts(self, wanted: dict[Name, AggregateType[Any]], again: bool) -> dict[Name, Draft]:
        """A draft of each aggregate: of the log itself when looking again, else of the cache.

        The caller may not await between this and `keep`.
        """
        if again:
            return {name: Draft(entry, fresh=True) for name, entry in (await self.read(wanted)).items()}
        entries = {name: entry for name in wanted if (entry := self._cached(name)) is not None}
        if len(entries) == len(wanted):
            return {name: Draft(entry, fresh=False) for name, entry in entries.items()}
        missing = {name: aggregate for name, aggregate in wanted.items() if name not in entries}
        begun_here = missing.keys() - self._loading.keys()  # another load may have read before what this caller has been told of
        entries.update(await self._load_missing(missing))
        return {name: Draft(entries[name], fresh=name in begun_here and entries[name].as_read) for name in wanted}

    def is_behind(self, draft: Draft) -> bool:
        """Whether the cache has a later state of the draft's aggregate: one with what is being written."""
        entry = draft.entry
        cached = self._cache.get((entry.aggregate.name, entry.aggregate_id))
        return cached is not None and not cached.dead and cached.version > entry.version

    def _cached(self, name: Name) -> Entry | None:
        entry = self._cache.pop(name, None)
        if entry is None or entry.dead:
            return None
        self._cache[name] = entry
        return entry

    def keep(self, draft: Draft) -> Entry:
        """Makes what a draft came to the cached state, and answers the chain of its append."""
        draft.keep()
        entry = draft.entry
        name = (entry.aggregate.name, entry.aggregate_id)
        if self._cache.get(name) is not entry:
            self._remember(name, entry)
        return entry

    def keep_all(self, drafts: Collection[Draft]) -> list[Entry]:
        """Makes what several drafts came to the cached states: all of them, or nobody decides on any of them again."""
        try:
            return [self.keep(draft) for draft in drafts]
        except BaseException:
            for draft in drafts:
                draft.entry.dead = True
            raise

    def _remember(self, name: Name, entry: Entry) -> None:
        if len(self._cache) >= self._cache_size:
            del self._cache[next(iter(self._cache))]
        self._cache[name] = entry

    async def _load_missing(self, wanted: dict[Name, AggregateType[Any]]) -> dict[Name, Entry]:
        """Loads aggregates into the cache; each is read once, however many ask for it at the same time."""
        new = {name: aggregate for name, aggregate in wanted.items() if name not in self._loading}
        if new:
            self._loading.update(dict.fromkeys(new, asyncio.create_task(self._load(new))))
        entries: dict[Name, Entry] = {}
        for task in {self._loading[name] for name in wanted}:
            entries.update(await asyncio.shield(task))  # a caller that gives up does not take it from the others
        return {name: entries[name] for name in wanted}

    async def _load(self, wanted: dict[Name, AggregateType[Any]]) -> dict[Name, Entry]:
        try:
            entries = await self.read(wanted)
        finally:
            for name in wanted:
                del self._loading[name]
        for name, entry in entries.items():
            self._remember(name, entry)
        return entries

    async def read(self, wanted: dict[Name, AggregateType[Any]]) -> dict[Name, Entry]:
        """Aggregates as the log has them."""
        streams = await self._reader.read_aggregates([aggregate_id for _, aggregate_id in wanted])
        return {(name, key): self._folded(aggregate, key, streams[key]) for (name, key), aggregate in wanted.items()}

    def _folded(self, aggregate: AggregateType[Any], aggregate_id: Id, events: Sequence[RecordedEvent]) -> Entry:
        state = aggregate.initial()
        for event in events:
            aggregate.apply(state, self._types.decode(event.event_type, event.payload))
        if not events:
            return Entry(aggregate, aggregate_id, state, 0, None)
        return Entry(aggregate, aggregate_id, state, events[-1].aggregate_version, events[0].tenant_id)


def _unknown(decision: Decision[Any]) -> Refused:
    """What is said of another tenant's aggregate: what would be said if there were none."""
    try:
        decision.decide(decision.aggregate.initial())
    except Refused as refused:
        return refused
    return Refused("UNKNOWN", f"there is no {decision.aggregate.name} {id_text(decision.aggregate_id)}", kind=Kind.UNKNOWN)


def _stale(decision: Decision[Any], version: int) -> Refused:
    name, text = decision.aggregate.name, id_text(decision.aggregate_id)
    message = f"{name} {text} is at version {version}, not {decision.expected_version}; read it again, then decide"
    return Refused("STALE_VERSION", message, kind=Kind.STALE)
