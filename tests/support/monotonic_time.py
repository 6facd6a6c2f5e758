"""A monotonic clock that a test moves."""

from __future__ import annotations


class MonotonicTime:
    """In the place of `time.monotonic`."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now
