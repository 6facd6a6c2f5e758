"""Time that was logged on work: what is asked, and what is answered."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from cairn.progress.v1 import service_pb2
from chassis.ids import id_text
from gateway.http import Answer
from gateway.schemas.as_of import AsOf
from gateway.schemas.fields import DayField, DayText, IdText
from gateway.schemas.mapping import JsonMapping, part, person, read
from gateway.schemas.names import (
    OBJECTIVE_NAME,
    CreatedAt,
    CreatedBy,
    ObjectiveName,
    PersonName,
    TeamName,
    UpdatedAt,
    UpdatedBy,
)
from gateway.schemas.pages import Page, PageOf
from gateway.schemas.values import day_text, reference_or_id
from gateway.schemas.work import SERVES, Serves

MINUTES_OF_A_DAY: Final = 24 * 60
Minutes = Annotated[int, Field(ge=1, le=MINUTES_OF_A_DAY, examples=[90])]


class EffortQuery(AsOf, Page):
    """Which of what was logged."""

    from_: Annotated[DayField | None, Field(alias="from")] = None
    """Spent on this day or a later one."""
    to: DayField | None = None
    """Spent on this day or an earlier one."""


class TaskName(Answer):
    """A task."""

    id: Annotated[IdText, read("id", write=id_text)]
    ref: Annotated[str, read("reference", "id", write=reference_or_id)]
    """Its reference, else its id."""
    title: str


_TASK_NAME: Final = JsonMapping(TaskName, service_pb2.Name)


class Effort(Answer):
    """Time that somebody spent."""

    id: Annotated[IdText, read("effort_id", write=id_text)]
    person: Annotated[PersonName | None, person("person_id")]
    """Whose time it was."""
    day: Annotated[DayText, read("day", write=day_text)]
    minutes: Annotated[int, Field(examples=[90])]
    note: str
    task: Annotated[TaskName | None, part("task", _TASK_NAME)]
    """null: it was spent on the initiative itself, or on a task that you may no longer know of."""
    serves: Annotated[Serves | None, part("serves", SERVES)]
    """What the work is for; null: nothing, or what you may not know of."""
    corrected: bool
    """It says something else than at first."""
    created_at: CreatedAt
    created_by: CreatedBy
    updated_at: UpdatedAt
    updated_by: UpdatedBy


EFFORT: Final = JsonMapping(Effort, service_pb2.Effort)


class EffortPage(PageOf[Effort]):
    """A page of what was logged."""

    minutes: Annotated[int | None, Field(examples=[480])]
    """All that was logged and stands, of these days, also what others logged; null: it would be the time of one person alone."""


class WeekOfEffort(Answer):
    """A week of a team."""

    from_: Annotated[DayText, Field(alias="from")]
    """A Monday."""
    to: DayText
    minutes: Annotated[int, Field(examples=[4320])]
    """Without what is withheld or hidden."""
    withheld: bool
    """Some of what you may know of is the time of one person alone, who is not you: it is in none of the sums."""


class ObjectivesEffort(Answer):
    """What went into an objective; but for weeks in which one person alone logged on it, who is not you."""

    objective: Annotated[ObjectiveName | None, part("objective", OBJECTIVE_NAME)]
    """null: into tasks that serve no objective."""
    minutes: Annotated[int, Field(examples=[2160])]
    weeks: Annotated[list[int], Field(examples=[[480, 600, 480, 600]])]
    """The minutes of each week."""


OBJECTIVES_EFFORT: Final = JsonMapping(ObjectivesEffort, service_pb2.GetTeamEffortResponse.Objective)


class TeamEffort(Answer):
    """Where the weeks of a team went, objective by objective: never by person."""

    team: TeamName
    weeks: list[WeekOfEffort]
    """Whole weeks, the earliest first."""
    objectives: list[ObjectivesEffort]
    """What most went into first."""
    minutes: Annotated[int, Field(examples=[4320])]
    """Of all of these."""
    hidden: bool
    """Some of it went into what you may not know of: that is in none of the sums."""


class TeamEffortQuery(AsOf):
    """Which weeks."""

    from_: Annotated[DayField | None, Field(alias="from")] = None
    """A day of the first week; none: four weeks are told. At most 53."""
    to: DayField | None = None
    """A day of the last week; none: the day that the answer is true of."""
