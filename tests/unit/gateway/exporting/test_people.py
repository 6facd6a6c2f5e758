"""Somebody as rows of people.csv: one for each span of days in which they are or were in teams."""

from __future__ import annotations

from typing import Any

import pytest

from cairn.directory.v1 import service_pb2 as directory
from cairn.directory.v1.events_pb2 import ROLE_CHAMPION, ROLE_MEMBER
from gateway.exporting.cells import OnDay
from gateway.exporting.definitions import LeftOut, Names, Written
from gateway.exporting.people import person_rows
from tests.support.events import an_id

DAY = 20_000
NAMES = Names({}, {an_id("ben"): {"handle": "ben"}}, {}, {}, {})
ANN = directory.Person(person_id=an_id("ann"), handle="ann", name="Ann Lee", roles=[ROLE_MEMBER, ROLE_CHAMPION], manager_id=an_id("ben"))


def was_in(team: str, first_day: int | None = None, last_day: int | None = None, **more: Any) -> directory.Membership:
    return directory.Membership(team_name=team, first_day=first_day, last_day=last_day, **{"team_is_there": True} | more)


def told(*memberships: directory.Membership, person: directory.Person = ANN) -> tuple[list[tuple[Any, ...]], list[str]]:
    """Of each row the teams, the days and the name; and what is left out."""
    rows = list(person_rows(person, memberships, NAMES))
    cells = [tuple(row.row.get(column) for column in ("team", "from", "to", "name")) for row in rows if isinstance(row, Written)]
    return cells, [row.what for row in rows if isinstance(row, LeftOut)]


def test_who_somebody_is_stands_in_the_first_row_beside_the_teams_that_they_are_still_in() -> None:
    first = next(person_rows(ANN, [was_in("Web", DAY, DAY + 9), was_in("Core"), was_in("Sales; all")], NAMES))
    assert isinstance(first, Written)
    assert first.row == {
        "person": "ann",
        "name": "Ann Lee",
        "email": "",
        "roles": "member;champion",
        "team": "Core;Sales\\; all",
        "manager": "ben",
        "from": None,
        "to": None,
    }


def test_whoever_has_no_name_has_none_in_the_table_so_that_an_import_finds_nothing_otherwise() -> None:
    first = next(person_rows(directory.Person(person_id=an_id("bob"), handle="bob", roles=[ROLE_MEMBER]), [], NAMES))
    assert isinstance(first, Written)
    assert first.row["name"] == ""


@pytest.mark.parametrize(
    ("memberships", "rows"),
    [
        ([], [("", None, None, "Ann Lee")]),
        ([was_in("Web", DAY, DAY + 9)], [("", None, None, "Ann Lee"), ("Web", OnDay(DAY), OnDay(DAY + 9), None)]),
        (
            [was_in("Web", DAY, DAY + 9), was_in("Core", DAY + 5), was_in("Web", DAY + 20)],
            [
                ("Core", OnDay(DAY + 5), None, "Ann Lee"),
                ("Web", OnDay(DAY + 20), None, None),
                ("Web", OnDay(DAY), OnDay(DAY + 9), None),
            ],
        ),
    ],
)
def test_each_span_of_days_is_a_row(memberships: list[directory.Membership], rows: list[tuple[Any, ...]]) -> None:
    assert told(*memberships) == (rows, [])


def test_what_the_tables_have_no_word_for_is_told() -> None:
    gone = directory.Person(handle="ann", state=directory.PERSON_STATE_LEFT)  # before leaving had a day
    rows, (dissolved, left) = told(was_in("Old", DAY, DAY + 9, team_is_there=False), person=gone)
    assert rows == [("", None, None, "")]
    assert dissolved == "was in Old until 2024-10-13, a team that was dissolved"
    assert left.startswith("has left")


def test_who_has_left_has_their_last_day_in_the_row_that_says_who_they_are() -> None:
    gone = directory.Person(handle="ann", state=directory.PERSON_STATE_LEFT, left_on=DAY + 20)
    assert told(was_in("Web", DAY, DAY + 9), was_in("Core", DAY + 5), person=gone) == (
        [("Core", OnDay(DAY + 5), OnDay(DAY + 19), ""), ("Web", OnDay(DAY), OnDay(DAY + 9), None)],
        [],
    )
