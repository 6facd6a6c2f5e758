"""The coach: what an experienced eye says of objectives and key results. Rules, words, and nothing else; findings never block a command.

The rules are those of domain.md, section 9; the good and bad examples they rest on are those of common articles on OKRs.
"""

from shared.coach.drafts import KeyResult, Measured, Objective
from shared.coach.reviewing import MOST_FINDINGS, Finding, review
from shared.coach.rules import RULES, Rule, Severity

__all__ = ["MOST_FINDINGS", "RULES", "Finding", "KeyResult", "Measured", "Objective", "Rule", "Severity", "review"]
