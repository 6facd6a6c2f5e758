"""A cycle's tree: the objectives and key results of `objectives.py`, with fewer of their fields, from a message of columns."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any, Final

from cairn.progress.v1 import service_pb2
from chassis.ids import Id, id_text
from gateway.http import Answer
from gateway.schemas.as_of import AsOf
from gateway.schemas.changed_since import Changes
from gateway.schemas.fields import IdText, Reference
from gateway.schemas.mapping import Json, JsonMapping, People
from gateway.schemas.names import FEED, CycleName, Feed
from gateway.schemas.objectives import (
    MILESTONE,
    PART,
    Band,
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
    Met,
    Milestone,
    Mode,
    ObjectiveDueDay,
    ObjectiveId,
    ObjectiveLevel,
    ObjectiveOwner,
    ObjectiveRef,
    ObjectiveStartDay,
    ObjectiveState,
    ObjectiveStatus,
    ObjectiveTeam,
    Owner,
    Pace,
    Parent,
    Part,
    PlanOfRow,
    Progress,
    ProgressRaw,
    Stale,
    Start,
    Stretch,
    Target,
    Weight,
    of_its_measure,
)
from gateway.schemas.pages import Limit, Next
from gateway.schemas.values import reference_or_id, six_digits


class TreeQuery(AsOf, Changes):
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
    start: Start
    target: Target
    value: KeyResultValue
    progress: Progress
    progress_raw: ProgressRaw
    status: ObjectiveStatus
    """null: hidden."""
    stale: Stale
    grade: Grade
    band: Band
    met: Met
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
    owners: list[Owner]
    milestones: list[Milestone] | None
    """null: it is not measured by milestones."""
    feeds: list[Feed] | None
    """Of a sum: the key results whose values it adds up, as far as you may know. null: it is none."""
    parts: list[Part] | None
    """What of several owners the value is the mean of; none: it was said of the whole. null: it can have none."""


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
    start_day: ObjectiveStartDay
    due_day: ObjectiveDueDay
    ended_on: EndedOn
    progress: Progress
    progress_raw: ProgressRaw
    status: ObjectiveStatus
    pace: Pace
    coverage: Coverage
    confidence: MeanConfidence
    stale: Stale
    grade: Grade
    band: Band
    met: Met
    hidden: Hidden
    child_weight: ChildWeight
    key_results: list[TreeKeyResult]


class Tree(Answer):
    """A page of a cycle's tree, parents before children; the numbers are those of the whole tree."""

    cycle: CycleName
    objectives: list[TreeObjective]
    gone: list[IdText]
    """With changed_since, on the first page: what has changed and is no longer in the tree, of what you may see or could see then."""
    total: int
    """Objectives in the tree that you may see; with changed_since those of them that have changed."""
    formula_version: int
    next: Next


_TREE_OBJECTIVE: Final = JsonMapping(TreeObjective, service_pb2.ObjectiveColumns, added={"key_results", "parent"})
_DETAILS: Final = ("milestones", "feeds", "parts")
_TREE_KEY_RESULT: Final = JsonMapping(TreeKeyResult, service_pb2.KeyResultColumns, added={"owners", *_DETAILS})


def tree_objectives(tree: service_pb2.GetTreeResponse, people: People) -> list[Json]:
    """The objectives of a tree, each with its key results. `people` are all who own one."""
    key_results: list[list[Json]] = [[] for _ in tree.objectives.objective_id]
    objectives = _TREE_OBJECTIVE.rows(tree.objectives, people, parent=_parents(tree), key_results=key_results)
    for home, key_result in zip(tree.key_results.objective, _key_result_rows(tree.key_results, people), strict=True):
        key_results[home].append(key_result)
    return objectives


def people_of(tree: service_pb2.GetTreeResponse) -> set[Id]:
    """Everyone whom a tree names."""
    columns = tree.key_results
    parts = {part.person_id for detail in columns.details for part in detail.parts}
    return {*tree.objectives.owner_id, *tree.objectives.team_id, *columns.owner_id, *parts} - {b""}


def _key_result_rows(columns: service_pb2.KeyResultColumns, people: People) -> list[Json]:
    rows = len(columns.objective)
    added: dict[str, list[Any]] = {"owners": _owners(columns, people)}
    if not columns.mode:  # none is maintained
        added |= dict.fromkeys(("low", "high", "mode"), [None] * rows)
    if not columns.plan:  # none has a plan or marks
        added |= {"commit": [None] * rows, "stretch": [None] * rows, "plan": [[] for _ in range(rows)]}
    added |= {name: [None] * rows for name in _DETAILS}
    for detail in columns.details:
        added["milestones"][detail.key_result] = MILESTONE.all(detail.milestones)
        added["feeds"][detail.key_result] = FEED.all(detail.feeds)
        added["parts"][detail.key_result] = PART.all(detail.parts, people)
    added["parts"] = [parts or [] for parts in added["parts"]]
    return [of_its_measure(row) for row in _TREE_KEY_RESULT.rows(columns, people, **added)]


def _owners(columns: service_pb2.KeyResultColumns, people: People) -> list[list[Json]]:
    """Of each key result."""
    each = iter(zip(columns.owner_id, columns.owner_share, strict=True))
    return [
        [{"person": people[person_id], "share": six_digits(share)} for person_id, share in islice(each, number)]
        for number in columns.owners
    ]


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
