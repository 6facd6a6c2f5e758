"""Means, and how they are shown (formulas.md, row weight; Pace and status, Shown)."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Final

_SIX_DIGITS: Final = 10**6
EPSILON: Final = Fraction(1, 10**9)


def mean(weighted: Iterable[tuple[Fraction, Fraction]]) -> Fraction | None:
    """Σ w x / Σ w of pairs (w, x); any mean whose weights sum to 0 is `null`."""
    pairs = list(weighted)
    weights = sum((weight for weight, _ in pairs), Fraction(0))
    return sum((weight * figure for weight, figure in pairs), Fraction(0)) / weights if weights else None


def clamp(progress: Fraction) -> Fraction:
    """Clamped to 0..1 where it is rolled up or shown as a percentage."""
    return min(max(progress, Fraction(0)), Fraction(1))


def six_digits(figure: Fraction | None) -> float | None:
    """JSON: half up by magnitude, but never 1 below 1, nor 0 above 0, for every share and mean."""
    if figure is None:
        return None
    magnitude = abs(figure)
    rounded = int(magnitude * _SIX_DIGITS + Fraction(1, 2))
    if magnitude < 1:
        rounded = min(rounded, _SIX_DIGITS - 1)
    if magnitude > 0:
        rounded = max(rounded, 1)
    shown = Fraction(rounded, _SIX_DIGITS)
    return float(-shown if figure < 0 else shown)


def as_said(figure: Fraction | None) -> float | None:
    """A number that somebody said, as it was said."""
    return None if figure is None else float(figure)
