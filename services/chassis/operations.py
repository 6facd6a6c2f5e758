"""What every service answers about its own log and its own consumption (cairn.operations.v1)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import aclosing
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import psycopg
from google.protobuf.timestamp_pb2 import Timestamp

from cairn.operations.v1 import operations_pb2 as pb
from cairn.operations.v1 import operations_pb2_grpc
from chassis.calls import Call
from chassis.days import Microseconds, instant_of
from chassis.errors import Kind, Refused, invalid
from chassis.eventstore import Claim, EventLog, LogIdentity, PartitionPlace
from chassis.ids import Id
from chassis.kafka.consumer import Consumer, Consumption, DeadLetter
from chassis.kafka.relay import relay_progress
from chassis.rebuild import RebuildProcess
from chassis.rpc import IdentityVerifier, Servicer, fitting, handler, open_handler, stream_handler
from chassis.runtime import InstallationClock, telemetry

_log = telemetry.logger()

SERVICE_NAME: Final = "cairn.operations.v1.OperationsService"

_DEFAULT_PAGE: Final = 100
_NOT_TAKEN_AT_ONCE: Final = 500
_MICROSECOND: Final = timedelta(microseconds=1)
_SECOND: Final = 1_000_000


class Permissions(NamedTuple):
    """Which roles may do what, beyond what any signed-in caller may."""

    read_dead_letters: Collection[str]
    replay_dead_letters: Collection[str]
    advance_clock: Collection[str]
    rebuild: Collection[str]
    recover_log: Collection[str]
    dead_letters_of_all: Collection[str] = ()


class OperationsServicer(Servicer, operations_pb2_grpc.OperationsServiceServicer):
    """Answers for one service: for its log, if it has one, and for its consumer, if it has one.

    Positions and lag are for any signed-in caller. Dead letters are for the roles that `permissions` names: of their own tenant, and those
    that do not tell whose they are; or of all. `followed` returns once what reacts to the consumed has reacted, where something does.
    """

    def __init__(
        self,
        service: str,
        verifier: IdentityVerifier,
        permissions: Permissions,
        clock: InstallationClock,
        log: EventLog | None = None,
        consumer: Consumer | None = None,
        followed: Callable[[], Awaitable[None]] | None = None,
        rebuilding: RebuildProcess | None = None,
    ) -> None:
        super().__init__(service, verifier)
        self._permissions: Final = permissions
        self._clock: Final = clock
        self._own_log: Final = log
        self._consumer: Final = consumer
        self._followed: Final = followed
        self._rebuilding: Final = rebuilding

    @handler
    async def GetLogHead(self, _request: pb.GetLogHeadRequest, _call: Call) -> pb.GetLogHeadResponse:  # noqa: N802
        """Which log it is, how far it reaches, and how far Kafka has it; an empty name where there is no log."""
        if self._own_log is None:
            return pb.GetLogHeadResponse()
        try:
            head, relayed = await relay_progress(self._own_log.dsn)
        except psycopg.OperationalError as error:
            _log.warning("log_unavailable", log=self._own_log.name, reason=str(error))
            raise Refused("DATABASE_UNAVAILABLE", "the log's database does not answer now; ask again", kind=Kind.UNAVAILABLE) from None
        identity = await self._own_log.reader.identity()
        return pb.GetLogHeadResponse(
            log=self._own_log.name,
            head=head,
            relayed=relayed,
            log_id=identity.log_id,
            generation=identity.generation,
            generations=_generations(identity),
            problems=[pb.LogProblem(reason=problem.reason, message=problem.message) for problem in await self._own_log.problems()],
        )

    @open_handler
    async def GetLogChecksums(self, request: pb.GetLogChecksumsRequest) -> pb.GetLogChecksumsResponse:  # noqa: N802
        """What partitions of the log come to; for the services that consume it."""
        log = self._log_of_its_own()
        for place in request.places:
            if place.partition >= log.partitions:
                raise invalid("places", f"the log of {log.name} has {log.partitions} partitions, from 0 on; {place.partition} is none")
        head, identity, checksums = await log.sums.checksums([PartitionPlace(place.partition, place.position) for place in request.places])
        return pb.GetLogChecksumsResponse(
            head=head,
            checksums=[pb.LogChecksum(events=checksum.events, sum=checksum.sum) for checksum in checksums],
            log_id=identity.log_id,
            generations=_generations(identity),
        )

    @open_handler
    async def GetEventChecksums(self, request: pb.GetEventChecksumsRequest) -> pb.GetEventChecksumsResponse:  # noqa: N802
        """What events of the log count; for the services that consume it."""
        head, checksums = await self._log_of_its_own().sums.event_checksums(request.positions)
        events = [pb.EventChecksum(position=position, checksum=checksum) for position, checksum in checksums.items()]
        return pb.GetEventChecksumsResponse(head=head, events=events)

    def _whose(self, call: Call) -> Id | None:
        """Whose dead letters a caller sees; None: everybody's."""
        return None if call.identity.has(*self._permissions.dead_letters_of_all) else call.identity.tenant_id

    def _log_of_its_own(self) -> EventLog:
        if self._own_log is None:
            raise Refused("NO_LOG", f"{self.service} keeps no log; ask the service whose name the log bears", kind=Kind.UNKNOWN)
        return self._own_log

    @handler
    async def CatchUp(self, _request: pb.CatchUpRequest, _call: Call) -> pb.CatchUpResponse:  # noqa: N802
        """Comes back once all that the topics held when it was called is consumed, and reacted to; the call's deadline ends the wait."""
        if self._consumer is not None:
            await self._consumer.catch_up()
        if self._followed is not None:
            await self._followed()
        return pb.CatchUpResponse()

    @handler
    async def GetConsumption(self, _request: pb.GetConsumptionRequest, _call: Call) -> pb.GetConsumptionResponse:  # noqa: N802
        """Position and lag of each partition."""
        if self._consumer is None:
            return pb.GetConsumptionResponse()
        return pb.GetConsumptionResponse(
            consumptions=[_consumption(consumption) for consumption in await self._consumer.consumption()],
            dead_letters=await self._consumer.count_dead_letters(),
            unknown_events=[
                pb.UnknownEvents(log=u.log, event_type=u.event_type, first_position=u.first_position)
                for u in await self._consumer.unknown_event_types()
            ],
        )

    @handler
    async def ListDeadLetters(self, request: pb.ListDeadLettersRequest, call: Call) -> pb.ListDeadLettersResponse:  # noqa: N802
        """Dead letters, oldest first."""
        call.identity.require(*self._permissions.read_dead_letters)
        if self._consumer is None:
            return pb.ListDeadLettersResponse()
        size = request.page_size or _DEFAULT_PAGE
        letters = await self._consumer.list_dead_letters(_page_after(request.page_token), size + 1, self._whose(call))
        page = fitting(map(_to_proto, letters[:size]))
        return pb.ListDeadLettersResponse(
            dead_letters=page, next_page_token=str(page[-1].dead_letter_id) if len(letters) > len(page) else ""
        )

    @handler
    async def ReplayDeadLetters(self, request: pb.ReplayDeadLettersRequest, call: Call) -> pb.ReplayDeadLettersResponse:  # noqa: N802
        """Hands dead letters to the consumer's effect once more."""
        call.identity.require(*self._permissions.replay_dead_letters)
        if self._consumer is None:
            return pb.ReplayDeadLettersResponse()
        outcome = await self._consumer.replay_dead_letters(request.dead_letter_ids, self._whose(call))
        return pb.ReplayDeadLettersResponse(replayed=outcome.replayed, remaining=outcome.remaining)

    @stream_handler
    async def Rebuild(self, _request: pb.RebuildRequest, call: Call) -> AsyncIterator[pb.RebuildResponse]:  # noqa: N802
        """Makes what comes of logs anew; each step is told. Whoever stops listening ends it."""
        call.identity.require(*self._permissions.rebuild)
        if self._rebuilding is None:
            raise Refused("REBUILD_OF_NOTHING", "this service keeps nothing that is made from logs", kind=Kind.UNKNOWN)
        async with aclosing(self._rebuilding.run()) as steps:
            async for step in steps:
                yield pb.RebuildResponse(phase=step.phase, events=step.events, total=step.total)

    @stream_handler
    async def RecoverLog(self, request: pb.RecoverLogRequest, call: Call) -> AsyncIterator[pb.RecoverLogResponse]:  # noqa: N802
        """Brings the log to a new generation; tells each message that it does not take, and at last what was done."""
        call.identity.require(*self._permissions.recover_log)
        log = self._log_of_its_own()
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

    @handler
    async def GetClock(self, _request: pb.GetClockRequest, _call: Call) -> pb.GetClockResponse:  # noqa: N802
        """The installation's clock, as this service reads it."""
        clock = self._clock
        answer = pb.GetClockResponse(ahead_microseconds=clock.ahead // _MICROSECOND, may_be_moved=clock.may_be_moved)
        answer.now.FromDatetime(clock.now())
        answer.jumped_microseconds, answer.recorded_ahead_microseconds = await self._jump_and_lead()
        return answer

    @handler
    async def ConfirmClock(self, _request: pb.ConfirmClockRequest, call: Call) -> pb.ConfirmClockResponse:  # noqa: N802
        """Takes the machine's clock as it is now."""
        call.identity.require(*self._permissions.advance_clock)
        self._clock.machine.confirm()
        jump, _ = await self._jump_and_lead()
        return pb.ConfirmClockResponse(jumped_microseconds=jump)

    async def _jump_and_lead(self) -> tuple[Microseconds, Microseconds]:
        """How far the clock has jumped ahead, this process's or the database's, and how far the newest event lies in the future."""
        machine, ahead = self._clock.machine, self._clock.ahead // _MICROSECOND
        jump = machine.jump // _MICROSECOND
        if self._own_log is None:
            return jump, 0
        recorded_at, database_now = await self._own_log.reader.times()
        lead = recorded_at - machine.microseconds() - ahead
        return max(jump, machine.jump_of(database_now) // _MICROSECOND), lead if lead > _SECOND else 0

    @handler
    async def AdvanceClock(self, request: pb.AdvanceClockRequest, call: Call) -> pb.AdvanceClockResponse:  # noqa: N802
        """Moves the clock on; what is recorded and asked for after the answer has the new time."""
        call.identity.require(*self._permissions.advance_clock)
        await self._clock.advance_to(request.ahead_microseconds * _MICROSECOND)
        now, ahead = _timestamp(self._clock.now()), self._clock.ahead // _MICROSECOND
        return pb.AdvanceClockResponse(now=now, ahead_microseconds=ahead)


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
    if standing.stop is not None and standing.stopped_at is not None:
        message.stop.CopyFrom(pb.Stop(**standing.stop._asdict(), stopped_at=_timestamp(standing.stopped_at)))
    if standing.difference is not None and standing.found_at is not None:
        message.difference.CopyFrom(pb.Difference(**standing.difference._asdict(), found_at=_timestamp(standing.found_at)))
    return message


def _generations(identity: LogIdentity) -> list[pb.LogGeneration]:
    return [
        pb.LogGeneration(
            generation=g.generation, first_position=g.first_position, began_at=_timestamp(instant_of(g.began_at)), reason=g.reason
        )
        for g in identity.generations
    ]


def _timestamp(instant: datetime) -> Timestamp:
    timestamp = Timestamp()
    timestamp.FromDatetime(instant)
    return timestamp


def _not_taken(claim: Claim, why: str, *, lost: bool) -> pb.MessageNotTaken:
    message = pb.MessageNotTaken(
        lost=lost, why=why, partition=claim.partition, offset=claim.offset, position=claim.position, event_type=claim.event_type,
        event_id=claim.event_id, tenant_id=claim.tenant_id, aggregate_id=claim.aggregate_id, aggregate_version=claim.aggregate_version,
    )  # fmt: skip
    if claim.recorded_at:
        message.recorded_at.FromDatetime(instant_of(claim.recorded_at))
    return message


def _page_after(token: str) -> int:
    if not token:
        return 0
    if not token.isdecimal() or len(token) > 18:
        raise invalid(
            "page_token", f"{token[:40]!r} is not a page token of ours; leave it empty for the first page", "PAGE_TOKEN_MALFORMED"
        )
    return int(token)


def _to_proto(letter: DeadLetter) -> Any:
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
