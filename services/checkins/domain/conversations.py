"""What people say to each other on one objective, key result or check-in: comments, replies, kudos, feedback, reactions.

Talk goes on whatever becomes of what it is on: also once that has ended, was cancelled or taken back. Nothing is rewritten: another text,
and that a comment was taken back, are events of their own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, NamedTuple, TypeAlias

from google.protobuf.message import Message

from cairn.checkins.v1 import events_pb2 as events
from cairn.checkins.v1.service_pb2 import Words, WriteCommentRequest
from chassis.days import Day
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id, id_of_name
from shared.holding import require_not_ahead
from shared.limits import MOST_COMMENTS, MOST_MENTIONS, MOST_REACTIONS
from shared.texts import require_text

LONGEST_TEXT: Final = 4000
LONGEST_REASON: Final = 1000


class Thing(NamedTuple):
    """What is talked about: an objective, a key result of it, or a check-in on that."""

    objective_id: Id
    key_result_id: Id = b""
    check_in_id: Id = b""

    @property
    def conversation_id(self) -> Id:
        """Of the aggregate."""
        return id_of_name("conversation", self.check_in_id or self.key_result_id or self.objective_id)


class Asked(Enum):
    """How far a request for feedback is."""

    OPEN = "open"
    GIVEN = "given"
    DECLINED = "declined"


class Comment(NamedTuple):
    """A comment as far as it decides what may become of it."""

    author_id: Id
    thread_id: Id
    text: str
    mentions: tuple[tuple[int, Id], ...]  # where, and whom
    acknowledges: bool = False
    asked_id: Id = b""  # whose feedback it asks for
    asked: Asked | None = None
    taken_back: bool = False
    reactions: frozenset[tuple[Id, int]] = frozenset()  # whose, and which


@dataclass(slots=True)
class Conversation:
    """Folded from the events on one thing."""

    on: Thing | None = None
    comments: dict[Id, Comment] = field(default_factory=dict)


CanSee = Callable[[Id], bool]
"""Whether a person who is named may know of what is talked about."""

Said: TypeAlias = events.CommentWritten | events.AppreciationGiven | events.FeedbackAsked


def apply(conversation: Conversation, event: Message) -> None:
    """Folds one event. Raises TypeError for one that this function does not name."""
    comments = conversation.comments
    match event:
        case events.CommentWritten():
            _begun(conversation, event, thread_id=event.thread_id)
        case events.AppreciationGiven():
            _begun(conversation, event, acknowledges=event.kind == events.APPRECIATION_KIND_ACKNOWLEDGEMENT)
        case events.FeedbackAsked():
            _begun(conversation, event, asked_id=event.of_person_id, asked=Asked.OPEN)
        case events.FeedbackGiven():
            _begun(conversation, event, comment_id=event.feedback_id, thread_id=event.comment_id)
            comments[event.comment_id] = comments[event.comment_id]._replace(asked=Asked.GIVEN)
        case events.FeedbackDeclined():
            comments[event.comment_id] = comments[event.comment_id]._replace(asked=Asked.DECLINED)
        case events.CommentEdited():
            comments[event.comment_id] = comments[event.comment_id]._replace(text=event.text, mentions=_mentions(event.mentions))
        case events.CommentTakenBack():
            comments[event.comment_id] = comments[event.comment_id]._replace(taken_back=True, text="", mentions=(), reactions=frozenset())
        case events.ReactionAdded():
            comment = comments[event.comment_id]
            comments[event.comment_id] = comment._replace(reactions=comment.reactions | {(event.person_id, event.reaction)})
        case events.ReactionRemoved():
            comment = comments[event.comment_id]
            comments[event.comment_id] = comment._replace(reactions=comment.reactions - {(event.person_id, event.reaction)})
        case _:
            raise TypeError(f"{type(event).__name__} is no event of a conversation")


def copy(conversation: Conversation) -> Conversation:
    """An independent copy."""
    return Conversation(conversation.on, dict(conversation.comments))


def write(
    conversation: Conversation, on: Thing, comment_id: Id, author_id: Id, wanted: WriteCommentRequest, today: Day, can_see: CanSee
) -> Said:
    """A comment, as plain words or as a reply, as kudos or an acknowledgement, or as what asks somebody for feedback.

    Whoever it names must be able to know of what it is on: they are told, and nobody is told of what they may not know. An import tells
    nobody, and whom it mentions may have been able to, once.

    Raises Refused: TOO_MANY_COMMENTS, COMMENT_UNKNOWN, COMMENT_TAKEN_BACK of what it answers, PERSON_CANNOT_SEE, NOT_OF_ONESELF,
    ALREADY_ACKNOWLEDGED, DAY_IN_FUTURE, and (INVALID) for a text or a mention that cannot be.
    """
    written_day = wanted.written_day if wanted.HasField("written_day") else today
    require_not_ahead("written_day", written_day, today)
    what = wanted.WhichOneof("what")
    _require_words(wanted.words, "words.", may_be_empty=what is not None)
    _require_room(conversation)
    if what is not None and wanted.reply_to_id:
        raise invalid("reply_to_id", "only a plain comment is a reply")
    _require_seen(wanted.words, "words.", (), can_see, wanted.source)
    match what:
        case "kudos":
            return _appreciation(on, comment_id, author_id, wanted, written_day, can_see)
        case "acknowledgement":
            _require_not_acknowledged(conversation, author_id)
            return _appreciation(on, comment_id, author_id, wanted, written_day, can_see)
        case "feedback_request":
            asked_id = wanted.feedback_request.of_person_id
            _require_another("feedback_request.of_person_id", asked_id, author_id, can_see)
            return events.FeedbackAsked(
                comment_id=comment_id,
                **on._asdict(),
                author_id=author_id,
                of_person_id=asked_id,
                text=wanted.words.text,
                mentions=wanted.words.mentions,
                written_day=written_day,
            )
        case None:
            return _comment(conversation, on, comment_id, author_id, wanted, written_day)


def _comment(
    conversation: Conversation, on: Thing, comment_id: Id, author_id: Id, wanted: WriteCommentRequest, written_day: Day
) -> events.CommentWritten:
    answered = _standing(conversation, wanted.reply_to_id, "reply_to_id") if wanted.reply_to_id else None
    return events.CommentWritten(
        comment_id=comment_id,
        **on._asdict(),
        author_id=author_id,
        text=wanted.words.text,
        mentions=wanted.words.mentions,
        reply_to_id=wanted.reply_to_id,
        thread_id=comment_id if answered is None else answered.thread_id,
        replied_person_id=b"" if answered is None else answered.author_id,
        written_day=written_day,
        source=wanted.source or events.SOURCE_PERSON,
    )


def _appreciation(
    on: Thing, comment_id: Id, author_id: Id, wanted: WriteCommentRequest, written_day: Day, can_see: CanSee
) -> events.AppreciationGiven:
    is_kudos = wanted.HasField("kudos")
    to = list(dict.fromkeys(wanted.kudos.to_person_ids))
    for number, person_id in enumerate(to):
        _require_another(f"kudos.to_person_ids[{number}]", person_id, author_id, can_see)
    return events.AppreciationGiven(
        comment_id=comment_id,
        **on._asdict(),
        author_id=author_id,
        kind=events.APPRECIATION_KIND_KUDOS if is_kudos else events.APPRECIATION_KIND_ACKNOWLEDGEMENT,
        to_person_ids=to,
        text=wanted.words.text,
        mentions=wanted.words.mentions,
        written_day=written_day,
        source=wanted.source or events.SOURCE_PERSON,
    )


def edit(
    conversation: Conversation,
    on: Thing,
    comment_id: Id,
    by: Id,
    words: Words,
    can_see: CanSee,
    source: events.Source.ValueType = events.SOURCE_UNSPECIFIED,
) -> events.CommentEdited | tuple[()]:
    """Another text in place of a comment's; nothing, when it says so already. Its author alone may.

    Who was mentioned before may stay so, whatever they may know of now: nobody is told a second time. Raises Refused: COMMENT_UNKNOWN,
    COMMENT_TAKEN_BACK, NOT_THE_AUTHOR, PERSON_CANNOT_SEE, and (INVALID) for a text or a mention that cannot be.
    """
    comment = _known(conversation, comment_id)
    if comment.author_id != by:
        raise Refused("NOT_THE_AUTHOR", "only its author edits a comment", kind=Kind.FORBIDDEN)
    _require_standing(comment)
    _require_words(words, "words.", may_be_empty=not comment.text)
    _require_seen(words, "words.", {person_id for _, person_id in comment.mentions}, can_see, source)
    if (comment.text, comment.mentions) == (words.text, _mentions(words.mentions)):
        return ()
    return events.CommentEdited(
        comment_id=comment_id,
        **on._asdict(),
        author_id=comment.author_id,
        text=words.text,
        mentions=words.mentions,
        source=source or None,
    )


def take_back(conversation: Conversation, on: Thing, comment_id: Id, by: Id, reason: str, *, is_admin: bool) -> events.CommentTakenBack:
    """Its text is told no more, and that there was a comment is. Its author may, and an admin.

    Raises Refused: COMMENT_UNKNOWN, COMMENT_TAKEN_BACK, NOT_THE_AUTHOR, and (INVALID) for a reason that cannot be.
    """
    comment = _known(conversation, comment_id)
    if comment.author_id != by and not is_admin:
        raise Refused("NOT_THE_AUTHOR", "only its author, or an admin, takes a comment back", kind=Kind.FORBIDDEN)
    _require_standing(comment)
    require_text("reason", reason, LONGEST_REASON)
    return events.CommentTakenBack(comment_id=comment_id, **on._asdict(), author_id=comment.author_id, reason=reason)


def react(
    conversation: Conversation, on: Thing, comment_id: Id, by: Id, reaction: events.Reaction.ValueType
) -> events.ReactionAdded | tuple[()]:
    """Somebody's reaction to a comment; nothing, when it is theirs already.

    Raises Refused: COMMENT_UNKNOWN, COMMENT_TAKEN_BACK, TOO_MANY_REACTIONS.
    """
    comment = _standing(conversation, comment_id)
    if (by, reaction) in comment.reactions:
        return ()
    if len(comment.reactions) >= MOST_REACTIONS:
        message = f"there are {MOST_REACTIONS} reactions to this comment, and that is as many as there may be"
        raise Refused("TOO_MANY_REACTIONS", message)
    return events.ReactionAdded(comment_id=comment_id, **on._asdict(), person_id=by, reaction=reaction)


def remove_reaction(
    conversation: Conversation, on: Thing, comment_id: Id, by: Id, reaction: events.Reaction.ValueType
) -> events.ReactionRemoved | tuple[()]:
    """Somebody's reaction stands no more; nothing, when it does not. Raises Refused: COMMENT_UNKNOWN, COMMENT_TAKEN_BACK."""
    comment = _standing(conversation, comment_id)
    if (by, reaction) not in comment.reactions:
        return ()
    return events.ReactionRemoved(comment_id=comment_id, **on._asdict(), person_id=by, reaction=reaction)


