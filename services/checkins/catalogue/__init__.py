"""Checkins' own copy of what it must know of key results, from the events of goals.

Rows in this service's database, written by the consumer (`consuming`); a bounded map of them in memory (`memory`), so that a check-in
on a known key result waits for nothing but its append. What is learnt carries the version of its objective: a newer event drops it from
memory, an older one does not. The news of it comes from PostgreSQL (`changes`), since the event may have been consumed by another
process. A key result that has not arrived yet is asked of goals (`asking`).
"""

from checkins.catalogue.asking import described_key_result
from checkins.catalogue.catalogue import Catalogue
from checkins.catalogue.changes import TELL_OF_ALL
from checkins.catalogue.consuming import GOALS_EVENT_TYPES, INDEXES, LIVE, STEPS, TABLES, conninfo, take_in, write

__all__ = [
    "GOALS_EVENT_TYPES",
    "INDEXES",
    "LIVE",
    "STEPS",
    "TABLES",
    "TELL_OF_ALL",
    "Catalogue",
    "conninfo",
    "described_key_result",
    "take_in",
    "write",
]
