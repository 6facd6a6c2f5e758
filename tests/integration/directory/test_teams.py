"""Teams on a real log: who was where on any day, who sees what by them, and the names of before that become teams."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.message import Message

from cairn.directory.v1 import service_pb2 as api
from cairn.directory.v1.events_pb2 import ROLE_MEMBER, PersonAdded, PersonRolesChanged
from chassis.calls import Call
from chassis.days import Day
from chassis.errors import Kind, Refused
from chassis.eventstore import CALLER_WAS_CHECKED, Aggregate
from chassis.ids import Id, id_text, new_id
from directory import commands, queries
from directory.aggregates import PERSON
from shared.holding import SINCE_EVER
from shared.services import DIRECTORY
from shared.teams import id_of_team_name
from tests.integration.directory.test_directory import Running, running  # noqa: F401 - a fixture
from tests.integration.directory.test_who_may import GATEWAY_S

JANUARY, FEBRUARY = 20_454, 20_485


async def team(running: Running, call: Call, name: str, day: Day | None = None) -> api.Team:  # noqa: F811
    return (await queries.get_team(running.directory, call, api.GetTeamRequest(team=name, as_of=day))).team


async def members(running: Running, call: Call, name: str, day: Day | None = None, size: int = 0) -> list[Id]:  # noqa: F811
    found, token = list[Id](), ""
    while True:
        request = api.ListMembersRequest(team=name, as_of=day, page_size=size, page_token=token)
        page = await queries.list_members(running.directory, call, request)
        found += [member.person_id for member in page.members]
        if not (token := page.next_page_token):
            return found


async def teams(running: Running, call: Call, **wanted: Any) -> list[str]:  # noqa: F811
    found, token = list[str](), ""
    while True:
        request = api.ListTeamsRequest(page_size=1, page_token=token, **wanted)
        page = await queries.list_teams(running.directory, call, request)
        found += [each.name for each in page.teams]
        if not (token := page.next_page_token):
            return found


async def sees(running: Running, tenant_id: Id, person_id: Id) -> list[str]:  # noqa: F811
    request = api.GetStandingRequest(tenant=id_text(tenant_id), person=id_text(person_id))
    standing = (await queries.get_standing(running.directory, GATEWAY_S, request)).standing
    return sorted(running.directory.roster.team_name(tenant_id, team_id) for team_id in standing.team_ids)


async def test_a_team_founded_below_another_is_found_by_name_and_id_and_listed_under_it(running: Running) -> None:  # noqa: F811
    call = running.admin_of(await running.tenant("acme"))
    ann = (await running.person(call, "ann")).aggregate_ids[0]
    engineering = await running.team(call, "Engineering", lead_id=ann)
    platform = await running.team(call, "Platform", parent="engineering")
    found = await team(running, call, "PLATFORM")
    assert (found.team_id, found.name, found.parent.team_id, found.parent.name) == (platform, "Platform", engineering, "Engineering")
    assert await team(running, call, id_text(platform)) == found
    assert (await team(running, call, "Engineering")).lead_id == ann
    assert await teams(running, call) == ["Engineering", "Platform"]
    assert await teams(running, call, parents=["Engineering"]) == ["Platform"]
    assert await teams(running, call, lead_ids=[ann]) == ["Engineering"]
    assert platform == id_of_team_name(call.identity.tenant_id, "platform")


async def test_who_was_where_on_any_day_can_be_asked(running: Running) -> None:  # noqa: F811
    call = running.admin_of(await running.tenant("acme"))
    await running.team(call, "Core", holds_from=JANUARY)
    await running.team(call, "Web", holds_from=JANUARY)
    ann = (await running.person(call, "ann")).aggregate_ids[0]
    bob = (await running.person(call, "bob")).aggregate_ids[0]
    for person_id in (ann, bob):
        await commands.add_member(running.directory, call, api.AddMemberRequest(team="Core", person_id=person_id, holds_from=JANUARY))
    await commands.remove_member(running.directory, call, api.RemoveMemberRequest(team="Core", person_id=ann, holds_from=FEBRUARY))
    await commands.add_member(running.directory, call, api.AddMemberRequest(team="Web", person_id=ann, holds_from=FEBRUARY))
    await commands.change_manager(running.directory, call, api.ChangeManagerRequest(person_id=ann, manager_id=bob, holds_from=FEBRUARY))
    assert await members(running, call, "Core", JANUARY, size=1) == [ann, bob]
    assert await members(running, call, "Core") == [bob]
    assert (await team(running, call, "Core", JANUARY)).members == 2

    async def of_ann(day: Day | None) -> tuple[list[str], Id]:
        found = (await queries.get_person(running.directory, call, api.GetPersonRequest(person_id=ann, as_of=day))).person
        return list(found.teams), found.manager_id

    assert [await of_ann(day) for day in (JANUARY - 1, JANUARY, FEBRUARY - 1, FEBRUARY, None)] == [
        ([], b""),
        (["Core"], b""),
        (["Core"], b""),
        (["Web"], bob),
        (["Web"], bob),
    ]
    managed = await queries.list_people(running.directory, call, api.ListPeopleRequest(manager_ids=[bob]))
    assert [person.handle for person in managed.people] == ["ann"]
    before = await queries.list_people(running.directory, call, api.ListPeopleRequest(teams=["Core"], as_of=JANUARY))
    assert [person.handle for person in before.people] == ["ann", "bob"]


async def test_all_memberships_are_told_with_their_days_those_that_ended_too(running: Running) -> None:  # noqa: F811
    call = running.admin_of(await running.tenant("acme"))
    core = await running.team(call, "Core", holds_from=JANUARY)
    gone = await running.team(call, "Web", holds_from=JANUARY)
    ann, bob, eve = [(await running.person(call, name)).aggregate_ids[0] for name in ("ann", "bob", "eve")]

    async def joins(person_id: Id, team_name: str, day: Day) -> None:
        await commands.add_member(running.directory, call, api.AddMemberRequest(team=team_name, person_id=person_id, holds_from=day))

    async def quits(person_id: Id, day: Day) -> None:
        await commands.remove_member(running.directory, call, api.RemoveMemberRequest(team="Core", person_id=person_id, holds_from=day))

    await joins(bob, "Web", JANUARY)
    await joins(ann, "Core", JANUARY)
    await quits(ann, JANUARY + 5)
    await joins(ann, "Core", FEBRUARY)
    await joins(eve, "Core", FEBRUARY)
    await quits(eve, FEBRUARY)  # on the day on which she came: she was there on none
    await commands.dissolve_team(running.directory, call, api.DissolveTeamRequest(team="Web", holds_from=FEBRUARY))
    told, token = dict[Id, list[api.Membership]](), ""
    while True:
        asked = api.ListMembershipsRequest(page_size=1, page_token=token)
        page = await queries.list_memberships(running.directory, call, asked)
        told |= {one.person_id: list(one.memberships) for one in page.people}
        if not (token := page.next_page_token):
            break
    assert told == {
        ann: [
            api.Membership(team_id=core, team_name="Core", team_is_there=True, first_day=JANUARY, last_day=JANUARY + 4),
            api.Membership(team_id=core, team_name="Core", team_is_there=True, first_day=FEBRUARY),
        ],
        bob: [api.Membership(team_id=gone, team_name="Web", first_day=JANUARY, last_day=FEBRUARY - 1)],
    }


async def test_a_renamed_team_keeps_its_id_and_a_new_one_of_the_old_name_gets_another(running: Running) -> None:  # noqa: F811
    call = running.admin_of(await running.tenant("acme"))
    first = await running.team(call, "Core", holds_from=JANUARY)
    await commands.revise_team(running.directory, call, api.ReviseTeamRequest(team="Core", name="Kernel", holds_from=FEBRUARY))
    assert (await team(running, call, "kernel")).team_id == first
    assert (await team(running, call, "Core", JANUARY)).team_id == first
    second = await running.team(call, "Core", holds_from=FEBRUARY)
    assert second != first == (await team(running, call, "Kernel")).team_id
    assert (await team(running, call, "Core")).team_id == second


async def test_a_dissolved_team_has_nobody_in_it_and_stays_where_its_past_is_asked(running: Running) -> None:  # noqa: F811
    call = running.admin_of(await running.tenant("acme"))
    team_id = await running.team(call, "Core", holds_from=JANUARY)
    ann = (await running.person(call, "ann")).aggregate_ids[0]
    await commands.add_member(running.directory, call, api.AddMemberRequest(team="Core", person_id=ann, holds_from=JANUARY))
    await commands.dissolve_team(running.directory, call, api.DissolveTeamRequest(team="Core", holds_from=FEBRUARY))
    assert await teams(running, call) == []
    assert await teams(running, call, as_of=JANUARY) == ["Core"]
    assert list((await running.found(call, "ann")).teams) == []
    assert await sees(running, call.identity.tenant_id, ann) == []
    with pytest.raises(Refused) as refused:
        await team(running, call, "Core")
    assert (refused.value.reason, refused.value.kind) == ("TEAM_UNKNOWN", Kind.UNKNOWN)
    assert (await team(running, call, id_text(team_id))).dissolved_on == FEBRUARY
    change = api.ChangePersonRolesRequest(person_id=ann, roles=[ROLE_MEMBER])
    assert (await commands.change_person_roles(running.directory, call, change)).event_ids == ()


@pytest.mark.parametrize(
    ("request_of", "field"),
    [
        (lambda ann: api.AddPersonRequest(handle="bob", teams=["nowhere"]), "teams"),
        (lambda ann: api.ChangePersonRolesRequest(person_id=ann, roles=[ROLE_MEMBER], teams=["nowhere"]), "teams"),
        (lambda ann: api.FoundTeamRequest(name="New", parent="nowhere"), "parent"),
        (lambda ann: api.ReviseTeamRequest(team="Core", parent="nowhere"), "parent"),
    ],
)
async def test_a_team_that_is_not_there_is_refused_by_the_field_that_names_it(running: Running, request_of: Any, field: str) -> None:  # noqa: F811
    call = running.admin_of(await running.tenant("acme"))
    ann = (await running.person(call, "ann")).aggregate_ids[0]
    await running.team(call, "Core")
    request: Message = request_of(ann)
    by_request: dict[type[Message], Any] = {
        api.AddPersonRequest: commands.add_person,
        api.ChangePersonRolesRequest: commands.change_person_roles,
        api.FoundTeamRequest: commands.found_team,
        api.ReviseTeamRequest: commands.revise_team,
    }
    with pytest.raises(Refused) as refused:
        await by_request[type(request)](running.directory, call, request)
    assert (refused.value.reason, refused.value.field, refused.value.kind) == ("TEAM_UNKNOWN", field, Kind.INVALID)


async def test_nobody_manages_themselves_be_it_through_others(running: Running) -> None:  # noqa: F811
    call = running.admin_of(await running.tenant("acme"))
    ann, bob, cid = [(await running.person(call, handle)).aggregate_ids[0] for handle in ("ann", "bob", "cid")]
    for person_id, manager_id in ((ann, bob), (bob, cid)):
        await commands.change_manager(running.directory, call, api.ChangeManagerRequest(person_id=person_id, manager_id=manager_id))
    for person_id, manager_id in ((cid, ann), (cid, cid)):
        with pytest.raises(Refused) as refused:
            await commands.change_manager(running.directory, call, api.ChangeManagerRequest(person_id=person_id, manager_id=manager_id))
        assert refused.value.reason == "MANAGER_LOOP"


async def test_members_leads_and_the_leads_of_the_teams_above_see_what_is_a_team_s(running: Running) -> None:  # noqa: F811
    tenant_id = await running.tenant("acme")
    call = running.admin_of(tenant_id)
    top, lead, member, aside = [(await running.person(call, handle)).aggregate_ids[0] for handle in ("top", "lead", "member", "aside")]
    await running.team(call, "Engineering", lead_id=top)
    await running.team(call, "Platform", parent="Engineering", lead_id=lead)
    await commands.add_member(running.directory, call, api.AddMemberRequest(team="Platform", person_id=member))
    await commands.add_member(running.directory, call, api.AddMemberRequest(team="Engineering", person_id=aside))
    assert [await sees(running, tenant_id, person_id) for person_id in (top, lead, member, aside)] == [
        ["Engineering", "Platform"],
        ["Platform"],
        ["Platform"],
        ["Engineering"],
    ]
    before = await running.log.head()
    await commands.revise_team(running.directory, call, api.ReviseTeamRequest(team="Platform", parent=""))
    assert await sees(running, tenant_id, top) == ["Engineering"]
    changes = await queries.list_standing_changes(running.directory, GATEWAY_S, api.ListStandingChangesRequest(after=before))
    assert {standing.person_id for standing in changes.standings} == {top, lead, member}


async def test_a_team_that_is_called_otherwise_is_so_in_every_answer_and_is_told_to_the_gateway(running: Running) -> None:  # noqa: F811
    tenant_id = await running.tenant("acme")
    call = running.admin_of(tenant_id)
    await running.team(call, "Platform")
    ann = (await running.person(call, "ann", teams=["platform"])).aggregate_ids[0]
    before = await running.log.head()
    await commands.revise_team(running.directory, call, api.ReviseTeamRequest(team="Platform", name="Tools"))
    assert await sees(running, tenant_id, ann) == ["Tools"]
    team_id = id_of_team_name(tenant_id, "Platform")
    named = await queries.name_people(
        running.directory, GATEWAY_S, api.NamePeopleRequest(tenant_id=tenant_id, person_ids=[team_id, new_id()])
    )
    assert [(each.person_id, each.handle, each.name) for each in named.names] == [(team_id, "", "Tools")]
    changes = await queries.list_standing_changes(running.directory, GATEWAY_S, api.ListStandingChangesRequest(after=before))
    assert [(each.tenant_id, each.team_id) for each in changes.renamed_teams] == [(tenant_id, team_id)]
    assert list((await running.found(call, "ann")).teams) == ["Tools"]


def as_it_is(event: Message) -> Message:
    return event


async def told_before(running: Running, call: Call, person_id: Id, *events: Message) -> None:  # noqa: F811
    """What a release wrote to which teams were names."""
    for event in events:
        about = Aggregate(PERSON, person_id, may=CALLER_WAS_CHECKED)
        await running.directory.aggregates.decide(call, about.event(as_it_is, event))


async def test_the_team_names_of_before_become_teams_once_by_the_ids_that_follow_from_them(running: Running) -> None:  # noqa: F811
    tenant_id = await running.tenant("acme")
    call, ann, bob = running.admin_of(tenant_id), new_id(), new_id()
    await told_before(running, call, ann, PersonAdded(person_id=ann, roles=[ROLE_MEMBER], teams=["Sales"]))
    await told_before(
        running,
        call,
        bob,
        PersonAdded(person_id=bob, roles=[ROLE_MEMBER], teams=["SALES", "Web"]),
        PersonRolesChanged(person_id=bob, roles=[ROLE_MEMBER], teams=["Web"]),
    )
    assert await sees(running, tenant_id, ann) == ["Sales"]
    assert await commands.found_teams_of_names(running.directory) == 2
    assert await commands.found_teams_of_names(running.directory) == 0
    sales = await team(running, call, "sales")
    assert (sales.team_id, sales.name, sales.edits.created_by) == (id_of_team_name(tenant_id, "Sales"), "Sales", DIRECTORY)
    assert not sales.HasField("founded_on")
    assert (await members(running, call, "Sales"), await members(running, call, "Sales", SINCE_EVER)) == ([ann], [ann, bob])
    assert await members(running, call, "Web") == [bob]
    await commands.remove_member(running.directory, call, api.RemoveMemberRequest(team="Sales", person_id=ann))
    assert await members(running, call, "Sales") == []
    assert await sees(running, tenant_id, bob) == ["Web"]


async def test_the_teams_that_objectives_named_are_founded_once_for_whoever_the_gateway_says(running: Running) -> None:  # noqa: F811
    tenant_id = await running.tenant("acme")
    call = running.admin_of(tenant_id)
    await running.team(call, "Web")
    request = api.FoundNamedTeamsRequest(tenant_id=tenant_id, names=["Sales", "SALES", "web"])
    assert len((await commands.found_named_teams(running.directory, GATEWAY_S, request)).event_ids) == 1
    assert len((await commands.found_named_teams(running.directory, GATEWAY_S, request)).event_ids) == 0
    sales = await team(running, call, "sales")
    assert (sales.team_id, sales.name, sales.edits.created_by) == (id_of_team_name(tenant_id, "Sales"), "Sales", DIRECTORY)


async def test_a_team_is_told_with_all_below_it_parents_first_as_they_were_on_a_day(running: Running) -> None:  # noqa: F811
    call = running.admin_of(await running.tenant("acme"))
    for name, parent in (("Firm", ""), ("Core", "Firm"), ("Web", "Core"), ("Sales", "Firm"), ("Other", "")):
        await commands.found_team(running.directory, call, api.FoundTeamRequest(name=name, parent=parent, holds_from=JANUARY))
    await commands.revise_team(running.directory, call, api.ReviseTeamRequest(team="Web", parent="Sales", holds_from=FEBRUARY))

    async def below(name: str, day: Day | None = None) -> list[tuple[str, str]]:
        found = (await queries.list_teams_below(running.directory, call, api.ListTeamsBelowRequest(team=name, as_of=day))).teams
        names = {each.team_id: each.name for each in found}
        return [(each.name, names.get(each.parent_team_id, "")) for each in found]

    assert await below("firm") == [("Firm", ""), ("Core", "Firm"), ("Sales", "Firm"), ("Web", "Sales")]
    assert await below("Firm", JANUARY) == [("Firm", ""), ("Core", "Firm"), ("Sales", "Firm"), ("Web", "Core")]
    assert await below("Core") == [("Core", "")]
    with pytest.raises(Refused) as refused:
        await below("Web", JANUARY - 1)
    assert (refused.value.kind, refused.value.reason) == (Kind.UNKNOWN, "TEAM_UNKNOWN")


async def test_members_are_counted_of_many_teams_and_days_at_once(running: Running) -> None:  # noqa: F811
    call = running.admin_of(await running.tenant("acme"))
    ann = (await running.person(call, "ann")).aggregate_ids[0]
    await commands.found_team(running.directory, call, api.FoundTeamRequest(name="Core", holds_from=JANUARY))
    await commands.add_member(running.directory, call, api.AddMemberRequest(team="Core", person_id=ann, holds_from=FEBRUARY))
    core = (await team(running, call, "Core")).team_id
    request = api.CountMembersRequest(team_ids=[new_id(), core], days=[FEBRUARY, JANUARY])
    counted = await queries.count_members(running.directory, call, request)
    assert [list(each.members) for each in counted.teams] == [[0, 0], [1, 0]]
