"""What each event says of tenants, objectives, key results, cycles and check-ins, as facts: one fold for every event type that matters.

Live, in a rebuild and in a replay without a server the same folds run; they differ only in where the facts are put. A fold reads no
database and no clock. It may look at the definition that an event changes, which whoever folds has to have put into `Facts` before.
"""

from progress.facts.folds import (  # noqa: F401 - each declares its folds
    check_ins,
    conversations,
    cycles,
    key_results,
    kpis,
    objectives,
    tenants,
    work,
)
from progress.facts.folds.registry import EVENT_TYPES, LOGS, PASSED_OVER, Recorded, fold, folded_types

__all__ = ["EVENT_TYPES", "LOGS", "PASSED_OVER", "Recorded", "fold", "folded_types"]
