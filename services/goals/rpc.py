"""What goals serves: a line for each command and each query."""

from __future__ import annotations

from cairn.goals.v1 import service_pb2 as api
from chassis.rpc import UseCases, command, first_aggregate, first_event, query
from goals import dry_run, queries
from goals.answers import dated_command
from goals.commands import cycles, effort, key_results, kpis, many, objectives, templates, work
from goals.service import Goals


class GoalsServicer(UseCases[Goals]):
    """cairn.goals.v1.GoalsService."""

    DefineCycle = command(cycles.define_cycle, api.DefineCycleResponse, cycle_id=first_aggregate)
    MoveCycle = command(cycles.move_cycle, api.MoveCycleResponse)
    ReviseCycle = command(cycles.revise_cycle, api.ReviseCycleResponse)
    CloseCycle = command(cycles.close_cycle, api.CloseCycleResponse)
    ReopenCycle = command(cycles.reopen_cycle, api.ReopenCycleResponse)
    GetCycle = query(queries.get_cycle)
    ListCycles = query(queries.list_cycles)
    DefineObjective = dated_command(objectives.define_objective, api.DefineObjectiveResponse, objective_id=first_aggregate)
    DefineObjectiveWhole = query(objectives.define_objective_whole)
    DefineEach = query(many.define_each)
    CopyObjective = query(objectives.copy_objective)
    ReviseObjective = dated_command(objectives.revise_objective, api.ReviseObjectiveResponse)
    AlignObjective = dated_command(objectives.align_objective, api.AlignObjectiveResponse)
    SubmitObjective = command(objectives.submit_objective, api.SubmitObjectiveResponse)
    ApproveObjective = command(objectives.approve_objective, api.ApproveObjectiveResponse)
    SendObjectiveBack = command(objectives.send_objective_back, api.SendObjectiveBackResponse)
    ActivateObjective = dated_command(objectives.activate_objective, api.ActivateObjectiveResponse)
    CloseObjective = dated_command(objectives.close_objective, api.CloseObjectiveResponse)
    CancelObjective = dated_command(objectives.cancel_objective, api.CancelObjectiveResponse)
    ReopenObjective = dated_command(objectives.reopen_objective, api.ReopenObjectiveResponse)
    MoveObjective = dated_command(objectives.move_objective, api.MoveObjectiveResponse)
    DefineKeyResult = dated_command(key_results.define_key_result, api.DefineKeyResultResponse, key_result_id=first_event)
    ReviseKeyResult = dated_command(key_results.revise_key_result, api.ReviseKeyResultResponse)
    ShareKeyResult = dated_command(key_results.share_key_result, api.ShareKeyResultResponse)
    UnshareKeyResult = dated_command(key_results.unshare_key_result, api.UnshareKeyResultResponse)
    MoveKeyResult = dated_command(key_results.move_key_result, api.MoveKeyResultResponse)
    CancelKeyResult = dated_command(key_results.cancel_key_result, api.CancelKeyResultResponse)
    DefineKpi = command(kpis.define_kpi, api.DefineKpiResponse, kpi_id=first_aggregate)
    ReviseKpi = dated_command(kpis.revise_kpi, api.ReviseKpiResponse)
    MeasureKpi = command(kpis.measure_kpi, api.MeasureKpiResponse, measurement_id=first_event)
    RetractKpiMeasurement = command(kpis.retract_kpi_measurement, api.RetractKpiMeasurementResponse)
    RetireKpi = dated_command(kpis.retire_kpi, api.RetireKpiResponse)
    StartObjectiveFromKpi = query(kpis.start_objective_from_kpi)
    GiveTask = command(work.give_task, api.GiveTaskResponse, task_id=first_aggregate)
    ReviseTask = command(work.revise_task, api.ReviseTaskResponse)
    FinishTask = dated_command(work.finish_task, api.FinishTaskResponse)
    ReopenTask = dated_command(work.reopen_task, api.ReopenTaskResponse)
    CancelTask = dated_command(work.cancel_task, api.CancelTaskResponse)
    DefineInitiative = command(work.define_initiative, api.DefineInitiativeResponse, initiative_id=first_aggregate)
    ReviseInitiative = dated_command(work.revise_initiative, api.ReviseInitiativeResponse)
    LogEffort = command(effort.log_effort, api.LogEffortResponse, effort_id=first_event)
    CorrectEffort = command(effort.correct_effort, api.CorrectEffortResponse)
    RetractEffort = command(effort.retract_effort, api.RetractEffortResponse)
    PlanMilestone = command(work.plan_milestone, api.PlanMilestoneResponse, milestone_id=first_aggregate)
    ReviseMilestone = command(work.revise_milestone, api.ReviseMilestoneResponse)
    ReachMilestone = dated_command(work.reach_milestone, api.ReachMilestoneResponse)
    PostponeMilestone = dated_command(work.postpone_milestone, api.PostponeMilestoneResponse)
    SaveTemplate = query(templates.save_template)
    RemoveTemplate = command(templates.remove_template, api.RemoveTemplateResponse)
    ListTemplates = query(queries.list_templates)
    DescribeKeyResult = query(queries.describe_key_result)
    DescribeObjective = query(queries.describe_objective)
    DryRunCommand = query(dry_run.dry_run_command)
    ConfirmDefinitions = query(queries.confirm_definitions)
    ResolveReferences = query(queries.resolve_references)
    ListTeamNames = query(queries.list_team_names)
