"""What can be asked of conversations, one function a command: what is it about, who may, decide and append.

Each raises Refused: what `TalkedAbout` and its decision refuse with, ROLE_REQUIRED, and what `Aggregates.decide` does.
"""

from __future__ import annotations

from collections.abc import Iterable

from cairn.checkins.v1 import service_pb2 as api
from chassis.calls import Call, Identity
from chassis.errors import invalid
from chassis.eventstore import Appended
from chassis.ids import Id, new_id
from chassis.rpc import first_event, write_appended
from checkins import policy
from checkins.aggregates import conversation_on
from checkins.domain import conversations
from checkins.domain.audience import Audience
from checkins.domain.conversations import CanSee
from checkins.service import CheckInsService


async def write_comment(service: CheckInsService, call: Call, request: api.WriteCommentRequest) -> api.WriteCommentResponse:
    """A comment, a reply, kudos, an acknowledgement, or a request for feedback. Its id is that of its event: the first of the answer."""
    audience, comment_id = await service.talked_about.named(call, request.on), new_id()
    policy.require_speaker(call.identity, request.on_behalf_of)
    if request.HasField("feedback_request"):
        _require_can_answer(call.identity, request)
    author_id = request.on_behalf_of or call.identity.person_id
    can_see = _can_see(audience, request.readers)
    about = conversation_on(audience, event_id=comment_id, on_behalf_of=request.on_behalf_of)
    writing = about.decision(conversations.write, audience.on, comment_id, author_id, request, service.today(call), can_see)
    appended = await service.aggregates.decide(call, writing)
    response = api.WriteCommentResponse(comment_id=first_event(appended))
    write_appended(response.appended, appended)
    return response


async def edit_comment(service: CheckInsService, call: Call, request: api.EditCommentRequest) -> Appended:
    """Another text in place of a comment's."""
    audience = await service.talked_about.of_comment(call, request.comment_id)
    policy.require_speaker(call.identity, request.on_behalf_of)
    by, can_see = request.on_behalf_of or call.identity.person_id, _can_see(audience, request.readers)
    about = conversation_on(audience, on_behalf_of=request.on_behalf_of)
    editing = about.decision(conversations.edit, audience.on, request.comment_id, by, request.words, can_see, request.source)
    return await service.aggregates.decide(call, editing)


async def take_comment_back(service: CheckInsService, call: Call, request: api.TakeCommentBackRequest) -> Appended:
    """A comment's text is told no more."""
    audience = await service.talked_about.of_comment(call, request.comment_id)
    policy.require_speaker(call.identity)
    by, is_admin = call.identity.person_id, policy.takes_back_anything(call.identity)
    about = conversation_on(audience)
    taking_back = about.decision(conversations.take_back, audience.on, request.comment_id, by, request.reason, is_admin=is_admin)
    return await service.aggregates.decide(call, taking_back)


async def react(service: CheckInsService, call: Call, request: api.ReactRequest) -> Appended:
    """The caller's reaction to a comment; or that it stands no more."""
    audience = await service.talked_about.of_comment(call, request.comment_id)
    policy.require_speaker(call.identity)
    by, about = call.identity.person_id, conversation_on(audience)
    if request.removed:
        reacting = about.decision(conversations.remove_reaction, audience.on, request.comment_id, by, request.reaction)
    else:
        reacting = about.decision(conversations.react, audience.on, request.comment_id, by, request.reaction)
    return await service.aggregates.decide(call, reacting)


async def answer_feedback(service: CheckInsService, call: Call, request: api.AnswerFeedbackRequest) -> api.AnswerFeedbackResponse:
    """What whoever was asked thinks, or that they will not say. Feedback is a comment, and its id that of its event."""
    audience = await service.talked_about.of_comment(call, request.comment_id)
    policy.require_speaker(call.identity)
    by, comment_id = call.identity.person_id, new_id()
    if request.HasField("given"):
        about, can_see = conversation_on(audience, event_id=comment_id), _can_see(audience, request.readers)
        answering = about.decision(
            conversations.give_feedback, audience.on, request.comment_id, comment_id, by, request.given, service.today(call), can_see
        )
    else:
        about = conversation_on(audience)
        answering = about.decision(conversations.decline_feedback, audience.on, request.comment_id, by, request.declined)
    appended = await service.aggregates.decide(call, answering)
    response = api.AnswerFeedbackResponse(comment_id=first_event(appended) if request.HasField("given") else request.comment_id)
    write_appended(response.appended, appended)
    return response


async def find_talked_about(service: CheckInsService, call: Call, request: api.FindTalkedAboutRequest) -> api.FindTalkedAboutResponse:
    """The key result that a check-in is on. Whether the caller may know of it is for whoever is asked about that."""
    key_result_id = await service.talked_about.key_result_of(call, request.check_in_id)
    return api.FindTalkedAboutResponse(on=api.TalkedAbout(key_result_id=key_result_id, check_in_id=request.check_in_id))


def _can_see(audience: Audience, readers: Iterable[api.Reader]) -> CanSee:
    """Whether somebody who is named may know of a thing, by what directory says of them now. Of whom it says nothing: no."""
    known = {reader.person_id: reader for reader in readers}

    def can_see(person_id: Id) -> bool:
        reader = known.get(person_id)
        return reader is not None and policy.sees_what_is_talked_about(_identity(audience.tenant_id, reader), audience)

    return can_see


def _require_can_answer(caller: Identity, request: api.WriteCommentRequest) -> None:
    asked_id = request.feedback_request.of_person_id
    for reader in request.readers:
        if reader.person_id == asked_id and not policy.may_speak(_identity(caller.tenant_id, reader)):
            message = "this person changes nothing, and cannot answer; ask a member"
            raise invalid("feedback_request.of_person_id", message, "PERSON_CANNOT_ANSWER")


def _identity(tenant_id: Id, reader: api.Reader) -> Identity:
    return Identity(tenant_id, reader.person_id, frozenset(reader.roles), frozenset(reader.team_ids))
