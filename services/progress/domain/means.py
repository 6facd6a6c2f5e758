"""What several objectives come to together, as equals, as somebody is told it: of a team, of a cycle. Source: formulas, Others; hidden."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from math import fsum
from typing import NamedTuple

from chassis.ids import Id


class Part(NamedTuple):
    """A number that counts in a mean, as somebody may know of it."""

    number: float | None  # None: it does not count
    cycle_id: Id  # of its objective
    unknown: Hashable | None  # the hidden thing that it would tell: itself, or the only one that counts for it; None: it is told
    partly_hidden: bool  # something counts for it that they may not know of


class Mean(NamedTuple):
    """A mean, as somebody is told it."""

    figure: float | None  # None: nothing counts, or it is not told
    hidden: bool  # something counts that they may not know of


def mean_told(parts: Iterable[Part]) -> Mean:
    """The mean of those that count, as equals. It is not told where exactly one hidden thing counts, be it by several numbers.

    Nor where of one cycle exactly one does: the mean of that cycle and the mean of all could be held against each other.
    """
    counted = [part for part in parts if part.number is not None]
    unknown: dict[Id, set[Hashable]] = {}
    for part in counted:
        if part.unknown is not None:
            unknown.setdefault(part.cycle_id, set()).add(part.unknown)
    hidden = bool(unknown) or any(part.partly_hidden for part in counted)
    if not counted or any(len(of_cycle) == 1 for of_cycle in unknown.values()):
        return Mean(None, hidden)
    return Mean(fsum(part.number for part in counted if part.number is not None) / len(counted), hidden)
