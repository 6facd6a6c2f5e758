"""A cycle's tree: the objectives and key results of `objectives.py`, with fewer of their fields, from a message of columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from cairn.progress.v1 import service_pb2
from chassis.ids import Id, id_text
from gateway.http import Answer
from gateway.schemas.as_of import AsOf
from gateway.schemas.fields import Reference
from gateway.schemas.mapping import NOBODY, Json, JsonMapping, People
from gateway.schemas.names import CycleName
from gateway.schemas.objectives import (
    ChildWeight,
    Commit,
    Coverage,
    EndedOn,
    Grade,
    Hidden,
    High,
    KeyResultId,
    KeyResultMeasure,
    KeyResultRef,
    KeyResultValue,
    Low,
    MeanConfidence,
    Mode,
    ObjectiveId,
    ObjectiveLevel,
    ObjectiveOwner,
    ObjectiveRef,
    ObjectiveState,
    ObjectiveStatus,
    ObjectiveTeam,
    Pace,
    Parent,
    PlanOfRow,
    Progress,
    ProgressRaw,
    Stale,
    Status,
    Stretch,
    Weight,
)
from gateway.schemas.pages import Limit, Next, Page
from gateway.schemas.values import reference_or_id


class TreeQuery(AsOf, Page):
    """Which tree."""

    cycle: Reference
    """By id or name."""
    limit: Limit = 1000
    """How many objectives to answer at most. A page of 4 MiB ends sooner."""


class TreeKeyResult(Answer):
    """A key result in a tree."""

    id: KeyResultId
    ref: KeyResultRef
    title: str
    measure: KeyResultMeasure
    value: KeyResultValue
    progress: Progress
    progress_raw: ProgressRaw
    status: Status
    stale: Stale
    grade: Grade
    weight: Weight
    abstained: bool
    cancelled: bool
    counts: bool
    """For the objective that it stands under here."""
    low: Low
    high: High
    mode: Mode
    commit: Commit
    stretch: Stretch
    plan: PlanOfRow


class TreeObjective(Answer):
    """An objective in a tree."""

    id: ObjectiveId
    ref: ObjectiveRef
    title: str
    parent: Parent | None
    depth: int
    """0: at the top."""
    owner: ObjectiveOwner
    team: ObjectiveTeam
    level: ObjectiveLevel
    state: ObjectiveState
    ended_on: EndedOn
    progress: Progress
    progress_raw: ProgressRaw
    status: ObjectiveStatus
    pace: Pace
    coverage: Coverage
    confidence: MeanConfidence
    stale: Stale
    grade: Grade
    hidden: Hidden
    child_weight: ChildWeight
    key_results: list[TreeKeyResult]


class Tree(Answer):
    """A page of a cycle's tree, parents before children; the numbers are those of the whole tree."""

    cycle: CycleName
    objectives: list[TreeObjective]
    total: int
    """Objectives in the tree that you may see."""
    formula_version: int
    next: Next


_TREE_OBJECTIVE: Final = JsonMapping(TreeObjective, service_pb2.ObjectiveColumns, added={"key_results", "parent"})
_TREE_KEY_RESULT: Final = JsonMapping(TreeKeyResult, service_pb2.KeyResultColumns)


def tree_objectives(tree: service_pb2.GetTreeResponse, people: People) -> list[Json]:
    """The objectives of a tree, each with its key results. `people` are all who own one."""
    key_results: list[list[Json]] = [[] for _ in tree.objectives.objective_id]
    objectives = _TREE_OBJECTIVE.rows(tree.objectives, people, parent=_parents(tree), key_results=key_results)
    for home, key_result in zip(tree.key_results.objective, _key_result_rows(tree.key_results), strict=True):
        key_results[home].append(key_result)
    return objectives


def _key_result_rows(columns: service_pb2.KeyResultColumns) -> list[Json]:
    unsaid: dict[str, list[Any]] = {}
    rows = len(columns.objective)
    if not columns.mode:  # none is maintained
        unsaid |= dict.fromkeys(("low", "high", "mode"), [None] * rows)
    if not columns.plan:  # none has a plan or marks
        unsaid |= {"commit": [None] * rows, "stretch": [None] * rows, "plan": [[] for _ in range(rows)]}
    return _TREE_KEY_RESULT.rows(columns, NOBODY, **unsaid)


def _parents(tree: service_pb2.GetTreeResponse) -> list[Json | None]:
    """What each objective hangs under. What stands on this page itself is named there; what does not, comes beside it."""
    above, by_key_result = list(tree.objectives.parent_objective_id), list(tree.objectives.parent_key_result_id)
    called = {name.id: _called(name.id, name.reference, name.title) for name in tree.parents}
    called |= _called_among(set(above), tree.objectives.objective_id, tree.objectives)
    called |= _called_among(set(by_key_result), tree.key_results.key_result_id, tree.key_results)
    places = list(zip(above, by_key_result, strict=True))
    parents = {
        (objective, key_result): {"objective": called[objective], "key_result": called.get(key_result)}
        for objective, key_result in set(places)
        if objective in called
    }
    return [parents.get(place) for place in places]


def _called_among(
    wanted: set[Id], ids: Iterable[Id], columns: service_pb2.ObjectiveColumns | service_pb2.KeyResultColumns
) -> dict[Id, Json]:
    """What those of some rows are called that are wanted; of a tree these are few."""
    if not wanted.difference((b"",)):
        return {}
    return {i: _called(i, columns.reference[n], columns.title[n]) for n, i in enumerate(ids) if i in wanted}


def _called(thing: Id, reference: str, title: str) -> Json:
    return {"id": id_text(thing), "ref": reference_or_id(reference, thing), "title": title}
