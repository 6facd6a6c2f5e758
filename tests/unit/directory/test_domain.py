"""The rules of tenants, people and names."""

from __future__ import annotations

import pytest
from google.protobuf.message import Message

from cairn.directory.v1.events_pb2 import (
    PROFILE_FIELD_EMAIL,
    PROFILE_FIELD_HANDLE,
    PROFILE_FIELD_NAME,
    ROLE_ADMIN,
    ROLE_MEMBER,
    ROLE_UNSPECIFIED,
    ROLE_VIEWER,
    ManagerChanged,
    MembershipBegan,
    MembershipEnded,
    NameReserved,
    PersonAdded,
    PersonLeft,
    PersonProfile,
    PersonProfileChanged,
    PersonReinstated,
    PersonRolesChanged,
    ProfileField,
    Role,
    TenantRegistered,
)
from chassis.errors import Kind, Refused
from directory.aggregates import NAME, PERSON, TENANT
from directory.domain import names, people, tenants
from directory.domain.tenants import Held, Tenant
from shared.holding import SINCE_EVER, Asked
from shared.naming import require_handle
from shared.teams import id_of_team_name
from tests.support.events import an_id
from tests.unit.domain_dsl import folded, given, when

ACME, ANNA, BEN = an_id("acme"), an_id("Anna"), an_id("Ben")
TAKEN = NameReserved(kind="person", holder_id=ANNA)


def test_a_name_is_taken_only_once() -> None:
    given(NAME, TAKEN).when(names.reserve, "person", "anna", BEN).then_refused("NAME_TAKEN", "handle", Kind.TAKEN)
    given(NAME, TAKEN).when(names.reserve, "tenant", "acme", BEN).then_refused("NAME_TAKEN", "name", Kind.TAKEN)


def test_whoever_holds_a_name_may_take_it_again() -> None:
    given(NAME, TAKEN).when(names.reserve, "person", "anna", ANNA).then_nothing()


def test_a_reservation_says_who_holds_the_name_and_not_the_name() -> None:
    given(NAME).when(names.reserve, "person", "anna", ANNA).then(TAKEN)


def test_a_tenant_is_registered_in_its_time_zone() -> None:
    registered = TenantRegistered(tenant_id=ANNA, name="acme", time_zone="Europe/Zurich")
    when(tenants.register, ANNA, "acme", "Europe/Zurich").then(registered)
    assert folded(TENANT, registered) == Tenant("acme", {"time_zone": (Held(SINCE_EVER, "Europe/Zurich"),)})


@pytest.mark.parametrize("email", ["anna", "@", "anna@", "@example.com", "an na@example.com", "anna@b@c", "anna@example.com\n"])
def test_an_email_has_something_on_both_sides_of_its_at(email: str) -> None:
    with pytest.raises(Refused) as refused:
        people.require_email(email)
    assert (refused.value.kind, refused.value.field) == (Kind.INVALID, "email")


@pytest.mark.parametrize("name", ["a\0b", "a\nb", "\x7f"])
def test_a_name_is_a_line_of_text(name: str) -> None:
    people.require_name("Anna Ä. van 't Hoff")
    with pytest.raises(Refused) as refused:
        people.require_name(name)
    assert (refused.value.kind, refused.value.field) == (Kind.INVALID, "name")


@pytest.mark.parametrize("email", ["", "anna@example.com", "ännä+okr@bücher.example"])
def test_an_email_may_be_left_out_and_need_not_be_ascii(email: str) -> None:
    people.require_email(email)


@pytest.mark.parametrize("handle", ["", " anna", "anna ", "a/b", "a\nb", "x" * 101, ".", "..", "01a00000-0000-7000-8000-000000000000"])
def test_a_handle_is_one_printable_word_or_more_without_a_slash_and_no_id(handle: str) -> None:
    with pytest.raises(Refused, match="handle"):
        require_handle(handle)


def added(*roles: Role.ValueType, teams: tuple[str, ...] = ()) -> PersonAdded:
    return PersonAdded(person_id=ANNA, sealed_profile=b"sealed", roles=roles, teams=teams)


