"""Kafka: topics, the relay that carries a log to its topic, the consumer that turns it into effects, each exactly once."""
