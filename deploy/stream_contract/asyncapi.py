"""`contracts/asyncapi.yaml`: the topics as an AsyncAPI 3.0 document."""

from __future__ import annotations

import tomllib
from typing import Any, Final

import yaml

from generate_protos import DESCRIPTORS, ROOT
from stream_contract.protos import protos
from stream_contract.topics import PARTITIONS, TOPICS, Message, Topic

PATH: Final = ROOT / "contracts" / "asyncapi.yaml"
_PROTOBUF: Final = "application/vnd.google.protobuf;version=3"
_DESCRIPTION: Final = """\
Every event that Cairn records, in the order of its log, a topic for each log. The topics are a copy of the logs: what anybody else
writes there has no effect in Cairn. One more topic, compacted, has the present state of every objective and key result, with its numbers.

A topic shows **every tenant and every private title**: credentials are the operator's to give (`cairn stream-reader add NAME`). Dead
letters (`cairn.*.dead-letters.v1`) are for operators and not part of this.

Each topic has a card in `topics/` beside this file, with programs to begin with. The descriptors of all messages are in
`protos/cairn.binpb`; `examples` show a payload as exports do (ids as UUIDs, days as dates), and `x-example-bytes` the same as it is on the
topic.
"""


class _Text(str):
    """Text of several lines."""

    __slots__ = ()


def _represent(dumper: yaml.SafeDumper, text: _Text) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style="|")


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the base class's
        return True


_Dumper.add_representer(_Text, _represent)


def render() -> str:
    """The document as YAML: the same protos and golden events give the same bytes."""
    return str(yaml.dump(document(), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=140))


def document() -> dict[str, Any]:
    """The document."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Cairn's event stream",
            "version": tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"],
            "description": _Text(_DESCRIPTION),
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
            "tags": [{"name": topic.name, "description": topic.what} for topic in TOPICS],
        },
        "defaultContentType": "application/protobuf",
        "servers": {
            "kafka": {
                "host": "{bootstrap}",
                "protocol": "kafka-secure",
                "description": "SASL_PLAINTEXT on one machine, SASL_SSL where the operator has set up TLS.",
                "variables": {"bootstrap": {"default": "127.0.0.1:8692", "description": "Host and port; the operator tells them."}},
                "security": [{"$ref": "#/components/securitySchemes/streamReader"}],
            }
        },
        "channels": {topic.name: _channel(topic) for topic in TOPICS},
        "operations": {f"send_{topic.name}": _operation(topic) for topic in TOPICS},
        "components": {
            "securitySchemes": {
                "streamReader": {
                    "type": "scramSha512",
                    "description": "A user that `cairn stream-reader add NAME` made. Its consumer groups begin with its name.",
                }
            },
            "messages": {_id(topic, message): _message(topic, message) for topic in TOPICS for message in topic.messages},
            "messageTraits": {topic.name: _trait(topic) for topic in TOPICS},
        },
    }


def _id(topic: Topic, message: Message) -> str:
    return f"{topic.name}.{message.name}"


def _channel(topic: Topic) -> dict[str, Any]:
    described = f"{topic.what}\n\n{topic.order}.\n\n{topic.duplicates}.\n\n{topic.retention}.\n\nThe whole card: topics/{topic.address}.md"
    return {
        "address": topic.address,
        "title": topic.address,
        "description": _Text(described),
        "tags": [{"name": topic.name}],
        "servers": [{"$ref": "#/servers/kafka"}],
        "messages": {message.name: {"$ref": f"#/components/messages/{_id(topic, message)}"} for message in topic.messages},
        "bindings": {
            "kafka": {
                "topic": topic.address,
                "partitions": PARTITIONS,
                "topicConfiguration": dict(topic.configuration),
                "bindingVersion": "0.5.0",
            }
        },
    }


def _operation(topic: Topic) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "summary": f"Cairn's {topic.writer} alone writes here; you receive.",
        "messages": [{"$ref": f"#/channels/{topic.name}/messages/{message.name}"} for message in topic.messages],
    }


def _message(topic: Topic, message: Message) -> dict[str, Any]:
    summary, _, rest = message.what.partition(". ")
    return {
        "name": message.full_name,
        "title": message.name,
        **({"summary": summary.rstrip(".") + "."} if summary else {}),
        **({"description": _Text(rest)} if rest else {}),
        "contentType": "application/protobuf",
        "payload": {"schemaFormat": _PROTOBUF, "schema": _Text(protos().text_of(message.descriptor))},
        "traits": [{"$ref": f"#/components/messageTraits/{topic.name}"}],
        "examples": [{"name": "example", "payload": dict(message.example.readable)}],
        "x-protobuf-message": message.full_name,
        "x-descriptor-set": str(DESCRIPTORS.relative_to(PATH.parent)),
        "x-example-bytes": message.example.payload.hex(),
    }


def _trait(topic: Topic) -> dict[str, Any]:
    headers = {
        "type": "object",
        "required": [header.name for header in topic.headers if header.always],
        "properties": {header.name: {**header.schema, "description": header.what} for header in topic.headers},
    }
    key = {"type": "string", "format": "binary", "minLength": 16, "maxLength": 16, "description": topic.key}
    return {"headers": headers, "bindings": {"kafka": {"key": key, "bindingVersion": "0.5.0"}}}
