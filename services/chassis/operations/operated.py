"""What of a service is operated, and who may."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import NamedTuple

from chassis.eventstore import EventLog
from chassis.kafka.consumer import Consumer
from chassis.rebuild import RebuildProcess
from chassis.runtime import InstallationClock


class Permissions(NamedTuple):
    """Which roles may do what, beyond what any signed-in caller may."""

    read_dead_letters: Collection[str]
    replay_dead_letters: Collection[str]
    dead_letters_of_all: Collection[str]
    """Who sees and replays those of every tenant, and those that do not tell whose they are; everybody else their own tenant's alone."""
    rebuild: Collection[str]
    recover_log: Collection[str]
    advance_clock: Collection[str]


@dataclass(frozen=True, slots=True)
class Operated:
    """A service's clock, its log, if it has one, and its consumer, if it has one."""

    permissions: Permissions
    clock: InstallationClock
    log: EventLog | None = None
    consumer: Consumer | None = None
    followed: Callable[[], Awaitable[None]] | None = None
    """Returns once what reacts to the consumed has reacted."""
    rebuilding: RebuildProcess | None = None
    waiting: Callable[[], Awaitable[int]] | None = None
    """How many present states are still to be told on Kafka; where a service tells any."""
