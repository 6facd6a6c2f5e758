"""The event store: one gap-free, commit-ordered log a service, in PostgreSQL, and aggregates that are decided on over it.

    log = EventLog(database_url, "goals", partitions=6)
    aggregates = Aggregates(log, EventTypes(events_pb2))
    objective = Aggregate(OBJECTIVE, objective_id, may=policy.require_edit)
    appended = await aggregates.decide(call, objective.decision(objectives.cancel, reason))

What is named here is public. `chassis.eventstore.eventsourcing` and `.mapper` are, too, but not named here: they need the library
`eventsourcing`, which no service loads. Nothing in here knows of gRPC or of Kafka.
"""

from chassis.eventstore.aggregates import Aggregates
from chassis.eventstore.appends import AppendConflict, Basis, NewEvent, WriteRefused, Written
from chassis.eventstore.changed_since import Since, require_not_outdated, since_positions
from chassis.eventstore.checksums import EventChecksums, LogChecksums, LogSums, PartitionPlace
from chassis.eventstore.continuation import Claim
from chassis.eventstore.decisions import (
    ANYONE,
    CALLER_WAS_CHECKED,
    Aggregate,
    AggregateType,
    Appended,
    Decided,
    Decision,
    IdempotencyKey,
    NotAsked,
)
from chassis.eventstore.dry_run import Assumed, DryRunAggregates, unless_dry_run
from chassis.eventstore.identity import GENERATION_BEGAN, Generation, LogIdentity, position_lost, position_unknown
from chassis.eventstore.log import EventLog
from chassis.eventstore.reader import LogReader
from chassis.eventstore.recovery import Recovery, begin_generation, compare, end_of_log, recover
from chassis.eventstore.schema import CHANNEL, EVENT_TYPE_BYTES, GENERATION_OF_POSITION, SERVER_RUN, create_schema, is_current

__all__ = [
    "ANYONE",
    "CALLER_WAS_CHECKED",
    "CHANNEL",
    "EVENT_TYPE_BYTES",
    "GENERATION_BEGAN",
    "GENERATION_OF_POSITION",
    "SERVER_RUN",
    "Aggregate",
    "AggregateType",
    "Aggregates",
    "AppendConflict",
    "Appended",
    "Assumed",
    "Basis",
    "Claim",
    "Decided",
    "Decision",
    "DryRunAggregates",
    "EventChecksums",
    "EventLog",
    "Generation",
    "IdempotencyKey",
    "LogChecksums",
    "LogIdentity",
    "LogReader",
    "LogSums",
    "NewEvent",
    "NotAsked",
    "PartitionPlace",
    "Recovery",
    "Since",
    "WriteRefused",
    "Written",
    "begin_generation",
    "compare",
    "create_schema",
    "end_of_log",
    "is_current",
    "position_lost",
    "position_unknown",
    "recover",
    "require_not_outdated",
    "since_positions",
    "unless_dry_run",
]
