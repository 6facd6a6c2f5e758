"""gRPC in: a request becomes a query. A refusal is turned into a status by the handlers."""

from __future__ import annotations

from collections.abc import AsyncIterator

from audit import events, export, queries, tail
from audit.service import Audit
from cairn.audit.v1 import service_pb2 as api
from cairn.audit.v1.service_pb2_grpc import AuditServiceServicer
from chassis.calls import Call
from chassis.rpc import IdentityVerifier, Servicer, handler, stream_handler


class AuditServicer(Servicer, AuditServiceServicer):
    """cairn.audit.v1.AuditService."""

    def __init__(self, audit: Audit, verifier: IdentityVerifier) -> None:
        super().__init__("audit", verifier)
        self._audit = audit

    @handler
    async def ListActions(self, request: api.ListActionsRequest, call: Call) -> api.ListActionsResponse:
        return await queries.list_actions(self._audit, call, request)

    @stream_handler
    async def ExportLog(self, _request: api.ExportLogRequest, call: Call) -> AsyncIterator[api.ExportLogResponse]:
        async for lines in export.export_log(self._audit, call):
            yield lines

    @handler
    async def ListEvents(self, request: api.ListEventsRequest, call: Call) -> api.ListEventsResponse:
        return await events.list_events(self._audit, call, request)

    @handler
    async def TailEvents(self, request: api.TailEventsRequest, call: Call) -> api.TailEventsResponse:
        return await tail.tail_events(self._audit, call, request)
