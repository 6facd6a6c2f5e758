"""What every process has: configuration, a clock, logs and metrics, a way to start and stop.

What is named here is public, and loaded when it is asked for: a rebuild's processes want the settings alone, and logs and metrics would
keep each of them busy for another tenth of a second before it begins.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from chassis.lazy import loaded_when_asked_for

if TYPE_CHECKING:
    from chassis.runtime import telemetry, tracing
    from chassis.runtime.backoff import Backoff, attempt
    from chassis.runtime.clock import Clock, InstallationClock
    from chassis.runtime.config import Settings, load
    from chassis.runtime.machine_clock import TOLERANCE, MachineClock
    from chassis.runtime.priority import give_way
    from chassis.runtime.service import Lifetime, run, tune_garbage_collection
    from chassis.runtime.slices import time_sliced

__all__ = [
    "TOLERANCE",
    "Backoff",
    "Clock",
    "InstallationClock",
    "Lifetime",
    "MachineClock",
    "Settings",
    "attempt",
    "give_way",
    "load",
    "run",
    "telemetry",
    "time_sliced",
    "tracing",
    "tune_garbage_collection",
]

_HOMES: Final = {
    "TOLERANCE": "machine_clock",
    "Backoff": "backoff",
    "Clock": "clock",
    "InstallationClock": "clock",
    "Lifetime": "service",
    "MachineClock": "machine_clock",
    "Settings": "config",
    "attempt": "backoff",
    "give_way": "priority",
    "load": "config",
    "run": "service",
    "time_sliced": "slices",
    "tune_garbage_collection": "service",
}

__getattr__: Final = loaded_when_asked_for(__name__, _HOMES)
