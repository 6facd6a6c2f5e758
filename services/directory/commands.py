"""What can be asked of directory, one function a command: what is it about, who may, decide and append.

Who may is asked of what directory knows at present (`policy`), before all, and once more when the events are written. Each raises
Refused: ROLE_REQUIRED, what its decisions refuse with, and what `Aggregates.decide` does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from cairn.directory.v1 import service_pb2 as api
from cairn.directory.v1.events_pb2 import ROLE_ADMIN, PersonProfile
from chassis.calls import Call, Identity
from chassis.errors import Kind, Refused, invalid
from chassis.eventstore import ANYONE, CALLER_WAS_CHECKED, Aggregate, Appended, Decision, unless_dry_run
from chassis.ids import NIL, Id, id_of_name, id_text, new_id
from chassis.rpc import write_appended
from directory import policy
from directory.aggregates import NAME, ORGANISATION, PERSON, SAVED_VIEWS, SECURITY_EVENT, SESSIONS, TENANT, VISION_BOARD
from directory.domain import names, organisation, people, saved_views, security, sessions, tenants, vision
from directory.domain.organisation import Organisation
from directory.domain.people import Person
from directory.domain.saved_views import SavedViews
from directory.domain.vision import VisionBoard
from directory.roster import find_pillar, find_team
from directory.service import Directory
from directory.session_store import Session
from shared.holding import SINCE_EVER, Asked, Holding
from shared.naming import require_handle
from shared.roles import SERVICE, require_operator
from shared.services import DIRECTORY
from shared.settings import TIME_ZONE
from shared.teams import id_of_team_name

INSTALLATION: Final[Id] = NIL
"""Whose the names of tenants are: no tenant's."""

FIRST_PERSON: Final = "admin"
"""The handle of the person that a new tenant comes with."""


async def register_tenant(directory: Directory, call: Call, request: api.RegisterTenantRequest) -> Appended:
    """A new tenant, under a name that no other has, with its first admin.

    The second aggregate of the answer is the tenant, the third the admin. The name comes first: the call's idempotency key is
    kept with the first event, and the caller's tenant is the installation.
    """
    require_operator(call.identity)
    tenant_id, admin_id = new_id(), new_id()
    name_id = directory.vault.tenant_name_id(request.name)
    name = Aggregate(NAME, name_id, may=CALLER_WAS_CHECKED, partition_key=tenant_id, tenant_id=INSTALLATION)
    tenant = Aggregate(TENANT, tenant_id, may=CALLER_WAS_CHECKED, tenant_id=tenant_id)
    admin = Aggregate(PERSON, admin_id, may=CALLER_WAS_CHECKED, tenant_id=tenant_id)
    profile = (await directory.vault.key_of(tenant_id, admin_id)).sealed(PersonProfile(handle=FIRST_PERSON))
    unit = [
        name.decision(names.reserve, "tenant", request.name, tenant_id),
        tenant.event(tenants.register, tenant_id, request.name, request.time_zone or TIME_ZONE.default),
        admin.event(people.add, admin_id, profile, [ROLE_ADMIN]),
        _handle_is_taken(directory, tenant_id, FIRST_PERSON, admin_id),
    ]
    return await directory.aggregates.decide_together(call, unit)


async def change_setting(directory: Directory, call: Call, request: api.ChangeSettingRequest) -> Appended:
    """A setting of the caller's tenant says something else from a day on. Raises Refused: SETTING_UNKNOWN, beside what the others do."""
    still_admin = await policy.require_admin(directory, call)
    tenant_id, asked = call.identity.tenant_id, _asked(directory, call, request)
    tenant = Aggregate(TENANT, tenant_id, request.expected_version, may=CALLER_WAS_CHECKED)
    change = tenant.decision(tenants.change_setting, tenant_id, request.setting, request.value, asked)
    aggregates = unless_dry_run(directory.aggregates, dry_run=request.dry_run)
    return await aggregates.decide_together(call, [change, still_admin])


