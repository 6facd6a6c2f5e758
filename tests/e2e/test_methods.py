"""Every method of the protos is served by the service that it belongs to."""

from __future__ import annotations

from contextlib import suppress

import grpc
import pytest

from stack.services import SERVICES
from tests.contract.test_commands import METHODS
from tests.support.system import System

GRPC = [service.name for service in SERVICES if service.protocol == "grpc"]


def _served_by(package: str) -> list[str]:
    """Every service answers about its operations."""
    return GRPC if package == "operations" else [package]


@pytest.mark.parametrize("name", METHODS)
def test_a_method_is_served(system: System, name: str) -> None:
    service, _, method = name.rpartition(".")
    for server in _served_by(name.split(".")[1]):
        with grpc.insecure_channel(system.address(server)) as channel:
            call = channel.unary_stream(f"/{service}/{method}", bytes, bytes)(b"", timeout=20)
            with suppress(grpc.RpcError):  # its status is looked at next; it comes behind the last message
                list(call)
            assert call.code() is not grpc.StatusCode.UNIMPLEMENTED
