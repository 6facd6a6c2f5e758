"""What there is to look up is whole: every reason that the code gives with its status, every event, every limit; and the pages tell it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from chassis.errors import Kind
from gateway.backends import ReferenceKind, unknown_reason
from gateway.backends.refusals import STATUSES, STATUSES_BY_REASON
from gateway.catalogues import EVENT_TYPES, REASONS, Limit
from gateway.http import AtOnce
from gateway.http.problems import TITLES
from gateway.main import GatewaySettings
from gateway.release_catalogues import main, outdated
from gateway.routes.limit_catalogue import limits_of
from gateway.routes.limits import PERSON_REQUESTS, TENANT_REQUESTS
from gateway.routes.table import API

ROOT: Final = Path(__file__).parents[2]
SAYING_NO: Final = {"Refused", "TokenRefused", "Problem", "malformed", "invalid", "unauthenticated"}
A_REASON: Final = re.compile(r"[A-Z]+(_[A-Z]+)+")
ELSEWHERE: Final = {"cli"}
"""Packages that say no in their own process, and not over the API."""


def said() -> Iterator[tuple[str, int | None, str]]:
    for path in sorted((ROOT / "services").rglob("*.py")):
        if path.relative_to(ROOT / "services").parts[0] in ELSEWHERE or path.name == "reasons.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING_NO:
                for argument in node.args:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and A_REASON.fullmatch(argument.value):
                        yield argument.value, status_of(node, argument.value), f"{path.relative_to(ROOT)}:{node.lineno}"


def status_of(call: ast.Call, reason: str) -> int | None:
    """The status that a call says in so many words."""
    assert isinstance(call.func, ast.Name)
    match call.func.id:
        case "Problem":
            first = call.args[0]
            return first.value if isinstance(first, ast.Constant) and isinstance(first.value, int) else None
        case "malformed":
            return 400
        case "invalid":
            return STATUSES[Kind.INVALID]
        case "Refused":
            kinds = [keyword.value for keyword in call.keywords if keyword.arg == "kind"]
            if not kinds:
                return STATUSES_BY_REASON.get(reason, STATUSES[Kind.REFUSED])
            return STATUSES[Kind[kinds[0].attr]] if isinstance(kinds[0], ast.Attribute) else None
        case _:
            return None


SAID: Final = list(said())


@pytest.mark.parametrize(("reason", "status", "where"), SAID, ids=[f"{reason} at {where}" for reason, _, where in SAID])
def test_a_reason_that_the_code_gives_is_in_the_catalogue(reason: str, status: int | None, where: str) -> None:
    assert reason in REASONS, f"{where}: say in gateway/catalogues/reasons.py what it means, and what to do"
    assert status is None or status in REASONS[reason].statuses, f"{where}: it comes with {status}, too"


def test_a_reason_of_the_catalogue_is_given_somewhere() -> None:
    texts = [path.read_text() for path in (ROOT / "services").rglob("*.py") if path.name != "reasons.py"]
    dynamic = {unknown_reason(kind) for kind in ReferenceKind}
    assert [reason for reason in REASONS if reason not in dynamic and not any(f'"{reason}"' in text for text in texts)] == []


@pytest.mark.parametrize("reason", REASONS)
def test_a_reason_says_what_it_means_and_what_to_do(reason: str) -> None:
    told = REASONS[reason]
    assert told.statuses
    assert set(told.statuses) <= TITLES.keys()
    assert told.meaning.endswith(".")
    assert told.what_to_do.endswith(".")


SEALED: Final = {"cairn.directory.v1.PersonProfile", "cairn.directory.v1.SavedView"}
"""Parts of events, encrypted there."""


@pytest.mark.parametrize("event", EVENT_TYPES, ids=lambda event: event["type"])
def test_an_event_type_says_what_it_tells_of(event: dict[str, Any]) -> None:
    assert event["meaning"].endswith("."), "say it in the proto, before the message; then `make proto`"
    assert event["fields"]


def test_every_event_that_is_stored_is_in_the_catalogue() -> None:
    golden = {path.stem for path in (ROOT / "contracts" / "events").glob("cairn.*.json")}
    assert {event["type"] for event in EVENT_TYPES} == golden - SEALED


def limits_told() -> list[Limit]:
    return limits_of(API, (PERSON_REQUESTS, TENANT_REQUESTS), {"trees": AtOnce("trees", 1, 2, 3)})


def test_a_limit_has_a_name_of_its_own_and_a_reason_of_the_catalogue() -> None:
    told = limits_told()
    assert len({limit.name for limit in told}) == len(told)
    assert {limit.reason for limit in told} <= {*REASONS, ""}
    assert {limit.setting.removeprefix("CAIRN_").lower() for limit in told if limit.setting} <= GatewaySettings.model_fields.keys()


def test_what_is_set_is_told() -> None:
    assert {limit.name: limit.value for limit in limits_told() if limit.name.startswith("trees_")} == {
        "trees_at_once_person": 1,
        "trees_at_once_tenant": 2,
        "trees_at_once_all": 3,
    }


def test_every_body_and_everything_at_once_has_its_limit() -> None:
    values = {limit.value for limit in limits_told()}
    assert {operation.body_limit for operation in API.operations} <= values
    assert {operation.at_once.all for operation in API.operations if operation.at_once and operation.at_once.what != "trees"} <= values


def test_the_pages_are_what_the_catalogues_say() -> None:
    assert outdated(ROOT / "docs" / "reference") == [], "run: python -m gateway.release_catalogues docs/reference"


def test_the_command_that_the_failure_names_writes_the_pages_and_compares_them(tmp_path: Path) -> None:
    assert main(["--check", str(tmp_path)]) == 1
    assert main([str(tmp_path)]) == 0
    assert main(["--check", str(tmp_path)]) == 0
    pages = {path.name for path in (ROOT / "docs" / "reference").glob("*.md")}
    assert {path.name for path in tmp_path.iterdir()} == pages - {"roles.md", "rules.md"}  # test_roles_page.py, test_rules.py
    assert main([]) == 2
