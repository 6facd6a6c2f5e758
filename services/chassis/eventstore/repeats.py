"""A request that is sent again under its idempotency key is answered as it was the first time.

The key is kept with the first event of what it asked for, for as long as the log is, and is that of the person who sent it and of the
operation that it was sent for. The happy path looks nothing up, since a unique index tells; it is looked up when a request meets a
conflict, or is refused for its version or by a rule: both may come of what the same request did before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chassis.calls import Call
from chassis.errors import Refused, invalid
from chassis.eventstore.appends import KeyName, Written
from chassis.eventstore.deciding import Decider, Pending, RequestKey, of_row, pending_decision
from chassis.eventstore.decisions import Appended, Decision, IdempotencyKey
from chassis.eventstore.reader import Keyed, LogReader
from chassis.ids import Id
from chassis.texts import is_line

Answer = Appended | Refused

_LONGEST_KEY: Final = 255  # characters


def key_of_call(call: Call, tenant_id: Id) -> RequestKey | None:
    """The key of a call for what it does in a tenant; None: it has none. Raises Refused (INVALID) for what cannot be a key."""
    return _request_key(call, tenant_id, IdempotencyKey(call.operation, call.idempotency_key, call.fingerprint))


def _request_key(call: Call, tenant_id: Id, key: IdempotencyKey) -> RequestKey | None:
    """A key that the caller sent; None for an empty one. Raises Refused (INVALID) for what cannot be a key."""
    text = key.text
    if not text:
        return None
    if len(text) > _LONGEST_KEY or not is_line(text):
        message = f"an idempotency key has up to {_LONGEST_KEY} characters on a line; this one has {len(text)}: {text[:40]!r}"
        raise invalid("idempotency_key", message)
    name = KeyName(tenant_id, call.identity.person_id, key.operation, text)
    return RequestKey(name, key.fingerprint, key.earlier_fingerprint)


def key_of_request(call: Call, decision: Decision) -> RequestKey | None:
    """The key of a request with one decision: its own, else the call's. Raises Refused (INVALID)."""
    tenant_id = decision.about.tenant_id or call.identity.tenant_id
    own = decision.about.key
    if own is not None and own.text:
        return _request_key(call, tenant_id, own)
    return key_of_call(call, tenant_id)


def rows_with_keys(call: Call, decisions: Sequence[Decision | Refused], answers: dict[int, Answer]) -> list[Pending]:
    """The rows of a batch, each with its own key.

    Into `answers` goes what is refused already, or has a key that cannot be one.
    """
    rows = []
    for number, decision in enumerate(decisions):
        if isinstance(decision, Refused):
            answers[number] = of_row(decision, number)
            continue
        key = decision.about.key
        row = pending_decision(number, decision, call)
        try:
            row.key = None if key is None else _request_key(call, row.tenant_id, key)
        except Refused as refused:
            answers[number] = of_row(refused, number)
        else:
            rows.append(row)
    return rows


def without_duplicates(rows: list[Pending], answers: dict[int, Answer]) -> tuple[list[Pending], dict[int, int]]:
    """The rows that ask for something of their own, and, for each of the others, the number of the row that it duplicates.

    A row with the key of an earlier one and something else in it is refused in `answers`.
    """
    originals: dict[KeyName, Pending] = {}
    duplicates: dict[int, int] = {}
    left = []
    for row in rows:
        key = row.key
        original = row if key is None else originals.setdefault(key.name, row)
        if original is row or original.key is None or key is None:
            left.append(row)
            continue
        try:
            key.require_same(original.key.fingerprint)
        except Refused as reused:
            answers[row.number] = of_row(reused, row.number)
        else:
            duplicates[row.number] = original.number
    return left, duplicates


class Repeats:
    """Finds in a log what was carried out before."""

    def __init__(self, reader: LogReader, decider: Decider) -> None:
        self._reader = reader
        self._decider = decider

    async def first_answer(self, key: RequestKey | None, aggregate_id: Id) -> Appended | None:
        """What the command with this key was answered the first time, if there was one. Raises Refused (IDEMPOTENCY_KEY_REUSED)."""
        if key is None:
            return None
        keyed = (await self._reader.find_by_keys([key.name])).get(key.name)
        if keyed is None:
            return None
        first = self._repeated(key, keyed, aggregate_id)
        if aggregate_id in first.aggregate_ids:
            return first
        # The unit only looked at it: it was answered its version of then. Or it was never there: a command that makes something new.
        stream = await self._reader.read_aggregate(aggregate_id)
        before = [event.aggregate_version for event in stream if event.position < first.first_position]
        return first._replace(version=max(before, default=0)) if stream else first

    async def without_repeated(self, rows: list[Pending], answers: dict[int, Answer]) -> list[Pending]:
        """The rows whose keys are new. Into `answers` go the first answers of the others, or that a key came with something else."""
        keys = [row.key.name for row in rows if row.key is not None]
        if not keys:
            return rows
        found = await self._reader.find_by_keys(keys)
        left = []
        for row in rows:
            if row.key is None or (keyed := found.get(row.key.name)) is None:
                left.append(row)
                continue
            try:
                answers[row.number] = self._repeated(row.key, keyed, row.decision.about.id)
            except Refused as reused:
                answers[row.number] = of_row(reused, row.number)
        return left

    def _repeated(self, key: RequestKey, keyed: Keyed, aggregate_id: Id) -> Appended:
        key.require_same(keyed.fingerprint)
        events = keyed.events
        # A command that makes something new has a new id each time: then it is the aggregate of the first answer.
        same = [event for event in events if event.aggregate_id == aggregate_id] or [
            event for event in events if event.aggregate_id == events[0].aggregate_id
        ]
        written = Written(events[0].position, events[0].recorded_at, events[0].generation)
        return self._decider.appended(written, events, same[-1].aggregate_version)._replace(repeated=True)
