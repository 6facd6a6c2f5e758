"""Tasks, initiatives and milestones: what is asked of the lists, and what is answered."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from cairn.progress.v1 import service_pb2
from chassis.ids import id_text
from gateway.http import Answer, AnyOf
from gateway.schemas.as_of import AsOf
from gateway.schemas.changed_since import Changes, ChangesPageOf
from gateway.schemas.enums import (
    INITIATIVE_STATES,
    MILESTONE_PHASES,
    PRIORITIES,
    TASK_STATES,
    InitiativeStateWord,
    MilestonePhaseWord,
    PriorityWord,
    TaskStateWord,
)
from gateway.schemas.fields import DayField, DayText, IdText, Reference, Word
from gateway.schemas.mapping import JsonMapping, part, person, read
from gateway.schemas.names import (
    KEY_RESULT_NAME,
    OBJECTIVE_NAME,
    CreatedAt,
    CreatedBy,
    KeyResultName,
    ObjectiveName,
    PersonName,
    TeamName,
    UpdatedAt,
    UpdatedBy,
    team_name,
)
from gateway.schemas.values import day_text, due_day_text, optional_text, reference_or_id


class InitiativeName(Answer):
    """An initiative."""

    id: Annotated[IdText, read("id", write=id_text)]
    ref: Annotated[str, read("reference", "id", write=reference_or_id)]
    """Its reference, else its id."""
    title: str


_INITIATIVE_NAME: Final = JsonMapping(InitiativeName, service_pb2.Name)


class Serves(Answer):
    """What work is for."""

    objective: Annotated[ObjectiveName, part("objective", OBJECTIVE_NAME)]
    """Also where it is for a key result of it, or for an initiative for it."""
    key_result: Annotated[KeyResultName | None, part("key_result", KEY_RESULT_NAME)]
    initiative: Annotated[InitiativeName | None, part("initiative", _INITIATIVE_NAME)]
    ended: bool
    """One of these is closed, cancelled, done or dropped."""


SERVES: Final = JsonMapping(Serves, service_pb2.Serves)


class Task(Answer):
    """A task."""

    id: Annotated[IdText, read("task_id", write=id_text)]
    ref: Annotated[str, read("reference", "task_id", write=reference_or_id)]
    """Its reference, else its id."""
    reference: Annotated[str | None, read("reference", write=optional_text)]
    title: str
    assignee: Annotated[PersonName | None, person("assignee_id")]
    giver: Annotated[PersonName | None, person("giver_id")]
    priority: Annotated[PriorityWord, read("priority", write=PRIORITIES.word)]
    due_day: Annotated[DayText | None, read("due_day", write=due_day_text)]
    state: Annotated[TaskStateWord, read("state", write=TASK_STATES.word)]
    done_on: Annotated[DayText | None, read("done_on", write=day_text)]
    serves: Annotated[Serves | None, part("serves", SERVES)]
    """null: nothing, or what you may not know of."""
    version: int
    created_at: CreatedAt
    created_by: CreatedBy
    updated_at: UpdatedAt
    updated_by: UpdatedBy


class Initiative(Answer):
    """An initiative."""

    id: Annotated[IdText, read("initiative_id", write=id_text)]
    ref: Annotated[str, read("reference", "initiative_id", write=reference_or_id)]
    """Its reference, else its id."""
    reference: Annotated[str | None, read("reference", write=optional_text)]
    title: str
    owner: Annotated[PersonName | None, person("owner_id")]
    state: Annotated[InitiativeStateWord, read("state", write=INITIATIVE_STATES.word)]
    start_day: Annotated[DayText | None, read("start_day", write=due_day_text)]
    end_day: Annotated[DayText | None, read("end_day", write=due_day_text)]
    serves: Annotated[Serves | None, part("serves", SERVES)]
    version: int
    created_at: CreatedAt
    created_by: CreatedBy
    updated_at: UpdatedAt
    updated_by: UpdatedBy


class TimelineMilestone(Answer):
    """A milestone of the company or of a team."""

    id: Annotated[IdText, read("milestone_id", write=id_text)]
    ref: Annotated[str, read("reference", "milestone_id", write=reference_or_id)]
    """Its reference, else its id."""
    reference: Annotated[str | None, read("reference", write=optional_text)]
    title: str
    day: Annotated[DayText | None, read("on_day", write=day_text)]
    first_day: Annotated[DayText | None, read("first_day", write=day_text)]
    """The day that was planned first."""
    team: Annotated[TeamName | None, read("team", write=team_name)]
    """null: the company's."""
    phase: Annotated[MilestonePhaseWord, read("phase", write=MILESTONE_PHASES.word)]
    reached_on: Annotated[DayText | None, read("reached_on", write=day_text)]
    version: int
    created_at: CreatedAt
    created_by: CreatedBy
    updated_at: UpdatedAt
    updated_by: UpdatedBy


