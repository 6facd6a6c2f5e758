"""The rules of tenants, people and names."""

from __future__ import annotations

import pytest

from cairn.directory.v1.events_pb2 import ROLE_ADMIN, ROLE_MEMBER, ROLE_UNSPECIFIED, ROLE_VIEWER, NameReserved, PersonAdded
from chassis.errors import Kind, Refused
from directory.domain import names, people
from directory.domain.names import Reservation
from directory.domain.people import Person

ANNA = b"anna" * 4
BEN = b"benn" * 4


def test_a_name_is_taken_only_once() -> None:
    name = Reservation()
    names.apply(name, names.reserve(name, "person", "anna", ANNA))
    with pytest.raises(Refused) as refused:
        names.reserve(name, "person", "anna", BEN)
    assert (refused.value.reason, refused.value.kind, refused.value.field) == ("NAME_TAKEN", Kind.TAKEN, "handle")


def test_a_reservation_says_who_holds_the_name_and_not_the_name() -> None:
    reserved = names.reserve(Reservation(), "person", "anna", ANNA)
    assert reserved == NameReserved(kind="person", holder_id=ANNA)


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
        names.require_handle(handle)


def test_handles_are_compared_without_case() -> None:
    assert names.folded("Martin") == names.folded("martin")


def test_who_is_added_without_a_role_is_a_member() -> None:
    assert people.add(ANNA, b"sealed", [], []) == PersonAdded(person_id=ANNA, sealed_profile=b"sealed", roles=[ROLE_MEMBER])


def test_roles_that_are_the_same_already_are_no_event() -> None:
    anna = Person()
    people.apply(anna, people.add(ANNA, b"sealed", [ROLE_ADMIN], ["core"]))
    assert people.change_roles(anna, ANNA, [ROLE_ADMIN], ["core"]) == ()
    changed = people.change_roles(anna, ANNA, [ROLE_VIEWER], ["core"])
    assert not isinstance(changed, tuple)
    people.apply(anna, changed)
    assert anna.roles == (ROLE_VIEWER,)


def test_nobody_s_roles_cannot_be_changed() -> None:
    with pytest.raises(Refused) as refused:
        people.change_roles(Person(), ANNA, [ROLE_ADMIN], [])
    assert (refused.value.reason, refused.value.kind) == ("PERSON_UNKNOWN", Kind.UNKNOWN)


def test_an_unspecified_role_is_none() -> None:
    with pytest.raises(Refused, match="unspecified"):
        people.add(ANNA, b"sealed", [ROLE_UNSPECIFIED], [])


def test_a_team_has_a_name() -> None:
    with pytest.raises(Refused, match="team"):
        people.add(ANNA, b"sealed", [ROLE_ADMIN], [""])
