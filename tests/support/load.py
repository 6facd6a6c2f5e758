"""A load of check-ins that gives up on none: each is sent with its own Idempotency-Key until it is acknowledged."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

_REQUEST_SECONDS = 15.0
_GIVE_UP_SECONDS = 120.0  # a system that does not acknowledge one command for so long is not "coming back"
_PAUSE_SECONDS = 0.1


@dataclass(frozen=True)
class Acknowledged:
    """A command that the system said is durable."""

    key: str
    key_result: str
    value: float
    check_in_id: str
    log: str
    partition: int
    position: int
    attempts: int
    seconds: float  # from the first attempt to the answer


@dataclass
class Outcome:
    """What became of a load."""

    acknowledged: list[Acknowledged] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  # answers that a correct command may not get
    abandoned: list[str] = field(default_factory=list)  # keys of what was never acknowledged
    failed_attempts: int = 0  # connections broken, 5xx, time-outs: what a caller sees of a failure, and tries again
    failed_with: Counter[int] = field(default_factory=Counter)  # those that were answered, by status

    @property
    def longest_seconds(self) -> float:
        """The longest that one command had to wait."""
        return max((a.seconds for a in self.acknowledged), default=0.0)


class CheckInLoad:
    """So many callers, each sending one check-in after the other on key results chosen at random."""

    def __init__(self, url: str, token: str, key_results: Sequence[str], *, callers: int, seed: int, name: str, pause: float = 0.0) -> None:
        self.outcome = Outcome()
        self._url = url
        self._token = token
        self._key_results = key_results
        self._callers = callers
        self._seed = seed
        self._name = name
        self._pause = pause
        self._enough = asyncio.Event()
        self._one_more = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> CheckInLoad:
        """Begins."""
        self._tasks = [asyncio.create_task(self._call(number)) for number in range(self._callers)]
        return self

    async def __aexit__(self, *error: object) -> None:
        """Sends no new check-in, and waits until those that are under way are acknowledged."""
        self._enough.set()
        await asyncio.gather(*self._tasks)

    async def until_acknowledged(self, count: int, seconds: float = _GIVE_UP_SECONDS) -> None:
        """Waits until so many check-ins are acknowledged in all. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while len(self.outcome.acknowledged) < count:
                self._one_more.clear()
                await self._one_more.wait()

    async def _call(self, caller: int) -> None:
        chance = random.Random(f"{self._seed} {caller}")
        headers = {"Authorization": f"Bearer {self._token}"}
        async with httpx.AsyncClient(base_url=self._url, headers=headers, timeout=_REQUEST_SECONDS) as http:
            number = 0
            while not self._enough.is_set():
                number += 1
                await self._send(http, f"{self._name}-{caller}-{number}", chance.choice(self._key_results), float(chance.randint(0, 120)))
                if self._pause:
                    await asyncio.sleep(self._pause)

    async def _send(self, http: httpx.AsyncClient, key: str, key_result: str, value: float) -> None:
        began = time.monotonic()
        attempts = 0
        while time.monotonic() - began < _GIVE_UP_SECONDS:
            attempts += 1
            try:
                answer = await http.post(
                    f"/v1/key-results/{key_result}/check-ins", json={"value": value, "comment": key}, headers={"Idempotency-Key": key}
                )
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.status_code == httpx.codes.CREATED:
                self.outcome.acknowledged.append(_acknowledged(answer.json(), key, key_result, value, attempts, time.monotonic() - began))
                self._one_more.set()
                return
            if answer is not None and answer.status_code < 500 and answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
                self.outcome.refused.append(f"{key}: {answer.status_code} {answer.text[:300]}")
                return
            self.outcome.failed_attempts += 1
            if answer is not None:
                self.outcome.failed_with[answer.status_code] += 1
            await asyncio.sleep(_PAUSE_SECONDS)
        self.outcome.abandoned.append(key)


def _acknowledged(answer: dict[str, Any], key: str, key_result: str, value: float, attempts: int, seconds: float) -> Acknowledged:
    (where,) = (position for position in answer["positions"] if position.startswith("checkins:"))  # goals' too, where it was asked
    log, partition, position, *_ = where.split(":")  # and the generation of the log, once there was a second one
    return Acknowledged(key, key_result, value, str(answer["id"]), log, int(partition), int(position), attempts, seconds)
