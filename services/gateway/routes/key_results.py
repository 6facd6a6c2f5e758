"""Key results: how it is measured that an objective is reached."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, model_validator
from starlette.responses import Response

from cairn.goals.v1 import events_pb2, service_pb2
from cairn.progress.v1 import service_pb2 as progress_pb2
from chassis.days import Day, day_of
from chassis.errors import Kind, Refused
from chassis.ids import Id, id_text
from chassis.rpc import position_messages
from gateway.backends import ReferenceKind
from gateway.http import Body, Change, Query, json_response
from gateway.routes.limits import LISTS
from gateway.routes.new_key_results import (
    AnyNewKeyResult,
    Feeds,
    Milestones,
    NewKeyResult,
    Owners,
    Plan,
    Weight,
    feed_ids,
    milestones_message,
    new_key_result_message,
    owners_of,
    plan_message,
)
from gateway.routes.objectives import Cancelling, Dating, objective_id
from gateway.routes.request import Request, Resource, person_left
from gateway.routes.responses import changes_response, dated_response, page_token
from gateway.schemas.as_of import AsOf, as_of_message
from gateway.schemas.enums import MAINTAIN_MODES, MEASURES, OBJECTIVE_STATES, STATUSES, MaintainModeWord
from gateway.schemas.fields import DayField, EmptiedList, EmptiedText, HoldsFrom, Kept, Reference, Title, Unit, optional_day
from gateway.schemas.lists import KeyResultsPage, KeyResultsQuery, due_bounds, order_of, total_of
from gateway.schemas.objectives import KEY_RESULT, KeyResult
from gateway.schemas.results import DatedResult

key_results: Final = Resource(
    "Key results", "How it is measured that an objective is reached. `{ref}` is a key result's id or its reference (J1/3)."
)


class KeyResultChange(Change):
    """What shall be otherwise; what is left out stays, and null empties the unit, or takes a bound away."""

    title: Kept[Title] = None
    owners: Kept[Annotated[Owners, Field(min_length=1)]] = None
    weight: Kept[Weight] = None
    due_day: DayField | None = None
    """null: it is due with its objective again."""
    start: Kept[float] = None
    target: Kept[float] = None
    unit: EmptiedText[Unit] = None
    low: float | None = None
    """null: there is no such bound any more."""
    high: float | None = None
    """null: there is no such bound any more."""
    mode: Kept[MaintainModeWord] = None
    plan: EmptiedList[Plan] = None
    """All of it anew."""
    commit: float | None = None
    """null: there is no such mark any more."""
    stretch: float | None = None
    """null: there is no such mark any more."""
    milestones: Kept[Milestones] = None
    """All of them, anew: what is done is read by the list that holds on the day that is asked about."""
    feeds: Kept[Feeds] = None
    """All that feeds a sum from now on; none: nothing any more."""
    holds_from: HoldsFrom | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> KeyResultChange:
        if not self.model_fields_set - {"holds_from"}:
            raise ValueError("give at least one field to change")
        return self


@key_results.post(
    "/v1/objectives/{ref}/key-results",
    body=NewKeyResult,
    example={"reference": "J1/1", "title": "Hire three developers", "measure": "metric", "start": 0, "target": 3, "unit": "people"},
    answer=DatedResult,
    resource="/v1/key-results/{id}",
    status=201,
    command=True,
    versioned=True,
)
async def define_key_result(request: Request, body: AnyNewKeyResult) -> Response:
    """Define a key result of an objective.

    How it is measured stays as it is defined: a metric with a start and a target, yes or no, milestones with weights, graded by
    judgement, a value that is kept within bounds, a baseline that is a metric once it gets a target, or the sum of others and of
    KPIs: one that a KPI alone feeds follows it.
    """
    message = await new_key_result_message(request, body)
    message.objective_id, message.expected_version = await objective_id(request), request.expected_version
    if not message.owners:
        await _require_owner_there(request, message.objective_id)
    answer = await request.ask(request.backends.goals.DefineKeyResult, message)
    return dated_response(request, answer.key_result_id, answer)


async def _require_owner_there(request: Request, objective: Id) -> None:
    """Raises Refused (PERSON_LEFT) where a key result without owners would be that of somebody who has left."""
    try:
        asked = service_pb2.DescribeObjectiveRequest(objective_id=objective)
        owner_id = (await request.ask(request.backends.goals.DescribeObjective, asked)).owner_id
    except Refused as refused:
        if refused.kind is not Kind.UNKNOWN:
            raise
        return  # whoever is asked to define it says so
    if owner_id and owner_id in await request.left([owner_id]):
        handle = (await request.people([owner_id]))[owner_id]["handle"]
        raise person_left(handle or id_text(owner_id), "owners")


_ORDERS: Final[dict[str, progress_pb2.KeyResultOrder.ValueType]] = {
    "id": progress_pb2.KEY_RESULT_ORDER_UNSPECIFIED,
    "ref": progress_pb2.KEY_RESULT_ORDER_REF,
    "title": progress_pb2.KEY_RESULT_ORDER_TITLE,
    "due_day": progress_pb2.KEY_RESULT_ORDER_DUE_DAY,
}


@key_results.get("/v1/key-results", at_once=LISTS, query=KeyResultsQuery, answer=KeyResultsPage, waits=True, gone_on=True)
async def list_key_results(request: Request) -> Response:
    """List key results with their numbers: those that have one of the values of every filter.

    With `text` they are searched: `grow rev` finds "Grow recurring revenue". `total` says how many there are. Each is what
    GET /v1/key-results/{ref} says of it, but for its goalposts. With `changed_since`: what has changed since then.
    """
    question = request.query(KeyResultsQuery)
    order, descending = order_of(question.sort, _ORDERS)
    due_from, due_to = due_bounds(question)
    message = progress_pb2.ListKeyResultsRequest(
        cycle_ids=await request.named_ids(ReferenceKind.CYCLE, question.cycle, "cycle", "cycle_ids"),
        objective_ids=await request.named_ids(ReferenceKind.OBJECTIVE, question.objective, "objective", "objective_ids"),
        counts_for_ids=await request.named_ids(ReferenceKind.OBJECTIVE, question.counts_for, "counts_for", "counts_for_ids"),
        owner_ids=await request.person_ids(question.owner, "owner"),
        team_ids=await request.team_ids(question.team, "team"),
        pillar_ids=await request.pillar_ids(question.pillar, "pillar"),
        labels=question.label,
        states=map(OBJECTIVE_STATES.number, question.state),
        measures=map(MEASURES.number, question.measure),
        statuses=map(STATUSES.number, question.status),
        cancelled=question.cancelled,
        text=question.text,
        due_from=due_from,
        due_to=due_to,
        order=order,
        descending=descending,
        page_size=question.limit,
        page_token=page_token(request, question),
        as_of=as_of_message(question.as_of, question.known_at),
        after=position_messages(request.after),
        changed_since=await request.changed_since(question.changed_since),
    )
    answer = await request.ask(request.backends.progress.ListKeyResults, message)
    items = await request.all_written(KEY_RESULT, answer.key_results)
    return changes_response(request, question, answer, items, total=total_of(answer))


@key_results.get("/v1/key-results/{ref}", query=AsOf, answer=KeyResult, waits=True)
async def get_key_result(request: Request) -> Response:
    """Get a key result and its numbers, now or as of a day and an instant.

    As its objective sees it; where you may not know of that, as one does that it counts for. `goalposts` says what was moved of it
    while its objective was active.
    """
    question = request.query(AsOf)
    message = progress_pb2.GetKeyResultRequest(
        key_result_id=await key_result_id(request),
        as_of=as_of_message(question.as_of, question.known_at),
        after=position_messages(request.after),
    )
    answer = await request.ask(request.backends.progress.GetKeyResult, message)
    return json_response(await request.written(KEY_RESULT, answer.key_result))


@key_results.patch(
    "/v1/key-results/{ref}",
    body=KeyResultChange,
    example={"target": 4},
    answer=DatedResult,
    resource="/v1/key-results/{id}",
    command=True,
    versioned=True,
)
async def revise_key_result(request: Request, body: KeyResultChange) -> Response:
    """Revise a key result.

    What is left out stays. Another start, target, bound, mode, plan, weight or due day, other milestones and feeds on an active objective
    are remembered as a moved goalpost. A baseline that is given a target is a metric from that day on.
    `version`, ETag and If-Match are those of its objective.
    """
    revised = await key_result_id(request)

    async def already() -> list[Id]:
        question = service_pb2.DescribeKeyResultRequest(key_result_id=revised)
        return [owner.person_id for owner in (await request.ask(request.backends.goals.DescribeKeyResult, question)).owners]

    message = service_pb2.ReviseKeyResultRequest(
        key_result_id=revised,
        expected_version=request.expected_version,
        title=body.title,
        weight=body.weight,
        due_day=_moved_due_day(body),
        start=body.start,
        target=body.target,
        unit=body.unit,
        low=_moved_bound(body, "low"),
        high=_moved_bound(body, "high"),
        mode=MAINTAIN_MODES.optional_number(body.mode),
        holds_from=optional_day(body.holds_from),
        plan=plan_message(body.plan or []) if "plan" in body.model_fields_set else None,
        commit=_moved_bound(body, "commit"),
        stretch=_moved_bound(body, "stretch"),
    )
    if body.owners is not None:
        message.owners.CopyFrom(events_pb2.Owners(owners=await owners_of(request, body.owners, already=already)))
    if body.milestones is not None:
        message.milestones.CopyFrom(milestones_message(body.milestones))
    if body.feeds is not None:
        message.feeds.CopyFrom(events_pb2.Feeds(key_result_ids=await feed_ids(request, body.feeds)))
    answer = await request.ask(request.backends.goals.ReviseKeyResult, message)
    return dated_response(request, message.key_result_id, answer)


def _moved_due_day(body: KeyResultChange) -> Day | None:
    """The day that a change names, or that it is due with its objective, which is day 0; None where it names none."""
    if "due_day" not in body.model_fields_set:
        return None
    return 0 if body.due_day is None else day_of(body.due_day)


def _moved_bound(body: KeyResultChange, field: Literal["low", "high", "commit", "stretch"]) -> events_pb2.Bound | None:
    """The bound or mark that a change names, or that there is none any more; None where it names none."""
    return events_pb2.Bound(value=getattr(body, field)) if field in body.model_fields_set else None


class KeyResultMove(Body):
    """Where a key result shall belong."""

    objective: Reference
    """The other objective."""
    holds_from: HoldsFrom | None = None
    """From that day on; none: from today, and since ever while both objectives are drafts."""


@key_results.post(
    "/v1/key-results/{ref}/move",
    body=KeyResultMove,
    example={"objective": "J2"},
    answer=DatedResult,
    resource="/v1/key-results/{id}",
    command=True,
    versioned=True,
)
async def move_key_result(request: Request, body: KeyResultMove) -> Response:
    """Move a key result to another objective.

    From that day on it belongs to the other one, counts no longer for the one that it leaves, and takes pace, staleness and a due day
    that it has not of its own from the new one. Its check-ins, its reference and what it counts for beside stay as they are, and what is
    aligned to it goes along. Whoever edits both objectives may move it. `version`, ETag and If-Match are those of the objective that it
    leaves.
    """
    message = service_pb2.MoveKeyResultRequest(
        key_result_id=await key_result_id(request),
        to_objective_id=await request.id_of(ReferenceKind.OBJECTIVE, body.objective, "objective", "objective"),
        expected_version=request.expected_version,
        holds_from=optional_day(body.holds_from),
    )
    answer = await request.ask(request.backends.goals.MoveKeyResult, message)
    return dated_response(request, message.key_result_id, answer)


@key_results.post(
    "/v1/key-results/{ref}/cancel",
    body=Cancelling,
    body_optional=True,
    example={"reason": "It is measured elsewhere now."},
    answer=DatedResult,
    resource="/v1/key-results/{id}",
    command=True,
    versioned=True,
)
async def cancel_key_result(request: Request, body: Cancelling) -> Response:
    """Cancel a key result.

    It no longer counts, for its own objective and for those that it was shared with; its past stays in the history. `version`, ETag and
    If-Match are those of its objective.
    """
    message = service_pb2.CancelKeyResultRequest(
        key_result_id=await key_result_id(request),
        expected_version=request.expected_version,
        reason=body.reason,
        holds_from=optional_day(body.holds_from),
    )
    answer = await request.ask(request.backends.goals.CancelKeyResult, message)
    return dated_response(request, message.key_result_id, answer)


@key_results.put(
    "/v1/key-results/{ref}/counts-for/{objective}",
    body=Dating,
    body_optional=True,
    example={"holds_from": "2026-02-02"},
    answer=DatedResult,
    resource="/v1/key-results/{id}",
    command=True,
    versioned=True,
)
async def share_key_result(request: Request, body: Dating) -> Response:
    """Let a key result count for another objective too: one check-in then moves both.

    `version`, ETag and If-Match are those of its own objective.
    """
    message = service_pb2.ShareKeyResultRequest(
        key_result_id=await key_result_id(request),
        counts_for=await _counted_for(request),
        expected_version=request.expected_version,
        holds_from=optional_day(body.holds_from),
    )
    answer = await request.ask(request.backends.goals.ShareKeyResult, message)
    return dated_response(request, message.key_result_id, answer)


class FromDay(Query):
    """From which day on it holds."""

    holds_from: HoldsFrom | None = None
    """From that day on it counts no more; none: from today, and since ever while the objective that it counts for is a draft."""


@key_results.delete(
    "/v1/key-results/{ref}/counts-for/{objective}",
    query=FromDay,
    answer=DatedResult,
    resource="/v1/key-results/{id}",
    command=True,
    versioned=True,
)
async def unshare_key_result(request: Request) -> Response:
    """Let a key result no longer count for another objective.

    It stays with its own objective, to which it always counts. `version`, ETag and If-Match are those of that one.
    """
    message = service_pb2.UnshareKeyResultRequest(
        key_result_id=await key_result_id(request),
        counts_for=await _counted_for(request),
        expected_version=request.expected_version,
        holds_from=optional_day(request.query(FromDay).holds_from),
    )
    answer = await request.ask(request.backends.goals.UnshareKeyResult, message)
    return dated_response(request, message.key_result_id, answer)


async def key_result_id(request: Request) -> Id:
    """The id of the key result in the path. Raises Refused (UNKNOWN)."""
    return await request.id_of(ReferenceKind.KEY_RESULT, request.path_params["ref"])


async def _counted_for(request: Request) -> Id:
    return await request.id_of(ReferenceKind.OBJECTIVE, request.path_params["objective"])
