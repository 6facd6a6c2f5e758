"""An export on its way: the services are asked page by page, and what they answer is written at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, Protocol, TypeVar

from cairn.checkins.v1 import service_pb2 as checkins_pb2
from cairn.directory.v1 import service_pb2 as directory_pb2
from cairn.goals.v1 import service_pb2 as goals_pb2
from cairn.progress.v1 import service_pb2 as pb
from chassis.ids import Id
from chassis.rpc import DEADLINE
from gateway.backends import Backends, Method, pages_of
from gateway.exporting.beside import TABLES as BESIDE
from gateway.exporting.beside import (
    CommentRows,
    Shown,
    called,
    effort_left_out,
    initiative_rows,
    kpi_rows,
    kpi_value_rows,
    milestone_rows,
    people_of_comments,
    task_rows,
)
from gateway.exporting.cells import OnDay, Row, rows_text
from gateway.exporting.definitions import LeftOut, Names, Written, people_of, rows_of
from gateway.exporting.people import person_rows
from gateway.exporting.reports import check_in_told, grade_rows, people_of_check_ins
from gateway.schemas.enums import CYCLE_KINDS, CYCLE_STATES
from gateway.schemas.mapping import Json, People
from shared.tables import CYCLES, INITIATIVES, PILLARS, SETTINGS, TASKS, TEAMS, TableName

M = TypeVar("M")
A = TypeVar("A")

_PAGE: Final = 1000
_MOST_LEFT_OUT: Final = 1000
_MOST_KEY_RESULTS: Final = 5000
WRITTEN: Final[Sequence[TableName]] = (
    *(
        "settings.csv",
        "pillars.csv",
        "teams.csv",
        "people.csv",
        "cycles.csv",
        "objectives.csv",
        "key_results.csv",
        "contributions.csv",
        "changes.csv",
    ),
    *("checkins.csv", "grades.csv"),
    *BESIDE,
)
"""The tables that are written."""


class Asking(Protocol):
    """Somebody who asks the services of a tenant."""

    @property
    def backends(self) -> Backends: ...

    async def ask(self, method: Method[M, A], message: M, *, timeout: float = DEADLINE, key: str | None = None) -> A:
        """Asks a service on their behalf. Raises the Refused that it says."""
        ...

    async def people(self, person_ids: Iterable[Id]) -> People:
        """What people, and teams, are called."""
        ...


class Line(NamedTuple):
    """Some rows of a table, as text, to be put behind those before."""

    file: TableName
    text: str


class Export:
    """One export. Nothing is held but the page that is written, what things are called, and what the report tells."""

    def __init__(self, asking: Asking, shown: Shown) -> None:
        """`shown` writes a text with the handles of today."""
        self._asking: Final = asking
        self._comments: Final = CommentRows(shown)
        self._references: Final[dict[Id, str]] = {}
        """Of objectives, key results and KPIs."""
        self._rows: Final[Counter[TableName]] = Counter()
        self._left_out: Final[list[LeftOut]] = []
        self._left_out_count = 0
        self._worked_on: Final[set[Id]] = set()
        """Tasks and initiatives on which time was logged."""
        self._cycles: Final[dict[Id, str]] = {}
        self._pillars: Final[dict[Id, str]] = {}

    async def lines(self) -> AsyncIterator[Line]:
        """The tables, a piece after the other; those of one table in their order. Raises the Refused that a service says."""
        for file in WRITTEN:
            yield Line(file, rows_text(file, (), header=True))
        for rows in (
            *(self._settings(), self._teams(), self._people(), self._pillar_rows(), self._cycle_rows()),
            *(self._kpis(), self._definitions(), self._initiatives(), self._tasks(), self._milestones(), self._said()),
        ):
            async for page in rows:
                for line in self._lines_of(page):
                    yield line

    def report(self) -> Json:
        """How many rows each table has, and what they cannot say."""
        return {
            "tables": [{"file": file, "rows": self._rows[file]} for file in WRITTEN],
            "left_out": [one._asdict() for one in self._left_out],
            "left_out_count": self._left_out_count,
        }

    def _lines_of(self, page: Iterable[Written | LeftOut]) -> Iterator[Line]:
        rows: dict[TableName, list[Row]] = {}
        for one in page:
            match one:
                case Written(file, row):
                    rows.setdefault(file, []).append(row)
                case LeftOut():
                    self._left_out_count += 1
                    if len(self._left_out) < _MOST_LEFT_OUT:
                        self._left_out.append(one)
        for file, of_it in rows.items():
            self._rows[file] += len(of_it)
            yield Line(file, rows_text(file, of_it))

    # -- of directory ------------------------------------------------------------------------------------------------------------------

    async def _settings(self) -> AsyncIterator[list[Written | LeftOut]]:
        """What was settled, back to what holds since ever: each turn is asked for by the day before the one that is known."""
        found: list[Written] = []
        as_of: int | None = None
        while True:
            request = directory_pb2.ListSettingsRequest(as_of=as_of)
            settings = (await self._asking.ask(self._asking.backends.directory.ListSettings, request)).settings
            newest = max((one.since for one in settings if one.HasField("since") and (as_of is None or one.since <= as_of)), default=None)
            for one in settings:
                since = one.since if one.HasField("since") else None
                if since == newest and (since is not None or one.value != one.default_value):
                    day = None if since is None else OnDay(since)
                    found.append(Written(SETTINGS, {"setting": one.name, "value": one.value, "day": day}))
            if newest is None:
                break
            as_of = newest - 1
        yield list(reversed(found))

    async def _teams(self) -> AsyncIterator[list[Written | LeftOut]]:
        request = directory_pb2.ListTeamsRequest(page_size=_PAGE)
        async for page in pages_of(self._asking.ask, self._asking.backends.directory.ListTeams, request):
            people = await self._asking.people({team.lead_id for team in page.teams if team.lead_id})
            names = Names({}, people, {}, {}, {})
            yield [
                Written(TEAMS, {"team": team.name, "name": team.name, "parent": team.parent.name, "lead": names.person(team.lead_id)})
                for team in page.teams
                if not team.HasField("dissolved_on")
            ]

    async def _memberships(self) -> dict[Id, Sequence[directory_pb2.Membership]]:
        """In which teams everybody is or was, by person."""
        request, found = directory_pb2.ListMembershipsRequest(page_size=_PAGE), dict[Id, Sequence[directory_pb2.Membership]]()
        async for page in pages_of(self._asking.ask, self._asking.backends.directory.ListMemberships, request):
            found.update((one.person_id, one.memberships) for one in page.people)
        return found

    async def _people(self) -> AsyncIterator[list[Written | LeftOut]]:
        request, memberships = directory_pb2.ListPeopleRequest(page_size=_PAGE), await self._memberships()
        async for page in pages_of(self._asking.ask, self._asking.backends.directory.ListPeople, request):
            people = await self._asking.people({person.manager_id for person in page.people if person.manager_id})
            names = Names({}, people, {}, {}, {})
            yield [
                row for person in page.people if person.handle for row in person_rows(person, memberships.get(person.person_id, ()), names)
            ]

    async def _pillar_rows(self) -> AsyncIterator[list[Written | LeftOut]]:
        board = (await self._asking.ask(self._asking.backends.directory.GetVision, directory_pb2.GetVisionRequest())).board
        self._pillars.update((pillar.pillar_id, pillar.reference or pillar.title) for pillar in board.pillars)
        yield [
            Written(PILLARS, {"pillar": self._pillars[pillar.pillar_id], "title": pillar.title, "about": pillar.about})
            for pillar in board.pillars
        ]
        for what, said in (("mission", board.mission), ("vision", board.vision)):
            if said:
                yield [LeftOut(PILLARS, what, f"is {said[:100]}; the tables have no word for it")]

    # -- of goals and progress -----------------------------------------------------------------------------------------------------------

    async def _cycle_rows(self) -> AsyncIterator[list[Written | LeftOut]]:
        request = goals_pb2.ListCyclesRequest(page_size=_PAGE)
        async for page in pages_of(self._asking.ask, self._asking.backends.goals.ListCycles, request):
            self._cycles.update((cycle.cycle_id, cycle.name) for cycle in page.cycles)
            yield [
                Written(
                    CYCLES,
                    {
                        "cycle": cycle.name,
                        "first_day": OnDay(cycle.first_day),
                        "last_day": OnDay(cycle.last_day),
                        "kind": CYCLE_KINDS.word(cycle.kind),
                        "enclosing": cycle.enclosing_cycle_name,
                        "cadence": cycle.cadence,
                        "weekday": cycle.weekday,
                        "state": CYCLE_STATES.word(cycle.state),
                    },
                )
                for cycle in page.cycles
            ]

    async def _definitions(self) -> AsyncIterator[list[Written | LeftOut]]:
        request = pb.ListDefinitionsRequest()
        async for page in pages_of(self._asking.ask, self._asking.backends.progress.ListDefinitions, request):
            self._worked_on.update(page.worked_on_ids)
            teams = {version.definition.team_id for objective in page.objectives for version in objective.versions}
            people = {person for objective in page.objectives for person in people_of(objective)}
            called_so = await self._asking.people((teams | people) - {b""})
            self._references.update((one.id, one.reference) for one in page.names if one.reference)
            of_teams = {team: called_so[team]["name"] or "" for team in teams if team in called_so}
            names = Names(self._references, called_so, self._cycles, of_teams, self._pillars)
            for objective in page.objectives:
                yield list(rows_of(objective, names))
            key_results = [one for objective in page.objectives for one in objective.key_results]
            for one in key_results:
                yield list(grade_rows(one, names))
            for start in range(0, len(key_results), _MOST_KEY_RESULTS):
                async for check_ins in self._check_ins(key_results[start : start + _MOST_KEY_RESULTS], names):
                    yield check_ins

    async def _check_ins(self, key_results: Sequence[pb.KeyResultInTime], names: Names) -> AsyncIterator[list[Written | LeftOut]]:
        measures = {one.key_result_id: one.versions[0].WhichOneof("measure") or "" for one in key_results}
        request = pb.ListCountedCheckInsRequest(key_result_ids=list(measures))
        async for page in pages_of(self._asking.ask, self._asking.backends.progress.ListCountedCheckIns, request):
            named = names._replace(people=await self._asking.people(people_of_check_ins(page.check_ins)))
            blockers = await self._blockers(page.check_ins)
            yield [check_in_told(one, measures[one.key_result_id], named, blockers.get(one.check_in_id, ())) for one in page.check_ins]

    async def _blockers(self, check_ins: Iterable[pb.CountedCheckIn]) -> Mapping[Id, Sequence[str]]:
        """What stood in the way, by check-in: from the log, since progress has it of check-ins from before once it is rebuilt."""
        request = checkins_pb2.ListBlockersRequest()
        for one in check_ins:
            request.check_ins.add(key_result_id=one.key_result_id, check_in_id=one.check_in_id)
        told = await self._asking.ask(self._asking.backends.checkins.ListBlockers, request)
        return {one.check_in_id: one.blockers for one in told.check_ins}

    # -- beside objectives ---------------------------------------------------------------------------------------------------------------

    async def _kpis(self) -> AsyncIterator[list[Written | LeftOut]]:
        progress = self._asking.backends.progress
        async for page in pages_of(self._asking.ask, progress.ListKpis, pb.ListKpisRequest(page_size=_PAGE)):
            self._references.update((kpi.kpi_id, called(kpi.reference, kpi.kpi_id)) for kpi in page.kpis)
            names = await self._names({kpi.owner_id for kpi in page.kpis})
            yield [row for kpi in page.kpis for row in kpi_rows(kpi, names)]
            for kpi in page.kpis:
                values = pb.ListKpiValuesRequest(kpi_id=kpi.kpi_id, page_size=_PAGE)
                async for some in pages_of(self._asking.ask, progress.ListKpiValues, values):
                    yield [row for value in some.values for row in kpi_value_rows(kpi, value)]

    async def _initiatives(self) -> AsyncIterator[list[Written | LeftOut]]:
        request = pb.ListInitiativesRequest(page_size=_PAGE)
        async for page in pages_of(self._asking.ask, self._asking.backends.progress.ListInitiatives, request):
            names = await self._names({one.owner_id for one in page.initiatives})
            yield [
                row
                for one in page.initiatives
                for row in (
                    *initiative_rows(one, names),
                    *effort_left_out(INITIATIVES, one.reference, one.initiative_id, self._worked_on),
                )
            ]

    async def _tasks(self) -> AsyncIterator[list[Written | LeftOut]]:
        request = pb.ListTasksRequest(page_size=_PAGE)
        async for page in pages_of(self._asking.ask, self._asking.backends.progress.ListTasks, request):
            names = await self._names({person for one in page.tasks for person in (one.assignee_id, one.giver_id)})
            yield [
                row
                for one in page.tasks
                for row in (*task_rows(one, names), *effort_left_out(TASKS, one.reference, one.task_id, self._worked_on))
            ]

    async def _milestones(self) -> AsyncIterator[list[Written | LeftOut]]:
        request = pb.ListMilestonesRequest(page_size=_PAGE)
        async for page in pages_of(self._asking.ask, self._asking.backends.progress.ListMilestones, request):
            yield [row for one in page.milestones for row in milestone_rows(one)]

    async def _said(self) -> AsyncIterator[list[Written | LeftOut]]:
        request = pb.ListCommentsRequest(all_of_tenant=True, page_size=_PAGE)
        async for page in pages_of(self._asking.ask, self._asking.backends.progress.ListComments, request):
            names = await self._names(people_of_comments(page.comments))
            yield [row for one in page.comments for row in self._comments.rows(one, names)]

    async def _names(self, people: set[Id]) -> Names:
        return Names(self._references, await self._asking.people(people - {b""}), {}, {}, {})
