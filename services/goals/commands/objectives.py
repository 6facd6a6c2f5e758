"""What can be asked of goals about objectives."""

from __future__ import annotations

from collections.abc import Sequence

from cairn.goals.v1 import service_pb2 as api
from cairn.goals.v1.events_pb2 import APPROVAL_APPROVED, CYCLE_STATE_CLOSED, KeyResultDefined, Visibility
from chassis.calls import Call
from chassis.days import Day
from chassis.errors import Refused
from chassis.events import event_type_of
from chassis.eventstore import ANYONE, CALLER_WAS_CHECKED, Aggregate, Appended, Decision
from chassis.ids import Id, new_id
from chassis.rpc import write_appended
from goals import policy
from goals.aggregates import ALIGNMENT, CYCLE, KPI, OBJECTIVE, REFERENCE
from goals.commands.key_results import unit_of_key_result
from goals.commands.units import asked_of, cycles_are_open, drafts_among, editable, of_part, require_part_well_formed, reservation, tree_of
from goals.domain import alignment, copying, cycles, key_results, moving_to_cycle, objectives
from goals.domain.alignment import Parent
from goals.domain.cycles import Cycle
from goals.domain.objectives import NO_ORIGIN, Objective, Origin, Rules
from goals.service import Goals
from shared.holding import Asked
from shared.naming import LONGEST_REFERENCE
from shared.roles import ADMIN
from shared.settings import APPROVAL, DEFAULT_VISIBILITY, TWO_TO_FIVE


async def define_objective(goals: Goals, call: Call, request: api.DefineObjectiveRequest) -> Appended:
    """A new draft in an open cycle, under its reference and its parent if it has them.

    The first aggregate of the answer is the objective.
    """
    return await goals.aggregates.decide_together(call, await unit_of_objective(goals, call, new_id(), request))


async def define_objective_whole(goals: Goals, call: Call, request: api.DefineObjectiveWholeRequest) -> api.DefineObjectiveWholeResponse:
    """A new objective with its key results, in one unit; active where that is asked for.

    Raises Refused as `define_objective`, `define_key_result` and `activate_objective` do, with the field in which it stands here.
    """
    return await define_whole(goals, call, request, NO_ORIGIN)


async def copy_objective(goals: Goals, call: Call, request: api.CopyObjectiveRequest) -> api.CopyObjectiveResponse:
    """The draft of a new objective that says what another one does, for whoever sees that one; its key results that stand as well.

    In the same cycle, and with the same days, unless another one is named: then with that one's days. It hangs where that one does, as
    long as that still changes. To carry one over takes who may edit it; its key results go on from where they got to.
    """
    tenant_id = call.identity.tenant_id
    source = (await goals.index.state(tenant_id, OBJECTIVE, request.objective_id)).state
    may = policy.require_edit if request.carry_over else policy.whoever_sees(objectives.unknown_objective())
    may(call.identity, source)
    wanted = copying.objective_again(source, request, call.identity)
    if (parent := await _present_parent(goals, call, source.objective_id)) is not None and await _takes_children(goals, call, parent):
        copying.hang_under(wanted, parent)
    origin = Origin(carried_from=source.objective_id) if request.carry_over else Origin(copied_from=source.objective_id)
    again = copying.key_results_again(source, request)
    for of_sum in (key_result.sum for key_result in again if key_result.HasField("sum")):
        of_sum.feeds[:] = await _watched(goals, call, of_sum.feeds)
    for key_result, reference in zip(again, await _free_references(goals, call, request.reference, len(again)), strict=False):
        key_result.reference = reference
    whole = api.DefineObjectiveWholeRequest(objective=wanted, key_results=again)
    made = await define_whole(goals, call, whole, origin)
    return api.CopyObjectiveResponse(objective_id=made.objective_id, appended=made.appended)


