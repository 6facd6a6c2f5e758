"""Every number that follows from what stands: of a key result, of an objective, and rolled up along the tree."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from enum import IntEnum
from math import fsum
from typing import Generic, NamedTuple, TypeVar, assert_never, overload

from chassis.ids import Id
from progress.domain.formulas import Formula
from progress.domain.tree import Kr, RollUpInput, RollUpNode
from progress.domain.values import coverage_of

K = TypeVar("K", bound=Hashable)


class RollUp(IntEnum):
    """Where an objective's number comes from; as cairn.goals.v1.RollUp."""

    KEY_RESULTS = 1
    CHILDREN = 2
    BOTH = 3


class Numbers(NamedTuple):
    """Of an objective. None: nothing counts, or nothing was graded."""

    progress: float | None  # 0 to 1
    progress_raw: float | None  # unclamped
    grade: float | None
    not_started_share: float | None
    confidence: float | None = None  # the mean of the newest said, by weight; None: none was said


@overload
def clamp(raw: float) -> float: ...
@overload
def clamp(raw: float | None) -> float | None: ...
def clamp(raw: float | None) -> float | None:
    """p where it is shown as a percentage and where it is rolled up: 0 to 1. Source: domain 7."""
    if raw is None:
        return None
    return 0.0 if raw < 0.0 else 1.0 if raw > 1.0 else raw  # noqa: FURB136 - min and max take four times as long


def abstained(key_result: RollUpInput) -> bool:
    """Its newest grade was abstained from; while it has none: its newest standing check-in is an abstention."""
    return key_result.grade is None if key_result.grade_event_id is not None else key_result.newest_abstained is True


def is_started(key_result: RollUpInput, formula: Formula) -> bool:
    """Whether anything was reported of it that counts as a start. Source: formulas, Key results: abstention."""
    if key_result.further is not None:
        return coverage_of(key_result) > 0.0
    if formula.abstentions_start:
        return key_result.newest_abstained is not None
    return key_result.value is not None or key_result.milestones_done is not None


def own_numbers(key_results: Iterable[RollUpInput], raw: Mapping[Id, float | None], formula: Formula) -> Numbers:
    """Of an objective's key results alone: Σ wᵢ pᵢ / Σ wᵢ over those that count, cancelled ones left out. Source: domain 7.

    The grade is the mean of those graded, by weight; an abstained one is left out. Sums by fsum: the same bits in any order.
    """
    weights, raws, parts, graded, said = [], [], [], [], []
    not_started = 0.0
    for k in key_results:
        weight, p = k.weight, raw[k.key_result_id]
        if k.cancelled or p is None:
            continue
        weights.append(weight)
        raws.append(weight * p)
        if p >= 1.0:
            parts.append(weight)  # clamped
        elif p > 0.0:
            parts.append(weight * p)
        if k.further is not None:
            not_started += 1.0 - coverage_of(k)
        elif not is_started(k, formula):
            not_started += 1.0
        if k.newest_confidence is not None:
            said.append((weight, k.newest_confidence))
        if k.grade is not None:
            graded.append((weight, k.grade))
    if not weights:
        return Numbers(None, None, None, formula.not_started_of_none)
    total = fsum(weights)
    grade = _mean(graded) if graded else None
    confidence = _mean(said) if said else None
    not_started_share = not_started / len(weights)
    if total <= 0.0:
        return Numbers(None, None, grade, not_started_share, confidence)
    return Numbers(clamp(fsum(parts) / total), fsum(raws) / total, grade, not_started_share, confidence)


def _mean(weighted: Sequence[tuple[float, float]]) -> float | None:
    total = fsum([weight for weight, _ in weighted])
    return fsum([weight * figure for weight, figure in weighted]) / total if total > 0.0 else None


def mean_of(weighted: Sequence[tuple[float, Numbers]], own: Numbers) -> Numbers:
    """The mean of child objectives by their weights, and of the key results' own number where both count. Source: formulas, Objectives.

    Grade and confidence stay those of the key results. Weights that sum to 0 give no number.
    """
    total = fsum([weight for weight, _ in weighted])
    if total <= 0.0:
        return Numbers(None, None, own.grade, None, own.confidence)
    return Numbers(
        clamp(fsum([weight * n.progress for weight, n in weighted if n.progress is not None]) / total),
        fsum([weight * n.progress_raw for weight, n in weighted if n.progress_raw is not None]) / total,
        own.grade,
        fsum([weight * n.not_started_share for weight, n in weighted if n.not_started_share is not None]) / total,
        own.confidence,
    )


def raw_of(key_results: Mapping[K, Kr], formula: Formula) -> dict[K, float | None]:
    """The raw progress of every key result, by the formula of its measure; 0 without a value, None of a baseline."""
    formulas = formula.raw_progress
    return {i: formulas[k.measure](k) for i, k in key_results.items()}


class RolledUp(NamedTuple, Generic[K]):
    """Every objective's numbers, and where those come from that do not come from key results alone."""

    numbers: Mapping[K, Numbers]
    counted: Mapping[K, Sequence[K]]  # by objective, of those that have any: the children whose numbers count; children before parents


def roll_up(
    own: Mapping[K, Numbers], objectives: Mapping[K, RollUpNode], children: Mapping[K, Sequence[K]], formula: Formula
) -> RolledUp[K]:
    """Every objective's numbers, from those of its key results. One that rolls up from its children, or from both, takes the weighted mean
    of the children that count and have a number; without any such child its own key results speak for it. Source: domain 7; formulas.

    Parents may be deep: no recursion. A loop of parents, which goals refuses, leaves its objectives with their own numbers.
    """
    numbers, counted = dict(own), dict[K, list[K]]()
    parents: dict[K, list[K]] = {}
    for i, below in children.items():
        for child in below:
            parents.setdefault(child, []).append(i)
    waiting = {i: len(below) for i, below in children.items() if below}
    ready = [i for i in parents if i not in waiting]
    while ready:
        i = ready.pop()
        if i in waiting and objectives[i].roll_up != RollUp.KEY_RESULTS:
            found = [c for c in children[i] if objectives[c].state in formula.counting and numbers[c].progress is not None]
            if found:
                counted[i] = [c for c in found if objectives[c].child_weight > 0.0]
                numbers[i] = _with_children(objectives[i], own[i], [(objectives[c].child_weight, numbers[c]) for c in found])
        for parent in parents.get(i, ()):
            waiting[parent] -= 1
            if not waiting[parent]:
                ready.append(parent)
    return RolledUp(numbers, counted)


def _with_children(objective: RollUpNode, own: Numbers, children: list[tuple[float, Numbers]]) -> Numbers:
    match RollUp(objective.roll_up):
        case RollUp.KEY_RESULTS:
            return own
        case RollUp.CHILDREN:
            return mean_of(children, own)
        case RollUp.BOTH:
            with_own = [*children, (1.0, own)] if own.progress is not None else children
            return mean_of(with_own, own)
        case other:
            assert_never(other)
