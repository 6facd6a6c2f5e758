"""The bodies of the requests that an import sends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import orjson

from cli.connection import Json
from cli.importing.plan import CheckIn, Cycle, Grade, KeyResult, Objective

_MOST_ROWS: Final = 500
_MOST_BYTES: Final = 1 << 19
"""Of a request with many check-ins, as JSON; the gateway takes 8 MiB, and what may stand before it often 1 MiB."""


def cycle_body(cycle: Cycle) -> Json:
    """A cycle to be defined."""
    return {"name": cycle.name, "kind": "tactical", "first_day": cycle.first_day.isoformat(), "last_day": cycle.last_day.isoformat()}


def person_body(handle: str) -> Json:
    """A person to be added."""
    return {"handle": handle, "name": handle, "roles": ["member"]}


def objective_body(objective: Objective) -> Json:
    """An objective to be drafted."""
    body: Json = {
        "cycle": objective.cycle,
        "reference": objective.reference,
        "title": objective.title,
        "level": objective.level,
        "team": objective.team,
        "contributors": list(objective.contributors),
        "start_day": objective.start_day.isoformat(),
        "due_day": objective.due_day.isoformat(),
    }
    if objective.owner is not None:
        body["owner"] = objective.owner
    return body


def key_result_body(key_result: KeyResult) -> Json:
    """A key result to be defined."""
    body: Json = {
        "reference": key_result.reference,
        "title": key_result.title,
        "measure": key_result.measure,
        "weight": key_result.weight,
        "counts_for": list(key_result.counts_for),
    }
    if key_result.measure == "metric":
        body |= {"start": key_result.start, "target": key_result.target, "unit": key_result.unit}
    return body


def check_in_body(check_in: CheckIn) -> Json:
    """A check-in, as one row among many."""
    body: Json = {
        "key_result": check_in.key_result,
        "as_of": check_in.as_of.isoformat(),
        "source": "import",
        "idempotency_key": check_in.idempotency_key,
    }
    if check_in.by is not None:
        body["on_behalf_of"] = check_in.by
    if check_in.abstention is not None:
        body["abstention"] = check_in.abstention
    else:
        body |= {"value": check_in.value, "comment": check_in.comment}
    return body


def grade_body(grade: Grade) -> Json:
    """A grade."""
    return {"grade": grade.grade, "as_of": grade.as_of.isoformat(), "graded_on": grade.graded_on.isoformat(), "reason": grade.reason}


def batches_of(check_ins: Sequence[CheckIn]) -> Iterator[list[CheckIn]]:
    """The check-ins in their order, as many at once as a request may hold; one that is larger goes alone."""
    batch: list[CheckIn] = []
    size = 0
    for check_in in check_ins:
        its_size = len(orjson.dumps(check_in_body(check_in)))
        if batch and (len(batch) == _MOST_ROWS or size + its_size > _MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(check_in)
        size += its_size
    if batch:
        yield batch
