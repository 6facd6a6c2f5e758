"""A cycle's tree, and the history of what stands in it."""

from __future__ import annotations

from math import isfinite
from typing import Any, Final

import orjson
from starlette.responses import Response

from cairn.progress.v1 import service_pb2
from chassis.ids import id_text
from chassis.positions import to_proto
from chassis.rpc import DEADLINE, asked
from gateway.answers import instant_text, json_answer, optional_id
from gateway.api import JSON, Routes, Visit
from gateway.fields import Answer, Cursor, IdText, Limit, Reference, day_text, six_digits
from gateway.numbers import AsOf, Parent, Share, as_of_message
from gateway.references import Thing
from gateway.routes.key_results import key_result_id
from gateway.routes.objectives import objective_id
from gateway.words import LEVELS, MEASURES, OBJECTIVE_STATES, STATUSES, LevelWord, MeasureWord, ObjectiveStateWord, StatusWord

trees: Final = Routes("Trees and history", "All of a cycle at once, and what changed, by which event, when, by whom.")


class TreeQuery(AsOf):
    """Which tree."""

    cycle: Reference
    limit: Limit = 1000
    """How many objectives to answer at most."""
    cursor: Cursor = ""


class HistoryQuery(AsOf):
    """Which part of a history."""

    limit: Limit = 50
    cursor: Cursor = ""


class TreeKeyResult(Answer):
    """A key result in a tree."""

    id: IdText
    ref: str
    title: str
    measure: MeasureWord
    value: float | None
    progress: Share
    progress_raw: Share
    status: StatusWord
    grade: Share
    weight: Share
    abstained: bool
    cancelled: bool


class TreeObjective(Answer):
    """An objective in a tree."""

    id: IdText
    ref: str
    title: str
    parent: Parent
    depth: int
    """0: at the top."""
    owner: IdText | None
    team: str | None
    level: LevelWord
    state: ObjectiveStateWord
    progress: Share
    progress_raw: Share
    status: StatusWord
    grade: Share
    key_results: list[TreeKeyResult]


class Tree(Answer):
    """A page of a cycle's tree, parents before children; the numbers are those of the whole tree."""

    cycle: IdText
    objectives: list[TreeObjective]
    total: int
    """Objectives in the tree that you may see."""
    formula_version: int
    next_cursor: str | None


class Change(Answer):
    """Something that happened."""

    event_id: IdText
    event: str
    """Its type: cairn.checkins.v1.CheckInRecorded."""
    recorded_at: str
    true_on: str | None
    actor: IdText | None
    on_behalf_of: IdText | None
    objective_id: IdText | None
    key_result_id: IdText | None
    check_in_id: IdText | None
    summary: str
    value: float | None
    comment: str | None
    superseded: bool
    """Corrected or retracted since."""
    log: str
    position: int


class History(Answer):
    """A page of what changed, newest first."""

    changes: list[Change]
    next_cursor: str | None


@trees.get("/v1/tree", query=TreeQuery, answer=Tree, waits=True)
async def get_tree(visit: Visit) -> Response:
    """Get a cycle's tree with its numbers, now or as of a day and an instant."""
    question = visit.query(TreeQuery)
    cycle = await visit.edge.references.id_of(visit.identity.tenant_id, Thing.CYCLE, question.cycle, visit.metadata())
    listing = f"tree {cycle.hex()} {question.as_of} {question.known_at}"
    request = service_pb2.GetTreeRequest(
        cycle_id=cycle,
        page_size=question.limit,
        page_token=visit.edge.cursors.opened(listing, question.cursor),
        as_of=as_of_message(question.as_of, question.known_at),
        after=to_proto(visit.after),
    )
    tree = await asked(visit.edge.services.progress.GetTree(request, metadata=visit.metadata(), timeout=DEADLINE))
    body = {
        "cycle": id_text(cycle),
        "objectives": _rows(tree),
        "total": tree.total,
        "formula_version": tree.formula_version,
        "next_cursor": visit.edge.cursors.sealed(listing, tree.next_page_token),
    }
    return Response(orjson.dumps(body), media_type=JSON)


@trees.get("/v1/objectives/{ref}/history", query=HistoryQuery, answer=History, waits=True)
async def get_objective_history(visit: Visit) -> Response:
    """Get what changed on an objective and its key results, newest first."""
    return await _history(visit, service_pb2.GetHistoryRequest(objective_id=await objective_id(visit)))


