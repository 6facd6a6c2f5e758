"""Tells a plan to an installation: makes the requests of each step at its instant, to which the installation's clock is moved on."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx

from demo.quarter import ADMIN, TIME_ZONE, Body, Command, Step
from embedded.errors import SetUpError

_AT_ONCE = 8
_SIGNED_IN_SECONDS = 240
_TRIES = 60
_AGAIN = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.UNAUTHORIZED}


class Teller:
    """Makes commands in the names of a tenant's people; remembers in a file how far it is, and goes on from there."""

    def __init__(self, url: str, tenant: str, memory: Path) -> None:
        self._http = httpx.Client(base_url=url, timeout=120)
        self._tenant, self._memory = tenant, memory
        self._tokens: dict[str, tuple[str, float]] = {}
        self._ids: dict[str, str] = {}
        self._next = 0
        if memory.exists():
            kept = json.loads(memory.read_text())
            self._ids, self._next = kept["ids"], kept["next"]

    def tell(self, steps: list[Step], progress: Callable[[str], None]) -> None:
        """Every step that is not told yet, then moves the clock on until it is the machine's. Raises SetUpError when one is refused."""
        began = time.monotonic()
        if self._next == 0:
            self._ask("", "POST", "/v1/tenants", {"name": self._tenant, "time_zone": TIME_ZONE}, taken=True)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for number, step in enumerate(steps):
                if number < self._next:
                    continue
                took = f"{time.monotonic() - began:.0f} s"
                progress(f"{step.at:%d %B %Y}: {step.title}, {number + 1} of {len(steps)} steps, {took}")
                self.move_clock((step.at - datetime.now(UTC)).total_seconds())
                self._catch_up()
                self._step(pool, number, step)
                self._next = number + 1
                self._memory.write_text(json.dumps({"ids": self._ids, "next": self._next}))
        self.move_clock(0)
        self._catch_up()

    def move_clock(self, ahead: float) -> None:
        """Moves the installation's clock on; one that is further already stays there."""
        stands = float(self._ask("", "GET", "/v1/clock")["ahead_seconds"])
        if ahead > stands:
            self._ask("", "PUT", "/v1/clock", {"ahead_seconds": ahead})

    def _catch_up(self) -> None:
        """Until everybody has read everything: what turned by itself has turned, and what was defined can be named."""
        self._ask("", "POST", "/v1/catch-up")

    def _step(self, pool: ThreadPoolExecutor, number: int, step: Step) -> None:
        for place, phase in enumerate(step.phases):
            keys = [f"demo-{number}-{place}-{index}" for index in range(len(phase))]
            for kept in pool.map(self._tell, phase, keys):
                self._ids |= kept
            if not step.phases[place + 1 :] or number < _FOUNDING_STEPS:
                self._catch_up()

    def _tell(self, command: Command, key: str) -> dict[str, str]:
        """The ids of what came of it, by the names under which they are kept."""
        path, body = self._named(command.path), self._named(command.body)
        if path is None or (command.body is not None and body is None):
            return {}
        answer = self._ask(command.who, command.method, path, body, key=key)
        if len(command.keeps) == 1 and "id" in answer:
            return {command.keeps[0]: answer["id"]}
        return {name: verdict["id"] for name, verdict in zip(command.keeps, answer.get("verdicts", []), strict=False) if verdict["id"]}

    def _named(self, said: Any) -> Any:
        """With ids where names stood; None where a name has none, since that row was refused."""
        if isinstance(said, dict):
            named = {name: self._named(value) if isinstance(value, str) else value for name, value in said.items()}
            return None if any(value is None and said[name] is not None for name, value in named.items()) else named
        if isinstance(said, str) and "<said " in said:
            before, _, rest = said.partition("<")
            name, _, after = rest.partition(">")
            return before + self._ids[name] + after if name in self._ids else None
        return said

    def _ask(self, who: str, method: str, path: str, body: Body | None = None, *, key: str = "", taken: bool = False) -> Any:
        for tried in range(_TRIES):
            sent = {"Authorization": f"Bearer {self._token(who)}"} | ({"Idempotency-Key": key} if key else {})
            answer = self._http.request(method, path, json=body, headers=sent)
            if answer.status_code in _AGAIN and tried + 1 < _TRIES:
                if answer.status_code == HTTPStatus.UNAUTHORIZED:
                    self._tokens.pop(who, None)
                time.sleep(float(answer.headers.get("Retry-After", 0.5)))
                continue
            if answer.is_error and not (taken and answer.status_code == HTTPStatus.CONFLICT):
                problem = f"{answer.status_code} {answer.text[:400]}"
                raise SetUpError(f"{who or 'the operator'} was refused {method} {path}: {problem}")
            return answer.json() if answer.content else {}
        raise AssertionError("the last try returns or raises")

    def _token(self, who: str) -> str:
        token, until = self._tokens.get(who, ("", 0.0))
        if time.monotonic() < until:
            return token
        asked: Body = {"tenant": self._tenant, "person": who} if who else {"operator": True}
        for _ in range(_TRIES):
            answer = self._http.post("/v1/sign-in", json=asked)
            if answer.status_code not in _AGAIN:
                break
            time.sleep(float(answer.headers.get("Retry-After", 0.5)))
        if answer.is_error:
            raise SetUpError(f"{who or 'the operator'} cannot sign in: {answer.status_code} {answer.text[:200]}")
        self._tokens[who] = (answer.json()["access_token"], time.monotonic() + _SIGNED_IN_SECONDS)
        return self._tokens[who][0]


_FOUNDING_STEPS = 6
"""In which each phase names what the one before has defined elsewhere: people, teams, pillars."""

__all__ = ["ADMIN", "Teller"]
