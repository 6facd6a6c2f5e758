"""The servers that tests get: PostgreSQL with fresh databases, Kafka with idempotent producers."""

from __future__ import annotations

import psycopg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from tests.support.infrastructure import Broker, DatabaseServer


def test_two_databases_share_nothing(postgres: DatabaseServer, database: str) -> None:
    other = postgres.create_database()
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE seen (n int)")
    with psycopg.connect(other) as connection:
        assert connection.execute("SELECT to_regclass('seen')").fetchone() == (None,)


def test_a_commit_is_on_disk_before_its_answer(database: str) -> None:
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')").fetchone() == ("on", "on")


def test_text_sorts_by_bytes_wherever_the_server_comes_from(database: str) -> None:
    with psycopg.connect(database) as connection:
        rows = connection.execute("SELECT name FROM unnest(ARRAY['a', 'B', 'b', 'A']) AS name ORDER BY name").fetchall()
    assert [name for (name,) in rows] == ["A", "B", "a", "b"]


async def test_what_an_idempotent_producer_sends_arrives_in_order(kafka: Broker, unique: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(unique, num_partitions=1, replication_factor=1)])
    await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap, enable_idempotence=True)
    await producer.start()
    for number in range(20):
        await producer.send(unique, str(number).encode())
    await producer.stop()
    consumer = AIOKafkaConsumer(unique, bootstrap_servers=kafka.bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    arrived = [int((await consumer.getone()).value) for _ in range(20)]
    await consumer.stop()
    assert arrived == list(range(20))
