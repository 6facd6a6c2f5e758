"""What can be asked of goals, one function a command: what is it about, who may, decide and append.

Who may is asked on the objective that is edited, or of the caller's roles before anything is defined. What must be so elsewhere -
the cycle is open, the parent is there - is a requirement in the same unit, and anyone may look there. What a command is about comes
first in its unit: its version is the answer's. Each raises Refused: what its policy and its decisions refuse with, KEY_RESULT_UNKNOWN
where it names a key result, and what `Aggregates.decide` does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from google.protobuf.message import Message
from protovalidate import Validator

from cairn.goals.v1 import service_pb2 as api
from cairn.goals.v1.events_pb2 import APPROVAL_APPROVED, CYCLE_STATE_CLOSED, KeyResultDefined, KeyResultRevised, Sum, Visibility
from chassis.calls import Call, Identity
from chassis.days import Day
from chassis.errors import Refused, invalid
from chassis.events import event_type_of
from chassis.eventstore import ANYONE, CALLER_WAS_CHECKED, Aggregate, Appended, Decision, DryRunAggregates, NotAsked
from chassis.ids import Id, new_id
from chassis.rpc import require_well_formed, write_appended
from goals import policy
from goals.aggregates import ALIGNMENT, CYCLE, KPI, OBJECTIVE, REFERENCE, SUMS
from goals.domain import alignment, copying, cycle_days, cycles, key_results, kpis, moving, moving_to_cycle, objectives, references, sums
from goals.domain.alignment import Alignment, Parent
from goals.domain.cycles import Cycle
from goals.domain.measures import unit_of
from goals.domain.objectives import NO_ORIGIN, Objective, Origin, Rules
from goals.domain.references import ReferenceKind
from goals.domain.values import require_id
from goals.service import Goals
from shared.holding import Asked, Holding
from shared.roles import ADMIN
from shared.settings import APPROVAL, DEFAULT_VISIBILITY, TWO_TO_FIVE

_VALIDATOR: Final = Validator()


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
        raise _of_part(refused, f"look_backs[{refused.row - 1}]") from None
    left = {i for i, o in (await goals.index.objectives_of_cycle(tenant_id, cycle_id)).items() if o.active}
    if left and not isinstance(goals.aggregates, DryRunAggregates):
        late = [_closed_with_cycle(i, api.LookBack(), cycle_id, asked, may=CALLER_WAS_CHECKED) for i in left]
        await goals.take_away(replace(call, idempotency_key=""), late)
    return appended


async def reopen_cycle(goals: Goals, call: Call, request: api.ReopenCycleRequest) -> Appended:
    """From closed back to review, with the objectives that were closed with it, and those alone."""
    cycle_id, reason = request.cycle_id, request.reason
    unit = [_kept_cycle(cycle_id, request.expected_version).decision(cycles.reopen, reason)]
    for i, objective in (await goals.index.objectives_of_cycle(call.identity.tenant_id, cycle_id)).items():
        if objective.ended_with == cycle_id and objective.ended:
            unit.append(Aggregate(OBJECTIVE, i, may=CALLER_WAS_CHECKED).decision(objectives.reopen_with_cycle, reason, cycle_id))
    return await goals.take_away(call, unit)


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
    whole = api.DefineObjectiveWholeRequest(objective=wanted, key_results=again)
    made = await define_whole(goals, call, whole, origin)
    return api.CopyObjectiveResponse(objective_id=made.objective_id, appended=made.appended)


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
        raise _of_part(refused, "objective" if of is None else f"key_results[{of}]") from None
    if appended.repeated:  # by their first answer
        recorded = await goals.index.read(appended.first_position - 1, len(appended.event_ids), call.identity.tenant_id)
        key_result_ids = [event.event_id for event in recorded if event.event_type == event_type_of(KeyResultDefined())]
    response = api.DefineObjectiveWholeResponse(objective_id=appended.aggregate_ids[0], key_result_ids=key_result_ids)
    write_appended(response.appended, appended)
    return response


def require_part_well_formed(message: Message, part: str) -> None:
    """Raises Refused (INVALID), with the field in which a part of a request stands, unless it is as its proto says."""
    try:
        require_well_formed(_VALIDATOR, message)
    except Refused as refused:
        raise _of_part(refused, part) from None


def _of_part(refused: Refused, part: str) -> Refused:
    """What is wrong with a part, as wrong with the field in which that stands."""
    field = f"{part}.{refused.field}" if refused.field else part
    return Refused(refused.reason, refused.message, kind=refused.kind, field=field)


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
        draft = (await _drafts(goals, call, (parent.objective_id,)))[parent.objective_id]
        aligning = _tree(call, objective_id).decision(alignment.align, objective_id, parent, asked_of(goals, call, request), draft=draft)
        unit += [_parent_is_open(parent), aligning, *await _cycles_are_open(goals, call, parent.objective_id)]
    return [*unit, *reservation(goals, call, "objective", request.reference, objective_id, objective_id)]


async def revise_objective(goals: Goals, call: Call, request: api.ReviseObjectiveRequest) -> Appended:
    """Changes what is set in the request, and differs."""
    objective = _editable(request.objective_id, request.expected_version)
    unit = [objective.decision(objectives.revise, call.identity.tenant_id, request, asked_of(goals, call, request))]
    unit += await _cycles_are_open(goals, call, request.objective_id)
    narrows = any(request.HasField(name) for name in ("owner_id", "team_id", "contributors", "named_people", "visibility"))
    return await (goals.take_away(call, unit) if narrows else goals.aggregates.decide_together(call, unit))


async def align_objective(goals: Goals, call: Call, request: api.AlignObjectiveRequest) -> Appended:
    """Aligns an objective to a parent, or, without one, takes it to the top of the tree."""
    return await goals.aggregates.decide_together(call, await unit_of_alignment(goals, call, request))


async def unit_of_alignment(goals: Goals, call: Call, request: api.AlignObjectiveRequest) -> list[Decision]:
    """What aligning an objective takes."""
    parent = await _parent(goals, call, request)
    unit = [_editable(request.objective_id, request.expected_version).requirement(objectives.require_open)]
    draft, still_change = False, [request.objective_id]
    if parent is not None:
        unit.append(_parent_is_open(parent))
        still_change.append(parent.objective_id)
        draft = (await _drafts(goals, call, (parent.objective_id,)))[parent.objective_id]
    asked = asked_of(goals, call, request)
    unit.append(_tree(call, request.objective_id).decision(alignment.align, request.objective_id, parent, asked, draft=draft))
    its = Aggregate(OBJECTIVE, request.objective_id, may=CALLER_WAS_CHECKED)
    if (await goals.index.state(call.identity.tenant_id, OBJECTIVE, request.objective_id)).state.approval != APPROVAL_APPROVED:
        unit.append(its.requirement(objectives.require_no_approval))
    elif parent != await _present_parent(goals, call, request.objective_id):
        unit.append(its.decision(objectives.lapsed_approval, asked))
    return [*unit, *await _cycles_are_open(goals, call, *still_change)]


async def submit_objective(goals: Goals, call: Call, request: api.SubmitObjectiveRequest) -> Appended:
    """Submits a draft for approval."""
    objective = _editable(request.objective_id, request.expected_version)
    asked, of = Asked(None, goals.day_of(call)), await _asked_to_approve(goals, call, request.objective_id)
    unit = [objective.decision(objectives.submit, request.comment, asked, _rules(call), of)]
    return await goals.aggregates.decide_together(call, [*unit, *await _cycles_are_open(goals, call, request.objective_id)])


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
    return await goals.aggregates.decide_together(call, [*unit, *await _cycles_are_open(goals, call, request.objective_id)])


async def send_objective_back(goals: Goals, call: Call, request: api.SendObjectiveBackRequest) -> Appended:
    """Sends back what was submitted, with a reason."""
    objective = await _to_approve(goals, call, request)
    unit = [objective.decision(objectives.send_back, request.reason, Asked(None, goals.day_of(call)))]
    return await goals.aggregates.decide_together(call, [*unit, *await _cycles_are_open(goals, call, request.objective_id)])


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
    objective = _editable(request.objective_id, request.expected_version)
    unit = [objective.decision(objectives.activate, asked_of(goals, call, request), _rules(call))]
    return [*unit, *await _cycles_are_open(goals, call, request.objective_id)]


async def close_objective(goals: Goals, call: Call, request: api.CloseObjectiveRequest) -> Appended:
    """From active to closed, with its outcome; also in a closed cycle, which may have objectives left that nobody ended."""
    objective = _editable(request.objective_id, request.expected_version)
    return await goals.take_away(call, [objective.decision(objectives.close, request.outcome, asked_of(goals, call, request))])


async def cancel_objective(goals: Goals, call: Call, request: api.CancelObjectiveRequest) -> Appended:
    """Gives an objective up, also in a closed cycle."""
    objective = _editable(request.objective_id, request.expected_version)
    return await goals.take_away(call, [objective.decision(objectives.cancel, request.reason, asked_of(goals, call, request))])


async def reopen_objective(goals: Goals, call: Call, request: api.ReopenObjectiveRequest) -> Appended:
    """Takes the end of an objective back, as long as its cycle is not closed."""
    unit = [_editable(request.objective_id, request.expected_version).decision(objectives.reopen, request.reason)]
    return await goals.take_away(call, [*unit, *await _cycles_are_open(goals, call, request.objective_id)])


async def move_objective(goals: Goals, call: Call, request: api.MoveObjectiveRequest) -> Appended:
    """Moves an objective to another cycle, with its key results, for those who edit it. Both cycles are ones that are not closed."""
    tenant_id, objective_id = call.identity.tenant_id, request.objective_id
    objective = (await goals.index.state(tenant_id, OBJECTIVE, objective_id)).state
    read = await goals.index.states(tenant_id, CYCLE, dict.fromkeys(filter(None, (objective.cycle_id, request.cycle_id))))
    source, target = (read[i].state if i in read else Cycle() for i in (objective.cycle_id, request.cycle_id))
    asked, guests = asked_of(goals, call, request), moving_to_cycle.guests_of(objective)
    moving_it = _editable(objective_id, request.expected_version)
    unit = [moving_it.decision(moving_to_cycle.move_to_cycle, source, target, request, asked, guests)]
    if objective.cycle_id != request.cycle_id:
        for guest in sorted(guests):
            travelling = Aggregate(OBJECTIVE, objective_id, may=CALLER_WAS_CHECKED, partition_key=objective.key_results[guest].defined_of)
            unit.append(travelling.decision(moving_to_cycle.go_along, guest, objective, source, target, request, asked))
    unit.append(Aggregate(CYCLE, request.cycle_id, may=ANYONE).requirement(cycles.require_as_read, target))
    return await goals.aggregates.decide_together(call, [*unit, *await _cycles_are_open(goals, call, objective_id)])


async def define_key_result(goals: Goals, call: Call, request: api.DefineKeyResultRequest) -> Appended:
    """A new key result. Its id is that of the event that defines it: the first event of the answer."""
    unit = await unit_of_key_result(goals, call, new_id(), request, policy.require_edit)
    return await goals.aggregates.decide_together(call, unit)


async def unit_of_key_result(
    goals: Goals, call: Call, key_result_id: Id, request: api.DefineKeyResultRequest, may: Callable[[Identity, Objective], None] | NotAsked
) -> list[Decision]:
    """What defining a key result takes."""
    home = request.objective_id
    objective = Aggregate(OBJECTIVE, home, request.expected_version, may=may, event_id=key_result_id)
    drafts = await _drafts(goals, call, request.counts_for)
    unit = [objective.decision(key_results.define, key_result_id, request, asked_of(goals, call, request), drafts)]
    unit += [_still_changes(other, f"counts_for[{number}]") for number, other in enumerate(request.counts_for) if other != home]
    if request.HasField("sum"):
        there = await goals.index.states(call.identity.tenant_id, OBJECTIVE, (home,))
        day = asked_of(goals, call, request).day(draft=home not in there or there[home].state.draft)  # defined together with it: a draft
        unit += await _fed(goals, call, Fed(home, key_result_id, request.sum.feeds, request.sum.unit, day), "sum.feeds")
    unit += await _cycles_are_open(goals, call, home, *request.counts_for)
    return [*unit, *reservation(goals, call, "key-result", request.reference, key_result_id, home)]


async def revise_key_result(goals: Goals, call: Call, request: api.ReviseKeyResultRequest) -> Appended:
    """Changes what is set in the request, and differs."""
    home, defined_of = await goals.index.whole_home_of(call.identity.tenant_id, request.key_result_id)
    objective = _home(home, defined_of, request.expected_version)
    unit = [objective.decision(key_results.revise, request.key_result_id, request, asked_of(goals, call, request))]
    if request.HasField("feeds") or request.HasField("unit"):
        unit += await _fed_anew(goals, call, home, request)
    unit += _lapsed_beside(home, defined_of, Asked(None, goals.day_of(call)))
    unit += await _cycles_are_open(goals, call, home)
    return await (goals.take_away(call, unit) if request.HasField("owners") else goals.aggregates.decide_together(call, unit))


async def share_key_result(goals: Goals, call: Call, request: api.ShareKeyResultRequest) -> Appended:
    """Lets a key result count for another objective too."""
    return await goals.aggregates.decide_together(call, await unit_of_contribution(goals, call, request))


async def unit_of_contribution(goals: Goals, call: Call, request: api.ShareKeyResultRequest) -> list[Decision]:
    """What letting a key result count for another objective takes."""
    home, defined_of = await goals.index.whole_home_of(call.identity.tenant_id, request.key_result_id)
    objective = _home(home, defined_of, request.expected_version)
    draft = (await _drafts(goals, call, (request.counts_for,)))[request.counts_for]
    asked = asked_of(goals, call, request)
    unit = [objective.decision(key_results.share, request.key_result_id, request.counts_for, asked, draft=draft)]
    if request.counts_for != home:
        unit.append(_still_changes(request.counts_for))
    return [*unit, *await _cycles_are_open(goals, call, home, request.counts_for)]


async def unshare_key_result(goals: Goals, call: Call, request: api.UnshareKeyResultRequest) -> Appended:
    """Lets a key result no longer count for another objective: for those who edit its own objective, and those who edit the other one.

    Its own objective or its cycle may have ended: only the other one's number changes.
    """
    tenant_id, key_result_id, counts_for = call.identity.tenant_id, request.key_result_id, request.counts_for
    home_id, defined_of = await goals.index.whole_home_of(tenant_id, key_result_id)
    other = (await goals.index.state(tenant_id, OBJECTIVE, counts_for)).state
    home = replace(_home(home_id, defined_of, request.expected_version), may=policy.whoever_lets_go(key_result_id, counts_for, other))
    unit = [
        home.decision(key_results.unshare, key_result_id, counts_for, asked_of(goals, call, request), draft=other.draft),
        _still_changes(counts_for),
        *await _cycles_are_open(goals, call, counts_for),
    ]
    return await goals.aggregates.decide_together(call, unit)


async def cancel_key_result(goals: Goals, call: Call, request: api.CancelKeyResultRequest) -> Appended:
    """Gives a key result up."""
    home, defined_of = await goals.index.whole_home_of(call.identity.tenant_id, request.key_result_id)
    asked = asked_of(goals, call, request)
    unit = [_home(home, defined_of, request.expected_version).decision(key_results.cancel, request.key_result_id, request.reason, asked)]
    unit += _lapsed_beside(home, defined_of, asked)
    return await goals.take_away(call, [*unit, *await _cycles_are_open(goals, call, home)])


def _lapsed_beside(objective_id: Id, defined_of: Id, asked: Asked) -> list[Decision]:
    """What a change of a key result means for the approval of its objective: told by itself of one that was not defined of that."""
    if objective_id == defined_of:
        return []
    return [Aggregate(OBJECTIVE, objective_id, may=CALLER_WAS_CHECKED).decision(objectives.lapsed_approval, asked)]


async def move_key_result(goals: Goals, call: Call, request: api.MoveKeyResultRequest) -> Appended:
    """Moves a key result to another objective, for those who edit both; the objectives that are aligned to it go along.

    It is the objective that it belonged to whose version is asked for, and answered.
    """
    tenant_id, key_result_id, to = call.identity.tenant_id, request.key_result_id, request.to_objective_id
    home_id, defined_of = await goals.index.whole_home_of(tenant_id, key_result_id)
    asked = asked_of(goals, call, request)
    home = (await goals.index.state(tenant_id, OBJECTIVE, home_id)).state
    target = (await goals.index.state(tenant_id, OBJECTIVE, to)).state
    leaving = _home(home_id, home_id, request.expected_version)
    key_result = home.key_results.get(key_result_id)
    if key_result is None or to == home_id or not policy.sees(call.identity, home):  # refused, or where a repeat finds it
        return await goals.aggregates.decide(call, leaving.decision(moving.stay, key_result_id))
    day = moving.day_of_move(key_result, home, target, asked)
    travelling = replace(_editable(to, 0), may=policy.whoever_edits("to_objective_id"), partition_key=defined_of)
    unit = [
        leaving.decision(moving.move_away, key_result, target, day, asked),
        travelling.decision(moving.move_in, key_result, home, day),
        *_lapsed_beside(to, defined_of, asked),
    ]
    tree = (await goals.index.state(tenant_id, ALIGNMENT, alignment.alignment_id(tenant_id))).state
    along = alignment.aligned_under(tree, key_result_id)
    unit.append(_tree(call, home_id).requirement(alignment.require_aligned_under, key_result_id, along))
    unit += [_tree(call, child).decision(alignment.go_along, child, key_result_id, to, day) for child in along]
    return await goals.take_away(call, [*unit, *await _cycles_are_open(goals, call, home_id, to)])


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


class Fed(NamedTuple):
    """A sum, and what feeds it from a day on."""

    objective_id: Id
    key_result_id: Id
    feeds: Sequence[Id]
    unit: str
    holds_from: Day
    before: Collection[Id] = ()  # what feeds it already


async def _fed(goals: Goals, call: Call, fed: Fed, field: str) -> list[Decision]:
    """That a sum is fed by KPIs, and by key results that the caller sees, of its unit, and not by itself."""
    homes: dict[Id, dict[Id, str]] = {}
    unit = []
    its_kpis = await goals.index.kpis_among(call.identity.tenant_id, fed.feeds)
    for number, feed in enumerate(fed.feeds):
        named_by = f"{field}[{number}]"
        if feed in its_kpis:
            its_kpi = Aggregate(KPI, feed, may=ANYONE)
            unit.append(its_kpi.requirement(kpis.require_feeding, fed.unit, named_by, fed_before=feed in fed.before))
            continue
        home = await goals.index.home_of(call.identity.tenant_id, feed)
        homes.setdefault(home, {})[feed] = named_by
    for home, feeds in homes.items():
        its = Aggregate(OBJECTIVE, home, may=policy.whoever_sees(key_results.unknown_key_result(next(iter(feeds.values())))))
        unit.append(its.requirement(key_results.require_feeding, feeds, fed.unit))
    feeding = sums_of(call, fed.objective_id).decision(sums.feed, fed.objective_id, fed.key_result_id, fed.feeds, fed.holds_from)
    return [*unit, feeding]


async def _fed_anew(goals: Goals, call: Call, home: Id, request: api.ReviseKeyResultRequest) -> list[Decision]:
    """What a revision of a key result's unit, or of what feeds it, asks of the tenant's sums."""
    objective = (await goals.index.state(call.identity.tenant_id, OBJECTIVE, home)).state
    key_result = objective.key_results.get(request.key_result_id)
    if key_result is None or not policy.sees(call.identity, objective):
        return []  # refused by the decision on the objective itself
    unit = unit_of(key_result.measure)
    decisions = []
    if request.HasField("unit") and request.unit != unit:
        decisions.append(sums_of(call, home).requirement(sums.require_not_feeding, request.key_result_id))
    if request.HasField("feeds") and unit is not None:
        changes = key_results.revise(objective, request.key_result_id, request, asked_of(goals, call, request))
        refed = next((change for change in changes if isinstance(change, KeyResultRevised) and change.HasField("feeds")), None)
        if refed is not None:
            before = key_result.measure.feeds if isinstance(key_result.measure, Sum) else ()
            fed = Fed(home, request.key_result_id, request.feeds.key_result_ids, unit, refed.holds_from, before)
            decisions += await _fed(goals, call, fed, "feeds")
    return decisions


def sums_of(call: Call, objective_id: Id) -> Aggregate[sums.Sums]:
    """What feeds the tenant's sums; the event travels with those of the objective whose sum it is."""
    return Aggregate(SUMS, sums.sums_id(call.identity.tenant_id), may=CALLER_WAS_CHECKED, partition_key=objective_id)


