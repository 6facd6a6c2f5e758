"""What the logs say, as named rows: the rows, the one fold that makes them, and what of them holds at a point of both time axes.

Nothing here needs a server: `cairn replay` runs on this alone.
"""

from progress.facts.declared import Bits, Code, Day, Instant, Position, Table, Version, columns_of, fact, fact_tables, table_of
from progress.facts.definitions import UnknownMeasure
from progress.facts.facts import Cycle, Facts
from progress.facts.folds import EVENT_TYPES, LOGS, PASSED_OVER, Recorded, fold, folded_types
from progress.facts.in_memory import FactsInMemory
from progress.facts.rows import (
    ABSTENTIONS,
    FOR_EVER,
    SINCE_EVER,
    Alignment,
    CheckInFact,
    CheckInKind,
    CountsFor,
    Ending,
    Grade,
    KeyResultDefinition,
    KeyResultVersion,
    KpiDefinition,
    KpiValue,
    KpiVersion,
    ObjectiveDefinition,
    ObjectiveVersion,
    Recording,
)
from progress.facts.timelines import Segment, Timeline

__all__ = [
    "ABSTENTIONS",
    "EVENT_TYPES",
    "FOR_EVER",
    "LOGS",
    "PASSED_OVER",
    "SINCE_EVER",
    "Alignment",
    "Bits",
    "CheckInFact",
    "CheckInKind",
    "Code",
    "CountsFor",
    "Cycle",
    "Day",
    "Ending",
    "Facts",
    "FactsInMemory",
    "Grade",
    "Instant",
    "KeyResultDefinition",
    "KeyResultVersion",
    "KpiDefinition",
    "KpiValue",
    "KpiVersion",
    "ObjectiveDefinition",
    "ObjectiveVersion",
    "Position",
    "Recorded",
    "Recording",
    "Segment",
    "Table",
    "Timeline",
    "UnknownMeasure",
    "Version",
    "columns_of",
    "fact",
    "fact_tables",
    "fold",
    "folded_types",
    "table_of",
]
