"""Who signs in to Kafka: a user for every process that uses it. What each may do there follows from it (`stack.access`)."""

from __future__ import annotations

from dataclasses import dataclass

from stack.services import LOGS


@dataclass(frozen=True)
class KafkaUser:
    """A process that uses Kafka.

    `relays` names the logs whose events it sends, and reads to compare them with the log; `consumes` the logs whose events it takes in.
    One that `tells_states` writes a topic of them, and reads what stands there that it does not remember.
    """

    name: str
    relays: tuple[str, ...] = ()
    consumes: tuple[str, ...] = ()
    tells_states: bool = False


KAFKA_USERS = (
    KafkaUser("relay", relays=LOGS),
    KafkaUser("checkins", consumes=("goals",)),
    KafkaUser("progress", consumes=("directory", "goals", "checkins"), tells_states=True),
    KafkaUser("notifications", consumes=("goals", "checkins", "progress", "notifications")),
    KafkaUser("audit", consumes=LOGS),
)