async def _free_references(goals: Goals, call: Call, reference: str, wanted: int) -> list[str]:
    """What so many key results of an objective are called by its reference: E1/1, E1/2, without those that name something already.

    None where it has no reference; fewer where the next would be too long.
    """
    free: list[str] = []
    last = 0
    while reference and len(free) < wanted:
        tried = [f"{reference}/{number}" for number in range(last + 1, last + 1 + wanted)]
        last += wanted
        if len(tried[-1]) > LONGEST_REFERENCE:
            break
        names = [goals.index.name_id(call.identity.tenant_id, "key-result", each) for each in tried]
        taken = await goals.index.states(call.identity.tenant_id, REFERENCE, names)
        free += [each for each, name in zip(tried, names, strict=True) if name not in taken or not taken[name].state.holder_id]
    return free[:wanted]


async def _watched(goals: Goals, call: Call, feeds: Sequence[Id]) -> list[Id]:
    """What feeds a sum, without the KPIs that are retired."""
    its_kpis = await goals.index.kpis_among(call.identity.tenant_id, feeds)
    found = await goals.index.states(call.identity.tenant_id, KPI, its_kpis)
    return [feed for feed in feeds if feed not in found or not found[feed].state.retired]


async def _present_parent(goals: Goals, call: Call, objective_id: Id) -> Parent | None:
    """What an objective is aligned to."""
    tenant_id = call.identity.tenant_id
    tree = (await goals.index.state(tenant_id, ALIGNMENT, alignment.alignment_id(tenant_id))).state
    return tree.parents.get(objective_id)


async def _takes_children(goals: Goals, call: Call, parent: Parent) -> bool:
    """Whether an objective, or a key result of it, can be hung under still, by this caller."""
    above = (await goals.index.state(call.identity.tenant_id, OBJECTIVE, parent.objective_id)).state
    cycle = (await goals.index.state(call.identity.tenant_id, CYCLE, above.cycle_id)).state
    key_result = above.key_results.get(parent.key_result_id)
    stands = not parent.key_result_id or (key_result is not None and not key_result.cancelled)
    return policy.sees(call.identity, above) and not above.ended and stands and cycle.state != CYCLE_STATE_CLOSED


async def define_whole(
    goals: Goals, call: Call, request: api.DefineObjectiveWholeRequest, origin: Origin, requirements: Sequence[Decision] = ()
) -> api.DefineObjectiveWholeResponse:
    """A new objective that goes back to something, with its key results, where all of this is so elsewhere; else as asked for whole."""
    objective_id, key_result_ids = new_id(), [new_id() for _ in request.key_results]
    unit = await unit_of_objective(goals, call, objective_id, request.objective, origin)
    of_key_result = dict[int, int]()  # by number of its decision: that of the key result
    for number, (key_result_id, wanted) in enumerate(zip(key_result_ids, request.key_results, strict=True)):
        defining = api.DefineKeyResultRequest()
        defining.CopyFrom(wanted)
        defining.objective_id, defining.expected_version = objective_id, 0
        require_part_well_formed(defining, f"key_results[{number}]")
        its = await unit_of_key_result(goals, call, key_result_id, defining, CALLER_WAS_CHECKED)
        of_key_result |= dict.fromkeys(range(len(unit), len(unit) + len(its)), number)
        unit += its
    if request.activate:
        asked = Asked(request.active_from if request.HasField("active_from") else None, goals.day_of(call))
        unit.append(Aggregate(OBJECTIVE, objective_id, may=CALLER_WAS_CHECKED).decision(objectives.activate, asked, _rules(call)))
    parts = len(unit)
    try:
        appended = await goals.aggregates.decide_together(call, [*unit, *requirements])
    except Refused as refused:
        of_none = refused.row is not None and refused.row >= parts
        if refused.field == "after" or of_none:  # it is sent with the request, or is required elsewhere, and is in no part of it
            raise
        of = None if refused.row is None else of_key_result.get(refused.row)
        raise of_part(refused, "objective" if of is None else f"key_results[{of}]") from None
    if appended.repeated:  # by their first answer
        recorded = await goals.index.read(appended.first_position - 1, len(appended.event_ids), call.identity.tenant_id)
        key_result_ids = [event.event_id for event in recorded if event.event_type == event_type_of(KeyResultDefined())]
    response = api.DefineObjectiveWholeResponse(objective_id=appended.aggregate_ids[0], key_result_ids=key_result_ids)
    write_appended(response.appended, appended)
    return response


