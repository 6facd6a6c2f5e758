"""How a scenario is played, and judged: whatever was done, nothing that was acknowledged is lost and everything agrees."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import httpx

from embedded.ports import wait_until
from tests.support.company import Company, Refusal, found_company
from tests.support.load import CheckInLoad, Outcome
from tests.support.system import System
from tests.support.verdicts import all_faults

CALLERS = 8
_SETTLES_SECONDS = 180.0


@dataclass(frozen=True)
class Plan:
    """How a scenario is played."""

    seed: int
    kills: int  # of the random ones
    say: Callable[[str], None]


@dataclass
class Result:
    """What a scenario found: per check the faults, in words; and some figures for whoever reads."""

    scenario: str
    checks: dict[str, list[str]] = field(default_factory=dict)
    figures: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def holds(self) -> bool:
        """Whether everything held."""
        return bool(self.checks) and not any(self.checks.values())

    def take_load(self, outcome: Outcome) -> None:
        """What the callers saw."""
        self.checks["every command acknowledged in the end"] = outcome.refused + outcome.abandoned
        self.figures["check-ins acknowledged"] = f"{len(outcome.acknowledged):,}"
        self.figures["attempts that failed"] = f"{outcome.failed_attempts:,}"
        self.figures["longest wait of a caller"] = f"{outcome.longest_seconds:.1f} s"


def load_of(system: System, company: Company, seed: int, name: str) -> CheckInLoad:
    return CheckInLoad(system.url, company.admin.token, company.key_results, callers=CALLERS, seed=seed, name=name)


async def judge(result: Result, system: System, company: Company, outcome: Outcome, plan: Plan, healthy: list[str] | None = None) -> None:
    began = time.monotonic()
    await asyncio.to_thread(system.wait_until_healthy, healthy)
    await asyncio.to_thread(settle, company)
    result.figures["settled after"] = f"{time.monotonic() - began:.1f} s"
    plan.say("settled; counting")
    result.take_load(outcome)
    result.checks |= await asyncio.to_thread(all_faults, system, company.admin, outcome.acknowledged)


def settle(company: Company) -> None:
    """Waits longer than one catch-up does: consumers may have to notice first that a server went away and came back."""
    last: Exception | None = None

    def settled() -> bool:
        nonlocal last
        try:
            company.admin.catch_up()
        except (Refusal, httpx.TransportError) as failure:
            last = failure
            return False
        return True

    if not wait_until(settled, _SETTLES_SECONDS):
        raise TimeoutError(f"the system did not settle within {_SETTLES_SECONDS:.0f} s: {last}")


def founded(system: System) -> Company:
    """A company wide enough for the load to reach every partition."""
    return found_company(system.url, objectives=10, key_results=4, owner="ann")


@dataclass(frozen=True)
class Scenario:
    """One thing that is done to a system under load. Those of the same number of brokers share a system, one after the other."""

    name: str
    about: str
    brokers: int
    play: Callable[[System, Company, Plan], Awaitable[Result]]
