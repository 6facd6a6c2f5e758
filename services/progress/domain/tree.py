"""Objectives and key results as they stand at one point of both time axes, and every number that follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import fsum
from typing import Generic, NamedTuple, Protocol, TypeVar

from cairn.goals.v1 import events_pb2 as goals
from chassis.ids import Id
from progress.domain.measures import FORMULAS, Measured
from progress.domain.status import SAID, Day, Paces, Status, expected_pace, status_of


class Hangs(Protocol):
    """What the numbers need of an objective."""

    @property
    def objective_id(self) -> Id: ...
    @property
    def start_day(self) -> int: ...
    @property
    def due_day(self) -> int: ...
    @property
    def roll_up(self) -> int: ...
    @property
    def state(self) -> int: ...
    @property
    def parent_objective_id(self) -> Id | None: ...


class Counts(Measured, Protocol):
    """What the numbers need of a key result."""

    @property
    def key_result_id(self) -> Id: ...
    @property
    def objective_id(self) -> Id: ...
    @property
    def weight(self) -> float: ...
    @property
    def due_day(self) -> int: ...
    @property
    def measure(self) -> int: ...
    @property
    def cancelled(self) -> bool: ...
    @property
    def newest_abstained(self) -> bool | None: ...
    @property
    def said_status(self) -> int: ...
    @property
    def grade(self) -> float | None: ...
    @property
    def grade_event_id(self) -> Id | None: ...


class Branch(NamedTuple):
    """An objective as a tree shows it: a tree has thousands, and a column more costs each of them."""

    objective_id: Id
    cycle_id: Id
    reference: str
    title: str
    level: int
    owner_id: Id | None
    team: str
    start_day: int
    due_day: int
    roll_up: int
    state: int
    parent_objective_id: Id | None
    parent_key_result_id: Id | None


class Leaf(NamedTuple):
    """A key result as a tree shows it."""

    key_result_id: Id
    objective_id: Id
    reference: str
    title: str
    weight: float
    due_day: int
    measure: int
    start: float
    target: float
    milestone_weights: tuple[float, ...] | None
    cancelled: bool
    newest_abstained: bool | None
    said_status: int
    value: float | None
    milestones_done: int | None
    grade: float | None
    grade_event_id: Id | None


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


Obj = TypeVar("Obj", bound=Hangs)
Kr = TypeVar("Kr", bound=Counts)


@dataclass(slots=True)
class Tree(Generic[Obj, Kr]):
    """What stands at one point of both time axes; `counting` holds, by objective, all key results that are its own or shared with it."""

    objectives: dict[Id, Obj] = field(default_factory=dict)
    key_results: dict[Id, Kr] = field(default_factory=dict)
    counting: dict[Id, list[Kr]] = field(default_factory=dict)


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


def abstained(key_result: Counts) -> bool:
    """Its newest grade was abstained from; while it has none: its newest standing check-in is an abstention."""
    return key_result.grade is None if key_result.grade_event_id is not None else key_result.newest_abstained is True


def arrange(objectives: Iterable[Obj], key_results: Iterable[Kr], links: Iterable[tuple[Id, Id]]) -> Tree[Obj, Kr]:
    """A tree of rows; `links` are (objective, shared key result)."""
    tree = Tree({o.objective_id: o for o in objectives}, {k.key_result_id: k for k in key_results})
    counting = tree.counting
    for key_result in tree.key_results.values():
        home = key_result.objective_id
        if home in counting:
            counting[home].append(key_result)
        elif home in tree.objectives:  # of one that is elsewhere, not all key results are here
            counting[home] = [key_result]
    for objective_id, key_result_id in links:
        if objective_id in tree.objectives and key_result_id in tree.key_results:
            counting.setdefault(objective_id, []).append(tree.key_results[key_result_id])
    return tree


def own_numbers(key_results: Iterable[Counts], raw: dict[Id, float]) -> Numbers:
    """Of an objective's key results alone: Σ wᵢ pᵢ / Σ wᵢ over those that count, cancelled ones left out. Source: domain 7.

    The grade is the mean of those graded, by weight; an abstained one is left out. Sums by fsum: the same bits in any order.
    """
    weights, raws, parts, graded = [], [], [], []
    not_started = 0
    for k in key_results:
        if k.cancelled:
            continue
        weight, p = k.weight, raw[k.key_result_id]
        weights.append(weight)
        raws.append(weight * p)
        if p >= 1.0:
            parts.append(weight)  # clamped
        elif p > 0.0:
            parts.append(weight * p)
        if k.newest_abstained is None:
            not_started += 1
        if k.grade is not None:
            graded.append((weight, k.grade))
    if not weights:
        return _NOTHING
    total = fsum(weights)
    grade = _mean_grade(graded) if graded else None
    not_started_share = not_started / len(weights)
    if total <= 0.0:
        return Numbers(None, None, grade, not_started_share)
    return Numbers(clamp(fsum(parts) / total), fsum(raws) / total, grade, not_started_share)


def _mean_grade(graded: list[tuple[float, float]]) -> float | None:
    total = fsum([weight for weight, _ in graded])
    return fsum([weight * grade for weight, grade in graded]) / total if total > 0.0 else None


def mean_of(numbers: list[Numbers], grade: float | None) -> Numbers:
    """The mean of equals: child objectives, and the key results' own number where both count. The grade stays that of the key results."""
    n = len(numbers)
    return Numbers(
        clamp(fsum([x.progress for x in numbers if x.progress is not None]) / n),
        fsum([x.progress_raw for x in numbers if x.progress_raw is not None]) / n,
        grade,
        fsum([x.not_started_share for x in numbers]) / n,
    )