def asked_of(goals: Goals, call: Call, request: Holding) -> Asked:
    """From which day on the request shall hold, and the day of the command."""
    return Asked(request.holds_from if request.HasField("holds_from") else None, goals.day_of(call))


async def _drafts(goals: Goals, call: Call, objective_ids: Sequence[Id]) -> dict[Id, bool]:
    """Whether objectives that gain or lose something are drafts; what there is not is none, and refused by its requirement."""
    found = await goals.index.states(call.identity.tenant_id, OBJECTIVE, objective_ids) if objective_ids else {}
    return {i: i in found and found[i].state.draft for i in objective_ids}


def _kept_cycle(cycle_id: Id, expected_version: int) -> Aggregate[Cycle]:
    """A cycle at the version that the caller has seen, for those who keep cycles."""
    return Aggregate(CYCLE, cycle_id, expected_version, may=policy.require_cycle_step)


_whoever_sees_it: Final = policy.whoever_sees(objectives.unknown_objective())


def _closed_with_cycle(
    objective_id: Id, said: api.LookBack, cycle_id: Id, asked: Asked, *, may: Callable[[Identity, Objective], None] | NotAsked
) -> Decision:
    return Aggregate(OBJECTIVE, objective_id, may=may).decision(objectives.close_with_cycle, said, cycle_id, asked)


