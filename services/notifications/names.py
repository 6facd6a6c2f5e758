"""What objectives and tasks are called now, for whoever reads of them: progress is asked, in the reader's name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from cairn.progress.v1.service_pb2 import NameObjectivesRequest
from chassis.calls import Call
from chassis.errors import Kind, Refused
from chassis.ids import Id
from chassis.rpc import asked, handed_on
from chassis.runtime import telemetry

if TYPE_CHECKING:
    from cairn.progress.v1.service_pb2_grpc import ProgressServiceAsyncStub  # a name of the type stubs alone

_SECONDS: Final = 2.0

_log = telemetry.logger()


class Named(NamedTuple):
    """What an objective or a task is called now, for a reader who may know of it."""

    reference: str
    title: str
    numbers_withheld: bool = False
    """The reader is not told its numbers: they would tell those of one thing that is hidden from them."""

    @property
    def name(self) -> str:
        """As a line of text calls it."""
        return f"{self.reference} {self.title}".strip()


Names = Callable[[Call, Iterable[Id], Iterable[Id]], Awaitable[Mapping[Id, Named] | None]]
"""By objective, and by task: what it is called, for whoever calls, of those that they may know of. None: that cannot be looked up now."""


def names_of(progress: ProgressServiceAsyncStub) -> Names:
    """Asks progress. Where it does not answer an inbox is still an inbox, and says so of each item."""

    async def names(call: Call, objective_ids: Iterable[Id], task_ids: Iterable[Id]) -> Mapping[Id, Named] | None:
        request = NameObjectivesRequest(objective_ids=dict.fromkeys(objective_ids), task_ids=dict.fromkeys(task_ids))
        if not (request.objective_ids or request.task_ids):
            return {}
        try:
            answer = await asked(progress.NameObjectives(request, metadata=handed_on(call), timeout=_SECONDS))
        except Refused as refused:
            if refused.kind not in (Kind.UNAVAILABLE, Kind.BUSY):
                raise
            _log.warning("inbox.without_names", reason=refused.reason)
            return None
        tasks = {n.id: Named(n.reference, n.title) for n in answer.tasks}
        return tasks | {n.objective_id: Named(n.reference, n.title, n.numbers_withheld) for n in answer.names}

    return names
