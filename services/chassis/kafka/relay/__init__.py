"""The relay: from the log to Kafka, in the log's order, at least once, one active relay a log."""

from chassis.kafka.relay.relay import Relay

__all__ = ["Relay"]
