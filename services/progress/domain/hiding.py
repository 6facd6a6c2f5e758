"""What somebody is told of numbers that are made of what they may not know of. Source: docs/domain.md, "What is hidden"."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import Any, NamedTuple

from chassis.ids import Id
from progress.domain.evaluation import objective_of


class Hidden(NamedTuple):
    """Of objectives: whose numbers somebody is told how."""

    partly: Collection[Id] = frozenset()  # something hidden counts
    withheld: Collection[Id] = frozenset()  # their numbers are not told: they would tell that of exactly one hidden objective


NOTHING_HIDDEN = Hidden()


def hidden_from(visible: Collection[Id], counted: Mapping[Any, Sequence[Hashable]]) -> Hidden:
    """What is hidden from whoever may know of the `visible` objectives alone; `counted` is that of a roll-up, children before parents.

    A number that is withheld is as unknown to them as one of an objective that they may not know of: it could be had from its parent's.
    """
    partly, withheld = set[Hashable](), set[Hashable]()
    for node, children in counted.items():
        unknown = {child for child in children if child in withheld or objective_of(child) not in visible}
        if unknown or not partly.isdisjoint(children):
            partly.add(node)
        if len(unknown) == 1:
            withheld.add(node)
    return Hidden({objective_of(node) for node in partly}, {objective_of(node) for node in withheld})


def with_feeds(
    counted: Mapping[Any, Sequence[Hashable]], sums: Mapping[Id, Collection[tuple[Id, Id]]], counting: Mapping[Id, Collection[Id]]
) -> dict[Any, list[Hashable]]:
    """What counts for objectives, with what feeds the sums that count for them: `counting` are the key results of each objective.

    A feed stands there as its home and itself, and a sum for itself, too: its value may tell that of what feeds it.
    """
    of_objectives = {i: [feed for k in key_results if k in sums for feed in sums[k]] for i, key_results in counting.items()}
    fed = {i: feeds for i, feeds in of_objectives.items() if feeds}
    first: dict[Any, list[Hashable]] = {i: list(feeds) for i, feeds in [*sums.items(), *fed.items()] if i not in counted}
    return first | {node: [*children, *fed.get(node, ())] for node, children in counted.items()}
