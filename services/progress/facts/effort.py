"""What holds of time that was logged: what its newest event said."""

from __future__ import annotations

from collections.abc import Iterable

from progress.facts.rows import EffortFact


def standing_efforts(facts: Iterable[EffortFact]) -> list[EffortFact]:
    """Of each entry what was said last, in the order of their ids; without those that were taken back."""
    newest: dict[bytes, EffortFact] = {}
    for fact in facts:
        known = newest.get(fact.effort_id)
        if known is None or fact.recording.position > known.recording.position:
            newest[fact.effort_id] = fact
    return [newest[effort_id] for effort_id in sorted(newest) if newest[effort_id].minutes]
