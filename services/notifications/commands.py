"""What can be asked of notifications: that items were read."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from cairn.notifications.v1 import service_pb2 as api
from chassis.calls import Call
from chassis.errors import Refused
from chassis.eventstore import ANYONE, Aggregate
from notifications import queries
from notifications.aggregates import INBOX
from notifications.domain import inbox
from notifications.service import Notifications

_SEEN_SECONDS: Final = 2.0
"""How long an answer waits for the inbox to show what was read."""


async def mark_read(service: Notifications, call: Call, request: api.MarkReadRequest) -> api.MarkReadResponse:
    """Items of the caller's own inbox were read; those of others, and those read before, are passed over.

    What is answered is durable; the inbox shows it within the moment, as far as Kafka lets it.
    """
    unread = await queries.unread_among(service, call, request.notification_ids)
    if not unread:
        return api.MarkReadResponse()
    person_id = call.identity.person_id
    own = Aggregate(INBOX, person_id, may=ANYONE)  # anyone may read their own inbox, and this is the caller's
    appended = await service.aggregates.decide(call, own.decision(inbox.read, person_id, unread))
    with suppress(Refused):  # NOT_YET_CONSUMED
        await service.wait_for(appended.positions, _SEEN_SECONDS)
    return api.MarkReadResponse(marked=len(unread) if appended.event_ids else 0)