async def unit_of_objective(
    goals: Goals, call: Call, objective_id: Id, request: api.DefineObjectiveRequest, origin: Origin = NO_ORIGIN
) -> list[Decision]:
    """What defining an objective takes. Raises Refused: ROLE_REQUIRED, and what reading its days refuses with."""
    policy.require_definer(call.identity)
    creator_id = call.identity.person_id
    start_day, due_day = await _days(goals, call, request)
    parent = await _parent(goals, call, request)
    objective = Aggregate(OBJECTIVE, objective_id, may=CALLER_WAS_CHECKED)
    unit = [
        objective.decision(objectives.define, objective_id, creator_id, request, start_day, due_day, _default_visibility(call), origin),
        Aggregate(CYCLE, request.cycle_id, may=ANYONE).requirement(cycles.require_open),
    ]
    if parent is not None:
        draft = (await drafts_among(goals, call, (parent.objective_id,)))[parent.objective_id]
        aligning = tree_of(call, objective_id).decision(alignment.align, objective_id, parent, asked_of(goals, call, request), draft=draft)
        unit += [_parent_is_open(parent), aligning, *await cycles_are_open(goals, call, parent.objective_id)]
    return [*unit, *reservation(goals, call, "objective", request.reference, objective_id, objective_id)]


async def revise_objective(goals: Goals, call: Call, request: api.ReviseObjectiveRequest) -> Appended:
    """Changes what is set in the request, and differs."""
    objective = editable(request.objective_id, request.expected_version)
    unit = [objective.decision(objectives.revise, call.identity.tenant_id, request, asked_of(goals, call, request))]
    unit += await cycles_are_open(goals, call, request.objective_id)
    narrows = any(request.HasField(name) for name in ("owner_id", "team_id", "contributors", "named_people", "visibility"))
    return await (goals.take_away(call, unit) if narrows else goals.aggregates.decide_together(call, unit))


async def align_objective(goals: Goals, call: Call, request: api.AlignObjectiveRequest) -> Appended:
    """Aligns an objective to a parent, or, without one, takes it to the top of the tree."""
    return await goals.aggregates.decide_together(call, await unit_of_alignment(goals, call, request))


async def unit_of_alignment(goals: Goals, call: Call, request: api.AlignObjectiveRequest) -> list[Decision]:
    """What aligning an objective takes."""
    parent = await _parent(goals, call, request)
    unit = [editable(request.objective_id, request.expected_version).requirement(objectives.require_open)]
    draft, still_change = False, [request.objective_id]
    if parent is not None:
        unit.append(_parent_is_open(parent))
        still_change.append(parent.objective_id)
        draft = (await drafts_among(goals, call, (parent.objective_id,)))[parent.objective_id]
    asked = asked_of(goals, call, request)
    unit.append(tree_of(call, request.objective_id).decision(alignment.align, request.objective_id, parent, asked, draft=draft))
    its = Aggregate(OBJECTIVE, request.objective_id, may=CALLER_WAS_CHECKED)
    if (await goals.index.state(call.identity.tenant_id, OBJECTIVE, request.objective_id)).state.approval != APPROVAL_APPROVED:
        unit.append(its.requirement(objectives.require_no_approval))
    elif parent != await _present_parent(goals, call, request.objective_id):
        unit.append(its.decision(objectives.lapsed_approval, asked))
    return [*unit, *await cycles_are_open(goals, call, *still_change)]


async def submit_objective(goals: Goals, call: Call, request: api.SubmitObjectiveRequest) -> Appended:
    """Submits a draft for approval."""
    objective = editable(request.objective_id, request.expected_version)
    asked, of = Asked(None, goals.day_of(call)), await _asked_to_approve(goals, call, request.objective_id)
    unit = [objective.decision(objectives.submit, request.comment, asked, _rules(call), of)]
    return await goals.aggregates.decide_together(call, [*unit, *await cycles_are_open(goals, call, request.objective_id)])


