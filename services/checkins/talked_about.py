"""What is talked about, and what is said there: found, once the caller may know of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from google.protobuf.message import Message

from cairn.checkins.v1 import events_pb2 as events
from cairn.checkins.v1.service_pb2 import TalkedAbout as Named
from chassis.calls import Call
from chassis.errors import Kind, Refused, invalid
from chassis.events import event_type_of
from chassis.eventstore import LogReader
from chassis.ids import NIL, Id
from chassis.postgres import migrate
from checkins.catalogue import Catalogue
from checkins.domain.audience import Audience
from checkins.domain.conversations import Thing, unknown_comment

_CHECK_INS: Final = {event_type_of(event()): event for event in (events.CheckInRecorded, events.CheckInAbstained)}
_COMMENTS: Final = {
    event_type_of(event()): event for event in (events.CommentWritten, events.AppreciationGiven, events.FeedbackAsked, events.FeedbackGiven)
}

# Ids grow as time goes by, and so does the log: a range of ids is found by ranges of pages, and an append pays next to nothing for it.
_DDL: Final = """
CREATE INDEX IF NOT EXISTS event_ids ON event USING brin (event_id) WITH (pages_per_range = 16, autosummarize = on);
"""
_BY_ID: Final = "SELECT event_type, payload FROM event WHERE event_id = %s AND tenant_id = %s AND event_type = ANY(%s)"


class TalkedAbout:
    """Finds objectives, key results, check-ins and comments for whoever may know of them."""

    def __init__(self, log: LogReader, catalogue: Catalogue, owner_dsn: str) -> None:
        self._log = log
        self._catalogue = catalogue
        self._owner_dsn = owner_dsn

    async def start(self) -> None:
        """Makes the index by which events are found, where it is missing; the log's table must be there. Raises NewerSchema."""
        await migrate(self._owner_dsn, "conversations", [_DDL])

    async def named(self, call: Call, on: Named) -> Audience:
        """What somebody wants to talk about.

        Raises Refused: INVALID unless exactly one thing is named, OBJECTIVE_UNKNOWN, KEY_RESULT_UNKNOWN, CHECK_IN_UNKNOWN, also for what
        the caller may not know of, and UNAVAILABLE when goals does not answer.
        """
        match [name for name in ("objective_id", "key_result_id", "check_in_id") if getattr(on, name)]:
            case ["objective_id"]:
                return await self._catalogue.objective_talked_about(call, on.objective_id)
            case ["key_result_id"]:
                return await self._of_key_result(call, on.key_result_id)
            case ["check_in_id"]:
                recorded = await self._event(call, on.check_in_id, _CHECK_INS)
                key_result_id = NIL if recorded is None else recorded.key_result_id  # type: ignore[attr-defined]  # each of them says it
                try:  # it takes as long for what is not there as for what the caller may not know of
                    return await self._of_key_result(call, key_result_id, on.check_in_id)
                except Refused as refused:
                    raise _instead(refused, unknown_check_in()) from None
            case _:
                raise invalid("on", "name an objective, a key result or a check-in, and one of them alone")

    async def of_comment(self, call: Call, comment_id: Id) -> Audience:
        """What a comment is on. Raises Refused: COMMENT_UNKNOWN, also for one that the caller may not know of, and UNAVAILABLE."""
        said = await self._event(call, comment_id, _COMMENTS)
        on = Thing(NIL) if said is None else Thing(said.objective_id, said.key_result_id, said.check_in_id)  # type: ignore[attr-defined]
        try:
            if on.key_result_id:
                return await self._of_key_result(call, on.key_result_id, on.check_in_id)
            return await self._catalogue.objective_talked_about(call, on.objective_id)
        except Refused as refused:
            raise _instead(refused, unknown_comment()) from None

    async def key_result_of(self, call: Call, check_in_id: Id) -> Id:
        """The key result that a check-in of the caller's tenant is on, whoever may know of it. Raises Refused (CHECK_IN_UNKNOWN)."""
        recorded = await self._event(call, check_in_id, _CHECK_INS)
        if recorded is None:
            raise unknown_check_in()
        key_result_id: Id = recorded.key_result_id  # type: ignore[attr-defined]  # each of these events says it
        return key_result_id

    async def _of_key_result(self, call: Call, key_result_id: Id, check_in_id: Id = b"") -> Audience:
        key_result = await self._catalogue.ask(call, key_result_id)
        return Audience(
            Thing(key_result.objective_id, key_result_id, check_in_id),
            key_result.tenant_id,
            key_result.visibility,
            key_result.team_id,
            key_result.reporters | key_result.readers,
            key_result.learnt_at,
        )

    async def _event(self, call: Call, event_id: Id, types: Mapping[str, type[Message]]) -> Message | None:
        parameters: Sequence[object] = (UUID(bytes=event_id), UUID(bytes=call.identity.tenant_id), list(types))
        for event_type, payload in await self._log.rows(_BY_ID, parameters):
            return types[event_type].FromString(payload)
        return None


def unknown_check_in() -> Refused:
    """There is no such check-in, or none that the caller may know of."""
    return Refused("CHECK_IN_UNKNOWN", "there is no such check-in that you may see", kind=Kind.UNKNOWN, field="check_in_id")


def _instead(refused: Refused, unknown: Refused) -> Refused:
    """Of what rests on what the caller may not know of is said that it is unknown itself."""
    return unknown if refused.kind is Kind.UNKNOWN else refused
