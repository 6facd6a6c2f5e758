"""Rebuilds of services, a few at once on the installation: each reads whole logs and keeps a processor busy or two."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Final, Literal, get_args

from cairn.operations.v1 import operations_pb2
from chassis.errors import Kind, Refused
from chassis.rpc import Metadata, streamed
from gateway.backends.stubs import Backends

RebuiltName = Literal["progress", "audit", "notifications", "checkins"]
REBUILT: Final[tuple[RebuiltName, ...]] = get_args(RebuiltName)
"""The services that keep what is made from logs."""

_SECONDS: Final = 3600.0


class Rebuilds:
    """Asks services to rebuild, and refuses whoever comes while as many are at work as may be."""

    def __init__(self, backends: Backends, at_once: int) -> None:
        self._backends: Final = backends
        self._at_once: Final = at_once
        self._at_work: Final[list[RebuiltName]] = []

    async def steps(self, service: RebuiltName, metadata: Metadata) -> AsyncGenerator[operations_pb2.RebuildResponse]:
        """Rebuilds; yields each step. Whoever stops listening ends it.

        Raises Refused: REBUILD_RUNNING when this one is at work, REBUILDS_AT_LIMIT when as many others are as may be, and what the
        service refuses with.
        """
        if service in self._at_work:
            raise Refused("REBUILD_RUNNING", f"{service} is being rebuilt already; wait until that is done", kind=Kind.BUSY)
        if len(self._at_work) >= self._at_once:
            message = f"{' and '.join(self._at_work)} {'is' if self._at_once == 1 else 'are'} being rebuilt; {self._at_once} at once may be"
            raise Refused("REBUILDS_AT_LIMIT", f"{message}, wait until one is done", kind=Kind.BUSY)
        self._at_work.append(service)
        try:
            rebuild = self._backends.operations[service].Rebuild
            async for step in streamed(aiter(rebuild(operations_pb2.RebuildRequest(), metadata=metadata, timeout=_SECONDS))):
                yield step
        finally:
            self._at_work.remove(service)
