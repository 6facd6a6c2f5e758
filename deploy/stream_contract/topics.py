"""The topics that a reader of the stream may read, and what there is to know of each beside its messages.

What is said of logs is a default; the topic of states says otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from google.protobuf.descriptor import Descriptor

from chassis.kafka.topics import COMPACTED, MAX_MESSAGE_BYTES, events_topic, state_topic
from generate_protos import PROTOS, ROOT
from stack.services import LOGS
from stream_contract.protos import protos

GOLDEN = ROOT / "contracts" / "events"
STATES = ROOT / "contracts" / "states"
"""An example of each state, as a golden event is kept."""
PARTITIONS = 6
"""Unless CAIRN_TOPIC_PARTITIONS says otherwise, before the first start; then for ever."""

_UUID = {"type": "string", "format": "uuid"}
_NUMBER = {"type": "string", "pattern": "^[1-9][0-9]*$"}


@dataclass(frozen=True)
class Header:
    """A header of a message; its value is text in UTF-8."""

    name: str
    what: str
    schema: Mapping[str, Any]
    always: bool = True


def headers_of(log: str) -> tuple[Header, ...]:
    """The headers of a log's messages: CloudEvents 1.0 in binary mode, and what Cairn adds."""
    source = f"/cairn/{log}"
    return (
        Header("ce_specversion", "of CloudEvents", {"type": "string", "const": "1.0"}),
        Header("ce_source", "the log", {"type": "string", "const": source}),
        Header("ce_type", "the full name of the protobuf message that the value is, stable for ever", {"type": "string", "maxLength": 63}),
        Header("ce_id", "of the event (UUIDv7), unique everywhere", _UUID),
        Header("ce_time", "when it was recorded: UTC, six digits of a second", {"type": "string", "format": "date-time"}),
        Header("ce_subject", "the aggregate that it happened to", _UUID),
        Header("ce_aggregateversion", "the how-manyth event of the aggregate it is, from 1 without gaps", _NUMBER),
        Header("ce_sequence", "its position in the log, from 1; the log has no gaps, a partition has", _NUMBER),
        Header("ce_tenant", "whose event it is", _UUID),
        Header("ce_actor", "who did it: the id of a person, or of a service", _UUID),
        Header("ce_onbehalfof", "for whom, if not for themselves", _UUID, always=False),
        Header("ce_correlationid", "the request that it belongs to", _UUID),
        Header("ce_causationid", "the event that caused it, if one did", _UUID, always=False),
        Header("ce_partitionkey", "the message's key as text", _UUID),
        Header("ce_logid", "of the log; another one is another installation", _UUID),
        Header("ce_generation", "of the log at this position; it grows when a log was restored from an older state", _NUMBER),
        Header("content-type", "of the value", {"type": "string", "const": "application/protobuf"}),
        Header("traceparent", "W3C trace context, where the installation is traced", {"type": "string"}, always=False),
    )


@dataclass(frozen=True)
class Example:
    """What a message may be: as an export shows it, and as bytes."""

    readable: Mapping[str, Any]
    payload: bytes


@dataclass(frozen=True)
class Message:
    """A message that a topic carries."""

    descriptor: Descriptor

    @property
    def name(self) -> str:
        """Its protobuf message's name."""
        return self.descriptor.name

    @property
    def full_name(self) -> str:
        """What its header `ce_type` says."""
        return self.descriptor.full_name

    @cached_property
    def what(self) -> str:
        """What the proto says of it."""
        return protos().comment_on_message(self.descriptor)

    @cached_property
    def example(self) -> Example:
        """Of the golden events the one that was made for readers, else the newest with every field."""
        file = f"{self.full_name}.json"
        events = json.loads(((STATES if (STATES / file).exists() else GOLDEN) / file).read_text())["events"]
        event = next((e for e in events if e["what"] == "an example"), None) or next(
            e for e in reversed(events) if "every field" in e["what"]
        )
        return Example(event["event"], bytes.fromhex(event["payload"]))