def raw_of(tree: Tree[Obj, Kr]) -> dict[Id, float]:
    """The raw progress of every key result, by the formula of its measure; 0 without a check-in that carries a value."""
    formulas = FORMULAS
    return {i: formulas[k.measure](k) for i, k in tree.key_results.items()}


def roll_up(tree: Tree[Obj, Kr], raw: dict[Id, float]) -> dict[Id, Numbers]:
    """Every objective's numbers. One that rolls up from its children, or from both, takes the mean of the children that have a number;
    cancelled children are left out; without any such child its own key results speak for it. Source: domain 7.

    Parents may be deep: no recursion. A loop of parents, which goals refuses, would leave its objectives with their own numbers.
    """
    counting = tree.counting
    numbers = {i: own_numbers(counting.get(i, ()), raw) for i in tree.objectives}
    children: dict[Id, list[Obj]] = {}
    for objective in tree.objectives.values():
        parent = objective.parent_objective_id
        if parent is not None and parent in numbers:
            children.setdefault(parent, []).append(objective)
    waiting = {i: len(below) for i, below in children.items()}
    ready = [i for i in tree.objectives if i not in waiting]
    while ready:
        i = ready.pop()
        objective = tree.objectives[i]
        if i in children and objective.roll_up != goals.ROLL_UP_KEY_RESULTS:
            numbers[i] = _with_children(numbers, objective, children[i])
        parent = objective.parent_objective_id
        if parent is not None and parent in waiting:
            waiting[parent] -= 1
            if not waiting[parent]:
                ready.append(parent)
    return numbers


def _with_children(numbers: dict[Id, Numbers], objective: Hangs, children: Iterable[Hangs]) -> Numbers:
    own = numbers[objective.objective_id]
    standing = [numbers[c.objective_id] for c in children if c.state != goals.OBJECTIVE_STATE_CANCELLED]
    equals = [child for child in standing if child.progress is not None]
    if not equals:
        return own
    if objective.roll_up == goals.ROLL_UP_BOTH and own.progress is not None:
        equals.append(own)
    return mean_of(equals, own.grade)


def objective_status(objective: Hangs, numbers: Numbers, day: Day) -> Status:
    """Of an objective, on a day."""
    return status_of(numbers.progress, expected_pace(objective.start_day, objective.due_day, day), numbers.not_started_share < 1.0)


def key_result_status(key_result: Counts, raw: float, home: Hangs | None, paces: Paces) -> tuple[Status, bool]:
    """Of a key result, and whether it was said by hand: what was said stands until the next check-in. Source: domain 7.

    Its pace runs from its objective's first day to its own due day, or else its objective's; `paces` are of the day in question.
    """
    if key_result.said_status:
        return SAID[key_result.said_status], True
    return _computed_status(key_result, raw, home, paces), False


def key_result_statuses(key_results: Iterable[Counts], raws: Iterable[float], homes: Mapping[Id, Hangs], paces: Paces) -> list[Status]:
    """Of many key results: what key_result_status says of each."""
    return [
        SAID[k.said_status] if k.said_status else _computed_status(k, raw, homes.get(k.objective_id), paces)
        for k, raw in zip(key_results, raws, strict=True)
    ]


def _computed_status(key_result: Counts, raw: float, home: Hangs | None, paces: Paces) -> Status:
    started = key_result.newest_abstained is not None
    pace = paces[home.start_day, key_result.due_day or home.due_day] if started and home is not None else 0.0
    return status_of(raw, pace, started)
