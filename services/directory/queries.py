"""What directory answers about tenants and people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final, Literal, Protocol, TypeVar

from cairn.directory.v1 import service_pb2 as api
from cairn.directory.v1.events_pb2 import PersonProfile, SavedView
from chassis.calls import Call
from chassis.days import Day
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id, id_text, parse_id
from chassis.rpc import FollowedPage, edits_message, fitting, following_token, place_and_positions, position_messages, since_of
from directory import commands, policy
from directory.domain.organisation import NOW, Team, held
from directory.domain.people import unknown_person
from directory.domain.saved_views import unknown_view
from directory.domain.tenants import Tenant, require_setting, unknown_tenant
from directory.domain.vision import Pillar, VisionBoard, board_id
from directory.roster import Member, Roster, ViewOf, find_pillar, find_team
from directory.service import Directory
from directory.session_store import Session
from shared.holding import SINCE_EVER
from shared.roles import GATEWAY, OPERATOR, require_operator
from shared.settings import SETTINGS
from shared.words import beginnings_of, words_of

T = TypeVar("T")
_PAGE: Final = 50
_MOST_CHANGES: Final = 1000


async def get_tenant(directory: Directory, call: Call, request: api.GetTenantRequest) -> api.GetTenantResponse:
    """A tenant, to the operator and to its own people. Raises Refused: TENANT_UNKNOWN, for another's too."""
    await policy.require_reader(directory, call)
    roster = await directory.roster.caught_up()
    tenant_id = request.tenant_id or roster.holder(directory.vault.tenant_name_id(request.name)) or b""
    tenant = roster.tenants.get(tenant_id)
    if tenant is None or not (call.identity.has(OPERATOR, GATEWAY) or tenant_id == call.identity.tenant_id):
        raise unknown_tenant(request.name or id_text(request.tenant_id))
    return api.GetTenantResponse(tenant=_tenant(roster, tenant_id, tenant))


async def list_tenants(directory: Directory, call: Call, request: api.ListTenantsRequest) -> api.ListTenantsResponse:
    """All tenants, in the order in which they were registered, to the operator."""
    require_operator(call.identity)
    roster = await directory.roster.caught_up()
    start, page, more = _page(roster.tenants.items(), request.page_size, request.page_token)
    tenants = fitting(_tenant(roster, tenant_id, tenant) for tenant_id, tenant in page)
    return api.ListTenantsResponse(tenants=tenants, next_page_token=_token(start, len(tenants), more or len(tenants) < len(page)))


async def list_settings(directory: Directory, call: Call, request: api.ListSettingsRequest) -> api.ListSettingsResponse:
    """The settings of the caller's tenant, or one of them, as they are now or on a day. Raises Refused: SETTING_UNKNOWN."""
    await policy.require_present(directory, call)
    if request.name:
        require_setting(request.name)
    roster, tenant_id = await directory.roster.caught_up(), call.identity.tenant_id
    tenant, day = roster.tenants[tenant_id], _day_asked(request)
    settings = [_setting(tenant, name, day) for name in ([request.name] if request.name else SETTINGS)]
    return api.ListSettingsResponse(settings=settings, version=roster.tenant_versions[tenant_id])


def _setting(tenant: Tenant, name: str, day: Day) -> api.Setting:
    declared, held = SETTINGS[name], tenant.held(name, day)
    return api.Setting(
        name=name,
        value=held.value,
        default_value=declared.default,
        since=None if held.holds_from == SINCE_EVER else held.holds_from,
        form=declared.form,
        meaning=declared.sentence,
    )


async def get_vision(directory: Directory, call: Call, _request: api.GetVisionRequest) -> api.GetVisionResponse:
    """The vision board of the caller's tenant, as it is now."""
    await policy.require_present(directory, call)
    roster, tenant_id = await directory.roster.caught_up(), call.identity.tenant_id
    board, version, edits = roster.vision_board(tenant_id)
    return api.GetVisionResponse(
        board=api.VisionBoard(
            board_id=board_id(tenant_id),
            mission=board.mission,
            vision=board.vision,
            pillars=[_pillar(roster, board, pillar) for pillar in board.there()],
            version=version,
            edits=None if edits is None else edits_message(*edits),
        )
    )


