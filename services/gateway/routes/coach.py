"""The coach: what an experienced eye says of drafts, of an objective, of a cycle, and of tables before they are imported."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import Annotated, Final

from pydantic import Field, WithJsonSchema, model_validator
from starlette.responses import Response

from cairn.common.v1 import common_pb2
from cairn.progress.v1 import events_pb2 as progress_events
from cairn.progress.v1 import service_pb2
from chassis.days import Day
from chassis.ids import Id
from chassis.rpc import position_messages
from gateway.backends import ReferenceKind
from gateway.coaching import early_days, objectives_of, objectives_of_tables
from gateway.http import Answer, Body, json_response
from gateway.importing import MOST_BYTES
from gateway.routes.imports import ZIP, ImportedTables, Notated, planned
from gateway.routes.limits import DRAFTS, IMPORTS, REVIEWS
from gateway.routes.request import Request, Resource
from gateway.schemas.as_of import AsOf, as_of_message
from gateway.schemas.enums import LevelWord, MeasureWord, SeverityWord
from gateway.schemas.fields import DayField, Reference, Title, Word
from gateway.schemas.pages import MOST_ITEMS
from shared import coach

advice: Final = Resource("Coach", "What an experienced eye says of objectives and key results. Findings never keep anybody from anything.")

MOST_DRAFTS: Final = 2000
"""Objectives of a request."""
_NAMED_AT_ONCE: Final = 100
"""Objectives of a question about their key results."""
_COACH: Final = ThreadPoolExecutor(1, "coach")
"""Reviews beside the event loop, one at a time."""


class Finding(Answer):
    """What the coach says of one objective or key result."""

    rule: str
    """Which rule: GET /v1/coach/rules lists them."""
    severity: SeverityWord
    """warning: progress could not be told, or something is missing. hint: a second look is worth it."""
    ref: str
    """Of the objective or key result; of a draft without one, its place: 1, 1/2."""
    title: str
    says: str
    suggests: str


class Findings(Answer):
    """What the coach says, objective by objective, each with its key results; without any, all is well."""

    findings: list[Finding]
    """At most 10,000."""
    objectives: int
    """How many were looked at."""
    key_results: int


class CoachRule(Answer):
    """What the coach looks for."""

    rule: str
    severity: SeverityWord
    about: str
    suggests: str


class CoachRules(Answer):
    """Every rule of the coach."""

    items: list[CoachRule]
    next: Annotated[None, WithJsonSchema({"type": "null"})]


class DraftKeyResult(Body):
    """A key result, as far as it is written."""

    ref: Word = ""
    title: Title
    measure: MeasureWord = "graded"
    owner: Reference | None = None
    """None: the objective's."""
    due_day: DayField | None = None
    """None: the objective's."""
    start: float | None = None
    target: float | None = None


class DraftObjective(Body):
    """An objective, as far as it is written."""

    ref: Word = ""
    title: Title
    level: LevelWord = "company"
    team: Word = ""
    cycle: Word = ""
    owner: Reference | None = None
    due_day: DayField | None = None
    parent: Reference | None = None
    key_results: Annotated[list[DraftKeyResult], Field(max_length=100)] = Field(default_factory=list)

    def as_looked_at(self, place: int) -> coach.Objective:
        """The draft as the coach looks at it, at its place among the others, from 1."""
        ref, has_owner, has_due_day = self.ref or str(place), self.owner is not None, bool(self.due_day or self.cycle)
        return coach.Objective(
            ref=ref,
            title=self.title,
            key_results=tuple(
                coach.KeyResult(
                    ref=k.ref or f"{ref}/{number}",
                    title=k.title,
                    measured=k.measure,
                    has_owner=has_owner or k.owner is not None,
                    has_due_day=has_due_day or k.due_day is not None,
                    start=k.start,
                    target=k.target,
                )
                for number, k in enumerate(self.key_results, 1)
            ),
            level=self.level,
            team=self.team,
            cycle=self.cycle,
            has_owner=has_owner,
            has_due_day=has_due_day,
            has_parent=self.parent is not None,
        )


class Drafts(Body):
    """Objectives that somebody is about to write. Nothing is looked up: names are taken as they stand."""

    objectives: Annotated[list[DraftObjective], Field(min_length=1, max_length=MOST_DRAFTS)]


class CoachQuery(AsOf):
    """What to look at, a cycle or an objective, and as it was when."""

    cycle: Reference | None = None
    """By id or name."""
    objective: Reference | None = None
    """By id or reference."""

    @model_validator(mode="after")
    def _names_one(self) -> CoachQuery:
        if (self.cycle is None) == (self.objective is None):
            raise ValueError("name a cycle or an objective")
        return self


