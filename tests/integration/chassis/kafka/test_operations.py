from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from typing import Any, Final

import grpc
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cairn.operations.v1 import operations_pb2 as pb
from cairn.operations.v1.operations_pb2_grpc import OperationsServiceStub, add_OperationsServiceServicer_to_server
from chassis.calls import Identity
from chassis.days import instant_of
from chassis.eventstore import EventLog
from chassis.ids import NIL, Id, new_id
from chassis.kafka.consumer import Consumer
from chassis.kafka.relay import Relay
from chassis.operations import SERVICE_NAME, Operated, OperationsServicer
from chassis.rpc import IDENTITY, IdentitySigner, IdentityVerifier, serving
from chassis.runtime import InstallationClock
from embedded.ports import free_ports
from shared.operations import PERMISSIONS
from shared.roles import ADMIN, AUDITOR, MEMBER, OPERATOR
from tests.integration.chassis.kafka.conftest import Consuming
from tests.integration.chassis.kafka.support import TENANT, Aggregates, append, made_topic, publish_raw, settings_of, until
from tests.support.infrastructure import Broker

Metadata = tuple[tuple[str, str], ...]

SERVICE: Final = "goals"


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@pytest.fixture
async def consumer(consuming: Consuming) -> Consumer:
    return await consuming()


@pytest.fixture
async def operations(log: EventLog, relay: Relay, consumer: Consumer, kafka: Broker, key: Ed25519PrivateKey) -> AsyncIterator[Any]:
    settings = settings_of(kafka.bootstrap).model_copy(update={"port": free_ports(1)[0]})
    clock = InstallationClock(settings.model_copy(update={"database_url": log.dsn, "clock_may_be_moved": True}), of_log=True)
    await clock.start()
    servicer = OperationsServicer(SERVICE, IdentityVerifier(key.public_key()), Operated(PERMISSIONS, clock, log, consumer))
    async with (
        serving(settings, [(add_OperationsServiceServicer_to_server, servicer)], [SERVICE_NAME]),
        grpc.aio.insecure_channel(f"127.0.0.1:{settings.port}") as channel,
    ):
        yield OperationsServiceStub(channel)
    await clock.stop()


def signed_in(key: Ed25519PrivateKey, role: str, tenant: Id = TENANT) -> Metadata:
    token = IdentitySigner(key).sign(Identity(tenant, new_id(), frozenset({role})), SERVICE, lifetime=60)
    return ((IDENTITY, token),)


async def taken_in(operations: Any, caller: Metadata) -> None:
    """Waits until everything that was appended is relayed and consumed."""

    async def relayed() -> bool:
        answer = await operations.GetLogHead(pb.GetLogHeadRequest(), metadata=caller)
        return bool(answer.relayed == answer.head)

    await until(relayed, "the log is relayed")
    await operations.CatchUp(pb.CatchUpRequest(), metadata=caller, timeout=20)


async def test_a_service_tells_how_far_it_is_and_brings_dead_letters_back(log: EventLog, operations: Any, key: Ed25519PrivateKey) -> None:
    aggregates = Aggregates(3)
    member, auditor, admin = (signed_in(key, role) for role in (MEMBER, AUDITOR, ADMIN))
    await append(log, [aggregates.event(aggregate, payload) for aggregate in aggregates.ids for payload in (b"poison", b"x", b"y")])

    head = await operations.GetLogHead(pb.GetLogHeadRequest(), metadata=member)
    assert (head.log, head.head) == (log.name, 9)
    await taken_in(operations, member)
    consumption = await operations.GetConsumption(pb.GetConsumptionRequest(), metadata=member)
    assert (len(consumption.consumptions), sum(c.lag for c in consumption.consumptions), consumption.dead_letters) == (6, 0, 9)

    first = await operations.ListDeadLetters(pb.ListDeadLettersRequest(page_size=5), metadata=auditor)
    rest = await operations.ListDeadLetters(pb.ListDeadLettersRequest(page_size=5, page_token=first.next_page_token), metadata=auditor)
    letters = [*first.dead_letters, *rest.dead_letters]
    assert (len(first.dead_letters), len(rest.dead_letters), rest.next_page_token) == (5, 4, "")
    assert sum(x.reason == "ValueError: cannot read b'poison'" for x in letters) == 3
    assert {x.aggregate_id for x in letters} == set(aggregates.ids)
    poisoned = await operations.ListDeadLetters(pb.ListDeadLettersRequest(logs=[log.name], reason="ValueError"), metadata=auditor)
    assert len(poisoned.dead_letters) == 3
    assert not (await operations.ListDeadLetters(pb.ListDeadLettersRequest(logs=["elsewhere"]), metadata=auditor)).dead_letters

    replayed = await operations.ReplayDeadLetters(pb.ReplayDeadLettersRequest(), metadata=admin)
    assert (replayed.replayed, replayed.remaining) == (0, 9)

    strangers = signed_in(key, ADMIN, new_id())
    assert not (await operations.ListDeadLetters(pb.ListDeadLettersRequest(), metadata=strangers)).dead_letters
    operator = signed_in(key, OPERATOR, NIL)
    assert (await operations.ListDeadLetters(pb.ListDeadLettersRequest(), metadata=operator)).dead_letters


