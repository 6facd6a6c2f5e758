# ruff: noqa: S608 - statements are made of constants alone; what comes from outside is a parameter
"""The effect of a batch of events, in the transaction in which the consumer's position moves on.

Every row is appended, or belongs to the partition that the batch came from, or is a live row whose columns come from this log
alone: two consumers cannot lose each other's update. Live rows are written in the order of their ids, so they cannot deadlock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final, TypeVar

import psycopg

from cairn.goals.v1 import events_pb2 as goals
from chassis.events import RecordedEvent
from chassis.ids import Id
from chassis.kafka.consumer import Statement
from chassis.postgres import copy_rows_async
from chassis.postgres.binary import take_arrays
from progress.facts import (
    EVENT_TYPES,
    Facts,
    InitiativeDefinition,
    KeyResultDefinition,
    KpiDefinition,
    MilestoneDefinition,
    ObjectiveDefinition,
    Segment,
    TaskDefinition,
    Timeline,
    fold,
    table_of,
)
from progress.projection.changes import statements_after_batch
from progress.projection.tables import ids

D = TypeVar("D", bound=tuple[Any, ...])

_TABLES: Final[Mapping[type[Any], str]] = {
    ObjectiveDefinition: "objective",
    KeyResultDefinition: "key_result",
    KpiDefinition: "kpi",
    TaskDefinition: "task",
    InitiativeDefinition: "initiative",
    MilestoneDefinition: "milestone",
}
"""Whose versions folds have to know, by what one says: their tables."""
_VERSIONS: Final = {
    definition._fields[0]: (
        definition,
        f"""SELECT position, true_from, says, {", ".join(definition._fields)} FROM {table}
  WHERE {definition._fields[0]} = ANY(%s) ORDER BY {definition._fields[0]}, position, true_from""",
    )
    for definition, table in _TABLES.items()
}
"""By the field by which events name such a thing: what a version says, and the statement that finds the versions of some."""
_ALIGNED: Final = "SELECT objective_id, parent_objective_id FROM objective_now WHERE objective_id = ANY(%s) AND aligned_at IS NOT NULL"


async def project(connection: psycopg.AsyncConnection[Any], events: Sequence[RecordedEvent]) -> None:
    """Folds a batch of one log and partition in. Commits nothing.

    Raises KeyError when an event changes what was never defined, UnknownMeasure, and DecodeError when a payload is no event.
    """
    take_arrays(connection)
    cursor = connection.cursor(binary=True)
    facts = await _with_definitions(cursor, events) if _names_definitions(events) else Facts()
    for event in events:
        fold(event, facts)
    for row, rows in facts.rows():
        if rows:
            table = table_of(row)
            await copy_rows_async(connection, table.target, table.pack(rows))
    for statement, parameters in statements_after_batch(facts):
        await cursor.execute(statement.encode(), parameters, prepare=True)


def as_statements(events: Sequence[RecordedEvent]) -> Sequence[Statement] | None:
    """What `project` does, without asking the database anything; None of a batch for which definitions have to be looked up, or that has
    comments.

    Raises what `project` raises.
    """
    if _names_definitions(events):
        return None
    facts = Facts()
    for event in events:
        fold(event, facts)
    if facts.comments:
        return None  # rows of theirs hold lists, which are no parameters
    appended = [(table_of(row).insertion, table_of(row).arrays(rows)) for row, rows in facts.rows() if rows]
    return [*appended, *statements_after_batch(facts)]


def _names_definitions(events: Sequence[RecordedEvent]) -> bool:
    """Whether folds have to know definitions: those of check-ins and grades do not."""
    return events[0].log == "goals"


async def _with_definitions(cursor: psycopg.AsyncCursor[Any], events: Sequence[RecordedEvent]) -> Facts:
    """What folds may look at: the definitions of whatever the events name, and where objectives stood that are aligned anew."""
    facts = Facts()
    aligned = dict[Id, Id]()
    named: dict[str, set[Id]] = {field: set() for field in _VERSIONS}
    for recorded in events:
        if recorded.event_type not in EVENT_TYPES:
            continue
        event: Any = EVENT_TYPES.decode(recorded.event_type, recorded.payload)
        if isinstance(event, goals.ObjectiveAligned):
            aligned[event.objective_id] = recorded.event_id
            continue
        for field in named.keys() & event.DESCRIPTOR.fields_by_name.keys():
            named[field].add(getattr(event, field))
    timelines: dict[type[Any], dict[Id, Timeline[Any]]] = {}
    for field, things in named.items():
        definition, statement = _VERSIONS[field]
        timelines[definition] = {}
        if known_by_id := things - {b""}:
            await cursor.execute(statement, (ids(known_by_id),), prepare=True)
            timelines[definition] = _timelines(await cursor.fetchall(), definition)
    facts.objectives, facts.key_results = timelines.pop(ObjectiveDefinition), timelines.pop(KeyResultDefinition)
    facts.by_themselves = {thing: timeline for found in timelines.values() for thing, timeline in found.items()}
    if aligned:
        await cursor.execute(_ALIGNED, (ids(aligned),), prepare=True)
        for objective_id, parent_id in await cursor.fetchall():
            facts.aligned.add(objective_id)
            if parent_id is not None:
                facts.moved_by[parent_id] = aligned[objective_id]  # it loses a child
    return facts


def _timelines(rows: Sequence[tuple[Any, ...]], definition: type[D]) -> dict[Id, Timeline[D]]:
    """What holds from which day on, by the id of the thing. Of its rows, in the order of the log, those of one event belong together."""
    timelines: dict[Id, Timeline[D]] = {}
    for (thing, _), group in groupby(rows, key=lambda row: (row[3], row[0])):
        segments = [Segment(true_from, definition._make(defined), says) for _, true_from, says, *defined in group]  # type: ignore[attr-defined]
        timelines.setdefault(thing, Timeline()).told(segments)
    return timelines
