"""Asking another service: channels with deadlines and retries, the metadata that travels along, refusals as exceptions."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

import grpc

from chassis.calls import Call
from chassis.ids import Id, id_text
from chassis.positions import Position, positions_text
from chassis.rpc.identity import AddressedIdentity
from chassis.rpc.status import from_error
from chassis.rpc.wire import AFTER, CAUSATION, CORRELATION, IDEMPOTENCY, IDENTITY, MAX_MESSAGE_BYTES
from chassis.runtime import tracing

DEADLINE: Final = 10.0
"""Seconds that a call may take unless its caller says otherwise."""

Metadata = tuple[tuple[str, str], ...]
Answer = TypeVar("Answer")

# Only what a server never began is sent again by itself; a command that may have been carried out is
# sent again by whoever holds its idempotency key.
_RETRIES: Final = json.dumps(
    {
        "methodConfig": [
            {
                "name": [{}],
                "retryPolicy": {
                    "maxAttempts": 4,
                    "initialBackoff": "0.05s",
                    "maxBackoff": "1s",
                    "backoffMultiplier": 2,
                    "retryableStatusCodes": ["UNAVAILABLE"],
                },
            }
        ]
    }
)


def channel(
    address: str, credentials: grpc.ChannelCredentials | None = None, *, idempotent: bool = False, reconnect_within: float = 1.0
) -> grpc.aio.Channel:
    """A channel to the service at `address`, unencrypted without `credentials` (see `channel_credentials`).

    It is tried again at most `reconnect_within` seconds after the service was found away.

    With `idempotent`, calls that find it away are tried again (queries only).
    """
    options: list[tuple[str, int | str]] = [
        ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
        ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.min_reconnect_backoff_ms", 100),
        ("grpc.max_reconnect_backoff_ms", round(reconnect_within * 1000)),
        ("grpc.use_local_subchannel_pool", 1),
        ("grpc.enable_retries", int(idempotent)),
    ]
    if idempotent:
        options.append(("grpc.service_config", _RETRIES))
    if credentials is not None:
        return grpc.aio.secure_channel(address, credentials, options=options)
    return grpc.aio.insecure_channel(address, options=options)


def metadata(
    token: str,
    *,
    correlation_id: Id | None = None,
    causation_id: Id | None = None,
    idempotency_key: str = "",
    after: tuple[Position, ...] = (),
) -> Metadata:
    """What travels with a call made in somebody's name."""
    pairs = [(IDENTITY, token)]
    if correlation_id is not None:
        pairs.append((CORRELATION, id_text(correlation_id)))
    if idempotency_key:
        pairs.append((IDEMPOTENCY, idempotency_key))
    if after:
        pairs.append((AFTER, positions_text(after)))
    if causation_id is not None:
        pairs.append((CAUSATION, id_text(causation_id)))
    if traceparent := tracing.traceparent():
        pairs.append((tracing.HEADER, traceparent))
    return tuple(pairs)


def addressed(sent: Metadata, service: str) -> Metadata:
    """What travels with a call to a service: its token in the place of a caller whose token depends on the service."""
    return tuple((name, value.token_for(service) if isinstance(value, AddressedIdentity) else value) for name, value in sent)


def handed_on(call: Call) -> Metadata:
    """What travels with a call that another call needs: the same person, the same correlation, the same cause."""
    return metadata(call.token, correlation_id=call.correlation_id, causation_id=call.causation_id)


@contextmanager
def refusals() -> Iterator[None]:
    """Turns what a server refused, inside, into the Refused that it said."""
    try:
        yield
    except grpc.aio.AioRpcError as error:
        raise from_error(error) from None


async def asked(answer: Awaitable[Answer]) -> Answer:
    """The answer of a call. Raises the Refused that the server said."""
    with refusals():
        return await answer


async def streamed(answers: AsyncIterator[Answer]) -> AsyncIterator[Answer]:
    """The answers of a call that streams. Raises the Refused that the server said."""
    with refusals():
        async for answer in answers:
            yield answer
