"""Events of goals as tests tell them."""

from __future__ import annotations

from typing import Any

from cairn.goals.v1 import events_pb2 as goals
from cairn.goals.v1 import service_pb2 as api
from chassis.ids import Id, id_of_name

JAN_1, MAR_31 = 17897, 17986  # 2019
MEASURES = {field.name for field in goals.KeyResultDefined.DESCRIPTOR.oneofs_by_name["measure"].fields}


def an_id(name: str) -> Id:
    """The id of what a test calls so."""
    return id_of_name("test", name)


ANN, BOB, CYD = an_id("Ann"), an_id("Bob"), an_id("Cyd")
OBJECTIVE, OTHER, KEY_RESULT, CYCLE = an_id("objective"), an_id("other"), an_id("key result"), an_id("cycle")


def cycle_defined(**changed: Any) -> goals.CycleDefined:
    fields: dict[str, Any] = {
        "cycle_id": CYCLE,
        "name": "2019-Q1",
        "kind": goals.CYCLE_KIND_TACTICAL,
        "first_day": JAN_1,
        "last_day": MAR_31,
    }
    return goals.CycleDefined(**fields | changed)


def objective_defined(**changed: Any) -> goals.ObjectiveDefined:
    fields: dict[str, Any] = {
        "objective_id": OBJECTIVE,
        "cycle_id": CYCLE,
        "title": "Expand the team",
        "level": goals.LEVEL_COMPANY,
        "owner_id": ANN,
        "creator_id": BOB,
        "start_day": JAN_1,
        "due_day": MAR_31,
        "kind": goals.OBJECTIVE_KIND_COMMITTED,
        "visibility": goals.VISIBILITY_COMPANY,
        "roll_up": goals.ROLL_UP_KEY_RESULTS,
    }
    return goals.ObjectiveDefined(**fields | changed)


def wanted_objective(**changed: Any) -> api.DefineObjectiveRequest:
    """A request for what `objective_defined` tells of."""
    return api.DefineObjectiveRequest(**{"cycle_id": CYCLE, "title": "Expand the team", "owner_id": ANN} | changed)


def wanted_key_result(**changed: Any) -> api.DefineKeyResultRequest:
    """A request for what `key_result_defined` tells of."""
    fields: dict[str, Any] = {"objective_id": OBJECTIVE, "title": "Add three developers"}
    if not changed.keys() & MEASURES:
        fields["metric"] = goals.Metric(start=0, target=3, unit="people")
    return api.DefineKeyResultRequest(**fields | changed)


def activated() -> goals.ObjectiveActivated:
    return goals.ObjectiveActivated(objective_id=OBJECTIVE)


def closed() -> goals.ObjectiveClosed:
    return goals.ObjectiveClosed(objective_id=OBJECTIVE, outcome="done")


def cancelled() -> goals.ObjectiveCancelled:
    return goals.ObjectiveCancelled(objective_id=OBJECTIVE, reason="no longer wanted")


def key_result_defined(**changed: Any) -> goals.KeyResultDefined:
    fields: dict[str, Any] = {
        "objective_id": OBJECTIVE,
        "key_result_id": KEY_RESULT,
        "title": "Add three developers",
        "owners": [goals.Owner(person_id=ANN)],
        "weight": 1.0,
        "due_day": MAR_31,
    }
    if not changed.keys() & MEASURES:
        fields["metric"] = goals.Metric(start=0, target=3, unit="people")
    return goals.KeyResultDefined(**fields | changed)


def key_result_revised(**changed: Any) -> goals.KeyResultRevised:
    return goals.KeyResultRevised(objective_id=OBJECTIVE, key_result_id=KEY_RESULT, **changed)


def key_result_cancelled() -> goals.KeyResultCancelled:
    return goals.KeyResultCancelled(objective_id=OBJECTIVE, key_result_id=KEY_RESULT, reason="overtaken")
