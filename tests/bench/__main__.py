"""`make bench`: every figure, each beside its peer of the same run, as a table and as JSON.

python -m tests.bench [GROUP …]     groups: commands, append, relay, projection, search, views, trees, trust, unchanged,
                                    imports, reach, edge, web; without any, all
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Final

import psutil
import uvloop
from rich.console import Console
from rich.table import Table

from embedded.errors import SetUpError
from stack.layout import ROOT
from tests.bench.append import measure as measure_appends
from tests.bench.commands import measure_commands
from tests.bench.edge import BRIEF, DEFAULTS, FLOODS, WHOLE, Bounds, measure_edge
from tests.bench.figures import Figure
from tests.bench.imports import OBJECTIVES, measure_imports
from tests.bench.projection import measure as measure_projection
from tests.bench.reach import measure_reach
from tests.bench.relay import measure as measure_relay
from tests.bench.search import measure_search
from tests.bench.trees import measure_trees
from tests.bench.trust import measure_trust
from tests.bench.unchanged import measure_unchanged
from tests.bench.views import measure_views
from tests.bench.web import BRIEF as BRIEF_WEB
from tests.bench.web import WHOLE as WHOLE_WEB
from tests.bench.web import Size, measure_web, prepare
from tests.support.infrastructure import Infrastructure, scratch_folder
from tests.support.system import System

_SAID: Final = Console(stderr=True)


Group = Callable[[Path], Awaitable[list[Figure]]]
OfASystem = Callable[[System], Awaitable[list[Figure]]]


async def _of_a_system(measure: OfASystem, _: Path, environment: Mapping[str, str] | None = None) -> list[Figure]:
    """What is measured of a whole system that nobody else uses."""
    system = System(environment=environment)
    await asyncio.to_thread(system.__enter__)
    try:
        return await measure(system)
    finally:
        await asyncio.to_thread(system.close)


async def _edge(scratch: Path, bounds: Bounds = WHOLE, only: str = "") -> list[Figure]:
    return await _of_a_system(lambda system: measure_edge(system, bounds, only), scratch, DEFAULTS)


async def _appends(scratch: Path) -> list[Figure]:
    with ExitStack() as ended:
        server = Infrastructure(False, "a bench").start_postgres(scratch)
        ended.callback(server.stop)
        return await measure_appends(server.create_database())


async def _relay(scratch: Path) -> list[Figure]:
    with ExitStack() as ended:
        servers = Infrastructure(False, "a bench")
        server, broker = servers.start_postgres(scratch), servers.start_kafka(scratch)
        ended.callback(server.stop)
        ended.callback(broker.stop)
        return await measure_relay(server.create_database(), broker.bootstrap)


async def _search(scratch: Path) -> list[Figure]:
    with ExitStack() as ended:
        server = Infrastructure(False, "a bench").start_postgres(scratch)
        ended.callback(server.stop)
        return await measure_search(server, scratch)


async def _views(scratch: Path) -> list[Figure]:
    with ExitStack() as ended:
        server = Infrastructure(False, "a bench").start_postgres(scratch)
        ended.callback(server.stop)
        return await measure_views(server, scratch)


async def _trees(scratch: Path) -> list[Figure]:
    with ExitStack() as ended:
        server = Infrastructure(False, "a bench").start_postgres(scratch)
        ended.callback(server.stop)
        return await measure_trees(server, scratch)


async def _projection(scratch: Path) -> list[Figure]:
    with ExitStack() as ended:
        servers = Infrastructure(False, "a bench")
        server, broker = servers.start_postgres(scratch), servers.start_kafka(scratch)
        ended.callback(server.stop)
        ended.callback(broker.stop)
        return await measure_projection(server, broker.bootstrap)


async def _trust(_: Path) -> list[Figure]:
    with ExitStack() as ended:
        systems = [System(), System(without_credentials=True)]
        for system in systems:
            ended.callback(system.close)
            await asyncio.to_thread(system.__enter__)
        return await measure_trust(*systems)


async def _web(scratch: Path, size: Size = WHOLE_WEB) -> list[Figure]:
    await asyncio.to_thread(prepare)
    return await _of_a_system(lambda system: measure_web(system, size), scratch)


async def _imports(scratch: Path, objectives: int = OBJECTIVES) -> list[Figure]:
    return await _of_a_system(lambda system: measure_imports(system, objectives), scratch)


GROUPS: Final[dict[str, Group]] = {
    "commands": partial(_of_a_system, measure_commands),
    "append": _appends,
    "relay": _relay,
    "projection": _projection,
    "search": _search,
    "views": _views,
    "trees": _trees,
    "trust": _trust,
    "unchanged": partial(_of_a_system, measure_unchanged),
    "reach": partial(_of_a_system, measure_reach),
    "imports": _imports,
    "edge": _edge,
    "web": _web,
}


def shown(figures: list[Figure]) -> Table:
    """The figures as people read them."""
    table = Table("what", "measured", "beside", "ratio", "asked for", "", title="Figures")
    for figure in figures:
        bound = f"≥ {figure.floor:g}" if figure.floor is not None else f"≤ {figure.ceiling:g}" if figure.ceiling is not None else ""
        table.add_row(
            f"{figure.name}\n[dim]{figure.note}[/dim]" if figure.note else figure.name,
            f"{figure.value:,.1f} {figure.unit}",
            "" if figure.peer is None else f"{figure.peer:,.1f}",
            "" if figure.ratio is None else f"{figure.ratio:.2f}",
            bound,
            "[green]reached[/green]" if figure.passed else "[red]not reached[/red]",
        )
    return table


async def _all(names: list[str], groups: Mapping[str, Group]) -> list[Figure]:
    figures: list[Figure] = []
    scratch = scratch_folder()
    for name in names:
        started = time.monotonic()
        _SAID.print(f"measuring {name} …")
        (scratch / name).mkdir()
        (scratch / name).chmod(0o755)
        figures += await groups[name](scratch / name)
        _SAID.print(f"  {time.monotonic() - started:.0f} s")
    return figures


def main() -> int:
    """Prints the table; answers 1 when a figure was not reached."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("group", nargs="*", choices=[[], *GROUPS], default=[])
    parser.add_argument("--json", type=Path, default=ROOT / ".cairn" / "bench.json", help="where the figures go for programs")
    parser.add_argument("--flood", choices=FLOODS, default="", help="edge: this flood alone")
    parser.add_argument("--brief", action="store_true", help="edge and web: less of everything, to see that it works")
    parser.add_argument("--objectives", type=int, default=OBJECTIVES, help="imports: of so many")
    told = parser.parse_args()
    load = psutil.getloadavg()[0]
    if load > 0.5:
        _SAID.print(f"[yellow]something else keeps this machine busy (load {load:.1f}): figures will be lower than they could be[/yellow]")
    try:
        groups = GROUPS | {
            "edge": lambda scratch: _edge(scratch, BRIEF if told.brief else WHOLE, told.flood),
            "web": lambda scratch: _web(scratch, BRIEF_WEB if told.brief else WHOLE_WEB),
            "imports": lambda scratch: _imports(scratch, told.objectives),
        }
        figures = uvloop.run(_all(told.group or list(GROUPS), groups))
    except SetUpError as error:
        print(error, file=sys.stderr)
        return 2
    Console(width=None if sys.stdout.isatty() else 150).print(shown(figures))
    told.json.parent.mkdir(parents=True, exist_ok=True)
    machine = {
        "cores": psutil.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "python": platform.python_version(),
    }
    told.json.write_text(json.dumps({"machine": machine, "figures": [figure.as_json() for figure in figures]}, indent=2))
    return 0 if all(figure.passed for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
