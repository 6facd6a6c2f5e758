"""What is told of the stream is what the protos, the golden events and the relay say."""

from __future__ import annotations

import importlib.resources
import re
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from grpc_tools import protoc

import generate_stream_contract
from chassis.kafka.headers import headers_sql
from chassis.kafka.topics import events_topic
from shared.topics import STREAM_TOPICS
from stack.services import LOGS
from stream_contract.asyncapi import document
from stream_contract.cards import FOLDER, render
from stream_contract.protos import protos
from stream_contract.topics import TOPICS, Message, Topic

WELL_KNOWN = importlib.resources.files("grpc_tools") / "_proto"

each_topic = pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.address)


def test_the_asyncapi_document_and_the_cards_are_what_is_generated() -> None:
    assert generate_stream_contract.outdated() == [], "run `make proto`"


def test_every_log_has_a_channel_and_a_card() -> None:
    assert {events_topic(log) for log in LOGS} <= {channel["address"] for channel in document()["channels"].values()}
    assert {f"{topic.address}.md" for topic in TOPICS} == {path.name for path in (FOLDER).iterdir()}


def test_a_stream_reader_may_read_just_what_is_told_of() -> None:
    assert set(STREAM_TOPICS) == {topic.address for topic in TOPICS}


@pytest.mark.parametrize("log", LOGS)
def test_the_headers_that_are_told_are_those_that_the_relay_writes(log: str) -> None:
    (topic,) = (topic for topic in TOPICS if topic.address == events_topic(log))
    section = headers_sql(log, traced=True)
    written = set(re.findall(r"'([a-z_-]+)', chr\(", section))
    optional = set(re.findall(r"NOT NULL THEN concat\(chr\(\d+\), '([a-z_]+)'", section)) | {"traceparent"}
    assert {header.name for header in topic.headers} == written
    assert {header.name for header in topic.headers if not header.always} == optional


@each_topic
def test_a_card_tells_of_every_message_with_its_bytes(topic: Topic) -> None:
    card = render(topic)
    for message in topic.messages:
        assert message.full_name in card
        assert message.example.payload.hex() in card


def test_what_is_encrypted_inside_an_event_is_no_message() -> None:
    assert {"PersonProfile", "SavedView"}.isdisjoint(message.name for topic in TOPICS for message in topic.messages)


@pytest.mark.parametrize("message", [message for topic in TOPICS for message in topic.messages], ids=lambda message: message.full_name)
def test_the_text_of_a_message_compiles_alone_and_says_the_same(message: Message, tmp_path: Path) -> None:
    (tmp_path / "message.proto").write_text(protos().text_of(message.descriptor))
    made = tmp_path / "message.binpb"
    assert protoc.main(["protoc", f"-I{tmp_path}", f"-I{WELL_KNOWN}", f"--descriptor_set_out={made}", "message.proto"]) == 0
    (file,) = FileDescriptorSet.FromString(made.read_bytes()).file
    (compiled,) = (each for each in file.message_type if each.name == message.name)
    assert [(f.name, f.number, f.type) for f in compiled.field] == [(f.name, f.number, f.type) for f in message.descriptor.fields]
