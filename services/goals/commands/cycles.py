"""What can be asked of goals about cycles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from cairn.goals.v1 import service_pb2 as api
from cairn.goals.v1.events_pb2 import CYCLE_STATE_CLOSED
from chassis.calls import Call, Identity
from chassis.errors import Refused, invalid
from chassis.eventstore import ANYONE, CALLER_WAS_CHECKED, Aggregate, Appended, Decision, DryRunAggregates, NotAsked
from chassis.ids import Id, new_id
from goals import policy
from goals.aggregates import CYCLE, OBJECTIVE, REFERENCE
from goals.commands.units import asked_of, of_part, reservation
from goals.domain import cycle_days, cycles, objectives, references
from goals.domain.cycles import Cycle
from goals.domain.objectives import Objective
from goals.domain.values import require_id
from goals.service import Goals
from shared.holding import Asked

_TRIES: Final = 5
"""How often what became active while its cycle was closed is tried to be closed."""

_whoever_sees_it: Final = policy.whoever_sees(objectives.unknown_objective())


async def define_cycle(goals: Goals, call: Call, request: api.DefineCycleRequest) -> Appended:
    """A new cycle, under a name that no other cycle of the tenant has. The first aggregate of the answer is the cycle."""
    policy.require_cycle_keeper(call.identity)
    cycle_id, enclosing = new_id(), request.enclosing_cycle_id
    days = request.first_day, request.last_day
    cycle = Aggregate(CYCLE, cycle_id, may=CALLER_WAS_CHECKED)
    unit = [cycle.decision(cycles.define, cycle_id, request.name, request.kind, *days, enclosing, request.cadence, request.weekday)]
    if enclosing:
        require_id("enclosing_cycle_id", enclosing)
        unit.append(Aggregate(CYCLE, enclosing, may=ANYONE).requirement(cycles.require_known, "enclosing_cycle_id"))
    unit += reservation(goals, call, "cycle", request.name, cycle_id, cycle_id)
    return await goals.aggregates.decide_together(call, unit)


async def move_cycle(goals: Goals, call: Call, request: api.MoveCycleRequest) -> Appended:
    """The next step of a cycle's life."""
    if request.to == CYCLE_STATE_CLOSED:
        return await close_cycle(goals, call, api.CloseCycleRequest(cycle_id=request.cycle_id, expected_version=request.expected_version))
    return await goals.aggregates.decide(call, _kept_cycle(request.cycle_id, request.expected_version).decision(cycles.move, request.to))


async def revise_cycle(goals: Goals, call: Call, request: api.ReviseCycleRequest) -> Appended:
    """Changes what is set in the request, and differs; with the days of the objectives that would lie outside, if that is asked for.

    What ended stays as it is, and so does what lies outside already. Raises Refused (OBJECTIVES_OUTSIDE) for those that would come to.
    """
    tenant_id, cycle_id = call.identity.tenant_id, request.cycle_id
    unit = [_kept_cycle(cycle_id, request.expected_version).decision(cycles.revise, request)]
    if request.HasField("name"):
        name = Aggregate(REFERENCE, goals.index.name_id(tenant_id, "cycle", request.name), may=CALLER_WAS_CHECKED, partition_key=cycle_id)
        unit.append(name.decision(references.reserve_again, "cycle", request.name, cycle_id))
    cycle = (await goals.index.state(tenant_id, CYCLE, cycle_id)).state
    days = cycles.days_after(cycle, request)
    unit += await _not_around_itself(goals, tenant_id, request)
    if days != (cycle.first_day, cycle.last_day):
        there = await goals.index.objectives_of_cycle(tenant_id, cycle_id)
        outside = {i: o for i, o in there.items() if cycle_days.comes_to_lie_outside(o, (cycle.first_day, cycle.last_day), days)}
        if request.move_objectives:
            asked = Asked(None, goals.day_of(call))
            unit += [Aggregate(OBJECTIVE, i, may=CALLER_WAS_CHECKED).decision(cycle_days.cut_to, *days, asked) for i in outside]
        elif outside:
            policy.require_cycle_step(call.identity, cycle)
            raise cycle_days.outside([o for o in outside.values() if policy.sees(call.identity, o)], len(outside), days)
    return await goals.aggregates.decide_together(call, unit)


