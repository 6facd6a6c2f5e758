"""What objectives are called now, for whoever reads of them: progress is asked, in the reader's name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from cairn.progress.v1.service_pb2 import NameObjectivesRequest
from chassis.calls import Call
from chassis.errors import Kind, Refused
from chassis.ids import Id
from chassis.rpc import asked, handed_on
from chassis.runtime import telemetry

if TYPE_CHECKING:
    from cairn.progress.v1.service_pb2_grpc import ProgressServiceAsyncStub  # a name of the type stubs alone

_SECONDS: Final = 2.0
_HIDDEN: Final = "an objective that you cannot see"
_NOT_TO_BE_HAD: Final = "an objective whose name cannot be looked up now"

_log = telemetry.logger()

Names = Callable[[Call, Iterable[Id]], Awaitable[Mapping[Id, str]]]
"""By objective: what it is called, for whoever calls."""


def names_of(progress: ProgressServiceAsyncStub) -> Names:
    """Asks progress. Where it does not answer an inbox is still an inbox, and says so of each name."""

    async def names(call: Call, objective_ids: Iterable[Id]) -> Mapping[Id, str]:
        wanted = list(dict.fromkeys(objective_ids))
        if not wanted:
            return {}
        try:
            request = NameObjectivesRequest(objective_ids=wanted)
            answer = await asked(progress.NameObjectives(request, metadata=handed_on(call), timeout=_SECONDS))
        except Refused as refused:
            if refused.kind not in (Kind.UNAVAILABLE, Kind.BUSY):
                raise
            _log.warning("inbox.without_names", reason=refused.reason)
            return dict.fromkeys(wanted, _NOT_TO_BE_HAD)
        return dict.fromkeys(wanted, _HIDDEN) | {n.objective_id: f"{n.reference} {n.title}".strip() for n in answer.names}

    return names
