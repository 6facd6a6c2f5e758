"""Reasons of services for which an import has an answer of its own, as they say them."""

from __future__ import annotations

from typing import Final

OBJECTIVE_ACTIVE: Final = "OBJECTIVE_ACTIVE"
OBJECTIVE_CLOSED: Final = "OBJECTIVE_CLOSED"
KEY_RESULT_UNKNOWN: Final = "KEY_RESULT_UNKNOWN"
KEY_RESULT_CANCELLED: Final = "KEY_RESULT_CANCELLED"
COUNTS_FOR_ITSELF: Final = "COUNTS_FOR_ITSELF"
"""A key result counts for its home anyway."""
HOLDS_FROM_TOO_EARLY: Final = "HOLDS_FROM_TOO_EARLY"
"""What was said of a later day already stays as it is."""
NAME_TAKEN: Final = "NAME_TAKEN"
HOLDS_FROM_AHEAD: Final = "HOLDS_FROM_AHEAD"
"""A definition holds from a day that lies ahead."""
NOT_CAUGHT_UP: Final = "NOT_CAUGHT_UP"
"""Not everything has been taken in within the time that others wait."""
