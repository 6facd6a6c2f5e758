"""The teams of a tenant: a tree, in which each thing said of a team holds from a day on. One stream a tenant.

Names are unique among the teams that are there on a day, and no team stands below itself on any. A change holds from today or from a day
before, and never from before the change that it comes after: what holds now is what was said last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, NamedTuple, TypeVar

from google.protobuf.message import Message

from cairn.directory.v1.events_pb2 import TeamDissolved, TeamFounded, TeamLeadChanged, TeamMoved, TeamRenamed
from chassis.days import Day, day_text
from chassis.errors import Kind, Refused, invalid
from chassis.ids import Id, id_of_name
from chassis.texts import name_key
from shared.holding import LAST_DAY, SINCE_EVER, Asked, day_of
from shared.limits import MOST_TEAMS, MOST_TEAMS_ABOVE_ONE_ANOTHER
from shared.naming import require_name

V = TypeVar("V")

_LONGEST_NAME: Final = 100

NOW: Final[Day] = LAST_DAY
"""As of this day is told what holds now: nothing is said of a day to come."""


class Said(NamedTuple, Generic[V]):
    """What was said, and from which day on it holds."""

    holds_from: Day
    value: V


class Team(NamedTuple):
    """A team: what it was called, where it stood and who led it, each in the order of its days."""

    team_id: Id
    founded_on: Day
    names: tuple[Said[str], ...]
    parents: tuple[Said[Id], ...]
    """Nobody's id: at the top."""
    leads: tuple[Said[Id], ...]
    """Nobody's id: nobody."""
    dissolved_on: Day | None = None

    def is_there(self, day: Day = NOW) -> bool:
        """Whether it was founded by a day, and not dissolved by then."""
        return self.founded_on <= day and not self.is_dissolved_by(day)

    def is_dissolved_by(self, day: Day) -> bool:
        """Whether it is there no longer on a day."""
        return self.dissolved_on is not None and self.dissolved_on <= day

    def name(self, day: Day = NOW) -> str:
        """What it is called on a day: before its first, as on that, and once it is dissolved, as at last."""
        return held(self.names, day)

    def parent_id(self, day: Day = NOW) -> Id:
        """The team above it on a day; empty: none."""
        return held(self.parents, day)

    def lead_id(self, day: Day = NOW) -> Id:
        """Who leads it on a day; empty: nobody."""
        return held(self.leads, day)


def held(said: Sequence[Said[V]], day: Day) -> V:
    """What holds on a day: of what was said of days up to it the last one; before the first day, the first."""
    return next((each.value for each in reversed(said) if each.holds_from <= day), said[0].value)


@dataclass(slots=True)
class Organisation:
    """Folded from the events of the teams of one tenant, in the order in which they were founded."""

    teams: dict[Id, Team] = field(default_factory=dict)

    def there(self, day: Day = NOW) -> Iterator[Team]:
        """The teams that are there on a day."""
        return (team for team in self.teams.values() if team.is_there(day))

    def named(self, name: str, day: Day = NOW) -> Team | None:
        """The team that has a name on a day, however its letters are written; None: none.

        Where none has it on that day: of those that are there on it, the one that was given the name last, on whichever day.
        """
        key, there = name_key(name), list(self.there(day))
        now = next((team for team in there if name_key(team.name(day)) == key), None)
        if now is not None:
            return now
        once = [(said.holds_from, team) for team in there for said in team.names if name_key(said.value) == key]
        return max(once, key=lambda each: each[0])[1] if once else None

    def above(self, team_id: Id, day: Day = NOW) -> Iterator[Team]:
        """The teams above one on a day, nearest first."""
        team = self.teams.get(team_id)
        while team is not None and (team := self.teams.get(team.parent_id(day))) is not None:
            yield team

    def with_below(self, team_id: Id, day: Day = NOW) -> list[Team]:
        """A team and those that are there below it on a day: parents first, and children in the order in which they were founded."""
        below: dict[Id, list[Team]] = {}
        for team in self.there(day):
            below.setdefault(team.parent_id(day), []).append(team)
        found = [self.teams[team_id]]
        for team in found:
            found += below.get(team.team_id, ())
        return found

    def led_by(self, person_id: Id, day: Day = NOW) -> set[Id]:
        """The teams that somebody leads on a day, and all below those."""
        theirs = {team.team_id for team in self.there(day) if team.lead_id(day) == person_id}
        if not theirs:
            return theirs
        below = (team.team_id for team in self.there(day) if any(each.team_id in theirs for each in self.above(team.team_id, day)))
        return theirs.union(below)


