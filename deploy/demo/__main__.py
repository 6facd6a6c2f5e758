"""`make demo`: brings up an installation of its own beside the ordinary one, and tells it the year of the demo company, once."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from demo import company
from demo.quarter import TIME_ZONE, WEEK, Scale, plan
from demo.run import Teller
from embedded.errors import SetUpError
from embedded.launch import OWNER_ONLY
from stack.layout import DEFAULT_BASE_PORT, ROOT, Layout
from stack.narration import Narrator
from stack.up import up

_PORTS_BESIDE = 200
_SEED = 1


def main() -> int:
    """The exit code is 0 once the company is there."""
    os.umask(OWNER_ONLY)
    os.environ["CAIRN_HOME"] = os.environ.get("CAIRN_HOME") or str(ROOT / ".cairn-demo")
    try:
        _demo(Narrator())
    except SetUpError as error:
        print(f"cairn: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("cairn: interrupted; `make demo` goes on where it stopped", file=sys.stderr)
        return 1
    return 0


def _demo(narrator: Narrator) -> None:
    first_day = _first_day(datetime.now(ZoneInfo(TIME_ZONE)).date())
    layout = _layout(first_day)
    begun = layout.home / "demo.json"
    if (layout.home / "postgres").exists() and not begun.exists():
        raise SetUpError(f"{layout.shown(layout.home)} holds another installation: say `make demo` without CAIRN_HOME, or another folder")
    narrator.say("the demo company: an installation of its own, whose clock begins a year ago")
    layout.home.mkdir(parents=True, exist_ok=True)
    if not begun.exists():
        begun.write_text(json.dumps({"first_day": first_day.isoformat(), "last_instant": datetime.now(UTC).isoformat(), "seed": _SEED}))
    up(layout, example=False)
    done = layout.home / "demo-told"
    if not done.exists():
        kept = json.loads(begun.read_text())
        steps = plan(Scale(), date.fromisoformat(kept["first_day"]), kept["seed"])
        until = datetime.fromisoformat(kept["last_instant"])
        narrator.say(f"telling the year of {company.NAME}, by ordinary requests: a few minutes")
        told = [step for step in steps if step.at <= until]
        Teller(layout.gateway_url, company.TENANT, layout.home / "demo-progress.json").tell(told, narrator.progress)
        layout.clock_is_the_machines()
        done.touch()
        narrator.clear()
    _welcome(layout)


def _first_day(today: date) -> date:
    """The Monday of a year ago."""
    return today - timedelta(days=today.weekday()) - 51 * WEEK


def _layout(first_day: date) -> Layout:
    """The installation of the demo; in a fresh folder its clock begins in the morning of the first day."""
    base_port = None if os.environ.get("CAIRN_BASE_PORT") else _remembered_port()
    if not (Path(os.environ["CAIRN_HOME"]) / "postgres").exists():
        os.environ["CAIRN_CLOCK_STARTS_AT"] = datetime.combine(first_day, time(7), ZoneInfo(TIME_ZONE)).isoformat()
    return Layout(base_port=base_port)


def _remembered_port() -> int | None:
    """The port of the demo, unless its folder remembers one."""
    return None if (Path(os.environ["CAIRN_HOME"]) / "base-port").exists() else DEFAULT_BASE_PORT + _PORTS_BESIDE


def _welcome(layout: Layout) -> None:
    employees = company.cast(Scale().people, company.TEAMS, _SEED)
    url = layout.gateway_url
    roles = {"LEAD": "chief executive, admin", "PEOP": "people, champion", "SALE": "moved a target in spring", "PLAT": "leads a team"}
    who = "\n".join(f"              {employees[key][0].handle:12} {role}" for key, role in roles.items())
    print(
        f"""
{company.NAME}: {sum(map(len, employees.values()))} people, {len(company.TEAMS)} teams; the cycles T1 and T2 are closed, T3 runs
where         {url} (the API is described at {url}/docs)
sign in       tenant {company.TENANT}, as admin or as one of
{who}
command line  CAIRN_URL={url} .venv/bin/cairn tree --tenant {company.TENANT} --cycle T3
to find out   who moved the target of T1-SALE1/1, and what it looked like before: cairn history T1-SALE1/1
data, logs    {layout.shown(layout.home)}; `make down CAIRN_HOME={layout.shown(layout.home)}` ends it, the data stay"""
    )


if __name__ == "__main__":
    raise SystemExit(main())
