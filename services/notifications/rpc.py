"""What notifications serves: a line for each command and each query."""

from __future__ import annotations

from chassis.rpc import UseCases, query
from notifications import commands, queries
from notifications.service import Notifications


class NotificationsServicer(UseCases[Notifications]):
    """cairn.notifications.v1.NotificationsService."""

    ListInbox = query(queries.list_inbox)
    MarkRead = query(commands.mark_read)