def test_who_is_added_without_a_role_is_a_member() -> None:
    when(people.add, ANNA, b"sealed", []).then(added(ROLE_MEMBER))


def test_roles_are_named_once_and_in_order() -> None:
    when(people.add, ANNA, b"sealed", [ROLE_VIEWER, ROLE_ADMIN, ROLE_VIEWER]).then(added(ROLE_ADMIN, ROLE_VIEWER))


def only_roles(*roles: Role.ValueType) -> PersonRolesChanged:
    return PersonRolesChanged(person_id=ANNA, roles=roles, memberships_apart=True)


def test_roles_that_are_the_same_already_are_no_event() -> None:
    anna = given(PERSON, added(ROLE_ADMIN))
    anna.when(people.change_roles, ANNA, [ROLE_ADMIN]).then_nothing()
    anna.when(people.change_roles, ANNA, [ROLE_VIEWER]).then(only_roles(ROLE_VIEWER))


CORE, WEB, TODAY = id_of_team_name(ACME, "core"), id_of_team_name(ACME, "web"), 20_000
NOW = Asked(None, TODAY)


def began(team_id: bytes, day: int = TODAY) -> MembershipBegan:
    return MembershipBegan(person_id=ANNA, team_id=team_id, holds_from=day)


def ended(team_id: bytes, day: int = TODAY) -> MembershipEnded:
    return MembershipEnded(person_id=ANNA, team_id=team_id, holds_from=day)


def test_a_person_comes_into_a_team_and_out_of_it_on_a_day_each_once() -> None:
    given(PERSON, added(ROLE_MEMBER)).when(people.join_team, ACME, ANNA, CORE, NOW).then(began(CORE))
    given(PERSON, added(ROLE_MEMBER), began(CORE)).when(people.join_team, ACME, ANNA, CORE, NOW).then_nothing()
    given(PERSON, added(ROLE_MEMBER), began(CORE, 100)).when(people.quit_team, ACME, ANNA, CORE, Asked(200, TODAY)).then(ended(CORE, 200))
    given(PERSON, added(ROLE_MEMBER)).when(people.quit_team, ACME, ANNA, CORE, NOW).then_nothing()


def test_nobody_is_out_of_a_team_before_they_came_into_it_nor_in_again_before_they_were_out() -> None:
    early = given(PERSON, added(ROLE_MEMBER), began(CORE, 100))
    early.when(people.quit_team, ACME, ANNA, CORE, Asked(99, TODAY)).then_refused("HOLDS_FROM_TOO_EARLY")
    again = given(PERSON, added(ROLE_MEMBER), began(CORE, 100), ended(CORE, 200))
    again.when(people.join_team, ACME, ANNA, CORE, Asked(199, TODAY)).then_refused("HOLDS_FROM_TOO_EARLY")
    again.when(people.join_team, ACME, ANNA, CORE, Asked(200, TODAY)).then(began(CORE, 200))
    again.when(people.join_team, ACME, ANNA, CORE, Asked(TODAY + 1, TODAY)).then_refused("HOLDS_FROM_AHEAD")


def test_the_team_names_of_before_are_memberships_since_ever_until_they_end() -> None:
    anna = given(PERSON, added(ROLE_MEMBER, teams=("Core",)))
    anna.when(people.join_team, ACME, ANNA, CORE, NOW).then_nothing()
    anna.when(people.change_roles_and_teams, ACME, ANNA, [ROLE_MEMBER], [WEB], NOW).then(ended(CORE), began(WEB))
    assert folded(PERSON, added(ROLE_MEMBER, teams=("Core",)), ended(CORE), began(WEB)).memberships(ACME) == {WEB: TODAY}


def test_other_roles_leave_the_teams_as_they_are_but_an_event_of_before_tells_all_of_them() -> None:
    assert folded(PERSON, added(ROLE_MEMBER), began(CORE), only_roles(ROLE_VIEWER)).memberships(ACME) == {CORE: TODAY}
    of_before = PersonRolesChanged(person_id=ANNA, roles=[ROLE_VIEWER], teams=["web"])
    assert folded(PERSON, added(ROLE_MEMBER, teams=("core",)), of_before).memberships(ACME) == {WEB: SINCE_EVER}


