"""What a version before there was a log kept of what people had read: brought into the log at the first start, an event a person."""

from __future__ import annotations

from typing import Any, Final

import psycopg

from chassis.calls import Call, Identity
from chassis.eventstore import ANYONE, Aggregate, Aggregates
from chassis.ids import Id, new_id
from chassis.rebuild import Reasons
from chassis.runtime import telemetry
from notifications.aggregates import INBOX
from notifications.domain import inbox
from notifications.schema import WANTED
from shared.roles import SERVICE
from shared.services import NOTIFICATIONS

_PEOPLE: Final = """
SELECT uuid_send(tenant_id), uuid_send(person_id), array_agg(uuid_send(notification_id) ORDER BY read_at, notification_id),
       array_agg((extract(epoch FROM read_at) * 1000000)::bigint ORDER BY read_at, notification_id)
FROM public.read_before_log GROUP BY tenant_id, person_id
"""
_BROUGHT: Final = "DELETE FROM public.read_before_log WHERE tenant_id = %s AND person_id = %s"

_log = telemetry.logger()


async def bring_read_marks_into_the_log(database_url: str, aggregates: Aggregates) -> None:
    """Nothing is left to bring when it returns. Interrupted, it goes on where it was: what is in the log is not read a second time.

    Raises psycopg.OperationalError, and what `Aggregates.decide` refuses with.
    """
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as connection:
        people = await (await connection.execute(_PEOPLE)).fetchall()
        for tenant_id, person_id, *read in people:
            await _bring(aggregates, tenant_id, person_id, list(zip(*read, strict=True)))
            await connection.execute(_BROUGHT, (tenant_id.hex(), person_id.hex()))
    if people:
        _log.info("notifications.read_marks_brought_into_the_log", people=len(people))


async def _bring(aggregates: Aggregates, tenant_id: Id, person_id: Id, read: list[tuple[Any, Any]]) -> None:
    call = Call(Identity(tenant_id, NOTIFICATIONS, frozenset({SERVICE})), new_id())
    about = Aggregate(INBOX, person_id, may=ANYONE, on_behalf_of=person_id)
    await aggregates.decide(call, about.decision(inbox.read_before_there_was_a_log, person_id, read))


def rebuild_wanted(database_url: str) -> Reasons:
    """Why the inboxes are to be made anew: what the tables were brought forward from had not kept figures. A rebuild forgets it."""

    async def reasons() -> list[str]:
        async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as connection:
            return [reason for (reason,) in await (await connection.execute(WANTED)).fetchall()]

    return reasons
