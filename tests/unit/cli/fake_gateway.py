"""A gateway in memory, that the command line talks to in its tests: the least behind the released OpenAPI document, which it is held to."""

from __future__ import annotations

import asyncio
import hashlib
import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from typing import Any, Final
from urllib.parse import unquote

import httpx
from google.protobuf.message import Message

from cairn.checkins.v1.service_pb2 import Words
from gateway.http import Problem, Router
from gateway.importing import Import, Notation, Services, TableUnreadable, plan_of, tables_in_zip
from gateway.importing.comments import Worded
from gateway.routes.new_key_results import unreachable
from gateway.routes.table import API
from tests.unit.cli import released_document
from tests.unit.cli.fake_services import FakeServices
from tests.unit.cli.fake_tenant import Refusal, Tenant, found

Json = dict[str, Any]
ROUTER = Router(API)
RECORDED_AT = "2026-01-01T00:00:00Z"


async def _worded(text: str) -> Worded:
    """A text that mentions nobody."""
    return Worded(Words(text=text), [])


class FakeGateway:
    """Answers requests; `requests` are those that it was sent, `interrupt` may raise instead of answering."""

    def __init__(self) -> None:
        self.tenants: dict[str, Tenant] = {"demo": Tenant()}
        self.requests: list[tuple[str, str, Any]] = []
        self.interrupt: Callable[[str, str], None] = lambda method, path: None
        self.export: bytes = b""
        self.exported_tables: bytes = b""
        self.heads = {"goals": 3}
        self.recovery_lines: list[Json] = [
            {"log": "goals", "generation": 1, "first_position": 1, "taken_back": 0, "lost": 0, "foreign": 0, "dry_run": False}
        ]
        self.rebuild_lines: list[Json] = [
            {"phase": "events", "events": 5, "total": 10},
            {"phase": "events", "events": 10, "total": 10},
            {"phase": "swap", "events": 10, "total": 10},
            {"phase": "done", "events": 10, "total": 10},
        ]
        self.dead_letters: list[Json] = []
        self.unknown_event_types: list[str] = []
        self.actions: list[Json] = []
        self.notifications: list[Json] = []
        self.events: list[Json] = []
        self.page = 1000  # entries of a page of the two, at most
        self.parameters: list[Json] = []  # of the questions for the two
        self.coach: Json = {"findings": [], "objectives": 0, "key_results": 0}
        self.templates: list[Json] = []
        self.owned: Json = {"kind": "objective", "id": str(uuid.UUID(int=1)), "ref": "J1", "title": "Expand the team"}
        self.healthy = True
        self.away = ""  # a service that nobody can wait for
        self.sessions_ended = False
        self.me: Json = {"tenant": None, "person": None, "roles": ["operator"]}
        self.clock_ahead = 0.0
        self.clock_behind: dict[str, float | None] = {}  # services that are not as far, or do not answer

    def client(self, url: str) -> httpx.Client:
        """A client that talks to this gateway."""
        return httpx.Client(base_url=url, transport=httpx.MockTransport(self.handle))

    def sent(self, method: str, path: str) -> list[Any]:
        """The bodies of the requests with this method and path."""
        return [body for m, p, body in self.requests if (m, p) == (method, path)]

    def handle(self, request: httpx.Request) -> httpx.Response:
        """One request, answered as the released document promises."""
        path = request.url.path
        packed = request.headers.get("content-type") == "application/zip"
        body = json.loads(request.content) if request.content and not packed else None
        self.requests.append((request.method, path, body))
        self.interrupt(request.method, path)
        try:
            operation, parameters = ROUTER.find(request.method, unquote(path))
        except Problem as problem:
            if not path.startswith(("/v1/tasks/", "/v1/initiatives/")):  # what may be one of them is asked for there, slashes and all
                raise
            return httpx.Response(problem.status, json={"reason": problem.reason, "detail": problem.detail, "errors": []})
        released_document.require_headers(operation.name, request.headers)
        try:
            if len(request.content) > operation.body_limit:
                detail = f"a body here has at most {operation.body_limit} bytes; send less, or in several requests"
                raise Refusal(413, "BODY_TOO_LARGE", detail)
            if self.away and operation.name == "catch_up":
                raise Refusal(503, "SERVICE_AWAY", f"{self.away} does not answer")
            answered = self._answer(operation.name, request, parameters, body)
        except Refusal as refusal:
            errors = [{"field": refusal.field, "message": refusal.detail}] if refusal.field else []
            told = {"reason": refusal.reason, "detail": refusal.detail, "errors": errors}
            return httpx.Response(refusal.status, json=released_document.problem(operation.name, refusal.status, **told))
        if not packed:
            released_document.require_body(operation.name, body)
        if isinstance(answered, bytes):
            return httpx.Response(200, content=answered)
        status, document = released_document.answer(operation.name, answered)
        return httpx.Response(status, json=document, headers=self._positions(operation.name, answered))

    def _positions(self, operation: str, answered: Json) -> dict[str, str]:
        listed = answered["items"] if operation == "list_events" else []
        return {"Cairn-Position": f"goals:0:{listed[-1]['position']}"} if listed else {}

    def _answer(self, operation: str, request: httpx.Request, parameters: Mapping[str, str], body: Any) -> Json | bytes:
        match operation:
            case (
                "sign_in_person"
                | "refresh_session"
                | "sign_out_person"
                | "leave_person"
                | "list_owned"
                | "reinstate_person"
                | "appoint_admin"
                | "get_me"
            ):
                return self._about_people(operation, body)
            case "register_tenant":
                self.tenants[body["name"]] = Tenant()
                return {"name": body["name"]}
            case "get_status":
                return self._status()
            case "list_event_types":
                return {"items": [_event_type(name) for name in ("CheckInRecorded", "CycleDefined", "SecurityEventNoted")], "next": None}
            case "catch_up":
                return {"heads": self.heads}
            case "coach_objectives" | "coach_drafts" | "coach_tables" | "get_digest":
                return {"digest": "ab" * 32, "objectives": 7} if operation == "get_digest" else self.coach
            case "list_actions" | "list_inbox" | "list_events" | "list_templates" | "get_template":
                return self._listed(operation, request)
            case "mark_read":
                return {"marked": len(body["notification_ids"])}
            case "list_dead_letters":
                wanted = request.url.params.get("service")
                return {"items": [letter for letter in self.dead_letters if wanted in (None, letter["service"])]}
            case "get_clock" | "advance_clock":
                return self._clock(body)
            case "replay_dead_letters":
                return {"replayed": 2, "remaining": len(self.dead_letters)}
            case _:
                streamed = self._imported(request) if operation == "import_tables" else self._streamed(operation)
                return self._of_tenant(operation, request, parameters, body) if streamed is None else streamed

    def _streamed(self, operation: str) -> bytes | None:
        match operation:
            case "recover_log":
                return b"".join(json.dumps(line).encode() + b"\n" for line in self.recovery_lines)
            case "rebuild":
                return b"".join(json.dumps(line).encode() + b"\n" for line in self.rebuild_lines)
            case "export_log":
                return self.export
            case "export_tables":
                return self.exported_tables
            case _:
                return None

    def _imported(self, request: httpx.Request) -> bytes:
        """What the gateway's own import answers, over the services in memory."""
        tenant = self.tenants[request.headers["Authorization"].removeprefix("Bearer ")]
        params = request.url.params
        dry_run = params.get("dry_run") == "true"
        services = FakeServices(deepcopy(tenant) if dry_run else tenant, self._asked)  # a dry run is carried out on a copy
        try:
            plan = plan_of(tables_in_zip(request.content), Notation(params.get("locale"), params.get("date_format")))
        except TableUnreadable as unreadable:
            raise Refusal(422, "TABLES_UNREADABLE", str(unreadable)) from None
        services_asked = Services(services, services.catch_up, services.catch_up)
        importing = Import(services_asked, plan, lambda reference: unreachable(API, reference), _worded, dry_run=dry_run)
        lines = asyncio.run(_lines(importing))
        return b"".join(json.dumps(line).encode() + b"\n" for line in lines)

    def _asked(self, method: str, message: Message | None) -> None:
        self.requests.append(("CALL", method, message))
        self.interrupt("CALL", method)

    def _of_tenant(self, operation: str, request: httpx.Request, parameters: Mapping[str, str], body: Any) -> Json:
        tenant = self.tenants[request.headers["Authorization"].removeprefix("Bearer ")]
        if request.method == "GET":
            return _asked(tenant, operation, request, parameters)
        key = request.headers.get("Idempotency-Key", "")
        if key not in tenant.answers:
            answered = _told(tenant, operation, parameters, body)
            if key:
                tenant.answers[key] = {**answered, "repeated": True} if "repeated" in answered else answered
            return answered
        return tenant.answers[key]

    def _about_people(self, operation: str, body: Any) -> Json:
        match operation:
            case "sign_in_person":
                return {"access_token": self._token(body), "refresh_token": f"refresh {self._token(body)}"}
            case "get_me":
                return self.me
            case "list_owned":
                return {"things": [self.owned]}
            case "refresh_session" if self.sessions_ended:
                raise Refusal(401, "REFRESH_TOKEN_INVALID", "this refresh token is used up, or its session has ended; sign in again")
            case "refresh_session":
                return {"access_token": body["refresh_token"].removeprefix("refresh "), "refresh_token": body["refresh_token"]}
            case _:
                return {"version": 2, "recorded_at": RECORDED_AT}

    def _token(self, who: Json) -> str:
        if who.get("operator"):
            return "operator"
        if who["tenant"] not in self.tenants:
            raise Refusal(404, "TENANT_UNKNOWN", f"there is no tenant {who['tenant']!r}")
        return str(who["tenant"])

    def _clock(self, place: Json | None) -> Json:
        self.clock_ahead = place["ahead_seconds"] if place else self.clock_ahead
        ahead = {"directory": self.clock_ahead, "goals": self.clock_ahead, "progress": self.clock_ahead, **self.clock_behind}
        services = [
            {"service": name, "ahead_seconds": seconds, "jumped_seconds": 0, "recorded_ahead_seconds": 0} for name, seconds in ahead.items()
        ]
        return {"now": "2027-03-01T09:00:00.000000Z", "ahead_seconds": self.clock_ahead, "may_be_moved": True, "services": services}

    def _status(self) -> Json:
        figures = {
            "head": 3,
            "relayed": 3,
            "states_waiting": None,
            "lag": 0,
            "dead_letters": 0,
            "recorded_ahead_seconds": 0,
            "unknown_event_types": self.unknown_event_types,
        }
        problems = {"directory": None, "goals": None if self.healthy else "its database does not answer", "progress": None}
        services = [{"service": name, "healthy": problem is None, "problem": problem, **figures} for name, problem in problems.items()]
        return {"healthy": self.healthy, "services": services}

    def _listed(self, operation: str, request: httpx.Request) -> Json:
        match operation:
            case "list_actions":
                return self._page(self.actions, request)
            case "list_inbox":
                return self._page(self.notifications, request)
            case "list_templates":
                return {"items": self.templates, "next": None}
            case "get_template":
                return self.templates[0]
            case _:
                return self._events(request)

    def _events(self, request: httpx.Request) -> Json:
        wanted = dict(request.url.params)
        self.parameters.append(wanted)
        after = wanted.get("after", "goals:0:0").split(":")
        if len(after) != 3:
            raise Refusal(422, "INVALID_ARGUMENT", "is no position", "after")
        start = int(after[2])
        end = min(start + int(wanted["limit"]), start + self.page, len(self.events))
        return {"items": self.events[start:end], "next": f"goals:0:{end}" if end < len(self.events) else None}

    def _page(self, listed: list[Json], request: httpx.Request) -> Json:
        wanted = dict(request.url.params)
        start, size = int(wanted.pop("cursor", 0)), min(self.page, int(wanted.pop("limit")))
        self.parameters.append(wanted)
        end = start + size
        return {"items": listed[start:end], "next": str(end) if end < len(listed) else None}


