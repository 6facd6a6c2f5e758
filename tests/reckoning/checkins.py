"""Which check-ins and grades hold (formulas.md, Which fact holds), and the value that they give (parts, abstention)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from tests.reckoning.organisation import CheckIn, Grade, KeyResult, Owner
from tests.reckoning.shown import mean

WITHOUT_PARTS: Final = frozenset({"binary", "milestones", "sum"})


@dataclass(frozen=True)
class Value:
    """The value of a key result, and the parts of its owners that it is the mean of."""

    figure: Fraction
    parts: tuple[CheckIn, ...] = ()


def standing(key_result: KeyResult, day: date) -> list[CheckIn]:
    """Those that stand with `as_of` ≤ T, the newest last: the latest day, on one day the higher position in the log."""
    return sorted((one for one in key_result.check_ins if one.as_of <= day), key=lambda one: one.order)


def newest(key_result: KeyResult, day: date) -> CheckIn | None:
    check_ins = standing(key_result, day)
    return check_ins[-1] if check_ins else None


def figure_of(key_result: KeyResult, check_in: CheckIn) -> Fraction | None:
    """What a check-in says; a score on a metric is the share of the way by the start and target of its day (issue 11)."""
    if check_in.share_of_the_way is None:
        return check_in.value
    start, target = key_result.start.on(check_in.as_of), key_result.target.on(check_in.as_of)
    if start is None or target is None:
        raise ValueError(f"{key_result.ref}: a score on {check_in.as_of}, when it had no start or no target")
    return start + check_in.share_of_the_way * (target - start)


def with_a_figure(key_result: KeyResult, day: date) -> list[tuple[CheckIn, Fraction]]:
    """The standing check-ins that say a figure: no abstentions."""
    said = [(one, figure_of(key_result, one)) for one in standing(key_result, day)]
    return [(one, figure) for one, figure in said if figure is not None]


def value_on(key_result: KeyResult, day: date) -> Value | None:
    """The value (formulas.md, rows parts and abstention): the mean of the present owners' parts, else the newest whole check-in's.

    A whole check-in supersedes earlier parts; an abstention leaves the last value as it is.
    """
    said = with_a_figure(key_result, day)
    wholes = [place for place, (one, _) in enumerate(said) if one.part is None]
    after_the_whole = said[wholes[-1] + 1 :] if wholes else said
    mean_of_parts = _mean_of_parts(after_the_whole, key_result.owners.on(day))
    if mean_of_parts is not None:
        return mean_of_parts
    return Value(said[wholes[-1]][1]) if wholes else None


def _mean_of_parts(said: Sequence[tuple[CheckIn, Fraction]], owners: Sequence[Owner]) -> Value | None:
    """Each present owner's latest part, shares above 0; by share, renormalised among the owners that have one (no share: 1)."""
    latest = {one.part: (one, figure) for one, figure in said}
    shares = {owner.person: Fraction(1) if owner.share is None else owner.share for owner in owners}
    present = [(share, *latest[person]) for person, share in shares.items() if share > 0 and person in latest]
    figure = mean((share, part) for share, _, part in present)
    return None if figure is None else Value(figure, tuple(one for _, one, _ in present))


def milestones_done(key_result: KeyResult, day: date) -> frozenset[int] | None:
    """The newest set of milestones; `done` is the whole set each time. None: none was said."""
    sets = [one.done for one in standing(key_result, day) if one.done is not None]
    return sets[-1] if sets else None


def confidence_on(key_result: KeyResult, day: date) -> Fraction | None:
    """The newest confidence said; an abstention says none (formulas.md, confidence)."""
    said = [one.confidence for one in standing(key_result, day) if one.confidence is not None]
    return said[-1] if said else None


def status_said_on(key_result: KeyResult, day: date) -> str | None:
    """A status said by hand stands until the next check-in or abstention (formulas.md, Pace and status)."""
    last = newest(key_result, day)
    return last.status if last is not None else None


def grade_on(key_result: KeyResult, day: date) -> Grade | None:
    """The latest `as_of` ≤ T, then the later in the log (formulas.md, Grades hold likewise)."""
    return max((grade for grade in key_result.grades if grade.as_of <= day), key=lambda grade: grade.order, default=None)


def is_abstained(key_result: KeyResult, day: date) -> bool:
    """Its newest grade was abstained, or, while it has none, its newest standing check-in is an abstention (issue 11)."""
    grade, last = grade_on(key_result, day), newest(key_result, day)
    if grade is not None:
        return grade.figure is None
    return last is not None and last.abstained
