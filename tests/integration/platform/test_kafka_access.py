"""Kafka lets nobody in without credentials, and lets nobody do what is another process's."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    AuthenticationFailedError,
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    KafkaError,
    TopicAuthorizationFailedError,
    for_code,
)
from confluent_kafka.admin import AclBinding, AclOperation, AclPermissionType, ResourcePatternType, ResourceType
from pydantic import SecretStr

from chassis.kafka.security import client_security
from chassis.kafka.topics import create_topics, dead_letters_topic, events_topic
from chassis.runtime import Settings
from embedded.kafka import BROKER, OPERATOR, KafkaNode
from embedded.ports import LOOPBACK, free_ports
from stack.access import admin_client, grant
from stack.kafka_users import KAFKA_USERS, KafkaUser
from stack.services import LOGS
from tests.support.infrastructure import scratch_folder

PASSWORDS = {name: f"of-{name}" for name in (*(user.name for user in KAFKA_USERS), OPERATOR)}
CONSUMERS = [user for user in KAFKA_USERS if user.consumes]
each_consumer = pytest.mark.parametrize("user", CONSUMERS, ids=lambda user: user.name)


def closed_node(directory: Path) -> KafkaNode:
    port, controller_port = free_ports(2)
    return KafkaNode(directory, port, controller_port, password="of-broker", heap_megabytes=256)


def grant_to(node: KafkaNode, passwords: dict[str, str] = PASSWORDS) -> None:
    grant(admin_client(node.bootstrap, BROKER, "of-broker"), passwords)


def signed_in(node: KafkaNode, user: str, password: str | None = None) -> Settings:
    return Settings(
        kafka_bootstrap=node.bootstrap,
        kafka_security_protocol="SASL_PLAINTEXT",
        kafka_username=user,
        kafka_password=SecretStr(password or PASSWORDS[user]),
    )


def arguments(settings: Settings) -> dict[str, Any]:
    return {"bootstrap_servers": settings.kafka_bootstrap, **client_security(settings)}


async def write(settings: Settings, topic: str, value: bytes) -> None:
    producer = AIOKafkaProducer(**arguments(settings), enable_idempotence=True, acks="all")
    try:
        await producer.start()
        await producer.send_and_wait(topic, value, partition=0)
    finally:
        await producer.stop()


async def read(settings: Settings, topic: str, group: str | None = None) -> list[bytes]:
    """What a partition holds; the group, if one is named, is joined by a commit."""
    partition = TopicPartition(topic, 0)
    consumer = AIOKafkaConsumer(**arguments(settings), group_id=group, auto_offset_reset="earliest", enable_auto_commit=False)
    try:
        await consumer.start()
        if topic not in await consumer.topics():
            raise TopicAuthorizationFailedError(topic)
        consumer.assign([partition])
        end = (await consumer.end_offsets([partition]))[partition]
        values: list[bytes] = []
        while len(values) < end:
            values.append((await consumer.getone()).value)
        if group:
            await consumer.commit({partition: end})
        return values
    finally:
        await consumer.stop()


async def error_of_describing(settings: Settings, topic: str) -> type[Exception]:
    admin = AIOKafkaAdminClient(**arguments(settings))
    try:
        await admin.start()
        return type(for_code((await admin.describe_topics([topic]))[0]["error_code"])())
    finally:
        await admin.close()


async def error_of_creating(settings: Settings, topic: str) -> type[Exception]:
    admin = AIOKafkaAdminClient(**arguments(settings))
    try:
        await admin.start()
        answer = await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
        return type(for_code(answer.topic_errors[0][1])())
    finally:
        await admin.close()


@pytest.fixture(scope="module")
def node() -> Iterator[KafkaNode]:
    scratch = scratch_folder()
    node = closed_node(scratch / "kafka")
    try:
        node.start()
        grant_to(node)
        asyncio.run(fill(node))
        yield node
    finally:
        node.stop()
        shutil.rmtree(scratch, ignore_errors=True)


async def fill(node: KafkaNode) -> None:
    """What the relay and the consumers make when they start."""
    await create_topics(signed_in(node, "relay"), [events_topic(log) for log in LOGS])
    for user in CONSUMERS:
        await create_topics(signed_in(node, user.name), [*map(events_topic, user.consumes), dead_letters_topic(user.name)])
    for log in LOGS:
        await write(signed_in(node, "relay"), events_topic(log), log.encode())


@pytest.mark.parametrize("who", ["nobody", "somebody unknown", "a user with another password", "a user by another mechanism"])
async def test_without_credentials_nothing_is_read_written_or_described(node: KafkaNode, who: str) -> None:
    intruder = arguments(
        {
            "nobody": Settings(kafka_bootstrap=node.bootstrap),
            "somebody unknown": signed_in(node, "mallory", "guess"),
            "a user with another password": signed_in(node, "relay", "guess"),
            "a user by another mechanism": signed_in(node, "relay"),
        }[who]
    ) | ({"sasl_mechanism": "PLAIN"} if who.endswith("mechanism") else {})
    refused = (KafkaConnectionError, AuthenticationFailedError, KafkaError)
    for client in (AIOKafkaProducer(**intruder), AIOKafkaConsumer(**intruder), AIOKafkaAdminClient(**intruder)):
        with pytest.raises(refused):
            await client.start()
        await (client.close() if isinstance(client, AIOKafkaAdminClient) else client.stop())


@pytest.mark.parametrize("user", [None, "relay", OPERATOR], ids=lambda user: user or "nobody")
async def test_the_controller_lets_only_brokers_in(node: KafkaNode, user: str | None) -> None:
    told = arguments(signed_in(node, user) if user else Settings()) | {"bootstrap_servers": f"{LOOPBACK}:{node.controller_port}"}
    admin = AIOKafkaAdminClient(**told)
    with pytest.raises(KafkaError):
        await admin.start()
    await admin.close()


def test_a_request_before_the_sign_in_ends_the_connection(node: KafkaNode) -> None:
    metadata_of_everything = (3).to_bytes(2) + (1).to_bytes(2) + (7).to_bytes(4) + (0).to_bytes(2) + (0xFFFFFFFF).to_bytes(4)
    for port in (node.port, node.controller_port):
        with socket.create_connection((LOOPBACK, port), timeout=5) as connection:
            connection.sendall(len(metadata_of_everything).to_bytes(4) + metadata_of_everything)
            assert connection.recv(4) == b""


async def test_the_relay_reads_what_it_wrote_and_joins_no_group(node: KafkaNode) -> None:
    for log in LOGS:
        assert await read(signed_in(node, "relay"), events_topic(log)) == [log.encode()]
        with pytest.raises(GroupAuthorizationFailedError):
            await read(signed_in(node, "relay"), events_topic(log), "cairn.relay")


@each_consumer
async def test_a_consumer_reads_its_own_logs_in_its_own_group(node: KafkaNode, user: KafkaUser) -> None:
    for log in user.consumes:
        assert await read(signed_in(node, user.name), events_topic(log), f"cairn.{user.name}") == [log.encode()]
    others = set(LOGS) - set(user.consumes)
    assert [await error_of_describing(signed_in(node, user.name), events_topic(log)) for log in others] == [
        TopicAuthorizationFailedError for _ in others
    ]


@each_consumer
async def test_a_consumer_has_no_other_group(node: KafkaNode, user: KafkaUser) -> None:
    another = "cairn.relay" if user.name == "audit" else "cairn.audit"
    with pytest.raises(GroupAuthorizationFailedError):
        await read(signed_in(node, user.name), events_topic(user.consumes[0]), another)


@each_consumer
async def test_a_consumer_writes_its_own_dead_letters_and_no_events(node: KafkaNode, user: KafkaUser) -> None:
    await write(signed_in(node, user.name), dead_letters_topic(user.name), b"letter")
    theirs = [dead_letters_topic(other.name) for other in CONSUMERS if other is not user]
    for topic in [*map(events_topic, LOGS), *theirs]:
        with pytest.raises(TopicAuthorizationFailedError):
            await write(signed_in(node, user.name), topic, b"forged")


@pytest.mark.parametrize("user", KAFKA_USERS, ids=lambda user: user.name)
async def test_nobody_makes_topics_of_another_kind(node: KafkaNode, user: KafkaUser) -> None:
    assert await error_of_creating(signed_in(node, user.name), "cairn.elsewhere.events.v1") is TopicAuthorizationFailedError


async def test_a_rule_that_is_not_in_the_table_is_taken_away(node: KafkaNode) -> None:
    admin = admin_client(node.bootstrap, BROKER, "of-broker")
    stray = AclBinding(
        ResourceType.TOPIC,
        events_topic("goals"),
        ResourcePatternType.LITERAL,
        principal="User:audit",
        host="*",
        operation=AclOperation.WRITE,
        permission_type=AclPermissionType.ALLOW,
    )
    for created in admin.create_acls([stray]).values():
        created.result()
    grant_to(node)
    with pytest.raises(TopicAuthorizationFailedError):
        await write(signed_in(node, "audit"), events_topic("goals"), b"forged")


async def test_a_user_has_the_password_of_the_file_whatever_it_had_before(node: KafkaNode) -> None:
    grant_to(node, PASSWORDS | {"notifications": "another"})
    try:
        assert await read(signed_in(node, "notifications", "another"), events_topic("progress")) == [b"progress"]
        with pytest.raises(KafkaError):
            await read(signed_in(node, "notifications"), events_topic("progress"))
    finally:
        grant_to(node)


def records_of(node: KafkaNode, topics: Sequence[str], settings: Settings) -> dict[str, list[bytes]]:
    return {topic: asyncio.run(read(settings, topic)) for topic in topics}


def test_a_folder_from_before_there_were_users_keeps_its_records() -> None:
    scratch = scratch_folder()
    port, controller_port = free_ports(2)
    then = KafkaNode(scratch / "kafka", port, controller_port, heap_megabytes=256)
    now = closed_node(scratch / "kafka")
    topics = [events_topic(log) for log in LOGS]
    try:
        then.start()
        anyone = Settings(kafka_bootstrap=then.bootstrap)
        asyncio.run(create_topics(anyone, topics))
        for topic in topics:
            asyncio.run(write(anyone, topic, topic.encode()))
        then.stop()

        now.start()
        grant_to(now)

        with pytest.raises(KafkaError):
            records_of(now, topics, Settings(kafka_bootstrap=now.bootstrap))
        assert records_of(now, topics, signed_in(now, OPERATOR)) == {topic: [topic.encode()] for topic in topics}
        asyncio.run(write(signed_in(now, "relay"), topics[0], b"next"))
        assert records_of(now, topics[:1], signed_in(now, "audit")) == {topics[0]: [topics[0].encode(), b"next"]}
    finally:
        then.stop()
        now.stop()
        shutil.rmtree(scratch, ignore_errors=True)
