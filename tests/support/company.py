"""Somebody who uses the REST interface, and a small company to use it on."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from embedded.ports import wait_until

Json = dict[str, Any]

_SECONDS = 90.0  # a catch-up may take a minute


class Refusal(AssertionError):  # noqa: N818 - it is what happened
    """An answer other than the one that was expected; its text holds the problem."""


class Person:
    """Somebody signed in: asks in their name. Answers of 4xx and 5xx raise Refusal unless `ask` is used, which answers anything."""

    def __init__(self, url: str, *, tenant: str = "", person: str = "", operator: bool = False) -> None:
        self.http = httpx.Client(base_url=url, timeout=_SECONDS)
        self._who: Json = {"operator": True} if operator else {"tenant": tenant, "person": person}
        self.tenant = tenant
        signed_in = self.sign_in()
        self.tenant_id = str(signed_in["tenant_id"])
        self.id = str(signed_in["person_id"])

    @staticmethod
    def refused(url: str, **who: Any) -> int:
        """The status of the refusal of whoever cannot sign in."""
        return httpx.post(f"{url}/v1/sign-in", json=who, timeout=_SECONDS).status_code

    def sign_in(self) -> Json:
        """Begins a session."""
        signed_in = _expected(self.http.post("/v1/sign-in", json=self._who))
        self.token = str(signed_in["access_token"])
        self.refresh_token = str(signed_in["refresh_token"])
        self.http.headers["Authorization"] = f"Bearer {self.token}"
        self._signed_in_until = time.monotonic() + signed_in["expires_in"] / 2
        return signed_in

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str = "",
        after: str = "",
        if_match: str = "",
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        **parameters: Any,
    ) -> httpx.Response:
        """One request, and whatever answer it gets."""
        if time.monotonic() > self._signed_in_until:
            self.sign_in()
        named = {"Idempotency-Key": key, "Cairn-After": after, "If-Match": if_match}
        sent = {name: value for name, value in named.items() if value} | dict(headers or {})
        if content is not None:
            sent.setdefault("Content-Type", "application/json")
        return self.http.request(method, path, json=body, content=content, headers=sent, params=parameters or None)

    def get(self, path: str, *, after: str = "", **parameters: Any) -> Json:
        """What stands at `path`."""
        return _expected(self.ask("GET", path, after=after, **parameters))

    def post(self, path: str, body: Any = None, **more: Any) -> Json:
        """The answer to a command."""
        return _expected(self.ask("POST", path, body, **more))

    def put(self, path: str, body: Any = None, **more: Any) -> Json:
        """The answer to a command."""
        return _expected(self.ask("PUT", path, body, **more))

    def patch(self, path: str, body: Any = None, **more: Any) -> Json:
        """The answer to a command."""
        return _expected(self.ask("PATCH", path, body, **more))

    def pages(self, path: str, *, of: str = "items", **parameters: Any) -> Iterator[Json]:
        """Every item of a list, or of what else its pages are `of`, page after page."""
        cursor = ""
        while True:
            page = self.get(path, **parameters, **({"cursor": cursor} if cursor else {}))
            yield from page[of]
            cursor = page["next"] or ""
            if not cursor:
                return

    def lines(self, method: str, path: str) -> Iterator[bytes]:
        """The lines of a stream. Raises Refusal when it begins with a problem."""
        with self.http.stream(method, path, timeout=300) as response:
            if response.status_code != httpx.codes.OK:
                response.read()
                raise Refusal(f"{response.status_code} {response.text}")
            for line in response.iter_lines():
                yield line.encode()

    # -- about the installation

    def heads(self) -> dict[str, int]:
        """The position that each log has reached."""
        return {s["service"]: s["head"] for s in self.get("/v1/status")["services"] if s["head"] is not None}

    def wait_until_well(self, seconds: float = 90) -> None:
        """Waits until the gateway finds every service healthy: it comes back to a restarted one a moment after that one answers."""
        assert wait_until(lambda: bool(self.get("/v1/status")["healthy"]), seconds), self.get("/v1/status")

    def catch_up(self) -> None:
        """Returns once everything that was appended is relayed and consumed everywhere."""
        self.post("/v1/catch-up")

    def wait_until_caught_up(self, seconds: float = 120) -> None:
        """The same of a system that has just started: while something does not answer yet, it is asked again."""
        assert wait_until(lambda: self.ask("POST", "/v1/catch-up").is_success, seconds), self.get("/v1/status")

    def digest(self, formula: int | None = None) -> str:
        """The digest of the tenant's live state, by a version of the formulas; the newest, unless given."""
        asked = {} if formula is None else {"formula": str(formula)}
        return str(self.get("/v1/projections/progress/digest", **asked)["digest"])

    def operator(self) -> Person:
        """The operator of the same installation."""
        return Person(str(self.http.base_url), operator=True)

    def rebuild(self, service: str = "progress") -> None:
        """Builds what a service keeps anew, as the operator. Raises Refusal when the stream does not end with `done`."""
        *_, last = self.lines("POST", f"/v1/rebuild/{service}")
        if b'"done"' not in last:
            raise Refusal(f"the rebuild ended with {last!r}")