def apply(organisation: Organisation, event: Message) -> None:
    """Folds one event. Raises TypeError for one that is no event of a team."""
    teams = organisation.teams
    match event:
        case TeamFounded():
            day = day_of(event)
            teams[event.team_id] = Team(
                event.team_id, day, (Said(day, event.name),), (Said(day, event.parent_team_id),), (Said(day, event.lead_id),)
            )
        case TeamRenamed():
            team = teams[event.team_id]
            teams[event.team_id] = team._replace(names=(*team.names, Said(day_of(event), event.name)))
        case TeamMoved():
            team = teams[event.team_id]
            teams[event.team_id] = team._replace(parents=(*team.parents, Said(day_of(event), event.parent_team_id)))
        case TeamLeadChanged():
            team = teams[event.team_id]
            teams[event.team_id] = team._replace(leads=(*team.leads, Said(day_of(event), event.lead_id)))
        case TeamDissolved():
            teams[event.team_id] = teams[event.team_id]._replace(dissolved_on=day_of(event))
        case _:
            raise TypeError(f"{type(event).__name__} is no event of a team")


def copy(organisation: Organisation) -> Organisation:
    """An independent copy."""
    return Organisation(dict(organisation.teams))


def organisation_id(tenant_id: Id) -> Id:
    """The aggregate that holds a tenant's teams."""
    return id_of_name(tenant_id, "organisation")


def found(organisation: Organisation, team_id: Id, name: str, parent_id: Id, lead_id: Id, asked: Asked) -> TeamFounded:
    """A new team, below `parent_id` if one is named.

    Raises Refused: NAME_TAKEN, TEAM_UNKNOWN (the parent), TEAMS_TOO_DEEP, TOO_MANY_TEAMS, INVALID, HOLDS_FROM_AHEAD.
    """
    require_name("name", name, _LONGEST_NAME)
    holds_from = asked.day(draft=False)
    if len(organisation.teams) >= MOST_TEAMS:
        raise Refused("TOO_MANY_TEAMS", f"a tenant has at most {MOST_TEAMS} teams, those that were dissolved among them")
    _require_free(organisation, name, holds_from)
    if parent_id:
        _require_below(organisation, team_id, parent_id, holds_from)
    return TeamFounded(team_id=team_id, name=name, parent_team_id=parent_id, lead_id=lead_id, holds_from=holds_from)


def found_named(organisation: Organisation, named: Iterable[tuple[Id, str]]) -> list[TeamFounded]:
    """The teams that were names alone so far, by the ids that follow from them, since ever; those that are there are left alone."""
    new = {team_id: name for team_id, name in named if team_id not in organisation.teams}
    return [TeamFounded(team_id=team_id, name=name, holds_from=SINCE_EVER) for team_id, name in new.items()]


def rename(organisation: Organisation, team_id: Id, name: str, asked: Asked) -> list[TeamRenamed]:
    """Call a team otherwise; nothing where it is so already. Raises Refused: TEAM_UNKNOWN, NAME_TAKEN, and as `Asked.day` does."""
    team = _there(organisation, team_id)
    if team.name() == name:
        return []
    require_name("name", name, _LONGEST_NAME)
    holds_from = asked.day(draft=False, not_before=team.names[-1].holds_from)
    _require_free(organisation, name, holds_from, besides=team_id)
    return [TeamRenamed(team_id=team_id, name=name, holds_from=holds_from)]


def move(organisation: Organisation, team_id: Id, parent_id: Id, asked: Asked) -> list[TeamMoved]:
    """Put a team below another one, or, without one, at the top; nothing where it is so already.

    Raises Refused: TEAM_UNKNOWN, TEAM_LOOP when it would come to stand below itself, TEAMS_TOO_DEEP, and as `Asked.day` does.
    """
    team = _there(organisation, team_id)
    if team.parent_id() == parent_id:
        return []
    holds_from = asked.day(draft=False, not_before=team.parents[-1].holds_from)
    if parent_id:
        _require_below(organisation, team_id, parent_id, holds_from)
    return [TeamMoved(team_id=team_id, parent_team_id=parent_id, holds_from=holds_from)]


def change_lead(organisation: Organisation, team_id: Id, lead_id: Id, asked: Asked) -> list[TeamLeadChanged]:
    """Let somebody else, or nobody, lead a team; nothing where it is so already. Raises Refused: TEAM_UNKNOWN, and as `Asked.day` does."""
    team = _there(organisation, team_id)
    if team.lead_id() == lead_id:
        return []
    holds_from = asked.day(draft=False, not_before=team.leads[-1].holds_from)
    return [TeamLeadChanged(team_id=team_id, lead_id=lead_id, holds_from=holds_from)]


