"""Which operation answers at a path: by its fixed words, whatever slashes a reference holds."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import cast

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from gateway.answers import instant_text
from gateway.api import Api, Operation
from gateway.edge import Edge
from gateway.problems import Problem
from gateway.routes.table import RESOURCES

API = Api(cast(Edge, None), RESOURCES)
OPERATIONS = [operation for routes in RESOURCES for operation in routes.operations]


@pytest.mark.parametrize("reference", ["J1", "J1/3", "0190a0c7-e25b-7d7c-8e9f-523f0f4c1f7a", "a b/c d"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: f"{operation.method} {operation.path}")
def test_every_operation_is_found_at_its_path(operation: Operation, reference: str) -> None:
    path = re.sub(r"{(\w+)}", lambda name: reference if name[1] == "ref" else "one", operation.path)
    found, named = API._found(path, operation.method)
    assert found is operation
    assert named.get("ref", reference) == reference


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/", "/v1/key-results", "/v1/key-results/", "/v1/key-results/J1/3/check-ins/", "/v2/tree"])
def test_nothing_answers_elsewhere(path: str) -> None:
    with pytest.raises(Problem) as problem:
        API._found(path, "PATCH")
    assert problem.value.reason == "PATH_UNKNOWN"


@pytest.mark.parametrize(
    "instant",
    ["1970-01-01T00:00:00", "2026-11-22T06:14:45.000001", "1969-12-31T23:59:59.999999", "9999-12-31T23:59:59", "0001-01-01T00:00:00"],
)
def test_an_instant_is_written_in_utc_to_the_microsecond(instant: str) -> None:
    written = Timestamp()
    written.FromDatetime(datetime.fromisoformat(instant).replace(tzinfo=UTC))
    assert instant_text(written) == f"{instant}Z"
