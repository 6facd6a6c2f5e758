"""The teams of an import, who is in them, who manages whom and who has left; each since ever, unless a row says from which day on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from cairn.directory.v1 import service_pb2 as directory_pb2
from chassis.days import Day, day_of
from chassis.errors import Refused
from chassis.ids import Id, id_text
from chassis.rpc import InvalidRequest
from chassis.texts import name_key
from gateway.importing.cell_values import short
from gateway.importing.plan import PersonRow, Team
from gateway.importing.refusal_reasons import HOLDS_FROM_AHEAD, HOLDS_FROM_TOO_EARLY, NAME_TAKEN
from gateway.importing.report import Difference
from gateway.importing.row_refusals import RowRefused, is_about_the_request, refusals_of
from gateway.importing.things import Things
from shared.holding import SINCE_EVER


class Organisation:
    """Founds the teams that are not there, and lets people be in theirs."""

    def __init__(self, things: Things) -> None:
        self._things: Final = things
        self._there: Final[dict[Id, directory_pb2.Team]] = {}
        self._rows: Mapping[str, Team] = {}

    async def look_up(self, teams: Mapping[str, Team]) -> None:
        """All teams that are there; `teams` are those of the plan, by the `name_key` of how tables name them."""
        self._rows = teams
        for found in await self._things.services.teams():
            self._there[found.team_id] = found
            self._things.known.teams[name_key(found.name)] = found.team_id
        for key, team in teams.items():  # what a table calls s1 and Cairn calls Sales is s1 in every table
            if (there := self._things.known.teams.get(name_key(team.name))) is not None:
                self._things.known.teams[key] = there

    async def found(self, team: Team) -> None:
        """A team of the plan, unless it is there; before it the one that it stands below, if that is a team of the plan, too."""
        await self._found(team, ())

    async def _found(self, team: Team, below: tuple[str, ...]) -> None:
        things, known, key = self._things, self._things.known, name_key(team.reference)
        count = things.report.counts.teams
        if key in below:
            raise RowRefused("parent", f"{short(team.reference)} would stand below itself")
        if key in known.teams_done:
            return
        known.teams_done.add(key)
        try:
            if team.parent and (above := self._rows.get(name_key(team.parent))) is not None:
                await self._found(above, (*below, key))
            known.require("parent", "team", team.parent)
            known.require("lead", "person", team.lead)
            if key in known.teams:
                count.already_there += 1
                self._compare(team, self._there.get(known.teams[key]))
                return
            known.teams[key] = await self._founded(team)
            count.new += 1
        except RowRefused as refused:
            things.refuse_named("team", team, count, refused, "cannot be founded")

    async def _founded(self, team: Team) -> Id:
        things, known = self._things, self._things.known
        parent = self._parent_of(team)
        request = directory_pb2.FoundTeamRequest(
            name=team.name,
            parent=id_text(parent) if parent else "",
            lead_id=known.people[name_key(team.lead)] if team.lead else b"",
            holds_from=SINCE_EVER,
        )
        try:
            return (await things.services.ask(things.services.backends.directory.FoundTeam, request)).team_id
        except Refused as refused:
            if not is_about_the_request(refused):
                raise
            if refused.reason == NAME_TAKEN:  # another import was quicker
                found = await things.services.ask(things.services.backends.directory.GetTeam, directory_pb2.GetTeamRequest(team=team.name))
                return found.team.team_id
            column = refused.field if refused.field in ("parent", "lead") else "name"
            message = refused.first_message if isinstance(refused, InvalidRequest) else refused.message
            raise RowRefused(column, message, refused) from None

    def _parent_of(self, team: Team) -> Id:
        """The team above it. Raises RowRefused where there is none that is named so."""
        if not team.parent:
            return b""
        parent = self._things.known.teams.get(name_key(team.parent))
        if parent is None:
            raise RowRefused("parent", f"there is no team {short(team.parent)}")
        return parent

    def _compare(self, team: Team, there: directory_pb2.Team | None) -> None:
        known = self._things.known
        if there is None or team.row is None:
            return
        if team.parent and known.teams.get(name_key(team.parent)) != there.parent.team_id:
            self._things.report.different.append(Difference(team.reference, "parent", team.parent, there.parent.name or None))
        if team.lead and known.people[name_key(team.lead)] != there.lead_id:
            lead = known.handles.get(id_text(there.lead_id)) if there.lead_id else None
            self._things.report.different.append(Difference(team.reference, "lead", team.lead, lead))

    async def settle(self, person: PersonRow) -> None:
        """Lets a person of the plan be in their teams, and be managed; what was said of either before stays as it is."""
        things, known = self._things, self._things.known
        try:
            known.require("person", "person", person.handle)
            known.require("team", "team", *person.teams)
            known.require("manager", "person", person.manager)
            for team in person.teams:
                await self._join(person, known.teams[name_key(team)])
            if person.manager:
                manager = directory_pb2.ChangeManagerRequest(
                    person_id=known.people[name_key(person.handle)],
                    manager_id=known.people[name_key(person.manager)],
                    holds_from=_first_day(person),
                )
                await self._unless_said_before(person, things.services.backends.directory.ChangeManager, manager)
        except RowRefused as refused:
            things.refuse(person.row, refused)

    async def _join(self, person: PersonRow, team_id: Id) -> None:
        directory, person_id = self._things.services.backends.directory, self._things.known.people[name_key(person.handle)]
        joining = directory_pb2.AddMemberRequest(team=id_text(team_id), person_id=person_id, holds_from=_first_day(person))
        await self._unless_said_before(person, directory.AddMember, joining, {"holds_from": "from"})
        if person.last_day is not None:
            after = _day_after(person.last_day)
            leaving = directory_pb2.RemoveMemberRequest(team=id_text(team_id), person_id=person_id, holds_from=after)
            await self._unless_said_before(person, directory.RemoveMember, leaving, {"holds_from": "to"})

    async def let_go(self, person: PersonRow) -> None:
        """Whoever's own row has a last day that is over has left since; who came back after it stays."""
        things = self._things
        known = things.known.people.get(name_key(person.handle))
        if person.last_day is None or known is None or things.known.left_on.get(known) == _day_after(person.last_day):
            return
        leaving = directory_pb2.LeavePersonRequest(person_id=known, holds_from=_day_after(person.last_day))
        try:
            await self._unless_said_before(person, things.services.backends.directory.LeavePerson, leaving, {"holds_from": "to"})
        except RowRefused as refused:
            if refused.refused is None or refused.refused.reason != HOLDS_FROM_AHEAD:
                things.refuse(person.row, refused)

    async def _unless_said_before(
        self, person: PersonRow, method: object, request: object, columns: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """What was said later already is not said anew of an earlier day. `columns` names those that fields of the request are from."""
        try:
            with refusals_of(person.row, columns):
                await self._things.services.ask(method, request)  # type: ignore[arg-type]  # of the same command
        except RowRefused as refused:
            if refused.refused is None or refused.refused.reason != HOLDS_FROM_TOO_EARLY:
                raise


def _first_day(person: PersonRow) -> Day:
    """From which day on they are in their teams, and are managed."""
    return SINCE_EVER if person.first_day is None else day_of(person.first_day)


def _day_after(last_day: date) -> Day:
    return day_of(last_day) + 1
