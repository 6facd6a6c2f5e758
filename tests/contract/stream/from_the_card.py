"""Consumers that were given a topic card and nothing else, on a topic of a test's own."""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer
from google.protobuf import json_format
from grpc_tools import protoc

from audit.readable import EVENT_TYPES
from chassis.events import RecordedEvent
from chassis.eventstore import Generation
from chassis.ids import id_text, new_id
from chassis.kafka.headers import generation_headers
from tests.contract.events import golden
from tests.contract.events.samples import EXAMPLE, ROOT
from tests.integration.chassis.kafka.support import made_topic
from tests.support.messages import header_tuples

CARDS = ROOT / "contracts" / "topics"
CARD = CARDS / "cairn.goals.events.v1.md"
PATIENCE = 60.0
LOG_ID, TENANT, KEY = new_id(), new_id(), new_id()


def block(language: str, card: Path = CARD) -> str:
    """The first block of a language in a card: a program, or the proto."""
    found = re.search(rf"^```{language}\n(.*?)^```$", card.read_text(), re.MULTILINE | re.DOTALL)
    assert found is not None, f"{card} has no {language}"
    return found[1]


def descriptors_of_the_card(folder: Path, card: Path = CARD) -> Path:
    """`cairn.binpb`, made of the card's proto as the card says, with those of the cards that it names for what it imports."""
    proto = saved(folder, card)
    for other in re.findall(r"\]\((cairn\.[a-z.0-9]+\.md)\)", card.read_text()):
        saved(folder, CARDS / other)
    made = folder / "cairn.binpb"
    own = files("grpc_tools") / "_proto"  # which `python -m grpc_tools.protoc` adds by itself
    assert protoc.main(["protoc", f"-I{folder}", f"-I{own}", "--include_imports", f"--descriptor_set_out={made}", str(proto)]) == 0
    return made


def saved(folder: Path, card: Path) -> Path:
    """The proto of a card, in a file of the name that the card gives it."""
    name = re.search(r"saved as `([^`]+)`", card.read_text())
    assert name is not None, f"{card} does not say what its proto is called"
    proto = folder / name[1]
    proto.parent.mkdir(parents=True, exist_ok=True)
    proto.write_text(block("proto", card))
    return proto


def events() -> list[RecordedEvent]:
    """An event of each type that the card tells of, with the bytes that it gives as an example."""
    types = sorted(name for name in golden.files() if name.startswith("cairn.goals."))
    examples = [next((e for e in golden.read(name) if e.what == EXAMPLE), golden.read(name)[0]) for name in types]
    return [recorded(number, example.event_type, example.payload) for number, example in enumerate(examples, 1)]


def recorded(position: int, event_type: str, payload: bytes) -> RecordedEvent:
    """An event of the log of goals."""
    return RecordedEvent(
        "goals",
        position,
        new_id(),
        TENANT,
        KEY,
        position,
        1_790_000_000_000_000,
        new_id(),
        None,
        new_id(),
        None,
        KEY,
        event_type,
        payload,
        1,
        LOG_ID,
    )


async def written(bootstrap: str, log: str, said: Sequence[RecordedEvent]) -> str:
    """A topic that holds the events, the first half of them twice, what a newer release wrote, and the beginning of a generation."""
    topic = await made_topic(bootstrap, log)
    newer = recorded(len(said) + 1, "cairn.goals.v9.Unheard", b"\xff")
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all")
    await producer.start()
    try:
        for event in [*said[: len(said) // 2], *said, newer]:
            await producer.send_and_wait(topic, event.payload, key=event.partition_key, partition=2, headers=header_tuples(event))
        began = Generation(2, newer.position + 1, newer.recorded_at, "a restore")
        await producer.send_and_wait(topic, b"", partition=2, headers=generation_headers("goals", LOG_ID, began))
        last = said[-1]._replace(position=began.first_position, generation=2)
        await producer.send_and_wait(topic, last.payload, key=last.partition_key, partition=2, headers=header_tuples(last))
    finally:
        await producer.stop()
    return topic


@asynccontextmanager
async def running(command: Sequence[str], folder: Path, bootstrap: str, topic: str) -> AsyncIterator[asyncio.StreamReader]:
    """What a program of the card prints that was started as the card says."""
    told = {"BOOTSTRAP": bootstrap, "TOPIC": topic, "PROTOCOL": "PLAINTEXT", "USERNAME": f"reader-{topic}", "PASSWORD": "unused"}
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | told
    process = await asyncio.create_subprocess_exec(*command, cwd=folder, env=environment, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def consumes_what_is_told_once(command: Sequence[str], folder: Path, bootstrap: str, log: str) -> None:
    """Holds a program of the card to what the card promises."""
    said = events()
    topic = await written(bootstrap, log, said)
    async with running(command, folder, bootstrap, topic) as output, asyncio.timeout(PATIENCE):
        lines = [json.loads(await output.readline()) for _ in range(len(said) + 2)]
    assert [line["sequence"] for line in lines] == list(range(1, len(said) + 3))
    assert {line["key"] for line in lines} == {id_text(KEY)}
    *told, newer, last = lines
    assert (newer["type"], "event" in newer) == ("cairn.goals.v9.Unheard", False)
    for line, event in zip([*told, last], [*said, said[-1]], strict=True):
        assert (line["type"], line["event"]) == (event.event_type, as_protobufs_json(event))


def as_protobufs_json(event: RecordedEvent) -> Any:
    """What an event says, in protobuf's own JSON."""
    return json_format.MessageToDict(EVENT_TYPES.decode(event.event_type, event.payload), preserving_proto_field_name=True)
