"""Views of a tenant of 10,000 people: what teams come to, and who took part in a quarter; beside an ordinary list of the same run."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from cairn.common.v1 import common_pb2
from cairn.directory.v1 import events_pb2 as directory
from cairn.progress.v1 import service_pb2 as pb
from chassis.events import RecordedEvent, event_type_of
from chassis.ids import id_of_name
from chassis.runtime import tune_garbage_collection
from directory.roster import Roster
from shared.roles import MEMBER
from tests.bench.figures import Figure
from tests.bench.tenant import Happened, tell
from tests.support.consumed import PARTITIONS
from tests.support.events import an_id, cycle_defined, recorded
from tests.support.filled_logs import create_logs
from tests.support.infrastructure import DatabaseServer
from tests.support.served_progress import TENANT, Served, activated, metric, objective, serve
from tests.support.told import DAY, DUE, START

PEOPLE: Final = 10_000
CEILING: Final = 100.0  # ms
_BELOW: Final = 10  # teams below each that has any
_TEAMS: Final = 1_110
_OBJECTIVES: Final = 2  # of each team
_KEY_RESULTS: Final = 3  # of each objective
_WEEKS: Final = 13
_CHECKED_IN: Final = 0.5
_QUESTIONS: Final = 200


async def measure_views(server: DatabaseServer, scratch: Path) -> list[Figure]:
    """The figures of views."""
    r = random.Random(12)
    async with serve(server.create_database(), await create_logs(server), scratch) as served:
        await tell(served, _history(r))
        roster = await _roster()
        tune_garbage_collection()  # as where a service runs: else all that the bench made is walked through again and again
        participating = pb.GetParticipationRequest(cycle_id=an_id("Q"), as_of=common_pb2.AsOf(true_on=DUE))
        teams = [pb.GetTeamsProgressRequest(team_ids=_below(r.randrange(_TEAMS))) for _ in range(_QUESTIONS)]
        pages = [pb.ListObjectivesRequest(page_size=50, team_ids=[_team(r.randrange(_TEAMS)) for _ in range(25)]) for _ in teams]
        asked: dict[str, list[float]] = {"participation": [], "team": [], "list": []}
        for team, page in zip(teams, pages, strict=True):  # in turn, so that all have the same machine
            asked["participation"].append(await _seconds(served, "GetParticipation", participating, lambda: _members(roster)))
            asked["team"].append(await _seconds(served, "GetTeamsProgress", team))
            asked["list"].append(await _seconds(served, "ListObjectives", page))
        company = await _seconds(served, "GetTeamsProgress", pb.GetTeamsProgressRequest(team_ids=_below(-1)))
    peer = _p99(asked["list"])
    of = f"{PEOPLE:,} people in {_TEAMS:,} teams; peer: a page of 50 objectives"
    notes = {"participation": f"{_WEEKS} weeks, with people counted; {of}", "team": f"all teams at once {company * 1e3:.0f} ms; {of}"}
    return [
        Figure(f"{name} view, p99", _p99(asked[name]), "ms", peer=peer, ceiling=CEILING, note=f"p50 {_p50(asked[name]):.1f} ms; {note}")
        for name, note in notes.items()
    ]


def _p50(seconds: Sequence[float]) -> float:
    return sorted(seconds)[len(seconds) // 2] * 1e3


def _p99(seconds: Sequence[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.99)] * 1e3


async def _seconds(served: Served, method: str, question: Any, beside: Callable[[], Any] = lambda: None) -> float:
    started = time.perf_counter()
    await served(method, question, role=MEMBER)
    beside()
    return time.perf_counter() - started


def _team(number: int) -> bytes:
    return id_of_name(f"team {number}")


def _below(number: int) -> list[bytes]:
    """A team and all below it: those of team n are from 10 n + 10 on; of the company, -1, from 0."""
    found = [number]
    for each in found:
        found += range(_BELOW * each + _BELOW, min(_BELOW * each + 2 * _BELOW, _TEAMS))
    return [_team(each) for each in found]


def _history(r: random.Random) -> Iterator[Happened]:
    cycle = cycle_defined(cycle_id=an_id("Q"), first_day=START, last_day=DUE, cadence="weekly")
    yield Happened("goals", cycle.cycle_id, cycle)
    for n in range(_TEAMS * _OBJECTIVES):
        name = f"objective {n}"
        home = objective(name, reference=f"O{n}", team_id=_team(n % _TEAMS))
        home.objective_id = id_of_name(name)
        activation = activated(name)[0]
        activation.objective_id = home.objective_id
        yield Happened("goals", home.objective_id, home)
        yield Happened("goals", home.objective_id, activation)
        for k in range(_KEY_RESULTS):
            key_result = metric(name, name)
            key_result.objective_id, key_result.key_result_id = home.objective_id, id_of_name(f"{name}/{k}")
            yield Happened("goals", home.objective_id, key_result)
            for week in range(_WEEKS):
                if r.random() < _CHECKED_IN:
                    ids = {"objective_id": home.objective_id, "key_result_id": key_result.key_result_id}
                    said = recorded(f"{n}/{k}/{week}", r.randrange(500), START + 7 * week + r.randrange(7), **ids)
                    said.check_in_id = id_of_name(f"{name}/{k}/{week}")
                    yield Happened("checkins", key_result.key_result_id, said)


class _Joined:
    """Directory's log, as a roster reads it: each of ten people a team came into it before the cycle."""

    def __init__(self) -> None:
        self._events: list[RecordedEvent] = []
        for n in range(PEOPLE):
            person = id_of_name(f"person {n}")
            self._say(person, 1, directory.PersonAdded(person_id=person, roles=[directory.ROLE_MEMBER]))
            self._say(person, 2, directory.MembershipBegan(person_id=person, team_id=_team(n % _TEAMS), holds_from=START - n % 50))

    def _say(self, person: bytes, version: int, event: Any) -> None:
        position = len(self._events) + 1
        envelope = ("directory", position, id_of_name(f"joined {position}"), TENANT, person, version, START * DAY)
        self._events.append(RecordedEvent(*envelope, person, None, person, None, person, event_type_of(event), event.SerializeToString()))

    async def read(self, after: int, limit: int) -> list[RecordedEvent]:
        """The next events of the log."""
        return self._events[after : after + limit]


async def _roster() -> Roster:
    log: Any = _Joined()
    return await Roster(log, PARTITIONS).caught_up()


def _members(roster: Roster) -> Any:
    return roster.counts_on(TENANT, [START + 7 * week + 6 for week in range(_WEEKS)])
