"""What goals serves: a line for each command and each query."""

from __future__ import annotations

from cairn.goals.v1 import service_pb2 as api
from chassis.rpc import UseCases, command, first_aggregate, first_event, query
from goals import bulk_commands, commands, dry_run, effort_commands, kpi_commands, queries, template_commands, work_commands
from goals.answers import dated_command
from goals.service import Goals


class GoalsServicer(UseCases[Goals]):
    """cairn.goals.v1.GoalsService."""

    DefineCycle = command(commands.define_cycle, api.DefineCycleResponse, cycle_id=first_aggregate)
    MoveCycle = command(commands.move_cycle, api.MoveCycleResponse)
    ReviseCycle = command(commands.revise_cycle, api.ReviseCycleResponse)
    CloseCycle = command(commands.close_cycle, api.CloseCycleResponse)
    ReopenCycle = command(commands.reopen_cycle, api.ReopenCycleResponse)
    GetCycle = query(queries.get_cycle)
    ListCycles = query(queries.list_cycles)
    DefineObjective = dated_command(commands.define_objective, api.DefineObjectiveResponse, objective_id=first_aggregate)
    DefineObjectiveWhole = query(commands.define_objective_whole)
    DefineEach = query(bulk_commands.define_each)
    CopyObjective = query(commands.copy_objective)
    ReviseObjective = dated_command(commands.revise_objective, api.ReviseObjectiveResponse)
    AlignObjective = dated_command(commands.align_objective, api.AlignObjectiveResponse)
    SubmitObjective = command(commands.submit_objective, api.SubmitObjectiveResponse)
    ApproveObjective = command(commands.approve_objective, api.ApproveObjectiveResponse)
    SendObjectiveBack = command(commands.send_objective_back, api.SendObjectiveBackResponse)
    ActivateObjective = dated_command(commands.activate_objective, api.ActivateObjectiveResponse)
    CloseObjective = dated_command(commands.close_objective, api.CloseObjectiveResponse)
    CancelObjective = dated_command(commands.cancel_objective, api.CancelObjectiveResponse)
    ReopenObjective = dated_command(commands.reopen_objective, api.ReopenObjectiveResponse)
    MoveObjective = dated_command(commands.move_objective, api.MoveObjectiveResponse)
    DefineKeyResult = dated_command(commands.define_key_result, api.DefineKeyResultResponse, key_result_id=first_event)
    ReviseKeyResult = dated_command(commands.revise_key_result, api.ReviseKeyResultResponse)
    ShareKeyResult = dated_command(commands.share_key_result, api.ShareKeyResultResponse)
    UnshareKeyResult = dated_command(commands.unshare_key_result, api.UnshareKeyResultResponse)
    MoveKeyResult = dated_command(commands.move_key_result, api.MoveKeyResultResponse)
    CancelKeyResult = dated_command(commands.cancel_key_result, api.CancelKeyResultResponse)
    DefineKpi = command(kpi_commands.define_kpi, api.DefineKpiResponse, kpi_id=first_aggregate)
    ReviseKpi = dated_command(kpi_commands.revise_kpi, api.ReviseKpiResponse)
    MeasureKpi = command(kpi_commands.measure_kpi, api.MeasureKpiResponse, measurement_id=first_event)
    RetractKpiMeasurement = command(kpi_commands.retract_kpi_measurement, api.RetractKpiMeasurementResponse)
    RetireKpi = dated_command(kpi_commands.retire_kpi, api.RetireKpiResponse)
    StartObjectiveFromKpi = query(kpi_commands.start_objective_from_kpi)
    GiveTask = command(work_commands.give_task, api.GiveTaskResponse, task_id=first_aggregate)
    ReviseTask = command(work_commands.revise_task, api.ReviseTaskResponse)
    FinishTask = dated_command(work_commands.finish_task, api.FinishTaskResponse)
    ReopenTask = dated_command(work_commands.reopen_task, api.ReopenTaskResponse)
    CancelTask = dated_command(work_commands.cancel_task, api.CancelTaskResponse)
    DefineInitiative = command(work_commands.define_initiative, api.DefineInitiativeResponse, initiative_id=first_aggregate)
    ReviseInitiative = dated_command(work_commands.revise_initiative, api.ReviseInitiativeResponse)
    LogEffort = command(effort_commands.log_effort, api.LogEffortResponse, effort_id=first_event)
    CorrectEffort = command(effort_commands.correct_effort, api.CorrectEffortResponse)
    RetractEffort = command(effort_commands.retract_effort, api.RetractEffortResponse)
    PlanMilestone = command(work_commands.plan_milestone, api.PlanMilestoneResponse, milestone_id=first_aggregate)
    ReviseMilestone = command(work_commands.revise_milestone, api.ReviseMilestoneResponse)
    ReachMilestone = dated_command(work_commands.reach_milestone, api.ReachMilestoneResponse)
    PostponeMilestone = dated_command(work_commands.postpone_milestone, api.PostponeMilestoneResponse)
    SaveTemplate = query(template_commands.save_template)
    RemoveTemplate = command(template_commands.remove_template, api.RemoveTemplateResponse)
    ListTemplates = query(queries.list_templates)
    DescribeKeyResult = query(queries.describe_key_result)
    DescribeObjective = query(queries.describe_objective)
    DryRunCommand = query(dry_run.dry_run_command)
    ConfirmDefinitions = query(queries.confirm_definitions)
    ResolveReferences = query(queries.resolve_references)
    ListTeamNames = query(queries.list_team_names)
