"""Who may ask for what: every operation of the OpenAPI document, asked by every role, and by the admin of another tenant.

The table is in tests/support/who_may.py, and as a page in docs/reference/roles.md. What somebody may not even know of is in
tests/integration/*/test_who_may.py. An operation that is added needs a line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pytest

from gateway.http import Operation
from gateway.routes.table import API
from tests.support.company import Json, Person, new_tenant, unique_name
from tests.support.system import System
from tests.support.who_may import expected

ROLES = ("admin", "champion", "member", "viewer", "auditor", "service")
COLUMNS = (*ROLES, "owner", "operator", "elsewhere")
SIGNED_IN = {operation.name: operation for operation in API.operations if operation.signed_in}

DONE_BY_ANOTHER: Final = {
    "start_cycle": "CYCLE_STEP",
    "review_cycle": "CYCLE_STEP",
    "close_cycle": "CYCLE_STEP",
    "reopen_cycle": "CYCLE_NOT_CLOSED",
    "activate_objective": "OBJECTIVE_ACTIVE",
    "close_objective": "OBJECTIVE_CLOSED",
    "reopen_objective": "OBJECTIVE_NOT_ENDED",
    "cancel_task": "TASK_NOT_OPEN",
    "retract_check_in": "CHECK_IN_RETRACTED",
}
"""What is done once: whoever may, and asks after the first one, is told that it is so already."""

OTHERWISE: Final = {
    ("appoint_admin", "TENANT_HAS_ADMIN"): "an operator appoints the first one, and an admin made the company",
    ("submit_objective", "NO_APPROVAL_WANTED"): "the tenant wants none: tests/unit/goals/test_approval.py has who may where it does",
    ("approve_objective", "NOT_SUBMITTED"): "as above",
    ("send_objective_back", "NOT_SUBMITTED"): "as above",
    ("advance_clock", "CLOCK_MAY_NOT_BE_MOVED"): "it is moved by hand in a demonstration alone",
    ("compare_cycles", "CYCLE_UNKNOWN"): "of the operator, in whose tenant there is none",
    ("coach_objectives", "CYCLE_UNKNOWN"): "as above",
}
"""Refusals of what the request says, or of how things are, that whoever may ask is told all the same, and why they are."""


@dataclass(frozen=True)
class Callers:
    """A company, somebody of each role, and what its things are called where a path names them."""

    by_column: dict[str, Person]
    names: dict[str, str]

    def path(self, operation: Operation) -> str:
        path = operation.path
        if "{ref}" in path:
            path = path.replace("{ref}", self.names["key result" if "/key-results/{ref}" in path else "objective"])
        if operation.name == "remove_template":
            path = path.replace("{template}", self.names["spare template"])
        if operation.name == "unshare_key_result":
            path = path.replace("{objective}", self.names["counted for"])
        if operation.name == "share_key_result":  # it was moved to what the others name
            path = path.replace("{objective}", self.names["first"])
        for name, value in self.names.items():
            path = path.replace(f"{{{name}}}", value)
        return path

    def verdict(self, operation: Operation, column: str) -> str:
        """What an operation answers to somebody."""
        who = self.by_column[column]
        path = self.path(operation)
        if operation.name == "unshare_key_result":  # one of its own: whoever was asked before has let go of theirs
            shared = {"title": "Let go", "measure": "binary", "counts_for": [self.names["counted for"]]}
            made = self.by_column["admin"].post(f"/v1/objectives/{self.names['objective']}/key-results", shared)
            path = path.replace(self.names["key result"], made["id"])
        if (made_for := self.made_for(operation)) is not None:  # what is over after it is asked for is used by others too
            path = path.replace(self.names[made_for[0]], made_for[1])
        if operation.name == "remove_view":  # the one who may asks before others who may not
            path = path.replace(self.names["view"], shared_view(self.by_column["owner"]))
        query = "?once=true" if operation.lasts else QUERIES.get(operation.name, "")
        answer = who.ask(operation.method, f"{path}{query}", self.body(operation))
        assert answer.status_code not in (401, 405, 500, 503), (operation.name, column, answer.text)
        if operation.name in ("sign_out", "sign_out_person"):
            who.sign_in()
        if answer.status_code == 403:
            return "no"
        if answer.status_code == 404:
            return "unknown"
        if answer.status_code >= 400:
            reason = answer.json()["reason"]
            if DONE_BY_ANOTHER.get(operation.name) == reason:
                return DONE_ALREADY
            if (operation.name, reason) not in OTHERWISE:
                return f"{answer.status_code} {answer.text}"
        return "own" if column == "elsewhere" and "{" not in operation.path.replace("{setting}", "") else "yes"

    def made_for(self, operation: Operation) -> tuple[str, str] | None:
        """What an operation ends for good: by which name a path has such a thing, and the id of one of its own."""
        admin, title = self.by_column["admin"], unique_name()
        match operation.name:
            case "cancel_objective":
                wanted = {"cycle": "2026-Q2", "title": title, "owner": "owner"}
                return "objective", admin.post("/v1/objectives", wanted)["id"]
            case "cancel_key_result":
                return "key result", admin.post(f"/v1/objectives/{self.names['first']}/key-results", {"title": title, "measure": "binary"})[
                    "id"
                ]
            case "retire_kpi":
                return "kpi", admin.post("/v1/kpis", {"title": title, "owner": "owner"})["id"]
            case "take_comment_back":
                return "comment", admin.post(f"/v1/objectives/{self.names['first']}/comments", {"kind": "comment", "text": title})["id"]
            case "dissolve_team":
                return "team", admin.post("/v1/teams", {"name": title})["id"]
            case _:
                return None

    @staticmethod
    def body(operation: Operation) -> Any:
        """The example that the document gives, of things that are there."""
        body: Json = dict(operation.example or {})
        match operation.name:
            case "register_tenant":
                body["name"] = unique_name()
            case "appoint_admin":
                body["person"] = "guest"
            case "add_person":
                body |= {"handle": unique_name(), "teams": []}
            case "found_team" | "save_view" | "define_cycle":
                body["name"] = unique_name()
            case "define_objective" | "define_key_result" | "define_kpi" | "start_objective_from_kpi" | "use_template":
                body["reference"] = ""
                body.pop("key_results", None)
                body.pop("owner", None)
            case "carry_objective_over":
                body.pop("targets")
            case "dissolve_team":
                body.pop("holds_from")
            case "add_pillar":
                body |= {"title": unique_name(), "reference": ""}
        return body if operation.body is not None else None


QUERIES: Final = {
    "get_tree": "?cycle=2026-Q1",
    "get_report": "?version=1",  # of the first closing: it was reopened since
    "compare_cycles": "?cycle=2026-Q1&cycle=2026-Q2",
    "coach_objectives": "?cycle=2026-Q1",
}
"""What an operation needs to be told beside its path."""

DONE_ALREADY: Final = "done already"


def shared_view(owner: Person) -> str:
    """The id of a view that somebody saves and shares."""
    return str(owner.post("/v1/views", {"name": unique_name(), "address": "/objectives", "shared": True})["id"])


@pytest.fixture(scope="module")
def callers(system: System) -> Callers:
    admin = new_tenant(system.url)
    for role in (*ROLES[1:], "owner", "guest"):
        admin.post("/v1/people", {"handle": role, "roles": [role if role in ROLES else "member"]})
    guest = admin.get("/v1/people/guest")["id"]
    admin.post("/v1/teams", {"name": "Core"})
    pillar = admin.post("/v1/pillars", {"title": "Growth"})["id"]
    cycle = admin.post("/v1/cycles", {"name": "2026-Q1", "kind": "tactical", "first_day": "2026-01-01", "last_day": "2026-12-31"})["id"]
    next_cycle = {"name": "2026-Q2", "kind": "tactical", "first_day": "2026-01-01", "last_day": "2026-12-31"}
    admin.post("/v1/cycles", next_cycle)
    first, second, third = (
        admin.post("/v1/objectives", {"cycle": "2026-Q1", "reference": name, "title": name, "owner": "owner"})["id"]
        for name in ("J1", "J2", "J3")
    )
    metric = {"reference": "J1/1", "title": "Hire", "measure": "metric", "start": 0, "target": 3, "counts_for": ["J3"]}
    key_result = admin.post("/v1/objectives/J1/key-results", metric)["id"]
    admin.post("/v1/objectives/J1/activate")
    check_in = admin.post("/v1/key-results/J1/1/check-ins", {"value": 1})["id"]
    kpi = admin.post("/v1/kpis", {"reference": "health", "title": "Health", "owner": "owner", "low": 2})["id"]
    owner = Person(system.url, tenant=admin.tenant, person="owner")
    work = {
        "task": owner.post("/v1/tasks", {"title": "Ask", "assignee": "admin", "serves": {"objective": "J2"}})["id"],
        "initiative": owner.post("/v1/initiatives", {"title": "Try", "serves": {"objective": "J2"}})["id"],
        "milestone": owner.post("/v1/milestones", {"title": "Open", "day": "2026-05-01"})["id"],
    }
    measurement = admin.post("/v1/kpis/health/values", {"value": 1})["id"]
    work["effort"] = admin.post(f"/v1/tasks/{work['task']}/effort", {"minutes": 60})["id"]
    comment = admin.post("/v1/objectives/J2/comments", {"kind": "comment", "text": "Why?"})["id"]
    admin.catch_up()
    elsewhere = new_tenant(system.url)
    for name in ("2026-Q1", "2026-Q2"):
        elsewhere.post("/v1/cycles", next_cycle | {"name": name})
    elsewhere.post("/v1/objectives", {"cycle": "2026-Q1", "title": "Theirs", "key_results": [metric | {"counts_for": []}]})
    by_column = {role: Person(system.url, tenant=admin.tenant, person=role) for role in (*ROLES, "owner")}
    others = {"operator": Person(system.url, operator=True), "elsewhere": elsewhere}
    names = {"objective": second, "key result": key_result, "cycle": cycle, "person": guest, "check_in": check_in, "tenant": admin.tenant}
    names |= {"pillar": pillar, "kpi": kpi, "measurement": measurement, **work}
    names |= {"comment": comment, "reaction": "heart"}
    names |= {thing: by_column["owner"].post("/v1/templates", {"title": thing})["id"] for thing in ("template", "spare template")}
    names["view"] = shared_view(by_column["owner"])
    return Callers(
        by_column | others,
        names | {"team": "Core", "setting": "bounds", "service": "progress", "log": "none", "first": first, "counted for": third},
    )


@pytest.mark.parametrize("name", SIGNED_IN)
def test_an_operation_is_answered_to_whoever_may_ask_for_it(callers: Callers, name: str) -> None:
    operation = SIGNED_IN[name]
    found = {column: callers.verdict(operation, column) for column in reversed(COLUMNS)}  # whoever may change it asks last
    if DONE_ALREADY in found.values():
        assert {"yes", "own"} & set(found.values()), f"nobody did it: {found}"
        found = {column: "yes" if verdict == DONE_ALREADY else verdict for column, verdict in found.items()}
    line = f"{name:28} " + " ".join(f"{found[column]:8}" for column in COLUMNS)
    assert found == expected().get(name), f"it is\n{line}"


def test_whatever_is_in_the_table_is_an_operation() -> None:
    assert set(expected()) == set(SIGNED_IN)
