"""Which operation answers at a path: by its fixed words, whatever slashes a reference holds."""

from __future__ import annotations

import re

import pytest

from gateway.http import Operation, Problem, Router
from gateway.routes.table import API

ROUTER = Router(API)


@pytest.mark.parametrize("reference", ["J1", "J1/3", "0190a0c7-e25b-7d7c-8e9f-523f0f4c1f7a", "a b/c d"])
@pytest.mark.parametrize("operation", API.operations, ids=lambda operation: f"{operation.method} {operation.path}")
def test_every_operation_is_found_at_its_path(operation: Operation, reference: str) -> None:
    path = re.sub(r"{(\w+)}", lambda name: reference if name[1] == "ref" else "one", operation.path)
    found, named = ROUTER.find(operation.method, path)
    assert found is operation
    assert named.get("ref", reference) == reference


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/", "/v1/trees", "/v1/key-results/", "/v1/key-results/J1/3/check-ins/", "/v2/tree"])
def test_nothing_answers_elsewhere(path: str) -> None:
    with pytest.raises(Problem) as problem:
        ROUTER.find("PATCH", path)
    assert problem.value.reason == "PATH_UNKNOWN"
