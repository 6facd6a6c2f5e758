"""The card of the topic of states: its examples are states, its headers are those that are written, and its program reads it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from aiokafka import AIOKafkaProducer
from google.protobuf import json_format

from chassis.ids import id_text
from chassis.kafka.compacted import KeyedMessage
from progress.states import gone_message
from progress.states.messages import state_message
from stream_contract.topics import STATE, STATES
from tests.contract.stream.example_states import EXAMPLES, KEY_RESULT, OBJECTIVE, text_of
from tests.contract.stream.from_the_card import CARDS, TENANT, block, descriptors_of_the_card, running
from tests.integration.chassis.kafka.support import made_topic
from tests.support.infrastructure import Broker

CARD = CARDS / f"{STATE.address}.md"


def test_every_state_has_an_example_that_is_kept() -> None:
    kept = {path.stem: path.read_text() for path in STATES.glob("*.json")}
    assert kept == {name: text_of(state) for name, state in EXAMPLES.items()}, (
        "run `PYTHONPATH=deploy python -m tests.contract.stream.example_states`"
    )
    assert kept.keys() == {message.full_name for message in STATE.messages}


def written() -> list[KeyedMessage]:
    """An objective twice, a key result, and that it is gone."""
    of_objective = state_message(OBJECTIVE.objective_id, OBJECTIVE, TENANT)
    of_key_result = state_message(KEY_RESULT.key_result_id, KEY_RESULT, TENANT)
    gone = gone_message(KEY_RESULT.key_result_id, TENANT, KEY_RESULT.DESCRIPTOR.full_name)
    return [of_objective, of_objective, of_key_result, gone]


def test_the_headers_that_are_told_are_those_that_are_written() -> None:
    told = [{name for name, _ in message.headers} for message in [*written(), gone_message(TENANT, None, None)]]
    assert set.union(*told) == {header.name for header in STATE.headers}
    assert set.intersection(*told) == {header.name for header in STATE.headers if header.always}


async def test_the_python_of_the_card_tells_each_state(kafka: Broker, unique: str, tmp_path: Path) -> None:
    descriptors_of_the_card(tmp_path, CARD)
    (tmp_path / "consumer.py").write_text(block("python", CARD))
    await tells_each_state([sys.executable, "consumer.py"], tmp_path, kafka.bootstrap, unique)


async def tells_each_state(command: list[str], folder: Path, bootstrap: str, log: str) -> None:
    """Holds a program of the card to what the card promises."""
    topic, messages = await made_topic(bootstrap, log), written()
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all") as producer:
        for key, value, headers in messages:
            await producer.send_and_wait(topic, value, key=key, partition=2, headers=list(headers))
    async with running(command, folder, bootstrap, topic) as output:
        lines = [json.loads(await output.readline()) for _ in messages]
    assert [line["key"] for line in lines] == [id_text(message.key) for message in messages]
    *states, gone = lines
    for line, (_, value, _) in zip(states, messages, strict=False):
        state = EXAMPLES[line["type"]].FromString(value or b"")
        assert line["state"] == json_format.MessageToDict(state, preserving_proto_field_name=True)
    assert (gone["type"], gone["state"]) == ("cairn.progress.v1.KeyResultState", None)