async def get_pillar(directory: Directory, call: Call, request: api.GetPillarRequest) -> api.GetPillarResponse:
    """A pillar, as it is now; by its id also one that was removed. Raises Refused: PILLAR_UNKNOWN."""
    await policy.require_present(directory, call)
    roster, tenant_id = await directory.roster.caught_up(), call.identity.tenant_id
    board, version, _ = roster.vision_board(tenant_id)
    pillar = board.pillars[find_pillar(roster, tenant_id, request.pillar)]
    return api.GetPillarResponse(pillar=_pillar(roster, board, pillar), version=version)


def _pillar(roster: Roster, board: VisionBoard, pillar: Pillar) -> api.Pillar:
    return api.Pillar(
        pillar_id=pillar.pillar_id,
        reference=pillar.reference,
        title=pillar.title,
        about=pillar.about,
        place=board.place(pillar.pillar_id),
        edits=edits_message(*roster.pillar_edits(pillar.pillar_id)),
    )


async def list_views(directory: Directory, call: Call, request: api.ListViewsRequest) -> api.ListViewsResponse:
    """The caller's own saved views, and those that others of the tenant share, in the order in which they were saved."""
    await policy.require_present(directory, call)
    tenant_id, person_id, roster = call.identity.tenant_id, call.identity.person_id, await directory.roster.caught_up()
    seen = [
        view
        for view in roster.views(tenant_id).there(after=_start(request.page_token))
        if policy.is_view_seen(roster, tenant_id, person_id, view)
        and (not request.HasField("own") or request.own == (view.owner_id == person_id))
    ]
    page = seen[: request.page_size or _PAGE]
    told = await _views(directory, tenant_id, page)
    views = fitting(message for _, message in told)
    last = told[len(views) - 1][0].number if len(views) < len(told) else page[-1].number if len(page) < len(seen) else 0
    return api.ListViewsResponse(views=views, next_page_token=str(last or ""))


async def get_view(directory: Directory, call: Call, request: api.GetViewRequest) -> api.GetViewResponse:
    """A view of the caller's own, or one that is shared. Raises Refused: VIEW_UNKNOWN, of whoever is forgotten, too."""
    await policy.require_present(directory, call)
    tenant_id, view = call.identity.tenant_id, await policy.view_seen(directory, call, request.view)
    told = await _views(directory, tenant_id, [view])
    if not told:
        raise unknown_view(request.view)
    return api.GetViewResponse(view=told[0][1], version=directory.roster.views(tenant_id).versions[view.owner_id])


async def _views(directory: Directory, tenant_id: Id, views: Collection[ViewOf]) -> list[tuple[ViewOf, api.View]]:
    """Views, and what they say; without those that no key is left for."""
    keys = await directory.vault.keys(tenant_id, {view.owner_id for view in views})
    opened = [(view, keys[view.owner_id].opened_view(view.kept.sealed)) for view in views if view.owner_id in keys]
    return [(view, _view(view, said)) for view, said in opened if said.name]


def _view(view: ViewOf, said: SavedView) -> api.View:
    return api.View(
        view_id=view.view_id,
        owner_id=view.owner_id,
        name=said.name,
        address=said.address,
        shared=view.kept.shared,
        edits=edits_message(*view.edits),
    )


async def get_person(directory: Directory, call: Call, request: api.GetPersonRequest) -> api.GetPersonResponse:
    """A person of the caller's tenant; the operator names a tenant. Raises Refused: PERSON_UNKNOWN."""
    tenant_id = _tenant_asked(call, request.tenant_id)
    await policy.require_reader(directory, call)
    roster = await directory.roster.caught_up()
    person_id = request.person_id or roster.holder(directory.vault.handle_id(tenant_id, request.handle)) or b""
    member = roster.members(tenant_id).get(person_id)
    if member is None:
        raise unknown_person(request.handle or id_text(request.person_id))
    return api.GetPersonResponse(person=(await _people(directory, tenant_id, [(person_id, member)], _day_asked(request)))[0])


