"""Who may ask for what: every operation of the OpenAPI document, asked by every role, and by the admin of another tenant.

    yes      answered, or refused for what the request says: its caller may ask
    no       403
    unknown  404: nothing by that name is there for this caller
    own      it names nothing of anybody's: the caller of another tenant is answered of their own

What somebody may do with an objective that is theirs, or not even know of, is in tests/integration/*/test_who_may.py: here none of the
callers but the admin, who made it, has to do with it, and everybody sees it. An operation that is added needs a line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from gateway.http import Operation
from gateway.routes.table import API
from tests.support.company import Json, Person, new_tenant, unique_name
from tests.support.system import System

TABLE = """
operation                admin    champion member   viewer   auditor  service  operator elsewhere
sign_out                 yes      yes      yes      yes      yes      yes      yes      own
get_me                   yes      yes      yes      yes      yes      yes      yes      own
register_tenant          no       no       no       no       no       no       yes      no
list_tenants             no       no       no       no       no       no       yes      no
get_tenant               no       no       no       no       no       no       yes      no
appoint_admin            no       no       no       no       no       no       yes      no
add_person               yes      no       no       no       no       no       no       own
list_people              yes      yes      yes      yes      yes      yes      yes      own
get_person               yes      yes      yes      yes      yes      yes      unknown  unknown
change_person            yes      no       no       no       no       no       unknown  unknown
leave_person             yes      no       no       no       no       no       unknown  unknown
reinstate_person         yes      no       no       no       no       no       unknown  unknown
sign_out_person          yes      no       no       no       no       no       unknown  unknown
define_cycle             yes      yes      no       no       no       yes      no       own
list_cycles              yes      yes      yes      yes      yes      yes      yes      own
get_cycle                yes      yes      yes      yes      yes      yes      unknown  unknown
start_cycle              yes      yes      no       no       no       yes      unknown  unknown
review_cycle             yes      yes      no       no       no       yes      unknown  unknown
close_cycle              yes      yes      no       no       no       yes      unknown  unknown
define_objective         yes      yes      yes      no       no       yes      yes      own
list_objectives          yes      yes      yes      yes      yes      yes      yes      own
get_objective            yes      yes      yes      yes      yes      yes      unknown  unknown
revise_objective         yes      no       no       no       no       no       unknown  unknown
align_objective          yes      no       no       no       no       no       unknown  unknown
activate_objective       yes      no       no       no       no       no       unknown  unknown
close_objective          yes      no       no       no       no       no       unknown  unknown
cancel_objective         yes      no       no       no       no       no       unknown  unknown
define_key_result        yes      no       no       no       no       no       unknown  unknown
list_key_results         yes      yes      yes      yes      yes      yes      yes      own
get_key_result           yes      yes      yes      yes      yes      yes      unknown  unknown
revise_key_result        yes      no       no       no       no       no       unknown  unknown
cancel_key_result        yes      no       no       no       no       no       unknown  unknown
share_key_result         yes      no       no       no       no       no       unknown  unknown
unshare_key_result       unknown  no       no       no       no       no       unknown  unknown
list_check_ins           yes      yes      yes      yes      yes      yes      yes      own
list_check_ins_of_key_result yes  yes      yes      yes      yes      yes      unknown  unknown
get_check_in             yes      yes      yes      yes      yes      yes      unknown  unknown
record_check_in          yes      no       no       no       no       yes      unknown  unknown
record_check_ins         yes      yes      yes      yes      yes      yes      yes      own
correct_check_in         yes      no       no       no       no       yes      unknown  unknown
retract_check_in         yes      no       no       no       no       yes      unknown  unknown
grade_key_result         yes      no       no       no       no       yes      unknown  unknown
import_tables            yes      no       no       no       no       yes      no       own
get_tree                 yes      yes      yes      yes      yes      yes      yes      own
get_objective_history    yes      yes      yes      yes      yes      yes      unknown  unknown
get_key_result_history   yes      yes      yes      yes      yes      yes      unknown  unknown
list_inbox               yes      yes      yes      yes      yes      yes      yes      own
mark_read                yes      yes      yes      yes      yes      yes      yes      own
list_actions             yes      yes      yes      yes      yes      yes      yes      own
export_log               yes      no       no       no       yes      no       no       own
list_events              yes      no       no       no       yes      no       no       own
get_status               yes      yes      yes      yes      yes      yes      yes      own
catch_up                 yes      yes      yes      yes      yes      yes      yes      own
rebuild                  no       no       no       no       no       no       yes      no
rebuild_progress         no       no       no       no       no       no       yes      no
get_digest               yes      no       no       no       yes      no       no       own
list_dead_letters        yes      no       no       no       yes      no       yes      own
replay_dead_letters      yes      no       no       no       no       no       yes      own
get_clock                yes      yes      yes      yes      yes      yes      yes      own
advance_clock            no       no       no       no       no       no       yes      no
confirm_clock            no       no       no       no       no       no       yes      no
recover_log              no       no       no       no       no       no       unknown  no
"""

ROLES = ("admin", "champion", "member", "viewer", "auditor", "service")
COLUMNS = (*ROLES, "operator", "elsewhere")
SIGNED_IN = {operation.name: operation for operation in API.operations if operation.signed_in}


def expected() -> dict[str, dict[str, str]]:
    head, *lines = (line.split() for line in TABLE.strip().splitlines())
    return {line[0]: dict(zip(head[1:], line[1:], strict=True)) for line in lines}


@dataclass(frozen=True)
class Callers:
    """A company, somebody of each role, and what its things are called where a path names them."""

    by_column: dict[str, Person]
    names: dict[str, str]

    def path(self, operation: Operation) -> str:
        path = operation.path
        if "{ref}" in path:
            path = path.replace("{ref}", self.names["key result" if "/key-results/{ref}" in path else "objective"])
        for name, value in self.names.items():
            path = path.replace(f"{{{name}}}", value)
        return path

    def verdict(self, operation: Operation, column: str) -> str:
        """What an operation answers to somebody."""
        who = self.by_column[column]
        answer = who.ask(operation.method, self.path(operation), self.body(operation))
        assert answer.status_code not in (401, 405, 500, 503), (operation.name, column, answer.text)
        if operation.name in ("sign_out", "sign_out_person"):
            who.sign_in()
        named = "{" in operation.path and answer.status_code != 403
        return {403: "no", 404: "unknown"}.get(answer.status_code, "yes" if column != "elsewhere" or named else "own")

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
                body["handle"] = unique_name()
        return body if operation.body is not None else None


@pytest.fixture(scope="module")
def callers(system: System) -> Callers:
    admin = new_tenant(system.url)
    for role in (*ROLES[1:], "guest"):
        admin.post("/v1/people", {"handle": role, "roles": ["member" if role == "guest" else role]})
    guest = admin.get("/v1/people/guest")["id"]
    cycle = admin.post("/v1/cycles", {"name": "2026-Q1", "kind": "tactical", "first_day": "2026-01-01", "last_day": "2026-12-31"})["id"]
    first, second = (admin.post("/v1/objectives", {"cycle": "2026-Q1", "reference": name, "title": name})["id"] for name in ("J1", "J2"))
    metric = {"reference": "J1/1", "title": "Hire", "measure": "metric", "start": 0, "target": 3}
    key_result = admin.post("/v1/objectives/J1/key-results", metric)["id"]
    admin.post("/v1/objectives/J1/activate")
    check_in = admin.post("/v1/key-results/J1/1/check-ins", {"value": 1})["id"]
    admin.catch_up()
    by_column = {role: Person(system.url, tenant=admin.tenant, person=role) for role in ROLES}
    others = {"operator": Person(system.url, operator=True), "elsewhere": new_tenant(system.url)}
    names = {"objective": second, "key result": key_result, "cycle": cycle, "person": guest, "check_in": check_in, "tenant": admin.tenant}
    return Callers(by_column | others, names | {"service": "progress", "log": "none", "first": first})


@pytest.mark.parametrize("name", SIGNED_IN)
def test_an_operation_is_answered_to_whoever_may_ask_for_it(callers: Callers, name: str) -> None:
    operation = SIGNED_IN[name]
    found = {column: callers.verdict(operation, column) for column in reversed(COLUMNS)}  # whoever may change it asks last
    line = f"{name:24} " + " ".join(f"{found[column]:8}" for column in COLUMNS)
    assert found == expected().get(name), f"it is\n{line}"


def test_whatever_is_in_the_table_is_an_operation() -> None:
    assert set(expected()) == set(SIGNED_IN)