@trees.get("/v1/key-results/{ref}/history", query=HistoryQuery, answer=History, waits=True)
async def get_key_result_history(visit: Visit) -> Response:
    """Get what changed on a key result, newest first."""
    return await _history(visit, service_pb2.GetHistoryRequest(key_result_id=await key_result_id(visit)))


async def _history(visit: Visit, request: service_pb2.GetHistoryRequest) -> Response:
    question = visit.query(HistoryQuery)
    listing = f"history {request.objective_id.hex()} {request.key_result_id.hex()} {question.as_of} {question.known_at}"
    request.page_size = question.limit
    request.page_token = visit.edge.cursors.opened(listing, question.cursor)
    request.after.extend(to_proto(visit.after))
    if (as_of := as_of_message(question.as_of, question.known_at)) is not None:
        request.as_of.CopyFrom(as_of)
    answer = await asked(visit.edge.services.progress.GetHistory(request, metadata=visit.metadata(), timeout=DEADLINE))
    changes = [_shown(change) for change in answer.changes]
    return json_answer(History(changes=changes, next_cursor=visit.edge.cursors.sealed(listing, answer.next_page_token)))


def _rows(tree: service_pb2.GetTreeResponse) -> list[dict[str, Any]]:
    """Rows from columns. Plain dictionaries: a tree may hold thousands, and models would cost more than the tree itself."""
    o, k = tree.objectives, tree.key_results
    rows: list[dict[str, Any]] = [
        {
            "id": id_text(objective),
            "ref": reference or id_text(objective),
            "title": title,
            "parent": {"objective": optional_id(parent_objective), "key_result": optional_id(parent_key_result)},
            "depth": depth,
            "owner": optional_id(owner),
            "team": team or None,
            "level": LEVELS.word(level) or "company",
            "state": OBJECTIVE_STATES.word(state) or "draft",
            "progress": six_digits(progress),
            "progress_raw": six_digits(progress_raw),
            "status": STATUSES.word(status) or "not started",
            "grade": six_digits(grade),
            "key_results": [],
        }
        for (
            objective,
            reference,
            title,
            parent_objective,
            parent_key_result,
            depth,
            owner,
            team,
            level,
            state,
            progress,
            progress_raw,
            status,
            grade,
        ) in zip(
            o.objective_id,
            o.reference,
            o.title,
            o.parent_objective_id,
            o.parent_key_result_id,
            o.depth,
            o.owner_id,
            o.team,
            o.level,
            o.state,
            o.progress,
            o.progress_raw,
            o.status,
            o.grade,
            strict=True,
        )
    ]
    for home, key_result, reference, title, measure, value, progress, progress_raw, status, grade, weight, abstained, cancelled in zip(
        k.objective,
        k.key_result_id,
        k.reference,
        k.title,
        k.measure,
        k.value,
        k.progress,
        k.progress_raw,
        k.status,
        k.grade,
        k.weight,
        k.abstained,
        k.cancelled,
        strict=True,
    ):
        rows[home]["key_results"].append(
            {
                "id": id_text(key_result),
                "ref": reference or id_text(key_result),
                "title": title,
                "measure": MEASURES.word(measure) or "graded",
                "value": value if isfinite(value) else None,
                "progress": six_digits(progress),
                "progress_raw": six_digits(progress_raw),
                "status": STATUSES.word(status) or "not started",
                "grade": six_digits(grade),
                "weight": six_digits(weight),
                "abstained": abstained,
                "cancelled": cancelled,
            }
        )
    return rows


def _shown(change: service_pb2.Change) -> Change:
    return Change(
        event_id=id_text(change.event_id),
        event=change.event_type,
        recorded_at=instant_text(change.recorded_at),
        true_on=day_text(change.true_on),
        actor=optional_id(change.actor_id),
        on_behalf_of=optional_id(change.on_behalf_of),
        objective_id=optional_id(change.objective_id),
        key_result_id=optional_id(change.key_result_id),
        check_in_id=optional_id(change.check_in_id),
        summary=change.summary,
        value=change.value if change.HasField("value") else None,
        comment=change.comment or None,
        superseded=change.superseded,
        log=change.log,
        position=change.position,
    )