async def list_people(directory: Directory, call: Call, request: api.ListPeopleRequest) -> api.ListPeopleResponse:
    """The people of the caller's tenant that pass the filters, in the order in which they joined; or who of them has changed since then.

    Raises Refused (INVALID), and CHANGED_SINCE_OUTDATED where the log was restored since then.
    """
    tenant_id = call.identity.tenant_id
    await policy.require_reader(directory, call)
    roster = await directory.roster.caught_up()
    day = _day_asked(request)
    team_ids = {find_team(roster, tenant_id, name, "team", day) for name in request.teams}
    place, positions = place_and_positions(request.page_token)
    positions = tuple(roster.told_at(tenant_id)) if positions is None else positions
    # By their number, which stays theirs: people only ever join.
    numbered = [(number, *member) for number, member in enumerate(roster.members(tenant_id).items(), start=1)]
    if request.descending:
        numbered.reverse()
    passing = {person_id: member for _, person_id, member in numbered if _passes(person_id, member, request, team_ids, day)}
    if request.text:
        passing = await _called(directory, tenant_id, passing, request.text)
    if place:
        last = _start(place)
        numbered = [one for one in numbered if (one[0] < last if request.descending else one[0] > last)]
    if request.HasField("changed_since"):
        since = since_of(request.changed_since, "directory", await directory.log.reader.identity())
        found = [one for one in numbered if since.told_of(one[2].told_at, one[2].told_on)]
    else:
        found = [one for one in numbered if one[1] in passing]
    page = FollowedPage(found, request.page_size or _PAGE, lambda one: one[1] in passing)
    people = page.fitting(await _people(directory, tenant_id, [(person_id, member) for _, person_id, member in page.passing], day))
    return api.ListPeopleResponse(
        people=people,
        gone_ids=[person_id for _, person_id, _ in page.gone],
        positions=position_messages(positions),
        next_page_token=following_token(str(page.last[0]) if page.last else "", positions),
        count=len(passing),
    )


async def _called(directory: Directory, tenant_id: Id, members: dict[Id, Member], text: str) -> dict[Id, Member]:
    """Those of the members whose handle, name and e-mail address have words that begin as the text's words do: each of them.

    What people are called is kept nowhere but sealed, so it is opened to be looked through: some 10 ms for a thousand.
    """
    if not (wanted := beginnings_of(text)):  # nothing but signs: nobody is called so
        return {}
    profiles = await directory.vault.opened(tenant_id, {person_id: member.person.sealed_profile for person_id, member in members.items()})
    return {person_id: member for person_id, member in members.items() if _is_called(profiles[person_id], wanted)}


def _is_called(profile: PersonProfile, beginnings: Iterable[str]) -> bool:
    words = words_of(f"{profile.handle} {profile.name} {profile.email}")
    return all(any(word.startswith(beginning) for word in words) for beginning in beginnings)


def _passes(person_id: Id, member: Member, wanted: api.ListPeopleRequest, team_ids: Collection[Id], day: Day) -> bool:
    """Whether somebody has one of the values of every filter."""
    person = member.person
    return (
        (not wanted.person_ids or person_id in wanted.person_ids)
        and (not wanted.roles or not set(person.roles).isdisjoint(wanted.roles))
        and (not team_ids or not member.teams(day).keys().isdisjoint(team_ids))
        and (not wanted.states or _state(member, day) in wanted.states)
        and (not wanted.HasField("invited") or member.is_invited(day) == wanted.invited)
        and (not wanted.manager_ids or held(member.managers, day) in wanted.manager_ids)
    )


async def get_team(directory: Directory, call: Call, request: api.GetTeamRequest) -> api.GetTeamResponse:
    """A team, as it is on a day. Raises Refused: TEAM_UNKNOWN."""
    await policy.require_reader(directory, call)
    tenant_id, roster, day = call.identity.tenant_id, await directory.roster.caught_up(), _day_asked(request)
    team_id = find_team(roster, tenant_id, request.team, day=day)
    return api.GetTeamResponse(
        team=_team(roster, tenant_id, roster.organisation(tenant_id).teams[team_id], day, _counts(roster, tenant_id, day))
    )


