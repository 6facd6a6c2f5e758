"""What an objective comes to: its roll-up, coverage, grade, confidence, staleness, status (formulas.md, Objectives)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tests.reckoning import moments, pace, status
from tests.reckoning.checkins import confidence_on, grade_on
from tests.reckoning.measures import Measured, counts_within, measured
from tests.reckoning.moments import Moment, has_ended, home_of, state_of
from tests.reckoning.organisation import KeyResult, Objective, Organisation
from tests.reckoning.shown import clamp, mean


@dataclass(frozen=True)
class KeyResultSeen:
    """A key result as an objective sees it: on the day, and as far as it was known, to which the ends have cut it."""

    key_result: KeyResult
    at: Moment
    measured: Measured
    weight: Fraction
    counts: bool
    cancelled: bool
    stale: bool


@dataclass(frozen=True)
class RolledUp:
    """A number, its raw figure and its coverage; the number is None where there is none."""

    progress: Fraction | None
    raw: Fraction | None
    coverage: Fraction | None


@dataclass(frozen=True)
class ObjectiveSeen:
    """An objective's own numbers, at the moment to which its end has cut it."""

    objective: Objective
    at: Moment
    key_results: tuple[KeyResultSeen, ...]
    rolled_up: RolledUp
    grade: Fraction | None
    confidence: Fraction | None
    stale: bool
    pace: Fraction
    status: str


def of_objective(organisation: Organisation, objective: Objective, seen_at: Moment) -> ObjectiveSeen:
    """The objective with all its numbers, as it is seen at a moment."""
    at = moments.of_objective(objective, seen_at)
    key_results = _key_results(organisation, objective, at, is_over=has_ended(objective, seen_at))
    counting = [seen for seen in key_results if seen.counts]
    rolled_up = _rolled_up(organisation, objective, counting, at)
    expected = pace.of_objective(organisation, objective, at.day)
    return ObjectiveSeen(
        objective=objective,
        at=at,
        key_results=tuple(key_results),
        rolled_up=rolled_up,
        grade=_grade(counting),
        confidence=_confidence(counting),
        stale=state_of(objective, seen_at) == "active" and any(seen.stale for seen in counting),
        pace=expected,
        status=status.of_objective(organisation, rolled_up.progress, rolled_up.coverage, expected, at.day),
    )


def _key_results(organisation: Organisation, objective: Objective, at: Moment, *, is_over: bool) -> list[KeyResultSeen]:
    """All that belong to it or count for it on its day, those that are cancelled too."""
    return [
        _seen(organisation, objective, key_result, at, is_over=is_over)
        for key_result in organisation.key_results.values()
        if is_listed(organisation, objective, key_result, at)
    ]


def is_listed(organisation: Organisation, objective: Objective, key_result: KeyResult, at: Moment) -> bool:
    """Its own, from their `from` on, and the shared ones, without those of a draft or of an objective cancelled since (Small print)."""
    if at.day < key_result.first_day:
        return False
    home = home_of(organisation, key_result, at.day)
    if home is objective:
        return True
    shared = key_result.counts_for.get(objective.ref)
    return shared is not None and shared.on(at.day) and state_of(home, at) in {"active", "closed"}


def _seen(organisation: Organisation, objective: Objective, key_result: KeyResult, at: Moment, *, is_over: bool) -> KeyResultSeen:
    own = moments.of_key_result(organisation, key_result, at)
    home = home_of(organisation, key_result, at.day)
    cancelled = has_ended(key_result, at)
    numbers = measured(organisation, key_result, own)
    is_live = not is_over and not cancelled and state_of(home, at) == "active"
    return KeyResultSeen(
        key_result=key_result,
        at=own,
        measured=numbers,
        weight=key_result.weight.on(own.day),
        counts=counts_within(organisation, key_result, objective, at) and numbers.progress is not None,
        cancelled=cancelled,
        stale=is_live and status.is_stale(organisation, key_result, own.day),
    )


def _rolled_up(organisation: Organisation, objective: Objective, counting: list[KeyResultSeen], at: Moment) -> RolledUp:
    """From key results, from children (none: its own key results speak), or from both (its own as one more with weight 1)."""
    own = _of_key_results(counting)
    roll_up = objective.roll_up.on(at.day)
    weighted = [] if roll_up == "key_results" else _children(organisation, objective, at)
    if roll_up == "both" and own.progress is not None:
        weighted.append((Fraction(1), own))
    return _mean_of(weighted) if weighted else own


def _of_key_results(counting: list[KeyResultSeen]) -> RolledUp:
    """Σ w clamp(p) / Σ w; raw: the same sum without the clamp; coverage: by count, of those that count, what is started."""
    with_progress = [(seen.weight, seen.measured.progress) for seen in counting if seen.measured.progress is not None]
    return RolledUp(
        progress=mean((weight, clamp(progress)) for weight, progress in with_progress),
        raw=mean(with_progress),
        coverage=mean((Fraction(1), seen.measured.coverage) for seen in counting),
    )


def _children(organisation: Organisation, objective: Objective, at: Moment) -> list[tuple[Fraction, RolledUp]]:
    """Children that are active or closed and have a number, each with its `child_weight`."""
    children = [child for child in organisation.objectives.values() if _parent(organisation, child, at) is objective]
    counting = [child for child in children if state_of(child, at) in {"active", "closed"}]
    numbers = [(child.child_weight.on(at.day), of_objective(organisation, child, at).rolled_up) for child in counting]
    return [(weight, rolled_up) for weight, rolled_up in numbers if rolled_up.progress is not None]


def _parent(organisation: Organisation, child: Objective, at: Moment) -> Objective | None:
    """Children of a key result count for the objective that the key result belongs to, alone, and go on when it is cancelled."""
    parent = child.parent.on(at.day)
    if parent is None:
        return None
    if parent in organisation.key_results:
        return home_of(organisation, organisation.key_results[parent], at.day)
    return organisation.objectives[parent]


def _mean_of(weighted: list[tuple[Fraction, RolledUp]]) -> RolledUp:
    """The weighted mean of numbers, of raw figures, and of coverages; weights that sum to 0 give none: no falling back."""
    return RolledUp(
        progress=mean((weight, one.progress) for weight, one in weighted if one.progress is not None),
        raw=mean((weight, one.raw) for weight, one in weighted if one.raw is not None),
        coverage=mean((weight, one.coverage) for weight, one in weighted if one.coverage is not None),
    )


def _grade(counting: list[KeyResultSeen]) -> Fraction | None:
    """Row grade: Σ w g / Σ w over graded key results, abstained ones left out."""
    grades = [(seen.weight, grade_on(seen.key_result, seen.at.day)) for seen in counting]
    return mean((weight, grade.figure) for weight, grade in grades if grade is not None and grade.figure is not None)


def _confidence(counting: list[KeyResultSeen]) -> Fraction | None:
    """Row confidence: the weighted mean of the newest said, whatever the roll-up; none: `null`."""
    said = [(seen.weight, confidence_on(seen.key_result, seen.at.day)) for seen in counting]
    return mean((weight, confidence) for weight, confidence in said if confidence is not None)
