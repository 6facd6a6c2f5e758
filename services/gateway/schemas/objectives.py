"""Objectives and key results with their numbers, as progress answers them."""

from __future__ import annotations

from math import isfinite
from typing import Annotated, Any, Final, Literal, assert_never, get_args

from pydantic import ConfigDict, Field

from cairn.goals.v1 import events_pb2 as goals_events
from cairn.progress.v1 import events_pb2 as progress_events
from cairn.progress.v1 import service_pb2
from chassis.days import Day
from chassis.ids import id_text
from gateway.http import Answer
from gateway.schemas.enums import (
    APPROVALS,
    BANDS,
    LEVELS,
    MAINTAIN_MODES,
    MEASURES,
    OBJECTIVE_KINDS,
    OBJECTIVE_STATES,
    ROLL_UPS,
    STATUSES,
    VISIBILITIES,
    ApprovalWord,
    BandWord,
    LevelWord,
    MaintainModeWord,
    MeasureWord,
    ObjectiveKindWord,
    ObjectiveStateWord,
    RollUpWord,
    StatusWord,
    VisibilityWord,
)
from gateway.schemas.fields import DayText, IdText
from gateway.schemas.history import GOALPOST, Goalpost
from gateway.schemas.mapping import NOBODY, Json, JsonMapping, People, part, people, person, pillar, read, team
from gateway.schemas.names import (
    FEED,
    KEY_RESULT_NAME,
    KPI_NAME,
    OBJECTIVE_NAME,
    CreatedAt,
    CreatedBy,
    CycleName,
    Feed,
    KeyResultName,
    KpiName,
    ObjectiveName,
    PersonName,
    PillarName,
    TeamName,
    UpdatedAt,
    UpdatedBy,
    cycle_name,
)
from gateway.schemas.values import day_text, due_day_text, id_texts, optional_id, optional_text, reference_or_id, six_digits

Share = Annotated[float | None, Field(examples=[0.616])]
"""A number with six digits; null: none."""


def _only_of_a_way(value: float, measure: service_pb2.Measure.ValueType) -> float | None:
    match MEASURES.word(measure):
        case "metric" | "sum" | "baseline":
            return _finite(value)
        case "binary" | "milestones" | "graded" | "maintain":
            return None
        case unknown_measure:
            assert_never(unknown_measure)


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None


def _told(status: progress_events.Status.ValueType) -> StatusWord | None:
    return STATUSES.word(status) if status else None


def _mode(mode: goals_events.MaintainMode.ValueType) -> MaintainModeWord | None:
    return MAINTAIN_MODES.word(mode) if mode else None


def _approval(approval: goals_events.Approval.ValueType) -> ApprovalWord | None:
    return APPROVALS.word(approval) if approval else None


def _band(band: service_pb2.Band.ValueType) -> BandWord | None:
    return BANDS.word(band) if band else None


def _met(band: service_pb2.Band.ValueType, met: bool) -> bool | None:
    return met if band else None


def _ended_on(day: Day) -> str | None:
    return None if day == _NOT_ENDED else day_text(day)


_NOT_ENDED: Final = -(2**31)
"""As columns say it."""


def _parent(objective: service_pb2.Name, key_result: service_pb2.Name) -> Json | None:
    if not objective.id:
        return None
    return {"objective": OBJECTIVE_NAME.json(objective), "key_result": KEY_RESULT_NAME.json(key_result) if key_result.id else None}


