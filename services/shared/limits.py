"""What a number may be, and how much of something there may be, wherever it is asked."""

from __future__ import annotations

from typing import Final

LARGEST_NUMBER: Final = 1e18
"""Of a start, a target and a value, on either side of 0."""
LARGEST_WEIGHT: Final = 1e9
"""Sums and quotients of what lies within these bounds are finite: no number that comes out of a roll-up is NaN or infinite."""
FEWEST_GOOD_KEY_RESULTS: Final = 2
MOST_GOOD_KEY_RESULTS: Final = 5
MOST_KEY_RESULTS: Final = 100
"""Of an objective, cancelled ones among them."""
MOST_COMMENTS: Final = 2000
"""On one objective, key result or check-in, those that were taken back among them."""
MOST_REACTIONS: Final = 500
"""To one comment."""
MOST_MENTIONS: Final = 50
"""In one comment: as many words behind an @ as may be somebody's handle."""
MOST_MILESTONES: Final = 50
"""Of a key result: each is a bit of what a check-in says."""
MOST_TEAMS: Final = 5_000
"""Of a tenant, those that were dissolved among them."""
MOST_TEAMS_ABOVE_ONE_ANOTHER: Final = 50
MOST_PILLARS: Final = 500
"""Of a tenant, those that were removed among them."""
MOST_VIEWS: Final = 100
"""Saved views of a person, those that were removed not among them."""
LONGEST_ADDRESS: Final = 2000
"""Of a saved view: more than any page of the app writes, and what every browser takes."""
MOST_PLANNED: Final = 100
"""Days of a key result's plan."""
MOST_TEMPLATES: Final = 500
"""Of a tenant's own, those that were removed not among them: they are told on one page."""
MOST_FEEDS: Final = 100
"""Of a sum: the key results and KPIs whose values it adds up."""
MOST_SUMS_IN_A_CHAIN: Final = 10
"""Of which each feeds the next: so many times what feeds them is looked for."""
