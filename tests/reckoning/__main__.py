"""Reckon a folder of tables, compare that with what Cairn shows, or write the tables of a random organisation.

python -m tests.reckoning DIR --as-of DAY [--json]
python -m tests.reckoning DIR --as-of DAY --against TREE.json      (what `cairn tree --json --as-of DAY` printed; exit code 1: it differs)
python -m tests.reckoning --random SEED [--objectives N] DIR
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tests.reckoning import organisations
from tests.reckoning.comparing import differences
from tests.reckoning.reckoning import tree
from tests.reckoning.tables import read
from tests.reckoning.views import kpi_view, participation, team_view


def main(arguments: Sequence[str] | None = None) -> None:
    """What the words of the command ask for."""
    parser = argparse.ArgumentParser("python -m tests.reckoning", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--as-of", type=date.fromisoformat)
    parser.add_argument("--json", action="store_true", help="the tree, the teams, participation and the KPIs")
    parser.add_argument("--random", type=int, metavar="SEED", help="write the tables of a random organisation into the folder")
    parser.add_argument("--objectives", type=int, metavar="N", help="how many objectives the random organisation has")
    parser.add_argument("--against", type=Path, metavar="TREE.json", help="a tree that Cairn showed: name what is otherwise in it")
    said = parser.parse_args(arguments)
    if said.random is not None:
        organisations.write(said.folder, organisations.random_tables(said.random, objectives=said.objectives))
        return
    if said.as_of is None:
        parser.error("--as-of says of which day the numbers shall be")
    reckoned = reckon(said.folder, said.as_of)
    if said.against is not None:
        found = list(differences(reckoned, json.loads(said.against.read_text(encoding="utf-8"))))
        sys.exit("\n".join(found) if found else 0)
    print(json.dumps(reckoned, indent=2, ensure_ascii=False) if said.json else as_lines(reckoned))


def reckon(folder: Path, as_of: date) -> dict[str, Any]:
    """All that is reckoned of a folder of tables on a day."""
    organisation = read(folder)
    return {
        **tree(organisation, as_of),
        "teams": [team_view(organisation, one.team, as_of) for one in organisation.teams.values() if one.parent is None],
        "participation": [participation(organisation, cycle, as_of) for cycle in organisation.cycles],
        "kpis": kpi_view(organisation, as_of),
    }


def as_lines(reckoned: dict[str, Any]) -> str:
    """A line an objective and a key result."""
    return "\n".join(
        line
        for objective in reckoned["objectives"]
        for line in (_line(objective, objective["state"]), *(f"  {_line(one, one['measure'])}" for one in objective["key_results"]))
    )


def _line(thing: dict[str, Any], what: str) -> str:
    progress = "–" if thing["progress"] is None else f"{thing['progress']:.6f}"
    return f"{thing['ref']:<8} {what:<10} {progress:>9} {thing['status']:<11} grade {thing['grade']} {thing['title']}"


if __name__ == "__main__":
    main()
