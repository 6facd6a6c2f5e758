"""A check-in as a version before the first one might have recorded it: as text, its value in thousandths, and its upcaster.

A process with this folder on its path knows it from its start: Python imports `sitecustomize` by itself.
"""

from __future__ import annotations

import json

from google.protobuf.json_format import MessageToDict, ParseDict

from cairn.checkins.v1.events_pb2 import CheckInRecorded
from chassis.events import event_type_of
from shared.upcasters import UPCASTERS

NOTED = "cairn.checkins.v0.CheckInNoted"
RECORDED = event_type_of(CheckInRecorded())


def as_noted(payload: bytes) -> bytes:
    """What the older version would have written instead."""
    fields = MessageToDict(CheckInRecorded.FromString(payload), preserving_proto_field_name=True)
    if "value" in fields:
        fields["thousandths"] = round(fields.pop("value") * 1000)
    return json.dumps(fields).encode()


def upcast(payload: bytes) -> tuple[str, bytes]:
    """The event of today that says the same."""
    fields = json.loads(payload)
    if "thousandths" in fields:
        fields["value"] = fields.pop("thousandths") / 1000
    return RECORDED, ParseDict(fields, CheckInRecorded()).SerializeToString(deterministic=True)


UPCASTERS[NOTED] = upcast
