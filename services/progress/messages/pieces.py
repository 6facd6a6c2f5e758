"""What several answers are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from cairn.common.v1 import common_pb2
from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from chassis.rpc import edits_message
from progress.domain.measures import BASELINE
from progress.domain.points import BEFORE_ALL_DAYS
from progress.domain.roll_up import Numbers
from progress.domain.tree import KeyResult, Planned, TreeKeyResult
from progress.domain.values import Further, Said
from progress.queries import (
    Called,
    Edits,
)

NAN: Final = float("nan")
"""Where columns tell a number: there is none."""
NOT_ENDED: Final = BEFORE_ALL_DAYS
"""Where columns tell the day of an end: there is none."""
UNTOLD: Final = Numbers(None, None, None, None)
"""The numbers of an objective that would tell those of a hidden one."""


def name_message(called: Called) -> pb.Name:
    """What something is called."""
    return pb.Name(id=called.id, reference=called.reference, title=called.title, kpi=called.kpi)


def optional_name_message(called: Called | None) -> pb.Name | None:
    """The same, where there is anything."""
    return None if called is None else name_message(called)


def edits_or_none(edits: Edits | None) -> common_pb2.Edits | None:
    """Who made a thing and who changed it last, where that was asked for."""
    return None if edits is None else edits_message(*edits)


def plan_message(plan: Sequence[Planned]) -> goals.Plan:
    """A plan by dates."""
    return goals.Plan(points=[goals.PlannedShare(day=day, share=share) for day, share in plan])


def parts_of(key_result: KeyResult | TreeKeyResult) -> tuple[Said, ...]:
    """The parts of its owners that its value is the mean of."""
    return () if key_result.further is None else Further(*key_result.further).parts


def target_told(measure: int, target: float) -> float:
    """The target as columns tell it: NaN of a baseline, which has none."""
    return NAN if measure == BASELINE.number else target


def milestone_states(k: KeyResult | TreeKeyResult) -> list[pb.MilestoneState]:
    """By the list that holds; what was reported of numbers beyond it is passed over."""
    milestones = zip(k.milestone_titles or (), k.milestone_weights or (), k.milestone_due_days or (), strict=True)
    done = k.milestones_done or 0
    return [
        pb.MilestoneState(title=title, weight=weight, due_day=due, done=bool(done >> n & 1))
        for n, (title, weight, due) in enumerate(milestones)
    ]


def part_messages(parts: Iterable[Said]) -> list[pb.Part]:
    """What each owner reported of their part."""
    return [pb.Part(person_id=part.part_id or b"", value=part.value, as_of=part.true_on) for part in parts]
