"""What a new key result says, by its measure, alone or as a part of a new objective; and what goals is asked for it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Annotated, Literal, assert_never

from pydantic import Field, ValidationInfo, field_validator, model_validator

from cairn.goals.v1 import events_pb2, service_pb2
from chassis.days import day_of
from chassis.ids import Id
from gateway.backends import NOTHING, ReferenceKind
from gateway.http import Api, Body, ByWord, OneOf, Problem, path_words
from gateway.routes.request import Already, Request
from gateway.schemas.enums import MAINTAIN_MODES, MaintainModeWord
from gateway.schemas.fields import DayField, HoldsFrom, OwnReference, Reference, Title, Unit, optional_day
from shared.limits import LARGEST_WEIGHT, MOST_FEEDS, MOST_MILESTONES, MOST_PLANNED

Feeds = Annotated[list[Reference], Field(max_length=MOST_FEEDS, examples=[["J1/1", "churn"]])]
Weight = Annotated[float, Field(ge=0, le=LARGEST_WEIGHT, examples=[1])]


class OwnerShare(Body):
    """Who owns a key result, and which part."""

    person: Reference
    share: Annotated[float, Field(ge=0, le=LARGEST_WEIGHT, examples=[0.5])] | None = None
    """None: 1, beside the others' shares."""


Owners = Annotated[list[Reference | OwnerShare], Field(max_length=20)]


async def owners_of(
    request: Request, named: Sequence[str | OwnerShare], field: str = "owners", already: Already | None = None
) -> list[events_pb2.Owner]:
    """Who owns a key result, and which parts. Raises Refused as `Request.responsible` does."""
    owners = [owner if isinstance(owner, OwnerShare) else OwnerShare(person=owner) for owner in named]
    people = await request.responsible([owner.person for owner in owners], field, already)
    return [events_pb2.Owner(person_id=person, share=owner.share) for person, owner in zip(people, owners, strict=True)]


class NewPlannedShare(Body):
    """A point of a plan by dates."""

    day: DayField
    """Within the span, neither its first nor its last day."""
    share: Annotated[float, Field(ge=0, le=1, examples=[0.3])]
    """How much of the way is to be reached by then."""


Plan = Annotated[list[NewPlannedShare], Field(max_length=MOST_PLANNED)]


class NewMilestone(Body):
    """A part of the way."""

    title: Title
    weight: Annotated[float, Field(gt=0, le=LARGEST_WEIGHT, examples=[1])] = 1
    due_day: DayField | None = None


Milestones = Annotated[list[NewMilestone], Field(min_length=1, max_length=MOST_MILESTONES)]


def milestones_message(milestones: Sequence[NewMilestone]) -> events_pb2.Milestones:
    """Milestones as goals takes them."""
    return events_pb2.Milestones(
        milestones=[
            events_pb2.Milestone(
                title=milestone.title,
                weight=milestone.weight,
                due_day=0 if milestone.due_day is None else day_of(milestone.due_day),
            )
            for milestone in milestones
        ]
    )


async def feed_ids(request: Request, named: Sequence[str], part: str = "") -> list[Id]:
    """Key results and KPIs; what goes by the reference of both is the key result. Both are looked up, whichever there is.

    `part` is where they stand in a body.
    """
    kpis = await request.ids_of(ReferenceKind.KPI, named)
    found = [await request.id_of(ReferenceKind.KEY_RESULT, feed, f"{part}feeds", f"feeds[{number}]") for number, feed in enumerate(named)]
    return [kpi if key_result == NOTHING and kpi is not None else key_result for key_result, kpi in zip(found, kpis, strict=True)]


class _NewKeyResult(Body):
    reference: OwnReference = ""
    """What people shall call it: J1/3. Unique in the tenant."""
    title: Title
    owners: Owners = Field(default_factory=list)
    """Each by a reference, or with a share of the value; none: the objective's owner."""
    weight: Weight = 1
    due_day: DayField | None = None
    """None: the objective's."""
    counts_for: Annotated[list[Reference], Field(max_length=50)] = Field(default_factory=list)
    """Other objectives that its check-ins move too."""
    plan: Plan = Field(default_factory=list)
    """By when how much is to be reached, the days rising; none: straight on, as the tenant has it."""
    commit: float | None = None
    """A mark beside the target: what is promised."""
    stretch: float | None = None
    """A mark beside the target: what is hoped for."""
    holds_from: HoldsFrom | None = None


class _OnItsWay(_NewKeyResult):
    @field_validator("target", check_fields=False)
    @classmethod
    def _leaves_a_way_to_go(cls, target: float, others: ValidationInfo) -> float:
        if target == others.data.get("start"):
            raise ValueError(f"must be another number than start; a {others.data['measure']} needs a way to go")
        return target


class NewMetricKeyResult(_OnItsWay):
    """A number on its way from start to target."""

    measure: Literal["metric"]
    start: float
    target: float
    """Another number than start; below it where less is better."""
    unit: Unit = ""
    """percent, CHF, people."""


class NewBinaryKeyResult(_NewKeyResult):
    """Done or not."""

    measure: Literal["binary"]


