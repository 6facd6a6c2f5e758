"""The kind of aggregate that checkins keeps, and the events that it is folded from."""

from __future__ import annotations

from typing import Final

from cairn.checkins.v1 import events_pb2
from chassis.events import EventTypes
from chassis.eventstore.aggregates import AggregateType
from checkins.domain import check_ins
from shared.upcasters import UPCASTERS

EVENT_TYPES: Final = EventTypes(events_pb2, upcasters=UPCASTERS)

CHECK_INS: Final = AggregateType("check-ins", check_ins.CheckIns, check_ins.apply, check_ins.copy)
"""The aggregate is the check-ins of one key result, and bears its id; its partition key is the objective's."""
