"""What objectives and key results come to now, told on a compacted topic."""

from progress.states.messages import computation_of, gone_message, key_result_messages, objective_message
from progress.states.owed import (
    Owed,
    StateWitness,
    all_told,
    clear_gone,
    clear_owed,
    gone,
    owe,
    owed,
    remember_ends,
    waiting,
)
from progress.states.statuses import note_statuses

__all__ = [
    "Owed",
    "StateWitness",
    "all_told",
    "clear_gone",
    "clear_owed",
    "computation_of",
    "gone",
    "gone_message",
    "key_result_messages",
    "note_statuses",
    "objective_message",
    "owe",
    "owed",
    "remember_ends",
    "waiting",
]
