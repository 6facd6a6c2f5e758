"""What can be asked of goals about key results."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

from cairn.goals.v1 import service_pb2 as api
from cairn.goals.v1.events_pb2 import KeyResultRevised, Sum
from chassis.calls import Call, Identity
from chassis.days import Day
from chassis.errors import Refused
from chassis.eventstore import ANYONE, CALLER_WAS_CHECKED, Aggregate, Appended, Decision, NotAsked
from chassis.ids import Id, new_id
from goals import policy
from goals.aggregates import ALIGNMENT, KPI, OBJECTIVE
from goals.commands.units import asked_of, cycles_are_open, drafts_among, editable, reservation, sums_of, tree_of
from goals.domain import alignment, key_results, kpis, moving, objectives, sums
from goals.domain.measures import unit_of
from goals.domain.objectives import Objective
from goals.service import Goals
from shared.holding import Asked


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
    drafts = await drafts_among(goals, call, request.counts_for)
    unit = [objective.decision(key_results.define, key_result_id, request, asked_of(goals, call, request), drafts)]
    unit += [_still_changes(other, f"counts_for[{number}]") for number, other in enumerate(request.counts_for) if other != home]
    if request.HasField("sum"):
        unit += await _fed_first(goals, call, home, key_result_id, request)
    unit += await cycles_are_open(goals, call, home, *request.counts_for)
    return [*unit, *reservation(goals, call, "key-result", request.reference, key_result_id, home)]


async def revise_key_result(goals: Goals, call: Call, request: api.ReviseKeyResultRequest) -> Appended:
    """Changes what is set in the request, and differs."""
    home, defined_of = await goals.index.whole_home_of(call.identity.tenant_id, request.key_result_id)
    objective = _home(home, defined_of, request.expected_version)
    unit = [objective.decision(key_results.revise, request.key_result_id, request, asked_of(goals, call, request))]
    if request.HasField("feeds") or request.HasField("unit"):
        unit += await _fed_anew(goals, call, home, request)
    unit += _lapsed_beside(home, defined_of, Asked(None, goals.day_of(call)))
    unit += await cycles_are_open(goals, call, home)
    return await (goals.take_away(call, unit) if request.HasField("owners") else goals.aggregates.decide_together(call, unit))


async def share_key_result(goals: Goals, call: Call, request: api.ShareKeyResultRequest) -> Appended:
    """Lets a key result count for another objective too."""
    return await goals.aggregates.decide_together(call, await unit_of_contribution(goals, call, request))


async def unit_of_contribution(goals: Goals, call: Call, request: api.ShareKeyResultRequest) -> list[Decision]:
    """What letting a key result count for another objective takes."""
    home, defined_of = await goals.index.whole_home_of(call.identity.tenant_id, request.key_result_id)
    objective = _home(home, defined_of, request.expected_version)
    draft = (await drafts_among(goals, call, (request.counts_for,)))[request.counts_for]
    asked = asked_of(goals, call, request)
    unit = [objective.decision(key_results.share, request.key_result_id, request.counts_for, asked, draft=draft)]
    if request.counts_for != home:
        unit.append(_still_changes(request.counts_for))
    return [*unit, *await cycles_are_open(goals, call, home, request.counts_for)]


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
        *await cycles_are_open(goals, call, counts_for),
    ]
    return await goals.aggregates.decide_together(call, unit)


async def cancel_key_result(goals: Goals, call: Call, request: api.CancelKeyResultRequest) -> Appended:
    """Gives a key result up."""
    home, defined_of = await goals.index.whole_home_of(call.identity.tenant_id, request.key_result_id)
    asked = asked_of(goals, call, request)
    unit = [_home(home, defined_of, request.expected_version).decision(key_results.cancel, request.key_result_id, request.reason, asked)]
    unit += _lapsed_beside(home, defined_of, asked)
    return await goals.take_away(call, [*unit, *await cycles_are_open(goals, call, home)])


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
    may_edit_target = policy.whoever_edits("to_objective_id")
    policy.require_key_result_edit(call.identity, home)
    may_edit_target(call.identity, target)  # before a day is told of it: that on which it came to its cycle
    day = moving.day_of_move(key_result, home, target, asked)
    travelling = replace(editable(to, 0), may=may_edit_target, partition_key=defined_of)
    unit = [
        leaving.decision(moving.move_away, key_result, target, day, asked),
        travelling.decision(moving.move_in, key_result, home, day),
        *_lapsed_beside(to, defined_of, asked),
    ]
    tree = (await goals.index.state(tenant_id, ALIGNMENT, alignment.alignment_id(tenant_id))).state
    along = alignment.aligned_under(tree, key_result_id)
    unit.append(tree_of(call, home_id).requirement(alignment.require_aligned_under, key_result_id, along))
    unit += [tree_of(call, child).decision(alignment.go_along, child, key_result_id, to, day) for child in along]
    return await goals.take_away(call, [*unit, *await cycles_are_open(goals, call, home_id, to)])


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


async def _fed_first(goals: Goals, call: Call, home: Id, key_result_id: Id, request: api.DefineKeyResultRequest) -> list[Decision]:
    """What the definition of a sum asks of the tenant's sums."""
    there = await goals.index.states(call.identity.tenant_id, OBJECTIVE, (home,))
    try:
        day = asked_of(goals, call, request).day(draft=home not in there or there[home].state.draft)  # defined together with it: a draft
    except Refused:
        return []  # as it is by the decision on the objective itself, of whoever may define it
    return await _fed(goals, call, Fed(home, key_result_id, request.sum.feeds, request.sum.unit, day), "sum.feeds")


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
        try:
            changes = key_results.revise(objective, request.key_result_id, request, asked_of(goals, call, request))
        except Refused:
            return decisions  # as it is by the decision on the objective itself, of whoever may revise it, and unless it is a repeat
        refed = next((change for change in changes if isinstance(change, KeyResultRevised) and change.HasField("feeds")), None)
        if refed is not None:
            before = key_result.measure.feeds if isinstance(key_result.measure, Sum) else ()
            fed = Fed(home, request.key_result_id, request.feeds.key_result_ids, unit, refed.holds_from, before)
            decisions += await _fed(goals, call, fed, "feeds")
    return decisions


def _home(objective_id: Id, defined_of: Id, expected_version: int) -> Aggregate[Objective]:
    """The objective of a key result, at the version that the caller has seen, for those who may edit it.

    The events of the key result travel with those of the objective that it was defined of, wherever it was moved to: in their order.
    """
    return Aggregate(OBJECTIVE, objective_id, expected_version, may=policy.require_key_result_edit, partition_key=defined_of)


def _still_changes(objective_id: Id, named_in: str = "counts_for") -> Decision:
    """The other objective that a key result counts for: its number moves, so it is one that the caller sees and that still changes."""
    other = Aggregate(OBJECTIVE, objective_id, may=policy.whoever_sees(objectives.unknown_objective(named_in)))
    return other.requirement(objectives.require_open, "counts_for")