async def add_person(directory: Directory, call: Call, request: api.AddPersonRequest) -> Appended:
    """A new person, under a handle that nobody else of the tenant has, in these teams. The first aggregate of the answer is the person.

    In a dry run nobody is added, and no key is made for them: the profile stays in the clear, and goes nowhere.
    """
    still_admin = await policy.require_admin(directory, call)
    require_handle(request.handle)
    people.require_name(request.name)
    people.require_email(request.email)
    tenant_id, person_id = call.identity.tenant_id, new_id()
    profile = PersonProfile(handle=request.handle, name=request.name, email=request.email)
    sealed = profile.SerializeToString() if request.dry_run else (await directory.vault.key_of(tenant_id, person_id)).sealed(profile)
    person = Aggregate(PERSON, person_id, may=CALLER_WAS_CHECKED)
    today = Asked(None, directory.day_of(call))
    teams = await _teams(directory, call, request.teams)
    unit = [
        person.event(people.add, person_id, sealed, request.roles),
        *(person.decision(people.join_team, tenant_id, person_id, team_id, today) for team_id in teams),
        *_teams_are_there(call, teams),
        _handle_is_taken(directory, tenant_id, request.handle, person_id),
        still_admin,
    ]
    aggregates = unless_dry_run(directory.aggregates, dry_run=request.dry_run)
    return await aggregates.decide_together(call, unit)


async def change_person_roles(directory: Directory, call: Call, request: api.ChangePersonRolesRequest) -> Appended:
    """Other roles and teams for a person, and a profile, where one is given.

    Raises Refused: LAST_ADMIN, TEAM_UNKNOWN, beside what the others do.

    Nobody takes the role admin from the last one: who takes it from somebody else is one and stays one, and who gives it up needs
    another who is.
    """
    still_admin = await policy.require_admin(directory, call)
    person_id, asked = request.person_id, _asked(directory, call, request)
    person = _person(call, person_id, request.expected_version)
    teams, dissolved = await _teams(directory, call, request.teams), await _dissolved(directory, call)
    changes = [
        person.decision(
            people.change_roles_and_teams, call.identity.tenant_id, person_id, request.roles, teams, asked, apart_from=dissolved
        )
    ]
    if request.HasField("profile"):
        then = replace(person, expected_version=0)  # the one that the caller saw is asked for once
        changes += await _profile_changes(directory, call, then, request.profile)
    changes += _teams_are_there(call, teams)
    return await _by_an_admin(directory, call, still_admin, person, changes, stays_admin=ROLE_ADMIN in request.roles)


async def change_person_profile(directory: Directory, call: Call, request: api.ChangePersonProfileRequest) -> Appended:
    """Another handle, name or e-mail address of a person, by an admin; of one's own all but the handle, which an issuer knows one by.

    The handle before stays theirs: what names them by it - a token, a table - still finds them, and nobody else is taken for them.
    Where a profile's key was lost, a new one is made, and the profile is what is given here. Raises Refused: PERSON_UNKNOWN, NAME_TAKEN.
    """
    person = _person(call, request.person_id, request.expected_version)
    if request.person_id == call.identity.person_id and not request.profile.HasField("handle"):
        await policy.require_present(directory, call)
        own = replace(person, may=_is_present)
        return await directory.aggregates.decide_together(call, await _profile_changes(directory, call, own, request.profile))
    still_admin = await policy.require_admin(directory, call)
    changes = await _profile_changes(directory, call, person, request.profile)
    return await _by_an_admin(directory, call, still_admin, person, changes, stays_admin=True)


async def change_manager(directory: Directory, call: Call, request: api.ChangeManagerRequest) -> Appended:
    """Another manager for a person, or none. Raises Refused: PERSON_UNKNOWN, MANAGER_LOOP, beside what the others do."""
    person = _person(call, request.person_id, request.expected_version)
    still_admin = await policy.require_admin(directory, call)
    if request.manager_id:
        await _require_member(directory, call, request.manager_id, "manager")
        await _require_no_loop_of_managers(directory, call, request)
    change = person.decision(people.change_manager, request.person_id, request.manager_id, _asked(directory, call, request))
    return await directory.aggregates.decide_together(call, [change, still_admin])


async def found_team(directory: Directory, call: Call, request: api.FoundTeamRequest) -> Appended:
    """A new team. Its id is that of the event that founds it: the first event of the answer.

    It is the id that follows from the name, where no team had that name before; whoever named the team on an objective meant this one.
    """
    still_admin = await policy.require_admin(directory, call)
    tenant_id = call.identity.tenant_id
    by_name = id_of_team_name(tenant_id, request.name)
    teams = (await directory.roster.caught_up()).organisation(tenant_id)
    team_id = new_id() if by_name in teams.teams else by_name
    parent_id = await _parent(directory, call, request.parent)
    if request.lead_id:
        await _require_member(directory, call, request.lead_id, "lead")
    about = replace(_organisation(call), event_id=team_id)
    founding = about.decision(organisation.found, team_id, request.name, parent_id, request.lead_id, _asked(directory, call, request))
    aggregates = unless_dry_run(directory.aggregates, dry_run=request.dry_run)
    return await aggregates.decide_together(call, [founding, still_admin])


async def revise_team(directory: Directory, call: Call, request: api.ReviseTeamRequest) -> Appended:
    """Calls a team otherwise, puts it elsewhere, or lets somebody else lead it."""
    still_admin = await policy.require_admin(directory, call)
    team_id, asked, about = await _team(directory, call, request.team), _asked(directory, call, request), _organisation(call)
    unit: list[Decision] = []
    if request.HasField("name"):
        unit.append(about.decision(organisation.rename, team_id, request.name, asked))
    if request.HasField("parent"):
        unit.append(about.decision(organisation.move, team_id, await _parent(directory, call, request.parent), asked))
    if request.HasField("lead_id"):
        if request.lead_id:
            await _require_member(directory, call, request.lead_id, "lead")
        unit.append(about.decision(organisation.change_lead, team_id, request.lead_id, asked))
    if not unit:
        raise invalid("name", "say what shall be otherwise: name, parent or lead")
    return await directory.aggregates.decide_together(call, [*unit, still_admin])


async def dissolve_team(directory: Directory, call: Call, request: api.DissolveTeamRequest) -> Appended:
    """Dissolves a team that has no team below it."""
    still_admin = await policy.require_admin(directory, call)
    team_id = await _team(directory, call, request.team)
    dissolving = _organisation(call).decision(organisation.dissolve, team_id, _asked(directory, call, request))
    return await directory.aggregates.decide_together(call, [dissolving, still_admin])


async def add_member(directory: Directory, call: Call, request: api.AddMemberRequest) -> Appended:
    """A person is in a team from a day on, beside the teams that they are in."""
    still_admin = await policy.require_admin(directory, call)
    team_id, tenant_id, person_id = await _team(directory, call, request.team), call.identity.tenant_id, request.person_id
    person, asked = _person(call, person_id, 0), _asked(directory, call, request)
    joining = person.decision(people.join_team, tenant_id, person_id, team_id, asked)
    there = _organisation(call).requirement(organisation.require_team, team_id, "", request.team)
    return await directory.aggregates.decide_together(call, [joining, there, still_admin])


async def remove_member(directory: Directory, call: Call, request: api.RemoveMemberRequest) -> Appended:
    """A person is in a team no longer from a day on."""
    still_admin = await policy.require_admin(directory, call)
    team_id, tenant_id, person_id = await _team(directory, call, request.team), call.identity.tenant_id, request.person_id
    person, asked = _person(call, person_id, 0), _asked(directory, call, request)
    return await directory.aggregates.decide_together(
        call, [person.decision(people.quit_team, tenant_id, person_id, team_id, asked), still_admin]
    )


async def found_teams_of_names(directory: Directory) -> int:
    """The teams that people were in while teams were names become teams, by the ids that follow from the names; answers how many.

    Raises Refused as `Aggregates.decide` does.
    """
    roster = await directory.roster.caught_up()
    founded = 0
    for tenant_id in roster.tenants:
        named = {team_id: names[0] for team_id, names in roster.names_of_teams(tenant_id).items()}
        founded += len((await _found_named(directory, tenant_id, named)).event_ids)
    return founded


async def found_named_teams(directory: Directory, call: Call, request: api.FoundNamedTeamsRequest) -> Appended:
    """The teams that objectives named while teams were names become teams, by the ids that follow from the names, for the gateway."""
    policy.require_gateway(call)
    named: dict[Id, str] = {}
    for name in request.names:
        named.setdefault(id_of_team_name(request.tenant_id, name), name)
    return await _found_named(directory, request.tenant_id, named)


async def _found_named(directory: Directory, tenant_id: Id, named: Mapping[Id, str]) -> Appended:
    """Founds those of the teams that are not there, in directory's own name."""
    call = Call(Identity(tenant_id, DIRECTORY, frozenset({SERVICE})), new_id())
    return await directory.aggregates.decide(call, _organisation(call).decision(organisation.found_named, list(named.items())))


