"""Below which size a group of people is not shown: what is told of few tells of each. Source: formulas, Others: Participation."""

from __future__ import annotations

from typing import Final

SMALLEST_GROUP: Final = 5
"""People that are in a team on the day in question."""
