"""What teams, cycles and people come to: what is asked, and what is answered."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from cairn.progress.v1 import service_pb2
from chassis.ids import id_text
from gateway.http import Answer, AnyOf
from gateway.schemas.as_of import AsOf
from gateway.schemas.comments import Comment
from gateway.schemas.fields import DayText, IdText, Reference
from gateway.schemas.mapping import JsonMapping, part, read
from gateway.schemas.names import (
    OBJECTIVE_NAME,
    CycleName,
    ObjectiveName,
    PersonName,
    PillarName,
    TeamName,
    cycle_name,
)
from gateway.schemas.objectives import Grade, ObjectiveStatus, Progress, Stale, Status
from gateway.schemas.values import day_text, reference_or_id, six_digits
from gateway.schemas.work import Task

HiddenInMean = Annotated[
    bool,
    Field(description="Something counts that you may not know of. Where of one cycle it is exactly one objective, there is no number."),
]
Coverage = Annotated[
    float | None,
    read("coverage", write=six_digits),
    Field(description="The mean share of key results with a value; null: nothing counts, or hidden."),
]


class TeamViewQuery(AsOf):
    """Of which day, and which cycle."""

    cycle: Reference | None = None
    """Only what is of this cycle, by its id or its name."""


class CountedObjective(Answer):
    """An objective as it counts."""

    id: Annotated[IdText, read("objective.id", write=id_text)]
    ref: Annotated[str, read("objective.reference", "objective.id", write=reference_or_id)]
    """Its reference, else its id."""
    title: Annotated[str, read("objective.title")]
    progress: Progress
    status: ObjectiveStatus
    """null: hidden."""


class TeamView(Answer):
    """What a team comes to, and the teams below it."""

    team: TeamName
    lead: PersonName | None
    """null: nobody leads it."""
    progress: Annotated[float | None, Field(examples=[0.616])]
    """The mean of its own active objectives, as equals, 0 to 1, without those of the teams below; null: nothing counts, or hidden."""
    hidden: HiddenInMean
    objectives: list[CountedObjective]
    """Its active objectives that you may see."""
    teams: Annotated[list[TeamView], Field(examples=[[]])]
    """Those right below it, each with those below it."""


class PillarView(Answer):
    """What a strategic pillar comes to."""

    pillar: PillarName
    progress: Annotated[float | None, Field(examples=[0.616])]
    """The mean of the active objectives that name it, as equals, 0 to 1; null: nothing counts, or hidden."""
    hidden: HiddenInMean
    objectives: list[CountedObjective]
    """Those that you may see."""


class TeamParticipation(Answer):
    """The check-ins of a team in a period."""

    team: TeamName
    due: int | None
    """Key results of its objectives that are active at the end of the period; null: it would tell of one objective hidden from you."""
    done: int | None
    """Those of them on which there is a check-in, or an abstention, of a day of the period."""
    hidden: HiddenInMean


class ParticipationPeriod(Answer):
    """A period in which a check-in is due on every key result."""

    from_: Annotated[DayText, Field(alias="from")]
    to: DayText
    """Its last day."""
    teams: list[TeamParticipation]
    """Those with anything due and with five people or more on its last day, in the order of their names."""


class Participation(Answer):
    """How many of the check-ins that were due in a cycle were made, by team: never by person."""

    cycle: CycleName
    periods: list[ParticipationPeriod]
    """Those that have begun, the oldest first; of very many the newest 600."""


class StatusCount(Answer):
    """How many objectives have a status."""

    status: Status
    objectives: int


STATUS_COUNT: Final = JsonMapping(StatusCount, service_pb2.StatusCount)


class CycleFigures(Answer):
    """What a cycle comes to: the means of its objectives that are active or closed, as equals."""

    cycle: Annotated[CycleName, read("cycle_id", "cycle_name", write=cycle_name)]
    first_day: Annotated[DayText, read("first_day", write=day_text)]
    last_day: Annotated[DayText, read("last_day", write=day_text)]
    objectives: int
    """That you may see."""
    key_results: int
    """Those that count for these."""
    progress: Progress
    grade: Grade
    """Of the objectives that are graded."""
    coverage: Coverage
    hidden: HiddenInMean
    statuses: Annotated[list[StatusCount], part("statuses", STATUS_COUNT)]
    """Of the objectives that you may see."""


class CyclesCompared(Answer):
    """Cycles side by side."""

    cycles: list[CycleFigures]
    """In the order in which they were asked for."""
    formula_version: int


class CyclesComparedQuery(AsOf):
    """Which cycles."""

    cycle: AnyOf[Reference] = Field(min_length=1, max_length=10)
    """By id or name; up to ten."""


class ReportedKeyResult(Answer):
    """A key result that somebody reports on."""

    id: Annotated[IdText, read("key_result.id", write=id_text)]
    ref: Annotated[str, read("key_result.reference", "key_result.id", write=reference_or_id)]
    """Its reference, else its id."""
    title: Annotated[str, read("key_result.title")]
    objective: Annotated[ObjectiveName, part("objective", OBJECTIVE_NAME)]
    progress: Progress
    status: ObjectiveStatus
    """null: hidden."""
    stale: Stale
    due_by: Annotated[DayText | None, read("due_by", write=day_text)]
    """The last day of the present cadence period, where there is no check-in of a day of it; null: none is due."""


class PersonsPage(Answer):
    """What is somebody's, and what waits for them, as far as you may see it."""

    person: PersonName
    objectives: list[CountedObjective]
    """Active ones that they own."""
    key_results: list[ReportedKeyResult]
    """Those that they own, of active objectives: first those on which a check-in is due."""
    tasks: list[Task]
    """Open ones that they have: first those that are due first."""
    given: list[Task]
    """Open ones that they gave to others."""
    check_ins_due: int
    """Of their key results, those on which nothing was heard in the present cadence period."""
    tasks_due: int
    """Of their open tasks, those whose day has come."""
    unread: int | None
    """In their inbox; null: of somebody else, or of another day than today."""
    approvals: list[CountedObjective] | None
    """Drafts that were submitted and that they are to approve: under objectives of theirs, and, of admins, at the top. null as `unread`."""
    feedback: list[Comment] | None
    """Requests for feedback of theirs which they have neither given nor declined, the newest first. null as `unread`."""


COUNTED_OBJECTIVE: Final = JsonMapping(CountedObjective, service_pb2.CountedObjective)
CYCLE_FIGURES: Final = JsonMapping(CycleFigures, service_pb2.CycleFigures)
REPORTED_KEY_RESULT: Final = JsonMapping(ReportedKeyResult, service_pb2.ReportedKeyResult)
