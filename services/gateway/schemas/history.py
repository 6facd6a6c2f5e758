"""What changed on an objective or a key result."""

from __future__ import annotations

from typing import Annotated, Final

from cairn.progress.v1 import service_pb2
from chassis.ids import id_text
from gateway.http import Answer
from gateway.schemas.as_of import AsOf
from gateway.schemas.fields import DayText, IdText, InstantText
from gateway.schemas.mapping import JsonMapping, part, people, person, pillar, read, team
from gateway.schemas.names import (
    KEY_RESULT_NAME,
    OBJECTIVE_NAME,
    CycleName,
    KeyResultName,
    ObjectiveName,
    PersonName,
    PillarName,
    TeamName,
    cycle_name,
)
from gateway.schemas.pages import Page, PageOf
from gateway.schemas.values import day_text, instant_text, optional_id, optional_text


class HistoryQuery(AsOf, Page):
    """Which part of a history."""


class ChangedValue(Answer):
    """What a field says: one of these is there, by what kind of field it is."""

    number: float | None
    day: Annotated[DayText | None, read("day", write=day_text)]
    text: str | None
    """As somebody wrote it."""
    word: str | None
    """One of a few, as the field takes it: active, aspirational, key_results."""
    people: Annotated[list[PersonName], people("person_ids")]
    team: Annotated[TeamName | None, team("team_id")]
    pillar: Annotated[PillarName | None, pillar("pillar_id")]
    cycle: Annotated[CycleName | None, read("cycle_id", "cycle_name", write=cycle_name)]
    objective: Annotated[ObjectiveName | None, part("objective", OBJECTIVE_NAME)]
    items: list[str]
    """Labels; milestones, and points of a plan, as tables have them: title:weight:day, day:share; numbers of milestones that are done."""


CHANGED_VALUE: Final = JsonMapping(ChangedValue, service_pb2.ChangedValue)


class FieldChange(Answer):
    """A field that says something else since."""

    field: str
    """As it is called where it is set: target, due_day."""
    before: Annotated[ChangedValue | None, part("before", CHANGED_VALUE)]
    """null: nothing, or nothing that is told."""
    after: Annotated[ChangedValue | None, part("after", CHANGED_VALUE)]
    """null: nothing, or nothing that is told."""


FIELD_CHANGE: Final = JsonMapping(FieldChange, service_pb2.FieldChange)


class Goalpost(Answer):
    """A field that the progress of a key result is read against, and that was moved while its objective was active."""

    field: str
    """As it is called where it is set: target, due_day."""
    first: Annotated[ChangedValue | None, part("first", CHANGED_VALUE)]
    """Before it was moved first; null: nothing, or nothing that is told."""
    present: Annotated[ChangedValue | None, part("present", CHANGED_VALUE)]
    """On the day asked about, as it was known then; null: nothing, or nothing that is told."""
    moves: int
    """How many times it was moved."""
    moved_on: Annotated[DayText | None, read("moved_on", write=day_text)]
    """The day from which on it is what it is."""
    moved_at: Annotated[InstantText, read("moved_at", write=instant_text)]
    """When that was recorded."""
    moved_by: Annotated[PersonName | None, person("moved_by")]
    on_behalf_of: Annotated[PersonName | None, person("on_behalf_of")]
    event_id: Annotated[IdText, read("event_id", write=id_text)]


GOALPOST: Final = JsonMapping(Goalpost, service_pb2.Goalpost)


class Change(Answer):
    """Something that happened."""

    event_id: Annotated[IdText, read("event_id", write=id_text)]
    event: Annotated[str, read("event_type")]
    """Its type: cairn.checkins.v1.CheckInRecorded."""
    recorded_at: Annotated[InstantText, read("recorded_at", write=instant_text)]
    true_on: Annotated[DayText | None, read("true_on", write=day_text)]
    actor: Annotated[PersonName | None, person("actor_id")]
    on_behalf_of: Annotated[PersonName | None, person("on_behalf_of")]
    objective: Annotated[ObjectiveName | None, part("objective", OBJECTIVE_NAME)]
    """null: one that you may not know of."""
    key_result: Annotated[KeyResultName | None, part("key_result", KEY_RESULT_NAME)]
    """null: about the objective itself."""
    check_in_id: Annotated[IdText | None, read("check_in_id", write=optional_id)]
    summary: str
    """What changed, in one line."""
    value: float | None
    comment: Annotated[str | None, read("comment", write=optional_text)]
    reason: Annotated[str | None, read("reason", write=optional_text)]
    """Why, as whoever did it has said."""
    superseded: bool
    """Corrected or retracted since."""
    fields: Annotated[list[FieldChange], part("fields", FIELD_CHANGE)]
    """What is otherwise since; none: it was defined, or it is nothing that has a before and an after."""
    goalpost_moved: bool
    """What progress is read against was changed of what was active: a start, a target, a bound, a weight, a due day and their like."""
    log: str
    position: int


class HistoryPage(PageOf[Change]):
    """A page of what changed, newest first."""


CHANGE: Final = JsonMapping(Change, service_pb2.Change)
