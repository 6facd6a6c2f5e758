"""What a service answers about what it consumes: how far it is, what it could not take, and making all of it anew."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Final

from cairn.operations.v1 import operations_pb2 as pb
from chassis.calls import Call
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id
from chassis.kafka.consumer import Consumption, DeadLetter
from chassis.operations.operated import Operated
from chassis.rpc import fitting, timestamp

_DEFAULT_PAGE: Final = 100


async def catch_up(operated: Operated, _call: Call, _request: pb.CatchUpRequest) -> pb.CatchUpResponse:
    """Comes back once all that the topics held when it was called is consumed, and reacted to; the call's deadline ends the wait."""
    if operated.consumer is not None:
        await operated.consumer.catch_up()
    if operated.followed is not None:
        await operated.followed()
    return pb.CatchUpResponse()


async def get_consumption(operated: Operated, _call: Call, _request: pb.GetConsumptionRequest) -> pb.GetConsumptionResponse:
    """Position and lag of each partition, and how many dead letters there are: of the installation, whoever asks."""
    if operated.consumer is None:
        return pb.GetConsumptionResponse()
    return pb.GetConsumptionResponse(
        consumptions=[_consumption(consumption) for consumption in await operated.consumer.consumption()],
        dead_letters=await operated.consumer.count_dead_letters(),
        unknown_events=[
            pb.UnknownEvents(log=u.log, event_type=u.event_type, first_position=u.first_position)
            for u in await operated.consumer.unknown_event_types()
        ],
        states_waiting=None if operated.waiting is None else await operated.waiting(),
    )


async def list_dead_letters(operated: Operated, call: Call, request: pb.ListDeadLettersRequest) -> pb.ListDeadLettersResponse:
    """Dead letters, oldest first."""
    call.identity.require(*operated.permissions.read_dead_letters)
    if operated.consumer is None:
        return pb.ListDeadLettersResponse()
    size = request.page_size or _DEFAULT_PAGE
    after, whose = _page_after(request.page_token), _whose(operated, call)
    letters = await operated.consumer.list_dead_letters(after, size + 1, whose, request.logs, request.reason)
    page = fitting(map(_dead_letter, letters[:size]))
    return pb.ListDeadLettersResponse(dead_letters=page, next_page_token=str(page[-1].dead_letter_id) if len(letters) > len(page) else "")


async def replay_dead_letters(operated: Operated, call: Call, request: pb.ReplayDeadLettersRequest) -> pb.ReplayDeadLettersResponse:
    """Hands dead letters to the consumer's effect once more."""
    call.identity.require(*operated.permissions.replay_dead_letters)
    if operated.consumer is None:
        return pb.ReplayDeadLettersResponse()
    outcome = await operated.consumer.replay_dead_letters(request.dead_letter_ids, _whose(operated, call))
    return pb.ReplayDeadLettersResponse(replayed=outcome.replayed, remaining=outcome.remaining)


async def rebuild(operated: Operated, call: Call, _request: pb.RebuildRequest) -> AsyncIterator[pb.RebuildResponse]:
    """Makes what comes of logs anew; each step is told. Whoever stops listening ends it."""
    call.identity.require(*operated.permissions.rebuild)
    if operated.rebuilding is None:
        raise Refused("REBUILD_OF_NOTHING", "this service keeps nothing that is made from logs", kind=Kind.UNKNOWN)
    async with aclosing(operated.rebuilding.run()) as steps:
        async for step in steps:
            yield pb.RebuildResponse(phase=step.phase, events=step.events, total=step.total)


def _whose(operated: Operated, call: Call) -> Id | None:
    """Whose dead letters a caller sees; None: everybody's, and those that do not tell whose they are."""
    return None if call.identity.has(*operated.permissions.dead_letters_of_all) else call.identity.tenant_id


def _consumption(consumption: Consumption) -> pb.Consumption:
    standing = consumption.standing
    message = pb.Consumption(
        log=consumption.log,
        partition=consumption.partition,
        position=consumption.position,
        lag=consumption.lag,
        refused=standing.refused,
        agreed_position=standing.agreed_position,
    )
    if standing.agreed_at is not None:
        message.agreed_at.FromDatetime(standing.agreed_at)
    if standing.waits_for is not None and standing.waits_since is not None:
        message.wait.CopyFrom(pb.Wait(message=standing.waits_for, since=timestamp(standing.waits_since)))
    if standing.stop is not None and standing.stopped_at is not None:
        message.stop.CopyFrom(pb.Stop(**standing.stop._asdict(), stopped_at=timestamp(standing.stopped_at)))
    if standing.difference is not None and standing.found_at is not None:
        message.difference.CopyFrom(pb.Difference(**standing.difference._asdict(), found_at=timestamp(standing.found_at)))
    return message


def _page_after(token: str) -> int:
    if not token:
        return 0
    if not token.isdecimal() or len(token) > 18:
        raise invalid(
            "page_token", f"{token[:40]!r} is not a page token of ours; leave it empty for the first page", "PAGE_TOKEN_MALFORMED"
        )
    return int(token)


def _dead_letter(letter: DeadLetter) -> pb.DeadLetter:
    message = pb.DeadLetter(
        dead_letter_id=letter.dead_letter_id,
        kafka_topic=letter.kafka_topic,
        partition=letter.partition,
        offset=letter.kafka_offset,
        event_type=letter.event_type,
        event_id=letter.event_id or b"",
        aggregate_id=letter.aggregate_id or b"",
        reason=letter.reason,
        attempts=letter.attempts,
    )
    message.failed_at.FromDatetime(letter.failed_at)
    return message