_KEY = (
    "16 bytes, a UUID: the objective that the event is about, else its aggregate. As text it stands in the header `ce_partitionkey`. "
    "So what happens to an objective, its key results and their check-ins has one key on every topic, and one partition number"
)
_ORDER = (
    "Within a partition the order of the log: `ce_sequence` grows, and `ce_aggregateversion` of each aggregate goes 1, 2, 3. Between "
    "partitions and between topics there is none: a check-in may come before the definition of its key result"
)
_DUPLICATES = (
    "At least once: a message may come again, and what followed it with it. Drop what is not after the newest that you took of its "
    "partition, by (`ce_generation`, `ce_sequence`)"
)
_AUTHORITY = "The topic is a copy: what does not stand in Cairn's log has no effect in Cairn"
_SAYS = "Both print a line of JSON for each event; its `event` is protobuf's own JSON, in which `bytes` are base64 and `int64` are text"
_RETENTION = "For ever: nothing is deleted or compacted, so who begins today has all of it"


@dataclass(frozen=True)
class Topic:
    """A topic, and what there is to know of it."""

    address: str
    name: str
    proto: str
    headers: tuple[Header, ...]
    writer: str = "relay"
    authority: str = _AUTHORITY
    program: str = "consumer"  # of `consumers/`, in each language
    says: str = _SAYS  # of what the programs print
    key: str = _KEY
    order: str = _ORDER
    duplicates: str = _DUPLICATES
    retention: str = _RETENTION
    generations: bool = True
    configuration: Mapping[str, Any] = field(
        default_factory=lambda: {
            "cleanup.policy": ["delete"],
            "retention.ms": -1,
            "retention.bytes": -1,
            "max.message.bytes": MAX_MESSAGE_BYTES,
        }
    )

    @cached_property
    def what(self) -> str:
        """What its proto says of itself, up to the first empty line."""
        return protos().comment_on_file(self.proto).partition("\n\n")[0]

    @cached_property
    def more(self) -> str:
        """What its proto says of itself after that."""
        return protos().comment_on_file(self.proto).partition("\n\n")[2]

    @cached_property
    def messages(self) -> tuple[Message, ...]:
        """What it carries."""
        return tuple(Message(descriptor) for descriptor in protos().messages_of(self.proto))

    @cached_property
    def imports(self) -> tuple[str, ...]:
        """The protos of other topics that its own is made with."""
        return tuple(name for name in protos().files[self.proto].dependency if name.startswith("cairn/"))

    @cached_property
    def text(self) -> str:
        """Its proto."""
        return (PROTOS / self.proto).read_text()


_HEADERS_OF_STATES = (
    Header("ce_specversion", "of CloudEvents", {"type": "string", "const": "1.0"}),
    Header("ce_source", "who computed it", {"type": "string", "const": "/cairn/progress"}),
    Header(
        "ce_type",
        "the full name of the protobuf message that the value is, or was; left out only where nobody knows any more",
        {"type": "string", "maxLength": 63},
        always=False,
    ),
    Header("ce_id", "of the message (UUIDv7), unique everywhere", _UUID),
    Header("ce_subject", "the objective or key result, as the key", _UUID),
    Header("ce_partitionkey", "the message's key as text", _UUID),
    Header("ce_tenant", "whose it is", _UUID, always=False),
    Header("ce_time", "when it was computed: UTC", {"type": "string", "format": "date-time"}, always=False),
    Header("content-type", "of the value", {"type": "string", "const": "application/protobuf"}),
)

STATE = Topic(
    address=state_topic("progress"),
    name="progress_state",
    proto="cairn/progress/v1/state.proto",
    headers=_HEADERS_OF_STATES,
    writer="progress",
    authority="Nothing in Cairn reads it: whatever else is written there is told anew within seconds",
    program="state",
    says="Both print a line of JSON for each state, and null where there is none any more; of the lines of one key the last one counts. A "
    "state is protobuf's own JSON, in which `bytes` are base64 and `int64` are text",
    key="16 bytes, a UUID: the objective or key result. As text it stands in the header `ce_partitionkey`. A key result has a key of its "
    "own, so it may stand on another partition than its objective",
    order="Of one key the last message counts; between keys there is no order. A parent and what it is made of may be told at "
    "different times: `computed.positions` says what each rests on",
    duplicates="At least once: the same state may come again, with a newer computation. Taking it again changes nothing",
    retention="Compacted: of each key at least the last message is kept for ever, so who begins today has the state of everything. "
    "A message without a value, which tells that a thing is gone, is kept for seven days: who was away for longer begins anew",
    generations=False,
    configuration={
        "cleanup.policy": ["compact"],
        "delete.retention.ms": int(COMPACTED["delete.retention.ms"]),
        "max.message.bytes": MAX_MESSAGE_BYTES,
    },
)

TOPICS = (*(Topic(events_topic(log), log, f"cairn/{log}/v1/events.proto", headers_of(log)) for log in LOGS), STATE)