def _expected(response: httpx.Response) -> Json:
    if response.is_error:
        request = response.request
        raise Refusal(f"{request.method} {request.url.path}: {response.status_code} {response.text[:1000]}")
    answer: Json = response.json()
    return answer


def positions_of(answer: Json) -> str:
    """Where the events of a command stand, as `Cairn-After` takes it."""
    return ",".join(answer["positions"])


def day(from_today: int = 0) -> str:
    """A day, so many days from today in UTC, as JSON writes it."""
    return (datetime.now(UTC) + timedelta(days=from_today)).date().isoformat()


def unique_name(prefix: str = "t") -> str:
    """A name that nothing else has."""
    return f"{prefix}-{uuid.uuid4().hex[:10]}"


@dataclass(frozen=True)
class Company:
    """A tenant of its own, with one cycle that is under way and as many active objectives as were asked for."""

    name: str
    admin: Person
    cycle: str
    objectives: tuple[str, ...]
    key_results: tuple[str, ...]
    """Metrics from 0 to 100; those of objective O1 are O1/1, O1/2, …"""


def new_tenant(url: str, name: str | None = None) -> Person:
    """Registers a tenant, and signs its first admin in."""
    name = name or unique_name()
    Person(url, operator=True).post("/v1/tenants", {"name": name})
    return Person(url, tenant=name, person="admin")


def found_company(url: str, *, objectives: int = 1, key_results: int = 2, owner: str = "") -> Company:
    """A new tenant with active objectives O1, O2, …, each with key results; owned by `owner`, who is added, or by the admin.

    Its cycle began 100 days ago and lasts 100 more: half of the way is expected to be gone. Progress knows all of it: who reads after
    a check-in waits for that check-in, not for what was defined before.
    """
    admin = new_tenant(url)
    admin.post("/v1/cycles", {"name": "now", "kind": "tactical", "first_day": day(-100), "last_day": day(100)})
    admin.post("/v1/cycles/now/start")
    if owner:
        admin.post("/v1/people", {"handle": owner, "name": owner.title(), "roles": ["member"]})
    references, measured, positions = [], [], []
    for number in range(1, objectives + 1):
        objective = f"O{number}"
        admin.post(
            "/v1/objectives",
            {"cycle": "now", "reference": objective, "title": f"Objective {number}", **({"owner": owner} if owner else {})},
        )
        for place in range(1, key_results + 1):
            key_result = f"{objective}/{place}"
            metric = {"reference": key_result, "title": f"Key result {place}", "measure": "metric", "start": 0, "target": 100}
            positions += admin.post(f"/v1/objectives/{objective}/key-results", metric)["positions"]
            measured.append(key_result)
        positions += admin.post(f"/v1/objectives/{objective}/activate")["positions"]
        references.append(objective)
    admin.wait_until_caught_up()  # of a system that has just started: its consumers may still be on their way into their groups
    for objective in references:
        admin.get(f"/v1/objectives/{objective}", after=",".join(positions))
    return Company(admin.tenant, admin, "now", tuple(references), tuple(measured))
