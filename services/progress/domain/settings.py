"""What a tenant has settled, as far as numbers need it, at any point of both time axes. Source: formulas; `shared.settings`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from chassis.days import Day, Microseconds
from chassis.ids import Id
from progress.domain.points import Point
from shared.settings import BANDS, BOUNDS, CADENCE, DEFAULT_PACE

HAIR: Final = 1e-9
"""What may lack to a bound: 0.8 − 0.7 is 0.1000…9 in binary, a mean of 0.6 and 0.8 may be 0.6999…9, and bounds are decimal figures."""


class Settings(NamedTuple):
    """What holds on a day."""

    bounds: tuple[float, float]
    """How far progress may lie behind: on track up to the first, behind up to the second."""
    bands: tuple[float, float]
    """Of grades: below the first red, below the second yellow."""
    cadence: str
    pace: tuple[float, ...]
    """Shares at equal steps of a span, both ends included."""
    said: Mapping[str, str]
    """Of every setting that was said: what it says."""


def cadence_of_cycle(cycle_id: Id) -> str:
    """Under which name it is said how often check-ins are due in a cycle, since it was said anew; empty: as its tenant has it.

    It is said of the whole cycle, whose periods are counted by one cadence, so it holds since ever; what was known before stays so.
    """
    return f"{CADENCE.name} of {cycle_id.hex()}"


class Said(NamedTuple):
    """That a setting says something from a day on, known from an instant on."""

    setting: str
    value: str
    holds_from: Day
    known_from: Microseconds


def _settings(said: Mapping[str, str]) -> Settings:
    return Settings(
        bounds=BOUNDS.read(said.get(BOUNDS.name, BOUNDS.default)),
        bands=BANDS.read(said.get(BANDS.name, BANDS.default)),
        cadence=CADENCE.read(said.get(CADENCE.name, CADENCE.default)),
        pace=DEFAULT_PACE.read(said.get(DEFAULT_PACE.name, DEFAULT_PACE.default)),
        said=said,
    )


DEFAULTS: Final = _settings({})
"""What holds where nothing was said."""


class SettingsInTime:
    """The settings of a tenant on any day, as they were known at any instant; and the cadences of its cycles that have one."""

    def __init__(self, said: Iterable[Said] = (), cadences: Mapping[Id, str] | None = None) -> None:
        """`said` in the order of the log; `cadences` are those that cycles were defined with."""
        self._said: Final = tuple(said)
        self._cadences: Final = cadences or {}
        self._at: Final[dict[Point, Settings]] = {}

    def at(self, point: Point) -> Settings:
        """What holds at a point: of what was said of days up to it, that of the latest day, and of that day what was said last."""
        if not self._said:
            return DEFAULTS
        if (found := self._at.get(point)) is None:
            known = [s for s in self._said if s.holds_from <= point.true_on and s.known_from <= point.known_at]
            in_their_order = sorted(known, key=lambda s: s.holds_from)  # stable: of one day, in the order of the log
            found = self._at[point] = _settings({s.setting: s.value for s in in_their_order})
        return found

    def cadence_of(self, cycle_id: Id, settings: Settings) -> str:
        """How often check-ins are due in a cycle: as it says itself, else as its tenant does."""
        said = settings.said.get(cadence_of_cycle(cycle_id))
        return (self._cadences.get(cycle_id) if said is None else said) or settings.cadence


NOTHING_SETTLED: Final = SettingsInTime()
"""Of a tenant that has changed no setting."""
