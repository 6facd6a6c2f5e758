"""`services/gateway/catalogues/event_types.json`: what the protos say of every event, for the gateway to tell."""

from __future__ import annotations

import json
from typing import Final

from generate_protos import ROOT
from stream_contract.cards import field_rows
from stream_contract.topics import STATE, TOPICS

PATH: Final = ROOT / "services" / "gateway" / "catalogues" / "event_types.json"


def render() -> str:
    """The catalogue as JSON."""
    types = [
        {
            "type": message.full_name,
            "name": message.name,
            "log": topic.name,
            "topic": topic.address,
            "meaning": " ".join(message.what.split()),
            "fields": [{"name": name, "type": kind, "meaning": meaning} for name, _, kind, meaning in field_rows(message.descriptor)],
        }
        for topic in TOPICS
        if topic is not STATE
        for message in topic.messages
    ]
    return json.dumps(types, indent=1, ensure_ascii=False) + "\n"
