"""What audit's queries work with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from audit.bell import Bell
from audit.complete import CompleteLogs
from chassis.kafka.consumer import LogOwner
from chassis.postgres import TenantConnections
from chassis.runtime import Clock


@dataclass(frozen=True, slots=True)
class Audit:
    """The service: the database that it reads, across tenants (`database_url`) and one tenant at a time; and the owners of the logs.

    `partitions` is their number in each log's topic.
    """

    database_url: str
    query_dsn: str
    connections: TenantConnections
    logs: Mapping[str, LogOwner]
    clock: Clock
    partitions: int
    complete: CompleteLogs = field(default_factory=CompleteLogs)
    bell: Bell = field(default_factory=Bell)
