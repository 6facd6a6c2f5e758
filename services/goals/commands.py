"""What can be asked of goals, one function a command: who may, what is known, decide, append.

What a command needs to be so elsewhere - the cycle is open, the parent exists - is a decision in the same atomic unit
that answers no event. The aggregate that a command is about comes first: its version is the answer's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from google.protobuf.message import Message

from cairn.goals.v1 import service_pb2 as api
from cairn.goals.v1.events_pb2 import (
    LEVEL_COMPANY,
    OBJECTIVE_KIND_COMMITTED,
    ROLL_UP_KEY_RESULTS,
    VISIBILITY_COMPANY,
    CycleDefined,
    KeyResultDefined,
    KeyResultRevised,
    ObjectiveDefined,
    ObjectiveRevised,
)
from chassis.calls import Call
from chassis.eventstore.aggregates import Appended, Decision
from chassis.ids import Id, new_id
from goals import policy
from goals.aggregates import ALIGNMENT, CYCLE, OBJECTIVE, REFERENCE
from goals.domain import alignment, cycles, objectives, references
from goals.domain.alignment import Alignment, Parent
from goals.domain.cycles import Cycle
from goals.domain.objectives import Objective
from goals.domain.references import ReferenceKind
from goals.domain.values import Day, require_id
from goals.service import Goals

Events = Message | Sequence[Message]


async def define_cycle(goals: Goals, call: Call, request: api.DefineCycleRequest) -> Appended:
    """A new cycle, under a name that no other cycle of the tenant has. The first aggregate of the answer is the cycle."""
    policy.require_cycle_keeper(call.identity)
    cycle_id = new_id()
    wished = CycleDefined(
        cycle_id=cycle_id,
        name=request.name,
        kind=request.kind,
        first_day=request.first_day,
        last_day=request.last_day,
        enclosing_cycle_id=request.enclosing_cycle_id,
    )
    decisions: list[Decision[Any]] = [Decision(CYCLE, cycle_id, lambda cycle: cycles.define(cycle, wished), cycle_id)]
    if request.enclosing_cycle_id:
        require_id("enclosing_cycle_id", request.enclosing_cycle_id)
        decisions.append(_known_cycle(request.enclosing_cycle_id))
    decisions += _reservation(call, "cycle", request.name, cycle_id, cycle_id)
    return await goals.aggregates.decide_together(call, decisions)


async def move_cycle(goals: Goals, call: Call, request: api.MoveCycleRequest) -> Appended:
    """The next step of a cycle's life."""
    policy.require_cycle_keeper(call.identity)
    return await goals.aggregates.decide(
        call,
        Decision(
            CYCLE,
            request.cycle_id,
            lambda cycle: cycles.move(cycle, request.to),
            request.cycle_id,
            expected_version=request.expected_version,
        ),
    )


async def define_objective(goals: Goals, call: Call, request: api.DefineObjectiveRequest) -> Appended:
    """A new draft in an open cycle, under its reference and its parent if it has them.

    The first aggregate of the answer is the objective.
    """
    policy.require_definer(call.identity)
    objective_id = new_id()
    wished = await _wished_objective(goals, call, request, objective_id)
    decisions: list[Decision[Any]] = [
        Decision(OBJECTIVE, objective_id, lambda objective: objectives.define(objective, wished), objective_id),
        _open_cycle(request.cycle_id),
    ]
    parent = await _parent_of(goals, call, request)
    if parent is not None:
        decisions += [_seen_parent(call, parent), _aligned(call, objective_id, parent)]
    decisions += _reservation(call, "objective", request.reference, objective_id, objective_id)
    return await goals.aggregates.decide_together(call, decisions)


async def revise_objective(goals: Goals, call: Call, request: api.ReviseObjectiveRequest) -> Appended:
    """Changes what is set in the request, and differs."""
    wished = ObjectiveRevised()
    _copy_set_fields(request, wished, leaving={"objective_id", "expected_version"})

    def revised(objective: Objective) -> Events:
        policy.require_edit(call.identity, objective)
        return objectives.revise(objective, wished)

    return await goals.aggregates.decide(
        call, Decision(OBJECTIVE, request.objective_id, revised, request.objective_id, expected_version=request.expected_version)
    )


async def align_objective(goals: Goals, call: Call, request: api.AlignObjectiveRequest) -> Appended:
    """Hangs an objective under a parent, or at the top."""

    def editable(objective: Objective) -> Events:
        policy.require_edit(call.identity, objective)
        objectives.require_open(objective)
        return ()

    decisions: list[Decision[Any]] = [
        Decision(OBJECTIVE, request.objective_id, editable, request.objective_id, expected_version=request.expected_version)
    ]
    parent = await _parent_of(goals, call, request)
    if parent is not None:
        decisions.append(_seen_parent(call, parent))
    decisions.append(_aligned(call, request.objective_id, parent))
    return await goals.aggregates.decide_together(call, decisions)