async def list_teams(directory: Directory, call: Call, request: api.ListTeamsRequest) -> api.ListTeamsResponse:
    """The teams that are there on a day and pass the filters, in the order in which they were founded."""
    await policy.require_reader(directory, call)
    tenant_id, roster, day = call.identity.tenant_id, await directory.roster.caught_up(), _day_asked(request)
    parents = {find_team(roster, tenant_id, name, "parent", day) for name in request.parents}
    numbered = islice(enumerate(roster.organisation(tenant_id).teams.values(), start=1), _start(request.page_token), None)
    passing = [
        (number, team)
        for number, team in numbered
        if team.is_there(day)
        and (not parents or team.parent_id(day) in parents)
        and (not request.lead_ids or team.lead_id(day) in request.lead_ids)
    ]
    counts = _counts(roster, tenant_id, day)
    teams = fitting(_team(roster, tenant_id, team, day, counts) for _, team in passing[: request.page_size or _PAGE])
    last = passing[len(teams) - 1][0] if len(teams) < len(passing) else 0
    return api.ListTeamsResponse(teams=teams, next_page_token=str(last or ""))


async def list_members(directory: Directory, call: Call, request: api.ListMembersRequest) -> api.ListMembersResponse:
    """Who is in a team on a day, in the order in which they joined the tenant. Raises Refused: TEAM_UNKNOWN."""
    await policy.require_reader(directory, call)
    tenant_id, roster, day = call.identity.tenant_id, await directory.roster.caught_up(), _day_asked(request)
    team_id = find_team(roster, tenant_id, request.team, day=day)
    order = {person_id: number for number, person_id in enumerate(roster.members(tenant_id), start=1)}
    start = _start(request.page_token)
    members = [member for member in roster.members_of(tenant_id, team_id, day) if order[member[0]] > start]
    page = fitting(_member(*member) for member in members[: request.page_size or _PAGE])
    last = order[page[-1].person_id] if len(page) < len(members) else 0
    return api.ListMembersResponse(members=page, next_page_token=str(last or ""))


async def list_memberships(directory: Directory, call: Call, request: api.ListMembershipsRequest) -> api.ListMembershipsResponse:
    """In which teams everybody is or was, in the order in which they joined the tenant."""
    await policy.require_reader(directory, call)
    tenant_id, roster = call.identity.tenant_id, await directory.roster.caught_up()
    order = {person_id: number for number, person_id in enumerate(roster.members(tenant_id), start=1)}
    start = _start(request.page_token)
    found = [(person_id, member) for person_id, member in roster.members(tenant_id).items() if member.stays and order[person_id] > start]
    page = fitting(_memberships(roster, tenant_id, *one) for one in found[: request.page_size or _PAGE])
    last = order[page[-1].person_id] if len(page) < len(found) else 0
    return api.ListMembershipsResponse(people=[one for one in page if one.memberships], next_page_token=str(last or ""))


def _memberships(roster: Roster, tenant_id: Id, person_id: Id, member: Member) -> api.MembershipsOfPerson:
    told = api.MembershipsOfPerson(person_id=person_id)
    teams = roster.organisation(tenant_id).teams
    for stay in sorted(member.stays, key=lambda one: one.first_day):
        team = teams.get(stay.team_id)
        ends = [day for day in (stay.ended_on, team.dissolved_on if team else None) if day is not None]
        if ends and min(ends) <= stay.first_day:
            continue  # they came and went on one day
        told.memberships.add(
            team_id=stay.team_id,
            team_name=roster.team_name(tenant_id, stay.team_id),
            team_is_there=team is None or team.is_there(),
            first_day=_unless_ever(stay.first_day),
            last_day=min(ends) - 1 if ends else None,
        )
    return told


