"""Prints every event of a topic once, a line of JSON each, and goes on as new ones come: pip install aiokafka protobuf."""

import asyncio
import json
import os
import ssl
import sys
from pathlib import Path
from uuid import UUID

from aiokafka import AIOKafkaConsumer
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.json_format import MessageToDict
from google.protobuf.message_factory import GetMessages

TOPIC = os.environ.get("TOPIC", "{topic}")
MESSAGES = GetMessages(FileDescriptorSet.FromString(Path(os.environ.get("DESCRIPTORS", "cairn.binpb")).read_bytes()).file)


async def main() -> None:
    user, protocol = os.environ.get("USERNAME", ""), os.environ.get("PROTOCOL", "SASL_PLAINTEXT")
    consumer = AIOKafkaConsumer(
        TOPIC,
        bootstrap_servers=os.environ["BOOTSTRAP"],
        group_id=os.environ.get("GROUP", f"{user}.python"),
        auto_offset_reset="earliest",  # from the first event on
        enable_auto_commit=False,  # this example begins anew each time
        security_protocol=protocol,
        ssl_context=ssl.create_default_context(cafile=os.environ.get("CA_FILE")) if protocol.endswith("SSL") else None,
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username=user,
        sasl_plain_password=os.environ.get("PASSWORD", ""),
    )
    newest: dict[int, tuple[int, int]] = {}  # of each partition: keep it together with what you make of the events
    await consumer.start()
    try:
        async for message in consumer:
            headers = {name: value.decode() for name, value in message.headers}
            event_type = headers["ce_type"]
            if event_type == "cairn.log.v1.GenerationBegan":
                print(f"what came after {headers['ce_sequence']} before this message is lost", file=sys.stderr)
                continue
            place = (int(headers.get("ce_generation", 1)), int(headers["ce_sequence"]))
            if place <= newest.get(message.partition, (0, 0)):
                continue  # it was sent again
            newest[message.partition] = place
            said = {"sequence": place[1], "type": event_type, "id": headers["ce_id"], "key": str(UUID(bytes=message.key))}
            if event_type in MESSAGES:  # else a newer release wrote it
                said["event"] = MessageToDict(MESSAGES[event_type].FromString(message.value), preserving_proto_field_name=True)
            print(json.dumps(said), flush=True)
    finally:
        await consumer.stop()


asyncio.run(main())