async def activate_objective(goals: Goals, call: Call, request: api.ActivateObjectiveRequest) -> Appended:
    """From draft to active."""

    def activated(objective: Objective) -> Events:
        policy.require_edit(call.identity, objective)
        return objectives.activate(objective)

    return await goals.aggregates.decide(
        call, Decision(OBJECTIVE, request.objective_id, activated, request.objective_id, expected_version=request.expected_version)
    )


async def close_objective(goals: Goals, call: Call, request: api.CloseObjectiveRequest) -> Appended:
    """From active to closed, with its outcome."""

    def closed(objective: Objective) -> Events:
        policy.require_edit(call.identity, objective)
        return objectives.close(objective, request.outcome)

    return await goals.aggregates.decide(
        call, Decision(OBJECTIVE, request.objective_id, closed, request.objective_id, expected_version=request.expected_version)
    )


async def cancel_objective(goals: Goals, call: Call, request: api.CancelObjectiveRequest) -> Appended:
    """Gives an objective up."""

    def cancelled(objective: Objective) -> Events:
        policy.require_edit(call.identity, objective)
        return objectives.cancel(objective, request.reason)

    return await goals.aggregates.decide(
        call, Decision(OBJECTIVE, request.objective_id, cancelled, request.objective_id, expected_version=request.expected_version)
    )


async def define_key_result(goals: Goals, call: Call, request: api.DefineKeyResultRequest) -> Appended:
    """A new key result. Its id is that of the event that defines it: the first event of the answer."""
    key_result_id = new_id()
    wished = KeyResultDefined(key_result_id=key_result_id, weight=1.0)
    _copy_set_fields(request, wished, leaving={"expected_version", "due_day"})
    due_day: Day | None = request.due_day if request.HasField("due_day") else None

    def defined(objective: Objective) -> Events:
        policy.require_edit(call.identity, objective)
        return objectives.define_key_result(objective, wished, due_day)

    decisions: list[Decision[Any]] = [
        Decision(
            OBJECTIVE,
            request.objective_id,
            defined,
            request.objective_id,
            expected_version=request.expected_version,
            event_ids=(key_result_id,),
        )
    ]
    decisions += [_open(call, other) for other in request.counts_for if other != request.objective_id]
    decisions += _reservation(call, "key-result", request.reference, key_result_id, request.objective_id)
    return await goals.aggregates.decide_together(call, decisions)


async def revise_key_result(goals: Goals, call: Call, request: api.ReviseKeyResultRequest) -> Appended:
    """Changes what is set in the request, and differs."""
    home = await home_of(goals, call, request.key_result_id)
    wished = KeyResultRevised()
    _copy_set_fields(request, wished, leaving={"key_result_id", "expected_version"})

    def revised(objective: Objective) -> Events:
        policy.require_edit(call.identity, objective)
        return objectives.revise_key_result(objective, request.key_result_id, wished)

    return await goals.aggregates.decide(call, Decision(OBJECTIVE, home, revised, home, expected_version=request.expected_version))


async def share_key_result(goals: Goals, call: Call, request: api.ShareKeyResultRequest) -> Appended:
    """Lets a key result count for another objective too."""
    home = await home_of(goals, call, request.key_result_id)

    def shared(objective: Objective) -> Events:
        policy.require_edit(call.identity, objective)
        return objectives.share(objective, request.key_result_id, request.counts_for)

    decisions: list[Decision[Any]] = [Decision(OBJECTIVE, home, shared, home, expected_version=request.expected_version)]
    if request.counts_for != home:
        decisions.append(_open(call, request.counts_for))
    return await goals.aggregates.decide_together(call, decisions)


async def unshare_key_result(goals: Goals, call: Call, request: api.UnshareKeyResultRequest) -> Appended:
    """Lets a key result no longer count for another objective."""
    home = await home_of(goals, call, request.key_result_id)

    def unshared(objective: Objective) -> Events:
        policy.require_edit(call.identity, objective)
        return objectives.unshare(objective, request.key_result_id, request.counts_for)

    decisions = [
        Decision(OBJECTIVE, home, unshared, home, expected_version=request.expected_version),
        _looked_at(request.counts_for, lambda other: objectives.require_open(other, "counts_for")),
    ]
    return await goals.aggregates.decide_together(call, decisions)


async def cancel_key_result(goals: Goals, call: Call, request: api.CancelKeyResultRequest) -> Appended:
    """Gives a key result up."""
    home = await home_of(goals, call, request.key_result_id)

    def cancelled(objective: Objective) -> Events:
        policy.require_edit(call.identity, objective)
        return objectives.cancel_key_result(objective, request.key_result_id, request.reason)

    return await goals.aggregates.decide(call, Decision(OBJECTIVE, home, cancelled, home, expected_version=request.expected_version))


