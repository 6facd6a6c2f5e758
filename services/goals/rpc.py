"""gRPC in: a request becomes a command or a query, its outcome an answer. A refusal is turned into a status by `handler`."""

from __future__ import annotations

from cairn.goals.v1 import service_pb2 as api
from cairn.goals.v1.service_pb2_grpc import GoalsServiceServicer
from chassis.calls import Call
from chassis.rpc import IdentityVerifier, Servicer, appended_message, handler
from goals import commands, queries
from goals.service import Goals


class GoalsServicer(Servicer, GoalsServiceServicer):
    """cairn.goals.v1.GoalsService."""

    def __init__(self, goals: Goals, verifier: IdentityVerifier) -> None:
        super().__init__("goals", verifier)
        self._goals = goals

    @handler
    async def DefineCycle(self, request: api.DefineCycleRequest, call: Call) -> api.DefineCycleResponse:
        appended = await commands.define_cycle(self._goals, call, request)
        return api.DefineCycleResponse(cycle_id=appended.aggregate_ids[0], appended=appended_message(appended))

    @handler
    async def MoveCycle(self, request: api.MoveCycleRequest, call: Call) -> api.MoveCycleResponse:
        return api.MoveCycleResponse(appended=appended_message(await commands.move_cycle(self._goals, call, request)))

    @handler
    async def GetCycle(self, request: api.GetCycleRequest, call: Call) -> api.GetCycleResponse:
        return await queries.get_cycle(self._goals, call, request)

    @handler
    async def ListCycles(self, request: api.ListCyclesRequest, call: Call) -> api.ListCyclesResponse:
        return await queries.list_cycles(self._goals, call, request)

    @handler
    async def DefineObjective(self, request: api.DefineObjectiveRequest, call: Call) -> api.DefineObjectiveResponse:
        appended = await commands.define_objective(self._goals, call, request)
        return api.DefineObjectiveResponse(objective_id=appended.aggregate_ids[0], appended=appended_message(appended))

    @handler
    async def ReviseObjective(self, request: api.ReviseObjectiveRequest, call: Call) -> api.ReviseObjectiveResponse:
        return api.ReviseObjectiveResponse(appended=appended_message(await commands.revise_objective(self._goals, call, request)))

    @handler
    async def AlignObjective(self, request: api.AlignObjectiveRequest, call: Call) -> api.AlignObjectiveResponse:
        return api.AlignObjectiveResponse(appended=appended_message(await commands.align_objective(self._goals, call, request)))

    @handler
    async def ActivateObjective(self, request: api.ActivateObjectiveRequest, call: Call) -> api.ActivateObjectiveResponse:
        return api.ActivateObjectiveResponse(appended=appended_message(await commands.activate_objective(self._goals, call, request)))

    @handler
    async def CloseObjective(self, request: api.CloseObjectiveRequest, call: Call) -> api.CloseObjectiveResponse:
        return api.CloseObjectiveResponse(appended=appended_message(await commands.close_objective(self._goals, call, request)))

    @handler
    async def CancelObjective(self, request: api.CancelObjectiveRequest, call: Call) -> api.CancelObjectiveResponse:
        return api.CancelObjectiveResponse(appended=appended_message(await commands.cancel_objective(self._goals, call, request)))

    @handler
    async def DefineKeyResult(self, request: api.DefineKeyResultRequest, call: Call) -> api.DefineKeyResultResponse:
        appended = await commands.define_key_result(self._goals, call, request)
        return api.DefineKeyResultResponse(key_result_id=appended.event_ids[0], appended=appended_message(appended))

    @handler
    async def ReviseKeyResult(self, request: api.ReviseKeyResultRequest, call: Call) -> api.ReviseKeyResultResponse:
        return api.ReviseKeyResultResponse(appended=appended_message(await commands.revise_key_result(self._goals, call, request)))

    @handler
    async def ShareKeyResult(self, request: api.ShareKeyResultRequest, call: Call) -> api.ShareKeyResultResponse:
        return api.ShareKeyResultResponse(appended=appended_message(await commands.share_key_result(self._goals, call, request)))

    @handler
    async def UnshareKeyResult(self, request: api.UnshareKeyResultRequest, call: Call) -> api.UnshareKeyResultResponse:
        return api.UnshareKeyResultResponse(appended=appended_message(await commands.unshare_key_result(self._goals, call, request)))

    @handler
    async def CancelKeyResult(self, request: api.CancelKeyResultRequest, call: Call) -> api.CancelKeyResultResponse:
        return api.CancelKeyResultResponse(appended=appended_message(await commands.cancel_key_result(self._goals, call, request)))

    @handler
    async def DescribeKeyResult(self, request: api.DescribeKeyResultRequest, call: Call) -> api.DescribeKeyResultResponse:
        return await queries.describe_key_result(self._goals, call, request)

    @handler
    async def ResolveReferences(self, request: api.ResolveReferencesRequest, call: Call) -> api.ResolveReferencesResponse:
        return await queries.resolve_references(self._goals, call, request)
