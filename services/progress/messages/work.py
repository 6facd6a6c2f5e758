"""KPIs, tasks, effort, initiatives and milestones, as they are answered."""

from __future__ import annotations

from typing import Any

from cairn.common.v1 import common_pb2
from cairn.progress.v1 import service_pb2 as pb
from chassis.rpc import edits_message
from progress.messages.pieces import edits_or_none, name_message
from progress.queries import (
    KpiSeen,
    TeamEffortSeen,
)


def kpi_message(seen: KpiSeen) -> pb.Kpi:
    """A KPI as it is answered."""
    kpi = seen.kpi
    return pb.Kpi(
        kpi_id=kpi.kpi_id,
        reference=kpi.reference,
        title=kpi.title,
        unit=kpi.unit,
        low=kpi.low,
        high=kpi.high,
        owner_id=kpi.owner_id or b"",
        team=kpi.team,
        retired=kpi.retired,
        version=kpi.version,
        value=kpi.value,
        as_of=kpi.as_of,
        in_range=kpi.in_range,
        measurement_id=kpi.measurement_id or b"",
        edits=edits_or_none(seen.edits),
        objectives=map(name_message, seen.objectives),
    )


def kpi_value_message(row: Any) -> pb.KpiValue:
    """A value of a KPI as it is answered."""
    message = pb.KpiValue(
        measurement_id=row.measurement_id,
        as_of=row.true_on,
        value=row.value,
        comment=row.comment,
        retracted=row.retracted,
        reason=row.reason,
        in_range=row.in_range,
        created_by=row.actor_id,
        event_id=row.event_id,
    )
    message.created_at.FromMicroseconds(row.known_from)
    return message


def task_message(row: Any) -> pb.Task:
    """A task as it is answered."""
    message = pb.Task(
        task_id=row.task_id,
        reference=row.reference,
        title=row.title,
        assignee_id=row.assignee_id or b"",
        giver_id=row.giver_id or b"",
        priority=row.priority,
        due_day=row.due_day,
        state=row.state,
        done_on=row.done_on,
        version=row.version_now,
        edits=_edits_of(row),
    )
    _write_served(message.serves, row)
    return message


def effort_message(row: Any) -> pb.Effort:
    """Time that was logged, as it is answered."""
    message = pb.Effort(
        effort_id=row.effort_id,
        person_id=row.person_id,
        day=row.true_on,
        minutes=row.minutes,
        note=row.note,
        corrected=row.corrected,
        edits=_edits_of(row),
    )
    if row.task_title is not None:
        message.task.CopyFrom(pb.Name(id=row.task_id, reference=row.task_reference, title=row.task_title))
    _write_served(message.serves, row)
    return message


def team_effort_message(seen: TeamEffortSeen) -> pb.GetTeamEffortResponse:
    """Where the weeks of a team went, as it is answered."""
    message = pb.GetTeamEffortResponse(hidden=seen.hidden, minutes=sum(week.minutes for week in seen.told.weeks))
    for week, told in zip(seen.weeks, seen.told.weeks, strict=True):
        message.weeks.add(first_day=week.first_day, last_day=week.last_day, minutes=told.minutes, withheld=told.withheld)
    for objective_id, minutes in seen.told.objectives.items():
        objective = message.objectives.add(minutes=sum(minutes), weeks=minutes)
        if objective_id is not None:
            objective.objective.CopyFrom(pb.Name(**seen.called[objective_id]._asdict()))
    return message


def initiative_message(row: Any) -> pb.Initiative:
    """An initiative as it is answered."""
    message = pb.Initiative(
        initiative_id=row.initiative_id,
        reference=row.reference,
        title=row.title,
        owner_id=row.owner_id or b"",
        state=row.state,
        start_day=row.start_day,
        end_day=row.end_day,
        version=row.version_now,
        edits=_edits_of(row),
    )
    _write_served(message.serves, row)
    return message


def milestone_message(row: Any) -> pb.Milestone:
    """A milestone as it is answered."""
    return pb.Milestone(
        milestone_id=row.milestone_id,
        reference=row.reference,
        title=row.title,
        on_day=row.on_day,
        first_day=row.first_day,
        team=row.team,
        phase=row.phase,
        reached_on=row.reached_on,
        version=row.version_now,
        edits=_edits_of(row),
    )


def _edits_of(row: Any) -> common_pb2.Edits:
    return edits_message(row.created_at, row.created_by, row.updated_at, row.updated_by)


def _write_served(message: pb.Serves, row: Any) -> None:
    """What work is for; nothing of what the caller may not know of."""
    if row.served_id is None:
        return
    message.objective.CopyFrom(pb.Name(id=row.served_id, reference=row.served_reference, title=row.served_title))
    if row.key_result_title is not None:
        message.key_result.CopyFrom(pb.Name(id=row.key_result_id, reference=row.key_result_reference, title=row.key_result_title))
    if row.initiative_title is not None:
        message.initiative.CopyFrom(pb.Name(id=row.initiative_id, reference=row.initiative_reference, title=row.initiative_title))
    message.ended = row.served_ended
