"""A tenant's settings: what each is called, what it says, what may be said of it, and what holds where nothing was said.

A value is a text, as the tables of an import have it; `read` gives what it means. Every service reads them by these declarations.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Generic, Literal, TypeVar, cast

from chassis.days import is_zone

V = TypeVar("V")

Cadence = Literal["weekly", "two-weekly", "monthly", "quarterly", "none"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Visibility = Literal["company", "team", "private"]

CADENCES: Final[Sequence[Cadence]] = ("weekly", "two-weekly", "monthly", "quarterly", "none")
WEEKDAYS: Final[Sequence[Weekday]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
VISIBILITIES: Final[Sequence[Visibility]] = ("company", "team", "private")

MOST_STEPS: Final = 400
"""Shares of a default pace: more than one a day of a year is none that somebody has in mind."""


@dataclass(frozen=True, slots=True)
class Setting(Generic[V]):
    """One setting."""

    name: str
    default: str
    form: str
    """How a value is written."""
    sentence: str
    """What it says, to whoever reads the list of them."""
    read: Callable[[str], V]
    """What a value means. Raises ValueError, with a sentence, for what is none."""
    unknown: str = "INVALID_ARGUMENT"
    """The reason of the refusal of what is no value of it."""

    def canonical(self, value: str) -> str:
        """A value as it is kept: without spaces around it, and words in small letters where case means nothing. Raises ValueError."""
        said = value.strip()
        self.read(said)
        return _WRITTEN.get(said.lower(), said.lower()) if self.name not in _AS_TYPED else said


def _one_of(words: Sequence[str]) -> Callable[[str], str]:
    def read(value: str) -> str:
        word = value.lower()
        if word not in words:
            raise ValueError(f"{value[:40]!r} is none of {', '.join(words)}")
        return word

    return read


def _shares(value: str) -> tuple[float, ...]:
    shares = []
    for item in value.split(";"):
        try:
            share = float(item)
        except ValueError:
            raise ValueError(f"{item.strip()[:40]!r} is no number; numbers are parted by semicolons, as in 0.10;0.25") from None
        if not (math.isfinite(share) and 0.0 <= share <= 1.0):
            raise ValueError(f"{item.strip()[:40]!r} is no share; a share lies from 0 to 1")
        shares.append(share)
    return tuple(shares)


def _rising_pair(value: str) -> tuple[float, float]:
    shares = _shares(value)
    if len(shares) != 2:
        raise ValueError(f"these are {len(shares)} numbers; there are two, the lower one first, as in 0.10;0.25")
    first, second = shares
    if first > second:
        raise ValueError(f"{first:g} lies above {second:g}; the lower one comes first")
    return first, second


STRAIGHT: Final = (0.0, 1.0)
"""The curve of a pace that is the same on every day."""


def _curve(value: str) -> tuple[float, ...]:
    if value.lower() == "straight":
        return STRAIGHT
    shares = _shares(value)
    if not 2 <= len(shares) <= MOST_STEPS:
        raise ValueError(f"these are {len(shares)} shares; a pace has 2 to {MOST_STEPS}, those of the first and of the last day among them")
    if (shares[0], shares[-1]) != STRAIGHT:
        raise ValueError("a pace begins at 0 and ends at 1, as in 0;0.2;0.6;1")
    if any(later < earlier for earlier, later in pairwise(shares)):
        raise ValueError("the shares of a pace do not fall")
    return shares


_OF_THE_MACHINE: Final = frozenset({"localtime", "posixrules", "Factory"})
"""Files among those of time zones that are no zones: what they say differs from machine to machine, or is nothing."""


def _zone(value: str) -> str:
    if not is_zone(value) or value in _OF_THE_MACHINE or value.startswith(("posix/", "right/")):
        raise ValueError(f"{value[:64]!r} is no time zone that is known here; one looks like Europe/Zurich")
    return value


_ON: Final = ("on", "true", "yes")
_OFF: Final = ("off", "false", "no")
_WRITTEN: Final = dict.fromkeys(_ON, "on") | dict.fromkeys(_OFF, "off")
_AS_TYPED: Final = frozenset({"time_zone"})


def _on_or_off(value: str) -> bool:
    if value.lower() not in (*_ON, *_OFF):
        raise ValueError(f"{value[:40]!r} is neither on nor off")
    return value.lower() in _ON


TIME_ZONE: Final = Setting(
    "time_zone", "UTC", "an IANA name, as Europe/Zurich", "Where the days of the tenant begin and turn.", _zone, "TIME_ZONE_UNKNOWN"
)
BOUNDS: Final = Setting(
    "bounds",
    "0.10;0.25",
    "two shares, the lower one first",
    "How far progress may lie behind the expected pace: up to the first on track, up to the second behind, above it at risk.",
    _rising_pair,
)
BANDS: Final = Setting(
    "bands",
    "0.4;0.7",
    "two grades, the lower one first",
    "The bands of grades: below the first red, below the second yellow, else green.",
    _rising_pair,
)
CADENCE: Final = Setting(
    "cadence",
    "weekly",
    ", ".join(CADENCES),
    "How often check-ins are due; nothing heard for more than two cadences is stale. A cycle may have one of its own.",
    _one_of(CADENCES),
)
WEEKDAY: Final = Setting(
    "weekday",
    "mon",
    ", ".join(WEEKDAYS),
    "The weekday on which people are to be asked for check-ins, which are due until the end of their period. A cycle may have its own.",
    _one_of(WEEKDAYS),
)
DEFAULT_PACE: Final = Setting(
    "default_pace",
    "straight",
    "straight, or shares at equal steps of the span, both ends included",
    "The expected pace of everything that has no plan of its own.",
    _curve,
)
DEFAULT_VISIBILITY: Final = Setting(
    "default_visibility",
    "company",
    ", ".join(VISIBILITIES),
    "Who sees a new objective of which nothing else is said.",
    _one_of(VISIBILITIES),
)
APPROVAL: Final = Setting("approval", "off", "on or off", "Whether an objective is approved before it becomes active.", _on_or_off)
TWO_TO_FIVE: Final = Setting(
    "two_to_five", "off", "on or off", "Whether an objective needs two to five key results to become active.", _on_or_off
)

SETTINGS: Final[Mapping[str, Setting[object]]] = {
    setting.name: cast("Setting[object]", setting)
    for setting in (TIME_ZONE, BOUNDS, BANDS, CADENCE, WEEKDAY, DEFAULT_PACE, DEFAULT_VISIBILITY, APPROVAL, TWO_TO_FIVE)
}
"""All of them, by name, in the order in which they are shown."""

TRAVELLING: Final = frozenset(setting.name for setting in (TIME_ZONE, DEFAULT_VISIBILITY, APPROVAL, TWO_TO_FIVE))
"""Those that commands need: they travel with whoever calls."""
