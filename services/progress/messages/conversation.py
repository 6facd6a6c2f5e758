"""What was said: check-ins, comments and whatever they name, as it is answered."""

from __future__ import annotations

from typing import Any

from cairn.checkins.v1.events_pb2 import Mention, Reaction
from cairn.progress.v1 import service_pb2 as pb
from progress import queries
from progress.facts import CommentKind
from progress.messages.pieces import name_message
from progress.queries import (
    NamedThings,
)
from shared.milestones import numbers_done


def check_in_message(row: Any) -> pb.CheckIn:
    """A check-in as it stands; `row` is one of the statement of `progress.queries.check_in_list`."""
    done = row.milestones_done
    message = pb.CheckIn(
        check_in_id=row.check_in_id,
        key_result_id=row.id_of_key_result,
        key_result_reference=row.reference,
        key_result_title=row.title,
        objective_id=row.home_id or b"",
        objective_reference=row.home_reference or "",
        objective_title=row.home_title or "",
        as_of=row.true_on,
        value=row.value,
        milestones_done=() if done is None else numbers_done(done),
        says_milestones=done is not None,
        abstained=row.abstained,
        confidence=row.confidence,
        status=row.said_status,
        comment=row.comment,
        retracted=row.retracted,
        corrected=row.corrected,
        reason=row.reason if row.retracted else "",
        created_by=row.created_by,
        on_behalf_of=row.on_behalf_of or b"",
        updated_by=row.updated_by,
        event_ids=dict.fromkeys((row.first_event_id, row.newest_event_id)),
        part_id=row.part_id or b"",
        blockers=row.blockers,
    )
    message.created_at.FromMicroseconds(row.created_at)
    message.updated_at.FromMicroseconds(row.updated_at)
    return message


def comment_message(shown: queries.CommentShown) -> pb.Comment:
    """A comment as it stands."""
    said, written = shown.said, shown.said.written
    changes = [change for change in (said.edited, said.declined, said.taken_back) if change is not None]
    newest = max(changes, key=lambda change: change.position, default=written.recording)
    message = pb.Comment(
        comment_id=written.comment_id,
        kind=pb.CommentKind.ValueType(written.kind or 0),
        author_id=written.author_id,
        text=said.text,
        mentions=[Mention(at=at, person_id=person_id) for at, person_id in said.mentions],
        thread_id=written.thread_id or b"",
        reply_to_id=written.reply_to_id or b"",
        person_ids=written.person_ids,
        written_day=written.written_day or 0,
        created_by=written.recording.actor_id,
        on_behalf_of=written.recording.on_behalf_of or b"",
        edited=said.edited is not None,
        taken_back=said.taken_back is not None,
        updated_by=newest.actor_id,
        reason=said.why_taken_back,
        replies=shown.replies,
        reactions=[
            pb.ReactionCount(reaction=Reaction.ValueType(reaction), count=count, mine=mine) for reaction, count, mine in shown.reactions
        ],
        feedback=_feedback_state(shown),
        decline_reason=said.why_declined,
        objective_id=written.objective_id,
        key_result_id=written.key_result_id or b"",
        check_in_id=written.check_in_id or b"",
        event_ids=dict.fromkeys((written.recording.event_id, newest.event_id)),
    )
    message.created_at.FromMicroseconds(written.recording.known_from)
    message.updated_at.FromMicroseconds(newest.known_from)
    return message


def _feedback_state(shown: queries.CommentShown) -> pb.FeedbackState.ValueType:
    if shown.said.written.kind is not CommentKind.FEEDBACK_REQUEST:
        return pb.FEEDBACK_STATE_UNSPECIFIED
    if shown.said.declined is not None:
        return pb.FEEDBACK_STATE_DECLINED
    return pb.FEEDBACK_STATE_GIVEN if shown.answered else pb.FEEDBACK_STATE_OPEN


def things_message(named: NamedThings) -> pb.NameThingsResponse:
    """What things are called."""
    return pb.NameThingsResponse(
        objectives=map(name_message, named.objectives),
        key_results=map(name_message, named.key_results),
        cycles=map(name_message, named.cycles),
    )
