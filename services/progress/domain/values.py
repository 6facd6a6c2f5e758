"""The value of a key result where it is not simply what was said last: of parts, of what was a baseline, and of sums.

Source: formulas, Key results, rows parts, baseline and sum; Small print.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import fsum
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from chassis.days import Day
from chassis.ids import Id
from progress.domain.kpis import FeedingKpi
from progress.domain.measures import BINARY, MILESTONES
from progress.domain.points import At, Ends, Point

_WITHOUT_PARTS = frozenset({BINARY.number, MILESTONES.number})


class Said(NamedTuple):
    """A standing check-in with a value, of a part or of the key result as a whole."""

    part_id: Id | None  # None: of the whole
    value: float
    true_on: Day
    place: int  # within the day
    check_in_id: Id
    event_id: Id


class FedBy(NamedTuple):
    """A key result with a value that feeds a sum; of a sum again, with what that one's comes from."""

    home_id: Id
    key_result_id: Id
    fed_by: tuple[FedBy, ...]


class Further(NamedTuple):
    """What the value of few key results takes beside their own columns: the newest whole check-in and the newest of each part, of whom
    has parts at all; the same at the end of the day of its first target, of what was a baseline and was given no start; what feeds a sum.
    """

    said: Sequence[tuple[Any, ...]] | None
    owner_ids: Sequence[Id]
    owner_shares: Sequence[float | None]
    said_at_target: Sequence[tuple[Any, ...]] | None
    owner_ids_at_target: Sequence[Id] | None
    owner_shares_at_target: Sequence[float | None] | None
    feeds: Sequence[Id] | None
    parts: tuple[Said, ...] = ()  # that the value is the mean of
    coverage: float | None = None  # of a sum: the mean of its feeds'
    kpis: tuple[FeedingKpi, ...] = ()  # of a sum: those that feed it
    fed_by: tuple[FedBy, ...] = ()  # of a sum: the key results that its value comes from


class Value(NamedTuple):
    """A value, and the parts that it is the mean of, in the order of the owners; none: what a whole check-in said."""

    value: float
    of: tuple[Said, ...]
    newest: Said


def value_of(said: Iterable[Said], owners: Mapping[Id, float | None]) -> Value | None:
    """The mean of the parts of those who are owners, by their shares (None: 1), renormalised among those who have told theirs; parts
    that a later whole check-in has superseded do not count. Without any, the newest whole check-in. Source: formulas, row parts.
    """
    in_order = sorted(said, key=lambda one: (one.true_on, one.place))
    whole = max((n for n, one in enumerate(in_order) if one.part_id is None), default=None)
    parts = [one for one in in_order[0 if whole is None else whole + 1 :] if one.part_id in owners]
    shares = {one.part_id: 1.0 if (share := owners[one.part_id]) is None else share for one in parts if one.part_id is not None}
    counting = tuple(one for one in parts if one.part_id is not None and shares[one.part_id] > 0.0)
    if counting:
        weighted = [(as_typed(shares[one.part_id]), as_typed(one.value)) for one in counting if one.part_id is not None]
        mean = sum(share * value for share, value in weighted) / sum(share for share, _ in weighted)
        places = {owner: place for place, owner in enumerate(owners)}
        return Value(float(mean), tuple(sorted(counting, key=lambda one: places[one.part_id or b""])), counting[-1])
    return None if whole is None else Value(in_order[whole].value, (), in_order[whole])


def as_typed(number: float) -> Fraction:
    """The decimal figure that somebody typed: of these, 0.1 and 0.2 are 0.3, so that what has reached its target has done so exactly."""
    return Fraction(repr(float(number)))


class Resolvable(Protocol):
    """What is needed of a key result."""

    @property
    def key_result_id(self) -> Id: ...
    @property
    def objective_id(self) -> Id: ...
    @property
    def measure(self) -> int: ...
    @property
    def start(self) -> float | None: ...
    @property
    def value(self) -> float | None: ...
    @property
    def cancelled(self) -> bool: ...
    @property
    def further(self) -> Sequence[Any] | None: ...


