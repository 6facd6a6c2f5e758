"""The services behind the gateway: a channel to each, and its stubs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, cast, get_args

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
from gateway.backends.addressed import AddressedChannel
from gateway.backends.readiness import HealthCheck, ServicesReady

BackendName = Literal["directory", "goals", "checkins", "progress", "notifications", "audit"]
BACKENDS: Final[tuple[BackendName, ...]] = get_args(BackendName)
"""Every service, in the order in which a person would tell them."""

LogName = Literal["directory", "goals", "checkins", "progress", "notifications"]
LOGS: Final[tuple[LogName, ...]] = get_args(LogName)
"""Every log; each is kept by the service of its name."""


class Backends:
    """The stubs of every service, and what every service answers about itself: `operations` and `health`, by the service's name.

    `ready` tells which of them are.
    """

    def __init__(self, addresses: Mapping[BackendName, str], credentials: grpc.ChannelCredentials | None = None) -> None:
        """`addresses` are host:port; `credentials` with which services are asked, where they take only such calls."""
        self._channels: Final[dict[BackendName, grpc.aio.Channel]] = {name: channel(addresses[name], credentials) for name in BACKENDS}
        to = {name: cast(grpc.aio.Channel, AddressedChannel(opened, name)) for name, opened in self._channels.items()}
        self.directory: Final = DirectoryServiceStub(to["directory"])
        self.goals: Final = GoalsServiceStub(to["goals"])
        self.checkins: Final = CheckInsServiceStub(to["checkins"])
        self.progress: Final = ProgressServiceStub(to["progress"])
        self.notifications: Final = NotificationsServiceStub(to["notifications"])
        self.audit: Final = AuditServiceStub(to["audit"])
        self.operations: Final = {name: OperationsServiceStub(to_service) for name, to_service in to.items()}
        self.health: Final = {name: _health_check(to_service) for name, to_service in self._channels.items()}
        self.ready: Final = ServicesReady(self.health)

    async def close(self) -> None:
        """Closes the channels."""
        for to_service in self._channels.values():
            await to_service.close()


def _health_check(to_service: grpc.aio.Channel) -> HealthCheck:
    return to_service.unary_unary(
        "/grpc.health.v1.Health/Check",
        request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
        response_deserializer=health_pb2.HealthCheckResponse.FromString,
    )