async def _lines(importing: Import) -> list[Json]:
    steps = [{"step": step.what, "done": step.done, "total": step.total} async for step in importing.run()]
    return [*steps, {"report": importing.report.as_json()}]


_CHURN: Final[Json] = {"id": "01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a10", "ref": "churn", "reference": "churn", "title": "Churn"}

_T1: Final[Json] = {"id": "01a0c7e2-5b1d-7c3e-9f52-3f0f4c1f7a13", "ref": "T1", "reference": "T1", "title": "Ask the agency"}
_I1: Final[Json] = {"id": "01a0c7e3-5b1d-7c3e-9f52-3f0f4c1f7a14", "ref": "I1", "reference": "I1", "title": "A referral programme"}
_M1: Final[Json] = {"id": "01a0c7e4-5b1d-7c3e-9f52-3f0f4c1f7a15", "ref": "M1", "reference": "M1", "title": "The office opens"}
_WORK: Final = {"kpi": _CHURN, "task": _T1, "initiative": _I1, "milestone": _M1}
"""The one of each kind that there is in every tenant."""


def _work(parameters: Mapping[str, str]) -> Json | None:
    """The KPI or the work that is asked about; None for anything else."""
    for kind, thing in _WORK.items():
        if (said := parameters.get(kind)) is not None:
            if said not in (thing["ref"], thing["id"]):
                raise Refusal(404, f"{kind.upper()}_UNKNOWN", f"there is no {said!r} in this tenant")
            return thing
    return None


