"""`make chaos`: kills what may die, under load, and counts what is left. Exit code 1 when anything was lost or came twice.

python -m tests.chaos [--seed N] [--kills N] [--only kills|poison|brokers]
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import time
from collections.abc import Iterable, Iterator
from itertools import groupby

from rich.console import Console
from rich.table import Table

from embedded.errors import SetUpError
from stack.layout import ROOT
from tests.chaos.playing import Plan, Result, Scenario, founded
from tests.chaos.scenarios import SCENARIOS
from tests.support.company import Company
from tests.support.settable_clock import make_settable
from tests.support.system import System

KILLS = 20
LOGS = ROOT / "build" / "chaos"
"""Where the logs of a system are kept in which something did not hold."""


def main() -> int:
    """The command line above."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description="Kills what may die, under load, and counts what is left.")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32), help="of everything that is left to chance")
    parser.add_argument("--kills", type=int, default=KILLS, help=f"how many random kill -9 ({KILLS})")
    names = [scenario.name for scenario in SCENARIOS]
    parser.add_argument("--only", choices=names, action="append", help="; ".join(f"{s.name}: {s.about}" for s in SCENARIOS))
    asked = parser.parse_args()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 150)
    began = time.monotonic()

    def say(line: str) -> None:
        console.print(f"[dim]{time.monotonic() - began:4.0f} s[/dim]  {line}")

    console.print(f"seed {asked.seed}")
    results = list(_results([s for s in SCENARIOS if s.name in (asked.only or names)], Plan(asked.seed, asked.kills, say)))
    _show(results, console)
    held = all(result.holds for result in results)
    again = f"again: make chaos CHAOS='--seed {asked.seed} --kills {asked.kills}'"
    console.print(f"{'everything held' if held else '[bold red]not everything held[/]'} in {time.monotonic() - began:.0f} s; {again}")
    return 0 if held else 1


def _results(scenarios: Iterable[Scenario], plan: Plan) -> Iterator[Result]:
    for brokers, sharing in groupby(scenarios, key=lambda scenario: scenario.brokers):
        began = time.monotonic()
        title = f"a system with {brokers} broker{'s' if brokers > 1 else ''}"
        try:
            with System(brokers=brokers, relays=2, filled=make_settable) as system:
                company = founded(system)
                plan.say(f"{title} is up after {time.monotonic() - began:.0f} s")
                for scenario in sharing:
                    result = _played(scenario, system, company, plan)
                    if not result.holds:
                        system.keep_logs(LOGS / scenario.name)
                        plan.say(f"something did not hold; the logs are kept in {LOGS / scenario.name}")
                    yield result
        except SetUpError as error:
            yield Result(title, {"comes up": [str(error)]})


def _played(scenario: Scenario, system: System, company: Company, plan: Plan) -> Result:
    began = time.monotonic()

    async def play() -> Result:
        return await scenario.play(system, company, plan)

    try:
        result = asyncio.run(play())
    except Exception as error:  # noqa: BLE001 - a scenario that breaks off is a violation, told like any other
        result = Result(scenario.about, {"goes through": [f"{type(error).__name__}: {error}"]})
    result.seconds = time.monotonic() - began
    return result


def _show(results: list[Result], console: Console) -> None:
    table = Table("scenario", "what must hold", "held", title="chaos", title_justify="left")
    for result in results:
        for number, (check, faults) in enumerate(result.checks.items()):
            table.add_row(result.scenario if number == 0 else "", check, "yes" if not faults else "NO: " + "; ".join(faults))
        figures = ", ".join(f"{name} {figure}" for name, figure in result.figures.items())
        table.add_row("", f"[dim]{figures}, {result.seconds:.0f} s in all[/dim]", "", end_section=True)
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
