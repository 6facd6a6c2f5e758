"""What can be asked of goals, one function a command: what is it about, who may, decide and append.

Who may is asked on the objective that is edited, or of the caller's roles before anything is defined. What must be so elsewhere -
the cycle is open, the parent is there - is a requirement in the same unit, and anyone may look there. What a command is about comes
first in its unit: its version is the answer's. Each raises Refused: what its policy and its decisions refuse with, KEY_RESULT_UNKNOWN
where it names a key result, and what `Aggregates.decide` does.
"""

from __future__ import annotations

from collections.abc import Sequence

from cairn.goals.v1 import service_pb2 as api
from cairn.goals.v1.events_pb2 import CYCLE_STATE_CLOSED, Visibility
from chassis.calls import Call
from chassis.days import Day
from chassis.eventstore import ANYONE, CALLER_WAS_CHECKED, Aggregate, Appended, Decision
from chassis.ids import Id, new_id
from goals import policy
from goals.aggregates import ALIGNMENT, CYCLE, OBJECTIVE, REFERENCE
from goals.domain import alignment, cycles, key_results, objectives, references
from goals.domain.alignment import Alignment, Parent
from goals.domain.objectives import Objective, Rules
from goals.domain.references import ReferenceKind
from goals.domain.values import require_id
from goals.service import Goals
from shared.holding import Asked, Holding
from shared.roles import ADMIN
from shared.settings import APPROVAL, DEFAULT_VISIBILITY, TWO_TO_FIVE


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
    cycle = Aggregate(CYCLE, request.cycle_id, request.expected_version, may=policy.require_cycle_step)
    step = cycle.decision(cycles.move, request.to)
    return await (goals.take_away(call, [step]) if request.to == CYCLE_STATE_CLOSED else goals.aggregates.decide(call, step))


async def define_objective(goals: Goals, call: Call, request: api.DefineObjectiveRequest) -> Appended:
    """A new draft in an open cycle, under its reference and its parent if it has them.

    The first aggregate of the answer is the objective.
    """
    policy.require_definer(call.identity)
    objective_id, creator_id = new_id(), call.identity.person_id
    start_day, due_day = await _days(goals, call, request)
    parent = await _parent(goals, call, request)
    objective = Aggregate(OBJECTIVE, objective_id, may=CALLER_WAS_CHECKED)
    unit = [
        objective.decision(objectives.define, objective_id, creator_id, request, start_day, due_day, _default_visibility(call)),
        Aggregate(CYCLE, request.cycle_id, may=ANYONE).requirement(cycles.require_open),
    ]
    if parent is not None:
        draft = (await _drafts(goals, call, (parent.objective_id,)))[parent.objective_id]
        aligning = _tree(call, objective_id).decision(alignment.align, objective_id, parent, asked_of(goals, call, request), draft=draft)
        unit += [_parent_is_open(parent), aligning, *await _cycles_are_open(goals, call, parent.objective_id)]
    unit += reservation(goals, call, "objective", request.reference, objective_id, objective_id)
    return await goals.aggregates.decide_together(call, unit)


async def revise_objective(goals: Goals, call: Call, request: api.ReviseObjectiveRequest) -> Appended:
    """Changes what is set in the request, and differs."""
    objective = _editable(request.objective_id, request.expected_version)
    unit = [objective.decision(objectives.revise, call.identity.tenant_id, request, asked_of(goals, call, request))]
    unit += await _cycles_are_open(goals, call, request.objective_id)
    narrows = any(request.HasField(name) for name in ("owner_id", "team_id", "contributors", "named_people", "visibility"))
    return await (goals.take_away(call, unit) if narrows else goals.aggregates.decide_together(call, unit))


async def align_objective(goals: Goals, call: Call, request: api.AlignObjectiveRequest) -> Appended:
    """Aligns an objective to a parent, or, without one, takes it to the top of the tree."""
    parent = await _parent(goals, call, request)
    unit = [_editable(request.objective_id, request.expected_version).requirement(objectives.require_open)]
    draft, still_change = False, [request.objective_id]
    if parent is not None:
        unit.append(_parent_is_open(parent))
        still_change.append(parent.objective_id)
        draft = (await _drafts(goals, call, (parent.objective_id,)))[parent.objective_id]
    tree, asked = _tree(call, request.objective_id), asked_of(goals, call, request)
    unit.append(tree.decision(alignment.align, request.objective_id, parent, asked, draft=draft))
    unit += await _cycles_are_open(goals, call, *still_change)
    return await goals.aggregates.decide_together(call, unit)


async def activate_objective(goals: Goals, call: Call, request: api.ActivateObjectiveRequest) -> Appended:
    """From draft to active."""
    objective = _editable(request.objective_id, request.expected_version)
    unit = [objective.decision(objectives.activate, asked_of(goals, call, request), _rules(call))]
    return await goals.aggregates.decide_together(call, [*unit, *await _cycles_are_open(goals, call, request.objective_id)])


async def close_objective(goals: Goals, call: Call, request: api.CloseObjectiveRequest) -> Appended:
    """From active to closed, with its outcome; also in a closed cycle, which may have objectives left that nobody ended."""
    objective = _editable(request.objective_id, request.expected_version)
    return await goals.take_away(call, [objective.decision(objectives.close, request.outcome, asked_of(goals, call, request))])


async def cancel_objective(goals: Goals, call: Call, request: api.CancelObjectiveRequest) -> Appended:
    """Gives an objective up, also in a closed cycle."""
    objective = _editable(request.objective_id, request.expected_version)
    return await goals.take_away(call, [objective.decision(objectives.cancel, request.reason, asked_of(goals, call, request))])