def _asked(tenant: Tenant, operation: str, request: httpx.Request, parameters: Mapping[str, str]) -> Json:
    match operation:
        case "list_teams" | "list_people" | "list_cycles" | "list_objectives" | "list_key_results":
            return {"items": _listed(tenant, operation)}
        case "get_cycle":
            return _cycle(found(tenant.cycles, parameters["cycle"]))
        case "get_tree":
            cycle = found(tenant.cycles, request.url.params["cycle"])
            return {"cycle": {"id": cycle["id"], "name": cycle["name"]}, "objectives": tenant.tree(cycle["id"])}
        case "list_tasks" | "list_initiatives" | "list_milestones" | "list_kpis" | "list_pillars":
            return {"items": [thing for kind, thing in _WORK.items() if operation == f"list_{kind}s"], "next": None}
        case "get_task" | "get_initiative" | "get_kpi" | "get_milestone":
            return _work(parameters) or {}
        case "get_objective":
            return tenant.objective(parameters["ref"])
        case "get_person":
            return {"handle": found(tenant.people, parameters["person"])["handle"]}
        case "get_persons_page":
            theirs: Json = {name: [] for name in ("objectives", "key_results", "tasks", "given")}
            return {**theirs, "check_ins_due": 0, "tasks_due": 0, "unread": 0}
        case "get_key_result":
            return tenant.key_result(parameters["ref"])
        case "get_objective_history" | "get_key_result_history":
            of_a_key_result = operation == "get_key_result_history"
            found(tenant.key_results if of_a_key_result else tenant.objectives, parameters["ref"])
            return {"items": (tenant.changes if of_a_key_result else []) or [_change(tenant)]}
        case "get_check_in":
            return {"as_of": "2019-05-01", "value": 40.0, "part": person("bob"), "created_by": person("ann"), "retracted": True}
        case _:
            raise AssertionError(f"nothing stands behind {operation} here")


