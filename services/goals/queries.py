"""What goals answers about itself. It reads the log, never the states that commands decide ahead of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from cairn.goals.v1 import service_pb2 as api
from chassis.calls import Call
from chassis.errors import invalid
from chassis.ids import Id
from chassis.log_generations import generation_messages
from chassis.positions import FIRST_GENERATION, Position, newest_positions
from chassis.rpc import FollowedPage, edits_message, following_token, place_and_positions, position_message, position_messages, since_of
from chassis.texts import natural_order
from goals import policy
from goals.aggregates import CYCLE, OBJECTIVE, REFERENCE, TEMPLATE
from goals.domain import cycles, key_results, objectives
from goals.domain.measures import set_measure
from goals.domain.references import ReferenceKind
from goals.domain.templates import unknown_template
from goals.dry_run import assuming
from goals.index import Found
from goals.service import Goals
from shared.roles import GATEWAY

_PAGE: Final = 100


async def get_cycle(goals: Goals, call: Call, request: api.GetCycleRequest) -> api.GetCycleResponse:
    """One cycle. Raises Refused (CYCLE_UNKNOWN)."""
    found = await goals.index.state(call.identity.tenant_id, CYCLE, request.cycle_id)
    cycles.require_known(found.state)
    enclosing = found.state.enclosing_cycle_id
    names = await goals.index.states(call.identity.tenant_id, CYCLE, (enclosing,)) if enclosing else {}
    return api.GetCycleResponse(cycle=_cycle(found, names))


async def list_templates(goals: Goals, call: Call, request: api.ListTemplatesRequest) -> api.ListTemplatesResponse:
    """The tenant's own templates, or the one that is asked for. Raises Refused (TEMPLATE_UNKNOWN) for one that is not there."""
    tenant_id = call.identity.tenant_id
    there = await goals.index.templates_of(tenant_id)
    if request.template_id:
        there = [template_id for template_id in there if template_id == request.template_id]
        if not there:
            raise unknown_template()
    found = await goals.index.states(tenant_id, TEMPLATE, there)
    return api.ListTemplatesResponse(
        templates=[api.Template(saved=found[i].state.saved, version=found[i].version) for i in there if i in found]
    )


async def list_cycles(goals: Goals, call: Call, request: api.ListCyclesRequest) -> api.ListCyclesResponse:
    """The tenant's cycles that pass the filters, a page at a time; or which of them have changed since then.

    Raises Refused (INVALID) for a page token that no answer gave, and CHANGED_SINCE_OUTDATED where the log was restored since then.
    """
    tenant_id = call.identity.tenant_id
    head = await goals.index.head()  # before the cycles are read: what comes meanwhile is told again next time
    cycles_there = await goals.index.states(tenant_id, CYCLE, await goals.index.cycles_of(tenant_id))
    place, positions = place_and_positions(request.page_token)
    if positions is None:
        positions = _told_at(goals, cycles_there.values(), head)
    by_id = sorted(cycles_there.values(), key=lambda known: known.state.cycle_id)  # the order of what is alike, upwards and downwards
    ordered = sorted(by_id, key=_ORDERS[request.order], reverse=request.descending)
    rest = ordered[_after(place, [known.state.cycle_id for known in ordered]) :]
    if request.HasField("changed_since"):
        since = since_of(request.changed_since, "goals", await goals.index.identity())
        found = [one for one in rest if one.newest and since.told_of(goals.index.position(one.newest), one.newest.recorded_at)]
    else:
        found = [one for one in rest if _passes(one.state, request)]
    page = FollowedPage(found, request.page_size or _PAGE, lambda one: _passes(one.state, request))
    shown = page.fitting(_cycle(known, cycles_there) for known in page.passing)
    return api.ListCyclesResponse(
        cycles=shown,
        gone_ids=[one.state.cycle_id for one in page.gone],
        positions=position_messages(positions),
        next_page_token=following_token(page.last.state.cycle_id.hex() if page.last else "", positions),
    )


