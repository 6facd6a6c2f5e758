"""What an action was done to, beside its aggregate and the objective that it belongs to."""

from __future__ import annotations

from itertools import chain
from typing import Any, Final

from google.protobuf.message import DecodeError

from audit.readable import EVENT_TYPES
from cairn.directory.v1 import events_pb2 as directory
from cairn.goals.v1 import events_pb2 as goals
from chassis.events import UnknownEventType, event_type_of
from chassis.ids import Id

_ID_BYTES: Final = 16

_FIELDS: Final[dict[Any, tuple[str, ...]]] = {
    directory.MembershipBegan: ("team_id",),
    directory.MembershipEnded: ("team_id",),
    directory.ManagerChanged: ("manager_id",),
    directory.TeamFounded: ("team_id", "parent_team_id", "lead_id"),
    directory.TeamRenamed: ("team_id",),
    directory.TeamMoved: ("team_id", "parent_team_id"),
    directory.TeamLeadChanged: ("team_id", "lead_id"),
    directory.TeamDissolved: ("team_id",),
    directory.PillarAdded: ("pillar_id", "before_id"),
    directory.PillarChanged: ("pillar_id",),
    directory.PillarMoved: ("pillar_id", "before_id"),
    directory.PillarRemoved: ("pillar_id",),
    **dict.fromkeys((directory.ViewSaved, directory.ViewChanged, directory.ViewRemoved), ("view_id",)),
    goals.CycleDefined: ("enclosing_cycle_id",),
    goals.CycleRevised: ("enclosing_cycle_id",),
    goals.ObjectiveDefined: ("cycle_id", "team_id", "pillar_id", "carried_from", "copied_from", "started_from"),
    goals.ObjectiveRevised: ("team_id", "pillar_id"),
    goals.ObjectiveClosed: ("with_cycle_id",),
    goals.ObjectiveReopened: ("with_cycle_id",),
    goals.ObjectiveAligned: ("parent_objective_id", "parent_key_result_id", "parent_key_results_objective_id"),
    goals.KeyResultDefined: ("key_result_id", "counts_for"),
    goals.KeyResultRevised: ("key_result_id",),
    goals.KeyResultShared: ("key_result_id", "counts_for"),
    goals.KeyResultUnshared: ("key_result_id", "counts_for"),
    goals.KeyResultCancelled: ("key_result_id",),
    goals.KeyResultMovedAway: ("key_result_id", "to_objective_id", "cycle_id", "to_cycle_id"),
    goals.ObjectiveMovedToCycle: ("from_cycle_id", "cycle_id"),
    goals.KeyResultMovedToCycle: ("key_result_id", "from_cycle_id", "cycle_id"),
    goals.KeyResultMovedIn: ("key_result_id", "from_objective_id", "from_cycle_id", "cycle_id", "defined_of"),
    goals.TaskGiven: ("objective_id", "key_result_id", "initiative_id"),
    goals.InitiativeDefined: ("initiative_id", "objective_id", "key_result_id"),
    goals.InitiativeRevised: ("initiative_id",),
    **dict.fromkeys(
        (goals.EffortLogged, goals.EffortCorrected, goals.EffortRetracted), ("task_id", "initiative_id", "objective_id", "key_result_id")
    ),
    goals.SumFed: ("key_result_id", "feeds"),
}
NAMING_FIELDS: Final = {event_type_of(event()): fields for event, fields in _FIELDS.items()}
"""By event type: the fields that name other things. A key result, for one, is defined by an event of its objective."""


_SUBJECTS: Final = ("key_result_id", "cycle_id", "person_id", "team_id", "pillar_id")


def subject_of(event_type: str, payload: bytes) -> dict[str, Any]:
    """What an event is about beside an objective, by the fields of an action, and why it was done; nothing of one that cannot be read."""
    try:
        event = EVENT_TYPES.decode(event_type, payload)
    except (UnknownEventType, DecodeError):
        return {}
    said = {name: getattr(event, name, b"") for name in _SUBJECTS}
    return {name: thing for name, thing in said.items() if len(thing) == _ID_BYTES} | {"reason": getattr(event, "reason", "")}


def other_things(event_type: str, payload: bytes) -> list[Id]:
    """The ids of what an event names beside its aggregate and its objective, each once.

    None for an event that cannot be read, and for a value that is no id: audit stores every event, whatever is wrong with it.
    """
    fields = NAMING_FIELDS.get(event_type)
    if fields is None:
        return []
    try:
        event = EVENT_TYPES.decode(event_type, payload)
    except DecodeError:
        return []
    named = [getattr(event, field) for field in fields]
    ids = chain.from_iterable((value,) if isinstance(value, bytes) else value for value in named)
    return [thing_id for thing_id in dict.fromkeys(ids) if len(thing_id) == _ID_BYTES]
