"""cairn.operations.v1: a line for each method."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from cairn.operations.v1 import operations_pb2 as pb
from chassis.calls import Call
from chassis.operations import clock, consumption, log
from chassis.operations.operated import Operated
from chassis.rpc import UseCases, open_handler, query, stream_handler

SERVICE_NAME: Final = "cairn.operations.v1.OperationsService"


class OperationsServicer(UseCases[Operated]):
    """cairn.operations.v1.OperationsService, of one service: its log, what it consumes, its clock."""

    GetLogHead = query(log.get_log_head)
    CatchUp = query(consumption.catch_up)
    GetConsumption = query(consumption.get_consumption)
    ListDeadLetters = query(consumption.list_dead_letters)
    ReplayDeadLetters = query(consumption.replay_dead_letters)
    GetClock = query(clock.get_clock)
    AdvanceClock = query(clock.advance_clock)
    ConfirmClock = query(clock.confirm_clock)

    @open_handler
    async def GetLogChecksums(self, request: pb.GetLogChecksumsRequest) -> pb.GetLogChecksumsResponse:
        return await log.get_log_checksums(self.app, request)

    @open_handler
    async def GetEventChecksums(self, request: pb.GetEventChecksumsRequest) -> pb.GetEventChecksumsResponse:
        return await log.get_event_checksums(self.app, request)

    @stream_handler
    def Rebuild(self, request: pb.RebuildRequest, call: Call) -> AsyncIterator[pb.RebuildResponse]:
        return consumption.rebuild(self.app, call, request)

    @stream_handler
    def RecoverLog(self, request: pb.RecoverLogRequest, call: Call) -> AsyncIterator[pb.RecoverLogResponse]:
        return log.recover_log(self.app, call, request)
