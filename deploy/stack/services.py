"""The processes of Cairn: their modules, ports, databases, and whom each asks.

The process manager's configuration, the health checks, the roles in the databases and the test of `docker-compose.yml` derive from it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """One process of ours.

    `port` and its metrics (100 above) count from the base port. `keeps_log` tells whether its database holds an event log, `reads_logs`
    which services' logs it reads there directly, `asks` which services it asks over gRPC. By `nice` what follows logs goes behind what
    commands wait for: else whoever appends much makes everybody wait for what becomes of it, too.
    """

    name: str
    module: str
    port: int
    protocol: str = "grpc"
    has_database: bool = True
    keeps_log: bool = False
    reads_logs: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    nice: int = 0


LOGS = ("directory", "goals", "checkins", "progress", "notifications")
"""Every log there is, by the service that keeps it."""

SERVICES = (
    Service("directory", "directory.main", 1, keeps_log=True),
    Service("goals", "goals.main", 2, keeps_log=True),
    Service("checkins", "checkins.main", 3, keeps_log=True, reads_logs=("goals",), asks=("goals",)),
    Service(
        "progress",
        "progress.main",
        4,
        keeps_log=True,
        reads_logs=("directory", "goals", "checkins"),
        asks=("directory", "goals", "checkins"),
        nice=5,
    ),
    Service(
        "notifications",
        "notifications.main",
        5,
        keeps_log=True,
        reads_logs=("goals", "checkins", "progress", "notifications"),
        asks=("goals", "checkins", "progress", "notifications"),
        nice=5,
    ),
    Service("audit", "audit.main", 6, reads_logs=LOGS, asks=LOGS, nice=5),
    Service("relay", "chassis.kafka.relay", 7, protocol="metrics", has_database=False, reads_logs=LOGS, nice=5),
    Service(
        "gateway",
        "gateway.main",
        0,
        protocol="http",
        has_database=False,
        asks=("directory", "goals", "checkins", "progress", "notifications", "audit"),
    ),
)
BY_NAME = {service.name: service for service in SERVICES}