_ORDERS: Final[dict[api.CycleOrder.ValueType, Callable[[Found[cycles.Cycle]], Any]]] = {
    api.CYCLE_ORDER_UNSPECIFIED: lambda found: -found.state.first_day,
    api.CYCLE_ORDER_FIRST_DAY: lambda found: found.state.first_day,
    api.CYCLE_ORDER_LAST_DAY: lambda found: found.state.last_day,
    api.CYCLE_ORDER_NAME: lambda found: natural_order(found.state.name),
}


def _told_at(goals: Goals, known: Iterable[Found[cycles.Cycle]], head: int) -> tuple[Position, ...]:
    """Where the newest event of the cycles stands in each partition that has one, as far as the log was read to its end."""
    told = (goals.index.position(one.newest) for one in known if one.newest is not None)
    newest = newest_positions(position._replace(position=min(position.position, head)) for position in told)
    return newest or (Position("goals", 0, 0),)  # where there is none: before every event


def _passes(cycle: cycles.Cycle, wanted: api.ListCyclesRequest) -> bool:
    """Whether a cycle has one of the values of every filter."""
    return (
        (not wanted.states or cycle.state in wanted.states)
        and (not wanted.kinds or cycle.kind in wanted.kinds)
        and (not wanted.HasField("day") or cycle.first_day <= wanted.day <= cycle.last_day)
    )


async def describe_key_result(goals: Goals, call: Call, request: api.DescribeKeyResultRequest) -> api.DescribeKeyResultResponse:
    """What decides whether, and by whom, a key result can be checked in on.

    Raises Refused (KEY_RESULT_UNKNOWN), also for one of a private objective that the caller may not know of.
    """
    goals = await assuming(goals, call, request.assumed)
    home = await goals.index.home_of(call.identity.tenant_id, request.key_result_id)
    found = await goals.index.state(call.identity.tenant_id, OBJECTIVE, home)
    objective = found.state
    key_result = key_results.require_known(objective, request.key_result_id)
    if not policy.sees(call.identity, objective):
        raise key_results.unknown_key_result()
    answer = api.DescribeKeyResultResponse(
        key_result_id=key_result.key_result_id,
        objective_id=objective.objective_id,
        cancelled=key_result.cancelled,
        owners=key_result.owners,
        objective_state=objective.state,
        objective_ended_on=objective.ended_on,
        objective_owner_id=objective.owner_id,
        contributor_ids=objective.contributor_ids,
        version=found.version,
        visibility=objective.visibility,
        team_id=objective.team_of(call.identity.tenant_id),
        creator_id=objective.creator_id,
        named_person_ids=objective.named_person_ids,
        key_result_owner_ids=sorted(objective.key_result_owner_ids()),
        position=position_message(goals.index.position(found.newest)) if found.newest is not None else None,
    )
    cycle = await goals.index.state(call.identity.tenant_id, CYCLE, objective.cycle_id)
    answer.cycle_id, answer.cycle_version, answer.cycle_state = objective.cycle_id, cycle.version, cycle.state.state
    set_measure(answer, key_result.measure)
    answer.most_milestones, answer.defined_of = key_result.most_milestones, key_result.defined_of
    return answer


async def describe_objective(goals: Goals, call: Call, request: api.DescribeObjectiveRequest) -> api.DescribeObjectiveResponse:
    """Who may know of an objective. Raises Refused (OBJECTIVE_UNKNOWN), also for one that the caller may not know of."""
    found = await goals.index.state(call.identity.tenant_id, OBJECTIVE, request.objective_id)
    objective = found.state
    if not policy.sees(call.identity, objective):
        raise objectives.unknown_objective()
    return api.DescribeObjectiveResponse(
        objective_id=objective.objective_id,
        visibility=objective.visibility,
        team_id=objective.team_of(call.identity.tenant_id),
        creator_id=objective.creator_id,
        owner_id=objective.owner_id,
        contributor_ids=objective.contributor_ids,
        named_person_ids=objective.named_person_ids,
        key_result_owner_ids=sorted(objective.key_result_owner_ids()),
        position=position_message(goals.index.position(found.newest)) if found.newest is not None else None,
    )


