"""Requests of goals as tests send them."""

from __future__ import annotations

from typing import Any

from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as api
from tests.support.events import (
    ANN,
    CYCLE,
    MEASURES,
    OBJECTIVE,
)


def wanted_objective(**changed: Any) -> api.DefineObjectiveRequest:
    """A request for what `objective_defined` tells of."""
    return api.DefineObjectiveRequest(**{"cycle_id": CYCLE, "title": "Expand the team", "owner_id": ANN} | changed)


def wanted_key_result(**changed: Any) -> api.DefineKeyResultRequest:
    """A request for what `key_result_defined` tells of."""
    fields: dict[str, Any] = {"objective_id": OBJECTIVE, "title": "Add three developers"}
    if not changed.keys() & MEASURES:
        fields["metric"] = goals.Metric(start=0, target=3, unit="people")
    return api.DefineKeyResultRequest(**fields | changed)
