"""What can be asked of goals about templates, one function a command, in the order and with the refusals of `goals.commands`."""

from __future__ import annotations

from cairn.goals.v1 import service_pb2 as api
from chassis.calls import Call
from chassis.eventstore import CALLER_WAS_CHECKED, Aggregate, Appended
from chassis.ids import Id, new_id
from chassis.rpc import write_appended
from goals import policy
from goals.aggregates import OBJECTIVE, TEMPLATE
from goals.domain import objectives, templates
from goals.domain.objectives import Objective
from goals.domain.templates import Template
from goals.service import Goals
from shared.limits import MOST_TEMPLATES


async def save_template(goals: Goals, call: Call, request: api.SaveTemplateRequest) -> api.SaveTemplateResponse:
    """A template of the tenant's own: new, where the request names none. Saved again as it is, nothing is appended."""
    if request.template_id:
        template, template_id = await _kept(goals, call, request), request.template_id
    else:
        policy.require_definer(call.identity)
        template_id = new_id()
        template = Aggregate(TEMPLATE, template_id, may=CALLER_WAS_CHECKED)
        if len(await goals.index.templates_of(call.identity.tenant_id)) >= MOST_TEMPLATES:
            raise templates.too_many_templates()
    like = await _like(goals, call, request.from_objective_id)
    appended = await goals.aggregates.decide(call, template.decision(templates.save, template_id, call.identity.person_id, request, like))
    response = api.SaveTemplateResponse(template_id=next(iter(appended.aggregate_ids), template_id))
    write_appended(response.appended, appended)
    return response


async def remove_template(goals: Goals, call: Call, request: api.RemoveTemplateRequest) -> Appended:
    """Takes a template out of the tenant's library."""
    template = await _kept(goals, call, request)
    return await goals.aggregates.decide(call, template.decision(templates.remove))


async def _kept(goals: Goals, call: Call, request: api.SaveTemplateRequest | api.RemoveTemplateRequest) -> Aggregate[Template]:
    """A template at the version that the caller has seen, for those who may change it. Raises Refused: TEMPLATE_UNKNOWN."""
    template_id: Id = request.template_id
    if not await goals.index.is_template(call.identity.tenant_id, template_id):
        raise templates.unknown_template()
    return Aggregate(TEMPLATE, template_id, request.expected_version, may=policy.require_template_keeper)


async def _like(goals: Goals, call: Call, objective_id: Id) -> Objective | None:
    """The objective that a template is made from, for whoever sees it; None: it is made from none."""
    if not objective_id:
        return None
    objective = (await goals.index.state(call.identity.tenant_id, OBJECTIVE, objective_id)).state
    policy.whoever_sees(objectives.unknown_objective("from_objective_id"))(call.identity, objective)
    return objective
