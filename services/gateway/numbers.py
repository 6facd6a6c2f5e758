"""Objectives and key results as progress answers them, written as JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from cairn.common.v1 import common_pb2
from cairn.progress.v1 import service_pb2
from chassis.days import Day, date_of, day_of
from chassis.ids import id_text
from gateway.answers import optional_id
from gateway.fields import Answer, DayField, IdText, InstantField, Query, day_text, six_digits
from gateway.words import (
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

Share = Annotated[float | None, Field(examples=[0.616])]
"""A number with six digits; null: none."""


class AsOf(Query):
    """What held when."""

    as_of: DayField | None = None
    """The day that the answer is true of; none: today."""
    known_at: InstantField | None = None
    """Only what was known at this instant; none: now."""


class Milestone(Answer):
    """A part of a key result of measure milestones, numbered from 1 in this order."""

    title: str
    weight: Share
    due_day: str | None
    done: bool


class Owner(Answer):
    """Who owns a key result, and which part."""

    person: IdText
    share: Share
    """null: equal parts."""


class KeyResult(Answer):
    """A key result and its numbers."""

    id: IdText
    ref: str
    """Its reference, else its id."""
    title: str
    objective_id: IdText
    """Its home."""
    measure: MeasureWord
    start: float | None
    target: float | None
    unit: str | None
    weight: Share
    due_day: str | None
    owners: list[Owner]
    value: float | None
    """Of the current check-in."""
    progress: Share
    """0 to 1."""
    progress_raw: Share
    """Unclamped."""
    status: StatusWord
    status_said: bool
    """Said by hand, not computed."""
    grade: Share
    abstained: bool
    confidence: int | None
    as_of: str | None
    """The day of the current check-in."""
    check_in_id: IdText | None
    milestones: list[Milestone]
    shared: bool
    """It counts for more than its home."""
    cancelled: bool
    event_ids: list[IdText]
    """What the number came from."""


class Parent(Answer):
    """Where an objective hangs in the tree."""

    objective: IdText | None
    key_result: IdText | None


class Objective(Answer):
    """An objective, its key results and their numbers."""

    id: IdText
    ref: str
    """Its reference, else its id."""
    title: str
    why: str
    cycle: IdText
    level: LevelWord
    owner: IdText | None
    team: str | None
    contributors: list[IdText]
    state: ObjectiveStateWord
    kind: ObjectiveKindWord
    visibility: VisibilityWord
    roll_up: RollUpWord
    start_day: str | None
    due_day: str | None
    parent: Parent
    children: list[IdText]
    labels: list[str]
    progress: Share
    """0 to 1; null: nothing counts."""
    progress_raw: Share
    """Unclamped."""
    status: StatusWord
    status_said: bool
    grade: Share
    """The mean of those graded."""
    expected_pace: Share
    not_started_share: Share
    """Of the key results that count, those without a check-in."""
    formula_version: int
    version: int
    """What If-Match takes."""
    key_results: list[KeyResult]


def as_of_message(true_on: date | None, known_at: datetime | None) -> common_pb2.AsOf | None:
    """The two instants of a question; None where it asks for the present."""
    if true_on is None and known_at is None:
        return None
    message = common_pb2.AsOf()
    if true_on is not None:
        message.true_on = day_of(true_on)
    if known_at is not None:
        message.known_at.FromDatetime(known_at.replace(tzinfo=None))
    return message


def shown_objective(objective: service_pb2.Objective) -> Objective:
    """An objective as JSON shows it."""
    return Objective(
        id=id_text(objective.objective_id),
        ref=objective.reference or id_text(objective.objective_id),
        title=objective.title,
        why=objective.why,
        cycle=id_text(objective.cycle_id),
        level=LEVELS.word(objective.level) or "company",
        owner=optional_id(objective.owner_id),
        team=objective.team or None,
        contributors=[id_text(person) for person in objective.contributor_ids],
        state=OBJECTIVE_STATES.word(objective.state) or "draft",
        kind=OBJECTIVE_KINDS.word(objective.kind) or "committed",
        visibility=VISIBILITIES.word(objective.visibility) or "company",
        roll_up=ROLL_UPS.word(objective.roll_up) or "key_results",
        start_day=day_text(objective.start_day),
        due_day=day_text(objective.due_day),
        parent=Parent(objective=optional_id(objective.parent_objective_id), key_result=optional_id(objective.parent_key_result_id)),
        children=[id_text(child) for child in objective.child_ids],
        labels=list(objective.labels),
        progress=six_digits(objective.progress) if objective.HasField("progress") else None,
        progress_raw=six_digits(objective.progress_raw) if objective.HasField("progress_raw") else None,
        status=STATUSES.word(objective.status) or "not started",
        status_said=objective.status_said,
        grade=six_digits(objective.grade) if objective.HasField("grade") else None,
        expected_pace=six_digits(objective.expected_pace),
        not_started_share=six_digits(objective.not_started_share),
        formula_version=objective.formula_version,
        version=objective.version,
        key_results=[shown_key_result(key_result) for key_result in objective.key_results],
    )


def shown_key_result(key_result: service_pb2.KeyResult) -> KeyResult:
    """A key result as JSON shows it."""
    is_metric = key_result.measure == service_pb2.MEASURE_METRIC
    return KeyResult(
        id=id_text(key_result.key_result_id),
        ref=key_result.reference or id_text(key_result.key_result_id),
        title=key_result.title,
        objective_id=id_text(key_result.objective_id),
        measure=MEASURES.word(key_result.measure) or "graded",
        start=key_result.start if is_metric else None,
        target=key_result.target if is_metric else None,
        unit=key_result.unit or None,
        weight=six_digits(key_result.weight),
        due_day=due_day_text(key_result.due_day),
        owners=[Owner(person=id_text(o.person_id), share=six_digits(o.share) if o.HasField("share") else None) for o in key_result.owners],
        value=key_result.value if key_result.HasField("value") else None,
        progress=six_digits(key_result.progress) if key_result.HasField("progress") else None,
        progress_raw=six_digits(key_result.progress_raw) if key_result.HasField("progress_raw") else None,
        status=STATUSES.word(key_result.status) or "not started",
        status_said=key_result.status_said,
        grade=six_digits(key_result.grade) if key_result.HasField("grade") else None,
        abstained=key_result.abstained,
        confidence=key_result.confidence if key_result.HasField("confidence") else None,
        as_of=day_text(key_result.as_of) if key_result.HasField("as_of") else None,
        check_in_id=optional_id(key_result.check_in_id),
        milestones=[
            Milestone(title=m.title, weight=six_digits(m.weight), due_day=due_day_text(m.due_day), done=m.done)
            for m in key_result.milestones
        ],
        shared=key_result.shared,
        cancelled=key_result.cancelled,
        event_ids=[id_text(event) for event in key_result.event_ids],
    )


def due_day_text(day: Day) -> str | None:
    """A due day; None where there is none (0)."""
    return date_of(day).isoformat() if day else None
