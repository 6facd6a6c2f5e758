"""The schemas of a document: one name stands for one model."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import create_model

from gateway.http import Body
from gateway.http.openapi.schemas import Schemas
from gateway.routes.table import API


def test_two_models_of_one_name_are_refused() -> None:
    operation = next(operation for operation in API.operations if operation.name == "reopen_task")
    without = create_model("Reopening", __base__=Body, reason=(str, ""))
    needed = create_model("Reopening", __base__=Body, reason=(str, ...))
    assert Schemas([replace(operation, body=without)]).components["Reopening"].get("required") is None
    assert Schemas([replace(operation, body=needed)]).components["Reopening"]["required"] == ["reason"]
    with pytest.raises(ValueError, match=r"one name.*: Reopening$"):
        Schemas([replace(operation, body=without), replace(operation, body=needed)])