async def list_teams_below(directory: Directory, call: Call, request: api.ListTeamsBelowRequest) -> api.ListTeamsBelowResponse:
    """A team and all below it on a day, parents first. Raises Refused: TEAM_UNKNOWN."""
    await policy.require_reader(directory, call)
    tenant_id, roster, day = call.identity.tenant_id, await directory.roster.caught_up(), _day_asked(request)
    teams = roster.organisation(tenant_id).with_below(find_team(roster, tenant_id, request.team, day=day), day)
    return api.ListTeamsBelowResponse(
        teams=[
            api.TeamBelow(team_id=team.team_id, name=team.name(day), parent_team_id=team.parent_id(day), lead_id=team.lead_id(day))
            for team in teams
        ]
    )


async def count_members(directory: Directory, call: Call, request: api.CountMembersRequest) -> api.CountMembersResponse:
    """How many people are in teams on each of some days."""
    await policy.require_reader(directory, call)
    roster = await directory.roster.caught_up()
    counts = roster.counts_on(call.identity.tenant_id, request.days)
    nobody = [0] * len(request.days)
    return api.CountMembersResponse(teams=[api.MemberCounts(members=counts.get(team_id, nobody)) for team_id in request.team_ids])


async def get_standing(directory: Directory, call: Call, request: api.GetStandingRequest) -> api.GetStandingResponse:
    """What a person is now, for the gateway: their tenant and themselves by id or by name. Unset: they are nobody, or have left."""
    policy.require_gateway(call)
    await policy.require_newest(directory)
    roster = await directory.roster.caught_up()
    tenant_id = _id_of(request.tenant) or roster.holder(directory.vault.tenant_name_id(request.tenant)) or b""
    person_id = _id_of(request.person) or roster.holder(directory.vault.handle_id(tenant_id, request.person)) or b""
    return api.GetStandingResponse(standing=_standing(roster, tenant_id, person_id), position=roster.position)


async def list_standing_changes(
    directory: Directory, call: Call, request: api.ListStandingChangesRequest
) -> api.ListStandingChangesResponse:
    """Who became otherwise after a position, as they are now, for the gateway."""
    policy.require_gateway(call)
    await policy.require_newest(directory)
    roster = await directory.roster.caught_up()
    changed = roster.changed_after(request.after) if request.after else ()
    if changed is None or len(changed) > _MOST_CHANGES:
        return api.ListStandingChangesResponse(position=roster.position, incomplete=True)
    standings = [
        _standing(roster, tenant_id, person_id) or api.Standing(tenant_id=tenant_id, person_id=person_id, left=True)
        for tenant_id, person_id in changed
    ]
    return api.ListStandingChangesResponse(
        standings=standings,
        position=roster.position,
        renamed_teams=[api.RenamedTeam(tenant_id=of, team_id=i) for of, i in roster.renamed_teams_after(request.after)],
        renamed_pillars=[api.RenamedPillar(tenant_id=of, pillar_id=i) for of, i in roster.renamed_pillars_after(request.after)],
    )


async def name_people(directory: Directory, call: Call, request: api.NamePeopleRequest) -> api.NamePeopleResponse:
    """What people, teams and pillars of a tenant are called now, for the gateway, those who have left among them.

    Whoever is nobody there is left out.
    """
    policy.require_gateway(call)
    roster = await directory.roster.caught_up()
    position, members = roster.position, roster.members(request.tenant_id)
    sealed = {person_id: members[person_id].person.sealed_profile for person_id in request.person_ids if person_id in members}
    profiles = await directory.vault.opened(request.tenant_id, sealed)
    names = [api.PersonName(person_id=i, handle=profile.handle, name=profile.name) for i, profile in profiles.items()]
    teams = roster.organisation(request.tenant_id).teams
    names += [api.PersonName(person_id=i, name=teams[i].name()) for i in request.person_ids if i in teams]
    pillars = roster.vision_board(request.tenant_id).board.pillars
    names += [api.PersonName(person_id=i, name=pillars[i].title) for i in request.person_ids if i in pillars]
    return api.NamePeopleResponse(names=names, position=position)