class TasksQuery(AsOf, Changes):
    """Which tasks: those that have one of the values of every parameter that is given."""

    mine: bool = False
    """Only those that you have."""
    given: bool = False
    """Only those that you gave, to others or to yourself."""
    assignee: AnyOf[Reference] = Field(default_factory=list)
    """Who has them, by id or handle."""
    giver: AnyOf[Reference] = Field(default_factory=list)
    """Who gave them, by id or handle."""
    objective: AnyOf[Reference] = Field(default_factory=list)
    """That they serve: themselves, or a key result of it, or an initiative for it."""
    key_result: AnyOf[Reference] = Field(default_factory=list)
    """That they, or their initiatives, are for."""
    initiative: AnyOf[Reference] = Field(default_factory=list)
    """That they are for."""
    state: AnyOf[TaskStateWord] = Field(default_factory=list)
    """Where they are in their life."""
    priority: AnyOf[PriorityWord] = Field(default_factory=list)
    """How much they matter."""
    due_from: DayField | None = None
    """Due on this day or a later one."""
    due_to: DayField | None = None
    """Due on this day or an earlier one."""
    sort: Literal["id", "-id", "title", "-title", "due_day", "-due_day", "priority", "-priority"] = "id"
    """Downwards with -. By id: as they were given. Those without a due day come last; the highest priority comes first."""


class InitiativesQuery(AsOf, Changes):
    """Which initiatives: those that have one of the values of every parameter that is given."""

    owner: AnyOf[Reference] = Field(default_factory=list)
    """By id or handle."""
    objective: AnyOf[Reference] = Field(default_factory=list)
    """That they serve: itself, or a key result of it."""
    key_result: AnyOf[Reference] = Field(default_factory=list)
    """That they are to move."""
    state: AnyOf[InitiativeStateWord] = Field(default_factory=list)
    """Where they are in their life."""
    sort: Literal["id", "-id", "title", "-title", "start_day", "-start_day", "end_day", "-end_day"] = "id"
    """Downwards with -. By id: as they were defined. Those without such a day come last."""


class MilestonesQuery(AsOf, Changes):
    """Which milestones: those that have one of the values of every parameter that is given."""

    team: AnyOf[Word] = Field(default_factory=list)
    """Whose they are, by its name."""
    phase: AnyOf[MilestonePhaseWord] = Field(default_factory=list)
    """Where they are in their life."""
    day_from: DayField | None = None
    """On this day or a later one."""
    day_to: DayField | None = None
    """On this day or an earlier one."""
    sort: Literal["id", "-id", "title", "-title", "day", "-day"] = "id"
    """Downwards with -. By id: as they were planned."""


class TasksPage(ChangesPageOf[Task]):
    """A page of tasks."""


class InitiativesPage(ChangesPageOf[Initiative]):
    """A page of initiatives."""


class MilestonesPage(ChangesPageOf[TimelineMilestone]):
    """A page of milestones."""


TASK: Final = JsonMapping(Task, service_pb2.Task)
INITIATIVE: Final = JsonMapping(Initiative, service_pb2.Initiative)
MILESTONE: Final = JsonMapping(TimelineMilestone, service_pb2.Milestone)