def test_a_person_has_one_manager_at_a_time() -> None:
    managed = ManagerChanged(person_id=ANNA, manager_id=BEN, holds_from=TODAY)
    given(PERSON, added(ROLE_MEMBER)).when(people.change_manager, ANNA, BEN, NOW).then(managed)
    given(PERSON, added(ROLE_MEMBER), managed).when(people.change_manager, ANNA, BEN, NOW).then_nothing()
    given(PERSON, added(ROLE_MEMBER), managed).when(people.change_manager, ANNA, b"", Asked(TODAY - 1, TODAY)).then_refused(
        "HOLDS_FROM_TOO_EARLY"
    )
    nobody = ManagerChanged(person_id=ANNA, holds_from=TODAY)
    given(PERSON, added(ROLE_MEMBER), managed).when(people.change_manager, ANNA, b"", NOW).then(nobody)


class Reversed:
    """A key that hides nothing, so that what is sealed can be told."""

    def sealed(self, said: Message) -> bytes:
        return said.SerializeToString()[::-1]

    def opened(self, sealed: bytes) -> PersonProfile:
        return PersonProfile.FromString(sealed[::-1])


KEY = Reversed()
FIRST = PersonProfile(handle="anna", name="Anna Example", email="anna@example.com")


def with_profile(profile: PersonProfile) -> PersonAdded:
    return PersonAdded(person_id=ANNA, sealed_profile=KEY.sealed(profile), roles=[ROLE_MEMBER])


def profile_changed(profile: PersonProfile, *changed: ProfileField.ValueType) -> PersonProfileChanged:
    return PersonProfileChanged(person_id=ANNA, sealed_profile=KEY.sealed(profile), changed=changed)


def test_a_profile_that_is_changed_keeps_what_is_not_said() -> None:
    named = profile_changed(PersonProfile(handle="anna", name="Anna Sample", email="anna@example.com"), PROFILE_FIELD_NAME)
    given(PERSON, with_profile(FIRST)).when(people.change_profile, ANNA, KEY, name="Anna Sample").then(named)
    renamed = profile_changed(PersonProfile(handle="anni", name="Anna Sample"), PROFILE_FIELD_HANDLE, PROFILE_FIELD_EMAIL)
    given(PERSON, with_profile(FIRST), named).when(people.change_profile, ANNA, KEY, handle="anni", email="").then(renamed)


def test_a_profile_that_is_so_already_is_no_event() -> None:
    anna = given(PERSON, with_profile(FIRST))
    anna.when(people.change_profile, ANNA, KEY, handle="anna", name="Anna Example", email="anna@example.com").then_nothing()
    anna.when(people.change_profile, ANNA, KEY).then_nothing()


def test_a_profile_that_nobody_can_read_any_more_is_what_it_is_changed_to() -> None:
    lost = with_profile(PersonProfile())
    named = profile_changed(PersonProfile(handle="anna", name="Anna"), PROFILE_FIELD_HANDLE, PROFILE_FIELD_NAME)
    given(PERSON, lost).when(people.change_profile, ANNA, KEY, handle="anna", name="Anna").then(named)


@pytest.mark.parametrize(("field", "value"), [("handle", ""), ("handle", "a/b"), ("name", "a\nb"), ("email", "anna")])
def test_a_profile_is_changed_to_what_could_be_added(field: str, value: str) -> None:
    refused = given(PERSON, with_profile(FIRST)).when(people.change_profile, ANNA, KEY, **{field: value})
    refused.then_refused("HANDLE_INVALID" if field == "handle" else "INVALID_ARGUMENT", field, Kind.INVALID)


def test_who_has_left_keeps_their_profile_and_it_may_be_changed() -> None:
    left = given(PERSON, with_profile(FIRST), PersonLeft(person_id=ANNA))
    left.when(people.change_profile, ANNA, KEY, email="").then(
        profile_changed(PersonProfile(handle="anna", name="Anna Example"), PROFILE_FIELD_EMAIL)
    )


