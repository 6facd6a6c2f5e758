"""What a person reads while something takes its time."""

from __future__ import annotations

import sys
from typing import TextIO


class Narrator:
    """Writes lines; one that tells progress is written over on a terminal, and appears once a change elsewhere."""

    def __init__(self, stream: TextIO | None = None):
        self._stream = stream or sys.stdout
        self._terminal = self._stream.isatty()
        self._last = ""

    def say(self, line: str) -> None:
        """A line that stays."""
        self._stream.write(f"\r\033[K{line}\n" if self._terminal else f"{line}\n")
        self._stream.flush()
        self._last = ""

    def progress(self, line: str) -> None:
        """How far it is."""
        if line == self._last:
            return
        self._last = line
        self._stream.write(f"\r\033[K{line}" if self._terminal else f"{line}\n")
        self._stream.flush()

    def clear(self) -> None:
        """Takes the last progress off the terminal, before somebody else writes there."""
        if self._terminal and self._last:
            self._stream.write("\r\033[K")
            self._stream.flush()
        self._last = ""
