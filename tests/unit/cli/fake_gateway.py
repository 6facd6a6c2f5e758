"""A gateway in memory, that the command line talks to in its tests: the paths and answers of the real one, the least behind them."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import httpx

Json = dict[str, Any]


class No(Exception):  # noqa: N818 - it is what is said
    """What the gateway answers with a problem."""

    def __init__(self, status: int, reason: str, detail: str, field: str = "") -> None:
        super().__init__(detail)
        self.status, self.reason, self.detail, self.field = status, reason, detail, field


@dataclass
class Tenant:
    """What one tenant holds."""

    people: dict[str, Json] = field(default_factory=dict)
    cycles: dict[str, Json] = field(default_factory=dict)
    objectives: dict[str, Json] = field(default_factory=dict)
    key_results: dict[str, Json] = field(default_factory=dict)
    check_ins: list[Json] = field(default_factory=list)
    grades: list[Json] = field(default_factory=list)
    done: dict[str, Json] = field(default_factory=dict)  # answers by idempotency key
    events: int = 0


class FakeGateway:
    """Answers requests; `requests` are those that it was sent, `interrupt` may raise instead of answering."""

    def __init__(self) -> None:
        self.tenants: dict[str, Tenant] = {"demo": _with_admin(Tenant())}
        self.requests: list[tuple[str, str, Any]] = []
        self.interrupt: Callable[[str, str], None] = lambda method, path: None
        self.export: bytes = b""
        self.heads = {"goals": 3}
        self.rebuild_lines = [
            {"phase": "events", "events": 5, "total": 10},
            {"phase": "events", "events": 10, "total": 10},
            {"phase": "swap", "events": 10, "total": 10},
            {"phase": "done", "events": 10, "total": 10},
        ]
        self.dead_letters: list[Json] = []
        self.actions: list[Json] = []
        self.notifications: list[Json] = []
        self.page = 1000  # entries of a page of the two, at most
        self.parameters: list[Json] = []  # of the questions for the two
        self.healthy = True

    def client(self, url: str) -> httpx.Client:
        """A client that talks to this gateway."""
        return httpx.Client(base_url=url, transport=httpx.MockTransport(self.handle))

    def sent(self, method: str, path: str) -> list[Any]:
        """The bodies of the requests with this method and path."""
        return [body for m, p, body in self.requests if (m, p) == (method, path)]

    def handle(self, request: httpx.Request) -> httpx.Response:
        """One request, answered."""
        path = request.url.path
        body = json.loads(request.content) if request.content else None
        self.requests.append((request.method, path, body))
        self.interrupt(request.method, path)
        try:
            _require_small(request.content, 8 << 20 if path == "/v1/check-ins" else 1 << 20)
            return self._answer(request, unquote(path), body)
        except No as no:
            errors = [{"field": no.field, "message": no.detail}] if no.field else []
            return httpx.Response(no.status, json={"reason": no.reason, "detail": no.detail, "errors": errors})

    def _answer(self, request: httpx.Request, path: str, body: Any) -> httpx.Response:
        match request.method, path.split("/")[2:]:
            case "POST", ["sign-in"]:
                return httpx.Response(200, json={"access_token": self._token(body)})
            case "POST", ["tenants"]:
                self.tenants[body["name"]] = _with_admin(Tenant())
                return httpx.Response(201, json={"name": body["name"]})
            case "GET", ["status"]:
                figures = {"head": 3, "relayed": 3, "lag": 0, "dead_letters": 0}
                services = [
                    {"service": name, "healthy": problem is None, "problem": problem, **figures}
                    for name in ("directory", "goals", "progress")
                    for problem in [None if self.healthy or name != "goals" else "its database does not answer"]
                ]
                return httpx.Response(200, json={"healthy": self.healthy, "services": services})
            case "POST", ["catch-up"]:
                return httpx.Response(200, json={"heads": self.heads})
            case "POST", ["projections", "progress", "rebuild"]:
                return httpx.Response(200, content=b"".join(json.dumps(line).encode() + b"\n" for line in self.rebuild_lines))
            case "GET", ["projections", "progress", "digest"]:
                return httpx.Response(200, json={"digest": "ab" * 32, "objectives": 7})
            case "GET", ["dead-letters"]:
                wanted = request.url.params.get("service")
                return _page("dead_letters", [letter for letter in self.dead_letters if letter["service"] == wanted])
            case "POST", ["dead-letters", "replay"]:
                return httpx.Response(200, json={"replayed": 2, "remaining": len(self.dead_letters)})
            case "GET", [*_, "actions" | "inbox" as what]:
                return self._paged(what, request)
            case "POST", ["inbox", "read"]:
                return httpx.Response(200, json={"marked": len(body["notification_ids"])})
            case "GET", ["audit", "export"]:
                return httpx.Response(200, content=self.export)
        tenant = self.tenants[request.headers["Authorization"].removeprefix("Bearer ")]
        return self._of_tenant(tenant, request, path.removeprefix("/v1/"), body)

    def _paged(self, what: str, request: httpx.Request) -> httpx.Response:
        entries, found = ("actions", self.actions) if what == "actions" else ("notifications", self.notifications)
        wanted = dict(request.url.params)
        start, size = int(wanted.pop("cursor", 0)), min(self.page, int(wanted.pop("limit")))
        self.parameters.append(wanted)
        end = start + size
        return httpx.Response(200, json={entries: found[start:end], "next_cursor": str(end) if end < len(found) else None})

    def _token(self, who: Json) -> str:
        if who.get("operator"):
            return "operator"
        if who["tenant"] not in self.tenants:
            raise No(404, "TENANT_UNKNOWN", f"there is no tenant {who['tenant']!r}")
        return str(who["tenant"])

    def _of_tenant(self, tenant: Tenant, request: httpx.Request, path: str, body: Any) -> httpx.Response:
        if request.method == "GET":
            return self._asked(tenant, request, path)
        key = request.headers.get("Idempotency-Key", "")
        if key in tenant.done:
            return httpx.Response(200, json={**tenant.done[key], "repeated": True})
        answer = self._told(tenant, path, body)
        if key:
            tenant.done[key] = answer
        return httpx.Response(200, json=answer)

    def _asked(self, tenant: Tenant, request: httpx.Request, path: str) -> httpx.Response:
        if path in ("people", "cycles"):
            return _page(path, list(getattr(tenant, path).values()))
        if path == "tree":
            cycle = request.url.params["cycle"]
            wanted = _found(tenant.cycles, cycle)["name"]
            return _page("objectives", [_shown(tenant, o) for o in tenant.objectives.values() if o["cycle"] == wanted])
        kind, _, rest = path.partition("/")
        if kind == "objectives" and not rest:
            raise No(405, "METHOD_NOT_ALLOWED", "GET does nothing here; POST does")
        if rest.endswith("/history"):
            reference = rest.removesuffix("/history")
            _found(tenant.objectives if kind == "objectives" else tenant.key_results, reference)
            return _page("changes", [_change(tenant)])
        if kind == "cycles":
            return httpx.Response(200, json=_found(tenant.cycles, rest))
        if kind == "key-results":
            return httpx.Response(200, json=_shown_key_result(tenant, _found(tenant.key_results, rest)))
        return httpx.Response(200, json=_shown(tenant, _found(tenant.objectives, rest)))

    def _told(self, tenant: Tenant, path: str, body: Any) -> Json:
        kind, _, rest = path.partition("/")
        if path == "people":
            return _made(tenant, tenant.people, body["handle"], body)
        if path == "cycles":
            return _made(tenant, tenant.cycles, body["name"], {**body, "state": "planning"})
        if path == "objectives":
            _named(tenant.cycles, "cycle", body["cycle"])
            for person in (body.get("owner", "admin"), *body["contributors"]):
                _named(tenant.people, "owner", person)
            return _made(tenant, tenant.objectives, body["reference"], {**body, "state": "draft"})
        if path == "check-ins":
            return {"verdicts": [self._verdict(tenant, row) for row in body["check_ins"]], "positions": []}
        if kind == "objectives" and rest.endswith("/key-results"):
            home = _found(tenant.objectives, rest.removesuffix("/key-results"))
            for other in body["counts_for"]:
                _named(tenant.objectives, "counts_for", other)
            return _made(tenant, tenant.key_results, body["reference"], {**body, "objectives": [home["reference"], *body["counts_for"]]})
        if kind == "objectives" and rest.endswith("/activate"):
            return _activated(tenant, rest.removesuffix("/activate"))
        if rest.endswith("/check-ins"):
            self._check_in(tenant, {**body, "key_result": rest.removesuffix("/check-ins")})
            return _done(tenant)
        if "/counts-for/" in rest:
            return _shared(tenant, *rest.split("/counts-for/"))
        if body["as_of"] > "2100":
            raise No(422, "INVALID_ARGUMENT", "lies in the future", "as_of")
        tenant.grades.append({**body, "key_result": _found(tenant.key_results, rest.removesuffix("/grade"))["reference"]})
        return _done(tenant)

    def _verdict(self, tenant: Tenant, row: Json) -> Json:
        told = {"id": None, "repeated": False, "reason": None, "message": None, "field": None}
        if row["idempotency_key"] in tenant.done:
            return {**told, "id": "an-id", "repeated": True}
        try:
            self._check_in(tenant, row)
        except No as no:
            return {**told, "reason": no.reason, "message": no.detail, "field": no.field}
        tenant.done[row["idempotency_key"]] = {}
        return {**told, "id": "an-id"}

    def _check_in(self, tenant: Tenant, row: Json) -> None:
        key_result = _found(tenant.key_results, row["key_result"])
        if tenant.objectives[key_result["objectives"][0]]["state"] != "active":
            raise No(409, "OBJECTIVE_NOT_ACTIVE", "the objective is not active")
        if row.get("as_of", "") > "2100":
            raise No(422, "INVALID_ARGUMENT", "lies in the future", "as_of")
        tenant.check_ins.append(row)
        tenant.events += 1


def _require_small(body: bytes, limit: int) -> None:
    if len(body) > limit:
        raise No(413, "BODY_TOO_LARGE", f"a body here has at most {limit} bytes; send less, or in several requests")


def _with_admin(tenant: Tenant) -> Tenant:
    tenant.people["admin"] = {"id": str(uuid.uuid4()), "handle": "admin"}
    return tenant


def _made(tenant: Tenant, things: dict[str, Json], name: str, body: Json) -> Json:
    if name in things:
        raise No(409, "REFERENCE_TAKEN", f"there is a {name!r} already", "reference")
    if len(name) > 50 or name in (".", ".."):
        raise No(422, "INVALID_ARGUMENT", "at most 50 characters", "reference")
    things[name] = {**body, "id": str(uuid.uuid4())}
    return _done(tenant)


def _activated(tenant: Tenant, reference: str) -> Json:
    objective = _found(tenant.objectives, reference)
    if objective["state"] == "active":
        raise No(409, "OBJECTIVE_ACTIVE", "the objective is active already")
    objective["state"] = "active"
    return _done(tenant)


def _shared(tenant: Tenant, reference: str, objective: str) -> Json:
    counted = _found(tenant.key_results, reference)["objectives"]
    if objective == counted[0]:
        raise No(422, "COUNTS_FOR_ITSELF", "a key result counts for its own objective anyway; name another one", "counts_for")
    if objective in counted:
        return {"id": reference, "version": 1, "positions": [], "repeated": False}
    counted.append(objective)
    return _done(tenant)


def _done(tenant: Tenant) -> Json:
    tenant.events += 1
    return {"id": str(uuid.uuid4()), "version": 1, "positions": [f"goals:0:{tenant.events}"], "repeated": False}


def _found(things: dict[str, Json], reference: str) -> Json:
    for name, thing in things.items():
        if reference in (name, thing["id"]):
            return thing
    raise No(404, "UNKNOWN", f"there is no {reference!r} in this tenant")


def _named(things: dict[str, Json], field: str, reference: str) -> None:
    if reference not in things:
        raise No(422, "UNKNOWN", f"there is no {reference!r} in this tenant", field)


def _page(entries: str, found: list[Json]) -> httpx.Response:
    return httpx.Response(200, json={entries: found, "next_cursor": None})


def _change(tenant: Tenant) -> Json:
    return {
        "event": "cairn.checkins.v1.CheckInRecorded",
        "recorded_at": "2026-01-01T00:00:00Z",
        "true_on": "2019-04-05",
        "actor": tenant.people["admin"]["id"],
        "on_behalf_of": None,
        "summary": "value 31",
        "superseded": False,
    }


def _shown(tenant: Tenant, objective: Json) -> Json:
    reference = objective["reference"]
    counting = [_shown_key_result(tenant, k) for k in tenant.key_results.values() if reference in k["objectives"]]
    grades = [k["grade"] for k in counting if k["grade"] is not None]
    return {
        **objective,
        "ref": reference,
        "depth": 0,
        "cycle": tenant.cycles[objective["cycle"]]["id"],
        "contributors": [tenant.people[person]["id"] for person in objective["contributors"]],
        "owner": tenant.people[objective.get("owner", "admin")]["id"],
        "team": objective["team"] or None,
        "progress": sum(k["progress"] for k in counting) / len(counting) if counting else None,
        "progress_raw": None,
        "status": "on track",
        "expected_pace": 1.0,
        "not_started_share": 0.0,
        "grade": round(sum(grades) / len(grades), 6) if grades else None,
        "key_results": counting,
    }


def _shown_key_result(tenant: Tenant, key_result: Json) -> Json:
    reference = key_result["reference"]
    standing = sorted((c for c in tenant.check_ins if c["key_result"] == reference and "value" in c), key=lambda c: c["as_of"])
    grade = next((g["grade"] for g in reversed(tenant.grades) if g["key_result"] == reference), None)
    start, target = key_result.get("start") or 0.0, key_result.get("target") or 1.0
    value = standing[-1]["value"] if standing else None
    return {
        "id": key_result["id"],
        "ref": reference,
        "title": key_result["title"],
        "objective_id": tenant.objectives[key_result["objectives"][0]]["id"],
        "measure": key_result["measure"],
        "start": key_result.get("start"),
        "target": key_result.get("target"),
        "unit": key_result.get("unit") or None,
        "weight": round(key_result["weight"], 6),
        "value": value,
        "progress": 0.0 if value is None else (value - start) / (target - start),
        "status": "not started" if value is None else "on track",
        "grade": grade,
        "abstained": any(g["grade"] is None for g in tenant.grades if g["key_result"] == reference),
        "as_of": standing[-1]["as_of"] if standing else None,
        "shared": len(key_result["objectives"]) > 1,
        "cancelled": False,
    }


def action(number: int, event: str, actor: str, thing: str, content: Json, on_behalf_of: str | None = None) -> Json:
    """Something that was done to a thing."""
    return {
        "event_id": str(uuid.UUID(int=number)),
        "event": event,
        "recorded_at": f"2026-01-01T00:00:{number:02}.000000Z",
        "actor": actor,
        "on_behalf_of": on_behalf_of,
        "aggregate_id": thing,
        "objective_id": thing,
        "content": content,
    }


def notification(number: int, subject: str, read_at: str | None = None) -> Json:
    """Something that somebody was told."""
    created_at = f"2026-01-01T00:00:{number:02}.000000Z"
    told = {"id": str(uuid.UUID(int=number)), "kind": "status_turned", "subject": subject}
    return {**told, "created_at": created_at, "read_at": read_at}


def export_of(*events: Json, heads: dict[str, int] | None = None) -> bytes:
    """An export that holds these events."""
    header = {"format": "cairn-export", "version": 1, "heads": heads or {"goals": 3}}
    lines = b"".join(json.dumps(line).encode() + b"\n" for line in (header, *events))
    return lines + json.dumps({"events": len(events), "sha256": hashlib.sha256(lines).hexdigest()}).encode() + b"\n"


def in_chunks(content: bytes, size: int) -> Iterator[bytes]:
    """The content, so much at a time."""
    return (content[start : start + size] for start in range(0, len(content), size))
