"""What a command would come to: the commands themselves, carried out on a log that nothing goes into."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import Any, Final

from google.protobuf.message import DecodeError, Message
from protovalidate import Validator

from cairn.goals.v1 import service_pb2 as api
from cairn.goals.v1.events_pb2 import (
    CycleDefined,
    CycleRevised,
    InitiativeDefined,
    InitiativeRevised,
    KpiDefined,
    KpiMeasured,
    KpiRevised,
    MilestonePlanned,
    MilestonePostponed,
    MilestoneReached,
    MilestoneRevised,
    TaskDone,
    TaskGiven,
    TaskReassigned,
    TaskRevised,
)
from chassis.calls import Call
from chassis.errors import invalid
from chassis.events import UnknownEventType
from chassis.eventstore import AggregateType, Appended, DryRunAggregates, NewEvent
from chassis.ids import Id
from chassis.rpc import require_well_formed
from goals import policy
from goals.aggregates import CYCLE, EVENT_TYPES, INITIATIVE, KPI, MILESTONE, OBJECTIVE, TASK
from goals.commands import cycles, key_results, kpis, objectives, work
from goals.domain.objectives import unknown_objective
from goals.service import Goals

_VALIDATOR: Final = Validator()


async def dry_run_command(goals: Goals, call: Call, request: api.DryRunCommandRequest) -> api.DryRunCommandResponse:
    """The events that a command would come to. Raises Refused: what the command refuses with, and what `assuming` does."""
    assumed = await assuming(goals, call, request.assumed)
    aggregates = DryRunAggregates(goals.aggregates, assumed.index.assumed)
    await _carried_out(replace(assumed, aggregates=aggregates, confirmed_for=0), call, request)
    return api.DryRunCommandResponse(events=map(_message, aggregates.events))


async def assuming(goals: Goals, call: Call, assumed_events: Iterable[api.UnrecordedEvent]) -> Goals:
    """Goals as it would be after these events.

    Raises Refused: INVALID for what is no event, or cannot follow what there is, and OBJECTIVE_UNKNOWN for one of an objective that is
    there and that the caller may not know of: nobody sees more for what they assume.
    """
    assumed: dict[Id, list[Message]] = {}
    for event in assumed_events:
        try:
            assumed.setdefault(event.aggregate_id, []).append(EVENT_TYPES.decode(event.event_type, event.payload))
        except (UnknownEventType, DecodeError):
            raise invalid("assumed", f"there is no event {event.event_type!r} with this payload") from None
    if not assumed:
        return goals
    tenant_id, index = call.identity.tenant_id, goals.index.assuming(assumed)
    by_type: dict[str, list[Id]] = {aggregate.name: [] for aggregate in _ASSUMED}
    for aggregate_id, events in assumed.items():
        by_type[_type_of(events[0]).name].append(aggregate_id)
    there = await goals.index.states(tenant_id, OBJECTIVE, by_type[OBJECTIVE.name])
    if any(not policy.sees(call.identity, found.state) for found in there.values()):
        raise unknown_objective("assumed")
    try:
        for aggregate in _ASSUMED:
            await index.states(tenant_id, aggregate, by_type[aggregate.name])
    except (TypeError, LookupError):
        raise invalid("assumed", "these events cannot follow what there is") from None
    return replace(goals, index=index)


_ASSUMED: Final[tuple[AggregateType[Any], ...]] = (CYCLE, OBJECTIVE, KPI, INITIATIVE, TASK, MILESTONE)
"""What may be assumed of, kind by kind."""


def _type_of(event: Message) -> AggregateType[Any]:
    """The kind of aggregate that an event is of; any other event is one of an objective, which takes it or not."""
    match event:
        case CycleDefined() | CycleRevised():
            return CYCLE
        case KpiDefined() | KpiRevised() | KpiMeasured():
            return KPI
        case InitiativeDefined() | InitiativeRevised():
            return INITIATIVE
        case TaskGiven() | TaskRevised() | TaskReassigned() | TaskDone():
            return TASK
        case MilestonePlanned() | MilestoneRevised() | MilestoneReached() | MilestonePostponed():
            return MILESTONE
        case _:
            return OBJECTIVE


def _command(name: str) -> Callable[[Goals, Call, Any], Awaitable[Appended]]:
    """The command of a name. Raises LookupError where there is none."""
    found: list[Callable[[Goals, Call, Any], Awaitable[Appended]]]
    found = [getattr(module, name) for module in (cycles, objectives, key_results, kpis, work) if hasattr(module, name)]
    if not found:
        raise LookupError(f"there is no command {name}")
    return found[0]


_COMMANDS: Final[dict[str, Callable[[Goals, Call, Any], Awaitable[Appended]]]] = {
    field.name: _command(field.name) for field in api.DryRunCommandRequest.DESCRIPTOR.oneofs_by_name["command"].fields
}
"""By the name of a field of the request: the command of that name, which must be there."""


async def _carried_out(goals: Goals, call: Call, request: api.DryRunCommandRequest) -> Appended:
    name = request.WhichOneof("command")
    if name is None:
        raise invalid("command", "name the command that is to be tried")
    require_well_formed(_VALIDATOR, getattr(request, name))
    return await _COMMANDS[name](goals, call, getattr(request, name))


def _message(event: NewEvent) -> api.UnrecordedEvent:
    return api.UnrecordedEvent(event_id=event.event_id, aggregate_id=event.aggregate_id, event_type=event.event_type, payload=event.payload)