async def state_vision(directory: Directory, call: Call, request: api.StateVisionRequest) -> api.StateVisionResponse:
    """What the caller's tenant is there for, or wants to have become, is said anew; or nothing is, where it is so already."""
    still_admin = await policy.require_admin(directory, call)
    stating = _board(call, request.expected_version).decision(vision.state, request)
    response = api.StateVisionResponse(board_id=vision.board_id(call.identity.tenant_id))
    write_appended(response.appended, await directory.aggregates.decide_together(call, [stating, still_admin]))
    return response


async def add_pillar(directory: Directory, call: Call, request: api.AddPillarRequest) -> Appended:
    """A new strategic pillar. Its id is that of the event that adds it: the first event of the answer."""
    still_admin = await policy.require_admin(directory, call)
    before_id, pillar_id = await _before(directory, call, request.before), new_id()
    about = replace(_board(call, request.expected_version), event_id=pillar_id)
    adding = about.decision(vision.add, pillar_id, request, before_id)
    aggregates = unless_dry_run(directory.aggregates, dry_run=request.dry_run)
    return await aggregates.decide_together(call, [adding, still_admin])


async def revise_pillar(directory: Directory, call: Call, request: api.RevisePillarRequest) -> Appended:
    """Calls a pillar otherwise, says something else about it, or puts it elsewhere among the others."""
    still_admin = await policy.require_admin(directory, call)
    pillar_id = await _pillar(directory, call, request.pillar)
    before_id = await _before(directory, call, request.before) if request.HasField("before") else None
    revising = _board(call, request.expected_version).decision(vision.revise, pillar_id, request, before_id)
    aggregates = unless_dry_run(directory.aggregates, dry_run=request.dry_run)
    return await aggregates.decide_together(call, [revising, still_admin])


async def remove_pillar(directory: Directory, call: Call, request: api.RemovePillarRequest) -> Appended:
    """Takes a pillar from the board; objectives that name it name it still."""
    still_admin = await policy.require_admin(directory, call)
    pillar_id = await _pillar(directory, call, request.pillar)
    removing = _board(call, request.expected_version).decision(vision.remove, pillar_id)
    return await directory.aggregates.decide_together(call, [removing, still_admin])


async def save_view(directory: Directory, call: Call, request: api.SaveViewRequest) -> Appended:
    """An address of the app is saved under a name, as the caller's own. The view's id is that of the event: the first of the answer."""
    still_here = await _requires_presence(directory, call)
    person_id, view_id = call.identity.person_id, new_id()
    key = await directory.vault.key_of(call.identity.tenant_id, person_id)
    own = replace(_saved_views(call, request.expected_version), event_id=view_id)
    return await directory.aggregates.decide_together(call, [own.decision(saved_views.save, view_id, person_id, key, request), still_here])


async def revise_view(directory: Directory, call: Call, request: api.ReviseViewRequest) -> Appended:
    """A view of the caller's own is called otherwise, leads elsewhere, is shared or no longer.

    Raises Refused: VIEW_UNKNOWN, NOT_ITS_OWNER, beside what the decision does.
    """
    still_here = await _requires_presence(directory, call)
    await policy.require_owner_of_view(directory, call, request.view_id)
    person_id = call.identity.person_id
    key = await directory.vault.key_of(call.identity.tenant_id, person_id)
    revising = _saved_views(call, request.expected_version).decision(saved_views.revise, person_id, key, request)
    return await directory.aggregates.decide_together(call, [revising, still_here])


async def remove_view(directory: Directory, call: Call, request: api.RemoveViewRequest) -> Appended:
    """A view of the caller's own is there no longer. Raises Refused: VIEW_UNKNOWN, NOT_ITS_OWNER."""
    still_here = await _requires_presence(directory, call)
    await policy.require_owner_of_view(directory, call, request.view_id)
    removing = _saved_views(call, request.expected_version).decision(saved_views.remove, call.identity.person_id, request.view_id)
    return await directory.aggregates.decide_together(call, [removing, still_here])


async def leave_person(directory: Directory, call: Call, request: api.LeavePersonRequest) -> Appended:
    """A person leaves: every session of theirs ends, and they sign in no more. What is theirs keeps their name.

    They are in their teams until that day; they sign in no more from now on, whichever it is. Raises Refused: LAST_ADMIN, beside what the
    others do: an admin who leaves needs another one who stays.
    """
    person_id, tenant_id = request.person_id, call.identity.tenant_id
    member = (await directory.roster.caught_up()).members(tenant_id).get(person_id)
    day = _asked(directory, call, request), member.came_back_on if member else SINCE_EVER
    still_admin = await policy.require_admin(directory, call)
    person = _person(call, person_id, request.expected_version)
    unit = [person.decision(people.leave, person_id, *day), _every_session_ends(tenant_id, person_id)]
    appended = await _by_an_admin(directory, call, still_admin, person, unit, stays_admin=False)
    await directory.sessions.end_all(tenant_id, person_id)
    return appended


async def reinstate_person(directory: Directory, call: Call, request: api.ReinstatePersonRequest) -> Appended:
    """A person who had left comes back, with the roles and teams that they have, and signs in anew."""
    still_admin = await policy.require_admin(directory, call)
    person = _person(call, request.person_id, request.expected_version)
    reinstated = person.decision(people.reinstate, request.person_id)
    return await _by_an_admin(directory, call, still_admin, person, [reinstated], stays_admin=True)


async def appoint_admin(directory: Directory, call: Call, request: api.AppointAdminRequest) -> Appended:
    """The role admin for a person of a tenant that has no admin any more, by the operator.

    Raises Refused: TENANT_UNKNOWN, TENANT_HAS_ADMIN, PERSON_UNKNOWN, PERSON_LEFT, beside what the others do.
    """
    require_operator(call.identity)
    roster = await directory.roster.caught_up()
    if request.tenant_id not in roster.tenants:
        raise tenants.unknown_tenant(request.tenant_id.hex())
    admins = roster.admins(request.tenant_id)
    if admins and admins != [request.person_id]:  # asked again, it is done
        raise Refused("TENANT_HAS_ADMIN", "this tenant has an admin, who says who else is one", kind=Kind.REFUSED)
    person = Aggregate(PERSON, request.person_id, may=CALLER_WAS_CHECKED, tenant_id=request.tenant_id)
    return await directory.aggregates.decide(call, person.decision(people.appoint_admin, request.person_id))


async def sign_out(directory: Directory, call: Call, request: api.SignOutRequest) -> Appended:
    """The end of one of the caller's own sessions.

    It is refreshed no more before it is told: who is cut off in between has a token that is still good, and signs out with it again.
    """
    tenant_id, person_id = call.identity.tenant_id, call.identity.person_id
    await directory.sessions.end(tenant_id, person_id, request.session_id)
    ended = _session_ends(tenant_id, person_id, request.session_id, request.valid_until.ToDatetime(UTC))
    return await directory.aggregates.decide(call, ended)


async def revoke_sessions(directory: Directory, call: Call, request: api.RevokeSessionsRequest) -> Appended:
    """The end of every session of the caller, or, by an admin, of anybody of the tenant. Raises Refused: PERSON_UNKNOWN."""
    person_id, tenant_id = request.person_id, call.identity.tenant_id
    unit = [_every_session_ends(tenant_id, person_id)]
    if person_id != call.identity.person_id:
        unit.append(await policy.require_admin(directory, call))
        if person_id not in (await directory.roster.caught_up()).members(tenant_id):
            raise people.unknown_person(id_text(person_id))
    appended = await directory.aggregates.decide_together(call, unit)
    await directory.sessions.end_all(tenant_id, person_id)
    return appended


async def end_reused_session(directory: Directory, call: Call, session: Session) -> Appended:
    """The end of a session whose refresh token came twice: what was issued in it is no longer taken.

    It is told before it is gone: nobody but that token can say again that it is to end.
    """
    tenant_id, person_id, session_id = session.tenant_id, session.person_id, session.session_id
    theirs = replace(call, identity=Identity(tenant_id, person_id, frozenset()))
    appended = await directory.aggregates.decide(theirs, _session_ends(tenant_id, person_id, session_id, session.expires_at))
    await directory.sessions.end(tenant_id, person_id, session_id)
    return appended


async def note_security_events(directory: Directory, call: Call, request: api.NoteSecurityEventsRequest) -> api.NoteSecurityEventsResponse:
    """What the gateway noted, each as done by whoever did it."""
    policy.require_gateway(call)
    outcomes = await asyncio.gather(*(_note(directory, call, noted) for noted in request.events), return_exceptions=True)
    appended = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
    for outcome in outcomes:  # the others are in the log by now
        if isinstance(outcome, BaseException):
            raise outcome
    return api.NoteSecurityEventsResponse(position=max((each.first_position for each in appended), default=0))


async def _note(directory: Directory, call: Call, noted: api.NotedSecurityEvent) -> Appended:
    theirs = replace(call, identity=Identity(noted.tenant_id, noted.event.person_id or NIL, frozenset()))
    about = Aggregate(SECURITY_EVENT, noted.id or new_id(), may=CALLER_WAS_CHECKED, partition_key=noted.event.person_id or noted.tenant_id)
    return await directory.aggregates.decide(theirs, about.decision(security.note, noted.event))


def _asked(directory: Directory, call: Call, request: Holding) -> Asked:
    return Asked(request.holds_from if request.HasField("holds_from") else None, directory.day_of(call))


def _organisation(call: Call) -> Aggregate[Organisation]:
    """The caller's tenant's teams, once it is asked whether they may."""
    return Aggregate(ORGANISATION, organisation.organisation_id(call.identity.tenant_id), may=CALLER_WAS_CHECKED)


def _board(call: Call, expected_version: int) -> Aggregate[VisionBoard]:
    """The vision board of the caller's tenant, once it is asked whether they may."""
    return Aggregate(VISION_BOARD, vision.board_id(call.identity.tenant_id), expected_version, may=CALLER_WAS_CHECKED)


def _saved_views(call: Call, expected_version: int) -> Aggregate[SavedViews]:
    """The caller's own views, once it is asked whether they may."""
    person_id = call.identity.person_id
    views_id = saved_views.saved_views_id(person_id)
    return Aggregate(SAVED_VIEWS, views_id, expected_version, may=CALLER_WAS_CHECKED, partition_key=person_id)


async def _requires_presence(directory: Directory, call: Call) -> Decision:
    """The requirement that the caller, who is of their tenant now, still is when the unit is written. Raises Refused (FORBIDDEN)."""
    await policy.require_present(directory, call)
    return Aggregate(PERSON, call.identity.person_id, may=ANYONE).requirement(people.require_present)


async def _pillar(directory: Directory, call: Call, named: str, field: str = "") -> Id:
    """The pillar that an id, a reference or a title names now. Raises Refused: PILLAR_UNKNOWN."""
    return find_pillar(await directory.roster.caught_up(), call.identity.tenant_id, named, field)


async def _before(directory: Directory, call: Call, named: str) -> Id:
    return await _pillar(directory, call, named, "before") if named else b""


async def _team(directory: Directory, call: Call, named: str, field: str = "") -> Id:
    """The team that a name or an id names now. Raises Refused: TEAM_UNKNOWN."""
    return find_team(await directory.roster.caught_up(), call.identity.tenant_id, named, field)


async def _parent(directory: Directory, call: Call, named: str) -> Id:
    return await _team(directory, call, named, "parent") if named else b""


async def _teams(directory: Directory, call: Call, named: Iterable[str]) -> dict[Id, str]:
    """The teams of a field `teams`, by their ids: how each was named. Raises Refused: TEAM_UNKNOWN."""
    return {await _team(directory, call, name, "teams"): name for name in named}


async def _dissolved(directory: Directory, call: Call) -> set[Id]:
    """The teams that are there no longer: whoever was in them is in them no longer anyway."""
    teams = (await directory.roster.caught_up()).organisation(call.identity.tenant_id).teams
    return {team_id for team_id, team in teams.items() if not team.is_there()}


def _teams_are_there(call: Call, teams: Mapping[Id, str]) -> list[Decision]:
    return [_organisation(call).requirement(organisation.require_team, team_id, "teams", name) for team_id, name in teams.items()]


async def _require_member(directory: Directory, call: Call, person_id: Id, field: str) -> None:
    """Raises Refused (PERSON_UNKNOWN, PERSON_LEFT) unless somebody of the tenant is of this id."""
    member = (await directory.roster.caught_up()).members(call.identity.tenant_id).get(person_id)
    if member is None:
        raise invalid(field, "there is no such person in this tenant", "PERSON_UNKNOWN")
    if member.person.left:
        raise Refused("PERSON_LEFT", "this person has left the tenant; name somebody who is there", field=field)


