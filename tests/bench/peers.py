"""What commands are measured against: the same servers with nothing behind them, as processes of their own.

python -m tests.bench.peers grpc    the chassis's gRPC server with one empty method
python -m tests.bench.peers rest    the gateway's HTTP server and framework with one empty route

Each listens at CAIRN_PORT and runs as a service does: the same event loop, the same settings of the garbage collector.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import grpc
from google.protobuf.empty_pb2 import Empty
from starlette.responses import Response

from chassis.rpc import IdentityVerifier, Servicer
from chassis.rpc import serving as serving_grpc
from chassis.runtime import Lifetime, Settings, run
from embedded.ports import LOOPBACK, free_ports
from embedded.processes import Child
from gateway.http import JSON, AllowedHosts, Api, Application, RateLimiter, Request, Resource, serving

SERVICE: Final = "cairn.bench.Peer"
EMPTY_METHOD: Final = f"/{SERVICE}/Empty"
EMPTY_ROUTE: Final = "/empty"
_READY_SECONDS: Final = 30.0

_empty: Final = Resource("Empty", "Nothing.")


class EmptyServicer(Servicer):
    """Answers at once with nothing, bare of what stands before the methods of a service: what gRPC itself costs."""

    async def Empty(self, request: Empty, context: grpc.aio.ServicerContext[Any, Any]) -> Empty:
        return Empty()


@_empty.get(EMPTY_ROUTE, signed_in=False, local=True)
async def get_empty(_: Request) -> Response:
    """Answer nothing. What stands before an operation and after it stands here, too."""
    return Response(b"{}", media_type=JSON)


def _add_empty_servicer(servicer: EmptyServicer, server: Any) -> None:
    method = grpc.unary_unary_rpc_method_handler(servicer.Empty, Empty.FromString, Empty.SerializeToString)
    server.add_registered_method_handlers(SERVICE, {"Empty": method})


@asynccontextmanager
async def grpc_peer(settings: Settings) -> Lifetime:
    """The chassis's gRPC server with one empty method."""
    servicer = EmptyServicer("peer", IdentityVerifier.from_file(settings.identity_public_key))
    async with serving_grpc(settings, [(_add_empty_servicer, servicer)], [SERVICE]):
        yield


@asynccontextmanager
async def rest_peer(settings: Settings) -> Lifetime:
    """The gateway's HTTP layer with one empty route."""
    api = Api(resources=(_empty,), namespace="bench", title="Empty", version="1", summary="", description="", license="Apache-2.0")
    application = Application(api, Request, lambda *_: None, RateLimiter(), AllowedHosts())
    async with serving(application, settings.host, settings.port):
        yield


@asynccontextmanager
async def running(kind: str, public_key: Path, folder: Path) -> AsyncIterator[str]:
    """A peer while the context lasts, `grpc` or `rest`; its address, host:port."""
    port = free_ports(1)[0]
    environment = {"CAIRN_PORT": str(port), "CAIRN_IDENTITY_PUBLIC_KEY": str(public_key)}
    peer = Child(f"{kind} peer", [sys.executable, "-m", "tests.bench.peers", kind], folder / f"{kind}-peer.log", environment=environment)
    try:
        peer.wait_ready("service.started", _READY_SECONDS)
        yield f"{LOOPBACK}:{port}"
    finally:
        peer.stop()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["grpc"]:
            run("peer", Settings, grpc_peer)
        case ["rest"]:
            run("peer", Settings, rest_peer)
        case _:
            sys.exit(__doc__)