def _editable(objective_id: Id, expected_version: int) -> Aggregate[Objective]:
    """An objective at the version that the caller has seen, for those who may edit it."""
    return Aggregate(OBJECTIVE, objective_id, expected_version, may=policy.require_edit)


def _home(objective_id: Id, defined_of: Id, expected_version: int) -> Aggregate[Objective]:
    """The objective of a key result, at the version that the caller has seen, for those who may edit it.

    The events of the key result travel with those of the objective that it was defined of, wherever it was moved to: in their order.
    """
    return Aggregate(OBJECTIVE, objective_id, expected_version, may=policy.require_key_result_edit, partition_key=defined_of)


def _still_changes(objective_id: Id, named_in: str = "counts_for") -> Decision:
    """The other objective that a key result counts for: its number moves, so it is one that the caller sees and that still changes."""
    other = Aggregate(OBJECTIVE, objective_id, may=policy.whoever_sees(objectives.unknown_objective(named_in)))
    return other.requirement(objectives.require_open, "counts_for")


async def _cycles_are_open(goals: Goals, call: Call, *objective_ids: Id) -> list[Decision]:
    """That the cycles of objectives whose numbers or definitions change are not closed.

    What there is not is left out, and refused by the objective's own decision; which cycle it is, is told to nobody who may not know of it.
    """
    cycle_ids = await goals.index.cycles_of_objectives(call.identity.tenant_id, objective_ids)
    return [Aggregate(CYCLE, cycle_id, may=ANYONE).requirement(cycles.require_not_closed) for cycle_id in cycle_ids]


