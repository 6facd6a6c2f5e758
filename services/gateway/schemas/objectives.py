"""Objectives and key results with their numbers, as progress answers them."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import Annotated, Final, assert_never

from pydantic import Field

from cairn.goals.v1 import events_pb2 as goals_events
from cairn.progress.v1 import events_pb2 as progress_events
from cairn.progress.v1 import service_pb2
from chassis.ids import Id, id_text
from gateway.http import Answer
from gateway.schemas.enums import (
    LEVELS,
    MEASURES,
    OBJECTIVE_KINDS,
    OBJECTIVE_STATES,
    ROLL_UPS,
    STATUSES,
    VISIBILITIES,
    LevelWord,
    MeasureWord,
    ObjectiveKindWord,
    ObjectiveStateWord,
    RollUpWord,
    StatusWord,
    VisibilityWord,
)
from gateway.schemas.fields import IdText
from gateway.schemas.mapping import Json, JsonMapping, read
from gateway.schemas.values import day_text, due_day_text, id_texts, optional_id, optional_text, reference_or_id, six_digits

Share = Annotated[float | None, Field(examples=[0.616])]
"""A number with six digits; null: none."""


def _only_of_a_metric(value: float, measure: service_pb2.Measure.ValueType) -> float | None:
    match MEASURES.word(measure):
        case "metric":
            return value
        case "binary" | "milestones" | "graded":
            return None
        case unknown_measure:
            assert_never(unknown_measure)


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None


def _told(status: progress_events.Status.ValueType) -> StatusWord | None:
    return STATUSES.word(status) if status else None


def _parent(objective: Id, key_result: Id) -> Json:
    return {"objective": optional_id(objective), "key_result": optional_id(key_result)}


def _owners(owners: Iterable[goals_events.Owner]) -> list[Json]:
    return _OWNER.all(owners)


def _milestones(milestones: Iterable[service_pb2.MilestoneState]) -> list[Json]:
    return _MILESTONE.all(milestones)


def _key_results(key_results: Iterable[service_pb2.KeyResult]) -> list[Json]:
    return KEY_RESULT.all(key_results)


# The fields that an objective or a key result has wherever it is shown.
ObjectiveId = Annotated[IdText, read("objective_id", write=id_text)]
ObjectiveRef = Annotated[str, read("reference", "objective_id", write=reference_or_id)]
ObjectiveLevel = Annotated[LevelWord, read("level", write=LEVELS.word)]
ObjectiveState = Annotated[ObjectiveStateWord, read("state", write=OBJECTIVE_STATES.word)]
ObjectiveOwner = Annotated[IdText | None, read("owner_id", write=optional_id)]
ObjectiveTeam = Annotated[str | None, read("team", write=optional_text)]
KeyResultId = Annotated[IdText, read("key_result_id", write=id_text)]
KeyResultRef = Annotated[str, read("reference", "key_result_id", write=reference_or_id)]
KeyResultMeasure = Annotated[MeasureWord, read("measure", write=MEASURES.word)]
KeyResultValue = Annotated[float | None, read("value", write=_finite)]
Weight = Annotated[Share, read("weight", write=six_digits)]
Progress = Annotated[Share, read("progress", write=six_digits)]
ProgressRaw = Annotated[Share, read("progress_raw", write=six_digits)]
Grade = Annotated[Share, read("grade", write=six_digits)]
Status = Annotated[StatusWord, read("status", write=STATUSES.word)]
ObjectiveStatus = Annotated[StatusWord | None, read("status", write=_told)]
Hidden = Annotated[
    bool,
    Field(description="Something counts that you may not know of. Where it is one thing, progress, status and grade are not told: null."),
]
DueDay = Annotated[str | None, read("due_day", write=due_day_text)]


class Milestone(Answer):
    """A part of a key result of measure milestones, numbered from 1 in this order."""

    title: str
    weight: Weight
    due_day: DueDay
    done: bool


class Owner(Answer):
    """Who owns a key result, and which part."""

    person: Annotated[IdText, read("person_id", write=id_text)]
    share: Annotated[Share, read("share", write=six_digits)]
    """null: equal parts."""


class KeyResult(Answer):
    """A key result and its numbers."""

    id: KeyResultId
    ref: KeyResultRef
    """Its reference, else its id."""
    title: str
    objective_id: Annotated[IdText | None, read("objective_id", write=optional_id)]
    """Its home; null: one that you may not know of."""
    measure: KeyResultMeasure
    start: Annotated[float | None, read("start", "measure", write=_only_of_a_metric)]
    target: Annotated[float | None, read("target", "measure", write=_only_of_a_metric)]
    unit: Annotated[str | None, read("unit", write=optional_text)]
    weight: Weight
    due_day: DueDay
    owners: Annotated[list[Owner], read("owners", write=_owners)]
    value: KeyResultValue
    """Of the current check-in."""
    progress: Progress
    """0 to 1."""
    progress_raw: ProgressRaw
    """Unclamped."""
    status: Status
    status_said: bool
    """Said by hand, not computed."""
    grade: Grade
    abstained: bool
    confidence: int | None
    as_of: Annotated[str | None, read("as_of", write=day_text)]
    """The day of the current check-in."""
    check_in_id: Annotated[IdText | None, read("check_in_id", write=optional_id)]
    milestones: Annotated[list[Milestone], read("milestones", write=_milestones)]
    shared: bool
    """It counts for more than its home, as far as you may know."""
    cancelled: bool
    event_ids: Annotated[list[IdText], read("event_ids", write=id_texts)]
    """What the number came from."""


class Parent(Answer):
    """Where an objective hangs in the tree."""

    objective: IdText | None
    key_result: IdText | None


ObjectiveParent = Annotated[Parent, read("parent_objective_id", "parent_key_result_id", write=_parent)]


class Objective(Answer):
    """An objective, its key results and their numbers."""

    id: ObjectiveId
    ref: ObjectiveRef
    """Its reference, else its id."""
    title: str
    why: str
    cycle: Annotated[IdText, read("cycle_id", write=id_text)]
    level: ObjectiveLevel
    owner: ObjectiveOwner
    team: ObjectiveTeam
    contributors: Annotated[list[IdText], read("contributor_ids", write=id_texts)]
    state: ObjectiveState
    kind: Annotated[ObjectiveKindWord, read("kind", write=OBJECTIVE_KINDS.word)]
    visibility: Annotated[VisibilityWord, read("visibility", write=VISIBILITIES.word)]
    roll_up: Annotated[RollUpWord, read("roll_up", write=ROLL_UPS.word)]
    start_day: Annotated[str | None, read("start_day", write=day_text)]
    due_day: Annotated[str | None, read("due_day", write=day_text)]
    parent: ObjectiveParent
    children: Annotated[list[IdText], read("child_ids", write=id_texts)]
    labels: list[str]
    progress: Progress
    """0 to 1; null: nothing counts, or hidden."""
    progress_raw: ProgressRaw
    """Unclamped."""
    status: ObjectiveStatus
    """null: hidden."""
    status_said: bool
    grade: Grade
    """The mean of those graded."""
    expected_pace: Annotated[Share, read("expected_pace", write=six_digits)]
    not_started_share: Annotated[Share, read("not_started_share", write=six_digits)]
    """Of the key results that count, those without a check-in."""
    hidden: Hidden
    formula_version: int
    version: int
    """What If-Match takes."""
    key_results: Annotated[list[KeyResult], read("key_results", write=_key_results)]


_OWNER: Final = JsonMapping(Owner, goals_events.Owner)
_MILESTONE: Final = JsonMapping(Milestone, service_pb2.MilestoneState)
KEY_RESULT: Final = JsonMapping(KeyResult, service_pb2.KeyResult)
OBJECTIVE: Final = JsonMapping(Objective, service_pb2.Objective)
