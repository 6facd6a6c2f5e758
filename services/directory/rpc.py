"""What directory serves: a line for each command and each query."""

from __future__ import annotations

from cairn.directory.v1 import service_pb2 as api
from chassis.calls import Call
from chassis.rpc import UseCases, appended_message, command, first_event, handler, query
from directory import commands, queries
from directory.service import Directory


class DirectoryServicer(UseCases[Directory]):
    """cairn.directory.v1.DirectoryService. What a command made is answered as a query would answer it."""

    GetTenant = query(queries.get_tenant)
    ListTenants = query(queries.list_tenants)
    ChangePersonRoles = command(commands.change_person_roles, api.ChangePersonRolesResponse)
    ChangePersonProfile = command(commands.change_person_profile, api.ChangePersonProfileResponse)
    LeavePerson = command(commands.leave_person, api.LeavePersonResponse)
    ReinstatePerson = command(commands.reinstate_person, api.ReinstatePersonResponse)
    GetPerson = query(queries.get_person)
    ListPeople = query(queries.list_people)
    ChangeManager = command(commands.change_manager, api.ChangeManagerResponse)
    FoundTeam = command(commands.found_team, api.FoundTeamResponse, team_id=first_event)
    ReviseTeam = command(commands.revise_team, api.ReviseTeamResponse)
    DissolveTeam = command(commands.dissolve_team, api.DissolveTeamResponse)
    AddMember = command(commands.add_member, api.AddMemberResponse)
    RemoveMember = command(commands.remove_member, api.RemoveMemberResponse)
    GetTeam = query(queries.get_team)
    ListTeams = query(queries.list_teams)
    ListMembers = query(queries.list_members)
    ListMemberships = query(queries.list_memberships)
    ListTeamsBelow = query(queries.list_teams_below)
    CountMembers = query(queries.count_members)
    ListSettings = query(queries.list_settings)
    ChangeSetting = command(commands.change_setting, api.ChangeSettingResponse)
    GetVision = query(queries.get_vision)
    StateVision = query(commands.state_vision)
    AddPillar = command(commands.add_pillar, api.AddPillarResponse, pillar_id=first_event)
    RevisePillar = command(commands.revise_pillar, api.RevisePillarResponse)
    RemovePillar = command(commands.remove_pillar, api.RemovePillarResponse)
    GetPillar = query(queries.get_pillar)
    ListViews = query(queries.list_views)
    GetView = query(queries.get_view)
    SaveView = command(commands.save_view, api.SaveViewResponse, view_id=first_event)
    ReviseView = command(commands.revise_view, api.ReviseViewResponse)
    RemoveView = command(commands.remove_view, api.RemoveViewResponse)
    AppointAdmin = command(commands.appoint_admin, api.AppointAdminResponse)
    SignOut = command(commands.sign_out, api.SignOutResponse)
    RevokeSessions = command(commands.revoke_sessions, api.RevokeSessionsResponse)
    GetStanding = query(queries.get_standing)
    ListStandingChanges = query(queries.list_standing_changes)
    NamePeople = query(queries.name_people)
    OpenSession = query(queries.open_session)
    RefreshSession = query(queries.refresh_session)
    ContinueSession = query(queries.continue_session)
    NoteSecurityEvents = query(commands.note_security_events)

    @handler
    async def FoundNamedTeams(self, request: api.FoundNamedTeamsRequest, call: Call) -> api.FoundNamedTeamsResponse:
        appended = await commands.found_named_teams(self.app, call, request)
        return api.FoundNamedTeamsResponse(appended=appended_message(appended), founded=len(appended.event_ids))

    @handler
    async def RegisterTenant(self, request: api.RegisterTenantRequest, call: Call) -> api.RegisterTenantResponse:
        appended = await commands.register_tenant(self.app, call, request)
        _, tenant_id, first_person_id, *_ = appended.aggregate_ids
        found = await queries.get_tenant(self.app, call, api.GetTenantRequest(tenant_id=tenant_id))
        return api.RegisterTenantResponse(tenant=found.tenant, appended=appended_message(appended), first_person_id=first_person_id)

    @handler
    async def AddPerson(self, request: api.AddPersonRequest, call: Call) -> api.AddPersonResponse:
        appended = await commands.add_person(self.app, call, request)
        if request.dry_run:
            return api.AddPersonResponse(person=api.Person(person_id=appended.aggregate_ids[0], handle=request.handle, name=request.name))
        found = await queries.get_person(self.app, call, api.GetPersonRequest(person_id=appended.aggregate_ids[0]))
        return api.AddPersonResponse(person=found.person, appended=appended_message(appended))