async def home_of(goals: Goals, call: Call, key_result_id: Id, field: str = "key_result_id") -> Id:
    """The objective of a key result. Raises Refused (KEY_RESULT_UNKNOWN) when the caller's tenant has no such key result."""
    home = await goals.index.home_of(call.identity.tenant_id, key_result_id)
    if home is None:
        raise objectives.unknown_key_result(field)
    return home


async def _wished_objective(goals: Goals, call: Call, request: api.DefineObjectiveRequest, objective_id: Id) -> ObjectiveDefined:
    wished = ObjectiveDefined(
        objective_id=objective_id,
        creator_id=call.identity.person_id,
        owner_id=call.identity.person_id,
        level=LEVEL_COMPANY,
        kind=OBJECTIVE_KIND_COMMITTED,
        visibility=VISIBILITY_COMPANY,
        roll_up=ROLL_UP_KEY_RESULTS,
    )
    if not (request.HasField("start_day") and request.HasField("due_day")):
        cycle = (await goals.index.state(call.identity.tenant_id, CYCLE, request.cycle_id)).state
        cycles.require_known(cycle)
        wished.start_day, wished.due_day = cycle.first_day, cycle.last_day
    _copy_set_fields(request, wished, leaving={"parent_objective_id", "parent_key_result_id"})
    return wished


async def _parent_of(goals: Goals, call: Call, request: api.DefineObjectiveRequest | api.AlignObjectiveRequest) -> Parent | None:
    match request.WhichOneof("parent"):
        case "parent_objective_id":
            return Parent(request.parent_objective_id)
        case "parent_key_result_id":
            home = await home_of(goals, call, request.parent_key_result_id, "parent_key_result_id")
            return Parent(home, request.parent_key_result_id)
        case None:
            return None


def _aligned(call: Call, objective_id: Id, parent: Parent | None) -> Decision[Alignment]:
    return Decision(
        ALIGNMENT,
        alignment.alignment_id(call.identity.tenant_id),
        lambda tree: alignment.align(tree, objective_id, parent),
        objective_id,
    )


def _reservation(call: Call, kind: ReferenceKind, reference: str, holder_id: Id, partition_key: Id) -> list[Decision[Any]]:
    if not reference:
        return []
    return [
        Decision(
            REFERENCE,
            references.reservation_id(call.identity.tenant_id, kind, reference),
            lambda reservation: references.reserve(reservation, kind, reference, holder_id),
            partition_key,
        )
    ]


def _known_cycle(cycle_id: Id) -> Decision[Cycle]:
    def known(cycle: Cycle) -> Events:
        cycles.require_known(cycle, "enclosing_cycle_id")
        return ()

    return Decision(CYCLE, cycle_id, known, cycle_id)


def _open_cycle(cycle_id: Id) -> Decision[Cycle]:
    def is_open(cycle: Cycle) -> Events:
        cycles.require_open(cycle)
        return ()

    return Decision(CYCLE, cycle_id, is_open, cycle_id)


def _looked_at(objective_id: Id, require: Callable[[Objective], None]) -> Decision[Objective]:
    """An objective that a command changes nothing of, and that must be as `require` wants it; that one raises Refused."""

    def look(objective: Objective) -> Events:
        require(objective)
        return ()

    return Decision(OBJECTIVE, objective_id, look, objective_id)


def _seen(call: Call, objective_id: Id, field: str) -> Decision[Objective]:
    return _looked_at(objective_id, lambda objective: policy.require_seen(call.identity, objective, field))


def _open(call: Call, objective_id: Id) -> Decision[Objective]:
    """The other objective that a key result counts for: its number moves, so it is one that still changes."""

    def require(objective: Objective) -> None:
        policy.require_seen(call.identity, objective, "counts_for")
        objectives.require_open(objective, "counts_for")

    return _looked_at(objective_id, require)


def _seen_parent(call: Call, parent: Parent) -> Decision[Objective]:
    return _seen(call, parent.objective_id, "parent_key_result_id" if parent.key_result_id else "parent_objective_id")


def _copy_set_fields(request: Message, wished: Message, leaving: set[str]) -> None:
    """Copies every field that the request sets into the event that would record it; they bear the same names."""
    for field, value in request.ListFields():
        if field.name in leaving:
            continue
        if field.is_repeated:
            getattr(wished, field.name).MergeFrom(value)
        elif field.message_type is not None:
            target = getattr(wished, field.name)
            target.CopyFrom(value)
            target.SetInParent()
        else:
            setattr(wished, field.name, value)


COMMANDS: Final = (
    define_cycle,
    move_cycle,
    define_objective,
    revise_objective,
    align_objective,
    activate_objective,
    close_objective,
    cancel_objective,
    define_key_result,
    revise_key_result,
    share_key_result,
    unshare_key_result,
    cancel_key_result,
)
