"""The golden files: for each event type, events as bytes, as the version that they are named after wrote them.

A file only grows. What stands in it is in somebody's log.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message

from audit.readable import readable_event
from tests.contract.events.samples import ROOT, event_types, samples_of

FOLDER: Final = ROOT / "contracts" / "events"


@dataclass(frozen=True)
class Golden:
    """One event of a golden file."""

    event_type: str
    written_by: str  # the version, or the commit
    what: str  # which fields are set, or where it comes from
    payload: bytes
    readable: dict[str, Any]  # as an export shows it


def read(event_type: str) -> list[Golden]:
    """The events that the golden file of an event type holds; none where there is no file."""
    path = _path(event_type)
    if not path.exists():
        return []
    events = json.loads(path.read_text())["events"]
    return [Golden(event_type, e["written_by"], e["what"], bytes.fromhex(e["payload"]), e["event"]) for e in events]


def write(event_type: str, events: Iterable[Golden]) -> None:
    """Writes the golden file of an event type."""
    entries = [{"written_by": g.written_by, "what": g.what, "payload": g.payload.hex(), "event": g.readable} for g in events]
    _path(event_type).write_text(json.dumps({"event_type": event_type, "events": entries}, indent=1, ensure_ascii=False) + "\n")


def golden(event: Message, written_by: str, what: str) -> Golden:
    """An event as it is written now."""
    event_type, payload = event.DESCRIPTOR.full_name, event.SerializeToString(deterministic=True)
    readable = readable_event(event_type, payload)
    assert readable is not None, f"audit cannot read {event_type}"
    return Golden(event_type, written_by, what, payload, readable)


def missing(event_type: Descriptor) -> list[tuple[str, Message]]:
    """The samples of an event type of which no golden file has the bytes yet, by what they are."""
    known = {event.payload for event in read(event_type.full_name)}
    return [(what, event) for what, event in samples_of(event_type) if event.SerializeToString(deterministic=True) not in known]


def add(written_by: str) -> list[str]:
    """Adds what is missing to the golden files; answers what it added."""
    added = []
    for event_type in event_types():
        if new := [golden(event, written_by, what) for what, event in missing(event_type)]:
            write(event_type.full_name, [*read(event_type.full_name), *new])
            added += [f"{event.event_type}: {event.what}" for event in new]
    return added


def files() -> set[str]:
    """The event types that have a golden file."""
    return {path.stem for path in FOLDER.glob("*.json")}


def _path(event_type: str) -> Path:
    return FOLDER / f"{event_type}.json"
