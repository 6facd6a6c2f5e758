"""The wrapper before every gRPC method: who calls, is the request well-formed, what does a refusal look like."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, cast

import grpc
import pytest
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from cairn.goals.v1 import events_pb2, service_pb2, service_pb2_grpc
from cairn.operations.v1 import operations_pb2, operations_pb2_grpc
from chassis import errors
from chassis.calls import Call, Identity
from chassis.events import UnknownEventType
from chassis.ids import id_text, new_id
from chassis.positions import Position
from chassis.rpc import (
    CAUSATION,
    CORRELATION,
    IdentitySigner,
    IdentityVerifier,
    InvalidRequest,
    Servicer,
    asked,
    channel,
    from_error,
    handler,
    metadata,
    serving,
    stream_handler,
    write_keys,
)
from chassis.runtime import Settings
from shared.roles import MEMBER

TENANT, PERSON = new_id(), new_id()


class Goals(Servicer, service_pb2_grpc.GoalsServiceServicer):
    """Remembers the call that it was given, and refuses what is named "refuse"."""

    last: Call
    address: str

    @handler
    async def DefineCycle(self, request: service_pb2.DefineCycleRequest, call: Call) -> service_pb2.DefineCycleResponse:
        self.last = call
        if request.name == "refuse":
            raise errors.Refused("CYCLE_NAME_TAKEN", "there is a cycle 'refuse' already", kind=errors.Kind.TAKEN, field="name")
        if request.name == "break":
            raise RuntimeError("a fault of our own")
        if request.name == "newer":
            raise UnknownEventType("cairn.goals.v1.SomethingNew")
        return service_pb2.DefineCycleResponse(cycle_id=call.correlation_id)


class Rebuilding(Servicer, operations_pb2_grpc.OperationsServiceServicer):
    """Breaks in the middle of its answer."""

    @stream_handler
    async def Rebuild(self, _request: operations_pb2.RebuildRequest, _call: Call) -> AsyncIterator[operations_pb2.RebuildResponse]:
        yield operations_pb2.RebuildResponse(phase="events")
        raise RuntimeError("a fault of our own")


@pytest.fixture
def signer(tmp_path: Path) -> IdentitySigner:
    write_keys(tmp_path / "identity.key", tmp_path / "identity.pub")
    return IdentitySigner.from_file(tmp_path / "identity.key")


@pytest.fixture
async def goals(signer: IdentitySigner, tmp_path: Path) -> AsyncIterator[tuple[Goals, service_pb2_grpc.GoalsServiceAsyncStub]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    servicer = Goals("goals", IdentityVerifier.from_file(tmp_path / "identity.pub"))  # type: ignore[abstract] # one method will do here
    settings = Settings(port=port)
    servicer.address = f"127.0.0.1:{port}"
    rebuilding = Rebuilding("progress", IdentityVerifier.from_file(tmp_path / "identity.pub"))  # type: ignore[abstract] # as above
    servicers: list[tuple[Callable[[Any, grpc.aio.Server], None], Servicer]] = [
        (service_pb2_grpc.add_GoalsServiceServicer_to_server, servicer),
        (operations_pb2_grpc.add_OperationsServiceServicer_to_server, rebuilding),
    ]
    async with (
        serving(settings, servicers, ["cairn.goals.v1.GoalsService"]),
        channel(f"127.0.0.1:{port}") as asking,
    ):
        yield servicer, service_pb2_grpc.GoalsServiceStub(asking)


def token(signer: IdentitySigner, lifetime: float = 60) -> str:
    return signer.sign(Identity(TENANT, PERSON, frozenset({MEMBER})), "goals", "progress", lifetime=lifetime)


def a_cycle(name: str = "2026-Q4") -> service_pb2.DefineCycleRequest:
    return service_pb2.DefineCycleRequest(name=name, kind=events_pb2.CYCLE_KIND_TACTICAL, first_day=1, last_day=90)


async def test_a_call_carries_its_identity_correlation_key_and_positions(
    goals: tuple[Goals, service_pb2_grpc.GoalsServiceAsyncStub], signer: IdentitySigner
) -> None:
    servicer, stub = goals
    correlation = new_id()
    after = (Position("goals", 3, 17),)
    sent = metadata(token(signer), correlation_id=correlation, idempotency_key="k-1", after=after)
    answer = await stub.DefineCycle(a_cycle(), metadata=sent)
    assert answer.cycle_id == correlation
    call = servicer.last
    assert (call.identity.tenant_id, call.identity.person_id, call.identity.roles) == (TENANT, PERSON, frozenset({MEMBER}))
    assert (call.idempotency_key, call.after) == ("k-1", after)
    first = call.fingerprint
    await stub.DefineCycle(a_cycle("another"), metadata=sent)
    assert servicer.last.fingerprint != first


async def test_a_call_carries_the_event_that_led_to_it(
    goals: tuple[Goals, service_pb2_grpc.GoalsServiceAsyncStub], signer: IdentitySigner
) -> None:
    servicer, stub = goals
    cause = new_id()
    await stub.DefineCycle(a_cycle(), metadata=metadata(token(signer), causation_id=cause))
    assert servicer.last.causation_id == cause
    await stub.DefineCycle(a_cycle(), metadata=metadata(token(signer)))
    assert servicer.last.causation_id is None


async def test_a_cause_that_is_no_id_is_the_callers_fault(
    goals: tuple[Goals, service_pb2_grpc.GoalsServiceAsyncStub], signer: IdentitySigner
) -> None:
    with pytest.raises(errors.Refused) as refused:
        await asked(goals[1].DefineCycle(a_cycle(), metadata=(*metadata(token(signer)), (CAUSATION, "yesterday"))))
    assert (refused.value.reason, refused.value.kind, refused.value.field) == ("CAUSATION_ID_MALFORMED", errors.Kind.INVALID, CAUSATION)


async def test_a_correlation_id_that_is_none_is_replaced_by_a_new_one(
    goals: tuple[Goals, service_pb2_grpc.GoalsServiceAsyncStub], signer: IdentitySigner
) -> None:
    answer = await goals[1].DefineCycle(a_cycle(), metadata=(*metadata(token(signer)), (CORRELATION, "yesterday")))
    assert len(answer.cycle_id) == 16


async def test_a_refusal_says_its_reason_and_its_field(
    goals: tuple[Goals, service_pb2_grpc.GoalsServiceAsyncStub], signer: IdentitySigner
) -> None:
    with pytest.raises(errors.Refused) as refused:
        await asked(goals[1].DefineCycle(a_cycle("refuse"), metadata=metadata(token(signer))))
    assert (refused.value.reason, refused.value.kind, refused.value.field) == ("CYCLE_NAME_TAKEN", errors.Kind.TAKEN, "name")
    assert refused.value.message == "there is a cycle 'refuse' already"


async def test_every_wrong_field_of_a_request_is_named(
    goals: tuple[Goals, service_pb2_grpc.GoalsServiceAsyncStub], signer: IdentitySigner
) -> None:
    with pytest.raises(InvalidRequest) as refused:
        await asked(goals[1].DefineCycle(service_pb2.DefineCycleRequest(first_day=9, last_day=1), metadata=metadata(token(signer))))
    assert [field for field, _ in refused.value.violations] == ["", "name", "kind"]


@pytest.mark.parametrize("forged", ["", "rubbish", "a.b", "ÿ.ÿ"])
async def test_a_call_without_a_signed_identity_is_nobodys(
    goals: tuple[Goals, service_pb2_grpc.GoalsServiceAsyncStub], forged: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await goals[1].DefineCycle(a_cycle(), metadata=(("cairn-identity", forged.encode("ascii", "replace").decode()),))
    assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED


async def test_an_expired_identity_is_refused_though_it_was_verified_before(
    goals: tuple[Goals, service_pb2_grpc.GoalsServiceAsyncStub], signer: IdentitySigner
) -> None:
    with pytest.raises(errors.Refused) as refused:
        await asked(goals[1].DefineCycle(a_cycle(), metadata=metadata(token(signer, lifetime=-1))))
    assert refused.value.reason == "IDENTITY_EXPIRED"


async def test_a_fault_of_our_own_is_not_dressed_as_a_refusal(
    goals: tuple[Goals, service_pb2_grpc.GoalsServiceAsyncStub], signer: IdentitySigner
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await asked(goals[1].DefineCycle(a_cycle("break"), metadata=metadata(token(signer))))
    assert failed.value.code() is grpc.StatusCode.INTERNAL
    assert "not your fault" in (failed.value.details() or "")  # and nothing of what the exception said


async def test_what_a_newer_release_wrote_is_refused_until_the_upgrade(
    goals: tuple[Goals, service_pb2_grpc.GoalsServiceAsyncStub], signer: IdentitySigner
) -> None:
    with pytest.raises(errors.Refused) as refused:
        await asked(goals[1].DefineCycle(a_cycle("newer"), metadata=metadata(token(signer))))
    assert (refused.value.reason, refused.value.kind) == ("EVENT_TYPE_UNKNOWN", errors.Kind.UNAVAILABLE)


async def test_a_fault_in_the_middle_of_a_stream_does_not_speak_either(
    goals: tuple[Goals, service_pb2_grpc.GoalsServiceAsyncStub], signer: IdentitySigner
) -> None:
    async with channel(goals[0].address) as asking:
        stub: operations_pb2_grpc.OperationsServiceAsyncStub = operations_pb2_grpc.OperationsServiceStub(asking)
        steps = stub.Rebuild(operations_pb2.RebuildRequest(), metadata=metadata(token(signer)))
        assert await steps.read() == operations_pb2.RebuildResponse(phase="events")
        with pytest.raises(grpc.aio.AioRpcError) as failed:
            await steps.read()
    assert failed.value.code() is grpc.StatusCode.INTERNAL
    assert "not your fault" in (failed.value.details() or "")


@pytest.mark.parametrize("body", [b"\xff\xff\xff", b"\x0a\x02\xc3\x28"], ids=["not protobuf", "not UTF-8"])
async def test_a_request_that_is_no_message_is_refused_as_the_caller_s_fault(
    goals: tuple[Goals, service_pb2_grpc.GoalsServiceAsyncStub], signer: IdentitySigner, tmp_path: Path, body: bytes
) -> None:
    async with channel(goals[0].address) as raw:
        call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = raw.unary_unary("/cairn.goals.v1.GoalsService/DefineCycle")
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call(body, metadata=metadata(token(signer)))
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert from_error(refused.value).reason == "REQUEST_MALFORMED"


async def test_a_compressed_request_is_bounded_by_what_it_unpacks_to(
    goals: tuple[Goals, service_pb2_grpc.GoalsServiceAsyncStub], signer: IdentitySigner
) -> None:
    servicer, _ = goals
    options = [("grpc.max_send_message_length", -1)]
    async with grpc.aio.insecure_channel(servicer.address, options=options, compression=grpc.Compression.Gzip) as packing:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await service_pb2_grpc.GoalsServiceStub(packing).DefineCycle(a_cycle("0" * (64 << 20)), metadata=metadata(token(signer)))
    assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert not hasattr(servicer, "last")


async def test_more_calls_than_a_server_may_have_at_once_are_refused_until_one_is_answered(signer: IdentitySigner, tmp_path: Path) -> None:
    began, go_on = asyncio.Event(), asyncio.Event()

    class Slow(Goals):
        @handler
        async def DefineCycle(self, request: service_pb2.DefineCycleRequest, call: Call) -> service_pb2.DefineCycleResponse:
            began.set()
            await go_on.wait()
            return service_pb2.DefineCycleResponse(cycle_id=call.correlation_id)

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings = Settings(port=free.getsockname()[1], calls_at_once=1)
    servicer = Slow("goals", IdentityVerifier.from_file(tmp_path / "identity.pub"))  # type: ignore[abstract] # one method will do here
    sent = metadata(token(signer))
    added = [(service_pb2_grpc.add_GoalsServiceServicer_to_server, servicer)]
    async with serving(settings, added, ["cairn.goals.v1.GoalsService"]), channel(f"127.0.0.1:{settings.port}") as asking:
        stub: service_pb2_grpc.GoalsServiceAsyncStub = service_pb2_grpc.GoalsServiceStub(asking)
        first = asyncio.ensure_future(asked(stub.DefineCycle(a_cycle("first"), metadata=sent)))
        await began.wait()
        with pytest.raises(errors.Refused) as refused:
            await asked(stub.DefineCycle(a_cycle("second"), metadata=sent))
        assert (refused.value.reason, refused.value.kind) == ("BUSY", errors.Kind.UNAVAILABLE)
        go_on.set()
        await first
        await asked(stub.DefineCycle(a_cycle("third"), metadata=sent))


def test_ids_are_written_as_uuids() -> None:
    assert len(id_text(new_id())) == 36


async def test_what_the_methods_are_is_told_to_whoever_shows_an_identity(
    goals: tuple[Goals, service_pb2_grpc.GoalsServiceAsyncStub], signer: IdentitySigner
) -> None:
    asking = reflection_pb2.ServerReflectionRequest(list_services="")
    async with channel(goals[0].address) as channel_to:
        reflection = cast(Any, reflection_pb2_grpc).ServerReflectionStub(channel_to)
        (told,) = [answer async for answer in reflection.ServerReflectionInfo(iter([asking]), metadata=metadata(token(signer)))]
        assert "cairn.goals.v1.GoalsService" in [service.name for service in told.list_services_response.service]
        for nobody in ((), metadata(signer.sign(Identity(TENANT, PERSON, frozenset({MEMBER})), "audit"))):
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                _ = [answer async for answer in reflection.ServerReflectionInfo(iter([asking]), metadata=nobody)]
            assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED
