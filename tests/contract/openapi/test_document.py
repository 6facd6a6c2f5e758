"""The OpenAPI document: the released one is what the gateway serves, and what the gateway serves is what it does."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from jsonschema_rs import validator_for
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance

from embedded.ports import LOOPBACK, free_ports
from gateway.http import serving
from gateway.routes.table import API
from shared.roles import ADMIN
from tests.support.gateway import gateway_before_fakes

RELEASED = Path(__file__).parents[3] / "contracts" / "openapi" / "gateway.json"
OPERATIONS = {operation.name: operation for operation in API.operations}
CASES = int(os.environ.get("CAIRN_DOCUMENT_CASES", "6"))
"""How many requests an operation is sent, of those that its description allows."""


class RunningGateway:
    """A gateway on a port of this machine, in a thread with a loop of its own, before fake services."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ready, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)
        self.url = self.token = ""

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(30)

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(10)

    async def _run(self) -> None:
        (port,) = free_ports(1)
        async with gateway_before_fakes(self._folder) as gateway, serving(gateway.application, LOOPBACK, port):
            self.token = gateway.token(ADMIN)
            self.url = f"http://{LOOPBACK}:{port}"
            self._ready.set()
            await asyncio.to_thread(self._stop.wait)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGateway]:
    gateway = RunningGateway(tmp_path_factory.mktemp("gateway"))
    gateway.start()
    yield gateway
    gateway.stop()


@pytest.fixture(scope="module")
def document(running: RunningGateway) -> Any:
    return httpx.get(f"{running.url}/openapi.json").json()


def test_the_released_document_is_the_one_that_is_served(document: Any) -> None:
    assert orjson.loads(RELEASED.read_bytes()) == document, "run: python -m gateway.release_document contracts/openapi/gateway.json"


def test_the_released_document_is_written_by_the_command_that_the_failure_names(tmp_path: Path) -> None:
    written = tmp_path / "gateway.json"
    command = [sys.executable, "-m", "gateway.release_document", str(written)]
    subprocess.run(command, check=True)
    assert written.read_bytes() == RELEASED.read_bytes()
    assert subprocess.run(command[:-1], capture_output=True, check=False).returncode == 2


def test_every_operation_has_examples_that_fit_their_own_schemas(document: Any) -> None:
    resources = {"components": document["components"]}
    for methods in document["paths"].values():
        for said in methods.values():
            contents = [answer["content"] for answer in said["responses"].values() if "content" in answer]
            contents += [said["requestBody"]["content"]] if "requestBody" in said else []
            assert contents, said["operationId"]
            for content in contents:
                for media_type, part in content.items():
                    example = part["examples"]["example"]["value"]
                    assert example is not None, said["operationId"]
                    if media_type.endswith("json"):
                        validator_for({**part["schema"], **resources}, validate_formats=True).validate(example)


def test_the_examples_of_problems_fit_their_schema(document: Any) -> None:
    for answer in document["components"]["responses"].values():
        if "content" not in answer:
            continue
        content = answer["content"]["application/problem+json"]
        validator_for({**content["schema"], "components": document["components"]}, validate_formats=True).validate(
            content["examples"]["example"]["value"]
        )


def test_every_operation_and_parameter_says_what_it_is(document: Any) -> None:
    for path, methods in document["paths"].items():
        for said in methods.values():
            assert said["summary"], path
            assert said["description"] not in {"", said["summary"]}, path
            assert said["tags"], path
            assert all(parameter["description"] for parameter in said["parameters"]), path
            names = {parameter["name"] for parameter in said["parameters"] if parameter["in"] == "path"}
            assert names == set(re.findall(r"{(\w+)}", path))


def test_no_schema_has_bounds_in_words_of_pydantic(document: Any) -> None:
    """They leak where a function stands between a type and its bounds, and no reader of JSON Schema heeds them."""

    def hold(schema: dict[str, Any]) -> None:
        assert not schema.keys() & {"ge", "gt", "le", "lt", "max_length", "min_length", "multiple_of"}, schema
        inside = [*schema.get("properties", {}).values(), *schema.get("anyOf", ()), *schema.get("oneOf", ())]
        inside += [schema[name] for name in ("items", "additionalProperties", "propertyNames") if isinstance(schema.get(name), dict)]
        for part in inside:
            hold(part)

    for schema in document["components"]["schemas"].values():
        hold(schema)


def test_the_page_to_read_tells_of_every_operation_and_fetches_nothing(running: RunningGateway) -> None:
    page = httpx.get(f"{running.url}/docs").text
    for name in OPERATIONS:
        assert f'id="{name}"' in page
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//|<script|@import|url\(""", page)


_SECONDS_TO_ANSWER = 120
"""What is asked here may be as much as an operation takes, of a machine that does something else too."""


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_whatever_is_sent_the_answer_is_one_that_the_document_names(running: RunningGateway, name: str) -> None:
    """Schemathesis: no 5xx, no undocumented status, content type or header, answers that fit their schemas."""
    config = SchemathesisConfig.from_dict({"generation": {"mode": "all"}})
    schema = schemathesis.openapi.from_url(f"{running.url}/openapi.json", config=config)
    operation = schema.include(operation_id=name).get_all_operations()
    headers = {"Authorization": f"Bearer {running.token}"}

    for found in operation:
        strategy = found.ok().as_strategy()  # type: ignore[union-attr]

        @settings(max_examples=CASES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
        @given(case=strategy)
        def answers_as_documented(case: Any) -> None:
            if OPERATIONS[name].lasts:
                case.query = {**(case.query or {}), "once": "true"}
            # What a schema cannot say (last_day not before first_day) may be refused although the schema is met.
            case.call_and_validate(headers=headers, timeout=_SECONDS_TO_ANSWER, excluded_checks=[positive_data_acceptance])

        answers_as_documented()
