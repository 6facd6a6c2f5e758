"""gRPC in, numbers out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from hashlib import blake2b
from typing import Any, Final, Protocol

from cairn.common.v1 import common_pb2
from cairn.progress.v1 import service_pb2 as pb
from cairn.progress.v1 import service_pb2_grpc
from chassis.calls import Call, Identity
from chassis.days import Day, Microseconds, microseconds_of
from chassis.errors import invalid
from chassis.ids import Id
from chassis.kafka.consumer import Consumer, newest_recorded_at, taken_in
from chassis.rpc import IdentityVerifier, Servicer, fitting, handler, position_messages, positions_of
from chassis.runtime import TOLERANCE, Clock
from progress import queries
from progress.definition_messages import counted_check_in, objective_in_time
from progress.domain.formulas import NEWEST, Formula, formula_of
from progress.messages import (
    change_message,
    check_in_message,
    comment_message,
    cycle_figures_message,
    effort_message,
    goalposts_message,
    initiative_message,
    key_result_messages,
    kpi_message,
    kpi_value_message,
    milestone_message,
    objective_message,
    participation_message,
    pillar_progress_message,
    reported_message,
    series_message,
    task_message,
    team_effort_message,
    team_progress_message,
    things_message,
    tree_message,
)
from progress.queries import AsOf, Connections
from progress.trees_read import TreesRead
from shared.roles import ADMIN

PATIENCE: Final = 5.0
"""Seconds that a query waits for what it was told to wait for."""

_PAGE: Final = 1_000
_DEFINITIONS: Final = 100
_STATE_BYTES: Final = 12
_HISTORY_PAGE: Final = 50


class FormulasOfTenants(Protocol):
    """Which version of the formulas a tenant's numbers are computed by."""

    async def known_at(self, tenant_id: Id, instant: Microseconds | None) -> Formula:
        """That of an instant; None: the newest."""
        ...


