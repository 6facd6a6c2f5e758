"""Kafka lets nobody in without credentials, and lets nobody do what is another process's."""

from __future__ import annotations

import asyncio
import shutil
import socket
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import (
    AuthenticationFailedError,
    ClusterAuthorizationFailedError,
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    KafkaError,
    TopicAuthorizationFailedError,
    for_code,
)
from confluent_kafka.admin import AclBinding, AclOperation, AclPermissionType, ResourcePatternType, ResourceType
from pydantic import SecretStr

from chassis.kafka import stream_readers
from chassis.kafka.security import client_security
from chassis.kafka.topics import COMPACTED, create_topics, dead_letters_topic, events_topic, state_topic
from chassis.kafka.users import AccessError, admin_client
from chassis.runtime import Settings
from cli.main import run
from embedded.kafka import BROKER, OPERATOR, KafkaNode
from embedded.ports import LOOPBACK, free_ports
from shared.topics import STREAM_TOPICS
from stack.access import grant
from stack.kafka_users import KAFKA_USERS, KafkaUser
from stack.services import LOGS
from tests.support.infrastructure import scratch_folder

PASSWORDS = {name: f"of-{name}" for name in (*(user.name for user in KAFKA_USERS), OPERATOR)}
TELLERS = [user for user in KAFKA_USERS if user.tells_states]
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
        await producer.send_and_wait(topic, value, b"key", partition=0)
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
    for user in TELLERS:
        await create_topics(signed_in(node, user.name), [state_topic(user.name)], COMPACTED)
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


async def test_states_are_written_and_read_by_who_tells_them_alone(node: KafkaNode) -> None:
    for user in TELLERS:
        topic = state_topic(user.name)
        await write(signed_in(node, user.name), topic, b"state")
        assert await read(signed_in(node, user.name), topic) == [b"state"]
        for other in KAFKA_USERS:
            if other is not user:
                assert await error_of_describing(signed_in(node, other.name), topic) is TopicAuthorizationFailedError


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


@pytest.fixture
def reader(node: KafkaNode) -> Iterator[Settings]:
    """Somebody else's program."""
    admin = admin_client(node.bootstrap, BROKER, "of-broker")
    password = stream_readers.add(admin, "warehouse", STREAM_TOPICS)
    yield signed_in(node, "reader-warehouse", password)
    if "warehouse" in stream_readers.readers(admin):
        stream_readers.remove(admin, "warehouse")


async def test_a_stream_reader_reads_every_event_topic_in_groups_of_its_own_name(node: KafkaNode, reader: Settings) -> None:
    for log in LOGS:
        assert await read(reader, events_topic(log), "reader-warehouse.nightly") == [log.encode()]
    await read(reader, state_topic("progress"), "reader-warehouse.states")
    for group in ("reader-warehouse", "reader-warehouse2.nightly", "cairn.audit"):
        with pytest.raises(GroupAuthorizationFailedError):
            await read(reader, events_topic("goals"), group)


async def test_a_stream_reader_writes_nothing_makes_nothing_and_reads_no_dead_letters(node: KafkaNode, reader: Settings) -> None:
    with pytest.raises((TopicAuthorizationFailedError, ClusterAuthorizationFailedError)):
        await write(reader, events_topic("goals"), b"mine")
    assert await error_of_creating(reader, "cairn.mine.events.v1") is TopicAuthorizationFailedError
    assert await error_of_describing(reader, dead_letters_topic("audit")) is TopicAuthorizationFailedError


async def test_a_stream_reader_that_is_removed_signs_in_no_more_and_one_that_is_there_is_not_made_again(
    node: KafkaNode, reader: Settings
) -> None:
    admin = admin_client(node.bootstrap, BROKER, "of-broker")
    with pytest.raises(AccessError, match="there is a reader warehouse"):
        stream_readers.add(admin, "warehouse", STREAM_TOPICS)
    grant_to(node)  # the table says nothing of readers
    assert stream_readers.readers(admin) == ["warehouse"]
    stream_readers.remove(admin, "warehouse")
    assert stream_readers.readers(admin) == []
    with pytest.raises((AuthenticationFailedError, KafkaConnectionError)):
        await read(reader, events_topic("goals"))
    with pytest.raises(AccessError, match="there is no reader warehouse"):
        stream_readers.remove(admin, "warehouse")


@pytest.mark.parametrize("name", ["", "-x", "Big", "a.b", "x" * 41])
def test_a_stream_reader_has_a_name_that_is_nobody_elses(node: KafkaNode, name: str) -> None:
    with pytest.raises(AccessError, match="cannot be a reader's name"):
        stream_readers.add(admin_client(node.bootstrap, BROKER, "of-broker"), name, STREAM_TOPICS)


def test_the_command_line_makes_a_reader_and_tells_its_password_once(
    node: KafkaNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "operator").write_text(PASSWORDS[OPERATOR])

    def cairn(*words: str) -> tuple[int, str]:
        with monkeypatch.context() as environment:
            environment.setenv("CAIRN_KAFKA_BOOTSTRAP", node.bootstrap)
            environment.setenv("CAIRN_KAFKA_PASSWORD_FILE", str(tmp_path / "operator"))
            return run(["stream-reader", *words]), "".join(capfd.readouterr())

    code, told = cairn("add", "lake")
    said = dict(line.removeprefix("export ").split("=", 1) for line in told.splitlines())
    assert (code, said["USERNAME"], said["BOOTSTRAP"]) == (0, "reader-lake", node.bootstrap)
    assert asyncio.run(read(signed_in(node, "reader-lake", said["PASSWORD"]), events_topic("goals"))) == [b"goals"]
    file = tmp_path / "password"
    code, told = cairn("add", "river", "--password-file", str(file))
    assert (code, stat.S_IMODE(file.stat().st_mode), file.read_text() in told) == (0, 0o600, False)
    assert cairn("list") == (0, "lake\nriver\n")
    again = cairn("add", "lake", "--password-file", str(tmp_path / "another"))
    assert (again[0], "there is a reader lake" in again[1], (tmp_path / "another").exists()) == (1, True, False)
    assert [cairn("remove", name)[0] for name in ("lake", "river", "river")] == [0, 0, 1]
    assert cairn("list") == (0, "there are no readers\n")


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
