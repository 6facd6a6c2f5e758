"""Who there is, folded from directory's own log. Every question first reads what was appended since the last one."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, islice
from typing import Final, NamedTuple, TypeAlias

from google.protobuf.message import Message

from cairn.directory.v1.events_pb2 import (
    SECURITY_EVENT_KIND_SIGNED_IN,
    ManagerChanged,
    MembershipBegan,
    MembershipEnded,
    MissionStated,
    NameReserved,
    PersonAdded,
    PersonLeft,
    PersonProfileChanged,
    PersonReinstated,
    PersonRolesChanged,
    PillarAdded,
    PillarChanged,
    PillarMoved,
    PillarRemoved,
    SecurityEventNoted,
    SessionsRevoked,
    SettingChanged,
    SignedOut,
    TeamDissolved,
    TeamFounded,
    TeamLeadChanged,
    TeamMoved,
    TeamRenamed,
    TenantRegistered,
    ViewChanged,
    ViewRemoved,
    ViewSaved,
    VisionStated,
)
from chassis.days import Day, Microseconds, day_in, instant_of
from chassis.events import RecordedEvent
from chassis.eventstore import LogReader
from chassis.ids import NIL, Id, is_id, parse_id
from chassis.partitions import partition_of
from chassis.positions import Position
from directory.aggregates import EVENT_TYPES
from directory.domain import organisation, people, saved_views, sessions, tenants, vision
from directory.domain.organisation import NOW, Organisation, Said
from directory.domain.people import Person
from directory.domain.saved_views import KeptView, SavedViews
from directory.domain.sessions import Sessions
from directory.domain.tenants import Tenant
from directory.domain.vision import VisionBoard
from shared.holding import SINCE_EVER, day_of
from shared.settings import TRAVELLING
from shared.teams import id_of_team_name

_PAGE = 2000
_REMEMBERED_CHANGES: Final = 10_000


_NOWHERE: Final = Position("directory", 0, 0)


class Edits(NamedTuple):
    """Who made somebody or something known here, and who changed it last."""

    created_at: Microseconds
    created_by: Id
    updated_at: Microseconds
    updated_by: Id


class Stay(NamedTuple):
    """That somebody is or was in a team, from a day on."""

    team_id: Id
    first_day: Day
    ended_on: Day | None = None
    """The first day on which they were in it no longer."""

    def lasts(self, day: Day) -> bool:
        """Whether they are in it on a day."""
        return self.first_day <= day and (self.ended_on is None or day < self.ended_on)


@dataclass(slots=True)
class Member:
    """A person, the version they are at, and what they were on any day."""

    person: Person = field(default_factory=Person)
    version: int = 0
    edits: Edits | None = None
    told_at: Position = _NOWHERE
    """Where the newest event of theirs stands."""
    told_on: Microseconds = 0
    stays: list[Stay] = field(default_factory=list)
    managers: tuple[Said[Id], ...] = (Said(SINCE_EVER, b""),)
    absences: tuple[Said[bool], ...] = (Said(SINCE_EVER, False),)
    """Whether they had left."""
    here_since: Day | None = None
    """The day on which they first signed in, or changed something of the organisation; None: they are invited, and have not come yet."""

    @property
    def came_back_on(self) -> Day:
        """Since when they are there, as far as they had left before; of who has left: were there."""
        return next(said.holds_from for said in reversed(self.absences) if not said.value)

    def left_on(self, day: Day = NOW) -> Day | None:
        """Of who has left by a day: on which one."""
        said = next((each for each in reversed(self.absences) if each.holds_from <= day), self.absences[0])
        return said.holds_from if said.value else None

    def is_invited(self, day: Day = NOW) -> bool:
        """Whether they were there on a day, and had not been seen yet."""
        return not organisation.held(self.absences, day) and (self.here_since is None or self.here_since > day)

    def teams(self, day: Day = NOW) -> dict[Id, Day]:
        """The teams that they are in on a day, and since when."""
        return {stay.team_id: stay.first_day for stay in self.stays if stay.lasts(day)}

    def ends(self, team_id: Id, day: Day) -> None:
        """They are in a team no longer."""
        self.stays = [stay._replace(ended_on=day) if stay.team_id == team_id and stay.ended_on is None else stay for stay in self.stays]


class Change(NamedTuple):
    """That something of a person became otherwise."""

    position: int
    tenant_id: Id
    person_id: Id


class Renamed(NamedTuple):
    """That a team, or a pillar, may be called otherwise since."""

    position: int
    tenant_id: Id
    own_id: Id


class StatedBoard(NamedTuple):
    """A vision board, the version that it is at, and who changed what."""

    board: VisionBoard
    version: int = 0
    edits: Edits | None = None
    """None: nothing was said yet."""


class ViewOf(NamedTuple):
    """A saved view that is there, whose it is, and where it stands among all that the tenant ever had."""

    number: int
    view_id: Id
    owner_id: Id
    kept: KeptView
    edits: Edits


@dataclass(slots=True)
class ViewsOfTenant:
    """The saved views of everybody of a tenant, in the order in which they were saved."""

    owners: dict[Id, Id] = field(default_factory=dict)
    """By view, those that were removed among them: so a page goes on where it was."""
    by_person: dict[Id, SavedViews] = field(default_factory=dict)
    versions: dict[Id, int] = field(default_factory=dict)
    edits: dict[Id, Edits] = field(default_factory=dict)

    def there(self, after: int = 0) -> Iterator[ViewOf]:
        """Those that are there, after a number."""
        for number, (view_id, owner_id) in islice(enumerate(self.owners.items(), start=1), after, None):
            if (kept := self.by_person[owner_id].views.get(view_id)) is not None:
                yield ViewOf(number, view_id, owner_id, kept, self.edits[view_id])


class Roster:
    """The tenants and their people, in the order in which they came."""

    def __init__(self, reader: LogReader, partitions: int) -> None:
        self._reader = reader
        self._partitions = partitions
        self.position = 0
        """In the log, up to which it knows."""
        self._catching_up = asyncio.Lock()
        self.tenants: dict[Id, Tenant] = {}
        self.registrations: dict[Id, Edits] = {}
        """By tenant: who registered it, and when."""
        self.tenant_versions: dict[Id, int] = {}
        self._members: dict[Id, dict[Id, Member]] = {}
        self._told_at: dict[Id, dict[int, Position]] = {}
        self._holders: dict[Id, Id] = {}
        self._organisations: dict[Id, Organisation] = {}
        self._spellings: dict[Id, dict[Id, dict[str, None]]] = {}
        self._team_edits: dict[Id, Edits] = {}
        self._boards: dict[Id, StatedBoard] = {}
        self._pillar_edits: dict[Id, Edits] = {}
        self._views: dict[Id, ViewsOfTenant] = {}
        self._sessions: dict[tuple[Id, Id], Sessions] = {}
        self._changes: deque[Change] = deque(maxlen=_REMEMBERED_CHANGES)
        self._renamed_teams: deque[Renamed] = deque(maxlen=_REMEMBERED_CHANGES)
        self._renamed_pillars: deque[Renamed] = deque(maxlen=_REMEMBERED_CHANGES)

    async def caught_up(self) -> Roster:
        """The roster with everything that is in the log by now: what a caller was answered is in it."""
        async with self._catching_up:
            while events := await self._reader.read(self.position, _PAGE):
                for event in events:
                    self._fold(event)
                self.position = events[-1].position
        return self

    def members(self, tenant_id: Id) -> dict[Id, Member]:
        """The people of a tenant, those who have left among them."""
        return self._members.get(tenant_id, {})

    def told_at(self, tenant_id: Id) -> Collection[Position]:
        """Where the newest event of the people of a tenant stands, in each partition that has one."""
        return self._told_at.get(tenant_id, {}).values()

    def admins(self, tenant_id: Id) -> list[Id]:
        """Who is an admin of a tenant, in the order in which they joined."""
        return [person_id for person_id, member in self.members(tenant_id).items() if people.is_admin(member.person)]

    def organisation(self, tenant_id: Id) -> Organisation:
        """The teams of a tenant."""
        return self._organisations.get(tenant_id) or Organisation()

    def names_of_teams(self, tenant_id: Id) -> dict[Id, list[str]]:
        """What each team of a tenant is or was called, the first name first; teams that are names alone so far among them."""
        return {team_id: list(names) for team_id, names in self._spellings.get(tenant_id, {}).items()}

    def team_name(self, tenant_id: Id, team_id: Id, day: Day = NOW) -> str:
        """What a team is called on a day."""
        team = self.organisation(tenant_id).teams.get(team_id)
        return next(iter(self._spellings[tenant_id][team_id])) if team is None else team.name(day)

    def teams_of(self, tenant_id: Id, member: Member, day: Day = NOW) -> dict[Id, Day]:
        """The teams that somebody is in on a day, as far as those are there, and since when."""
        teams = self.organisation(tenant_id).teams
        return {
            team_id: since for team_id, since in member.teams(day).items() if (team := teams.get(team_id)) is None or team.is_there(day)
        }

    def members_of(self, tenant_id: Id, team_id: Id, day: Day = NOW) -> Iterator[tuple[Id, Day]]:
        """Who is in a team on a day, and since when, in the order in which they joined the tenant; those who had left are not."""
        for person_id, member in self.members(tenant_id).items():
            since = member.teams(day).get(team_id)
            if since is not None and not organisation.held(member.absences, day):
                yield person_id, since

    def counts_on(self, tenant_id: Id, days: Sequence[Day]) -> dict[Id, list[int]]:
        """By team: how many people are in it on each of some days, without those who had left; teams without anybody are left out."""
        ordered = sorted(set(days))
        steps: dict[Id, list[int]] = {}  # by how many more there are on a day than on the one before
        for member in self.members(tenant_id).values():
            been_away = len(member.absences) > 1
            for stay in member.stays:
                first = bisect_left(ordered, stay.first_day)
                end = len(ordered) if stay.ended_on is None else bisect_left(ordered, stay.ended_on)
                spans = [(first, end)] if first < end else []
                if been_away:
                    spans = [(n, n + 1) for n in range(first, end) if not organisation.held(member.absences, ordered[n])]
                for begins, over in spans:
                    of_team = steps.setdefault(stay.team_id, [0] * (len(ordered) + 1))
                    of_team[begins] += 1
                    of_team[over] -= 1
        places = [bisect_left(ordered, day) for day in days]
        totals = {team_id: list(accumulate(of_team)) for team_id, of_team in steps.items()}
        return {team_id: [of_team[place] for place in places] for team_id, of_team in totals.items()}

    def seen_teams(self, tenant_id: Id, person_id: Id) -> set[Id]:
        """The teams whose objectives somebody sees: those that they are in or lead, and all below the latter."""
        member = self.members(tenant_id).get(person_id)
        if member is None:
            return set()
        return {*self.teams_of(tenant_id, member), *self.organisation(tenant_id).led_by(person_id)}

    def team_edits(self, team_id: Id) -> Edits:
        """Who founded a team, and who changed it last."""
        return self._team_edits[team_id]

    def vision_board(self, tenant_id: Id) -> StatedBoard:
        """The vision board of a tenant; an empty one where nothing was said yet."""
        return self._boards.get(tenant_id) or StatedBoard(VisionBoard())

    def pillar_edits(self, pillar_id: Id) -> Edits:
        """Who added a pillar, and who changed it last."""
        return self._pillar_edits[pillar_id]

    def views(self, tenant_id: Id) -> ViewsOfTenant:
        """The saved views of the people of a tenant."""
        return self._views.get(tenant_id) or ViewsOfTenant()

    def sessions(self, tenant_id: Id, person_id: Id) -> Sessions:
        """What ended of a person's sessions."""
        return self._sessions.get((tenant_id, person_id)) or Sessions()

    def changed_after(self, position: int) -> Collection[tuple[Id, Id]] | None:
        """Whose standing changed after a position, each (tenant, person) once; None: it is too long ago to tell."""
        kept_of: tuple[deque[Change] | deque[Renamed], ...] = (self._changes, self._renamed_teams, self._renamed_pillars)
        full = [kept for kept in kept_of if len(kept) == _REMEMBERED_CHANGES]
        oldest = max((kept[0].position for kept in full), default=0)
        if position < oldest:
            return None
        found: dict[tuple[Id, Id], None] = {}
        for change in reversed(self._changes):
            if change.position <= position:
                break
            found[change.tenant_id, change.person_id] = None
        return found

    def renamed_teams_after(self, position: int) -> Collection[tuple[Id, Id]]:
        """Which teams came to be called as they are after a position, each (tenant, team) once; as far back as `changed_after` tells."""
        return _after(self._renamed_teams, position)

    def renamed_pillars_after(self, position: int) -> Collection[tuple[Id, Id]]:
        """As of teams."""
        return _after(self._renamed_pillars, position)

    def holder(self, name_id: Id) -> Id | None:
        """Who holds a name; None: nobody."""
        return self._holders.get(name_id)

    def _fold(self, recorded: RecordedEvent) -> None:
        if recorded.event_type not in EVENT_TYPES:
            return
        event = EVENT_TYPES.decode(recorded.event_type, recorded.payload)
        match event:
            case TenantRegistered():
                self._fold_tenant(recorded, event.tenant_id, event)
                self.registrations[event.tenant_id] = _edited(None, recorded)
            case SettingChanged():
                self._fold_tenant(recorded, event.tenant_id, event)
                if event.setting in TRAVELLING:
                    everybody = self.members(event.tenant_id)
                    self._changes.extend(Change(recorded.position, event.tenant_id, person_id) for person_id in everybody)
            case NameReserved():
                self._holders[recorded.aggregate_id] = event.holder_id
            case (
                PersonAdded()
                | PersonProfileChanged()
                | PersonRolesChanged()
                | MembershipBegan()
                | MembershipEnded()
                | ManagerChanged()
                | PersonLeft()
                | PersonReinstated()
            ):
                member = self._members.setdefault(recorded.tenant_id, {}).setdefault(event.person_id, Member())
                people.apply(member.person, event)
                self._date(recorded, member, event)
                member.version = recorded.aggregate_version
                member.edits = _edited(member.edits, recorded)
                self._tell(recorded, member)
                self._changes.append(Change(recorded.position, recorded.tenant_id, event.person_id))
            case TeamFounded() | TeamRenamed() | TeamMoved() | TeamLeadChanged() | TeamDissolved():
                self._fold_team(recorded, event)
            case MissionStated() | VisionStated() | PillarAdded() | PillarChanged() | PillarMoved() | PillarRemoved():
                self._fold_board(recorded, event)
            case ViewSaved() | ViewChanged() | ViewRemoved():
                self._fold_view(recorded, event)
            case SignedOut() | SessionsRevoked():
                sessions.apply(self._sessions.setdefault((recorded.tenant_id, event.person_id), Sessions()), event)
                self._changes.append(Change(recorded.position, recorded.tenant_id, event.person_id))
            case SecurityEventNoted():
                pass  # nobody is otherwise for it, but who comes for the first time
            case _:
                raise TypeError(f"{recorded.event_type} is an event that the roster does not name")
        self._see(recorded, event)

    def _fold_tenant(self, recorded: RecordedEvent, tenant_id: Id, event: Message) -> None:
        tenants.apply(self.tenants.setdefault(tenant_id, Tenant()), event)
        self.tenant_versions[tenant_id] = recorded.aggregate_version

    def _fold_team(self, recorded: RecordedEvent, event: TeamEvent) -> None:
        tenants_teams = self._organisations.setdefault(recorded.tenant_id, Organisation())
        others = set(self._concerned(recorded.tenant_id, event.team_id))
        organisation.apply(tenants_teams, event)
        if isinstance(event, TeamFounded | TeamRenamed):
            self._spell(recorded.tenant_id, event.team_id, event.name)
            self._renamed_teams.append(Renamed(recorded.position, recorded.tenant_id, event.team_id))
        self._team_edits[event.team_id] = _edited(self._team_edits.get(event.team_id), recorded)
        others.update(self._concerned(recorded.tenant_id, event.team_id))
        self._changes.extend(Change(recorded.position, recorded.tenant_id, person_id) for person_id in others)

    def _fold_board(self, recorded: RecordedEvent, event: VisionEvent) -> None:
        before = self.vision_board(recorded.tenant_id)
        vision.apply(before.board, event)
        self._boards[recorded.tenant_id] = StatedBoard(before.board, recorded.aggregate_version, _edited(before.edits, recorded))
        match event:
            case PillarAdded() | PillarChanged() | PillarMoved() | PillarRemoved():
                self._pillar_edits[event.pillar_id] = _edited(self._pillar_edits.get(event.pillar_id), recorded)
                self._renamed_pillars.append(Renamed(recorded.position, recorded.tenant_id, event.pillar_id))
            case MissionStated() | VisionStated():
                pass  # no pillar is otherwise for it

    def _fold_view(self, recorded: RecordedEvent, event: ViewEvent) -> None:
        views = self._views.setdefault(recorded.tenant_id, ViewsOfTenant())
        saved_views.apply(views.by_person.setdefault(event.person_id, SavedViews()), event)
        views.owners.setdefault(event.view_id, event.person_id)
        views.versions[event.person_id] = recorded.aggregate_version
        views.edits[event.view_id] = _edited(views.edits.get(event.view_id), recorded)

    def _date(self, recorded: RecordedEvent, member: Member, event: PersonEvent) -> None:
        """Notes from which day on somebody is what an event says; one that names none, from the day of its recording on."""
        day = self._day(recorded)
        match event:
            case PersonAdded():
                member.stays += (Stay(self._spell_name(recorded.tenant_id, name), SINCE_EVER) for name in event.teams)
            case PersonRolesChanged():
                if not event.memberships_apart:
                    named = [self._spell_name(recorded.tenant_id, name) for name in event.teams]
                    before = member.teams()
                    for team_id in before.keys() - named:
                        member.ends(team_id, day)
                    member.stays += (Stay(team_id, day) for team_id in named if team_id not in before)
            case MembershipBegan():
                member.stays.append(Stay(event.team_id, day_of(event)))
            case MembershipEnded():
                member.ends(event.team_id, day_of(event))
            case ManagerChanged():
                member.managers = (*member.managers, Said(day_of(event), event.manager_id))
            case PersonProfileChanged():
                pass  # it has no day
            case PersonLeft():
                stood = member.absences[:-1] if member.absences[-1].value else member.absences
                member.absences = (*stood, Said(event.holds_from if event.HasField("holds_from") else day, True))
            case PersonReinstated():
                member.absences = (*member.absences, Said(day, False))

    def _see(self, recorded: RecordedEvent, event: Message) -> None:
        """Notes that somebody has been here: who signs in, or changes something. Another security event says nothing of who it was."""
        person_id = recorded.actor_id
        if isinstance(event, SecurityEventNoted):
            person_id = event.person_id if event.kind == SECURITY_EVENT_KIND_SIGNED_IN else NIL
        member = self.members(recorded.tenant_id).get(person_id)
        if member is not None and member.here_since is None:
            member.here_since = self._day(recorded)
            self._tell(recorded, member)

    def _tell(self, recorded: RecordedEvent, member: Member) -> None:
        """Notes where it was told last that something of somebody is otherwise."""
        partition = partition_of(recorded.partition_key, self._partitions)
        member.told_at = Position(recorded.log, partition, recorded.position, recorded.generation)
        member.told_on = recorded.recorded_at
        self._told_at.setdefault(recorded.tenant_id, {})[partition] = member.told_at

    def _day(self, recorded: RecordedEvent) -> Day:
        tenant = self.tenants.get(recorded.tenant_id)
        return day_in((tenant and tenant.time_zone) or "UTC", instant_of(recorded.recorded_at))

    def _spell_name(self, tenant_id: Id, name: str) -> Id:
        team_id = id_of_team_name(tenant_id, name)
        self._spell(tenant_id, team_id, name)
        return team_id

    def _spell(self, tenant_id: Id, team_id: Id, name: str) -> None:
        self._spellings.setdefault(tenant_id, {}).setdefault(team_id, {}).setdefault(name)

    def _concerned(self, tenant_id: Id, team_id: Id) -> Iterator[Id]:
        """Who sees what is a team's: whoever is in it, leads it, or leads one above it."""
        tenants_teams = self.organisation(tenant_id)
        team = tenants_teams.teams.get(team_id)
        if team is None:
            return
        yield from (each.lead_id() for each in (team, *tenants_teams.above(team_id)) if each.lead_id())
        yield from (person_id for person_id, _ in self.members_of(tenant_id, team_id))