async def open_session(directory: Directory, call: Call, request: api.OpenSessionRequest) -> api.OpenSessionResponse:
    """A session of somebody whom the gateway signs in: by the built-in issuer, or in a browser."""
    policy.require_gateway(call)
    if request.tenant_id != commands.INSTALLATION:  # the operator recovers the log
        await policy.require_newest(directory)
    if request.of_browser:
        session, secret = await directory.sessions.open_for_browser(request.tenant_id, request.person_id, datetime.now(UTC))
        return api.OpenSessionResponse(session=_session(session, cookie_secret=secret))
    opened = await directory.sessions.open(request.tenant_id, request.person_id, datetime.now(UTC))
    return api.OpenSessionResponse(session=_session(opened.session, refresh_token=opened.token))


async def refresh_session(directory: Directory, call: Call, request: api.RefreshSessionRequest) -> api.RefreshSessionResponse:
    """The next refresh token of a session, for the gateway; nothing, when there is no such session any more."""
    policy.require_gateway(call)
    await policy.require_newest(directory)
    refresh = await directory.sessions.refresh(request.refresh_token, datetime.now(UTC))
    if refresh is None:
        return api.RefreshSessionResponse()
    if not refresh.token:
        await commands.end_reused_session(directory, call, refresh.session)
        return api.RefreshSessionResponse(reused=_session(refresh.session))
    if await _has_ended(directory, refresh.session):
        return api.RefreshSessionResponse()
    return api.RefreshSessionResponse(session=_session(refresh.session, refresh_token=refresh.token))


async def continue_session(directory: Directory, call: Call, request: api.ContinueSessionRequest) -> api.ContinueSessionResponse:
    """Whose session a browser's cookie is, for the gateway; nothing, when there is no such session any more."""
    policy.require_gateway(call)
    idle, now = timedelta(seconds=request.idle_seconds), datetime.now(UTC)
    session = await directory.sessions.go_on(request.cookie_secret, now, idle, unattended=request.unattended)
    if session is None:
        return api.ContinueSessionResponse()
    if session.tenant_id != commands.INSTALLATION:
        await policy.require_newest(directory)
        if await _has_ended(directory, session):
            return api.ContinueSessionResponse()
    return api.ContinueSessionResponse(session=_session(session))


async def _has_ended(directory: Directory, session: Session) -> bool:
    """Whether the log says that a session ended, of which there is a row still; or that its person is nobody here any more."""
    roster = await directory.roster.caught_up()
    ended = roster.sessions(session.tenant_id, session.person_id)
    if session.began_at <= ended.revoked_before or session.session_id in ended.signed_out:
        return True
    return _standing(roster, session.tenant_id, session.person_id) is None


def _session(session: Session, *, refresh_token: str = "", cookie_secret: str = "") -> api.Session:
    message = api.Session(
        session_id=session.session_id,
        tenant_id=session.tenant_id,
        person_id=session.person_id,
        refresh_token=refresh_token,
        cookie_secret=cookie_secret,
    )
    message.expires_at.FromDatetime(session.expires_at)
    message.began_at.FromDatetime(session.began_at)
    return message


def _standing(roster: Roster, tenant_id: Id, person_id: Id) -> api.Standing | None:
    """None where there is nobody of that id, or no more. Whoever is of the installation itself has what their issuer says."""
    member = roster.members(tenant_id).get(person_id)
    tenant = roster.tenants.get(tenant_id)
    if tenant_id != commands.INSTALLATION and (member is None or member.person.left or tenant is None):
        return None
    sessions = roster.sessions(tenant_id, person_id)
    standing = api.Standing(
        tenant_id=tenant_id,
        person_id=person_id,
        roles=member.person.roles if member else (),
        team_ids=sorted(roster.seen_teams(tenant_id, person_id)),
        time_zone=tenant.time_zone if tenant else "UTC",
        settings=tenant.travelling() if tenant else {},
        signed_out_sessions=sessions.ended_at(datetime.now(UTC)),
    )
    standing.revoked_before.FromDatetime(sessions.revoked_before)
    return standing


def _id_of(text: str) -> Id:
    try:
        return parse_id(text)
    except ValueError:
        return b""


def _tenant_asked(call: Call, tenant_id: Id) -> Id:
    if call.identity.has(OPERATOR, GATEWAY):
        if not tenant_id:
            raise Refused("PERSON_UNKNOWN", "an operator belongs to no tenant; name the one whose person it is", kind=Kind.UNKNOWN)
        return tenant_id
    if tenant_id and tenant_id != call.identity.tenant_id:
        raise unknown_tenant(id_text(tenant_id))
    return call.identity.tenant_id


