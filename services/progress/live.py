# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""The effect of a batch of events, in the transaction in which the consumer's position moves on.

Every row is appended, or belongs to the partition that the batch came from, or is a live row whose columns come from this log
alone: two consumers cannot lose each other's update. Live rows are written in the order of their ids, so they cannot deadlock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, Final

import psycopg

from chassis.events import RecordedEvent
from chassis.eventstore import PackedEvent
from chassis.ids import Id
from chassis.postgres import copy_rows_async
from chassis.postgres.binary import BIGINT, FLOAT8, INTEGER, SMALLINT, UUID, Array, take_arrays
from progress import statements
from progress.domain.definitions import KeyResultDefinition, ObjectiveDefinition
from progress.packing import ids
from progress.projection import EVENT_TYPES, Changes, Facts, NewCheckIn, read_set
from progress.schema import KEY_RESULT_DEFINITION, OBJECTIVE_DEFINITION

_OBJECTIVES = f"SELECT {', '.join(OBJECTIVE_DEFINITION)} FROM objective_now WHERE objective_id = ANY(%s) AND cycle_id IS NOT NULL"
_KEY_RESULTS = f"SELECT {', '.join(KEY_RESULT_DEFINITION)} FROM key_result_now WHERE key_result_id = ANY(%s) AND cycle_id IS NOT NULL"
_ALIGNED = "SELECT objective_id, parent_objective_id FROM objective_now WHERE objective_id = ANY(%s) AND aligned_at IS NOT NULL"

_PACKED: Final[Callable[[RecordedEvent], PackedEvent]] = attrgetter(
    "position", "event_id", "tenant_id", "aggregate_id", "aggregate_version", "recorded_at", "actor_id", "on_behalf_of", "partition_key",
    "event_type", "payload",
)  # fmt: skip


async def project(connection: psycopg.AsyncConnection[Any], events: Sequence[RecordedEvent]) -> None:
    """Folds a batch of one log and partition in. Commits nothing.

    Raises KeyError when an event changes what was never defined, and DecodeError when a payload is no event.
    """
    take_arrays(connection)
    facts = Facts(newest=True)
    cursor = connection.cursor(binary=True)
    if events[0].log == "goals":
        known = [EVENT_TYPES.decode(e.event_type, e.payload) for e in events if e.event_type in EVENT_TYPES]
        await _load_definitions(cursor, facts, known)
    changes = _folded(facts, events)
    for table, packed in changes.rows.items():
        await copy_rows_async(connection, table, packed)
    await _report(cursor, changes)
    for statement, parameters in following(changes):
        await cursor.execute(statement.encode(), parameters, prepare=True)
    if changes.touched:
        await cursor.execute(statements.TOUCHED, (ids(changes.touched),), prepare=True)


def _folded(facts: Facts, events: Sequence[RecordedEvent]) -> Changes:
    for event in events:
        facts.fold(_PACKED(event))
    return facts.take_changes()


async def _report(cursor: psycopg.AsyncCursor[Any], changes: Changes) -> None:
    """Brings what was only recorded to the live rows; leaves to `following` whatever must be looked up."""
    recorded = [item for item in changes.recorded.items() if item[0] not in changes.reported]
    if not recorded:
        return
    await cursor.execute(statements.RECORDED_NOW.encode(), _recorded_parameters(recorded), prepare=True)
    if cursor.rowcount < len(recorded):  # a check-in is here before the definition of what it is on
        changes.reported.update(key_result_id for key_result_id, _ in recorded)


def _recorded_parameters(recorded: Iterable[tuple[Id, NewCheckIn]]) -> tuple[Array, ...]:
    """Of RECORDED_NOW."""
    recorded = sorted(recorded)
    days, said, values, milestones, confidences, check_ins, events = zip(*(check_in for _, check_in in recorded), strict=True)
    return (
        ids(key_result_id for key_result_id, _ in recorded),
        INTEGER.array(days),
        SMALLINT.array(said),
        FLOAT8.array_of_packed(values),
        BIGINT.array_of_packed(milestones),
        SMALLINT.array_of_packed(confidences),
        UUID.array_of_packed(check_ins),
        UUID.array_of_packed(events),
    )


async def _load_definitions(cursor: psycopg.AsyncCursor[Any], facts: Facts, events: list[Any]) -> None:
    objectives, key_results, aligned = read_set(events)
    if objectives:
        await cursor.execute(_OBJECTIVES, (ids(objectives),), prepare=True)
        facts.objectives = {row[0]: ObjectiveDefinition._make(row) for row in await cursor.fetchall()}
    if key_results:
        await cursor.execute(_KEY_RESULTS, (ids(key_results),), prepare=True)
        facts.key_results = {row[0]: KeyResultDefinition._make(row) for row in await cursor.fetchall()}
    if aligned:
        await cursor.execute(_ALIGNED, (ids(aligned),), prepare=True)
        for objective_id, parent_id in await cursor.fetchall():
            facts.aligned.add(objective_id)
            if parent_id is not None:
                facts.changes.touched.add(parent_id)  # which loses a child


def following(changes: Changes) -> list[tuple[str, tuple[Any, ...]]]:
    """The statements, with their parameters, that follow when the facts of a batch have been appended.

    Not those of `changes.recorded`.
    """
    then: list[tuple[str, tuple[Any, ...]]] = []
    if changes.superseded:
        then.append((statements.SETTLE, _columns(changes.superseded)))
    if changes.reported:
        then.append((statements.REPORTED_NOW, (ids(changes.reported),)))
    if changes.graded:
        then.append((statements.GRADED_NOW, (ids(changes.graded),)))
    if changes.objectives:
        then.append((statements.OBJECTIVE_DEFINED_NOW, (ids(changes.objectives),)))
    if changes.versions:
        versions = sorted(changes.versions.items())
        then.append((statements.ADVANCED, (ids(i for i, _ in versions), BIGINT.array([version for _, version in versions]))))
    if changes.key_results:
        then.append((statements.KEY_RESULT_DEFINED_NOW, (ids(changes.key_results),)))
    if changes.aligned:
        then.append((statements.ALIGNED_NOW, (ids(changes.aligned),)))
    if changes.shared:
        then.extend((statement, (ids(changes.shared),)) for statement in (statements.NO_LONGER_SHARED, statements.SHARED_NOW))
    for cycle_id, (tenant_id, name, first_day, last_day) in changes.cycles.items():
        then.append((statements.CYCLE_DEFINED_NOW, (cycle_id.hex(), tenant_id.hex(), name, first_day, last_day)))
    then.extend((statements.CYCLE_MOVED_NOW, (state, cycle_id.hex())) for cycle_id, state in changes.cycle_states.items())
    return then


def _columns(superseded: set[tuple[Id, int, Id]]) -> tuple[Array, Array, Array]:
    key_results, days, check_ins = zip(*sorted(superseded), strict=True)
    return UUID.array(key_results), INTEGER.array(days), UUID.array(check_ins)
