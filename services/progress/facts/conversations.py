"""What comments say now, from the facts on them: the same for lists, for the digest and for a replay."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import NamedTuple, assert_never

from chassis.ids import Id
from progress.facts.rows import CommentChange, CommentFact, ReactionFact, Recording


class SaidNow(NamedTuple):
    """A comment as it stands: as it was written, and what became of it."""

    written: CommentFact
    text: str  # empty: it was taken back
    mentions: tuple[tuple[int, Id], ...]
    edited: Recording | None
    taken_back: Recording | None
    why_taken_back: str
    declined: Recording | None  # the feedback that it asks for
    why_declined: str


def said_now(facts: Iterable[CommentFact]) -> dict[Id, SaidNow]:
    """Each comment by its id, in the order in which they were written. What is on a comment that nobody wrote is passed over."""
    said: dict[Id, SaidNow] = {}
    for fact in sorted(facts, key=attrgetter("recording.position")):
        before = said.get(fact.comment_id)
        if fact.change is CommentChange.WRITTEN:
            said[fact.comment_id] = SaidNow(fact, fact.text, _mentions(fact), None, None, "", None, "")
        elif before is not None:
            said[fact.comment_id] = _changed(before, fact)
    return said


def standing_reactions(facts: Iterable[ReactionFact]) -> dict[Id, list[tuple[Id, int]]]:
    """By comment: whose reactions stand, and which."""
    standing: dict[Id, dict[tuple[Id, int], None]] = {}
    for fact in sorted(facts, key=attrgetter("recording.position")):
        of_comment = standing.setdefault(fact.comment_id, {})
        if fact.stands:
            of_comment[fact.person_id, fact.reaction] = None
        else:
            of_comment.pop((fact.person_id, fact.reaction), None)
    return {comment_id: sorted(reactions) for comment_id, reactions in standing.items()}


def _changed(before: SaidNow, fact: CommentFact) -> SaidNow:
    match fact.change:
        case CommentChange.EDITED:
            return before._replace(text=fact.text, mentions=_mentions(fact), edited=fact.recording)
        case CommentChange.TAKEN_BACK:
            return before._replace(text="", mentions=(), taken_back=fact.recording, why_taken_back=fact.text)
        case CommentChange.DECLINED:
            return before._replace(declined=fact.recording, why_declined=fact.text)
        case CommentChange.WRITTEN:
            return before  # once is enough
        case other:
            assert_never(other)


def _mentions(fact: CommentFact) -> tuple[tuple[int, Id], ...]:
    return tuple(zip(fact.mention_ats, fact.mention_ids, strict=True))
