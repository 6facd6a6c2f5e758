"""An item in words, as people read it."""

from __future__ import annotations

from typing import Final

from cairn.progress.v1 import events_pb2 as progress
from shared.figures import percent


def subject(name: str, status_from: progress.Status.ValueType, status_to: progress.Status.ValueType, share: float) -> str:
    """One line: what turned, from what to what, and where it stood then."""
    return f"{name}: {status_name(status_from)} → {status_name(status_to)}, at {percent(share)}"


LOST_SIGHT: Final = "an objective that you can no longer see: its status turned"
NOT_TO_BE_HAD: Final = "an objective that cannot be looked up now: its status turned"


def subject_without_numbers(name: str) -> str:
    """One line for somebody who is not told the numbers: that it turned."""
    return f"{name}: its status turned"


def status_name(status: progress.Status.ValueType) -> str:
    """As a person reads it: "on track" for STATUS_ON_TRACK."""
    return progress.Status.Name(status).removeprefix("STATUS_").lower().replace("_", " ")