async def _asked_to_approve(goals: Goals, call: Call, objective_id: Id) -> list[Id]:
    """The owner of what an objective is aligned to, where they are sure to see it: nobody is told of what they may not know of."""
    parent = await _present_parent(goals, call, objective_id)
    if parent is None:
        return []
    both = await goals.index.states(call.identity.tenant_id, OBJECTIVE, (objective_id, parent.objective_id))
    if len(both) < 2:
        return []
    owner_id = both[parent.objective_id].state.owner_id
    return [owner_id] if owner_id and policy.is_sure_to_see(owner_id, both[objective_id].state) else []


async def approve_objective(goals: Goals, call: Call, request: api.ApproveObjectiveRequest) -> Appended:
    """Approves what was submitted."""
    objective = await _to_approve(goals, call, request)
    unit = [objective.decision(objectives.approve, request.comment, Asked(None, goals.day_of(call)))]
    return await goals.aggregates.decide_together(call, [*unit, *await cycles_are_open(goals, call, request.objective_id)])


async def send_objective_back(goals: Goals, call: Call, request: api.SendObjectiveBackRequest) -> Appended:
    """Sends back what was submitted, with a reason."""
    objective = await _to_approve(goals, call, request)
    unit = [objective.decision(objectives.send_back, request.reason, Asked(None, goals.day_of(call)))]
    return await goals.aggregates.decide_together(call, [*unit, *await cycles_are_open(goals, call, request.objective_id)])


async def _to_approve(
    goals: Goals, call: Call, request: api.ApproveObjectiveRequest | api.SendObjectiveBackRequest
) -> Aggregate[Objective]:
    """An objective at the version that the caller has seen, for those who approve it: admins, and who owns what it is aligned to."""
    parent = await _present_parent(goals, call, request.objective_id)
    above = Objective() if parent is None else (await goals.index.state(call.identity.tenant_id, OBJECTIVE, parent.objective_id)).state
    return Aggregate(OBJECTIVE, request.objective_id, request.expected_version, may=policy.whoever_approves(above))


async def activate_objective(goals: Goals, call: Call, request: api.ActivateObjectiveRequest) -> Appended:
    """From draft to active."""
    return await goals.aggregates.decide_together(call, await unit_of_activation(goals, call, request))


async def unit_of_activation(goals: Goals, call: Call, request: api.ActivateObjectiveRequest) -> list[Decision]:
    """What activating an objective takes."""
    objective = editable(request.objective_id, request.expected_version)
    unit = [objective.decision(objectives.activate, asked_of(goals, call, request), _rules(call))]
    return [*unit, *await cycles_are_open(goals, call, request.objective_id)]


async def close_objective(goals: Goals, call: Call, request: api.CloseObjectiveRequest) -> Appended:
    """From active to closed, with its outcome; also in a closed cycle, which may have objectives left that nobody ended."""
    objective = editable(request.objective_id, request.expected_version)
    return await goals.take_away(call, [objective.decision(objectives.close, request.outcome, asked_of(goals, call, request))])


async def cancel_objective(goals: Goals, call: Call, request: api.CancelObjectiveRequest) -> Appended:
    """Gives an objective up, also in a closed cycle."""
    objective = editable(request.objective_id, request.expected_version)
    return await goals.take_away(call, [objective.decision(objectives.cancel, request.reason, asked_of(goals, call, request))])


async def reopen_objective(goals: Goals, call: Call, request: api.ReopenObjectiveRequest) -> Appended:
    """Takes the end of an objective back, as long as its cycle is not closed."""
    unit = [editable(request.objective_id, request.expected_version).decision(objectives.reopen, request.reason)]
    return await goals.take_away(call, [*unit, *await cycles_are_open(goals, call, request.objective_id)])


