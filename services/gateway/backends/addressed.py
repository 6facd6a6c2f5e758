"""A channel to one service, to which whoever calls is told by a token for that service alone: at another one it is worth nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import grpc

from chassis.rpc import Metadata, addressed


class AddressedChannel:
    """Where generated stubs expect a channel. Not an interceptor, which gRPC runs in a task of its own for every call."""

    def __init__(self, channel: grpc.aio.Channel, service: str) -> None:
        self._channel: Final = channel
        self._service: Final = service

    def unary_unary(self, *method: Any, **how: Any) -> Callable[..., Any]:
        """A method with one request and one answer."""
        return self._addressing(self._channel.unary_unary(*method, **how))

    def unary_stream(self, *method: Any, **how: Any) -> Callable[..., Any]:
        """A method that answers with a stream."""
        return self._addressing(self._channel.unary_stream(*method, **how))

    def _addressing(self, call: Callable[..., Any]) -> Callable[..., Any]:
        service = self._service

        def ask(request: Any, *, metadata: Metadata, **how: Any) -> Any:
            return call(request, metadata=addressed(metadata, service), **how)

        return ask
