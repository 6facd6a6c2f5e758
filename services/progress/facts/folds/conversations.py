"""What events say of comments, feedback and reactions, as facts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from cairn.checkins.v1 import events_pb2 as checkins
from chassis.ids import Id
from progress.facts.facts import Facts
from progress.facts.folds.registry import Recorded, folds
from progress.facts.folds.versions import recording_of
from progress.facts.rows import (
    CommentChange,
    CommentFact,
    CommentKind,
    ReactionFact,
)


@folds(checkins.CommentWritten)
def comment_written(recorded: Recorded, event: checkins.CommentWritten, facts: Facts) -> None:
    """It begins a thread, or goes on with one."""
    _comment(recorded, event, facts, CommentKind.COMMENT, thread_id=event.thread_id, reply_to_id=event.reply_to_id)


@folds(checkins.AppreciationGiven)
def appreciation_given(recorded: Recorded, event: checkins.AppreciationGiven, facts: Facts) -> None:
    """Kudos, or that somebody has taken note."""
    _comment(recorded, event, facts, _APPRECIATIONS[event.kind], person_ids=tuple(event.to_person_ids))


@folds(checkins.FeedbackAsked)
def feedback_asked(recorded: Recorded, event: checkins.FeedbackAsked, facts: Facts) -> None:
    """A question to one person."""
    _comment(recorded, event, facts, CommentKind.FEEDBACK_REQUEST, person_ids=(event.of_person_id,))


@folds(checkins.FeedbackGiven)
def feedback_given(recorded: Recorded, event: checkins.FeedbackGiven, facts: Facts) -> None:
    """The reply to what somebody was asked."""
    _comment(
        recorded, event, facts, CommentKind.FEEDBACK, comment_id=event.feedback_id, thread_id=event.comment_id, reply_to_id=event.comment_id
    )


@folds(checkins.FeedbackDeclined)
def feedback_declined(recorded: Recorded, event: checkins.FeedbackDeclined, facts: Facts) -> None:
    """There will be no feedback."""
    _comment_changed(recorded, event, facts, CommentChange.DECLINED, event.reason)


@folds(checkins.CommentEdited)
def comment_edited(recorded: Recorded, event: checkins.CommentEdited, facts: Facts) -> None:
    """It says something else."""
    _comment_changed(recorded, event, facts, CommentChange.EDITED, event.text, event.mentions)


@folds(checkins.CommentTakenBack)
def comment_taken_back(recorded: Recorded, event: checkins.CommentTakenBack, facts: Facts) -> None:
    """It says nothing any more."""
    _comment_changed(recorded, event, facts, CommentChange.TAKEN_BACK, event.reason)


@folds(checkins.ReactionAdded)
def reaction_added(recorded: Recorded, event: checkins.ReactionAdded, facts: Facts) -> None:
    """Somebody reacts to a comment."""
    _reaction(recorded, event, facts, stands=True)


@folds(checkins.ReactionRemoved)
def reaction_removed(recorded: Recorded, event: checkins.ReactionRemoved, facts: Facts) -> None:
    """They do so no longer."""
    _reaction(recorded, event, facts, stands=False)


Begun = checkins.CommentWritten | checkins.AppreciationGiven | checkins.FeedbackAsked | checkins.FeedbackGiven


OnComment = checkins.CommentEdited | checkins.CommentTakenBack | checkins.FeedbackDeclined


_APPRECIATIONS: Final = {
    checkins.APPRECIATION_KIND_KUDOS: CommentKind.KUDOS,
    checkins.APPRECIATION_KIND_ACKNOWLEDGEMENT: CommentKind.ACKNOWLEDGEMENT,
}


def _comment(
    recorded: Recorded,
    event: Begun,
    facts: Facts,
    kind: CommentKind,
    *,
    comment_id: Id = b"",
    thread_id: Id = b"",
    reply_to_id: Id = b"",
    person_ids: tuple[Id, ...] = (),
) -> None:
    comment_id = comment_id or event.comment_id
    facts.comments.append(
        CommentFact(
            comment_id=comment_id,
            **_what_it_is_on(event),
            change=CommentChange.WRITTEN,
            kind=kind,
            author_id=event.author_id,
            thread_id=thread_id or comment_id,
            reply_to_id=reply_to_id or None,
            person_ids=person_ids,
            text=event.text,
            mention_ats=tuple(mention.at for mention in event.mentions),
            mention_ids=tuple(mention.person_id for mention in event.mentions),
            written_day=event.written_day,
            tenant_id=recorded.tenant_id,
            recording=recording_of(recorded),
        )
    )


def _comment_changed(
    recorded: Recorded, event: OnComment, facts: Facts, change: CommentChange, text: str, mentions: Iterable[checkins.Mention] = ()
) -> None:
    said = list(mentions)
    facts.comments.append(
        CommentFact(
            comment_id=event.comment_id,
            **_what_it_is_on(event),
            change=change,
            kind=None,
            author_id=event.author_id,
            thread_id=None,
            reply_to_id=None,
            person_ids=(),
            text=text,
            mention_ats=tuple(mention.at for mention in said),
            mention_ids=tuple(mention.person_id for mention in said),
            written_day=None,
            tenant_id=recorded.tenant_id,
            recording=recording_of(recorded),
        )
    )


def _on_id(event: Begun | OnComment | checkins.ReactionAdded | checkins.ReactionRemoved) -> Id:
    """What is talked about."""
    return event.check_in_id or event.key_result_id or event.objective_id


def _what_it_is_on(event: Begun | OnComment) -> dict[str, Any]:
    return {
        "on_id": _on_id(event),
        "objective_id": event.objective_id,
        "key_result_id": event.key_result_id or None,
        "check_in_id": event.check_in_id or None,
    }


def _reaction(recorded: Recorded, event: checkins.ReactionAdded | checkins.ReactionRemoved, facts: Facts, *, stands: bool) -> None:
    facts.reactions.append(
        ReactionFact(
            comment_id=event.comment_id,
            person_id=event.person_id,
            reaction=event.reaction,
            stands=stands,
            on_id=_on_id(event),
            objective_id=event.objective_id,
            tenant_id=recorded.tenant_id,
            recording=recording_of(recorded),
        )
    )
