"""The numbers of a small history, worked out slowly and plainly, from the rules alone: nothing of progress is used or imitated here.

The rules are those of docs/domain.md. T is the day that is asked about, K the instant up to which things are known. Every fact names the
instant at which it was recorded (`at`); facts stand in the order of their recording.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

EVER = -(10**9)


@dataclass(frozen=True)
class Fact:
    """Something that was recorded."""

    what: str  # objective, activate, close, cancel, revise, align, key_result, share, unshare, check_in, correct, retract, grade
    at: int
    about: str
    day: int = EVER  # from which on it holds, or of which it is true
    says: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What an objective's number comes to."""

    progress: float | None
    raw: float | None
    not_started: float | None  # share of the key results that count
    grade: float | None
    status: str


class Oracle:
    """Answers about a history."""

    def __init__(self, facts: list[Fact]) -> None:
        self.facts = facts

    def exists(self, objective: str, k: int) -> bool:
        return any(f.what == "objective" and f.about == objective and f.at <= k for f in self.facts)

    def answer(self, objective: str, t: int, k: int) -> Answer:
        """An objective at (T, K): what ended is looked at as it was at its end."""
        t, k = self._cut(objective, t, k)
        own = self._key_results_of(objective, t, k)
        own_answer = self._mean_of_key_results(own)
        counting = [c for c in self._children(objective, t, k) if self._state(c, *self._cut(c, t, k)) in ("active", "closed")]
        children = [(self.setting(c, "child_weight", *self._cut(c, t, k)), self.answer(c, t, k)) for c in counting]
        roll_up = self.setting(objective, "roll_up", t, k)
        parts = [(weight, c) for weight, c in children if c.progress is not None]
        progress, raw, not_started, grade = own_answer
        if parts and roll_up != "key_results":
            figures = [(weight, c.progress, c.raw, c.not_started) for weight, c in parts]
            if roll_up == "both" and progress is not None:
                figures.append((1.0, progress, raw, not_started))
            weights = [weight for weight, *_ in figures]
            progress, raw, not_started = (_mean(weights, column) for column in list(zip(*figures, strict=True))[1:])
            progress = None if progress is None else min(1.0, max(0.0, progress))
        start, due = self.setting(objective, "start", t, k), self.setting(objective, "due", t, k)
        status = _status(progress, _pace(start, due, t), started=progress is not None and not_started is not None and not_started < 1)
        return Answer(progress, raw, not_started, grade, status)

    def key_result(self, kr: str, seen_from: str, t: int, k: int) -> dict[str, Any] | None:
        """A key result as an objective sees it: at the earliest of all ends. None: there is none there."""
        home = self._defined(kr).says["home"]
        t, k = self._cut(seen_from, t, k)
        t, k = self._cut(home, t, k)
        t, k = self._cut(kr, t, k)
        defined = self._defined(kr)
        if defined.at > k or defined.day > t:
            return None
        if self._state_of_key_result(kr, t, k) == "cancelled":
            counts = False
        else:
            counts = home == seen_from or self._state(home, t, k) in ("active", "closed")
        value = self._value(kr, t, k)
        measure = defined.says["measure"]
        if value is None:
            p = 0.0
        elif measure == "metric":
            start, target = self.setting(kr, "start", t, k), self.setting(kr, "target", t, k)
            p = (value - start) / (target - start)
        elif measure == "maintain":
            p = self._maintained(kr, value, t, k)
        else:
            p = value
        grades = [f for f in self.facts if f.what == "grade" and f.about == kr and f.at <= k and f.day <= t]
        newest = max(grades, key=lambda f: (f.day, f.at), default=None)
        return {
            "p": p,
            "weight": self.setting(kr, "weight", t, k),
            "started": value is not None,
            "counts": counts,
            "grade": None if newest is None else newest.says["grade"],
        }

    def _mean_of_key_results(self, own: list[dict[str, Any]]) -> tuple[float | None, float | None, float | None, float | None]:
        counting = [kr for kr in own if kr["counts"]]
        if not counting:
            return None, None, None, None
        not_started = sum(not kr["started"] for kr in counting) / len(counting)
        graded = [kr for kr in counting if kr["grade"] is not None]
        weights = sum(kr["weight"] for kr in graded)
        grade = sum(kr["weight"] * kr["grade"] for kr in graded) / weights if weights > 0 else None
        total = sum(kr["weight"] for kr in counting)
        if total == 0:
            return None, None, not_started, grade
        clamped = sum(kr["weight"] * min(1.0, max(0.0, kr["p"])) for kr in counting) / total
        return min(1.0, clamped), sum(kr["weight"] * kr["p"] for kr in counting) / total, not_started, grade

    # -- what holds

    def _cut(self, thing: str, t: int, k: int) -> tuple[int, int]:
        ends = [f for f in self.facts if f.what in ("close", "cancel") and f.about == thing and f.at <= k]
        return (min(t, ends[-1].day), min(k, ends[-1].at)) if ends else (t, k)

    def _defined(self, thing: str) -> Fact:
        return next(f for f in self.facts if f.what in ("objective", "key_result") and f.about == thing)

    def setting(self, thing: str, name: str, t: int, k: int) -> Any:
        """Of the values that were given, the one from the latest day on; of one day, the one given last."""
        given = [f for f in self.facts if f.about == thing and f.at <= k and f.day <= t and name in f.says]
        return max(given, key=lambda f: (f.day, f.at)).says[name]

    def _state(self, objective: str, t: int, k: int) -> str:
        names = {"objective": "draft", "activate": "active", "close": "closed", "cancel": "cancelled"}
        said = [f for f in self.facts if f.about == objective and f.what in names and f.at <= k and f.day <= t]
        return names[max(said, key=lambda f: (f.day, f.at)).what]

    def _state_of_key_result(self, kr: str, t: int, k: int) -> str:
        return "cancelled" if any(f.what == "cancel" and f.about == kr and f.at <= k and f.day <= t for f in self.facts) else "standing"

    def _key_results_of(self, objective: str, t: int, k: int) -> list[dict[str, Any]]:
        found = []
        for fact in self.facts:
            if fact.what != "key_result" or fact.at > k:
                continue
            own = fact.says["home"] == objective
            links = [
                f
                for f in self.facts
                if f.what in ("share", "unshare") and f.about == fact.about and f.says["with"] == objective and f.at <= k and f.day <= t
            ]
            shared = bool(links) and max(links, key=lambda f: (f.day, f.at)).what == "share"
            if (own or shared) and (seen := self.key_result(fact.about, objective, t, k)) is not None:
                found.append(seen)
        return found

    def _children(self, objective: str, t: int, k: int) -> list[str]:
        found = []
        for child in dict.fromkeys(f.about for f in self.facts if f.what == "align"):
            places = [f for f in self.facts if f.what == "align" and f.about == child and f.at <= k and f.day <= t]
            if places and max(places, key=lambda f: (f.day, f.at)).says["parent"] == objective:
                found.append(child)
        return found

    def _maintained(self, kr: str, value: float, t: int, k: int) -> float:
        """Whether the value meets the bounds of the day; by share, of all values those that met the bounds of their own day."""
        if self.setting(kr, "mode", t, k) == "latest":
            return float(self._meets(kr, value, t, k))
        met = [self._meets(kr, said, max(day, self._defined(kr).day), k) for day, _, said in self._standing(kr, t, k) if said is not None]
        return sum(met) / len(met)

    def _meets(self, kr: str, value: float, t: int, k: int) -> bool:
        low, high = self.setting(kr, "low", t, k), self.setting(kr, "high", t, k)
        return (low is None or value >= low) and (high is None or value <= high)

    def _value(self, kr: str, t: int, k: int) -> float | None:
        """The value of the check-in on the latest day, of one day the one recorded last; None: there is none with a value."""
        values = [(day, at, value) for day, at, value in self._standing(kr, t, k) if value is not None]
        return max(values)[2] if values else None

    def _standing(self, kr: str, t: int, k: int) -> list[tuple[int, int, float | None]]:
        """What is checked in: the days, the instants, and the values, None of abstentions."""
        standing = []
        for recorded in self.facts:
            if recorded.what == "check_in" and recorded.about == kr and recorded.at <= k and recorded.day <= t:
                later = [f for f in self.facts if f.what in ("correct", "retract") and f.about == recorded.says["name"] and f.at <= k]
                if not any(f.what == "retract" for f in later):
                    value = later[-1].says["value"] if later else recorded.says["value"]
                    standing.append((recorded.day, recorded.at, value))
        return standing


def _mean(weights: list[float], figures: Sequence[float]) -> float | None:
    total = sum(weights)
    return sum(w * figure for w, figure in zip(weights, figures, strict=True)) / total if total else None


def _pace(start: int, due: int, day: int) -> float:
    if day >= due:
        return 1.0
    return 0.0 if day <= start else (day - start) / (due - start)


def _status(progress: float | None, pace: float, *, started: bool) -> str:
    if not started or progress is None:
        return "not started"
    if progress >= 1:
        return "achieved"
    behind = pace - progress
    return "on track" if behind <= 0.10 + 1e-9 else "behind" if behind <= 0.25 + 1e-9 else "at risk"
