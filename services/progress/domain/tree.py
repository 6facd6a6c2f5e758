"""Objectives and key results as they stand at one point of both time axes, and every number that follows from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import fsum
from typing import NamedTuple

from cairn.goals.v1 import events_pb2 as goals
from chassis.ids import Id
from progress.domain.measures import FORMULAS
from progress.domain.status import SAID, Day, Paces, Status, expected_pace, status_of


class Objective(NamedTuple):
    """An objective: its definition that holds, and where it hangs."""

    objective_id: Id
    cycle_id: Id
    reference: str
    title: str
    why: str
    level: int
    owner_id: Id | None
    creator_id: Id | None
    team: str
    contributor_ids: tuple[Id, ...]
    named_person_ids: tuple[Id, ...]
    start_day: int
    due_day: int
    kind: int
    visibility: int
    roll_up: int
    labels: tuple[str, ...]
    state: int
    event_id: Id  # of the definition that holds
    version: int  # of the aggregate
    parent_objective_id: Id | None = None
    parent_key_result_id: Id | None = None


class KeyResult(NamedTuple):
    """A key result: its definition that holds, and what was reported of it."""

    key_result_id: Id
    objective_id: Id
    cycle_id: Id
    reference: str
    title: str
    owner_ids: tuple[Id, ...]
    owner_shares: tuple[float | None, ...]
    weight: float
    due_day: int
    measure: int
    start: float
    target: float
    unit: str
    milestone_titles: tuple[str, ...] | None
    milestone_weights: tuple[float, ...] | None
    milestone_due_days: tuple[int, ...] | None
    cancelled: bool
    event_id: Id  # of the definition that holds
    newest_abstained: bool | None = None  # of the newest standing check-in; None: there is none
    said_status: int = 0  # of the newest standing check-in
    value: float | None = None  # from here: of the newest standing check-in that carries a value, the current one
    milestones_done: int | None = None
    as_of: int | None = None
    confidence: int | None = None
    check_in_id: Id | None = None
    check_in_event_id: Id | None = None
    grade: float | None = None  # from here: of the newest grade
    grade_event_id: Id | None = None  # None: never graded

    @property
    def abstained(self) -> bool:
        """Its newest grade was abstained from; while it has none: its newest standing check-in is an abstention."""
        return self.grade is None if self.grade_event_id is not None else bool(self.newest_abstained)

    @property
    def started(self) -> bool:
        """Whether a check-in stands, an abstention included."""
        return self.newest_abstained is not None


@dataclass(slots=True)
class Tree:
    """What stands at one point of both time axes; `counting` holds, by objective, the key results that are its own or shared with it."""

    objectives: dict[Id, Objective] = field(default_factory=dict)
    key_results: dict[Id, KeyResult] = field(default_factory=dict)
    counting: dict[Id, list[Id]] = field(default_factory=dict)


class Numbers(NamedTuple):
    """Of an objective. None: nothing counts, or nothing was graded."""

    progress: float | None  # 0 to 1
    progress_raw: float | None  # unclamped
    grade: float | None
    not_started_share: float  # 1.0 also where nothing counts


_NOTHING = Numbers(None, None, None, 1.0)


def clamp(raw: float) -> float:
    """p where it is shown as a percentage and where it is rolled up: 0 to 1. Source: domain 7."""
    return 0.0 if raw < 0.0 else 1.0 if raw > 1.0 else raw  # noqa: FURB136 - min and max take four times as long


def raw_progress(key_result: KeyResult) -> float:
    """p by the formula of its measure; 0 without a check-in that carries a value."""
    return FORMULAS[key_result.measure](key_result)


def arrange(objectives: Iterable[Objective], key_results: Iterable[KeyResult], links: Iterable[tuple[Id, Id]]) -> Tree:
    """A tree of rows; `links` are (objective, shared key result)."""
    tree = Tree({o.objective_id: o for o in objectives}, {k.key_result_id: k for k in key_results})
    counting = tree.counting
    for key_result in tree.key_results.values():
        if key_result.objective_id in counting:
            counting[key_result.objective_id].append(key_result.key_result_id)
        else:
            counting[key_result.objective_id] = [key_result.key_result_id]
    for objective_id, key_result_id in links:
        if key_result_id in tree.key_results:
            counting.setdefault(objective_id, []).append(key_result_id)
    return tree


def own_numbers(key_results: Iterable[KeyResult], raw: dict[Id, float]) -> Numbers:
    """Of an objective's key results alone: Σ wᵢ pᵢ / Σ wᵢ over those that count, cancelled ones left out. Source: domain 7.

    The grade is the mean of those graded, by weight; an abstained one is left out. Sums by fsum: the same bits in any order.
    """
    weights, raws, parts, graded, grade_weights = [], [], [], [], []
    not_started = 0
    for k in key_results:
        if k.cancelled:
            continue
        weight, p = k.weight, raw[k.key_result_id]
        weights.append(weight)
        raws.append(weight * p)
        parts.append(0.0 if p < 0.0 else weight * p if p < 1.0 else weight)
        if k.newest_abstained is None:
            not_started += 1
        if k.grade is not None:
            graded.append(weight * k.grade)
            grade_weights.append(weight)
    if not weights:
        return _NOTHING
    grade_weight = fsum(grade_weights)
    grade = fsum(graded) / grade_weight if grade_weight > 0.0 else None
    total = fsum(weights)
    if total <= 0.0:
        return Numbers(None, None, grade, not_started / len(weights))
    return Numbers(clamp(fsum(parts) / total), fsum(raws) / total, grade, not_started / len(weights))


def mean_of(numbers: list[Numbers], grade: float | None) -> Numbers:
    """The mean of equals: child objectives, and the key results' own number where both count. The grade stays that of the key results."""
    n = len(numbers)
    return Numbers(
        clamp(fsum([x.progress for x in numbers if x.progress is not None]) / n),
        fsum([x.progress_raw for x in numbers if x.progress_raw is not None]) / n,
        grade,
        fsum([x.not_started_share for x in numbers]) / n,
    )


