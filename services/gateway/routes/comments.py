"""What people say to each other on objectives, key results and check-ins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, assert_never

from starlette.responses import Response

from cairn.checkins.v1 import service_pb2
from cairn.progress.v1 import service_pb2 as progress_pb2
from chassis.errors import Refused
from chassis.ids import Id, id_text, parse_id
from chassis.rpc import position_messages
from gateway.backends import NOTHING, ReferenceKind
from gateway.http import Problem, json_response
from gateway.routes.check_ins import check_in_id_in_path
from gateway.routes.limits import LISTS
from gateway.routes.mentions import readers_of, shown, words_of
from gateway.routes.request import Request, Resource
from gateway.routes.responses import changes_response, command_response, page_token
from gateway.schemas.comments import (
    COMMENT,
    Acknowledgement,
    AnyComment,
    AnyFeedback,
    Comment,
    CommentEdit,
    CommentRetraction,
    CommentsPage,
    CommentsQuery,
    Feedback,
    FeedbackDeclined,
    FeedbackGiven,
    FeedbackRequest,
    Kudos,
    NewComment,
    PlainComment,
)
from gateway.schemas.enums import COMMENT_KINDS, REACTIONS
from gateway.schemas.fields import optional_day
from gateway.schemas.mapping import Json
from gateway.schemas.results import CommandResult

comments: Final = Resource(
    "Comments", "What people say to each other. Nothing is rewritten: that a comment was edited or taken back is an event, too."
)

_EXAMPLE: Final = {"kind": "comment", "text": "What keeps it from moving?"}


# -- on what ---------------------------------------------------------------------------------------------------------------------------


@comments.get("/v1/objectives/{ref}/comments", at_once=LISTS, query=CommentsQuery, answer=CommentsPage, waits=True, gone_on=True)
async def list_comments_on_objective(request: Request) -> Response:
    """List the comments on an objective, each as it stands now.

    Replies among them, and what was taken back without its text. What each said before stands in the log.
    """
    objective_id = await request.id_of(ReferenceKind.OBJECTIVE, request.path_params["ref"])
    return await _listed(request, progress_pb2.ListCommentsRequest(objective_id=objective_id))


@comments.post(
    "/v1/objectives/{ref}/comments",
    body=NewComment,
    example=_EXAMPLE,
    answer=CommandResult,
    resource="/v1/comments/{id}",
    status=201,
    command=True,
)
async def comment_on_objective(request: Request, body: AnyComment) -> Response:
    """Say something on an objective: a comment, a reply, kudos, an acknowledgement, or a request for feedback.

    Whoever it names must be able to see the objective. Talk goes on once that has ended.
    """
    objective_id = await request.id_of(ReferenceKind.OBJECTIVE, request.path_params["ref"])
    return await _written(request, service_pb2.TalkedAbout(objective_id=objective_id), body)


@comments.get("/v1/key-results/{ref}/comments", at_once=LISTS, query=CommentsQuery, answer=CommentsPage, waits=True, gone_on=True)
async def list_comments_on_key_result(request: Request) -> Response:
    """List the comments on a key result, each as it stands now.

    As on an objective: threads in their order, with reactions, of whoever may see it.
    """
    key_result_id = await request.id_of(ReferenceKind.KEY_RESULT, request.path_params["ref"])
    return await _listed(request, progress_pb2.ListCommentsRequest(key_result_id=key_result_id))


@comments.post(
    "/v1/key-results/{ref}/comments",
    body=NewComment,
    example=_EXAMPLE,
    answer=CommandResult,
    resource="/v1/comments/{id}",
    status=201,
    command=True,
)
async def comment_on_key_result(request: Request, body: AnyComment) -> Response:
    """Say something on a key result.

    As on an objective; for whoever may see its home.
    """
    key_result_id = await request.id_of(ReferenceKind.KEY_RESULT, request.path_params["ref"])
    return await _written(request, service_pb2.TalkedAbout(key_result_id=key_result_id), body)


@comments.get("/v1/check-ins/{check_in}/comments", at_once=LISTS, query=CommentsQuery, answer=CommentsPage, waits=True, gone_on=True)
async def list_comments_on_check_in(request: Request) -> Response:
    """List the comments on a check-in, as on an objective.

    What it says itself is no comment of these.
    """
    check_in_id = check_in_id_in_path(request)
    message = progress_pb2.ListCommentsRequest(key_result_id=NOTHING, check_in_id=check_in_id)
    try:
        asked = service_pb2.FindTalkedAboutRequest(check_in_id=check_in_id)
        message.key_result_id = (await request.ask(request.backends.checkins.FindTalkedAbout, asked)).on.key_result_id
    except Refused as refused:
        if refused.reason != "CHECK_IN_UNKNOWN":
            raise  # else it takes as long as for one that is there, and not to be known of
    try:
        return await _listed(request, message)
    except Refused as refused:
        raise _unknown_check_in(check_in_id) if refused.reason in ("KEY_RESULT_UNKNOWN", "CHECK_IN_UNKNOWN") else refused from None


@comments.post(
    "/v1/check-ins/{check_in}/comments",
    body=NewComment,
    example=_EXAMPLE,
    answer=CommandResult,
    resource="/v1/comments/{id}",
    status=201,
    command=True,
)
async def comment_on_check_in(request: Request, body: AnyComment) -> Response:
    """Say something on a check-in.

    As on an objective; also on one that was taken back.
    """
    on = service_pb2.TalkedAbout(check_in_id=check_in_id_in_path(request))
    return await _written(request, on, body)


# -- a comment -------------------------------------------------------------------------------------------------------------------------


@comments.get("/v1/comments/{comment}", answer=Comment, waits=True)
async def get_comment(request: Request) -> Response:
    """Get a comment as it stands now.

    For whoever may see what it is on; of one that was taken back the text is not told.
    """
    message = progress_pb2.ListCommentsRequest(comment_id=_comment_id(request), after=position_messages(request.after))
    found = (await request.ask(request.backends.progress.ListComments, message)).comments
    return json_response((await comments_as_json(request, found))[0])


@comments.patch(
    "/v1/comments/{comment}",
    body=CommentEdit,
    example={"text": "What keeps it from moving, @admin?"},
    answer=CommandResult,
    resource="/v1/comments/{comment}",
    command=True,
)
async def edit_comment(request: Request, body: CommentEdit) -> Response:
    """Edit a comment of yours.

    It has another text then, and that it was edited is told; whoever is mentioned for the first time hears of it.
    """
    words = await words_of(request, body.text)
    message = service_pb2.EditCommentRequest(comment_id=_comment_id(request), words=words)
    message.readers.extend(await readers_of(request, [mention.person_id for mention in words.mentions]))
    answer = await request.ask(request.backends.checkins.EditComment, message)
    return command_response(request, message.comment_id, answer.appended)


@comments.post(
    "/v1/comments/{comment}/retraction",
    body=CommentRetraction,
    body_optional=True,
    example={"reason": "Meant for another objective."},
    answer=CommandResult,
    resource="/v1/comments/{comment}",
    status=201,
    command=True,
)
async def take_comment_back(request: Request, body: CommentRetraction) -> Response:
    """Take a comment back: that there was one is still told, and its text no more.

    For its author, and for admins.
    """
    message = service_pb2.TakeCommentBackRequest(comment_id=_comment_id(request), reason=body.reason)
    answer = await request.ask(request.backends.checkins.TakeCommentBack, message)
    return command_response(request, message.comment_id, answer.appended)


@comments.put("/v1/comments/{comment}/reactions/{reaction}", answer=CommandResult, resource="/v1/comments/{comment}", command=True)
async def react(request: Request) -> Response:
    """React to a comment.

    With a word, as often as you like but each once; who reacts so already, changes nothing.
    """
    return await _reaction(request, removed=False)


@comments.delete("/v1/comments/{comment}/reactions/{reaction}", answer=CommandResult, resource="/v1/comments/{comment}", command=True)
async def remove_reaction(request: Request) -> Response:
    """React to a comment so no longer.

    Who does not anyway, changes nothing.
    """
    return await _reaction(request, removed=True)


@comments.post(
    "/v1/comments/{comment}/feedback",
    body=Feedback,
    example={"text": "Ask two customers before you go on."},
    answer=CommandResult,
    resource="/v1/comments/{id}",
    status=201,
    command=True,
)
async def answer_feedback(request: Request, body: AnyFeedback) -> Response:
    """Give the feedback that you were asked for, or decline it, once.

    Feedback is a comment that replies to the request.
    """
    message = service_pb2.AnswerFeedbackRequest(comment_id=_comment_id(request))
    match body:
        case FeedbackGiven():
            message.given.CopyFrom(await words_of(request, body.text))
            message.readers.extend(await readers_of(request, [mention.person_id for mention in message.given.mentions]))
        case FeedbackDeclined():
            message.declined = body.declined
        case unknown_kind:
            assert_never(unknown_kind)
    answer = await request.ask(request.backends.checkins.AnswerFeedback, message)
    return command_response(request, answer.comment_id, answer.appended)


# -- what they share -------------------------------------------------------------------------------------------------------------------


async def _written(request: Request, on: service_pb2.TalkedAbout, body: AnyComment) -> Response:
    words = await words_of(request, body.text)
    message = service_pb2.WriteCommentRequest(on=on, words=words, written_day=optional_day(body.day))
    named = [mention.person_id for mention in words.mentions]
    if body.on_behalf_of is not None:
        message.on_behalf_of = await request.person_id(body.on_behalf_of, "on_behalf_of")
    match body:
        case PlainComment():
            if body.reply_to is not None:
                message.reply_to_id = parse_id(body.reply_to)
        case Kudos():
            message.kudos.to_person_ids.extend(await request.responsible(body.to, "to"))
            named += message.kudos.to_person_ids
        case Acknowledgement():
            message.acknowledgement.SetInParent()
        case FeedbackRequest():
            message.feedback_request.of_person_id = await request.responsible_one(body.of, "of")
            named.append(message.feedback_request.of_person_id)
        case unknown_kind:
            assert_never(unknown_kind)
    message.readers.extend(await readers_of(request, named))
    answer = await request.ask(request.backends.checkins.WriteComment, message)
    return command_response(request, answer.comment_id, answer.appended)


async def _listed(request: Request, message: progress_pb2.ListCommentsRequest) -> Response:
    question = request.query(CommentsQuery)
    changed_since = await request.changed_since(question.changed_since)
    message.MergeFrom(
        progress_pb2.ListCommentsRequest(
            author_ids=await request.person_ids(question.author, "author"),
            kinds=[COMMENT_KINDS.number(kind) for kind in question.kind],
            thread_id=b"" if question.thread is None else parse_id(question.thread),
            descending=question.sort.startswith("-") and changed_since is None,
            page_size=question.limit,
            page_token=page_token(request, question),
            after=position_messages(request.after),
            changed_since=changed_since,
        )
    )
    answer = await request.ask(request.backends.progress.ListComments, message)
    return changes_response(request, question, answer, await comments_as_json(request, answer.comments))


async def comments_as_json(request: Request, found: Sequence[progress_pb2.Comment]) -> list[Json]:
    """Comments with the names of whom they mention, as those are called now."""
    people = await request.people(i for comment in found for i in COMMENT.people_of(comment))
    return [
        COMMENT.json(
            comment,
            people,
            text=None if comment.taken_back else shown(comment.text, comment.mentions, people),
        )
        for comment in found
    ]


async def _reaction(request: Request, *, removed: bool) -> Response:
    word = request.path_params["reaction"]
    reaction = REACTIONS.number_of_text(word)
    if reaction is None:
        raise Problem(404, "REACTION_UNKNOWN", f"{word[:60]!r} is no reaction; there are {', '.join(REACTIONS.all_words())}")
    message = service_pb2.ReactRequest(comment_id=_comment_id(request), reaction=reaction, removed=removed)
    answer = await request.ask(request.backends.checkins.React, message)
    return command_response(request, message.comment_id, answer.appended)


def _comment_id(request: Request) -> Id:
    return request.id_in_path("comment", "comment's id", "COMMENT_UNKNOWN")


def _unknown_check_in(check_in_id: Id) -> Problem:
    return Problem(404, "CHECK_IN_UNKNOWN", f"there is no check-in {id_text(check_in_id)} that you may see")