# The fields that an objective or a key result has wherever it is shown.
ObjectiveId = Annotated[IdText, read("objective_id", write=id_text)]
ObjectiveRef = Annotated[str, read("reference", "objective_id", write=reference_or_id)]
ObjectiveLevel = Annotated[LevelWord, read("level", write=LEVELS.word)]
ObjectiveState = Annotated[ObjectiveStateWord, read("state", write=OBJECTIVE_STATES.word)]
ObjectiveOwner = Annotated[PersonName | None, person("owner_id")]
ObjectiveTeam = Annotated[TeamName | None, team("team_id")]
KeyResultId = Annotated[IdText, read("key_result_id", write=id_text)]
KeyResultRef = Annotated[str, read("reference", "key_result_id", write=reference_or_id)]
KeyResultMeasure = Annotated[MeasureWord, read("measure", write=MEASURES.word)]
KeyResultValue = Annotated[float | None, read("value", write=_finite)]
Bound = Annotated[float | None, Field(description="Of what is maintained: the value that is kept, itself included. null: no such bound.")]
ChildWeight = Annotated[
    Share,
    read("child_weight", write=six_digits),
    Field(description="How much it counts among the children of what it hangs under. Where all of these weigh 0, there is no number."),
]
Low = Annotated[Bound, read("low", write=_finite)]
High = Annotated[Bound, read("high", write=_finite)]
Mode = Annotated[
    MaintainModeWord | None,
    read("mode", write=_mode),
    Field(
        description="Of what is maintained: shown by the newest value, or by the share of the check-ins that met the bounds of their day."
    ),
]
Weight = Annotated[Share, read("weight", write=six_digits)]
Progress = Annotated[Share, read("progress", write=six_digits)]
ProgressRaw = Annotated[Share, read("progress_raw", write=six_digits)]
Grade = Annotated[Share, read("grade", write=six_digits)]
Band = Annotated[
    BandWord | None,
    read("band", write=_band),
    Field(description="Of the unrounded grade, by the tenant's setting `bands`; null: there is no grade, or it is hidden."),
]
Met = Annotated[
    bool | None,
    read("band", "met", write=_met),
    Field(description="By the grade: of a committed objective at 1.0, of an aspirational one at 0.7; null: there is no grade."),
]
Status = Annotated[StatusWord, read("status", write=STATUSES.word)]
ObjectiveStatus = Annotated[StatusWord | None, read("status", write=_told)]
Hidden = Annotated[
    bool,
    Field(description="Something counts that you may not know of. Where it is one thing, progress, status and grade are not told: null."),
]
ObjectiveStartDay = Annotated[DayText | None, read("start_day", write=day_text)]
ObjectiveDueDay = Annotated[DayText | None, read("due_day", write=day_text)]
Start = Annotated[float | None, read("start", "measure", write=_only_of_a_way)]
Target = Annotated[float | None, read("target", "measure", write=_only_of_a_way)]
DueDay = Annotated[DayText | None, read("due_day", write=due_day_text)]


Pace = Annotated[
    Share, read("expected_pace", write=six_digits), Field(description="Expected by the calendar, 0 to 1; null: it has no calendar.")
]
Coverage = Annotated[
    Share,
    read("coverage", write=six_digits),
    Field(description="Of the key results that count, those with a value; null: nothing counts, or hidden."),
]
MeanConfidence = Annotated[
    Share,
    read("confidence", write=six_digits),
    Field(description="The mean of the newest said of its key results, by weight; null: none was said, or hidden."),
]
Stale = Annotated[bool, Field(description="Nothing was heard for more than two cadences, though somebody should have said something.")]
EndedOn = Annotated[DayText | None, read("ended_on", write=_ended_on), Field(description="The day of its end; null: it has not ended.")]
Mark = Annotated[float | None, Field(description="A mark on the way to the target, or beyond it; null: none.")]
Commit = Annotated[Mark, read("commit", write=_finite)]
Stretch = Annotated[Mark, read("stretch", write=_finite)]


MarkWord = Literal["commit", "stretch"]
MARKS: Final[tuple[MarkWord, ...]] = get_args(MarkWord)


class PlannedShare(Answer):
    """A point of a plan by dates."""

    day: Annotated[DayText, read("day", write=day_text)]
    share: Annotated[Share, read("share", write=six_digits)]
    """How much of the way is to be reached by then, 0 to 1."""


_PLANNED: Final = JsonMapping(PlannedShare, goals_events.PlannedShare)
_PLAN = Field(description="By when how much is to be reached; without points, straight on, as the tenant has it.")
Plan = Annotated[list[PlannedShare], part("plan.points", _PLANNED), _PLAN]
PlanOfRow = Annotated[list[PlannedShare], read("plan", write=lambda plan: [_PLANNED.json(point) for point in plan.points]), _PLAN]


