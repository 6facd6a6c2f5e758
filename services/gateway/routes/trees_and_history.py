"""A cycle's tree, and the history of what stands in it."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from cairn.common.v1 import common_pb2
from cairn.progress.v1 import service_pb2
from chassis.ids import id_text
from chassis.rpc import position_messages
from gateway.backends import ReferenceKind
from gateway.http import json_response, not_modified, tag_of
from gateway.routes.key_results import key_result_id
from gateway.routes.limits import LISTS, TREES
from gateway.routes.objectives import objective_id
from gateway.routes.request import Request, Resource
from gateway.routes.responses import page_response, page_token, with_positions
from gateway.schemas.as_of import as_of_message
from gateway.schemas.history import CHANGE, HistoryPage, HistoryQuery
from gateway.schemas.mapping import Json
from gateway.schemas.names import cycle_name
from gateway.schemas.reports import Report, ReportQuery
from gateway.schemas.series import SERIES, Series, SeriesQuery
from gateway.schemas.trees import Tree, TreeQuery, people_of, tree_objectives
from gateway.schemas.values import day_text, id_texts, instant_text, position_texts
from gateway.standing_answers import Resting

trees_and_history: Final = Resource("Trees and history", "All of a cycle at once, and what changed, by which event, when, by whom.")


@trees_and_history.get("/v1/tree", at_once=TREES, query=TreeQuery, answer=Tree, waits=True, gone_on=True)
async def get_tree(request: Request) -> Response:
    """Get a cycle's tree with its numbers.

    Each objective with its key results, page by page from the top down; now, or as it stood on a day, as far as it was known at an
    instant. With Cairn-After it waits until these events are folded in. With `changed_since`: the objectives that have changed since then,
    and those above them.
    """
    question = request.query(TreeQuery)
    cycle = await request.id_of(ReferenceKind.CYCLE, question.cycle)
    message = service_pb2.GetTreeRequest(
        cycle_id=cycle,
        page_size=question.limit,
        page_token=page_token(request, question),
        as_of=as_of_message(question.as_of, question.known_at),
        changed_since=await request.changed_since(question.changed_since),
    )
    who, answers = request.identity, request.dependencies.standing_answers
    asked = who.tenant_id, who.person_id, message.SerializeToString(deterministic=True)
    names = request.dependencies.sessions.standings.position
    message.after.extend(position_messages(request.after))
    known = answers.known(asked, request.tags_known)
    if known is not None and known[1].names == names:
        message.unless_state = known[1].state
    tree = await request.ask(request.backends.progress.GetTree, message)
    if known is not None and message.unless_state and tree.state == message.unless_state:
        return not_modified(known[0])
    objectives = tree_objectives(tree, await request.people(people_of(tree)))
    shown = {"objectives": objectives, "gone": id_texts(tree.gone_ids), "total": tree.total, "formula_version": tree.formula_version}
    response = page_response(request, question, tree.next_page_token, cycle=cycle_name(cycle, tree.cycle_name), **shown)
    if question.changed_since is None:  # who follows a tree asks each time since another time
        answers.remember(asked, tag_of(response), Resting(tree.state, names))
    return with_positions(response, position_texts(tree.positions))


@trees_and_history.get("/v1/cycles/{cycle}/report", at_once=TREES, query=ReportQuery, answer=Report, waits=True)
async def get_report(request: Request) -> Response:
    """Get the report of a cycle's closing: what came of each objective, its grade and its numbers, as they were known then.

    It stays as it was: whatever is recorded later changes nothing in it. Of a cycle that was reopened and closed again there are several:
    how many, GET /v1/cycles/{cycle} tells (`closings`).
    """
    cycle = await request.id_of(ReferenceKind.CYCLE, request.path_params["cycle"])
    wanted = service_pb2.GetClosingRequest(
        cycle_id=cycle, closing=request.query(ReportQuery).version or 0, after=position_messages(request.after)
    )
    closing = await request.ask(request.backends.progress.GetClosing, wanted)
    message = service_pb2.GetTreeRequest(
        cycle_id=cycle, page_size=1000, as_of=common_pb2.AsOf(true_on=closing.closed_on, known_at=closing.closed_at)
    )
    said = {id_text(each.objective_id): each for each in closing.looked_back}
    of_key_result = {id_text(each.key_result_id): each for each in closing.key_results}
    objectives: list[Json] = []
    async for tree in request.pages(request.backends.progress.GetTree, message):
        people = await request.people(people_of(tree))
        objectives += [
            {
                **objective,
                **_looked_back(said.get(objective["id"])),
                "key_results": [{**each, **_reported(of_key_result.get(each["id"]))} for each in objective["key_results"]],
            }
            for objective in tree_objectives(tree, people)
            if objective["state"] != "draft"
        ]
    by = await request.people({closing.closed_by})
    return json_response(
        {
            "cycle": cycle_name(cycle, closing.cycle_name),
            "first_day": day_text(closing.first_day),
            "last_day": day_text(closing.last_day),
            "version": closing.closing,
            "versions": closing.closing,  # as many as there were when it was made
            "closed_on": day_text(closing.closed_on),
            "closed_at": instant_text(closing.closed_at),
            "closed_by": by.get(closing.closed_by),
            "formula_version": tree.formula_version,
            "objectives": objectives,
        }
    )


def _looked_back(said: service_pb2.LookedBack | None) -> Json:
    if said is None:
        return _NOTHING_SAID
    return {
        "outcome": said.outcome if said.HasField("outcome") else None,
        "well": said.well if said.HasField("well") else None,
        "learnt": said.learnt if said.HasField("learnt") else None,
        "carried_over": said.carried_over if said.HasField("carried_over") else None,
    }


def _reported(said: service_pb2.KeyResultInReport | None) -> Json:
    return {"unit": (said and said.unit) or None, "grade_note": (said and said.grade_note) or None}


_NOTHING_SAID: Final[Json] = dict.fromkeys(("outcome", "well", "learnt", "carried_over"))


@trees_and_history.get("/v1/objectives/{ref}/series", at_once=TREES, query=SeriesQuery, answer=Series, waits=True)
async def get_series(request: Request) -> Response:
    """Get what an objective and its key results came to, day by day: from its first day to the one asked about, or that of its end.

    Each day is as it is when it is asked about alone, as far as it was known at an instant; with the pace that was expected, and is until
    the objective is due.
    """
    question = request.query(SeriesQuery)
    message = service_pb2.GetSeriesRequest(
        objective_id=await objective_id(request),
        as_of=as_of_message(question.as_of, question.known_at),
        points=question.points,
        after=position_messages(request.after),
    )
    return json_response(SERIES.json(await request.ask(request.backends.progress.GetSeries, message)))


@trees_and_history.get("/v1/objectives/{ref}/history", at_once=LISTS, query=HistoryQuery, answer=HistoryPage, waits=True)
async def get_objective_history(request: Request) -> Response:
    """Get what changed on an objective and its key results, newest first.

    Definitions, alignments, check-ins, corrections and grades, each with who, when and from which day on; what was superseded is
    marked.
    """
    return await _history(request, service_pb2.GetHistoryRequest(objective_id=await objective_id(request)))


@trees_and_history.get("/v1/key-results/{ref}/history", at_once=LISTS, query=HistoryQuery, answer=HistoryPage, waits=True)
async def get_key_result_history(request: Request) -> Response:
    """Get what changed on a key result, newest first.

    Its definition, check-ins, corrections and grades, each with who, when and from which day on; what was superseded is marked.
    """
    return await _history(request, service_pb2.GetHistoryRequest(key_result_id=await key_result_id(request)))


async def _history(request: Request, message: service_pb2.GetHistoryRequest) -> Response:
    question = request.query(HistoryQuery)
    message.page_size = question.limit
    message.page_token = page_token(request, question)
    message.after.extend(position_messages(request.after))
    if (as_of := as_of_message(question.as_of, question.known_at)) is not None:
        message.as_of.CopyFrom(as_of)
    answer = await request.ask(request.backends.progress.GetHistory, message)
    return page_response(request, question, answer.next_page_token, items=await request.all_written(CHANGE, answer.changes))