class NewMilestonesKeyResult(_NewKeyResult):
    """Parts of the way, each done or not."""

    measure: Literal["milestones"]
    milestones: Milestones


class NewGradedKeyResult(_NewKeyResult):
    """Judged by a figure from 0 to 1."""

    measure: Literal["graded"]


class NewMaintainKeyResult(_NewKeyResult):
    """A value that is kept: at least low, at most high, or between them, bounds included."""

    measure: Literal["maintain"]
    low: float | None = None
    """The lowest value that is kept; null: none, but then there is a high."""
    high: float | None = None
    """The highest, not below low."""
    unit: Unit = ""
    """percent, CHF, people."""
    mode: MaintainModeWord = "latest"
    """latest: kept or not, by the newest value. share: the share of the check-ins that met the bounds of their own day."""

    @model_validator(mode="after")
    def _has_bounds(self) -> NewMaintainKeyResult:
        if self.low is None and self.high is None:
            raise ValueError("give low, or high, or both")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("low must not lie above high")
        return self


class NewBaselineKeyResult(_NewKeyResult):
    """A number that is measured first: it has no target yet, and does not count until it gets one."""

    measure: Literal["baseline"]
    unit: Unit = ""
    """percent, CHF, people."""
    start: float | None = None
    """None: what its value is at the end of the day of its first target."""


class NewSumKeyResult(_OnItsWay):
    """A number that is the sum of those of key results and KPIs. Fed by one KPI, it follows that."""

    measure: Literal["sum"]
    start: float = 0
    target: float
    """Another number than start."""
    unit: Unit = ""
    """That of all that feed it."""
    feeds: Feeds = Field(default_factory=list)
    """Metrics, baselines, other sums and KPIs, of the same unit."""


AnyNewKeyResult = (
    NewMetricKeyResult
    | NewBinaryKeyResult
    | NewMilestonesKeyResult
    | NewGradedKeyResult
    | NewMaintainKeyResult
    | NewBaselineKeyResult
    | NewSumKeyResult
)


class NewKeyResult(OneOf):
    """A key result to be defined, with what its measure needs."""

    root: Annotated[AnyNewKeyResult, ByWord("measure")]


async def new_key_result_message(request: Request, body: AnyNewKeyResult, part: str = "") -> service_pb2.DefineKeyResultRequest:
    """What goals is asked for a new key result, without its objective. `part` is where it stands in a body: `key_results[0].`.

    Raises Refused as `Request.responsible` does, and Problem (422) for a reference that no path could name.
    """
    _require_reachable(request, body.reference, part)
    message = service_pb2.DefineKeyResultRequest(
        reference=body.reference,
        title=body.title,
        owners=await owners_of(request, body.owners, f"{part}owners"),
        weight=body.weight,
        due_day=optional_day(body.due_day),
        counts_for=[
            await request.id_of(ReferenceKind.OBJECTIVE, other, f"{part}counts_for", f"counts_for[{number}]")
            for number, other in enumerate(body.counts_for)
        ],
        holds_from=optional_day(body.holds_from),
        plan=plan_message(body.plan) if body.plan else None,
        commit=body.commit,
        stretch=body.stretch,
    )
    match body:
        case NewMetricKeyResult():
            message.metric.CopyFrom(events_pb2.Metric(start=body.start, target=body.target, unit=body.unit))
        case NewBinaryKeyResult():
            message.binary.SetInParent()
        case NewGradedKeyResult():
            message.graded.SetInParent()
        case NewMaintainKeyResult():
            mode = MAINTAIN_MODES.number(body.mode)
            message.maintain.CopyFrom(events_pb2.Maintain(low=body.low, high=body.high, unit=body.unit, mode=mode))
        case NewMilestonesKeyResult():
            message.milestones.CopyFrom(milestones_message(body.milestones))
        case NewBaselineKeyResult():
            message.baseline.CopyFrom(events_pb2.Baseline(unit=body.unit, start=body.start))
            message.baseline.SetInParent()
        case NewSumKeyResult():
            feeds = await feed_ids(request, body.feeds, part)
            message.sum.CopyFrom(events_pb2.Sum(start=body.start, target=body.target, unit=body.unit, feeds=feeds))
        case unknown_measure:
            assert_never(unknown_measure)
    return message


def plan_message(points: Sequence[NewPlannedShare]) -> events_pb2.Plan:
    """A plan by dates as goals takes it."""
    return events_pb2.Plan(points=[events_pb2.PlannedShare(day=day_of(point.day), share=point.share) for point in points])


@cache
def _words_of_paths(api: Api) -> set[str]:
    return path_words(api)


def _require_reachable(request: Request, reference: str, part: str) -> None:
    """Raises Problem (422) for a reference that a path would take for something else."""
    if detail := unreachable(request.api, reference):
        raise Problem(422, "INVALID_ARGUMENT", detail, [(f"{part}reference", detail)])


def unreachable(api: Api, reference: str) -> str:
    """Why a path would take a reference for something else: J1/history is the history of J1. Empty: it would not."""
    taken = [part for part in reference.split("/")[1:] if part in _words_of_paths(api)]
    return f"{reference!r}: after a slash, {taken[0]!r} is a word of the paths of this interface; call it something else" if taken else ""
