"""What somebody has who leaves - objectives, key results, tasks that have not ended - and how it becomes somebody else's.

Each thing is handed over by the command that anybody would send for it; so what was cut off is completed by asking again, which finds
only what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from cairn.goals.v1 import events_pb2, service_pb2
from cairn.progress.v1 import service_pb2 as progress_pb2
from chassis.errors import Kind, Refused
from chassis.ids import Id
from chassis.runtime import Backoff
from gateway.backends import Method
from gateway.routes.request import Request

_PAGE: Final = 500
_TRIES: Final = 5
"""To hand over what changes at the same moment, within a second or two."""
_OPEN: Final = (events_pb2.OBJECTIVE_STATE_DRAFT, events_pb2.OBJECTIVE_STATE_ACTIVE)


@dataclass(frozen=True, slots=True)
class Owned:
    """Something that somebody has, and that has not ended."""

    kind: Literal["objective", "key_result", "task"]
    id: Id
    reference: str
    title: str
    within: Id  # the objective that it is, or is of; of what is of none itself

    async def hand_over(self, request: Request, leaver: Id, to: Id) -> bool:
        """Makes it somebody else's, as it is now: what changes meanwhile is read again. False: by now the leaver does not have it.

        Raises Refused: what the service that keeps it refuses with, STALE_VERSION where it changes again and again.
        """
        backoff = Backoff()
        for tries_left in reversed(range(_TRIES)):
            command = await self._command(request, leaver, to)
            if command is None:
                return False
            try:
                await request.ask(*command, key="")
                break
            except Refused as refused:
                if refused.kind is not Kind.STALE or not tries_left:
                    raise
            await backoff.sleep()
        return True

    async def _command(self, request: Request, leaver: Id, to: Id) -> tuple[Method[Any, Any], Any] | None:
        """What hands it over, at the version that is there now; None: the leaver does not have it."""
        goals, progress = request.backends.goals, request.backends.progress
        match self.kind:
            case "objective":
                objective = (await request.ask(progress.GetObjective, progress_pb2.GetObjectiveRequest(objective_id=self.id))).objective
                if objective.owner_id != leaver:
                    return None
                return goals.ReviseObjective, service_pb2.ReviseObjectiveRequest(
                    objective_id=self.id, expected_version=objective.version, owner_id=to
                )
            case "key_result":
                described = await request.ask(goals.DescribeKeyResult, service_pb2.DescribeKeyResultRequest(key_result_id=self.id))
                if all(owner.person_id != leaver for owner in described.owners):
                    return None
                owners = events_pb2.Owners(owners=with_another(described.owners, leaver, to))
                return goals.ReviseKeyResult, service_pb2.ReviseKeyResultRequest(
                    key_result_id=self.id, expected_version=described.version, owners=owners
                )
            case "task":
                task = (await request.ask(progress.GetTask, progress_pb2.GetTaskRequest(task_id=self.id))).task
                if task.assignee_id != leaver:
                    return None
                return goals.ReviseTask, service_pb2.ReviseTaskRequest(task_id=self.id, expected_version=task.version, assignee_id=to)


def with_another(owners: Sequence[events_pb2.Owner], leaver: Id, to: Id) -> list[events_pb2.Owner]:
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
        Owned("objective", each.objective_id, each.reference, each.title, each.objective_id)
        async for page in request.pages(progress.ListObjectives, objectives)
        for each in page.objectives
    ]
    theirs = [each async for page in request.pages(progress.ListKeyResults, key_results) for each in page.key_results]
    ended = {home for home in {each.objective_id for each in theirs} if not await _is_open(request, home)}
    found += [
        Owned("key_result", each.key_result_id, each.reference, each.title, each.objective_id)
        for each in theirs
        if each.objective_id not in ended
    ]
    found += [
        Owned("task", each.task_id, each.reference, each.title, each.task_id)
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
