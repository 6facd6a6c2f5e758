"""The goalposts of a key result that were moved: what they were at first, what they are, who moved them last and when.

A history tells each move by itself. This is the same moves put together, in the order of the days from which on they hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from psycopg.rows import namedtuple_row

from chassis.calls import Identity
from chassis.ids import Id
from progress.facts import KeyResultDefinition
from progress.projection import ids
from progress.queries import differences, summaries
from progress.queries.differences import ChangedValue
from progress.queries.history import KEY_RESULT_VERSIONS
from progress.queries.reading import AsOf, Connections
from progress.queries.summaries import Change
from shared.goalposts import GOALPOSTS


class Goalpost(NamedTuple):
    """A field of a key result that says something else than when its objective became active."""

    field: str
    first: ChangedValue | None  # None: it said nothing, or nothing that is told
    present: ChangedValue | None
    moves: int
    last: Change  # of its moves


async def get_goalposts(connections: Connections, identity: Identity, key_result_id: Id, as_of: AsOf) -> list[Goalpost]:
    """Those of a key result that the caller may see, as far as they were moved by the point and it was known there."""
    point: dict[str, Any] = as_of.parameters()
    async with connections.of(identity.tenant_id) as connection:
        cursor = connection.cursor(binary=True, row_factory=namedtuple_row)
        await cursor.execute(KEY_RESULT_VERSIONS.encode(), {"key_results": ids([key_result_id])})
        versions: list[Any] = await cursor.fetchall()
    rows = [row for row in versions if row.known_from <= point["known_at"]]
    return goalposts(rows, point["true_on"])


def goalposts(rows: Sequence[summaries.Row], day: int) -> list[Goalpost]:
    """Of the versions of one key result, as they are known, in the order of the log: what was moved up to a day.

    As everywhere, of two moves the one from the later day on holds, and of one day the one said last: the first of them began with what
    was defined before, the last of them says who made it what it is.
    """
    moves = [
        change for change in summaries.versions(rows, KeyResultDefinition, "key result") if change.goalpost_moved and change.true_on <= day
    ]
    moves.sort(key=lambda change: (change.true_on, change.position))
    holding = summaries.holding(rows, day)
    present = {} if holding is None else holding._asdict()
    return [_goalpost(field, its, present) for field in GOALPOSTS if (its := [c for c in moves if field in _moved(c)])]


def _moved(change: Change) -> set[str]:
    return {each.field for each in change.fields}


def _goalpost(field: str, moves: Sequence[Change], present: dict[str, Any]) -> Goalpost:
    return Goalpost(field, _before(field, moves[0].fields), differences.said(field, present), len(moves), moves[-1])


def _before(field: str, changes: Iterable[differences.FieldChange]) -> ChangedValue | None:
    return next(change.before for change in changes if change.field == field)
