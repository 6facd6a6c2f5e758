"""`python -m audit.rebuild`: every action stored anew, from the logs."""

from __future__ import annotations

from functools import partial
from typing import Final

from audit.actions import LOGS, store_actions
from audit.schema import INDEXES, LIVE, TABLES
from chassis.rebuild import command, of_effect, rebuild

PROJECTION: Final = of_effect(LIVE, LOGS, None, TABLES, INDEXES, store_actions)

if __name__ == "__main__":
    command(partial(rebuild, PROJECTION))
