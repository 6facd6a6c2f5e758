"""What feeds each sum of a tenant: one stream a tenant, so that sums cannot form a loop, also through others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from google.protobuf.message import Message

from cairn.goals.v1.events_pb2 import SumFed
from chassis.days import Day
from chassis.errors import Refused, invalid
from chassis.ids import Id, id_of_name
from shared.holding import SINCE_EVER, day_of
from shared.limits import MOST_SUMS_IN_A_CHAIN

Feeds = tuple[Id, ...]
Dated = tuple[tuple[Day, Feeds], ...]
"""From which day on something is fed by what, in the order in which it was said."""


@dataclass(slots=True)
class Sums:
    """Folded from the events of one tenant."""

    feeds: dict[Id, Dated] = field(default_factory=dict)  # by sum


def apply(sums: Sums, event: Message) -> None:
    """Folds one event. Raises TypeError for another than what feeds a sum."""
    if not isinstance(event, SumFed):
        raise TypeError(f"{type(event).__name__} is no event of sums")
    said = sums.feeds.get(event.key_result_id, ())
    sums.feeds[event.key_result_id] = (*said, (day_of(event), tuple(event.feeds)))


def copy(sums: Sums) -> Sums:
    """An independent copy."""
    return Sums(dict(sums.feeds))


def sums_id(tenant_id: Id) -> Id:
    """The aggregate that holds what feeds a tenant's sums."""
    return id_of_name(tenant_id, "sums")


def feed(sums: Sums, objective_id: Id, key_result_id: Id, feeds: Sequence[Id], holds_from: Day) -> list[SumFed]:
    """Let these key results and KPIs feed a sum from a day on; nothing where nothing feeds it and nothing did.

    Raises Refused: SUM_LOOP when it would come to feed itself on any day, be it through others, and SUM_TOO_DEEP.
    """
    if not feeds and key_result_id not in sums.feeds:
        return []
    said: dict[Id, Dated] = {**sums.feeds, key_result_id: (*sums.feeds.get(key_result_id, ()), (holds_from, tuple(feeds)))}
    days = {holds_from, *(day for dated in said.values() for day, _ in dated if day > holds_from)}
    if any(_feeds_itself(said, key_result_id, day) for day in days):
        raise invalid("feeds", "a sum must not feed itself, neither directly nor through other sums", "SUM_LOOP")
    if any(_height(said, day) > MOST_SUMS_IN_A_CHAIN for day in days):
        raise invalid("feeds", f"at most {MOST_SUMS_IN_A_CHAIN} sums stand one upon another", "SUM_TOO_DEEP")
    return [SumFed(objective_id=objective_id, key_result_id=key_result_id, feeds=feeds, holds_from=holds_from)]


def _feeds_itself(said: dict[Id, Dated], key_result_id: Id, day: Day) -> bool:
    seen: set[Id] = set()
    waiting = list(_feeds_on(said, key_result_id, day))
    while waiting:
        one = waiting.pop()
        if one == key_result_id:
            return True
        if one not in seen:
            seen.add(one)
            waiting += _feeds_on(said, one, day)
    return False


def _height(said: dict[Id, Dated], day: Day) -> int:
    """How many sums stand one upon another at most. There is no loop."""
    level, height = {i for i in said if _feeds_on(said, i, day)}, 0
    while level and height <= MOST_SUMS_IN_A_CHAIN:
        level = {feed for i in level for feed in _feeds_on(said, i, day) if _feeds_on(said, feed, day)}
        height += 1
    return height


def _feeds_on(said: dict[Id, Dated], key_result_id: Id, day: Day) -> Feeds:
    """What feeds it on a day: of what was said, that from the latest day on, and of one day what was said last."""
    since: Day = SINCE_EVER
    feeds: Feeds = ()
    for from_day, fed_by in said.get(key_result_id, ()):
        if since <= from_day <= day:
            since, feeds = from_day, fed_by
    return feeds


def require_not_feeding(sums: Sums, feed_id: Id) -> None:
    """Raises Refused (FEEDS_A_SUM) where a key result or a KPI feeds a sum, or is fed by others: its unit is theirs."""
    fed = any(feed_id in feeds for feeds in _all_feeds(sums)) or any(feeds for _, feeds in sums.feeds.get(feed_id, ()))
    if fed:
        raise Refused("FEEDS_A_SUM", "it feeds a sum, or is one that is fed: its unit is that of all of them, and stays", field="unit")


def _all_feeds(sums: Sums) -> Iterable[Feeds]:
    return (feeds for dated in sums.feeds.values() for _, feeds in dated)