R = TypeVar("R", bound=Resolvable)


def resolved(key_result: R) -> R:
    """A key result with its value of parts, and with the start of what was a baseline."""
    if key_result.further is None:
        return key_result
    row: Any = key_result
    further = Further(*key_result.further)
    changes: dict[str, Any] = {}
    if further.said is not None and key_result.measure not in _WITHOUT_PARTS:
        found = value_of(map(Said._make, further.said), _owners(further.owner_ids, further.owner_shares))
        further = further._replace(parts=() if found is None else found.of)
        changes |= _as_found(row, found)
    if key_result.start is None and further.said_at_target:
        owners = _owners(further.owner_ids_at_target or (), further.owner_shares_at_target or ())
        start = value_of(map(Said._make, further.said_at_target), owners)
        changes["start"] = None if start is None else start.value
    resolved_row: R = row._replace(**changes, further=further)
    return resolved_row


def _owners(ids: Sequence[Id], shares: Sequence[float | None]) -> dict[Id, float | None]:
    return dict(zip(ids, shares, strict=True))


def _as_found(row: Any, found: Value | None) -> dict[str, Any]:
    newest = None if found is None else found.newest
    changes: dict[str, Any] = {"value": None if found is None else found.value}
    if hasattr(row, "as_of"):
        changes |= {
            "as_of": None if newest is None else newest.true_on,
            "check_in_id": None if newest is None else newest.check_in_id,
            "check_in_event_id": None if newest is None else newest.event_id,
        }
    return changes


def is_sum(key_result: Resolvable) -> bool:
    """Whether its value is that of what feeds it."""
    return key_result.further is not None and Further(*key_result.further).feeds is not None


class Homed(Protocol):
    """What is needed of an objective."""

    @property
    def state(self) -> int: ...


class Found(Protocol):
    """What holds at points, for sums: see `evaluation.Elsewhere`."""

    async def ends(self, objective_ids: Collection[Id]) -> Ends: ...
    async def objectives(self, at: Collection[At]) -> Mapping[At, Any]: ...
    async def key_results(self, at: Collection[At]) -> Mapping[At, Any]: ...
    async def kpis(self, at: Collection[At]) -> Mapping[At, FeedingKpi]: ...


class Feed(NamedTuple):
    """A key result that feeds a sum: where it is looked at from there, and whether it counts."""

    at: At
    home: Id
    counts: bool


