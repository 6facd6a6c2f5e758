"""The owners of logs as who consumes them asks them: the service of a log's name, over gRPC."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Final

from cairn.operations.v1 import operations_pb2 as pb
from cairn.operations.v1.operations_pb2_grpc import OperationsServiceStub
from chassis.checksums import Checksum
from chassis.eventstore import EventChecksums, LogChecksums, LogIdentity, PartitionPlace
from chassis.kafka.consumer import LogOwner
from chassis.log_generations import generations_of
from chassis.rpc import asked, channel, channel_credentials
from chassis.runtime import Settings

if TYPE_CHECKING:
    from cairn.operations.v1.operations_pb2_grpc import OperationsServiceAsyncStub  # a name of the type stubs alone

_SECONDS: Final = 6.0  # an owner that is still adding up its log says so after five


class _Owner:
    """A log's owner over gRPC. Nobody's identity goes along: no person asks."""

    def __init__(self, stub: OperationsServiceAsyncStub) -> None:
        self._stub: Final = stub

    async def checksums(self, places: Sequence[PartitionPlace]) -> LogChecksums:
        request = pb.GetLogChecksumsRequest(places=[pb.PartitionPosition(partition=p.partition, position=p.position) for p in places])
        answer = await asked(self._stub.GetLogChecksums(request, timeout=_SECONDS))
        checksums = [Checksum(checksum.events, checksum.sum) for checksum in answer.checksums]
        return LogChecksums(answer.head, LogIdentity(answer.log_id, generations_of(answer.generations)), checksums)

    async def event_checksums(self, positions: Collection[int]) -> EventChecksums:
        answer = await asked(self._stub.GetEventChecksums(pb.GetEventChecksumsRequest(positions=positions), timeout=_SECONDS))
        return EventChecksums(answer.head, {event.position: event.checksum for event in answer.events})


@asynccontextmanager
async def log_owners(settings: Settings, logs: Iterable[str]) -> AsyncIterator[dict[str, LogOwner]]:
    """The owners of logs, at the addresses that the settings name."""
    async with AsyncExitStack() as stack:
        owners: dict[str, LogOwner] = {}
        for log in logs:
            opened = await stack.enter_async_context(channel(settings.owner_address(log), channel_credentials(settings), idempotent=True))
            owners[log] = _Owner(OperationsServiceStub(opened))
        yield owners
