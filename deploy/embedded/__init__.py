"""PostgreSQL and Kafka on one machine from Python packages alone: what `make up`, the tests, the benches and chaos start."""