def raw_of(tree: Tree) -> dict[Id, float]:
    """The raw progress of every key result."""
    formulas = FORMULAS
    return {i: formulas[k.measure](k) for i, k in tree.key_results.items()}


def roll_up(tree: Tree, raw: dict[Id, float]) -> dict[Id, Numbers]:
    """Every objective's numbers. One that rolls up from its children, or from both, takes the mean of the children that have a number;
    cancelled children are left out; without any such child its own key results speak for it. Source: domain 7.

    Parents may be deep: no recursion. A loop of parents, which goals refuses, would leave its objectives with their own numbers.
    """
    key_results, counting = tree.key_results, tree.counting
    numbers = {i: own_numbers([key_results[k] for k in counting.get(i, ())], raw) for i in tree.objectives}
    children: dict[Id, list[Id]] = {}
    waiting: dict[Id, int] = {}
    for i, objective in tree.objectives.items():
        parent = objective.parent_objective_id
        if parent is not None and parent in tree.objectives:
            children.setdefault(parent, []).append(i)
            waiting[parent] = waiting.get(parent, 0) + 1
    ready = [i for i in tree.objectives if i not in waiting]
    while ready:
        i = ready.pop()
        objective = tree.objectives[i]
        if i in children and objective.roll_up in (goals.ROLL_UP_CHILDREN, goals.ROLL_UP_BOTH):
            numbers[i] = _with_children(tree, numbers, objective, children[i])
        parent = objective.parent_objective_id
        if parent is not None and parent in waiting:
            waiting[parent] -= 1
            if not waiting[parent]:
                ready.append(parent)
    return numbers


def _with_children(tree: Tree, numbers: dict[Id, Numbers], objective: Objective, children: list[Id]) -> Numbers:
    own = numbers[objective.objective_id]
    equals = [
        numbers[c] for c in children if tree.objectives[c].state != goals.OBJECTIVE_STATE_CANCELLED and numbers[c].progress is not None
    ]
    if not equals:
        return own
    if objective.roll_up == goals.ROLL_UP_BOTH and own.progress is not None:
        equals.append(own)
    return mean_of(equals, own.grade)


def objective_status(objective: Objective, numbers: Numbers, day: Day) -> Status:
    """Of an objective, on a day."""
    return status_of(numbers.progress, expected_pace(objective.start_day, objective.due_day, day), numbers.not_started_share < 1.0)


def key_result_status(key_result: KeyResult, raw: float, home: Objective | None, paces: Paces) -> tuple[Status, bool]:
    """Of a key result, and whether it was said by hand: what was said stands until the next check-in. Source: domain 7.

    Its pace runs from its objective's first day to its own due day, or else its objective's; `paces` are of the day in question.
    """
    if key_result.said_status:
        return SAID[key_result.said_status], True
    started = key_result.newest_abstained is not None
    if not started or home is None:
        return status_of(raw, 0.0, started), False
    return status_of(raw, paces[home.start_day, key_result.due_day or home.due_day], started), False
