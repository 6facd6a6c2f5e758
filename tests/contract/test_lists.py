"""Every list of the API comes in one envelope, page by page."""

from __future__ import annotations

from typing import Any, Final

import pytest

from gateway.http.openapi import document
from gateway.routes.table import API

DOCUMENT: Final = document(API)
SCHEMAS: Final = DOCUMENT["components"]["schemas"]
GETS: Final[dict[str, Any]] = {path: methods["get"] for path, methods in DOCUMENT["paths"].items() if "get" in methods}

NOT_LISTS: Final = {
    "get_tree": "objectives with their key results, by pages of their own shape",
    "get_series": "the days of one objective, told whole",
    "get_report": "what stands of a closing, told whole",
    "get_team_effort": "one team, with its weeks",
    "get_team_progress": "one team, with those below it",
    "get_pillar_progress": "one pillar",
    "get_participation": "the periods of one cycle, told whole",
    "compare_cycles": "those that are named, told whole",
    "get_persons_page": "what one person has, told whole",
    "get_status": "one entry a service",
    "get_clock": "one entry a service",
    "list_settings": "all of them, told whole",
    "list_pillars": "all of them, told whole",
    "get_vision": "a board, with its pillars",
    "list_owned": "what one person has, told whole",
    "coach_objectives": "what is said of a cycle, told whole",
    "list_coach_rules": "a catalogue, told whole",
    "list_templates": "a library, told whole",
    "list_reasons": "a catalogue, told whole",
    "list_event_types": "a catalogue, told whole",
    "list_limits": "a catalogue, told whole",
}
"""What answers several things and is no list of a collection."""


PLACES: Final = {"list_events": "after"}
"""Lists that are gone on from by positions instead of a cursor: from one that an answer bears, a year later too."""


def _answer(said: Any) -> Any:
    content = said["responses"].get("200", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    return SCHEMAS[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def _tells_several(path: str, said: Any) -> bool:
    """Whether it is no single thing, and answers an array of things."""
    properties = _answer(said).get("properties", {})
    return not path.endswith("}") and any("$ref" in schema.get("items", {}) for schema in properties.values())


LISTS: Final = {path: said for path, said in GETS.items() if _tells_several(path, said) and said["operationId"] not in NOT_LISTS}


def test_there_are_lists() -> None:
    assert {"/v1/people", "/v1/cycles", "/v1/audit/actions"} <= LISTS.keys()
    assert NOT_LISTS.keys() <= {said["operationId"] for said in GETS.values()}


@pytest.mark.parametrize("path", LISTS)
def test_a_list_has_items_and_next(path: str) -> None:
    answer = _answer(LISTS[path])
    assert list(answer["properties"])[:2] == ["items", "next"]
    assert {"items", "next"} <= set(answer["required"])
    assert answer["properties"]["next"]["anyOf"] == [{"type": "string"}, {"type": "null"}]
    assert "Link" in LISTS[path]["responses"]["200"]["headers"]


@pytest.mark.parametrize("path", LISTS)
def test_a_list_takes_limit_and_cursor(path: str) -> None:
    takes = {parameter["name"]: parameter["schema"] for parameter in LISTS[path]["parameters"] if parameter["in"] == "query"}
    assert (takes["limit"]["minimum"], takes["limit"]["maximum"], takes["limit"]["default"]) == (1, 1000, 50)
    assert takes[PLACES.get(LISTS[path]["operationId"], "cursor")]["type"] == "string"


def test_whatever_comes_by_pages_says_where_the_next_one_is() -> None:
    for path, said in GETS.items():
        takes = {parameter["name"] for parameter in said["parameters"] if parameter["in"] == "query"}
        comes_by_pages = _answer(said).get("properties", {}).get("next", {"type": "null"}) != {"type": "null"}
        assert (PLACES.get(said["operationId"], "cursor") in takes) == comes_by_pages, path
