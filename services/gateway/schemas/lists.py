"""What is asked of the lists of objectives, key results and check-ins, and what they answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import ConfigDict, Field

from cairn.progress.v1 import service_pb2
from chassis.days import Day
from chassis.ids import Id, id_text
from gateway.http import Answer, AnyOf
from gateway.schemas.as_of import AsOf
from gateway.schemas.changed_since import Changes, ChangesPageOf
from gateway.schemas.enums import (
    SAID_STATUSES,
    ApprovalWord,
    LevelWord,
    MeasureWord,
    ObjectiveKindWord,
    ObjectiveStateWord,
    SaidStatusWord,
    StatusWord,
    VisibilityWord,
)
from gateway.schemas.fields import ONE_LINE, DayField, DayText, IdText, InstantField, InstantText, Label, Reference, optional_day
from gateway.schemas.mapping import Json, JsonMapping, person, read
from gateway.schemas.names import KeyResultName, ObjectiveName, PersonName
from gateway.schemas.objectives import KeyResult, Objective
from gateway.schemas.values import day_text, id_texts, instant_text, optional_text, reference_or_id

SearchText = Annotated[str, Field(max_length=200, pattern=ONE_LINE, examples=["grow rev"])]


class ObjectivesQuery(AsOf, Changes):
    """Which objectives: those that have one of the values of every parameter that is given."""

    text: SearchText = ""
    """Their reference and title have words that begin so: every word that is given, in any order, whatever their case and accents."""
    cycle: AnyOf[Reference] = Field(default_factory=list)
    """By id or name."""
    owner: AnyOf[Reference] = Field(default_factory=list)
    """By id or handle."""
    contributor: AnyOf[Reference] = Field(default_factory=list)
    """By id or handle."""
    parent: AnyOf[Reference] = Field(default_factory=list)
    """Objectives that they, or the key results that they, are aligned to."""
    team: AnyOf[Reference] = Field(default_factory=list)
    """Whose it is, by its name or its id."""
    pillar: AnyOf[Reference] = Field(default_factory=list)
    """The strategic pillar that it serves, by its id, its reference or its title; by its id also one that was removed."""
    label: AnyOf[Label] = Field(default_factory=list)
    """One of its labels."""
    state: AnyOf[ObjectiveStateWord] = Field(default_factory=list)
    """Where it is in its life."""
    approval: AnyOf[ApprovalWord] = Field(default_factory=list)
    """How far it is on the way to its approval."""
    kind: AnyOf[ObjectiveKindWord] = Field(default_factory=list)
    """What is expected of it."""
    level: AnyOf[LevelWord] = Field(default_factory=list)
    """Whose objective it is."""
    due_before: DayField | None = None
    """Due on an earlier day than this."""
    due_after: DayField | None = None
    """Due on a later day than this."""
    visibility: AnyOf[VisibilityWord] = Field(default_factory=list)
    """Who may see it."""
    status: AnyOf[StatusWord] = Field(default_factory=list)
    """Of those that were last announced to have it, which follows what happens within moments: those that still have it. Where you are
    told no status, none. With `as_of`, `known_at` or `changed_since` it is computed: for a page 2,000 of those that pass the other
    parameters are looked at at most, so it may hold fewer than `limit`, even none, and go on.
    """
    sort: Literal["id", "-id", "ref", "-ref", "title", "-title", "start_day", "-start_day", "due_day", "-due_day"] = "id"
    """Downwards with -. By id: as they were created. Names in the order of people: O2 before O10."""


class KeyResultsQuery(AsOf, Changes):
    """Which key results: those that have one of the values of every parameter that is given."""

    text: SearchText = ""
    """As of objectives."""
    cycle: AnyOf[Reference] = Field(default_factory=list)
    """That of their home, by id or name."""
    objective: AnyOf[Reference] = Field(default_factory=list)
    """Their home."""
    counts_for: AnyOf[Reference] = Field(default_factory=list)
    """Objectives that they count for beside their home."""
    owner: AnyOf[Reference] = Field(default_factory=list)
    """One of theirs, by id or handle."""
    team: AnyOf[Reference] = Field(default_factory=list)
    """Whose their home is, by its name or its id. Here and of pillar, label and state: of homes that you may see."""
    pillar: AnyOf[Reference] = Field(default_factory=list)
    """The strategic pillar that their home serves, as of objectives."""
    label: AnyOf[Label] = Field(default_factory=list)
    """One of the labels of their home."""
    state: AnyOf[ObjectiveStateWord] = Field(default_factory=list)
    """Where their home is in its life. Whether they were cancelled themselves, `cancelled` asks."""
    measure: AnyOf[MeasureWord] = Field(default_factory=list)
    """How they are measured."""
    due_before: DayField | None = None
    """Due on an earlier day than this, by their own due day or else their home's."""
    due_after: DayField | None = None
    """Due on a later day than this."""
    status: AnyOf[StatusWord] = Field(default_factory=list)
    """As of objectives."""
    cancelled: bool | None = None
    """For a page 2,000 are looked at at most."""
    sort: Literal["id", "-id", "ref", "-ref", "title", "-title", "due_day", "-due_day"] = "id"
    """Downwards with -. By id: as they were created. Names in the order of people: O1/2 before O1/10. Due by their own day or else with
    their home.
    """