def _listed(tenant: Tenant, operation: str) -> list[Json]:
    match operation:
        case "list_teams":
            return [{"id": TEAM_ID, "name": "Core"}]
        case "list_people":
            return [{"id": person["id"], "handle": person["handle"]} for person in tenant.people.values()]
        case "list_cycles":
            return [_cycle(cycle) for cycle in tenant.cycles.values()]
        case "list_objectives":
            return [tenant.objective(reference) for reference in tenant.objectives]
        case _:
            return [tenant.key_result(reference) for reference in tenant.key_results]


def _told(tenant: Tenant, operation: str, parameters: Mapping[str, str], body: Any) -> Json:
    match operation:
        case "add_person":
            return tenant.add_person(body)
        case "define_cycle":
            return tenant.define_cycle(body)
        case "define_objective":
            return tenant.define_objective(body)
        case "activate_objective":
            return tenant.activate_objective(parameters["ref"])
        case "define_key_result":
            return tenant.define_key_result(parameters["ref"], body)
        case "share_key_result":
            return tenant.share_key_result(parameters["ref"], parameters["objective"])
        case "record_check_in":
            return tenant.record_check_in(parameters["ref"], body)
        case _:
            _work(parameters)
            return {
                "recorded_at": RECORDED_AT,
                "positions": ["goals:0:7"],
            }  # carried out, as far as its body fits the document; nothing comes of it here