PersonEvent: TypeAlias = (
    PersonAdded
    | PersonProfileChanged
    | PersonRolesChanged
    | MembershipBegan
    | MembershipEnded
    | ManagerChanged
    | PersonLeft
    | PersonReinstated
)
TeamEvent: TypeAlias = TeamFounded | TeamRenamed | TeamMoved | TeamLeadChanged | TeamDissolved
ViewEvent: TypeAlias = ViewSaved | ViewChanged | ViewRemoved
VisionEvent: TypeAlias = MissionStated | VisionStated | PillarAdded | PillarChanged | PillarMoved | PillarRemoved


def _edited(before: Edits | None, recorded: RecordedEvent) -> Edits:
    now = recorded.recorded_at, recorded.actor_id
    return Edits(*now, *now) if before is None else Edits(before.created_at, before.created_by, *now)


def _after(renamed: Iterable[Renamed], position: int) -> Collection[tuple[Id, Id]]:
    return dict.fromkeys((each.tenant_id, each.own_id) for each in renamed if each.position > position)


def find_pillar(roster: Roster, tenant_id: Id, named: str, field_name: str = "") -> Id:
    """The pillar that an id, a reference or a title names now; by its id also one that was removed.

    Raises Refused: PILLAR_UNKNOWN; INVALID where it stands in a field of the request.
    """
    board = roster.vision_board(tenant_id).board
    found = board.pillars.get(parse_id(named)) if is_id(named) else board.named(named)
    if found is None:
        raise vision.unknown_pillar(named, field_name)
    return found.pillar_id


def find_team(roster: Roster, tenant_id: Id, named: str, field_name: str = "", day: Day = NOW) -> Id:
    """The team that a name, or an id, names on a day. Raises Refused: TEAM_UNKNOWN; INVALID where it stands in a field of the request."""
    teams = roster.organisation(tenant_id)
    found = teams.teams.get(parse_id(named)) if is_id(named) else teams.named(named, day)
    if found is None:
        raise organisation.unknown_team(named, field_name)
    return found.team_id
