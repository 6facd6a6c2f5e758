"""A person of a tenant: what they may do, which teams they are in, who manages them, whether they have left. Who they are is sealed."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeAlias

from google.protobuf.message import Message

from cairn.directory.v1.events_pb2 import (
    PROFILE_FIELD_EMAIL,
    PROFILE_FIELD_HANDLE,
    PROFILE_FIELD_NAME,
    ROLE_ADMIN,
    ROLE_MEMBER,
    ManagerChanged,
    MembershipBegan,
    MembershipEnded,
    PersonAdded,
    PersonLeft,
    PersonProfile,
    PersonProfileChanged,
    PersonReinstated,
    PersonRolesChanged,
    ProfileField,
    Role,
)
from chassis.days import Day
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id, id_text
from chassis.texts import is_line
from shared.holding import SINCE_EVER, Asked, day_of
from shared.naming import require_handle
from shared.teams import id_of_team_name

RoleValue: TypeAlias = Role.ValueType
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


class Turn(NamedTuple):
    """That a person came into a team, or out of it, on a day."""

    team_id: Id
    is_in: bool
    holds_from: Day


@dataclass(slots=True)
class Person:
    """Folded from the events of one person."""

    known: bool = False
    sealed_profile: bytes = b""
    roles: tuple[RoleValue, ...] = ()
    """What they may do, while they have not left."""
    named_teams: tuple[str, ...] = ()
    """The teams that they were in when teams were names."""
    turns: tuple[Turn, ...] = ()
    """What became otherwise since, in order."""
    manager_id: Id = b""
    managed_from: Day = SINCE_EVER
    left: bool = False
    left_on: Day | None = None
    """Since when; None: they have not, or on the day of its recording."""

    def memberships(self, tenant_id: Id) -> dict[Id, Day]:
        """The teams that they are in, and since when."""
        found = {id_of_team_name(tenant_id, name): SINCE_EVER for name in self.named_teams}
        for turn in self.turns:
            if turn.is_in:
                found[turn.team_id] = turn.holds_from
            else:
                found.pop(turn.team_id, None)
        return found


class ProfileKey(Protocol):
    """What a person's profile is sealed under."""

    def sealed(self, said: Message) -> bytes:
        """The profile, unreadable without the key."""
        ...

    def opened(self, sealed: bytes) -> PersonProfile:
        """What was sealed; an empty profile where that was under another key."""
        ...


def apply(person: Person, event: Message) -> None:
    """Folds one event. Raises TypeError for one that this function does not name."""
    match event:
        case PersonAdded():
            person.known = True
            person.sealed_profile = event.sealed_profile
            person.roles = tuple(event.roles)
            person.named_teams = tuple(event.teams)
        case PersonProfileChanged():
            person.sealed_profile = event.sealed_profile
        case PersonRolesChanged():
            person.roles = tuple(event.roles)
            if not event.memberships_apart:
                person.named_teams, person.turns = tuple(event.teams), ()
        case MembershipBegan():
            person.turns = (*person.turns, Turn(event.team_id, True, day_of(event)))
        case MembershipEnded():
            person.turns = (*person.turns, Turn(event.team_id, False, day_of(event)))
        case ManagerChanged():
            person.manager_id, person.managed_from = event.manager_id, day_of(event)
        case PersonLeft():
            person.left, person.left_on = True, event.holds_from if event.HasField("holds_from") else None
        case PersonReinstated():
            person.left, person.left_on = False, None
        case _:
            raise TypeError(f"{type(event).__name__} is no event of a person")


def require_name(name: str) -> None:
    """Raises Refused (INVALID) unless `name` can be shown on a line."""
    if not is_line(name):
        raise invalid("name", f"{name[:40]!r} holds a control character; a name is one line of text")


def require_email(email: str) -> None:
    """Raises Refused (INVALID) unless `email` is empty or could be an address: something, an @, something, and no space."""
    if email and not _EMAIL.fullmatch(email):
        raise invalid("email", f"{email[:60]!r} is no e-mail address; one looks like martin@example.com, and it may be left out")