def _parent_is_open(parent: Parent) -> Decision:
    """What an objective is aligned to: it is one that the caller sees, and has not ended."""
    if parent.key_result_id:
        field = "parent_key_result_id"
        home = Aggregate(OBJECTIVE, parent.objective_id, may=policy.whoever_sees(key_results.unknown_key_result(field)))
        return home.requirement(key_results.require_standing, parent.key_result_id, field)
    field = "parent_objective_id"
    objective = Aggregate(OBJECTIVE, parent.objective_id, may=policy.whoever_sees(objectives.unknown_objective(field)))
    return objective.requirement(objectives.require_open, field)


def _tree(call: Call, objective_id: Id) -> Aggregate[Alignment]:
    """The tenant's tree of objectives; the event travels with those of the objective that moves."""
    return Aggregate(ALIGNMENT, alignment.alignment_id(call.identity.tenant_id), may=CALLER_WAS_CHECKED, partition_key=objective_id)


def reservation(goals: Goals, call: Call, kind: ReferenceKind, reference: str, holder_id: Id, partition_key: Id) -> list[Decision]:
    """The name of what is new, if it has one."""
    if not reference:
        return []
    name_id = goals.index.name_id(call.identity.tenant_id, kind, reference)
    name = Aggregate(REFERENCE, name_id, may=CALLER_WAS_CHECKED, partition_key=partition_key)
    return [name.decision(references.reserve, kind, reference, holder_id)]


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
