"""The relay: from the log to Kafka, in the log's order, at least once, one active relay a log.

await Relay("goals", dsn_of_the_log, settings).run()

From the top: `relay` holds the log's lock and says what follows what, `comparison` compares the topic's `ends` with the log, `carrying`
reads `pages` and has them handed over (`publishing`, `records`), and `position` remembers how far that is.
"""

from chassis.kafka.relay.position import LogHasGap, relay_progress
from chassis.kafka.relay.relay import Relay

__all__ = ["LogHasGap", "Relay", "relay_progress"]
