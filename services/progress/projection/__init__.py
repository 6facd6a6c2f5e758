"""The projection in PostgreSQL: its tables, the effect of a batch of events on them, and what follows from facts that are stored."""

from progress.projection.batches import as_statements, project
from progress.projection.changes import Changed, statements_after
from progress.projection.newest import settle_newest_recorded
from progress.projection.tables import (
    FEEDBACK_ASKED,
    FOLLOWER_LOCK,
    LIVE,
    MOVED_BETWEEN_CYCLES,
    OBJECTIVES_BY_KPI,
    SUMS_BY_FEED,
    TABLE_NAMES,
    conninfo,
    create_schema,
    create_tables,
    ids,
    indexes,
    prepare_for_queries,
)

__all__ = [
    "FEEDBACK_ASKED",
    "FOLLOWER_LOCK",
    "LIVE",
    "MOVED_BETWEEN_CYCLES",
    "OBJECTIVES_BY_KPI",
    "SUMS_BY_FEED",
    "TABLE_NAMES",
    "Changed",
    "as_statements",
    "conninfo",
    "create_schema",
    "create_tables",
    "ids",
    "indexes",
    "prepare_for_queries",
    "project",
    "settle_newest_recorded",
    "statements_after",
]