@advice.get("/v1/coach", at_once=REVIEWS, query=CoachQuery, answer=Findings, waits=True)
async def coach_objectives(request: Request) -> Response:
    """Get what the coach says of a cycle's objectives, or of one objective, as far as you may see them.

    Drafts, active and closed ones. What looks alike, and how many a team has, shows in a cycle alone.
    """
    question = request.query(CoachQuery)
    as_of = as_of_message(question.as_of, question.known_at)
    if question.objective is not None:
        message = service_pb2.GetObjectiveRequest(
            objective_id=await request.id_of(ReferenceKind.OBJECTIVE, question.objective, "objective"),
            as_of=as_of,
            after=position_messages(request.after),
        )
        stored = [(await request.ask(request.backends.progress.GetObjective, message)).objective]
    else:
        assert question.cycle is not None
        stored = await _of_cycle(request, await request.id_of(ReferenceKind.CYCLE, question.cycle, "cycle", "cycle_ids[0]"), as_of)
    early = [await _achieved(request, day, as_of, of) for day, of in early_days(stored).items()]
    teams = await request.people({objective.team_id for objective in stored if objective.team_id})
    return await _reviewed(objectives_of(stored, {each for found in early for each in found}, teams))


@advice.post(
    "/v1/coach",
    body=Drafts,
    at_once=DRAFTS,
    example={
        "objectives": [
            {
                "title": "Be read",
                "owner": "martin",
                "cycle": "2026-Q3",
                "key_results": [{"title": "Write 10 posts"}, {"title": "Get 1000 views on a post", "measure": "metric", "target": 1000}],
            }
        ]
    },
    answer=Findings,
)
async def coach_drafts(_: Request, body: Drafts) -> Response:
    """Get what the coach says of objectives before they are written.

    Nothing is looked up, and nothing is kept of them.
    """
    return await _reviewed([objective.as_looked_at(place) for place, objective in enumerate(body.objectives, 1)])


@advice.post(
    "/v1/coach/tables",
    body=ImportedTables,
    other_bodies={ZIP: "The tables of a folder, packed."},
    body_limit=MOST_BYTES,
    at_once=IMPORTS,
    query=Notated,
    example={
        "tables": {
            "objectives.csv": "objective,cycle,title,starts_on,ends_on\nJ1,2026-Q3,Expand the team,2026-07-01,2026-09-30\n",
            "key_results.csv": "objective,number,title,kind,start,target\nJ1,1,Hire three developers,number,0,3\n",
        }
    },
    answer=Findings,
)
async def coach_tables(request: Request, body: ImportedTables | None) -> Response:
    """Get what the coach says of the objectives in tables.

    They are as POST /v1/imports takes them, and nothing is imported. Rows that an import would refuse are passed over.
    """
    plan = await planned(request, body, request.query(Notated))
    return await _reviewed(await asyncio.get_running_loop().run_in_executor(_COACH, objectives_of_tables, plan))


@advice.get("/v1/coach/rules", answer=CoachRules)
async def list_coach_rules(_: Request) -> Response:
    """List the rules of the coach.

    What each looks for, how much it matters, and what it suggests.
    """
    items = [{"rule": rule.id, "severity": rule.severity, "about": rule.about, "suggests": rule.suggests} for rule in coach.RULES]
    return json_response({"items": items, "next": None})


async def _reviewed(objectives: Sequence[coach.Objective]) -> Response:
    found = await asyncio.get_running_loop().run_in_executor(_COACH, coach.review, objectives)
    return json_response(
        {
            "findings": [asdict(finding) for finding in found],
            "objectives": len(objectives),
            "key_results": sum(len(objective.key_results) for objective in objectives),
        }
    )


async def _of_cycle(request: Request, cycle: Id, as_of: common_pb2.AsOf | None) -> list[service_pb2.Objective]:
    """The objectives of a cycle, in the order in which they were written."""
    message = service_pb2.ListObjectivesRequest(
        cycle_ids=[cycle], as_of=as_of, page_size=MOST_ITEMS, after=position_messages(request.after)
    )
    return [each async for page in request.pages(request.backends.progress.ListObjectives, message) for each in page.objectives]


async def _achieved(request: Request, day: Day, as_of: common_pb2.AsOf | None, objectives: Sequence[Id]) -> set[Id]:
    """Which key results of these objectives were achieved on a day already, or on the one that is asked about, where that came first."""
    found: set[Id] = set()
    for at in range(0, len(objectives), _NAMED_AT_ONCE):
        some = objectives[at : at + _NAMED_AT_ONCE]
        message = service_pb2.ListKeyResultsRequest(objective_ids=some, statuses=[progress_events.STATUS_ACHIEVED], page_size=MOST_ITEMS)
        if as_of is not None:
            message.as_of.CopyFrom(as_of)
        message.as_of.true_on = min(day, as_of.true_on) if as_of is not None and as_of.HasField("true_on") else day
        async for page in request.pages(request.backends.progress.ListKeyResults, message):
            found |= {key_result.key_result_id for key_result in page.key_results}
    return found