def _start(token: str) -> int:
    """How many items stand before a page. Raises Refused (INVALID) for a token that is none."""
    if token and not token.isdecimal():
        raise invalid("page_token", "this is no page token of this list")
    return int(token[:18] or 0)


class AskedOfADay(Protocol):
    """A request that may name the day that it asks about."""

    as_of: Day

    def HasField(self, field_name: Literal["as_of"], /) -> bool: ...  # noqa: N802 - protobuf's own name


def _day_asked(request: AskedOfADay) -> Day:
    return request.as_of if request.HasField("as_of") else NOW


def _state(member: Member, day: Day) -> api.PersonState.ValueType:
    return api.PERSON_STATE_LEFT if held(member.absences, day) else api.PERSON_STATE_ACTIVE


def _counts(roster: Roster, tenant_id: Id, day: Day) -> Counter[Id]:
    """How many people are in each team on a day."""
    members = roster.members(tenant_id).values()
    return Counter(team_id for member in members if not held(member.absences, day) for team_id in member.teams(day))


def _team(roster: Roster, tenant_id: Id, team: Team, day: Day, counts: Counter[Id]) -> api.Team:
    parent_id, dissolved = team.parent_id(day), team.dissolved_on
    return api.Team(
        team_id=team.team_id,
        name=team.name(day),
        parent=_team_name(roster, tenant_id, parent_id, day) if parent_id else None,
        lead_id=team.lead_id(day),
        founded_on=_unless_ever(team.founded_on),
        dissolved_on=dissolved if dissolved is not None and dissolved <= day else None,
        members=counts[team.team_id] if team.is_there(day) else 0,
        edits=edits_message(*roster.team_edits(team.team_id)),
    )


def _team_name(roster: Roster, tenant_id: Id, team_id: Id, day: Day) -> api.TeamName:
    return api.TeamName(team_id=team_id, name=roster.team_name(tenant_id, team_id, day))


def _member(person_id: Id, since: Day) -> api.Member:
    return api.Member(person_id=person_id, since=_unless_ever(since))


def _unless_ever(day: Day) -> Day | None:
    return None if day == SINCE_EVER else day


def _page(items: Iterable[T], size: int, token: str) -> tuple[int, list[T], bool]:
    """The number of items before a page of what only ever grows at its end, the page, and whether there are more."""
    start, size = _start(token), size or _PAGE
    page = list(islice(items, start, start + size + 1))
    return start, page[:size], len(page) > size


def _token(start: int, shown: int, more: bool) -> str:
    """The page token: the number of items before the next page."""
    return str(start + shown) if more else ""


def _tenant(roster: Roster, tenant_id: Id, tenant: Tenant) -> api.Tenant:
    edits = edits_message(*roster.registrations[tenant_id])
    return api.Tenant(tenant_id=tenant_id, name=tenant.name, time_zone=tenant.time_zone, edits=edits)


async def _people(directory: Directory, tenant_id: Id, members: list[tuple[Id, Member]], day: Day) -> list[api.Person]:
    profiles = await directory.vault.opened(tenant_id, {person_id: member.person.sealed_profile for person_id, member in members})
    return [_person(directory.roster, tenant_id, person_id, member, profiles[person_id], day) for person_id, member in members]


def _person(roster: Roster, tenant_id: Id, person_id: Id, member: Member, profile: PersonProfile, day: Day) -> api.Person:
    teams = sorted((_team_name(roster, tenant_id, i, day) for i in roster.teams_of(tenant_id, member, day)), key=lambda team: team.name)
    return api.Person(
        person_id=person_id,
        handle=profile.handle,
        name=profile.name,
        email=profile.email,
        roles=member.person.roles,
        teams=[team.name for team in teams],
        version=member.version,
        state=_state(member, day),
        edits=None if member.edits is None else edits_message(*member.edits),
        team_names=teams,
        manager_id=held(member.managers, day),
        left_on=member.left_on(day),
        invited=member.is_invited(day),
    )
