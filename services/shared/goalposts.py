"""The goalposts of a key result: what its progress is read against."""

from __future__ import annotations

from typing import Final

GOALPOSTS: Final = ("start", "target", "low", "high", "mode", "milestones", "feeds", "weight", "due_day", "plan")
"""By the names under which they are set. Another one, while its objective is active, is a moved goalpost."""
