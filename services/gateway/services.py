"""The services behind the gateway: a channel to each, and its stubs."""

from __future__ import annotations

from typing import Final

import grpc
from grpc_health.v1 import health_pb2

from cairn.audit.v1.service_pb2_grpc import AuditServiceStub
from cairn.checkins.v1.service_pb2_grpc import CheckInsServiceStub
from cairn.directory.v1.service_pb2_grpc import DirectoryServiceStub
from cairn.goals.v1.service_pb2_grpc import GoalsServiceStub
from cairn.notifications.v1.service_pb2_grpc import NotificationsServiceStub
from cairn.operations.v1.operations_pb2_grpc import OperationsServiceStub
from cairn.progress.v1.service_pb2_grpc import ProgressServiceStub
from chassis.rpc import channel
from chassis.runtime import Settings

NAMES: Final = ("directory", "goals", "checkins", "progress", "notifications", "audit")
"""Every service, in the order that a person would tell them."""


def _health_check(
    asked: grpc.aio.Channel,
) -> grpc.aio.UnaryUnaryMultiCallable[health_pb2.HealthCheckRequest, health_pb2.HealthCheckResponse]:
    return asked.unary_unary(
        "/grpc.health.v1.Health/Check",
        request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
        response_deserializer=health_pb2.HealthCheckResponse.FromString,
    )


class Services:
    """Who can be asked."""

    def __init__(self, settings: Settings) -> None:
        addresses = {name: str(getattr(settings, f"{name}_address")) for name in NAMES}
        self._channels: Final[dict[str, grpc.aio.Channel]] = {name: channel(address) for name, address in addresses.items()}
        self.directory: Final = DirectoryServiceStub(self._channels["directory"])
        self.goals: Final = GoalsServiceStub(self._channels["goals"])
        self.checkins: Final = CheckInsServiceStub(self._channels["checkins"])
        self.progress: Final = ProgressServiceStub(self._channels["progress"])
        self.notifications: Final = NotificationsServiceStub(self._channels["notifications"])
        self.audit: Final = AuditServiceStub(self._channels["audit"])
        self.operations: Final = {name: OperationsServiceStub(c) for name, c in self._channels.items()}
        self.health: Final = {name: _health_check(c) for name, c in self._channels.items()}

    async def close(self) -> None:
        """Closes the channels."""
        for open_channel in self._channels.values():
            await open_channel.close()
