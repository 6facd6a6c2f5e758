"""`contracts/topics/TOPIC.md`: all that somebody needs who is shown nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from audit.readable import is_day
from chassis.kafka.topics import MAX_MESSAGE_BYTES
from generate_protos import ROOT
from stream_contract.protos import protos
from stream_contract.topics import PARTITIONS, TOPICS, Message, Topic

FOLDER: Final = ROOT / "contracts" / "topics"
_HERE: Final = Path(__file__).parent
_PLACE: Final = re.compile(r"\{\{([a-z_.]+)\}\}")
_GENERATIONS: Final = """## When a log was restored

Rarely an installation goes back to an older state. Every partition then gets one message, without a key and with an empty value, whose
`ce_type` is `cairn.log.v1.GenerationBegan`: what you took of an earlier generation with a `ce_sequence` greater than this message's never
happened, and `ce_sequence` goes on from there under a greater `ce_generation`. It has the headers `ce_specversion`, `ce_source`,
`ce_type`, `ce_id`, `ce_time`, `ce_sequence`, `ce_logid` and `ce_generation` alone. Undo what you made of what is lost, or begin anew.

"""


def render(topic: Topic) -> str:
    """A card as Markdown."""
    told = {
        "address": topic.address,
        "what": topic.what + (f"\n\n{topic.more}" if topic.more else ""),
        "facts": _facts(topic),
        "topics": ", ".join(f"`{other.address}`" for other in TOPICS),
        "headers": _headers(topic),
        "generations": _GENERATIONS if topic.generations else "",
        "values": _values(topic),
        "first_message": topic.messages[0].full_name,
        "consumer.py": consumer(topic, "py").rstrip(),
        "consumer.go": consumer(topic, "go").rstrip(),
        "says": topic.says,
        "imports": _imports(topic),
        "messages": "\n\n".join(map(_message, topic.messages)),
        "proto": topic.proto,
        "text": topic.text.rstrip(),
    }
    return _PLACE.sub(lambda place: told[place[1]], (_HERE / "card.md").read_text())


def consumer(topic: Topic, language: str) -> str:
    """The program of a card, in "py" or "go"."""
    return (_HERE / "consumers" / f"{topic.program}.{language}").read_text().replace("{topic}", topic.address)


def _imports(topic: Topic) -> str:
    """Which other protos it takes, and on which cards they stand."""
    if not topic.imports:
        return ""
    cards = [f"`{other.proto}` ([{other.address}]({other.address}.md))" for other in TOPICS if other.proto in topic.imports]
    return f" It imports {' and '.join(cards)}: save these, too."


def _facts(topic: Topic) -> str:
    rows = {
        "Key": topic.key,
        "Value": "A protobuf message in its binary form, with neither length nor schema id before it. The header `ce_type` says which",
        "Order": topic.order,
        "Duplicates": topic.duplicates,
        "Partitions": f"{PARTITIONS}, unless the operator chose another number before the first start; it never changes. By Kafka's default"
        " partitioner, murmur2 of the key",
        "Retention": topic.retention,
        "Largest message": f"{MAX_MESSAGE_BYTES >> 20} MiB; nearly all are below 1 KiB. Neither compressed nor in transactions",
        "Who writes": f"Cairn's {topic.writer} alone. {topic.authority}",
    }
    return "| | |\n|---|---|\n" + "\n".join(f"| {name} | {text}. |" for name, text in rows.items())


def _headers(topic: Topic) -> str:
    rows = [f"| `{header.name}` | {header.what}{'' if header.always else ' (not on every message)'} |" for header in topic.headers]
    return "CloudEvents 1.0 in Kafka's binary mode. Every value is text.\n\n| header | |\n|---|---|\n" + "\n".join(rows)


_NUMBERS = (
    "- Of a key result's check-ins the current one is that of the latest day (`as_of`), and of one day the one recorded last. A correction "
    "keeps the check-in's place, a retracted one is none. An abstention is a check-in without a value: the value before it stays.\n"
    "- An objective's progress is the mean of its key results by weight, each clamped to 0 to 1. A cancelled key result does not count, "
    "nor, for another objective than its home, one whose home is a draft or was cancelled.\n"
    "- The rules, with formulas: [domain](../../docs/domain.md); as SQL over an export: [SQL](../../docs/sql.md)."
)
"""What a consumer who computes numbers has to know."""


def _values(topic: Topic) -> str:
    days = [f"`{message.name}.{path}`" for message in topic.messages for path in _days(message.descriptor)]
    lines = [
        "- `bytes` named `…_id`, `…_ids`, `counts_for` and `caused_by` are the 16 bytes of a UUID; empty: none.",
        f"- A day is an `int32`: days since 1970-01-01 (20454 is 2026-01-01). Days are {', '.join(days) or 'none of the numbers here'}.",
        "- An enum's value 0 (`…_UNSPECIFIED`) is none said. `optional` fields tell whether they are set; others are 0 or empty where not.",
    ]
    fields = {each.name for message in topic.messages for each in message.descriptor.fields}
    if "milestones_done" in fields:
        lines.append("- `milestones_done` has bit n-1 set where milestone n is done.")
    if fields & {"check_in_id", "counts_for"}:
        lines.append(_NUMBERS)
    if "sealed_profile" in fields:
        lines.append(
            "- `sealed_profile` is encrypted under a key of the person's own, which no reader has: the stream tells of people by id alone, "
            "so that they can be forgotten."
        )
    return "\n".join(lines)


def _days(message: Descriptor, before: str = "") -> Iterator[str]:
    for each in message.fields:
        if is_day(each):
            yield before + each.name
        elif each.message_type is not None:
            yield from _days(each.message_type, f"{before}{each.name}.")


def _message(message: Message) -> str:
    lines = [f"### {message.name}", "", f"`ce_type`: `{message.full_name}`"]
    if message.what:
        lines += ["", message.what]
    lines += ["", "| field | type | |", "|---|---|---|", *_fields(message.descriptor)]
    lines += ["", "An example, its ids as UUIDs and its days as dates, as exports show it:", "```json"]
    lines += [json.dumps(message.example.readable, indent=1, ensure_ascii=False), "```", "and the same as the value of a message, in hex:"]
    lines += ["```", message.example.payload.hex(), "```"]
    return "\n".join(lines)


def _fields(message: Descriptor) -> Iterator[str]:
    for name, number, kind, meaning in field_rows(message):
        cell = meaning.replace("|", "\\|")
        yield f"| `{name}` = {number} | {kind} | {cell} |"


def field_rows(message: Descriptor, before: str = "") -> Iterator[tuple[str, int, str, str]]:
    """Of each field of a message, and of the messages in it: its name with those that it stands in, its number, its type, what it means."""
    for each in message.fields:
        meaning = " ".join(protos().comment_on_field(message, each.name).splitlines())
        yield f"{before}{each.name}", each.number, _type(each), meaning
        if each.message_type is not None and each.message_type.file.name.startswith("cairn/"):
            yield from field_rows(each.message_type, f"{before}{each.name}.")


def _type(each: FieldDescriptor) -> str:
    optional = each.has_presence and each.message_type is None and not each.is_repeated
    return f"{'repeated ' if each.is_repeated else 'optional ' if optional else ''}{_plain_type(each)}"


def _plain_type(each: FieldDescriptor) -> str:
    if is_day(each):
        return "int32, a day"
    if each.message_type is not None:
        return each.message_type.name
    if each.enum_type is not None:
        return f"{each.enum_type.name}: " + ", ".join(f"{value.number} `{value.name}`" for value in each.enum_type.values if value.number)
    return _SCALARS[each.type]


_SCALARS: Final = {
    FieldDescriptor.TYPE_BOOL: "bool",
    FieldDescriptor.TYPE_BYTES: "bytes",
    FieldDescriptor.TYPE_DOUBLE: "double",
    FieldDescriptor.TYPE_FIXED64: "fixed64",
    FieldDescriptor.TYPE_INT32: "int32",
    FieldDescriptor.TYPE_INT64: "int64",
    FieldDescriptor.TYPE_STRING: "string",
    FieldDescriptor.TYPE_UINT32: "uint32",
}