def add(person_id: Id, sealed_profile: bytes, roles: Sequence[RoleValue]) -> PersonAdded:
    """A person joins; without roles, as a member."""
    return PersonAdded(person_id=person_id, sealed_profile=sealed_profile, roles=_distinct(roles or [ROLE_MEMBER]))


def change_roles(person: Person, person_id: Id, roles: Sequence[RoleValue]) -> PersonRolesChanged | tuple[()]:
    """Other roles; nothing, when they are so already. Raises Refused: PERSON_UNKNOWN."""
    _require_known(person, person_id)
    changed = PersonRolesChanged(person_id=person_id, roles=_distinct(roles), memberships_apart=True)
    return () if tuple(changed.roles) == person.roles else changed


def change_roles_and_teams(
    person: Person,
    tenant_id: Id,
    person_id: Id,
    roles: Sequence[RoleValue],
    team_ids: Collection[Id],
    asked: Asked,
    *,
    apart_from: Collection[Id] = (),
) -> list[PersonRolesChanged | MembershipBegan | MembershipEnded]:
    """These roles, and these teams and no others, `apart_from` some that are there no longer.

    Raises Refused: PERSON_UNKNOWN, and as `Asked.day` does.
    """
    changed = change_roles(person, person_id, roles)
    events: list[PersonRolesChanged | MembershipBegan | MembershipEnded] = [changed] if changed else []
    for team_id in sorted(person.memberships(tenant_id).keys() - {*team_ids, *apart_from}):
        events += quit_team(person, tenant_id, person_id, team_id, asked)
    for team_id in dict.fromkeys(team_ids):
        events += join_team(person, tenant_id, person_id, team_id, asked)
    return events


def join_team(person: Person, tenant_id: Id, person_id: Id, team_id: Id, asked: Asked) -> list[MembershipBegan]:
    """A person is in a team from a day on; nothing, when they are. Raises Refused: PERSON_UNKNOWN, and as `Asked.day` does."""
    _require_known(person, person_id)
    if team_id in person.memberships(tenant_id):
        return []
    holds_from = asked.day(draft=False, not_before=_turned_on(person, team_id))
    return [MembershipBegan(person_id=person_id, team_id=team_id, holds_from=holds_from)]


def quit_team(person: Person, tenant_id: Id, person_id: Id, team_id: Id, asked: Asked) -> list[MembershipEnded]:
    """A person is in a team no longer; nothing, when they are not. Raises Refused: PERSON_UNKNOWN, and as `Asked.day` does."""
    _require_known(person, person_id)
    if team_id not in person.memberships(tenant_id):
        return []
    holds_from = asked.day(draft=False, not_before=_turned_on(person, team_id))
    return [MembershipEnded(person_id=person_id, team_id=team_id, holds_from=holds_from)]


def _turned_on(person: Person, team_id: Id) -> Day:
    """The day on which a person came last into a team, or out of it."""
    return max((turn.holds_from for turn in person.turns if turn.team_id == team_id), default=SINCE_EVER)


def change_manager(person: Person, person_id: Id, manager_id: Id, asked: Asked) -> list[ManagerChanged]:
    """Somebody else, or nobody, manages a person; nothing, when it is so. Raises Refused: PERSON_UNKNOWN, and as `Asked.day` does."""
    _require_known(person, person_id)
    if person.manager_id == manager_id:
        return []
    holds_from = asked.day(draft=False, not_before=person.managed_from)
    return [ManagerChanged(person_id=person_id, manager_id=manager_id, holds_from=holds_from)]


