"""Plain aggregates on a log: decide on a cached state ahead of the log, answer once the events are durable.

A no, or a "nothing to do", out of a cached state is never the last word: another process may have moved the aggregate, or what the
no rests on may not get into the log.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from google.protobuf.message import Message

from chassis.calls import Call
from chassis.errors import Kind, Refused, invalid
from chassis.events import EventTypes, RecordedEvent, event_type_of
from chassis.eventstore.appends import AppendConflict, NewEvent, Written
from chassis.eventstore.decisions import AggregateType, Appended, Decision
from chassis.eventstore.log import EventLog
from chassis.eventstore.reader import Keyed
from chassis.eventstore.state_cache import Draft, Entries, Name, States
from chassis.ids import Id, id_text, new_id
from chassis.positions import Position

__all__ = ["AggregateType", "Aggregates", "Appended", "Decision"]

S = TypeVar("S")

_ATTEMPTS: Final = 16
_LONGEST_PAUSE: Final = 0.05  # seconds between two attempts after a conflict
_LONGEST_KEY: Final = 255  # characters of an idempotency key


class _LookAgain(Exception):  # noqa: N818 - nothing is wrong
    """What was decided out of a cached state is to be decided on what the log says."""


@dataclass(slots=True)
class _Key:
    """An idempotency key as it is kept with an event."""

    tenant_id: Id
    text: str
    fingerprint: bytes

    def check(self, fingerprint: bytes) -> None:
        """Raises Refused (IDEMPOTENCY_KEY_REUSED) unless the key came with the same request before."""
        if fingerprint != self.fingerprint:
            message = f"the idempotency key {self.text!r} was used for another request; a new request needs a new key"
            raise Refused("IDEMPOTENCY_KEY_REUSED", message, field="idempotency_key")


@dataclass(slots=True)
class _Row:
    """A decision on its way."""

    number: int
    name: Name  # of its aggregate
    decision: Decision[Any]
    tenant_id: Id
    key: _Key | None
    events: list[NewEvent] = field(default_factory=list)
    version: int = 0  # of the aggregate, after them


class Aggregates:
    """The aggregates of a log. One per service process."""

    def __init__(self, log: EventLog, types: EventTypes, cache_size: int = 100_000) -> None:
        self._log = log
        self._states = States(log.reader, types, cache_size)
        self._type_names: dict[type[Message], str] = {}

    async def decide(self, call: Call, decision: Decision[Any]) -> Appended:
        """Carries one decision out, or answers what it came to when its idempotency key was seen before.

        Raises what the decision refuses with, and Refused: STALE_VERSION, UNKNOWN (it is another tenant's), IDEMPOTENCY_KEY_REUSED,
        CONTENTION, and what `EventLog.append` refuses with.
        """
        tenant_id = decision.tenant_id or call.identity.tenant_id
        key = _key(tenant_id, decision.idempotency_key, decision.fingerprint) or _key(tenant_id, call.idempotency_key, call.fingerprint)
        return _resting(await self._decide_unit(call, [_row(0, decision, tenant_id, None)], key), (decision,))

    async def decide_together(self, call: Call, decisions: Sequence[Decision[Any]]) -> Appended:
        """Carries several decisions out as one unit, all or nothing; each sees what those before it decided.

        The call's idempotency key stands for the whole unit; but where rows have keys of their own, a row whose key was seen before
        counts as done, and only the others are appended. Raises as `decide` does; `row` of the Refused is the decision that said no.
        """
        if not decisions:
            raise invalid("decisions", "a unit has at least one decision; there is none")
        if not any(decision.idempotency_key for decision in decisions):
            tenant_id = call.identity.tenant_id
            rows = [_row(n, decision, decision.tenant_id or tenant_id, None) for n, decision in enumerate(decisions)]
            key = _key(tenant_id, call.idempotency_key, call.fingerprint)
            return _resting(await self._decide_unit(call, rows, key), decisions)
        answers: dict[int, Appended | Refused] = {}
        rows, _ = _without_twins(_keyed_rows(call, decisions, answers), answers)
        _raise_the_first_no(answers)
        return _resting(await self._decide_unit(call, rows, None), decisions)

    async def decide_each(self, call: Call, decisions: Sequence[Decision[Any]]) -> list[Appended | Refused]:
        """Carries several decisions out in one group, each with its own verdict, in order.

        A row without an idempotency key takes the call's, with its number. What `EventLog.append` refuses with is the verdict of the
        rows that it befell. Raises Refused (LOG_UNAVAILABLE) when the aggregates cannot be read.
        """
        answers: dict[int, Appended | Refused] = {}
        rows, twins = _without_twins(_keyed_rows(call, decisions, answers), answers)
        again = False
        for attempt in range(_ATTEMPTS):
            if not rows:
                break
            rows, again = await self._attempt_each(call, rows, again, answers)
            if rows and not again:
                await _pause(attempt)
        for row in rows:
            answers[row.number] = _contention(row.decision)
        for twin, original in twins.items():
            answer = answers[original]
            answers[twin] = answer._replace(repeated=True) if isinstance(answer, Appended) else answer
        return [
            _resting(answer, (decision,)) if isinstance(answer := answers[number], Appended) else answer
            for number, decision in enumerate(decisions)
        ]

    async def load(self, aggregate: AggregateType[S], aggregate_id: Id) -> tuple[S, int]:
        """The state and version as the log has them, not as the cache does; (initial state, 0) when there is none."""
        name = (aggregate.name, aggregate_id)
        entry = (await self._states.read({name: aggregate}))[name]
        return entry.state, entry.version

    async def versions(self, aggregate_ids: Collection[Id]) -> dict[Id, int]:
        """The version that each aggregate has come to in the log; 0: it has no events."""
        return {i: version or 0 for i, version in (await self._log.reader.newest_versions(aggregate_ids)).items()}

    # ---- one unit, all or nothing

    async def _decide_unit(self, call: Call, rows: list[_Row], key: _Key | None) -> Appended:
        """All rows or none, under one key, or each row under its own: then rows whose keys were seen before count as done."""
        done: dict[int, Appended | Refused] = {}
        first = rows[0].decision.aggregate_id
        again = False
        for attempt in range(_ATTEMPTS):
            try:
                written = await self._attempt_unit(call, rows, key, again)
            except _LookAgain:
                if again:  # until what this process is writing is in the log
                    await _pause(attempt)
                again = True
                continue
            except (Refused, AppendConflict) as no:
                if (repeated := await self._first_answer(key, first)) is not None:
                    return repeated
                left = await self._without_repeats(rows, done)
                _raise_the_first_no(done)
                if isinstance(no, Refused) and len(left) == len(rows):
                    raise
                rows = left
            else:
                if written is None and (repeated := await self._first_answer(key, first)) is not None:
                    return repeated
                return self._unit_appended(written, rows, done)
            if not rows:
                return _merged(done)
            again = False
            await _pause(attempt)
        raise _contention(rows[0].decision)

    async def _attempt_unit(self, call: Call, rows: list[_Row], key: _Key | None, again: bool) -> Written | None:
        """One attempt at a unit; None when there was nothing to append.

        Raises Refused, AppendConflict, and _LookAgain when a no or a nothing came out of a cached state, or a yes out of one that is
        behind what this process is writing.
        """
        drafts = await self._states.drafts({row.name: row.decision.aggregate for row in rows}, again)
        for row in rows:
            draft = drafts[row.name]
            try:
                self._decide(call, row, draft)
            except Refused as refused:
                if not draft.fresh:
                    raise _LookAgain from None
                raise _of_row(refused, row.number) from None
            if not row.events and not draft.fresh:
                raise _LookAgain
        events = _events_of(rows)
        if not events:
            return None
        # What was only looked at has no version that a conflict would show: it may not be older than what is being written already, and
        # must still be as it is when the events go in.
        looked_at = [draft for draft in drafts.values() if draft.version == draft.entry.version]
        if any(map(self._states.is_behind, looked_at)):
            raise _LookAgain
        guards = [(draft.entry.aggregate_id, draft.version) for draft in looked_at]
        if key is not None:
            events[0] = events[0]._replace(idempotency_key=key.text, fingerprint=key.fingerprint, unit_size=len(events))
        entries = self._states.keep_all(drafts.values())
        return await self._log.append(events, entries[0] if len(entries) == 1 else Entries(entries), guards)

    def _unit_appended(self, written: Written | None, rows: list[_Row], done: dict[int, Appended | Refused]) -> Appended:
        version = rows[0].version if len(rows) == 1 else next(row.version for row in reversed(rows) if row.name == rows[0].name)
        appended = self._appended(written or _NOTHING, _events_of(rows), version)
        return _merged({**done, rows[0].number: appended}) if done else appended

    async def _first_answer(self, key: _Key | None, aggregate_id: Id) -> Appended | None:
        """What the command with this key was answered the first time, if there was one. Raises Refused (IDEMPOTENCY_KEY_REUSED)."""
        if key is None:
            return None
        keyed = await self._log.reader.find_by_idempotency_key(key.tenant_id, key.text)
        if keyed is None:
            return None
        first = self._repeated(key, keyed, aggregate_id)
        if aggregate_id in first.aggregate_ids:
            return first
        # The unit only looked at it: it was answered its version of then. Or it was never there: a command that makes something new.
        stream = await self._log.reader.read_aggregate(aggregate_id)
        before = [event.aggregate_version for event in stream if event.position < first.first_position]
        return first._replace(version=max(before, default=0)) if stream else first

    # ---- rows, a verdict each

    async def _attempt_each(
        self, call: Call, rows: list[_Row], again: bool, answers: dict[int, Appended | Refused]
    ) -> tuple[list[_Row], bool]:
        """One attempt at rows of their own; returns those that are to be tried again, and whether on what the log says."""
        drafts = await self._states.drafts({row.name: row.decision.aggregate for row in rows}, again)
        by_aggregate: dict[Name, list[_Row]] = {}
        for row in rows:
            by_aggregate.setdefault(row.name, []).append(row)
        units: list[tuple[Draft, list[_Row]]] = []
        left: list[_Row] = []
        settled: dict[int, Appended | Refused] = {}  # the nos and nothings; a first answer goes before them
        for name, own in by_aggregate.items():
            draft = drafts[name]
            nos = self._decide_rows(call, own, draft)
            if nos and not draft.fresh:
                left += own
                continue
            settled.update(nos)
            if len(nos) < len(own):
                units.append((draft, [row for row in own if row.number not in nos] if nos else own))
        self._states.keep_all([draft for draft, _ in units])
        again = bool(left)
        conflicting = await self._append_units(units, answers)
        refused = await self._without_repeats([row for row in rows if row.number in settled], answers)
        answers.update((row.number, settled[row.number]) for row in refused)
        left += await self._without_repeats(conflicting, answers)
        left.sort(key=lambda row: row.number)
        return left, again

    def _decide_rows(self, call: Call, rows: list[_Row], draft: Draft) -> dict[int, Appended | Refused]:
        """Decides the rows of one aggregate, one after the other; returns those that came to nothing, and to what."""
        nos: dict[int, Appended | Refused] = {}
        for row in rows:
            try:
                self._decide(call, row, draft)
            except Refused as refused:
                nos[row.number] = _of_row(refused, row.number)
            else:
                if not row.events:
                    nos[row.number] = self._appended(_NOTHING, (), row.version)
        return nos

    async def _append_units(self, units: list[tuple[Draft, list[_Row]]], answers: dict[int, Appended | Refused]) -> list[_Row]:
        """Appends the rows of each aggregate as a unit, all units in one group; returns the rows that met a conflict."""
        conflicting: list[_Row] = []
        if not units:
            return conflicting
        verdicts = await self._log.append_each([(_events_of(rows), draft.entry) for draft, rows in units])
        for (_, rows), verdict in zip(units, verdicts, strict=True):
            if isinstance(verdict, Written):
                for row in rows:
                    answers[row.number] = self._appended(verdict, row.events, row.version)
                    if row is not rows[-1]:
                        verdict = Written(verdict.first_position + len(row.events), verdict.recorded_at)
            elif isinstance(verdict, AppendConflict):
                conflicting += rows
            elif isinstance(verdict, Refused):
                answers.update((row.number, verdict) for row in rows)
            else:
                raise verdict
        return conflicting

    # ---- deciding

    def _decide(self, call: Call, row: _Row, draft: Draft) -> None:
        """Decides a row on a draft, and writes down the events that say so. Raises Refused."""
        decision, key = row.decision, row.key
        row.events = events = []
        version = draft.version
        decided = draft.decide(decision, row.tenant_id)
        row.version = draft.version
        given = decision.event_ids
        for number, event in enumerate(decided):
            keyed = key if number == 0 else None
            events.append(
                NewEvent(
                    given[number] if number < len(given) else new_id(),
                    row.tenant_id,
                    decision.aggregate_id,
                    version + number + 1,
                    call.identity.person_id,
                    decision.on_behalf_of,
                    call.correlation_id,
                    call.causation_id,
                    decision.partition_key,
                    None if keyed is None else len(decided),
                    self._type_name(event),
                    None if keyed is None else keyed.text,
                    None if keyed is None else keyed.fingerprint,
                    event.SerializeToString(),
                )
            )

    def _type_name(self, event: Message) -> str:
        name = self._type_names.get(type(event))
        if name is None:
            name = self._type_names[type(event)] = event_type_of(event)
        return name

    def _appended(self, written: Written, events: Sequence[NewEvent] | Sequence[RecordedEvent], version: int) -> Appended:
        first, recorded_at = written
        if len(events) == 1:  # as most are
            event = events[0]
            position = Position(self._log.name, self._log.partition(event.partition_key), first)
            return Appended((position,), version, recorded_at, (event.event_id,), (event.aggregate_id,), first)
        last: dict[int, int] = {}
        for offset in range(len(events)):
            last[self._log.partition(events[offset].partition_key)] = first + offset
        name = self._log.name
        return Appended(
            tuple([Position(name, partition, position) for partition, position in last.items()]),
            version,
            recorded_at,
            tuple([event.event_id for event in events]),
            tuple([event.aggregate_id for event in events]),
            first,
        )

    async def _without_repeats(self, rows: list[_Row], answers: dict[int, Appended | Refused]) -> list[_Row]:
        """The rows whose keys are new; the others get their first answers, or a no when the key came with something else."""
        keys = [(row.key.tenant_id, row.key.text) for row in rows if row.key is not None]
        if not keys:
            return rows
        found = await self._log.reader.find_by_idempotency_keys(keys)
        left = []
        for row in rows:
            if row.key is None or (keyed := found.get((row.key.tenant_id, row.key.text))) is None:
                left.append(row)
                continue
            try:
                answers[row.number] = self._repeated(row.key, keyed, row.decision.aggregate_id)
            except Refused as reused:
                answers[row.number] = _of_row(reused, row.number)
        return left

    def _repeated(self, key: _Key, keyed: Keyed, aggregate_id: Id) -> Appended:
        key.check(keyed.fingerprint)
        events = keyed.events
        # A command that makes something new has a new id each time: then it is the aggregate of the first answer.
        same = [event for event in events if event.aggregate_id == aggregate_id] or [
            event for event in events if event.aggregate_id == events[0].aggregate_id
        ]
        written = Written(events[0].position, events[0].recorded_at)
        return self._appended(written, events, same[-1].aggregate_version)._replace(repeated=True)


_NOTHING: Final = Written(0, 0)


def _row(number: int, decision: Decision[Any], tenant_id: Id, key: _Key | None) -> _Row:
    return _Row(number, (decision.aggregate.name, decision.aggregate_id), decision, tenant_id, key)


def _events_of(rows: list[_Row]) -> list[NewEvent]:
    return rows[0].events if len(rows) == 1 else [event for row in rows for event in row.events]


def _keyed_rows(call: Call, decisions: Sequence[Decision[Any]], answers: dict[int, Appended | Refused]) -> list[_Row]:
    """The rows of a batch, each with its own key or with the call's and its number; a key that is none is a no."""
    rows = []
    for number, decision in enumerate(decisions):
        text, fingerprint = decision.idempotency_key, decision.fingerprint
        if not text and call.idempotency_key:
            text, fingerprint = f"{call.idempotency_key}#{number}", call.fingerprint
        tenant_id = decision.tenant_id or call.identity.tenant_id
        try:
            rows.append(_row(number, decision, tenant_id, _key(tenant_id, text, fingerprint) if text else None))
        except Refused as refused:
            answers[number] = _of_row(refused, number)
    return rows


def _without_twins(rows: list[_Row], answers: dict[int, Appended | Refused]) -> tuple[list[_Row], dict[int, int]]:
    """The rows with keys of their own, and which row each of the others repeats; the same key with something else is a no."""
    originals: dict[tuple[Id, str], _Row] = {}
    twins: dict[int, int] = {}
    left = []
    for row in rows:
        key = row.key
        original = row if key is None else originals.setdefault((key.tenant_id, key.text), row)
        if original is row or original.key is None or key is None:
            left.append(row)
            continue
        try:
            key.check(original.key.fingerprint)
        except Refused as reused:
            answers[row.number] = _of_row(reused, row.number)
        else:
            twins[row.number] = original.number
    return left, twins


def _raise_the_first_no(answers: dict[int, Appended | Refused]) -> None:
    for _, answer in sorted(answers.items()):
        if isinstance(answer, Refused):
            raise answer


def _resting(appended: Appended, decisions: Iterable[Decision[Any]]) -> Appended:
    """An answer that stands for what its decisions rest on, too."""
    rests_on = [position for decision in decisions for position in decision.rests_on]
    return appended._replace(positions=(*appended.positions, *dict.fromkeys(rests_on))) if rests_on else appended


def _merged(answers: dict[int, Appended | Refused]) -> Appended:
    """The answers of rows as the answer of their unit."""
    parts = [answer for _, answer in sorted(answers.items()) if isinstance(answer, Appended)]
    newest: dict[tuple[str, int], int] = {}
    for part in parts:
        for log, partition, position in part.positions:
            newest[log, partition] = max(position, newest.get((log, partition), 0))
    return Appended(
        positions=tuple(Position(log, partition, position) for (log, partition), position in newest.items()),
        version=parts[0].version,
        recorded_at=max(part.recorded_at for part in parts),
        event_ids=tuple(event_id for part in parts for event_id in part.event_ids),
        aggregate_ids=tuple(aggregate_id for part in parts for aggregate_id in part.aggregate_ids),
        first_position=min(part.first_position for part in parts),
        repeated=all(part.repeated for part in parts),
    )


def _key(tenant_id: Id, text: str, fingerprint: bytes) -> _Key | None:
    """The key that `text` is, if it is one. Raises Refused (INVALID)."""
    if not text:
        return None
    if len(text) > _LONGEST_KEY or not text.isprintable():
        message = f"an idempotency key has up to {_LONGEST_KEY} printable characters; this one has {len(text)}: {text[:40]!r}"
        raise invalid("idempotency_key", message)
    return _Key(tenant_id, text, fingerprint)


def _of_row(refused: Refused, number: int) -> Refused:
    refused.row = number
    return refused


def _contention(decision: Decision[Any]) -> Refused:
    message = f"{decision.aggregate.name} {id_text(decision.aggregate_id)} is being changed by too many at once; send the request again"
    return Refused("CONTENTION", message, kind=Kind.BUSY)


async def _pause(attempt: int) -> None:
    """Between two attempts: longer each time, and never in step with the others."""
    await asyncio.sleep(random.uniform(0, min(_LONGEST_PAUSE, 0.001 * 2**attempt)))  # noqa: S311 - not a secret
