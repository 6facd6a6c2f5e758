"""An item in words, as people read it."""

from __future__ import annotations

from cairn.progress.v1 import events_pb2 as progress
from shared.figures import percent


def subject(name: str, status_from: progress.Status.ValueType, status_to: progress.Status.ValueType, share: float) -> str:
    """One line: what turned, from what to what, and where it stood then."""
    return f"{name}: {status_name(status_from)} → {status_name(status_to)}, at {percent(share)}"


def status_name(status: progress.Status.ValueType) -> str:
    """As a person reads it: "on track" for STATUS_ON_TRACK."""
    return progress.Status.Name(status).removeprefix("STATUS_").lower().replace("_", " ")
