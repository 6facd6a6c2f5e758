"""The lists of objectives, key results, check-ins and comments: whole, or what has changed since then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from google.protobuf.message import Message

from cairn.common.v1 import common_pb2
from cairn.progress.v1 import service_pb2 as pb
from chassis.calls import Identity
from chassis.ids import Id
from chassis.positions import Position, parse_positions, positions_text
from progress.domain.formulas import Formula
from progress.queries import changed_since
from progress.queries.changed_since import Since, positions_taken, since_asked
from progress.queries.check_in_list import CheckInList
from progress.queries.comment_list import CommentList, CommentShown
from progress.queries.effort import EffortList, EffortSum
from progress.queries.found import Total
from progress.queries.key_result_list import KeyResultList, Written
from progress.queries.key_result_orders import reader_of
from progress.queries.kpis import KpiList, KpiSeen, KpiValueList, kpis_changed, kpis_seen
from progress.queries.objective import ObjectiveSeen
from progress.queries.objective_list import ORDERS, ObjectiveList
from progress.queries.paging import Entry, Gone, Key, Page, Place, Row, page_of, place_of, token_of
from progress.queries.reading import AsOf, Connections, Cursor
from progress.queries.visibility import SEE_ALL
from progress.queries.work import WorkAsked, WorkKind, WorkList, work_changed, work_seen

L = TypeVar("L", ObjectiveList, KeyResultList, CheckInList, CommentList, KpiList, WorkList)
M = TypeVar("M", bound=Message)
_PAGE: Final = 50


class Listed(NamedTuple):
    """A page of a list, and where the next one begins."""

    page: Page[Any]
    token: str
    positions: tuple[Position, ...]
    """What the first page had seen at least."""
    total: Total | None = None
    """How many entries the list has; None: nobody has counted."""


class _Asked(Protocol):
    """What every request for a list says."""

    page_size: int
    page_token: str
    descending: bool

    @property
    def changed_since(self) -> common_pb2.ChangedSince: ...
    @property
    def order(self) -> int: ...
    def HasField(self, field_name: Any, /) -> bool: ...  # noqa: N802 - protobuf's own name


async def list_objectives(
    connections: Connections,
    identity: Identity,
    asked: pb.ListObjectivesRequest,
    as_of: AsOf,
    formula: Formula,
    partitions: int,
    written: Callable[[ObjectiveSeen], pb.Objective],
) -> Listed:
    """A page of objectives. Raises Refused: UNKNOWN for what a filter names, INVALID for a token or since when."""
    listed = ObjectiveList(asked, identity, as_of, formula)

    def shown(cursor: Cursor, rows: list[Row]) -> Awaitable[Iterable[Entry[pb.Objective]]]:
        return listed.shown(cursor, rows, written)

    sieved = bool(asked.statuses) and not listed.reads_told
    count = listed.count if _is_counted(listed, sieved) else None
    what = _What(ORDERS[asked.order][1], changed_since.objectives_changed, changed_since.objectives_seen, sieved, count)
    return await _told(connections, listed, shown, what, partitions)


def _is_counted(listed: ObjectiveList | KeyResultList, sieved: bool) -> bool:
    """Whether it can be told how many there are: of a status not to whom a number may be withheld, or the count would tell it."""
    return not sieved and (not listed.request.statuses or listed.identity.has(*SEE_ALL))


async def list_key_results(
    connections: Connections,
    identity: Identity,
    asked: pb.ListKeyResultsRequest,
    as_of: AsOf,
    formula: Formula,
    partitions: int,
    written: Written,
) -> Listed:
    """A page of key results. Raises as `list_objectives` does."""
    listed = KeyResultList(asked, identity, as_of, formula)

    def shown(cursor: Cursor, rows: list[Row]) -> Awaitable[Iterable[Entry[pb.KeyResult]]]:
        return listed.shown(cursor, rows, written)

    sieved = asked.HasField("cancelled") or (bool(asked.statuses) and not listed.reads_told)
    count = listed.count if _is_counted(listed, sieved) else None
    what = _What(reader_of(asked.order), changed_since.key_results_changed, changed_since.key_results_seen, sieved, count)
    return await _told(connections, listed, shown, what, partitions)


async def list_check_ins(
    connections: Connections, identity: Identity, asked: pb.ListCheckInsRequest, partitions: int, written: Callable[[Any], pb.CheckIn]
) -> Listed:
    """A page of check-ins. Raises as `list_objectives` does."""

    key_type = str if asked.HasField("changed_since") else int
    what = _What(key_type, changed_since.check_ins_changed, changed_since.check_ins_seen, sieved=False)
    return await _told(connections, CheckInList(asked, identity), _as_said(written), what, partitions)


async def list_kpis(
    connections: Connections,
    identity: Identity,
    asked: pb.ListKpisRequest,
    as_of: AsOf,
    partitions: int,
    written: Callable[[KpiSeen], pb.Kpi],
) -> Listed:
    """A page of KPIs. Raises Refused (INVALID) for a token or since when."""

    what = _What(str, kpis_changed, kpis_seen, sieved=False)
    return await _told(connections, KpiList(asked, identity, as_of), _as_said(written), what, partitions)


async def list_work(
    connections: Connections,
    identity: Identity,
    kind: WorkKind,
    asked: WorkAsked,
    as_of: AsOf,
    partitions: int,
    written: Callable[[Any], Any],
) -> Listed:
    """A page of tasks, initiatives or milestones. Raises Refused: UNKNOWN for what a filter names, INVALID for a token or since when."""

    async def changed(cursor: Cursor, who: Identity, since: Since) -> list[Id]:
        return await work_changed(cursor, who, since, kind)

    async def seen(cursor: Cursor, who: Identity, since: Since, things: list[Id]) -> set[Id]:
        return await work_seen(cursor, who, since, kind, things)

    listed = WorkList(kind, asked, identity, as_of)
    what = _What(kind.key_type(asked), changed, seen, sieved=False)
    return await _told(connections, listed, _as_said(written), what, partitions)


async def list_kpi_values(
    connections: Connections, identity: Identity, asked: pb.ListKpiValuesRequest, written: Callable[[Any], pb.KpiValue]
) -> Listed:
    """A page of the values of a KPI. Raises Refused (INVALID) for a token."""
    listed, (after, _) = KpiValueList(asked, identity), place_of(asked.page_token, int)

    async def shown(rows: list[Row]) -> Iterable[Entry[pb.KpiValue]]:
        return (written(row.says) for row in rows)

    async with connections.of(identity.tenant_id) as connection:
        cursor = connection.cursor(binary=True)
        size = asked.page_size or _PAGE
        page = await page_of(lambda place, limit: listed.found(cursor, place, limit), shown, size, after, sieved=False)
    return Listed(page, token_of(page.rest, ""), ())


async def list_effort(
    connections: Connections, identity: Identity, asked: pb.ListEffortRequest, as_of: AsOf, written: Callable[[Any], pb.Effort]
) -> tuple[Listed, EffortSum]:
    """A page of what was logged, and how much it is in all. Raises Refused: UNKNOWN for the work, INVALID for a token."""
    listed, (after, _) = EffortList(asked, identity, as_of), place_of(asked.page_token, int)
    await listed.require_known(connections)

    async def shown(rows: list[Row]) -> Iterable[Entry[pb.Effort]]:
        return (written(row.says) for row in rows)

    async with connections.of(identity.tenant_id) as connection:
        cursor = connection.cursor(binary=True)
        page = await page_of(lambda place, limit: listed.found(cursor, place, limit), shown, asked.page_size or _PAGE, after, sieved=False)
        in_all = await listed.sum(cursor)
    return Listed(page, token_of(page.rest, ""), ()), in_all


async def list_comments(
    connections: Connections,
    identity: Identity,
    asked: pb.ListCommentsRequest,
    partitions: int,
    written: Callable[[CommentShown], pb.Comment],
) -> Listed:
    """A page of comments. Raises as `list_objectives` does."""
    listed = CommentList(asked, identity)

    async def changed(cursor: Cursor, _: Identity, since: Since) -> list[Id]:
        return await changed_since.comments_changed(cursor, identity, since, listed.on_id)

    async def seen(_: Cursor, __: Identity, ___: Since, ____: list[Id]) -> set[Id]:
        return set()  # what was written stays in the list

    key_type = str if asked.HasField("changed_since") else int
    return await _told(connections, listed, _as_said(written), _What(key_type, changed, seen, sieved=False), partitions)


def _as_said(written: Callable[[Any], M]) -> Callable[[Cursor, list[Row]], Awaitable[Iterable[Entry[M]]]]:
    """Shows rows that say all there is to show already, each as `written` says it."""

    async def shown(_: Cursor, rows: list[Row]) -> Iterable[Entry[M]]:
        return (written(row.says) for row in rows)

    return shown


class _What(NamedTuple):
    """What differs between the lists: how they are ordered, and how changes of what they hold are found."""

    key_type: Callable[[str], Key]
    changed: Callable[[Cursor, Identity, Since], Awaitable[list[Id]]]
    seen: Callable[[Cursor, Identity, Since, list[Id]], Awaitable[set[Id]]]
    """Of these things, those that the caller may see now, or could then."""
    sieved: bool
    """Whether what is found need not be in the list."""
    counted: Callable[[Cursor], Awaitable[Total]] | None = None
    """How many entries the list has; None: that is not counted."""


async def _told(
    connections: Connections,
    listed: L,
    shown: Callable[[Cursor, list[Row]], Awaitable[Iterable[Entry[M]]]],
    what: _What,
    partitions: int,
) -> Listed:
    asked, identity = listed.request, listed.identity
    async with connections.of(identity.tenant_id) as connection:
        cursor = connection.cursor(binary=True)
        await listed.require_known(cursor)
        beginning = await _beginning(cursor, identity, asked, partitions, what.key_type)
        if (since := beginning.since) is None:
            page = await page_of(
                lambda after, limit: listed.found(cursor, after, limit),
                lambda rows: shown(cursor, rows),
                asked.page_size or _PAGE,
                beginning.after,
                sieved=what.sieved,
            )
            total = None if what.counted is None else await what.counted(cursor)
            return _listed(page, beginning)._replace(total=total)

        async def entries(some: list[Id]) -> Mapping[Id, Entry[M]]:
            found = await replace(listed, only=some).found(cursor, None, len(some))
            return _by_thing(found, await shown(cursor, found))

        async def seen(some: list[Id]) -> set[Id]:
            return await what.seen(cursor, identity, since, some)

        return await _changed(await what.changed(cursor, identity, since), entries, seen, asked, beginning)


class _Beginning(NamedTuple):
    """Where a page begins."""

    after: Place | None
    positions: tuple[Position, ...]
    since: Since | None


async def _beginning(cursor: Cursor, identity: Identity, asked: _Asked, partitions: int, key_type: Callable[[str], Key]) -> _Beginning:
    """Raises Refused (INVALID)."""
    after, of_first_page = place_of(asked.page_token, key_type)
    if asked.page_token and not asked.HasField("changed_since"):
        return _Beginning(after, parse_positions(of_first_page), None)
    # Before anything else is looked at: what is told has seen as much, or more.
    taken = await positions_taken(cursor, identity)
    positions = parse_positions(of_first_page) if asked.page_token else taken
    if not asked.HasField("changed_since"):
        return _Beginning(after, positions, None)
    return _Beginning(after, positions, since_asked(asked, taken, partitions))


def _listed(page: Page[Any], beginning: _Beginning) -> Listed:
    return Listed(page, token_of(page.rest, positions_text(beginning.positions)), beginning.positions)


def _by_thing(rows: list[Row], entries: Iterable[Entry[M]]) -> Mapping[Id, Entry[M]]:
    return {row.thing: entry for row, entry in zip(rows, entries, strict=True)}


async def _changed(
    changed: list[Id],
    entries: Callable[[list[Id]], Awaitable[Mapping[Id, Entry[M]]]],
    seen: Callable[[list[Id]], Awaitable[set[Id]]],
    asked: _Asked,
    beginning: _Beginning,
) -> Listed:
    """A page of what has changed, in the order of ids: what is in the list now; and what is not, where that may be told, as gone."""

    async def found(after: Place | None, limit: int) -> list[Row]:
        rest = changed if after is None else [thing for thing in changed if thing > after.thing]
        return [Row(Place("", thing), thing) for thing in rest[:limit]]

    async def shown(rows: list[Row]) -> Iterable[Entry[M]]:
        things = [row.thing for row in rows]
        there = await entries(things) if things else {}
        missing = [thing for thing in things if there.get(thing) is None]
        gone = await seen(missing) if missing else set()
        return (there.get(thing) or (Gone.GONE if thing in gone else None) for thing in things)

    return _listed(await page_of(found, shown, asked.page_size or _PAGE, beginning.after, sieved=False), beginning)