async def move_objective(goals: Goals, call: Call, request: api.MoveObjectiveRequest) -> Appended:
    """Moves an objective to another cycle, with its key results, for those who edit it. Both cycles are ones that are not closed."""
    tenant_id, objective_id = call.identity.tenant_id, request.objective_id
    objective = (await goals.index.state(tenant_id, OBJECTIVE, objective_id)).state
    read = await goals.index.states(tenant_id, CYCLE, dict.fromkeys(filter(None, (objective.cycle_id, request.cycle_id))))
    source, target = (read[i].state if i in read else Cycle() for i in (objective.cycle_id, request.cycle_id))
    asked, guests = asked_of(goals, call, request), moving_to_cycle.guests_of(objective)
    moving_it = editable(objective_id, request.expected_version)
    unit = [moving_it.decision(moving_to_cycle.move_to_cycle, source, target, request, asked, guests)]
    if objective.cycle_id != request.cycle_id:
        for guest in sorted(guests):
            travelling = Aggregate(OBJECTIVE, objective_id, may=CALLER_WAS_CHECKED, partition_key=objective.key_results[guest].defined_of)
            unit.append(travelling.decision(moving_to_cycle.go_along, guest, objective, source, target, request, asked))
    unit.append(Aggregate(CYCLE, request.cycle_id, may=ANYONE).requirement(cycles.require_as_read, target))
    return await goals.aggregates.decide_together(call, [*unit, *await cycles_are_open(goals, call, objective_id)])


def _default_visibility(call: Call) -> Visibility.ValueType:
    """Who sees a new objective of which nothing is said, as the tenant has settled it."""
    settled = DEFAULT_VISIBILITY.read(call.identity.setting(DEFAULT_VISIBILITY.name, DEFAULT_VISIBILITY.default))
    return Visibility.Value(f"VISIBILITY_{settled.upper()}")


def _rules(call: Call) -> Rules:
    """What the tenant has made a rule of. Who is an admin needs nobody's approval."""
    identity = call.identity
    return Rules(
        two_to_five=TWO_TO_FIVE.read(identity.setting(TWO_TO_FIVE.name, TWO_TO_FIVE.default)),
        approval=APPROVAL.read(identity.setting(APPROVAL.name, APPROVAL.default)),
        approves=identity.has(ADMIN),
    )


def _parent_is_open(parent: Parent) -> Decision:
    """What an objective is aligned to: it is one that the caller sees, and has not ended."""
    if parent.key_result_id:
        field = "parent_key_result_id"
        home = Aggregate(OBJECTIVE, parent.objective_id, may=policy.whoever_sees(key_results.unknown_key_result(field)))
        return home.requirement(key_results.require_standing, parent.key_result_id, field)
    field = "parent_objective_id"
    objective = Aggregate(OBJECTIVE, parent.objective_id, may=policy.whoever_sees(objectives.unknown_objective(field)))
    return objective.requirement(objectives.require_open, field)


async def _days(goals: Goals, call: Call, request: api.DefineObjectiveRequest) -> tuple[Day, Day]:
    """The first and the last day of a new objective: its cycle's where the request names none."""
    if request.HasField("start_day") and request.HasField("due_day"):
        return request.start_day, request.due_day
    cycle = (await goals.index.state(call.identity.tenant_id, CYCLE, request.cycle_id)).state
    cycles.require_known(cycle)
    return (
        request.start_day if request.HasField("start_day") else cycle.first_day,
        request.due_day if request.HasField("due_day") else cycle.last_day,
    )


async def _parent(goals: Goals, call: Call, request: api.DefineObjectiveRequest | api.AlignObjectiveRequest) -> Parent | None:
    match request.WhichOneof("parent"):
        case "parent_objective_id":
            return Parent(request.parent_objective_id)
        case "parent_key_result_id":
            key_result_id = request.parent_key_result_id
            return Parent(await goals.index.home_of(call.identity.tenant_id, key_result_id), key_result_id)
        case None:
            return None
