"""The services as a dry run asks them: where a command would be carried out, it is tried, and so refused by the rules themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple, TypeVar

from google.protobuf.message import Message

from cairn.checkins.v1 import service_pb2 as checkins_pb2
from cairn.directory.v1 import service_pb2 as directory_pb2
from cairn.goals.v1 import service_pb2 as goals_pb2
from cairn.progress.v1 import service_pb2 as progress_pb2
from chassis.errors import Refused
from chassis.ids import Id, id_text
from gateway.backends import Method
from gateway.importing.refusal_reasons import KEY_RESULT_UNKNOWN
from gateway.importing.services import Asking, Services, Wait

M = TypeVar("M")
A = TypeVar("A")

Events = list[goals_pb2.UnrecordedEvent]


class _Command(NamedTuple):
    """A command of goals: its field of a dry run, and what it would be answered."""

    field: str
    answer: Callable[[Events], Message]


_COMMANDS: Final[dict[type[Any], _Command]] = {
    goals_pb2.DefineCycleRequest: _Command("define_cycle", lambda events: goals_pb2.DefineCycleResponse(cycle_id=events[0].aggregate_id)),
    goals_pb2.DefineObjectiveRequest: _Command(
        "define_objective", lambda events: goals_pb2.DefineObjectiveResponse(objective_id=events[0].aggregate_id)
    ),
    goals_pb2.DefineKeyResultRequest: _Command(
        "define_key_result", lambda events: goals_pb2.DefineKeyResultResponse(key_result_id=events[0].event_id)
    ),
    goals_pb2.ShareKeyResultRequest: _Command("share_key_result", lambda _: goals_pb2.ShareKeyResultResponse()),
    goals_pb2.ActivateObjectiveRequest: _Command("activate_objective", lambda _: goals_pb2.ActivateObjectiveResponse()),
    goals_pb2.MoveKeyResultRequest: _Command("move_key_result", lambda _: goals_pb2.MoveKeyResultResponse()),
    goals_pb2.CancelKeyResultRequest: _Command("cancel_key_result", lambda _: goals_pb2.CancelKeyResultResponse()),
    goals_pb2.CancelObjectiveRequest: _Command("cancel_objective", lambda _: goals_pb2.CancelObjectiveResponse()),
    goals_pb2.CloseObjectiveRequest: _Command("close_objective", lambda _: goals_pb2.CloseObjectiveResponse()),
    goals_pb2.ReviseKeyResultRequest: _Command("revise_key_result", lambda _: goals_pb2.ReviseKeyResultResponse()),
    goals_pb2.UnshareKeyResultRequest: _Command("unshare_key_result", lambda _: goals_pb2.UnshareKeyResultResponse()),
    goals_pb2.ReviseObjectiveRequest: _Command("revise_objective", lambda _: goals_pb2.ReviseObjectiveResponse()),
    goals_pb2.AlignObjectiveRequest: _Command("align_objective", lambda _: goals_pb2.AlignObjectiveResponse()),
    goals_pb2.ReviseCycleRequest: _Command("revise_cycle", lambda _: goals_pb2.ReviseCycleResponse()),
    goals_pb2.ReopenObjectiveRequest: _Command("reopen_objective", lambda _: goals_pb2.ReopenObjectiveResponse()),
    goals_pb2.DefineKpiRequest: _Command("define_kpi", lambda events: goals_pb2.DefineKpiResponse(kpi_id=events[0].aggregate_id)),
    goals_pb2.ReviseKpiRequest: _Command("revise_kpi", lambda _: goals_pb2.ReviseKpiResponse()),
    goals_pb2.MeasureKpiRequest: _Command("measure_kpi", lambda _: goals_pb2.MeasureKpiResponse()),
    goals_pb2.GiveTaskRequest: _Command("give_task", lambda events: goals_pb2.GiveTaskResponse(task_id=events[0].aggregate_id)),
    goals_pb2.ReviseTaskRequest: _Command("revise_task", lambda _: goals_pb2.ReviseTaskResponse()),
    goals_pb2.FinishTaskRequest: _Command("finish_task", lambda _: goals_pb2.FinishTaskResponse()),
    goals_pb2.DefineInitiativeRequest: _Command(
        "define_initiative", lambda events: goals_pb2.DefineInitiativeResponse(initiative_id=events[0].aggregate_id)
    ),
    goals_pb2.ReviseInitiativeRequest: _Command("revise_initiative", lambda _: goals_pb2.ReviseInitiativeResponse()),
    goals_pb2.PlanMilestoneRequest: _Command(
        "plan_milestone", lambda events: goals_pb2.PlanMilestoneResponse(milestone_id=events[0].aggregate_id)
    ),
    goals_pb2.ReviseMilestoneRequest: _Command("revise_milestone", lambda _: goals_pb2.ReviseMilestoneResponse()),
    goals_pb2.ReachMilestoneRequest: _Command("reach_milestone", lambda _: goals_pb2.ReachMilestoneResponse()),
    goals_pb2.PostponeMilestoneRequest: _Command("postpone_milestone", lambda _: goals_pb2.PostponeMilestoneResponse()),
}
_SETTLED: Final[dict[type[Any], Message]] = {
    directory_pb2.AddMemberRequest: directory_pb2.AddMemberResponse(),
    directory_pb2.RemoveMemberRequest: directory_pb2.RemoveMemberResponse(),
    directory_pb2.ChangeManagerRequest: directory_pb2.ChangeManagerResponse(),
    directory_pb2.LeavePersonRequest: directory_pb2.LeavePersonResponse(),
    checkins_pb2.WriteCommentRequest: checkins_pb2.WriteCommentResponse(),
    checkins_pb2.EditCommentRequest: checkins_pb2.EditCommentResponse(),
}
"""What would be answered, without a trial: what these are about may be of this dry run, and the service does not know of it."""

_QUESTIONS: Final = (
    directory_pb2.GetVisionRequest,
    directory_pb2.GetTeamRequest,
    directory_pb2.ListTeamsRequest,
    directory_pb2.GetPersonRequest,
    directory_pb2.ListPeopleRequest,
    goals_pb2.ListCyclesRequest,
    goals_pb2.DescribeKeyResultRequest,
    progress_pb2.GetObjectiveRequest,
    progress_pb2.GetKpiRequest,
    progress_pb2.ListKpiValuesRequest,
    progress_pb2.GetInitiativeRequest,
    progress_pb2.GetTaskRequest,
    progress_pb2.GetMilestoneRequest,
    progress_pb2.ListCommentsRequest,
)


class DryRunServices(Services):
    """What an import asks for, so that nothing of it is recorded.

    What commands would come to is kept here, and handed in as what those after them may assume: a key result is tried on the objective
    that was tried before it, and its check-ins on the key result. So one thing is tried after the other.
    """

    at_once = 1

    def __init__(self, asking: Asking, catch_up: Wait, checkins_catches_up: Wait) -> None:
        super().__init__(asking, catch_up, checkins_catches_up)
        self._assumed: Final[dict[Id, Events]] = {}  # by aggregate
        self._teams: Final[set[str]] = set()
        self._people: Final[set[Id]] = set()
        self._homes: Final[dict[Id, Id]] = {}  # the objectives of key results
        self._served: Final[dict[Id, Id]] = {}  # the objectives of initiatives
        self._defined: Final[set[Id]] = set()  # objectives and key results of this dry run
        self._activated_only: Final[set[Id]] = set()  # objectives that are there

    async def ask(self, method: Method[M, A], message: M, *, key: str | None = None) -> A:  # noqa: ARG002 - nothing is recorded
        """A service's answer, of a command the one that it would give. Raises Refused as it would, and TypeError for an unknown command."""
        match message:
            case checkins_pb2.ImportCheckInsRequest() | checkins_pb2.ImportGradesRequest():
                return await super().ask(method, await self._described(message))
            case checkins_pb2.ListLeftOutRequest():
                message.key_result_ids[:] = [one for one in message.key_result_ids if one not in self._defined]
                return await super().ask(method, message)
            case directory_pb2.AddPersonRequest():
                message.dry_run = True
                added: Any = await super().ask(method, message)
                self._people.add(added.person.person_id)
                return added  # type: ignore[no-any-return]  # as the method has it
            case directory_pb2.ChangeSettingRequest() | directory_pb2.AddPillarRequest():
                message.dry_run = True
                return await super().ask(method, message)
            case directory_pb2.FoundTeamRequest():
                return await self._founded(method, message)  # type: ignore[return-value]  # as the method has it
        if type(message) in _SETTLED:
            return _SETTLED[type(message)]  # type: ignore[return-value]  # as the table has it
        if isinstance(message, _QUESTIONS):
            return await super().ask(method, message)
        if type(message) not in _COMMANDS:
            raise TypeError(f"how {type(message).__name__} is tried is not decided")
        return await self._tried(message)  # type: ignore[return-value]  # as the table has it

    async def _founded(self, method: Any, message: directory_pb2.FoundTeamRequest) -> directory_pb2.FoundTeamResponse:
        """A team, tried without a parent or a lead of this dry run, whom nobody else knows."""
        message.dry_run = True
        if message.parent in self._teams:
            message.parent = ""
        if message.lead_id in self._people:
            message.lead_id = b""
        founded: directory_pb2.FoundTeamResponse = await super().ask(method, message)
        self._teams.add(id_text(founded.team_id))
        return founded

    async def _tried(self, message: Any) -> Message:
        command = _COMMANDS[type(message)]
        request = goals_pb2.DryRunCommandRequest(**{command.field: message}, assumed=await self._assumed_of(message))
        events = list((await super().ask(self.backends.goals.DryRunCommand, request)).events)
        for event in () if isinstance(message, goals_pb2.MeasureKpiRequest) else events:  # no row after a value depends on it
            self._assumed.setdefault(event.aggregate_id, []).append(event)
        match message:
            case goals_pb2.DefineKeyResultRequest():
                self._homes[events[0].event_id] = message.objective_id
                self._defined.add(events[0].event_id)
            case goals_pb2.MoveKeyResultRequest():
                self._homes[message.key_result_id] = message.to_objective_id
            case goals_pb2.DefineInitiativeRequest():
                home = message.objective_id or await self._home(message.key_result_id)
                self._served[events[0].aggregate_id] = home
            case goals_pb2.DefineObjectiveRequest():
                self._defined.add(events[0].aggregate_id)
            case goals_pb2.ActivateObjectiveRequest() if message.objective_id not in self._defined:
                self._activated_only.add(message.objective_id)
        return command.answer(events)

    async def _described(self, message: Any) -> Any:
        """The rows, with the key results among them that are there, or can be checked in on, only by what was tried before."""
        message.dry_run = True
        rows = message.rows
        of_rows = [(row.grade if isinstance(row, checkins_pb2.GradeRow) else row.check_in).key_result_id for row in rows]
        for key_result_id in dict.fromkeys(of_rows):
            if key_result_id in self._defined or (self._activated_only and await self._home(key_result_id) in self._activated_only):
                assumed = self._assumed[await self._home(key_result_id)]
                message.described.append(await self._describe(key_result_id, assumed))
        return message

    async def _assumed_of(self, message: Any) -> Iterable[goals_pb2.UnrecordedEvent]:
        """What was tried of all that a command names."""
        named: list[Id] = []
        for field in _NAMING:
            value = getattr(message, field, b"")
            named += [value] if isinstance(value, bytes) else value
        if parent := getattr(message, "parent_objective_id", b""):
            named.append(parent)
        if (objective_id := self._served.get(getattr(message, "initiative_id", b""))) is not None:
            named.append(objective_id)
        key_results = [getattr(message, name, b"") for name in ("key_result_id", "parent_key_result_id")]
        named += [await self._home(key_result_id) for key_result_id in key_results if key_result_id]
        named += [await self._home_of_feed(feed) for feed in _feeds_of(message)]
        return [event for aggregate_id in dict.fromkeys(named) for event in self._assumed.get(aggregate_id, ())]

    async def _home(self, key_result_id: Id) -> Id:
        home = self._homes.get(key_result_id)
        if home is None:
            described = await self._describe(key_result_id, ())
            home = self._homes[key_result_id] = described.objective_id
        return home

    async def _home_of_feed(self, feed: Id) -> Id:
        """The objective of a key result; a KPI stands for itself, and what is neither is refused by the command."""
        if feed in self._assumed:
            return feed
        try:
            return await self._home(feed)
        except Refused as refused:
            if refused.reason != KEY_RESULT_UNKNOWN:
                raise
            return feed

    async def _describe(self, key_result_id: Id, assumed: Iterable[goals_pb2.UnrecordedEvent]) -> goals_pb2.DescribeKeyResultResponse:
        request = goals_pb2.DescribeKeyResultRequest(key_result_id=key_result_id, assumed=assumed)
        return await super().ask(self.backends.goals.DescribeKeyResult, request)


_NAMING: Final = (
    *("cycle_id", "enclosing_cycle_id", "objective_id", "to_objective_id", "counts_for"),
    *("kpi_id", "initiative_id", "task_id", "milestone_id"),
)
"""Fields of commands that name what may have been tried."""


def _feeds_of(message: Any) -> Iterable[Id]:
    """What feeds the sum that a command is about."""
    match message:
        case goals_pb2.DefineKeyResultRequest():
            return message.sum.feeds
        case goals_pb2.ReviseKeyResultRequest():
            return message.feeds.key_result_ids
        case _:
            return ()