def give_feedback(
    conversation: Conversation, on: Thing, request_id: Id, feedback_id: Id, by: Id, words: Words, today: Day, can_see: CanSee
) -> events.FeedbackGiven:
    """What whoever was asked thinks, once. Raises Refused: COMMENT_UNKNOWN, COMMENT_TAKEN_BACK, FEEDBACK_NOT_ASKED, FEEDBACK_ANSWERED,
    TOO_MANY_COMMENTS, PERSON_CANNOT_SEE, and (INVALID) for a text or a mention that cannot be.
    """
    asked = _asked_of(conversation, request_id, by)
    _require_words(words, "given.", may_be_empty=False)
    _require_seen(words, "given.", (), can_see, events.SOURCE_UNSPECIFIED)
    _require_room(conversation)
    return events.FeedbackGiven(
        comment_id=request_id,
        feedback_id=feedback_id,
        **on._asdict(),
        author_id=by,
        asked_by_id=asked.author_id,
        text=words.text,
        mentions=words.mentions,
        written_day=today,
    )


def decline_feedback(conversation: Conversation, on: Thing, request_id: Id, by: Id, reason: str) -> events.FeedbackDeclined:
    """Whoever was asked will not say. Raises Refused as `give_feedback` does."""
    asked = _asked_of(conversation, request_id, by)
    require_text("declined", reason, LONGEST_REASON)
    return events.FeedbackDeclined(comment_id=request_id, **on._asdict(), author_id=by, asked_by_id=asked.author_id, reason=reason)


