"""The rules of teams: one name each, no team below itself, and everything from a day on."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from cairn.directory.v1.events_pb2 import TeamDissolved, TeamFounded, TeamLeadChanged, TeamMoved, TeamRenamed
from chassis.errors import Kind, Refused
from chassis.texts import name_key
from directory.aggregates import ORGANISATION
from directory.domain import organisation
from directory.domain.organisation import Organisation
from shared.holding import SINCE_EVER, Asked
from shared.teams import id_of_team_name
from tests.support.events import an_id
from tests.unit.domain_dsl import folded, given

TODAY = 20_000
NOW = Asked(None, TODAY)
ENGINEERING, PLATFORM, TOOLS, ANNA, BEN = (an_id(name) for name in ("Engineering", "Platform", "Tools", "Anna", "Ben"))


def on(day: int) -> Asked:
    return Asked(day, TODAY)


def founded(team_id: bytes, name: str, parent: bytes = b"", lead: bytes = b"", day: int = 100) -> TeamFounded:
    return TeamFounded(team_id=team_id, name=name, parent_team_id=parent, lead_id=lead, holds_from=day)


TREE = (founded(ENGINEERING, "Engineering", lead=ANNA), founded(PLATFORM, "Platform", ENGINEERING), founded(TOOLS, "Tools", PLATFORM))


def test_a_team_is_founded_today_unless_a_day_before_is_named() -> None:
    given(ORGANISATION).when(organisation.found, TOOLS, "Tools", b"", b"", NOW).then(founded(TOOLS, "Tools", day=TODAY))
    given(ORGANISATION).when(organisation.found, TOOLS, "Tools", b"", b"", on(100)).then(founded(TOOLS, "Tools"))
    given(ORGANISATION).when(organisation.found, TOOLS, "Tools", b"", b"", on(TODAY + 1)).then_refused("HOLDS_FROM_AHEAD")


@pytest.mark.parametrize("name", ["", " Tools", "a\nb", "x" * 101, "01a00000-0000-7000-8000-000000000000", ".."])
def test_a_team_has_a_name_that_can_be_typed_and_stand_in_a_path(name: str) -> None:
    given(ORGANISATION).when(organisation.found, TOOLS, name, b"", b"", NOW).then_refused("INVALID_ARGUMENT", "name", Kind.INVALID)


def test_a_name_is_one_team_s_however_its_letters_are_written() -> None:
    given(ORGANISATION, *TREE).when(organisation.found, an_id("other"), "TOOLS", b"", b"", NOW).then_refused(
        "NAME_TAKEN", "name", Kind.TAKEN
    )
    given(ORGANISATION, *TREE).when(organisation.rename, PLATFORM, "tools", NOW).then_refused("NAME_TAKEN", "name", Kind.TAKEN)
    renamed = TeamRenamed(team_id=TOOLS, name="tools", holds_from=TODAY)
    given(ORGANISATION, *TREE).when(organisation.rename, TOOLS, "tools", NOW).then(renamed)


def test_a_name_is_free_from_the_day_on_that_its_team_is_called_otherwise_or_dissolved() -> None:
    renamed = TeamRenamed(team_id=TOOLS, name="Tooling", holds_from=200)
    given(ORGANISATION, *TREE, renamed).when(organisation.found, an_id("new"), "Tools", b"", b"", on(200)).then(
        founded(an_id("new"), "Tools", day=200)
    )
    given(ORGANISATION, *TREE, renamed).when(organisation.found, an_id("new"), "Tools", b"", b"", on(199)).then_refused("NAME_TAKEN")
    dissolved = TeamDissolved(team_id=TOOLS, holds_from=200)
    given(ORGANISATION, *TREE, dissolved).when(organisation.found, an_id("new"), "Tools", b"", b"", on(199)).then_refused("NAME_TAKEN")
    given(ORGANISATION, *TREE, dissolved).when(organisation.found, an_id("new"), "Tools", b"", b"", on(200)).then(
        founded(an_id("new"), "Tools", day=200)
    )


def test_a_team_moved_under_its_own_child_is_refused_on_whichever_day() -> None:
    given(ORGANISATION, *TREE).when(organisation.move, ENGINEERING, TOOLS, NOW).then_refused("TEAM_LOOP", "parent")
    given(ORGANISATION, *TREE).when(organisation.move, TOOLS, TOOLS, NOW).then_refused("TEAM_LOOP", "parent")
    apart = TeamMoved(team_id=TOOLS, holds_from=200)
    given(ORGANISATION, *TREE, apart).when(organisation.move, ENGINEERING, TOOLS, on(199)).then_refused("TEAM_LOOP")
    given(ORGANISATION, *TREE, apart).when(organisation.move, ENGINEERING, TOOLS, on(200)).then(
        TeamMoved(team_id=ENGINEERING, parent_team_id=TOOLS, holds_from=200)
    )


def test_a_team_stands_below_one_that_is_there() -> None:
    given(ORGANISATION).when(organisation.found, TOOLS, "Tools", PLATFORM, b"", NOW).then_refused("TEAM_UNKNOWN", "parent")
    given(ORGANISATION, *TREE).when(organisation.found, an_id("new"), "New", TOOLS, b"", on(99)).then_refused("HOLDS_FROM_TOO_EARLY")
    dissolved = TeamDissolved(team_id=TOOLS, holds_from=200)
    given(ORGANISATION, *TREE, dissolved).when(organisation.found, an_id("new"), "New", TOOLS, b"", NOW).then_refused("TEAM_UNKNOWN")


def test_what_is_so_already_is_no_event() -> None:
    tree = given(ORGANISATION, *TREE)
    tree.when(organisation.rename, TOOLS, "Tools", NOW).then_nothing()
    tree.when(organisation.move, TOOLS, PLATFORM, NOW).then_nothing()
    tree.when(organisation.change_lead, ENGINEERING, ANNA, NOW).then_nothing()


def test_a_team_with_a_team_below_it_is_not_dissolved_and_one_that_is_dissolved_no_longer_changes() -> None:
    refusal = given(ORGANISATION, *TREE).when(organisation.dissolve, PLATFORM, NOW).then_refused("TEAM_HAS_TEAMS")
    assert "Tools" in refusal.message
    dissolved = TeamDissolved(team_id=TOOLS, holds_from=TODAY)
    given(ORGANISATION, *TREE).when(organisation.dissolve, TOOLS, NOW).then(dissolved)
    gone = given(ORGANISATION, *TREE, dissolved)
    gone.when(organisation.rename, TOOLS, "T", NOW).then_refused("TEAM_DISSOLVED")
    gone.when(organisation.change_lead, TOOLS, BEN, NOW).then_refused("TEAM_DISSOLVED")
    gone.when(organisation.move, TOOLS, b"", NOW).then_refused("TEAM_DISSOLVED")
    after = TeamMoved(team_id=TOOLS, holds_from=200)
    given(ORGANISATION, *TREE, after).when(organisation.dissolve, PLATFORM, on(199)).then_refused("TEAM_HAS_TEAMS")
    given(ORGANISATION, *TREE, after).when(organisation.dissolve, PLATFORM, on(200)).then(TeamDissolved(team_id=PLATFORM, holds_from=200))


def test_on_each_day_holds_what_was_said_of_days_up_to_it() -> None:
    teams = folded(
        ORGANISATION,
        *TREE,
        TeamRenamed(team_id=TOOLS, name="Tooling", holds_from=200),
        TeamMoved(team_id=TOOLS, parent_team_id=ENGINEERING, holds_from=300),
        TeamLeadChanged(team_id=TOOLS, lead_id=BEN, holds_from=400),
        TeamDissolved(team_id=TOOLS, holds_from=500),
    )
    tools = teams.teams[TOOLS]
    assert [(tools.name(d), tools.parent_id(d), tools.lead_id(d), tools.is_there(d)) for d in (99, 100, 200, 300, 400, 500)] == [
        ("Tools", PLATFORM, b"", False),
        ("Tools", PLATFORM, b"", True),
        ("Tooling", PLATFORM, b"", True),
        ("Tooling", ENGINEERING, b"", True),
        ("Tooling", ENGINEERING, BEN, True),
        ("Tooling", ENGINEERING, BEN, False),
    ]


def test_who_leads_a_team_leads_all_below_it() -> None:
    assert folded(ORGANISATION, *TREE).led_by(ANNA) == {ENGINEERING, PLATFORM, TOOLS}
    assert folded(ORGANISATION, *TREE, TeamMoved(team_id=TOOLS, holds_from=200)).led_by(ANNA) == {ENGINEERING, PLATFORM}
    assert folded(ORGANISATION, *TREE).led_by(BEN) == set()


def test_names_of_before_teams_become_teams_once_since_ever() -> None:
    team_id = id_of_team_name(an_id("acme"), "Sales")
    named = [(team_id, "Sales"), (TOOLS, "tools")]
    event = TeamFounded(team_id=team_id, name="Sales", holds_from=SINCE_EVER)
    given(ORGANISATION, *TREE).when(organisation.found_named, named).then(event)
    given(ORGANISATION, *TREE, event).when(organisation.found_named, named).then_nothing()


def test_the_id_of_a_name_is_the_same_however_its_letters_are_written_and_another_in_another_tenant() -> None:
    assert id_of_team_name(an_id("acme"), "Zürich") == id_of_team_name(an_id("acme"), "ZÜRICH") != id_of_team_name(an_id("other"), "Zürich")


DAYS = st.integers(1, 8)
TEAMS = st.sampled_from([an_id(f"team {number}") for number in range(5)])
COMMANDS = st.one_of(
    st.tuples(st.just(organisation.found), TEAMS, st.sampled_from("abcA"), st.one_of(st.just(b""), TEAMS), st.just(b"")),
    st.tuples(st.just(organisation.rename), TEAMS, st.sampled_from("abcA")),
    st.tuples(st.just(organisation.move), TEAMS, st.one_of(st.just(b""), TEAMS)),
    st.tuples(st.just(organisation.dissolve), TEAMS),
)


@for_all(st.lists(st.tuples(COMMANDS, DAYS), max_size=30))
def test_on_no_day_are_two_teams_of_one_name_or_one_below_itself_or_below_one_that_is_not_there(commands: list[tuple[Any, int]]) -> None:
    state = Organisation()
    for (decide, team_id, *values), day in commands:
        if decide is organisation.found and team_id in state.teams:
            continue
        with suppress(Refused):
            decided = decide(state, team_id, *values, Asked(day, 8))
            for event in decided if isinstance(decided, list) else [decided]:
                organisation.apply(state, event)
    for day in range(1, 9):
        there = list(state.there(day))
        names = [name_key(team.name(day)) for team in there]
        assert len(set(names)) == len(names)
        for team in there:
            above = []
            for each in state.above(team.team_id, day):
                assert each.is_there(day)
                above.append(each.team_id)
                assert team.team_id not in above


def test_a_team_is_found_by_each_of_its_names_on_every_day_as_long_as_no_other_one_has_it() -> None:
    teams = folded(ORGANISATION, *TREE, TeamRenamed(team_id=TOOLS, name="Tooling", holds_from=200))

    def named(name: str, day: int) -> bytes | None:
        team = teams.named(name, day)
        return team and team.team_id

    assert [named(name, day) for name in ("tools", "TOOLING") for day in (150, 250)] == [TOOLS] * 4
    assert named("tools", 99) is None, "it was not there"
    for event in (founded(an_id("new"), "Tools", day=300), TeamRenamed(team_id=an_id("new"), name="Shop", holds_from=400)):
        organisation.apply(teams, event)
    assert [named("Tools", day) for day in (250, 300, 399, 400)] == [TOOLS, an_id("new"), an_id("new"), an_id("new")]
    organisation.apply(teams, TeamDissolved(team_id=an_id("new"), holds_from=500))
    assert named("Tools", 500) == TOOLS