class Milestone(Answer):
    """A part of a key result of measure milestones, numbered from 1 in this order."""

    title: str
    weight: Weight
    due_day: DueDay
    done: bool


MILESTONE: Final = JsonMapping(Milestone, service_pb2.MilestoneState)


class Part(Answer):
    """What one of several owners said of their part."""

    person: Annotated[PersonName, person("person_id")]
    value: float
    as_of: Annotated[DayText, read("as_of", write=day_text)]


PART: Final = JsonMapping(Part, service_pb2.Part)


class Owner(Answer):
    """Who owns a key result, and which part."""

    model_config = ConfigDict(title="KeyResultOwner")

    person: Annotated[PersonName, person("person_id")]
    share: Annotated[Share, read("share", write=six_digits)]
    """null: equal parts."""


OWNER: Final = JsonMapping(Owner, goals_events.Owner)


class KeyResult(Answer):
    """A key result and its numbers."""

    id: KeyResultId
    ref: KeyResultRef
    """Its reference, else its id."""
    reference: Annotated[str | None, read("reference", write=optional_text)]
    """As it was given; null: none was."""
    title: str
    objective: Annotated[ObjectiveName | None, part("objective", OBJECTIVE_NAME)]
    """Its home; null: one that you may not know of."""
    measure: KeyResultMeasure
    start: Start
    target: Target
    unit: Annotated[str | None, read("unit", write=optional_text)]
    low: Low
    high: High
    mode: Mode
    commit: Commit
    stretch: Stretch
    marks_reached: Annotated[list[MarkWord], read("marks_reached", write=lambda reached: [word for word in MARKS if word in reached])]
    """Of these two, those that the value has reached."""
    plan: Plan
    weight: Weight
    due_day: DueDay
    owners: Annotated[list[Owner], part("owners", OWNER)]
    counts_for: Annotated[list[ObjectiveName], part("counts_for", OBJECTIVE_NAME)]
    """Beside its home, as far as you may know."""
    value: KeyResultValue
    """Of the current check-in."""
    progress: Progress
    """0 to 1."""
    progress_raw: ProgressRaw
    """Unclamped."""
    status: ObjectiveStatus
    """null: hidden."""
    status_said: bool
    """Said by hand, not computed."""
    pace: Pace
    stale: Stale
    grade: Grade
    band: Band
    met: Met
    abstained: bool
    confidence: int | None
    """The newest said."""
    as_of: Annotated[DayText | None, read("as_of", write=day_text)]
    """The day of the current check-in."""
    check_in_id: Annotated[IdText | None, read("check_in_id", write=optional_id)]
    milestones: Annotated[list[Milestone] | None, part("milestones", MILESTONE)]
    """null: it is not measured by milestones."""
    feeds: Annotated[list[Feed] | None, part("feeds", FEED)]
    """Of a sum: the key results and KPIs whose values it adds up, as far as you may know; one KPI alone is what it follows. null: it is
    none."""
    parts: Annotated[list[Part] | None, part("parts", PART)]
    """What of several owners the value is the mean of; none: it was said of the whole. null: it can have none."""
    hidden: bool
    """Something feeds it that you may not know of. Where it is one thing, its value is not told: null."""
    shared: bool
    """It counts for more than its home, as far as you may know."""
    cancelled: bool
    counts: bool
    """For the objective that shows it; by itself, for its home. One that does not is shown, and no number rests on it."""
    event_ids: Annotated[list[IdText], read("event_ids", write=id_texts)]
    """What the number came from; of a sum also the values of KPIs that feed it."""
    goalposts: Annotated[list[Goalpost] | None, part("goalposts.goalposts", GOALPOST)]
    """What was moved of it while its objective was active: what it was at first, what it is, and who moved it last. null: that is told by
    GET /v1/key-results/{ref}.
    """
    created_at: CreatedAt
    created_by: CreatedBy
    updated_at: UpdatedAt
    updated_by: UpdatedBy


class _OfItsMeasure(JsonMapping):
    """Key results, in which the fields of another measure are null, and goalposts that were not asked for."""

    def json(self, message: Any, people: People = NOBODY, **added: Any) -> Json:
        key_result = of_its_measure(super().json(message, people, **added))
        return key_result if message.HasField("goalposts") else {**key_result, "goalposts": None}


