"""The consumer: from Kafka to an effect in this service's own database, exactly once.

    async with log_owners(settings, ("goals", "checkins")) as owners:
        consumer = Consumer(settings, name="progress", logs=("goals", "checkins"), effect=effect, owners=owners)
        await consumer.start()

The effect is called with a connection inside a transaction and a batch of events of ONE log and ONE partition, positions
ascending, no repeats. The position goes forward in that same transaction, so the effect is there once or not at all.
A service may hand over its effect a second time, as statements (`as_statements`), where it needs no answer from the database: then all
of a batch is sent in one go. That changes how long it takes, and nothing else.
What the effect raises decides what happens: a lost connection, a deadlock and their like are tried again for ever, while the
partition waits; anything else is the event's fault: the event is found, put aside as a dead letter with the reason, and the
partition goes on. Later events of the same aggregate are put aside behind it, so that each aggregate keeps its order.
What is no event of the log is refused, and has no effect; a partition whose messages contradict what was taken of it before stops, until
the service is rebuilt (`verification`). What was taken is compared with the log all the time (`reconciliation`).
An effect may be called again with the same events after a failure: it keeps nothing outside of its transaction.

What is named here is public, and loaded when it is asked for: who wants the tables alone (`chassis.kafka.consumer.schema`, as a
rebuild does) must not have to load Kafka's client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chassis.lazy import loaded_when_asked_for

if TYPE_CHECKING:
    from chassis.kafka.consumer.assignment import AfterCommit
    from chassis.kafka.consumer.consumer import Consumer, Consumption
    from chassis.kafka.consumer.dead_letters import DeadLetter, Replayed
    from chassis.kafka.consumer.effects import Effect, EffectAsStatements, Statement
    from chassis.kafka.consumer.log_owner import LogOwner
    from chassis.kafka.consumer.standing import Standing, newest_recorded_at, taken_in
    from chassis.kafka.consumer.unknown_types import UnknownEvents

__all__ = [
    "AfterCommit",
    "Consumer",
    "Consumption",
    "DeadLetter",
    "Effect",
    "EffectAsStatements",
    "LogOwner",
    "Replayed",
    "Standing",
    "Statement",
    "UnknownEvents",
    "newest_recorded_at",
    "taken_in",
]

_HOMES: Final = {
    "AfterCommit": "assignment",
    "Consumer": "consumer",
    "Consumption": "consumer",
    "DeadLetter": "dead_letters",
    "Effect": "effects",
    "EffectAsStatements": "effects",
    "LogOwner": "log_owner",
    "Replayed": "dead_letters",
    "Standing": "standing",
    "Statement": "effects",
    "UnknownEvents": "unknown_types",
    "newest_recorded_at": "standing",
    "taken_in": "standing",
}

__getattr__: Final = loaded_when_asked_for(__name__, _HOMES)
