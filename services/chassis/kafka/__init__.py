"""Kafka: topics, the relay that carries a log to its topic, the consumer that turns it into effects, each exactly once."""

import chassis.kafka.uncompressed  # noqa: F401 - no consumer of a process that knows of Kafka unpacks anything