async def test_dead_letters_that_nobody_can_read_are_the_operator_s(
    log: EventLog, operations: Any, kafka: Broker, key: Ed25519PrivateKey
) -> None:
    admin, operator = signed_in(key, ADMIN), signed_in(key, OPERATOR, NIL)
    topic = await made_topic(kafka.bootstrap, log.name)
    await publish_raw(kafka.bootstrap, topic, 0, b"not an event", [], None)
    await operations.CatchUp(pb.CatchUpRequest(), metadata=admin, timeout=20)

    assert not (await operations.ListDeadLetters(pb.ListDeadLettersRequest(), metadata=admin)).dead_letters
    assert len((await operations.ListDeadLetters(pb.ListDeadLettersRequest(), metadata=operator)).dead_letters) == 1
    assert (await operations.ReplayDeadLetters(pb.ReplayDeadLettersRequest(), metadata=admin)).remaining == 0
    assert (await operations.ReplayDeadLetters(pb.ReplayDeadLettersRequest(), metadata=operator)).remaining == 1


async def test_a_tenant_s_admin_replays_and_counts_their_tenant_s_alone(log: EventLog, operations: Any, key: Ed25519PrivateKey) -> None:
    await append(log, [Aggregates(1).event(payload=b"poison")])
    await taken_in(operations, signed_in(key, ADMIN))
    strangers = signed_in(key, ADMIN, new_id())
    (letter,) = (await operations.ListDeadLetters(pb.ListDeadLettersRequest(), metadata=signed_in(key, ADMIN))).dead_letters
    for request in (pb.ReplayDeadLettersRequest(), pb.ReplayDeadLettersRequest(dead_letter_ids=[letter.dead_letter_id])):
        replayed = await operations.ReplayDeadLetters(request, metadata=strangers)
        assert (replayed.replayed, replayed.remaining) == (0, 0)
    (again,) = (await operations.ListDeadLetters(pb.ListDeadLettersRequest(), metadata=signed_in(key, ADMIN))).dead_letters
    assert again.attempts == letter.attempts == 1


async def test_dead_letters_are_not_for_everyone(operations: Any, key: Ed25519PrivateKey) -> None:
    for call, request, role in (
        (operations.ListDeadLetters, pb.ListDeadLettersRequest(), MEMBER),
        (operations.ReplayDeadLetters, pb.ReplayDeadLettersRequest(), AUDITOR),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call(request, metadata=signed_in(key, role))
        assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED
    with pytest.raises(grpc.aio.AioRpcError) as malformed:
        await operations.ListDeadLetters(pb.ListDeadLettersRequest(page_token="next"), metadata=signed_in(key, ADMIN))
    assert malformed.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_how_far_the_newest_event_lies_in_the_future_is_told(log: EventLog, operations: Any, key: Ed25519PrivateKey) -> None:
    clock = await operations.GetClock(pb.GetClockRequest(), metadata=signed_in(key, MEMBER))
    assert (clock.jumped_microseconds, clock.recorded_ahead_microseconds) == (0, 0)
    async with await psycopg.AsyncConnection.connect(log.dsn) as connection:
        await connection.execute("UPDATE log_head SET recorded_at = clock_timestamp() + interval '2 days'")
    clock = await operations.GetClock(pb.GetClockRequest(), metadata=signed_in(key, MEMBER))
    assert timedelta(days=1) < timedelta(microseconds=clock.recorded_ahead_microseconds) <= timedelta(days=2)
    assert clock.jumped_microseconds == 0


async def test_only_the_operator_says_that_the_clock_is_right(operations: Any, key: Ed25519PrivateKey) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await operations.ConfirmClock(pb.ConfirmClockRequest(), metadata=signed_in(key, ADMIN))
    assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED
    assert (await operations.ConfirmClock(pb.ConfirmClockRequest(), metadata=signed_in(key, OPERATOR))).jumped_microseconds == 0


async def test_the_operator_moves_the_clock_on_and_what_is_appended_then_has_the_new_time(
    log: EventLog, operations: Any, key: Ed25519PrivateKey
) -> None:
    week = timedelta(days=7)
    request = pb.AdvanceClockRequest(ahead_microseconds=week // timedelta(microseconds=1))
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await operations.AdvanceClock(request, metadata=signed_in(key, ADMIN))
    assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED

    await operations.AdvanceClock(request, metadata=signed_in(key, OPERATOR))

    clock = await operations.GetClock(pb.GetClockRequest(), metadata=signed_in(key, MEMBER))
    assert (clock.ahead_microseconds, clock.may_be_moved) == (request.ahead_microseconds, True)
    await append(log, Aggregates().events(1))
    (event,) = await log.reader.read()
    assert instant_of(event.recorded_at) - clock.now.ToDatetime(UTC) < timedelta(minutes=5)
    assert instant_of(event.recorded_at) >= clock.now.ToDatetime(UTC)