async def confirm_definitions(goals: Goals, _call: Call, request: api.ConfirmDefinitionsRequest) -> api.ConfirmDefinitionsResponse:
    """How far the log has come, and what changed, for a service that acts on a copy of it: ids and versions alone, of every tenant."""
    changes = await goals.index.changes(request.after, request.generation)
    answer = api.ConfirmDefinitionsResponse(
        head=changes.head, generation=changes.generation, good_for_milliseconds=round(goals.confirmed_for * 1000)
    )
    if changes.versions is None or not request.HasField("after"):
        answer.all_may_have_changed = request.HasField("after")
    else:
        answer.changed.extend(api.AggregateVersion(aggregate_id=i, version=version) for i, version in changes.versions.items())
    if changes.generation > FIRST_GENERATION:
        answer.generations.extend(generation_messages((await goals.index.identity()).generations))
    if request.aggregate_ids:
        versions = await goals.aggregates.versions(request.aggregate_ids)
        answer.versions.extend(api.AggregateVersion(aggregate_id=i, version=versions[i]) for i in request.aggregate_ids)
    return answer


async def resolve_references(goals: Goals, call: Call, request: api.ResolveReferencesRequest) -> api.ResolveReferencesResponse:
    """From what people call things to ids, in the order of the request; empty where the tenant has no such name.

    A private objective's name resolves too: that a name is taken can be found out by taking it, and what it names stays unknown.
    """
    tenant_id, kind = call.identity.tenant_id, kind_of(request.kind)
    names = [goals.index.name_id(tenant_id, kind, reference) for reference in request.references]
    found = await goals.index.states(tenant_id, REFERENCE, set(names))
    return api.ResolveReferencesResponse(ids=[found[name].state.holder_id if name in found else b"" for name in names])


async def list_team_names(goals: Goals, call: Call, _request: api.ListTeamNamesRequest) -> api.ListTeamNamesResponse:
    """What objectives of each tenant called their teams before teams had ids, for the gateway."""
    call.identity.require(GATEWAY)
    of_tenants = [
        api.ListTeamNamesResponse.OfTenant(tenant_id=tenant_id, names=names) for tenant_id, names in goals.index.team_names.items()
    ]
    return api.ListTeamNamesResponse(tenants=of_tenants)


def _cycle(found: Found[cycles.Cycle], others: Mapping[Id, Found[cycles.Cycle]]) -> api.Cycle:
    """A cycle; the one that encloses it is among the others."""
    cycle, first, newest = found.state, found.first, found.newest
    enclosing = others.get(cycle.enclosing_cycle_id)
    return api.Cycle(
        cycle_id=cycle.cycle_id,
        name=cycle.name,
        kind=cycle.kind,
        first_day=cycle.first_day,
        last_day=cycle.last_day,
        enclosing_cycle_id=cycle.enclosing_cycle_id,
        cadence=cycle.cadence,
        weekday=cycle.weekday,
        state=cycle.state,
        version=found.version,
        enclosing_cycle_name=enclosing.state.name if enclosing else "",
        closings=cycle.closings,
        edits=edits_message(first.recorded_at, first.actor_id, newest.recorded_at, newest.actor_id) if first and newest else None,
    )


def _after(page_token: str, ids: list[Id]) -> int:
    if not page_token:
        return 0
    try:
        return ids.index(bytes.fromhex(page_token)) + 1
    except ValueError:
        raise invalid("page_token", "hand in next_page_token as the answer before gave it", "PAGE_TOKEN_UNKNOWN") from None


def kind_of(kind: api.ReferenceKind.ValueType) -> ReferenceKind:
    """What kind of thing a name is asked of."""
    match kind:
        case api.REFERENCE_KIND_OBJECTIVE:
            return "objective"
        case api.REFERENCE_KIND_KEY_RESULT:
            return "key-result"
        case api.REFERENCE_KIND_CYCLE:
            return "cycle"
        case api.REFERENCE_KIND_KPI:
            return "kpi"
        case api.REFERENCE_KIND_TASK:
            return "task"
        case api.REFERENCE_KIND_INITIATIVE:
            return "initiative"
        case api.REFERENCE_KIND_MILESTONE:
            return "milestone"
        case _:
            raise invalid("kind", f"{kind} is no kind of thing that has a name")