class OfKeyResultQuery(Changes):
    """Which check-ins of a key result: those that have one of the values of every parameter that is given."""

    created_by: AnyOf[Reference] = Field(default_factory=list)
    """Who recorded it, by id or handle."""
    on_behalf_of: AnyOf[Reference] = Field(default_factory=list)
    """For whom it was recorded, by id or handle."""
    as_of_from: DayField | None = None
    """True of this day or a later one."""
    as_of_to: DayField | None = None
    """True of this day or an earlier one."""
    created_from: InstantField | None = None
    """Recorded at or after."""
    created_to: InstantField | None = None
    """Recorded before."""
    retracted: bool | None = None
    """Whether it was taken back."""
    corrected: bool | None = None
    """Whether it says something else than at first."""
    abstained: bool | None = None
    """Whether it has a reason instead of a value."""
    blocked: bool | None = None
    """Whether it names something that stands in the way."""
    sort: Literal["as_of", "-as_of", "created_at", "-created_at"] = "-as_of"
    """Downwards with -. With changed_since by id, whatever it says."""


class CheckInsQuery(OfKeyResultQuery):
    """Which check-ins: those that have one of the values of every parameter that is given."""

    key_result: AnyOf[Reference] = Field(default_factory=list)
    """By id or reference."""
    objective: AnyOf[Reference] = Field(default_factory=list)
    """The home of their key results."""
    cycle: AnyOf[Reference] = Field(default_factory=list)
    """That of the home of their key results, by id or name."""


def _key_result(key_result_id: Id, reference: str, title: str) -> Json:
    return {"id": id_text(key_result_id), "ref": reference_or_id(reference, key_result_id), "title": title}


def _objective(objective_id: Id, reference: str, title: str) -> Json | None:
    return _key_result(objective_id, reference, title) if objective_id else None


def _done(numbers: Sequence[int], are_said: bool) -> list[int] | None:
    return list(numbers) if are_said else None


def _only_if(abstained: bool, comment: str) -> str | None:
    return comment if abstained else None


def _unless(comment: str, abstained: bool) -> str | None:
    return None if abstained else comment or None


def _said(status: Any) -> SaidStatusWord | None:
    return SAID_STATUSES.word(status) if status else None


class RecordedCheckIn(Answer):
    """A check-in as it stands now; of one that was taken back, what it said before."""

    model_config = ConfigDict(title="CheckInAsItStands")

    id: Annotated[IdText, read("check_in_id", write=id_text)]
    key_result: Annotated[KeyResultName, read("key_result_id", "key_result_reference", "key_result_title", write=_key_result)]
    objective: Annotated[ObjectiveName | None, read("objective_id", "objective_reference", "objective_title", write=_objective)]
    """The home of its key result; null: one that you may not know of."""
    as_of: Annotated[DayText | None, read("as_of", write=day_text)]
    """The day that it is true of."""
    value: float | None
    part: Annotated[PersonName | None, person("part_id")]
    """The owner whose part the value is; null: it is the key result's as a whole."""
    milestones_done: Annotated[list[int] | None, read("milestones_done", "says_milestones", write=_done)]
    abstention: Annotated[str | None, read("abstained", "comment", write=_only_if)]
    """Why there is no value; null: there is one."""
    confidence: int | None
    blockers: list[str]
    """What stands in the way, as it was said with the first value."""
    comment: Annotated[str | None, read("comment", "abstained", write=_unless)]
    """Of one that was corrected, what its correction says."""
    status: Annotated[SaidStatusWord | None, read("status", write=_said)]
    """Said by hand."""
    corrected: bool
    retracted: bool
    """It was taken back, and counts no more."""
    reason: Annotated[str | None, read("reason", write=optional_text)]
    """Why it was taken back."""
    on_behalf_of: Annotated[PersonName | None, person("on_behalf_of")]
    created_at: Annotated[InstantText, read("created_at", write=instant_text)]
    created_by: Annotated[PersonName | None, person("created_by")]
    updated_at: Annotated[InstantText, read("updated_at", write=instant_text)]
    """When it was corrected, taken back or restored last; else as created_at."""
    updated_by: Annotated[PersonName | None, person("updated_by")]
    event_ids: Annotated[list[IdText], read("event_ids", write=id_texts)]
    """Of the event that recorded it, and of the last one that changed it."""


CHECK_IN: Final = JsonMapping(RecordedCheckIn, service_pb2.CheckIn)


class Total(Answer):
    """How many entries a list has."""

    count: int
    """Those that you may see."""
    at_least: bool
    """There are more than these: no more than 1,000 are counted."""


_NOT_COUNTED = "null: not counted; changes are not, nor what is computed first, nor, where one may be withheld from you, what has a status."
ListTotal = Annotated[Total | None, Field(description=_NOT_COUNTED)]


class ObjectivesPage(ChangesPageOf[Objective]):
    """A page of objectives."""

    total: ListTotal


class KeyResultsPage(ChangesPageOf[KeyResult]):
    """A page of key results."""

    total: ListTotal


def due_bounds(question: ObjectivesQuery | KeyResultsQuery) -> tuple[Day | None, Day | None]:
    """Between which days what is asked for is due, both included; None: without limit."""
    before, after = optional_day(question.due_before), optional_day(question.due_after)
    return None if after is None else after + 1, None if before is None else before - 1


def total_of(answer: service_pb2.ListObjectivesResponse | service_pb2.ListKeyResultsResponse) -> Json | None:
    """As the list tells it."""
    return {"count": answer.total.count, "at_least": answer.total.at_least} if answer.HasField("total") else None


class CheckInsPage(ChangesPageOf[RecordedCheckIn]):
    """A page of check-ins."""


def order_of(sort: str, orders: dict[str, Any]) -> tuple[Any, bool]:
    """The order that `sort` names, and whether it is downwards."""
    return orders[sort.removeprefix("-")], sort.startswith("-")
