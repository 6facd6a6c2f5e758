"""What several objectives come to together, as equals, as somebody is told it: of a team, of a cycle. Source: formulas, Others; hidden."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import fsum
from typing import NamedTuple

from chassis.ids import Id


class Part(NamedTuple):
    """A number that counts in a mean, as somebody may know of it."""

    number: float | None  # None: it does not count
    cycle_id: Id  # of its objective
    unknown: bool  # they may not know of the objective, or not of its number
    partly_hidden: bool  # something counts for it that they may not know of


class Mean(NamedTuple):
    """A mean, as somebody is told it."""

    figure: float | None  # None: nothing counts, or it is not told
    hidden: bool  # something counts that they may not know of


def mean_told(parts: Iterable[Part]) -> Mean:
    """The mean of those that count, as equals. It is not told where exactly one that counts is unknown to whoever asks.

    Nor where of one cycle exactly one is: the mean of that cycle and the mean of all could be held against each other.
    """
    counted = [part for part in parts if part.number is not None]
    unknown = Counter(part.cycle_id for part in counted if part.unknown)
    hidden = bool(unknown) or any(part.partly_hidden for part in counted)
    if not counted or 1 in unknown.values():
        return Mean(None, hidden)
    return Mean(fsum(part.number for part in counted if part.number is not None) / len(counted), hidden)
