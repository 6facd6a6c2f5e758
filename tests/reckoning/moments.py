"""The day and the instant at which a thing is looked at, and how ends cut them (formulas.md, Which fact holds: Ended)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tests.reckoning.organisation import NOW, Instant, KeyResult, Objective, Organisation, State, Turn


@dataclass(frozen=True)
class Moment:
    """T and K: the day that is asked for, and the instant up to which is known what ended and what was reopened."""

    day: date
    known: Instant = NOW

    def cut_by(self, end: Turn | None) -> Moment:
        """(min(T, d), min(K, e)), formulas.md, Ended."""
        return self if end is None else Moment(min(self.day, end.day), min(self.known, end.at))


def end_of(turns: Sequence[Turn], known: Instant) -> Turn | None:
    """The end that stands: none where it is not known yet, or where a reopening is known ("that end is none on any day")."""
    known_turns = [turn for turn in sorted(turns, key=lambda turn: turn.at) if turn.at <= known]
    return known_turns[-1] if known_turns and known_turns[-1].state != "active" else None


def has_ended(thing: Objective | KeyResult, moment: Moment) -> bool:
    end = end_of(thing.turns, moment.known)
    return end is not None and end.day <= moment.day


def state_of(objective: Objective, moment: Moment) -> State:
    """The state of an objective; what was cancelled is so from its day on (formulas.md, drafts, cancelled)."""
    end = end_of(objective.turns, moment.known)
    if end is not None and end.day <= moment.day:
        return end.state
    return "draft" if moment.day < objective.active_from else "active"


def of_objective(objective: Objective, seen_at: Moment) -> Moment:
    """At what day and instant an objective, and all that its number comes from, is evaluated."""
    return seen_at.cut_by(end_of(objective.turns, seen_at.known))


def home_of(organisation: Organisation, key_result: KeyResult, day: date) -> Objective:
    """The objective that a key result belongs to (formulas.md, Small print: home)."""
    return organisation.objectives[key_result.home.on(day)]


def of_key_result(organisation: Organisation, key_result: KeyResult, seen_at: Moment) -> Moment:
    """The earliest of T, the end of what it is seen from (in `seen_at` already), its own `cancelled_on` and its home's end."""
    home = home_of(organisation, key_result, seen_at.day)
    return seen_at.cut_by(end_of(key_result.turns, seen_at.known)).cut_by(end_of(home.turns, seen_at.known))
