"""The kinds of aggregates that goals keeps, and the events that they are folded from."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from cairn.goals.v1 import events_pb2
from chassis.events import EventTypes
from chassis.eventstore import AggregateType
from goals.domain import alignment, cycles, effort, initiatives, kpis, milestones, objectives, references, sums, tasks, templates
from shared.upcasters import UPCASTERS

EVENT_TYPES: Final = EventTypes(events_pb2, upcasters=UPCASTERS)

CYCLE: Final = AggregateType("cycle", cycles.Cycle, cycles.apply, replace)
OBJECTIVE: Final = AggregateType("objective", objectives.Objective, objectives.apply, objectives.copy)
ALIGNMENT: Final = AggregateType("alignment", alignment.Alignment, alignment.apply, alignment.copy)
REFERENCE: Final = AggregateType("reference", references.Reservation, references.apply, replace)
KPI: Final = AggregateType("kpi", kpis.Kpi, kpis.apply, kpis.copy)
TASK: Final = AggregateType("task", tasks.Task, tasks.apply, tasks.copy)
INITIATIVE: Final = AggregateType("initiative", initiatives.Initiative, initiatives.apply, initiatives.copy)
EFFORT: Final = AggregateType("day_of_effort", effort.DayOfEffort, effort.apply, effort.copy)
MILESTONE: Final = AggregateType("milestone", milestones.Milestone, milestones.apply, milestones.copy)
TEMPLATE: Final = AggregateType("template", templates.Template, templates.apply, replace)
SUMS: Final = AggregateType("sums", sums.Sums, sums.apply, sums.copy)
