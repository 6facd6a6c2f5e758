"""PostgreSQL: connections, tables that carry their version, COPY; and its binary forms, which are a module of their own (`binary`)."""

from chassis.postgres import binary
from chassis.postgres.access import GRANT_ACCESS, OTHER_TABLES, TABLES, TENANT, DatabaseRole, privileges
from chassis.postgres.connections import PLAN_ONCE, Connection, Pool, connection_pool, kept_cursor
from chassis.postgres.copying import copy_rows, copy_rows_async, packed_rows
from chassis.postgres.migrations import NewerSchema, Step, known_version, migrate
from chassis.postgres.tenants import TenantConnections, show

__all__ = [
    "GRANT_ACCESS",
    "OTHER_TABLES",
    "PLAN_ONCE",
    "TABLES",
    "TENANT",
    "Connection",
    "DatabaseRole",
    "NewerSchema",
    "Pool",
    "Step",
    "TenantConnections",
    "binary",
    "connection_pool",
    "copy_rows",
    "copy_rows_async",
    "kept_cursor",
    "known_version",
    "migrate",
    "packed_rows",
    "privileges",
    "show",
]
