"""The relay: from the log to Kafka, in the log's order, at least once, one active relay a log.

await Relay("goals", dsn_of_the_log, settings).run()
"""

from chassis.kafka.relay.relay import LogHasGap, Relay, relay_progress

__all__ = ["LogHasGap", "Relay", "relay_progress"]
