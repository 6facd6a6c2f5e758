"""What was noted for whoever watches over a tenant: said once, and nothing follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from google.protobuf.message import Message

from cairn.directory.v1.events_pb2 import SecurityEventNoted


@dataclass(slots=True)
class SecurityEvent:
    """One note: an aggregate of its own, so that none waits for another."""

    is_noted: bool = False


def apply(security_event: SecurityEvent, event: Message) -> None:
    """Folds one event. Raises TypeError for another than a note."""
    if not isinstance(event, SecurityEventNoted):
        raise TypeError(f"{type(event).__name__} is no security event")
    security_event.is_noted = True


def note(security_event: SecurityEvent, event: SecurityEventNoted) -> Sequence[SecurityEventNoted]:
    """What somebody noted, as it was told; nothing where it was noted before."""
    return () if security_event.is_noted else (event,)