def unknown_comment(field_name: str = "comment_id") -> Refused:
    """There is no such comment, or none that the caller may see."""
    return Refused("COMMENT_UNKNOWN", "there is no such comment that you may see", kind=Kind.UNKNOWN, field=field_name)


# -- what the decisions share ----------------------------------------------------------------------------------------------------------


def _begun(
    conversation: Conversation,
    event: Said | events.FeedbackGiven,
    *,
    comment_id: Id = b"",
    thread_id: Id = b"",
    acknowledges: bool = False,
    asked_id: Id = b"",
    asked: Asked | None = None,
) -> None:
    conversation.on = Thing(event.objective_id, event.key_result_id, event.check_in_id)
    comment_id = comment_id or event.comment_id
    conversation.comments[comment_id] = Comment(
        event.author_id, thread_id or comment_id, event.text, _mentions(event.mentions), acknowledges, asked_id, asked
    )


def _mentions(mentions: Sequence[events.Mention]) -> tuple[tuple[int, Id], ...]:
    return tuple((mention.at, mention.person_id) for mention in mentions)


def _known(conversation: Conversation, comment_id: Id, field_name: str = "comment_id") -> Comment:
    comment = conversation.comments.get(comment_id)
    if comment is None:
        raise unknown_comment(field_name)
    return comment


