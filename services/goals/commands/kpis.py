"""What can be asked of goals about KPIs, one function a command, in the order and with the refusals of `goals.commands`."""

from __future__ import annotations

from cairn.goals.v1 import service_pb2 as api
from chassis.calls import Call
from chassis.eventstore import ANYONE, CALLER_WAS_CHECKED, Aggregate, Appended, Decision
from chassis.ids import Id, new_id
from goals import policy
from goals.aggregates import KPI
from goals.commands.objectives import define_whole
from goals.commands.units import asked_of, require_part_well_formed, reservation, sums_of
from goals.domain import kpis, sums
from goals.domain.kpis import Kpi
from goals.domain.objectives import Origin
from goals.domain.values import LONGEST_TITLE
from goals.service import Goals


async def define_kpi(goals: Goals, call: Call, request: api.DefineKpiRequest) -> Appended:
    """A new KPI, under its reference if it has one. The first aggregate of the answer is the KPI."""
    policy.require_definer(call.identity)
    kpi_id = new_id()
    unit = [Aggregate(KPI, kpi_id, may=CALLER_WAS_CHECKED).decision(kpis.define, kpi_id, call.identity.person_id, request)]
    return await goals.aggregates.decide_together(call, unit + reservation(goals, call, "kpi", request.reference, kpi_id, kpi_id))


async def revise_kpi(goals: Goals, call: Call, request: api.ReviseKpiRequest) -> Appended:
    """Changes what is set in the request, and differs. The unit of what feeds a sum stays."""
    unit = [_kept(request).decision(kpis.revise, request, asked_of(goals, call, request))]
    if request.HasField("unit") and await _is_of_other_unit(goals, call, request):
        unit.append(sums_of(call, request.kpi_id).requirement(sums.require_not_feeding, request.kpi_id))
    return await goals.aggregates.decide_together(call, unit)


async def _is_of_other_unit(goals: Goals, call: Call, request: api.ReviseKpiRequest) -> bool:
    """Of what is no KPI, the decision itself says so."""
    tenant_id = call.identity.tenant_id
    if not await goals.index.kpis_among(tenant_id, [request.kpi_id]):
        return False
    return (await goals.index.state(tenant_id, KPI, request.kpi_id)).state.unit != request.unit


async def measure_kpi(goals: Goals, call: Call, request: api.MeasureKpiRequest) -> Appended:
    """Reads a KPI off. The id of the value is that of the event that records it: the first event of the answer."""
    (decision,) = await unit_of_measurement(goals, call, request)
    return await goals.aggregates.decide(call, decision)


async def unit_of_measurement(goals: Goals, call: Call, request: api.MeasureKpiRequest) -> list[Decision]:
    """What `measure_kpi` decides."""
    measurement_id = new_id()
    kpi = Aggregate(KPI, request.kpi_id, may=policy.require_measurer, event_id=measurement_id)
    return [kpi.decision(kpis.measure, measurement_id, request, goals.day_of(call))]


async def retract_kpi_measurement(goals: Goals, call: Call, request: api.RetractKpiMeasurementRequest) -> Appended:
    """Takes a value of a KPI back."""
    kpi = Aggregate(KPI, request.kpi_id, may=policy.require_measurer)
    return await goals.aggregates.decide(call, kpi.decision(kpis.retract, request.measurement_id, request.reason))


async def retire_kpi(goals: Goals, call: Call, request: api.RetireKpiRequest) -> Appended:
    """Watches a KPI no longer."""
    return await goals.aggregates.decide(call, _kept(request).decision(kpis.retire, request.reason, asked_of(goals, call, request)))


async def start_objective_from_kpi(
    goals: Goals, call: Call, request: api.StartObjectiveFromKpiRequest
) -> api.StartObjectiveFromKpiResponse:
    """Drafts an objective from a KPI that is out of its range, with a key result that follows it back, from where it is today.

    Without a title of its own, by what the KPI is called. Raises Refused as `define_objective` does, KPI_RETIRED and KPI_IN_RANGE.
    """
    kpi_id, today = request.kpi_id, goals.day_of(call)
    tenant_id = call.identity.tenant_id
    there = await goals.index.kpis_among(tenant_id, [kpi_id])
    kpi = (await goals.index.state(tenant_id, KPI, kpi_id)).state if there else Kpi()
    back = kpis.way_back(kpi, today)
    wanted = request.objective
    wanted.title = wanted.title or f"{kpi.title} is back in its range"[:LONGEST_TITLE]
    require_part_well_formed(wanted, "objective")
    whole = api.DefineObjectiveWholeRequest(objective=wanted)
    if back is not None:
        whole.key_results.append(kpis.back_in_range(kpi, back, f"{wanted.reference}/1" if wanted.reference else ""))
    out_of_range = Aggregate(KPI, kpi_id, may=ANYONE).requirement(kpis.require_out_of_range, today, back)
    made = await define_whole(goals, call, whole, Origin(started_from=kpi_id), [out_of_range])
    return api.StartObjectiveFromKpiResponse(objective_id=made.objective_id, key_result_id=made.key_result_ids[0], appended=made.appended)


def _kept(request: api.ReviseKpiRequest | api.RetireKpiRequest) -> Aggregate[Kpi]:
    """A KPI at the version that the caller has seen, for those who may change it."""
    kpi_id: Id = request.kpi_id
    return Aggregate(KPI, kpi_id, request.expected_version, may=policy.require_kpi_keeper)
