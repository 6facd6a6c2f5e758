"""What every process has: configuration, a clock, logs and metrics, a way to start and stop."""

from chassis.runtime import telemetry, tracing
from chassis.runtime.backoff import Backoff
from chassis.runtime.clock import Clock, InstallationClock, SystemClock
from chassis.runtime.config import Settings, load
from chassis.runtime.service import Lifetime, run, tune_garbage_collection

__all__ = [
    "Backoff",
    "Clock",
    "InstallationClock",
    "Lifetime",
    "Settings",
    "SystemClock",
    "load",
    "run",
    "telemetry",
    "tracing",
    "tune_garbage_collection",
]
