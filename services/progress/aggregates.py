"""The kinds of aggregates that progress keeps in a log of its own, and the events that they are folded from."""

from __future__ import annotations

from typing import Final

from cairn.progress.v1 import events_pb2
from chassis.events import EventTypes
from progress.formula_switches import FORMULAS
from progress.status_turns import ANNOUNCED
from shared.upcasters import UPCASTERS

__all__ = ["ANNOUNCED", "EVENT_TYPES", "FORMULAS"]

EVENT_TYPES: Final = EventTypes(events_pb2, upcasters=UPCASTERS)
