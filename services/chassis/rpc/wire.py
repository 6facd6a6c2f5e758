"""What both ends of a call agree on: the names of what travels with it, and how large a message may be."""

from __future__ import annotations

from typing import Final

IDENTITY: Final = "cairn-identity"
"""Who calls: the token that the gateway signed."""

CORRELATION: Final = "cairn-correlation-id"
"""The id that all calls and events of one request share."""

CAUSATION: Final = "cairn-causation-id"
"""The id of the event that led to the call, if one did."""

IDEMPOTENCY: Final = "cairn-idempotency-key"
"""Under which a command is carried out once, however often it is sent."""

AFTER: Final = "cairn-after"
"""Positions that the answer must be at least as new as."""

MAX_MESSAGE_BYTES: Final = 32 << 20
