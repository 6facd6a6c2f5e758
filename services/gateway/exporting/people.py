"""Rows of people: one that says who somebody is, and one for each further span of days in which they are or were in teams."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cairn.directory.v1 import service_pb2 as directory_pb2
from chassis.days import Day, day_text
from gateway.exporting.cells import OnDay, names_listed
from gateway.exporting.definitions import LeftOut, Names, Written
from gateway.schemas.enums import ROLES
from shared.tables import PEOPLE


class Span(NamedTuple):
    """The days of a membership."""

    first_day: Day | None  # None: since ever
    last_day: Day | None  # None: still


def person_rows(person: directory_pb2.Person, memberships: Sequence[directory_pb2.Membership], names: Names) -> Iterator[Written | LeftOut]:
    """Who somebody is stands in the first row, beside teams that they are still in, and its last day is that of who has left; each other
    span is a row of its own."""
    spans = _spans(memberships)
    first = next((span for span in spans if span.last_day is None), Span(None, None))
    left_on = person.left_on - 1 if person.HasField("left_on") else None
    yield Written(
        PEOPLE,
        {
            "name": person.name,
            "email": person.email,
            "roles": names_listed(map(ROLES.word, person.roles)),
            "manager": names.person(person.manager_id),
            **_of_span(person, first._replace(last_day=left_on), spans.pop(first, ())),
        },
    )
    for span, teams in spans.items():
        yield Written(PEOPLE, _of_span(person, span, teams))
    for one in memberships:
        if not one.team_is_there:
            yield LeftOut(PEOPLE, person.handle, f"was in {one.team_name}{_until(one)}, a team that was dissolved")
    if person.state == directory_pb2.PERSON_STATE_LEFT and left_on is None:
        yield LeftOut(PEOPLE, person.handle, "has left, on a day that is not known; let them leave again there")


def _spans(memberships: Sequence[directory_pb2.Membership]) -> dict[Span, list[str]]:
    """The teams of each span: those that last first, then by their days."""
    found: dict[Span, list[str]] = {}
    for one in sorted(memberships, key=lambda one: one.HasField("last_day")):
        if one.team_is_there:
            first_day = one.first_day if one.HasField("first_day") else None
            last_day = one.last_day if one.HasField("last_day") else None
            found.setdefault(Span(first_day, last_day), []).append(one.team_name)
    return found


def _of_span(person: directory_pb2.Person, span: Span, teams: Sequence[str]) -> dict[str, str | OnDay | None]:
    return {
        "person": person.handle,
        "team": names_listed(teams),
        "from": None if span.first_day is None else OnDay(span.first_day),
        "to": None if span.last_day is None else OnDay(span.last_day),
    }


def _until(membership: directory_pb2.Membership) -> str:
    return f" until {day_text(membership.last_day)}" if membership.HasField("last_day") else ""