class ProgressServicer(Servicer, service_pb2_grpc.ProgressServiceServicer):
    """Answers from the projection."""

    def __init__(
        self,
        verifier: IdentityVerifier,
        connections: Connections,
        beside: Connections,
        consumer: Consumer,
        clock: Clock,
        formulas: FormulasOfTenants,
        partitions: int,
    ) -> None:
        """`partitions` of each log's topic."""
        super().__init__("progress", verifier)
        self._connections = connections
        self._beside = beside
        self._consumer = consumer
        self._clock = clock
        self._formulas = formulas
        self._partitions = partitions
        self._trees = TreesRead()

    async def _after(self, positions: Iterable[common_pb2.LogPosition], call: Call) -> None:
        """The caller reads its own writes."""
        wanted = (*positions_of(positions), *call.after)
        if wanted:
            await self._consumer.wait_for(wanted, PATIENCE)

    async def _asked(self, message: common_pb2.AsOf, call: Call) -> tuple[AsOf, Formula, Day]:
        """The point that is asked about, the formulas that were known there, and the day whose expected pace applies.

        Raises Refused as `as_of_asked` does.
        """
        as_of = await self._to_the_head(as_of_asked(message), call)
        formula = await self._formulas.known_at(call.identity.tenant_id, as_of.known_at)
        day = as_of.day(call.identity, self._clock)
        return as_of if formula.later_dated else as_of.on(day), formula, day

    async def _to_the_head(self, as_of: AsOf, call: Call) -> AsOf:
        """Known now is all that is known, also while a log leads: says of what it recorded that it was later than now.

        For as long as it leads everything has the same instant, so "now" may be so much, up to a minute, before it comes here.
        """
        now = microseconds_of(self._clock.now())
        if as_of.known_at is None or as_of.known_at < now - TOLERANCE:
            return as_of
        async with self._connections.of(call.identity.tenant_id) as connection:
            newest = await newest_recorded_at(connection)
        lead = max(0, newest - now)
        return replace(as_of, known_at=None) if lead and as_of.known_at >= now - min(lead, TOLERANCE) else as_of

    @handler
    async def GetObjective(self, request: pb.GetObjectiveRequest, call: Call) -> pb.GetObjectiveResponse:
        await self._after(request.after, call)
        as_of, formula, day = await self._asked(request.as_of, call)
        seen = await queries.get_objective(self._connections, call.identity, request.objective_id, as_of, formula)
        return pb.GetObjectiveResponse(objective=objective_message(seen, day))

    @handler
    async def GetKeyResult(self, request: pb.GetKeyResultRequest, call: Call) -> pb.GetKeyResultResponse:
        await self._after(request.after, call)
        as_of, formula, day = await self._asked(request.as_of, call)
        seen = await queries.get_key_result(self._connections, call.identity, request.key_result_id, as_of, formula)
        shown = next(k for k in key_result_messages(seen, day) if k.key_result_id == request.key_result_id)
        moved = await queries.get_goalposts(self._connections, call.identity, request.key_result_id, as_of)
        shown.goalposts.CopyFrom(goalposts_message(moved))
        return pb.GetKeyResultResponse(key_result=shown)

    @handler
    async def GetTree(self, request: pb.GetTreeRequest, call: Call) -> pb.GetTreeResponse:
        await self._after(request.after, call)
        as_of, formula, day = await self._asked(request.as_of, call)
        state, resting_on = await self._states_of_tree(request, call.identity, formula, day)
        if state == request.unless_state:
            return pb.GetTreeResponse(state=state)
        tree = self._trees.get(resting_on)
        if tree is None:
            tree = await self._tree(request, call.identity, as_of, formula)
        answer = tree_message(tree, request.page_size or _PAGE, request.page_token, day)
        self._trees.read(resting_on, tree, ended=not answer.next_page_token)
        answer.state = state
        return answer

    async def _tree(self, request: pb.GetTreeRequest, who: Identity, as_of: AsOf, formula: Formula) -> queries.CycleTree:
        """The whole tree, or what has changed in it. Raises Refused."""
        if request.HasField("changed_since"):
            return await queries.get_tree_changes(self._connections, who, request, as_of, formula, self._partitions)
        return await queries.get_tree(self._connections, self._beside, who, request.cycle_id, as_of, formula)

    async def _states_of_tree(self, request: pb.GetTreeRequest, who: Identity, formula: Formula, day: Day) -> tuple[bytes, bytes]:
        """What the answer rests on, as it is before the tree is read: the question, who asks, what has been taken in, formulas, the day.

        And the same of all pages of the tree.
        """
        async with self._connections.of(who.tenant_id) as connection:
            taken = await taken_in(connection)
        question = pb.GetTreeRequest()
        question.CopyFrom(request)
        states = []
        for others in (("after", "unless_state"), ("page_size", "page_token")):
            for field in others:
                question.ClearField(field)
            asking = (who.tenant_id, who.person_id, sorted(who.roles), sorted(who.team_ids))
            resting_on = repr((question.SerializeToString(deterministic=True), asking, taken, formula.version, day))
            states.append(blake2b(resting_on.encode(), digest_size=_STATE_BYTES).digest())
        state, of_all_pages = states
        return state, of_all_pages

    @handler
    async def ListObjectives(self, request: pb.ListObjectivesRequest, call: Call) -> pb.ListObjectivesResponse:
        await self._after(request.after, call)
        as_of, formula, day = await self._asked(request.as_of, call)
        listed = await queries.list_objectives(
            self._connections, call.identity, request, as_of, formula, self._partitions, lambda seen: objective_message(seen, day)
        )
        return pb.ListObjectivesResponse(objectives=listed.page.entries, total=_total(listed), **_paging(listed))

    @handler
    async def ListKeyResults(self, request: pb.ListKeyResultsRequest, call: Call) -> pb.ListKeyResultsResponse:
        await self._after(request.after, call)
        as_of, formula, day = await self._asked(request.as_of, call)
        listed = await queries.list_key_results(
            self._connections, call.identity, request, as_of, formula, self._partitions, lambda seen: key_result_messages(seen, day)
        )
        return pb.ListKeyResultsResponse(key_results=listed.page.entries, total=_total(listed), **_paging(listed))

    @handler
    async def ListCheckIns(self, request: pb.ListCheckInsRequest, call: Call) -> pb.ListCheckInsResponse:
        await self._after(request.after, call)
        listed = await queries.list_check_ins(self._connections, call.identity, request, self._partitions, check_in_message)
        return pb.ListCheckInsResponse(check_ins=listed.page.entries, **_paging(listed))

    @handler
    async def GetClosing(self, request: pb.GetClosingRequest, call: Call) -> pb.GetClosingResponse:
        await self._after(request.after, call)
        return await queries.get_closing(self._connections, call.identity, request.cycle_id, request.closing)

    @handler
    async def GetKpi(self, request: pb.GetKpiRequest, call: Call) -> pb.GetKpiResponse:
        await self._after(request.after, call)
        as_of, _, day = await self._asked(request.as_of, call)
        return pb.GetKpiResponse(
            kpi=kpi_message(await queries.get_kpi(self._connections, call.identity, request.kpi_id, as_of.on_day(day)))
        )

    @handler
    async def ListKpis(self, request: pb.ListKpisRequest, call: Call) -> pb.ListKpisResponse:
        await self._after(request.after, call)
        as_of, _, day = await self._asked(request.as_of, call)
        listed = await queries.list_kpis(self._connections, call.identity, request, as_of.on_day(day), self._partitions, kpi_message)
        return pb.ListKpisResponse(kpis=listed.page.entries, **_paging(listed))

    @handler
    async def ListKpiValues(self, request: pb.ListKpiValuesRequest, call: Call) -> pb.ListKpiValuesResponse:
        await self._after(request.after, call)
        await queries.get_kpi(self._connections, call.identity, request.kpi_id, AsOf())  # that there is one
        listed = await queries.list_kpi_values(self._connections, call.identity, request, kpi_value_message)
        return pb.ListKpiValuesResponse(values=listed.page.entries, next_page_token=listed.token)

    @handler
    async def GetTask(self, request: pb.GetTaskRequest, call: Call) -> pb.GetTaskResponse:
        return pb.GetTaskResponse(task=task_message(await self._work(queries.TASKS, request, request.task_id, call)))

    @handler
    async def ListTasks(self, request: pb.ListTasksRequest, call: Call) -> pb.ListTasksResponse:
        listed = await self._listed_work(queries.TASKS, request, call, task_message)
        return pb.ListTasksResponse(tasks=listed.page.entries, **_paging(listed))

    @handler
    async def GetInitiative(self, request: pb.GetInitiativeRequest, call: Call) -> pb.GetInitiativeResponse:
        seen = await self._work(queries.INITIATIVES, request, request.initiative_id, call)
        return pb.GetInitiativeResponse(initiative=initiative_message(seen))

    @handler
    async def ListInitiatives(self, request: pb.ListInitiativesRequest, call: Call) -> pb.ListInitiativesResponse:
        listed = await self._listed_work(queries.INITIATIVES, request, call, initiative_message)
        return pb.ListInitiativesResponse(initiatives=listed.page.entries, **_paging(listed))

    @handler
    async def GetMilestone(self, request: pb.GetMilestoneRequest, call: Call) -> pb.GetMilestoneResponse:
        seen = await self._work(queries.MILESTONES, request, request.milestone_id, call)
        return pb.GetMilestoneResponse(milestone=milestone_message(seen))

    @handler
    async def ListMilestones(self, request: pb.ListMilestonesRequest, call: Call) -> pb.ListMilestonesResponse:
        listed = await self._listed_work(queries.MILESTONES, request, call, milestone_message)
        return pb.ListMilestonesResponse(milestones=listed.page.entries, **_paging(listed))

    @handler
    async def ListEffort(self, request: pb.ListEffortRequest, call: Call) -> pb.ListEffortResponse:
        await self._after(request.after, call)
        as_of, _, day = await self._asked(request.as_of, call)
        listed, in_all = await queries.list_effort(self._connections, call.identity, request, as_of.on_day(day), effort_message)
        return pb.ListEffortResponse(efforts=listed.page.entries, next_page_token=listed.token, minutes=in_all.minutes)

    @handler
    async def GetTeamEffort(self, request: pb.GetTeamEffortRequest, call: Call) -> pb.GetTeamEffortResponse:
        await self._after(request.after, call)
        as_of, _, day = await self._asked(request.as_of, call)
        return team_effort_message(await queries.get_team_effort(self._connections, call.identity, request, as_of.on_day(day), day))

    async def _work(self, kind: queries.WorkKind, request: queries.Dated, thing: Id, call: Call) -> Any:
        await self._after(request.after, call)
        as_of, _, day = await self._asked(request.as_of, call)
        return await queries.get_work(self._connections, call.identity, kind, thing, as_of.on_day(day))

    async def _listed_work(
        self, kind: queries.WorkKind, request: queries.WorkAsked, call: Call, written: Callable[[Any], Any]
    ) -> queries.Listed:
        await self._after(request.after, call)
        as_of, _, day = await self._asked(request.as_of, call)
        return await queries.list_work(self._connections, call.identity, kind, request, as_of.on_day(day), self._partitions, written)

    @handler
    async def ListComments(self, request: pb.ListCommentsRequest, call: Call) -> pb.ListCommentsResponse:
        await self._after(request.after, call)
        listed = await queries.list_comments(self._connections, call.identity, request, self._partitions, comment_message)
        return pb.ListCommentsResponse(comments=listed.page.entries, **_paging(listed))

    @handler
    async def GetTeamsProgress(self, request: pb.GetTeamsProgressRequest, call: Call) -> pb.GetTeamsProgressResponse:
        await self._after(request.after, call)
        as_of, formula, day = await self._asked(request.as_of, call)
        cycle_id = request.cycle_id if request.HasField("cycle_id") else None
        asked = queries.Groups.of_teams(request.team_ids, cycle_id)
        teams = await queries.get_groups(self._connections, call.identity, asked, as_of, formula, day)
        return pb.GetTeamsProgressResponse(teams=map(team_progress_message, teams), formula_version=formula.version)

    @handler
    async def GetPillarsProgress(self, request: pb.GetPillarsProgressRequest, call: Call) -> pb.GetPillarsProgressResponse:
        await self._after(request.after, call)
        as_of, formula, day = await self._asked(request.as_of, call)
        asked = queries.Groups.of_pillars(request.pillar_ids, request.cycle_id if request.HasField("cycle_id") else None)
        pillars = await queries.get_groups(self._connections, call.identity, asked, as_of, formula, day)
        return pb.GetPillarsProgressResponse(pillars=map(pillar_progress_message, pillars), formula_version=formula.version)

    @handler
    async def GetParticipation(self, request: pb.GetParticipationRequest, call: Call) -> pb.GetParticipationResponse:
        await self._after(request.after, call)
        as_of, _, day = await self._asked(request.as_of, call)
        return participation_message(await queries.get_participation(self._connections, call.identity, request.cycle_id, as_of, day))

    @handler
    async def CompareCycles(self, request: pb.CompareCyclesRequest, call: Call) -> pb.CompareCyclesResponse:
        await self._after(request.after, call)
        as_of, formula, day = await self._asked(request.as_of, call)
        seen = await queries.compare_cycles(
            self._connections, self._beside, call.identity, dict.fromkeys(request.cycle_ids), as_of, formula, day
        )
        return pb.CompareCyclesResponse(cycles=map(cycle_figures_message, seen), formula_version=formula.version)

    @handler
    async def ListReported(self, request: pb.ListReportedRequest, call: Call) -> pb.ListReportedResponse:
        await self._after(request.after, call)
        as_of, formula, day = await self._asked(request.as_of, call)
        reported = await queries.list_reported(self._connections, call.identity, request.person_id, as_of, formula, day)
        return pb.ListReportedResponse(key_results=map(reported_message, reported), day=day)

    @handler
    async def GetSeries(self, request: pb.GetSeriesRequest, call: Call) -> pb.GetSeriesResponse:
        await self._after(request.after, call)
        as_of, formula, day = await self._asked(request.as_of, call)
        points = request.points or queries.POINTS
        return series_message(await queries.get_series(self._connections, call.identity, request.objective_id, as_of, day, points, formula))

    @handler
    async def GetHistory(self, request: pb.GetHistoryRequest, call: Call) -> pb.GetHistoryResponse:
        await self._after(request.after, call)
        changes, more, cycles = await queries.get_history(
            self._connections,
            call.identity,
            request.objective_id if request.HasField("objective_id") else None,
            request.key_result_id if request.HasField("key_result_id") else None,
            await self._to_the_head(as_of_asked(request.as_of), call),
            request.page_size or _HISTORY_PAGE,
            request.page_token,
        )
        page = fitting(change_message(change, cycles) for change in changes)
        token = queries.token_after(changes[len(page) - 1]) if more or len(page) < len(changes) else ""
        return pb.GetHistoryResponse(changes=page, next_page_token=token)

    @handler
    async def ListDefinitions(self, request: pb.ListDefinitionsRequest, call: Call) -> pb.ListDefinitionsResponse:
        call.identity.require(ADMIN)
        page = await queries.list_definitions(self._connections, call.identity, request.page_size or _DEFINITIONS, request.page_token)
        return pb.ListDefinitionsResponse(
            objectives=map(objective_in_time, page.objectives),
            next_page_token=page.next_page_token,
            names=[pb.Name(**name._asdict()) for name in page.names],
            worked_on_ids=page.worked_on_ids,
        )

    @handler
    async def ListCountedCheckIns(self, request: pb.ListCountedCheckInsRequest, call: Call) -> pb.ListCountedCheckInsResponse:
        call.identity.require(ADMIN)
        rows, token = await queries.list_counted_check_ins(
            self._connections, call.identity, request.key_result_ids, request.page_size or _PAGE, request.page_token
        )
        return pb.ListCountedCheckInsResponse(check_ins=map(counted_check_in, rows), next_page_token=token)

    @handler
    async def ShowChanges(self, request: pb.ShowChangesRequest, call: Call) -> pb.ShowChangesResponse:
        await self._after(request.after, call)
        return await queries.show_changes(self._connections, call.identity, request)

    @handler
    async def NameObjectives(self, request: pb.NameObjectivesRequest, call: Call) -> pb.NameObjectivesResponse:
        names = await queries.name_objectives(self._connections, call.identity, request.objective_ids)
        tasks = await queries.name_tasks(self._connections, call.identity, request.task_ids)
        return pb.NameObjectivesResponse(
            names=[pb.ObjectiveName(**name._asdict()) for name in names],
            tasks=[pb.Name(id=task.id, reference=task.reference, title=task.title) for task in tasks],
        )

    @handler
    async def NameThings(self, request: pb.NameThingsRequest, call: Call) -> pb.NameThingsResponse:
        wanted = request.objective_ids, request.key_result_ids, request.cycle_ids
        return things_message(await queries.name_things(self._connections, call.identity, *wanted))

    @handler
    async def GetDigest(self, request: pb.GetDigestRequest, call: Call) -> pb.GetDigestResponse:
        call.identity.require(*queries.SEE_ALL)  # it counts, and is of, what is hidden from others
        await self._after(request.after, call)
        formula = formula_of(request.formula) if request.formula else NEWEST
        found = await queries.get_digest(self._connections, call.identity.tenant_id, formula)
        return pb.GetDigestResponse(
            digest=found.digest,
            objectives=found.objectives,
            key_results=found.key_results,
            check_ins=found.check_ins,
            formula_version=formula.version,
        )


def _paging(listed: queries.Listed) -> dict[str, Any]:
    return {"next_page_token": listed.token, "gone_ids": listed.page.gone, "positions": position_messages(listed.positions)}


def _total(listed: queries.Listed) -> pb.Total | None:
    return None if listed.total is None else pb.Total(count=listed.total.entries, at_least=listed.total.at_least)


def as_of_asked(as_of: common_pb2.AsOf) -> AsOf:
    """The point of both time axes that a request names. Raises Refused (INVALID) for a `known_at` that is no instant."""
    try:
        known_at = as_of.known_at.ToMicroseconds() if as_of.HasField("known_at") else None
    except ValueError:
        raise invalid("as_of.known_at", "not an instant of the years 1 to 9999") from None
    return AsOf(as_of.true_on if as_of.HasField("true_on") else None, known_at)