def change_profile(
    person: Person, person_id: Id, key: ProfileKey, *, handle: str | None = None, name: str | None = None, email: str | None = None
) -> PersonProfileChanged | tuple[()]:
    """Another handle, name or e-mail address; nothing, when they are so already. What is None stays.

    Of a profile whose key was lost nothing is there to stay: it is what is given here. Raises Refused: PERSON_UNKNOWN, or INVALID for what
    cannot be one's handle, name or address.
    """
    _require_known(person, person_id)
    profile = key.opened(person.sealed_profile)
    changed = list[ProfileField.ValueType]()
    if handle is not None and handle != profile.handle:
        require_handle(handle)
        profile.handle = handle
        changed.append(PROFILE_FIELD_HANDLE)
    if name is not None and name != profile.name:
        require_name(name)
        profile.name = name
        changed.append(PROFILE_FIELD_NAME)
    if email is not None and email != profile.email:
        require_email(email)
        profile.email = email
        changed.append(PROFILE_FIELD_EMAIL)
    return PersonProfileChanged(person_id=person_id, sealed_profile=key.sealed(profile), changed=changed) if changed else ()


def appoint_admin(person: Person, person_id: Id) -> PersonRolesChanged | tuple[()]:
    """The role admin, beside those that a person has. Raises Refused: PERSON_UNKNOWN, PERSON_LEFT."""
    if person.left:
        raise Refused("PERSON_LEFT", "this person has left the tenant; appoint somebody who is there", field="person_id")
    return change_roles(person, person_id, [*person.roles, ROLE_ADMIN])


def leave(person: Person, person_id: Id, asked: Asked, came_back_on: Day) -> PersonLeft | tuple[()]:
    """A person leaves, on a day not before they came back last; nothing, when they have, unless it names another day.

    Raises Refused: PERSON_UNKNOWN, and as `Asked.day` does.
    """
    _require_known(person, person_id)
    if person.left and asked.named in (None, person.left_on):
        return ()
    return PersonLeft(person_id=person_id, holds_from=asked.day(draft=False, not_before=came_back_on))


def reinstate(person: Person, person_id: Id) -> PersonReinstated | tuple[()]:
    """A person who had left comes back; nothing, when they are there. Raises Refused: PERSON_UNKNOWN."""
    _require_known(person, person_id)
    return PersonReinstated(person_id=person_id) if person.left else ()


def is_admin(person: Person) -> bool:
    """Whether the person is an admin of the tenant: who has left is none."""
    return ROLE_ADMIN in person.roles and not person.left


def require_present(person: Person) -> None:
    """Raises Refused (CALLER_UNKNOWN) unless the person, who asks, is of the tenant and has not left."""
    if not person.known or person.left:
        raise Refused("CALLER_UNKNOWN", "you are nobody of this tenant", kind=Kind.FORBIDDEN)


def require_admin(person: Person) -> None:
    """Raises Refused (ROLE_REQUIRED) unless the person is an admin of the tenant."""
    if not is_admin(person):
        has = ", ".join(Role.Name(role).removeprefix("ROLE_").lower() for role in person.roles if not person.left)
        raise Refused("ROLE_REQUIRED", f"this needs the role admin; you have {has or 'none'} now", kind=Kind.FORBIDDEN)


NO_LONGER_ADMIN = "NO_LONGER_ADMIN"


def require_another_admin(person: Person) -> None:
    """Raises Refused (NO_LONGER_ADMIN) unless the person, on whom somebody else relies, is an admin of the tenant."""
    if not is_admin(person):
        raise Refused(NO_LONGER_ADMIN, "this person is no admin any more; send the request again", kind=Kind.BUSY)


def refuse_last_admin(_: Person) -> None:
    """Raises Refused (LAST_ADMIN): nobody would be left who may let others in."""
    raise Refused("LAST_ADMIN", "you are the only admin of this tenant; make somebody else one first", field="roles")


def unknown_person(name: str) -> Refused:
    """The refusal of a name or an id that no person of this tenant has."""
    return Refused("PERSON_UNKNOWN", f"there is no person {name!r} in this tenant", kind=Kind.UNKNOWN)


def _require_known(person: Person, person_id: Id) -> None:
    if not person.known:
        raise unknown_person(id_text(person_id))


def _distinct(roles: Sequence[RoleValue]) -> list[RoleValue]:
    if 0 in roles:
        raise invalid("roles", "a role is unspecified; name one of admin, champion, member, viewer, auditor, service")
    return sorted(set(roles))
