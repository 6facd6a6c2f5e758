"""gRPC in: a request becomes a query, or the note that something was read. A refusal is turned into a status by the handlers."""

from __future__ import annotations

from cairn.notifications.v1 import service_pb2 as api
from cairn.notifications.v1.service_pb2_grpc import NotificationsServiceServicer
from chassis.calls import Call
from chassis.rpc import IdentityVerifier, Servicer, handler
from chassis.runtime import Clock
from notifications import queries


class NotificationsServicer(Servicer, NotificationsServiceServicer):
    """cairn.notifications.v1.NotificationsService."""

    def __init__(self, pool: queries.Pool, clock: Clock, verifier: IdentityVerifier) -> None:
        super().__init__("notifications", verifier)
        self._pool = pool
        self._clock = clock

    @handler
    async def ListInbox(self, request: api.ListInboxRequest, call: Call) -> api.ListInboxResponse:
        return await queries.list_inbox(self._pool, call, request)

    @handler
    async def MarkRead(self, request: api.MarkReadRequest, call: Call) -> api.MarkReadResponse:
        return await queries.mark_read(self._pool, self._clock, call, request)