async def define_key_result(goals: Goals, call: Call, request: api.DefineKeyResultRequest) -> Appended:
    """A new key result. Its id is that of the event that defines it: the first event of the answer."""
    key_result_id, home = new_id(), request.objective_id
    objective = _editable(home, request.expected_version, key_result_id)
    drafts = await _drafts(goals, call, request.counts_for)
    unit = [objective.decision(key_results.define, key_result_id, request, asked_of(goals, call, request), drafts)]
    unit += [_still_changes(other, f"counts_for[{number}]") for number, other in enumerate(request.counts_for) if other != home]
    unit += await _cycles_are_open(goals, call, home, *request.counts_for)
    unit += reservation(goals, call, "key-result", request.reference, key_result_id, home)
    return await goals.aggregates.decide_together(call, unit)


async def revise_key_result(goals: Goals, call: Call, request: api.ReviseKeyResultRequest) -> Appended:
    """Changes what is set in the request, and differs."""
    home = await goals.index.home_of(call.identity.tenant_id, request.key_result_id)
    objective = _home(home, request.expected_version)
    unit = [objective.decision(key_results.revise, request.key_result_id, request, asked_of(goals, call, request))]
    unit += await _cycles_are_open(goals, call, home)
    return await (goals.take_away(call, unit) if request.HasField("owners") else goals.aggregates.decide_together(call, unit))


async def share_key_result(goals: Goals, call: Call, request: api.ShareKeyResultRequest) -> Appended:
    """Lets a key result count for another objective too."""
    home = await goals.index.home_of(call.identity.tenant_id, request.key_result_id)
    objective = _home(home, request.expected_version)
    draft = (await _drafts(goals, call, (request.counts_for,)))[request.counts_for]
    asked = asked_of(goals, call, request)
    unit = [objective.decision(key_results.share, request.key_result_id, request.counts_for, asked, draft=draft)]
    if request.counts_for != home:
        unit.append(_still_changes(request.counts_for))
    unit += await _cycles_are_open(goals, call, home, request.counts_for)
    return await goals.aggregates.decide_together(call, unit)


async def unshare_key_result(goals: Goals, call: Call, request: api.UnshareKeyResultRequest) -> Appended:
    """Lets a key result no longer count for another objective: for those who edit its own objective, and those who edit the other one.

    Its own objective or its cycle may have ended: only the other one's number changes.
    """
    tenant_id, key_result_id, counts_for = call.identity.tenant_id, request.key_result_id, request.counts_for
    home_id = await goals.index.home_of(tenant_id, key_result_id)
    other = (await goals.index.state(tenant_id, OBJECTIVE, counts_for)).state
    home = Aggregate(OBJECTIVE, home_id, request.expected_version, may=policy.whoever_lets_go(key_result_id, counts_for, other))
    unit = [
        home.decision(key_results.unshare, key_result_id, counts_for, asked_of(goals, call, request), draft=other.draft),
        _still_changes(counts_for),
        *await _cycles_are_open(goals, call, counts_for),
    ]
    return await goals.aggregates.decide_together(call, unit)


async def cancel_key_result(goals: Goals, call: Call, request: api.CancelKeyResultRequest) -> Appended:
    """Gives a key result up."""
    home = await goals.index.home_of(call.identity.tenant_id, request.key_result_id)
    asked = asked_of(goals, call, request)
    unit = [_home(home, request.expected_version).decision(key_results.cancel, request.key_result_id, request.reason, asked)]
    return await goals.take_away(call, [*unit, *await _cycles_are_open(goals, call, home)])


def _default_visibility(call: Call) -> Visibility.ValueType:
    """Who sees a new objective of which nothing is said, as the tenant has settled it."""
    settled = DEFAULT_VISIBILITY.read(call.identity.setting(DEFAULT_VISIBILITY.name, DEFAULT_VISIBILITY.default))
    return Visibility.Value(f"VISIBILITY_{settled.upper()}")


def _rules(call: Call) -> Rules:
    """What the tenant has made a rule of. Who is an admin approves, their own as well, by activating."""
    identity = call.identity
    return Rules(
        two_to_five=TWO_TO_FIVE.read(identity.setting(TWO_TO_FIVE.name, TWO_TO_FIVE.default)),
        approval_lacks=APPROVAL.read(identity.setting(APPROVAL.name, APPROVAL.default)) and not identity.has(ADMIN),
    )


def asked_of(goals: Goals, call: Call, request: Holding) -> Asked:
    """From which day on the request shall hold, and the day of the command."""
    return Asked(request.holds_from if request.HasField("holds_from") else None, goals.day_of(call))


async def _drafts(goals: Goals, call: Call, objective_ids: Sequence[Id]) -> dict[Id, bool]:
    """Whether objectives that gain or lose something are drafts; what there is not is none, and refused by its requirement."""
    found = await goals.index.states(call.identity.tenant_id, OBJECTIVE, objective_ids) if objective_ids else {}
    return {i: i in found and found[i].state.draft for i in objective_ids}


def _editable(objective_id: Id, expected_version: int, event_id: Id = b"") -> Aggregate[Objective]:
    """An objective at the version that the caller has seen, for those who may edit it."""
    return Aggregate(OBJECTIVE, objective_id, expected_version, may=policy.require_edit, event_id=event_id)


def _home(objective_id: Id, expected_version: int) -> Aggregate[Objective]:
    """The objective of a key result, at the version that the caller has seen, for those who may edit it."""
    return Aggregate(OBJECTIVE, objective_id, expected_version, may=policy.require_key_result_edit)


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
        return home.requirement(key_results.require_parent, parent.key_result_id, field)
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
