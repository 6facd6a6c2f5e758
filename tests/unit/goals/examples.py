"""Requests of goals as tests send them."""

from __future__ import annotations

from typing import Any, TypeVar

from google.protobuf.message import Message

from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as api
from shared.holding import SINCE_EVER, Asked
from tests.support.events import ANN, CYCLE, JAN_1, MEASURES, OBJECTIVE

TODAY = JAN_1 + 30
NOW = Asked(None, TODAY)
"""A command of today that names no day."""

E = TypeVar("E", bound=Message)


def on(day: int) -> Asked:
    """A command of today that names a day."""
    return Asked(day, TODAY)


def holding(day: int, event: E) -> E:
    """The event, as one that holds from a day on."""
    event.holds_from = day  # type: ignore[attr-defined]
    return event


def ever(event: E) -> E:
    """The event, as one that holds since ever."""
    return holding(SINCE_EVER, event)


def today(event: E) -> E:
    """The event, as one that holds from today on."""
    return holding(TODAY, event)


def wanted_objective(**changed: Any) -> api.DefineObjectiveRequest:
    """A request for what `objective_defined` tells of."""
    return api.DefineObjectiveRequest(**{"cycle_id": CYCLE, "title": "Expand the team", "owner_id": ANN} | changed)


def wanted_key_result(**changed: Any) -> api.DefineKeyResultRequest:
    """A request for what `key_result_defined` tells of."""
    fields: dict[str, Any] = {"objective_id": OBJECTIVE, "title": "Add three developers"}
    if not changed.keys() & MEASURES:
        fields["metric"] = goals.Metric(start=0, target=3, unit="people")
    return api.DefineKeyResultRequest(**fields | changed)