def of_its_measure(key_result: Json) -> Json:
    """A key result, with null in the fields of another measure than its own, and with six digits where its value is a mean of parts."""
    measure: MeasureWord = key_result["measure"]
    if measure != "milestones":
        key_result["milestones"] = None
    if measure != "sum":
        key_result["feeds"] = None
    if measure in WITHOUT_PARTS:
        key_result["parts"] = None
    elif key_result["parts"] and key_result["value"] is not None:
        key_result["value"] = six_digits(key_result["value"])
    return key_result


WITHOUT_PARTS: Final[frozenset[MeasureWord]] = frozenset({"binary", "milestones", "sum"})

KEY_RESULT: Final = _OfItsMeasure(KeyResult, service_pb2.KeyResult)


class Parent(Answer):
    """What an objective hangs under."""

    objective: ObjectiveName | None
    """Of a key result its home."""
    key_result: KeyResultName | None


class Objective(Answer):
    """An objective, its key results and their numbers."""

    id: ObjectiveId
    ref: ObjectiveRef
    """Its reference, else its id."""
    reference: Annotated[str | None, read("reference", write=optional_text)]
    """As it was given; null: none was."""
    title: str
    why: str
    cycle: Annotated[CycleName, read("cycle_id", "cycle_name", write=cycle_name)]
    level: ObjectiveLevel
    owner: ObjectiveOwner
    team: ObjectiveTeam
    contributors: Annotated[list[PersonName], people("contributor_ids")]
    named_people: Annotated[list[PersonName] | None, people("named_people.person_ids")]
    """Who else may see a private one; null: told its creator, its owner, admins and auditors alone."""
    state: ObjectiveState
    approval: Annotated[ApprovalWord | None, read("approval", write=_approval)]
    """Where the tenant wants one before it becomes active; null: it was never submitted, or changed since it was approved."""
    ended_on: EndedOn
    kind: Annotated[ObjectiveKindWord, read("kind", write=OBJECTIVE_KINDS.word)]
    visibility: Annotated[VisibilityWord, read("visibility", write=VISIBILITIES.word)]
    roll_up: Annotated[RollUpWord, read("roll_up", write=ROLL_UPS.word)]
    child_weight: ChildWeight
    start_day: ObjectiveStartDay
    due_day: ObjectiveDueDay
    parent: Annotated[Parent | None, read("parent_objective", "parent_key_result", write=_parent)]
    """null: it stands at the top, or you may not know of it."""
    children: Annotated[list[ObjectiveName], part("children", OBJECTIVE_NAME)]
    carried_from: Annotated[ObjectiveName | None, part("carried_from", OBJECTIVE_NAME)]
    """The objective that it carries on; null: none, or you may not know of it."""
    copied_from: Annotated[ObjectiveName | None, part("copied_from", OBJECTIVE_NAME)]
    """The objective that it was copied from; null: none, or you may not know of it."""
    started_from: Annotated[KpiName | None, part("started_from", KPI_NAME)]
    """The KPI out of its range that it was started from; null: none."""
    labels: list[str]
    pillar: Annotated[PillarName | None, pillar("pillar_id")]
    """The strategic pillar that it serves; null: none."""
    progress: Progress
    """0 to 1; null: nothing counts, or hidden."""
    progress_raw: ProgressRaw
    """Unclamped."""
    status: ObjectiveStatus
    """null: hidden."""
    status_said: bool
    grade: Grade
    """The mean of those graded."""
    band: Band
    met: Met
    pace: Pace
    coverage: Coverage
    confidence: MeanConfidence
    stale: Stale
    hidden: Hidden
    formula_version: int
    version: int
    """What If-Match takes."""
    created_at: CreatedAt
    created_by: CreatedBy
    updated_at: UpdatedAt
    updated_by: UpdatedBy
    key_results: Annotated[list[KeyResult], part("key_results", KEY_RESULT)]


OBJECTIVE: Final = JsonMapping(Objective, service_pb2.Objective)