def dissolve(organisation: Organisation, team_id: Id, asked: Asked) -> TeamDissolved:
    """Dissolve a team: whoever was in it is in it no longer. Raises Refused: TEAM_UNKNOWN, TEAM_HAS_TEAMS, and as `Asked.day` does."""
    team = _there(organisation, team_id)
    latest = max(said[-1].holds_from for said in (team.names, team.parents, team.leads))
    holds_from = asked.day(draft=False, not_before=latest)
    below = sorted(
        child.name()
        for child in organisation.teams.values()
        if not child.is_dissolved_by(holds_from) and team_id in _from(child.parents, holds_from)
    )
    if below:
        named = ", ".join(below[:10])
        raise Refused("TEAM_HAS_TEAMS", f"below it stand or stood since then {named}; move or dissolve them first, or name a later day")
    return TeamDissolved(team_id=team_id, holds_from=holds_from)


def require_team(organisation: Organisation, team_id: Id, field_name: str, name: str) -> None:
    """Raises Refused (TEAM_UNKNOWN) unless there is such a team now; `name` is how it was named, in this field of the request."""
    team = organisation.teams.get(team_id)
    if team is None or not team.is_there():
        raise unknown_team(name, field_name)


def unknown_team(name: str, field_name: str = "") -> Refused:
    """The refusal of a name or an id that no team of this tenant has; INVALID where it stands in a field of the request."""
    message = f"there is no team {name[:100]!r} in this tenant"
    return Refused("TEAM_UNKNOWN", message, kind=Kind.INVALID if field_name else Kind.UNKNOWN, field=field_name)


def _there(organisation: Organisation, team_id: Id) -> Team:
    team = organisation.teams.get(team_id)
    if team is None:
        raise unknown_team(team_id.hex())
    if not team.is_there():
        raise Refused("TEAM_DISSOLVED", f"{team.name()!r} was dissolved; what was said of it stays as it is")
    return team


def _require_free(organisation: Organisation, name: str, holds_from: Day, besides: Id = b"") -> None:
    """No other team has the name on any day from `holds_from` on."""
    key = name_key(name)
    for other in organisation.teams.values():
        if other.team_id == besides or other.is_dissolved_by(holds_from):
            continue
        if any(name_key(said) == key for said in _from(other.names, holds_from)):
            raise Refused("NAME_TAKEN", f"there is a team {name!r} on or after {day_text(holds_from)}", kind=Kind.TAKEN, field="name")


def _require_below(organisation: Organisation, team_id: Id, parent_id: Id, holds_from: Day) -> None:
    """The parent is there from `holds_from` on, and on no day since then below the team, or too deep."""
    parent = organisation.teams.get(parent_id)
    if parent is None or not parent.is_there():
        raise unknown_team(parent.name() if parent else parent_id.hex(), "parent")
    if holds_from < parent.founded_on:
        message = f"{parent.name()!r} is there from {day_text(parent.founded_on)} on; name that day or a later one"
        raise invalid("holds_from", message, "HOLDS_FROM_TOO_EARLY")
    days = {holds_from, *(said.holds_from for team in organisation.teams.values() for said in team.parents if said.holds_from > holds_from)}
    height = _height(organisation, team_id) if team_id in organisation.teams else 1
    for day in days:
        above = [parent, *organisation.above(parent_id, day)]
        if any(each.team_id == team_id for each in above):
            raise Refused("TEAM_LOOP", f"{parent.name()!r} stands below it, or is it; a team cannot stand below itself", field="parent")
        if len(above) + height > MOST_TEAMS_ABOVE_ONE_ANOTHER:
            raise Refused("TEAMS_TOO_DEEP", f"at most {MOST_TEAMS_ABOVE_ONE_ANOTHER} teams stand above one another", field="parent")


def _height(organisation: Organisation, team_id: Id) -> int:
    """How many teams stand above one another from a team downwards, itself among them."""
    depths = (
        1 + next((n for n, each in enumerate(organisation.above(team.team_id), start=1) if each.team_id == team_id), 0)
        for team in organisation.there()
    )
    return max(depths, default=1)


def _from(said: Sequence[Said[V]], day: Day) -> Iterator[V]:
    """What holds on a day, and whatever holds later."""
    yield held(said, day)
    yield from (each.value for each in said if each.holds_from > day)
