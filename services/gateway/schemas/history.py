"""What changed on an objective or a key result."""

from __future__ import annotations

from typing import Annotated, Final

from cairn.progress.v1 import service_pb2
from chassis.ids import id_text
from gateway.http import Answer
from gateway.schemas.as_of import AsOf
from gateway.schemas.fields import IdText
from gateway.schemas.mapping import JsonMapping, read
from gateway.schemas.pages import Page, PageOf
from gateway.schemas.values import day_text, instant_text, optional_id, optional_text


class HistoryQuery(AsOf, Page):
    """Which part of a history."""


class Change(Answer):
    """Something that happened."""

    event_id: Annotated[IdText, read("event_id", write=id_text)]
    event: Annotated[str, read("event_type")]
    """Its type: cairn.checkins.v1.CheckInRecorded."""
    recorded_at: Annotated[str, read("recorded_at", write=instant_text)]
    true_on: Annotated[str | None, read("true_on", write=day_text)]
    actor: Annotated[IdText | None, read("actor_id", write=optional_id)]
    on_behalf_of: Annotated[IdText | None, read("on_behalf_of", write=optional_id)]
    objective_id: Annotated[IdText | None, read("objective_id", write=optional_id)]
    key_result_id: Annotated[IdText | None, read("key_result_id", write=optional_id)]
    check_in_id: Annotated[IdText | None, read("check_in_id", write=optional_id)]
    summary: str
    value: float | None
    comment: Annotated[str | None, read("comment", write=optional_text)]
    superseded: bool
    """Corrected or retracted since."""
    log: str
    position: int


class HistoryPage(PageOf[Change]):
    """A page of what changed, newest first."""


CHANGE: Final = JsonMapping(Change, service_pb2.Change)
