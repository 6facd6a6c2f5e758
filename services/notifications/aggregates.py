"""The kind of aggregate that notifications keeps, and the events that it is folded from."""

from __future__ import annotations

from typing import Final

from cairn.notifications.v1 import events_pb2
from chassis.events import EventTypes
from chassis.eventstore import AggregateType
from notifications.domain import inbox
from shared.upcasters import UPCASTERS

EVENT_TYPES: Final = EventTypes(events_pb2, upcasters=UPCASTERS)

INBOX: Final = AggregateType("inbox", inbox.Inbox, inbox.apply, inbox.copy)
"""The inbox of one person, whose id the aggregate bears."""
