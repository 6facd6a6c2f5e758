"""What goals' commands and queries work with."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.eventstore import Aggregates
from goals.index import Index


@dataclass(frozen=True, slots=True)
class Goals:
    """The service: its aggregates to decide on, its log to find things in."""

    aggregates: Aggregates
    index: Index
