"""`python -m notifications.rebuild`: every inbox made anew, from what was announced and what was read. Nobody is told again."""

from __future__ import annotations

from functools import partial
from typing import Final

from chassis.rebuild import command, of_effect, rebuild
from notifications.items import EVENT_TYPES, LOGS, deliver
from notifications.schema import INDEXES, LIVE, TABLES, WANTED_NO_MORE

PROJECTION: Final = of_effect(LIVE, LOGS, EVENT_TYPES, TABLES, INDEXES, deliver, with_the_swap=(WANTED_NO_MORE,))

if __name__ == "__main__":
    command(partial(rebuild, PROJECTION))
