"""What somebody is told of numbers that are made of what they may not know of. Source: docs/domain.md, "What is hidden"."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chassis.ids import Id
from progress.domain.evaluation import Evaluated, objective_of
from progress.domain.roll_up import RollUp
from progress.domain.tree import Kr, Obj
from progress.domain.values import FedBy, fed_by


@dataclass(frozen=True, slots=True)
class Hidden:
    """Of objectives and sums: whose numbers somebody is told how."""

    partly: Collection[Id] = frozenset()  # something hidden counts
    only: Mapping[Id, Hashable] = field(default_factory=dict)  # the one unknown thing that counts, of those of whom it is exactly one

    @property
    def withheld(self) -> Collection[Id]:
        """Whose numbers are not told: they would tell that of exactly one hidden thing."""
        return self.only.keys()


NOTHING_HIDDEN = Hidden()


@dataclass(frozen=True, slots=True)
class Counted:
    """What the numbers of a tree come from that somebody may not know of."""

    children: Mapping[Any, Sequence[Hashable]]  # as `RolledUp.counted`: children before parents
    sums: Mapping[Id, tuple[FedBy, ...]] = field(default_factory=dict)  # by key result
    own_sums: Mapping[Id, Sequence[Id]] = field(default_factory=dict)  # by objective: those that count for its own number

    def objective_ids(self) -> set[Id]:
        """Of whatever counts."""
        return {objective_of(child) for children in self.children.values() for child in children} | {
            home for feeds in self.sums.values() for home in _homes(feeds)
        }


def counted_in(evaluated: Evaluated[Obj, Kr]) -> Counted:
    """What the numbers of a tree come from: children, and what feeds the sums that count, whose weight is not 0."""
    sums = {i: feeding for i, k in evaluated.tree.key_results.items() if (feeding := fed_by(k))}
    if not sums:
        return Counted(evaluated.counted)
    own: dict[Id, list[Id]] = {}
    for i, seen in evaluated.tree.counting.items():
        if i in evaluated.counted and evaluated.tree.objectives[i].roll_up == RollUp.CHILDREN:
            continue  # its children speak for it
        apart = evaluated.apart.get(i, {})
        for k in seen:
            its = apart.get(k.key_result_id)
            if k.key_result_id in sums and k.weight > 0.0 and (not k.cancelled if its is None else its.counts):
                own.setdefault(i, []).append(k.key_result_id)
    return Counted(evaluated.counted, sums, own)


def hidden_from(visible: Collection[Id], counted: Counted) -> Hidden:
    """What is hidden from whoever may know of the `visible` objectives alone.

    A number that is withheld is as unknown to them as the one hidden thing that it would tell: counted beside that, or beside another
    number that would tell the same, there is one unknown still, and not two.
    """
    partly, only = set[Hashable](), dict[Hashable, Hashable]()

    def note(node: Hashable, unknown: Collection[Hashable], *, more: bool) -> None:
        if unknown or more:
            partly.add(node)
        if len(unknown) == 1:
            (only[node],) = unknown

    for i, feeds in counted.sums.items():
        note(i, _unknown_feeds(visible, feeds), more=any(home not in visible for home in _homes(feeds)))
    for i in counted.own_sums.keys() - counted.children.keys():
        note(i, _tell_of_one(counted.own_sums[i], only), more=not partly.isdisjoint(counted.own_sums[i]))
    for node, children in counted.children.items():
        own = counted.own_sums.get(objective_of(node), ())
        seen = [child if child in counted.children else objective_of(child) for child in children if objective_of(child) in visible]
        unknown = {child for child in children if objective_of(child) not in visible} | _tell_of_one((*seen, *own), only)
        note(node, unknown, more=not partly.isdisjoint((*seen, *own)))
    return Hidden({objective_of(node) for node in partly}, {objective_of(node): one for node, one in only.items()})


def _tell_of_one(numbers: Iterable[Hashable], only: Mapping[Hashable, Hashable]) -> set[Hashable]:
    """The hidden things that some numbers would tell, of those that would tell of exactly one."""
    return {only[number] for number in numbers if number in only}


def _unknown_feeds(visible: Collection[Id], feeds: Iterable[FedBy]) -> set[Hashable]:
    """What of a sum is unknown: feeds of hidden objectives, and the one thing that a sum among the others would tell."""
    unknown = set[Hashable]()
    for feed in feeds:
        if feed.home_id not in visible:
            unknown.add((feed.home_id, feed.key_result_id))
        elif len(within := _unknown_feeds(visible, feed.fed_by)) == 1:
            unknown |= within
    return unknown


def _homes(feeds: Iterable[FedBy]) -> Iterator[Id]:
    for feed in feeds:
        yield feed.home_id
        yield from _homes(feed.fed_by)