async def _require_no_loop_of_managers(directory: Directory, call: Call, request: api.ChangeManagerRequest) -> None:
    """Raises Refused (MANAGER_LOOP) where somebody would come to manage themselves."""
    members = (await directory.roster.caught_up()).members(call.identity.tenant_id)
    above = request.manager_id
    for _ in members:
        if above == request.person_id:
            raise Refused("MANAGER_LOOP", "they manage that person, or are them; nobody manages themselves", field="manager")
        member = members.get(above)
        if member is None or not member.person.manager_id:
            return
        above = member.person.manager_id


def _person(call: Call, person_id: Id, expected_version: int) -> Aggregate[Person]:
    """A person as what an admin decides on. Whoever decides on themselves is an admin until then."""
    oneself = person_id == call.identity.person_id
    return Aggregate(PERSON, person_id, expected_version, may=_is_admin if oneself else CALLER_WAS_CHECKED)


async def _profile_changes(directory: Directory, call: Call, person: Aggregate[Person], change: api.ProfileChange) -> list[Decision]:
    """What changes of a profile, and that its handle is taken. Raises Refused: PERSON_UNKNOWN, and makes nobody unknown a key."""
    tenant_id = call.identity.tenant_id
    if person.id not in (await directory.roster.caught_up()).members(tenant_id):
        raise people.unknown_person(id_text(person.id))
    key = await directory.vault.key_of(tenant_id, person.id)
    fields = {field.name: value for field, value in change.ListFields()}
    changes = [person.decision(people.change_profile, person.id, key, **fields)]
    return [*changes, _handle_is_taken(directory, tenant_id, change.handle, person.id)] if change.HasField("handle") else changes


def _is_present(_: Identity, person: Person) -> None:
    people.require_present(person)


def _is_admin(_: Identity, person: Person) -> None:
    people.require_admin(person)


async def _by_an_admin(
    directory: Directory, call: Call, still_admin: Decision, person: Aggregate[Person], changes: list[Decision], *, stays_admin: bool
) -> Appended:
    """Carries out what an admin, who is `still_admin`, changes of a person, and keeps the tenant an admin. Raises Refused: LAST_ADMIN.

    Who changes somebody else is one and stays one; who changes themselves needs another who is, unless they `stays_admin`.
    """
    if person.id != call.identity.person_id:
        return await directory.aggregates.decide_together(call, [*changes, still_admin])
    if stays_admin:
        return await directory.aggregates.decide_together(call, changes)
    return await _while_another_is_admin(directory, call, changes)


async def _while_another_is_admin(directory: Directory, call: Call, changes: list[Decision]) -> Appended:
    """Carries out changes that leave the caller no admin, while somebody else is one. Raises Refused: LAST_ADMIN."""
    while others := [i for i in (await directory.roster.caught_up()).admins(call.identity.tenant_id) if i != call.identity.person_id]:
        another = Aggregate(PERSON, others[0], may=ANYONE).requirement(people.require_another_admin)
        try:
            return await directory.aggregates.decide_together(call, [*changes, another])
        except Refused as refused:
            if refused.reason != people.NO_LONGER_ADMIN:
                raise
    stays = Aggregate(PERSON, call.identity.person_id, may=ANYONE).requirement(people.refuse_last_admin)
    return await directory.aggregates.decide_together(call, [*changes, stays])  # a repeat and another version are told before the rule


def _session_ends(tenant_id: Id, person_id: Id, session_id: Id, valid_until: datetime) -> Decision:
    return _sessions_of(tenant_id, person_id).decision(sessions.sign_out, person_id, session_id, valid_until, datetime.now(UTC))


def _every_session_ends(tenant_id: Id, person_id: Id) -> Decision:
    return _sessions_of(tenant_id, person_id).event(sessions.revoke, person_id, datetime.now(UTC))


def _sessions_of(tenant_id: Id, person_id: Id) -> Aggregate[sessions.Sessions]:
    sessions_id = id_of_name("sessions", tenant_id, person_id)
    return Aggregate(SESSIONS, sessions_id, may=CALLER_WAS_CHECKED, partition_key=person_id, tenant_id=tenant_id)


def _handle_is_taken(directory: Directory, tenant_id: Id, handle: str, person_id: Id) -> Decision:
    name_id = directory.vault.handle_id(tenant_id, handle)
    name = Aggregate(NAME, name_id, may=CALLER_WAS_CHECKED, partition_key=person_id, tenant_id=tenant_id)
    return name.decision(names.reserve, "person", handle, person_id)