def _require_standing(comment: Comment, field_name: str = "comment_id") -> None:
    if comment.taken_back:
        raise Refused("COMMENT_TAKEN_BACK", "the comment was taken back; nothing becomes of it any more", field=field_name)


def _standing(conversation: Conversation, comment_id: Id, field_name: str = "comment_id") -> Comment:
    comment = _known(conversation, comment_id, field_name)
    _require_standing(comment, field_name)
    return comment


def _asked_of(conversation: Conversation, request_id: Id, by: Id) -> Comment:
    asked = _known(conversation, request_id)
    if asked.asked is None or asked.asked_id != by:
        raise Refused("FEEDBACK_NOT_ASKED", "you were not asked for feedback there", kind=Kind.FORBIDDEN)
    _require_standing(asked)
    if asked.asked is not Asked.OPEN:
        raise Refused("FEEDBACK_ANSWERED", f"this was answered before: the feedback was {asked.asked.value}")
    return asked


def _require_room(conversation: Conversation) -> None:
    if len(conversation.comments) >= MOST_COMMENTS:
        raise Refused("TOO_MANY_COMMENTS", f"there are {MOST_COMMENTS} comments here, and that is as many as there may be")


def _require_not_acknowledged(conversation: Conversation, author_id: Id) -> None:
    if any(c.acknowledges and c.author_id == author_id and not c.taken_back for c in conversation.comments.values()):
        raise Refused("ALREADY_ACKNOWLEDGED", "you have taken note of this before")


def _require_another(field_name: str, person_id: Id, author_id: Id, can_see: CanSee) -> None:
    if person_id == author_id:
        raise invalid(field_name, "name somebody else: nobody thanks themselves, or asks themselves", "NOT_OF_ONESELF")
    if not can_see(person_id):
        raise _cannot_see(field_name)


def _require_seen(words: Words, within: str, but: Collection[Id], can_see: CanSee, source: events.Source.ValueType) -> None:
    """Raises Refused (PERSON_CANNOT_SEE) unless everybody who is mentioned for the first time may know of what it is on.

    An import brings what was said once, to whom it may concern then, and tells nobody of it.
    """
    if source == events.SOURCE_IMPORT:
        return
    for number, mention in enumerate(words.mentions):
        if mention.person_id not in but and not can_see(mention.person_id):
            raise _cannot_see(f"{within}mentions[{number}]")


def _cannot_see(field_name: str) -> Refused:
    message = "this person may not see what the comment is on, and is not told of it; let them see it first, or leave them out"
    return invalid(field_name, message, "PERSON_CANNOT_SEE")


def _require_words(words: Words, within: str, *, may_be_empty: bool) -> None:
    """Raises Refused (INVALID) unless the text is in Unicode's form C, says something, and each mention stands at an "@", in order."""
    text = words.text
    require_text(f"{within}text", text, LONGEST_TEXT)
    if not may_be_empty and not text.strip():
        raise invalid(f"{within}text", "say something")
    if not unicodedata.is_normalized("NFC", text):
        raise invalid(f"{within}text", "a text is in Unicode's normal form C")
    if len(words.mentions) > MOST_MENTIONS:
        raise invalid(f"{within}mentions", f"at most {MOST_MENTIONS} mentions; this has {len(words.mentions)}")
    before = -1
    for number, mention in enumerate(words.mentions):
        if not before < mention.at < len(text) or text[mention.at] != "@" or len(mention.person_id) != 16:
            message = 'a mention stands at an "@" of the text, behind the one before, and names a person'
            raise invalid(f"{within}mentions[{number}]", message)
        before = mention.at
