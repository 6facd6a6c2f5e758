"""Who sees what: one table, put to the rule of every service, so that they cannot drift apart (docs/domain.md)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from audit.queries import actor_to_show
from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import events_pb2 as progress_events
from cairn.progress.v1 import service_pb2 as progress_api
from chassis.calls import Identity
from chassis.errors import Kind, Refused
from chassis.ids import NIL, Id
from chassis.postgres.binary import take_arrays
from checkins import policy as checkins_policy
from checkins.catalogue import Catalogue, conninfo
from checkins.domain.key_results import KeyResult
from goals import policy as goals_policy
from goals.aggregates import OBJECTIVE
from goals.domain.objectives import Objective
from notifications.items import items_of
from progress.projection import ids
from shared.roles import ADMIN, AUDITOR, CHAMPION, GATEWAY, MEMBER, SERVICE, VIEWER
from shared.teams import id_of_team_name
from shared.visibility import SHOWN, is_shown
from tests.support.events import an_id
from tests.support.goals_away import ANYONE, GoalsAway
from tests.support.infrastructure import DatabaseServer
from tests.support.recorded import Log
from tests.support.served_progress import OTHER_TENANT, TENANT, Served, metric, objective, serve
from tests.unit.domain_dsl import folded

PRIVATE, TEAM, COMPANY = goals.VISIBILITY_PRIVATE, goals.VISIBILITY_TEAM, goals.VISIBILITY_COMPANY
VISIBILITIES: Final = {"private": PRIVATE, "team": TEAM, "company": COMPANY, "unset": goals.VISIBILITY_UNSPECIFIED}

WEB, SALES = an_id("web"), id_of_team_name(TENANT, "sales")

Sees = frozenset[goals.Visibility.ValueType]
SEES_ALL: Final[Sees] = frozenset({PRIVATE, TEAM, COMPANY})
SEES_TEAM: Final[Sees] = frozenset({TEAM, COMPANY})
SEES_COMPANY: Final[Sees] = frozenset({COMPANY})
SEES_NOTHING: Final[Sees] = frozenset()
TABLE: Final = {
    "its creator": (Identity(TENANT, an_id("creator"), frozenset({MEMBER})), SEES_ALL),
    "its owner": (Identity(TENANT, an_id("owner"), frozenset({MEMBER})), SEES_ALL),
    "its owner, a viewer": (Identity(TENANT, an_id("owner"), frozenset({VIEWER})), SEES_ALL),
    "a contributor": (Identity(TENANT, an_id("contributor"), frozenset({MEMBER})), SEES_ALL),
    "one whom it names": (Identity(TENANT, an_id("named"), frozenset({MEMBER})), SEES_ALL),
    "the owner of the key result": (Identity(TENANT, an_id("of the first"), frozenset({MEMBER})), SEES_ALL),
    "the owner of another key result": (Identity(TENANT, an_id("of the second"), frozenset({MEMBER})), SEES_ALL),
    "the owner of a cancelled key result": (Identity(TENANT, an_id("of the third"), frozenset({MEMBER})), SEES_ALL),
    "an admin": (Identity(TENANT, an_id("admin"), frozenset({ADMIN})), SEES_ALL),
    "an auditor": (Identity(TENANT, an_id("auditor"), frozenset({AUDITOR})), SEES_ALL),
    "one of its team": (Identity(TENANT, an_id("mate"), frozenset({MEMBER}), frozenset({WEB})), SEES_TEAM),
    "one of another team": (Identity(TENANT, an_id("other mate"), frozenset({MEMBER}), frozenset({SALES})), SEES_COMPANY),
    "one whom it named once": (Identity(TENANT, an_id("once"), frozenset({MEMBER})), SEES_COMPANY),
    "somebody else": (Identity(TENANT, an_id("stranger"), frozenset({MEMBER})), SEES_COMPANY),
    "a champion": (Identity(TENANT, an_id("stranger"), frozenset({CHAMPION})), SEES_COMPANY),
    "an integration": (Identity(TENANT, an_id("stranger"), frozenset({SERVICE})), SEES_COMPANY),
    "a viewer": (Identity(TENANT, an_id("stranger"), frozenset({VIEWER})), SEES_COMPANY),
    "another tenant's admin": (Identity(OTHER_TENANT, an_id("owner"), frozenset({ADMIN}), frozenset({WEB})), SEES_NOTHING),
}


@dataclass
class Known:
    """The same objectives, one of each visibility, as every service knows them."""

    of_goals: dict[str, Objective]
    of_checkins: dict[str, KeyResult]
    of_progress: Served


def told(name: str) -> list[Any]:
    """What happened to an objective: who is asked about was named at its definition, or later, or once and no more."""
    people = {
        "creator_id": an_id("creator"),
        "owner_id": an_id("once"),
        "contributor_ids": [an_id("once")],
        "named_person_ids": [an_id("once")],
    }
    return [
        objective(name, **people, team="sales", visibility=COMPANY),
        metric(name, f"{name}1", owners=[goals.Owner(person_id=an_id("once"))]),
        metric(name, f"{name}2", owners=[goals.Owner(person_id=an_id("of the second"))]),
        metric(name, f"{name}3", owners=[goals.Owner(person_id=an_id("of the third"))]),
        goals.KeyResultCancelled(objective_id=an_id(name), key_result_id=an_id(f"{name}3")),
        goals.KeyResultRevised(
            objective_id=an_id(name),
            key_result_id=an_id(f"{name}1"),
            owners=goals.Owners(owners=[goals.Owner(person_id=an_id("of the first"))]),
        ),
        goals.ObjectiveRevised(
            objective_id=an_id(name),
            owner_id=an_id("owner"),
            team_id=WEB,
            contributors=goals.People(person_ids=[an_id("contributor")]),
            named_people=goals.People(person_ids=[an_id("named")]),
            visibility=VISIBILITIES[name],
        ),
    ]


@pytest.fixture
async def known(postgres: DatabaseServer, tmp_path: Path) -> AsyncIterator[Known]:
    histories = {name: told(name) for name in VISIBILITIES}
    async with serve(postgres.create_database(), {}, tmp_path) as progress:
        for history in histories.values():
            await progress.tell(*history)
        yield Known(
            {name: folded(OBJECTIVE, *history) for name, history in histories.items()},
            await _consumed(postgres.create_database(), progress),
            progress,
        )


async def _consumed(database: str, progress: Served) -> dict[str, KeyResult]:
    """The first key result of each objective, as checkins has it from the very same events."""
    database = conninfo(database)
    async with AsyncConnectionPool[AsyncConnection[Any]](database, min_size=1, kwargs={"autocommit": True}, open=False) as pool:
        catalogue = Catalogue(database, pool, GoalsAway())  # type: ignore[arg-type]
        await catalogue.start()
        async with pool.connection() as connection, connection.transaction():
            await catalogue.take_in(connection, progress.events)
        found = await catalogue.find(ANYONE, [an_id(f"{name}1") for name in VISIBILITIES])
        await catalogue.stop()
    return {name: found[an_id(f"{name}1")] for name in VISIBILITIES}


async def test_every_service_shows_an_objective_to_the_same_people(known: Known) -> None:
    expected, goals_says, checkins_says, progress_says = {}, {}, {}, {}
    for who, (identity, sees) in TABLE.items():
        for name, visibility in VISIBILITIES.items():
            case = f"{who}, {name}"
            expected[case] = (visibility or COMPANY) in sees
            # Goals reads an objective by its tenant before it asks the rule; the tenant is part of the other rules.
            goals_says[case] = identity.tenant_id == TENANT and goals_policy.sees(identity, known.of_goals[name])
            checkins_says[case] = checkins_policy.sees(identity, known.of_checkins[name])
            progress_says[case] = await _shown(known.of_progress, identity, name)
    assert goals_says == expected
    assert checkins_says == expected
    assert progress_says == expected


async def test_what_sql_says_of_a_visibility_is_what_the_policies_say(postgres: DatabaseServer) -> None:
    async with await AsyncConnection.connect(postgres.create_database()) as connection:
        take_arrays(connection)
        for visibility in goals.Visibility.values():
            for team_id in (WEB, b""):
                for teams in (set[Id](), {SALES}, {WEB, SALES}):
                    parameters = {"visibility": visibility, "teams": ids(teams), "team": UUID(bytes=team_id) if team_id else None}
                    asked = f"SELECT {SHOWN} FROM (VALUES (%(visibility)s::smallint, %(team)s::uuid)) AS o (visibility, team_id)"
                    row = await (await connection.execute(asked.encode(), parameters)).fetchone()
                    assert row is not None
                    assert bool(row[0]) == is_shown(visibility, team_id, teams), (visibility, team_id, teams)
    with pytest.raises(ValueError, match="not decided"):
        is_shown(max(goals.Visibility.values()) + 1, WEB, [WEB])  # type: ignore[arg-type] # as of a newer proto


async def test_the_tree_the_histories_and_the_children_show_the_same_objectives(known: Known) -> None:
    for who, (identity, sees) in TABLE.items():
        expected = {name for name, visibility in VISIBILITIES.items() if (visibility or COMPANY) in sees}
        assert await _in_tree(known.of_progress, identity) == expected, who
        for name in VISIBILITIES:
            of_objective = progress_api.GetHistoryRequest(objective_id=an_id(name))
            of_key_result = progress_api.GetHistoryRequest(key_result_id=an_id(f"{name}1"))
            for request in (of_objective, of_key_result):
                assert await _answers(known.of_progress, identity, "GetHistory", request) == (name in expected), (who, name)
        of_all = progress_api.NameObjectivesRequest(objective_ids=map(an_id, VISIBILITIES))
        named = await _ask(known.of_progress, identity, "NameObjectives", of_all)
        assert {name.objective_id for name in named.names} == set(map(an_id, expected)), who


async def test_whoever_listens_hears_of_what_they_see_and_that_what_they_saw_is_gone(known: Known) -> None:
    """Everybody saw each objective until it was revised."""
    readers = {who: (identity, sees) for who, (identity, sees) in TABLE.items() if identity.tenant_id == TENANT}
    revised = {
        name: next(e.position for e in known.of_progress.events if e.partition_key == an_id(name) and "ObjectiveRevised" in e.event_type)
        for name in VISIBILITIES
    }
    request = progress_api.ShowChangesRequest(
        tenant_id=TENANT,
        objectives=[progress_api.ChangedThing(id=an_id(name), seen_until=position - 1) for name, position in revised.items()],
        readers=[
            progress_api.ChangesReader(person_id=who.person_id, team_ids=sorted(who.team_ids), sees_all=who.has(ADMIN, AUDITOR))
            for who, _ in readers.values()
        ],
    )
    told = await known.of_progress("ShowChanges", request, NIL, NIL, GATEWAY)
    assert list(told.ids) == list(map(an_id, VISIBILITIES))
    for (who, (_, sees)), sight in zip(readers.items(), told.sights, strict=True):
        expected = [number for number, visibility in enumerate(VISIBILITIES.values()) if (visibility or COMPANY) in sees]
        assert (list(sight.seen), list(sight.gone)) == (expected, [n for n in range(len(VISIBILITIES)) if n not in expected]), who
    for changed in request.objectives:
        changed.seen_until = 0
    told = await known.of_progress("ShowChanges", request, NIL, NIL, GATEWAY)
    assert not any(sight.gone for sight in told.sights), "what nobody says has changed is where it was"
    with pytest.raises(Refused, match="gateway"):
        await known.of_progress("ShowChanges", request, an_id("owner"), TENANT, ADMIN)


def test_who_is_notified_of_an_objective_is_who_sees_it() -> None:
    turned = progress_events.ObjectiveStatusTurned(objective_id=an_id("private"), owner_id=an_id("owner"), to=progress_events.STATUS_BEHIND)
    (notification,) = items_of(turned, Log("progress").append(turned))
    owner, sees = TABLE["its owner"]
    assert (notification.person_id, sees) == (owner.person_id, SEES_ALL)


def test_the_log_of_actions_shows_what_others_did_to_those_alone_who_see_every_objective() -> None:
    for who, (identity, _) in TABLE.items():
        if identity.has(ADMIN, AUDITOR):
            assert actor_to_show(identity, b"") == b"", who
            continue
        assert actor_to_show(identity, b"") == identity.person_id, who
        with pytest.raises(Refused, match="admin or auditor"):
            actor_to_show(identity, an_id("somebody"))


async def _shown(progress: Served, identity: Identity, name: str) -> bool:
    return await _answers(progress, identity, "GetObjective", progress_api.GetObjectiveRequest(objective_id=an_id(name)))


async def _answers(progress: Served, identity: Identity, method: str, request: Any) -> bool:
    try:
        await _ask(progress, identity, method, request)
    except Refused as refused:
        if refused.kind is not Kind.UNKNOWN:
            raise
        return False
    return True


async def _in_tree(progress: Served, identity: Identity) -> set[str]:
    try:
        tree = await _ask(progress, identity, "GetTree", progress_api.GetTreeRequest(cycle_id=an_id("Q")))
    except Refused as refused:
        if refused.reason != "CYCLE_UNKNOWN":
            raise
        return set()
    return set(tree.objectives.title)


async def _ask(progress: Served, identity: Identity, method: str, request: Any) -> Any:
    (role,) = identity.roles
    return await progress(method, request, identity.person_id, identity.tenant_id, role, identity.team_ids)
