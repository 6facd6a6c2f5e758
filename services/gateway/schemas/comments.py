"""What people say to each other, as bodies say it and as answers show it."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema

from cairn.checkins.v1.events_pb2 import Mention
from cairn.progress.v1 import service_pb2
from chassis.ids import Id, id_text, parse_id
from gateway.http import Answer, AnyOf, Body, ByPresence, ByWord, OneOf
from gateway.schemas.changed_since import Changes, ChangesPageOf
from gateway.schemas.enums import COMMENT_KINDS, FEEDBACK_STATES, REACTIONS, CommentKindWord, FeedbackWord, ReactionWord
from gateway.schemas.fields import NO_NUL, DayField, DayText, IdText, InstantText, LongText, Reference, ShortText
from gateway.schemas.mapping import Json, JsonMapping, part, people, person, read
from gateway.schemas.names import PersonName
from gateway.schemas.values import day_text, id_texts, instant_text, optional_id, optional_text

Said = Annotated[str, Field(min_length=1, max_length=4000, pattern=NO_NUL, examples=["Well done, @ann!"])]


def _id(text: str) -> str:
    """The text, when it is an id. Raises ValueError."""
    parse_id(text)
    return text


CommentId = Annotated[str, Field(max_length=36), AfterValidator(_id), WithJsonSchema({"type": "string", "format": "uuid"})]


class _Saying(Body):
    on_behalf_of: Reference | None = None
    """A person; for admins and services."""
    day: DayField | None = None
    """On which it was written; none: today."""


class PlainComment(_Saying):
    """A comment, or a reply to one."""

    kind: Literal["comment"]
    text: Said
    """With @handle somebody is mentioned, and told; @"…" where a handle is no single word."""
    reply_to: CommentId | None = None
    """The comment that it answers, on the same thing."""


class Kudos(_Saying):
    """Thanks, for all to see."""

    kind: Literal["kudos"]
    to: Annotated[list[Reference], Field(min_length=1, max_length=50, examples=[["ann"]])]
    """Who is thanked; they are told."""
    text: LongText = ""


class Acknowledgement(_Saying):
    """That the author has taken note: once each."""

    kind: Literal["acknowledgement"]
    text: LongText = ""


class FeedbackRequest(_Saying):
    """A question to one person; they are told."""

    kind: Literal["feedback_request"]
    of: Annotated[Reference, Field(examples=["ann"])]
    text: LongText = ""


AnyComment = PlainComment | Kudos | Acknowledgement | FeedbackRequest


class NewComment(OneOf):
    """What is said: a comment, kudos, an acknowledgement, or a request for feedback."""

    root: Annotated[AnyComment, ByWord("kind")]


class CommentEdit(Body):
    """Another text in place of a comment's."""

    text: LongText


class CommentRetraction(Body):
    """Why a comment is taken back."""

    reason: ShortText = ""


class FeedbackGiven(Body):
    """What whoever was asked thinks."""

    text: Said


class FeedbackDeclined(Body):
    """That they will not say, and why."""

    declined: ShortText
    """Why; may be empty."""


AnyFeedback = FeedbackGiven | FeedbackDeclined


class Feedback(OneOf):
    """The answer to a request for feedback: it has exactly one of text and declined."""

    root: Annotated[AnyFeedback, ByPresence()]


class CommentsQuery(Changes):
    """Which comments: those that have one of the values of every parameter that is given."""

    author: AnyOf[Reference] = Field(default_factory=list)
    """By id or handle."""
    kind: AnyOf[CommentKindWord] = Field(default_factory=list)
    """What they are for."""
    thread: CommentId | None = None
    """Of this thread alone: its first comment, and whatever answers it."""
    sort: Literal["created_at", "-created_at"] = "created_at"
    """Downwards with -. With changed_since by id, whatever it says."""


class ReactionCount(Answer):
    """How many react to it so."""

    reaction: Annotated[ReactionWord, read("reaction", write=REACTIONS.word)]
    count: int
    mine: bool
    """You among them."""


class Mentioned(Answer):
    """Somebody is mentioned."""

    person: Annotated[PersonName, person("person_id")]


_MENTION: Final = JsonMapping(Mentioned, Mention)
_REACTION: Final = JsonMapping(ReactionCount, service_pb2.ReactionCount)


def _on(objective_id: Id, key_result_id: Id, check_in_id: Id) -> Json:
    for kind, thing_id in (("check_in", check_in_id), ("key_result", key_result_id)):
        if thing_id:
            return {"kind": kind, "id": id_text(thing_id)}
    return {"kind": "objective", "id": id_text(objective_id)}


def _feedback(state: Any) -> FeedbackWord | None:
    return FEEDBACK_STATES.word(state) if state else None


class CommentedThing(Answer):
    """What a comment is on."""

    kind: Literal["objective", "key_result", "check_in"]
    id: IdText


class Comment(Answer):
    """A comment as it stands now."""

    model_config = ConfigDict(title="CommentAsItStands")

    id: Annotated[IdText, read("comment_id", write=id_text)]
    kind: Annotated[CommentKindWord, read("kind", write=COMMENT_KINDS.word)]
    on: Annotated[CommentedThing, read("objective_id", "key_result_id", "check_in_id", write=_on)]
    author: Annotated[PersonName | None, person("author_id")]
    text: str | None
    """With the handles of today; null: it was taken back."""
    mentions: Annotated[list[Mentioned], part("mentions", _MENTION)]
    """Who is mentioned."""
    to: Annotated[list[PersonName], people("person_ids")]
    """Who is thanked, or asked for feedback."""
    thread: Annotated[IdText, read("thread_id", write=id_text)]
    """The first comment of its thread; it may be itself."""
    reply_to: Annotated[IdText | None, read("reply_to_id", write=optional_id)]
    """The comment that it answers."""
    replies: int
    """Of the first of a thread: how many comments follow it there."""
    reactions: Annotated[list[ReactionCount], part("reactions", _REACTION)]
    feedback: Annotated[FeedbackWord | None, read("feedback", write=_feedback)]
    """How far the request is; null: it asks for no feedback."""
    decline_reason: Annotated[str | None, read("decline_reason", write=optional_text)]
    day: Annotated[DayText | None, read("written_day", write=day_text)]
    """On which it was written."""
    edited: bool
    taken_back: bool
    """Its text is told no more."""
    reason: Annotated[str | None, read("reason", write=optional_text)]
    """Why it was taken back."""
    on_behalf_of: Annotated[PersonName | None, person("on_behalf_of")]
    created_at: Annotated[InstantText, read("created_at", write=instant_text)]
    created_by: Annotated[PersonName | None, person("created_by")]
    updated_at: Annotated[InstantText, read("updated_at", write=instant_text)]
    """When it was edited, declined or taken back last; else as created_at."""
    updated_by: Annotated[PersonName | None, person("updated_by")]
    event_ids: Annotated[list[IdText], read("event_ids", write=id_texts)]
    """Of the event that wrote it, and of the last one that changed it."""


class CommentsPage(ChangesPageOf[Comment]):
    """A page of comments."""


COMMENT: Final = JsonMapping(Comment, service_pb2.Comment, added=("text",))