def _event_type(name: str) -> Json:
    return {"type": f"cairn.goals.v1.{name}", "name": name, "log": "goals", "topic": "cairn.goals.events.v1", "meaning": "", "fields": []}


def _cycle(cycle: Json) -> Json:
    return {name: cycle[name] for name in ("id", "name", "kind", "first_day", "last_day", "state")}


def _change(tenant: Tenant) -> Json:
    return {
        "event": "cairn.checkins.v1.CheckInRecorded",
        "recorded_at": "2026-01-01T00:00:00Z",
        "true_on": "2019-04-05",
        "actor": person("admin"),
        "on_behalf_of": None,
        "summary": "value 31",
    }


def change(check_in_id: str, what: str, summary: str, true_on: str) -> Json:
    """A change on a check-in of a key result."""
    told = {"event": f"cairn.checkins.v1.{what}", "summary": summary, "true_on": true_on, "check_in_id": check_in_id}
    return {**told, "recorded_at": "2026-01-01T00:00:00Z", "actor": person("admin"), "on_behalf_of": None}


def person(handle: str) -> Json:
    """A person, as whatever they did names them."""
    return {"id": str(uuid.uuid5(uuid.NAMESPACE_OID, handle)), "handle": handle, "name": None}


def event(number: int) -> Json:
    """The definition of a cycle, as an export has it."""
    ids = ("event_id", "tenant_id", "aggregate_id", "actor_id", "correlation_id", "partition_key")
    return dict.fromkeys(ids, str(uuid.UUID(int=number))) | {
        "log": "goals",
        "position": number,
        "generation": 1,
        "aggregate_version": 1,
        "recorded_at": f"2026-01-01T00:00:{number:02}.000000Z",
        "on_behalf_of": None,
        "causation_id": None,
        "type": "cairn.goals.v1.CycleDefined",
        "payload": "",
        "event": {"name": "2026-Q1"},
    }


TEAM_ID = str(uuid.UUID(int=77))


def action(number: int, event: str, actor: str, about: Json, content: Json, on_behalf_of: str | None = None) -> Json:
    """Something that was done to a thing."""
    return {
        "event_id": str(uuid.UUID(int=number)),
        "event": event,
        "log": "goals",
        "position": number,
        "recorded_at": f"2026-01-01T00:00:{number:02}.000000Z",
        "actor": person(actor),
        "on_behalf_of": None if on_behalf_of is None else person(on_behalf_of),
        "aggregate_id": str(uuid.UUID(int=number)),
        "aggregate_version": 1,
        "objective": None,
        "key_result": None,
        "cycle": None,
        "person": None,
        "team": None,
        "pillar": None,
        "reason": None,
        **about,
        "correlation_id": None,
        "causation_id": None,
        "content": content,
    }


def notification(number: int, subject: str, read_at: str | None = None) -> Json:
    """Something that somebody was told."""
    created_at = f"2026-01-01T00:00:{number:02}.000000Z"
    told = {"id": str(uuid.UUID(int=number)), "kind": "status_turned", "objective": None, "subject": subject, "caused_by": None}
    return {**told, "created_at": created_at, "read_at": read_at}


def export_of(*events: Json, heads: dict[str, int] | None = None) -> bytes:
    """An export that holds these events."""
    header = {"format": "cairn-export", "version": 1, "heads": heads or {"goals": 3}}
    lines = b"".join(json.dumps(line).encode() + b"\n" for line in (header, *events))
    return lines + json.dumps({"events": len(events), "sha256": hashlib.sha256(lines).hexdigest()}).encode() + b"\n"


def in_chunks(content: bytes, size: int) -> Iterator[bytes]:
    """The content, so much at a time."""
    return (content[start : start + size] for start in range(0, len(content), size))
