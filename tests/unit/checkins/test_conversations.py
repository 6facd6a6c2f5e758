"""What may be said, answered, edited and taken back in a conversation."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.message import Message

from cairn.checkins.v1 import events_pb2 as events
from cairn.checkins.v1.service_pb2 import Acknowledgement, FeedbackRequest, Kudos, Words, WriteCommentRequest
from chassis.ids import Id
from checkins.aggregates import CONVERSATION
from checkins.domain import conversations
from checkins.domain.conversations import CanSee, Thing
from shared.limits import MOST_COMMENTS, MOST_MENTIONS, MOST_REACTIONS
from tests.support.events import ANN, BOB, CYD, MONDAY, OBJECTIVE, WEDNESDAY, an_id
from tests.unit.domain_dsl import given

ON = Thing(OBJECTIVE)
TODAY = WEDNESDAY


def everybody(_: Id) -> bool:
    return True


def only(*people: Id) -> CanSee:
    return lambda person_id: person_id in people


def words(text: str = "Why?", *mentioned: tuple[int, Id]) -> Words:
    return Words(text=text, mentions=[events.Mention(at=at, person_id=person_id) for at, person_id in mentioned])


def wanted(text: str = "Why?", *mentioned: tuple[int, Id], **more: Any) -> WriteCommentRequest:
    return WriteCommentRequest(words=words(text, *mentioned), **more)


def written(name: str = "a", by: Id = ANN, text: str = "Why?", thread: str = "", **more: Any) -> events.CommentWritten:
    thread_id = an_id(thread or name)
    said: dict[str, Any] = {"author_id": by, "text": text, "thread_id": thread_id, "written_day": TODAY, "source": events.SOURCE_PERSON}
    return events.CommentWritten(comment_id=an_id(name), objective_id=OBJECTIVE, **said | more)


def asked(name: str = "q", by: Id = ANN, of: Id = BOB) -> events.FeedbackAsked:
    return events.FeedbackAsked(comment_id=an_id(name), objective_id=OBJECTIVE, author_id=by, of_person_id=of, written_day=TODAY)


def taken_back(name: str = "a", by: Id = ANN) -> events.CommentTakenBack:
    return events.CommentTakenBack(comment_id=an_id(name), objective_id=OBJECTIVE, author_id=by)


def reacted(by: Id, reaction: events.Reaction.ValueType = events.REACTION_HEART, name: str = "a") -> events.ReactionAdded:
    return events.ReactionAdded(comment_id=an_id(name), objective_id=OBJECTIVE, person_id=by, reaction=reaction)


def writing(*before: Message, by: Id = ANN, can_see: CanSee = everybody, name: str = "n", **more: Any) -> Any:
    request = more.pop("request", None) or wanted(**more)
    return given(CONVERSATION, *before).when(conversations.write, ON, an_id(name), by, request, TODAY, can_see)


def answered(*before: Message, by: Id, said: Words | None = None, can_see: CanSee = everybody) -> Any:
    past = given(CONVERSATION, *before)
    return past.when(conversations.give_feedback, ON, an_id("q"), an_id("f"), by, said or words("Good."), TODAY, can_see)


def test_a_first_comment_begins_a_thread() -> None:
    writing().then(written("n"))


def test_a_reply_stands_in_the_thread_of_what_it_answers_also_where_that_is_a_reply() -> None:
    before = [written("a"), written("b", BOB, thread="a", reply_to_id=an_id("a"))]
    expected = written("n", CYD, thread="a", reply_to_id=an_id("b"), replied_person_id=BOB)
    writing(*before, by=CYD, request=wanted(reply_to_id=an_id("b"))).then(expected)


def test_a_comment_is_of_today_unless_it_says_another_day_and_never_of_one_to_come() -> None:
    earlier = written("n")
    earlier.written_day = MONDAY
    writing(request=wanted(written_day=MONDAY)).then(earlier)
    writing(request=wanted(written_day=TODAY + 2)).then_refused("DAY_IN_FUTURE")


@pytest.mark.parametrize(
    ("request_", "reason"),
    [
        (wanted("  \n"), "INVALID_ARGUMENT"),
        (wanted("a\x00b"), "INVALID_ARGUMENT"),
        (wanted("x" * 4001), "INVALID_ARGUMENT"),
        (wanted("e\u0301"), "INVALID_ARGUMENT"),
        (wanted("no at sign", (0, BOB)), "INVALID_ARGUMENT"),
        (wanted("@", (5, BOB)), "INVALID_ARGUMENT"),
        (wanted("@@", (1, BOB), (0, CYD)), "INVALID_ARGUMENT"),
        (wanted("@", (0, b"short")), "INVALID_ARGUMENT"),
        (wanted("@" * 60, *((n, BOB) for n in range(MOST_MENTIONS + 1))), "INVALID_ARGUMENT"),
        (wanted(reply_to_id=an_id("nothing")), "COMMENT_UNKNOWN"),
        (wanted(kudos=Kudos(to_person_ids=[ANN])), "NOT_OF_ONESELF"),
        (wanted(feedback_request=FeedbackRequest(of_person_id=ANN)), "NOT_OF_ONESELF"),
        (wanted(kudos=Kudos(to_person_ids=[BOB]), reply_to_id=an_id("a")), "INVALID_ARGUMENT"),
    ],
)
def test_what_cannot_be_said_is_refused(request_: WriteCommentRequest, reason: str) -> None:
    writing(request=request_).then_refused(reason)


@pytest.mark.parametrize(
    "request_",
    [
        wanted("ask @", (4, CYD)),
        wanted(kudos=Kudos(to_person_ids=[BOB, CYD])),
        wanted(feedback_request=FeedbackRequest(of_person_id=CYD)),
    ],
)
def test_nobody_is_named_who_may_not_see_what_is_talked_about(request_: WriteCommentRequest) -> None:
    writing(request=request_, can_see=only(BOB)).then_refused("PERSON_CANNOT_SEE")


def test_an_import_mentions_whoever_was_mentioned_since_it_tells_nobody() -> None:
    brought_in = written("n", text="ask @", mentions=[events.Mention(at=4, person_id=CYD)], source=events.SOURCE_IMPORT)
    writing(request=wanted("ask @", (4, CYD), source=events.SOURCE_IMPORT), can_see=only(BOB)).then(brought_in)
    edited = events.CommentEdited(
        comment_id=an_id("a"),
        objective_id=OBJECTIVE,
        author_id=ANN,
        text="@",
        mentions=[events.Mention(at=0, person_id=CYD)],
        source=events.SOURCE_IMPORT,
    )
    before = given(CONVERSATION, written("a"))
    before.when(conversations.edit, ON, an_id("a"), ANN, words("@", (0, CYD)), only(), events.SOURCE_IMPORT).then(edited)


def test_what_was_taken_back_is_neither_answered_nor_edited_nor_reacted_to_nor_taken_back_again() -> None:
    before = given(CONVERSATION, written("a"), taken_back("a"))
    writing(written("a"), taken_back("a"), request=wanted(reply_to_id=an_id("a"))).then_refused("COMMENT_TAKEN_BACK")
    before.when(conversations.edit, ON, an_id("a"), ANN, words("x"), everybody).then_refused("COMMENT_TAKEN_BACK")
    before.when(conversations.react, ON, an_id("a"), ANN, events.REACTION_HEART).then_refused("COMMENT_TAKEN_BACK")
    before.when(conversations.take_back, ON, an_id("a"), ANN, "", is_admin=False).then_refused("COMMENT_TAKEN_BACK")


def test_a_comment_is_edited_by_its_author_alone() -> None:
    before = given(CONVERSATION, written("a"))
    edited = events.CommentEdited(comment_id=an_id("a"), objective_id=OBJECTIVE, author_id=ANN, text="How?")
    before.when(conversations.edit, ON, an_id("a"), ANN, words("How?"), everybody).then(edited)
    before.when(conversations.edit, ON, an_id("a"), BOB, words("How?"), everybody).then_refused("NOT_THE_AUTHOR")


def test_an_edit_to_what_it_says_already_is_nothing() -> None:
    given(CONVERSATION, written("a")).when(conversations.edit, ON, an_id("a"), ANN, words("Why?"), everybody).then_nothing()


def test_whoever_was_mentioned_may_stay_so_whatever_they_see_by_now() -> None:
    before = given(CONVERSATION, written("a", text="@ and", mentions=[events.Mention(at=0, person_id=CYD)]))
    kept = words("@ or", (0, CYD))
    edited = events.CommentEdited(comment_id=an_id("a"), objective_id=OBJECTIVE, author_id=ANN, text="@ or", mentions=kept.mentions)
    before.when(conversations.edit, ON, an_id("a"), ANN, kept, only()).then(edited)
    before.when(conversations.edit, ON, an_id("a"), ANN, words("@", (0, BOB)), only()).then_refused("PERSON_CANNOT_SEE")


def test_a_comment_is_taken_back_by_its_author_or_an_admin() -> None:
    before = given(CONVERSATION, written("a"))
    before.when(conversations.take_back, ON, an_id("a"), ANN, "", is_admin=False).then(taken_back("a"))
    before.when(conversations.take_back, ON, an_id("a"), BOB, "", is_admin=True).then(taken_back("a"))
    before.when(conversations.take_back, ON, an_id("a"), BOB, "", is_admin=False).then_refused("NOT_THE_AUTHOR")


def test_a_reaction_stands_once_and_can_be_removed() -> None:
    heart = events.REACTION_HEART
    given(CONVERSATION, written("a")).when(conversations.react, ON, an_id("a"), BOB, heart).then(reacted(BOB))
    given(CONVERSATION, written("a"), reacted(BOB)).when(conversations.react, ON, an_id("a"), BOB, heart).then_nothing()
    removed = events.ReactionRemoved(comment_id=an_id("a"), objective_id=OBJECTIVE, person_id=BOB, reaction=heart)
    given(CONVERSATION, written("a"), reacted(BOB)).when(conversations.remove_reaction, ON, an_id("a"), BOB, heart).then(removed)
    given(CONVERSATION, written("a")).when(conversations.remove_reaction, ON, an_id("a"), BOB, heart).then_nothing()


def test_there_are_so_many_reactions_to_a_comment_and_no_more() -> None:
    full = [reacted(an_id(f"person {n}")) for n in range(MOST_REACTIONS)]
    before = given(CONVERSATION, written("a"), *full)
    before.when(conversations.react, ON, an_id("a"), BOB, events.REACTION_HEART).then_refused("TOO_MANY_REACTIONS")


def test_there_are_so_many_comments_on_a_thing_and_no_more() -> None:
    full = [written(f"c{n}") for n in range(MOST_COMMENTS)]
    writing(*full).then_refused("TOO_MANY_COMMENTS")


def test_one_takes_note_once_and_again_after_taking_it_back() -> None:
    noted = events.AppreciationGiven(
        comment_id=an_id("a"),
        objective_id=OBJECTIVE,
        author_id=ANN,
        kind=events.APPRECIATION_KIND_ACKNOWLEDGEMENT,
        written_day=TODAY,
        source=events.SOURCE_PERSON,
    )
    request = wanted("", acknowledgement=Acknowledgement())
    writing(name="a", request=request).then(noted)
    writing(noted, request=request).then_refused("ALREADY_ACKNOWLEDGED")
    of_bob = type(noted).FromString(noted.SerializeToString())
    of_bob.comment_id, of_bob.author_id = an_id("n"), BOB
    writing(noted, by=BOB, request=request).then(of_bob)
    again = type(noted).FromString(noted.SerializeToString())
    again.comment_id = an_id("n")
    writing(noted, taken_back("a"), request=request).then(again)


def test_feedback_is_given_by_whoever_was_asked_and_once() -> None:
    given_it = events.FeedbackGiven(
        comment_id=an_id("q"),
        feedback_id=an_id("f"),
        objective_id=OBJECTIVE,
        author_id=BOB,
        asked_by_id=ANN,
        text="Good.",
        written_day=TODAY,
    )
    answered(asked(), by=BOB).then(given_it)
    answered(asked(), by=CYD).then_refused("FEEDBACK_NOT_ASKED")
    answered(written("q"), by=BOB).then_refused("FEEDBACK_NOT_ASKED")
    answered(asked(), given_it, by=BOB).then_refused("FEEDBACK_ANSWERED")


def test_feedback_that_mentions_whoever_may_not_see_it_says_in_which_of_its_own_fields() -> None:
    answered(asked(), by=BOB, said=words("@ @", (0, ANN), (2, CYD)), can_see=only(ANN)).then_refused(
        "PERSON_CANNOT_SEE", "given.mentions[1]"
    )


def test_feedback_is_declined_by_whoever_was_asked_and_then_not_given() -> None:
    declined = events.FeedbackDeclined(comment_id=an_id("q"), objective_id=OBJECTIVE, author_id=BOB, asked_by_id=ANN, reason="No time.")
    given(CONVERSATION, asked()).when(conversations.decline_feedback, ON, an_id("q"), BOB, "No time.").then(declined)
    answered(asked(), declined, by=BOB).then_refused("FEEDBACK_ANSWERED")
