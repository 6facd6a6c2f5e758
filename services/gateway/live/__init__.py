"""What changes, told to whoever listens, as far as they may know of it (decision 47)."""

from gateway.live.changes import LiveChanges
from gateway.live.reader import Reader, event
from gateway.live.told_as import EVENT_TYPES, NOT_TOLD, TOLD_AS, Kind, What

__all__ = ["EVENT_TYPES", "NOT_TOLD", "TOLD_AS", "Kind", "LiveChanges", "Reader", "What", "event"]
