"""Exports of made-up histories."""

from __future__ import annotations

import hashlib
from base64 import b64encode

import orjson

from chassis.days import instant_of
from chassis.events import RecordedEvent
from chassis.ids import id_text
from tests.support.history import History


def line_of(e: RecordedEvent) -> bytes:
    return orjson.dumps(
        {
            "log": e.log,
            "position": e.position,
            "event_id": id_text(e.event_id),
            "tenant_id": id_text(e.tenant_id),
            "aggregate_id": id_text(e.aggregate_id),
            "aggregate_version": e.aggregate_version,
            "recorded_at": instant_of(e.recorded_at).isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "type": e.event_type,
            "payload": b64encode(e.payload).decode(),
        }
    )


def export(events: list[RecordedEvent], history: History) -> list[bytes]:
    heads = {log: max(e.position for e in events if e.log == log) for log in ("goals", "checkins")}
    header = orjson.dumps({"format": "cairn-export", "version": 1, "tenant_id": id_text(history.tenants[0]), "heads": heads})
    lines = [line + b"\n" for line in (header, *map(line_of, events))]
    return [*lines, orjson.dumps({"events": len(events), "sha256": hashlib.sha256(b"".join(lines)).hexdigest()}) + b"\n"]
