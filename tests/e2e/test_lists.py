"""Every collection of the OpenAPI document, through the whole system: one envelope, bounded pages, cursors, and what has changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, Final

import httpx
import pytest

from chassis.positions import parse_positions
from tests.contract.test_lists import LISTS, PLACES
from tests.support.company import Company, Json, Person, day, found_company, new_tenant, unique_name
from tests.support.system import System

NAMES: Final = {said["operationId"]: path for path, said in LISTS.items()}
PARAMETERS: Final = {
    name: {parameter["name"]: parameter["schema"] for parameter in LISTS[path]["parameters"] if parameter["in"] == "query"}
    for name, path in NAMES.items()
}
BY_CURSOR: Final = sorted(NAMES.keys() - PLACES.keys())
FOLLOWED: Final = sorted(name for name, takes in PARAMETERS.items() if "changed_since" in takes)

_NUMBERS: Final = count(1)


def _check_in(company: Company) -> None:
    company.admin.post("/v1/key-results/O1/1/check-ins", {"value": next(_NUMBERS)})


def _cycle(company: Company) -> None:
    company.admin.post("/v1/cycles", {"name": unique_name("c"), "kind": "custom", "first_day": day(-next(_NUMBERS)), "last_day": day(9)})


def _objective(company: Company) -> None:
    company.admin.post("/v1/objectives", {"cycle": "now", "title": "One more"})


def _key_result(company: Company) -> None:
    company.admin.post("/v1/objectives/O1/key-results", {"title": "One more", "measure": "binary"})


def _team(company: Company) -> None:
    company.admin.post("/v1/teams", {"name": unique_name("t")})


def _member(company: Company) -> None:
    company.admin.ask("POST", "/v1/teams", {"name": "Core"})  # another test may have done so
    company.admin.post("/v1/people", {"handle": unique_name("p"), "teams": ["Core"]})


def _kpi(company: Company) -> None:
    company.admin.post("/v1/kpis", {"title": "One more"})


def _kpi_value(company: Company) -> None:
    assert company.admin.ask("POST", "/v1/kpis", {"reference": "health", "title": "Health"}).status_code in (201, 409)
    company.admin.post("/v1/kpis/health/values", {"value": next(_NUMBERS)})


def _task(company: Company) -> None:
    company.admin.post("/v1/tasks", {"title": "One more", "serves": {"objective": "O1"}})


def _effort(company: Company, path: str) -> None:
    company.admin.ask("POST", "/v1/tasks", {"reference": "T-effort", "title": "Ask", "serves": {"objective": "O1"}})
    serving = {"reference": "I-effort", "title": "Try", "serves": {"objective": "O1"}}
    company.admin.ask("POST", "/v1/initiatives", serving)
    company.admin.post(path, {"minutes": 1})


def _initiative(company: Company) -> None:
    company.admin.post("/v1/initiatives", {"title": "One more", "serves": {"key_result": "O1/1"}})


def _milestone(company: Company) -> None:
    company.admin.post("/v1/milestones", {"title": "One more", "day": day(9)})


def _say(company: Company, path: str) -> None:
    company.admin.post(f"/v1/{path}/comments", {"kind": "comment", "text": "One more"})


def _first_check_in(company: Company) -> str:
    """One and the same: sent again under its key, it is answered as the first time."""
    return str(company.admin.post("/v1/key-results/O1/2/check-ins", {"value": 1}, key="first-check-in")["id"])


MAKES: Final[dict[str, Callable[[Company], Any]]] = {
    "list_tenants": lambda company: new_tenant(str(company.admin.http.base_url)),
    "list_people": lambda company: company.admin.post("/v1/people", {"handle": unique_name("p"), "name": "One more"}),
    "list_teams": _team,
    "list_members": _member,
    "list_views": lambda company: company.admin.post("/v1/views", {"name": unique_name("v"), "address": "/objectives"}),
    "list_cycles": _cycle,
    "list_objectives": _objective,
    "list_key_results": _key_result,
    "list_check_ins": _check_in,
    "list_check_ins_of_key_result": _check_in,
    "list_tasks": _task,
    "list_task_effort": lambda company: _effort(company, "/v1/tasks/T-effort/effort"),
    "list_initiative_effort": lambda company: _effort(company, "/v1/initiatives/I-effort/effort"),
    "list_own_effort": lambda company: _effort(company, "/v1/tasks/T-effort/effort"),
    "list_initiatives": _initiative,
    "list_milestones": _milestone,
    "list_kpis": _kpi,
    "list_kpi_values": _kpi_value,
    "list_comments_on_objective": lambda company: _say(company, "objectives/O1"),
    "list_comments_on_key_result": lambda company: _say(company, "key-results/O1/1"),
    "list_comments_on_check_in": lambda company: _say(company, f"check-ins/{_first_check_in(company)}"),
    "get_objective_history": _key_result,
    "get_key_result_history": _check_in,
    "list_actions": _key_result,
    "list_events": _cycle,
}
"""What makes one more of what a collection holds."""
NOT_MADE: Final = {
    "list_inbox": "what somebody is told of follows from turns of statuses: test_notifications.py",
    "list_dead_letters": "no command makes one: test_dead_letters.py",
}
MADE: Final = sorted(MAKES)


class Collection:
    """One of the collections, as one who may read all of it asks for it."""

    def __init__(self, name: str, company: Company) -> None:
        self.name, self.company = name, company
        self.path = NAMES[name].replace("{ref}", "O1/1" if "key-results" in NAMES[name] else "O1")
        self.path = self.path.replace("{team}", "Core").replace("{kpi}", "health")
        self.path = self.path.replace("{task}", "T-effort").replace("{initiative}", "I-effort")
        if "{check_in}" in self.path:
            self.path = self.path.replace("{check_in}", _first_check_in(company))
        admin = company.admin
        if "{team}" in NAMES[name]:
            admin.ask("POST", "/v1/teams", {"name": "Core"})  # another test may have done so
        self.reader: Person = admin.operator() if name == "list_tenants" else admin
        # A list of what was done tells that it was read, too.
        self.asked: Json = {"log": "goals"} if name == "list_actions" else {}

    def ask(self, **parameters: Any) -> httpx.Response:
        return self.reader.ask("GET", self.path, **self.asked, **parameters)

    def page(self, **parameters: Any) -> Json:
        answer = self.ask(**parameters)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    def make(self) -> None:
        MAKES[self.name](self.company)
        self.company.admin.catch_up()


def key(item: Json) -> str:
    """What tells an item from every other one of its collection."""
    item = item["person"] if "since" in item else item  # somebody who is in a team
    return str(item.get("id") or item.get("event_id") or (item["log"], item["position"]))


@pytest.fixture(scope="module")
def furnished(system: System) -> Company:
    """A company with three of each."""
    company = found_company(system.url)
    for make in MAKES.values():
        make(company)
        make(company)
    company.admin.catch_up()
    return company


def test_of_every_collection_it_is_said_how_there_comes_to_be_one_more() -> None:
    assert NAMES.keys() == MAKES.keys() | NOT_MADE.keys()


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_page_has_the_envelope_and_the_address_of_the_next_one(furnished: Company, name: str) -> None:
    collection = Collection(name, furnished)
    answer = collection.ask(limit=1)
    page = answer.json()
    assert answer.status_code == 200
    assert {"items", "next"} <= page.keys()
    assert len(page["items"]) <= 1
    assert (page["next"] is not None) == ("next" in answer.links)
    if name in MAKES:
        following = collection.reader.ask("GET", answer.links["next"]["url"])
        assert following.status_code == 200
        assert key(following.json()["items"][0]) != key(page["items"][0])


@pytest.mark.parametrize("name", sorted(NAMES))
def test_what_a_list_does_not_take_is_refused_by_its_name(furnished: Company, name: str) -> None:
    collection = Collection(name, furnished)
    for parameter, value in (("limit", "0"), ("limit", "1001"), ("limit", "many"), ("colour", "red")):
        refused = collection.ask(**{parameter: value})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, parameter)
    assert len(collection.page(limit=1000)["items"]) <= 1000


@pytest.mark.parametrize("name", sorted(set(BY_CURSOR) & MAKES.keys()))
def test_a_cursor_is_of_one_caller_s_question(system: System, furnished: Company, name: str) -> None:
    collection = Collection(name, furnished)
    cursor = collection.page(limit=1)["next"]
    assert collection.page(limit=7, cursor=cursor)["items"], "another limit is the same list"
    assert collection.ask(cursor=f"{cursor[:-4]}AAAA").status_code == 400
    others = {"sort": "-id", "changed_since": "2026-01-01T00:00:00Z", "as_of": "2026-01-01"}
    for parameter in sorted(others.keys() & PARAMETERS[name].keys()):
        allowed = PARAMETERS[name][parameter].get("enum", [others[parameter]])
        value = next(word for word in allowed if word != PARAMETERS[name][parameter].get("default"))
        assert collection.ask(cursor=cursor, **{parameter: value}).json()["reason"] == "CURSOR_FOREIGN"
    if collection.reader is furnished.admin:
        stranger = Collection(name, found_company(system.url))
        assert stranger.ask(cursor=cursor).json()["reason"] == "CURSOR_FOREIGN"


@pytest.mark.parametrize("name", MADE)
def test_who_turns_pages_while_things_are_added_reads_each_older_one_once(furnished: Company, name: str) -> None:
    collection = Collection(name, furnished)
    orders = PARAMETERS[name].get("sort", {}).get("enum", [None])
    for order in dict.fromkeys((orders[0], orders[-1])):
        asked: Json = {} if order is None else {"sort": order}
        before = {key(item) for item in _all(collection, limit=1000, **asked)}
        read = [key(item) for item in _all(collection, limit=-(-len(before) // 3), meanwhile=collection.make, **asked)]
        assert sorted(read) == sorted(set(read)), "something stood on two pages"
        assert before <= set(read)


def _all(collection: Collection, meanwhile: Callable[[], None] | None = None, **asked: Any) -> Iterator[Json]:
    """Page after page, as Link has their addresses; something happens between the first and the second, and the second and the third."""
    answer = collection.ask(**asked)
    for number in count(1):
        yield from answer.json()["items"]
        if "next" not in answer.links:
            return
        if meanwhile is not None and number < 3:
            meanwhile()
        answer = collection.reader.ask("GET", answer.links["next"]["url"])


@pytest.mark.parametrize("name", FOLLOWED)
def test_who_follows_a_list_is_told_what_has_changed_and_nothing_else(furnished: Company, name: str) -> None:
    collection = Collection(name, furnished)
    furnished.admin.catch_up()
    whole = collection.ask(limit=1000)
    since = whole.headers["Cairn-Position"]
    again = collection.ask(changed_since=since)
    assert (again.json()["items"], again.json()["gone"]) == ([], [])
    assert not _is_behind(again.headers["Cairn-Position"], since)  # what became known meanwhile of things of which the list does not tell
    collection.make()
    changed = collection.ask(changed_since=since)
    (new,) = changed.json()["items"]
    assert key(new) not in {key(item) for item in whole.json()["items"]}
    assert changed.json()["gone"] == []
    assert collection.page(changed_since=changed.headers["Cairn-Position"])["items"] == []
    assert len(collection.page(changed_since="1970-01-01T00:00:00Z", limit=1000)["items"]) == len(whole.json()["items"]) + 1


def _is_behind(positions: str, others: str) -> bool:
    """Whether positions name, of any log, less than others do."""
    reached, before = _by_log(positions), _by_log(others)
    return any(reached.get(log, 0) < number for log, number in before.items())


def _by_log(positions: str) -> dict[str, int]:
    return {each.log: each.position for each in sorted(parse_positions(positions), key=lambda each: each.position)}


@pytest.mark.parametrize("said", ["objectives", "key-results", "check-ins", "people", "cycles"])
def test_the_command_line_lists_what_the_api_lists(system: System, furnished: Company, said: str) -> None:
    listed = json.loads(system.cairn(said, "--tenant", furnished.name, "--limit", "0", "--json").stdout)
    assert listed["items"] == furnished.admin.get(f"/v1/{said}", limit=1000)["items"]
    table = system.cairn(said, "--tenant", furnished.name, "--limit", "1").stdout
    assert "there is more: --limit 0 shows all" in table
    first = furnished.admin.get(f"/v1/{said}", limit=1)["items"][0]
    assert str(first.get("ref") or first.get("handle") or first.get("name") or first["key_result"]["ref"]) in table


def test_who_no_longer_passes_a_filter_is_told_as_gone(furnished: Company) -> None:
    """Whoever has left, and a cycle that has begun."""
    admin = furnished.admin
    person = admin.post("/v1/people", {"handle": unique_name("p"), "name": "Leaves"})
    name = unique_name("c")
    cycle = admin.post("/v1/cycles", {"name": name, "kind": "custom", "first_day": day(1), "last_day": day(9)})
    asked: dict[str, Json] = {"/v1/people": {"state": "active"}, "/v1/cycles": {"state": "planning"}}
    since = {path: admin.ask("GET", path, **more).headers["Cairn-Position"] for path, more in asked.items()}
    admin.post(f"/v1/people/{person['id']}/leave")
    admin.post(f"/v1/cycles/{name}/start")
    for (path, more), gone in zip(asked.items(), (person["id"], cycle["id"]), strict=True):
        found = admin.get(path, changed_since=since[path], **more)
        assert (found["items"], found["gone"]) == ([], [gone])
