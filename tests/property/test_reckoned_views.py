"""Teams and participation of random companies against `tests/reckoning`: the same one as tables, which that reads, and as events."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cairn.checkins.v1 import events_pb2 as checkins
from cairn.common.v1 import common_pb2
from cairn.goals.v1 import events_pb2 as goals
from cairn.progress.v1 import service_pb2 as pb
from chassis.days import date_of, day_of
from shared.figures import six_digits
from shared.roles import ADMIN
from tests.reckoning import views
from tests.support.events import an_id, cycle_defined
from tests.support.filled_logs import create_logs
from tests.support.infrastructure import DatabaseServer
from tests.support.served_progress import Served, activated, check_in, metric, objective, serve
from tests.unit.reckoning.company import FIRST_DAY, LENGTH, Company, day

FIRST = day_of(FIRST_DAY)
TEAMS = ("web", "ops")
CADENCES = ("weekly", "two-weekly", "monthly", "none")
ASKED = (0, 6, 7, 40, LENGTH, LENGTH + 9)


class Both:
    """One company: its tables, and its events."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.r = random.Random(seed)
        self.tables, self.events = Company(folder), list[Any]()
        cadence = self.r.choice(CADENCES)
        self.tables.row("cycles.csv", cycle="Q", kind="tactical", first_day=day(0), last_day=day(LENGTH), cadence=cadence, state="active")
        self.events.append(cycle_defined(cycle_id=an_id("Q"), first_day=FIRST, last_day=FIRST + LENGTH, cadence=cadence))
        for team in TEAMS:
            self.tables.row("teams.csv", team=team, name=team)
        for n in range(5 * len(TEAMS)):
            self.tables.row("people.csv", person=f"p{n}", name=f"P {n}", team=TEAMS[n % len(TEAMS)])
        for n in range(5):
            self._objective(f"O{n}")

    def _objective(self, ref: str) -> None:
        team, state = self.r.choice(TEAMS), self.r.choice(("active", "active", "draft", "closed", "cancelled"))
        ended_on = self.r.randint(1, LENGTH) if state in ("closed", "cancelled") else None
        cells: dict[str, Any] = {} if ended_on is None else {"ended_on": day(ended_on)}
        self.tables.objective(ref, team=team, state=state, **cells)
        ids = {"cycle_id": an_id("Q"), "start_day": FIRST, "due_day": FIRST + LENGTH, "team_id": an_id(team)}
        self.events.append(objective(ref, reference=ref, **ids))
        if state != "draft":
            self.events += activated(ref)
        for number in range(1, self.r.randint(1, 4)):
            self._key_result(ref, f"{ref}/{number}", state == "draft", LENGTH if ended_on is None else ended_on - 1)
        ends: dict[str, Any] = {"objective_id": an_id(ref), "holds_from": FIRST + (ended_on or 0)}
        if state == "closed":
            self.events.append(goals.ObjectiveClosed(**ends))
        if state == "cancelled":
            self.events.append(goals.ObjectiveCancelled(**ends, reason=""))

    def _key_result(self, home: str, ref: str, draft: bool, last: int) -> None:
        cancelled_on = self.r.randint(1, last) if self.r.random() < 0.2 and last else None
        self.tables.key_result(ref, "number", weight=1, cancelled_on="" if cancelled_on is None else day(cancelled_on))
        self.events.append(metric(home, ref, reference=ref, metric=goals.Metric(start=0, target=10), weight=1.0))
        last = last if cancelled_on is None else cancelled_on - 1
        for on in () if draft else sorted(self.r.sample(range(last + 1), min(last + 1, self.r.randint(0, 8)))):
            if self.r.random() < 0.2:
                self.tables.check_in(ref, on, abstained="nobody to ask")
                ids: dict[str, Any] = {"objective_id": an_id(home), "key_result_id": an_id(ref), "check_in_id": an_id(f"{ref} {on}")}
                self.events.append(checkins.CheckInAbstained(as_of=FIRST + on, reason="nobody to ask", **ids))
            else:
                value = self.r.randint(-2, 12)
                self.tables.check_in(ref, on, score="", value=value)
                self.events.append(check_in(home, ref, value, FIRST + on))
        if cancelled_on is not None:
            ids = {"objective_id": an_id(home), "key_result_id": an_id(ref)}
            self.events.append(goals.KeyResultCancelled(**ids, reason="", holds_from=FIRST + cancelled_on))


@pytest.mark.parametrize("seed", range(4))
async def test_teams_and_participation_are_what_is_reckoned_on_any_day(postgres: DatabaseServer, tmp_path: Path, seed: int) -> None:
    both = Both(tmp_path / "tables", seed)
    organisation = both.tables.organisation
    async with serve(postgres.create_database(), await create_logs(postgres), tmp_path) as served:
        await served.tell(*both.events, day=FIRST + LENGTH + 20)
        for number in ASKED:
            on = date.fromisoformat(day(number))
            as_of = common_pb2.AsOf(true_on=FIRST + number)
            request = pb.GetTeamsProgressRequest(team_ids=[an_id(team) for team in TEAMS], cycle_id=an_id("Q"), as_of=as_of)
            answer = (await served("GetTeamsProgress", request, role=ADMIN)).teams
            for team, found in zip(TEAMS, answer, strict=True):
                reckoned = views.team_view(organisation, team, on, "Q")
                assert (six_digits(found.progress) if found.HasField("progress") else None) == reckoned["progress"], (team, on)
                assert sorted(each.objective.reference for each in found.objectives) == sorted(reckoned["objectives"])
            assert await _participation(served, number) == _reckoned(organisation, on), on


async def _participation(served: Served, number: int) -> list[Any]:
    request = pb.GetParticipationRequest(cycle_id=an_id("Q"), as_of=common_pb2.AsOf(true_on=FIRST + number))
    answer = await served("GetParticipation", request, role=ADMIN)
    teams = {an_id(team): team for team in TEAMS}
    return [
        (
            date_of(period.first_day),
            date_of(period.last_day),
            sorted((teams[each.team_id], each.due[n], each.done[n]) for each in answer.teams if each.due[n]),
        )
        for n, period in enumerate(answer.periods)
    ]


def _reckoned(organisation: Any, on: date) -> list[Any]:
    return [
        (
            date.fromisoformat(period["from"]),
            date.fromisoformat(period["to"]),
            sorted((each["team"], each["due"], each["done"]) for each in period["teams"]),
        )
        for period in views.participation(organisation, "Q", on)["periods"]
    ]
