"""What changed on an objective or a key result."""

from __future__ import annotations

from typing import Annotated, Final

from cairn.progress.v1 import service_pb2
from chassis.ids import id_text
from gateway.http import Answer
from gateway.schemas.as_of import AsOf
from gateway.schemas.fields import DayText, IdText, InstantText
from gateway.schemas.mapping import JsonMapping, part, person, read
from gateway.schemas.names import KEY_RESULT_NAME, OBJECTIVE_NAME, KeyResultName, ObjectiveName, PersonName
from gateway.schemas.pages import Page, PageOf
from gateway.schemas.values import day_text, instant_text, optional_id, optional_text


class HistoryQuery(AsOf, Page):
    """Which part of a history."""


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
    log: str
    position: int


class HistoryPage(PageOf[Change]):
    """A page of what changed, newest first."""


CHANGE: Final = JsonMapping(Change, service_pb2.Change)
