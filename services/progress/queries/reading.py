"""Rows fetched from the projection: by which connections, at which point of both time axes, as which rows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final, Generic, NamedTuple, Protocol, TypeVar, cast

import psycopg

from chassis.calls import Identity
from chassis.days import EPOCH_INSTANT, Day, instant_of
from chassis.ids import Id
from chassis.postgres import Connection
from chassis.runtime import Clock
from progress.domain.evaluation import Evaluated
from progress.domain.hiding import Hidden
from progress.domain.points import AFTER_ALL_DAYS, LAST_INSTANT, Point
from progress.domain.settings import NOTHING_SETTLED, Said, SettingsInTime
from progress.domain.tree import KeyResult, Kr, Obj, Objective, Tree, TreeKeyResult, TreeObjective, arrange
from progress.projection import ids
from progress.queries.statements import SETTLED, below, counting, key_results_holding, objectives_holding, shared_with

Cursor = psycopg.AsyncCursor[Any]
T = TypeVar("T")


class Connections(Protocol):
    """Where a query gets its connection: one that shows a tenant's rows, is prepared (binary.take_arrays) and commits by itself."""

    def of(self, tenant_id: Id) -> AbstractAsyncContextManager[Connection]: ...


@dataclass(frozen=True, slots=True)
class AsOf:
    """A point of both time axes. None is without limit; both None: as it stands now.

    What stands now is what is dated up to `today`, or whatever is dated; the live rows have the latter.
    """

    true_on: Day | None = None
    known_at: int | None = None  # microseconds
    today: Day | None = None
    settings: SettingsInTime = NOTHING_SETTLED
    """Of the tenant; found with the point where its rows are."""

    @property
    def live(self) -> bool:
        """Whether the live rows answer."""
        return self.true_on is None and self.known_at is None

    @property
    def point(self) -> Point:
        """The same as a point of both axes."""
        return Point(AFTER_ALL_DAYS if self.true_on is None else self.true_on, LAST_INSTANT if self.known_at is None else self.known_at)

    def parameters(self) -> dict[str, int]:
        """For the statements."""
        true_on, known_at = self.point
        return {"true_on": true_on, "known_at": known_at}

    def day(self, identity: Identity, clock: Clock) -> Day:
        """The day that is asked about: the one named, else the caller's at the known instant, which is now at the latest."""
        if self.true_on is not None:
            return self.true_on
        now = clock.now()
        return identity.day_at(now if self.known_at is None else min(max(instant_of(self.known_at), EPOCH_INSTANT), now))

    def on(self, day: Day) -> AsOf:
        """The same, about a day where none is named: of what stands now that is today."""
        if self.true_on is not None:
            return self
        return replace(self, today=day) if self.known_at is None else replace(self, true_on=day)

    def on_day(self, day: Day) -> AsOf:
        """The same, about a day where none is named: for what has no live rows, so that what is dated later does not count yet."""
        return self if self.true_on is not None else replace(self, true_on=day)


@dataclass(frozen=True, slots=True)
class Rows(Generic[Obj, Kr]):
    """Which rows a tree is made of: their fields are the columns that are fetched."""

    objective: type[Obj]
    key_result: type[Kr]


WHOLE_ROWS: Final = Rows(Objective, KeyResult)
TREE_ROWS: Final = Rows(TreeObjective, TreeKeyResult)


class Called(NamedTuple):
    """What an objective or a key result is called."""

    id: Id
    reference: str
    title: str
    kpi: bool = False  # it is a KPI, where key results and KPIs are named together


@dataclass(frozen=True, slots=True)
class TreeWithNumbers(Generic[Obj, Kr]):
    """A tree with its numbers; `visible` are the objectives that the caller may see, of whose numbers some may be `hidden`."""

    evaluated: Evaluated[Obj, Kr]
    visible: set[Id]
    hidden: Hidden
    feeds: Mapping[Id, Called] = field(default_factory=dict)
    """What the key results and KPIs are called that feed sums, as far as the caller may know of them."""


async def as_it_stands(cursor: Cursor, tenant_id: Id, as_of: AsOf) -> AsOf:
    """The point where the rows are found: of what stands now it is today where the live rows have something that is dated later.

    With what the tenant has settled.
    """
    today = as_of.today if as_of.live else None
    question = {"tenant": tenant_id.hex(), "today": AFTER_ALL_DAYS if today is None else today}
    ((later, said, cadences),) = await fetched(cursor, SETTLED, question)
    settings = SettingsInTime([Said(*row) for row in said or ()], dict(cadences or ())) if said or cadences else NOTHING_SETTLED
    return replace(as_of, true_on=today if later else as_of.true_on, settings=settings)


@asynccontextmanager
async def meanwhile(finding: Coroutine[Any, Any, T]) -> AsyncIterator[asyncio.Task[T]]:
    """What is found on a connection of its own, while something else is on another one.

    It has ended afterwards, also when the other half has failed: nobody else gets its connection before it is done with it.
    """
    task = asyncio.create_task(finding)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def fetched(cursor: Cursor, statement: bytes, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement."""
    await cursor.execute(statement, parameters, prepare=True)
    return await cursor.fetchall()


@asynccontextmanager
async def asked_at_once(connection: Connection, parameters: Mapping[str, Any], *statements: bytes) -> AsyncIterator[list[Cursor]]:
    """The cursors of statements that are asked all at once: PostgreSQL finds the next rows while those before are read here."""
    async with connection.pipeline():
        yield [await connection.cursor(binary=True).execute(statement, parameters, prepare=True) for statement in statements]


def made(kind: type[T], rows: Iterable[tuple[Any, ...]]) -> Iterator[T]:
    """Rows of a kind, a NamedTuple; in a third of the time that its `_make` takes."""
    make: Callable[[tuple[Any, ...]], T] = partial(cast(Any, tuple.__new__), kind)
    return map(make, rows)


def with_visible(kind: type[T], rows: list[tuple[Any, ...]]) -> tuple[list[T], set[Id]]:
    """Rows of a kind, and the ids of those whose last column says that the caller may see them."""
    return list(made(kind, [row[:-1] for row in rows])), {row[0] for row in rows if row[-1]}


async def with_key_results(
    cursor: Cursor, rows: Rows[Obj, Kr], objectives: Collection[Obj], parameters: dict[str, Any], as_of: AsOf
) -> tuple[Tree[Obj, Kr], list[tuple[Id, Id]]]:
    """A tree of objectives with the key results that count for them; and all that these are shared with."""
    parameters["objectives"] = ids(o.objective_id for o in objectives)
    live = as_of.live
    found = await fetched(cursor, key_results_holding(live, rows.key_result, counting(live), shared_with(live)), parameters)
    links = [(objective_id, row[0]) for row in found for objective_id in row[-1]]
    tree = arrange(objectives, made(rows.key_result, [row[:-1] for row in found]), links)
    return tree, [(other, k) for other, k in links if other != tree.key_results[k].objective_id]  # what it was moved to, it is of


async def load_below(cursor: Cursor, rows: Rows[Obj, Kr], tenant_id: Id, objective_ids: Collection[Id], as_of: AsOf) -> Tree[Obj, Kr]:
    """Objectives, and everything that their numbers come from."""
    parameters: dict[str, Any] = {"tenant": tenant_id.hex(), "objectives": ids(objective_ids), **as_of.parameters()}
    found = await fetched(cursor, objectives_holding(as_of.live, rows.objective, below(as_of.live)), parameters)
    tree, _ = await with_key_results(cursor, rows, list(made(rows.objective, found)), parameters, as_of)
    return tree
