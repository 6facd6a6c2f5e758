"""What a service answers about its own log, and its recovery."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

import psycopg

from cairn.operations.v1 import operations_pb2 as pb
from chassis.calls import Call
from chassis.days import instant_of
from chassis.errors import Kind, Refused, invalid
from chassis.eventstore import Claim, EventLog, PartitionPlace
from chassis.kafka.relay import relay_progress
from chassis.log_generations import generation_messages
from chassis.operations.operated import Operated
from chassis.runtime import telemetry

_log = telemetry.logger()

_NOT_TAKEN_AT_ONCE: Final = 500


async def get_log_head(operated: Operated, _call: Call, _request: pb.GetLogHeadRequest) -> pb.GetLogHeadResponse:
    """Which log it is, how far it reaches, and how far Kafka has it; an empty name where there is no log."""
    log = operated.log
    if log is None:
        return pb.GetLogHeadResponse()
    try:
        head, relayed = await relay_progress(log.dsn)
    except psycopg.OperationalError as error:
        _log.warning("log_unavailable", log=log.name, reason=str(error))
        raise Refused("DATABASE_UNAVAILABLE", "the log's database does not answer now; ask again", kind=Kind.UNAVAILABLE) from None
    identity = await log.reader.identity()
    return pb.GetLogHeadResponse(
        log=log.name,
        head=head,
        relayed=relayed,
        log_id=identity.log_id,
        generation=identity.generation,
        generations=generation_messages(identity.generations),
        problems=[pb.LogProblem(reason=problem.reason, message=problem.message) for problem in await log.problems()],
    )


async def get_log_checksums(operated: Operated, request: pb.GetLogChecksumsRequest) -> pb.GetLogChecksumsResponse:
    """What partitions of the log come to; for the services that consume it."""
    log = _log_of(operated)
    for place in request.places:
        if place.partition >= log.partitions:
            raise invalid("places", f"the log of {log.name} has {log.partitions} partitions, from 0 on; {place.partition} is none")
    head, identity, checksums = await log.sums.checksums([PartitionPlace(place.partition, place.position) for place in request.places])
    return pb.GetLogChecksumsResponse(
        head=head,
        checksums=[pb.LogChecksum(events=checksum.events, sum=checksum.sum) for checksum in checksums],
        log_id=identity.log_id,
        generations=generation_messages(identity.generations),
    )


async def get_event_checksums(operated: Operated, request: pb.GetEventChecksumsRequest) -> pb.GetEventChecksumsResponse:
    """What events of the log count; for the services that consume it."""
    head, checksums = await _log_of(operated).sums.event_checksums(request.positions)
    events = [pb.EventChecksum(position=position, checksum=checksum) for position, checksum in checksums.items()]
    return pb.GetEventChecksumsResponse(head=head, events=events)


async def recover_log(operated: Operated, call: Call, request: pb.RecoverLogRequest) -> AsyncIterator[pb.RecoverLogResponse]:
    """Brings the log to a new generation; tells each message that it does not take, and at last what was done."""
    call.identity.require(*operated.permissions.recover_log)
    log = _log_of(operated)
    recovery = await log.recover(dry_run=request.dry_run, take_back=not request.take_nothing_back)
    not_taken = [
        *(_not_taken(lost.claim, lost.why, lost=True) for lost in recovery.lost),
        *(_not_taken(claim, claim.fault or "it does not follow on from the log", lost=False) for claim in recovery.foreign),
    ]
    for start in range(0, len(not_taken), _NOT_TAKEN_AT_ONCE):
        yield pb.RecoverLogResponse(not_taken=not_taken[start : start + _NOT_TAKEN_AT_ONCE])
    yield pb.RecoverLogResponse(
        recovery=pb.LogRecovery(
            log=log.name,
            generation=recovery.generation,
            first_position=recovery.first_position,
            taken_back=recovery.taken_back,
            lost=len(recovery.lost),
            foreign=len(recovery.foreign),
        )
    )


def _log_of(operated: Operated) -> EventLog:
    if operated.log is None:
        raise Refused("NO_LOG", "this service keeps no log; ask the one whose name the log bears", kind=Kind.UNKNOWN)
    return operated.log


def _not_taken(claim: Claim, why: str, *, lost: bool) -> pb.MessageNotTaken:
    message = pb.MessageNotTaken(
        lost=lost, why=why, partition=claim.partition, offset=claim.offset, position=claim.position, event_type=claim.event_type,
        event_id=claim.event_id, tenant_id=claim.tenant_id, aggregate_id=claim.aggregate_id, aggregate_version=claim.aggregate_version,
    )  # fmt: skip
    if claim.recorded_at:
        message.recorded_at.FromDatetime(instant_of(claim.recorded_at))
    return message
