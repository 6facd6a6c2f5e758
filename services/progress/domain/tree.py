"""Objectives and key results as they stand at one point of both time axes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from chassis.ids import Id
from progress.domain.measures import Measured

Planned = tuple[int, float]
"""A point of a plan by dates: a day, and the share that is to be reached by then."""


class RollUpNode(Protocol):
    """What the numbers need of an objective."""

    @property
    def objective_id(self) -> Id: ...
    @property
    def cycle_id(self) -> Id: ...
    @property
    def start_day(self) -> int: ...
    @property
    def due_day(self) -> int: ...
    @property
    def roll_up(self) -> int: ...
    @property
    def child_weight(self) -> float: ...
    @property
    def kind(self) -> int: ...
    @property
    def state(self) -> int: ...
    @property
    def parent_objective_id(self) -> Id | None: ...


class Marked(Measured, Protocol):
    """A key result with marks beside its target."""

    @property
    def measure(self) -> int: ...
    @property
    def commit(self) -> float | None: ...
    @property
    def stretch(self) -> float | None: ...


class RollUpInput(Measured, Protocol):
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
    def first_day(self) -> int: ...  # from which on it is there; of one that is so since ever, before any day
    @property
    def plan(self) -> Sequence[Planned]: ...
    @property
    def newest_on(self) -> int | None: ...  # the day of the newest standing check-in
    @property
    def newest_confidence(self) -> int | None: ...  # of the newest standing check-in that says one
    @property
    def further(self) -> Sequence[Any] | None: ...  # as `values.Further` names it; of thousands it is one column
    @property
    def newest_abstained(self) -> bool | None: ...
    @property
    def said_status(self) -> int: ...
    @property
    def grade(self) -> float | None: ...
    @property
    def grade_event_id(self) -> Id | None: ...


class TreeObjective(NamedTuple):
    """An objective as a tree shows it: a tree has thousands, and a column more costs each of them."""

    objective_id: Id
    cycle_id: Id
    reference: str
    title: str
    level: int
    owner_id: Id | None
    team_id: Id | None
    start_day: int
    due_day: int
    roll_up: int
    state: int
    parent_objective_id: Id | None
    parent_key_result_id: Id | None
    child_weight: float
    kind: int


class TreeKeyResult(NamedTuple):
    """A key result as a tree shows it."""

    key_result_id: Id
    objective_id: Id
    reference: str
    title: str
    weight: float
    due_day: int
    measure: int
    start: float | None
    target: float
    owner_ids: tuple[Id, ...]
    owner_shares: tuple[float | None, ...]
    milestone_titles: tuple[str, ...] | None
    milestone_weights: tuple[float, ...] | None
    milestone_due_days: tuple[int, ...] | None
    cancelled: bool
    newest_abstained: bool | None
    said_status: int
    value: float | None
    milestones_done: int | None
    grade: float | None
    grade_event_id: Id | None
    kept: Sequence[float | None] | None  # what `Kept` says of what is maintained; None of every other: of thousands it is one column
    first_day: int
    newest_on: int | None
    newest_confidence: int | None
    marked: Sequence[float | None] | None  # commit, stretch, the days of the plan, its shares; None where there is nothing of the kind
    further: Sequence[Any] | None

    @property
    def low(self) -> float | None:
        return None if self.kept is None else Kept(*self.kept).low

    @property
    def high(self) -> float | None:
        return None if self.kept is None else Kept(*self.kept).high

    @property
    def mode(self) -> int | None:
        return None if self.kept is None else int(Kept(*self.kept).mode or 0)

    @property
    def met_share(self) -> float | None:
        return None if self.kept is None else Kept(*self.kept).met_share

    @property
    def commit(self) -> float | None:
        return None if self.marked is None else self.marked[0]

    @property
    def stretch(self) -> float | None:
        return None if self.marked is None else self.marked[1]

    @property
    def plan(self) -> Sequence[Planned]:
        if self.marked is None or len(self.marked) == 2:
            return ()
        points = [point or 0.0 for point in self.marked[2:]]
        half = len(points) // 2
        return [(int(day), share) for day, share in zip(points[:half], points[half:], strict=True)]


class Kept(NamedTuple):
    """How something is maintained, and how well: as of a key result."""

    low: float | None
    high: float | None
    mode: float | None
    met_share: float | None


class Objective(NamedTuple):
    """An objective: its definition that holds, and its place in the tree."""

    objective_id: Id
    cycle_id: Id
    reference: str
    title: str
    why: str
    level: int
    owner_id: Id | None
    creator_id: Id | None
    team: str  # what it was called by an event of before teams had ids
    contributor_ids: tuple[Id, ...]
    named_person_ids: tuple[Id, ...]
    start_day: int
    due_day: int
    kind: int
    visibility: int
    roll_up: int
    labels: tuple[str, ...]
    state: int
    child_weight: float  # among the children of what it hangs under
    team_id: Id | None
    pillar_id: Id | None
    approval: int
    carried_from: Id | None
    copied_from: Id | None
    started_from: Id | None  # a KPI
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
    start: float | None
    target: float
    unit: str
    milestone_titles: tuple[str, ...] | None
    milestone_weights: tuple[float, ...] | None
    milestone_due_days: tuple[int, ...] | None
    cancelled: bool
    low: float | None  # of what is maintained; None: no such bound
    high: float | None
    mode: int | None
    first_day: int  # from which on it is there
    commit: float | None
    stretch: float | None
    plan_days: tuple[int, ...] | None  # None: it has no plan by dates
    plan_shares: tuple[float, ...] | None
    targeted_on: int | None  # the day of the first target of what was a baseline
    feeds: tuple[Id, ...] | None  # of a sum
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
    met_share: float | None = None  # by share: of the standing check-ins with a value, those that met the bounds of their own day
    newest_on: int | None = None  # the day of the newest standing check-in
    newest_confidence: int | None = None  # of the newest standing check-in that says one

    @property
    def plan(self) -> Sequence[Planned]:
        """Its plan by dates; empty where it has none."""
        return tuple(zip(self.plan_days or (), self.plan_shares or (), strict=True))

    further: Sequence[Any] | None = None  # as `values.Further` names it


Obj = TypeVar("Obj", bound=RollUpNode)
Kr = TypeVar("Kr", bound=RollUpInput)


@dataclass(slots=True)
class Tree(Generic[Obj, Kr]):
    """What stands at one point of both time axes; `counting` holds, by objective, all key results that are its own or shared with it."""

    objectives: dict[Id, Obj] = field(default_factory=dict)
    key_results: dict[Id, Kr] = field(default_factory=dict)
    counting: dict[Id, list[Kr]] = field(default_factory=dict)


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
        shared = tree.key_results.get(key_result_id)
        if objective_id in tree.objectives and shared is not None and shared.objective_id != objective_id:  # else it was moved there
            counting.setdefault(objective_id, []).append(shared)
    return tree


def in_their_places(objectives: Mapping[Id, RollUpNode], shown: Iterable[Id]) -> list[tuple[Id, int]]:
    """Those of the objectives that are shown, with their depth: parents before children, siblings in the order of their ids."""
    here = set(shown)
    children: dict[Id | None, list[Id]] = {}
    for i in sorted(here, reverse=True):
        parent = objectives[i].parent_objective_id
        children.setdefault(parent if parent in here else None, []).append(i)
    order: list[tuple[Id, int]] = []
    stack = [(i, 0) for i in children.get(None, ())]
    while stack:
        i, depth = stack.pop()
        order.append((i, depth))
        stack += [(child, depth + 1) for child in children.get(i, ())]
    return order
