"""`python -m checkins.rebuild`: the copy of goals' definitions made anew, from the log of goals."""

from __future__ import annotations

from functools import partial
from typing import Final

from chassis.rebuild import command, of_effect, rebuild
from checkins.catalogue import GOALS_EVENT_TYPES, INDEXES, LIVE, TABLES, TELL_OF_ALL, write

PROJECTION: Final = of_effect(LIVE, ("goals",), GOALS_EVENT_TYPES, TABLES, INDEXES, write, with_the_swap=(TELL_OF_ALL,))

if __name__ == "__main__":
    command(partial(rebuild, PROJECTION))
