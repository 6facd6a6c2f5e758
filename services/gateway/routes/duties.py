"""What else somebody answers for who leaves - teams that they lead, people whom they manage, initiatives and KPIs - and their parts.

Each duty is handed over by the command that anybody would send for it, as what is owned is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from cairn.directory.v1 import service_pb2 as directory_pb2
from cairn.goals.v1 import events_pb2, service_pb2
from cairn.progress.v1 import service_pb2 as progress_pb2
from chassis.ids import Id, id_text
from gateway.backends import Method
from gateway.routes.request import Request

_PAGE: Final = 500
_GO_ON: Final = (events_pb2.INITIATIVE_STATE_PLANNED, events_pb2.INITIATIVE_STATE_RUNNING)

_Kind = Literal["team", "person", "initiative", "kpi"]


@dataclass(frozen=True, slots=True)
class Duty:
    """A team that somebody leads, a person whom they manage, or an initiative or a KPI of theirs that goes on."""

    kind: _Kind
    id: Id
    reference: str
    title: str

    @property
    def within(self) -> Id:
        """It is by itself."""
        return self.id

    async def hand_over(self, request: Request, leaver: Id, to: Id) -> bool:
        """Makes it somebody else's; False: it is the leaver's no longer. Raises Refused: what the service that keeps it refuses with."""
        if self.id not in {duty.id async for duty in _DUTIES[self.kind](request, leaver)}:
            return False
        goals, directory = request.backends.goals, request.backends.directory
        method: Method[Any, Any]
        message: Any
        match self.kind:
            case "team":
                method, message = directory.ReviseTeam, directory_pb2.ReviseTeamRequest(team=id_text(self.id), lead_id=to)
            case "person":
                method, message = directory.ChangeManager, directory_pb2.ChangeManagerRequest(person_id=self.id, manager_id=to)
            case "initiative":
                method, message = goals.ReviseInitiative, service_pb2.ReviseInitiativeRequest(initiative_id=self.id, owner_id=to)
            case "kpi":
                method, message = goals.ReviseKpi, service_pb2.ReviseKpiRequest(kpi_id=self.id, owner_id=to)
        await request.ask(method, message, key="")
        return True


async def duties_of(request: Request, person_id: Id) -> list[Duty]:
    """What somebody answers for beside what they own: teams, then people, then initiatives, then KPIs."""
    return [duty for each in _DUTIES.values() async for duty in each(request, person_id)]


async def _teams(request: Request, person_id: Id) -> AsyncIterator[Duty]:
    led = directory_pb2.ListTeamsRequest(lead_ids=[person_id], page_size=_PAGE)
    async for page in request.pages(request.backends.directory.ListTeams, led):
        for team in page.teams:
            yield Duty("team", team.team_id, "", team.name)


async def _people(request: Request, person_id: Id) -> AsyncIterator[Duty]:
    managed = directory_pb2.ListPeopleRequest(manager_ids=[person_id], states=[directory_pb2.PERSON_STATE_ACTIVE], page_size=_PAGE)
    async for page in request.pages(request.backends.directory.ListPeople, managed):
        for person in page.people:
            yield Duty("person", person.person_id, person.handle, person.name or person.handle)


async def _initiatives(request: Request, person_id: Id) -> AsyncIterator[Duty]:
    going_on = progress_pb2.ListInitiativesRequest(owner_ids=[person_id], states=_GO_ON, page_size=_PAGE)
    async for page in request.pages(request.backends.progress.ListInitiatives, going_on):
        for initiative in page.initiatives:
            yield Duty("initiative", initiative.initiative_id, initiative.reference, initiative.title)


async def _kpis(request: Request, person_id: Id) -> AsyncIterator[Duty]:
    watched = progress_pb2.ListKpisRequest(owner_ids=[person_id], retired=False, page_size=_PAGE)
    async for page in request.pages(request.backends.progress.ListKpis, watched):
        for kpi in page.kpis:
            yield Duty("kpi", kpi.kpi_id, kpi.reference, kpi.title)


_DUTIES: Final[dict[_Kind, Callable[[Request, Id], AsyncIterator[Duty]]]] = {
    "team": _teams,
    "person": _people,
    "initiative": _initiatives,
    "kpi": _kpis,
}


async def with_a_part(request: Request, person_id: Id) -> set[Id]:
    """The key results to whose value somebody gives a part of their own: once they own them no longer, it gives no value."""
    progress = request.backends.progress
    owned = progress_pb2.ListKeyResultsRequest(owner_ids=[person_id], cancelled=False, page_size=_PAGE)
    return {
        key_result.key_result_id
        async for page in request.pages(progress.ListKeyResults, owned)
        for key_result in page.key_results
        if any(part.person_id == person_id for part in key_result.parts)
    }