async def _not_around_itself(goals: Goals, tenant_id: Id, request: api.ReviseCycleRequest) -> list[Decision]:
    """That what shall enclose a cycle is there, and does not lie in it, perhaps through others."""
    required: list[Decision] = []
    above, seen = request.enclosing_cycle_id, set[Id]()
    if above and above != request.cycle_id:
        require_id("enclosing_cycle_id", above)
        required.append(Aggregate(CYCLE, above, may=ANYONE).requirement(cycles.require_known, "enclosing_cycle_id"))
    while above and above != request.cycle_id and above not in seen:
        seen.add(above)
        as_read = (await goals.index.state(tenant_id, CYCLE, above)).state
        required.append(Aggregate(CYCLE, above, may=ANYONE).requirement(cycles.require_not_enclosed_by, as_read, request.cycle_id))
        above = as_read.enclosing_cycle_id
    return required


async def close_cycle(goals: Goals, call: Call, request: api.CloseCycleRequest) -> Appended:
    """From review to closed, with every objective of it that is active, whoever may see it; and what was looked back on.

    Drafts stay drafts: they never counted, and can be copied to another cycle. What becomes active while this is decided is closed right
    after it: from then on nothing does.
    """
    tenant_id, cycle_id, asked = call.identity.tenant_id, request.cycle_id, asked_of(goals, call, request)
    cycle = _kept_cycle(cycle_id, request.expected_version)
    unit = [cycle.decision(cycles.close, asked)]
    said = {look_back.objective_id: look_back for look_back in request.look_backs}
    if len(said) < len(request.look_backs):
        raise invalid("look_backs", "each objective is named once")
    there = await goals.index.objectives_of_cycle(tenant_id, cycle_id)
    unit += [_closed_with_cycle(i, look_back, cycle_id, asked, may=_whoever_sees_it) for i, look_back in said.items()]
    unit += [
        _closed_with_cycle(i, api.LookBack(), cycle_id, asked, may=CALLER_WAS_CHECKED)
        for i, objective in there.items()
        if objective.active and i not in said
    ]
    try:
        appended = await goals.take_away(call, unit)
    except Refused as refused:
        if refused.row is None or not 1 <= refused.row <= len(said):
            raise
        raise of_part(refused, f"look_backs[{refused.row - 1}]") from None
    if not isinstance(goals.aggregates, DryRunAggregates):
        await _close_late_ones(goals, replace(call, idempotency_key=""), cycle_id, asked)
    return appended


async def _close_late_ones(goals: Goals, call: Call, cycle_id: Id, asked: Asked) -> None:
    """Closes what became active in a cycle while its closing was decided. The cycle is closed by then, so this is tried again."""
    for left_tries in reversed(range(_TRIES)):
        there = await goals.index.objectives_of_cycle(call.identity.tenant_id, cycle_id)
        late = [_closed_with_cycle(i, api.LookBack(), cycle_id, asked, may=CALLER_WAS_CHECKED) for i, o in there.items() if o.active]
        if not late:
            return
        try:
            await goals.take_away(call, late)
        except Refused:
            if not left_tries:
                raise


async def reopen_cycle(goals: Goals, call: Call, request: api.ReopenCycleRequest) -> Appended:
    """From closed back to review, with the objectives that were closed with it, and those alone."""
    cycle_id, reason = request.cycle_id, request.reason
    unit = [_kept_cycle(cycle_id, request.expected_version).decision(cycles.reopen, reason)]
    for i, objective in (await goals.index.objectives_of_cycle(call.identity.tenant_id, cycle_id)).items():
        if objective.ended_with == cycle_id and objective.ended:
            unit.append(Aggregate(OBJECTIVE, i, may=CALLER_WAS_CHECKED).decision(objectives.reopen_with_cycle, reason, cycle_id))
    return await goals.take_away(call, unit)


def _kept_cycle(cycle_id: Id, expected_version: int) -> Aggregate[Cycle]:
    """A cycle at the version that the caller has seen, for those who keep cycles."""
    return Aggregate(CYCLE, cycle_id, expected_version, may=policy.require_cycle_step)


def _closed_with_cycle(
    objective_id: Id, said: api.LookBack, cycle_id: Id, asked: Asked, *, may: Callable[[Identity, Objective], None] | NotAsked
) -> Decision:
    return Aggregate(OBJECTIVE, objective_id, may=may).decision(objectives.close_with_cycle, said, cycle_id, asked)
