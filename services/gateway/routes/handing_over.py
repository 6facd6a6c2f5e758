"""What somebody has who leaves - objectives, key results, tasks that have not ended - and how it becomes somebody else's.

Each thing is handed over by the command that anybody would send for it; so what was cut off is completed by asking again, which finds
only what is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from cairn.goals.v1 import events_pb2, service_pb2
from cairn.progress.v1 import service_pb2 as progress_pb2
from chassis.errors import Kind, Refused
from chassis.ids import Id
from gateway.backends import Method
from gateway.routes.request import Request

_PAGE: Final = 500
_OPEN: Final = (events_pb2.OBJECTIVE_STATE_DRAFT, events_pb2.OBJECTIVE_STATE_ACTIVE)


@dataclass(frozen=True, slots=True)
class Owned:
    """Something that somebody has, and that has not ended."""

    kind: Literal["objective", "key_result", "task"]
    id: Id
    reference: str
    title: str
    owners: tuple[events_pb2.Owner, ...] = ()  # of a key result

    async def hand_over(self, request: Request, leaver: Id, to: Id) -> None:
        """Makes it somebody else's. Raises Refused: what the service that keeps it refuses with."""
        goals = request.backends.goals
        method: Method[Any, Any]
        message: Any
        match self.kind:
            case "objective":
                method, message = goals.ReviseObjective, service_pb2.ReviseObjectiveRequest(objective_id=self.id, owner_id=to)
            case "key_result":
                owners = events_pb2.Owners(owners=with_another(self.owners, leaver, to))
                method, message = goals.ReviseKeyResult, service_pb2.ReviseKeyResultRequest(key_result_id=self.id, owners=owners)
            case "task":
                method, message = goals.ReviseTask, service_pb2.ReviseTaskRequest(task_id=self.id, assignee_id=to)
        await request.ask(method, message, key="")


def with_another(owners: tuple[events_pb2.Owner, ...], leaver: Id, to: Id) -> list[events_pb2.Owner]:
    """The owners with another one in the place of the leaver; where that one is among them, with the shares of both."""
    shares = {owner.person_id: owner.share if owner.HasField("share") else 1.0 for owner in owners}
    if to not in shares:
        share = next((owner.share for owner in owners if owner.person_id == leaver and owner.HasField("share")), None)
        return [events_pb2.Owner(person_id=to, share=share) if owner.person_id == leaver else owner for owner in owners]
    of_both = events_pb2.Owner(person_id=to, share=shares[to] + shares[leaver])
    return [of_both if owner.person_id == to else owner for owner in owners if owner.person_id != leaver]


async def owned_by(request: Request, person_id: Id) -> list[Owned]:
    """What somebody has that has not ended: their objectives, then key results, then tasks."""
    progress = request.backends.progress
    objectives = progress_pb2.ListObjectivesRequest(owner_ids=[person_id], states=_OPEN, page_size=_PAGE)
    key_results = progress_pb2.ListKeyResultsRequest(owner_ids=[person_id], cancelled=False, page_size=_PAGE)
    tasks = progress_pb2.ListTasksRequest(assignee_ids=[person_id], states=[events_pb2.TASK_STATE_OPEN], page_size=_PAGE)
    found = [
        Owned("objective", each.objective_id, each.reference, each.title)
        async for page in request.pages(progress.ListObjectives, objectives)
        for each in page.objectives
    ]
    theirs = [each async for page in request.pages(progress.ListKeyResults, key_results) for each in page.key_results]
    ended = {home for home in {each.objective_id for each in theirs} if not await _is_open(request, home)}
    found += [
        Owned("key_result", each.key_result_id, each.reference, each.title, tuple(each.owners))
        for each in theirs
        if each.objective_id not in ended
    ]
    found += [
        Owned("task", each.task_id, each.reference, each.title)
        async for page in request.pages(progress.ListTasks, tasks)
        for each in page.tasks
    ]
    return found


async def _is_open(request: Request, objective_id: Id) -> bool:
    """Whether an objective has not ended; one that whoever asks may not know of counts as one that has."""
    try:
        message = progress_pb2.GetObjectiveRequest(objective_id=objective_id)
        return (await request.ask(request.backends.progress.GetObjective, message)).objective.state in _OPEN
    except Refused as refused:
        if refused.kind is not Kind.UNKNOWN:
            raise
        return False