def test_nobody_s_roles_cannot_be_changed_and_nobody_leaves_or_comes_back() -> None:
    nobody = given(PERSON)
    nobody.when(people.change_roles, ANNA, [ROLE_ADMIN]).then_refused("PERSON_UNKNOWN", kind=Kind.UNKNOWN)
    nobody.when(people.change_profile, ANNA, KEY, name="Anna").then_refused("PERSON_UNKNOWN", kind=Kind.UNKNOWN)
    nobody.when(people.leave, ANNA, NOW, SINCE_EVER).then_refused("PERSON_UNKNOWN", kind=Kind.UNKNOWN)
    nobody.when(people.reinstate, ANNA).then_refused("PERSON_UNKNOWN", kind=Kind.UNKNOWN)


LEFT, BACK = PersonLeft(person_id=ANNA, holds_from=TODAY), PersonReinstated(person_id=ANNA)


def test_a_person_leaves_once_and_comes_back_once() -> None:
    given(PERSON, added(ROLE_MEMBER)).when(people.leave, ANNA, NOW, SINCE_EVER).then(LEFT)
    given(PERSON, added(ROLE_MEMBER), LEFT).when(people.leave, ANNA, NOW, SINCE_EVER).then_nothing()
    given(PERSON, added(ROLE_MEMBER), LEFT).when(people.reinstate, ANNA).then(BACK)
    given(PERSON, added(ROLE_MEMBER), LEFT, BACK).when(people.reinstate, ANNA).then_nothing()
    given(PERSON, added(ROLE_MEMBER), LEFT, BACK).when(people.leave, ANNA, NOW, TODAY).then(LEFT)


def test_a_person_leaves_today_or_on_a_day_before_it_but_not_before_they_came_back_and_it_may_be_said_anew() -> None:
    there = given(PERSON, added(ROLE_MEMBER))
    earlier = PersonLeft(person_id=ANNA, holds_from=TODAY - 9)
    there.when(people.leave, ANNA, Asked(TODAY - 9, TODAY), SINCE_EVER).then(earlier)
    there.when(people.leave, ANNA, Asked(TODAY + 1, TODAY), SINCE_EVER).then_refused("HOLDS_FROM_AHEAD", "holds_from", Kind.INVALID)
    there.when(people.leave, ANNA, Asked(TODAY - 9, TODAY), TODAY - 8).then_refused("HOLDS_FROM_TOO_EARLY", "holds_from", Kind.INVALID)
    has_left = given(PERSON, added(ROLE_MEMBER), earlier)
    has_left.when(people.leave, ANNA, Asked(TODAY - 9, TODAY), SINCE_EVER).then_nothing()
    has_left.when(people.leave, ANNA, Asked(TODAY, TODAY), SINCE_EVER).then(LEFT)


def test_an_admin_who_has_left_is_none_until_they_are_back() -> None:
    assert not people.is_admin(folded(PERSON, added(ROLE_ADMIN), LEFT))
    assert people.is_admin(folded(PERSON, added(ROLE_ADMIN), LEFT, BACK))
    given(PERSON, added(ROLE_ADMIN), LEFT).when(people.require_admin).then_refused("ROLE_REQUIRED", kind=Kind.FORBIDDEN)
    given(PERSON, added(ROLE_ADMIN), LEFT).when(people.appoint_admin, ANNA).then_refused("PERSON_LEFT", "person_id")


def test_who_comes_back_has_the_roles_that_they_were_given_meanwhile() -> None:
    fewer = only_roles(ROLE_VIEWER)
    given(PERSON, added(ROLE_ADMIN), LEFT).when(people.change_roles, ANNA, [ROLE_VIEWER]).then(fewer)
    assert folded(PERSON, added(ROLE_ADMIN), LEFT, fewer, BACK).roles == (ROLE_VIEWER,)


def test_an_unspecified_role_is_none() -> None:
    refusal = when(people.add, ANNA, b"sealed", [ROLE_UNSPECIFIED]).then_refused("INVALID_ARGUMENT", "roles", Kind.INVALID)
    assert "unspecified" in refusal.message
