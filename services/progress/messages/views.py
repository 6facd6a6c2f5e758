"""What teams, pillars, cycles and people come to, as it is answered."""

from __future__ import annotations

from cairn.progress.v1 import service_pb2 as pb
from cairn.progress.v1.events_pb2 import STATUS_UNSPECIFIED
from progress.messages.pieces import name_message
from progress.queries import (
    CycleSeen,
    GroupSeen,
    ParticipationSeen,
    Reported,
)


def team_progress_message(team: GroupSeen) -> pb.TeamProgress:
    """What a team comes to."""
    its = team.progress
    return pb.TeamProgress(team_id=team.group_id, progress=its.figure, hidden=its.hidden, objectives=_counted_objectives(team))


def pillar_progress_message(pillar: GroupSeen) -> pb.PillarProgress:
    """What a pillar comes to."""
    its = pillar.progress
    return pb.PillarProgress(pillar_id=pillar.group_id, progress=its.figure, hidden=its.hidden, objectives=_counted_objectives(pillar))


def _counted_objectives(group: GroupSeen) -> list[pb.CountedObjective]:
    return [
        pb.CountedObjective(objective=name_message(o.objective), progress=o.progress, status=o.status or STATUS_UNSPECIFIED)
        for o in group.objectives
    ]


def participation_message(seen: ParticipationSeen) -> pb.GetParticipationResponse:
    """Who took part in a cycle."""
    return pb.GetParticipationResponse(
        cycle_name=seen.cycle.name,
        periods=[pb.ParticipationPeriod(**each.period._asdict(), seen_on=each.seen_on) for each in seen.periods],
        teams=[pb.TeamParticipation(**team._asdict()) for team in seen.teams],
    )


def cycle_figures_message(seen: CycleSeen) -> pb.CycleFigures:
    """What a cycle comes to."""
    means = (seen.progress, seen.grade, seen.coverage)
    return pb.CycleFigures(
        cycle_id=seen.cycle_id,
        cycle_name=seen.cycle.name,
        first_day=seen.cycle.first_day,
        last_day=seen.cycle.last_day,
        objectives=seen.objectives,
        key_results=seen.key_results,
        progress=seen.progress.figure,
        grade=seen.grade.figure,
        coverage=seen.coverage.figure,
        hidden=any(mean.hidden for mean in means),
        statuses=[pb.StatusCount(status=status, objectives=number) for status, number in sorted(seen.statuses.items())],
    )


def reported_message(reported: Reported) -> pb.ReportedKeyResult:
    """A key result that somebody reports on."""
    return pb.ReportedKeyResult(
        key_result=name_message(reported.key_result),
        objective=name_message(reported.home),
        progress=reported.progress,
        status=reported.status or STATUS_UNSPECIFIED,
        stale=reported.stale,
        due_by=reported.due_by,
    )
