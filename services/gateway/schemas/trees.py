"""A cycle's tree: the objectives and key results of `objectives.py`, with fewer of their fields, from a message of columns."""

from __future__ import annotations

from typing import Final

from cairn.progress.v1 import service_pb2
from gateway.http import Answer
from gateway.schemas.as_of import AsOf
from gateway.schemas.fields import IdText, Reference
from gateway.schemas.mapping import Json, JsonMapping
from gateway.schemas.objectives import (
    Grade,
    Hidden,
    KeyResultId,
    KeyResultMeasure,
    KeyResultRef,
    KeyResultValue,
    ObjectiveId,
    ObjectiveLevel,
    ObjectiveOwner,
    ObjectiveParent,
    ObjectiveRef,
    ObjectiveState,
    ObjectiveStatus,
    ObjectiveTeam,
    Progress,
    ProgressRaw,
    Status,
    Weight,
)
from gateway.schemas.pages import Limit, Next, Page


class TreeQuery(AsOf, Page):
    """Which tree."""

    cycle: Reference
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
    grade: Grade
    weight: Weight
    abstained: bool
    cancelled: bool


class TreeObjective(Answer):
    """An objective in a tree."""

    id: ObjectiveId
    ref: ObjectiveRef
    title: str
    parent: ObjectiveParent
    depth: int
    """0: at the top."""
    owner: ObjectiveOwner
    team: ObjectiveTeam
    level: ObjectiveLevel
    state: ObjectiveState
    progress: Progress
    progress_raw: ProgressRaw
    status: ObjectiveStatus
    grade: Grade
    hidden: Hidden
    key_results: list[TreeKeyResult]


class Tree(Answer):
    """A page of a cycle's tree, parents before children; the numbers are those of the whole tree."""

    cycle: IdText
    objectives: list[TreeObjective]
    total: int
    """Objectives in the tree that you may see."""
    formula_version: int
    next: Next


_TREE_OBJECTIVE: Final = JsonMapping(TreeObjective, service_pb2.ObjectiveColumns, added={"key_results"})
_TREE_KEY_RESULT: Final = JsonMapping(TreeKeyResult, service_pb2.KeyResultColumns)


def tree_objectives(tree: service_pb2.GetTreeResponse) -> list[Json]:
    """The objectives of a tree, each with its key results."""
    objectives = _TREE_OBJECTIVE.rows(tree.objectives)
    for objective in objectives:
        objective["key_results"] = []
    for home, key_result in zip(tree.key_results.objective, _TREE_KEY_RESULT.rows(tree.key_results), strict=True):
        objectives[home]["key_results"].append(key_result)
    return objectives