class Sums(Generic[R]):
    """The sums of a tree, each at the point where it is looked at, with whatever feeds them, level by level."""

    def __init__(self, found: Found, counting: Collection[int], rows: Mapping[At, R]) -> None:
        """`counting` are the states of a home in which its key results count for others; `rows` are those that are known, resolved."""
        self._found, self._counting = found, counting
        self._rows: dict[At, R] = dict(rows)
        self._feeds: dict[At, list[Feed]] = {}
        self._kpis: dict[At, tuple[FeedingKpi, ...]] = {}  # by sum
        self._ends, self._ends_known = Ends(), set[Id]()
        self._done: dict[At, R] = {}

    async def added_up(self, sums: Iterable[At]) -> dict[At, R]:
        """These sums, with their values and coverages."""
        wanted = list(sums)
        level = [at for at in wanted if at not in self._feeds]
        while level:
            level = await self._learn_feeds(level)
        return {at: self._summed(at, frozenset()) for at in wanted}

    async def _learn_feeds(self, level: Sequence[At]) -> list[At]:
        """What feeds the sums of a level; answers those among it that are sums themselves."""
        seen = {at: [(feed, at[1]) for feed in Further(*(self._rows[at].further or ())).feeds or ()] for at in level}
        await self._learn({at for feeds in seen.values() for at in feeds})
        others = {at for feeds in seen.values() for at in feeds if at not in self._rows}
        kpis = await self._found.kpis(others) if others else {}
        self._kpis |= {at: tuple(kpis[feed] for feed in feeds if feed in kpis) for at, feeds in seen.items()}
        homes = {at: self._rows[at].objective_id for feeds in seen.values() for at in feeds if at in self._rows}
        if unknown := set(homes.values()) - self._ends_known:
            self._ends.include(await self._found.ends(unknown))
            self._ends_known |= unknown
        cut = {at: (at[0], self._ends.cut(at[1], home, at[0])) for at, home in homes.items()}
        await self._learn(cut.values())
        places = {(home, cut[at][1]) for at, home in homes.items()}
        objectives = await self._found.objectives(places) if places else {}
        for at, feeds in seen.items():
            own_home = self._rows[at].objective_id
            self._feeds[at] = [
                Feed(cut[feed], homes[feed], self._counts(cut[feed], homes[feed], own_home, objectives.get((homes[feed], cut[feed][1]))))
                for feed in feeds
                if feed in cut and cut[feed] in self._rows
            ]
        below = dict.fromkeys(feed.at for at in level for feed in self._feeds[at])
        return [at for at in below if at not in self._feeds and is_sum(self._rows[at])]

    async def _learn(self, at: Iterable[At]) -> None:
        if unknown := set(at) - self._rows.keys():
            self._rows |= {where: resolved(row) for where, row in (await self._found.key_results(unknown)).items()}

    def _counts(self, at: At, home: Id, home_of_sum: Id, objective: Homed | None) -> bool:
        """Whether it feeds: not what was cancelled, and elsewhere than at home not what is of a draft, or of what was cancelled."""
        return not self._rows[at].cancelled and (home == home_of_sum or (objective is not None and objective.state in self._counting))

    def _summed(self, at: At, above: frozenset[Id]) -> R:
        """A loop, which goals refuses, adds nothing."""
        if at in self._done:
            return self._done[at]
        row: Any = self._rows[at]
        within = above | {at[0]}
        fed: list[tuple[Feed, R]] = []
        for feed in self._feeds.get(at, ()):
            if feed.counts and feed.at[0] not in within:
                its = self._rows[feed.at]
                fed.append((feed, self._summed(feed.at, within) if is_sum(its) else its))
        kpis = self._kpis.get(at, ())
        coverages = [*(coverage_of(its) for _, its in fed), *(0.0 if kpi.value is None else 1.0 for kpi in kpis)]
        coverage = fsum(coverages) / len(coverages) if coverages else 0.0
        of_feeds = [*(its.value for _, its in fed), *(kpi.value for kpi in kpis)]
        value = float(sum(as_typed(its) for its in of_feeds if its is not None)) if coverage > 0.0 else None
        further = Further(*row.further)._replace(coverage=coverage, fed_by=tuple(_fed_by(fed)), kpis=kpis)
        summed: R = row._replace(value=value, further=further)
        self._done[at] = summed
        return summed


def _fed_by(fed: Iterable[tuple[Feed, Any]]) -> Iterator[FedBy]:
    for feed, its in fed:
        if its.value is not None:  # else it adds nothing
            yield FedBy(feed.home, feed.at[0], fed_by(its))


def coverage_of(key_result: Resolvable) -> float:
    """Of a feed: with a value 1, without 0, a sum its own. Source: formulas, row sum."""
    if key_result.further is not None and (coverage := Further(*key_result.further).coverage) is not None:
        return coverage
    return 0.0 if key_result.value is None else 1.0


def fed_by(key_result: Resolvable) -> tuple[FedBy, ...]:
    """The key results that the value of a sum comes from; of every other nothing."""
    return () if key_result.further is None else Further(*key_result.further).fed_by


def kpis_of(key_result: Resolvable) -> tuple[FeedingKpi, ...]:
    """The KPIs that feed a sum; of every other nothing."""
    return () if key_result.further is None else Further(*key_result.further).kpis


def points_of(rows: Iterable[R], point: Point) -> dict[At, R]:
    """Key results of a tree, by where they are looked at."""
    return {(row.key_result_id, point): row for row in rows}
