"""Prints every state of a topic, a line of JSON each, and goes on as new ones come: pip install aiokafka protobuf."""

import asyncio
import json
import os
import ssl
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
        auto_offset_reset="earliest",  # from the beginning on: all that there is
        enable_auto_commit=False,  # this example begins anew each time
        security_protocol=protocol,
        ssl_context=ssl.create_default_context(cafile=os.environ.get("CA_FILE")) if protocol.endswith("SSL") else None,
        sasl_mechanism="SCRAM-SHA-512",
        sasl_plain_username=user,
        sasl_plain_password=os.environ.get("PASSWORD", ""),
    )
    await consumer.start()
    try:
        async for message in consumer:
            headers = {name: value.decode() for name, value in message.headers}
            said = {
                "key": str(UUID(bytes=message.key)),
                "type": headers.get("ce_type"),
                "state": None,
            }  # None: it is gone
            if message.value is not None:
                if said["type"] not in MESSAGES:
                    continue  # a newer release wrote it
                said["state"] = MessageToDict(MESSAGES[said["type"]].FromString(message.value), preserving_proto_field_name=True)
            print(json.dumps(said), flush=True)
    finally:
        await consumer.stop()


asyncio.run(main())
