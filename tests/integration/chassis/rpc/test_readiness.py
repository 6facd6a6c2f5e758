"""Alive is one thing, ready another: a service that lacks its database, or what else it needs, says so by its health checks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import grpc
import pytest
from grpc_health.v1 import health_pb2

from chassis.rpc import channel, serving
from chassis.runtime import Settings
from embedded.ports import LOOPBACK, free_ports

NAME = "cairn.goals.v1.GoalsService"
SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING


class Kafka:
    """What a service needs, and what may be away."""

    def __init__(self) -> None:
        self.is_away = False

    async def __call__(self) -> None:
        if self.is_away:
            raise ConnectionError


async def status(asking: grpc.aio.Channel, name: str) -> int:
    check = asking.unary_unary(
        "/grpc.health.v1.Health/Check",
        request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
        response_deserializer=health_pb2.HealthCheckResponse.FromString,
    )
    answer: health_pb2.HealthCheckResponse = await check(health_pb2.HealthCheckRequest(service=name))
    return int(answer.status)


@pytest.fixture
def kafka() -> Kafka:
    return Kafka()


@pytest.fixture
async def asking(database: str, kafka: Kafka) -> AsyncIterator[grpc.aio.Channel]:
    (port,) = free_ports(1)
    async with (
        serving(Settings(port=port, database_url=database), [], [NAME], {"Kafka": kafka}),
        channel(f"{LOOPBACK}:{port}") as asking,
    ):
        yield asking


async def test_what_it_needs_goes_and_comes_and_it_is_alive_all_the_time(asking: grpc.aio.Channel, kafka: Kafka) -> None:
    for is_away, expected in ((False, SERVING), (True, NOT_SERVING), (False, SERVING)):
        kafka.is_away = is_away
        async with asyncio.timeout(20):
            while await status(asking, NAME) != expected:
                assert await status(asking, "") == SERVING
                await asyncio.sleep(0.05)


async def test_without_its_database_it_is_alive_and_not_ready() -> None:
    (port, nobodys) = free_ports(2)
    nowhere = f"host={LOOPBACK} port={nobodys} dbname=none"
    async with serving(Settings(port=port, database_url=nowhere), [], [NAME]), channel(f"{LOOPBACK}:{port}") as asking:
        assert await status(asking, NAME) == NOT_SERVING
        assert await status(asking, "") == SERVING
